// SPDX-License-Identifier: Apache-2.0
#include "policy/func.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "policy/func_impl.h"
#include "policy/scalar.h"
#include "policy/suggest.h"

#define MANY UINT32_MAX

typedef struct FuncRow {
    uint32_t args_min, args_max;
    FuncImpl *impl; // NULL: expr_eval answers
} FuncRow;

static const FuncRow rows[FUNC_COUNT] = {
#define FUNC(id, name, min, max, impl) [FUNC_##id] = {min, max, fn_##impl},
#define CONTEXT(id, name, min, max) [FUNC_##id] = {min, max, NULL},
#include "policy/func.def"
#undef CONTEXT
#undef FUNC
};

static const Str names[FUNC_COUNT] = {
#define FUNC(id, name, min, max, impl) [FUNC_##id] = STR_INIT(name),
#define CONTEXT(id, name, min, max) [FUNC_##id] = STR_INIT(name),
#include "policy/func.def"
#undef CONTEXT
#undef FUNC
};

FuncId func_find(Str name)
{
    for (FuncId id = 0; id < FUNC_COUNT; id++) {
        if (names[id].len == name.len && str_eq_nocase(names[id], name)) {
            return id;
        }
    }
    return FUNC_COUNT;
}

const char *func_name(FuncId id)
{
    ASSERT(id < FUNC_COUNT);
    return names[id].ptr;
}

Str func_nearest(Str name)
{
    return suggest_nearest(name, names, COUNTOF(names));
}

void func_arity(FuncId id, uint32_t *ret_min, uint32_t *ret_max)
{
    ASSERT(id < FUNC_COUNT);
    *ret_min = rows[id].args_min;
    *ret_max = rows[id].args_max;
}

// --- functions of templates that a rule may not call --------------------------------------------

static const char of_deployment[] = "it needs the deployment that a template runs in";
static const char of_scope[] = "it names a resource or scope of the deployment";
static const char of_time[] = "of the date functions a rule has only addDays and utcNow";
static const char of_chance[] = "its value would differ at every evaluation";
static const char of_service[] = "it asks the service at run time";
static const char of_lambda[] = "lambda expressions are not part of rules";
static const char of_template[] = "it is only available in templates";

typedef struct Disallowed {
    Str name;
    const char *why;
} Disallowed;

static const Disallowed disallowed[] = {
    {STR_INIT("copyIndex"), of_deployment},
    {STR_INIT("deployment"), of_deployment},
    {STR_INIT("deployer"), of_deployment},
    {STR_INIT("environment"), of_deployment},
    {STR_INIT("variables"), of_deployment},
    {STR_INIT("extensionResourceId"), of_scope},
    {STR_INIT("managementGroup"), of_scope},
    {STR_INIT("managementGroupResourceId"), of_scope},
    {STR_INIT("resourceId"), of_scope},
    {STR_INIT("subscriptionResourceId"), of_scope},
    {STR_INIT("tenant"), of_scope},
    {STR_INIT("tenantResourceId"), of_scope},
    {STR_INIT("dateTimeAdd"), of_time},
    {STR_INIT("dateTimeFromEpoch"), of_time},
    {STR_INIT("dateTimeToEpoch"), of_time},
    {STR_INIT("newGuid"), of_chance},
    {STR_INIT("pickZones"), of_service},
    {STR_INIT("providers"), of_service},
    {STR_INIT("reference"), of_service},
    {STR_INIT("references"), of_service},
    {STR_INIT("getSecret"), of_service},
    {STR_INIT("filter"), of_lambda},
    {STR_INIT("groupBy"), of_lambda},
    {STR_INIT("lambda"), of_lambda},
    {STR_INIT("lambdaVariables"), of_lambda},
    {STR_INIT("map"), of_lambda},
    {STR_INIT("mapValues"), of_lambda},
    {STR_INIT("reduce"), of_lambda},
    {STR_INIT("sort"), of_lambda},
    {STR_INIT("toObject"), of_lambda},
    {STR_INIT("cidrHost"), of_template},
    {STR_INIT("cidrSubnet"), of_template},
    {STR_INIT("flatten"), of_template},
    {STR_INIT("indexFromEnd"), of_template},
    {STR_INIT("objectKeys"), of_template},
    {STR_INIT("parseCidr"), of_template},
    {STR_INIT("shallowMerge"), of_template},
    {STR_INIT("toLogicalZone"), of_template},
    {STR_INIT("toLogicalZones"), of_template},
    {STR_INIT("toPhysicalZone"), of_template},
    {STR_INIT("toPhysicalZones"), of_template},
    {STR_INIT("tryIndexFromEnd"), of_template},
};

const char *func_disallowed(Str name)
{
    for (size_t i = 0; i < COUNTOF(disallowed); i++) {
        if (str_eq_nocase(disallowed[i].name, name)) {
            return disallowed[i].why;
        }
    }
    // listKeys, listAccountSas, …: one per resource provider, all of the same kind.
    bool is_list = name.len > 4 && str_eq_nocase((Str){name.ptr, 4}, STR("list"));
    return is_list ? of_service : NULL;
}

// --- calls --------------------------------------------------------------------------------------

bool func_is_context(FuncId id)
{
    ASSERT(id < FUNC_COUNT);
    return rows[id].impl == NULL;
}

bool call_too_long(const Call *c)
{
    return err_set(c->err, ERR_LIMIT, (Span){0}, "%s: the result has more than %d characters",
                   func_name(c->id), FUNC_TEXT_MAX);
}

static bool check_result(const Call *c, const Json *value)
{
    if (value->type == JSON_STRING && value->string.len > FUNC_TEXT_MAX &&
        text_utf16_len(value->string) > FUNC_TEXT_MAX) {
        return call_too_long(c);
    }
    return true;
}

bool func_call(Arena *arena, FuncId id, const Json *const *args, uint32_t count,
               const Json **ret_value, Err *err)
{
    ASSERT(id < FUNC_COUNT);
    const FuncRow *row = &rows[id];
    ASSERT(row->impl != NULL);
    const Call c = {.arena = arena, .id = id, .args = args, .count = count, .err = err};
    if (count < row->args_min || count > row->args_max) {
        return call_fail(&c, "%u arguments given, it takes %s%u", (unsigned)count,
                         count < row->args_min ? "at least " : "at most ",
                         (unsigned)(count < row->args_min ? row->args_min : row->args_max));
    }
    const Json *value = NULL;
    TRY(row->impl(&c, &value));
    ASSERT(value != NULL);
    TRY(check_result(&c, value));
    *ret_value = value;
    return true;
}

bool call_refuse(const Call *c, uint32_t arg, const char *wanted)
{
    const Json *value = c->args[arg];
    if (value->type == JSON_NUMBER && !value->is_int) { // an integer might have been right
        return call_fail(c, "argument %u must be %s, it is %.*s", (unsigned)(arg + 1), wanted,
                         STR_ARG(value->number.text));
    }
    return err_set(c->err, ERR_EVAL, (Span){0}, "%s: argument %u must be %s, it is %s",
                   func_name(c->id), (unsigned)(arg + 1), wanted, scalar_type_name(value));
}

bool call_fail(const Call *c, const char *fmt, ...)
{
    char text[160];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return err_set(c->err, ERR_EVAL, (Span){0}, "%s: %s", func_name(c->id), text);
}

bool call_str(const Call *c, uint32_t arg, Str *ret_value)
{
    if (c->args[arg]->type != JSON_STRING) {
        return call_refuse(c, arg, "a string");
    }
    *ret_value = c->args[arg]->string;
    return true;
}

bool call_str_or_null(const Call *c, uint32_t arg, Str *ret_value)
{
    if (call_is_null(c, arg)) {
        *ret_value = STR("");
        return true;
    }
    return call_str(c, arg, ret_value);
}

bool call_int(const Call *c, uint32_t arg, int64_t *ret_value)
{
    const Json *value = c->args[arg];
    if (value->type != JSON_NUMBER || !value->is_int) {
        return call_refuse(c, arg, "an integer");
    }
    *ret_value = value->number.as_int;
    return true;
}

bool call_bool(const Call *c, uint32_t arg, bool *ret_value)
{
    if (c->args[arg]->type != JSON_BOOL) {
        return call_refuse(c, arg, "a boolean");
    }
    *ret_value = c->args[arg]->boolean;
    return true;
}

bool call_text(const Call *c, uint32_t arg, Str *ret_value)
{
    const Json *value = c->args[arg];
    char buf[SCALAR_TEXT_MAX];
    Str text = {0};
    if (!scalar_text(value, buf, &text)) {
        return call_refuse(c, arg, "a string, number, boolean or null");
    }
    if (text.ptr == buf) {
        char *copy = NEW_ARRAY(c->arena, char, text.len);
        memcpy(copy, buf, text.len);
        text.ptr = copy;
    }
    *ret_value = text;
    return true;
}

bool call_ret(const Call *c, Json value, const Json **ret_value)
{
    Json *json = NEW(c->arena, Json);
    *json = value;
    *ret_value = json;
    return true;
}

bool call_ret_str(const Call *c, Str value, const Json **ret_value)
{
    return call_ret(c, json_string(value), ret_value);
}

bool call_ret_int(const Call *c, int64_t value, const Json **ret_value)
{
    return call_ret(c, json_int(c->arena, value), ret_value);
}

bool call_ret_bool(bool value, const Json **ret_value)
{
    *ret_value = value ? &json_true : &json_false;
    return true;
}

bool call_ret_null(const Json **ret_value)
{
    *ret_value = &json_null;
    return true;
}

static bool check_count(const Call *c, size_t count)
{
    if (count > FUNC_ITEMS_MAX) {
        return err_set(c->err, ERR_LIMIT, (Span){0},
                       "%s: the result has %zu items, the limit is %d", func_name(c->id), count,
                       FUNC_ITEMS_MAX);
    }
    return true;
}

bool call_ret_items(const Call *c, const Json *items, size_t count, const Json **ret_value)
{
    TRY(check_count(c, count));
    Json array = {.type = JSON_ARRAY, .count = (uint32_t)count, .items = items};
    return call_ret(c, array, ret_value);
}

bool call_ret_members(const Call *c, const JsonMember *members, size_t count,
                      const Json **ret_value)
{
    TRY(check_count(c, count));
    Json object = {.type = JSON_OBJECT, .count = (uint32_t)count, .members = members};
    return call_ret(c, object, ret_value);
}

bool call_put(const Call *c, Buf *buf, Str text)
{
    if (text.len > FUNC_BYTES_MAX - buf->len) {
        buf_free(buf);
        return call_too_long(c);
    }
    buf_push(buf, text);
    return true;
}

bool call_ret_buf(const Call *c, Buf *buf, const Json **ret_value)
{
    char *copy = NEW_ARRAY(c->arena, char, buf->len);
    if (buf->len != 0) {
        memcpy(copy, buf->ptr, buf->len);
    }
    Str text = {copy, buf->len};
    buf_free(buf);
    return call_ret_str(c, text, ret_value);
}
