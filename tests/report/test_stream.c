// SPDX-License-Identifier: Apache-2.0
#include "report/stream.h"

#include "t.h"
#include "json/read.h"

TEST(csv_fields_quote_and_never_are_formulas)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"=1+1", "\"'=1+1\""},
        {"+1", "\"'+1\""},
        {"-1", "\"'-1\""},
        {"@SUM(A1)", "\"'@SUM(A1)\""},
        {"\tx", "\"'\tx\""},
        {"\rx", "\"'\rx\""},
        {"=\"a\"", "\"'=\"\"a\"\"\""},
        {"a,b", "\"a,b\""},
        {"a\"b", "\"a\"\"b\""},
        {"a\nb", "\"a\nb\""},
        {"a=b", "a=b"},
        {"plain", "plain"},
        {"", ""},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Buf out = {0};
        csv_field(&out, str_from_cstr(rows[i].text));
        CHECK_ROW(rows[i].text, str_eq(buf_str(&out), str_from_cstr(rows[i].want)));
        buf_free(&out);
    }
}

TEST(the_extension_says_the_format)
{
    static const struct {
        const char *path;
        ReportFormat want;
    } rows[] = {
        {"a.xlsx", REPORT_FORMAT_COUNT},
        {"json", REPORT_FORMAT_COUNT},
        {".json", REPORT_FORMAT_COUNT},
        {"a.json", REPORT_JSON},
        {"a.NDJSON", REPORT_NDJSON},
        {"b/a.jsonl", REPORT_NDJSON},
        {"a.csv", REPORT_CSV},
        {"b/a.oscal-ar.json", REPORT_OSCAL_RESULTS},
        {"a.OSCAL-poam.JSON", REPORT_OSCAL_PLAN},
        {"a.oscal.json", REPORT_JSON},
        {".oscal-ar.json", REPORT_JSON},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        CHECK_ROW(rows[i].path, report_format_of(str_from_cstr(rows[i].path)) == rows[i].want);
    }
}

// Texts from outside, as nasty as they come.
static const Evidence nasty_evidence = {
    .path = STR_INIT("p"),
    .op = "equals",
    .seen = STR_INIT("{\"a\":[1,2]}"),
    .wanted = STR_INIT("\"x,y\""),
    .json = STR_INIT(
        "{\"path\":\"p\",\"operator\":\"equals\",\"seen\":{\"a\":[1,2]},\"wanted\":\"x,y\"}"),
};
static const Finding nasty = {
    .rule = 0,
    .state = STATE_EXEMPT,
    .truth = STATE_NON_COMPLIANT,
    .resource_id = STR_INIT("/a/\"quoted\"/\n\xff"),
    .resource_name = STR_INIT("=cmd|' /C calc'!A0"),
    .resource_type = STR_INIT("t"),
    .message = STR_INIT("line one\nline two"),
    .evidence = &nasty_evidence,
};

static const FindingHead no_head = {.tool_version = STR_INIT("0")};

static const AssessModel *model_of_one(Arena *arena)
{
    static Definition definition;
    static AssignedRule assigned;
    definition.name = STR("a \"rule\"");
    assigned.definition = &definition;
    assigned.preset = STATE_COUNT;
    assigned.reference_id = STR("ref\\1");
    assigned.message = STR("mend \"it\"");
    return assess_model_build(arena, &assigned, 1, NULL, NULL);
}

TEST(every_format_of_json_reads_back)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 24);
    const AssessModel *model = model_of_one(&arena);
    const FindingFormat *format = finding_format_new(&arena, REPORT_NDJSON, model, &no_head);
    BadSource bad = {.file = STR("a\"b"), .line = 3, .column = 9, .reason = STR("\x01")};
    Buf out = {0};
    Finding finding = nasty;
    Exemption exemption = {.id = STR("/e\""), .has_expiry = true, .expires_on = TICKS_PER_DAY};
    Attestation attestation = {.owner = STR("o\""), .state = STATE_UNKNOWN, .has_assessed = true};
    finding.exemption = &exemption;
    finding.attestation = &attestation;
    finding_format_write(format, &out, &finding);
    finding_format_bad_source(format, &out, &bad);
    Str rest = buf_str(&out);
    uint32_t lines = 0;
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    while (rest.len != 0) {
        StrCut cut = str_cut(rest, '\n');
        const Json *json = NULL;
        Err err = {0};
        CHECK(json_read_data(&arena, cut.head, &limits, &json, &err));
        CHECK(json_find(json, STR("state")) != NULL);
        rest = cut.tail;
        lines++;
    }
    CHECK(lines == 2);
    buf_free(&out);
    arena_free(&arena);
}

// What is at hand as JSON is taken as it is, by a shorter way that must write the same.
TEST(the_short_way_writes_what_the_long_way_does)
{
    static const ReportFormat formats[] = {REPORT_NDJSON, REPORT_JSON};
    Arena arena;
    arena_init(&arena, (size_t)1 << 24);
    for (size_t f = 0; f < COUNTOF(formats); f++) {
        const FindingFormat *format =
            finding_format_new(&arena, formats[f], model_of_one(&arena), &no_head);
        for (int with = 0; with < 4; with++) { // evidence, a message
            Finding finding = {.state = STATE_NON_COMPLIANT,
                               .truth = STATE_NON_COMPLIANT,
                               .resource_id = STR("/a/\"b\""),
                               .identity = UINT64_C(0x0123456789abcdef),
                               .evidence = (with & 1) != 0 ? &nasty_evidence : NULL,
                               .message = (with & 2) != 0 ? STR("one\ntwo") : (Str){0}};
            Buf longer = {0};
            Buf shorter = {0};
            finding_format_write(format, &longer, &finding);
            finding.resource_json = STR("\"/a/\\\"b\\\"\"");
            finding_format_write(format, &shorter, &finding);
            CHECK(longer.len > 100 && str_eq(buf_str(&longer), buf_str(&shorter)));
            finding.message_json = (with & 2) != 0 ? STR("\"one\\ntwo\"") : (Str){0};
            buf_clear(&shorter);
            finding_format_write(format, &shorter, &finding);
            CHECK(str_eq(buf_str(&longer), buf_str(&shorter)));
            buf_free(&longer);
            buf_free(&shorter);
        }
    }
    arena_free(&arena);
}

TEST(findings_of_a_document_are_separated_by_commas)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 24);
    const FindingFormat *format =
        finding_format_new(&arena, REPORT_JSON, model_of_one(&arena), &no_head);
    Buf out = {0};
    bool any = false;
    finding_format_begin(format, &out);
    for (int chunk = 0; chunk < 3; chunk++) {
        Buf findings = {0};
        for (int i = 0; i < chunk; i++) { // the first chunk is empty
            finding_format_write(format, &findings, &nasty);
        }
        buf_push(&out, finding_format_chunk(format, buf_str(&findings), &any));
        buf_free(&findings);
    }
    buf_push(&out, STR("]}"));
    const Json *json = NULL;
    Err err = {0};
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    CHECK(json_read_data(&arena, buf_str(&out), &limits, &json, &err));
    CHECK(json_find(json, STR("findings"))->count == 3);
    buf_free(&out);
    arena_free(&arena);
}

// What a field must be, byte by byte.
static void slow_field(Buf *out, Str text)
{
    bool quoted = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        quoted = quoted || c == ',' || c == '"' || c == '\r' || c == '\n';
    }
    buf_push(out, quoted ? STR("\"") : STR(""));
    for (size_t i = 0; i < text.len; i++) {
        buf_push(out, text.ptr[i] == '"' ? STR("\"\"") : str_slice(text, i, i + 1));
    }
    buf_push(out, quoted ? STR("\"") : STR(""));
}

TEST(a_csv_field_is_quoted_wherever_what_asks_for_it_stands)
{
    enum { LEN_MAX = 20 };
    static const char bytes[] = ",\"\r\n+-.!#\x0c\x80\xac\xa2\xff";
    char text[LEN_MAX];
    Buf got = {0};
    Buf want = {0};
    for (size_t len = 1; len <= LEN_MAX; len++) {
        for (size_t at = 1; at < len; at++) { // the first byte can make it a formula
            for (size_t b = 0; b < sizeof bytes - 1; b++) {
                memset(text, 'a', sizeof text);
                text[at] = bytes[b];
                text[len - 1] = len % 2 != 0 ? text[len - 1] : bytes[b];
                buf_clear(&got);
                buf_clear(&want);
                csv_field(&got, (Str){text, len});
                slow_field(&want, (Str){text, len});
                CHECK(str_eq(buf_str(&got), buf_str(&want)));
            }
        }
    }
    buf_free(&got);
    buf_free(&want);
}

TEST(every_csv_line_has_as_many_columns)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 24);
    const FindingFormat *format =
        finding_format_new(&arena, REPORT_CSV, model_of_one(&arena), &no_head);
    BadSource bad = {.file = STR("f,g"), .reason = STR("r")};
    Buf out = {0};
    finding_format_begin(format, &out);
    finding_format_write(format, &out, &nasty);
    finding_format_bad_source(format, &out, &bad);
    Str text = buf_str(&out);
    unsigned commas = 0;
    unsigned lines = 0;
    unsigned want = 19;
    bool quoted = false;
    for (size_t i = 0; i < text.len; i++) {
        quoted = text.ptr[i] == '"' ? !quoted : quoted;
        commas += !quoted && text.ptr[i] == ',' ? 1U : 0U;
        if (!quoted && text.ptr[i] == '\n') {
            CHECK(text.ptr[i - 1] == '\r');
            CHECK(commas == want);
            commas = 0;
            lines++;
        }
    }
    CHECK(lines == 3 && !quoted);
    buf_free(&out);
    arena_free(&arena);
}

TEST(notes_of_findings_have_a_limit)
{
    Arena arena;
    Err err = {0};
    OscalNote note = {.identity = 7};
    arena_init(&arena, (size_t)1 << 30);
    FindingNotes notes = {.arena = &arena};
    bool ok = true;
    for (uint32_t i = 0; i < NOTES_MAX; i++) {
        note.rule = i;
        ok = ok && finding_notes_push(&notes, &note, &err);
    }
    CHECK(ok && notes.count == NOTES_MAX && notes.at[NOTES_MAX - 1].rule == NOTES_MAX - 1);
    CHECK(!finding_notes_push(&notes, &note, &err));
    CHECK(err.kind == ERR_LIMIT && notes.count == NOTES_MAX);
    CHECK(str_starts(str_from_cstr(err.text), STR("more than 2000000 findings can neither be")));
    arena_free(&arena);
}
