// SPDX-License-Identifier: Apache-2.0
// check — is a document valid OSCAL? Its members and datatypes by one table, the constraints of the
// metaschema by another; everything wrong in one run, each with its place and JSON pointer.
// Depends on: json, diag.  Not thread-safe: one arena.
// Source: OSCAL 1.2.2 metaschema (1.0.x and 1.1.x documents are held against the same tables).
#pragma once

#include "base/diag.h"
#include "json/json.h"

typedef struct OscalCheck {
    Str model;            // "catalog", "profile", …; empty when it is none
    uint32_t value_count; // values held against the table of members
    uint32_t rule_count;  // evaluations of constraints
} OscalCheck;

// The model that the document's one key names; empty after the errors "not-this-model", and
// "unknown-member" for what stands beside it.
Str oscal_model_of(const Json *json, DiagList *diags);

// Errors: "not-this-model", "wrong-type", "unknown-member", "missing-member", "empty-array",
// "choice", "bad-value" for members; "not-allowed", "not-unique", "no-such-key", "bad-match",
// "expectation", "cardinality" for constraints, which name the constraint. Warnings: those of the
// metaschema, and "oscal-version". False after errors.
MUST_USE bool oscal_check(Arena *arena, const Json *json, DiagList *diags, OscalCheck *ret_check);

// One row of the table of constraints.
typedef struct OscalRule {
    Str kind;
    Str id;
    Str module;
    Str contexts;
    Str target;
    Str reason; // why it is not checked; empty = it is
} OscalRule;

uint32_t oscal_rule_count(void);
OscalRule oscal_rule_at(uint32_t index);

// Can every row of both tables be read? False: *ret_row names the first that cannot.
MUST_USE bool oscal_tables_hold(Arena *arena, Str *ret_row);
