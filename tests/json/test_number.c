// SPDX-License-Identifier: Apache-2.0
// Numbers: what is kept of a text, what a double prints as, and when two texts mean the same.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "t.h"
#include "json/lex.h"

TEST(number_keeps_what_a_double_would_lose)
{
    static const struct {
        Str text;
        double value;
        int64_t as_int;
        bool is_int, is_exact;
    } rows[] = {
        {STR_INIT("0"), 0, 0, true, true},
        {STR_INIT("-0"), -0.0, 0, true, true},
        {STR_INIT("123456789012345"), 123456789012345, 123456789012345, true, true},
        {STR_INIT("9007199254740992"), 9007199254740992, 9007199254740992, true, true},
        {STR_INIT("9007199254740993"), 9007199254740992, 9007199254740993, true, false},
        {STR_INIT("1152921504606846976"), 0x1p60, 1152921504606846976, true, true},
        {STR_INIT("9223372036854775807"), 0x1p63, INT64_MAX, true, false},
        {STR_INIT("-9223372036854775808"), -0x1p63, INT64_MIN, true, true},
        {STR_INIT("9223372036854775808"), 0x1p63, 0, false, false},
        {STR_INIT("-9223372036854775809"), -0x1p63, 0, false, false},
        {STR_INIT("100000000000000000000"), 1e20, 0, false, true},
        {STR_INIT("1.0"), 1, 0, false, true},
        {STR_INIT("1e2"), 100, 0, false, true},
        {STR_INIT("0.1"), 0.1, 0, false, true},
        {STR_INIT("0.10000000000000000"), 0.1, 0, false, true},
        {STR_INIT("0.1000000000000000055"), 0.1, 0, false, false},
        {STR_INIT("0.30000000000000004"), 0.30000000000000004, 0, false, true},
        {STR_INIT("0.30000000000000005"), 0.30000000000000004, 0, false, false},
        {STR_INIT("1e400"), (double)INFINITY, 0, false, false},
        {STR_INIT("-1e400"), -(double)INFINITY, 0, false, false},
        {STR_INIT("1e99999999999999999999"), (double)INFINITY, 0, false, false},
        {STR_INIT("1e-400"), 0, 0, false, false},
        {STR_INIT("1e-99999999999999999999"), 0, 0, false, false},
        {STR_INIT("0e99999999999999999999"), 0, 0, false, true},
        {STR_INIT("0.000e-5"), 0, 0, false, true},
        {STR_INIT("5e-324"), 5e-324, 0, false, true},
        {STR_INIT("4e-324"), 5e-324, 0, false, false},
        {STR_INIT("1.7976931348623157e308"), 1.7976931348623157e308, 0, false, true},
        {STR_INIT("2.47032822920623272088284396434110686e-324"), 0, 0, false, false},
        {STR_INIT("2.47032822920623272088284396434110687e-324"), 5e-324, 0, false, false},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Json json = {0};
        size_t at = 0;
        const char *row = rows[i].text.ptr;
        CHECK_ROW(row, lex_number(rows[i].text, &at, &json) == LEX_OK && at == rows[i].text.len);
        CHECK_ROW(row, str_eq(json.number.text, rows[i].text));
        CHECK_ROW(row, json.number.as_double == rows[i].value);
        CHECK_ROW(row, signbit(json.number.as_double) == signbit(rows[i].value));
        CHECK_ROW(row, json.is_int == rows[i].is_int && json.number.as_int == rows[i].as_int);
        CHECK_ROW(row, json.is_exact == rows[i].is_exact);
    }
}

// 1 + 2⁻⁵³ lies halfway between two doubles; one digit 900 places later decides.
TEST(number_rounds_correctly_however_long)
{
    static const char half[] = "1.00000000000000011102230246251565404236316680908203125";
    static char text[1000];
    for (int tail = 0; tail < 2; tail++) {
        memset(text, '0', sizeof text);
        memcpy(text, half, sizeof half - 1);
        text[sizeof text - 1] = tail == 0 ? '0' : '1';
        Json json = {0};
        size_t at = 0;
        CHECK(lex_number((Str){text, sizeof text}, &at, &json) == LEX_OK);
        CHECK(json.number.as_double == (tail == 0 ? 1.0 : 0x1.0000000000001p0));
        CHECK(!json.is_exact);
    }
}

TEST(number_prints_as_ecmascript_does)
{
    static const struct {
        double value;
        Str want;
    } rows[] = {
        {0.0, STR_INIT("0")},
        {-0.0, STR_INIT("-0")},
        {-1.5, STR_INIT("-1.5")},
        {100, STR_INIT("100")},
        {0.1, STR_INIT("0.1")},
        {0.30000000000000004, STR_INIT("0.30000000000000004")},
        {1e-6, STR_INIT("0.000001")},
        {1e-7, STR_INIT("1e-7")},
        {1.25e-7, STR_INIT("1.25e-7")},
        {0x1p53, STR_INIT("9007199254740992")},
        {123456789012345680000.0, STR_INIT("123456789012345680000")},
        {999999999999999900000.0, STR_INIT("999999999999999900000")},
        {1e21, STR_INIT("1e+21")},
        {1.5e300, STR_INIT("1.5e+300")},
        {0x1p60, STR_INIT("1152921504606847000")},
        {0x1p-44, STR_INIT("5.684341886080802e-14")},
        {0x1p-1022, STR_INIT("2.2250738585072014e-308")},
        {5e-324, STR_INIT("5e-324")},
        {1.7976931348623157e308, STR_INIT("1.7976931348623157e+308")},
        {333333333.33333329, STR_INIT("333333333.3333333")},
        {4.35, STR_INIT("4.35")},
        {0x0.fffffffffffffp-1022, STR_INIT("2.225073858507201e-308")},
    };
    Buf buf = {0};
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        buf_clear(&buf);
        lex_print_double(&buf, rows[i].value);
        CHECK_ROW(rows[i].want.ptr, str_eq(buf_str(&buf), rows[i].want));
    }
    buf_free(&buf);
}

// Significant digits of a printed number.
static int count_digits(Str text)
{
    int digits = 0;
    int zeros = 0; // so far at the end
    for (size_t i = 0; i < text.len && text.ptr[i] != 'e'; i++) {
        bool is_digit = text.ptr[i] >= '0' && text.ptr[i] <= '9';
        if (is_digit && (text.ptr[i] != '0' || digits != 0)) {
            zeros = text.ptr[i] == '0' ? zeros + 1 : 0;
            digits++;
        }
    }
    return digits - zeros;
}

static void check_shortest(Buf *buf, double value)
{
    buf_clear(buf);
    lex_print_double(buf, value);
    Json json = {0};
    size_t at = 0;
    CHECK(lex_number(buf_str(buf), &at, &json) == LEX_OK && at == buf->len);
    CHECK(json.number.as_double == value && json.is_exact);
    int digits = count_digits(buf_str(buf));
    CHECK(digits >= 1 && digits <= 17);
    if (digits > 1 && digits <= 17) {
        char shorter[40];
        (void)snprintf(shorter, sizeof shorter, "%.*e", digits - 2, value);
        CHECK(strtod(shorter, NULL) != value);
    }
}

// Doubles of every exponent, powers of two among them: what is printed reads back as the same
// double, and no text with one digit less does.
TEST(number_prints_shortest)
{
    Buf buf = {0};
    uint64_t state = 1;
    for (int exponent = -1074; exponent < 1024; exponent++) {
        check_shortest(&buf, ldexp(1, exponent));
        for (int k = 0; k < 3; k++) {
            state = state * UINT64_C(6364136223846793005) + 1442695040888963407U;
            check_shortest(&buf, ldexp(1 + (double)(state >> 12) * 0x1p-52, exponent));
        }
    }
    buf_free(&buf);
}

TEST(number_texts_mean_the_same)
{
    static const struct {
        Str a, b;
        bool want;
    } rows[] = {
        {STR_INIT("1"), STR_INIT("-1"), false},
        {STR_INIT("1"), STR_INIT("10"), false},
        {STR_INIT("12"), STR_INIT("1.3"), false},
        {STR_INIT("0"), STR_INIT("1e-400"), false},
        {STR_INIT("1e400"), STR_INIT("1e401"), false},
        {STR_INIT("1e99999999999999999999"), STR_INIT("1e99999999999999999998"), false},
        {STR_INIT("12345678901234567890123"), STR_INIT("12345678901234567890124"), false},
        {STR_INIT("123"), STR_INIT("1.24e2"), false},
        {STR_INIT("0"), STR_INIT("-0.00e5"), true},
        {STR_INIT("100"), STR_INIT("1e2"), true},
        {STR_INIT("100"), STR_INIT("0.001e+05"), true},
        {STR_INIT("1.50"), STR_INIT("15e-1"), true},
        {STR_INIT("10.01"), STR_INIT("1001E-2"), true},
        {STR_INIT("0.00120"), STR_INIT("12e-0004"), true},
        {STR_INIT("1e400"), STR_INIT("10.0e399"), true},
        {STR_INIT("12345678901234567890123"), STR_INIT("12345678901234567890.123e3"), true},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        CHECK_ROW(rows[i].a.ptr, lex_number_eq(rows[i].a, rows[i].b) == rows[i].want);
        CHECK_ROW(rows[i].b.ptr, lex_number_eq(rows[i].b, rows[i].a) == rows[i].want);
    }
}
