// SPDX-License-Identifier: Apache-2.0
// pair — one rule against one resource, by both evaluators: what the conformance program, the
// differential test and the fuzz target have in common.
// Depends on: ref_eval, engine.  Not thread-safe: one arena, one thread.
#pragma once

#include "policy/ref_eval.h"

// Fills in parameters (declared defaults under given values, NULL = none) and the effect.
// False: the effect has no value or is none.
MUST_USE bool pair_rule(Arena *arena, const Definition *definition, const Json *parameters,
                        const Json *policy, AssignedRule *ret_rule, Err *err);

// The effect as the rule writes it, with parameters filled in. False: it has no value.
MUST_USE bool pair_effect_text(Arena *arena, const AssignedRule *rule, Str *ret_text, Err *err);

// What the engine makes of the pair, over columns and as a trace.
typedef struct PairSeen {
    State state; // over columns
    PairOutcome explained;
} PairSeen;
MUST_USE bool pair_engine(Arena *arena, const RefInput *in, PairSeen *ret_seen, Err *err);

// The engine's details and document of modify or append.
MUST_USE bool pair_engine_details(Arena *arena, const RefInput *in, const Json **ret_details,
                                  const Json **ret_document, Err *err);

// True when the two agree; otherwise *ret_text says in what. The `if` of a pair without a state
// need not be evaluated, so it is not compared.
bool pair_agrees(Arena *arena, const RefOutcome *ref, const PairSeen *seen, Str *ret_text);

// JSON text of a value, in the arena.
Str pair_json_text(Arena *arena, const Json *json);
