// SPDX-License-Identifier: Apache-2.0
// tally — how many resources are in which state, and how much they weigh: all a score needs.
// Depends on: policy/state, baseline.  Thread-safe: plain values; adding is commutative, so the
// tallies of workers add up to the same whatever their number.
#pragma once

#include "policy/state.h"

typedef struct Tally {
    uint64_t count[STATE_COUNT];
    uint64_t weight[STATE_COUNT]; // tier weights
    // The same weight by what would hold without deviations (what is neither is not met).
    uint64_t bare_met;
    uint64_t bare_open;
} Tally;

// One resource's part in a tally.
typedef struct TallyItem {
    State state;
    State truth; // without deviations; differs from state only where one is in force
    uint32_t weight;
} TallyItem;

void tally_add(Tally *tally, TallyItem item);
// The item may have been added to another tally: the difference wraps and the merged sum is right.
void tally_remove(Tally *tally, TallyItem item);
void tally_merge(Tally *tally, const Tally *other);

uint64_t tally_total(const Tally *tally); // resources the control applies to
uint64_t tally_measured(
    const Tally *tally); // of them: with a verdict (not Error, NotMeasured, Unknown)

// The first state of state.def that is present; NotApplicable when there is nothing.
State tally_state(const Tally *tally);

// Azure's own roll-up: Non-compliant, Compliant, Error, Conflicting, Protected, Exempt, Unknown;
// the first that is present. What Azure does not have (NotMeasured, ProviderAttested) counts as
// Unknown and Compliant.
// Source: Azure Policy compliance states; reference §12.
State tally_azure_state(const Tally *tally);
uint32_t azure_rank(State state); // 0 wins; NotApplicable is last

// (compliant + exempt + unknown) of those and (non-compliant + conflicting + error). False: 0 of 0.
MUST_USE bool tally_azure_percent(const Tally *tally, double *ret_percent);
