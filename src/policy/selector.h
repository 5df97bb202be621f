// SPDX-License-Identifier: Apache-2.0
// selector — reading and asking the selectors of assignments, overrides and exemptions.
// Depends on: assignment.  Thread-safe: pure.
// Source: Azure Policy assignment structure, "resource selectors"; reference §11.
#pragma once

#include "base/buf.h"
#include "policy/assignment.h"

// Which kinds a place allows.
enum {
    SELECTORS_OF_FACTS = 1U << SELECTOR_ENVIRONMENT_TYPE | 1U << SELECTOR_CONNECTOR_TIER |
                         1U << SELECTOR_APP_TYPE | 1U << SELECTOR_CRITICALITY_TIER,
    SELECTORS_OF_RESOURCE = 1U << SELECTOR_LOCATION | 1U << SELECTOR_TYPE |
                            1U << SELECTOR_WITHOUT_LOCATION | SELECTORS_OF_FACTS,
    SELECTORS_OF_EFFECT = 1U << SELECTOR_LOCATION | 1U << SELECTOR_REFERENCE_ID,
    SELECTORS_OF_VERSION = 1U << SELECTOR_LOCATION
};

// Parses [{kind, in|notIn}] into one group.
MUST_USE bool selector_parse_group(Arena *arena, const Json *list, unsigned kinds, DiagList *diags,
                                   SelectorGroup *ret_group);

// Parses resourceSelectors: [{name, selectors}].
MUST_USE bool selector_parse_groups(Arena *arena, const Json *list, DiagList *diags,
                                    const SelectorGroup **ret_groups, uint32_t *ret_count);

// Does any selector ask for what ResourceFacts tell?
bool selectors_ask_facts(const SelectorGroup *groups, uint32_t count);

// "environmentType"; SELECTOR_KIND_COUNT = unknown. Ignoring case.
Str selector_kind_name(SelectorKind kind);
SelectorKind selector_kind_find(Str name);

// The word a kind knows, in its own spelling; empty = it knows no such word. And all of them.
Str selector_word_find(SelectorKind kind, Str word);
void selector_words(SelectorKind kind, Buf *out);

// True when one selector of kind SELECTOR_REFERENCE_ID holds for a reference id.
bool selector_matches_reference(const Selector *selector, Str reference_id);
