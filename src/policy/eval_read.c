// SPDX-License-Identifier: Apache-2.0
// What expressions read of the row at hand: fields, elements, the scope it stands in.
#include "policy/eval_parts.h"
#include "policy/tree_field.h"
#include "json/read.h"

uint32_t eval_nearest(const Evaluator *ev, uint32_t space)
{
    while (ev->bound[space] == NONE) {
        space = ev->type_plan->spaces[space].parent;
    }
    return space;
}

const Json *eval_column(const Evaluator *ev, uint32_t slot, uint32_t element)
{
    return table_value(ev->table, slot, ev->table->columns[slot]->ids[element]);
}

// The values of a slot below the elements at hand, as an array; missing ones are left out.
const Json *eval_column_all(const Evaluator *ev, Arena *arena, uint32_t slot)
{
    uint32_t space = ev->type_plan->slots[slot].space;
    uint32_t anchor = eval_nearest(ev, space);
    uint32_t first = 0;
    uint32_t end = 0;
    table_range_below(ev->table, space, anchor, ev->bound[anchor], &first, &end);
    Json *items = NEW_ARRAY(arena, Json, (size_t)(end - first) + 1);
    uint32_t count = 0;
    for (uint32_t e = first; e < end; e++) {
        uint32_t id = ev->table->columns[slot]->ids[e];
        if (id == VALUE_MISSING) {
            continue;
        }
        items[count++] = id == VALUE_NULL ? json_null : *table_value(ev->table, slot, id);
    }
    Json *array = NEW(arena, Json);
    *array = (Json){.type = JSON_ARRAY, .count = count, .items = items};
    return array;
}

bool eval_names_array(Str field)
{
    return str_find(field, STR("[*]")) != NULL;
}

// The whole resource, for a field that has no column. Inside a count its elements have no column
// either, so the one at hand cannot be told from the others.
bool eval_resource(const Evaluator *ev, Arena *arena, Str name, const Json **ret_tree, Err *err)
{
    for (const CountFrame *frame = ev->frame; frame != NULL; frame = frame->outer) {
        if (frame->space != NONE && eval_names_array(name)) {
            return err_set(err, ERR_EVAL, (Span){0},
                           "'%.*s': inside a count the alias of an array must be written out",
                           STR_ARG(name));
        }
    }
    if (ev->text.len == 0) {
        return err_set(err, ERR_EVAL, (Span){0},
                       "a field whose name depends on the resource cannot be read here");
    }
    return json_read_data(arena, ev->text, &ev->plan->options.limits, ret_tree, err);
}

const Json *eval_full_name(const Evaluator *ev, Arena *arena, Str field)
{
    if (!str_eq_nocase(field, STR("fullName"))) {
        return NULL;
    }
    uint32_t slot = map_find(&ev->type_plan->field_slots, STR("fullName"));
    if (slot >= ev->type_plan->slot_count ||
        ev->table->columns[slot]->ids[ev->bound[SPACE_ROOT]] != VALUE_MISSING) {
        return NULL;
    }
    IdParts parts = {0};
    id_parts_read(&parts, ev->id);
    Str name = id_full_name(arena, &parts);
    id_parts_close(&parts);
    Json *value = NEW(arena, Json);
    *value = json_string(name);
    return name.len != 0 ? value : NULL;
}

AliasQuery eval_query(const Evaluator *ev, Str field, Str type)
{
    return (AliasQuery){
        .field = field,
        .resource_type = type,
        .api_version = ev->plan->options.api_version,
        .raw_paths = ev->plan->options.raw_paths,
    };
}

static bool env_column(void *ctx, Arena *arena, uint32_t slot, const Json **ret_value)
{
    const Evaluator *ev = ctx;
    *ret_value = ev->type_plan->slots[slot].space == SPACE_ROOT
                     ? eval_column(ev, slot, ev->bound[SPACE_ROOT])
                     : eval_column_all(ev, arena, slot);
    return true;
}

bool eval_field(Evaluator *ev, Str name, const Json **ret_value, Err *err)
{
    Arena *arena = ev->scratch;
    if (ev->primary != NULL) {
        AliasQuery query = eval_query(ev, name, ev->primary_type);
        *ret_value = tree_field(arena, ev->plan->aliases, &query, ev->primary);
        return true;
    }
    *ret_value = eval_full_name(ev, arena, name);
    if (*ret_value != NULL) {
        return true;
    }
    uint32_t slot = map_find(&ev->type_plan->field_slots, name);
    if (slot == MAP_NONE || str_eq_nocase(name, STR("fullName"))) {
        const Json *tree = NULL;
        TRY(eval_resource(ev, arena, name, &tree, err));
        AliasQuery query = eval_query(ev, name, ev->type_plan->type);
        *ret_value = tree_field(arena, ev->plan->aliases, &query, tree);
        return true;
    }
    if (slot == NONE - 1) {
        *ret_value = eval_names_array(name) ? tree_empty_array() : NULL;
        return true;
    }
    return env_column(ev, arena, slot, ret_value);
}

static bool env_field(void *ctx, Arena *arena, Str name, const Json **ret_value, Err *err)
{
    (void)arena;
    return eval_field(ctx, name, ret_value, err);
}

static bool env_current(void *ctx, Arena *arena, Str name, const Json **ret_value, Err *err)
{
    Evaluator *ev = ctx;
    const CountFrame *frame = ev->frame;
    while (frame != NULL && name.len != 0 &&
           !(frame->space == NONE && str_eq_nocase(frame->name, name))) {
        frame = frame->outer;
    }
    if (frame != NULL && frame->space == NONE) {
        *ret_value = frame->value;
        return true;
    }
    Str field = frame != NULL ? frame->name : name;
    uint32_t slot = map_find(&ev->type_plan->field_slots, field);
    if (slot == MAP_NONE || slot == NONE - 1) {
        return err_set(err, ERR_EVAL, (Span){0}, "current('%.*s') stands in no count of that array",
                       STR_ARG(field));
    }
    uint32_t space = ev->type_plan->slots[slot].space;
    if (ev->bound[space] == NONE) {
        *ret_value = eval_column_all(ev, arena, slot);
        return true;
    }
    const Json *value = eval_column(ev, slot, ev->bound[space]);
    *ret_value = value != NULL ? value : &json_null;
    return true;
}

// {"id": …, "name": …} for resourceGroup() and subscription(), as far as the id tells.
static const Json *scope_object(Arena *arena, Str id, bool group)
{
    if (id.len == 0) {
        return NULL;
    }
    Str name = id;
    for (size_t i = id.len; i > 0; i--) {
        if (id.ptr[i - 1] == '/') {
            name = str_from(id, i);
            break;
        }
    }
    JsonMember *members = NEW_ARRAY(arena, JsonMember, 3);
    members[0] = (JsonMember){.key = STR("id"), .value = json_string(id)};
    members[1] = (JsonMember){.key = group ? STR("name") : STR("subscriptionId"),
                              .value = json_string(name)};
    Json *object = NEW(arena, Json);
    *object = (Json){.type = JSON_OBJECT, .count = 2, .members = members};
    return object;
}

// Whose resourceGroup() and subscription() are: in an existenceCondition the primary's.
Str eval_scope_id(const Evaluator *ev)
{
    if (ev->primary == NULL) {
        return ev->id;
    }
    const Json *id = json_find_nocase(ev->primary, STR("id"));
    return json_is(id, JSON_STRING) ? id->string : (Str){0};
}

// The resource group or subscription itself when it was in the input, else what its id tells.
static const Json *container(const Evaluator *ev, ExprEnv *env, Str id, bool group)
{
    const Containers *known = ev->plan->options.containers;
    const Json *resource = known != NULL ? containers_find(known, id) : NULL;
    if (resource != NULL) {
        return resource;
    }
    *(group ? &env->group_is_partial : &env->subscription_is_partial) = true;
    return scope_object(ev->scratch, id, group);
}

bool eval_expr(Evaluator *ev, const Expr *expr, const Json **ret_value, Err *err)
{
    if (expr_is_literal(expr)) {
        *ret_value = expr->value;
        return true;
    }
    ExprEnv env = plan_env(ev->plan, ev->rule);
    env.field = env_field;
    env.column = env_column;
    env.current = env_current;
    env.ctx = ev;
    if ((expr->reads & EXPR_READS_SCOPE) != 0) {
        Str id = eval_scope_id(ev);
        if (env.resource_group == NULL) {
            env.resource_group = container(ev, &env, id_group(id), true);
        }
        if (env.subscription == NULL) {
            env.subscription = container(ev, &env, id_subscription(id), false);
        }
    }
    return expr_eval(ev->scratch, expr, &env, ret_value, err);
}
