// SPDX-License-Identifier: Apache-2.0
// place — what selectors of variants ask of a resource: the type of the environment it lies in, the
// tier of its connector, what kind of app it is, how much it matters. Must be known before a
// resource is judged.
// Depends on: tier, policy.  Not thread-safe while adding; read-only afterwards.
// Source: docs/baseline-package.md "Variants".
#pragma once

#include "base/map.h"
#include "baseline/tier.h"
#include "policy/assignment.h"

typedef struct Places {
    Arena *arena;           // borrowed
    const TierTable *tiers; // NULL = no resource has a criticality tier
    Map environments;       // id, ignoring case → index into types
    Str *types;
    uint32_t type_cap;
    Map connectors; // name, ignoring case → index into connector_tiers
    Str *connector_tiers;
    uint32_t connector_cap;
    Map connections; // id, ignoring case → index into connection_names
    Str *connection_names;
    uint32_t connection_cap;
} Places;

void places_init(Places *places, Arena *arena, const TierTable *tiers);

// Keeps what the resource of a line tells: environments, connectors, connections. Other lines,
// broken ones included, are left alone. The last of several with one id wins.
void places_offer(Places *places, Str line, const JsonLimits *limits);

// Facts for PlanOptions; places must outlive them.
ResourceFacts places_facts(const Places *places);

// The word for a platform's name of an environment type ("SubscriptionBasedTrial" is trial); empty
// = none of ours.
Str place_environment_type(Str sku);

// The words a fact of that kind can be for resources of a type; 0 = they have none. *ret_open: one
// of them may have none all the same. For kinds that the type decides: connectorTier, appType.
enum { PLACE_WORDS_MAX = 3 };
uint32_t place_words(SelectorKind kind, Str type, Str ret_words[PLACE_WORDS_MAX], bool *ret_open);
