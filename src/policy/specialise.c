// SPDX-License-Identifier: Apache-2.0
// Specialises rules to one resource type: constants fold, aliases become slots, equal conditions
// become one leaf, and what is left of each rule is a small tree and its jumps.
#include <string.h>

#include "base/buf.h"
#include "policy/plan.h"
#include "policy/related.h"
#include "json/write.h"

// What current() may mean at a place in a rule: the counts around it, innermost last.
typedef struct Scope {
    const struct Scope *outer;
    Str name;          // of a value count; of a field count the alias
    const Json *value; // the item, when it is known already; NULL = only at run time
    uint32_t space;    // field count: its elements; NONE for a value count
} Scope;

typedef struct Spec {
    Plan *plan;
    TypePlan *type_plan;
    Arena *arena;
    Str type;       // lower case
    Json type_json; // as the resource writes it
    SlotBuilder *slots;
    CodeBuilder code;
    Leaf *leaves;
    uint32_t leaf_count;
    uint32_t leaf_cap;
    Map leaf_by_key;
    // The rule at hand:
    uint32_t rule;
    ExprEnv env;
    bool candidate; // building an existenceCondition: field() is another resource's
    const Scope *scope;
} Spec;

// ---- constants ----

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

static const Scope *scope_find(const Scope *scope, Str name)
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
    const Scope *scope = scope_find(spec->scope, name);
    if (scope == NULL || scope->value == NULL) {
        return err_set(err, ERR_EVAL, (Span){0}, "known per element");
    }
    *ret_value = scope->value;
    return true;
}

static const Expr *fold(Spec *spec, const Expr *expr)
{
    if (expr == NULL || expr_is_literal(expr)) {
        return expr;
    }
    ExprEnv env = spec->env;
    env.field = known_field;
    env.current = known_current;
    env.ctx = spec;
    return expr_fold(spec->arena, expr, &env, 0);
}

static Str json_text(Arena *arena, const Json *json)
{
    if (json == NULL) {
        return (Str){0};
    }
    Buf buf = {0};
    json_write(&buf, json);
    char *copy = NEW_ARRAY(arena, char, buf.len + 1);
    memcpy(copy, buf.ptr, buf.len);
    Str text = {copy, buf.len};
    buf_free(&buf);
    return text;
}

static PlanNode constant(const Cond *cond, Tri value)
{
    return (PlanNode){.kind = PLAN_CONST, .value = value, .cond = cond};
}

// A leaf both of whose sides are known.
static PlanNode decided(Spec *spec, const Cond *cond, const Json *left, const Json *right)
{
    Err err = {0};
    PlanNode node = constant(cond, compare(cond->op, left, right, &err));
    node.seen = left;
    node.wanted = right;
    if (node.value == TRI_ERROR) {
        node.note = str_copy(spec->arena, str_from_cstr(err.text));
    }
    return node;
}

static PlanNode error_node(Spec *spec, const Cond *cond, const char *why)
{
    PlanNode node = constant(cond, TRI_ERROR);
    node.note = str_copy(spec->arena, str_from_cstr(why));
    return node;
}

// ---- fields ----

static AliasFound resolve(Spec *spec, Str field, AliasPath *ret_path)
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
static uint32_t field_slot(Spec *spec, Str field)
{
    Map *known = &spec->type_plan->field_slots;
    uint32_t at = map_find(known, field);
    if (at != MAP_NONE) {
        return at == NONE - 1 ? NONE : at;
    }
    AliasPath path = {0};
    uint32_t slot = NONE;
    if (resolve(spec, field, &path) == ALIAS_FOUND) {
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

static uint32_t anchor_of(const Spec *spec, uint32_t space)
{
    while (!is_bound(spec, space)) {
        space = slot_builder_space_parent(spec->slots, space);
    }
    return space;
}

static bool names_array(Str field)
{
    return str_find(field, STR("[*]")) != NULL;
}

enum { MEMO_SLOTS_MAX = 4 };

// What an expression reads from the resource, found by walking it.
typedef struct Reads {
    uint32_t slots[MEMO_SLOTS_MAX]; // of the root space, each once
    uint32_t count;
    bool group; // resourceGroup() or subscription()
    bool more;  // something that these do not name
} Reads;

static void read_slot(const Spec *spec, Reads *reads, uint32_t slot)
{
    if (slot == NONE) {
        return; // never a value: a constant
    }
    for (uint32_t i = 0; i < reads->count; i++) {
        if (reads->slots[i] == slot) {
            return;
        }
    }
    if (slot_builder_slot_space(spec->slots, slot) != SPACE_ROOT ||
        reads->count == MEMO_SLOTS_MAX) {
        reads->more = true;
        return;
    }
    reads->slots[reads->count++] = slot;
}

static void read_call(Spec *spec, const Expr *expr, Reads *reads)
{
    bool literal = expr->arg_count == 1 && expr_is_literal(&expr->args[0]) &&
                   expr->args[0].value->type == JSON_STRING;
    Str name = literal ? expr->args[0].value->string : (Str){0};
    if (expr->func == FUNC_RESOURCE_GROUP || expr->func == FUNC_SUBSCRIPTION) {
        reads->group = true;
    } else if (expr->func == FUNC_FIELD && !spec->candidate && literal &&
               !str_eq_nocase(name, STR("fullName"))) {
        read_slot(spec, reads, field_slot(spec, name));
    } else {
        reads->more = true; // another resource's field, an element, a name known only later
    }
    if (expr->func == FUNC_CURRENT) {
        const Scope *scope = scope_find(spec->scope, name);
        if (literal && (scope == NULL || scope->space != NONE)) {
            (void)field_slot(spec, name);
        } else if (scope != NULL && scope->space != NONE) {
            (void)field_slot(spec, scope->name);
        }
    }
}

// Makes a slot for everything the expression reads.
static void read_expr(Spec *spec, const Expr *expr, Reads *reads);

// resourceGroup().managedBy and the like: an id tells only id and name, so that every resource gets
// the same answer.
static bool same_for_all(const Expr *expr)
{
    bool of_scope =
        expr->kind == EXPR_MEMBER && expr->args[0].kind == EXPR_CALL &&
        (expr->args[0].func == FUNC_RESOURCE_GROUP || expr->args[0].func == FUNC_SUBSCRIPTION);
    return of_scope && !str_eq_nocase(expr->name, STR("id")) &&
           !str_eq_nocase(expr->name, STR("name")) &&
           !str_eq_nocase(expr->name, STR("subscriptionId"));
}

static void read_expr(Spec *spec, const Expr *expr, Reads *reads)
{
    const unsigned context = EXPR_READS_FIELD | EXPR_READS_CURRENT | EXPR_READS_SCOPE;
    if (expr == NULL || (expr->reads & context) == 0 || same_for_all(expr)) {
        return;
    }
    if (expr->kind == EXPR_CALL &&
        (expr->func == FUNC_FIELD || expr->func == FUNC_CURRENT ||
         expr->func == FUNC_RESOURCE_GROUP || expr->func == FUNC_SUBSCRIPTION)) {
        read_call(spec, expr, reads);
    }
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        read_expr(spec, &expr->args[i], reads);
    }
}

// ---- leaves ----

static PlanNode leaf_node(Spec *spec, Leaf leaf)
{
    leaf.right_text = json_text(spec->arena, leaf.right_value);
    uint32_t at = MAP_NONE;
    Buf key = {0};
    if (leaf.kind == LEAF_SLOT) {
        buf_printf(&key, "%u %u %u %d ", leaf.slot, leaf.anchor, (unsigned)leaf.op, leaf.place);
        buf_push(&key, leaf.right_text);
        at = map_find(&spec->leaf_by_key, buf_str(&key));
    }
    if (at == MAP_NONE) {
        if (spec->leaf_count == spec->leaf_cap) {
            uint32_t cap = spec->leaf_cap == 0 ? 64 : spec->leaf_cap * 2;
            Leaf *wider = NEW_ARRAY(spec->arena, Leaf, cap);
            if (spec->leaf_count != 0) {
                memcpy(wider, spec->leaves, sizeof(Leaf) * spec->leaf_count);
            }
            spec->leaves = wider;
            spec->leaf_cap = cap;
        }
        at = spec->leaf_count++;
        spec->leaves[at] = leaf;
        if (leaf.kind == LEAF_SLOT) {
            (void)map_put(&spec->leaf_by_key, buf_str(&key), at);
        }
    }
    buf_free(&key);
    return (PlanNode){.kind = PLAN_LEAF, .leaf = at, .cond = leaf.cond};
}

static PlanNode expr_leaf(Spec *spec, Leaf leaf)
{
    leaf.kind = LEAF_EXPR;
    Reads reads = {0};
    read_expr(spec, leaf.left, &reads);
    read_expr(spec, leaf.right, &reads);
    if (leaf.slot != NONE) {
        read_slot(spec, &reads, leaf.slot);
    }
    uint32_t *slots = NEW_ARRAY(spec->arena, uint32_t, MEMO_SLOTS_MAX);
    memcpy(slots, reads.slots, sizeof reads.slots);
    leaf.memo_slots = slots;
    leaf.memo_count = reads.count;
    leaf.memo_group = reads.group;
    leaf.memo_tuple = !reads.more;
    leaf.memo = !reads.more && !reads.group && reads.count == 1 ? reads.slots[0] : NONE;
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
        (void)field_slot(spec, name->value->string);
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
    leaf.left = name;
    leaf.path = expr_is_literal(name) ? name->value->string : STR("field");
    Reads reads = {0};
    read_expr(spec, name, &reads);
    read_expr(spec, leaf.right, &reads);
    slots_of_names(spec, name);
    return leaf_node(spec, leaf);
}

static PlanNode field_leaf(Spec *spec, const Cond *cond)
{
    const Expr *name = fold(spec, cond->left);
    const Expr *right = fold(spec, cond->right);
    Leaf leaf = {.slot = NONE, .memo = NONE, .op = cond->op, .cond = cond};
    leaf.right = expr_is_literal(right) ? NULL : right;
    leaf.right_value = expr_is_literal(right) ? right->value : NULL;
    bool literal = expr_is_literal(name) && name->value->type == JSON_STRING;
    if (expr_is_literal(name) && !literal) {
        return error_node(spec, cond, "the name of a field must be a string");
    }
    if (!literal || str_eq_nocase(name->value->string, STR("fullName"))) {
        return named_leaf(spec, leaf, name);
    }
    leaf.path = name->value->string;
    if (str_eq_nocase(leaf.path, STR("type")) && leaf.right_value != NULL) {
        bool is_missing = spec->type_json.string.len == 0;
        return decided(spec, cond, is_missing ? NULL : &spec->type_json, leaf.right_value);
    }
    leaf.slot = field_slot(spec, leaf.path);
    if (leaf.slot == NONE) {
        if (names_array(leaf.path)) {
            return constant(cond, TRI_TRUE); // no elements: every one of them satisfies it
        }
        if (leaf.right_value != NULL) {
            return decided(spec, cond, NULL, leaf.right_value);
        }
        Expr *null = NEW(spec->arena, Expr);
        *null = (Expr){.kind = EXPR_LITERAL, .value = &json_null};
        leaf.left = null;
        return expr_leaf(spec, leaf);
    }
    leaf.anchor = anchor_of(spec, slot_builder_slot_space(spec->slots, leaf.slot));
    leaf.place = str_eq_nocase(leaf.path, STR("location"));
    if (leaf.right_value == NULL) {
        return expr_leaf(spec, leaf);
    }
    if (leaf.place) {
        leaf.right_value = plan_place(spec->arena, leaf.right_value);
    }
    leaf.kind = LEAF_SLOT;
    return leaf_node(spec, leaf);
}

static PlanNode value_leaf(Spec *spec, const Cond *cond)
{
    const Expr *left = fold(spec, cond->left);
    const Expr *right = fold(spec, cond->right);
    if (expr_is_literal(left) && expr_is_literal(right)) {
        return decided(spec, cond, left->value, right->value);
    }
    Leaf leaf = {.slot = NONE, .memo = NONE, .op = cond->op, .cond = cond, .left = left};
    leaf.path = STR("value");
    leaf.right = expr_is_literal(right) ? NULL : right;
    leaf.right_value = expr_is_literal(right) ? right->value : NULL;
    return expr_leaf(spec, leaf);
}

static PlanNode spec_cond(Spec *spec, const Cond *cond);

static const PlanNode *spec_where(Spec *spec, const Cond *where, const Scope *scope)
{
    const Scope *outer = spec->scope;
    spec->scope = scope;
    PlanNode *tree = NEW(spec->arena, PlanNode);
    *tree = spec_cond(spec, where);
    spec->scope = outer;
    return tree;
}

static const uint32_t *emit_one(Spec *spec, const PlanNode *tree)
{
    uint32_t *code = NEW(spec->arena, uint32_t);
    *code = tree == NULL ? NONE : code_emit(&spec->code, tree);
    return code;
}

static PlanNode count_fields(Spec *spec, const Cond *cond, Leaf leaf)
{
    const Count *count = cond->count;
    const Expr *name = fold(spec, count->source);
    if (!expr_is_literal(name) || name->value->type != JSON_STRING) {
        return error_node(spec, cond, "the field of a count must be a constant alias");
    }
    leaf.path = name->value->string;
    AliasPath path = {0};
    if (resolve(spec, leaf.path, &path) != ALIAS_FOUND || path.array_count == 0) {
        Json *zero = NEW(spec->arena, Json);
        *zero = json_int(spec->arena, 0);
        if (leaf.right_value != NULL) {
            return decided(spec, cond, zero, leaf.right_value);
        }
        Expr *left = NEW(spec->arena, Expr);
        *left = (Expr){.kind = EXPR_LITERAL, .value = zero};
        leaf.left = left;
        return expr_leaf(spec, leaf);
    }
    leaf.kind = LEAF_COUNT;
    leaf.count_space = slot_builder_space(spec->slots, &path);
    leaf.anchor = anchor_of(spec, leaf.count_space);
    if (count->where != NULL) {
        Scope scope = {.outer = spec->scope, .name = leaf.path, .space = leaf.count_space};
        leaf.where = spec_where(spec, count->where, &scope);
    }
    leaf.where_code = emit_one(spec, leaf.where);
    return leaf_node(spec, leaf);
}

// A count over a constant array: the condition once per item, with current() known.
static PlanNode count_cases(Spec *spec, const Cond *cond, Leaf leaf, const Json *array)
{
    const Count *count = cond->count;
    PlanNode *cases = NEW_ARRAY(spec->arena, PlanNode, array->count + 1);
    uint32_t *code = NEW_ARRAY(spec->arena, uint32_t, array->count + 1);
    for (uint32_t i = 0; i < array->count; i++) {
        Scope scope = {
            .outer = spec->scope, .name = count->name, .value = &array->items[i], .space = NONE};
        cases[i] = count->where == NULL ? constant(cond, TRI_TRUE)
                                        : *spec_where(spec, count->where, &scope);
        code[i] = code_emit(&spec->code, &cases[i]);
    }
    PlanNode *all = NEW(spec->arena, PlanNode);
    *all =
        (PlanNode){.kind = PLAN_OR, .children = cases, .child_count = array->count, .cond = cond};
    leaf.kind = LEAF_CASES;
    leaf.where = all;
    leaf.where_code = code;
    return leaf_node(spec, leaf);
}

static PlanNode count_values(Spec *spec, const Cond *cond, Leaf leaf)
{
    const Count *count = cond->count;
    const Expr *source = fold(spec, count->source);
    leaf.path = STR("count");
    if (expr_is_literal(source)) {
        if (source->value->type != JSON_ARRAY) {
            return error_node(spec, cond, "the value of a count must be an array");
        }
        return count_cases(spec, cond, leaf, source->value);
    }
    Reads reads = {0};
    read_expr(spec, source, &reads);
    leaf.kind = LEAF_VALUE_COUNT;
    leaf.left = source;
    leaf.name = count->name;
    if (count->where != NULL) {
        Scope scope = {.outer = spec->scope, .name = count->name, .space = NONE};
        leaf.where = spec_where(spec, count->where, &scope);
    }
    leaf.where_code = emit_one(spec, leaf.where);
    return leaf_node(spec, leaf);
}

static PlanNode count_leaf(Spec *spec, const Cond *cond)
{
    const Expr *right = fold(spec, cond->right);
    Leaf leaf = {.slot = NONE, .memo = NONE, .op = cond->op, .cond = cond};
    leaf.right = expr_is_literal(right) ? NULL : right;
    leaf.right_value = expr_is_literal(right) ? right->value : NULL;
    if (leaf.right != NULL) {
        Reads reads = {0};
        read_expr(spec, leaf.right, &reads);
    }
    return cond->count->of_field ? count_fields(spec, cond, leaf) : count_values(spec, cond, leaf);
}

static PlanNode spec_leaf(Spec *spec, const Cond *cond)
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

static PlanNodeKind group_kind(CondKind kind)
{
    return kind == COND_ALL_OF ? PLAN_AND : kind == COND_ANY_OF ? PLAN_OR : PLAN_NOT;
}

static PlanNode spec_cond(Spec *spec, const Cond *cond)
{
    if (cond->kind == COND_LEAF) {
        return spec_leaf(spec, cond);
    }
    PlanNode *children = NEW_ARRAY(spec->arena, PlanNode, cond->child_count + 1);
    for (uint32_t i = 0; i < cond->child_count; i++) {
        children[i] = spec_cond(spec, &cond->children[i]);
    }
    return (PlanNode){.kind = group_kind(cond->kind),
                      .children = children,
                      .child_count = cond->child_count,
                      .cond = cond};
}

// ---- applicability: `if` with everything but type, name and kind taken as satisfied ----

static bool decides_applicability(const RuleInfo *info, const Cond *cond)
{
    if (cond->lhs != LHS_FIELD || !expr_is_literal(cond->left) ||
        cond->left->value->type != JSON_STRING) {
        return false;
    }
    Str name = cond->left->value->string;
    if (str_eq_nocase(name, STR("type"))) {
        return true;
    }
    return info->has_other && !info->only_type &&
           (str_eq_nocase(name, STR("kind")) || str_eq_nocase(name, STR("name")));
}

static PlanNode spec_applies(Spec *spec, const RuleInfo *info, const Cond *cond, bool negated)
{
    if (cond->kind == COND_LEAF) {
        return decides_applicability(info, cond) ? spec_leaf(spec, cond)
                                                 : constant(cond, negated ? TRI_FALSE : TRI_TRUE);
    }
    bool below = cond->kind == COND_NOT ? !negated : negated;
    PlanNode *children = NEW_ARRAY(spec->arena, PlanNode, cond->child_count + 1);
    for (uint32_t i = 0; i < cond->child_count; i++) {
        children[i] = spec_applies(spec, info, &cond->children[i], below);
    }
    return (PlanNode){.kind = group_kind(cond->kind),
                      .children = children,
                      .child_count = cond->child_count,
                      .cond = cond};
}

// ---- rules ----

static void begin_rule(Spec *spec, uint32_t rule, bool candidate)
{
    spec->rule = rule;
    spec->candidate = candidate;
    spec->scope = NULL;
    spec->env = plan_env(spec->plan, spec->plan->rules[rule].assigned);
}

static Str fold_str(Spec *spec, const Expr *expr)
{
    const Expr *value = fold(spec, expr);
    return value != NULL && expr_is_literal(value) && value->value->type == JSON_STRING
               ? value->value->string
               : (Str){0};
}

static State when_true(Spec *spec, const AssignedRule *assigned)
{
    if (assigned->effect == EFFECT_DENY_ACTION) {
        return STATE_PROTECTED;
    }
    if (assigned->effect != EFFECT_MANUAL) {
        return STATE_NON_COMPLIANT;
    }
    Str given = fold_str(spec, assigned->definition->details.default_state);
    return str_eq_nocase(given, STR("Compliant"))       ? STATE_COMPLIANT
           : str_eq_nocase(given, STR("NonCompliant"))  ? STATE_NON_COMPLIANT
           : str_eq_nocase(given, STR("Non-compliant")) ? STATE_NON_COMPLIANT
                                                        : STATE_UNKNOWN;
}

static void spec_required(Spec *spec, const AssignedRule *assigned, RulePlan *rule)
{
    uint32_t *required = NEW_ARRAY(spec->arena, uint32_t, assigned->required_path_count + 1);
    uint32_t *names = NEW_ARRAY(spec->arena, uint32_t, assigned->required_path_count + 1);
    for (uint32_t i = 0; i < assigned->required_path_count; i++) {
        AliasPath path = {0};
        if (resolve(spec, assigned->required_paths[i], &path) != ALIAS_FOUND) {
            continue;
        }
        for (uint32_t s = 0; s < path.count; s++) {
            if (path.steps[s].is_array) {
                path.count = s; // an array is there or not as a whole
                path.array_count = 0;
            }
        }
        uint32_t slot = slot_builder_path(spec->slots, &path);
        if (slot != NONE) {
            names[rule->required_count] = i;
            required[rule->required_count++] = slot;
        }
    }
    rule->required = required;
    rule->required_names = names;
}

static void spec_writes(Spec *spec, const AssignedRule *assigned, RulePlan *rule)
{
    const Details *details = &assigned->definition->details;
    Str conflict = fold_str(spec, details->conflict_effect);
    bool denies = details->conflict_effect == NULL || str_eq_nocase(conflict, STR("deny"));
    if (assigned->effect != EFFECT_MODIFY || !denies) {
        return;
    }
    Str *writes = NEW_ARRAY(spec->arena, Str, details->operation_count + 1);
    for (uint32_t i = 0; i < details->operation_count; i++) {
        Str field = fold_str(spec, details->operations[i].field);
        if (field.len != 0) {
            writes[rule->write_count++] = field;
        }
    }
    rule->writes = writes;
}

static void spec_relation(Spec *spec, const AssignedRule *assigned, Relation *relation)
{
    const Details *details = &assigned->definition->details;
    *relation = (Relation){.type = spec->plan->rules[spec->rule].related_type};
    relation->join =
        related_join(spec->type, relation->type,
                     str_eq_nocase(fold_str(spec, details->existence_scope), STR("subscription")));
    relation->name = fold(spec, details->related_name);
    relation->group = fold(spec, details->resource_group);
    Reads reads = {0};
    read_expr(spec, relation->name, &reads);
    read_expr(spec, relation->group, &reads);
}

// Whether a rule's mode lets it look at this type at all.
static bool mode_covers(const Spec *spec, const RuleInfo *info)
{
    ModeKind mode = info->assigned->definition->mode_kind;
    Str resources = STR("microsoft.resources/");
    bool is_container = str_eq(spec->type, STR("microsoft.resources/subscriptions")) ||
                        str_eq(spec->type, STR("microsoft.resources/resourcegroups")) ||
                        str_eq(spec->type, STR("microsoft.resources/subscriptions/resourcegroups"));
    if (str_starts(spec->type, resources) && !is_container) {
        return false;
    }
    if (info->has_location && str_eq(spec->type, STR("microsoft.resources/subscriptions"))) {
        return false;
    }
    return mode != MODE_INDEXED || alias_type_is_indexed(spec->plan->aliases, spec->type);
}

// A name that is no alias of any type: the platform lets such a rule apply to nothing.
static bool names_unknown(Spec *spec, const Cond *cond)
{
    const Expr *name = cond->kind == COND_LEAF && cond->lhs == LHS_FIELD ? cond->left : NULL;
    if (cond->kind == COND_LEAF && cond->lhs == LHS_COUNT) {
        name = cond->count->of_field ? cond->count->source : NULL;
        if (cond->count->where != NULL && names_unknown(spec, cond->count->where)) {
            return true;
        }
    }
    if (name != NULL && expr_is_literal(name) && json_is(name->value, JSON_STRING)) {
        AliasPath path;
        return resolve(spec, name->value->string, &path) == ALIAS_UNKNOWN;
    }
    for (uint32_t i = 0; i < cond->child_count; i++) {
        if (names_unknown(spec, &cond->children[i])) {
            return true;
        }
    }
    return false;
}

static bool spec_rule(Spec *spec, uint32_t index, RulePlan *ret_rule)
{
    const RuleInfo *info = &spec->plan->rules[index];
    const AssignedRule *assigned = info->assigned;
    if (info->inert || !mode_covers(spec, info) ||
        names_unknown(spec, assigned->definition->condition)) {
        return false;
    }
    begin_rule(spec, index, false);
    RulePlan rule = {.rule = index, .deferred = info->if_not_exists};
    PlanNode *trees = NEW_ARRAY(spec->arena, PlanNode, 2);
    trees[0] = spec_cond(spec, assigned->definition->condition);
    trees[1] = info->if_not_exists
                   ? constant(assigned->definition->condition, TRI_FALSE)
                   : spec_applies(spec, info, assigned->definition->condition, false);
    rule.tree = &trees[0];
    rule.applies = &trees[1];
    rule.code = code_emit(&spec->code, rule.tree);
    rule.applies_code = code_emit(&spec->code, rule.applies);
    if (rule.code == STEP_REJECT && rule.applies_code == STEP_REJECT) {
        return false;
    }
    rule.when_true = when_true(spec, assigned);
    spec_required(spec, assigned, &rule);
    spec_writes(spec, assigned, &rule);
    if (rule.deferred) {
        spec_relation(spec, assigned, &rule.relation);
    }
    *ret_rule = rule;
    return true;
}

static void spec_candidate(Spec *spec, uint32_t index, CandidatePlan *ret_candidate)
{
    const RuleInfo *info = &spec->plan->rules[index];
    const Details *details = &info->assigned->definition->details;
    begin_rule(spec, index, true);
    CandidatePlan candidate = {.rule = index, .code = STEP_ACCEPT};
    const Expr *name = fold(spec, details->related_name);
    if (name != NULL) {
        bool constant_name = expr_is_literal(name) && name->value->type == JSON_STRING;
        candidate.named = !constant_name;
        candidate.name = constant_name ? name->value->string : (Str){0};
    }
    if (details->existence != NULL) {
        PlanNode *tree = NEW(spec->arena, PlanNode);
        *tree = spec_cond(spec, details->existence);
        candidate.tree = tree;
        candidate.code = code_emit(&spec->code, tree);
        candidate.open = info->reads_primary;
    }
    bool subscription =
        str_eq_nocase(fold_str(spec, details->existence_scope), STR("subscription"));
    candidate.joins = 0;
    for (uint32_t t = 0; t < info->type_count; t++) {
        candidate.joins |= 1U << related_join(info->types[t], spec->type, subscription);
    }
    if (info->types == NULL) {
        candidate.joins = 1U << JOIN_CHILD | 1U << JOIN_GROUP | 1U << JOIN_SUBSCRIPTION;
    }
    *ret_candidate = candidate;
}

static void spec_rules(Spec *spec)
{
    TypePlan *type_plan = spec->type_plan;
    uint32_t count = 0;
    const uint32_t *rules = rule_index_find(spec->plan->by_type, spec->arena, spec->type, &count);
    RulePlan *plans = NEW_ARRAY(spec->arena, RulePlan, (size_t)count + 1);
    for (uint32_t i = 0; i < count; i++) {
        if (spec_rule(spec, rules[i], &plans[type_plan->rule_count])) {
            type_plan->rule_count++;
        }
    }
    type_plan->rules = plans;
}

static void spec_candidates(Spec *spec)
{
    TypePlan *type_plan = spec->type_plan;
    uint32_t count = 0;
    const uint32_t *rules =
        rule_index_find(spec->plan->by_related, spec->arena, spec->type, &count);
    CandidatePlan *plans = NEW_ARRAY(spec->arena, CandidatePlan, (size_t)count + 1);
    for (uint32_t i = 0; i < count; i++) {
        ASSERT(spec->plan->rules[rules[i]].related_bit == i);
        spec_candidate(spec, rules[i], &plans[i]);
    }
    type_plan->candidates = plans;
    type_plan->candidate_count = count;
    type_plan->related = map_find(&spec->plan->related_types, spec->type);
}

const TypePlan *type_plan_build(Plan *plan, Str type)
{
    Arena *arena = plan->arena;
    TypePlan *type_plan = NEW(arena, TypePlan);
    type_plan->type = str_lower(arena, type);
    type_plan->written = type;
    map_init(&type_plan->field_slots, arena, MAP_NOCASE);
    Spec *spec = NEW(arena, Spec); // kept: trees point at type_json
    *spec = (Spec){
        .plan = plan,
        .type_plan = type_plan,
        .arena = arena,
        .type = type_plan->type,
        .type_json = json_string(type),
        .slots = slot_builder_new(arena),
        .code = {.arena = arena},
    };
    map_init(&spec->leaf_by_key, arena, MAP_EXACT);
    spec_rules(spec);
    spec_candidates(spec);
    type_plan->leaves = spec->leaves;
    type_plan->leaf_count = spec->leaf_count;
    type_plan->steps = spec->code.steps;
    type_plan->step_count = spec->code.count;
    slot_builder_finish(spec->slots, type_plan);
    Err err = {0};
    ASSERT(code_verify(type_plan->steps, type_plan->step_count, type_plan->leaf_count, &err));
    return type_plan;
}
