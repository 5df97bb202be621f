// SPDX-License-Identifier: Apache-2.0
#include "json/index.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "t.h"
#include "json/build.h"

TEST(index_refuses)
{
    static const struct {
        Str text;
        const char *want;
    } rows[] = {
        {STR_INIT(""), "there is no JSON value, only white space or nothing"},
        {STR_INIT(" \n "), "there is no JSON value, only white space or nothing"},
        {STR_INIT("\"abc"), "a string does not end"},
        {STR_INIT("[\"a\nb\"]"), "a control character stands in a string"},
        {STR_INIT("\"\xff\""), "the text is not UTF-8"},
    };
    JsonIndexer *indexer = json_indexer_open();
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        JsonIndex index;
        Err err = {0};
        CHECK_ROW(rows[i].text.ptr, !json_index(indexer, rows[i].text, &index, &err));
        CHECK_ROW(rows[i].text.ptr, err.kind == ERR_SYNTAX && strcmp(err.text, rows[i].want) == 0);
    }
    json_indexer_close(indexer);
}

TEST(index_has_the_structure_and_sentinels)
{
    static const char text[] = " {\"a:\\\"\" : [1 , true,null]} ";
    static const uint32_t want[] = {1, 2, 9, 11, 12, 14, 16, 20, 21, 25, 26};
    JsonIndexer *indexer = json_indexer_open();
    JsonIndex index = {0};
    Err err = {0};
    CHECK(json_index(indexer, (Str){text, sizeof text - 1}, &index, &err));
    CHECK(index.count == COUNTOF(want) && memcmp(index.at, want, sizeof want) == 0);
    CHECK(index.at[index.count] == sizeof text - 1 && index.at[index.count + 1] == sizeof text - 1);
    json_indexer_close(indexer);
}

// A text may end where readable memory ends: nothing behind it is looked at, at any length.
TEST(index_and_build_stay_inside_the_text)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    void *block = NULL;
    CHECK(posix_memalign(&block, page, 2 * page) == 0);
    char *pages = block;
    if (pages == NULL || mprotect(pages + page, page, PROT_NONE) != 0) {
        t_fail(__FILE__, __LINE__, "memory can be protected", "");
        return;
    }
    JsonIndexer *indexer = json_indexer_open();
    Arena arena;
    arena_init(&arena, 1 << 24);
    for (size_t len = 2; len <= 300; len++) {
        static const char *const ends[] = {"\"", "\\\"\"", "\xc3\xa9\"", "\xc3"};
        for (size_t k = 0; k < COUNTOF(ends); k++) {
            size_t end_len = strlen(ends[k]);
            char *text = pages + page - len;
            memset(text, 'x', len);
            text[0] = '"';
            if (end_len >= len) {
                continue;
            }
            memcpy(text + len - end_len, ends[k], end_len);
            const Json *json = NULL;
            Err err = {0};
            bool ok =
                json_parse(&arena, indexer, (Str){text, len}, &JSON_LIMITS_DEFAULT, &json, &err);
            CHECK(ok == (k != 3) && (!ok || json->string.len + 3 >= len));
        }
        memset(pages + page - len, '7', len);
        const Json *number = NULL;
        Err err = {0};
        CHECK(json_parse(&arena, indexer, (Str){pages + page - len, len}, &JSON_LIMITS_DEFAULT,
                         &number, &err));
    }
    arena_free(&arena);
    json_indexer_close(indexer);
    CHECK(mprotect(pages + page, page, PROT_READ | PROT_WRITE) == 0);
    free(pages);
}

TEST(index_grows_with_the_text)
{
    JsonIndexer *indexer = json_indexer_open();
    Buf buf = {0};
    for (size_t items = 10; items <= 1000000; items *= 10) {
        buf_clear(&buf);
        buf_byte(&buf, '[');
        for (size_t i = 1; i < items; i++) {
            buf_push(&buf, STR("1,"));
        }
        buf_push(&buf, STR("1]"));
        JsonIndex index = {0};
        Err err = {0};
        CHECK(json_index(indexer, buf_str(&buf), &index, &err));
        CHECK(index.count == items * 2 + 1 && index.text.len == buf.len);
    }
    buf_free(&buf);
    json_indexer_close(indexer);
}
