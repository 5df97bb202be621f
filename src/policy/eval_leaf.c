// SPDX-License-Identifier: Apache-2.0
// Leaves: one verdict per distinct value, per combination of values, per count.
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "policy/eval_parts.h"
#include "policy/tree_field.h"

enum { VERDICT_CAP = 1 << 16 }; // counts beyond it are compared each time

static void widen_verdicts(Verdicts *verdicts, uint32_t count)
{
    uint32_t cap = verdicts->cap == 0 ? 32 : verdicts->cap;
    while (cap < count) {
        cap *= 2;
    }
    verdicts->of = realloc(verdicts->of, cap);
    ASSERT(verdicts->of != NULL);
    memset(verdicts->of + verdicts->cap, 0, cap - verdicts->cap);
    verdicts->cap = cap;
}

static uint8_t *verdict_at(Verdicts *verdicts, uint32_t id)
{
    if (id >= verdicts->cap) {
        widen_verdicts(verdicts, id + 1);
    }
    return &verdicts->of[id];
}

const Verdicts *eval_verdicts(Evaluator *ev, uint32_t leaf_index, uint32_t count)
{
    Verdicts *verdicts = &ev->verdicts[leaf_index];
    if (count > verdicts->cap) {
        widen_verdicts(verdicts, count);
    }
    return verdicts;
}

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

Tri eval_slot_value(Evaluator *ev, uint32_t leaf_index, uint32_t id, Err *err)
{
    Tri known = eval_known_value(ev, leaf_index, id);
    return known != TRI_ERROR ? known : decide_value(ev, leaf_index, id, err);
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
        Tri one = eval_slot_value(ev, leaf_index, ids[e], &local);
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
        Tri one = compare_leaf(ev, leaf, eval_column(ev, leaf->slot, e), right, &local);
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

// What a field name means on the row's own resource, whatever field() is about.
bool eval_named(Evaluator *ev, Str name, EvalNamed *ret_named, Err *err)
{
    const Json *full_name = eval_full_name(ev, ev->scratch, name);
    if (full_name != NULL) {
        const Json **items = NEW(ev->scratch, const Json *);
        items[0] = full_name;
        *ret_named = (EvalNamed){.items = items, .count = 1};
        return true;
    }
    uint32_t slot = map_find(&ev->type_plan->field_slots, name);
    if (slot == NONE - 1) { // no value on this type
        static const Json *missing[] = {NULL};
        ret_named->items = missing;
        ret_named->count = eval_names_array(name) ? 0 : 1;
        return true;
    }
    if (slot == MAP_NONE || str_eq_nocase(name, STR("fullName"))) {
        const Json *tree = NULL;
        TRY(eval_resource(ev, ev->scratch, name, &tree, err));
        AliasQuery query = eval_query(ev, name, ev->type_plan->type);
        ret_named->items =
            tree_values(ev->scratch, ev->plan->aliases, &query, tree, &ret_named->count);
        return true;
    }
    uint32_t space = ev->type_plan->slots[slot].space;
    uint32_t anchor = eval_nearest(ev, space);
    uint32_t first = 0;
    uint32_t end = 0;
    table_range_below(ev->table, space, anchor, ev->bound[anchor], &first, &end);
    const Json **items = NEW_ARRAY(ev->scratch, const Json *, (size_t)(end - first) + 1);
    for (uint32_t e = first; e < end; e++) {
        items[e - first] = eval_column(ev, slot, e);
    }
    *ret_named = (EvalNamed){.items = items, .count = end - first};
    return true;
}

static Tri named_once(Evaluator *ev, const Leaf *leaf, Err *err)
{
    EvalNamed values = {0};
    const Json *name = NULL;
    const Json *right = NULL;
    if (!eval_expr(ev, leaf->left, &name, err)) {
        return TRI_ERROR;
    }
    if (name->type != JSON_STRING) {
        (void)err_set(err, ERR_EVAL, leaf->left->at, "the name of a field must be a string");
        return TRI_ERROR;
    }
    if (!eval_named(ev, name->string, &values, err)) {
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

uint32_t eval_containers(Str id)
{
    return 1U + (id_group(id).len != 0 ? 1U : 0U) + (id_subscription(id).len != 0 ? 2U : 0U);
}

// The number of a slot's value, in a row or in the element of its space at hand.
static uint32_t eval_number(const Evaluator *ev, uint32_t slot, uint32_t row)
{
    uint32_t space = ev->type_plan->slots[slot].space;
    return ev->table->columns[slot]->ids[space == SPACE_ROOT ? row : ev->bound[space]];
}

static Tuple tuple_of(const Evaluator *ev, const Leaf *leaf, uint32_t row, Str id)
{
    Tuple tuple;
    memset(&tuple, 0, sizeof tuple); // padding too: tuples are hashed as bytes
    for (uint32_t i = 0; i < leaf->memo_count; i++) {
        tuple.ids[i] = eval_number(ev, leaf->memo_slots[i], row);
    }
    if (leaf->memo_group) {
        Str group = id_group(id);
        tuple.group = hash_str(group.len != 0 ? group : id_subscription(id));
    } else if (leaf->memo_containers) {
        tuple.group = eval_containers(id);
    }
    return tuple;
}

// The place of a combination in its leaf's cache; whether it is there is the verdict.
static Tuple *tuple_place(Tuple *cache, const Tuple *tuple, Tri *ret_known)
{
    uint64_t hash = hash_bytes(tuple->ids, sizeof tuple->ids, tuple->group);
    Tuple *place = &cache[hash % TUPLE_CACHE];
    bool known = place->verdict != 0 && place->group == tuple->group &&
                 memcmp(place->ids, tuple->ids, sizeof tuple->ids) == 0;
    *ret_known = known ? (Tri)(place->verdict - 1) : TRI_ERROR;
    return place;
}

Tri eval_known_tuple(const Evaluator *ev, uint32_t leaf_index, uint32_t row, Str id)
{
    Tri known = TRI_ERROR;
    if (ev->tuples[leaf_index] != NULL) {
        Tuple tuple = tuple_of(ev, &ev->type_plan->leaves[leaf_index], row, id);
        (void)tuple_place(ev->tuples[leaf_index], &tuple, &known);
    }
    return known;
}

const Evidence **eval_tuple_words(Evaluator *ev, uint32_t leaf_index)
{
    const Leaf *leaf = &ev->type_plan->leaves[leaf_index];
    if (!leaf->memo_tuple || ev->tuples[leaf_index] == NULL) {
        return NULL;
    }
    Tri known = TRI_ERROR;
    Tuple tuple = tuple_of(ev, leaf, ev->bound[SPACE_ROOT], eval_scope_id(ev));
    Tuple *place = tuple_place(ev->tuples[leaf_index], &tuple, &known);
    return known != TRI_ERROR ? &place->worded : NULL;
}

static Tri decide_tuple(Evaluator *ev, uint32_t leaf_index, Err *err)
{
    const Leaf *leaf = &ev->type_plan->leaves[leaf_index];
    Tuple tuple = tuple_of(ev, leaf, ev->bound[SPACE_ROOT], eval_scope_id(ev));
    if (ev->tuples[leaf_index] == NULL) {
        ev->tuples[leaf_index] = calloc(TUPLE_CACHE, sizeof(Tuple));
        ASSERT(ev->tuples[leaf_index] != NULL);
    }
    Tri result = TRI_ERROR;
    Tuple *place = tuple_place(ev->tuples[leaf_index], &tuple, &result);
    if (result == TRI_ERROR) {
        result = expr_once(ev, leaf, err);
        tuple.verdict = (uint8_t)(result + 1);
        *place = tuple;
    }
    return result;
}

static Tri decide_expr(Evaluator *ev, uint32_t leaf_index, Err *err)
{
    const Leaf *leaf = &ev->type_plan->leaves[leaf_index];
    if (!leaf->memo_one) {
        return leaf->memo_tuple ? decide_tuple(ev, leaf_index, err) : expr_once(ev, leaf, err);
    }
    uint32_t number = leaf->memo != NONE      ? eval_number(ev, leaf->memo, ev->bound[SPACE_ROOT])
                      : leaf->memo_containers ? eval_containers(eval_scope_id(ev))
                                              : 0;
    uint8_t known = *verdict_at(&ev->verdicts[leaf_index], number);
    if (known != 0 && known != TRI_ERROR + 1) {
        return (Tri)(known - 1);
    }
    Tri result = expr_once(ev, leaf, err);
    *verdict_at(&ev->verdicts[leaf_index], number) = (uint8_t)(result + 1);
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

bool eval_count(Evaluator *ev, const Leaf *leaf, uint32_t *ret_n, Err *err)
{
    *ret_n = 0;
    return leaf->kind == LEAF_COUNT   ? count_elements(ev, leaf, ret_n, err)
           : leaf->kind == LEAF_CASES ? count_cases(ev, leaf, ret_n, err)
                                      : count_items(ev, leaf, ret_n, err);
}

static Tri decide_count(Evaluator *ev, uint32_t leaf_index, Err *err)
{
    uint32_t n = 0;
    return eval_count(ev, &ev->type_plan->leaves[leaf_index], &n, err)
               ? decide_number(ev, leaf_index, n, err)
               : TRI_ERROR;
}

Tri eval_leaf(Evaluator *ev, uint32_t leaf_index, Err *err)
{
    const Leaf *leaf = &ev->type_plan->leaves[leaf_index];
    if (leaf->kind == LEAF_SLOT) {
        uint32_t space = ev->type_plan->slots[leaf->slot].space;
        return space == leaf->anchor
                   ? eval_slot_value(ev, leaf_index,
                                     ev->table->columns[leaf->slot]->ids[ev->bound[space]], err)
                   : slot_elements(ev, leaf_index, err);
    }
    return leaf->kind == LEAF_EXPR ? decide_expr(ev, leaf_index, err)
                                   : decide_count(ev, leaf_index, err);
}
