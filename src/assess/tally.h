// SPDX-License-Identifier: Apache-2.0
// tally — how many resources are in which state, and how much they weigh: all a score needs.
// Depends on: policy/state, baseline.  Thread-safe: plain values; adding is commutative, so the
// tallies of workers add up to the same whatever their number.
#pragma once

#include "policy/state.h"

typedef struct Tally {
    struct {
        uint64_t count;
        uint64_t weight; // tier weights
    } of[STATE_COUNT];   // side by side: a result touches both
    // Without deviations this much more weight is met, or open; less wraps around.
    uint64_t bare_more_met;
    uint64_t bare_more_open;
} Tally;

// One resource's part in a tally.
typedef struct TallyItem {
    State state;
    State truth; // without deviations; differs from state only where one is in force
    uint32_t weight;
} TallyItem;

// The rare item whose truth is not its state: times +1 or -1.
void tally_bare(Tally *tally, TallyItem item, int times);

static inline void tally_add(Tally *tally, TallyItem item)
{
    ASSERT(item.state < STATE_COUNT && item.truth < STATE_COUNT);
    tally->of[item.state].count++;
    tally->of[item.state].weight += item.weight;
    if (item.state != item.truth) {
        tally_bare(tally, item, 1);
    }
}

// The item may have been added to another tally: the difference wraps and the merged sum is right.
static inline void tally_remove(Tally *tally, TallyItem item)
{
    tally->of[item.state].count--;
    tally->of[item.state].weight -= item.weight;
    if (item.state != item.truth) {
        tally_bare(tally, item, -1);
    }
}

void tally_merge(Tally *tally, const Tally *other);

uint64_t tally_total(const Tally *tally); // resources the control applies to
uint64_t tally_measured(
    const Tally *tally); // of them: with a verdict (not Error, NotMeasured, Unknown)

uint64_t tally_broken(const Tally *tally); // of them: non-compliant or conflicting

// The first state of state.def that is present; NotApplicable when there is nothing.
State tally_state(const Tally *tally);

// Azure's own roll-up: Non-compliant, Compliant, Error, Conflicting, Protected, Exempt, Unknown;
// the first that is present. What Azure does not have (NotMeasured, ProviderAttested) counts as
// Unknown and Compliant.
// Source: Azure Policy compliance states; reference §12.
State tally_azure_state(const Tally *tally);
// 0 wins; NotApplicable is last, but for STATE_COUNT: no state at all.
extern const uint8_t azure_ranks[STATE_COUNT + 1];

// (compliant + exempt + unknown) of those and (non-compliant + conflicting + error). False: 0 of 0.
MUST_USE bool tally_azure_percent(const Tally *tally, double *ret_percent);
