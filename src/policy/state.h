// SPDX-License-Identifier: Apache-2.0
// state — what is known of one rule on one resource. An error never becomes a verdict.
// Depends on: base.  Thread-safe: pure.
#pragma once

#include "base/str.h"

typedef enum State {
#define STATE(id, name, met) STATE_##id,
#include "policy/state.def"
#undef STATE
    STATE_COUNT
} State;

const char *state_name(State state);
State state_find(Str name); // exact; STATE_COUNT = unknown

// How a state enters a score: STATE_MET counts as met, STATE_OPEN only for the upper bound.
typedef enum StateMet { STATE_NOT_MET, STATE_MET, STATE_OPEN, STATE_NO_DATA } StateMet;
StateMet state_met(State state);
