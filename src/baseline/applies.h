// SPDX-License-Identifier: Apache-2.0
// applies — which assignments of a baseline reach the resources of one environment that a rule is
// about, and why.
// Depends on: baseline, policy/selector.  Thread-safe: pure.
// Source: docs/baseline-package.md "Variants".
#pragma once

#include "baseline/baseline.h"

typedef enum Applies {
    APPLIES_NO,
    APPLIES_PARTLY, // to some resources in it: of a type, an app type, …
    APPLIES_YES
} Applies;

// An environment, or any of a type. Empty = not known.
typedef struct AppliesPlace {
    Str id;
    Str environment_type;
    Str criticality_tier;
} AppliesPlace;

// The types of resources a rule is about. any: its `if` does not say.
typedef struct AppliesTypes {
    bool any;
    const Str *at;
    uint32_t count;
} AppliesTypes;

// From the conditions on `type` that must hold where the `if` does; only those written out count.
AppliesTypes applies_types(Arena *arena, const Definition *definition);

// May a resource of one of these types be of that word (appType canvas)?
bool applies_may_be(const AppliesTypes *types, SelectorKind kind, Str word);

// Does the assignment reach resources of these types there? *ret_why, in arena: what decided
// ("environmentType is developer"); for APPLIES_PARTLY to which ("where appType is canvas");
// "everything" where nothing limits it. Of a place of which nothing is known: could it anywhere?
Applies applies_to(Arena *arena, const Assignment *assignment, const AppliesTypes *types,
                   const AppliesPlace *place, Str *ret_why);
