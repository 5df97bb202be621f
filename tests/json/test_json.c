// SPDX-License-Identifier: Apache-2.0
#include "json/json.h"

#include <math.h>

#include "base/buf.h"
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

TEST(json_find_takes_the_last_of_duplicates)
{
    Arena arena;
    arena_init(&arena, 1 << 20);
    const Json *json = read_text(&arena, STR("{\"a\":1,\"A\":2,\"a\":3,\"s\":\"x\",\"\":4}"));
    CHECK(json_find(NULL, STR("a")) == NULL && json_find(&json_null, STR("a")) == NULL);
    CHECK(json_find(json, STR("b")) == NULL && json_find(json, STR("S")) == NULL);
    CHECK(json_find(json, STR("a"))->number.as_int == 3);
    CHECK(json_find(json, STR("A"))->number.as_int == 2);
    CHECK(json_find_nocase(json, STR("A"))->number.as_int == 3);
    CHECK(json_find_nocase(json, STR("b")) == NULL && json_find_nocase(NULL, STR("b")) == NULL);
    CHECK(json_find(json, (Str){0})->number.as_int == 4);
    CHECK(str_eq(json_find_str(json, STR("s")), STR("x")));
    CHECK(json_find_str(json, STR("a")).len == 0 && json_find_str(json, STR("b")).len == 0);
    arena_free(&arena);
}

TEST(json_equal)
{
    static const struct {
        Str a, b;
        bool want;
    } rows[] = {
        {STR_INIT("null"), STR_INIT("false"), false},
        {STR_INIT("true"), STR_INIT("false"), false},
        {STR_INIT("1"), STR_INIT("\"1\""), false},
        {STR_INIT("9007199254740993"), STR_INIT("9007199254740992"), false},
        {STR_INIT("9007199254740993"), STR_INIT("9007199254740992.0"), false},
        {STR_INIT("1152921504606846976"), STR_INIT("1152921504606847000.0"), false},
        {STR_INIT("1e400"), STR_INIT("1e401"), false},
        {STR_INIT("\"a\""), STR_INIT("\"A\""), false},
        {STR_INIT("[1,2]"), STR_INIT("[2,1]"), false},
        {STR_INIT("[1]"), STR_INIT("[1,1]"), false},
        {STR_INIT("{}"), STR_INIT("[]"), false},
        {STR_INIT("{\"a\":1}"), STR_INIT("{\"a\":2}"), false},
        {STR_INIT("{\"a\":1}"), STR_INIT("{\"b\":1}"), false},
        {STR_INIT("{\"a\":1}"), STR_INIT("{\"a\":1,\"b\":1}"), false},
        {STR_INIT("{\"a\":1,\"a\":2}"), STR_INIT("{\"a\":1}"), false},
        {STR_INIT("{\"a\":1,\"b\":2}"), STR_INIT("{\"a\":1,\"a\":1}"), false},
        {STR_INIT("0"), STR_INIT("-0"), true},
        {STR_INIT("100"), STR_INIT("1e2"), true},
        {STR_INIT("1e400"), STR_INIT("10e399"), true},
        {STR_INIT("\"\\u0041\""), STR_INIT("\"A\""), true},
        {STR_INIT("{\"a\":1,\"b\":[{}]}"), STR_INIT("{\"b\":[{}],\"a\":1.0}"), true},
        {STR_INIT("{\"a\":1,\"a\":2}"), STR_INIT("{\"a\":2}"), true},
    };
    Arena arena;
    arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        const Json *a = read_text(&arena, rows[i].a);
        const Json *b = read_text(&arena, rows[i].b);
        CHECK_ROW(rows[i].a.ptr, json_equal(a, b) == rows[i].want);
        CHECK_ROW(rows[i].b.ptr, json_equal(b, a) == rows[i].want);
    }
    arena_free(&arena);
}

// Objects too large to compare each key with each: same keys in reverse, one duplicate, one change.
TEST(json_equal_of_large_objects)
{
    Arena arena;
    arena_init(&arena, 1 << 22);
    Buf up = {0};
    Buf down = {0};
    buf_byte(&up, '{');
    buf_byte(&down, '{');
    for (int i = 0; i < 100; i++) {
        buf_printf(&up, "\"k%d\":%d,", i, i);
        buf_printf(&down, "\"k%d\":%d,", 99 - i, 99 - i);
    }
    buf_push(&up, STR("\"end\":0}"));
    size_t same_len = down.len;
    buf_push(&down, STR("\"k5\":5,\"end\":0}"));
    const Json *a = read_text(&arena, buf_str(&up));
    CHECK(json_equal(a, read_text(&arena, buf_str(&down))));
    down.len = same_len;
    buf_push(&down, STR("\"k5\":6,\"end\":0}"));
    CHECK(!json_equal(a, read_text(&arena, buf_str(&down))));
    down.len = same_len;
    buf_push(&down, STR("\"end\":0,\"more\":0}"));
    CHECK(!json_equal(a, read_text(&arena, buf_str(&down))));
    buf_free(&up);
    buf_free(&down);
    arena_free(&arena);
}

// A comparison that looked at each level twice would take 2⁴⁰ steps here.
TEST(json_equal_of_deep_objects_is_linear)
{
    Arena arena;
    arena_init(&arena, 1 << 22);
    Buf text = {0};
    for (int i = 0; i < 40; i++) {
        buf_push(&text, STR("{\"a\":"));
    }
    size_t at = text.len;
    buf_byte(&text, '1');
    for (int i = 0; i < 40; i++) {
        buf_push(&text, STR("}"));
    }
    const Json *a = json_copy(&arena, read_text(&arena, buf_str(&text)));
    text.ptr[at] = '2';
    CHECK(!json_equal(a, read_text(&arena, buf_str(&text))));
    buf_free(&text);
    arena_free(&arena);
}

TEST(json_constructors)
{
    Arena arena;
    arena_init(&arena, 1 << 20);
    CHECK(str_eq(json_string(STR("x")).string, STR("x")) && json_bool(true).boolean);
    CHECK(!json_bool(false).boolean && json_is(&json_null, JSON_NULL) && !json_is(NULL, JSON_NULL));
    Json least = json_int(&arena, INT64_MIN);
    CHECK(str_eq(least.number.text, STR("-9223372036854775808")) && least.is_int);
    CHECK(least.number.as_int == INT64_MIN);
    Json tenth = json_double(&arena, 0.1);
    CHECK(str_eq(tenth.number.text, STR("0.1")) && tenth.is_exact && !tenth.is_int);
    Json hundred = json_double(&arena, 100);
    CHECK(str_eq(hundred.number.text, STR("100")) && hundred.is_int);
    CHECK(signbit(json_double(&arena, -0.0).number.as_double) != 0);
    arena_free(&arena);
}

TEST(json_copy_owns_its_bytes)
{
    Arena from;
    Arena to;
    arena_init(&from, 1 << 20);
    arena_init(&to, 1 << 20);
    char text[] = "{\"key\":[\"string\",1.50,null,{\"a\":true}]}";
    const Json *json = read_text(&from, (Str){text, sizeof text - 1});
    const Json *copy = json_copy(&to, json);
    CHECK(json_equal(json, copy));
    for (size_t i = 0; i < sizeof text; i++) {
        text[i] = '?';
    }
    arena_free(&from);
    const Json *items = json_find(copy, STR("key"));
    CHECK(json_is(items, JSON_ARRAY) && items->count == 4);
    CHECK(str_eq(items->items[0].string, STR("string")));
    CHECK(str_eq(items->items[1].number.text, STR("1.50")));
    CHECK(json_find(&items->items[3], STR("a"))->boolean);
    arena_free(&to);
}

TEST(json_pointer)
{
    static const struct {
        Str pointer;
        int64_t want; // -1: leads nowhere
    } rows[] = {
        {STR_INIT("foo"), -1},
        {STR_INIT("/none"), -1},
        {STR_INIT("/foo/3"), -1},
        {STR_INIT("/foo/-"), -1},
        {STR_INIT("/foo/00"), -1},
        {STR_INIT("/foo/01"), -1},
        {STR_INIT("/foo/1x"), -1},
        {STR_INIT("/foo/4294967296"), -1},
        {STR_INIT("/foo/99999999999999999999"), -1},
        {STR_INIT("/foo/0/"), -1},
        {STR_INIT("/a~2b"), -1},
        {STR_INIT("/a~"), -1},
        {STR_INIT("/a/b"), -1},
        {STR_INIT("/foo/0"), 10},
        {STR_INIT("/foo/2"), 12},
        {STR_INIT("/"), 0},
        {STR_INIT("/a~1b"), 1},
        {STR_INIT("/m~0n"), 8},
        {STR_INIT("/~01"), 9},
        {STR_INIT("/deep//x"), 7},
        {STR_INIT("/dup"), 6},
    };
    Arena arena;
    arena_init(&arena, 1 << 20);
    const Json *json =
        read_text(&arena, STR("{\"foo\":[10,11,12],\"\":0,\"a/b\":1,\"m~n\":8,\"~1\":9,"
                              "\"deep\":{\"\":{\"x\":7}},\"dup\":5,\"dup\":6}"));
    CHECK(json_pointer(json, STR("")) == json && json_pointer(NULL, STR("/a")) == NULL);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        const Json *value = json_pointer(json, rows[i].pointer);
        CHECK_ROW(rows[i].pointer.ptr, (value == NULL) == (rows[i].want < 0));
        CHECK_ROW(rows[i].pointer.ptr, value == NULL || value->number.as_int == rows[i].want);
    }
    arena_free(&arena);
}
