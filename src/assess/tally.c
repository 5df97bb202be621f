// SPDX-License-Identifier: Apache-2.0
#include "assess/tally.h"

// Where the weight of an item goes without deviations; NULL = not met, or no data.
static uint64_t *bare_slot(Tally *tally, TallyItem item)
{
    StateMet met = state_met(item.truth);
    return met == STATE_MET ? &tally->bare_met : met == STATE_OPEN ? &tally->bare_open : NULL;
}

void tally_add(Tally *tally, TallyItem item)
{
    ASSERT(item.state < STATE_COUNT && item.truth < STATE_COUNT);
    tally->count[item.state]++;
    tally->weight[item.state] += item.weight;
    uint64_t *bare = bare_slot(tally, item);
    if (bare != NULL) {
        *bare += item.weight;
    }
}

void tally_remove(Tally *tally, TallyItem item)
{
    tally->count[item.state]--;
    tally->weight[item.state] -= item.weight;
    uint64_t *bare = bare_slot(tally, item);
    if (bare != NULL) {
        *bare -= item.weight;
    }
}

void tally_merge(Tally *tally, const Tally *other)
{
    for (uint32_t s = 0; s < STATE_COUNT; s++) {
        tally->count[s] += other->count[s];
        tally->weight[s] += other->weight[s];
    }
    tally->bare_met += other->bare_met;
    tally->bare_open += other->bare_open;
}

uint64_t tally_total(const Tally *tally)
{
    uint64_t n = 0;
    for (uint32_t s = 0; s < STATE_COUNT; s++) {
        n += s == STATE_NOT_APPLICABLE ? 0 : tally->count[s];
    }
    return n;
}

uint64_t tally_measured(const Tally *tally)
{
    uint64_t n = 0;
    for (uint32_t s = 0; s < STATE_COUNT; s++) {
        StateMet met = state_met((State)s);
        n += met == STATE_MET || met == STATE_NOT_MET ? tally->count[s] : 0;
    }
    return n;
}

State tally_state(const Tally *tally)
{
    for (uint32_t s = 0; s < STATE_COUNT; s++) {
        if (tally->count[s] != 0) {
            return (State)s;
        }
    }
    return STATE_NOT_APPLICABLE;
}

// ---- Azure's view ----

static const struct {
    State azure;   // what Azure would say
    uint32_t rank; // 0 wins
} azure_views[STATE_COUNT] = {
    [STATE_NON_COMPLIANT] = {STATE_NON_COMPLIANT, 0},
    [STATE_COMPLIANT] = {STATE_COMPLIANT, 1},
    [STATE_PROVIDER_ATTESTED] = {STATE_COMPLIANT, 1},
    [STATE_ERROR] = {STATE_ERROR, 2},
    [STATE_CONFLICTING] = {STATE_CONFLICTING, 3},
    [STATE_PROTECTED] = {STATE_PROTECTED, 4},
    [STATE_EXEMPT] = {STATE_EXEMPT, 5},
    [STATE_UNKNOWN] = {STATE_UNKNOWN, 6},
    [STATE_NOT_MEASURED] = {STATE_UNKNOWN, 6},
    [STATE_NOT_APPLICABLE] = {STATE_NOT_APPLICABLE, 7},
};

uint32_t azure_rank(State state)
{
    ASSERT(state < STATE_COUNT);
    return azure_views[state].rank;
}

State tally_azure_state(const Tally *tally)
{
    State best = STATE_NOT_APPLICABLE;
    for (uint32_t s = 0; s < STATE_COUNT; s++) {
        if (tally->count[s] != 0 && azure_views[s].rank < azure_views[best].rank) {
            best = azure_views[s].azure;
        }
    }
    return best;
}

bool tally_azure_percent(const Tally *tally, double *ret_percent)
{
    uint64_t good = 0;
    uint64_t bad = 0;
    for (uint32_t s = 0; s < STATE_COUNT; s++) {
        State azure = azure_views[s].azure;
        if (azure == STATE_COMPLIANT || azure == STATE_EXEMPT || azure == STATE_UNKNOWN) {
            good += tally->count[s];
        } else if (azure == STATE_NON_COMPLIANT || azure == STATE_CONFLICTING ||
                   azure == STATE_ERROR) {
            bad += tally->count[s];
        }
    }
    if (good + bad == 0) {
        return false;
    }
    *ret_percent = 100.0 * (double)good / (double)(good + bad);
    return true;
}
