// SPDX-License-Identifier: Apache-2.0
// Differential: the positional reader and the builder over simdjson's index read the same tree from
// any bytes, or both refuse. What is read is written and read again.
#include "json/build.h"
#include "json/read.h"
#include "json/write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_texts(const Json *a, const Json *b)
{
    ASSERT(a->type == b->type && a->count == b->count);
    ASSERT(a->is_int == b->is_int && a->is_exact == b->is_exact);
    if (a->type == JSON_NUMBER) {
        ASSERT(str_eq(a->number.text, b->number.text));
    } else if (a->type == JSON_STRING) {
        ASSERT(str_eq(a->string, b->string));
    } else if (a->type == JSON_ARRAY) {
        for (uint32_t i = 0; i < a->count; i++) {
            check_texts(&a->items[i], &b->items[i]);
        }
    } else if (a->type == JSON_OBJECT) {
        for (uint32_t i = 0; i < a->count; i++) {
            ASSERT(str_eq(a->members[i].key, b->members[i].key));
            check_texts(&a->members[i].value, &b->members[i].value);
        }
    }
}

static void check_written(Arena *arena, JsonIndexer *indexer, const Json *json)
{
    Buf compact = {0};
    Buf pretty = {0};
    json_write(&compact, json);
    json_write_pretty(&pretty, json);
    const Json *again = NULL;
    Err err = {0};
    ASSERT(json_parse(arena, indexer, buf_str(&compact), &JSON_LIMITS_DEFAULT, &again, &err));
    check_texts(json, again);
    ASSERT(json_equal(json, again));
    ASSERT(json_parse(arena, indexer, buf_str(&pretty), &JSON_LIMITS_DEFAULT, &again, &err));
    check_texts(json, again);

    // The canonical form of the canonical form is itself.
    buf_clear(&compact);
    if (json_write_canonical(&compact, json, &err)) {
        ASSERT(json_parse(arena, indexer, buf_str(&compact), &JSON_LIMITS_DEFAULT, &again, &err));
        buf_clear(&pretty);
        ASSERT(json_write_canonical(&pretty, again, &err));
        ASSERT(str_eq(buf_str(&compact), buf_str(&pretty)));
    }
    buf_free(&compact);
    buf_free(&pretty);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str text = {(const char *)data, size};
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    Arena arena;
    arena_init(&arena, (size_t)1 << 30);
    JsonIndexer *indexer = json_indexer_open();
    const Json *slow = NULL;
    const Json *fast = NULL;
    Err slow_err = {0};
    Err fast_err = {0};
    JsonIndex index;
    bool slow_ok = json_read_data(&arena, text, &limits, &slow, &slow_err);
    bool fast_ok = json_index(indexer, text, &index, &fast_err) &&
                   json_build(&arena, &index, &limits, &fast, &fast_err);
    ASSERT(slow_ok == fast_ok);
    if (slow_ok) {
        check_texts(slow, fast);
        ASSERT(json_equal(slow, fast));
        ASSERT(json_equal(fast, json_copy(&arena, slow)));
        check_written(&arena, indexer, fast);
    } else {
        ASSERT(slow_err.kind != ERR_NONE && fast_err.kind != ERR_NONE);
    }
    json_indexer_close(indexer);
    arena_free(&arena);
    return 0;
}
