// SPDX-License-Identifier: Apache-2.0
// One made-up result in every form, held against tests/report/golden (UPDATE_GOLDEN=1 rewrites).
#include "report/report.h"
#include "report/stream.h"

#include <string.h>

#include "t.h"

enum { RULES = 4 };

static Definition definitions[RULES];
static AssignedRule assigned[RULES];

// A rule that fails twice, one that is fine, one without its parameter, one that ends in an error.
static const AssessModel *model_new(Arena *arena)
{
    static const char *const names[RULES] = {"storage-tls", "storage-https", "vm-sizes",
                                             "ip-rules"};
    static const char *const titles[RULES] = {
        "Storage accounts should ask for TLS 1.2", "Storage accounts should ask for HTTPS",
        "Virtual machines should have an allowed size", "Addresses should be known ones"};
    static Json severity;
    static JsonMember metadata_member;
    static Json metadata;
    severity = json_string(STR("high"));
    metadata_member = (JsonMember){.key = STR("severity"), .value = severity};
    metadata = (Json){.type = JSON_OBJECT, .count = 1, .members = &metadata_member};
    for (uint32_t i = 0; i < RULES; i++) {
        definitions[i] = (Definition){.name = str_from_cstr(names[i]),
                                      .display_name = str_from_cstr(titles[i]),
                                      .category = i == 2 ? STR("Compute") : STR("Storage"),
                                      .metadata = i == 0 ? &metadata : NULL};
        assigned[i] = (AssignedRule){
            .definition = &definitions[i], .effect = EFFECT_AUDIT, .preset = STATE_COUNT};
    }
    assigned[2].preset = STATE_NOT_MEASURED;
    assigned[2].preset_reason = STR("parameter listOfAllowedSKUs has no value");
    return assess_model_build(arena, assigned, RULES, NULL, NULL);
}

typedef struct Golden {
    Arena arena;
    AssessInput input;
    Assess *assess;
    Report report;
    const FindingFormat *formats[REPORT_FORMAT_COUNT];
    Buf streams[REPORT_FORMAT_COUNT];
    OscalNote notes[16];
    uint32_t note_count;
} Golden;

static void on_finding(void *ctx, const Finding *finding)
{
    Golden *g = ctx;
    for (int i = 0; i < REPORT_FORMAT_COUNT; i++) {
        finding_format_write(g->formats[i], &g->streams[i], finding);
    }
    CHECK(g->note_count < COUNTOF(g->notes));
    g->notes[g->note_count++] = finding_note(finding);
}

static void on_bad(void *ctx, const BadSource *bad)
{
    Golden *g = ctx;
    for (int i = 0; i < REPORT_FORMAT_COUNT; i++) {
        finding_format_bad_source(g->formats[i], &g->streams[i], bad);
    }
}

static const char storage_id[] =
    "/subscriptions/0/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/";

static void feed(Golden *g)
{
    PolicySink sink = assess_sink(g->assess, 0);
    FindingOut out = {on_finding, on_bad, g};
    assess_begin_block(g->assess, 0,
                       &(AssessBlock){.file = STR("in.ndjson"), .given = true, .out = out});
    for (unsigned i = 0; i < 4; i++) {
        char id[128];
        (void)snprintf(id, sizeof id, "%saccount%u", storage_id, i);
        Evidence tls = {.path = STR("Microsoft.Storage/storageAccounts/minimumTlsVersion"),
                        .op = "notEquals",
                        .seen = i == 1 ? STR("\"TLS1_0\"") : STR(""),
                        .wanted = STR("\"TLS1_2\"")};
        tls.json = evidence_json(&g->arena, &tls);
        RuleResult results[] = {
            {.rule = 0,
             .state = i % 2 == 1 ? STATE_NON_COMPLIANT : STATE_COMPLIANT,
             .evidence = &tls},
            {.rule = 1, .state = STATE_COMPLIANT},
            {.rule = 3, .state = STATE_ERROR, .message = STR("\"10.0.0\" is no address")},
        };
        ResourceRow row = {.id = str_from_cstr(id),
                           .name = STR("account"),
                           .type = STR("Microsoft.Storage/storageAccounts"),
                           .line = i + 1};
        (void)sink.row(sink.ctx, &row, results, i == 3 ? 3 : 2);
    }
    sink.bad_line(sink.ctx,
                  &(BadLine){.line = 5, .column = 12, .reason = STR("a comma is missing")});
}

static void golden_open(Golden *g)
{
    memset(g, 0, sizeof *g);
    arena_init(&g->arena, (size_t)1 << 26);
    Ticks now = 0;
    CHECK(ticks_parse(STR("2026-01-31T12:00:00Z"), &now));
    g->input = (AssessInput){.model = model_new(&g->arena), .now = now};
    g->assess = assess_open(&g->input, 1);
    for (int i = 0; i < REPORT_FORMAT_COUNT; i++) {
        g->formats[i] = finding_format_new(&g->arena, (ReportFormat)i, g->input.model,
                                           &(FindingHead){.now = now, .tool_version = STR("0")});
        finding_format_begin(g->formats[i], &g->streams[i]);
    }
    Buf head = g->streams[REPORT_JSON];
    g->streams[REPORT_JSON] = (Buf){0};
    feed(g);
    AssessTotals totals = {0};
    Err err = {0};
    CHECK(assess_finish(g->assess, &(FindingOut){on_finding, on_bad, g}, &totals, &err));
    static const BadSource bad = {.file = STR_INIT("in.ndjson"),
                                  .line = 5,
                                  .column = 12,
                                  .reason = STR_INIT("a comma is missing")};
    static const SourceRow source = {.file = STR_INIT("in.ndjson"),
                                     .kind = STR_INIT("resources"),
                                     .status = SOURCE_PARTIAL,
                                     .reason = STR_INIT("some lines could not be evaluated"),
                                     .objects = 5};
    g->report = (Report){.result = assess_roll_up(&g->arena, &g->input, &totals, NULL),
                         .tool_version = STR("0"),
                         .sources = &source,
                         .source_count = 1,
                         .bad_sources = &bad,
                         .bad_source_count = 1,
                         .notes = g->notes,
                         .note_count = g->note_count};
    bool any = false;
    buf_push(&head, finding_format_chunk(g->formats[REPORT_JSON], buf_str(&g->streams[REPORT_JSON]),
                                         &any));
    buf_free(&g->streams[REPORT_JSON]);
    g->streams[REPORT_JSON] = head;
    for (int i = 0; i < REPORT_FORMAT_COUNT; i++) {
        finding_format_end(g->formats[i], &g->streams[i], &g->report);
    }
}

static void golden_close(Golden *g)
{
    for (int i = 0; i < REPORT_FORMAT_COUNT; i++) {
        buf_free(&g->streams[i]);
    }
    assess_close(g->assess);
    arena_free(&g->arena);
}

static void hold_against(const char *name, Str got)
{
    const char *root = getenv("DATUM_ROOT");
    char path[512];
    (void)snprintf(path, sizeof path, "%s/tests/report/golden/%s", root != NULL ? root : ".", name);
    if (getenv("UPDATE_GOLDEN") != NULL) {
        FILE *file = fopen(path, "wb");
        CHECK_ROW(name, file != NULL && fwrite(got.ptr, 1, got.len, file) == got.len);
        CHECK_ROW(name, file != NULL && fclose(file) == 0);
        return;
    }
    FILE *file = fopen(path, "rb");
    CHECK_ROW(name, file != NULL);
    if (file == NULL) {
        return;
    }
    static char want[1 << 16];
    size_t len = fread(want, 1, sizeof want, file);
    (void)fclose(file);
    bool same = str_eq(got, (Str){want, len});
    CHECK_ROW(name, same);
    if (!same) {
        printf("# got:\n%.*s\n", STR_ARG(got));
    }
}

TEST(streams)
{
    Golden g;
    golden_open(&g);
    hold_against("result.json", buf_str(&g.streams[REPORT_JSON]));
    hold_against("result.ndjson", buf_str(&g.streams[REPORT_NDJSON]));
    hold_against("result.csv", buf_str(&g.streams[REPORT_CSV]));
    hold_against("result.oscal-ar.json", buf_str(&g.streams[REPORT_OSCAL_RESULTS]));
    hold_against("result.oscal-poam.json", buf_str(&g.streams[REPORT_OSCAL_PLAN]));
    golden_close(&g);
}

TEST(terminal)
{
    static const struct {
        const char *name;
        TerminalStyle style;
    } rows[] = {
        {"plain.txt", {.width = 80}},
        {"pretty.txt", {.width = 80, .unicode = true}},
        {"color.txt", {.width = 80, .unicode = true, .color = true}},
    };
    Golden g;
    golden_open(&g);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Buf text = {0};
        report_terminal(&text, &g.report, &rows[i].style);
        hold_against(rows[i].name, buf_str(&text));
        buf_free(&text);
    }
    golden_close(&g);
}

TEST(sources)
{
    static const SourceRow rows[] = {
        {.file = STR_INIT("a.json"),
         .kind = STR_INIT("environments"),
         .status = SOURCE_READ,
         .objects = 1},
        {.file = STR_INIT("b.json"),
         .status = SOURCE_UNKNOWN,
         .reason = STR_INIT("not JSON"),
         .line = 2,
         .column = 5},
        {.file = STR_INIT("c.json"),
         .part = STR_INIT("dlp_policies"),
         .kind = STR_INIT("dlp-policies"),
         .scope = STR_INIT("/tenants/t"),
         .status = SOURCE_REFUSED,
         .reason = STR_INIT("HTTP 403 \x1b[31mred\x1b[0m")}, // escapes from outside stay inert
    };
    Buf text = {0};
    TerminalStyle style = {.width = 80};
    report_sources(&text, rows, COUNTOF(rows), &style);
    report_sources_json(&text, rows, COUNTOF(rows), STR("t"));
    hold_against("sources.txt", buf_str(&text));
    buf_free(&text);
}
