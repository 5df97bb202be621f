// SPDX-License-Identifier: Apache-2.0
// The C face of simdjson's first stage. Compiled without exceptions and RTTI.
// What the C headers use beyond C++, and every C++ compiler here takes:
#define _Noreturn [[noreturn]]
#define _Static_assert static_assert
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
extern "C" {
#include "json/index.h"
}
#pragma GCC diagnostic pop

#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <simdjson.h>

namespace
{
using simdjson::internal::dom_parser_implementation;

constexpr size_t CAPACITY_MIN = 64 * 1024;
constexpr size_t CAPACITY_MAX = simdjson::SIMDJSON_MAXSIZE_BYTES;

struct Answer {
    simdjson::error_code code;
    ErrKind kind;
    const char *text;
};

const Answer answers[] = {
    {simdjson::EMPTY, ERR_SYNTAX, "there is no JSON value, only white space or nothing"},
    {simdjson::UTF8_ERROR, ERR_SYNTAX, "the text is not UTF-8"},
    {simdjson::UNCLOSED_STRING, ERR_SYNTAX, "a string does not end"},
    {simdjson::UNESCAPED_CHARS, ERR_SYNTAX, "a control character stands in a string"},
};
} // namespace

struct JsonIndexer {
    std::unique_ptr<dom_parser_implementation> parser;
    std::unique_ptr<char[]> copy; // for the fallback only, see has_safe_tail
    size_t copy_bytes = 0;
    bool has_safe_tail = false;
};

namespace
{
// The array of offsets takes four bytes per byte of text, but only touched pages are ever real.
void ensure_capacity(JsonIndexer *indexer, size_t len)
{
    size_t have = indexer->parser->capacity();
    if (len <= have) {
        return;
    }
    size_t want = have < CAPACITY_MAX / 2 ? have * 2 : CAPACITY_MAX;
    want = want < CAPACITY_MIN ? CAPACITY_MIN : want;
    want = want < len ? len : want;
    ASSERT(indexer->parser->set_capacity(want) == simdjson::SUCCESS);
}

const char *padded(JsonIndexer *indexer, Str text)
{
    size_t need = text.len + simdjson::SIMDJSON_PADDING;
    if (indexer->copy_bytes < need) {
        indexer->copy.reset(new (std::nothrow) char[need]);
        ASSERT(indexer->copy != nullptr);
        indexer->copy_bytes = need;
    }
    memcpy(indexer->copy.get(), text.ptr, text.len);
    memset(indexer->copy.get() + text.len, ' ', simdjson::SIMDJSON_PADDING);
    return indexer->copy.get();
}
} // namespace

extern "C" JsonIndexer *json_indexer_open(void)
{
    JsonIndexer *indexer = new (std::nothrow) JsonIndexer;
    ASSERT(indexer != nullptr);
    const simdjson::implementation *best = simdjson::get_active_implementation();
    ASSERT(best->create_dom_parser_implementation(CAPACITY_MIN, 1, indexer->parser) ==
           simdjson::SUCCESS);
    // The vector implementations copy the last, partial block before they look at it, so text needs
    // no padding (3.0.1; test_index.c reads up to the end of a page to keep this true). The scalar
    // fallback looks for continuation bytes without minding the end.
    indexer->has_safe_tail = best->name() != "fallback";
    return indexer;
}

extern "C" void json_indexer_close(JsonIndexer *indexer)
{
    delete indexer;
}

extern "C" bool json_index(JsonIndexer *indexer, Str text, JsonIndex *ret_index, Err *err)
{
    if (text.len > CAPACITY_MAX) {
        return err_set(err, ERR_LIMIT, Span{0, 0}, "one document may have at most 4 GiB");
    }
    ensure_capacity(indexer, text.len);
    const char *bytes = indexer->has_safe_tail || text.len == 0 ? text.ptr : padded(indexer, text);
    simdjson::error_code code = indexer->parser->stage1(reinterpret_cast<const uint8_t *>(bytes),
                                                        text.len, simdjson::stage1_mode::regular);
    if (code == simdjson::SUCCESS) {
        ret_index->text = text;
        ret_index->at = indexer->parser->structural_indexes.get();
        ret_index->count = indexer->parser->n_structural_indexes;
        return true;
    }
    for (const Answer &answer : answers) {
        if (answer.code == code) {
            return err_set(err, answer.kind, Span{0, 0}, "%s", answer.text);
        }
    }
    return err_set(err, ERR_SYNTAX, Span{0, 0}, "%s", simdjson::error_message(code));
}
