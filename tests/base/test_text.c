// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <string.h>

#include "base/casing.h"
#include "base/utf8.h"
#include "t.h"

// U+0178 and U+00FF are a pair of two bytes each; U+023A and U+2C65 one of two and three bytes.
#define Y_UP "\xc5\xb8"
#define Y_LOW "\xc3\xbf"
#define A_UP "\xc8\xba"
#define A_LOW "\xe2\xb1\xa5"
#define SMILE "\xf0\x9f\x98\x80"

TEST(text_nocase_order)
{
    static const struct {
        const char *row;
        Str a, b;
        int want;
    } rows[] = {
        {"shorter first", STR_INIT("ab"), STR_INIT("abc"), -1},
        {"letters by upper case: _ comes after Z", STR_INIT("_"), STR_INIT("z"), 1},
        {"dotless i is no i", STR_INIT("\xc4\xb1"), STR_INIT("i"), 1},
        {"long s is no s", STR_INIT("\xc5\xbf"), STR_INIT("s"), 1},
        {"sharp s is no ss", STR_INIT("\xc3\x9f"), STR_INIT("ss"), 1},
        {"different invalid bytes", STR_INIT("\xfe"), STR_INIT("\xff"), -1},
        {"late difference", STR_INIT("aaaaaaaaaaaaaaaaX"), STR_INIT("AAAAAAAAAAAAAAAAY"), -1},
        {"difference in a block", STR_INIT("aaaaaaaaaaXaaaaaaa"), STR_INIT("AAAAAAAAAAYAAAAAAA"),
         -1},
        {"empty", STR_INIT(""), {NULL, 0}, 0},
        {"ASCII", STR_INIT("Microsoft.Compute/VM"), STR_INIT("microsoft.compute/vm"), 0},
        {"two bytes", STR_INIT("x" Y_UP), STR_INIT("X" Y_LOW), 0},
        {"lengths differ", STR_INIT("abcdefgh" A_UP "ijklmnop"),
         STR_INIT("ABCDEFGH" A_LOW "IJKLMNOP"), 0},
        {"invalid bytes equal themselves", STR_INIT("\xff"), STR_INIT("\xff"), 0},
        {"Greek", STR_INIT("\xcf\x83\xcf\x82"), STR_INIT("\xce\xa3\xce\xa3"), 0},
        {"Cyrillic", STR_INIT("\xd0\xb6"), STR_INIT("\xd0\x96"), 0},
        {"beyond the BMP", STR_INIT("\xf0\x90\x90\xa8"), STR_INIT("\xf0\x90\x90\x80"), 0},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        int order = text_cmp_nocase(rows[i].a, rows[i].b);
        int back = text_cmp_nocase(rows[i].b, rows[i].a);
        CHECK_ROW(rows[i].row, (order > 0) - (order < 0) == rows[i].want);
        CHECK_ROW(rows[i].row, (back > 0) - (back < 0) == -rows[i].want);
        CHECK_ROW(rows[i].row, text_eq_nocase(rows[i].a, rows[i].b) == (rows[i].want == 0));
    }
}

TEST(text_cmp_is_by_code_point)
{
    CHECK(text_cmp(STR("Z"), STR("a")) < 0);
    CHECK(text_cmp(STR("\xef\xbf\xbd"), STR(SMILE)) < 0); // UTF-16 would order them otherwise
    CHECK(text_cmp(STR("ab"), STR("a")) > 0);
    CHECK(text_cmp((Str){0}, STR("")) == 0);
}

TEST(text_find_nocase)
{
    static const struct {
        const char *row;
        Str s, needle;
        ptrdiff_t first, last;
    } rows[] = {
        {"absent", STR_INIT("abc"), STR_INIT("d"), -1, -1},
        {"longer than the text", STR_INIT("ab"), STR_INIT("abc"), -1, -1},
        {"in an empty text", {NULL, 0}, STR_INIT("a"), -1, -1},
        {"part of a character", STR_INIT("\xc3\xa9"), STR_INIT("\xa9"), -1, -1},
        {"empty needle", STR_INIT("abc"), STR_INIT(""), 0, 3},
        {"twice", STR_INIT("abXab"), STR_INIT("AB"), 0, 3},
        {"overlapping", STR_INIT("aaa"), STR_INIT("AA"), 0, 1},
        {"other length", STR_INIT("x" A_LOW "y" A_LOW), STR_INIT(A_UP), 1, 5},
        {"stray bytes",
         STR_INIT("\x80\x80"
                  "a"),
         STR_INIT("\x80"), 0, 1},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        CHECK_ROW(rows[i].row, text_find_nocase(rows[i].s, rows[i].needle) == rows[i].first);
        CHECK_ROW(rows[i].row, text_rfind_nocase(rows[i].s, rows[i].needle) == rows[i].last);
    }
}

// At every place of texts around the length of a word, among bytes that look alike.
TEST(text_find_nocase_at_every_place)
{
    enum { LEN_MAX = 20 };
    static const char fillers[] = {'m', 'i', '-', '\r', '\x7f'};
    char text[LEN_MAX];
    for (size_t f = 0; f < COUNTOF(fillers); f++) {
        for (size_t len = 2; len <= LEN_MAX; len++) {
            for (size_t at = 0; at + 2 <= len; at++) {
                memset(text, fillers[f], sizeof text);
                CHECK(text_find_nocase((Str){text, len}, STR("M\r")) == -1);
                CHECK(text_find_nocase((Str){text, len}, STR("-_")) == -1);
                text[at] = 'm';
                text[at + 1] = '_';
                CHECK(text_find_nocase((Str){text, len}, STR("M_")) == (ptrdiff_t)at);
            }
        }
    }
}

TEST(text_starts_and_ends)
{
    static const struct {
        Str s, part;
        bool starts, ends;
    } rows[] = {
        {STR_INIT("abc"), STR_INIT("x"), false, false},
        {STR_INIT("abc"), STR_INIT("abcd"), false, false},
        {STR_INIT(""), STR_INIT("a"), false, false},
        {STR_INIT("abc"), STR_INIT("AB"), true, false},
        {STR_INIT("abc"), STR_INIT("BC"), false, true},
        {STR_INIT("abc"), STR_INIT(""), true, true},
        {STR_INIT(A_LOW "x" A_UP), STR_INIT(A_UP), true, true},
        {STR_INIT("\xe2\xb1\xa5"), STR_INIT("\xb1\xa5"), false, false},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        CHECK_ROW(rows[i].s.ptr, text_starts_nocase(rows[i].s, rows[i].part) == rows[i].starts);
        CHECK_ROW(rows[i].s.ptr, text_ends_nocase(rows[i].s, rows[i].part) == rows[i].ends);
    }
}

TEST(text_upper_and_lower)
{
    static const struct {
        Str s, upper, lower;
    } rows[] = {
        {{NULL, 0}, STR_INIT(""), STR_INIT("")},
        {STR_INIT("aB-9"), STR_INIT("AB-9"), STR_INIT("ab-9")},
        {STR_INIT(A_UP A_LOW), STR_INIT(A_UP A_UP), STR_INIT(A_LOW A_LOW)},
        {STR_INIT("\xc3\x9f"), STR_INIT("\xc3\x9f"), STR_INIT("\xc3\x9f")},
        {STR_INIT("\xff"
                  "a"),
         STR_INIT("\xff"
                  "A"),
         STR_INIT("\xff"
                  "a")},
        {STR_INIT("\xc4\xb0\xc4\xb1"), STR_INIT("\xc4\xb0\xc4\xb1"), STR_INIT("\xc4\xb0\xc4\xb1")},
    };
    Arena arena;
    arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        CHECK_ROW(rows[i].upper.ptr, str_eq(text_upper(&arena, rows[i].s), rows[i].upper));
        CHECK_ROW(rows[i].upper.ptr, str_eq(text_lower(&arena, rows[i].s), rows[i].lower));
    }
    arena_free(&arena);
}

// What the mapping of one code point must obey, for all of them.
TEST(casing_maps_every_code_point_consistently)
{
    uint32_t upper_changes = 0;
    uint32_t lower_changes = 0;
    for (uint32_t cp = 0; cp < 0x110000; cp++) {
        uint32_t up = casing_upper(cp);
        uint32_t low = casing_lower(cp);
        CHECK(up < 0x110000 && low < 0x110000 && casing_upper(up) == up &&
              casing_lower(low) == low);
        CHECK((cp < 0x80) == (up < 0x80)); // so ASCII text is never equal to other text
        upper_changes += up != cp ? 1U : 0U;
        lower_changes += low != cp ? 1U : 0U;
    }
    CHECK(upper_changes == 1448 && lower_changes == 1432);
    CHECK(casing_is_letter('q') && !casing_is_letter('5') && !casing_is_letter('@'));
    CHECK(casing_is_letter(0xe9) && casing_is_letter(0x4e2d) && !casing_is_letter(0x20ac));
}

TEST(utf8_valid_len)
{
    static const struct {
        const char *row;
        Str s;
        size_t want;
    } rows[] = {
        {"continuation first", STR_INIT("\x80"), 0},
        {"overlong in two", STR_INIT("\xc1\xbf"), 0},
        {"overlong in three", STR_INIT("\xe0\x9f\xbf"), 0},
        {"overlong in four", STR_INIT("\xf0\x8f\xbf\xbf"), 0},
        {"surrogate", STR_INIT("a\xed\xa0\x80"), 1},
        {"beyond U+10FFFF", STR_INIT("\xf4\x90\x80\x80"), 0},
        {"five bytes", STR_INIT("\xf8\x88\x80\x80\x80"), 0},
        {"cut short", STR_INIT("abcdefghijk\xe2\x82"), 11},
        {"bad third byte", STR_INIT("\xe2\x82\x28"), 0},
        {"empty", {NULL, 0}, 0},
        {"all lengths", STR_INIT("a\xc3\xa9\xe2\x82\xac" SMILE), 10},
        {"U+10FFFF", STR_INIT("\xf4\x8f\xbf\xbf"), 4},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        CHECK_ROW(rows[i].row, utf8_valid_len(rows[i].s) == rows[i].want);
        CHECK_ROW(rows[i].row, text_is_utf8(rows[i].s) == (rows[i].want == rows[i].s.len));
    }
}

TEST(utf8_put_and_take_every_code_point)
{
    for (uint32_t cp = 0; cp < 0x110000; cp++) {
        char bytes[4];
        Str s = {bytes, utf8_put(bytes, cp)};
        size_t at = 0;
        bool is_surrogate = cp >= 0xd800 && cp <= 0xdfff;
        uint32_t want = is_surrogate ? UTF8_INVALID + 0xedU : cp;
        CHECK(utf8_take(s, &at) == want && at == (is_surrogate ? 1 : s.len));
    }
}

TEST(text_utf16_offsets)
{
    Str s = STR("a\xc3\xa9" SMILE "\xff"
                "b"); // units: a, é, 2, 1, b; bytes: 1, 2, 4, 1, 1
    CHECK(text_utf16_len(s) == 6 && text_utf16_len((Str){0}) == 0);
    static const size_t bytes[] = {0, 1, 3, 3, 7, 8, 9, 9};
    for (size_t unit = 0; unit < COUNTOF(bytes); unit++) {
        CHECK(text_byte_at(s, unit) == bytes[unit]);
    }
    static const size_t units[][2] = {{0, 0}, {1, 1}, {3, 2}, {7, 4}, {8, 5}, {9, 6}, {99, 6}};
    for (size_t i = 0; i < COUNTOF(units); i++) {
        CHECK(text_utf16_at(s, units[i][0]) == units[i][1]);
    }
    CHECK(text_utf16_len(STR("0123456789abcdef0" SMILE)) == 19);
}

// The obvious way to say what like means.
static bool like_slowly(Str s, Str pattern)
{
    if (pattern.len == 0) {
        return s.len == 0;
    }
    if (pattern.ptr[0] == '*') {
        return like_slowly(s, str_from(pattern, 1)) ||
               (s.len != 0 && like_slowly(str_from(s, 1), pattern));
    }
    return s.len != 0 && (s.ptr[0] | 0x20) == (pattern.ptr[0] | 0x20) &&
           like_slowly(str_from(s, 1), str_from(pattern, 1));
}

TEST(text_like_agrees_with_its_definition)
{
    for (Gen g = {0}; gen_next(&g);) {
        char s[5];
        char pattern[4];
        size_t s_len = gen_below(&g, 6);
        size_t pattern_len = gen_below(&g, 5);
        for (size_t i = 0; i < s_len; i++) {
            s[i] = "ab"[gen_below(&g, 2)];
        }
        for (size_t i = 0; i < pattern_len; i++) {
            pattern[i] = "AB*"[gen_below(&g, 3)];
        }
        Str text = {s, s_len};
        Str wanted = {pattern, pattern_len};
        CHECK(text_like(text, wanted) == like_slowly(text, wanted));
    }
    CHECK(text_like(STR("x" A_LOW "y"), STR("*" A_UP "*")) && text_like((Str){0}, STR("*")));
    CHECK(!text_like((Str){0}, STR("?")) && text_like((Str){0}, (Str){0}));
}

TEST(text_match)
{
    static const struct {
        const char *row;
        Str s, pattern;
        bool exact, nocase;
    } rows[] = {
        {"shorter", STR_INIT("ab"), STR_INIT("???"), false, false},
        {"longer", STR_INIT("abcd"), STR_INIT("???"), false, false},
        {"letter for a digit", STR_INIT("a"), STR_INIT("#"), false, false},
        {"digit for a letter", STR_INIT("1"), STR_INIT("?"), false, false},
        {"empty", STR_INIT(""), STR_INIT("."), false, false},
        {"other case", STR_INIT("VM-01"), STR_INIT("vm-##"), false, true},
        {"all kinds", STR_INIT("vm-01x"), STR_INIT("vm.##?"), true, true},
        {"any character is one character", STR_INIT("\xc3\xa9" SMILE), STR_INIT(".."), true, true},
        {"a letter beyond ASCII", STR_INIT("\xc3\xa9"), STR_INIT("?"), true, true},
        {"nothing", {NULL, 0}, STR_INIT(""), true, true},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        CHECK_ROW(rows[i].row, text_match(rows[i].s, rows[i].pattern, false) == rows[i].exact);
        CHECK_ROW(rows[i].row, text_match(rows[i].s, rows[i].pattern, true) == rows[i].nocase);
    }
}
