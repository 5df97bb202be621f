// SPDX-License-Identifier: Apache-2.0
#include "policy/eval.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "policy/expr_eval.h"
#include "policy/tree_field.h"
#include "json/read.h"
#include "json/write.h"

enum { VERDICT_CAP = 1 << 16 }; // counts beyond it are compared each time

void evaluator_open(Evaluator *ev, const Plan *plan, Table *table, Arena *scratch)
{
    const TypePlan *type_plan = table->plan;
    *ev = (Evaluator){.plan = plan, .type_plan = type_plan, .table = table, .scratch = scratch};
    ev->verdicts = calloc((size_t)type_plan->leaf_count + 1, sizeof(Verdicts));
    ev->bound = malloc(sizeof(uint32_t) * type_plan->space_count);
    ev->tuples = calloc((size_t)type_plan->leaf_count + 1, sizeof(Tuple *));
    ASSERT(ev->verdicts != NULL && ev->bound != NULL && ev->tuples != NULL);
    for (uint32_t s = 0; s < type_plan->space_count; s++) {
        ev->bound[s] = NONE;
    }
}

void evaluator_close(Evaluator *ev)
{
    for (uint32_t i = 0; i < ev->type_plan->leaf_count; i++) {
        free(ev->verdicts[i].of);
        free(ev->tuples[i]);
    }
    free(ev->tuples);
    free(ev->verdicts);
    free(ev->bound);
    *ev = (Evaluator){0};
}

void evaluator_row(Evaluator *ev, uint32_t row, Str id, Str text)
{
    ev->bound[SPACE_ROOT] = row;
    ev->id = id;
    ev->text = text;
}

static bool reads_slot(const Leaf *leaf, uint32_t slot)
{
    for (uint32_t i = 0; i < leaf->memo_count; i++) {
        if (leaf->memo_slots[i] == slot) {
            return true;
        }
    }
    return leaf->slot == slot || leaf->memo == slot;
}

static void forget_slot(Evaluator *ev, uint32_t slot)
{
    for (uint32_t i = 0; i < ev->type_plan->leaf_count; i++) {
        if (!reads_slot(&ev->type_plan->leaves[i], slot)) {
            continue;
        }
        if (ev->verdicts[i].cap != 0) {
            memset(ev->verdicts[i].of, 0, ev->verdicts[i].cap);
        }
        if (ev->tuples[i] != NULL) {
            memset(ev->tuples[i], 0, sizeof(Tuple) * TUPLE_CACHE);
        }
    }
}

void evaluator_turn_block(Evaluator *ev)
{
    for (uint32_t slot = 0; slot < ev->type_plan->slot_count; slot++) {
        if (table_turn_block(ev->table, slot)) {
            forget_slot(ev, slot);
        }
    }
}

static uint8_t *verdict_at(Verdicts *verdicts, uint32_t id)
{
    if (id >= verdicts->cap) {
        uint32_t cap = verdicts->cap == 0 ? 32 : verdicts->cap;
        while (cap <= id) {
            cap *= 2;
        }
        verdicts->of = realloc(verdicts->of, cap);
        ASSERT(verdicts->of != NULL);
        memset(verdicts->of + verdicts->cap, 0, cap - verdicts->cap);
        verdicts->cap = cap;
    }
    return &verdicts->of[id];
}

// ---- what expressions read ----

static uint32_t nearest_bound(const Evaluator *ev, uint32_t space)
{
    while (ev->bound[space] == NONE) {
        space = ev->type_plan->spaces[space].parent;
    }
    return space;
}

static const Json *column_value(const Evaluator *ev, uint32_t slot, uint32_t element)
{
    return table_value(ev->table, slot, ev->table->columns[slot]->ids[element]);
}

// The values of a slot below the elements at hand, as an array; missing ones are left out.
static const Json *column_values(const Evaluator *ev, Arena *arena, uint32_t slot)
{
    uint32_t space = ev->type_plan->slots[slot].space;
    uint32_t anchor = nearest_bound(ev, space);
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

static bool names_array(Str field)
{
    return str_find(field, STR("[*]")) != NULL;
}

// The whole resource, for a field that has no column. Inside a count its elements have no column
// either, so the one at hand cannot be told from the others.
static bool resource_tree(const Evaluator *ev, Arena *arena, Str name, const Json **ret_tree,
                          Err *err)
{
    for (const CountFrame *frame = ev->frame; frame != NULL; frame = frame->outer) {
        if (frame->space != NONE && names_array(name)) {
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

static AliasQuery query_of(const Evaluator *ev, Str field, Str type)
{
    return (AliasQuery){
        .field = field,
        .resource_type = type,
        .api_version = ev->plan->options.api_version,
        .raw_paths = ev->plan->options.raw_paths,
    };
}

bool eval_field(Evaluator *ev, Str name, const Json **ret_value, Err *err)
{
    Arena *arena = ev->scratch;
    if (ev->primary != NULL) {
        AliasQuery query = query_of(ev, name, ev->primary_type);
        *ret_value = tree_field(arena, ev->plan->aliases, &query, ev->primary);
        return true;
    }
    uint32_t slot = map_find(&ev->type_plan->field_slots, name);
    bool full_name = str_eq_nocase(name, STR("fullName"));
    if (slot == MAP_NONE || full_name) {
        const Json *tree = NULL;
        TRY(resource_tree(ev, arena, name, &tree, err));
        AliasQuery query = query_of(ev, name, ev->type_plan->type);
        *ret_value = tree_field(arena, ev->plan->aliases, &query, tree);
        return true;
    }
    if (slot == NONE - 1) {
        *ret_value = names_array(name) ? tree_empty_array() : NULL;
        return true;
    }
    *ret_value = ev->type_plan->slots[slot].space == SPACE_ROOT
                     ? column_value(ev, slot, ev->bound[SPACE_ROOT])
                     : column_values(ev, arena, slot);
    return true;
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
        *ret_value = column_values(ev, arena, slot);
        return true;
    }
    const Json *value = column_value(ev, slot, ev->bound[space]);
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
static Str scope_id(const Evaluator *ev)
{
    if (ev->primary == NULL) {
        return ev->id;
    }
    const Json *id = json_find_nocase(ev->primary, STR("id"));
    return json_is(id, JSON_STRING) ? id->string : (Str){0};
}

bool eval_expr(Evaluator *ev, const Expr *expr, const Json **ret_value, Err *err)
{
    if (expr_is_literal(expr)) {
        *ret_value = expr->value;
        return true;
    }
    ExprEnv env = plan_env(ev->plan, ev->rule);
    env.field = env_field;
    env.current = env_current;
    env.ctx = ev;
    if ((expr->reads & EXPR_READS_SCOPE) != 0) {
        if (env.resource_group == NULL) {
            env.resource_group = scope_object(ev->scratch, id_group(scope_id(ev)), true);
        }
        if (env.subscription == NULL) {
            env.subscription = scope_object(ev->scratch, id_subscription(scope_id(ev)), false);
        }
    }
    return expr_eval(ev->scratch, expr, &env, ret_value, err);
}

// ---- leaves ----

static bool right_side(Evaluator *ev, const Leaf *leaf, const Json **ret_right, Err *err)
{
    if (leaf->right_value != NULL) {
        *ret_right = leaf->right_value;
        return true;
    }
    return eval_expr(ev, leaf->right, ret_right, err);
}

static Tri compare_leaf(Evaluator *ev, const Leaf *leaf, const Json *left, const Json *right,
                        Err *err)
{
    if (leaf->place) {
        left = left != NULL ? plan_place(ev->scratch, left) : NULL;
        right = leaf->right_value == NULL ? plan_place(ev->scratch, right) : right;
    }
    return compare(leaf->op, left, right, err);
}

static Tri decide_value(Evaluator *ev, uint32_t leaf_index, uint32_t id, Err *err)
{
    const Leaf *leaf = &ev->type_plan->leaves[leaf_index];
    const Json *left = table_value(ev->table, leaf->slot, id);
    Tri result = compare_leaf(ev, leaf, left, leaf->right_value, err);
    *verdict_at(&ev->verdicts[leaf_index], id) = (uint8_t)(result + 1);
    return result;
}

static inline Tri slot_value(Evaluator *ev, uint32_t leaf_index, uint32_t id, Err *err)
{
    const Verdicts *verdicts = &ev->verdicts[leaf_index];
    if (id < verdicts->cap && verdicts->of[id] != 0 && verdicts->of[id] != TRI_ERROR + 1) {
        return (Tri)(verdicts->of[id] - 1);
    }
    return decide_value(ev, leaf_index, id, err);
}

// Every element must satisfy it: false wins over error, error over true.
static Tri slot_elements(Evaluator *ev, uint32_t leaf_index, Err *err)
{
    const Leaf *leaf = &ev->type_plan->leaves[leaf_index];
    const uint32_t *ids = ev->table->columns[leaf->slot]->ids;
    uint32_t first = 0;
    uint32_t end = 0;
    table_range_below(ev->table, ev->type_plan->slots[leaf->slot].space, leaf->anchor,
                      ev->bound[leaf->anchor], &first, &end);
    Tri all = TRI_TRUE;
    for (uint32_t e = first; e < end; e++) {
        Err local = {0};
        Tri one = slot_value(ev, leaf_index, ids[e], &local);
        if (one == TRI_FALSE) {
            return TRI_FALSE;
        }
        if (one == TRI_ERROR && all == TRI_TRUE) {
            all = TRI_ERROR;
            *err = local;
        }
    }
    return all;
}

static Tri expr_elements(Evaluator *ev, const Leaf *leaf, Err *err)
{
    const Json *right = NULL;
    uint32_t first = 0;
    uint32_t end = 0;
    uint32_t space = ev->type_plan->slots[leaf->slot].space;
    table_range_below(ev->table, space, leaf->anchor, ev->bound[leaf->anchor], &first, &end);
    if (first == end) {
        return TRI_TRUE;
    }
    if (!right_side(ev, leaf, &right, err)) {
        return TRI_ERROR;
    }
    Tri all = TRI_TRUE;
    for (uint32_t e = first; e < end; e++) {
        Err local = {0};
        Tri one = compare_leaf(ev, leaf, column_value(ev, leaf->slot, e), right, &local);
        if (one == TRI_FALSE) {
            return TRI_FALSE;
        }
        if (one == TRI_ERROR && all == TRI_TRUE) {
            all = TRI_ERROR;
            *err = local;
        }
    }
    return all;
}

typedef struct Named {
    const Json **items; // NULL = an element that lacks the leaf
    uint32_t count;
} Named;

// What a field name means on the row's own resource, whatever field() is about.
static bool named_values(Evaluator *ev, Str name, Named *ret_named, Err *err)
{
    uint32_t slot = map_find(&ev->type_plan->field_slots, name);
    if (slot == NONE - 1) { // no value on this type
        static const Json *missing[] = {NULL};
        ret_named->items = missing;
        ret_named->count = names_array(name) ? 0 : 1;
        return true;
    }
    if (slot == MAP_NONE || str_eq_nocase(name, STR("fullName"))) {
        const Json *tree = NULL;
        TRY(resource_tree(ev, ev->scratch, name, &tree, err));
        AliasQuery query = query_of(ev, name, ev->type_plan->type);
        ret_named->items =
            tree_values(ev->scratch, ev->plan->aliases, &query, tree, &ret_named->count);
        return true;
    }
    uint32_t space = ev->type_plan->slots[slot].space;
    uint32_t anchor = nearest_bound(ev, space);
    uint32_t first = 0;
    uint32_t end = 0;
    table_range_below(ev->table, space, anchor, ev->bound[anchor], &first, &end);
    const Json **items = NEW_ARRAY(ev->scratch, const Json *, (size_t)(end - first) + 1);
    for (uint32_t e = first; e < end; e++) {
        items[e - first] = column_value(ev, slot, e);
    }
    *ret_named = (Named){.items = items, .count = end - first};
    return true;
}

static Tri named_once(Evaluator *ev, const Leaf *leaf, Err *err)
{
    Named values = {0};
    const Json *name = NULL;
    const Json *right = NULL;
    if (!eval_expr(ev, leaf->left, &name, err)) {
        return TRI_ERROR;
    }
    if (name->type != JSON_STRING) {
        (void)err_set(err, ERR_EVAL, leaf->left->at, "the name of a field must be a string");
        return TRI_ERROR;
    }
    if (!named_values(ev, name->string, &values, err)) {
        return TRI_ERROR;
    }
    if (values.count != 0 && !right_side(ev, leaf, &right, err)) {
        return TRI_ERROR;
    }
    bool place = str_eq_nocase(name->string, STR("location"));
    right = place && right != NULL ? plan_place(ev->scratch, right) : right;
    Tri all = TRI_TRUE;
    for (uint32_t i = 0; i < values.count && all != TRI_FALSE; i++) {
        const Json *left = values.items[i];
        Err local = {0};
        Tri one = compare(leaf->op, place && left != NULL ? plan_place(ev->scratch, left) : left,
                          right, &local);
        if (one == TRI_ERROR && all == TRI_TRUE) {
            *err = local;
        }
        all = one != TRI_TRUE && all != TRI_FALSE ? one : all;
    }
    return all;
}

static Tri expr_once(Evaluator *ev, const Leaf *leaf, Err *err)
{
    if (leaf->named) {
        return named_once(ev, leaf, err);
    }
    if (leaf->slot != NONE) {
        return expr_elements(ev, leaf, err);
    }
    const Json *left = NULL;
    const Json *right = NULL;
    if (!eval_expr(ev, leaf->left, &left, err) || !right_side(ev, leaf, &right, err)) {
        return TRI_ERROR;
    }
    return compare_leaf(ev, leaf, left, right, err);
}

static Tuple tuple_of(const Evaluator *ev, const Leaf *leaf)
{
    Tuple tuple;
    memset(&tuple, 0, sizeof tuple); // padding too: tuples are hashed as bytes
    for (uint32_t i = 0; i < leaf->memo_count; i++) {
        tuple.ids[i] = ev->table->columns[leaf->memo_slots[i]]->ids[ev->bound[SPACE_ROOT]];
    }
    if (leaf->memo_group) {
        Str group = id_group(scope_id(ev));
        tuple.group = hash_str(group.len != 0 ? group : id_subscription(scope_id(ev)));
    }
    return tuple;
}

static Tri decide_tuple(Evaluator *ev, uint32_t leaf_index, Err *err)
{
    const Leaf *leaf = &ev->type_plan->leaves[leaf_index];
    Tuple tuple = tuple_of(ev, leaf);
    if (ev->tuples[leaf_index] == NULL) {
        ev->tuples[leaf_index] = calloc(TUPLE_CACHE, sizeof(Tuple));
        ASSERT(ev->tuples[leaf_index] != NULL);
    }
    uint64_t hash = hash_bytes(tuple.ids, sizeof tuple.ids, tuple.group);
    Tuple *known = &ev->tuples[leaf_index][hash % TUPLE_CACHE];
    if (known->verdict != 0 && known->verdict != TRI_ERROR + 1 && known->group == tuple.group &&
        memcmp(known->ids, tuple.ids, sizeof tuple.ids) == 0) {
        return (Tri)(known->verdict - 1);
    }
    Tri result = expr_once(ev, leaf, err);
    tuple.verdict = (uint8_t)(result + 1);
    *known = tuple;
    return result;
}

static Tri decide_expr(Evaluator *ev, uint32_t leaf_index, Err *err)
{
    const Leaf *leaf = &ev->type_plan->leaves[leaf_index];
    if (leaf->memo == NONE) {
        return leaf->memo_tuple ? decide_tuple(ev, leaf_index, err) : expr_once(ev, leaf, err);
    }
    uint32_t id = ev->table->columns[leaf->memo]->ids[ev->bound[SPACE_ROOT]];
    uint8_t known = *verdict_at(&ev->verdicts[leaf_index], id);
    if (known != 0 && known != TRI_ERROR + 1) {
        return (Tri)(known - 1);
    }
    Tri result = expr_once(ev, leaf, err);
    *verdict_at(&ev->verdicts[leaf_index], id) = (uint8_t)(result + 1);
    return result;
}

// Compares how many there were with the right side of a count.
static Tri decide_number(Evaluator *ev, uint32_t leaf_index, uint32_t n, Err *err)
{
    const Leaf *leaf = &ev->type_plan->leaves[leaf_index];
    bool memo = leaf->right_value != NULL && n < VERDICT_CAP;
    if (memo) {
        uint8_t known = *verdict_at(&ev->verdicts[leaf_index], n);
        if (known != 0 && known != TRI_ERROR + 1) {
            return (Tri)(known - 1);
        }
    }
    const Json *right = NULL;
    if (!right_side(ev, leaf, &right, err)) {
        return TRI_ERROR;
    }
    Json left = json_int(ev->scratch, n);
    Tri result = compare(leaf->op, &left, right, err);
    if (memo) {
        *verdict_at(&ev->verdicts[leaf_index], n) = (uint8_t)(result + 1);
    }
    return result;
}

// Adds one element's verdict to a count. False: the element has no verdict, so the count has none.
static bool tally(Evaluator *ev, uint32_t code, const PlanNode *where, uint32_t *n, Err *err)
{
    Tri one = where == NULL ? TRI_TRUE : eval_condition(ev, code, where, err);
    *n += one == TRI_TRUE ? 1 : 0;
    return one != TRI_ERROR;
}

static bool count_elements(Evaluator *ev, const Leaf *leaf, uint32_t *ret_n, Err *err)
{
    enum { NEST_MAX = 64 };
    uint32_t saved[NEST_MAX];
    uint32_t first = 0;
    uint32_t end = 0;
    table_range_below(ev->table, leaf->count_space, leaf->anchor, ev->bound[leaf->anchor], &first,
                      &end);
    if (leaf->where == NULL) {
        *ret_n = end - first;
        return true;
    }
    uint32_t depth = 0;
    for (uint32_t s = leaf->count_space; s != SPACE_ROOT && depth < NEST_MAX; depth++) {
        saved[depth] = ev->bound[s];
        s = ev->type_plan->spaces[s].parent;
    }
    CountFrame frame = {.outer = ev->frame, .name = leaf->path, .space = leaf->count_space};
    ev->frame = &frame;
    bool good = depth < NEST_MAX ||
                err_set(err, ERR_LIMIT, (Span){0}, "more than %d nested arrays", NEST_MAX);
    for (uint32_t e = first; e < end && good; e++) {
        uint32_t element = e;
        for (uint32_t s = leaf->count_space; s != SPACE_ROOT; s = ev->type_plan->spaces[s].parent) {
            ev->bound[s] = element;
            element = ev->table->elements[s]->parents[element];
        }
        good = tally(ev, leaf->where_code[0], leaf->where, ret_n, err);
    }
    ev->frame = frame.outer;
    uint32_t s = leaf->count_space;
    for (uint32_t d = 0; d < depth; d++) {
        ev->bound[s] = saved[d];
        s = ev->type_plan->spaces[s].parent;
    }
    return good;
}

static bool count_items(Evaluator *ev, const Leaf *leaf, uint32_t *ret_n, Err *err)
{
    const Json *array = NULL;
    TRY(eval_expr(ev, leaf->left, &array, err));
    if (array->type != JSON_ARRAY) {
        return err_set(err, ERR_EVAL, (Span){0}, "the value of a count must be an array");
    }
    CountFrame frame = {.outer = ev->frame, .name = leaf->name, .space = NONE};
    ev->frame = &frame;
    bool good = true;
    for (uint32_t i = 0; i < array->count && good; i++) {
        frame.value = &array->items[i];
        good = tally(ev, leaf->where_code[0], leaf->where, ret_n, err);
    }
    ev->frame = frame.outer;
    return good;
}

static bool count_cases(Evaluator *ev, const Leaf *leaf, uint32_t *ret_n, Err *err)
{
    for (uint32_t i = 0; i < leaf->where->child_count; i++) {
        TRY(tally(ev, leaf->where_code[i], &leaf->where->children[i], ret_n, err));
    }
    return true;
}

static bool count_of(Evaluator *ev, const Leaf *leaf, uint32_t *ret_n, Err *err)
{
    *ret_n = 0;
    return leaf->kind == LEAF_COUNT   ? count_elements(ev, leaf, ret_n, err)
           : leaf->kind == LEAF_CASES ? count_cases(ev, leaf, ret_n, err)
                                      : count_items(ev, leaf, ret_n, err);
}

static Tri decide_count(Evaluator *ev, uint32_t leaf_index, Err *err)
{
    uint32_t n = 0;
    return count_of(ev, &ev->type_plan->leaves[leaf_index], &n, err)
               ? decide_number(ev, leaf_index, n, err)
               : TRI_ERROR;
}

static inline Tri decide(Evaluator *ev, uint32_t leaf_index, Err *err)
{
    const Leaf *leaf = &ev->type_plan->leaves[leaf_index];
    if (leaf->kind == LEAF_SLOT) {
        uint32_t space = ev->type_plan->slots[leaf->slot].space;
        return space == leaf->anchor
                   ? slot_value(ev, leaf_index,
                                ev->table->columns[leaf->slot]->ids[ev->bound[space]], err)
                   : slot_elements(ev, leaf_index, err);
    }
    return leaf->kind == LEAF_EXPR ? decide_expr(ev, leaf_index, err)
                                   : decide_count(ev, leaf_index, err);
}

// ---- conditions ----

Tri eval_condition(Evaluator *ev, uint32_t code, const PlanNode *tree, Err *err)
{
    const Step *steps = ev->type_plan->steps;
    uint32_t last = NONE;
    if (code == STEP_TREE) {
        return eval_tree(ev, tree, NULL, err);
    }
    while (code < STEP_REJECT) {
        Err local;
        local.kind = ERR_NONE;
        last = steps[code].leaf;
        Tri result = decide(ev, last, &local);
        if (result == TRI_ERROR) {
            return eval_tree(ev, tree, NULL, err);
        }
        code = result == TRI_TRUE ? steps[code].on_true : steps[code].on_false;
    }
    ev->last = last;
    return code == STEP_ACCEPT ? TRI_TRUE : TRI_FALSE;
}

static Tri eval_leaf(Evaluator *ev, const PlanNode *tree, TraceNode *trace, Err *err)
{
    if (tree->kind == PLAN_CONST) {
        if (tree->value == TRI_ERROR) {
            (void)err_set(err, ERR_EVAL, (Span){0}, "%.*s", STR_ARG(tree->note));
        }
        return tree->value;
    }
    Tri result = decide(ev, tree->leaf, err);
    if (trace != NULL) {
        Evidence evidence;
        eval_evidence(ev, tree->leaf, &evidence);
        trace->seen = str_copy(ev->scratch, evidence.seen);
        trace->wanted = evidence.wanted;
    } else {
        ev->last = tree->leaf;
    }
    return result;
}

static Str text_of(Arena *arena, const Json *json)
{
    if (json == NULL) {
        return (Str){0};
    }
    Buf buf = {0};
    json_write(&buf, json);
    Str copy = str_copy(arena, buf_str(&buf));
    buf_free(&buf);
    return copy;
}

static void show(Evaluator *ev, const PlanNode *tree, TraceNode *trace, Tri result, const Err *err)
{
    trace->cond = tree->cond;
    trace->result = result;
    if (tree->kind == PLAN_CONST) {
        trace->seen = text_of(ev->scratch, tree->seen);
        trace->wanted = text_of(ev->scratch, tree->wanted);
    }
    if (result == TRI_ERROR) {
        trace->note = str_copy(ev->scratch, str_from_cstr(err->text));
    }
}

Tri eval_tree(Evaluator *ev, const PlanNode *tree, TraceNode *trace, Err *err)
{
    if (tree->kind == PLAN_CONST || tree->kind == PLAN_LEAF) {
        Err local = {0};
        Tri result = eval_leaf(ev, tree, trace, &local);
        if (trace != NULL) {
            show(ev, tree, trace, result, &local);
        }
        if (result == TRI_ERROR && err->kind == ERR_NONE) {
            *err = local;
        }
        return result;
    }
    TraceNode *below = NULL;
    if (trace != NULL) {
        below = NEW_ARRAY(ev->scratch, TraceNode, tree->child_count + 1);
        trace->children = below;
        trace->child_count = tree->child_count;
    }
    // not flips its one child; allOf is decided by a false one, anyOf by a true one.
    const Tri deciding = tree->kind == PLAN_AND ? TRI_FALSE : TRI_TRUE;
    Tri result = tree->kind == PLAN_AND ? TRI_TRUE : TRI_FALSE;
    Err first = {0};
    for (uint32_t i = 0; i < tree->child_count; i++) {
        Tri one = eval_tree(ev, &tree->children[i], below == NULL ? NULL : &below[i], &first);
        if (one == deciding) {
            result = deciding;
            if (trace == NULL) {
                break;
            }
        } else if (one == TRI_ERROR && result != deciding) {
            result = TRI_ERROR;
        }
    }
    if (tree->kind == PLAN_NOT && result != TRI_ERROR) {
        result = result == TRI_TRUE ? TRI_FALSE : TRI_TRUE;
    }
    if (result == TRI_ERROR && err->kind == ERR_NONE) {
        *err = first;
    }
    if (trace != NULL) {
        show(ev, tree, trace, result, &first);
    }
    return result;
}

// ---- evidence ----

// The first element that decided a [*] condition: the one that breaks it, or the first there is.
static Str element_seen(Evaluator *ev, uint32_t leaf_index)
{
    const Leaf *leaf = &ev->type_plan->leaves[leaf_index];
    const uint32_t *ids = ev->table->columns[leaf->slot]->ids;
    if (ev->type_plan->slots[leaf->slot].space == leaf->anchor) {
        return table_text(ev->table, leaf->slot, ids[ev->bound[leaf->anchor]]);
    }
    uint32_t first = 0;
    uint32_t end = 0;
    table_range_below(ev->table, ev->type_plan->slots[leaf->slot].space, leaf->anchor,
                      ev->bound[leaf->anchor], &first, &end);
    for (uint32_t e = first; e < end && leaf->kind == LEAF_SLOT; e++) {
        Err ignored = {0};
        if (slot_value(ev, leaf_index, ids[e], &ignored) != TRI_TRUE) {
            return table_text(ev->table, leaf->slot, ids[e]);
        }
    }
    return first == end ? STR("[]") : table_text(ev->table, leaf->slot, ids[first]);
}

static Str decimal(Arena *arena, uint32_t n)
{
    enum { DIGITS = 10 };
    char *text = NEW_ARRAY(arena, char, DIGITS);
    size_t at = DIGITS;
    do {
        text[--at] = (char)('0' + n % 10);
        n /= 10;
    } while (n != 0);
    return (Str){text + at, DIGITS - at};
}

void eval_evidence(Evaluator *ev, uint32_t leaf_index, Evidence *ret_evidence)
{
    const Leaf *leaf = &ev->type_plan->leaves[leaf_index];
    *ret_evidence = (Evidence){
        .leaf = leaf->cond,
        .path = leaf->path,
        .op = operator_name(leaf->op),
        .wanted = leaf->right_text,
    };
    Err ignored = {0};
    const Json *value = NULL;
    if (leaf->kind == LEAF_SLOT || (leaf->kind == LEAF_EXPR && leaf->slot != NONE)) {
        ret_evidence->seen = element_seen(ev, leaf_index);
    } else if (leaf->kind == LEAF_EXPR && leaf->named) {
        Named values = {0};
        if (eval_expr(ev, leaf->left, &value, &ignored) && value->type == JSON_STRING) {
            ret_evidence->path = value->string;
            if (named_values(ev, value->string, &values, &ignored) && values.count != 0) {
                ret_evidence->seen = text_of(ev->scratch, values.items[0]);
            }
        }
    } else if (leaf->kind == LEAF_EXPR) {
        if (eval_expr(ev, leaf->left, &value, &ignored)) {
            ret_evidence->seen = text_of(ev->scratch, value);
        }
    } else {
        uint32_t n = 0;
        if (count_of(ev, leaf, &n, &ignored)) {
            ret_evidence->seen = decimal(ev->scratch, n);
        }
    }
    Err none = {0};
    if (leaf->right_value == NULL && eval_expr(ev, leaf->right, &value, &none)) {
        ret_evidence->wanted = text_of(ev->scratch, value);
    }
}
