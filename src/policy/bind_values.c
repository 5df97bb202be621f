// SPDX-License-Identifier: Apache-2.0
// The values of parameters: what an assignment gives, what an initiative passes on, defaults.
#include <stdio.h>
#include <string.h>

#include "policy/bind.h"
#include "policy/expr_eval.h"
#include "policy/rule_parse.h"
#include "policy/suggest.h"

typedef struct ValueList {
    Json *object;
    JsonMember *members;
} ValueList;

static ValueList list_new(Arena *arena, uint32_t cap)
{
    ValueList list = {.object = NEW(arena, Json), .members = NEW_ARRAY(arena, JsonMember, cap)};
    list.object->type = JSON_OBJECT;
    list.object->members = list.members;
    return list;
}

static void list_push(ValueList *list, Str name, const Json *value)
{
    list->members[list->object->count++] = (JsonMember){.key = name, .value = *value};
}

static Str format_failure(Arena *arena, Str name, const Err *err)
{
    char text[sizeof err->text + 128];
    Str head = {name.ptr, name.len < 100 ? name.len : 100};
    int len = snprintf(text, sizeof text, "parameter %.*s: %s", STR_ARG(head), err->text);
    ASSERT(len >= 0);
    return str_copy(arena, str_from_cstr(text));
}

// A value that was given: its type and the allowed values must hold.
static void check_value_at(BindContext *context, const Declared *declared,
                           const Parameter *parameter, const Json *value, Span at)
{
    const char *code = NULL;
    const char *why = parameter_refuses(parameter, value, &code);
    if (why != NULL) {
        (void)diag_error(context->diags, at, code,
                         "the value of parameter \"%.*s\" (%s) of %.*s is %s",
                         STR_ARG(parameter->name), parameter_type_name(parameter->type),
                         STR_ARG(declared->owner), why);
    }
}

static void check_value(BindContext *context, const Declared *declared, const Parameter *parameter,
                        const Json *value)
{
    check_value_at(context, declared, parameter, value, value->at);
}

// What an initiative passes on is held to the allowed values without regard to case: published
// initiatives write "Audit" where the definition allows "audit". at: in the initiative; a computed
// value has its own place in the assignment, or none.
static void check_passed_value(BindContext *context, const Declared *declared,
                               const Parameter *parameter, const Json *value, Span at)
{
    const Json *allowed = parameter->allowed_values;
    for (uint32_t i = 0; allowed != NULL && value->type == JSON_STRING && i < allowed->count; i++) {
        if (json_is(&allowed->items[i], JSON_STRING) &&
            str_eq_nocase(allowed->items[i].string, value->string)) {
            return;
        }
    }
    check_value_at(context, declared, parameter, value, at);
}

// Takes the value, else the default; notes the first parameter that has neither.
static void take(ValueList *list, const Parameter *parameter, const Json *value, Values *values)
{
    const Json *taken = value != NULL ? value : parameter->default_value;
    if (taken != NULL) {
        list_push(list, parameter->name, taken);
    } else if (values->missing.len == 0) {
        values->missing = parameter->name;
    }
}

static void report_unknown(BindContext *context, const Declared *declared, const JsonMember *member)
{
    Str near = parameter_nearest(declared->parameters, declared->count, member->key);
    Str ask = suggest_ask(context->arena, near);
    (void)diag_error(context->diags, member->at, "unknown-parameter",
                     "%.*s declares no parameter \"%.*s\"%.*s", STR_ARG(declared->owner),
                     STR_ARG(member->key), STR_ARG(ask));
}

void bind_values_assigned(BindContext *context, const Declared *declared, const Json *given,
                          Values *ret_values)
{
    *ret_values = (Values){0};
    for (uint32_t i = 0; given != NULL && i < given->count; i++) {
        const JsonMember *member = &given->members[i];
        if (parameter_find(declared->parameters, declared->count, member->key) == NULL) {
            report_unknown(context, declared, member);
        }
        if (json_find_nocase(&member->value, STR("value")) == NULL) {
            (void)diag_error(context->diags, member->at, "parameter-value",
                             "parameter \"%.*s\" of an assignment is written {\"value\": …}",
                             STR_ARG(member->key));
        }
    }
    ValueList list = list_new(context->arena, declared->count);
    for (uint32_t i = 0; i < declared->count; i++) {
        const Parameter *parameter = &declared->parameters[i];
        const Json *wrapped = json_find_nocase(given, parameter->name);
        const Json *value = json_find_nocase(wrapped, STR("value"));
        if (value != NULL) {
            check_value(context, declared, parameter, value);
        }
        take(&list, parameter, value, ret_values);
    }
    ret_values->object = list.object;
}

void bind_values_plain(BindContext *context, const Declared *declared, const Json *given,
                       Values *ret_values)
{
    *ret_values = (Values){0};
    uint32_t given_count = given != NULL ? given->count : 0;
    ValueList list = list_new(context->arena, declared->count + given_count);
    for (uint32_t i = 0; i < declared->count; i++) {
        const Parameter *parameter = &declared->parameters[i];
        const Json *value = json_find_nocase(given, parameter->name);
        if (value != NULL) {
            check_value(context, declared, parameter, value);
        }
        take(&list, parameter, value, ret_values);
    }
    for (uint32_t i = 0; i < given_count; i++) { // a bare rule declares nothing and uses them
        const JsonMember *member = &given->members[i];
        if (parameter_find(declared->parameters, declared->count, member->key) == NULL) {
            list_push(&list, member->key, &member->value);
        }
    }
    ret_values->object = list.object;
}

// ---- members of an initiative ----

// The expression (or literal) that a member gives for a parameter; false when it gives none. The
// member's parameters are an object name → {value}, literal or with expressions somewhere in it.
static bool member_value(const Expr *parameters, Str name, const Json **ret_literal,
                         const Expr **ret_expr)
{
    *ret_literal = NULL;
    *ret_expr = NULL;
    if (parameters == NULL) {
        return false;
    }
    if (expr_is_literal(parameters)) {
        *ret_literal = json_find_nocase(json_find_nocase(parameters->value, name), STR("value"));
        return *ret_literal != NULL;
    }
    for (uint32_t i = 0; i + 1 < parameters->arg_count; i += 2) {
        const Expr *key = &parameters->args[i];
        bool here = expr_is_literal(key) && key->value->type == JSON_STRING &&
                    str_eq_nocase(key->value->string, name);
        if (!here) {
            continue;
        }
        const Expr *wrapped = &parameters->args[i + 1];
        if (expr_is_literal(wrapped)) {
            *ret_literal = json_find_nocase(wrapped->value, STR("value"));
        } else {
            for (uint32_t k = 0; wrapped->kind == EXPR_OBJECT && k + 1 < wrapped->arg_count;
                 k += 2) {
                const Expr *inner = &wrapped->args[k];
                bool is_value = expr_is_literal(inner) && inner->value->type == JSON_STRING &&
                                str_eq_nocase(inner->value->string, STR("value"));
                *ret_expr = is_value ? &wrapped->args[k + 1] : *ret_expr;
            }
        }
        return *ret_literal != NULL || *ret_expr != NULL;
    }
    return false;
}

// One name under which a member passes something.
static void check_passed_name(BindContext *context, const Declared *declared,
                              const InitiativeMember *member, Str name, Span at)
{
    const Json *literal = NULL;
    const Expr *expr = NULL;
    if (!member_value(member->parameters, name, &literal, &expr)) {
        (void)diag_error(context->diags, at, "parameter-value",
                         "parameter \"%.*s\" of a member is written {\"value\": …}", STR_ARG(name));
    } else if (parameter_find(declared->parameters, declared->count, name) == NULL) {
        // Published initiatives do so: their definitions had it in another version.
        Str near = parameter_nearest(declared->parameters, declared->count, name);
        Str ask = suggest_ask(context->arena, near);
        diag_warn(context->diags, at, "unknown-parameter",
                  "%.*s declares no parameter \"%.*s\"; what is passed goes nowhere%.*s",
                  STR_ARG(declared->owner), STR_ARG(name), STR_ARG(ask));
    }
}

static void check_passed_names(BindContext *context, const Declared *declared,
                               const InitiativeMember *member)
{
    const Expr *parameters = member->parameters;
    if (parameters == NULL) {
        return;
    }
    const Json *plain = expr_is_literal(parameters) ? parameters->value : NULL;
    for (uint32_t i = 0; plain != NULL && i < plain->count; i++) {
        check_passed_name(context, declared, member, plain->members[i].key, plain->members[i].at);
    }
    for (uint32_t i = 0; plain == NULL && i + 1 < parameters->arg_count; i += 2) {
        const Expr *key = &parameters->args[i];
        if (expr_is_literal(key) && key->value->type == JSON_STRING) {
            check_passed_name(context, declared, member, key->value->string, key->at);
        }
    }
}

// The first parameters('x') in an expression that has no value.
static Str missing_in(const Expr *expr, const Json *values)
{
    bool names = expr->kind == EXPR_CALL && expr->func == FUNC_PARAMETERS && expr->arg_count == 1 &&
                 expr_is_literal(&expr->args[0]) && expr->args[0].value->type == JSON_STRING;
    if (names && json_find_nocase(values, expr->args[0].value->string) == NULL) {
        return expr->args[0].value->string;
    }
    Str missing = {NULL, 0};
    for (uint32_t i = 0; !expr_is_literal(expr) && i < expr->arg_count && missing.len == 0; i++) {
        missing = missing_in(&expr->args[i], values);
    }
    return missing;
}

// Computes one value; when that fails says why: a parameter of the initiative without value, or the
// error.
static const Json *compute(BindContext *context, const Expr *expr, Str name, const Values *outer,
                           Values *values)
{
    ExprEnv env = {.parameters = outer->object, .now = context->now};
    Err err = {.kind = ERR_NONE};
    const Json *value = NULL;
    if (expr_eval(context->arena, expr, &env, &value, &err)) {
        return value;
    }
    Str missing = missing_in(expr, outer->object);
    if (missing.len != 0) {
        values->missing = values->missing.len != 0 ? values->missing : missing;
    } else if (values->failure.len == 0) {
        values->failure = format_failure(context->arena, name, &err);
    }
    return NULL;
}

void bind_values_member(BindContext *context, const Declared *declared,
                        const InitiativeMember *member, const Values *outer, Values *ret_values)
{
    *ret_values = (Values){0};
    if (!declared->is_unknown) {
        check_passed_names(context, declared, member);
    }
    ValueList list = list_new(context->arena, declared->count);
    for (uint32_t i = 0; i < declared->count; i++) {
        const Parameter *parameter = &declared->parameters[i];
        const Json *value = NULL;
        const Expr *expr = NULL;
        bool is_given = member_value(member->parameters, parameter->name, &value, &expr);
        if (expr != NULL) {
            value = compute(context, expr, parameter->name, outer, ret_values);
        }
        if (value != NULL) {
            check_passed_value(context, declared, parameter, value,
                               expr != NULL ? expr->at : value->at);
            list_push(&list, parameter->name, value);
        } else if (!is_given) {
            take(&list, parameter, NULL, ret_values);
        }
    }
    ret_values->object = list.object;
}
