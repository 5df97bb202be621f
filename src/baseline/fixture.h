// SPDX-License-Identifier: Apache-2.0
// fixture — one worked example of a rule: a resource, its relatives, the state that must result.
// Depends on: baseline.  Thread-safe: read-only once read.
// Source: docs/baseline-package.md "Fixtures" (the same format `datum policy test` takes).
#pragma once

#include "baseline/baseline.h"

typedef struct Fixture {
    Str policy; // name of the rule
    Str comment;
    const Json *parameters;     // name → value, over the baseline's own; NULL = none
    const Json *resource;       // envelope, or NULL when the sources alone decide
    const Json *const *related; // candidates for *IfNotExists, others are ignored by the rule
    uint32_t related_count;
    const Str *unread; // "sources": kinds the manifest does not have
    uint32_t unread_count;
    bool attested;     // "attestation": a person vouched …
    State attestation; // … for this state
    State expect;      // STATE_NOT_APPLICABLE: the rule must not apply
    Str message;       // part of the message; empty = any
    Str file;
    Span at;
} Fixture;

MUST_USE bool fixture_read(Arena *arena, const Json *json, DiagList *diags,
                           const Fixture **ret_fixture);

// True when the manifest of the fixture lacks a kind the rule requires: NotMeasured, decided before
// evaluation. *ret_kind is that kind.
bool fixture_unmeasured(const Fixture *fixture, const BaselineRule *rule, Str *ret_kind);
