// SPDX-License-Identifier: Apache-2.0
// assignment — which rules apply where: initiatives, assignments, exemptions and attestations
// resolved into a flat list of assigned rules, ready to compile.
// Depends on: definition.  Thread-safe: read-only once bound.
// Source: Azure Policy initiative, assignment, exemption and attestation structure; reference §11.
#pragma once

#include "base/map.h"
#include "base/ticks.h"
#include "policy/definition.h"
#include "policy/state.h"

typedef struct InitiativeGroup {
    Str name;
    Str display_name;
    Str category;
    Str description;
    Str metadata_id;
} InitiativeGroup;

typedef struct InitiativeMember {
    Str reference_id;
    Str definition_id;
    Str definition_version; // "1.*.*", empty = any
    const Expr *parameters; // EXPR_OBJECT or literal object name → {value: expr}; NULL = none
    const Str *groups;
    uint32_t group_count;
    Span at;
} InitiativeMember;

typedef struct Initiative {
    Str id;
    Str name;
    Str display_name;
    Str version;
    const Json *metadata;
    const Parameter *parameters;
    uint32_t parameter_count;
    const InitiativeMember *members;
    uint32_t member_count;
    const InitiativeGroup *groups;
    uint32_t group_count;
    Str file;
} Initiative;

MUST_USE bool initiative_parse(Arena *arena, const Json *json, DiagList *diags,
                               const Initiative **ret_initiative);

// A condition on where or what a resource is. Azure's own kinds, then this program's for variants
// of a baseline (docs/baseline-package.md).
typedef enum SelectorKind {
    SELECTOR_LOCATION,
    SELECTOR_TYPE,
    SELECTOR_WITHOUT_LOCATION,
    SELECTOR_REFERENCE_ID,
    SELECTOR_ENVIRONMENT_TYPE, // of the environment it lies in
    SELECTOR_CONNECTOR_TIER,
    SELECTOR_APP_TYPE,
    SELECTOR_CRITICALITY_TIER,
    SELECTOR_KIND_COUNT
} SelectorKind;

typedef struct Selector {
    SelectorKind kind;
    bool negated; // notIn
    const Str *values;
    uint32_t value_count;
} Selector;

typedef struct SelectorGroup { // AND inside
    Str name;
    const Selector *selectors;
    uint32_t count;
} SelectorGroup;

typedef struct Override {
    bool is_version; // policyVersion, otherwise policyEffect
    const Json *value;
    SelectorGroup selectors;
} Override;

typedef struct NonComplianceMessage {
    Str message;
    Str reference_id; // empty = every rule of the assignment
} NonComplianceMessage;

typedef struct Assignment {
    Str id;
    Str name;
    Str display_name;
    Str definition_id; // of a definition or an initiative
    Str scope;         // id prefix; empty = everywhere
    const Str *not_scopes;
    uint32_t not_scope_count;
    const Json *parameters; // name → {value}; NULL = none
    bool enforced;          // enforcementMode Default; DoNotEnforce is still measured
    const SelectorGroup *resource_selectors; // OR between groups
    uint32_t resource_selector_count;
    const Override *overrides;
    uint32_t override_count;
    const NonComplianceMessage *messages;
    uint32_t message_count;
    Str definition_version;
    Str file;
    Span at;
} Assignment;

MUST_USE bool assignment_parse(Arena *arena, const Json *json, DiagList *diags,
                               const Assignment **ret_assignment);

typedef struct Exemption {
    Str id;
    Str name;
    Str scope; // the exemption's own scope: id without /providers/Microsoft.Authorization/…
    Str assignment_id;
    const Str *reference_ids; // none = all
    uint32_t reference_id_count;
    bool mitigated; // otherwise Waiver
    bool has_expiry;
    Ticks expires_on;
    Str display_name;
    Str description;
    const SelectorGroup *resource_selectors;
    uint32_t resource_selector_count;
    bool validate_scope;  // assignmentScopeValidation Default
    const Json *metadata; // who requested, who approved, review date, …
    Str file;             // where it was read from
    Span at;
} Exemption;

MUST_USE bool exemption_parse(Arena *arena, const Json *json, DiagList *diags,
                              const Exemption **ret_exemption);

typedef struct Attestation {
    Str id;
    Str resource_id; // what it attests for: id without /providers/Microsoft.PolicyInsights/…
    Str assignment_id;
    Str reference_id; // empty = all
    State state;      // Compliant, NonCompliant, Unknown
    bool has_expiry;
    Ticks expires_on;
    Str owner;
    Str comments;
    const Json *evidence; // array, NULL = none
    bool has_assessed;
    Ticks assessed_on;
    Str file; // where it was read from
    Span at;
} Attestation;

MUST_USE bool attestation_parse(Arena *arena, const Json *json, DiagList *diags,
                                const Attestation **ret_attestation);

// One rule as it is assigned: what the plan compiles.
typedef struct AssignedRule {
    const Definition *definition;
    const Assignment *assignment; // NULL = a bare definition, everywhere
    const Initiative *initiative; // NULL = assigned directly
    Str reference_id;             // of the initiative's member; empty otherwise
    const Str *groups;            // controls it answers
    uint32_t group_count;
    const Json *parameters;               // object name → resolved value, defaults filled in
    Effect effect;                        // resolved, overrides applied
    const SelectorGroup *location_filter; // NULL; or: only where this holds (an override split it)
    Str message;                          // non-compliance message, may be empty
    const Json *policy;                   // what policy() returns
    // Decided before evaluation: STATE_COUNT = evaluate; otherwise this state with this reason for
    // everything the rule covers (a parameter without value, a mode that is not evaluable here, …).
    State preset;
    Str preset_reason;
    // metadata.requires.paths: when such a path is missing from the resource, the result is
    // NotMeasured. Aliases, as field names.
    const Str *required_paths;
    uint32_t required_path_count;
} AssignedRule;

typedef struct BindInput {
    const Definition *const *definitions;
    uint32_t definition_count;
    const Initiative *const *initiatives;
    uint32_t initiative_count;
    const Assignment *const *assignments; // none: every definition and initiative is assigned once,
    uint32_t assignment_count;            // everywhere, with the parameters below
    const Json *parameters;               // name → value for that case; NULL = none
    Ticks now;
} BindInput;

// Resolves everything into assigned rules, in a stable order (assignment, then member, then the
// order of definitions). A reference to a definition that is not there is an assigned rule with
// preset NotMeasured; what cannot be right (a parameter of the wrong type, a value that is not
// allowed, an unknown parameter) is a diagnostic.
MUST_USE bool assignment_bind(Arena *arena, const BindInput *input, DiagList *diags,
                              AssignedRule **ret_rules, uint32_t *ret_count);

// Segment-wise and ignoring case: is id at or below scope? An empty scope holds everything.
bool scope_contains(Str scope, Str id);

// What a resource's own text does not tell: the type of its environment, tiers.
typedef struct ResourceFacts {
    // The word for a kind of selector ("production"); empty = not known, or it has none. The text
    // lives as long as the facts. Called from several threads.
    Str (*find)(const void *ctx, SelectorKind kind, Str id, Str type);
    const void *ctx;
} ResourceFacts;

// A resource as scopes and selectors see it. What is not known is in no list: `in` does not hold,
// `notIn` does.
typedef struct Subject {
    Str id;
    Str type;
    Str location;               // empty = none
    const ResourceFacts *facts; // NULL = nothing is known
} Subject;

// Does the assignment cover the resource (scope, notScopes, resourceSelectors)?
bool assignment_covers(const Assignment *assignment, const Subject *subject);

// Any group matching (OR between groups, AND inside); no groups = true.
bool selectors_match(const SelectorGroup *groups, uint32_t count, const Subject *subject);

// The exemption in force for a rule on a resource at a time, or NULL.
const Exemption *exemption_find(const Exemption *const *exemptions, uint32_t count,
                                const AssignedRule *rule, const Subject *subject, Ticks now);

// Is a rule one that an exemption or attestation names, whatever the resource and the time?
bool exemption_names(const Exemption *exemption, const AssignedRule *rule);
bool attestation_names(const Attestation *attestation, const AssignedRule *rule);

// The attestation in force (not expired), or NULL: the latest assessed wins.
const Attestation *attestation_find(const Attestation *const *attestations, uint32_t count,
                                    const AssignedRule *rule, Str resource_id, Ticks now);
