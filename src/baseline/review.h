// SPDX-License-Identifier: Apache-2.0
// review — a baseline that was not looked at again by its own date: a finding like any other.
// Depends on: baseline.  Thread-safe: pure.
// Source: docs/baseline-package.md "Next review".
#pragma once

#include "base/ticks.h"
#include "baseline/baseline.h"

#define REVIEW_RULE "baseline-review" // id of the rule and of its control

// Has the day of the next review passed? A baseline without one is never overdue.
bool review_is_overdue(const Baseline *baseline, Ticks now);

// The baseline with one more control and rule, and that rule as it is assigned: NonCompliant
// wherever it is measured. Everything borrows from the baseline and lives in the arena.
const Baseline *review_add(Arena *arena, const Baseline *baseline, Ticks now,
                           AssignedRule *ret_rule);
