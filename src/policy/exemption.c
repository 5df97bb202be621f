// SPDX-License-Identifier: Apache-2.0
// Exemptions and attestations: reading them, and which one is in force.
#include "policy/assignment.h"
#include "policy/keys.h"
#include "policy/rule_parse.h"
#include "policy/scope.h"
#include "policy/selector.h"

typedef enum ExemptionKey {
    EXEMPTION_ID,
    EXEMPTION_NAME,
    EXEMPTION_PROPERTIES,
    EXEMPTION_SCOPE,
    EXEMPTION_ASSIGNMENT,
    EXEMPTION_REFERENCES,
    EXEMPTION_CATEGORY,
    EXEMPTION_EXPIRES,
    EXEMPTION_DISPLAY_NAME,
    EXEMPTION_DESCRIPTION,
    EXEMPTION_SELECTORS,
    EXEMPTION_VALIDATION,
    EXEMPTION_METADATA,
    EXEMPTION_USED_COUNT,
    EXEMPTION_KEY_COUNT = EXEMPTION_USED_COUNT + 3
} ExemptionKey;

static const Str exemption_keys[EXEMPTION_KEY_COUNT] = {
    STR_INIT("id"),
    STR_INIT("name"),
    STR_INIT("properties"),
    STR_INIT("scope"),
    STR_INIT("policyAssignmentId"),
    STR_INIT("policyDefinitionReferenceIds"),
    STR_INIT("exemptionCategory"),
    STR_INIT("expiresOn"),
    STR_INIT("displayName"),
    STR_INIT("description"),
    STR_INIT("resourceSelectors"),
    STR_INIT("assignmentScopeValidation"),
    STR_INIT("metadata"),
    STR_INIT("type"),
    STR_INIT("systemData"),
    STR_INIT("$schema"),
};
static const KeySet exemption_envelope = {"an exemption", exemption_keys, EXEMPTION_KEY_COUNT,
                                          KEYS_IGNORE};
static const KeySet exemption_set = {"an exemption", exemption_keys, EXEMPTION_KEY_COUNT,
                                     KEYS_WARN};

typedef enum AttestationKey {
    ATTESTATION_ID,
    ATTESTATION_PROPERTIES,
    ATTESTATION_RESOURCE,
    ATTESTATION_ASSIGNMENT,
    ATTESTATION_REFERENCE,
    ATTESTATION_STATE,
    ATTESTATION_EXPIRES,
    ATTESTATION_OWNER,
    ATTESTATION_COMMENTS,
    ATTESTATION_EVIDENCE,
    ATTESTATION_ASSESSED,
    ATTESTATION_USED_COUNT,
    ATTESTATION_KEY_COUNT = ATTESTATION_USED_COUNT + 7
} AttestationKey;

static const Str attestation_keys[ATTESTATION_KEY_COUNT] = {
    STR_INIT("id"),
    STR_INIT("properties"),
    STR_INIT("resourceId"),
    STR_INIT("policyAssignmentId"),
    STR_INIT("policyDefinitionReferenceId"),
    STR_INIT("complianceState"),
    STR_INIT("expiresOn"),
    STR_INIT("owner"),
    STR_INIT("comments"),
    STR_INIT("evidence"),
    STR_INIT("assessmentDate"),
    STR_INIT("name"),
    STR_INIT("type"),
    STR_INIT("systemData"),
    STR_INIT("metadata"),
    STR_INIT("provisioningState"),
    STR_INIT("lastComplianceStateChangeAt"),
    STR_INIT("$schema"),
};
static const KeySet attestation_envelope = {"an attestation", attestation_keys,
                                            ATTESTATION_KEY_COUNT, KEYS_IGNORE};
static const KeySet attestation_set = {"an attestation", attestation_keys, ATTESTATION_KEY_COUNT,
                                       KEYS_WARN};

static bool read_envelope(const Json *json, const char *what, const KeySet *envelope,
                          const KeySet *bare, DiagList *diags, const JsonMember **found)
{
    TRY(keys_want_object(json, what, diags));
    const Json *inner = json_find_nocase(json, STR("properties"));
    bool ok = keys_read(inner != NULL ? envelope : bare, json, diags, found);
    if (inner != NULL) {
        TRY(keys_want_object(inner, "properties", diags));
        ok = keys_read(bare, inner, diags, found) && ok;
    }
    return ok;
}

static bool read_time(const JsonMember *member, DiagList *diags, bool *ret_has, Ticks *ret_time)
{
    Str text = keys_str(member, diags);
    *ret_has = text.len != 0;
    return text.len == 0 || ticks_parse(text, ret_time) ||
           diag_error(diags, member->value.at, "bad-time",
                      "\"%.*s\" is not a time; write it as 2026-01-31T00:00:00Z", STR_ARG(text));
}

static bool missing(DiagList *diags, Span at, const char *what, const char *key)
{
    return diag_error(diags, at, "missing-key", "%s needs %s", what, key);
}

// ---- exemptions ----

static bool read_category(const JsonMember *member, Span at, DiagList *diags,
                          Exemption *ret_exemption)
{
    Str category = keys_str(member, diags);
    ret_exemption->mitigated = str_eq_nocase(category, STR("Mitigated"));
    if (ret_exemption->mitigated || str_eq_nocase(category, STR("Waiver"))) {
        return true;
    }
    return diag_error(diags, member != NULL ? member->value.at : at, "bad-value",
                      "exemptionCategory is Waiver or Mitigated, not \"%.*s\"", STR_ARG(category));
}

static bool read_validation(const JsonMember *member, DiagList *diags, Exemption *ret_exemption)
{
    Str validation = keys_str(member, diags);
    ret_exemption->validate_scope = !str_eq_nocase(validation, STR("DoNotValidate"));
    return validation.len == 0 || !ret_exemption->validate_scope ||
           str_eq_nocase(validation, STR("Default")) ||
           diag_error(diags, member->value.at, "bad-value",
                      "assignmentScopeValidation is Default or DoNotValidate, not \"%.*s\"",
                      STR_ARG(validation));
}

static void read_exemption_texts(Arena *arena, const JsonMember *const *found, DiagList *diags,
                                 Exemption *exemption)
{
    exemption->id = keys_str(found[EXEMPTION_ID], diags);
    exemption->name = exemption->id.len != 0 ? id_last_segment(exemption->id)
                                             : keys_str(found[EXEMPTION_NAME], diags);
    exemption->scope = keys_str(found[EXEMPTION_SCOPE], diags);
    if (found[EXEMPTION_SCOPE] != NULL) {
        (void)scope_check(exemption->scope, found[EXEMPTION_SCOPE]->value.at, diags);
    }
    if (exemption->scope.len == 0) {
        exemption->scope =
            scope_of_extension(exemption->id, STR("Microsoft.Authorization/policyExemptions/"));
    }
    exemption->assignment_id = keys_str(found[EXEMPTION_ASSIGNMENT], diags);
    exemption->reference_ids =
        keys_str_list(arena, found[EXEMPTION_REFERENCES], diags, &exemption->reference_id_count);
    exemption->display_name = keys_str(found[EXEMPTION_DISPLAY_NAME], diags);
    exemption->description = keys_str(found[EXEMPTION_DESCRIPTION], diags);
    exemption->metadata = keys_typed(found[EXEMPTION_METADATA], JSON_OBJECT, diags);
}

bool exemption_parse(Arena *arena, const Json *json, DiagList *diags,
                     const Exemption **ret_exemption)
{
    const JsonMember *found[EXEMPTION_KEY_COUNT] = {NULL};
    TRY(read_envelope(json, "an exemption", &exemption_envelope, &exemption_set, diags, found));
    Exemption *exemption = NEW(arena, Exemption);
    exemption->file = diags->file;
    exemption->at = json->at;
    uint32_t before = diags->errors;
    read_exemption_texts(arena, found, diags, exemption);
    bool ok = read_category(found[EXEMPTION_CATEGORY], json->at, diags, exemption);
    ok = read_validation(found[EXEMPTION_VALIDATION], diags, exemption) && ok;
    ok = read_time(found[EXEMPTION_EXPIRES], diags, &exemption->has_expiry,
                   &exemption->expires_on) &&
         ok;
    const Json *selectors = keys_typed(found[EXEMPTION_SELECTORS], JSON_ARRAY, diags);
    if (selectors != NULL) {
        ok = selector_parse_groups(arena, selectors, diags, &exemption->resource_selectors,
                                   &exemption->resource_selector_count) &&
             ok;
    }
    if (exemption->assignment_id.len == 0) {
        ok = missing(diags, json->at, "an exemption", "a policyAssignmentId");
    }
    if (exemption->scope.len == 0) {
        ok = missing(diags, json->at, "an exemption",
                     "a scope: an id that ends in /providers/Microsoft.Authorization/"
                     "policyExemptions/NAME, or a \"scope\"");
    }
    TRY(ok && diags->errors == before);
    *ret_exemption = exemption;
    return true;
}

// Where an exemption or attestation speaks of an assignment. A rule that was bound without one
// answers to the id of its initiative or definition.
static bool speaks_of(Str assignment_id, const AssignedRule *rule)
{
    if (rule->assignment != NULL) {
        return str_eq_nocase(assignment_id, rule->assignment->id) ||
               (rule->assignment->id.len == 0 &&
                str_eq_nocase(assignment_id, rule->assignment->name));
    }
    if (rule->initiative != NULL) {
        return str_eq_nocase(assignment_id, rule->initiative->id) ||
               str_eq_nocase(assignment_id, rule->initiative->name);
    }
    return rule->definition != NULL && (str_eq_nocase(assignment_id, rule->definition->id) ||
                                        str_eq_nocase(assignment_id, rule->definition->name));
}

static bool is_among(Str reference_id, const Str *list, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (str_eq_nocase(list[i], reference_id)) {
            return true;
        }
    }
    return count == 0;
}

// With assignmentScopeValidation Default an exemption is at or below its assignment's scope. What
// is below a management group cannot be known from ids.
static bool lives_below(const Exemption *exemption, const AssignedRule *rule)
{
    if (!exemption->validate_scope || rule->assignment == NULL ||
        scope_is_management_group(rule->assignment->scope)) {
        return true;
    }
    return scope_contains(rule->assignment->scope, exemption->scope);
}

bool exemption_names(const Exemption *exemption, const AssignedRule *rule)
{
    return speaks_of(exemption->assignment_id, rule) &&
           is_among(rule->reference_id, exemption->reference_ids, exemption->reference_id_count);
}

static bool exemption_holds(const Exemption *exemption, const AssignedRule *rule,
                            const Subject *subject, Ticks now)
{
    bool in_time = !exemption->has_expiry || now < exemption->expires_on;
    bool in_scope = scope_is_management_group(exemption->scope) ||
                    scope_contains(exemption->scope, subject->id);
    return in_time && in_scope && exemption_names(exemption, rule) &&
           lives_below(exemption, rule) &&
           selectors_match(exemption->resource_selectors, exemption->resource_selector_count,
                           subject);
}

const Exemption *exemption_find(const Exemption *const *exemptions, uint32_t count,
                                const AssignedRule *rule, const Subject *subject, Ticks now)
{
    for (uint32_t i = 0; i < count; i++) {
        if (exemption_holds(exemptions[i], rule, subject, now)) {
            return exemptions[i];
        }
    }
    return NULL;
}

// ---- attestations ----

static bool read_state(const JsonMember *member, Span at, DiagList *diags, State *ret_state)
{
    static const struct {
        Str name;
        State state;
    } states[] = {
        {STR_INIT("Compliant"), STATE_COMPLIANT},
        {STR_INIT("NonCompliant"), STATE_NON_COMPLIANT},
        {STR_INIT("Non-compliant"), STATE_NON_COMPLIANT},
        {STR_INIT("Unknown"), STATE_UNKNOWN},
    };
    Str name = keys_str(member, diags);
    for (size_t i = 0; i < COUNTOF(states); i++) {
        if (str_eq_nocase(states[i].name, name)) {
            *ret_state = states[i].state;
            return true;
        }
    }
    return diag_error(diags, member != NULL ? member->value.at : at, "bad-value",
                      "complianceState is Compliant, NonCompliant or Unknown, not \"%.*s\"",
                      STR_ARG(name));
}

static void read_attestation_texts(const JsonMember *const *found, DiagList *diags,
                                   Attestation *attestation)
{
    attestation->id = keys_str(found[ATTESTATION_ID], diags);
    attestation->resource_id = keys_str(found[ATTESTATION_RESOURCE], diags);
    if (attestation->resource_id.len == 0) {
        attestation->resource_id =
            scope_of_extension(attestation->id, STR("Microsoft.PolicyInsights/attestations/"));
    }
    attestation->assignment_id = keys_str(found[ATTESTATION_ASSIGNMENT], diags);
    attestation->reference_id = keys_str(found[ATTESTATION_REFERENCE], diags);
    attestation->owner = keys_str(found[ATTESTATION_OWNER], diags);
    attestation->comments = keys_str(found[ATTESTATION_COMMENTS], diags);
    attestation->evidence = keys_typed(found[ATTESTATION_EVIDENCE], JSON_ARRAY, diags);
}

bool attestation_parse(Arena *arena, const Json *json, DiagList *diags,
                       const Attestation **ret_attestation)
{
    const JsonMember *found[ATTESTATION_KEY_COUNT] = {NULL};
    TRY(read_envelope(json, "an attestation", &attestation_envelope, &attestation_set, diags,
                      found));
    Attestation *attestation = NEW(arena, Attestation);
    attestation->file = diags->file;
    attestation->at = json->at;
    uint32_t before = diags->errors;
    read_attestation_texts(found, diags, attestation);
    bool ok = read_state(found[ATTESTATION_STATE], json->at, diags, &attestation->state);
    ok = read_time(found[ATTESTATION_EXPIRES], diags, &attestation->has_expiry,
                   &attestation->expires_on) &&
         ok;
    ok = read_time(found[ATTESTATION_ASSESSED], diags, &attestation->has_assessed,
                   &attestation->assessed_on) &&
         ok;
    if (attestation->assignment_id.len == 0) {
        ok = missing(diags, json->at, "an attestation", "a policyAssignmentId");
    }
    if (attestation->resource_id.len == 0) {
        ok = missing(diags, json->at, "an attestation",
                     "a resource: an id that ends in /providers/Microsoft.PolicyInsights/"
                     "attestations/NAME, or a \"resourceId\"");
    }
    TRY(ok && diags->errors == before);
    *ret_attestation = attestation;
    return true;
}

bool attestation_names(const Attestation *attestation, const AssignedRule *rule)
{
    bool same_member = attestation->reference_id.len == 0 ||
                       str_eq_nocase(attestation->reference_id, rule->reference_id);
    return same_member && speaks_of(attestation->assignment_id, rule);
}

static bool attestation_holds(const Attestation *attestation, const AssignedRule *rule,
                              Str resource_id, Ticks now)
{
    bool in_time = !attestation->has_expiry || now < attestation->expires_on;
    return in_time && str_eq_nocase(attestation->resource_id, resource_id) &&
           attestation_names(attestation, rule);
}

// One without a date of assessment is older than any with one; of equals the first stands.
static bool is_later(const Attestation *a, const Attestation *b)
{
    if (a->has_assessed != b->has_assessed) {
        return a->has_assessed;
    }
    return a->has_assessed && a->assessed_on > b->assessed_on;
}

const Attestation *attestation_find(const Attestation *const *attestations, uint32_t count,
                                    const AssignedRule *rule, Str resource_id, Ticks now)
{
    const Attestation *best = NULL;
    for (uint32_t i = 0; i < count; i++) {
        bool holds = attestation_holds(attestations[i], rule, resource_id, now);
        if (holds && (best == NULL || is_later(attestations[i], best))) {
            best = attestations[i];
        }
    }
    return best;
}
