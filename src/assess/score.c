// SPDX-License-Identifier: Apache-2.0
#include "assess/score.h"

Score score_of_tally(const Tally *tally)
{
    uint64_t met = 0;
    uint64_t open = 0;
    uint64_t total = 0;
    for (uint32_t s = 0; s < STATE_COUNT; s++) {
        StateMet kind = state_met((State)s);
        met += kind == STATE_MET ? tally->of[s].weight : 0;
        open += kind == STATE_OPEN ? tally->of[s].weight : 0;
        total += kind == STATE_NO_DATA ? 0 : tally->of[s].weight;
    }
    if (total == 0) {
        return (Score){0};
    }
    uint64_t bare_met = met + tally->bare_more_met;
    double all = (double)total;
    return (Score){
        .has_data = true,
        .lower = (double)met / all,
        .upper = (double)(met + open) / all,
        .bare_lower = (double)bare_met / all,
        .bare_upper = (double)(bare_met + open + tally->bare_more_open) / all,
    };
}

void score_sum_add(ScoreSum *sum, const Score *score, uint32_t weight)
{
    if (!score->has_data) {
        return;
    }
    double w = (double)weight;
    sum->weight += w;
    sum->lower += w * score->lower;
    sum->upper += w * score->upper;
    sum->bare_lower += w * score->bare_lower;
    sum->bare_upper += w * score->bare_upper;
}

Score score_of_sum(const ScoreSum *sum)
{
    if (sum->weight <= 0.0) {
        return (Score){0};
    }
    return (Score){
        .has_data = true,
        .lower = sum->lower / sum->weight,
        .upper = sum->upper / sum->weight,
        .bare_lower = sum->bare_lower / sum->weight,
        .bare_upper = sum->bare_upper / sum->weight,
    };
}
