// SPDX-License-Identifier: Apache-2.0
// score — an interval between what is surely met and what may be, with and without deviations.
// Depends on: tally.  Thread-safe: pure.
// Source: DESIGN "States and score".
#pragma once

#include "assess/tally.h"

// Fractions from 0 to 1. lower counts Error, NotMeasured and Unknown as not met, upper as met; the
// two meet when everything is measured. "bare" is the same without deviations: an exempt resource
// counts as what it is underneath. No data (0 of 0) is not a score.
typedef struct Score {
    bool has_data;
    double lower;
    double upper;
    double bare_lower;
    double bare_upper;
} Score;

// The met fraction of the weight the tally holds.
Score score_of_tally(const Tally *tally);

// The mean of many scores by weight; those without data take no part.
typedef struct ScoreSum {
    double weight;
    double lower;
    double upper;
    double bare_lower;
    double bare_upper;
} ScoreSum;

void score_sum_add(ScoreSum *sum, const Score *score, uint32_t weight);
Score score_of_sum(const ScoreSum *sum);
