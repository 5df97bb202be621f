// SPDX-License-Identifier: Apache-2.0
#include "policy/selector.h"

#include "policy/keys.h"
#include "policy/rule_parse.h"

enum { GROUPS_MAX = 10, VALUES_MAX = 50 };

typedef enum SelectorKey {
    SELECTOR_KEY_KIND,
    SELECTOR_KEY_IN,
    SELECTOR_KEY_NOT_IN,
    SELECTOR_KEY_COUNT
} SelectorKey;

static const Str selector_keys[SELECTOR_KEY_COUNT] = {STR_INIT("kind"), STR_INIT("in"),
                                                      STR_INIT("notIn")};
static const KeySet selector_set = {"a selector", selector_keys, SELECTOR_KEY_COUNT, KEYS_ERROR};

typedef enum GroupKey { GROUP_KEY_NAME, GROUP_KEY_SELECTORS, GROUP_KEY_COUNT } GroupKey;

static const Str group_keys[GROUP_KEY_COUNT] = {STR_INIT("name"), STR_INIT("selectors")};
static const KeySet group_set = {"a resource selector", group_keys, GROUP_KEY_COUNT, KEYS_ERROR};

static const Str kind_names[] = {
    [SELECTOR_LOCATION] = STR_INIT("resourceLocation"),
    [SELECTOR_TYPE] = STR_INIT("resourceType"),
    [SELECTOR_WITHOUT_LOCATION] = STR_INIT("resourceWithoutLocation"),
    [SELECTOR_REFERENCE_ID] = STR_INIT("policyDefinitionReferenceId"),
};

static bool parse_kind(const JsonMember *member, Span at, unsigned kinds, DiagList *diags,
                       SelectorKind *ret_kind)
{
    Str name = keys_str(member, diags);
    for (uint32_t i = 0; i < COUNTOF(kind_names); i++) {
        if (str_eq_nocase(kind_names[i], name) && (kinds & 1U << i) != 0) {
            *ret_kind = (SelectorKind)i;
            return true;
        }
    }
    return diag_error(
        diags, member != NULL ? member->value.at : at, "selector-kind",
        "\"%.*s\" is not a kind of selector here; use %s", STR_ARG(name),
        kinds == SELECTORS_OF_RESOURCE ? "resourceLocation, resourceType or resourceWithoutLocation"
        : kinds == SELECTORS_OF_EFFECT ? "policyDefinitionReferenceId or resourceLocation"
                                       : "resourceLocation");
}

static bool check_without_location(const Selector *selector, Span at, DiagList *diags)
{
    if (selector->kind != SELECTOR_WITHOUT_LOCATION) {
        return true;
    }
    for (uint32_t i = 0; i < selector->value_count; i++) {
        if (!str_eq_nocase(selector->values[i], STR("subscriptionLevelResources"))) {
            return diag_error(diags, at, "bad-value",
                              "resourceWithoutLocation knows only subscriptionLevelResources");
        }
    }
    return true;
}

static bool parse_selector(Arena *arena, const Json *json, unsigned kinds, DiagList *diags,
                           Selector *ret_selector)
{
    TRY(keys_want_object(json, "a selector", diags));
    const JsonMember *found[SELECTOR_KEY_COUNT] = {NULL};
    TRY(keys_read(&selector_set, json, diags, found));
    TRY(parse_kind(found[SELECTOR_KEY_KIND], json->at, kinds, diags, &ret_selector->kind));
    bool has_in = keys_value(found[SELECTOR_KEY_IN]) != NULL;
    bool has_not_in = keys_value(found[SELECTOR_KEY_NOT_IN]) != NULL;
    if (has_in == has_not_in) {
        return diag_error(diags, json->at, "selector-values", "a selector has either in or notIn");
    }
    uint32_t before = diags->errors;
    ret_selector->negated = has_not_in;
    ret_selector->values =
        keys_str_list(arena, found[has_in ? SELECTOR_KEY_IN : SELECTOR_KEY_NOT_IN], diags,
                      &ret_selector->value_count);
    if (ret_selector->value_count > VALUES_MAX) {
        return diag_error(diags, json->at, "limit-selector-values",
                          "a selector may list %d values, here are %u", VALUES_MAX,
                          ret_selector->value_count);
    }
    return diags->errors == before && check_without_location(ret_selector, json->at, diags);
}

// Each kind once; with and without location exclude each other.
static bool check_group(const SelectorGroup *group, Span at, DiagList *diags)
{
    unsigned seen = 0;
    for (uint32_t i = 0; i < group->count; i++) {
        unsigned bit = 1U << group->selectors[i].kind;
        if ((seen & bit) != 0) {
            return diag_error(diags, at, "selector-kind",
                              "\"%.*s\" is used twice in one group of selectors",
                              STR_ARG(kind_names[group->selectors[i].kind]));
        }
        seen |= bit;
    }
    unsigned both = 1U << SELECTOR_LOCATION | 1U << SELECTOR_WITHOUT_LOCATION;
    return (seen & both) != both ||
           diag_error(diags, at, "selector-kind",
                      "resourceLocation and resourceWithoutLocation exclude each other");
}

bool selector_parse_group(Arena *arena, const Json *list, unsigned kinds, DiagList *diags,
                          SelectorGroup *ret_group)
{
    if (list->type != JSON_ARRAY) {
        return diag_error(diags, list->at, "wrong-type", "\"selectors\" must be an array, not %s",
                          keys_type_name(list->type));
    }
    Selector *selectors = NEW_ARRAY(arena, Selector, list->count);
    bool ok = true;
    for (uint32_t i = 0; i < list->count; i++) {
        ok = parse_selector(arena, &list->items[i], kinds, diags, &selectors[i]) && ok;
    }
    ret_group->selectors = selectors;
    ret_group->count = list->count;
    return ok && check_group(ret_group, list->at, diags);
}

static bool parse_named_group(Arena *arena, const Json *json, DiagList *diags,
                              SelectorGroup *ret_group)
{
    TRY(keys_want_object(json, "a resource selector", diags));
    const JsonMember *found[GROUP_KEY_COUNT] = {NULL};
    TRY(keys_read(&group_set, json, diags, found));
    ret_group->name = keys_str(found[GROUP_KEY_NAME], diags);
    const Json *selectors = keys_value(found[GROUP_KEY_SELECTORS]);
    return selectors == NULL ||
           selector_parse_group(arena, selectors, SELECTORS_OF_RESOURCE, diags, ret_group);
}

bool selector_parse_groups(Arena *arena, const Json *list, DiagList *diags,
                           const SelectorGroup **ret_groups, uint32_t *ret_count)
{
    if (list->count > GROUPS_MAX) {
        return diag_error(diags, list->at, "limit-selectors",
                          "at most %d resource selectors are allowed, here are %u", GROUPS_MAX,
                          list->count);
    }
    SelectorGroup *groups = NEW_ARRAY(arena, SelectorGroup, list->count);
    bool ok = true;
    for (uint32_t i = 0; i < list->count; i++) {
        ok = parse_named_group(arena, &list->items[i], diags, &groups[i]) && ok;
    }
    *ret_groups = groups;
    *ret_count = list->count;
    return ok;
}

// ---- asking ----

// Regions compare without spaces and case: "East US 2" is eastus2.
static bool same_location(Str a, Str b)
{
    size_t i = 0;
    size_t j = 0;
    for (;;) {
        while (i < a.len && a.ptr[i] == ' ') {
            i++;
        }
        while (j < b.len && b.ptr[j] == ' ') {
            j++;
        }
        if (i == a.len || j == b.len) {
            return i == a.len && j == b.len;
        }
        if (!str_eq_nocase((Str){a.ptr + i, 1}, (Str){b.ptr + j, 1})) {
            return false;
        }
        i++;
        j++;
    }
}

static bool is_listed(const Selector *selector, Str value)
{
    for (uint32_t i = 0; i < selector->value_count; i++) {
        bool same = selector->kind == SELECTOR_LOCATION ? same_location(selector->values[i], value)
                                                        : str_eq_nocase(selector->values[i], value);
        if (same) {
            return true;
        }
    }
    return false;
}

static bool selector_matches(const Selector *selector, Str type, Str location)
{
    switch (selector->kind) {
    case SELECTOR_LOCATION:
        return is_listed(selector, location) != selector->negated;
    case SELECTOR_TYPE:
        return is_listed(selector, type) != selector->negated;
    case SELECTOR_WITHOUT_LOCATION:
        return (location.len == 0) != selector->negated;
    case SELECTOR_REFERENCE_ID:
        return true; // about the rule, not the resource
    }
    UNREACHABLE("SelectorKind out of range");
}

bool selector_matches_reference(const Selector *selector, Str reference_id)
{
    return is_listed(selector, reference_id) != selector->negated;
}

static bool group_matches(const SelectorGroup *group, Str type, Str location)
{
    for (uint32_t i = 0; i < group->count; i++) {
        if (!selector_matches(&group->selectors[i], type, location)) {
            return false;
        }
    }
    return true;
}

bool selectors_match(const SelectorGroup *groups, uint32_t count, Str type, Str location)
{
    for (uint32_t i = 0; i < count; i++) {
        if (group_matches(&groups[i], type, location)) {
            return true;
        }
    }
    return count == 0;
}
