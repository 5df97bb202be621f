// SPDX-License-Identifier: Apache-2.0
#include "policy/expr_eval.h"

#include <string.h>

#include "policy/scalar.h"

static const Json empty_string = {.type = JSON_STRING};
static const Json empty_object = {.type = JSON_OBJECT};

typedef struct Eval {
    Arena *arena;
    const ExprEnv *env;
    Err *err;
} Eval;

static bool eval(const Eval *e, const Expr *expr, const Json **ret_value);

// Stamps the place on an error that has none. Returns false.
static bool failed_at(const Eval *e, const Expr *expr)
{
    if (e->err->at.line == 0) {
        e->err->at = expr->at;
    }
    return false;
}

// --- context ------------------------------------------------------------------------------------

static bool name_arg(const Eval *e, const Expr *call, Str *ret_name)
{
    const Json *name = &json_null;
    TRY(eval(e, &call->args[0], &name));
    if (name->type != JSON_STRING) {
        return err_set(e->err, ERR_EVAL, call->at, "%s: argument 1 must be a string, it is %s",
                       func_name(call->func), scalar_type_name(name));
    }
    *ret_name = name->string;
    return true;
}

static bool no_value_here(const Eval *e, const Expr *call)
{
    return err_set(e->err, ERR_EVAL, call->at, "%s() has no value here", func_name(call->func));
}

static bool find_field(const Eval *e, const Expr *call, const Json **ret_value)
{
    if (call->column != 0) {
        return e->env->column(e->env->ctx, e->arena, call->column - 1, ret_value);
    }
    Str name = {0};
    TRY(name_arg(e, call, &name));
    if (e->env->field == NULL) {
        return no_value_here(e, call);
    }
    return e->env->field(e->env->ctx, e->arena, name, ret_value, e->err) || failed_at(e, call);
}

static bool eval_field(const Eval *e, const Expr *call, const Json **ret_value)
{
    const Json *value = NULL;
    TRY(find_field(e, call, &value));
    // The documentation's table: field() of what is not there is the empty string.
    *ret_value = value == NULL || value->type == JSON_NULL ? &empty_string : value;
    return true;
}

static bool eval_current(const Eval *e, const Expr *call, const Json **ret_value)
{
    Str name = {0};
    const Json *value = NULL;
    TRY(call->arg_count == 0 || name_arg(e, call, &name));
    if (e->env->current == NULL) {
        return no_value_here(e, call);
    }
    if (!e->env->current(e->env->ctx, e->arena, name, &value, e->err)) {
        return failed_at(e, call);
    }
    *ret_value = value == NULL ? &empty_string : value;
    return true;
}

static bool eval_parameter(const Eval *e, const Expr *call, const Json **ret_value)
{
    Str name = {0};
    TRY(name_arg(e, call, &name));
    const Json *value = json_find_nocase(e->env->parameters, name);
    if (value == NULL) {
        return err_set(e->err, ERR_EVAL, call->at, "parameter '%.*s' has no value", STR_ARG(name));
    }
    *ret_value = value;
    return true;
}

static bool eval_now(const Eval *e, const Expr *call, const Json **ret_value)
{
    if (e->env->now == 0) {
        return no_value_here(e, call);
    }
    Buf out = {0};
    ticks_print(&out, e->env->now);
    char *text = NEW_ARRAY(e->arena, char, out.len);
    memcpy(text, out.ptr, out.len);
    Json *json = NEW(e->arena, Json);
    *json = json_string((Str){text, out.len});
    buf_free(&out);
    *ret_value = json;
    return true;
}

static bool eval_object(const Eval *e, const Expr *call, const Json **ret_value)
{
    const Json *object = NULL;
    if (call->func == FUNC_RESOURCE_GROUP) {
        object = e->env->resource_group;
    } else if (call->func == FUNC_SUBSCRIPTION) {
        object = e->env->subscription;
    } else if (call->func == FUNC_REQUEST_CONTEXT) {
        object = e->env->request_context;
    } else if (call->func == FUNC_CLAIMS) {
        object = e->env->claims;
    } else if (call->func == FUNC_POLICY) {
        object = e->env->policy;
    }
    if (object == NULL) {
        return no_value_here(e, call);
    }
    *ret_value = object;
    return true;
}

static bool eval_if(const Eval *e, const Expr *call, const Json **ret_value)
{
    const Json *condition = &json_null;
    TRY(eval(e, &call->args[0], &condition));
    if (condition->type != JSON_BOOL) {
        return err_set(e->err, ERR_EVAL, call->at, "if: argument 1 must be a boolean, it is %s",
                       scalar_type_name(condition));
    }
    return eval(e, &call->args[condition->boolean ? 1 : 2], ret_value);
}

// --- calls --------------------------------------------------------------------------------------

static bool eval_function(const Eval *e, const Expr *call, const Json **ret_value)
{
    const Json *few[4];
    const Json **args = few;
    if (call->arg_count > COUNTOF(few)) {
        args = NEW_ARRAY(e->arena, const Json *, call->arg_count);
    }
    for (uint32_t i = 0; i < call->arg_count; i++) {
        TRY(eval(e, &call->args[i], &args[i]));
    }
    return func_call(e->arena, call->func, args, call->arg_count, ret_value, e->err) ||
           failed_at(e, call);
}

// The functions that func_call does not answer.
static bool (*const context[FUNC_COUNT])(const Eval *e, const Expr *call,
                                         const Json **ret_value) = {
    [FUNC_IF] = eval_if,
    [FUNC_FIELD] = eval_field,
    [FUNC_CURRENT] = eval_current,
    [FUNC_PARAMETERS] = eval_parameter,
    [FUNC_UTC_NOW] = eval_now,
    [FUNC_RESOURCE_GROUP] = eval_object,
    [FUNC_SUBSCRIPTION] = eval_object,
    [FUNC_REQUEST_CONTEXT] = eval_object,
    [FUNC_CLAIMS] = eval_object,
    [FUNC_POLICY] = eval_object,
};

static bool eval_call(const Eval *e, const Expr *call, const Json **ret_value)
{
    ASSERT(call->func < FUNC_COUNT);
    return context[call->func] != NULL ? context[call->func](e, call, ret_value)
                                       : eval_function(e, call, ret_value);
}

// --- properties ---------------------------------------------------------------------------------

static bool is_scope(const Expr *expr)
{
    return expr->kind == EXPR_CALL &&
           (expr->func == FUNC_RESOURCE_GROUP || expr->func == FUNC_SUBSCRIPTION);
}

// The literal name behind a member or index step; empty when it is computed.
static Str step_name(const Expr *expr)
{
    if (expr->kind == EXPR_MEMBER) {
        return expr->name;
    }
    bool is_text = expr->kind == EXPR_INDEX && expr->args[1].kind == EXPR_LITERAL &&
                   expr->args[1].value->type == JSON_STRING;
    return is_text ? expr->args[1].value->string : (Str){0};
}

// resourceGroup().tags or subscription().tags
static bool is_scope_tags(const Expr *expr)
{
    return (expr->kind == EXPR_MEMBER || expr->kind == EXPR_INDEX) && is_scope(&expr->args[0]) &&
           str_eq_nocase(step_name(expr), STR("tags"));
}

// What an absent property stands for, or NULL when its absence is an error. Built-in rules read
// these two without asking first ("inherit a tag from the resource group", "managed by").
static const Json *absent_value(const Expr *step, Str name)
{
    if (is_scope_tags(&step->args[0])) {
        return &empty_string;
    }
    if (!is_scope(&step->args[0])) {
        return NULL;
    }
    if (str_eq_nocase(name, STR("tags"))) {
        return &empty_object;
    }
    return str_eq_nocase(name, STR("managedBy")) ? &empty_string : NULL;
}

static bool find_property(const Eval *e, const Expr *step, const Json *base, Str name,
                          const Json **ret_value)
{
    const Json *found = func_find_key(base, name);
    bool of_unknown = is_scope(&step->args[0]) &&
                      (step->args[0].func == FUNC_RESOURCE_GROUP ? e->env->group_is_partial
                                                                 : e->env->subscription_is_partial);
    if (found == NULL && of_unknown && !str_eq_nocase(name, STR("managedBy"))) {
        return err_set(e->err, ERR_ABSENT, step->at,
                       "'%.*s' of %.*s is not known: the resource itself is not in the input",
                       STR_ARG(name), STR_ARG(json_find_str(base, STR("id"))));
    }
    if (found == NULL || (found->type == JSON_NULL && is_scope(&step->args[0]))) {
        const Json *absent = absent_value(step, name);
        found = absent != NULL ? absent : found;
    }
    if (found == NULL) {
        return err_set(e->err, ERR_EVAL, step->at,
                       "there is no property '%.*s'; tryGet(…, '%.*s') would give null",
                       STR_ARG(name), STR_ARG(name));
    }
    *ret_value = found;
    return true;
}

static bool eval_member(const Eval *e, const Expr *expr, const Json **ret_value)
{
    const Json *base = &json_null;
    TRY(eval(e, &expr->args[0], &base));
    if (base->type != JSON_OBJECT) {
        return err_set(e->err, ERR_EVAL, expr->at, "'.%.*s' needs an object before it, this is %s",
                       STR_ARG(expr->name), scalar_type_name(base));
    }
    return find_property(e, expr, base, expr->name, ret_value);
}

static bool eval_index(const Eval *e, const Expr *expr, const Json **ret_value)
{
    const Json *base = &json_null;
    const Json *index = &json_null;
    TRY(eval(e, &expr->args[0], &base) && eval(e, &expr->args[1], &index));
    if (base->type == JSON_OBJECT && index->type == JSON_STRING) {
        return find_property(e, expr, base, index->string, ret_value);
    }
    bool is_number = index->type == JSON_NUMBER && index->is_int;
    if (base->type != JSON_ARRAY || !is_number) {
        return err_set(e->err, ERR_EVAL, expr->at,
                       "an array takes an integer as index and an object a string, this is %s "
                       "with %s",
                       scalar_type_name(base), scalar_type_name(index));
    }
    if (index->number.as_int < 0 || index->number.as_int >= base->count) {
        return err_set(e->err, ERR_EVAL, expr->at, "index %lld is not in an array of %u items",
                       (long long)index->number.as_int, (unsigned)base->count);
    }
    *ret_value = &base->items[index->number.as_int];
    return true;
}

// --- JSON around expressions --------------------------------------------------------------------

static bool eval_array(const Eval *e, const Expr *expr, const Json **ret_value)
{
    Json *items = NEW_ARRAY(e->arena, Json, expr->arg_count);
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        const Json *item = &json_null;
        TRY(eval(e, &expr->args[i], &item));
        items[i] = *item;
    }
    Json *array = NEW(e->arena, Json);
    *array = (Json){.type = JSON_ARRAY, .count = expr->arg_count, .at = expr->at, .items = items};
    *ret_value = array;
    return true;
}

static bool eval_members(const Eval *e, const Expr *expr, const Json **ret_value)
{
    uint32_t count = expr->arg_count / 2;
    JsonMember *members = NEW_ARRAY(e->arena, JsonMember, count);
    for (uint32_t i = 0; i < count; i++) {
        const Expr *pair = &expr->args[(size_t)2 * i];
        const Json *key = &json_null;
        const Json *value = &json_null;
        TRY(eval(e, &pair[0], &key) && eval(e, &pair[1], &value));
        if (key->type != JSON_STRING) {
            return err_set(e->err, ERR_EVAL, pair->at,
                           "the key of an object must be a string, it is %s",
                           scalar_type_name(key));
        }
        members[i] = (JsonMember){.key = key->string, .at = pair->at, .value = *value};
    }
    Json *object = NEW(e->arena, Json);
    *object = (Json){.type = JSON_OBJECT, .count = count, .at = expr->at, .members = members};
    *ret_value = object;
    return true;
}

// --- evaluation ---------------------------------------------------------------------------------

static bool eval(const Eval *e, const Expr *expr, const Json **ret_value)
{
    switch (expr->kind) {
    case EXPR_LITERAL:
        *ret_value = expr->value;
        return true;
    case EXPR_CALL:
        return eval_call(e, expr, ret_value);
    case EXPR_MEMBER:
        return eval_member(e, expr, ret_value);
    case EXPR_INDEX:
        return eval_index(e, expr, ret_value);
    case EXPR_ARRAY:
        return eval_array(e, expr, ret_value);
    case EXPR_OBJECT:
        return eval_members(e, expr, ret_value);
    }
    UNREACHABLE("every kind is above");
}

bool expr_eval(Arena *arena, const Expr *expr, const ExprEnv *env, const Json **ret_value, Err *err)
{
    const Eval e = {.arena = arena, .env = env, .err = err};
    return eval(&e, expr, ret_value);
}

// --- folding ------------------------------------------------------------------------------------

static Expr fold(Arena *arena, const Expr *expr, const ExprEnv *env, unsigned reads_left);

// Whether expr is a step into resourceGroup(), subscription() or their tags: what stands before it
// must stay, because the literal it would fold to no longer says that absence is allowed there.
static bool is_scope_step(const Expr *expr)
{
    return (expr->kind == EXPR_MEMBER || expr->kind == EXPR_INDEX) &&
           (is_scope(&expr->args[0]) || is_scope_tags(&expr->args[0]));
}

// The same node over folded arguments.
static Expr fold_args(Arena *arena, const Expr *expr, const ExprEnv *env, unsigned reads_left)
{
    Expr folded = *expr;
    Expr *args = NEW_ARRAY(arena, Expr, expr->arg_count);
    folded.reads = expr->kind == EXPR_CALL ? expr_reads_of(expr->func) : 0;
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        bool keep = i == 0 && is_scope_step(expr);
        args[i] = keep ? expr->args[i] : fold(arena, &expr->args[i], env, reads_left);
        folded.reads |= args[i].reads;
    }
    folded.args = args;
    return folded;
}

static Expr fold(Arena *arena, const Expr *expr, const ExprEnv *env, unsigned reads_left)
{
    const Json *value = &json_null;
    Err ignored = {0};
    if (expr->kind == EXPR_LITERAL) {
        return *expr;
    }
    if ((expr->reads & reads_left) == 0 && expr_eval(arena, expr, env, &value, &ignored)) {
        return (Expr){.kind = EXPR_LITERAL, .at = expr->at, .value = value};
    }
    if (expr->kind == EXPR_CALL && expr->func == FUNC_IF) {
        Expr condition = fold(arena, &expr->args[0], env, reads_left);
        if (condition.kind == EXPR_LITERAL && condition.value->type == JSON_BOOL) {
            return fold(arena, &expr->args[condition.value->boolean ? 1 : 2], env, reads_left);
        }
    }
    Expr folded = fold_args(arena, expr, env, reads_left);
    bool is_field = folded.kind == EXPR_CALL && folded.func == FUNC_FIELD;
    if (is_field && env->bind_column != NULL && folded.args[0].kind == EXPR_LITERAL &&
        folded.args[0].value->type == JSON_STRING) {
        folded.column = env->bind_column(env->ctx, folded.args[0].value->string);
    }
    return folded;
}

const Expr *expr_fold(Arena *arena, const Expr *expr, const ExprEnv *env, unsigned reads_left)
{
    if (expr->kind == EXPR_LITERAL) {
        return expr;
    }
    Expr *folded = NEW(arena, Expr);
    *folded = fold(arena, expr, env, reads_left);
    return folded;
}
