// SPDX-License-Identifier: Apache-2.0
#include "assess/tally.h"

void tally_bare(Tally *tally, TallyItem item, int times)
{
    uint64_t weight = times < 0 ? 0 - (uint64_t)item.weight : item.weight;
    tally->bare_more_met += state_met(item.truth) == STATE_MET ? weight : 0;
    tally->bare_more_met -= state_met(item.state) == STATE_MET ? weight : 0;
    tally->bare_more_open += state_met(item.truth) == STATE_OPEN ? weight : 0;
    tally->bare_more_open -= state_met(item.state) == STATE_OPEN ? weight : 0;
}

void tally_merge(Tally *tally, const Tally *other)
{
    for (uint32_t s = 0; s < STATE_COUNT; s++) {
        tally->of[s].count += other->of[s].count;
        tally->of[s].weight += other->of[s].weight;
    }
    tally->bare_more_met += other->bare_more_met;
    tally->bare_more_open += other->bare_more_open;
}

uint64_t tally_total(const Tally *tally)
{
    uint64_t n = 0;
    for (uint32_t s = 0; s < STATE_COUNT; s++) {
        n += s == STATE_NOT_APPLICABLE ? 0 : tally->of[s].count;
    }
    return n;
}

uint64_t tally_measured(const Tally *tally)
{
    uint64_t n = 0;
    for (uint32_t s = 0; s < STATE_COUNT; s++) {
        StateMet met = state_met((State)s);
        n += met == STATE_MET || met == STATE_NOT_MET ? tally->of[s].count : 0;
    }
    return n;
}

uint64_t tally_broken(const Tally *tally)
{
    return tally->of[STATE_NON_COMPLIANT].count + tally->of[STATE_CONFLICTING].count;
}

State tally_state(const Tally *tally)
{
    for (uint32_t s = 0; s < STATE_COUNT; s++) {
        if (tally->of[s].count != 0) {
            return (State)s;
        }
    }
    return STATE_NOT_APPLICABLE;
}

// ---- Azure's view ----

const uint8_t azure_ranks[STATE_COUNT + 1] = {
    [STATE_NON_COMPLIANT] = 0,  [STATE_COMPLIANT] = 1,   [STATE_PROVIDER_ATTESTED] = 1,
    [STATE_ERROR] = 2,          [STATE_CONFLICTING] = 3, [STATE_PROTECTED] = 4,
    [STATE_EXEMPT] = 5,         [STATE_UNKNOWN] = 6,     [STATE_NOT_MEASURED] = 6,
    [STATE_NOT_APPLICABLE] = 7, [STATE_COUNT] = 8,
};

// What Azure would say.
static State azure_state(State state)
{
    return state == STATE_PROVIDER_ATTESTED ? STATE_COMPLIANT
           : state == STATE_NOT_MEASURED    ? STATE_UNKNOWN
                                            : state;
}

State tally_azure_state(const Tally *tally)
{
    State best = STATE_NOT_APPLICABLE;
    for (uint32_t s = 0; s < STATE_COUNT; s++) {
        if (tally->of[s].count != 0 && azure_ranks[s] < azure_ranks[best]) {
            best = azure_state((State)s);
        }
    }
    return best;
}

bool tally_azure_percent(const Tally *tally, double *ret_percent)
{
    uint64_t good = 0;
    uint64_t bad = 0;
    for (uint32_t s = 0; s < STATE_COUNT; s++) {
        State azure = azure_state((State)s);
        if (azure == STATE_COMPLIANT || azure == STATE_EXEMPT || azure == STATE_UNKNOWN) {
            good += tally->of[s].count;
        } else if (azure == STATE_NON_COMPLIANT || azure == STATE_CONFLICTING ||
                   azure == STATE_ERROR) {
            bad += tally->of[s].count;
        }
    }
    if (good + bad == 0) {
        return false;
    }
    *ret_percent = 100.0 * (double)good / (double)(good + bad);
    return true;
}
