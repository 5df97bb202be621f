// SPDX-License-Identifier: Apache-2.0
// applies — which assignments of a baseline reach the resources of one environment, and why.
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

// *ret_why, in arena: what decided ("environmentType is developer"); for APPLIES_PARTLY to which
// ("where appType is canvas"); "everything" where nothing limits it.
Applies applies_to(Arena *arena, const Assignment *assignment, const AppliesPlace *place,
                   Str *ret_why);
