// SPDX-License-Identifier: Apache-2.0
// The sink on made-up rows: what counts, what is handed out, and that workers do not matter.
#include "assess/rollup.h"

#include <string.h>

#include "t.h"

enum { RULES = 5, FOUND_MAX = 32 };

// Rules: 0 and 1 are direct; 2 and 3 need related resources; 4 is manual. 0 and 2 answer the same
// control "mixed", the others one of their own.
static Definition definitions[RULES];
static AssignedRule assigned[RULES];
static const Str mixed_group = STR_INIT("mixed");

typedef struct Found {
    uint32_t rule;
    State state;
    State truth;
    char id[64];
    char message[64];
    uint64_t identity;
} Found;

typedef struct Fixture {
    Arena arena;
    const AssessModel *model;
    AssessInput input;
    Assess *assess;
    Found found[FOUND_MAX];
    uint32_t found_count;
    uint32_t bad_count;
} Fixture;

static void keep_text(char *to, size_t cap, Str text)
{
    size_t len = text.len < cap - 1 ? text.len : cap - 1;
    if (len != 0) {
        memcpy(to, text.ptr, len);
    }
    to[len] = '\0';
}

static void on_finding(void *ctx, const Finding *finding)
{
    Fixture *f = ctx;
    ASSERT(f->found_count < FOUND_MAX);
    Found *found = &f->found[f->found_count++];
    *found = (Found){.rule = finding->rule,
                     .state = finding->state,
                     .truth = finding->truth,
                     .identity = finding->identity};
    keep_text(found->id, sizeof found->id, finding->resource_id);
    keep_text(found->message, sizeof found->message, finding->message);
}

static void on_bad(void *ctx, const BadSource *bad)
{
    Fixture *f = ctx;
    (void)bad;
    f->bad_count++;
}

static void fixture_open(Fixture *f, const AssessInput *extra, uint32_t workers)
{
    static const char *const names[RULES] = {"direct-a", "direct-b", "related-a", "related-b",
                                             "by-hand"};
    bool deferred[RULES] = {false, false, true, true, false};
    memset(f, 0, sizeof *f);
    arena_init(&f->arena, (size_t)1 << 24);
    for (uint32_t i = 0; i < RULES; i++) {
        definitions[i].name = str_from_cstr(names[i]);
        assigned[i].definition = &definitions[i];
        assigned[i].effect = i == 4 ? EFFECT_MANUAL : EFFECT_AUDIT;
        if (i == 0 || i == 2) {
            assigned[i].groups = &mixed_group;
            assigned[i].group_count = 1;
        }
    }
    for (uint32_t i = 0; i < RULES; i++) {
        assigned[i].preset = STATE_COUNT;
    }
    f->model = assess_model_build(&f->arena, assigned, RULES, deferred, NULL);
    f->input = extra != NULL ? *extra : (AssessInput){0};
    f->input.model = f->model;
    f->assess = assess_open(&f->input, workers);
}

static void begin(Fixture *f, uint32_t worker, uint64_t block)
{
    assess_begin_block(
        f->assess, worker,
        &(AssessBlock){
            .index = block, .file = STR("in"), .given = true, .out = {on_finding, on_bad, f}});
}

static uint32_t row(Fixture *f, uint32_t worker, const char *id, uint32_t tag,
                    const RuleResult *results, uint32_t count)
{
    PolicySink sink = assess_sink(f->assess, worker);
    ResourceRow source = {
        .id = str_from_cstr(id), .waits = tag == 0, .deferred = tag != 0, .tag = tag};
    return sink.row(sink.ctx, &source, results, count);
}

static AssessTotals finish(Fixture *f)
{
    AssessTotals totals = {0};
    Err err = {0};
    FindingOut out = {on_finding, on_bad, f};
    CHECK(assess_finish(f->assess, &out, &totals, &err));
    return totals;
}

static void fixture_close(Fixture *f)
{
    assess_close(f->assess);
    arena_free(&f->arena);
}

static const Tally *control_tally(const Fixture *f, const AssessTotals *totals, const char *id)
{
    const AssessControl *control = assess_find_control(f->model, str_from_cstr(id));
    ASSERT(control != NULL);
    return &totals->controls[control - f->model->controls];
}

TEST(a_control_of_direct_and_related_rules_counts_a_resource_once)
{
    // Every outcome of the direct rule (also: none) with every outcome of the related one.
    static const State states[] = {STATE_COUNT, STATE_COMPLIANT, STATE_NON_COMPLIANT, STATE_ERROR};
    for (Gen g = {0}; gen_next(&g);) {
        State direct = states[gen_below(&g, 4)];
        State related = states[1 + gen_below(&g, 3)];
        Fixture f;
        fixture_open(&f, NULL, 2);
        begin(&f, 1, 0);
        RuleResult first = {.rule = 0, .state = direct};
        uint32_t tag = row(&f, 1, "/r", 0, &first, direct == STATE_COUNT ? 0 : 1);
        CHECK(tag != 0);
        begin(&f, 2, UINT64_MAX - 1);
        RuleResult second = {.rule = 2, .state = related};
        (void)row(&f, 2, "/r", tag, &second, 1);
        AssessTotals totals = finish(&f);
        const Tally *mixed = control_tally(&f, &totals, "mixed");
        State worst = direct != STATE_COUNT && direct < related ? direct : related;
        CHECK(tally_total(mixed) == 1);
        CHECK(tally_state(mixed) == worst);
        CHECK(mixed->of[worst].weight == tier_weight(TIER_STANDARD));
        CHECK(tally_total(&totals.resources) == 1);
        CHECK(totals.row_count == 1);
        fixture_close(&f);
    }
}

TEST(only_what_is_not_compliant_is_handed_out_with_a_stable_identity)
{
    Fixture f;
    fixture_open(&f, NULL, 1);
    begin(&f, 0, 0);
    RuleResult results[] = {{.rule = 0, .state = STATE_COMPLIANT},
                            {.rule = 1, .state = STATE_NON_COMPLIANT}};
    (void)row(&f, 0, "/A/b", 0, results, 2);
    (void)row(&f, 0, "/a/B", 0, results, 2);
    (void)row(&f, 0, "/a/c", 0, results, 2);
    CHECK(f.found_count == 3);
    CHECK(f.found[0].identity == f.found[1].identity); // ids compare without case
    CHECK(f.found[0].identity != f.found[2].identity);
    CHECK(f.found[0].rule == 1 && f.found[0].state == STATE_NON_COMPLIANT);
    AssessTotals totals = finish(&f);
    CHECK(tally_total(&totals.rules[0]) == 3);
    CHECK(totals.pair_count == 6);
    fixture_close(&f);
}

TEST(an_exemption_keeps_the_truth)
{
    Exemption exemption = {.id = STR("/e"), .scope = STR("/a")};
    const Exemption *list[] = {&exemption};
    AssessInput input = {.exemptions = list, .exemption_count = 1};
    Fixture f;
    fixture_open(&f, &input, 1);
    begin(&f, 0, 0);
    RuleResult bad = {.rule = 1, .state = STATE_NON_COMPLIANT};
    (void)row(&f, 0, "/a/x", 0, &bad, 1);
    (void)row(&f, 0, "/b/x", 0, &bad, 1);
    CHECK(f.found_count == 2);
    CHECK(f.found[0].state == STATE_EXEMPT && f.found[0].truth == STATE_NON_COMPLIANT);
    CHECK(f.found[1].state == STATE_NON_COMPLIANT);
    AssessTotals totals = finish(&f);
    const AssessResult *result = assess_roll_up(&f.arena, &f.input, &totals, NULL);
    const Score *score = &result->whole.score;
    CHECK(score->lower > 0.49 && score->upper < 0.51);
    CHECK(score->bare_upper < 0.01);
    CHECK(assess_breaks_gate(result, SEVERITY_LOW));
    CHECK(!assess_breaks_gate(result, SEVERITY_HIGH));
    fixture_close(&f);
}

TEST(an_exemption_that_ended_takes_no_part)
{
    Exemption exemption = {.scope = STR("/a"), .has_expiry = true, .expires_on = 1000};
    const Exemption *list[] = {&exemption};
    for (Ticks now = 999; now <= 1001; now += 2) {
        AssessInput input = {.exemptions = list, .exemption_count = 1, .now = now};
        Fixture f;
        fixture_open(&f, &input, 1);
        begin(&f, 0, 0);
        RuleResult bad = {.rule = 1, .state = STATE_NON_COMPLIANT};
        (void)row(&f, 0, "/a/x", 0, &bad, 1);
        CHECK(f.found[0].state == (now < 1000 ? STATE_EXEMPT : STATE_NON_COMPLIANT));
        (void)finish(&f);
        fixture_close(&f);
    }
}

TEST(an_attestation_answers_a_manual_rule_only)
{
    Attestation attestation = {
        .resource_id = STR("/a/x"), .state = STATE_COMPLIANT, .comments = STR("seen")};
    const Attestation *list[] = {&attestation};
    AssessInput input = {.attestations = list, .attestation_count = 1};
    Fixture f;
    fixture_open(&f, &input, 1);
    begin(&f, 0, 0);
    RuleResult results[] = {{.rule = 1, .state = STATE_NON_COMPLIANT},
                            {.rule = 4, .state = STATE_UNKNOWN}};
    (void)row(&f, 0, "/a/x", 0, results, 2);
    (void)row(&f, 0, "/a/y", 0, results, 2);
    AssessTotals totals = finish(&f);
    CHECK(totals.rules[4].of[STATE_COMPLIANT].count == 1);
    CHECK(totals.rules[4].of[STATE_UNKNOWN].count == 1);
    CHECK(totals.rules[1].of[STATE_NON_COMPLIANT].count == 2);
    fixture_close(&f);
}

TEST(presets_are_told_once_and_what_is_disabled_never)
{
    Fixture f;
    fixture_open(&f, NULL, 1);
    assigned[0].preset = STATE_NOT_MEASURED;
    assigned[0].preset_reason = STR("parameter x has no value");
    assigned[1].preset = STATE_NOT_APPLICABLE;
    assigned[3].preset = STATE_PROVIDER_ATTESTED;
    begin(&f, 0, 0);
    RuleResult result_of_two = {.rule = 2, .state = STATE_COMPLIANT};
    (void)row(&f, 0, "/a", 0, &result_of_two, 1); // the engine is silent on presets
    AssessTotals totals = finish(&f);
    CHECK(f.found_count == 2);
    CHECK(f.found[0].rule == 0 && f.found[0].state == STATE_NOT_MEASURED);
    CHECK(strcmp(f.found[0].message, "parameter x has no value") == 0);
    CHECK(f.found[1].rule == 3 && f.found[1].state == STATE_PROVIDER_ATTESTED);
    CHECK(tally_total(&totals.rules[1]) == 0);
    const AssessResult *result = assess_roll_up(&f.arena, &f.input, &totals, NULL);
    CHECK(assess_is_incomplete(result));
    CHECK(!assess_breaks_gate(result, SEVERITY_LOW));
    fixture_close(&f);
}

// Twelve rows dealt to workers in blocks of two, as a pool deals them.
static AssessTotals deal(Fixture *f, uint32_t workers)
{
    static const State states[] = {STATE_NON_COMPLIANT, STATE_COMPLIANT, STATE_ERROR};
    fixture_open(f, NULL, workers);
    for (uint32_t block = 0; block < 6; block++) {
        uint32_t worker = block % workers;
        begin(f, worker, block);
        for (uint32_t i = 0; i < 2; i++) {
            char id[16];
            (void)snprintf(id, sizeof id, "/r%u", block * 2 + i);
            RuleResult results[] = {{.rule = 0, .state = states[(block + i) % 3]},
                                    {.rule = 1, .state = states[(block * i) % 3]}};
            (void)row(f, worker, id, 0, results, 2);
        }
    }
    return finish(f);
}

TEST(counts_and_samples_do_not_depend_on_the_number_of_workers)
{
    Fixture one;
    AssessTotals want = deal(&one, 1);
    for (uint32_t workers = 2; workers <= 6; workers++) {
        Fixture f;
        AssessTotals got = deal(&f, workers);
        CHECK(got.row_count == want.row_count && got.pair_count == want.pair_count);
        CHECK(memcmp(&got.resources, &want.resources, sizeof want.resources) == 0);
        for (uint32_t r = 0; r < RULES; r++) {
            CHECK(memcmp(&got.rules[r], &want.rules[r], sizeof want.rules[r]) == 0);
            CHECK(got.sample_counts[r] == want.sample_counts[r]);
            for (uint32_t i = 0; i < want.sample_counts[r]; i++) {
                CHECK(got.samples[r][i].finding.identity == want.samples[r][i].finding.identity);
            }
        }
        fixture_close(&f);
    }
    // NonCompliant before Error, then by place in the input.
    CHECK(want.sample_counts[0] == SAMPLES_MAX);
    CHECK(want.samples[0][0].finding.state == STATE_NON_COMPLIANT);
    CHECK(str_eq(want.samples[0][0].finding.resource_id, STR("/r0")));
    fixture_close(&one);
}

TEST(tiers_weigh_resources)
{
    TierRow rows[] = {{STR("/a"), TIER_MISSION_CRITICAL}};
    TierTable table = {.rows = rows, .count = 1, .fallback = TIER_LOW};
    AssessInput input = {.tiers = &table};
    Fixture f;
    fixture_open(&f, &input, 1);
    begin(&f, 0, 0);
    RuleResult good = {.rule = 1, .state = STATE_COMPLIANT};
    RuleResult bad = {.rule = 1, .state = STATE_NON_COMPLIANT};
    (void)row(&f, 0, "/a/x", 0, &good, 1);
    (void)row(&f, 0, "/b/x", 0, &bad, 1);
    AssessTotals totals = finish(&f);
    const Tally *tally = control_tally(&f, &totals, "direct-b");
    CHECK(tally->of[STATE_COMPLIANT].weight == tier_weight(TIER_MISSION_CRITICAL));
    CHECK(tally->of[STATE_NON_COMPLIANT].weight == tier_weight(TIER_LOW));
    fixture_close(&f);
}

TEST(broken_lines_are_counted_and_told)
{
    Fixture f;
    fixture_open(&f, NULL, 1);
    begin(&f, 0, 0);
    PolicySink sink = assess_sink(f.assess, 0);
    BadLine bad = {.line = 7, .column = 3, .reason = STR("no")};
    sink.bad_line(sink.ctx, &bad);
    AssessTotals totals = finish(&f);
    CHECK(f.bad_count == 1 && totals.bad_count == 1);
    const AssessResult *result = assess_roll_up(&f.arena, &f.input, &totals, NULL);
    CHECK(assess_is_incomplete(result));
    fixture_close(&f);
}
