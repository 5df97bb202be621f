// SPDX-License-Identifier: Apache-2.0
// What modify and append would write, and the document after it.
// Source: Azure Policy modify and append effects; "author policies for arrays", altering arrays.
#include "policy/ref_private.h"

typedef struct Change {
    OperationKind kind;
    const AliasPath *path;
    const Json *value; // NULL for remove
} Change;

// A copy of an object with one member set, removed (value NULL) or left. What is no object becomes
// one.
static const Json *with_member(Arena *arena, const Json *object, Str key, const Json *value)
{
    uint32_t old = json_is(object, JSON_OBJECT) ? object->count : 0;
    JsonMember *members = NEW_ARRAY(arena, JsonMember, old + 1);
    uint32_t count = 0;
    bool is_there = false;
    for (uint32_t i = 0; i < old; i++) {
        bool is_it = str_eq_nocase(object->members[i].key, key);
        is_there = is_there || is_it;
        if (is_it && value == NULL) {
            continue;
        }
        members[count] = object->members[i];
        if (is_it) {
            members[count].value = *value;
        }
        count++;
    }
    if (!is_there && value != NULL) {
        members[count++] = (JsonMember){.key = key, .value = *value};
    }
    return ref_object(arena, members, count);
}

static const Json *apply(Arena *arena, const Change *change, uint32_t step, const Json *at,
                         bool may_flatten);

// The value at the end of the path: NULL = missing.
static const Json *apply_here(const Change *change, const Json *at)
{
    bool is_missing = at == NULL || at->type == JSON_NULL;
    switch (change->kind) {
    case OPERATION_ADD:
        return is_missing ? change->value : at;
    case OPERATION_ADD_OR_REPLACE:
        return change->value;
    case OPERATION_REMOVE:
        return NULL;
    }
    UNREACHABLE("kind of operation");
}

// "array[*]" itself: add appends a member, addOrReplace leaves only the new one.
static const Json *apply_to_members(Arena *arena, const Change *change, const Json *at)
{
    bool keeps = change->kind == OPERATION_ADD && json_is(at, JSON_ARRAY);
    uint32_t old = keeps ? at->count : 0;
    const Json **items = NEW_ARRAY(arena, const Json *, old + 1);
    for (uint32_t i = 0; i < old; i++) {
        items[i] = &at->items[i];
        if (json_equal(items[i], change->value)) {
            return at; // it is there already
        }
    }
    items[old] = change->value;
    return ref_array(arena, items, old + 1);
}

static const Json *apply_in_each(Arena *arena, const Change *change, uint32_t step, const Json *at)
{
    if (!json_is(at, JSON_ARRAY)) {
        return at;
    }
    const Json **items = NEW_ARRAY(arena, const Json *, at->count + 1);
    for (uint32_t i = 0; i < at->count; i++) {
        const Json *item = apply(arena, change, step, &at->items[i], true);
        items[i] = item != NULL ? item : &json_null;
    }
    return ref_array(arena, items, at->count);
}

static const Json *apply_in_object(Arena *arena, const Change *change, uint32_t step,
                                   const Json *at, bool may_flatten)
{
    const PathStep *want = &change->path->steps[step];
    const Json *found = json_find_nocase(at, want->name);
    const Json *inner = json_find_nocase(at, STR("properties"));
    if (found == NULL && may_flatten && json_find_nocase(inner, want->name) != NULL) {
        const Json *changed = apply_in_object(arena, change, step, inner, false);
        return with_member(arena, at, STR("properties"), changed);
    }
    const Json *changed = apply(arena, change, step + 1, found, false);
    if (changed == NULL && found == NULL) {
        return at;
    }
    return with_member(arena, at, want->name, changed);
}

static const Json *apply(Arena *arena, const Change *change, uint32_t step, const Json *at,
                         bool may_flatten)
{
    const AliasPath *path = change->path;
    if (step == path->count) {
        return apply_here(change, at);
    }
    if (path->steps[step].is_array) {
        return step + 1 == path->count ? apply_to_members(arena, change, at)
                                       : apply_in_each(arena, change, step + 1, at);
    }
    if (path->steps[step].is_index) {
        return at; // a single member has no alias that may be written
    }
    return apply_in_object(arena, change, step, at, may_flatten && path->flatten);
}

static bool condition_holds(const RefEnv *env, const Operation *operation, bool *ret_holds)
{
    const Json *value = NULL;
    *ret_holds = true;
    if (operation->condition == NULL) {
        return true;
    }
    TRY(ref_expr(env, operation->condition, &value));
    bool is_bool = json_is(value, JSON_BOOL);
    bool is_text = json_is(value, JSON_STRING);
    if (!is_bool && !is_text) {
        return err_set(env->err, ERR_EVAL, operation->at, "condition: neither true nor false");
    }
    *ret_holds = is_bool ? value->boolean : str_eq_nocase(value->string, STR("true"));
    return true;
}

// The operation as written, with its field and value filled in.
static const Json *evaluated(Arena *arena, const Operation *operation, const Json *raw, Str field,
                             const Json *value)
{
    static const Str kinds[] = {STR_INIT("add"), STR_INIT("addOrReplace"), STR_INIT("remove")};
    Json name = json_string(field);
    Json kind = json_string(kinds[operation->kind]);
    const Json *out = with_member(arena, raw, STR("field"), &name);
    if (json_find_nocase(raw, STR("operation")) != NULL) {
        out = with_member(arena, out, STR("operation"), &kind);
    }
    return value != NULL ? with_member(arena, out, STR("value"), value) : out;
}

static bool run_operation(const RefEnv *env, const Operation *operation, const Json *raw,
                          const Json **ret_details, const Json **document)
{
    Str field;
    bool holds = false;
    const Json *value = NULL;
    TRY(ref_expr_str(env, operation->field, &field));
    if (operation->value != NULL) {
        TRY(ref_expr(env, operation->value, &value));
    }
    TRY(condition_holds(env, operation, &holds));
    *ret_details = evaluated(env->arena, operation, raw, field, value);
    AliasPath path;
    bool is_known = holds && ref_resolve(env, env->doc_type, field, &path) == REF_FOUND;
    if (is_known && (operation->kind != OPERATION_REMOVE || path.array_count == 0)) {
        Change change = {.kind = operation->kind, .path = &path, .value = value};
        *document = apply(env->arena, &change, 0, *document, true);
    }
    return true;
}

static bool run_operations(const RefEnv *env, const Json *raw, const Json **ret_list,
                           const Json **document)
{
    const Details *details = &env->in->rule->definition->details;
    const Json **items = NEW_ARRAY(env->arena, const Json *, details->operation_count + 1);
    ASSERT(json_is(raw, JSON_ARRAY) && raw->count == details->operation_count);
    for (uint32_t i = 0; i < details->operation_count; i++) {
        TRY(run_operation(env, &details->operations[i], &raw->items[i], &items[i], document));
    }
    *ret_list = ref_array(env->arena, items, details->operation_count);
    return true;
}

static bool object_details(const RefEnv *env, const Json *raw, const Json **ret_details,
                           const Json **document)
{
    const Details *details = &env->in->rule->definition->details;
    const Json *out = raw;
    const Json *operations = json_find_nocase(raw, STR("operations"));
    if (operations != NULL) {
        const Json *list = NULL;
        TRY(run_operations(env, operations, &list, document));
        out = with_member(env->arena, out, STR("operations"), list);
    }
    const struct {
        Str key;
        const Expr *expr;
    } rows[] = {
        {STR("type"), details->related_type},
        {STR("name"), details->related_name},
        {STR("existenceScope"), details->existence_scope},
        {STR("resourceGroupName"), details->resource_group},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        const Json *value = NULL;
        if (rows[i].expr != NULL) {
            TRY(ref_expr(env, rows[i].expr, &value));
            out = with_member(env->arena, out, rows[i].key, value);
        }
    }
    *ret_details = out;
    return true;
}

bool ref_effect_details(Arena *arena, const RefInput *in, const Json **ret_details,
                        const Json **ret_document, Err *err)
{
    RefEnv env = ref_env(arena, in, err);
    const Json *raw = in->rule->definition->details.raw;
    const Json *document = in->resource;
    const Json *details = NULL;
    if (json_is(raw, JSON_ARRAY)) {
        TRY(run_operations(&env, raw, &details, &document));
    } else if (json_is(raw, JSON_OBJECT)) {
        TRY(object_details(&env, raw, &details, &document));
    }
    *ret_details = details;
    *ret_document = document;
    return true;
}
