// SPDX-License-Identifier: Apache-2.0
// surroundings — looks through the inputs, before they are measured, for what no resource tells of
// itself: tags and locations of subscriptions and resource groups, when a rule asks for them; types
// of environments and tiers of connectors, when a variant does.
// Depends on: inputs, load, policy, baseline/place.  Not thread-safe.
#pragma once

#include "baseline/place.h"
#include "cli/inputs.h"
#include "cli/load.h"
#include "policy/containers.h"
#include "policy/engine.h"

typedef struct Surroundings {
    Containers containers;
    Places places;
    ResourceFacts facts;
    bool asks_containers;
    bool asks_places;
} Surroundings;

// Finds out what the rules ask for, and tells the options where it will be.
void surroundings_init(Cli *cli, const RuleSet *rules, Surroundings *surroundings,
                       PlanOptions *options);

// Facts for exemptions; NULL when none is asked for.
const ResourceFacts *surroundings_facts(const Surroundings *surroundings);

// Standard input can be read only once and is left out; where that matters it is said. lines are
// the inventory's own.
MUST_USE bool surroundings_collect(Cli *cli, Inputs *inputs, Str lines, Surroundings *surroundings,
                                   Err *err);
