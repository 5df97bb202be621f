// SPDX-License-Identifier: Apache-2.0
#include "report/stream.h"

#include "base/swar.h"
#include "report/oscal_results.h"
#include "report/report.h"
#include "json/write.h"

typedef struct Fragments {
    Str head;   // JSON: everything before the resource id; CSV: the columns of the rule
    Str advice; // the assignment's non-compliance message, as a JSON member; empty = none
    Str tail;   // JSON: the advice and the end of the finding
} Fragments;

struct FindingFormat {
    ReportFormat format;
    const Fragments *rules;   // by rule
    Str end;                  // of a finding as JSON
    const OscalWriter *oscal; // NULL = not an OSCAL document
    Str edition;              // of the baseline; empty in plain use
};

ReportFormat report_format_of(Str path)
{
    static const struct {
        Str extension;
        ReportFormat format;
    } rows[] = {
        {STR_INIT(".oscal-ar.json"), REPORT_OSCAL_RESULTS},
        {STR_INIT(".oscal-poam.json"), REPORT_OSCAL_PLAN},
        {STR_INIT(".json"), REPORT_JSON},
        {STR_INIT(".ndjson"), REPORT_NDJSON},
        {STR_INIT(".jsonl"), REPORT_NDJSON},
        {STR_INIT(".csv"), REPORT_CSV},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        size_t n = rows[i].extension.len;
        if (path.len > n && str_eq_nocase(str_from(path, path.len - n), rows[i].extension)) {
            return rows[i].format;
        }
    }
    return REPORT_FORMAT_COUNT;
}

// ---- per rule ----

static bool answers_only_itself(const AssessModel *model, const AssessRule *rule)
{
    return model->baseline == NULL && rule->assigned->group_count == 0;
}

static void member_text(Buf *out, const char *key, Str text)
{
    if (text.len != 0) {
        buf_push(out, STR(",\""));
        buf_push(out, str_from_cstr(key));
        buf_push(out, STR("\":"));
        json_write_string(out, text);
    }
}

static void json_head(Buf *out, const AssessModel *model, const AssessRule *rule, Str edition)
{
    const AssignedRule *assigned = rule->assigned;
    buf_push(out, STR("{\"rule\":"));
    json_write_string(out, rule->id);
    member_text(out, "reference", assigned->reference_id);
    member_text(out, "assignment",
                assigned->assignment != NULL ? assigned->assignment->id : (Str){0});
    if (!answers_only_itself(model, rule)) {
        for (uint32_t i = 0; i < rule->control_count; i++) {
            buf_push(out, i == 0 ? STR(",\"controls\":[") : STR(","));
            json_write_string(out, model->controls[rule->controls[i]].id);
        }
        buf_byte(out, ']');
    }
    member_text(out, "effect", effect_text(assigned->effect));
    if (rule->has_severity) {
        member_text(out, "severity", str_from_cstr(severity_name(rule->severity)));
    }
    member_text(out, "baseline", edition);
    buf_push(out, STR(",\"resource\":"));
}

static void csv_head(Buf *out, const AssessModel *model, const AssessRule *rule)
{
    const AssignedRule *assigned = rule->assigned;
    Buf controls = {0};
    for (uint32_t i = 0; i < rule->control_count; i++) {
        buf_push(&controls, i == 0 ? STR("") : STR(" "));
        buf_push(&controls, model->controls[rule->controls[i]].id);
    }
    Str columns[] = {
        rule->id,
        rule->title,
        assigned->reference_id,
        assigned->assignment != NULL ? assigned->assignment->id : (Str){0},
        buf_str(&controls),
        effect_text(assigned->effect),
        str_from_cstr(severity_name(rule->severity)),
    };
    for (size_t i = 0; i < COUNTOF(columns); i++) {
        csv_field(out, columns[i]);
        buf_byte(out, ',');
    }
    buf_free(&controls);
}

static bool is_oscal(ReportFormat format)
{
    return format == REPORT_OSCAL_RESULTS || format == REPORT_OSCAL_PLAN;
}

bool finding_format_wants_notes(const FindingFormat *format)
{
    return format->oscal != NULL;
}

OscalNote finding_note(const Finding *finding)
{
    return (OscalNote){.exemption = finding->exemption,
                       .identity = finding->identity,
                       .rule = finding->rule,
                       .state = finding->state};
}

bool finding_notes_push(FindingNotes *notes, const OscalNote *note, Err *err)
{
    if (notes->count == NOTES_MAX) {
        return err_set(err, ERR_LIMIT, (Span){0},
                       "more than %u findings can neither be compared nor stand in one OSCAL "
                       "document; export .ndjson, or assess fewer resources at a time",
                       (unsigned)NOTES_MAX);
    }
    ARENA_ROOM(notes->arena, notes->at, notes->count, notes->cap);
    notes->at[notes->count++] = *note;
    return true;
}

static Fragments rule_fragments(Arena *arena, const FindingFormat *format, const AssessModel *model,
                                const AssessRule *rule)
{
    Fragments fragments = {0};
    Buf text = {0};
    if (format->format == REPORT_CSV) {
        csv_head(&text, model, rule);
    } else if (format->format == REPORT_NDJSON) {
        json_head(&text, model, rule, format->edition);
    } else {
        buf_push(&text, STR(",\n"));
        json_head(&text, model, rule, (Str){0}); // the document says it once
    }
    fragments.head = str_copy(arena, buf_str(&text));
    buf_clear(&text);
    member_text(&text, "nonComplianceMessage", rule->assigned->message);
    size_t advice = text.len;
    buf_push(&text, format->end);
    fragments.tail = str_copy(arena, buf_str(&text));
    fragments.advice = str_slice(fragments.tail, 0, advice);
    buf_free(&text);
    return fragments;
}

const FindingFormat *finding_format_new(Arena *arena, ReportFormat format, const AssessModel *model,
                                        const FindingHead *head)
{
    ASSERT(format < REPORT_FORMAT_COUNT);
    FindingFormat *self = NEW(arena, FindingFormat);
    *self = (FindingFormat){.format = format};
    if (is_oscal(format)) {
        self->oscal = oscal_writer_new(arena, format, model, head);
        return self;
    }
    self->edition = head->edition;
    self->end = format == REPORT_NDJSON ? STR("}\n") : STR("}");
    Fragments *rules = NEW_ARRAY(arena, Fragments, model->rule_count + 1U);
    for (uint32_t r = 0; r < model->rule_count; r++) {
        rules[r] = rule_fragments(arena, self, model, &model->rules[r]);
    }
    self->rules = rules;
    return self;
}

// ---- JSON ----

static void write_state(Buf *out, Str key, State state)
{
    buf_push(out, key);
    buf_push(out, str_from_cstr(state_name(state)));
    buf_byte(out, '"');
}

static void json_time(Buf *out, const char *key, Ticks time)
{
    buf_printf(out, ",\"%s\":\"", key);
    ticks_print(out, time);
    buf_byte(out, '"');
}

static void write_exemption(Buf *out, const Exemption *exemption)
{
    buf_push(out, STR(",\"exemption\":{\"category\":"));
    buf_push(out, exemption->mitigated ? STR("\"Mitigated\"") : STR("\"Waiver\""));
    member_text(out, "id", exemption->id.len != 0 ? exemption->id : exemption->name);
    member_text(out, "description", exemption->description);
    // who asked and who agreed (docs/baseline-package.md, "Deviations")
    static const char *const members[] = {"kind", "requestedBy", "approvedBy", "reason"};
    const Json *deviation = json_find(exemption->metadata, STR("datumline"));
    for (size_t i = 0; i < COUNTOF(members); i++) {
        member_text(out, members[i], json_find_str(deviation, str_from_cstr(members[i])));
    }
    if (exemption->has_expiry) {
        json_time(out, "expiresOn", exemption->expires_on);
    }
    buf_byte(out, '}');
}

static void write_attestation(Buf *out, const Attestation *attestation)
{
    buf_push(out, STR(",\"attestation\":{\"state\":\""));
    buf_push(out, str_from_cstr(state_name(attestation->state)));
    buf_byte(out, '"');
    member_text(out, "id", attestation->id);
    member_text(out, "owner", attestation->owner);
    member_text(out, "comments", attestation->comments);
    if (attestation->has_assessed) {
        json_time(out, "assessedOn", attestation->assessed_on);
    }
    if (attestation->has_expiry) {
        json_time(out, "expiresOn", attestation->expires_on);
    }
    buf_byte(out, '}');
}

static inline char *put(char *at, Str text)
{
    memcpy(at, text.ptr, text.len);
    return at + text.len;
}

static inline char *put_member(char *at, Str label, Str json)
{
    return json.len != 0 ? put(put(at, label), json) : at;
}

// The commonest of all findings: a resource breaks a rule, and what was seen or missed.
static void write_broken(const Fragments *rule, Buf *out, const Finding *finding)
{
    static const Str state = STR_INIT(",\"state\":\"NonCompliant\",\"id\":\"");
    static const Str seen = STR_INIT(",\"evidence\":");
    static const Str missed = STR_INIT(",\"message\":");
    enum { ID_LEN = 16 };
    Str evidence = finding->evidence != NULL ? finding->evidence->json : (Str){0};
    Str message = finding->message_json;
    buf_reserve(out, rule->head.len + finding->resource_json.len + state.len + ID_LEN + 1 +
                         seen.len + evidence.len + missed.len + message.len + rule->tail.len);
    char *at = out->ptr + out->len;
    at = put(at, rule->head);
    at = put(at, finding->resource_json);
    at = put(at, state);
    identity_print(finding->identity, at);
    at += ID_LEN;
    *at++ = '"';
    at = put_member(at, seen, evidence);
    at = put_member(at, missed, message);
    at = put(at, rule->tail);
    out->len = (size_t)(at - out->ptr);
}

// Any finding.
static void write_whole(const FindingFormat *format, Buf *out, const Finding *finding)
{
    const Fragments *rule = &format->rules[finding->rule];
    char id[16];
    identity_print(finding->identity, id);
    buf_push(out, rule->head);
    if (finding->resource_json.len != 0) {
        buf_push(out, finding->resource_json);
    } else {
        json_write_string(out, finding->resource_id);
    }
    write_state(out, STR(",\"state\":\""), finding->state);
    if (finding->truth != finding->state) {
        write_state(out, STR(",\"truth\":\""), finding->truth);
    }
    buf_push(out, STR(",\"id\":\""));
    buf_push(out, (Str){id, sizeof id});
    buf_byte(out, '"');
    if (finding->evidence != NULL) {
        buf_push(out, STR(",\"evidence\":"));
        buf_push(out, finding->evidence->json);
    }
    member_text(out, "message", finding->message);
    if (finding->truth == STATE_NON_COMPLIANT) {
        buf_push(out, rule->advice);
    }
    if (finding->exemption != NULL) {
        write_exemption(out, finding->exemption);
    }
    if (finding->attestation != NULL) {
        write_attestation(out, finding->attestation);
    }
    buf_push(out, format->end);
}

static void json_finding(const FindingFormat *format, Buf *out, const Finding *finding)
{
    bool is_plain = finding->state == STATE_NON_COMPLIANT &&
                    finding->truth == STATE_NON_COMPLIANT && finding->resource_json.len != 0 &&
                    (finding->message.len == 0 || finding->message_json.len != 0) &&
                    finding->exemption == NULL && finding->attestation == NULL;
    if (is_plain) {
        write_broken(&format->rules[finding->rule], out, finding);
    } else {
        write_whole(format, out, finding);
    }
}

// ---- CSV ----

static const char csv_columns[] =
    "rule,title,reference,assignment,controls,effect,severity,resource,name,type,state,truth,id,"
    "path,operator,seen,wanted,message,exemption,baseline\r\n";

static bool is_special(char c)
{
    return c == ',' || c == '"' || c == '\r' || c == '\n';
}

// Nonzero where one of eight bytes is c.
static uint64_t mask_of(uint64_t word, char c)
{
    uint64_t x = word ^ SWAR_ONES * (unsigned char)c;
    return (x - SWAR_ONES) & ~x & SWAR_HIGH;
}

static bool has_special(Str text)
{
    size_t i = 0;
    for (; text.len - i >= 8; i += 8) {
        uint64_t word = swar_load(text.ptr + i);
        uint64_t mask =
            mask_of(word, ',') | mask_of(word, '"') | mask_of(word, '\r') | mask_of(word, '\n');
        if (mask != 0) {
            return true;
        }
    }
    while (i < text.len && !is_special(text.ptr[i])) {
        i++;
    }
    return i < text.len;
}

void csv_field(Buf *out, Str text)
{
    bool formula = text.len != 0 && memchr("=+-@\t\r", text.ptr[0], 6) != NULL;
    if (!formula && !has_special(text)) {
        buf_push(out, text);
        return;
    }
    buf_byte(out, '"');
    if (formula) {
        buf_byte(out, '\''); // spreadsheets then take the field as text
    }
    while (text.len != 0) {
        const char *quote = memchr(text.ptr, '"', text.len);
        size_t len = quote != NULL ? (size_t)(quote - text.ptr) + 1 : text.len;
        buf_push(out, str_slice(text, 0, len));
        if (quote != NULL) {
            buf_byte(out, '"'); // twice
        }
        text = str_from(text, len);
    }
    buf_byte(out, '"');
}

// A JSON string without escapes stands in its column as plain text.
static Str plain_text(Str json)
{
    bool is_plain = json.len >= 2 && json.ptr[0] == '"' && memchr(json.ptr, '\\', json.len) == NULL;
    return is_plain ? (Str){json.ptr + 1, json.len - 2} : json;
}

static void csv_finding(const FindingFormat *format, Buf *out, const Finding *finding)
{
    char id[16];
    identity_print(finding->identity, id);
    static const Evidence none = {0};
    const Evidence *evidence = finding->evidence != NULL ? finding->evidence : &none;
    const Exemption *exemption = finding->exemption;
    Str columns[] = {
        finding->resource_id,
        finding->resource_name,
        finding->resource_type,
        str_from_cstr(state_name(finding->state)),
        str_from_cstr(state_name(finding->truth)),
        {id, sizeof id},
        evidence->path,
        evidence->op != NULL ? str_from_cstr(evidence->op) : (Str){0},
        plain_text(evidence->seen),
        plain_text(evidence->wanted),
        finding->message,
        exemption == NULL        ? (Str){0}
        : exemption->id.len != 0 ? exemption->id
                                 : exemption->name,
        format->edition,
    };
    buf_push(out, format->rules[finding->rule].head);
    for (size_t i = 0; i < COUNTOF(columns); i++) {
        if (i != 0) {
            buf_byte(out, ',');
        }
        csv_field(out, columns[i]);
    }
    buf_push(out, STR("\r\n"));
}

static void csv_bad_source(const FindingFormat *format, Buf *out, const BadSource *bad)
{
    enum { COLUMNS_BEFORE = 7 };
    for (int i = 0; i < COLUMNS_BEFORE; i++) {
        buf_byte(out, ',');
    }
    Buf place = {0};
    buf_push(&place, bad->file);
    if (bad->line != 0) {
        buf_printf(&place, ":%llu", (unsigned long long)bad->line);
    }
    if (bad->column != 0) {
        buf_printf(&place, ":%u", bad->column);
    }
    csv_field(out, buf_str(&place));
    buf_free(&place);
    buf_push(out, STR(",,,NotMeasured,NotMeasured,,,,,,"));
    csv_field(out, bad->reason);
    buf_push(out, STR(",,"));
    csv_field(out, format->edition);
    buf_push(out, STR("\r\n"));
}

// ---- the three formats ----

void finding_format_write(const FindingFormat *format, Buf *out, const Finding *finding)
{
    if (format->oscal != NULL) {
        oscal_writer_finding(format->oscal, out, finding);
        return;
    }
    if (format->format == REPORT_CSV) {
        csv_finding(format, out, finding);
        return;
    }
    json_finding(format, out, finding);
}

void finding_format_bad_source(const FindingFormat *format, Buf *out, const BadSource *bad)
{
    if (format->format == REPORT_CSV) {
        csv_bad_source(format, out, bad);
    } else if (format->format == REPORT_NDJSON) {
        buf_push(out, STR("{\"source\":{\"file\":"));
        json_write_string(out, bad->file);
        if (bad->line != 0) {
            buf_printf(out, ",\"line\":%llu", (unsigned long long)bad->line);
        }
        if (bad->column != 0) {
            buf_printf(out, ",\"column\":%u", bad->column);
        }
        buf_push(out, STR("},\"state\":\"NotMeasured\",\"message\":"));
        json_write_string(out, bad->reason);
        buf_push(out, STR("}\n"));
    }
    // JSON lists them in "notRead", after the findings; OSCAL counts them in its remarks
}

void finding_format_begin(const FindingFormat *format, Buf *out)
{
    if (format->format == REPORT_CSV) {
        buf_push(out, str_from_cstr(csv_columns));
    } else if (format->format == REPORT_JSON) {
        buf_push(out, STR("{\"format\":\"datumline-assessment\",\"formatVersion\":1,\n"
                          "\"findings\":["));
    } else if (format->oscal != NULL) {
        oscal_writer_begin(format->oscal, out);
    }
}

void finding_format_end(const FindingFormat *format, Buf *out, const Report *report)
{
    if (format->format == REPORT_JSON) {
        report_json_end(out, report);
    } else if (format->oscal != NULL) {
        oscal_writer_end(format->oscal, out, report);
    }
}

Str finding_format_chunk(const FindingFormat *format, Str chunk, bool *any)
{
    if (format->format != REPORT_JSON || chunk.len == 0) {
        return chunk;
    }
    Str out = *any ? chunk : str_from(chunk, 1);
    *any = true;
    return out;
}
