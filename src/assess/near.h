// SPDX-License-Identifier: Apache-2.0
// near — "would pass if X were Y": the leaves of a rule that would each alone turn a finding.
// Depends on: policy/engine.  Thread-safe: pure.
#pragma once

#include "policy/engine.h"

enum { NEAR_MAX = 3 };

// Sentences that go on from "would pass if ".
typedef struct NearMiss {
    Str texts[NEAR_MAX];
    uint32_t count;
} NearMiss;

// What a leaf must become to have the other outcome: "properties.x were not true".
Str near_text(Arena *arena, const TraceNode *leaf);

// Can a leaf be changed at all? Not what a resource is (type, name, id, kind), and nothing is one
// of an empty list.
bool near_is_advice(const TraceNode *leaf);

// Re-runs one pair; related are the candidates for *IfNotExists. Nothing when the outcome is not
// NonCompliant or no single leaf decides; leaves that are no advice are left out.
NearMiss near_find(Arena *arena, Plan *plan, uint32_t rule, const Json *resource,
                   const Json *const *related, uint32_t related_count);
