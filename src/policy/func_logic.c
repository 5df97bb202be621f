// SPDX-License-Identifier: Apache-2.0
// The functions that answer yes or no, the constants, and the two on dates and addresses.
#include "base/ip.h"
#include "base/text.h"
#include "base/ticks.h"
#include "policy/culture.h"
#include "policy/func_impl.h"
#include "policy/scalar.h"

// --- comparison: exact where the operators of a condition ignore case ---------------------------

bool fn_equals(const Call *c, const Json **ret_value)
{
    return call_ret_bool(json_equal(c->args[0], c->args[1]), ret_value);
}

static bool order_args(const Call *c, int *ret_order)
{
    const Json *a = c->args[0];
    const Json *b = c->args[1];
    if (a->type == JSON_STRING && b->type == JSON_STRING) {
        *ret_order = culture_cmp(a->string, b->string);
        return true;
    }
    if (a->type != JSON_NUMBER && a->type != JSON_STRING) {
        return call_refuse(c, 0, "a number or a string");
    }
    if (a->type != b->type) {
        return call_refuse(
            c, 1, a->type == JSON_NUMBER ? "a number like argument 1" : "a string like argument 1");
    }
    *ret_order = scalar_order(a, b);
    return true;
}

bool fn_less(const Call *c, const Json **ret_value)
{
    int order = 0;
    TRY(order_args(c, &order));
    return call_ret_bool(order < 0, ret_value);
}

bool fn_less_or_equals(const Call *c, const Json **ret_value)
{
    int order = 0;
    TRY(order_args(c, &order));
    return call_ret_bool(order <= 0, ret_value);
}

bool fn_greater(const Call *c, const Json **ret_value)
{
    int order = 0;
    TRY(order_args(c, &order));
    return call_ret_bool(order > 0, ret_value);
}

bool fn_greater_or_equals(const Call *c, const Json **ret_value)
{
    int order = 0;
    TRY(order_args(c, &order));
    return call_ret_bool(order >= 0, ret_value);
}

// --- logic --------------------------------------------------------------------------------------

bool fn_not(const Call *c, const Json **ret_value)
{
    bool value = false;
    TRY(call_bool(c, 0, &value));
    return call_ret_bool(!value, ret_value);
}

// Looks at every argument, because one that is no boolean is an error wherever it stands.
static bool any_is(const Call *c, bool wanted, bool *ret_found)
{
    bool found = false;
    for (uint32_t i = 0; i < c->count; i++) {
        bool value = false;
        TRY(call_bool(c, i, &value));
        found = found || value == wanted;
    }
    *ret_found = found;
    return true;
}

bool fn_and(const Call *c, const Json **ret_value)
{
    bool any_false = false;
    TRY(any_is(c, false, &any_false));
    return call_ret_bool(!any_false, ret_value);
}

bool fn_or(const Call *c, const Json **ret_value)
{
    bool any_true = false;
    TRY(any_is(c, true, &any_true));
    return call_ret_bool(any_true, ret_value);
}

bool fn_true(const Call *c, const Json **ret_value)
{
    (void)c;
    return call_ret_bool(true, ret_value);
}

bool fn_false(const Call *c, const Json **ret_value)
{
    (void)c;
    return call_ret_bool(false, ret_value);
}

bool fn_null(const Call *c, const Json **ret_value)
{
    (void)c;
    return call_ret_null(ret_value);
}

// --- emptiness, membership ----------------------------------------------------------------------

bool fn_empty(const Call *c, const Json **ret_value)
{
    const Json *value = c->args[0];
    switch (value->type) {
    case JSON_NULL:
        return call_ret_bool(true, ret_value);
    case JSON_STRING:
        return call_ret_bool(value->string.len == 0, ret_value);
    case JSON_ARRAY:
    case JSON_OBJECT:
        return call_ret_bool(value->count == 0, ret_value);
    case JSON_BOOL:
    case JSON_NUMBER:
        break;
    }
    return call_refuse(c, 0, "null, a string, an array or an object");
}

bool fn_contains(const Call *c, const Json **ret_value)
{
    const Json *value = c->args[0];
    Str text = {0};
    if (value->type == JSON_ARRAY) {
        bool found = false;
        for (uint32_t i = 0; i < value->count && !found; i++) {
            found = json_equal(&value->items[i], c->args[1]);
        }
        return call_ret_bool(found, ret_value);
    }
    if (value->type != JSON_STRING && value->type != JSON_OBJECT) {
        return call_refuse(c, 0, "a string, an array or an object");
    }
    TRY(call_str(c, 1, &text));
    return call_ret_bool(value->type == JSON_OBJECT ? json_find_nocase(value, text) != NULL
                                                    : culture_contains(value->string, text),
                         ret_value);
}

// --- dates, addresses ---------------------------------------------------------------------------

bool fn_add_days(const Call *c, const Json **ret_value)
{
    Str text = {0};
    int64_t days = 0;
    Ticks time = 0;
    Ticks sum = 0;
    TRY(call_str(c, 0, &text) && call_int(c, 1, &days));
    if (!ticks_parse_round_trip(text, &time)) {
        return call_fail(c, "argument 1 must be a time like 2024-01-15T12:00:00Z, it is '%.*s'",
                         STR_ARG(text));
    }
    if (!ticks_add_days(time, days, &sum)) {
        return call_fail(c, "%lld days from %.*s lie outside the years 1 to 9999", (long long)days,
                         STR_ARG(text));
    }
    Buf out = {0};
    ticks_print_seven(&out, sum);
    return call_ret_buf(c, &out, ret_value);
}

static bool range_arg(const Call *c, uint32_t arg, IpRange *ret_range)
{
    Str text = {0};
    TRY(call_str(c, arg, &text));
    if (!ip_parse(text, ret_range)) {
        return call_fail(c, "argument %u must be an address, a CIDR block or a-b, it is '%.*s'",
                         (unsigned)(arg + 1), STR_ARG(text));
    }
    return true;
}

bool fn_ip_range_contains(const Call *c, const Json **ret_value)
{
    IpRange outer = {0};
    IpRange inner = {0};
    TRY(range_arg(c, 0, &outer) && range_arg(c, 1, &inner));
    return call_ret_bool(ip_contains(&outer, &inner), ret_value);
}
