// SPDX-License-Identifier: Apache-2.0
// What changed since, as people and programs read it.
#include "report/remeasure.h"

#include "base/ticks.h"
#include "t.h"

static const Str control_a = STR_INIT("a");

static const CompareControl then_controls[] = {
    {.id = STR_INIT("a"), .title = STR_INIT("First"), .state = STATE_NON_COMPLIANT},
    {.id = STR_INIT("b"), .title = STR_INIT("Second"), .state = STATE_COMPLIANT},
};
static const CompareControl now_controls[] = {
    {.id = STR_INIT("a"), .title = STR_INIT("First"), .state = STATE_COMPLIANT},
};
static const CompareFinding then_findings[] = {{0xab, STATE_NON_COMPLIANT, &control_a, 1}};

typedef struct Rig {
    Arena arena;
    Buf text;
    Measured earlier;
    Measured same;
    Measured now;
    Remeasure remeasure;
} Rig;

static Score score(double lower, double upper)
{
    return (Score){.has_data = true, .lower = lower, .upper = upper};
}

static void rig_open(Rig *rig)
{
    *rig = (Rig){.text = {0}};
    arena_init(&rig->arena, (size_t)1 << 20);
    rig->earlier = (Measured){.edition = STR("o@1"),
                              .score = score(0.25, 0.5),
                              .controls = then_controls,
                              .control_count = COUNTOF(then_controls),
                              .findings = then_findings,
                              .finding_count = 1};
    rig->same = rig->earlier;
    rig->same.score = score(0.5, 0.625);
    rig->now = (Measured){.edition = STR("o@2"),
                          .score = score(0.75, 0.875),
                          .controls = now_controls,
                          .control_count = COUNTOF(now_controls)};
    CHECK(ticks_parse(STR("2026-03-01"), &rig->earlier.time));
    CHECK(ticks_parse(STR("2026-04-01"), &rig->same.time));
    rig->now.time = rig->same.time;
    rig->remeasure.now = &rig->now;
}

static void rig_close(Rig *rig)
{
    buf_free(&rig->text);
    arena_free(&rig->arena);
}

static void compare_rulers(Rig *rig)
{
    rig->remeasure.same = &rig->same;
    rig->remeasure.ruler = compare_measured(&rig->arena, &rig->same, &rig->now);
}

static void compare_rooms(Rig *rig)
{
    rig->remeasure.earlier = &rig->earlier;
    rig->remeasure.room = compare_measured(&rig->arena, &rig->earlier, &rig->same);
}

static bool says(Rig *rig, const char *part)
{
    static const TerminalStyle plain = {.width = 120};
    Page page = {.out = &rig->text, .style = &plain};
    buf_clear(&rig->text);
    remeasure_text(&page, &rig->remeasure);
    return str_find(buf_str(&rig->text), str_from_cstr(part)) != NULL;
}

TEST(what_is_not_known_is_said)
{
    Rig rig;
    rig_open(&rig);
    compare_rulers(&rig);
    CHECK(says(&rig, "not known: no earlier measurement was given (--since RESULT.json)"));
    CHECK(!says(&rig, "earlier facts"));
    CHECK(says(&rig, "+25.0 points; controls: 0 came, 1 went, 1 turned"));
    rig.now.score.has_data = false;
    CHECK(says(&rig, "no figure: one of them has no data"));
    rig_close(&rig);
}

TEST(ruler_and_room_stand_apart)
{
    Rig rig;
    rig_open(&rig);
    compare_rulers(&rig);
    compare_rooms(&rig);
    CHECK(says(&rig, "+25.0 points at the lower end, +12.5 at the upper; controls: 0 came, 0 went, "
                     "0 turned"));
    CHECK(says(&rig, "NonCompliant -> Compliant; findings: 0 came, 1 went, 0 turned; First"));
    CHECK(says(&rig, "Compliant -> -; Second"));
    CHECK(says(&rig, "earlier facts, 2026-03-01T00:00:00Z"));
    rig_close(&rig);
}

TEST(programs_get_the_same)
{
    Rig rig;
    rig_open(&rig);
    compare_rulers(&rig);
    JsonOut out = {.buf = &rig.text};
    json_out_object_begin(&out);
    remeasure_json(&out, &rig.remeasure);
    json_out_object_end(&out);
    static const char turned[] = "{\"id\":\"a\",\"title\":\"First\",\"change\":\"turned\","
                                 "\"before\":\"NonCompliant\",\"after\":\"Compliant\","
                                 "\"findings\":{\"came\":0,\"went\":1,\"turned\":0}}";
    static const char went[] = "{\"id\":\"b\",\"title\":\"Second\",\"change\":\"went\","
                               "\"before\":\"Compliant\",\"findings\":";
    const char *const parts[] = {
        "{\"comparison\":{\"earlier\":null,\"same\":{\"baseline\":\"o@1\",",
        "\"room\":null,\"ruler\":{\"score\":{\"lower\":0.25,\"upper\":0.25},",
        turned,
        went,
        "\"findings\":[{\"id\":\"00000000000000ab\",\"before\":\"NonCompliant\"}]}}}",
    };
    for (size_t i = 0; i < COUNTOF(parts); i++) {
        CHECK_ROW(parts[i], str_find(buf_str(&rig.text), str_from_cstr(parts[i])) != NULL);
    }
    rig_close(&rig);
}
