// SPDX-License-Identifier: Apache-2.0
// from_initiative_draft — an initiative taken apart into controls, rules and gaps, before any
// document is written.
// Depends on: from_initiative, baseline.  Not thread-safe. Private to from_initiative.
#pragma once

#include "baseline/baseline.h"
#include "baseline/from_initiative.h"

typedef struct DraftControl {
    Str id;
    Str label;
    Str title;
    Str prose;  // the group's description; mostly empty
    Str source; // name of the group; empty = of policies in no group
    uint32_t section;
    uint32_t policy_count; // that the initiative binds to it
    uint32_t rule_count;   // of those, with a rule
    uint32_t manual_count; // of those, to be attested
    uint32_t static_count; // of those, the provider's own
    uint32_t votes[LAYER_COUNT];
} DraftControl;

typedef struct DraftSection {
    Str id;
    Str title;
} DraftSection;

typedef struct DraftRule {
    const Definition *definition;
    const Json *json;
    bool manual;
    bool used;
} DraftRule;

typedef struct DraftMember {
    const InitiativeMember *member;
    const Json *json;
    Str definition; // name
    const uint32_t *controls;
    uint32_t control_count;
    DraftRule *rule; // NULL = a gap
    Str reason;      // of the gap
} DraftMember;

typedef struct Draft {
    Arena *arena;
    const InitiativeInput *input;
    DiagList *diags;
    const Initiative *initiative;
    const Json *properties; // of the initiative, as written
    Str id;
    Str title;
    Str version;
    DraftControl *controls; // in the order of the catalog
    uint32_t control_count;
    DraftSection *sections;
    uint32_t section_count;
    DraftRule *rules; // sorted by name
    uint32_t rule_count;
    DraftMember *members;
    uint32_t member_count;
    const bool *unfed; // parallel to initiative->parameters: no default and no value given
} Draft;

// Takes everything apart. False after a diagnostic.
MUST_USE bool draft_read(Draft *draft);

// The value the input gives for a parameter of the initiative, or NULL.
const Json *draft_value(const Draft *draft, Str parameter);

// {"catalog": {…}}
const Json *draft_catalog(Draft *draft);

// The files of the package, sorted by path.
const InitiativeFile *draft_package(Draft *draft, const Json *catalog, uint32_t *ret_count);
