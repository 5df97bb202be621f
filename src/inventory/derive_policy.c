// SPDX-License-Identifier: Apache-2.0
// datumline/effectiveDataPolicy: all data policies that match an environment, taken together. The
// rule language has no join, so the join is made here, once, with what it was made of beside it.
#include "inventory/derive.h"
#include "inventory/rewrite.h"

enum { RANK_COUNT = 4 }; // 0 = not classified, then Business, NonBusiness, Blocked

typedef struct Policy {
    const Envelope *envelope;
    const Json *normalized;
    Map environments;           // names, any case
    Map connectors[RANK_COUNT]; // names, by rank
    uint32_t fallback;          // rank of connectors it does not name
    bool covers_all;
    bool covers_except;
    bool is_known; // it says whom it covers
    bool has_groups;
} Policy;

typedef struct Policies {
    Inventory *inventory;
    Policy *items;
    uint32_t count;
    bool complete;    // the list was read to its end, and each says whom it covers
    Map facts_by_set; // which policies match → index into facts
    const Json **facts;
    uint32_t fact_count, fact_cap;
} Policies;

static void learn_names(Map *map, const Json *list)
{
    for (uint32_t i = 0; json_is(list, JSON_ARRAY) && i < list->count; i++) {
        if (list->items[i].type == JSON_STRING) {
            (void)map_intern(map, list->items[i].string);
        }
    }
}

// A connector that a policy names in two groups counts in the stricter one.
static uint32_t own_rank(const Policy *policy, Str connector)
{
    for (uint32_t rank = RANK_COUNT - 1; rank != 0; rank--) {
        if (map_find(&policy->connectors[rank], connector) != MAP_NONE) {
            return rank;
        }
    }
    return policy->fallback;
}

static Policy policy_of(Arena *arena, const Envelope *envelope)
{
    const Json *normalized = tree_find(envelope->properties, "normalized");
    Policy policy = {.envelope = envelope, .normalized = normalized};
    static const char *const groups[RANK_COUNT] = {NULL, "business", "nonBusiness", "blocked"};
    map_init(&policy.environments, arena, MAP_NOCASE);
    learn_names(&policy.environments, tree_find(normalized, "environments"));
    for (uint32_t rank = 1; rank < RANK_COUNT; rank++) {
        map_init(&policy.connectors[rank], arena, MAP_NOCASE);
        learn_names(&policy.connectors[rank], tree_find(normalized, groups[rank]));
    }
    policy.fallback = classification_rank(tree_text(normalized, "defaultClassification"));
    Str covers = tree_text(normalized, "environmentType");
    policy.covers_all = str_eq(covers, STR("AllEnvironments"));
    policy.covers_except = str_eq(covers, STR("ExceptEnvironments"));
    policy.is_known =
        policy.covers_all || policy.covers_except || str_eq(covers, STR("OnlyEnvironments"));
    policy.has_groups = tree_is_true(normalized, "hasConnectorGroups");
    return policy;
}

// The default environment is named Default-{tenantId} in policies, whatever a source calls it.
static bool policy_matches(const Policies *all, const Policy *policy, Str name, bool is_default)
{
    bool listed = map_find(&policy->environments, name) != MAP_NONE;
    if (!listed && is_default) {
        Str other =
            text_print(all->inventory->arena, "Default-%.*s", STR_ARG(all->inventory->tenant));
        listed = map_find(&policy->environments, other) != MAP_NONE;
    }
    return policy->covers_all || (policy->is_known && listed != policy->covers_except);
}

static Str rank_name(uint32_t rank)
{
    static const char *const names[RANK_COUNT] = {"", "Business", "NonBusiness", "Blocked"};
    ASSERT(rank < RANK_COUNT);
    return text_of(names[rank]);
}

typedef struct Matched {
    const Policy **items;
    uint32_t count;
} Matched;

static uint32_t strictest(const Matched *matched, Str connector, bool *ret_mixed)
{
    uint32_t best = 0;
    bool seen[RANK_COUNT] = {false};
    for (uint32_t i = 0; i < matched->count; i++) {
        uint32_t rank = own_rank(matched->items[i], connector);
        seen[rank] = true;
        best = rank > best ? rank : best;
    }
    *ret_mixed = best == 2 && seen[1];
    return best;
}

static void put_list(Tree *out, const char *key, const char *count_key, const TreeList *list)
{
    tree_put(out, text_of(key), list_json(list));
    tree_put_u32(out, text_of(count_key), list->count);
}

static void put_connectors(Arena *arena, Tree *out, const Matched *matched)
{
    Map names;
    map_init(&names, arena, MAP_NOCASE);
    for (uint32_t i = 0; i < matched->count; i++) {
        for (uint32_t rank = 1; rank < RANK_COUNT; rank++) {
            const Map *own = &matched->items[i]->connectors[rank];
            for (uint32_t k = 0; k < own->count; k++) {
                (void)map_intern(&names, own->entries[k].key);
            }
        }
    }
    TreeList lists[RANK_COUNT];
    TreeList mixed;
    list_init(&mixed, arena);
    for (uint32_t i = 0; i < RANK_COUNT; i++) {
        list_init(&lists[i], arena);
    }
    for (uint32_t i = 0; i < names.count; i++) {
        bool is_mixed = false;
        uint32_t rank = strictest(matched, names.entries[i].key, &is_mixed);
        list_push(&lists[rank], json_string(names.entries[i].key));
        if (is_mixed) {
            list_push(&mixed, json_string(names.entries[i].key));
        }
    }
    put_list(out, "business", "businessCount", &lists[1]);
    put_list(out, "nonBusiness", "nonBusinessCount", &lists[2]);
    put_list(out, "blocked", "blockedCount", &lists[3]);
    put_list(out, "mixed", "mixedCount", &mixed);
}

static uint32_t count_of(const Json *json)
{
    return json_is(json, JSON_ARRAY) ? json->count : 0;
}

static void put_rules(Tree *out, const Matched *matched)
{
    uint32_t endpoints = 0;
    uint32_t actions = 0;
    uint32_t custom = 0;
    uint32_t custom_rank = 0;
    for (uint32_t i = 0; i < matched->count; i++) {
        const Policy *policy = matched->items[i];
        endpoints += count_of(tree_find(policy->normalized, "endpointRules"));
        actions +=
            count_of(tree_find(policy->envelope->properties,
                               "connectorConfigurationsDefinition/connectorActionConfigurations"));
        custom += count_of(tree_find(policy->normalized, "customConnectorRules"));
        uint32_t rank =
            classification_rank(tree_text(policy->normalized, "customConnectorDefault"));
        custom_rank = rank > custom_rank ? rank : custom_rank;
    }
    tree_put_u32(out, STR("endpointRuleCount"), endpoints);
    tree_put_u32(out, STR("actionRuleCount"), actions);
    tree_put_u32(out, STR("customConnectorRuleCount"), custom);
    if (custom_rank != 0) {
        tree_put_str(out, STR("customConnectorDefault"), rank_name(custom_rank));
    }
}

static void put_policies(Arena *arena, Tree *out, const Matched *matched)
{
    TreeList list;
    TreeList ids;
    list_init(&list, arena);
    list_init(&ids, arena);
    for (uint32_t i = 0; i < matched->count; i++) {
        const Envelope *envelope = matched->items[i]->envelope;
        Tree one;
        tree_init(&one, arena);
        tree_put_str(&one, STR("id"), envelope->id);
        tree_put_str(&one, STR("displayName"), tree_text(envelope->properties, "displayName"));
        tree_put_str(&one, STR("environmentType"),
                     tree_text(matched->items[i]->normalized, "environmentType"));
        list_push(&list, tree_json(&one));
        list_push(&ids, json_string(envelope->id));
    }
    tree_put_u32(out, STR("policyCount"), list.count);
    tree_put(out, STR("policies"), list_json(&list));
    tree_put(out, STR("derivedFrom"), list_json(&ids));
}

// What holds for every environment that the same policies match.
static const Json *facts_of(const Policies *all, const Matched *matched)
{
    Arena *arena = all->inventory->arena;
    Tree out;
    tree_init(&out, arena);
    if (all->complete || matched->count != 0) {
        tree_put_bool(&out, STR("isCovered"), matched->count != 0);
    }
    uint32_t fallback = 0;
    bool has_groups = true;
    for (uint32_t i = 0; i < matched->count; i++) {
        fallback = matched->items[i]->fallback > fallback ? matched->items[i]->fallback : fallback;
        has_groups = has_groups && matched->items[i]->has_groups;
    }
    if (fallback != 0) {
        tree_put_str(&out, STR("defaultClassification"), rank_name(fallback));
    }
    if (all->complete || fallback == RANK_COUNT - 1) {
        tree_put_bool(&out, STR("blocksNewConnectors"), fallback == RANK_COUNT - 1);
    }
    put_policies(arena, &out, matched);
    Tree measured;
    tree_init(&measured, arena);
    tree_put_bool(&measured, STR("coverage"), all->complete);
    tree_put_bool(&measured, STR("connectors"), all->complete && has_groups);
    if (all->complete && has_groups) {
        put_connectors(arena, &out, matched);
        put_rules(&out, matched);
    }
    tree_put_tree(&out, STR("measured"), &measured);
    return tree_done(&out);
}

static const Json *facts_for(Policies *all, Str name, bool is_default)
{
    Arena *arena = all->inventory->arena;
    Matched matched = {.items = NEW_ARRAY(arena, const Policy *, all->count + 1)};
    Buf key = {0};
    for (uint32_t i = 0; i < all->count; i++) {
        if (policy_matches(all, &all->items[i], name, is_default)) {
            matched.items[matched.count++] = &all->items[i];
            buf_printf(&key, "%u,", i);
        }
    }
    buf_byte(&key, '.');
    uint32_t at = map_put(&all->facts_by_set, buf_str(&key), all->fact_count);
    buf_free(&key);
    if (at == all->fact_count) {
        ARENA_ROOM(arena, all->facts, all->fact_count, all->fact_cap);
        all->facts[all->fact_count++] = facts_of(all, &matched);
    }
    return all->facts[at];
}

static void derive_one(Policies *all, const Envelope *environment)
{
    Arena *arena = all->inventory->arena;
    const Json *told = tree_find(environment->properties, "normalized/isDefault");
    bool is_default = tree_is_true(environment->properties, "normalized/isDefault");
    const Json *facts = facts_for(all, environment->name, is_default);
    Tree out;
    tree_init(&out, arena);
    tree_put_str(&out, STR("environmentName"), environment->name);
    Str label = tree_text(environment->properties, "displayName");
    if (label.len != 0) {
        tree_put_str(&out, STR("displayName"), label);
    }
    if (told != NULL) {
        tree_put_bool(&out, STR("isDefault"), is_default);
    }
    Str sku = tree_text(environment->properties, "normalized/environmentSku");
    if (sku.len != 0) {
        tree_put_str(&out, STR("environmentSku"), sku);
    }
    tree_put_all(&out, facts);
    TreeList sources;
    list_init(&sources, arena);
    list_push(&sources, json_string(environment->id));
    const Json *ids = tree_find(facts, "derivedFrom");
    for (uint32_t i = 0; i < ids->count; i++) {
        list_push(&sources, ids->items[i]);
    }
    tree_put(&out, STR("derivedFrom"), list_json(&sources));
    derive_put(all->inventory, environment->scope, "effectiveDataPolicy",
               "datumline/effectiveDataPolicy", &out);
}

void derive_policies(Inventory *inventory)
{
    static const char environment_type[] = "microsoft.powerplatform/environments";
    Policies all = {.inventory = inventory};
    Str kind = STR("dlp-policies");
    Coverage coverage = inventory_covers(inventory, &kind, 1, (Str){0}, inventory->arena);
    uint32_t before = inventory->envelope_count;
    all.complete = coverage.measurable && coverage.complete;
    all.items = NEW_ARRAY(inventory->arena, Policy, before + 1);
    for (uint32_t i = 0; i < before; i++) {
        if (str_eq(inventory->envelopes[i].type, STR("datumline/dataPolicy"))) {
            Envelope *kept = NEW(inventory->arena, Envelope); // the array grows below
            *kept = inventory->envelopes[i];
            all.items[all.count] = policy_of(inventory->arena, kept);
            all.complete = all.complete && all.items[all.count].is_known;
            all.count++;
        }
    }
    map_init(&all.facts_by_set, inventory->arena, MAP_EXACT);
    if (!all.complete && all.count == 0) {
        return; // nothing is known of any policy
    }
    for (uint32_t i = 0; i < before; i++) {
        Envelope environment = inventory->envelopes[i];
        if (str_eq_nocase(environment.type, text_of(environment_type))) {
            derive_one(&all, &environment);
        }
    }
}
