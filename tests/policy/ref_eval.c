// SPDX-License-Identifier: Apache-2.0
// Conditions: three-valued, in no particular order of evaluation.
#include "policy/ref_eval.h"

#include <string.h>

#include "policy/expr_eval.h"
#include "policy/ref_private.h"

// ---- what expressions read ----

static const Json *text_value(Arena *arena, Str text)
{
    Json *json = NEW(arena, Json);
    *json = json_string(text);
    return json;
}

static const Json *present_values(Arena *arena, const RefValues *values)
{
    const Json **items = NEW_ARRAY(arena, const Json *, values->count + 1);
    uint32_t count = 0;
    for (uint32_t i = 0; i < values->count; i++) {
        if (values->items[i] != NULL) {
            items[count++] = values->items[i];
        }
    }
    return ref_array(arena, items, count);
}

static bool has_star(Str name)
{
    for (size_t i = 0; i + 3 <= name.len; i++) {
        if (memcmp(name.ptr + i, "[*]", 3) == 0) {
            return true;
        }
    }
    return false;
}

// field(): always the resource that `if` is about, also inside an existence condition.
static bool read_field(void *ctx, Arena *arena, Str name, const Json **ret_value, Err *err)
{
    const RefEnv *env = ctx;
    const Json *doc = env->in->resource;
    if (str_eq_nocase(name, STR("fullName"))) {
        Str full = ref_full_name(arena, doc);
        *ret_value = full.len != 0 ? text_value(arena, full) : NULL;
        return true;
    }
    AliasPath path;
    RefFound found = ref_resolve(env, ref_text(doc, STR("type")), name, &path);
    (void)err; // a name that is no alias has no value: "tags[]" from an empty parameter
    if (found != REF_FOUND) {
        *ret_value = has_star(name) ? ref_array(arena, NULL, 0) : NULL;
        return true;
    }
    uint32_t unbound = 0;
    RefValues values = ref_walk(env, doc, &path, &unbound);
    *ret_value = path.array_count != 0 ? present_values(arena, &values) : values.items[0];
    return true;
}

// A field path inside a count of fields: what it reaches from the element that is being counted.
static bool read_current_path(const RefEnv *env, Str name, const Json **ret_value)
{
    AliasPath path;
    if (ref_resolve(env, env->doc_type, name, &path) != REF_FOUND) {
        return false;
    }
    uint32_t unbound = 0;
    RefValues values = ref_walk(env, env->doc, &path, &unbound);
    if (unbound == path.array_count) {
        return false; // no count around it iterates over this array
    }
    if (unbound != 0) {
        *ret_value = present_values(env->arena, &values);
    } else {
        *ret_value = values.items[0] != NULL ? values.items[0] : &json_null;
    }
    return true;
}

static bool read_current(void *ctx, Arena *arena, Str name, const Json **ret_value, Err *err)
{
    (void)arena;
    const RefEnv *env = ctx;
    for (const RefScope *scope = env->scope; scope != NULL; scope = scope->outer) {
        bool is_named = scope->doc == NULL && str_eq_nocase(scope->name, name);
        if (name.ptr == NULL || is_named) {
            *ret_value = scope->value;
            return true;
        }
    }
    if (name.ptr != NULL && read_current_path(env, name, ret_value)) {
        return true;
    }
    return err_set(err, ERR_EVAL, (Span){0}, "current('%.*s'): no count of that name around it",
                   STR_ARG(name));
}

static ExprEnv expr_env(RefEnv *env)
{
    return (ExprEnv){
        .field = read_field,
        .current = read_current,
        .ctx = env,
        .parameters = env->in->rule->parameters,
        .resource_group = env->resource_group,
        .subscription = env->subscription,
        .group_is_partial = env->group_is_partial,
        .subscription_is_partial = env->subscription_is_partial,
        .request_context = env->request_context,
        .policy = env->in->rule->policy,
        .now = env->in->options->now,
    };
}

bool ref_expr(const RefEnv *env, const Expr *expr, const Json **ret_value)
{
    RefEnv copy = *env;
    ExprEnv outside = expr_env(&copy);
    Err err = {0};
    if (expr_eval(env->arena, expr, &outside, ret_value, &err)) {
        return true;
    }
    if (env->err->kind == ERR_NONE) {
        *env->err = err;
    }
    return false;
}

static Tri fail(const RefEnv *env, Span at, const char *text)
{
    if (env->err->kind == ERR_NONE) {
        (void)err_set(env->err, ERR_EVAL, at, "%s", text);
    }
    return TRI_ERROR;
}

bool ref_expr_str(const RefEnv *env, const Expr *expr, Str *ret_value)
{
    const Json *value = NULL;
    TRY(ref_expr(env, expr, &value));
    if (!json_is(value, JSON_STRING)) {
        (void)fail(env, expr->at, "a text is wanted here");
        return false;
    }
    *ret_value = value->string;
    return true;
}

// ---- leaves ----

static Tri compare_one(const RefEnv *env, Operator op, const Json *left, const Json *right)
{
    Err err = {0};
    Tri result = compare(op, left, right, &err);
    if (result == TRI_ERROR && env->err->kind == ERR_NONE) {
        *env->err = err;
    }
    return result;
}

// Locations compare without spaces: "East US 2" is eastus2.
static const Json *plain_location(Arena *arena, const Json *value)
{
    if (json_is(value, JSON_STRING)) {
        char *out = NEW_ARRAY(arena, char, value->string.len + 1);
        size_t len = 0;
        for (size_t i = 0; i < value->string.len; i++) {
            char c = value->string.ptr[i];
            if (c != ' ') {
                out[len++] = c;
            }
        }
        return text_value(arena, (Str){out, len});
    }
    if (json_is(value, JSON_ARRAY)) {
        const Json **items = NEW_ARRAY(arena, const Json *, value->count + 1);
        for (uint32_t i = 0; i < value->count; i++) {
            items[i] = plain_location(arena, &value->items[i]);
        }
        return ref_array(arena, items, value->count);
    }
    return value;
}

// The values a field on the left side has.
static RefValues left_values(const RefEnv *env, Str name)
{
    static const Json *missing[] = {NULL};
    AliasPath path;
    if (str_eq_nocase(name, STR("fullName"))) {
        Str full = ref_full_name(env->arena, env->doc);
        const Json **one = NEW_ARRAY(env->arena, const Json *, 1);
        one[0] = full.len != 0 ? text_value(env->arena, full) : NULL;
        return (RefValues){.items = one, .count = 1};
    }
    if (ref_resolve(env, env->doc_type, name, &path) != REF_FOUND) {
        return (RefValues){.items = missing, .count = has_star(name) ? 0 : 1};
    }
    uint32_t unbound = 0;
    return ref_walk(env, env->doc, &path, &unbound);
}

static Tri field_leaf(const RefEnv *env, const Cond *cond)
{
    Str name;
    const Json *right = NULL;
    if (!ref_expr_str(env, cond->left, &name)) {
        return TRI_ERROR;
    }
    RefValues values = left_values(env, name);
    if (values.count == 0) {
        return TRI_TRUE; // nothing that could break it, not even the right side
    }
    if (!ref_expr(env, cond->right, &right)) {
        return TRI_ERROR;
    }
    bool is_location = str_eq_nocase(name, STR("location"));
    if (is_location) {
        right = plain_location(env->arena, right);
    }
    Tri all = TRI_TRUE;
    for (uint32_t i = 0; i < values.count; i++) {
        const Json *left =
            is_location ? plain_location(env->arena, values.items[i]) : values.items[i];
        Tri one = compare_one(env, cond->op, left, right);
        if (one == TRI_FALSE || (one == TRI_ERROR && all == TRI_TRUE)) {
            all = one;
        }
        if (all == TRI_FALSE) {
            break;
        }
    }
    return all;
}

// Adds one element to a count; false when its `where` is an error.
static bool count_one(const RefEnv *env, const Count *count, const RefScope *scope,
                      int64_t *ret_total)
{
    RefEnv inside = *env;
    inside.scope = scope;
    Tri where = count->where != NULL ? ref_cond(&inside, count->where) : TRI_TRUE;
    *ret_total += where == TRI_TRUE ? 1 : 0;
    return where != TRI_ERROR;
}

static bool count_field(const RefEnv *env, const Count *count, int64_t *ret_total)
{
    Str name;
    TRY(ref_expr_str(env, count->source, &name));
    AliasPath path;
    if (ref_resolve(env, env->doc_type, name, &path) != REF_FOUND) {
        return true; // nothing to count
    }
    uint32_t unbound = 0;
    RefValues values = ref_walk(env, env->doc, &path, &unbound);
    bool all_known = true;
    for (uint32_t i = 0; i < values.count; i++) {
        RefScope scope = {
            .outer = env->scope,
            .doc = env->doc,
            .path = path,
            .bound = values.chains[i],
            .value = values.items[i] != NULL ? values.items[i] : &json_null,
        };
        all_known = count_one(env, count, &scope, ret_total) && all_known;
    }
    return all_known;
}

static bool count_value(const RefEnv *env, const Count *count, int64_t *ret_total)
{
    const Json *array = NULL;
    TRY(ref_expr(env, count->source, &array));
    if (!json_is(array, JSON_ARRAY)) {
        return fail(env, count->at, "count: value is not an array") != TRI_ERROR;
    }
    bool all_known = true;
    for (uint32_t i = 0; i < array->count; i++) {
        RefScope scope = {.outer = env->scope, .name = count->name, .value = &array->items[i]};
        all_known = count_one(env, count, &scope, ret_total) && all_known;
    }
    return all_known;
}

static Tri count_leaf(const RefEnv *env, const Cond *cond)
{
    int64_t total = 0;
    const Count *count = cond->count;
    const Json *right = NULL;
    bool known =
        count->of_field ? count_field(env, count, &total) : count_value(env, count, &total);
    if (!known || !ref_expr(env, cond->right, &right)) {
        return TRI_ERROR;
    }
    Json left = json_int(env->arena, total);
    return compare_one(env, cond->op, &left, right);
}

static Tri value_leaf(const RefEnv *env, const Cond *cond)
{
    const Json *left = NULL;
    const Json *right = NULL;
    if (!ref_expr(env, cond->left, &left) || !ref_expr(env, cond->right, &right)) {
        return TRI_ERROR;
    }
    return compare_one(env, cond->op, left, right);
}

Tri ref_leaf(const RefEnv *env, const Cond *cond)
{
    switch (cond->lhs) {
    case LHS_FIELD:
        return field_leaf(env, cond);
    case LHS_VALUE:
        return value_leaf(env, cond);
    case LHS_COUNT:
        return count_leaf(env, cond);
    }
    UNREACHABLE("kind of left side");
}

// ---- trees ----

static Tri negate(Tri value)
{
    if (value == TRI_ERROR) {
        return TRI_ERROR;
    }
    return value == TRI_TRUE ? TRI_FALSE : TRI_TRUE;
}

// allOf: any false decides, then any error. anyOf is its mirror image.
static Tri all_or_any(const RefEnv *env, const Cond *cond, Tri decides)
{
    Tri result = negate(decides);
    for (uint32_t i = 0; i < cond->child_count; i++) {
        Tri one = ref_cond(env, &cond->children[i]);
        if (one == decides || (one == TRI_ERROR && result != decides)) {
            result = one;
        }
    }
    return result;
}

Tri ref_cond(const RefEnv *env, const Cond *cond)
{
    switch (cond->kind) {
    case COND_ALL_OF:
        return all_or_any(env, cond, TRI_FALSE);
    case COND_ANY_OF:
        return all_or_any(env, cond, TRI_TRUE);
    case COND_NOT:
        return negate(ref_cond(env, &cond->children[0]));
    case COND_LEAF:
        return ref_leaf(env, cond);
    }
    UNREACHABLE("kind of condition");
}

Tri ref_eval_condition(Arena *arena, const RefInput *in, const Cond *cond, Err *err)
{
    RefEnv env = ref_env(arena, in, err);
    return ref_cond(&env, cond);
}
