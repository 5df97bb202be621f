// SPDX-License-Identifier: Apache-2.0
// The positional reader: every message it has, quoted, with its place; and several in one go.
#include "json/read.h"

#include <string.h>

#include "base/buf.h"
#include "t.h"

// The diagnostics as text: line:col code, one per line.
static void print_diags(Buf *out, const DiagList *diags)
{
    for (const Diag *diag = diags->first; diag != NULL; diag = diag->next) {
        buf_printf(out, "%u:%u %s\n", diag->at.line, diag->at.col, diag->code);
    }
}

static const struct {
    Str text;
    Span at;
    const char *code, *want;
} messages[] = {
    {STR_INIT(""), {1, 1}, "missing-value", "there is no JSON value here"},
    {STR_INIT("\n  "), {2, 3}, "missing-value", "there is no JSON value here"},
    {STR_INIT("@"), {1, 1}, "missing-value", "a value expected, not '@'"},
    {STR_INIT("[\x01]"), {1, 2}, "missing-value", "a value expected, not 0x01"},
    {STR_INIT("1 2"), {1, 3}, "trailing-text", "nothing more expected, not '2'"},
    {STR_INIT("{\n\"a\" 1}"), {2, 5}, "missing-colon", "':' expected, not '1'"},
    {STR_INIT("{\"a\" = 1}"), {1, 6}, "missing-colon", "':' expected, not '='"},
    {STR_INIT("{\"a\":}"), {1, 6}, "missing-value", "a value expected, not '}'"},
    {STR_INIT("{\"a\":1 \"b\":2}"), {1, 8}, "missing-comma", "',' or '}' expected, not '\"'"},
    {STR_INIT("[1 2]"), {1, 4}, "missing-comma", "',' or ']' expected, not '2'"},
    {STR_INIT("[1,,2]"), {1, 4}, "extra-comma", "a value expected, not ','"},
    {STR_INIT("[1,\n]"), {1, 3}, "trailing-comma", "no comma after the last value"},
    {STR_INIT("{a:1}"), {1, 2}, "bare-key", "a key must stand in double quotes"},
    {STR_INIT("{'a':1}"), {1, 2}, "bare-key", "a key must stand in double quotes"},
    {STR_INIT("{1:1}"), {1, 2}, "missing-key", "a key in double quotes expected, not '1'"},
    {STR_INIT("['a']"), {1, 2}, "single-quote", "strings stand in double quotes"},
    {STR_INIT("[True]"), {1, 2}, "bad-literal", "write true in lower case"},
    {STR_INIT("[None]"),
     {1, 2},
     "bad-literal",
     "'None' is not a JSON value: a string needs double quotes"},
    {STR_INIT("{} // x"), {1, 4}, "comment", "JSON has no comments"},
    {STR_INIT("[/* \n */1]"), {1, 2}, "comment", "JSON has no comments"},
    {STR_INIT("[1}"), {1, 3}, "mismatched-bracket", "']' expected, to close the '[' of 1:1"},
    {STR_INIT("{\"a\":1]"), {1, 7}, "mismatched-bracket", "'}' expected, to close the '{' of 1:1"},
    {STR_INIT("[1,[2]"), {1, 1}, "unclosed-bracket", "this '[' is never closed"},
    {STR_INIT("{\"a\":1"), {1, 1}, "unclosed-bracket", "this '{' is never closed"},
    {STR_INIT("[\"a\n]"),
     {1, 2},
     "unclosed-string",
     "this string does not end on its line: a \" is missing, or a line break should be \\n"},
    {STR_INIT("\"a\tb\""),
     {1, 3},
     "control-character",
     "a control character in a string must be written \\u0009"},
    {STR_INIT("\"a\xff\""), {1, 3}, "not-utf8", "byte 0xff is not UTF-8"},
    {STR_INIT("\"a\\x\""),
     {1, 3},
     "bad-escape",
     "only \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX are escapes"},
    {STR_INIT("\"\\u00g0\""), {1, 6}, "bad-escape", "\\u needs four hexadecimal digits"},
    {STR_INIT("\"ab\\ud800\""),
     {1, 4},
     "lone-surrogate",
     "half of a surrogate pair; \\uD83D\\uDE00 would be whole"},
    {STR_INIT("[1.]"), {1, 4}, "bad-number", "a number needs a digit here"},
    {STR_INIT("[+1]"), {1, 2}, "bad-number", "a number needs a digit here"},
    {STR_INIT("[007]"), {1, 2}, "bad-number", "a number does not start with 0 unless it is 0"},
    {STR_INIT("[0x10]"), {1, 3}, "bad-number", "this cannot stand directly after a number"},
    {STR_INIT("{\"a\":1,\n \"a\":2}"),
     {2, 2},
     "duplicate-key",
     "key \"a\" occurs twice, first at 1:2"},
};

TEST(read_messages)
{
    for (size_t i = 0; i < COUNTOF(messages); i++) {
        Arena arena;
        arena_init(&arena, 1 << 20);
        DiagList diags;
        diag_init(&diags, &arena, STR("x.json"));
        const Json *json = NULL;
        const char *row = messages[i].text.ptr;
        CHECK_ROW(row, !json_read(&arena, messages[i].text, &JSON_LIMITS_DEFAULT, &diags, &json));
        CHECK_ROW(row, json == NULL && diags.count == 1 && diags.errors == 1);
        CHECK_ROW(row, diags.first->at.line == messages[i].at.line);
        CHECK_ROW(row, diags.first->at.col == messages[i].at.col);
        CHECK_ROW(row, strcmp(diags.first->code, messages[i].code) == 0);
        CHECK_ROW(row, str_eq(diags.first->text, str_from_cstr(messages[i].want)));
        arena_free(&arena);
    }
}

TEST(read_goes_on_after_an_error)
{
    static const struct {
        const char *row;
        Str text;
        const char *want;
    } rows[] = {
        {"a hand-written object",
         STR_INIT("{a: 'x',\n \"b\" = 2\n \"c\": True, \"d\": None,,\n \"e\":, \"f\" 3}"),
         "1:2 bare-key\n1:5 single-quote\n2:6 missing-colon\n3:2 missing-comma\n"
         "3:7 bad-literal\n3:18 bad-literal\n3:23 extra-comma\n4:6 missing-value\n"
         "4:12 missing-colon\n"},
        {"the closing bracket of an inner array is missing", STR_INIT("{\"a\":[1,2},\n\"b\":[3]"),
         "1:10 mismatched-bracket\n1:11 trailing-text\n"},
        {"a string without its end leaves the next line alone",
         STR_INIT("{\"a\": \"x,\n \"b\": 01}"),
         "1:7 unclosed-string\n2:2 missing-comma\n2:7 bad-number\n"},
        {"duplicates stand where they are, not at the end of their object",
         STR_INIT("{\"a\":1,\"a\":{\"b\":1,\"b\":2},\"c\":01,\"a\":3}"),
         "1:8 duplicate-key\n1:19 duplicate-key\n1:30 bad-number\n1:33 duplicate-key\n"},
        {"two bad escapes in one string", STR_INIT("[\"\\x\\y\"]"),
         "1:3 bad-escape\n1:5 bad-escape\n"},
        {"nothing but noise", STR_INIT("[@@ @@, #]"), "1:2 missing-value\n1:9 missing-value\n"},
    };
    Buf buf = {0};
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Arena arena;
        arena_init(&arena, 1 << 20);
        DiagList diags;
        diag_init(&diags, &arena, STR(""));
        const Json *json = NULL;
        CHECK_ROW(rows[i].row,
                  !json_read(&arena, rows[i].text, &JSON_LIMITS_DEFAULT, &diags, &json));
        buf_clear(&buf);
        print_diags(&buf, &diags);
        bool same = str_eq(buf_str(&buf), str_from_cstr(rows[i].want));
        CHECK_ROW(rows[i].row, same);
        if (!same) {
            printf("# got:\n%.*s", STR_ARG(buf_str(&buf)));
        }
        arena_free(&arena);
    }
    buf_free(&buf);
}

TEST(read_stamps_places)
{
    Arena arena;
    arena_init(&arena, 1 << 20);
    DiagList diags;
    diag_init(&diags, &arena, STR(""));
    const Json *json = NULL;
    CHECK(
        json_read(&arena, STR("\r\n {\"a\":\t[1,\n  true]}"), &JSON_LIMITS_DEFAULT, &diags, &json));
    CHECK(json->at.line == 2 && json->at.col == 2);
    CHECK(json->members[0].at.line == 2 && json->members[0].at.col == 3);
    const Json *items = &json->members[0].value;
    CHECK(items->at.line == 2 && items->at.col == 8);
    CHECK(items->items[1].at.line == 3 && items->items[1].at.col == 3);

    Err err = {0};
    CHECK(json_read_data(&arena, STR(" [1]"), &JSON_LIMITS_DEFAULT, &json, &err));
    CHECK(json->at.line == 0 && json->items[0].at.line == 0); // data has no places
    CHECK(!json_read_data(&arena, STR("[1,\n x]"), &JSON_LIMITS_DEFAULT, &json, &err));
    CHECK(err.kind == ERR_SYNTAX && err.at.line == 2 && err.at.col == 2);
    arena_free(&arena);
}

TEST(read_stops_at_limits)
{
    static const struct {
        const char *row;
        Str text;
        JsonLimits limits;
        const char *code, *want;
    } rows[] = {
        {"bytes",
         STR_INIT("[1,2]"),
         {4, 9, 9},
         "too-large",
         "the document is larger than 4 bytes (--max-document-bytes)"},
        {"depth",
         STR_INIT("[[[01]]]"),
         {99, 2, 9},
         "too-deep",
         "values are nested deeper than 2 (--max-depth)"},
        {"values",
         STR_INIT("[1,2,01]"),
         {99, 9, 2},
         "too-many-values",
         "the document has more than 2 values (--max-values)"},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Arena arena;
        arena_init(&arena, 1 << 20);
        DiagList diags;
        diag_init(&diags, &arena, STR(""));
        const Json *json = NULL;
        CHECK_ROW(rows[i].row, !json_read(&arena, rows[i].text, &rows[i].limits, &diags, &json));
        CHECK_ROW(rows[i].row, diags.count == 1 && strcmp(diags.first->code, rows[i].code) == 0);
        CHECK_ROW(rows[i].row, str_eq(diags.first->text, str_from_cstr(rows[i].want)));
        Err err = {0};
        CHECK_ROW(rows[i].row, !json_read_data(&arena, rows[i].text, &rows[i].limits, &json, &err));
        CHECK_ROW(rows[i].row, err.kind == ERR_LIMIT && strcmp(err.text, rows[i].want) == 0);
        arena_free(&arena);
    }
}

TEST(read_stops_when_the_list_is_full)
{
    Arena arena;
    arena_init(&arena, 1 << 20);
    Buf buf = {0};
    buf_byte(&buf, '[');
    for (int i = 0; i < 500; i++) {
        buf_push(&buf, STR("01,"));
    }
    DiagList diags;
    diag_init(&diags, &arena, STR(""));
    diags.limit = 3;
    const Json *json = NULL;
    CHECK(!json_read(&arena, buf_str(&buf), &JSON_LIMITS_DEFAULT, &diags, &json));
    CHECK(diags.count == 3);
    CHECK(!json_read(&arena, STR("[01]"), &JSON_LIMITS_DEFAULT, &diags, &json)); // already full
    CHECK(diags.count == 4 && diags.errors == 4);
    buf_free(&buf);
    arena_free(&arena);
}

// A second document's diagnostics go behind those of the first.
TEST(read_appends_to_the_list)
{
    Arena arena;
    arena_init(&arena, 1 << 20);
    DiagList diags;
    diag_init(&diags, &arena, STR("one"));
    const Json *json = NULL;
    CHECK(!json_read(&arena, STR("\n\n[01]"), &JSON_LIMITS_DEFAULT, &diags, &json));
    diags.file = STR("two");
    CHECK(!json_read(&arena, STR("[01,\n02]"), &JSON_LIMITS_DEFAULT, &diags, &json));
    diag_warn(&diags, (Span){0}, "more", "more");
    Buf buf = {0};
    print_diags(&buf, &diags);
    CHECK(str_eq(buf_str(&buf), STR("3:2 bad-number\n1:2 bad-number\n2:1 bad-number\n0:0 more\n")));
    buf_free(&buf);
    arena_free(&arena);
}

TEST(read_many_keys)
{
    Arena arena;
    arena_init(&arena, 1 << 22);
    Buf buf = {0};
    buf_byte(&buf, '{');
    for (int i = 0; i < 3000; i++) {
        buf_printf(&buf, "\"key%d\":%d,\n", i, i);
    }
    buf_push(&buf, STR("\"key1234\":0}"));
    DiagList diags;
    diag_init(&diags, &arena, STR(""));
    const Json *json = NULL;
    CHECK(!json_read(&arena, buf_str(&buf), &JSON_LIMITS_DEFAULT, &diags, &json));
    CHECK(diags.count == 1 && diags.first->at.line == 3001);
    CHECK(str_eq(diags.first->text, STR("key \"key1234\" occurs twice, first at 1235:1")));
    buf_free(&buf);
    arena_free(&arena);
}

TEST(to_utf8_refuses)
{
    static const struct {
        Str bytes;
        const char *want;
    } rows[] = {
        {STR_INIT("\xff\xfe{"), "UTF-16 text has an odd number of bytes"},
        {STR_INIT("\"\0\x00\xd8\"\0"), "UTF-16 text has half of a surrogate pair at byte 2"},
        {STR_INIT("\"\0\x00\xdc\"\0"), "UTF-16 text has half of a surrogate pair at byte 2"},
        {STR_INIT("\"\0\x00\xd8"), "UTF-16 text has half of a surrogate pair at byte 2"},
        {STR_INIT("\xfe\xff\0{"), "the text is UTF-16 with the high byte first: write it as UTF-8"},
    };
    Arena arena;
    arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Err err = {0};
        Str utf8 = {0};
        CHECK_ROW(rows[i].want, !json_to_utf8(&arena, rows[i].bytes, &utf8, &err));
        CHECK_ROW(rows[i].want, err.kind == ERR_SYNTAX && strcmp(err.text, rows[i].want) == 0);
        DiagList diags;
        diag_init(&diags, &arena, STR(""));
        const Json *json = NULL;
        CHECK_ROW(rows[i].want,
                  !json_read(&arena, rows[i].bytes, &JSON_LIMITS_DEFAULT, &diags, &json));
        CHECK_ROW(rows[i].want, str_eq(diags.first->text, str_from_cstr(rows[i].want)));
    }
    arena_free(&arena);
}

TEST(to_utf8)
{
    static const struct {
        const char *row;
        Str bytes, want;
    } rows[] = {
        {"empty", {NULL, 0}, STR_INIT("")},
        {"one byte", STR_INIT("1"), STR_INIT("1")},
        {"plain", STR_INIT("{\"a\":1}"), STR_INIT("{\"a\":1}")},
        {"UTF-8 mark", STR_INIT("\xef\xbb\xbf{}"), STR_INIT("{}")},
        {"UTF-16 mark", STR_INIT("\xff\xfe{\0}\0"), STR_INIT("{}")},
        {"UTF-16 without mark", STR_INIT("\"\0\xe9\0\x3d\xd8\x00\xde\"\0"),
         STR_INIT("\"\xc3\xa9\xf0\x9f\x98\x80\"")},
    };
    Arena arena;
    arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Err err = {0};
        Str utf8 = STR("unset");
        CHECK_ROW(rows[i].row, json_to_utf8(&arena, rows[i].bytes, &utf8, &err));
        CHECK_ROW(rows[i].row, str_eq(utf8, rows[i].want));
    }
    arena_free(&arena);
}
