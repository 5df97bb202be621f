// SPDX-License-Identifier: Apache-2.0
// Facts of one data policy: who it covers and what it says of each connector, in one spelling.
#include "inventory/rewrite.h"

static Str covers_name(Str wire)
{
    static const char *const names[] = {"AllEnvironments", "OnlyEnvironments",
                                        "ExceptEnvironments"};
    for (size_t i = 0; i < COUNTOF(names); i++) {
        if (str_eq_nocase(wire, text_of(names[i]))) {
            return text_of(names[i]);
        }
    }
    return wire;
}

// Names, lower-case: "Default-{tenantId}" for the default environment, GUIDs for the others.
static Json environment_names(Arena *arena, const Json *environments)
{
    TreeList out;
    list_init(&out, arena);
    for (uint32_t i = 0; json_is(environments, JSON_ARRAY) && i < environments->count; i++) {
        Str name = tree_text(&environments->items[i], "name");
        if (name.len == 0) {
            name = path_tail(tree_text(&environments->items[i], "id"));
        }
        if (name.len != 0) {
            list_push(&out, json_string(str_lower(arena, name)));
        }
    }
    return list_json(&out);
}

static void put_groups(Facts *facts, const Json *groups)
{
    TreeList lists[4];
    for (size_t i = 0; i < COUNTOF(lists); i++) {
        list_init(&lists[i], facts->arena);
    }
    for (uint32_t i = 0; i < groups->count; i++) {
        uint32_t rank = classification_rank(
            classification_name(tree_text(&groups->items[i], "classification")));
        const Json *connectors = tree_find(&groups->items[i], "connectors");
        for (uint32_t k = 0; json_is(connectors, JSON_ARRAY) && k < connectors->count; k++) {
            Str id = tree_text(&connectors->items[k], "id|name");
            list_push(&lists[rank], json_string(connector_name(facts->arena, id)));
        }
    }
    tree_put(facts->normalized, STR("business"), list_json(&lists[1]));
    tree_put(facts->normalized, STR("nonBusiness"), list_json(&lists[2]));
    tree_put(facts->normalized, STR("blocked"), list_json(&lists[3]));
}

static void put_custom_rules(Facts *facts)
{
    const Json *rules = tree_find(facts->body, "customConnectorUrlPatternsDefinition/rules");
    if (!json_is(rules, JSON_ARRAY)) {
        return;
    }
    TreeList out;
    list_init(&out, facts->arena);
    for (uint32_t i = 0; i < rules->count; i++) {
        const Json *rule = &rules->items[i];
        Tree one;
        tree_init(&one, facts->arena);
        const Json *order = tree_find(rule, "order");
        if (order != NULL) {
            tree_put(&one, STR("order"), *order);
        }
        Str pattern = tree_text(rule, "pattern");
        Str name = classification_name(tree_text(rule, "customConnectorRuleClassification"));
        tree_put_str(&one, STR("pattern"), pattern);
        tree_put_str(&one, STR("classification"), name);
        list_push(&out, tree_json(&one));
        if (str_eq(pattern, STR("*"))) {
            tree_put_str(facts->normalized, STR("customConnectorDefault"), name);
        }
    }
    tree_put(facts->normalized, STR("customConnectorRules"), list_json(&out));
}

// endpointRules[].endPoint has a capital P on the wire.
static void push_endpoint_rules(Facts *facts, TreeList *out, const Json *configuration)
{
    const Json *rules = tree_find(configuration, "endpointRules");
    Str connector = connector_name(facts->arena, tree_text(configuration, "connectorId"));
    for (uint32_t i = 0; json_is(rules, JSON_ARRAY) && i < rules->count; i++) {
        Tree one;
        tree_init(&one, facts->arena);
        tree_put_str(&one, STR("connector"), connector);
        const Json *order = tree_find(&rules->items[i], "order");
        if (order != NULL) {
            tree_put(&one, STR("order"), *order);
        }
        tree_put_str(&one, STR("behavior"), tree_text(&rules->items[i], "behavior"));
        tree_put_str(&one, STR("endpoint"), tree_text(&rules->items[i], "endPoint"));
        list_push(out, tree_json(&one));
    }
}

static void put_endpoint_rules(Facts *facts)
{
    const Json *all =
        tree_find(facts->body, "connectorConfigurationsDefinition/endpointConfigurations");
    if (!json_is(all, JSON_ARRAY)) {
        return;
    }
    TreeList out;
    list_init(&out, facts->arena);
    for (uint32_t i = 0; i < all->count; i++) {
        push_endpoint_rules(facts, &out, &all->items[i]);
    }
    tree_put(facts->normalized, STR("endpointRules"), list_json(&out));
}

void normalize_data_policy(Facts *facts)
{
    const Json *policy = tree_find(facts->body, "policyDefinition");
    Str covers = tree_text(policy, "environmentType");
    if (covers.len != 0) {
        tree_put_str(facts->normalized, STR("environmentType"), covers_name(covers));
    }
    tree_put(facts->normalized, STR("environments"),
             environment_names(facts->arena, tree_find(policy, "environments")));
    Str fallback = classification_name(tree_text(policy, "defaultConnectorsClassification"));
    if (fallback.len != 0) {
        tree_put_str(facts->normalized, STR("defaultClassification"), fallback);
    }
    // An empty list is what lists without groups show too: no real policy has no group at all.
    const Json *groups = tree_find(policy, "connectorGroups");
    bool has_groups = json_is(groups, JSON_ARRAY) && groups->count != 0;
    tree_put_bool(facts->normalized, STR("hasConnectorGroups"), has_groups);
    if (has_groups) {
        put_groups(facts, groups);
    }
    put_custom_rules(facts);
    put_endpoint_rules(facts);
}
