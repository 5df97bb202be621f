// SPDX-License-Identifier: Apache-2.0
#include "inventory/rewrite.h"

#include <string.h>

// The words that sources use for the three groups of a data policy. The wire says Confidential and
// General, the portal Business and Non-business, the first API hbi and lbi; an unofficial
// description of the API has the first two swapped.
static const struct {
    const char *wire;
    const char *name;
} classification_words[] = {
    {"Confidential", "Business"}, {"Business", "Business"},       {"hbi", "Business"},
    {"General", "NonBusiness"},   {"NonBusiness", "NonBusiness"}, {"Non-Business", "NonBusiness"},
    {"lbi", "NonBusiness"},       {"Blocked", "Blocked"},         {"Ignore", "Ignore"},
};

Str classification_name(Str wire)
{
    for (size_t i = 0; i < COUNTOF(classification_words); i++) {
        if (str_eq_nocase(wire, text_of(classification_words[i].wire))) {
            return text_of(classification_words[i].name);
        }
    }
    return (Str){0};
}

uint32_t classification_rank(Str name)
{
    static const char *const ranked[] = {"Business", "NonBusiness", "Blocked"};
    for (uint32_t i = 0; i < COUNTOF(ranked); i++) {
        if (str_eq(name, text_of(ranked[i]))) {
            return i + 1;
        }
    }
    return 0;
}

Str connector_name(Arena *arena, Str id)
{
    return str_lower(arena, path_tail(id));
}

const Json *rewrite_scuba_environment(Arena *arena, const Json *entry)
{
    static const struct {
        const char *from;
        const char *to;
    } members[] = {
        {"DisplayName", "displayName"},        {"IsDefault", "isDefault"},
        {"EnvironmentType", "environmentSku"}, {"CreatedTime", "createdTime"},
        {"Location", "azureRegionHint"},
    };
    Tree properties;
    tree_init(&properties, arena);
    for (size_t i = 0; i < COUNTOF(members); i++) {
        const Json *value = tree_find(entry, members[i].from);
        if (value != NULL) {
            tree_put(&properties, text_of(members[i].to), *value);
        }
    }
    Tree body;
    tree_init(&body, arena);
    tree_put_str(&body, STR("name"), tree_text(entry, "EnvironmentName"));
    tree_put_str(&body, STR("location"), tree_text(entry, "Location"));
    tree_put_tree(&body, STR("properties"), &properties);
    return tree_done(&body);
}

const Json *rewrite_flat_policy(Arena *arena, const Json *entry)
{
    Tree body;
    tree_init(&body, arena);
    tree_put(&body, STR("policyDefinition"), *entry);
    return tree_done(&body);
}

// One group of the first API's policy, when it names its connectors.
static void push_v1_group(Arena *arena, TreeList *groups, const Json *definition, const char *group)
{
    Str path = text_print(arena, "apiGroups/%s/apis", group);
    const Json *apis = tree_find(definition, path.ptr);
    if (!json_is(apis, JSON_ARRAY)) {
        return;
    }
    Tree out;
    tree_init(&out, arena);
    bool is_business = strcmp(group, "hbi") == 0;
    tree_put_str(&out, STR("classification"), is_business ? STR("Confidential") : STR("General"));
    tree_put(&out, STR("connectors"), *apis);
    list_push(groups, tree_json(&out));
}

const Json *rewrite_policy_v1(Arena *arena, const Json *entry)
{
    const Json *definition = tree_find(entry, "properties/definition");
    const Json *filter = tree_find(definition, "constraints/environmentFilter1/parameters");
    Str filter_type = tree_text(filter, "filterType");
    Tree policy;
    tree_init(&policy, arena);
    tree_put_str(&policy, STR("name"), tree_text(entry, "name"));
    tree_put_str(&policy, STR("displayName"), tree_text(entry, "properties/displayName"));
    Str covers = STR("AllEnvironments");
    if (str_eq_nocase(filter_type, STR("include"))) {
        covers = STR("OnlyEnvironments");
    } else if (str_eq_nocase(filter_type, STR("exclude"))) {
        covers = STR("ExceptEnvironments");
    }
    tree_put_str(&policy, STR("environmentType"), covers);
    const Json *environments = tree_find(filter, "environments");
    if (json_is(environments, JSON_ARRAY)) {
        tree_put(&policy, STR("environments"), *environments);
    }
    Str fallback = tree_text(definition, "defaultApiGroup");
    if (fallback.len != 0) {
        tree_put_str(&policy, STR("defaultConnectorsClassification"), fallback);
    }
    TreeList groups;
    list_init(&groups, arena);
    push_v1_group(arena, &groups, definition, "hbi");
    push_v1_group(arena, &groups, definition, "lbi");
    if (groups.count != 0) {
        tree_put(&policy, STR("connectorGroups"), list_json(&groups));
    }
    Str modified = tree_text(entry, "properties/lastModifiedTime");
    if (modified.len != 0) {
        tree_put_str(&policy, STR("lastModifiedTime"), modified);
    }
    tree_put_bool(&policy, STR("isLegacySchemaVersion"), true);
    Tree body;
    tree_init(&body, arena);
    tree_put_tree(&body, STR("policyDefinition"), &policy);
    if (definition != NULL) {
        tree_put(&body, STR("definition"), *definition);
    }
    return tree_done(&body);
}

// ScubaGear keeps the policy and the settings of its methods apart.
const Json *rewrite_scuba_methods(Arena *arena, const Json *entry)
{
    const Json *policy = tree_find(entry, "authentication_method_policy");
    if (json_is(policy, JSON_ARRAY) && policy->count != 0) {
        policy = &policy->items[0];
    }
    Tree body;
    tree_init(&body, arena);
    tree_put_all(&body, policy);
    const Json *methods = tree_find(entry, "authentication_method_feature_settings");
    if (json_is(methods, JSON_ARRAY)) {
        tree_put(&body, STR("AuthenticationMethodConfigurations"), *methods);
    }
    return tree_done(&body);
}
