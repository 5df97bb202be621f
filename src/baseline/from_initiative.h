// SPDX-License-Identifier: Apache-2.0
// from_initiative — an Azure initiative as a framework and as a baseline: its groups become
// controls of an OSCAL catalog, and with the definitions of its policies a whole package.
// Depends on: policy, json, group_name.  Not thread-safe: one arena.
// Source: Azure Policy initiative structure; docs/baseline-package.md.
#pragma once

#include "base/diag.h"
#include "base/ticks.h"
#include "json/json.h"

typedef struct InitiativeInput {
    const Json *initiative;         // {properties: {…}, id, name} or the bare property bag
    const Json *const *definitions; // those of its policies that are at hand; others are ignored
    uint32_t definition_count;
    const Json *parameters; // name → value, for parameters without default; NULL = none
    Str id;                 // of the framework; empty = made of the names of the groups
    Ticks now;              // becomes last-modified
} InitiativeInput;

typedef struct InitiativeFile {
    Str path;  // within the package
    Str bytes; // JSON, two spaces
} InitiativeFile;

// A policy of the initiative that no rule of the package measures.
typedef struct InitiativeGap {
    Str definition; // name
    Str reference;  // policyDefinitionReferenceId
    Str reason;
} InitiativeGap;

typedef struct InitiativeResult {
    Str id; // of the framework
    Str title;
    Str version;
    const Json *catalog;         // {"catalog": {…}}
    const InitiativeFile *files; // the package, sorted by path; none without definitions
    uint32_t file_count;
    uint32_t control_count;
    uint32_t section_count;
    uint32_t member_count; // policies the initiative refers to
    uint32_t rule_count;   // of the package
    const InitiativeGap *gaps;
    uint32_t gap_count;
} InitiativeResult;

// Converts. Errors: what initiative_parse and definition_parse say; "no-policy" (it has none);
// "bad-name" (a definition whose name cannot be a file's). A policy without definition, or with a
// parameter that has no value, is a gap, not an error.
MUST_USE bool initiative_convert(Arena *arena, const InitiativeInput *input, DiagList *diags,
                                 InitiativeResult *ret_result);
