// SPDX-License-Identifier: Apache-2.0
#include "assess/tally.h"

#include "t.h"

static void add(Tally *tally, State state, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        tally_add(tally, (TallyItem){state, state, 2});
    }
}

TEST(nothing_is_not_applicable_and_has_no_percentage)
{
    Tally tally = {0};
    double percent = -1.0;
    CHECK(tally_state(&tally) == STATE_NOT_APPLICABLE);
    CHECK(tally_azure_state(&tally) == STATE_NOT_APPLICABLE);
    CHECK(!tally_azure_percent(&tally, &percent));
    CHECK(tally_total(&tally) == 0);
}

TEST(the_first_of_state_def_wins_over_every_later_one)
{
    for (uint32_t a = 0; a < STATE_COUNT; a++) {
        for (uint32_t b = 0; b < STATE_COUNT; b++) {
            Tally tally = {0};
            add(&tally, (State)a, 1);
            add(&tally, (State)b, 2);
            CHECK_ROW(state_name((State)a), tally_state(&tally) == (State)(a < b ? a : b));
        }
    }
}

TEST(azures_order_is_its_own)
{
    // Source: Azure Policy compliance states, highest first.
    static const State order[] = {STATE_NON_COMPLIANT, STATE_COMPLIANT, STATE_ERROR,
                                  STATE_CONFLICTING,   STATE_PROTECTED, STATE_EXEMPT,
                                  STATE_UNKNOWN};
    for (size_t a = 0; a < COUNTOF(order); a++) {
        for (size_t b = a; b < COUNTOF(order); b++) {
            Tally tally = {0};
            add(&tally, order[a], 1);
            add(&tally, order[b], 1);
            CHECK_ROW(state_name(order[a]), tally_azure_state(&tally) == order[a]);
        }
    }
}

TEST(azures_percentage)
{
    static const struct {
        const char *row;
        unsigned compliant, exempt, unknown, bad, conflicting, error, protect;
        double percent;
    } rows[] = {
        {"one bad", 0, 0, 0, 1, 0, 0, 0, 0.0},
        {"all kinds of good", 1, 1, 1, 1, 0, 0, 0, 75.0},
        {"all kinds of bad", 1, 0, 0, 1, 1, 1, 0, 25.0},
        {"protected takes no part", 1, 0, 0, 1, 0, 0, 5, 50.0},
        {"all good", 3, 0, 0, 0, 0, 0, 0, 100.0},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Tally tally = {0};
        add(&tally, STATE_COMPLIANT, rows[i].compliant);
        add(&tally, STATE_EXEMPT, rows[i].exempt);
        add(&tally, STATE_UNKNOWN, rows[i].unknown);
        add(&tally, STATE_NON_COMPLIANT, rows[i].bad);
        add(&tally, STATE_CONFLICTING, rows[i].conflicting);
        add(&tally, STATE_ERROR, rows[i].error);
        add(&tally, STATE_PROTECTED, rows[i].protect);
        double percent = -1.0;
        CHECK_ROW(rows[i].row, tally_azure_percent(&tally, &percent));
        CHECK_ROW(rows[i].row, percent > rows[i].percent - 1e-9);
        CHECK_ROW(rows[i].row, percent < rows[i].percent + 1e-9);
    }
}

TEST(measured_leaves_out_what_has_no_verdict)
{
    Tally tally = {0};
    for (uint32_t s = 0; s < STATE_COUNT; s++) {
        add(&tally, (State)s, 1);
    }
    CHECK(tally_total(&tally) == STATE_COUNT - 1);    // not NotApplicable
    CHECK(tally_measured(&tally) == STATE_COUNT - 4); // nor Error, NotMeasured, Unknown
}

TEST(what_is_added_in_one_tally_may_be_removed_in_another)
{
    Tally a = {0};
    Tally b = {0};
    Tally sum = {0};
    TallyItem item = {STATE_EXEMPT, STATE_COMPLIANT, 8};
    tally_add(&a, item);
    tally_remove(&b, item);
    tally_add(&b, (TallyItem){STATE_NON_COMPLIANT, STATE_NON_COMPLIANT, 8});
    tally_merge(&sum, &b);
    tally_merge(&sum, &a);
    CHECK(sum.of[STATE_EXEMPT].count == 0 && sum.of[STATE_EXEMPT].weight == 0);
    CHECK(sum.bare_more_met == 0);
    CHECK(tally_total(&sum) == 1 && tally_state(&sum) == STATE_NON_COMPLIANT);
}
