// SPDX-License-Identifier: Apache-2.0
// strictness — which way a parameter asks for less: told by its name, so that relaxing is
// noticed.
// Depends on: json, policy.  Thread-safe: pure.
// Source: docs/baseline-package.md "Relaxing".
#pragma once

#include "policy/definition.h"
#include "json/json.h"

typedef enum Stricter {
    STRICTER_UNKNOWN,
    STRICTER_HIGHER, // minimumX
    STRICTER_LOWER,  // maximumX
    STRICTER_MORE,   // requiredX, blockedX: a list that loses an entry asks for less
    STRICTER_FEWER   // approvedX, acceptedX: a list that gains one does
} Stricter;

Stricter strictness_of(Str parameter);

// Does the new value ask for less than the old one? False where the direction is not known.
bool strictness_relaxes(Str parameter, const Json *old, const Json *new_value);

// Does an effect do less than another (audit than deny, disabled than audit)?
bool strictness_effect_relaxes(Effect old, Effect new_effect);
