// SPDX-License-Identifier: Apache-2.0
// What is known of a rule before any resource type is: the types its `if` can hold on, the type it
// looks for, whether it is evaluated at all. Type plans are made from that on first sight.
#include "policy/plan.h"

#include <pthread.h>
#include <string.h>

typedef struct PlanTypes {
    pthread_mutex_t lock; // guards everything here and the plan's arena
    Map by_type; // as written → index into plans: field('type') is what the resource says
    const TypePlan **plans;
    uint32_t cap;
} PlanTypes;

ExprEnv plan_env(const Plan *plan, const AssignedRule *rule)
{
    return (ExprEnv){
        .parameters = rule->parameters,
        .resource_group = plan->options.resource_group,
        .subscription = plan->options.subscription,
        .request_context = plan->options.request_context,
        .policy = rule->policy,
        .now = plan->options.now,
    };
}

// ---- the types an `if` can hold on ----

typedef struct TypeSet {
    bool any;
    const Str *types; // lower case
    uint32_t count;
} TypeSet;

static const Json *folded(Plan *plan, const AssignedRule *rule, const Expr *expr)
{
    if (expr == NULL) {
        return NULL;
    }
    ExprEnv env = plan_env(plan, rule);
    const Expr *value = expr_is_literal(expr) ? expr : expr_fold(plan->arena, expr, &env, 0);
    return expr_is_literal(value) ? value->value : NULL;
}

static Str folded_str(Plan *plan, const AssignedRule *rule, const Expr *expr)
{
    const Json *value = folded(plan, rule, expr);
    return json_is(value, JSON_STRING) ? value->string : (Str){0};
}

static bool is_field(const Cond *cond, Str name)
{
    return cond->kind == COND_LEAF && cond->lhs == LHS_FIELD && expr_is_literal(cond->left) &&
           cond->left->value->type == JSON_STRING && str_eq_nocase(cond->left->value->string, name);
}

static TypeSet leaf_types(Plan *plan, const AssignedRule *rule, const Cond *cond)
{
    const TypeSet any = {.any = true};
    if (!is_field(cond, STR("type")) || (cond->op != OP_EQUALS && cond->op != OP_IN)) {
        return any;
    }
    const Json *right = folded(plan, rule, cond->right);
    if (right == NULL || right->type != (cond->op == OP_IN ? JSON_ARRAY : JSON_STRING)) {
        return any;
    }
    const Json *items = cond->op == OP_IN ? right->items : right;
    uint32_t count = cond->op == OP_IN ? right->count : 1;
    Str *types = NEW_ARRAY(plan->arena, Str, (size_t)count + 1);
    for (uint32_t i = 0; i < count; i++) {
        if (items[i].type != JSON_STRING) {
            return any;
        }
        types[i] = str_lower(plan->arena, items[i].string);
    }
    return (TypeSet){.types = types, .count = count};
}

static TypeSet types_of(Plan *plan, const AssignedRule *rule, const Cond *cond)
{
    if (cond->kind == COND_LEAF) {
        return leaf_types(plan, rule, cond);
    }
    TypeSet set = {.any = true};
    if (cond->kind == COND_ALL_OF) {
        for (uint32_t i = 0; i < cond->child_count && set.any; i++) {
            set = types_of(plan, rule, &cond->children[i]);
        }
    } else if (cond->kind == COND_ANY_OF && cond->child_count != 0) {
        set = (TypeSet){0};
        for (uint32_t i = 0; i < cond->child_count; i++) {
            TypeSet more = types_of(plan, rule, &cond->children[i]);
            if (more.any) {
                return more;
            }
            Str *both = NEW_ARRAY(plan->arena, Str, (size_t)set.count + more.count + 1);
            for (uint32_t t = 0; t < set.count + more.count; t++) {
                both[t] = t < set.count ? set.types[t] : more.types[t - set.count];
            }
            set = (TypeSet){.types = both, .count = set.count + more.count};
        }
    }
    return set;
}

// ---- what an `if` reads, for applicability ----

typedef struct IfReads {
    bool type;
    bool kind;
    bool name;
    bool other;
} IfReads;

static void if_reads(const Cond *cond, IfReads *reads)
{
    if (cond->kind != COND_LEAF) {
        for (uint32_t i = 0; i < cond->child_count; i++) {
            if_reads(&cond->children[i], reads);
        }
        return;
    }
    if (is_field(cond, STR("type"))) {
        reads->type = true;
    } else if (is_field(cond, STR("kind"))) {
        reads->kind = true;
    } else if (is_field(cond, STR("name"))) {
        reads->name = true;
    } else {
        reads->other = true;
    }
}

static bool is_if_not_exists(Effect effect)
{
    return effect == EFFECT_AUDIT_IF_NOT_EXISTS || effect == EFFECT_DEPLOY_IF_NOT_EXISTS;
}

static bool is_evaluated(Effect effect)
{
    switch (effect) {
    case EFFECT_AUDIT:
    case EFFECT_DENY:
    case EFFECT_MODIFY:
    case EFFECT_APPEND:
    case EFFECT_AUDIT_IF_NOT_EXISTS:
    case EFFECT_DEPLOY_IF_NOT_EXISTS:
    case EFFECT_DENY_ACTION:
    case EFFECT_MANUAL:
        return true;
    case EFFECT_DISABLED:
    case EFFECT_MUTATE:
    case EFFECT_ENFORCE_REGO_POLICY:
    case EFFECT_ENFORCE_OPA_CONSTRAINT:
    case EFFECT_ENFORCE_SETTING:
    case EFFECT_ADD_TO_NETWORK_GROUP:
    case EFFECT_AUDIT_ACTION:
    case EFFECT_COUNT:
        return false;
    }
    UNREACHABLE("Effect out of range");
}

static bool limits_where(const Assignment *assignment)
{
    return assignment != NULL && (assignment->scope.len != 0 || assignment->not_scope_count != 0 ||
                                  assignment->resource_selector_count != 0);
}

static uint32_t cover_of(Plan *plan, const Assignment *assignment)
{
    if (!limits_where(assignment)) {
        return NONE;
    }
    for (uint32_t i = plan->cover_count; i > 0; i--) {
        if (plan->covers[i - 1] == assignment) {
            return i - 1;
        }
    }
    plan->covers[plan->cover_count] = assignment;
    return plan->cover_count++;
}

// What an existenceCondition can read of the resource that waits for it.
typedef struct PrimaryReads {
    Plan *plan;
    const AssignedRule *rule;
    unsigned reads; // EXPR_READS_…
    bool beyond;    // only what the line of a waiting resource does not tell
} PrimaryReads;

// Whether field() asks for more than what is kept of every resource that waits.
static bool reads_beyond_row(const Expr *expr)
{
    static const Str kept[] = {STR_INIT("id"), STR_INIT("name"), STR_INIT("type"),
                               STR_INIT("location")};
    if ((expr->reads & EXPR_READS_FIELD) == 0) {
        return false;
    }
    bool by_name = expr->kind == EXPR_CALL && expr->func == FUNC_FIELD && expr->arg_count == 1 &&
                   expr_is_literal(&expr->args[0]) && json_is(expr->args[0].value, JSON_STRING);
    for (size_t i = 0; by_name && i < COUNTOF(kept); i++) {
        if (str_eq_nocase(expr->args[0].value->string, kept[i])) {
            return false;
        }
    }
    bool beyond = expr->kind == EXPR_CALL && expr->func == FUNC_FIELD;
    for (uint32_t i = 0; i < expr->arg_count && !beyond; i++) {
        beyond = reads_beyond_row(&expr->args[i]);
    }
    return beyond;
}

static bool expr_reads_primary(const PrimaryReads *primary, const Expr *expr)
{
    bool reads = expr != NULL && (expr->reads & primary->reads) != 0 &&
                 folded(primary->plan, primary->rule, expr) == NULL;
    return reads && (!primary->beyond || reads_beyond_row(expr));
}

static bool cond_reads_primary(const PrimaryReads *primary, const Cond *cond)
{
    for (uint32_t i = 0; i < cond->child_count; i++) {
        if (cond_reads_primary(primary, &cond->children[i])) {
            return true;
        }
    }
    if (cond->kind != COND_LEAF) {
        return false;
    }
    const Count *count = cond->lhs == LHS_COUNT ? cond->count : NULL;
    bool in_count =
        count != NULL && (expr_reads_primary(primary, count->source) ||
                          (count->where != NULL && cond_reads_primary(primary, count->where)));
    return in_count || expr_reads_primary(primary, cond->left) ||
           expr_reads_primary(primary, cond->right);
}

// field() is always the primary's. So is resourceGroup(), which differs from the candidate's own
// only where the rule looks beyond the primary's group.
static bool reads_primary(Plan *plan, const AssignedRule *rule, bool beyond)
{
    const Details *details = &rule->definition->details;
    PrimaryReads primary = {plan, rule, EXPR_READS_FIELD, beyond};
    Str scope = folded_str(plan, rule, details->existence_scope);
    if (str_eq_nocase(scope, STR("subscription")) || details->resource_group != NULL) {
        primary.reads |= EXPR_READS_SCOPE;
    }
    return details->existence != NULL && cond_reads_primary(&primary, details->existence);
}

static bool is_request_identity(const Expr *expr)
{
    return expr->kind == EXPR_MEMBER && expr->args[0].kind == EXPR_CALL &&
           expr->args[0].func == FUNC_REQUEST_CONTEXT && str_eq_nocase(expr->name, STR("identity"));
}

// Who sends a request is known while one is enforced; a scan of what exists has none, so that such
// a rule applies to nothing.
static bool asks_who_requests(const Plan *plan, const Definition *definition)
{
    return json_find_nocase(plan->options.request_context, STR("identity")) == NULL &&
           definition_any_expr(definition, EXPR_READS_REQUEST, is_request_identity);
}

static void study(Plan *plan, uint32_t index)
{
    RuleInfo *info = &plan->rules[index];
    const AssignedRule *rule = info->assigned;
    info->inert = rule->preset != STATE_COUNT || !is_evaluated(rule->effect) ||
                  asks_who_requests(plan, rule->definition);
    info->cover = cover_of(plan, rule->assignment);
    if (info->inert) {
        return;
    }
    const Definition *definition = rule->definition;
    IfReads reads = {0};
    if_reads(definition->condition, &reads);
    info->has_other = reads.other || (reads.kind && reads.name);
    info->has_location = definition_reads_location(definition);
    // Data-plane rules apply by type; those of virtual networks by type and name.
    info->only_type = definition->mode_kind == MODE_FIELDS &&
                      !str_eq_nocase(definition->mode, STR("Microsoft.Network.Data"));
    TypeSet types = types_of(plan, rule, definition->condition);
    info->types = types.any ? NULL : types.types;
    info->type_count = types.count;
    rule_index_add(plan->by_type, index, info->types, info->type_count);
    info->if_not_exists = is_if_not_exists(rule->effect);
    if (info->if_not_exists) {
        info->reads_primary = reads_primary(plan, rule, false);
        info->reads_text = reads_primary(plan, rule, true);
        Str related = folded_str(plan, rule, definition->details.related_type);
        info->related_written = related;
        info->related_type = str_lower(plan->arena, related);
        if (related.len != 0) {
            info->related = map_intern(&plan->related_types, info->related_type);
            rule_index_add(plan->by_related, index, &info->related_type, 1);
            info->related_bit = rule_index_count(plan->by_related, info->related_type) - 1;
        }
    }
}

// Compliance scans use the latest version of each API; a rule that asks sees a late date.
static const Json *request_context(Arena *arena, Str api_version)
{
    JsonMember *member = NEW(arena, JsonMember);
    member->key = STR("apiVersion");
    member->value = json_string(api_version.len != 0 ? api_version : STR("9999-12-31"));
    Json *context = NEW(arena, Json);
    *context = (Json){.type = JSON_OBJECT, .count = 1, .members = member};
    return context;
}

Plan *plan_compile(Arena *arena, const AssignedRule *rules, uint32_t rule_count,
                   const AliasTable *aliases, const PlanOptions *options)
{
    Plan *plan = NEW(arena, Plan);
    plan->arena = arena;
    plan->aliases = aliases;
    plan->options = *options;
    if (plan->options.limits.bytes_max == 0) {
        plan->options.limits = JSON_LIMITS_DEFAULT;
    }
    if (plan->options.request_context == NULL) {
        plan->options.request_context = request_context(arena, options->api_version);
    }
    plan->rules = NEW_ARRAY(arena, RuleInfo, (size_t)rule_count + 1);
    plan->rule_count = rule_count;
    plan->covers = NEW_ARRAY(arena, const Assignment *, (size_t)rule_count + 1);
    plan->by_type = rule_index_new(arena);
    plan->by_related = rule_index_new(arena);
    map_init(&plan->related_types, arena, MAP_EXACT);
    for (uint32_t i = 0; i < rule_count; i++) {
        plan->rules[i].assigned = &rules[i];
        study(plan, i);
    }
    plan->types = NEW(arena, PlanTypes);
    map_init(&plan->types->by_type, arena, MAP_EXACT);
    ASSERT(pthread_mutex_init(&plan->types->lock, NULL) == 0);
    return plan;
}

void plan_close(Plan *plan)
{
    ASSERT(pthread_mutex_destroy(&plan->types->lock) == 0);
}

const TypePlan *plan_type(Plan *plan, Str type)
{
    PlanTypes *types = plan->types;
    ASSERT(pthread_mutex_lock(&types->lock) == 0);
    uint32_t at = map_intern(&types->by_type, type);
    ARENA_ROOM(plan->arena, types->plans, at, types->cap); // at is at most one past the last
    if (types->plans[at] == NULL) {
        types->plans[at] = type_plan_build(plan, str_copy(plan->arena, type));
    }
    const TypePlan *found = types->plans[at];
    ASSERT(pthread_mutex_unlock(&types->lock) == 0);
    return found;
}

void plan_prepare(Plan *plan)
{
    const Map *named = rule_index_types(plan->by_type);
    for (uint32_t i = 0; i < named->count; i++) {
        (void)plan_type(plan, named->entries[i].key);
    }
    for (uint32_t i = 0; i < plan->related_types.count; i++) {
        (void)plan_type(plan, plan->related_types.entries[i].key);
    }
}

bool plan_rule_is_deferred(const Plan *plan, uint32_t rule)
{
    return plan->rules[rule].if_not_exists;
}
