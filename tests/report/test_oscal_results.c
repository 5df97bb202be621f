// SPDX-License-Identifier: Apache-2.0
// Documents of OSCAL: valid by our own tables, every reference meets, whatever the texts are.
#include "report/oscal_results.h"
#include "report/oscal_text.h"

#include "oscal/check.h"
#include "t.h"
#include "json/read.h"

enum { RULES = 3 };

// A rule that fails with nasty texts, one under a deviation, one nobody attested; all answer a
// control each.
typedef struct World {
    Arena arena;
    const AssessModel *model;
    Ticks now;
    Definition definitions[RULES];
    AssignedRule assigned[RULES];
    Finding findings[RULES];
    Exemption exemption;
    AssessResult result;
    ControlResult controls[RULES];
    RuleSummary rules[RULES];
    OscalNote notes[RULES];
} World;

static const Json *read_json(Arena *arena, const char *text)
{
    const Json *json = NULL;
    Err err = {0};
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    CHECK(json_read_data(arena, str_from_cstr(text), &limits, &json, &err));
    return json;
}

static void world_open(World *w)
{
    static const char *const names[RULES] = {"1 *bold* `code` <b>", "{{ insert: param, x }}",
                                             "plain"};
    memset(w, 0, sizeof *w);
    arena_init(&w->arena, (size_t)1 << 26);
    CHECK(ticks_parse(STR("2026-01-31T12:00:00Z"), &w->now));
    for (uint32_t i = 0; i < RULES; i++) {
        w->definitions[i] =
            (Definition){.name = str_from_cstr(names[i]), .display_name = str_from_cstr(names[i])};
        w->assigned[i] = (AssignedRule){.definition = &w->definitions[i],
                                        .effect = i == 2 ? EFFECT_MANUAL : EFFECT_AUDIT,
                                        .preset = STATE_COUNT};
    }
    w->model = assess_model_build(&w->arena, w->assigned, RULES, NULL, NULL);
    w->exemption =
        (Exemption){.id = STR("/e"),
                    .metadata = read_json(
                        &w->arena, "{\"datumline\": {\"kind\": \"mitigated\", \"requestedBy\": "
                                   "\"a\", \"approvedBy\": \"b\", \"reason\": \"late\", "
                                   "\"reviewOn\": \"2026-06-01\", "
                                   "\"compensatingControl\": \"a * guard\"}}")};
    static const State states[RULES] = {STATE_NON_COMPLIANT, STATE_EXEMPT, STATE_UNKNOWN};
    for (uint32_t i = 0; i < RULES; i++) {
        w->findings[i] = (Finding){.rule = i,
                                   .state = states[i],
                                   .truth = i == 1 ? STATE_NON_COMPLIANT : states[i],
                                   .resource_id = STR("/a/\"quoted\"/\n\xff  "),
                                   .resource_name = i == 0 ? STR(" \n ") : STR("two\nlines"),
                                   .identity = i + 1,
                                   .message = STR("line one\nline two")};
        w->controls[i].state = states[i];
        w->controls[i].tally.of[states[i]].count = 1;
    }
    static const Evidence evidence = {.path = STR_INIT("p"),
                                      .op = "equals",
                                      .seen = STR_INIT("\"\\n\""),
                                      .wanted = STR_INIT("1")};
    w->findings[0].evidence = &evidence;
    w->findings[1].exemption = &w->exemption;
    w->result = (AssessResult){
        .model = w->model, .now = w->now, .controls = w->controls, .rules = w->rules};
}

// The document over the first count findings.
static const Json *write_document(World *w, ReportFormat format, uint32_t count, Buf *out)
{
    FindingHead head = {.now = w->now, .tool_version = STR("0"), .tenant = STR("t")};
    const FindingFormat *self = finding_format_new(&w->arena, format, w->model, &head);
    CHECK(finding_format_wants_notes(self));
    finding_format_begin(self, out);
    for (uint32_t i = 0; i < count; i++) {
        finding_format_write(self, out, &w->findings[i]);
        w->notes[i] = finding_note(&w->findings[i]);
    }
    Report report = {.result = &w->result, .notes = w->notes, .note_count = count};
    finding_format_end(self, out, &report);
    const Json *json = NULL;
    Err err = {0};
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    CHECK(json_read_data(&w->arena, buf_str(out), &limits, &json, &err));
    return json;
}

static bool is_valid(World *w, const Json *json)
{
    DiagList diags;
    OscalCheck check = {0};
    diag_init(&diags, &w->arena, STR("document"));
    bool ok = oscal_check(&w->arena, json, &diags, &check);
    for (const Diag *diag = diags.first; diag != NULL; diag = diag->next) {
        printf("# %s %.*s\n", diag->code, STR_ARG(diag->text));
    }
    return ok && check.value_count > 20;
}

static bool has_uuid(const Json *list, Str uuid)
{
    for (uint32_t i = 0; list != NULL && i < list->count; i++) {
        if (str_eq(json_find_str(&list->items[i], STR("uuid")), uuid)) {
            return true;
        }
    }
    return false;
}

// Every …-uuid below json names an entry of its list in root.
static void check_references(const Json *root, const Json *json)
{
    static const struct {
        Str key;
        Str list;
    } rows[] = {
        {STR_INIT("observation-uuid"), STR_INIT("observations")},
        {STR_INIT("risk-uuid"), STR_INIT("risks")},
        {STR_INIT("finding-uuid"), STR_INIT("findings")},
    };
    for (uint32_t i = 0; json->type == JSON_ARRAY && i < json->count; i++) {
        check_references(root, &json->items[i]);
    }
    for (uint32_t i = 0; json->type == JSON_OBJECT && i < json->count; i++) {
        const JsonMember *member = &json->members[i];
        for (size_t r = 0; r < COUNTOF(rows); r++) {
            if (str_eq(member->key, rows[r].key)) {
                CHECK_ROW(rows[r].key.ptr,
                          has_uuid(json_find(root, rows[r].list), member->value.string));
            }
        }
        check_references(root, &member->value);
    }
}

TEST(results_are_valid_and_whole)
{
    World w;
    Buf text = {0};
    world_open(&w);
    const Json *json = write_document(&w, REPORT_OSCAL_RESULTS, RULES, &text);
    CHECK(is_valid(&w, json));
    const Json *result = json_pointer(json, STR("/assessment-results/results/0"));
    check_references(result, result);
    CHECK(json_find(result, STR("findings"))->count == RULES);
    CHECK(json_find(result, STR("risks"))->count == RULES);
    CHECK(json_find(result, STR("observations"))->count == 1 + 2 * RULES);
    buf_free(&text);
    arena_free(&w.arena);
}

// An exempt control is not satisfied, and neither is one that nobody attested.
TEST(what_is_not_known_is_not_satisfied)
{
    static const struct {
        const char *pointer;
        const char *want;
    } rows[] = {
        {"/findings/0/target/status/state", "not-satisfied"},
        {"/findings/0/target/status/reason", "fail"},
        {"/findings/1/target/status/state", "not-satisfied"},
        {"/findings/1/target/status/reason", "other"},
        {"/findings/2/target/status/state", "not-satisfied"},
        {"/findings/2/target/status/reason", "other"},
        {"/risks/0/status", "open"},
        {"/risks/1/status", "deviation-approved"},
        {"/risks/1/deadline", "2026-06-01T00:00:00Z"},
        {"/risks/1/mitigating-factors/0/description", "a \\* guard"},
        {"/risks/2/status", "investigating"},
        {"/findings/0/target/target-id", "_1--bold---code---b-_smt"},
        {"/observations/1/title", "1 \\*bold\\* \\`code\\` \\<b>"},
        {"/observations/2/title", "\\{{ insert: param, x }}"},
        {"/observations/1/subjects/0/title", "-"},
        {"/observations/2/subjects/0/title", "two lines"},
        {"/observations/3/methods/0", "EXAMINE"},
        {"/observations/1/methods/0", "TEST"},
    };
    World w;
    Buf text = {0};
    world_open(&w);
    const Json *json = write_document(&w, REPORT_OSCAL_RESULTS, RULES, &text);
    const Json *result = json_pointer(json, STR("/assessment-results/results/0"));
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        const Json *got = json_pointer(result, str_from_cstr(rows[i].pointer));
        bool same = json_is(got, JSON_STRING) && str_eq(got->string, str_from_cstr(rows[i].want));
        CHECK_ROW(rows[i].pointer, same);
    }
    buf_free(&text);
    arena_free(&w.arena);
}

TEST(a_plan_has_an_item_for_each_issue)
{
    World w;
    Buf text = {0};
    world_open(&w);
    const Json *json = write_document(&w, REPORT_OSCAL_PLAN, RULES, &text);
    CHECK(is_valid(&w, json));
    const Json *plan = json_find(json, STR("plan-of-action-and-milestones"));
    check_references(plan, plan);
    CHECK(json_find(plan, STR("poam-items"))->count == RULES);
    buf_free(&text);
    arena_free(&w.arena);
}

TEST(a_deviation_nobody_else_approved_is_only_requested)
{
    World w;
    Buf text = {0};
    world_open(&w);
    w.exemption.metadata =
        read_json(&w.arena, "{\"datumline\": {\"requestedBy\": \"a\", \"approvedBy\": \"A\"}}");
    const Json *json = write_document(&w, REPORT_OSCAL_PLAN, RULES, &text);
    const Json *risk = json_pointer(json, STR("/plan-of-action-and-milestones/risks/1"));
    CHECK(str_eq(json_find_str(risk, STR("status")), STR("deviation-requested")));
    CHECK(json_find(risk, STR("deadline")) == NULL);
    buf_free(&text);
    arena_free(&w.arena);
}

TEST(a_plan_without_anything_open_says_so)
{
    World w;
    Buf text = {0};
    world_open(&w);
    for (uint32_t i = 0; i < RULES; i++) {
        w.controls[i] = (ControlResult){.state = STATE_COMPLIANT};
    }
    const Json *json = write_document(&w, REPORT_OSCAL_PLAN, 0, &text);
    CHECK(is_valid(&w, json));
    const Json *plan = json_find(json, STR("plan-of-action-and-milestones"));
    CHECK(json_find(plan, STR("poam-items"))->count == 1 && json_find(plan, STR("risks")) == NULL);
    buf_free(&text);
    // A control that is not known to hold is open even when no finding tells of it.
    w.controls[2].state = STATE_UNKNOWN;
    text = (Buf){0};
    json = write_document(&w, REPORT_OSCAL_PLAN, 0, &text);
    CHECK(is_valid(&w, json));
    plan = json_find(json, STR("plan-of-action-and-milestones"));
    CHECK(json_find(plan, STR("risks"))->count == 1);
    buf_free(&text);
    arena_free(&w.arena);
}

TEST(a_rule_that_was_never_evaluated_has_no_subject)
{
    World w;
    Buf text = {0};
    world_open(&w);
    w.findings[2].resource_id = w.findings[2].resource_name = (Str){0};
    const Json *json = write_document(&w, REPORT_OSCAL_PLAN, RULES, &text);
    CHECK(is_valid(&w, json));
    const Json *plan = json_find(json, STR("plan-of-action-and-milestones"));
    const Json *observation = json_pointer(plan, STR("/observations/3"));
    CHECK(json_find(observation, STR("subjects")) == NULL);
    CHECK(
        str_eq(json_find_str(observation, STR("description")), STR("Unknown; line one\nline two")));
    buf_free(&text);
    arena_free(&w.arena);
}

// No identity stands twice, though three variants of one rule found the same resource.
TEST(variants_of_a_rule_are_told_apart)
{
    static const char *const lists[] = {"observations", "findings", "risks", "poam-items"};
    static const Assignment assignments[RULES] = {
        {.id = STR_INIT("/a")}, {.id = STR_INIT("/b")}, {.id = STR_INIT("/c")}};
    World w;
    Buf text = {0};
    world_open(&w);
    for (uint32_t i = 0; i < RULES; i++) {
        w.definitions[i].name = STR("one");
        w.assigned[i].assignment = &assignments[i];
        w.findings[i].identity = 7;
    }
    w.model = assess_model_build(&w.arena, w.assigned, RULES, NULL, NULL);
    w.result.model = w.model;
    Map ids;
    map_init(&ids, &w.arena, MAP_EXACT);
    const Json *json = write_document(&w, REPORT_OSCAL_PLAN, RULES, &text);
    const Json *plan = json_find(json, STR("plan-of-action-and-milestones"));
    check_references(plan, plan);
    for (size_t i = 0; i < COUNTOF(lists); i++) {
        const Json *list = json_find(plan, str_from_cstr(lists[i]));
        for (uint32_t k = 0; list != NULL && k < list->count; k++) {
            uint32_t before = ids.count;
            CHECK_ROW(lists[i],
                      map_intern(&ids, json_find_str(&list->items[k], STR("uuid"))) == before);
        }
    }
    CHECK(json_find(plan, STR("observations"))->count == 1 + RULES);
    buf_free(&text);
    arena_free(&w.arena);
}

// What lasts keeps its identity from run to run; what belongs to one run does not.
TEST(risks_last_and_observations_do_not)
{
    static const struct {
        const char *pointer;
        bool lasts;
    } rows[] = {
        {"/plan-of-action-and-milestones/risks/0/uuid", true},
        {"/plan-of-action-and-milestones/poam-items/1/uuid", true},
        {"/plan-of-action-and-milestones/system-id/id", true},
        {"/plan-of-action-and-milestones/observations/1/subjects/0/subject-uuid", true},
        {"/plan-of-action-and-milestones/uuid", false},
        {"/plan-of-action-and-milestones/observations/1/uuid", false},
        {"/plan-of-action-and-milestones/findings/0/uuid", false},
    };
    World w;
    Buf one = {0};
    Buf two = {0};
    Buf again = {0};
    world_open(&w);
    const Json *a = write_document(&w, REPORT_OSCAL_PLAN, RULES, &one);
    (void)write_document(&w, REPORT_OSCAL_PLAN, RULES, &again);
    CHECK(str_eq(buf_str(&one), buf_str(&again)));
    w.now += TICKS_PER_DAY;
    const Json *b = write_document(&w, REPORT_OSCAL_PLAN, RULES, &two);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Str pointer = str_from_cstr(rows[i].pointer);
        CHECK_ROW(rows[i].pointer, json_pointer(a, pointer) != NULL);
        CHECK_ROW(rows[i].pointer,
                  json_equal(json_pointer(a, pointer), json_pointer(b, pointer)) == rows[i].lasts);
    }
    buf_free(&one);
    buf_free(&two);
    buf_free(&again);
    arena_free(&w.arena);
}
