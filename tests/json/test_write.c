// SPDX-License-Identifier: Apache-2.0
#include "json/write.h"

#include <string.h>

#include "t.h"
#include "json/read.h"

static const Json *read_text(Arena *arena, Str text)
{
    const Json *json = NULL;
    Err err = {0};
    bool ok = json_read_data(arena, text, &JSON_LIMITS_DEFAULT, &json, &err);
    ASSERT(ok); // a mistake in the test itself
    return json;
}

TEST(write_string)
{
    static const struct {
        Str text, want;
    } rows[] = {
        {{NULL, 0}, STR_INIT("\"\"")},
        {STR_INIT("a\"\\/b"), STR_INIT("\"a\\\"\\\\/b\"")},
        {STR_INIT("\b\f\n\r\t\v\x1f\0"), STR_INIT("\"\\b\\f\\n\\r\\t\\u000b\\u001f\\u0000\"")},
        {STR_INIT("\x7f"), STR_INIT("\"\x7f\"")},
        {STR_INIT("\xc3\xa9\xf0\x9f\x98\x80"), STR_INIT("\"\xc3\xa9\xf0\x9f\x98\x80\"")},
        {STR_INIT("a\xff"
                  "b\xe2\x82"),
         STR_INIT("\"a\xef\xbf\xbd"
                  "b\xef\xbf\xbd\xef\xbf\xbd\"")},
    };
    Buf buf = {0};
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        buf_clear(&buf);
        json_write_string(&buf, rows[i].text);
        CHECK_ROW(rows[i].want.ptr, str_eq(buf_str(&buf), rows[i].want));
    }
    buf_free(&buf);
}

// Every length up to three blocks, every position, every byte there: what is written reads back.
TEST(write_string_at_every_place)
{
    static const unsigned char bytes[] = {0, 9, 0x1f, 0x20, '"', '\\', 'x', 0x7f};
    Buf buf = {0};
    Arena arena;
    arena_init(&arena, 1 << 20);
    for (size_t len = 1; len <= 50; len++) {
        for (size_t at = 0; at < len; at++) {
            for (size_t k = 0; k < COUNTOF(bytes); k++) {
                ArenaMark mark = arena_mark(&arena);
                char text[50];
                memset(text, 'a' + (int)(len % 26), len);
                text[at] = (char)bytes[k];
                buf_clear(&buf);
                json_write_string(&buf, (Str){text, len});
                CHECK(str_eq(read_text(&arena, buf_str(&buf))->string, (Str){text, len}));
                arena_rewind(&arena, mark);
            }
        }
    }
    arena_free(&arena);
    buf_free(&buf);
}

TEST(write_pretty)
{
    Arena arena;
    arena_init(&arena, 1 << 20);
    Buf buf = {0};
    json_write_pretty(&buf, read_text(&arena, STR("{\"a\":[1,{}],\"b\":[],\"c\":{\"d\":null}}")));
    CHECK(str_eq(buf_str(&buf), STR("{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": [],\n"
                                    "  \"c\": {\n    \"d\": null\n  }\n}\n")));
    buf_free(&buf);
    arena_free(&arena);
}

TEST(write_canonical)
{
    static const struct {
        Str text, want;
    } rows[] = {
        {STR_INIT("{\"b\":1,\"a\":[true, null]}"), STR_INIT("{\"a\":[true,null],\"b\":1}")},
        {STR_INIT("[1.0,1e2,-0,1E-7,1e21,0.10]"), STR_INIT("[1,100,0,1e-7,1e+21,0.1]")},
        {STR_INIT("[1152921504606846976]"), STR_INIT("[1152921504606847000]")},
        {STR_INIT("{\"\xef\xbf\xbd\":1,\"\xf0\x9f\x98\x80\":2,\"\\r\":3,\"1\":4,\"\":5}"),
         STR_INIT("{\"\":5,\"\\r\":3,\"1\":4,\"\xf0\x9f\x98\x80\":2,\"\xef\xbf\xbd\":1}")},
        {STR_INIT("\"\\u20ac\\u0001\\/\""), STR_INIT("\"\xe2\x82\xac\\u0001/\"")},
    };
    Arena arena;
    arena_init(&arena, 1 << 20);
    Buf buf = {0};
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Err err = {0};
        buf_clear(&buf);
        CHECK_ROW(rows[i].text.ptr,
                  json_write_canonical(&buf, read_text(&arena, rows[i].text), &err));
        CHECK_ROW(rows[i].text.ptr, str_eq(buf_str(&buf), rows[i].want));
    }
    buf_free(&buf);
    arena_free(&arena);
}

TEST(write_canonical_refuses_what_has_no_such_form)
{
    static const struct {
        Str text;
        const char *want;
    } rows[] = {
        {STR_INIT("[1,9007199254740993]"),
         "number 9007199254740993 does not fit a double: it has no canonical form"},
        {STR_INIT("[1e400]"), "number 1e400 does not fit a double: it has no canonical form"},
        {STR_INIT("{\"a\":1,\"b\":2,\"a\":3}"),
         "key \"a\" occurs twice: the object has no canonical form"},
    };
    Arena arena;
    arena_init(&arena, 1 << 20);
    Buf buf = {0};
    buf_push(&buf, STR("before"));
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Err err = {0};
        CHECK_ROW(rows[i].want, !json_write_canonical(&buf, read_text(&arena, rows[i].text), &err));
        CHECK_ROW(rows[i].want, err.kind == ERR_SCHEMA && strcmp(err.text, rows[i].want) == 0);
        CHECK_ROW(rows[i].want, str_eq(buf_str(&buf), STR("before")));
    }
    Json bad = json_string(STR("\xff"));
    Err err = {0};
    CHECK(!json_write_canonical(&buf, &bad, &err));
    CHECK(strcmp(err.text, "a string is not UTF-8: it has no canonical form") == 0);
    buf_free(&buf);
    arena_free(&arena);
}

TEST(write_streaming_places_commas)
{
    Arena arena;
    arena_init(&arena, 1 << 20);
    Buf buf = {0};
    JsonOut out = {.buf = &buf};
    json_out_object_begin(&out);
    json_out_key(&out, STR("a"));
    json_out_array_begin(&out);
    json_out_str(&out, STR("s"));
    json_out_u64(&out, UINT64_MAX);
    json_out_i64(&out, INT64_MIN);
    json_out_array_begin(&out);
    json_out_array_end(&out);
    json_out_object_begin(&out);
    json_out_object_end(&out);
    json_out_double(&out, 0.5);
    json_out_array_end(&out);
    json_out_key(&out, STR("b"));
    json_out_bool(&out, true);
    json_out_key(&out, STR("c"));
    json_out_null(&out);
    json_out_key(&out, STR("d"));
    json_out_json(&out, read_text(&arena, STR("[1, 2]")));
    json_out_key(&out, STR("e"));
    json_out_raw(&out, STR("{}"));
    json_out_object_end(&out);
    CHECK(str_eq(buf_str(&buf),
                 STR("{\"a\":[\"s\",18446744073709551615,-9223372036854775808,[],{},0.5],"
                     "\"b\":true,\"c\":null,\"d\":[1,2],\"e\":{}}")));
    buf_byte(&buf, '\n'); // one value a line: no comma between documents
    size_t line = buf.len;
    json_out_bool(&out, false);
    CHECK(str_eq(str_from(buf_str(&buf), line), STR("false")) && out.depth == 0);
    buf_free(&buf);
    arena_free(&arena);
}

TEST(write_streaming_to_its_depth)
{
    Buf buf = {0};
    JsonOut out = {.buf = &buf};
    for (int i = 0; i < 60; i++) {
        json_out_array_begin(&out);
        json_out_null(&out);
    }
    for (int i = 0; i < 60; i++) {
        json_out_array_end(&out);
    }
    Arena arena;
    arena_init(&arena, 1 << 20);
    const Json *json = read_text(&arena, buf_str(&buf));
    CHECK(json->count == 2 && json->items[1].count == 2);
    arena_free(&arena);
    buf_free(&buf);
}
