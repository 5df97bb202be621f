// SPDX-License-Identifier: Apache-2.0
// Reading an assignment. What it means for each rule is bind.c.
#include "policy/assignment.h"

#include "policy/bind.h"
#include "policy/keys.h"
#include "policy/rule_parse.h"
#include "policy/scope.h"
#include "policy/selector.h"

enum { OVERRIDES_MAX = 10 };

typedef enum AssignmentKey {
    ASSIGNMENT_ID,
    ASSIGNMENT_NAME,
    ASSIGNMENT_PROPERTIES,
    ASSIGNMENT_DISPLAY_NAME,
    ASSIGNMENT_DEFINITION,
    ASSIGNMENT_SCOPE,
    ASSIGNMENT_NOT_SCOPES,
    ASSIGNMENT_PARAMETERS,
    ASSIGNMENT_ENFORCEMENT,
    ASSIGNMENT_SELECTORS,
    ASSIGNMENT_OVERRIDES,
    ASSIGNMENT_MESSAGES,
    ASSIGNMENT_VERSION,
    ASSIGNMENT_USED_COUNT,
    ASSIGNMENT_KEY_COUNT = ASSIGNMENT_USED_COUNT + 12
} AssignmentKey;

static const Str assignment_keys[ASSIGNMENT_KEY_COUNT] = {
    STR_INIT("id"),
    STR_INIT("name"),
    STR_INIT("properties"),
    STR_INIT("displayName"),
    STR_INIT("policyDefinitionId"),
    STR_INIT("scope"),
    STR_INIT("notScopes"),
    STR_INIT("parameters"),
    STR_INIT("enforcementMode"),
    STR_INIT("resourceSelectors"),
    STR_INIT("overrides"),
    STR_INIT("nonComplianceMessages"),
    STR_INIT("definitionVersion"),
    STR_INIT("description"),
    STR_INIT("metadata"),
    STR_INIT("identity"),
    STR_INIT("location"),
    STR_INIT("type"),
    STR_INIT("systemData"),
    STR_INIT("sku"),
    STR_INIT("assignmentType"),
    STR_INIT("instanceId"),
    STR_INIT("latestDefinitionVersion"),
    STR_INIT("effectiveDefinitionVersion"),
    STR_INIT("$schema"),
};
static const KeySet envelope_set = {"an assignment", assignment_keys, ASSIGNMENT_KEY_COUNT,
                                    KEYS_IGNORE};
static const KeySet assignment_set = {"an assignment", assignment_keys, ASSIGNMENT_KEY_COUNT,
                                      KEYS_WARN};

typedef enum OverrideKey {
    OVERRIDE_KIND,
    OVERRIDE_VALUE,
    OVERRIDE_SELECTORS,
    OVERRIDE_KEY_COUNT
} OverrideKey;

static const Str override_keys[OVERRIDE_KEY_COUNT] = {STR_INIT("kind"), STR_INIT("value"),
                                                      STR_INIT("selectors")};
static const KeySet override_set = {"an override", override_keys, OVERRIDE_KEY_COUNT, KEYS_ERROR};

typedef enum MessageKey { MESSAGE_TEXT, MESSAGE_REFERENCE, MESSAGE_KEY_COUNT } MessageKey;

static const Str message_keys[MESSAGE_KEY_COUNT] = {STR_INIT("message"),
                                                    STR_INIT("policyDefinitionReferenceId")};
static const KeySet message_set = {"a non-compliance message", message_keys, MESSAGE_KEY_COUNT,
                                   KEYS_WARN};

static bool check_override_value(const Override *override, DiagList *diags)
{
    Str value = override->value->string;
    if (override->is_version) {
        return version_check(value, override->value->at, diags);
    }
    return effect_find(value) != EFFECT_COUNT ||
           diag_error(diags, override->value->at, "unknown-effect", "\"%.*s\" is not an effect",
                      STR_ARG(value));
}

static bool parse_override(Arena *arena, const Json *json, DiagList *diags, Override *ret_override)
{
    TRY(keys_want_object(json, "an override", diags));
    const JsonMember *found[OVERRIDE_KEY_COUNT] = {NULL};
    TRY(keys_read(&override_set, json, diags, found));
    Str kind = keys_str(found[OVERRIDE_KIND], diags);
    ret_override->is_version = str_eq_nocase(kind, STR("policyVersion"));
    if (!ret_override->is_version && !str_eq_nocase(kind, STR("policyEffect"))) {
        return diag_error(diags, json->at, "bad-value",
                          "the kind of an override is policyEffect or policyVersion, not \"%.*s\"",
                          STR_ARG(kind));
    }
    ret_override->value = keys_typed(found[OVERRIDE_VALUE], JSON_STRING, diags);
    if (ret_override->value == NULL) {
        return diag_error(diags, json->at, "missing-key", "an override needs a value");
    }
    TRY(check_override_value(ret_override, diags));
    const Json *selectors = keys_value(found[OVERRIDE_SELECTORS]);
    unsigned kinds = ret_override->is_version ? SELECTORS_OF_VERSION : SELECTORS_OF_EFFECT;
    return selectors == NULL ||
           selector_parse_group(arena, selectors, kinds, diags, &ret_override->selectors);
}

static bool parse_overrides(Arena *arena, const Json *list, DiagList *diags, Assignment *assignment)
{
    if (list->count > OVERRIDES_MAX) {
        return diag_error(diags, list->at, "limit-overrides",
                          "at most %d overrides are allowed, here are %u", OVERRIDES_MAX,
                          list->count);
    }
    Override *overrides = NEW_ARRAY(arena, Override, list->count);
    bool ok = true;
    for (uint32_t i = 0; i < list->count; i++) {
        ok = parse_override(arena, &list->items[i], diags, &overrides[i]) && ok;
    }
    assignment->overrides = overrides;
    assignment->override_count = list->count;
    return ok;
}

static bool parse_messages(Arena *arena, const Json *list, DiagList *diags, Assignment *assignment)
{
    NonComplianceMessage *messages = NEW_ARRAY(arena, NonComplianceMessage, list->count);
    uint32_t before = diags->errors;
    for (uint32_t i = 0; i < list->count; i++) {
        const JsonMember *found[MESSAGE_KEY_COUNT] = {NULL};
        if (keys_want_object(&list->items[i], "a non-compliance message", diags) &&
            keys_read(&message_set, &list->items[i], diags, found)) {
            messages[i].message = keys_str(found[MESSAGE_TEXT], diags);
            messages[i].reference_id = keys_str(found[MESSAGE_REFERENCE], diags);
            if (keys_value(found[MESSAGE_TEXT]) == NULL) {
                (void)diag_error(diags, list->items[i].at, "missing-key",
                                 "a non-compliance message needs a message");
            }
        }
    }
    assignment->messages = messages;
    assignment->message_count = list->count;
    return diags->errors == before;
}

static bool read_enforcement(const JsonMember *member, DiagList *diags, Assignment *assignment)
{
    Str mode = keys_str(member, diags);
    assignment->enforced = !str_eq_nocase(mode, STR("DoNotEnforce"));
    bool is_known = mode.len == 0 || !assignment->enforced || str_eq_nocase(mode, STR("Default")) ||
                    str_eq_nocase(mode, STR("Enroll"));
    return is_known ||
           diag_error(diags, member->value.at, "bad-value",
                      "enforcementMode is Default or DoNotEnforce, not \"%.*s\"", STR_ARG(mode));
}

// What has a form of its own: versions, scopes, the names of parameters.
static bool check_head(const Assignment *assignment, const JsonMember *const *found,
                       DiagList *diags)
{
    const JsonMember *version = found[ASSIGNMENT_VERSION];
    const JsonMember *scope = found[ASSIGNMENT_SCOPE];
    const Json *excluded = keys_value(found[ASSIGNMENT_NOT_SCOPES]);
    bool ok =
        version == NULL || version_check(assignment->definition_version, version->value.at, diags);
    ok = (scope == NULL || scope_check(assignment->scope, scope->value.at, diags)) && ok;
    for (uint32_t i = 0; json_is(excluded, JSON_ARRAY) && i < excluded->count; i++) {
        const Json *item = &excluded->items[i];
        ok = (item->type != JSON_STRING || scope_check(item->string, item->at, diags)) && ok;
    }
    return (assignment->parameters == NULL || keys_unique(assignment->parameters, diags)) && ok;
}

static bool read_head(Arena *arena, const JsonMember *const *found, DiagList *diags,
                      Assignment *assignment)
{
    uint32_t before = diags->errors;
    assignment->id = keys_str(found[ASSIGNMENT_ID], diags);
    assignment->name = assignment->id.len != 0 ? id_last_segment(assignment->id)
                                               : keys_str(found[ASSIGNMENT_NAME], diags);
    assignment->display_name = keys_str(found[ASSIGNMENT_DISPLAY_NAME], diags);
    assignment->definition_id = keys_str(found[ASSIGNMENT_DEFINITION], diags);
    assignment->definition_version = keys_str(found[ASSIGNMENT_VERSION], diags);
    assignment->scope = keys_str(found[ASSIGNMENT_SCOPE], diags);
    if (assignment->scope.len == 0) {
        assignment->scope =
            scope_of_extension(assignment->id, STR("Microsoft.Authorization/policyAssignments/"));
    }
    assignment->not_scopes =
        keys_str_list(arena, found[ASSIGNMENT_NOT_SCOPES], diags, &assignment->not_scope_count);
    assignment->parameters = keys_typed(found[ASSIGNMENT_PARAMETERS], JSON_OBJECT, diags);
    return check_head(assignment, found, diags) && diags->errors == before;
}

static bool parse_body(Arena *arena, const JsonMember *const *found, DiagList *diags,
                       Assignment *assignment)
{
    bool ok = read_head(arena, found, diags, assignment);
    ok = read_enforcement(found[ASSIGNMENT_ENFORCEMENT], diags, assignment) && ok;
    uint32_t before = diags->errors;
    const Json *selectors = keys_typed(found[ASSIGNMENT_SELECTORS], JSON_ARRAY, diags);
    const Json *overrides = keys_typed(found[ASSIGNMENT_OVERRIDES], JSON_ARRAY, diags);
    const Json *messages = keys_typed(found[ASSIGNMENT_MESSAGES], JSON_ARRAY, diags);
    ok = ok && diags->errors == before;
    if (selectors != NULL) {
        ok = selector_parse_groups(arena, selectors, diags, &assignment->resource_selectors,
                                   &assignment->resource_selector_count) &&
             ok;
    }
    if (overrides != NULL) {
        ok = parse_overrides(arena, overrides, diags, assignment) && ok;
    }
    if (messages != NULL) {
        ok = parse_messages(arena, messages, diags, assignment) && ok;
    }
    if (assignment->definition_id.len == 0) {
        return diag_error(diags, assignment->at, "missing-key",
                          "an assignment needs a policyDefinitionId");
    }
    return ok;
}

bool assignment_parse(Arena *arena, const Json *json, DiagList *diags,
                      const Assignment **ret_assignment)
{
    TRY(keys_want_object(json, "an assignment", diags));
    Assignment *assignment = NEW(arena, Assignment);
    assignment->file = diags->file;
    assignment->at = json->at;
    const JsonMember *found[ASSIGNMENT_KEY_COUNT] = {NULL};
    const Json *inner = json_find_nocase(json, STR("properties"));
    bool ok = keys_read(inner != NULL ? &envelope_set : &assignment_set, json, diags, found);
    if (inner != NULL) {
        TRY(keys_want_object(inner, "properties", diags));
        ok = keys_read(&assignment_set, inner, diags, found) && ok;
    }
    TRY(parse_body(arena, found, diags, assignment) && ok);
    *ret_assignment = assignment;
    return true;
}
