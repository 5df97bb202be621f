// SPDX-License-Identifier: Apache-2.0
#include "json/lex.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"

typedef struct FaultRow {
    const char *code, *text;
} FaultRow;

static const FaultRow faults[] = {{"", ""},
#define X(name, code, text) {code, text},
                                  LEX_FAULTS(X)
#undef X
};

const char *lex_fault_code(LexFault fault)
{
    return faults[fault].code;
}

const char *lex_fault_text(LexFault fault)
{
    return faults[fault].text;
}

// A decimal number as its significant digits: 0.d₁d₂…dₙ × 10^exponent without zeros at either end.
// The digits stay in the text, where a point may stand among them.
typedef struct Decimal {
    Str digits;   // from the first to the last digit that is not 0; may hold one '.'
    size_t count; // digits in it; 0 means the number is zero
    int64_t exponent;
    bool is_negative;
    bool is_huge; // the exponent itself was beyond counting
} Decimal;

enum { EXPONENT_DIGITS_MAX = 15, SIGNIFICANT_MAX = 770 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// The exponent after 'e', sign and leading zeros allowed for.
static int64_t exponent_of(Str s, bool *ret_is_huge)
{
    size_t at = 0;
    bool is_negative = s.len != 0 && s.ptr[0] == '-';
    at += s.len != 0 && (s.ptr[0] == '-' || s.ptr[0] == '+') ? 1U : 0U;
    while (at < s.len && s.ptr[at] == '0') {
        at++;
    }
    *ret_is_huge = s.len - at > EXPONENT_DIGITS_MAX;
    int64_t value = *ret_is_huge ? INT64_C(1000000000000000) : 0; // only its sign counts then
    for (; at < s.len && !*ret_is_huge; at++) {
        value = value * 10 + (s.ptr[at] - '0');
    }
    return is_negative ? -value : value;
}

// text is a well-formed number.
static Decimal decimal_of(Str text)
{
    Decimal d = {.is_negative = text.ptr[0] == '-'};
    size_t end = 0; // of the mantissa
    while (end < text.len && (text.ptr[end] | 0x20) != 'e') {
        end++;
    }
    if (end < text.len) {
        d.exponent = exponent_of((Str){text.ptr + end + 1, text.len - end - 1}, &d.is_huge);
    }
    size_t point = end;
    size_t first = end;
    size_t last = end;
    size_t between = 0; // digits from the first significant one on
    for (size_t i = d.is_negative ? 1 : 0; i < end; i++) {
        if (text.ptr[i] == '.') {
            point = i;
            continue;
        }
        if (text.ptr[i] != '0') {
            first = first == end ? i : first;
            last = i;
        }
        between += first != end ? 1U : 0U;
        d.count = last == i ? between : d.count;
    }
    if (first == end) {
        return (Decimal){.is_negative = d.is_negative};
    }
    d.digits = (Str){text.ptr + first, last - first + 1};
    d.exponent += first < point ? (int64_t)(point - first) : -(int64_t)(first - point - 1);
    return d;
}

bool lex_number_eq(Str a, Str b)
{
    Decimal x = decimal_of(a);
    Decimal y = decimal_of(b);
    if (x.count == 0 || y.count == 0) {
        return x.count == y.count; // -0 is 0
    }
    if (x.is_huge || y.is_huge) {
        return str_eq(a, b);
    }
    if (x.count != y.count || x.exponent != y.exponent || x.is_negative != y.is_negative) {
        return false;
    }
    size_t j = 0;
    for (size_t i = 0; i < x.digits.len; i++) {
        if (x.digits.ptr[i] == '.') {
            continue;
        }
        j += y.digits.ptr[j] == '.' ? 1U : 0U;
        if (x.digits.ptr[i] != y.digits.ptr[j]) {
            return false;
        }
        j++;
    }
    return true;
}

// Correctly rounded. strtod gets digits and an exponent only, so the locale's point is no matter.
// Beyond 770 digits only whether anything follows can still decide, so one more digit says that.
static double decimal_to_double(const Decimal *d)
{
    if (d->count == 0) {
        return d->is_negative ? -0.0 : 0.0;
    }
    if (d->is_huge || d->exponent > 400 || d->exponent < -400) {
        bool is_large = d->exponent > 0;
        double beyond = is_large ? (double)INFINITY : 0.0;
        return d->is_negative ? -beyond : beyond;
    }
    char text[SIGNIFICANT_MAX + 32];
    size_t len = 0;
    text[len++] = d->is_negative ? '-' : '+';
    size_t taken = 0;
    for (size_t i = 0; i < d->digits.len && taken < SIGNIFICANT_MAX; i++) {
        if (d->digits.ptr[i] != '.') {
            text[len++] = d->digits.ptr[i];
            taken++;
        }
    }
    if (taken < d->count) {
        text[len++] = '1';
        taken++;
    }
    (void)snprintf(text + len, sizeof text - len, "e%d", (int)(d->exponent - (int64_t)taken));
    return strtod(text, NULL);
}

// The shortest decimal for a double: digits without zeros at the end, exponent as in Decimal.
typedef struct Shortest {
    char digits[20];
    int count, exponent;
} Shortest;

static Shortest print_digits(double magnitude, int precision)
{
    char text[40];
    (void)snprintf(text, sizeof text, "%.*e", precision - 1, magnitude);
    Shortest s = {0};
    const char *p = text;
    for (; *p != 'e'; p++) {
        if (is_digit(*p)) { // the point is skipped, whatever the locale makes of it
            s.digits[s.count++] = *p;
        }
    }
    s.exponent = (int)strtol(p + 1, NULL, 10) + 1;
    while (s.count > 1 && s.digits[s.count - 1] == '0') {
        s.count--;
    }
    return s;
}

static double digits_to_double(const Shortest *s)
{
    char text[40];
    (void)snprintf(text, sizeof text, "%.*se%d", s->count, s->digits, s->exponent - s->count);
    return strtod(text, NULL);
}

// Adds one to the last of precision digits.
static Shortest digits_up(Shortest s, int precision)
{
    while (s.count < precision) {
        s.digits[s.count++] = '0';
    }
    while (s.count > 0 && s.digits[s.count - 1] == '9') {
        s.count--;
    }
    if (s.count == 0) {
        return (Shortest){.digits = "1", .count = 1, .exponent = s.exponent + 1};
    }
    s.digits[s.count - 1]++;
    return s;
}

// magnitude is finite and above 0. Among decimals of one length the nearest is tried first; only at
// a power of two, where the gap above is twice the gap below, the next one up may do instead.
// Normal numbers: 15 digits are never ambiguous, so nothing shorter needs trying.
static Shortest shortest_of(double magnitude)
{
    int exponent = 0;
    bool is_power_of_two = frexp(magnitude, &exponent) == 0.5;
    for (int precision = magnitude < DBL_MIN ? 1 : 15; precision < 17; precision++) {
        Shortest s = print_digits(magnitude, precision);
        if (digits_to_double(&s) == magnitude) {
            return s;
        }
        s = digits_up(s, precision);
        if (is_power_of_two && digits_to_double(&s) == magnitude) {
            return s;
        }
    }
    return print_digits(magnitude, 17);
}

static bool is_exact(const Decimal *d, double value)
{
    if (d->count == 0 || isinf(value) || value == 0) {
        return d->count == 0;
    }
    double magnitude = fabs(value);
    if (d->count <= 15 && magnitude >= DBL_MIN) {
        return true;
    }
    if (d->count > 17) {
        return false;
    }
    Shortest s = shortest_of(magnitude);
    if ((size_t)s.count != d->count || s.exponent != d->exponent) {
        return false;
    }
    int at = 0;
    for (size_t i = 0; i < d->digits.len; i++) {
        if (d->digits.ptr[i] != '.' && d->digits.ptr[i] != s.digits[at++]) {
            return false;
        }
    }
    return true;
}

// What is not a small integer.
static void set_number(Json *number)
{
    Decimal d = decimal_of(number->number.text);
    int64_t value = 0;
    bool is_int = true;
    for (size_t i = d.is_negative ? 1 : 0; is_int && i < number->number.text.len; i++) {
        char c = number->number.text.ptr[i];
        is_int =
            is_digit(c) && !ckd_mul(&value, value, 10) &&
            !(d.is_negative ? ckd_sub(&value, value, c - '0') : ckd_add(&value, value, c - '0'));
    }
    double nearest = decimal_to_double(&d);
    number->number.as_double = nearest;
    number->number.as_int = is_int ? value : 0;
    number->is_int = is_int;
    number->is_exact = is_exact(&d, nearest);
    if (is_int && !number->is_exact && nearest < 0x1p63) {
        number->is_exact = (int64_t)nearest == value;
    }
}

static LexFault scan_number(Str text, size_t *at, bool *ret_is_plain)
{
    size_t i = *at;
    const char *p = text.ptr;
#define AT_DIGIT(k) ((k) < text.len && is_digit(p[k]))
    i += p[i] == '-' ? 1U : 0U;
    *at = i;
    if (!AT_DIGIT(i)) {
        return LEX_DIGIT;
    }
    if (p[i] == '0' && AT_DIGIT(i + 1)) {
        return LEX_LEADING_ZERO;
    }
    while (AT_DIGIT(i)) {
        i++;
    }
    *ret_is_plain = true;
    if (i < text.len && p[i] == '.') {
        *ret_is_plain = false;
        *at = ++i;
        if (!AT_DIGIT(i)) {
            return LEX_DIGIT;
        }
        while (AT_DIGIT(i)) {
            i++;
        }
    }
    if (i < text.len && (p[i] | 0x20) == 'e') {
        *ret_is_plain = false;
        i++;
        i += i < text.len && (p[i] == '-' || p[i] == '+') ? 1U : 0U;
        *at = i;
        if (!AT_DIGIT(i)) {
            return LEX_DIGIT;
        }
        while (AT_DIGIT(i)) {
            i++;
        }
    }
#undef AT_DIGIT
    *at = i;
    return LEX_OK;
}

bool lex_ends_scalar(Str text, size_t at)
{
    if (at >= text.len) {
        return true;
    }
    switch (text.ptr[at]) {
    case ' ':
    case '\t':
    case '\n':
    case '\r':
    case ',':
    case ']':
    case '}':
        return true;
    default:
        return false;
    }
}

LexFault lex_number(Str text, size_t *at, Json *ret_number)
{
    size_t start = *at;
    bool is_plain = false;
    LexFault fault = scan_number(text, at, &is_plain);
    if (fault != LEX_OK) {
        return fault;
    }
    if (!lex_ends_scalar(text, *at)) {
        return LEX_NUMBER_END;
    }
    size_t len = *at - start;
    *ret_number = (Json){.type = JSON_NUMBER, .number.text = {text.ptr + start, len}};
    if (!is_plain || len > 15) {
        set_number(ret_number);
        return LEX_OK;
    }
    // At most 15 digits: exact in both forms, and most numbers are.
    bool is_negative = text.ptr[start] == '-';
    int64_t value = 0;
    for (size_t i = start + (is_negative ? 1U : 0U); i < *at; i++) {
        value = value * 10 + (text.ptr[i] - '0');
    }
    ret_number->is_int = true;
    ret_number->is_exact = true;
    ret_number->number.as_int = is_negative ? -value : value;
    ret_number->number.as_double = is_negative ? -(double)value : (double)value;
    return LEX_OK;
}

static int hex_value(char c)
{
    if (is_digit(c)) {
        return c - '0';
    }
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// The four digits at *at.
static bool take_hex4(Str text, size_t *at, uint32_t *ret_unit)
{
    uint32_t unit = 0;
    for (int i = 0; i < 4; i++) {
        int digit = *at < text.len ? hex_value(text.ptr[*at]) : -1;
        if (digit < 0) {
            return false;
        }
        unit = unit << 4 | (uint32_t)digit;
        *at += 1;
    }
    *ret_unit = unit;
    return true;
}

// *at is behind "\u". On a lone surrogate *at goes back to the backslash.
static LexFault take_unicode(Str text, size_t *at, uint32_t *ret_cp)
{
    size_t backslash = *at - 2;
    uint32_t unit = 0;
    if (!take_hex4(text, at, &unit)) {
        return LEX_HEX;
    }
    *ret_cp = unit;
    if (unit < 0xd800 || unit > 0xdfff) {
        return LEX_OK;
    }
    size_t next = *at + 2;
    uint32_t low = 0;
    if (unit > 0xdbff || text.len - *at < 6 || text.ptr[*at] != '\\' || text.ptr[*at + 1] != 'u' ||
        !take_hex4(text, &next, &low) || low < 0xdc00 || low > 0xdfff) {
        *at = backslash;
        return LEX_SURROGATE;
    }
    *at = next;
    *ret_cp = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
    return LEX_OK;
}

LexFault lex_escape(Str text, size_t *at, char ret_bytes[4], size_t *ret_len)
{
    static const char from[] = "\"\\/bfnrt";
    static const char to[] = "\"\\/\b\f\n\r\t";
    char c = '\0';
    if (*at + 1 < text.len) {
        c = text.ptr[*at + 1];
    }
    if (c == 'u') {
        *at += 2;
        uint32_t cp = 0;
        LexFault fault = take_unicode(text, at, &cp);
        if (fault == LEX_OK) {
            *ret_len = utf8_put(ret_bytes, cp);
        }
        return fault;
    }
    for (size_t i = 0; i + 1 < sizeof from; i++) {
        if (c == from[i]) {
            ret_bytes[0] = to[i];
            *ret_len = 1;
            *at += 2;
            return LEX_OK;
        }
    }
    return LEX_ESCAPE;
}

static void print_shortest(Buf *out, const Shortest *s)
{
    int n = s->exponent; // the point stands behind the n-th digit
    if (n > 21 || n < -5) {
        buf_byte(out, s->digits[0]);
        if (s->count > 1) {
            buf_byte(out, '.');
            buf_push(out, (Str){s->digits + 1, (size_t)(s->count - 1)});
        }
        buf_printf(out, "e%c%d", n > 0 ? '+' : '-', n > 0 ? n - 1 : 1 - n);
        return;
    }
    if (n <= 0) {
        buf_push(out, STR("0."));
        for (int i = n; i < 0; i++) {
            buf_byte(out, '0');
        }
    }
    for (int i = 0; i < s->count; i++) {
        if (i == n && n > 0) {
            buf_byte(out, '.');
        }
        buf_byte(out, s->digits[i]);
    }
    for (int i = s->count; i < n; i++) {
        buf_byte(out, '0');
    }
}

void lex_print_double(Buf *out, double value)
{
    ASSERT(isfinite(value));
    if (signbit(value)) {
        buf_byte(out, '-');
    }
    double magnitude = fabs(value);
    if (magnitude < 0x1p53 && magnitude == (double)(uint64_t)magnitude) {
        buf_u64(out, (uint64_t)magnitude);
        return;
    }
    Shortest s = shortest_of(magnitude);
    print_shortest(out, &s);
}
