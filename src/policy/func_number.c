// SPDX-License-Identifier: Apache-2.0
// The functions on numbers, and the conversions between the scalar types.
#include <math.h>

#include "policy/func_impl.h"
#include "policy/scalar.h"
#include "json/write.h"

// --- arithmetic ---------------------------------------------------------------------------------

static bool two_ints(const Call *c, int64_t *ret_a, int64_t *ret_b)
{
    return call_int(c, 0, ret_a) && call_int(c, 1, ret_b);
}

static bool overflow(const Call *c)
{
    return call_fail(c, "the result does not fit into 64 bits");
}

bool fn_add(const Call *c, const Json **ret_value)
{
    int64_t a = 0;
    int64_t b = 0;
    int64_t result = 0;
    TRY(two_ints(c, &a, &b));
    return ckd_add(&result, a, b) ? overflow(c) : call_ret_int(c, result, ret_value);
}

bool fn_sub(const Call *c, const Json **ret_value)
{
    int64_t a = 0;
    int64_t b = 0;
    int64_t result = 0;
    TRY(two_ints(c, &a, &b));
    return ckd_sub(&result, a, b) ? overflow(c) : call_ret_int(c, result, ret_value);
}

bool fn_mul(const Call *c, const Json **ret_value)
{
    int64_t a = 0;
    int64_t b = 0;
    int64_t result = 0;
    TRY(two_ints(c, &a, &b));
    return ckd_mul(&result, a, b) ? overflow(c) : call_ret_int(c, result, ret_value);
}

static bool divide(const Call *c, int64_t *ret_quotient, int64_t *ret_rest)
{
    int64_t a = 0;
    int64_t b = 0;
    TRY(two_ints(c, &a, &b));
    if (b == 0) {
        return call_fail(c, "argument 2 must not be 0");
    }
    if (a == INT64_MIN && b == -1) {
        return overflow(c);
    }
    *ret_quotient = a / b;
    *ret_rest = a % b;
    return true;
}

bool fn_div(const Call *c, const Json **ret_value)
{
    int64_t quotient = 0;
    int64_t rest = 0;
    TRY(divide(c, &quotient, &rest));
    return call_ret_int(c, quotient, ret_value);
}

bool fn_mod(const Call *c, const Json **ret_value)
{
    int64_t quotient = 0;
    int64_t rest = 0;
    TRY(divide(c, &quotient, &rest));
    return call_ret_int(c, rest, ret_value);
}

// The least (sign -1) or greatest (sign 1) of the arguments, or of the items of the only one.
static bool extreme(const Call *c, int sign, const Json **ret_value)
{
    bool is_array = c->count == 1 && c->args[0]->type == JSON_ARRAY;
    uint32_t count = is_array ? c->args[0]->count : c->count;
    const Json *best = NULL;
    bool any_float = false;
    for (uint32_t i = 0; i < count; i++) {
        const Json *number = is_array ? &c->args[0]->items[i] : c->args[i];
        if (number->type != JSON_NUMBER) {
            return is_array ? call_fail(c, "item %u of argument 1 must be a number, it is %s",
                                        (unsigned)i, scalar_type_name(number))
                            : call_refuse(c, i, "a number");
        }
        any_float = any_float || !number->is_int;
        if (best == NULL || scalar_order(number, best) * sign > 0) {
            best = number;
        }
    }
    if (best == NULL) {
        return call_fail(c, "argument 1 must not be an empty array");
    }
    if (any_float && best->is_int) {
        return call_ret(c, scalar_float(c->arena, best->number.as_double), ret_value);
    }
    *ret_value = best;
    return true;
}

bool fn_min(const Call *c, const Json **ret_value)
{
    return extreme(c, -1, ret_value);
}

bool fn_max(const Call *c, const Json **ret_value)
{
    return extreme(c, 1, ret_value);
}

bool fn_range(const Call *c, const Json **ret_value)
{
    enum { RANGE_COUNT_MAX = 10000 };
    int64_t start = 0;
    int64_t count = 0;
    TRY(two_ints(c, &start, &count));
    if (count < 0 || count > RANGE_COUNT_MAX) {
        return call_fail(c, "argument 2 must lie between 0 and %d, it is %lld", RANGE_COUNT_MAX,
                         (long long)count);
    }
    if (start < INT32_MIN || start > INT32_MAX - count) {
        return call_fail(c, "the numbers must lie between %d and %d", INT32_MIN, INT32_MAX);
    }
    Json *items = NEW_ARRAY(c->arena, Json, (size_t)count);
    for (int64_t i = 0; i < count; i++) {
        items[i] = json_int(c->arena, start + i);
    }
    return call_ret_items(c, items, (size_t)count, ret_value);
}

// --- conversion ---------------------------------------------------------------------------------

bool fn_int(const Call *c, const Json **ret_value)
{
    int64_t number = 0;
    if (c->args[0]->type == JSON_STRING) {
        if (!scalar_read_int(c->args[0]->string, &number)) {
            return call_fail(c, "'%.*s' is not an integer", STR_ARG(c->args[0]->string));
        }
        return call_ret_int(c, number, ret_value);
    }
    TRY(call_int(c, 0, &number));
    *ret_value = c->args[0];
    return true;
}

bool fn_float(const Call *c, const Json **ret_value)
{
    const Json *value = c->args[0];
    double number = 0;
    if (value->type == JSON_NUMBER && isfinite(value->number.as_double)) {
        number = value->number.as_double;
    } else if (value->type == JSON_STRING) {
        if (!scalar_read_number(value->string, &number)) {
            return call_fail(c, "'%.*s' is not a number", STR_ARG(value->string));
        }
    } else {
        return call_refuse(c, 0, "a finite number or a string");
    }
    return call_ret(c, scalar_float(c->arena, number), ret_value);
}

bool fn_bool(const Call *c, const Json **ret_value)
{
    static const struct {
        Str text;
        bool value;
    } words[] = {
        {STR_INIT("true"), true},
        {STR_INIT("false"), false},
        {STR_INIT("1"), true},
        {STR_INIT("0"), false},
    };
    const Json *value = c->args[0];
    if (value->type == JSON_BOOL) {
        return call_ret_bool(value->boolean, ret_value);
    }
    if (value->type == JSON_NUMBER) {
        return call_ret_bool(value->number.as_double != 0, ret_value);
    }
    if (value->type != JSON_STRING) {
        return call_refuse(c, 0, "a boolean, a number or a string");
    }
    for (size_t i = 0; i < COUNTOF(words); i++) {
        if (str_eq_nocase(words[i].text, scalar_trim(value->string))) {
            return call_ret_bool(words[i].value, ret_value);
        }
    }
    return call_fail(c, "'%.*s' is neither true nor false", STR_ARG(value->string));
}

bool fn_string(const Call *c, const Json **ret_value)
{
    const Json *value = c->args[0];
    if (value->type == JSON_STRING) {
        *ret_value = value;
        return true;
    }
    if (value->type == JSON_ARRAY || value->type == JSON_OBJECT) {
        Buf out = {0};
        json_write(&out, value);
        return call_ret_buf(c, &out, ret_value);
    }
    Str text = {0};
    TRY(call_text(c, 0, &text));
    return call_ret_str(c, text, ret_value);
}
