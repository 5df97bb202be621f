// SPDX-License-Identifier: Apache-2.0
// What is known before any resource is seen: constants fold, names of fields become slots.
#include <string.h>

#include "base/buf.h"
#include "policy/spec.h"
#include "json/write.h"

static bool known_field(void *ctx, Arena *arena, Str name, const Json **ret_value, Err *err)
{
    const Spec *spec = ctx;
    (void)arena;
    if (!spec->candidate && str_eq_nocase(name, STR("type"))) {
        *ret_value = &spec->type_json;
        return true;
    }
    return err_set(err, ERR_EVAL, (Span){0}, "known per resource");
}

const Scope *spec_scope(const Scope *scope, Str name)
{
    if (name.len == 0) {
        return scope;
    }
    for (; scope != NULL; scope = scope->outer) {
        if (str_eq_nocase(scope->name, name)) {
            return scope;
        }
    }
    return NULL;
}

static bool known_current(void *ctx, Arena *arena, Str name, const Json **ret_value, Err *err)
{
    const Spec *spec = ctx;
    (void)arena;
    const Scope *scope = spec_scope(spec->scope, name);
    if (scope == NULL || scope->value == NULL) {
        return err_set(err, ERR_EVAL, (Span){0}, "known per element");
    }
    *ret_value = scope->value;
    return true;
}

// Of the resource that `if` is about; fullName has no column, nor has what is not on this type.
static uint32_t bind_column(void *ctx, Str name)
{
    Spec *spec = ctx;
    if (spec->candidate || str_eq_nocase(name, STR("fullName"))) {
        return 0;
    }
    return spec_field_slot(spec, name) + 1; // NONE + 1 = 0
}

const Expr *spec_fold(Spec *spec, const Expr *expr)
{
    if (expr == NULL || expr_is_literal(expr)) {
        return expr;
    }
    ExprEnv env = spec->env;
    env.field = known_field;
    env.bind_column = bind_column;
    env.current = known_current;
    env.ctx = spec;
    return expr_fold(spec->arena, expr, &env, 0);
}

PlanNode spec_constant(const Cond *cond, Tri value)
{
    return (PlanNode){.kind = PLAN_CONST, .value = value, .cond = cond};
}

// A leaf both of whose sides are known.
PlanNode spec_decided(Spec *spec, const Cond *cond, const Json *left, const Json *right)
{
    Err err = {0};
    PlanNode node = spec_constant(cond, compare(cond->op, left, right, &err));
    node.seen = left;
    node.wanted = right;
    if (node.value == TRI_ERROR) {
        node.note = str_copy(spec->arena, str_from_cstr(err.text));
    }
    return node;
}

PlanNode spec_error(Spec *spec, const Cond *cond, const char *why)
{
    PlanNode node = spec_constant(cond, TRI_ERROR);
    node.note = str_copy(spec->arena, str_from_cstr(why));
    return node;
}

// ---- fields ----

AliasFound spec_resolve(Spec *spec, Str field, AliasPath *ret_path)
{
    AliasQuery query = {
        .field = field,
        .resource_type = spec->type,
        .api_version = spec->plan->options.api_version,
        .raw_paths = spec->plan->options.raw_paths,
    };
    return alias_resolve(spec->plan->aliases, spec->arena, &query, ret_path);
}

// The slot of a field name, NONE when it has no value on this type.
uint32_t spec_field_slot(Spec *spec, Str field)
{
    Map *known = &spec->type_plan->field_slots;
    uint32_t at = map_find(known, field);
    if (at != MAP_NONE) {
        return at == NONE - 1 ? NONE : at;
    }
    AliasPath path = {0};
    uint32_t slot = NONE;
    if (spec_resolve(spec, field, &path) == ALIAS_FOUND) {
        slot = slot_builder_path(spec->slots, &path);
    }
    (void)map_put(known, field, slot == NONE ? NONE - 1 : slot);
    return slot;
}

static bool is_bound(const Spec *spec, uint32_t space)
{
    if (space == SPACE_ROOT) {
        return true;
    }
    for (const Scope *scope = spec->scope; scope != NULL; scope = scope->outer) {
        for (uint32_t s = scope->space; s != NONE; s = slot_builder_space_parent(spec->slots, s)) {
            if (s == space) {
                return true;
            }
        }
    }
    return false;
}

uint32_t spec_anchor(const Spec *spec, uint32_t space)
{
    while (!is_bound(spec, space)) {
        space = slot_builder_space_parent(spec->slots, space);
    }
    return space;
}

bool spec_names_array(Str field)
{
    return str_find(field, STR("[*]")) != NULL;
}

void spec_read_slot(const Spec *spec, Reads *reads, uint32_t slot)
{
    if (slot == NONE) {
        return; // never a value: a constant
    }
    for (uint32_t i = 0; i < reads->count; i++) {
        if (reads->slots[i] == slot) {
            return;
        }
    }
    uint32_t space = slot_builder_slot_space(spec->slots, slot);
    if (spec_anchor(spec, space) != space || reads->count == MEMO_SLOTS_MAX) {
        reads->more = true;
        return;
    }
    reads->slots[reads->count++] = slot;
}

// An element at hand, whose column is known, or the item of a value count.
static void read_current(Spec *spec, bool literal, Str name, Reads *reads)
{
    const Scope *scope = spec_scope(spec->scope, name);
    uint32_t slot = NONE;
    if (literal && (scope == NULL || scope->space != NONE)) {
        slot = spec_field_slot(spec, name);
    } else if (scope != NULL && scope->space != NONE) {
        slot = spec_field_slot(spec, scope->name);
    }
    if (slot == NONE) {
        reads->more = true;
    } else {
        spec_read_slot(spec, reads, slot);
    }
}

static void read_call(Spec *spec, const Expr *expr, Reads *reads)
{
    bool literal = expr->arg_count == 1 && expr_is_literal(&expr->args[0]) &&
                   expr->args[0].value->type == JSON_STRING;
    Str name = literal ? expr->args[0].value->string : (Str){0};
    if (expr->func == FUNC_RESOURCE_GROUP || expr->func == FUNC_SUBSCRIPTION) {
        reads->group = true;
        reads->whole = true;
    } else if (expr->func == FUNC_FIELD && !spec->candidate && literal &&
               !str_eq_nocase(name, STR("fullName"))) {
        spec_read_slot(spec, reads, spec_field_slot(spec, name));
    } else if (expr->func == FUNC_FIELD) {
        reads->more = true; // another resource's field, or a name known only later
        reads->whole = true;
        spec->type_plan->reads_whole |= !spec->candidate;
        if (literal && !spec->candidate) {
            (void)spec_field_slot(spec, name); // fullName as somebody wrote it
        }
    } else {
        read_current(spec, literal, name, reads);
    }
}

// Makes a slot for everything the expression reads.

// resourceGroup().managedBy and the like: an id tells only id and name, so that every resource in a
// group gets the same answer unless containers are known.
static bool same_for_all(const Spec *spec, const Expr *expr)
{
    bool of_scope =
        spec->plan->options.containers == NULL && expr->kind == EXPR_MEMBER &&
        expr->args[0].kind == EXPR_CALL &&
        (expr->args[0].func == FUNC_RESOURCE_GROUP || expr->args[0].func == FUNC_SUBSCRIPTION);
    return of_scope && !str_eq_nocase(expr->name, STR("id")) &&
           !str_eq_nocase(expr->name, STR("name")) &&
           !str_eq_nocase(expr->name, STR("subscriptionId"));
}

void spec_read_expr(Spec *spec, const Expr *expr, Reads *reads)
{
    const unsigned context = EXPR_READS_FIELD | EXPR_READS_CURRENT | EXPR_READS_SCOPE;
    if (expr == NULL || (expr->reads & context) == 0) {
        return;
    }
    if (same_for_all(spec, expr)) {
        reads->containers = true;
        reads->whole = true;
        return;
    }
    if (expr->kind == EXPR_CALL &&
        (expr->func == FUNC_FIELD || expr->func == FUNC_CURRENT ||
         expr->func == FUNC_RESOURCE_GROUP || expr->func == FUNC_SUBSCRIPTION)) {
        read_call(spec, expr, reads);
    }
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        spec_read_expr(spec, &expr->args[i], reads);
    }
}
