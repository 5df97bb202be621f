// SPDX-License-Identifier: Apache-2.0
#include "assess/score.h"

#include "t.h"

static bool near(double a, double b)
{
    return a > b - 1e-9 && a < b + 1e-9;
}

TEST(no_data_is_no_score)
{
    Tally tally = {0};
    tally_add(&tally, (TallyItem){STATE_NOT_APPLICABLE, STATE_NOT_APPLICABLE, 2});
    Score score = score_of_tally(&tally);
    CHECK(!score.has_data);
    ScoreSum sum = {0};
    score_sum_add(&sum, &score, 8);
    CHECK(!score_of_sum(&sum).has_data);
}

TEST(one_resource_of_each_state)
{
    static const struct {
        State state, truth;
        double lower, upper, bare_lower, bare_upper;
    } rows[] = {
        {STATE_NON_COMPLIANT, STATE_NON_COMPLIANT, 0, 0, 0, 0},
        {STATE_CONFLICTING, STATE_CONFLICTING, 0, 0, 0, 0},
        {STATE_ERROR, STATE_ERROR, 0, 1, 0, 1},
        {STATE_NOT_MEASURED, STATE_NOT_MEASURED, 0, 1, 0, 1},
        {STATE_UNKNOWN, STATE_UNKNOWN, 0, 1, 0, 1},
        {STATE_EXEMPT, STATE_NON_COMPLIANT, 1, 1, 0, 0},
        {STATE_EXEMPT, STATE_NOT_MEASURED, 1, 1, 0, 1},
        {STATE_EXEMPT, STATE_COMPLIANT, 1, 1, 1, 1},
        {STATE_PROTECTED, STATE_PROTECTED, 1, 1, 1, 1},
        {STATE_PROVIDER_ATTESTED, STATE_PROVIDER_ATTESTED, 1, 1, 1, 1},
        {STATE_COMPLIANT, STATE_COMPLIANT, 1, 1, 1, 1},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        const char *row = state_name(rows[i].state);
        Tally tally = {0};
        tally_add(&tally, (TallyItem){rows[i].state, rows[i].truth, 2});
        Score score = score_of_tally(&tally);
        CHECK_ROW(row, score.has_data);
        CHECK_ROW(row, near(score.lower, rows[i].lower) && near(score.upper, rows[i].upper));
        CHECK_ROW(row, near(score.bare_lower, rows[i].bare_lower));
        CHECK_ROW(row, near(score.bare_upper, rows[i].bare_upper));
    }
}

TEST(tiers_weigh_resources_and_severities_weigh_controls)
{
    Tally tally = {0};
    tally_add(&tally, (TallyItem){STATE_COMPLIANT, STATE_COMPLIANT, 8});
    tally_add(&tally, (TallyItem){STATE_NON_COMPLIANT, STATE_NON_COMPLIANT, 2});
    Score good = score_of_tally(&tally);
    CHECK(near(good.lower, 0.8));
    Score bad = {.has_data = true};
    ScoreSum sum = {0};
    score_sum_add(&sum, &good, 1);
    score_sum_add(&sum, &bad, 3);
    CHECK(near(score_of_sum(&sum).upper, 0.2));
}

// One item drawn from every state with every truth an exemption may hide.
static TallyItem draw(Gen *g)
{
    State state = (State)gen_below(g, STATE_COUNT);
    State truth = state;
    if (state == STATE_EXEMPT) {
        truth =
            (State[]){STATE_NON_COMPLIANT, STATE_NOT_MEASURED, STATE_COMPLIANT}[gen_below(g, 3)];
    }
    return (TallyItem){state, truth, 1 + gen_below(g, 2)};
}

TEST(every_score_of_up_to_three_resources_is_an_interval)
{
    for (Gen g = {0}; gen_next(&g);) {
        Tally tally = {0};
        uint32_t n = gen_below(&g, 3);
        for (uint32_t i = 0; i < n; i++) {
            tally_add(&tally, draw(&g));
        }
        Score s = score_of_tally(&tally);
        CHECK(s.has_data == (tally_total(&tally) != 0));
        CHECK(s.lower >= 0.0 && s.lower <= s.upper && s.upper <= 1.0);
        CHECK(s.bare_lower <= s.lower && s.bare_upper <= s.upper && s.bare_lower <= s.bare_upper);
        bool all_measured = tally_measured(&tally) == tally_total(&tally);
        CHECK(!all_measured || near(s.lower, s.upper));
    }
}

TEST(losing_a_permission_only_widens_the_interval)
{
    for (Gen g = {0}; gen_next(&g);) {
        Tally before = {0};
        Tally after = {0};
        for (uint32_t i = 0; i < 2; i++) {
            TallyItem item = draw(&g);
            tally_add(&before, item);
            bool is_lost = i == 0 && item.state != STATE_NOT_APPLICABLE;
            tally_add(&after, is_lost
                                  ? (TallyItem){STATE_NOT_MEASURED, STATE_NOT_MEASURED, item.weight}
                                  : item);
        }
        Score was = score_of_tally(&before);
        Score is = score_of_tally(&after);
        CHECK(was.has_data == is.has_data);
        CHECK(is.lower <= was.lower + 1e-9 && is.upper >= was.upper - 1e-9);
    }
}
