// SPDX-License-Identifier: Apache-2.0
// Conditions on one resource type: equal ones become one leaf, decided ones a constant.
#include <string.h>

#include "base/buf.h"
#include "policy/spec.h"
#include "json/write.h"

static Str counted(Arena *arena, Str alias)
{
    Buf text = {0};
    buf_printf(&text, "count(%.*s)", STR_ARG(alias));
    Str copy = str_copy(arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

// What a leaf asks of a value: of which path, by which operator, about which constant.
static void print_asks(Buf *out, const Spec *spec, const Leaf *leaf)
{
    buf_push(out, slot_builder_slot_path(spec->slots, leaf->slot));
    buf_byte(out, (char)leaf->op);
    buf_byte(out, leaf->place ? 1 : 0);
    buf_push(out, leaf->right_text);
}

static PlanNode leaf_node(Spec *spec, Leaf leaf)
{
    leaf.right_text = json_text(spec->arena, leaf.right_value);
    leaf.shown = leaf.kind == LEAF_COUNT ? counted(spec->arena, leaf.path) : leaf.path;
    uint32_t at = MAP_NONE;
    Buf key = {0};
    if (leaf.kind == LEAF_SLOT) {
        buf_push(&key, (Str){(const char *)&leaf.anchor, sizeof leaf.anchor});
        print_asks(&key, spec, &leaf);
        at = map_find(&spec->leaf_by_key, buf_str(&key));
    }
    if (at == MAP_NONE) {
        ARENA_ROOM(spec->arena, spec->leaves, spec->leaf_count, spec->leaf_cap);
        at = spec->leaf_count++;
        if (leaf.kind == LEAF_SLOT) {
            leaf.asks = str_copy(spec->arena, str_from(buf_str(&key), sizeof leaf.anchor));
            (void)map_put(&spec->leaf_by_key, buf_str(&key), at);
        }
        spec->leaves[at] = leaf;
    }
    buf_free(&key);
    return (PlanNode){.kind = PLAN_LEAF, .leaf = at, .cond = leaf.cond};
}

static PlanNode expr_leaf(Spec *spec, Leaf leaf)
{
    leaf.kind = LEAF_EXPR;
    Reads reads = {0};
    spec_read_expr(spec, leaf.left, &reads);
    spec_read_expr(spec, leaf.right, &reads);
    if (leaf.slot != NONE) {
        spec_read_slot(spec, &reads, leaf.slot);
    }
    uint32_t *slots = NEW_ARRAY(spec->arena, uint32_t, MEMO_SLOTS_MAX);
    memcpy(slots, reads.slots, sizeof reads.slots);
    leaf.memo_slots = slots;
    leaf.memo_count = reads.count;
    leaf.memo_group = reads.group;
    leaf.memo_containers = reads.containers;
    leaf.columns_only = !reads.whole;
    leaf.memo_tuple = !reads.more;
    leaf.memo_one = !reads.more && !reads.group && reads.count + (reads.containers ? 1 : 0) <= 1;
    leaf.memo = leaf.memo_one && reads.count == 1 ? reads.slots[0] : NONE;
    return leaf_node(spec, leaf);
}

// Locations compare without case and without spaces: "East US 2" is eastus2.
const Json *plan_place(Arena *arena, const Json *json)
{
    if (json->type == JSON_ARRAY) {
        Json *items = NEW_ARRAY(arena, Json, json->count + 1);
        for (uint32_t i = 0; i < json->count; i++) {
            items[i] = *plan_place(arena, &json->items[i]);
        }
        Json *copy = NEW(arena, Json);
        *copy = *json;
        copy->items = items;
        return copy;
    }
    if (json->type != JSON_STRING) {
        return json;
    }
    char *text = NEW_ARRAY(arena, char, json->string.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < json->string.len; i++) {
        if (json->string.ptr[i] != ' ') {
            text[n++] = json->string.ptr[i];
        }
    }
    Json *copy = NEW(arena, Json);
    *copy = json_string((Str){text, n});
    return copy;
}

// The aliases that an expression may choose from get their columns.
static void slots_of_names(Spec *spec, const Expr *name)
{
    if (expr_is_literal(name) && name->value->type == JSON_STRING) {
        (void)spec_field_slot(spec, name->value->string);
    }
    for (uint32_t i = 0; i < name->arg_count; i++) {
        slots_of_names(spec, &name->args[i]);
    }
}

// A field whose name is known only when the resource is, and fullName, which no path leads to.
static PlanNode named_leaf(Spec *spec, Leaf leaf, const Expr *name)
{
    leaf.kind = LEAF_EXPR;
    leaf.named = true;
    spec->type_plan->reads_whole = true;
    leaf.left = name;
    leaf.path = expr_is_literal(name) ? name->value->string : STR("field");
    Reads reads = {0};
    spec_read_expr(spec, name, &reads);
    spec_read_expr(spec, leaf.right, &reads);
    slots_of_names(spec, name);
    return leaf_node(spec, leaf);
}

// 'exists' asks only whether there is a value. False: its right side is not understood.
static bool settle_presence(Leaf *leaf)
{
    static const Json there = {.type = JSON_BOOL, .boolean = true};
    Err there_error = {0};
    Err missing_error = {0};
    leaf->if_there = compare(leaf->op, &there, leaf->right_value, &there_error);
    leaf->if_missing = compare(leaf->op, NULL, leaf->right_value, &missing_error);
    return leaf->if_there != TRI_ERROR && leaf->if_missing != TRI_ERROR;
}

static PlanNode field_leaf(Spec *spec, const Cond *cond)
{
    const Expr *name = spec_fold(spec, cond->left);
    const Expr *right = spec_fold(spec, cond->right);
    Leaf leaf = {.slot = NONE, .memo = NONE, .op = cond->op, .cond = cond};
    leaf.right = expr_is_literal(right) ? NULL : right;
    leaf.right_value = expr_is_literal(right) ? right->value : NULL;
    bool literal = expr_is_literal(name) && name->value->type == JSON_STRING;
    if (expr_is_literal(name) && !literal) {
        return spec_error(spec, cond, "the name of a field must be a string");
    }
    if (!literal || str_eq_nocase(name->value->string, STR("fullName"))) {
        return named_leaf(spec, leaf, name);
    }
    leaf.path = name->value->string;
    if (str_eq_nocase(leaf.path, STR("type")) && leaf.right_value != NULL) {
        bool is_missing = spec->type_json.string.len == 0;
        return spec_decided(spec, cond, is_missing ? NULL : &spec->type_json, leaf.right_value);
    }
    leaf.slot = spec_field_slot(spec, leaf.path);
    if (leaf.slot == NONE) {
        if (spec_names_array(leaf.path)) {
            return spec_constant(cond, TRI_TRUE); // no elements: every one of them satisfies it
        }
        if (leaf.right_value != NULL) {
            return spec_decided(spec, cond, NULL, leaf.right_value);
        }
        Expr *null = NEW(spec->arena, Expr);
        *null = (Expr){.kind = EXPR_LITERAL, .value = &json_null};
        leaf.left = null;
        return expr_leaf(spec, leaf);
    }
    leaf.anchor = spec_anchor(spec, slot_builder_slot_space(spec->slots, leaf.slot));
    leaf.place = str_eq_nocase(leaf.path, STR("location"));
    if (leaf.right_value == NULL) {
        return expr_leaf(spec, leaf);
    }
    if (leaf.place) {
        leaf.right_value = plan_place(spec->arena, leaf.right_value);
    }
    leaf.kind = LEAF_SLOT;
    leaf.columns_only = true;
    leaf.presence = leaf.op == OP_EXISTS && settle_presence(&leaf);
    return leaf_node(spec, leaf);
}

static PlanNode value_leaf(Spec *spec, const Cond *cond)
{
    const Expr *left = spec_fold(spec, cond->left);
    const Expr *right = spec_fold(spec, cond->right);
    if (expr_is_literal(left) && expr_is_literal(right)) {
        return spec_decided(spec, cond, left->value, right->value);
    }
    Leaf leaf = {.slot = NONE, .memo = NONE, .op = cond->op, .cond = cond, .left = left};
    leaf.path = STR("value");
    leaf.right = expr_is_literal(right) ? NULL : right;
    leaf.right_value = expr_is_literal(right) ? right->value : NULL;
    return expr_leaf(spec, leaf);
}

static const PlanNode *spec_where(Spec *spec, const Cond *where, const Scope *scope)
{
    const Scope *outer = spec->scope;
    spec->scope = scope;
    PlanNode *tree = NEW(spec->arena, PlanNode);
    *tree = spec_cond(spec, where);
    spec->scope = outer;
    return tree;
}

// Whether a count's where and the sides that were read look at columns alone.
static bool columns_suffice(const Spec *spec, const PlanNode *where, const Reads *reads)
{
    if (where != NULL && where->kind == PLAN_LEAF && !spec->leaves[where->leaf].columns_only) {
        return false;
    }
    for (uint32_t i = 0; where != NULL && i < where->child_count; i++) {
        if (!columns_suffice(spec, &where->children[i], reads)) {
            return false;
        }
    }
    return !reads->whole;
}

static const uint32_t *emit_one(Spec *spec, const PlanNode *tree)
{
    uint32_t *code = NEW(spec->arena, uint32_t);
    *code = tree == NULL ? NONE : code_emit(&spec->code, tree);
    return code;
}

static PlanNode count_fields(Spec *spec, const Cond *cond, Leaf leaf, const Reads *reads)
{
    const Count *count = cond->count;
    const Expr *name = spec_fold(spec, count->source);
    if (!expr_is_literal(name) || name->value->type != JSON_STRING) {
        return spec_error(spec, cond, "the field of a count must be a constant alias");
    }
    leaf.path = name->value->string;
    AliasPath path = {0};
    if (spec_resolve(spec, leaf.path, &path) != ALIAS_FOUND || path.array_count == 0) {
        Json *zero = NEW(spec->arena, Json);
        *zero = json_int(spec->arena, 0);
        if (leaf.right_value != NULL) {
            return spec_decided(spec, cond, zero, leaf.right_value);
        }
        Expr *left = NEW(spec->arena, Expr);
        *left = (Expr){.kind = EXPR_LITERAL, .value = zero};
        leaf.left = left;
        return expr_leaf(spec, leaf);
    }
    leaf.kind = LEAF_COUNT;
    leaf.count_space = slot_builder_space(spec->slots, &path);
    leaf.anchor = spec_anchor(spec, leaf.count_space);
    if (count->where != NULL) {
        Scope scope = {.outer = spec->scope, .name = leaf.path, .space = leaf.count_space};
        leaf.where = spec_where(spec, count->where, &scope);
    }
    leaf.where_code = emit_one(spec, leaf.where);
    leaf.columns_only = columns_suffice(spec, leaf.where, reads);
    return leaf_node(spec, leaf);
}

// A count over a constant array: the condition once per item, with current() known.
static PlanNode count_cases(Spec *spec, const Cond *cond, Leaf leaf, const Json *array,
                            const Reads *reads)
{
    const Count *count = cond->count;
    PlanNode *cases = NEW_ARRAY(spec->arena, PlanNode, array->count + 1);
    uint32_t *code = NEW_ARRAY(spec->arena, uint32_t, array->count + 1);
    for (uint32_t i = 0; i < array->count; i++) {
        Scope scope = {
            .outer = spec->scope, .name = count->name, .value = &array->items[i], .space = NONE};
        cases[i] = count->where == NULL ? spec_constant(cond, TRI_TRUE)
                                        : *spec_where(spec, count->where, &scope);
        code[i] = code_emit(&spec->code, &cases[i]);
    }
    PlanNode *all = NEW(spec->arena, PlanNode);
    *all =
        (PlanNode){.kind = PLAN_OR, .children = cases, .child_count = array->count, .cond = cond};
    leaf.kind = LEAF_CASES;
    leaf.where = all;
    leaf.where_code = code;
    leaf.columns_only = columns_suffice(spec, all, reads);
    return leaf_node(spec, leaf);
}

static PlanNode count_values(Spec *spec, const Cond *cond, Leaf leaf, Reads *reads)
{
    const Count *count = cond->count;
    const Expr *source = spec_fold(spec, count->source);
    leaf.path = STR("count");
    if (expr_is_literal(source)) {
        if (source->value->type != JSON_ARRAY) {
            return spec_error(spec, cond, "the value of a count must be an array");
        }
        return count_cases(spec, cond, leaf, source->value, reads);
    }
    spec_read_expr(spec, source, reads);
    leaf.kind = LEAF_VALUE_COUNT;
    leaf.left = source;
    leaf.name = count->name;
    if (count->where != NULL) {
        Scope scope = {.outer = spec->scope, .name = count->name, .space = NONE};
        leaf.where = spec_where(spec, count->where, &scope);
    }
    leaf.where_code = emit_one(spec, leaf.where);
    leaf.columns_only = columns_suffice(spec, leaf.where, reads);
    return leaf_node(spec, leaf);
}

static PlanNode count_leaf(Spec *spec, const Cond *cond)
{
    const Expr *right = spec_fold(spec, cond->right);
    Leaf leaf = {.slot = NONE, .memo = NONE, .op = cond->op, .cond = cond};
    leaf.right = expr_is_literal(right) ? NULL : right;
    leaf.right_value = expr_is_literal(right) ? right->value : NULL;
    Reads reads = {0};
    spec_read_expr(spec, leaf.right, &reads);
    return cond->count->of_field ? count_fields(spec, cond, leaf, &reads)
                                 : count_values(spec, cond, leaf, &reads);
}

PlanNode spec_leaf(Spec *spec, const Cond *cond)
{
    switch (cond->lhs) {
    case LHS_FIELD:
        return field_leaf(spec, cond);
    case LHS_VALUE:
        return value_leaf(spec, cond);
    case LHS_COUNT:
        return count_leaf(spec, cond);
    }
    UNREACHABLE("LhsKind out of range");
}

PlanNodeKind spec_group_kind(CondKind kind)
{
    return kind == COND_ALL_OF ? PLAN_AND : kind == COND_ANY_OF ? PLAN_OR : PLAN_NOT;
}

PlanNode spec_cond(Spec *spec, const Cond *cond)
{
    if (cond->kind == COND_LEAF) {
        return spec_leaf(spec, cond);
    }
    PlanNode *children = NEW_ARRAY(spec->arena, PlanNode, cond->child_count + 1);
    for (uint32_t i = 0; i < cond->child_count; i++) {
        children[i] = spec_cond(spec, &cond->children[i]);
    }
    return (PlanNode){.kind = spec_group_kind(cond->kind),
                      .children = children,
                      .child_count = cond->child_count,
                      .cond = cond};
}
