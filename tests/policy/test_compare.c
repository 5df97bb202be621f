// SPDX-License-Identifier: Apache-2.0
#include "policy/compare.h"

#include "policy/expr_case.h"

typedef struct CompareRow {
    const char *row;
    Operator op;
    Str left;  // JSON; empty = the field is missing
    Str right; // JSON
    Tri want;
} CompareRow;

static void check_row(const CompareRow *r, Operator op, Tri want)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 24);
    Err err = {0};
    const Json *left = r->left.len != 0 ? json_of(&arena, r->left) : NULL;
    const Json *right = json_of(&arena, r->right);
    Tri seen = compare(op, left, right, &err);
    if (seen != want) {
        printf("# %s %.*s %.*s: %d\n", operator_name(op), STR_ARG(r->left), STR_ARG(r->right),
               (int)seen);
    }
    CHECK_ROW(r->row, seen == want);
    CHECK_ROW(r->row, (err.kind == ERR_EVAL) == (want == TRI_ERROR));
    arena_free(&arena);
}

// The operator that negates op, or OP_COUNT.
static Operator negation_of(Operator op)
{
    static const Operator pairs[][2] = {
        {OP_EQUALS, OP_NOT_EQUALS},
        {OP_IN, OP_NOT_IN},
        {OP_LIKE, OP_NOT_LIKE},
        {OP_MATCH, OP_NOT_MATCH},
        {OP_MATCH_INSENSITIVELY, OP_NOT_MATCH_INSENSITIVELY},
        {OP_CONTAINS, OP_NOT_CONTAINS},
        {OP_CONTAINS_KEY, OP_NOT_CONTAINS_KEY},
    };
    for (size_t i = 0; i < COUNTOF(pairs); i++) {
        if (pairs[i][0] == op) {
            return pairs[i][1];
        }
    }
    return OP_COUNT;
}

// Each row, and the opposite answer of the operator that negates it.
static void check_rows(const CompareRow *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        Operator negated = negation_of(rows[i].op);
        Tri opposite = rows[i].want == TRI_ERROR   ? TRI_ERROR
                       : rows[i].want == TRI_FALSE ? TRI_TRUE
                                                   : TRI_FALSE;
        check_row(&rows[i], rows[i].op, rows[i].want);
        if (negated != OP_COUNT) {
            check_row(&rows[i], negated, opposite);
        }
    }
}

#define SHARP_S "\xc3\x9f"     // ß
#define FFI "\xef\xac\x83"     // ﬃ
#define E_ACUTE "\xc3\xa9"     // é
#define E_ACUTE_UP "\xc3\x89"  // É
#define SIGMA_UP "\xce\xa3"    // Σ
#define SIGMA_FINAL "\xcf\x82" // ς

TEST(equals)
{
    static const CompareRow rows[] = {
        {"other text", OP_EQUALS, STR_INIT("\"a\""), STR_INIT("\"b\""), TRI_FALSE},
        {"prefix", OP_EQUALS, STR_INIT("\"ab\""), STR_INIT("\"a\""), TRI_FALSE},
        {"other number", OP_EQUALS, STR_INIT("5"), STR_INIT("6"), TRI_FALSE},
        {"integer and float", OP_EQUALS, STR_INIT("5.0"), STR_INIT("5"), TRI_FALSE},
        {"zero and a fraction", OP_EQUALS, STR_INIT("0"), STR_INIT("0.5"), TRI_FALSE},
        {"text of a float", OP_EQUALS, STR_INIT("\"5.0\""), STR_INIT("5"), TRI_FALSE},
        {"leading zero", OP_EQUALS, STR_INIT("\"05\""), STR_INIT("5"), TRI_FALSE},
        {"no number", OP_EQUALS, STR_INIT("\"not-a-number\""), STR_INIT("80"), TRI_FALSE},
        {"true and 1", OP_EQUALS, STR_INIT("true"), STR_INIT("1"), TRI_FALSE},
        {"true and false", OP_EQUALS, STR_INIT("true"), STR_INIT("\"false\""), TRI_FALSE},
        {"missing and text", OP_EQUALS, STR_INIT(""), STR_INIT("\"a\""), TRI_FALSE},
        {"missing and false", OP_EQUALS, STR_INIT(""), STR_INIT("false"), TRI_FALSE},
        {"missing and 0", OP_EQUALS, STR_INIT(""), STR_INIT("0"), TRI_FALSE},
        {"missing and []", OP_EQUALS, STR_INIT(""), STR_INIT("[]"), TRI_FALSE},
        {"text and null", OP_EQUALS, STR_INIT("\"a\""), STR_INIT("null"), TRI_FALSE},
        {"array and its item", OP_EQUALS, STR_INIT("[\"a\"]"), STR_INIT("\"a\""), TRI_FALSE},
        {"array, order", OP_EQUALS, STR_INIT("[1,2]"), STR_INIT("[2,1]"), TRI_FALSE},
        {"array, length", OP_EQUALS, STR_INIT("[1,2]"), STR_INIT("[1]"), TRI_FALSE},
        {"array and object", OP_EQUALS, STR_INIT("[]"), STR_INIT("{}"), TRI_FALSE},
        {"object, value", OP_EQUALS, STR_INIT("{\"a\":1}"), STR_INIT("{\"a\":2}"), TRI_FALSE},
        {"object, key", OP_EQUALS, STR_INIT("{\"a\":1}"), STR_INIT("{\"b\":1}"), TRI_FALSE},
        {"accent", OP_EQUALS, STR_INIT("\"caf" E_ACUTE "\""), STR_INIT("\"cafe\""), TRI_FALSE},
        {"case", OP_EQUALS, STR_INIT("\"MyVM\""), STR_INIT("\"myvm\""), TRI_TRUE},
        {"case outside ASCII", OP_EQUALS, STR_INIT("\"CAF" E_ACUTE_UP "\""),
         STR_INIT("\"caf" E_ACUTE "\""), TRI_TRUE},
        {"sharp s", OP_EQUALS, STR_INIT("\"STRASSE\""), STR_INIT("\"Stra" SHARP_S "e\""), TRI_TRUE},
        {"ligature", OP_EQUALS, STR_INIT("\"FFICE\""), STR_INIT("\"" FFI "ce\""), TRI_TRUE},
        {"final sigma", OP_EQUALS, STR_INIT("\"" SIGMA_FINAL "\""), STR_INIT("\"" SIGMA_UP "\""),
         TRI_TRUE},
        {"number and its text", OP_EQUALS, STR_INIT("443"), STR_INIT("\"443\""), TRI_TRUE},
        {"float and its text", OP_EQUALS, STR_INIT("\"3.14\""), STR_INIT("3.140"), TRI_TRUE},
        {"floats as written", OP_EQUALS, STR_INIT("1.50"), STR_INIT("1.5"), TRI_TRUE},
        {"beyond doubles", OP_EQUALS, STR_INIT("12345678901234567890123"),
         STR_INIT("12345678901234567890123"), TRI_TRUE},
        {"beyond doubles, by one", OP_EQUALS, STR_INIT("12345678901234567890123"),
         STR_INIT("12345678901234567890124"), TRI_FALSE},
        {"true and TRUE", OP_EQUALS, STR_INIT("\"TRUE\""), STR_INIT("true"), TRI_TRUE},
        {"false and False", OP_EQUALS, STR_INIT("false"), STR_INIT("\"False\""), TRI_TRUE},
        {"missing and null", OP_EQUALS, STR_INIT(""), STR_INIT("null"), TRI_TRUE},
        {"null and null", OP_EQUALS, STR_INIT("null"), STR_INIT("null"), TRI_TRUE},
        {"missing and ''", OP_EQUALS, STR_INIT(""), STR_INIT("\"\""), TRI_TRUE},
        {"'' and null", OP_EQUALS, STR_INIT("\"\""), STR_INIT("null"), TRI_TRUE},
        {"arrays", OP_EQUALS, STR_INIT("[\"A\",1]"), STR_INIT("[\"a\",\"1\"]"), TRI_TRUE},
        {"objects in any order", OP_EQUALS, STR_INIT("{\"a\":1,\"B\":[{}]}"),
         STR_INIT("{\"b\":[{}],\"A\":1}"), TRI_TRUE},
    };
    check_rows(rows, COUNTOF(rows));
}

TEST(in)
{
    static const CompareRow rows[] = {
        {"null on the right", OP_IN, STR_INIT("\"a\""), STR_INIT("null"), TRI_ERROR},
        {"text on the right", OP_IN, STR_INIT("\"a\""), STR_INIT("\"a\""), TRI_ERROR},
        {"no match", OP_IN, STR_INIT("\"north\""), STR_INIT("[\"east\",\"west\"]"), TRI_FALSE},
        {"empty list", OP_IN, STR_INIT("\"a\""), STR_INIT("[]"), TRI_FALSE},
        {"missing", OP_IN, STR_INIT(""), STR_INIT("[\"a\",\"b\"]"), TRI_FALSE},
        {"part of an item", OP_IN, STR_INIT("\"a\""), STR_INIT("[\"ab\"]"), TRI_FALSE},
        {"missing in a list with ''", OP_IN, STR_INIT(""), STR_INIT("[\"\"]"), TRI_TRUE},
        {"case", OP_IN, STR_INIT("\"westus2\""), STR_INIT("[\"EASTUS\",\"WESTUS2\"]"), TRI_TRUE},
        {"number", OP_IN, STR_INIT("443"), STR_INIT("[80,\"443\"]"), TRI_TRUE},
        {"sharp s", OP_IN, STR_INIT("\"Stra" SHARP_S "e\""), STR_INIT("[\"STRASSE\"]"), TRI_TRUE},
        {"array in arrays", OP_IN, STR_INIT("[1]"), STR_INIT("[[1],[2]]"), TRI_TRUE},
    };
    check_rows(rows, COUNTOF(rows));
}

TEST(contains)
{
    static const CompareRow rows[] = {
        {"null on the right", OP_CONTAINS, STR_INIT("\"a\""), STR_INIT("null"), TRI_ERROR},
        {"array in a text", OP_CONTAINS, STR_INIT("\"a\""), STR_INIT("[\"a\"]"), TRI_ERROR},
        {"not there", OP_CONTAINS, STR_INIT("\"my-vm\""), STR_INIT("\"prod\""), TRI_FALSE},
        {"in nothing", OP_CONTAINS, STR_INIT("\"\""), STR_INIT("\"x\""), TRI_FALSE},
        {"missing", OP_CONTAINS, STR_INIT(""), STR_INIT("\"x\""), TRI_FALSE},
        {"part of an item", OP_CONTAINS, STR_INIT("[\"abc\"]"), STR_INIT("\"b\""), TRI_FALSE},
        {"no wildcard", OP_CONTAINS, STR_INIT("\"abc\""), STR_INIT("\"a*c\""), TRI_FALSE},
        {"no key", OP_CONTAINS, STR_INIT("{\"a\":1}"), STR_INIT("\"b\""), TRI_FALSE},
        {"case", OP_CONTAINS, STR_INIT("\"my-PROD-vm\""), STR_INIT("\"prod\""), TRI_TRUE},
        {"case outside ASCII", OP_CONTAINS, STR_INIT("\"my-caf" E_ACUTE "-app\""),
         STR_INIT("\"CAF" E_ACUTE_UP "\""), TRI_TRUE},
        {"ligature", OP_CONTAINS, STR_INIT("\"The OFFICE\""), STR_INIT("\"" FFI "ce\""), TRI_TRUE},
        {"number in a text", OP_CONTAINS, STR_INIT("\"port 80\""), STR_INIT("80"), TRI_TRUE},
        {"digits of a number", OP_CONTAINS, STR_INIT("8080"), STR_INIT("\"08\""), TRI_TRUE},
        {"nothing in missing", OP_CONTAINS, STR_INIT(""), STR_INIT("\"\""), TRI_TRUE},
        {"item", OP_CONTAINS, STR_INIT("[\"a\",\"B\"]"), STR_INIT("\"b\""), TRI_TRUE},
        {"key", OP_CONTAINS, STR_INIT("{\"Env\":1}"), STR_INIT("\"env\""), TRI_TRUE},
    };
    check_rows(rows, COUNTOF(rows));
}

TEST(contains_key)
{
    static const CompareRow rows[] = {
        {"null on the right", OP_CONTAINS_KEY, STR_INIT("{}"), STR_INIT("null"), TRI_ERROR},
        {"array on the right", OP_CONTAINS_KEY, STR_INIT("{}"), STR_INIT("[]"), TRI_ERROR},
        {"no key", OP_CONTAINS_KEY, STR_INIT("{\"a\":1}"), STR_INIT("\"b\""), TRI_FALSE},
        {"text", OP_CONTAINS_KEY, STR_INIT("\"a\""), STR_INIT("\"a\""), TRI_FALSE},
        {"array", OP_CONTAINS_KEY, STR_INIT("[\"a\"]"), STR_INIT("\"a\""), TRI_FALSE},
        {"missing", OP_CONTAINS_KEY, STR_INIT(""), STR_INIT("\"a\""), TRI_FALSE},
        {"key", OP_CONTAINS_KEY, STR_INIT("{\"a\":null}"), STR_INIT("\"A\""), TRI_TRUE},
        {"number as key", OP_CONTAINS_KEY, STR_INIT("{\"1\":0}"), STR_INIT("1"), TRI_TRUE},
    };
    check_rows(rows, COUNTOF(rows));
}

TEST(like)
{
    static const CompareRow rows[] = {
        {"null on the right", OP_LIKE, STR_INIT("\"a\""), STR_INIT("null"), TRI_ERROR},
        {"array on the right", OP_LIKE, STR_INIT("\"a\""), STR_INIT("[\"a\"]"), TRI_ERROR},
        {"whole text", OP_LIKE, STR_INIT("\"abc\""), STR_INIT("\"b*\""), TRI_FALSE},
        {"question mark is itself", OP_LIKE, STR_INIT("\"vm-1\""), STR_INIT("\"vm-?\""), TRI_FALSE},
        {"missing and *", OP_LIKE, STR_INIT(""), STR_INIT("\"*\""), TRI_FALSE},
        {"null and *", OP_LIKE, STR_INIT("null"), STR_INIT("\"*\""), TRI_FALSE},
        {"array", OP_LIKE, STR_INIT("[\"a\"]"), STR_INIT("\"*\""), TRI_FALSE},
        {"missing and ''", OP_LIKE, STR_INIT(""), STR_INIT("\"\""), TRI_TRUE},
        {"'' and *", OP_LIKE, STR_INIT("\"\""), STR_INIT("\"*\""), TRI_TRUE},
        {"case", OP_LIKE, STR_INIT("\"my-prod-vm\""), STR_INIT("\"MY-*-VM\""), TRI_TRUE},
        {"two stars", OP_LIKE, STR_INIT("\"a1b2c\""), STR_INIT("\"a*b*c\""), TRI_TRUE},
        {"number", OP_LIKE, STR_INIT("8080"), STR_INIT("\"80*\""), TRI_TRUE},
        {"sharp s", OP_LIKE, STR_INIT("\"Stra" SHARP_S "e 1\""), STR_INIT("\"STRASSE*\""),
         TRI_TRUE},
    };
    check_rows(rows, COUNTOF(rows));
}

TEST(match)
{
    static const CompareRow rows[] = {
        {"null on the right", OP_MATCH, STR_INIT("\"a\""), STR_INIT("null"), TRI_ERROR},
        {"letter for a digit", OP_MATCH, STR_INIT("\"vm-a1\""), STR_INIT("\"vm-##\""), TRI_FALSE},
        {"digit for a letter", OP_MATCH, STR_INIT("\"1\""), STR_INIT("\"?\""), TRI_FALSE},
        {"shorter", OP_MATCH, STR_INIT("\"vm-1\""), STR_INIT("\"vm-##\""), TRI_FALSE},
        {"longer", OP_MATCH, STR_INIT("\"vm-123\""), STR_INIT("\"vm-##\""), TRI_FALSE},
        {"case", OP_MATCH, STR_INIT("\"VM-01\""), STR_INIT("\"vm-##\""), TRI_FALSE},
        {"missing", OP_MATCH, STR_INIT(""), STR_INIT("\".\""), TRI_FALSE},
        {"object", OP_MATCH, STR_INIT("{}"), STR_INIT("\"..\""), TRI_FALSE},
        {"digits", OP_MATCH, STR_INIT("\"vm-01\""), STR_INIT("\"vm-##\""), TRI_TRUE},
        {"any", OP_MATCH, STR_INIT("\"a-1\""), STR_INIT("\"?.#\""), TRI_TRUE},
        {"missing and ''", OP_MATCH, STR_INIT(""), STR_INIT("\"\""), TRI_TRUE},
        {"number", OP_MATCH, STR_INIT("443"), STR_INIT("\"4##\""), TRI_TRUE},
        {"case ignored", OP_MATCH_INSENSITIVELY, STR_INIT("\"VM-01\""), STR_INIT("\"vm-##\""),
         TRI_TRUE},
        {"case ignored, no match", OP_MATCH_INSENSITIVELY, STR_INIT("\"VM-x1\""),
         STR_INIT("\"vm-##\""), TRI_FALSE},
    };
    check_rows(rows, COUNTOF(rows));
}

TEST(order)
{
    static const CompareRow rows[] = {
        {"null on the right", OP_LESS, STR_INIT("1"), STR_INIT("null"), TRI_ERROR},
        {"null on both sides", OP_GREATER, STR_INIT(""), STR_INIT("null"), TRI_ERROR},
        {"boolean on the right", OP_LESS, STR_INIT("1"), STR_INIT("true"), TRI_ERROR},
        {"boolean on the left", OP_LESS, STR_INIT("true"), STR_INIT("1"), TRI_ERROR},
        {"array on the left", OP_GREATER, STR_INIT("[1]"), STR_INIT("1"), TRI_ERROR},
        {"text and number", OP_GREATER, STR_INIT("\"abc\""), STR_INIT("1"), TRI_ERROR},
        {"number and text", OP_GREATER, STR_INIT("1"), STR_INIT("\"abc\""), TRI_ERROR},
        {"'' and number", OP_LESS, STR_INIT("\"\""), STR_INIT("1"), TRI_ERROR},
        {"missing is not less", OP_LESS, STR_INIT(""), STR_INIT("1"), TRI_FALSE},
        {"missing is not greater", OP_GREATER_OR_EQUALS, STR_INIT("null"), STR_INIT("0"),
         TRI_FALSE},
        {"equal is not less", OP_LESS, STR_INIT("5"), STR_INIT("5"), TRI_FALSE},
        {"equal is not greater", OP_GREATER, STR_INIT("5"), STR_INIT("5.0"), TRI_FALSE},
        {"less", OP_LESS, STR_INIT("7"), STR_INIT("30"), TRI_TRUE},
        {"greater", OP_GREATER, STR_INIT("3.14"), STR_INIT("3"), TRI_TRUE},
        {"equal", OP_LESS_OR_EQUALS, STR_INIT("5"), STR_INIT("5.0"), TRI_TRUE},
        {"equal again", OP_GREATER_OR_EQUALS, STR_INIT("-2"), STR_INIT("-2"), TRI_TRUE},
        {"beyond doubles", OP_LESS, STR_INIT("9007199254740992"), STR_INIT("9007199254740993"),
         TRI_TRUE},
        {"text of a number", OP_GREATER, STR_INIT("\"8080\""), STR_INIT("1024"), TRI_TRUE},
        {"text of a number beyond doubles", OP_GREATER, STR_INIT("\"9007199254740993\""),
         STR_INIT("9007199254740992"), TRI_TRUE},
        {"number and text beyond doubles", OP_LESS, STR_INIT("9007199254740992"),
         STR_INIT("\"9007199254740993\""), TRI_TRUE},
        {"text of a fraction", OP_LESS, STR_INIT("\"1.5\""), STR_INIT("2"), TRI_TRUE},
        {"number and its text", OP_LESS, STR_INIT("80"), STR_INIT("\" 443 \""), TRI_TRUE},
        {"two texts of numbers are texts", OP_LESS, STR_INIT("\"10\""), STR_INIT("\"9\""),
         TRI_TRUE},
        {"padded", OP_GREATER, STR_INIT("\"0010\""), STR_INIT("\"0009\""), TRI_TRUE},
        {"text ignoring case", OP_LESS, STR_INIT("\"alpha\""), STR_INIT("\"BETA\""), TRI_TRUE},
        {"equal but for case", OP_LESS_OR_EQUALS, STR_INIT("\"hello\""), STR_INIT("\"HELLO\""),
         TRI_TRUE},
        {"sharp s", OP_LESS_OR_EQUALS, STR_INIT("\"Stra" SHARP_S "e\""), STR_INIT("\"STRASSE\""),
         TRI_TRUE},
        {"accented letters beside their own", OP_LESS, STR_INIT("\"" E_ACUTE "\""),
         STR_INIT("\"Z\""), TRI_TRUE},
        {"accents count last", OP_GREATER, STR_INIT("\"" E_ACUTE "b\""), STR_INIT("\"ea\""),
         TRI_TRUE},
        {"underscore before digits", OP_LESS, STR_INIT("\"a_\""), STR_INIT("\"a1\""), TRI_TRUE},
        {"digits before letters", OP_LESS, STR_INIT("\"1\""), STR_INIT("\"a\""), TRI_TRUE},
        {"dates", OP_GREATER_OR_EQUALS, STR_INIT("\"2023-01-01\""), STR_INIT("\"2024-06-01\""),
         TRI_FALSE},
        {"fraction", OP_LESS, STR_INIT("\"2025-01-21T12:00:00.0000000Z\""),
         STR_INIT("\"2025-02-20T12:00:00Z\""), TRI_TRUE},
        {"the same moment", OP_LESS_OR_EQUALS, STR_INIT("\"2025-01-21T12:00:00Z\""),
         STR_INIT("\"2025-01-21T12:00:00.0000000Z\""), TRI_TRUE},
        {"the same moment again", OP_GREATER_OR_EQUALS, STR_INIT("\"2025-01-21T12:00:00Z\""),
         STR_INIT("\"2025-01-21T12:00:00.0000000Z\""), TRI_TRUE},
        {"offset", OP_LESS, STR_INIT("\"2025-01-21T12:30:00+01:00\""),
         STR_INIT("\"2025-01-21T12:00:00Z\""), TRI_TRUE},
        {"version with a suffix", OP_LESS, STR_INIT("\"2024-06-01\""),
         STR_INIT("\"2024-06-01-preview\""), TRI_TRUE},
    };
    check_rows(rows, COUNTOF(rows));
}

TEST(exists)
{
    static const CompareRow rows[] = {
        {"null on the right", OP_EXISTS, STR_INIT("1"), STR_INIT("null"), TRI_ERROR},
        {"1 on the right", OP_EXISTS, STR_INIT("1"), STR_INIT("1"), TRI_ERROR},
        {"yes on the right", OP_EXISTS, STR_INIT("1"), STR_INIT("\"yes\""), TRI_ERROR},
        {"missing", OP_EXISTS, STR_INIT(""), STR_INIT("true"), TRI_FALSE},
        {"null", OP_EXISTS, STR_INIT("null"), STR_INIT("true"), TRI_FALSE},
        {"there and not wanted", OP_EXISTS, STR_INIT("\"\""), STR_INIT("\"False\""), TRI_FALSE},
        {"missing and not wanted", OP_EXISTS, STR_INIT(""), STR_INIT("false"), TRI_TRUE},
        {"null and not wanted", OP_EXISTS, STR_INIT("null"), STR_INIT("\"FALSE\""), TRI_TRUE},
        {"''", OP_EXISTS, STR_INIT("\"\""), STR_INIT("true"), TRI_TRUE},
        {"0", OP_EXISTS, STR_INIT("0"), STR_INIT("\"true\""), TRI_TRUE},
        {"false", OP_EXISTS, STR_INIT("false"), STR_INIT("\"True\""), TRI_TRUE},
        {"[]", OP_EXISTS, STR_INIT("[]"), STR_INIT("true"), TRI_TRUE},
        {"{}", OP_EXISTS, STR_INIT("{}"), STR_INIT("true"), TRI_TRUE},
    };
    check_rows(rows, COUNTOF(rows));
}

TEST(compare_messages)
{
    static const struct {
        Operator op;
        Str left, right, want;
    } rows[] = {
        {OP_IN, STR_INIT("1"), STR_INIT("null"),
         STR_INIT("'in' wants an array to compare with, this is null")},
        {OP_NOT_CONTAINS, STR_INIT("\"a\""), STR_INIT("null"),
         STR_INIT("'notContains' wants a value to compare with, this is null")},
        {OP_CONTAINS, STR_INIT("\"a\""), STR_INIT("{}"),
         STR_INIT("'contains' wants a string to compare with, this is an object")},
        {OP_CONTAINS_KEY, STR_INIT("{}"), STR_INIT("[]"),
         STR_INIT("'containsKey' wants a key to compare with, this is an array")},
        {OP_NOT_LIKE, STR_INIT("\"a\""), STR_INIT("null"),
         STR_INIT("'notLike' wants a pattern to compare with, this is null")},
        {OP_LESS, STR_INIT("1"), STR_INIT("true"),
         STR_INIT("'less' wants a number or a string to compare with, this is a boolean")},
        {OP_GREATER, STR_INIT("true"), STR_INIT("1"),
         STR_INIT("'greater' cannot order a boolean and a number: both must be numbers, or both "
                  "strings")},
        {OP_EXISTS, STR_INIT("1"), STR_INIT("\"yes\""),
         STR_INIT("'exists' wants true or false to compare with, this is a string")},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Arena arena;
        arena_init(&arena, (size_t)1 << 24);
        Err err = {0};
        Tri seen = compare(rows[i].op, json_of(&arena, rows[i].left),
                           json_of(&arena, rows[i].right), &err);
        CHECK_ROW(rows[i].want.ptr, seen == TRI_ERROR);
        CHECK_ROW(rows[i].want.ptr, strcmp(err.text, rows[i].want.ptr) == 0);
        arena_free(&arena);
    }
}

TEST(operator_names)
{
    CHECK(operator_find(STR("equal")) == OP_COUNT);
    CHECK(operator_find(STR("")) == OP_COUNT);
    CHECK(operator_find(STR("NOTEQUALS")) == OP_NOT_EQUALS);
    for (Operator op = 0; op < OP_COUNT; op++) {
        CHECK_ROW(operator_name(op), operator_find(str_from_cstr(operator_name(op))) == op);
    }
}

// compare_equals is symmetric, and less excludes greater, over all pairs of these values.
TEST(compare_laws)
{
    static const Str values[] = {
        STR_INIT("null"),
        STR_INIT("true"),
        STR_INIT("false"),
        STR_INIT("0"),
        STR_INIT("1"),
        STR_INIT("1.0"),
        STR_INIT("-0.0"),
        STR_INIT("1e400"),
        STR_INIT("\"\""),
        STR_INIT("\"1\""),
        STR_INIT("\"TRUE\""),
        STR_INIT("\"a\""),
        STR_INIT("\"A\""),
        STR_INIT("\"" SHARP_S "\""),
        STR_INIT("\"SS\""),
        STR_INIT("\"_\""),
        STR_INIT("\"2024-01-01\""),
        STR_INIT("[]"),
        STR_INIT("[\"\"]"),
        STR_INIT("[null]"),
        STR_INIT("{}"),
        STR_INIT("{\"a\":1}"),
        STR_INIT("{\"A\":\"1\"}"),
    };
    Arena arena;
    arena_init(&arena, (size_t)1 << 24);
    for (Gen g = {0}; gen_next(&g);) {
        Err err = {0};
        const Json *a = json_of(&arena, values[gen_below(&g, COUNTOF(values))]);
        const Json *b = json_of(&arena, values[gen_below(&g, COUNTOF(values))]);
        CHECK(compare_equals(a, b) == compare_equals(b, a));
        CHECK(compare_equals(a, a));
        Tri less = compare(OP_LESS, a, b, &err);
        err = (Err){0};
        Tri more = compare(OP_GREATER, a, b, &err);
        err = (Err){0};
        Tri less_equal = compare(OP_LESS_OR_EQUALS, a, b, &err);
        CHECK((less == TRI_ERROR) == (more == TRI_ERROR));
        CHECK(less == TRI_ERROR || a->type == JSON_NULL ||
              (less_equal == TRI_TRUE) == (more == TRI_FALSE));
        CHECK(!(less == TRI_TRUE && more == TRI_TRUE));
    }
    arena_free(&arena);
}
