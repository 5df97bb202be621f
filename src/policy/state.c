// SPDX-License-Identifier: Apache-2.0
#include "policy/state.h"

typedef struct StateRow {
    Str name;
    StateMet met;
} StateRow;

static const StateRow rows[STATE_COUNT] = {
#define STATE(id, name, met) [STATE_##id] = {STR_INIT(name), (StateMet)(met)},
#include "policy/state.def"
#undef STATE
};

const char *state_name(State state)
{
    ASSERT(state < STATE_COUNT);
    return rows[state].name.ptr;
}

State state_find(Str name)
{
    for (State state = 0; state < STATE_COUNT; state++) {
        if (str_eq(rows[state].name, name)) {
            return state;
        }
    }
    return STATE_COUNT;
}

StateMet state_met(State state)
{
    ASSERT(state < STATE_COUNT);
    return rows[state].met;
}
