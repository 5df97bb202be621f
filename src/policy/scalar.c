// SPDX-License-Identifier: Apache-2.0
#include "policy/scalar.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Shortest of 15 to 17 digits that reads back; a point where neither point nor exponent is.
static Str print_float(double value, char buf[SCALAR_TEXT_MAX])
{
    int len = 0;
    for (int digits = 15; digits <= 17; digits++) {
        len = snprintf(buf, SCALAR_TEXT_MAX, "%.*g", digits, value);
        if (strtod(buf, NULL) == value) {
            break;
        }
    }
    ASSERT(len > 0 && len + 2 < SCALAR_TEXT_MAX);
    if (strpbrk(buf, ".en") == NULL) {
        buf[len++] = '.';
        buf[len++] = '0';
    }
    return (Str){buf, (size_t)len};
}

static Str number_text(const Json *value, char buf[SCALAR_TEXT_MAX])
{
    if (value->is_int) {
        int len = snprintf(buf, SCALAR_TEXT_MAX, "%lld", (long long)value->number.as_int);
        return (Str){buf, (size_t)len};
    }
    if (!value->is_exact || !isfinite(value->number.as_double)) {
        return value->number.text;
    }
    return print_float(value->number.as_double, buf);
}

bool scalar_text(const Json *value, char buf[SCALAR_TEXT_MAX], Str *ret_text)
{
    switch (value->type) {
    case JSON_NULL:
        *ret_text = STR("");
        return true;
    case JSON_BOOL:
        *ret_text = value->boolean ? STR("true") : STR("false");
        return true;
    case JSON_NUMBER:
        *ret_text = number_text(value, buf);
        return true;
    case JSON_STRING:
        *ret_text = value->string;
        return true;
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    return false;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

Str scalar_trim(Str text)
{
    Str s = text;
    while (s.len > 0 && is_space(s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    while (s.len > 0 && is_space(s.ptr[s.len - 1])) {
        s.len--;
    }
    return s;
}

static size_t skip_digits(Str s, size_t at)
{
    while (at < s.len && s.ptr[at] >= '0' && s.ptr[at] <= '9') {
        at++;
    }
    return at;
}

static size_t skip_sign(Str s, size_t at)
{
    return at < s.len && (s.ptr[at] == '+' || s.ptr[at] == '-') ? at + 1 : at;
}

// Whether s is [sign] digits [. digits] [e [sign] digits] with a digit before or after the point.
static bool is_number(Str s)
{
    size_t whole = skip_sign(s, 0);
    size_t at = skip_digits(s, whole);
    size_t digits = at - whole;
    if (at < s.len && s.ptr[at] == '.') {
        size_t end = skip_digits(s, at + 1);
        digits += end - at - 1;
        at = end;
    }
    if (digits > 0 && at < s.len && (s.ptr[at] == 'e' || s.ptr[at] == 'E')) {
        size_t exponent = skip_sign(s, at + 1);
        at = skip_digits(s, exponent);
        digits = at - exponent;
    }
    return digits > 0 && at == s.len;
}

bool scalar_read_number(Str text, double *ret_number)
{
    char copy[64];
    Str s = scalar_trim(text);
    if (!is_number(s) || s.len >= sizeof copy) {
        return false;
    }
    memcpy(copy, s.ptr, s.len);
    copy[s.len] = '\0';
    double number = strtod(copy, NULL);
    if (!isfinite(number)) {
        return false;
    }
    *ret_number = number;
    return true;
}

bool scalar_read_int(Str text, int64_t *ret_number)
{
    Str s = scalar_trim(text);
    size_t at = skip_sign(s, 0);
    bool negative = at == 1 && s.ptr[0] == '-';
    int64_t number = 0;
    if (at == s.len || skip_digits(s, at) != s.len) {
        return false;
    }
    for (; at < s.len; at++) {
        int digit = s.ptr[at] - '0';
        if (ckd_mul(&number, number, 10) || ckd_add(&number, number, negative ? -digit : digit)) {
            return false;
        }
    }
    *ret_number = number;
    return true;
}

int scalar_order(const Json *a, const Json *b)
{
    if (a->is_int && b->is_int) {
        return (a->number.as_int > b->number.as_int) - (a->number.as_int < b->number.as_int);
    }
    double x = a->number.as_double;
    double y = b->number.as_double;
    return (x > y) - (x < y);
}

const char *scalar_type_name(const Json *value)
{
    static const char *const names[] = {
        [JSON_NULL] = "null",       [JSON_BOOL] = "a boolean", [JSON_NUMBER] = "a number",
        [JSON_STRING] = "a string", [JSON_ARRAY] = "an array", [JSON_OBJECT] = "an object",
    };
    return names[value->type];
}

Json scalar_float(Arena *arena, double value)
{
    ASSERT(isfinite(value));
    char buf[SCALAR_TEXT_MAX];
    Str text = print_float(value, buf);
    char *copy = NEW_ARRAY(arena, char, text.len);
    memcpy(copy, text.ptr, text.len);
    return (Json){.type = JSON_NUMBER,
                  .is_exact = true,
                  .number = {.text = {copy, text.len}, .as_double = value}};
}
