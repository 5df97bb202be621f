// SPDX-License-Identifier: Apache-2.0
#include "oscal/plain.h"

#include "base/buf.h"
#include "json/lex.h"

PlainWant plain_want(Str datatype)
{
    static const struct {
        Str datatype;
        PlainWant want;
    } rows[] = {
        {STR_INIT("boolean"), PLAIN_BOOL},   {STR_INIT("integer"), PLAIN_NUMBER},
        {STR_INIT("natural"), PLAIN_NUMBER}, {STR_INIT("positive"), PLAIN_NUMBER},
        {STR_INIT("decimal"), PLAIN_NUMBER},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        if (str_eq(rows[i].datatype, datatype)) {
            return rows[i].want;
        }
    }
    return datatype.len != 0 ? PLAIN_TEXT : PLAIN_ANY;
}

// ---- numbers ----

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digits_from(Str text, size_t at)
{
    size_t count = 0;
    while (at + count < text.len && is_digit(text.ptr[at + count])) {
        count++;
    }
    return count;
}

typedef struct Parts {
    bool negative;
    Str whole;    // digits before the point
    Str fraction; // digits behind it
    Str exponent; // from the 'e' on
} Parts;

// [-+]? ( digits ( . digits? )? | . digits ) ( [eE] [-+]? digits )?
static bool read_parts(Str text, Parts *parts)
{
    *parts = (Parts){0};
    size_t at = 0;
    if (at < text.len && (text.ptr[at] == '-' || text.ptr[at] == '+')) {
        parts->negative = text.ptr[at] == '-';
        at++;
    }
    parts->whole = (Str){text.ptr + at, digits_from(text, at)};
    at += parts->whole.len;
    if (at < text.len && text.ptr[at] == '.') {
        at++;
        parts->fraction = (Str){text.ptr + at, digits_from(text, at)};
        at += parts->fraction.len;
    }
    if (parts->whole.len == 0 && parts->fraction.len == 0) {
        return false;
    }
    if (at < text.len && (text.ptr[at] | 0x20) == 'e') {
        size_t start = at++;
        if (at < text.len && (text.ptr[at] == '-' || text.ptr[at] == '+')) {
            at++;
        }
        size_t digits = digits_from(text, at);
        if (digits == 0) {
            return false;
        }
        at += digits;
        parts->exponent = (Str){text.ptr + start, at - start};
    }
    return at == text.len;
}

static bool is_json_number(Str text, Json *ret_json)
{
    size_t at = 0;
    bool starts = text.len != 0 && (text.ptr[0] == '-' || is_digit(text.ptr[0]));
    *ret_json = (Json){.type = JSON_NUMBER};
    return starts && lex_number(text, &at, ret_json) == LEX_OK && at == text.len;
}

bool plain_number(Arena *arena, Str text, Json *ret_json)
{
    Parts parts;
    if (!read_parts(text, &parts)) {
        return false;
    }
    if (is_json_number(text, ret_json)) {
        return true;
    }
    while (parts.whole.len > 1 && parts.whole.ptr[0] == '0') {
        parts.whole = str_from(parts.whole, 1);
    }
    Buf buf = {0};
    if (parts.negative) {
        buf_byte(&buf, '-');
    }
    buf_push(&buf, parts.whole.len != 0 ? parts.whole : STR("0"));
    if (parts.fraction.len != 0) {
        buf_byte(&buf, '.');
        buf_push(&buf, parts.fraction);
    }
    buf_push(&buf, parts.exponent);
    Str copy = str_copy(arena, buf_str(&buf));
    buf_free(&buf);
    ASSERT(is_json_number(copy, ret_json));
    return true;
}

// ---- the core schema ----

static bool is_among(Str text, const Str *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(text, words[i])) {
            return true;
        }
    }
    return false;
}

// 0o17 and 0x1f. False: not of that form.
static bool read_based(Arena *arena, Str text, Json *ret_json, PlainFault *ret_fault)
{
    bool octal = str_starts(text, STR("0o"));
    if (text.len < 3 || !(octal || str_starts(text, STR("0x")))) {
        return false;
    }
    uint64_t base = octal ? 8 : 16;
    uint64_t value = 0;
    bool fits = true;
    for (size_t i = 2; i < text.len; i++) {
        char lower = (char)(text.ptr[i] | 0x20);
        uint64_t digit = is_digit(text.ptr[i])            ? (uint64_t)(text.ptr[i] - '0')
                         : (lower >= 'a' && lower <= 'f') ? (uint64_t)(lower - 'a') + 10
                                                          : base;
        if (digit >= base) {
            return false;
        }
        fits = fits && !ckd_mul(&value, value, base) && !ckd_add(&value, value, digit);
    }
    *ret_fault = fits && value <= INT64_MAX ? PLAIN_OK : PLAIN_NO_JSON;
    if (*ret_fault == PLAIN_OK) {
        *ret_json = json_int(arena, (int64_t)value);
    }
    return true;
}

static bool is_not_finite(Str text)
{
    static const Str nans[] = {STR_INIT(".nan"), STR_INIT(".NaN"), STR_INIT(".NAN")};
    static const Str infinities[] = {STR_INIT(".inf"), STR_INIT(".Inf"), STR_INIT(".INF")};
    bool sign = text.len != 0 && (text.ptr[0] == '-' || text.ptr[0] == '+');
    return is_among(text, nans, COUNTOF(nans)) ||
           is_among(str_from(text, sign ? 1 : 0), infinities, COUNTOF(infinities));
}

PlainFault plain_resolve(Arena *arena, Str text, Json *ret_json)
{
    static const Str nulls[] = {STR_INIT(""), STR_INIT("~"), STR_INIT("null"), STR_INIT("Null"),
                                STR_INIT("NULL")};
    static const Str trues[] = {STR_INIT("true"), STR_INIT("True"), STR_INIT("TRUE")};
    static const Str falses[] = {STR_INIT("false"), STR_INIT("False"), STR_INIT("FALSE")};
    PlainFault fault = PLAIN_OK;
    if (is_among(text, nulls, COUNTOF(nulls))) {
        *ret_json = json_null;
    } else if (is_among(text, trues, COUNTOF(trues))) {
        *ret_json = json_true;
    } else if (is_among(text, falses, COUNTOF(falses))) {
        *ret_json = json_false;
    } else if (is_not_finite(text)) {
        fault = PLAIN_NO_JSON;
    } else if (!read_based(arena, text, ret_json, &fault) && !plain_number(arena, text, ret_json)) {
        *ret_json = json_string(text);
    }
    return fault;
}
