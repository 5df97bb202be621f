// SPDX-License-Identifier: Apache-2.0
// selector — reading and asking the selectors of assignments, overrides and exemptions.
// Depends on: assignment.  Thread-safe: pure.
// Source: Azure Policy assignment structure, "resource selectors"; reference §11.
#pragma once

#include "policy/assignment.h"

// Which kinds a place allows.
enum {
    SELECTORS_OF_RESOURCE =
        1U << SELECTOR_LOCATION | 1U << SELECTOR_TYPE | 1U << SELECTOR_WITHOUT_LOCATION,
    SELECTORS_OF_EFFECT = 1U << SELECTOR_LOCATION | 1U << SELECTOR_REFERENCE_ID,
    SELECTORS_OF_VERSION = 1U << SELECTOR_LOCATION
};

// Parses [{kind, in|notIn}] into one group.
MUST_USE bool selector_parse_group(Arena *arena, const Json *list, unsigned kinds, DiagList *diags,
                                   SelectorGroup *ret_group);

// Parses resourceSelectors: [{name, selectors}].
MUST_USE bool selector_parse_groups(Arena *arena, const Json *list, DiagList *diags,
                                    const SelectorGroup **ret_groups, uint32_t *ret_count);

// True when one selector of kind SELECTOR_REFERENCE_ID holds for a reference id.
bool selector_matches_reference(const Selector *selector, Str reference_id);
