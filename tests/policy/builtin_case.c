// SPDX-License-Identifier: Apache-2.0
#include "policy/builtin_case.h"

#include <string.h>

#include "policy/expr_eval.h"
#include "json/write.h"

// Where the suite's name is not the function's with underscores.
static const struct {
    Str suite, function;
} renamed[] = {
    {STR_INIT("int_div"), STR_INIT("div")},   {STR_INIT("int_mod"), STR_INIT("mod")},
    {STR_INIT("logic_all"), STR_INIT("and")}, {STR_INIT("logic_any"), STR_INIT("or")},
    {STR_INIT("logic_not"), STR_INIT("not")}, {STR_INIT("get_parameter"), STR_INIT("parameters")},
};

// "azure.policy.fn.pad_left" names padLeft.
static FuncId function_of(Arena *arena, Str builtin)
{
    Str name = builtin;
    for (StrCut cut = str_cut(name, '.'); cut.found; cut = str_cut(name, '.')) {
        name = cut.tail;
    }
    for (size_t i = 0; i < COUNTOF(renamed); i++) {
        if (str_eq(renamed[i].suite, name)) {
            return func_find(renamed[i].function);
        }
    }
    char *joined = NEW_ARRAY(arena, char, name.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < name.len; i++) {
        joined[len] = name.ptr[i];
        len += name.ptr[i] != '_' ? 1 : 0;
    }
    return func_find((Str){joined, len});
}

// The assignment's values over the definition's defaults.
static const Json *merge_parameters(Arena *arena, const Json *defaults, const Json *values)
{
    if (!json_is(defaults, JSON_OBJECT) || !json_is(values, JSON_OBJECT)) {
        return NULL;
    }
    size_t count = (size_t)defaults->count + values->count;
    JsonMember *members = NEW_ARRAY(arena, JsonMember, count + 1);
    if (defaults->count != 0) {
        memcpy(members, defaults->members, defaults->count * sizeof *members);
    }
    if (values->count != 0) {
        memcpy(members + defaults->count, values->members, values->count * sizeof *members);
    }
    Json *merged = NEW(arena, Json);
    *merged = (Json){.type = JSON_OBJECT, .count = (uint32_t)count, .members = members};
    return merged;
}

static bool call(Arena *arena, FuncId func, const Json *args, const Json **ret_value, Err *err)
{
    ExprEnv env = {0};
    const Json *items = args->items;
    uint32_t count = args->count;
    if (func == FUNC_PARAMETERS) {
        TRY(count == 3);
        env.parameters = merge_parameters(arena, &items[1], &items[0]);
        items += 2;
        count = 1;
    }
    Expr *literals = NEW_ARRAY(arena, Expr, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        literals[i] = (Expr){.kind = EXPR_LITERAL, .value = &items[i]};
    }
    Expr expr = {.kind = EXPR_CALL, .func = func, .args = literals, .arg_count = count};
    return expr_eval(arena, &expr, &env, ret_value, err);
}

static bool why(Arena *arena, Str *ret_why, const Json *wanted, const Json *seen, const Err *err)
{
    Buf out = {0};
    buf_push(&out, STR("want "));
    if (wanted != NULL) {
        json_write(&out, wanted);
    } else {
        buf_push(&out, STR("an error"));
    }
    buf_push(&out, STR(", got "));
    if (seen != NULL) {
        json_write(&out, seen);
    } else {
        buf_printf(&out, "the error \"%s\"", err->text);
    }
    *ret_why = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return false;
}

// What the case wants: a value, or NULL for an error.
static const Json *wanted_of(const Json *case_, const Json *documented)
{
    if (documented != NULL) {
        bool is_error =
            json_is(documented, JSON_STRING) && (str_eq(documented->string, STR("error")) ||
                                                 str_eq(documented->string, STR("undefined")));
        return is_error ? NULL : documented;
    }
    if (!str_eq(json_find_str(case_, STR("expect")), STR("value"))) {
        return NULL;
    }
    const Json *want = json_find(case_, STR("want"));
    return want != NULL ? want : &json_null;
}

bool builtin_case_run(Arena *arena, const Json *case_, const Json *documented, bool is_unsettled,
                      Str *ret_why)
{
    const Json *args = json_find(case_, STR("args"));
    FuncId func = function_of(arena, json_find_str(case_, STR("builtin")));
    if (func == FUNC_COUNT || !json_is(args, JSON_ARRAY)) {
        *ret_why = STR("the case names no function of the language, or no arguments");
        return false;
    }
    const Json *wanted = wanted_of(case_, documented);
    const Json *seen = NULL;
    Err err = {0};
    bool has_value = call(arena, func, args, &seen, &err);
    if (is_unsettled) {
        return true;
    }
    if (has_value ? wanted != NULL && json_equal(wanted, seen) : wanted == NULL) {
        return true;
    }
    return why(arena, ret_why, wanted, has_value ? seen : NULL, &err);
}
