// SPDX-License-Identifier: Apache-2.0
// gen_arm — resources for a rule that is there already: of the types it asks for, with values at
// the paths it reads, often the ones it compares with.
// Depends on: definition, alias, gen_rule.  Thread-safe: pure.
#pragma once

#include "policy/gen_rule.h"
#include "policy/pair.h"

typedef struct ArmInput {
    const AssignedRule *rule;
    const AliasTable *aliases;
} ArmInput;

// A value for every parameter, with an effect that is evaluated where the rule allows one.
const Json *arm_parameters(Arena *arena, const Definition *definition);

const Json *arm_resource(Arena *arena, GenRand *rand, const ArmInput *in);

// 0–2 resources of the type that an *IfNotExists rule looks for, as an array.
const Json *arm_related(Arena *arena, GenRand *rand, const ArmInput *in, const Json *resource);
