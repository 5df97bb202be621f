// SPDX-License-Identifier: Apache-2.0
#include "policy/selector.h"

#include "base/text.h"
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
    [SELECTOR_ENVIRONMENT_TYPE] = STR_INIT("environmentType"),
    [SELECTOR_CONNECTOR_TIER] = STR_INIT("connectorTier"),
    [SELECTOR_APP_TYPE] = STR_INIT("appType"),
    [SELECTOR_CRITICALITY_TIER] = STR_INIT("criticalityTier"),
};

// The words a kind may list; none = any.
enum { WORDS_MAX = 6 };
static const Str kind_words[SELECTOR_KIND_COUNT][WORDS_MAX] = {
    [SELECTOR_WITHOUT_LOCATION] = {STR_INIT("subscriptionLevelResources")},
    [SELECTOR_ENVIRONMENT_TYPE] = {STR_INIT("default"), STR_INIT("production"), STR_INIT("sandbox"),
                                   STR_INIT("developer"), STR_INIT("trial"), STR_INIT("teams")},
    [SELECTOR_CONNECTOR_TIER] = {STR_INIT("standard"), STR_INIT("premium"), STR_INIT("custom")},
    [SELECTOR_APP_TYPE] = {STR_INIT("canvas"), STR_INIT("model-driven"), STR_INIT("pages"),
                           STR_INIT("agent")},
    [SELECTOR_CRITICALITY_TIER] = {STR_INIT("mission-critical"), STR_INIT("business-critical"),
                                   STR_INIT("standard"), STR_INIT("low")},
};

Str selector_kind_name(SelectorKind kind)
{
    return kind_names[kind];
}

SelectorKind selector_kind_find(Str name)
{
    uint32_t kind = 0;
    while (kind < SELECTOR_KIND_COUNT && !str_eq_nocase(kind_names[kind], name)) {
        kind++;
    }
    return (SelectorKind)kind;
}

Str selector_word_find(SelectorKind kind, Str word)
{
    for (size_t i = 0; i < WORDS_MAX && kind_words[kind][i].len != 0; i++) {
        if (str_eq_nocase(kind_words[kind][i], word)) {
            return kind_words[kind][i];
        }
    }
    return (Str){NULL, 0};
}

void selector_words(SelectorKind kind, Buf *out)
{
    for (size_t i = 0; i < WORDS_MAX && kind_words[kind][i].len != 0; i++) {
        buf_push(out, i == 0 ? STR("") : STR(", "));
        buf_push(out, kind_words[kind][i]);
    }
}

static bool parse_kind(const JsonMember *member, Span at, unsigned kinds, DiagList *diags,
                       SelectorKind *ret_kind)
{
    Str name = keys_str(member, diags);
    SelectorKind kind = selector_kind_find(name);
    if (kind != SELECTOR_KIND_COUNT && (kinds & 1U << kind) != 0) {
        *ret_kind = kind;
        return true;
    }
    Buf known = {0};
    for (uint32_t i = 0; i < SELECTOR_KIND_COUNT; i++) {
        if ((kinds & 1U << i) != 0) {
            buf_push(&known, known.len == 0 ? STR("") : STR(", "));
            buf_push(&known, kind_names[i]);
        }
    }
    diag_error(diags, member != NULL ? member->value.at : at, "selector-kind",
               "\"%.*s\" is not a kind of selector here; known: %.*s", STR_ARG(name),
               STR_ARG(buf_str(&known)));
    buf_free(&known);
    return false;
}

static bool check_words(const Selector *selector, Span at, DiagList *diags)
{
    SelectorKind kind = selector->kind;
    for (uint32_t i = 0; i < selector->value_count && kind_words[kind][0].len != 0; i++) {
        if (selector_word_find(kind, selector->values[i]).len == 0) {
            Buf known = {0};
            selector_words(kind, &known);
            diag_error(diags, at, "bad-value", "%.*s knows %.*s, not \"%.*s\"",
                       STR_ARG(kind_names[kind]), STR_ARG(buf_str(&known)),
                       STR_ARG(selector->values[i]));
            buf_free(&known);
            return false;
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
    return diags->errors == before && check_words(ret_selector, json->at, diags);
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

// Not in a resource group: a subscription, what lies in one directly, and the groups themselves.
static bool is_above_groups(Str id)
{
    static const Str groups = STR_INIT("/resourceGroups/");
    ptrdiff_t at = text_find_nocase(id, groups);
    return at < 0 || !str_cut(str_from(id, (size_t)at + groups.len), '/').found;
}

static bool selector_matches(const Selector *selector, const Subject *subject)
{
    Str fact = {NULL, 0};
    switch (selector->kind) {
    case SELECTOR_LOCATION:
        return is_listed(selector, subject->location) != selector->negated;
    case SELECTOR_TYPE:
        return is_listed(selector, subject->type) != selector->negated;
    case SELECTOR_WITHOUT_LOCATION:
        return (subject->location.len == 0 && is_above_groups(subject->id)) != selector->negated;
    case SELECTOR_REFERENCE_ID:
        return true; // about the rule, not the resource
    case SELECTOR_ENVIRONMENT_TYPE:
    case SELECTOR_CONNECTOR_TIER:
    case SELECTOR_APP_TYPE:
    case SELECTOR_CRITICALITY_TIER:
        if (subject->facts != NULL) {
            fact = subject->facts->find(subject->facts->ctx, selector->kind, subject->id,
                                        subject->type);
        }
        return (fact.len != 0 && is_listed(selector, fact)) != selector->negated;
    case SELECTOR_KIND_COUNT:
        break;
    }
    UNREACHABLE("SelectorKind out of range");
}

bool selectors_ask_facts(const SelectorGroup *groups, uint32_t count)
{
    for (uint32_t g = 0; g < count; g++) {
        for (uint32_t i = 0; i < groups[g].count; i++) {
            if ((SELECTORS_OF_FACTS & 1U << groups[g].selectors[i].kind) != 0) {
                return true;
            }
        }
    }
    return false;
}

bool selector_matches_reference(const Selector *selector, Str reference_id)
{
    return is_listed(selector, reference_id) != selector->negated;
}

static bool group_matches(const SelectorGroup *group, const Subject *subject)
{
    for (uint32_t i = 0; i < group->count; i++) {
        if (!selector_matches(&group->selectors[i], subject)) {
            return false;
        }
    }
    return true;
}

bool selectors_match(const SelectorGroup *groups, uint32_t count, const Subject *subject)
{
    for (uint32_t i = 0; i < count; i++) {
        if (group_matches(&groups[i], subject)) {
            return true;
        }
    }
    return count == 0;
}
