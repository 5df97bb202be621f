// SPDX-License-Identifier: Apache-2.0
// Two measurements side by side, and earlier ones read back.
#include "assess/compare.h"

#include "t.h"
#include "json/read.h"

static const Str control_a = STR_INIT("a");
static const Str control_d = STR_INIT("d");

static const CompareControl old_controls[] = {
    {.id = STR_INIT("a"), .state = STATE_NON_COMPLIANT},
    {.id = STR_INIT("b"), .state = STATE_COMPLIANT},
    {.id = STR_INIT("c"), .state = STATE_UNKNOWN},
    {.id = STR_INIT("d"), .state = STATE_NON_COMPLIANT},
};
static const CompareControl new_controls[] = {
    {.id = STR_INIT("A"), .state = STATE_COMPLIANT}, // ids differ in case at times
    {.id = STR_INIT("b"), .state = STATE_COMPLIANT},
    {.id = STR_INIT("d"), .state = STATE_NON_COMPLIANT},
    {.id = STR_INIT("e"), .state = STATE_NON_COMPLIANT},
};
static const CompareFinding old_findings[] = {
    {1, STATE_NON_COMPLIANT, &control_a, 1},
    {4, STATE_NON_COMPLIANT, &control_d, 1},
    {UINT64_MAX, STATE_NON_COMPLIANT, &control_d, 1},
};
static const CompareFinding new_findings[] = {
    {3, STATE_NON_COMPLIANT, &control_d, 1},
    {4, STATE_ERROR, &control_d, 1},
    {UINT64_MAX, STATE_NON_COMPLIANT, &control_d, 1},
};

static const Measured old_measured = {
    .controls = old_controls,
    .control_count = COUNTOF(old_controls),
    .findings = old_findings,
    .finding_count = COUNTOF(old_findings),
};
static const Measured new_measured = {
    .controls = new_controls,
    .control_count = COUNTOF(new_controls),
    .findings = new_findings,
    .finding_count = COUNTOF(new_findings),
};

TEST(controls_come_go_and_turn)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 20);
    Comparison got = compare_measured(&arena, &old_measured, &new_measured);
    static const struct {
        TurnKind kind;
        const char *id;
        uint32_t came, went, turned;
    } rows[] = {
        {TURN_TURNED, "A", 0, 1, 0},
        {TURN_FINDINGS, "d", 1, 0, 1},
        {TURN_CAME, "e", 0, 0, 0},
        {TURN_WENT, "c", 0, 0, 0},
    };
    CHECK(got.control_count == COUNTOF(rows));
    for (uint32_t i = 0; i < COUNTOF(rows) && i < got.control_count; i++) {
        const ControlTurn *turn = &got.controls[i];
        CHECK_ROW(rows[i].id, turn->kind == rows[i].kind);
        CHECK_ROW(rows[i].id, str_eq(turn->id, str_from_cstr(rows[i].id)));
        CHECK_ROW(rows[i].id, turn->findings_came == rows[i].came);
        CHECK_ROW(rows[i].id, turn->findings_went == rows[i].went);
        CHECK_ROW(rows[i].id, turn->findings_turned == rows[i].turned);
    }
    CHECK(got.finding_count == 3);
    CHECK(got.findings[0].identity == 1 && got.findings[0].after == STATE_COUNT);
    CHECK(got.findings[1].identity == 3 && got.findings[1].before == STATE_COUNT);
    CHECK(got.findings[2].identity == 4 && got.findings[2].after == STATE_ERROR);
    arena_free(&arena);
}

TEST(what_is_the_same_tells_nothing)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 20);
    static const Measured nothing;
    Comparison same = compare_measured(&arena, &new_measured, &new_measured);
    CHECK(same.control_count == 0 && same.finding_count == 0);
    Comparison first = compare_measured(&arena, &nothing, &new_measured);
    CHECK(first.control_turns[TURN_CAME] == COUNTOF(new_controls));
    CHECK(first.finding_count == COUNTOF(new_findings));
    arena_free(&arena);
}

#define HEAD                                                                                       \
    "{\"format\":\"datumline-assessment\",\"time\":\"2026-03-01T00:00:00Z\",\"tenant\":\"t\","
#define BASELINE "\"baseline\":{\"name\":\"o\",\"release\":2,\"digest\":\"ff\"},"
#define SCORE "{\"lower\":0.5,\"upper\":1,\"withoutDeviations\":{\"lower\":0.25,\"upper\":1}}"
#define SUMMARY "\"summary\":{\"score\":" SCORE "},"
#define CONTROLS "\"controls\":[{\"id\":\"a\",\"state\":\"NonCompliant\",\"score\":null}],"
#define FINDING(id, state) "{\"id\":\"" id "\",\"state\":\"" state "\",\"controls\":[\"a\"]}"

static bool read(Arena *arena, const char *text, Measured *ret_measured, Err *err)
{
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    const Json *json = NULL;
    CHECK(json_read_data(arena, str_from_cstr(text), &limits, &json, err));
    return measured_read(arena, json, ret_measured, err);
}

TEST(what_is_no_result_is_refused)
{
    static const struct {
        const char *text;
        const char *says;
    } rows[] = {
        {"{}", "no \"format\""},
        {"[]", "no \"format\""},
        {"{\"format\":\"datumline-assessment\"}", "no \"time\""},
        {HEAD "\"summary\":{\"score\":{\"lower\":2}}}", "no \"summary\""},
        {HEAD BASELINE SUMMARY "\"controls\":{}}", "no \"controls\""},
        {HEAD BASELINE SUMMARY "\"controls\":[{\"id\":\"a\",\"state\":\"Good\",\"score\":null}]}",
         "no \"controls\""},
        {HEAD BASELINE SUMMARY "\"controls\":[{\"id\":\"a\",\"state\":\"Error\",\"score\":null},"
                               "{\"id\":\"A\",\"state\":\"Compliant\",\"score\":null}]}",
         "each once"},
        {HEAD BASELINE SUMMARY CONTROLS "\"findings\":[" FINDING("12", "Error") "]}",
         "no \"findings\""},
        {HEAD BASELINE SUMMARY CONTROLS "\"findings\":[" FINDING("000000000000000G", "Error") "]}",
         "no \"findings\""},
        {HEAD BASELINE SUMMARY CONTROLS "\"findings\":[" FINDING("0000000000000001", "Bad") "]}",
         "no \"findings\""},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Arena arena;
        arena_init(&arena, (size_t)1 << 20);
        Measured measured;
        Err err = {0};
        CHECK_ROW(rows[i].text, !read(&arena, rows[i].text, &measured, &err));
        CHECK_ROW(rows[i].text, str_find(str_from_cstr(err.text), str_from_cstr(rows[i].says)));
        arena_free(&arena);
    }
}

TEST(an_earlier_result_is_read_back)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 20);
    Measured measured;
    Err err = {0};
    CHECK(
        read(&arena,
             HEAD BASELINE SUMMARY CONTROLS
             "\"findings\":[" FINDING("00000000000000ff", "Unknown") "," FINDING(
                 "0000000000000002", "Error") "," FINDING("00000000000000ff", "NonCompliant") "]}",
             &measured, &err));
    CHECK(str_eq(measured.edition, STR("o@2")) && str_eq(measured.digest, STR("ff")));
    CHECK(measured.score.has_data && measured.score.lower > 0.49 && measured.score.lower < 0.51);
    CHECK(measured.control_count == 1 && !measured.controls[0].score.has_data);
    CHECK(measured.finding_count == 2); // one check by two assignments counts once, as the worse
    CHECK(measured.findings[0].identity == 2 && measured.findings[1].identity == 255);
    CHECK(measured.findings[1].state == STATE_NON_COMPLIANT);
    arena_free(&arena);
}
