// SPDX-License-Identifier: Apache-2.0
#include "policy/culture.h"

#include "policy/expr_case.h"
#include "policy/scalar.h"
#include "policy/state.h"

static int sign(int order)
{
    return (order > 0) - (order < 0);
}

TEST(culture_order)
{
    // Ascending, ignoring case.
    static const Str sorted[] = {
        STR_INIT(""),
        STR_INIT(" "),
        STR_INIT("_"),
        STR_INIT("-"),
        STR_INIT("."),
        STR_INIT("/"),
        STR_INIT("$"),
        STR_INIT("0"),
        STR_INIT("1"),
        STR_INIT("10"),
        STR_INIT("9"),
        STR_INIT("a"),
        STR_INIT("a b"),
        STR_INIT("a-b"),
        STR_INIT("a1"),
        STR_INIT("aa"),
        STR_INIT("B"),
        STR_INIT("cote"),
        STR_INIT("cot\xc3\xa9"),        // coté
        STR_INIT("C\xc3\x94TE"),        // CÔTE
        STR_INIT("c\xc3\xb4t\xc3\xa9"), // côté
        STR_INIT("cotf"),
        STR_INIT("\xc3\xa9"), // é
        STR_INIT("ss"),
        STR_INIT("ssa"),
        STR_INIT("sst"),
        STR_INIT("\xe1\xbb\xb0"), // Ự
        STR_INIT("z"),
        STR_INIT("\xc3\xa6"), // æ
        STR_INIT("\xd0\xb6"), // ж
        STR_INIT("\xf0\x9f\x98\x80"),
    };
    for (size_t i = 0; i < COUNTOF(sorted); i++) {
        for (size_t k = 0; k < COUNTOF(sorted); k++) {
            CHECK_ROW(sorted[i].ptr,
                      sign(culture_cmp_nocase(sorted[i], sorted[k])) == sign((int)i - (int)k));
        }
    }
}

TEST(culture_case)
{
    CHECK(culture_cmp_nocase(STR("Hello"), STR("hELLO")) == 0);
    CHECK(culture_cmp(STR("hello"), STR("Hello")) < 0); // lower before upper
    CHECK(culture_cmp(STR("Hello"), STR("hello")) > 0);
    CHECK(culture_cmp(STR("b"), STR("A")) > 0);
    CHECK(culture_cmp(STR("a"), STR("a")) == 0);
    CHECK(culture_cmp_nocase(STR("stra\xc3\x9f"), STR("STRASS")) == 0);
    CHECK(culture_cmp_nocase(STR("\xc3\xa9"), STR("\xc3\x89")) == 0);
    CHECK(culture_cmp_nocase(STR("a\x01"), STR("A")) == 0); // control characters do not count
    CHECK(culture_cmp_nocase(STR("a\x01z"), STR("Ay")) > 0);
}

TEST(culture_folds_in_full)
{
    CHECK(!culture_eq(STR("\xc3\x9f"), STR("s")));
    CHECK(culture_eq(STR("\xc3\x9f"), STR("\xe1\xba\x9e"))); // ß ẞ
    CHECK(culture_eq(STR("\xc5\x89"), STR("\xca\xbcN")));    // ŉ
    CHECK(culture_eq(STR("\xef\xac\x97"), STR("\xd5\xb4\xd5\xad")));
    CHECK(culture_starts(STR("STRASSE"), STR("stra\xc3\x9f")));
    CHECK(culture_eq(STR("nine byte stra\xc3\x9f"
                         "e"),
                     STR("NINE BYTE STRASSE")));
    CHECK(!culture_starts(STR("STRASE"), STR("stra\xc3\x9f")));
    CHECK(culture_ends(STR("gro\xc3\x9f"), STR("SS")));
    CHECK(culture_contains(STR("OFFICE"), STR("\xef\xac\x83")));
    CHECK(!culture_contains(STR("OFICE"), STR("\xef\xac\x83")));
    CHECK(culture_like(STR("gro\xc3\x9f"), STR("*OSS")));
}

TEST(scalar_text)
{
    static const struct {
        Str json, want;
    } rows[] = {
        {STR_INIT("null"), STR_INIT("")},
        {STR_INIT("true"), STR_INIT("true")},
        {STR_INIT("false"), STR_INIT("false")},
        {STR_INIT("\"a\""), STR_INIT("a")},
        {STR_INIT("-7"), STR_INIT("-7")},
        {STR_INIT("-0"), STR_INIT("0")},
        {STR_INIT("9223372036854775807"), STR_INIT("9223372036854775807")},
        {STR_INIT("9223372036854775808000"), STR_INIT("9223372036854775808000")},
        {STR_INIT("1.50"), STR_INIT("1.5")},
        {STR_INIT("5.0"), STR_INIT("5.0")},
        {STR_INIT("0.1"), STR_INIT("0.1")},
        {STR_INIT("1e400"), STR_INIT("1e400")},
        {STR_INIT("1.7976931348623157e308"), STR_INIT("1.7976931348623157e+308")},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Arena arena;
        arena_init(&arena, (size_t)1 << 20);
        char buf[SCALAR_TEXT_MAX];
        Str text = {0};
        CHECK_ROW(rows[i].json.ptr, scalar_text(json_of(&arena, rows[i].json), buf, &text));
        CHECK_ROW(rows[i].json.ptr, str_eq(text, rows[i].want));
        arena_free(&arena);
    }
    char buf[SCALAR_TEXT_MAX];
    Str text = {0};
    Json array = {.type = JSON_ARRAY};
    CHECK(!scalar_text(&array, buf, &text));
}

TEST(scalar_reads_numbers)
{
    static const struct {
        Str text;
        bool is_number, is_int;
        double number;
    } rows[] = {
        {STR_INIT(""), false, false, 0},
        {STR_INIT(" "), false, false, 0},
        {STR_INIT("-"), false, false, 0},
        {STR_INIT("."), false, false, 0},
        {STR_INIT("1e"), false, false, 0},
        {STR_INIT("1e+"), false, false, 0},
        {STR_INIT("0x10"), false, false, 0},
        {STR_INIT("nan"), false, false, 0},
        {STR_INIT("1 2"), false, false, 0},
        {STR_INIT("1e999"), false, false, 0},
        {STR_INIT("1.5"), true, false, 1.5},
        {STR_INIT(".5"), true, false, 0.5},
        {STR_INIT("5."), true, false, 5},
        {STR_INIT("-1E+2"), true, false, -100},
        {STR_INIT("9223372036854775808"), true, false, 9223372036854775808.0},
        {STR_INIT("-9223372036854775808"), true, true, -9223372036854775808.0},
        {STR_INIT("+7"), true, true, 7},
        {STR_INIT("\t 042 "), true, true, 42},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        double number = 0;
        int64_t integer = 0;
        CHECK_ROW(rows[i].text.ptr, scalar_read_number(rows[i].text, &number) == rows[i].is_number);
        CHECK_ROW(rows[i].text.ptr, number == rows[i].number);
        CHECK_ROW(rows[i].text.ptr, scalar_read_int(rows[i].text, &integer) == rows[i].is_int);
        CHECK_ROW(rows[i].text.ptr, !rows[i].is_int || (double)integer == rows[i].number);
    }
}

TEST(states)
{
    CHECK(state_find(STR("compliant")) == STATE_COUNT); // exact
    CHECK(state_find(STR("")) == STATE_COUNT);
    for (State state = 0; state < STATE_COUNT; state++) {
        CHECK_ROW(state_name(state), state_find(str_from_cstr(state_name(state))) == state);
    }
    CHECK(state_met(STATE_NON_COMPLIANT) == STATE_NOT_MET);
    CHECK(state_met(STATE_CONFLICTING) == STATE_NOT_MET);
    CHECK(state_met(STATE_ERROR) == STATE_OPEN);
    CHECK(state_met(STATE_NOT_MEASURED) == STATE_OPEN);
    CHECK(state_met(STATE_UNKNOWN) == STATE_OPEN);
    CHECK(state_met(STATE_EXEMPT) == STATE_MET);
    CHECK(state_met(STATE_COMPLIANT) == STATE_MET);
    CHECK(state_met(STATE_NOT_APPLICABLE) == STATE_NO_DATA);
}
