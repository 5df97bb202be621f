// SPDX-License-Identifier: Apache-2.0
// Specialises rules to one resource type: what is left of each is a small tree and its jumps.
#include <string.h>

#include "policy/spec.h"

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
        return decides_applicability(info, cond)
                   ? spec_leaf(spec, cond)
                   : spec_constant(cond, negated ? TRI_FALSE : TRI_TRUE);
    }
    bool below = cond->kind == COND_NOT ? !negated : negated;
    PlanNode *children = NEW_ARRAY(spec->arena, PlanNode, cond->child_count + 1);
    for (uint32_t i = 0; i < cond->child_count; i++) {
        children[i] = spec_applies(spec, info, &cond->children[i], below);
    }
    return (PlanNode){.kind = spec_group_kind(cond->kind),
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
    const Expr *value = spec_fold(spec, expr);
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
        if (spec_resolve(spec, assigned->required_paths[i], &path) != ALIAS_FOUND) {
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

// A field by where it points, a step a line, so that tags.a and tags['a'] are one.
static Str place_key(Spec *spec, Str field)
{
    AliasPath path = {0};
    if (field.len == 0 || spec_resolve(spec, field, &path) != ALIAS_FOUND) {
        return field;
    }
    Buf key = {0};
    for (uint32_t i = 0; i < path.count; i++) {
        buf_push(&key, path.steps[i].is_array ? STR("[*]") : path.steps[i].name);
        buf_byte(&key, '\n');
    }
    Str copy = str_copy(spec->arena, buf_str(&key));
    buf_free(&key);
    return copy;
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
        Str field = place_key(spec, fold_str(spec, details->operations[i].field));
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
                     str_eq_nocase(fold_str(spec, details->existence_scope), STR("subscription")),
                     details->resource_group != NULL);
    relation->name = spec_fold(spec, details->related_name);
    relation->group = spec_fold(spec, details->resource_group);
    relation->named = relation->name != NULL && !(expr_is_literal(relation->name) &&
                                                  relation->name->value->type == JSON_STRING);
    relation->plain = relation->type.len != 0 && !relation->named && relation->group == NULL;
    Reads reads = {0};
    spec_read_expr(spec, relation->name, &reads);
    spec_read_expr(spec, relation->group, &reads);
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

// The kind of identity can be written on virtual machines and their scale sets alone: elsewhere a
// modify that would write it applies to nothing.
static bool writes_foreign_identity(Spec *spec, const AssignedRule *assigned)
{
    const Details *details = &assigned->definition->details;
    bool is_machine = str_eq(spec->type, STR("microsoft.compute/virtualmachines")) ||
                      str_eq(spec->type, STR("microsoft.compute/virtualmachinescalesets"));
    for (uint32_t i = 0;
         assigned->effect == EFFECT_MODIFY && !is_machine && i < details->operation_count; i++) {
        const Operation *operation = &details->operations[i];
        if (operation->kind != OPERATION_REMOVE &&
            str_eq_nocase(fold_str(spec, operation->field), STR("identity.type"))) {
            return true;
        }
    }
    return false;
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
        uint32_t slot = map_find(&spec->type_plan->field_slots, name->value->string);
        if (slot != MAP_NONE && slot != NONE - 1) {
            return false; // another rule found it
        }
        AliasPath path;
        return spec_resolve(spec, name->value->string, &path) == ALIAS_UNKNOWN;
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
    if (writes_foreign_identity(spec, assigned)) {
        return false;
    }
    RulePlan rule = {.rule = index, .deferred = info->if_not_exists};
    spec->type_plan->reads_whole = spec->type_plan->reads_whole || info->reads_primary;
    PlanNode *trees = NEW_ARRAY(spec->arena, PlanNode, 2);
    trees[0] = spec_cond(spec, assigned->definition->condition);
    trees[1] = info->if_not_exists
                   ? spec_constant(assigned->definition->condition, TRI_FALSE)
                   : spec_applies(spec, info, assigned->definition->condition, false);
    rule.tree = &trees[0];
    rule.applies = &trees[1];
    rule.code = code_emit(&spec->code, rule.tree);
    rule.code_end = spec->code.count;
    rule.applies_code = code_emit(&spec->code, rule.applies);
    rule.applies_end = spec->code.count;
    if (rule.code == STEP_REJECT && rule.applies_code == STEP_REJECT) {
        return false;
    }
    rule.when_true = when_true(spec, assigned);
    spec_required(spec, assigned, &rule);
    spec_writes(spec, assigned, &rule);
    if (rule.deferred) {
        spec_relation(spec, assigned, &rule.relation);
    }
    rule.judged = rule.when_true == STATE_NON_COMPLIANT && !rule.deferred &&
                  assigned->effect != EFFECT_MANUAL;
    *ret_rule = rule;
    return true;
}

static void spec_candidate(Spec *spec, uint32_t index, CandidatePlan *ret_candidate)
{
    const RuleInfo *info = &spec->plan->rules[index];
    const Details *details = &info->assigned->definition->details;
    begin_rule(spec, index, true);
    CandidatePlan candidate = {.rule = index, .code = STEP_ACCEPT};
    const Expr *name = spec_fold(spec, details->related_name);
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
        candidate.code_end = spec->code.count;
        candidate.open = info->reads_primary;
    }
    bool subscription =
        str_eq_nocase(fold_str(spec, details->existence_scope), STR("subscription"));
    candidate.joins = 0;
    for (uint32_t t = 0; t < info->type_count; t++) {
        candidate.joins |= 1U << related_join(info->types[t], spec->type, subscription,
                                              details->resource_group != NULL);
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
