// SPDX-License-Identifier: Apache-2.0
// containers — looks through the inputs for subscriptions and resource groups, before they are
// measured, when a rule asks for their tags or location.
// Depends on: inputs, load, policy.  Not thread-safe.
#pragma once

#include "cli/inputs.h"
#include "cli/load.h"
#include "policy/containers.h"

// True when some rule asks for what only the containers' own resources tell.
bool containers_are_asked(const RuleSet *rules);

// Standard input can be read only once and is left out. lines are the inventory's own.
MUST_USE bool containers_collect(Cli *cli, Inputs *inputs, Str lines, Containers *containers,
                                 Err *err);
