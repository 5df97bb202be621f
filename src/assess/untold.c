// SPDX-License-Identifier: Apache-2.0
// What no resource told: presets, and rules whose sources were not read. It is found once, when
// all rows are through, and stands for a scope rather than a resource.
#include "assess/run.h"
#include "baseline/applies.h"

// One rule may be assigned several times: for everything, and for variants with other values. What
// was not read is then told once. next: the next rule that is the same, 0 = none.
typedef struct Twins {
    uint32_t *first; // the first rule that is the same
    uint32_t *next;
} Twins;

static Str twin_key(Buf *key, const AssessRule *rule)
{
    const Definition *definition = rule->assigned->definition;
    const Initiative *initiative = rule->assigned->initiative;
    buf_clear(key);
    buf_push(key, (Str){(const char *)&definition, sizeof(definition)});
    buf_push(key, (Str){(const char *)&initiative, sizeof(initiative)});
    buf_push(key, rule->assigned->reference_id);
    return buf_str(key);
}

static Twins find_twins(AssessWorker *w)
{
    const AssessModel *model = w->assess->input.model;
    Twins twins = {.first = NEW_ARRAY(&w->arena, uint32_t, model->rule_count + 1U),
                   .next = NEW_ARRAY(&w->arena, uint32_t, model->rule_count + 1U)};
    uint32_t *last = NEW_ARRAY(&w->arena, uint32_t, model->rule_count + 1U);
    Map keys;
    map_init(&keys, &w->arena, MAP_EXACT);
    Buf key = {0};
    for (uint32_t r = 0; r < model->rule_count; r++) {
        uint32_t known = keys.count;
        uint32_t at = map_intern(&keys, twin_key(&key, &model->rules[r]));
        twins.first[r] = at == known ? r : twins.first[last[at]];
        if (at != known) {
            twins.next[last[at]] = r;
        }
        last[at] = r;
    }
    buf_free(&key);
    return twins;
}

// Did any worker meet a resource of this scope under the rule, and say NotMeasured for it?
static bool scope_was_seen(const Assess *assess, Str scope, uint32_t rule, const Twins *twins)
{
    for (uint32_t i = 0; i < assess->worker_count; i++) {
        const AssessWorker *w = &assess->workers[i];
        uint32_t index = map_find(&w->scopes, scope);
        uint32_t twin = rule;
        do {
            if (index != MAP_NONE && w->cells[index][twin].seen) {
                return true;
            }
            twin = twins->next[twin];
        } while (twin != 0);
    }
    return false;
}

static bool has_results(const Tally *tallies, uint32_t rule, const Twins *twins)
{
    uint32_t twin = rule;
    do {
        if (tally_total(&tallies[twin]) != 0) {
            return true;
        }
        twin = twins->next[twin];
    } while (twin != 0);
    return false;
}

typedef struct Environments {
    const Str *ids;
    uint32_t count;
} Environments;

static Environments list_environments(AssessWorker *w)
{
    uint32_t count = 0;
    const Envelope *envelopes = inventory_envelopes(w->assess->input.inventory, &count);
    Str *ids = NEW_ARRAY(&w->arena, Str, count + 1U);
    uint32_t n = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (str_eq_nocase(envelopes[i].type, STR("microsoft.powerplatform/environments"))) {
            ids[n++] = envelopes[i].id;
        }
    }
    return (Environments){ids, n};
}

// A finding that stands for a scope.
static void scope_finding(AssessWorker *w, uint32_t rule_index, Str scope, State state, Str message)
{
    const AssessModel *model = w->assess->input.model;
    const AssessRule *rule = &model->rules[rule_index];
    Finding finding = {
        .rule = rule_index,
        .state = state,
        .truth = state,
        .resource_id = scope,
        .message = message,
        .identity = identity_join(rule->identity, identity_of_text(scope)),
    };
    TallyItem item = {state, state, tier_weight(tier_of(w->assess->input.tiers, scope, scope))};
    tally_add(&w->rules[rule_index], item);
    for (uint32_t i = 0; i < rule->control_count && !rule->alone; i++) {
        tally_add(&w->controls[rule->controls[i]], item);
    }
    hand_out(w, &finding, (Str){0});
}

typedef struct Untold {
    AssessWorker *w;
    const Tally *tallies;
    Str tenant;
    Environments environments;
    Twins twins;
    Map told; // the first of the twins, preset and scope
} Untold;

// Says it unless it was said of the same rule in another assignment.
static void tell(Untold *untold, uint32_t rule, Str scope, State state, Str reason)
{
    const AssignedRule *assigned = untold->w->assess->input.model->rules[rule].assigned;
    Buf key = {0};
    buf_printf(&key, "%u %d %.*s", untold->twins.first[rule], (int)assigned->preset,
               STR_ARG(scope));
    uint32_t known = untold->told.count;
    if (map_intern(&untold->told, buf_str(&key)) == known) {
        scope_finding(untold->w, rule, scope, state, reason);
    }
    buf_free(&key);
}

// Could the assignment reach what the rule is about there? Selectors may leave the environment out,
// or every type that the rule's condition names.
static bool may_reach(const Untold *untold, uint32_t rule, Str environment)
{
    const AssessInput *input = &untold->w->assess->input;
    const AssignedRule *assigned = input->model->rules[rule].assigned;
    const ResourceFacts *facts = input->facts;
    if (assigned->assignment == NULL) {
        return true;
    }
    Arena *arena = &untold->w->arena;
    ArenaMark mark = arena_mark(arena);
    AppliesPlace place = {.id = environment};
    if (facts != NULL && environment.len != 0) {
        place.environment_type =
            facts->find(facts->ctx, SELECTOR_ENVIRONMENT_TYPE, environment, environment);
    }
    AppliesTypes types = applies_types(arena, assigned->definition);
    Str why = {0};
    Applies applies = applies_to(arena, assigned->assignment, &types, &place, &why);
    arena_rewind(arena, mark);
    return applies != APPLIES_NO;
}

// A kind that is read nowhere is told once, for the tenant; one that only some environments lack is
// told for each of those.
static void tell_rule(Untold *untold, uint32_t rule)
{
    AssessWorker *w = untold->w;
    const Environments *environments = &untold->environments;
    CoverCell whole = *cover_cell(w, untold->tenant, rule);
    if (whole.measurable) {
        return;
    }
    uint32_t lacking = 0;
    bool same_reason = true;
    for (uint32_t i = 0; i < environments->count; i++) {
        const CoverCell *cell = cover_cell(w, environments->ids[i], rule);
        lacking += cell->measurable ? 0U : 1U;
        same_reason = same_reason && !cell->measurable && str_eq(cell->reason, whole.reason);
    }
    if (lacking == environments->count && same_reason) {
        if (!has_results(untold->tallies, rule, &untold->twins)) {
            tell(untold, rule, untold->tenant, STATE_NOT_MEASURED, whole.reason);
        }
        return;
    }
    for (uint32_t i = 0; i < environments->count; i++) {
        Str id = environments->ids[i];
        const CoverCell *cell = cover_cell(w, id, rule);
        if (!cell->measurable && !scope_was_seen(w->assess, id, rule, &untold->twins) &&
            may_reach(untold, rule, id)) {
            tell(untold, rule, id, STATE_NOT_MEASURED, cell->reason);
        }
    }
}

static Str preset_scope(const AssignedRule *assigned, Str tenant)
{
    bool scoped = assigned->assignment != NULL && assigned->assignment->scope.len != 0;
    return scoped ? assigned->assignment->scope : tenant;
}

static Str tenant_of(AssessWorker *w)
{
    Str id = inventory_tenant(w->assess->input.inventory);
    Buf text = {0};
    buf_push(&text, STR("/tenants/"));
    buf_push(&text, id);
    Str copy = str_copy(&w->arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

void untold_finish(AssessWorker *w, const Tally *rule_tallies)
{
    const AssessInput *input = &w->assess->input;
    Untold untold = {.w = w, .tallies = rule_tallies, .twins = find_twins(w)};
    map_init(&untold.told, &w->arena, MAP_EXACT);
    if (input->inventory != NULL) {
        untold.environments = list_environments(w);
        untold.tenant = tenant_of(w);
    }
    for (uint32_t r = 0; r < input->model->rule_count; r++) {
        const AssessRule *rule = &input->model->rules[r];
        const AssignedRule *assigned = rule->assigned;
        if (assigned->preset == STATE_NOT_APPLICABLE || !may_reach(&untold, r, STR(""))) {
            continue; // disabled, or about nothing that the assignment selects
        }
        if (assigned->preset != STATE_COUNT) {
            tell(&untold, r, preset_scope(assigned, untold.tenant), assigned->preset,
                 assigned->preset_reason);
        } else if (rule->kind_count != 0 && input->inventory != NULL) {
            tell_rule(&untold, r);
        }
    }
}
