// SPDX-License-Identifier: Apache-2.0
#include "report/oscal_results.h"

#include "report/oscal_parts.h"

// The rule, where it was referred to, and what assigned it.
static Str rule_name(Arena *arena, const AssessRule *rule)
{
    const AssignedRule *assigned = rule->assigned;
    Str assignment = assigned->assignment != NULL ? assigned->assignment->id : (Str){0};
    Buf text = {0};
    buf_printf(&text, "%.*s\n%.*s\n%.*s", STR_ARG(rule->id), STR_ARG(assigned->reference_id),
               STR_ARG(assignment));
    Str name = str_copy(arena, buf_str(&text));
    buf_free(&text);
    return name;
}

const OscalWriter *oscal_writer_new(Arena *arena, ReportFormat format, const AssessModel *model,
                                    const FindingHead *head)
{
    ASSERT(format == REPORT_OSCAL_RESULTS || format == REPORT_OSCAL_PLAN);
    OscalWriter *w = NEW(arena, OscalWriter);
    const Baseline *baseline = model->baseline;
    Buf text = {0};
    *w = (OscalWriter){.format = format, .model = model, .head = *head};
    w->title = baseline != NULL ? baseline->title : STR("policies");
    w->version = baseline != NULL ? baseline->version : STR("1");
    buf_printf(&text, "%.*s\n%.*s", STR_ARG(head->tenant),
               STR_ARG(baseline != NULL ? baseline->name : (Str){0}));
    w->scope = str_copy(arena, buf_str(&text));
    buf_clear(&text);
    buf_printf(&text, "datum %.*s", STR_ARG(head->tool_version));
    w->tool = str_copy(arena, buf_str(&text));
    buf_clear(&text);
    ticks_print(&text, head->now);
    w->time = str_copy(arena, buf_str(&text));
    buf_free(&text);
    w->tokens = NEW_ARRAY(arena, Str, model->control_count + 1U);
    for (uint32_t c = 0; c < model->control_count; c++) {
        w->tokens[c] = oscal_text_token(arena, model->controls[c].id);
    }
    w->rules = NEW_ARRAY(arena, Str, model->rule_count + 1U);
    for (uint32_t r = 0; r < model->rule_count; r++) {
        w->rules[r] = rule_name(arena, &model->rules[r]);
    }
    return w;
}

// ---- the beginning ----

static void out_title(JsonOut *out, const OscalWriter *w, const char *what)
{
    Buf title = {0};
    buf_printf(&title, "%s: ", what);
    if (w->head.tenant.len != 0) {
        buf_printf(&title, "tenant %.*s against ", STR_ARG(w->head.tenant));
    }
    buf_push(&title, w->title);
    oscal_out_line(out, STR("title"), buf_str(&title));
    buf_free(&title);
}

static void out_metadata(JsonOut *out, const OscalWriter *w)
{
    Buf title = {0};
    buf_push(&title,
             oscal_is_plan(w) ? STR("Plan of action and milestones") : STR("Assessment results"));
    if (w->head.tenant.len != 0) {
        buf_printf(&title, ": tenant %.*s", STR_ARG(w->head.tenant));
    }
    OscalHead head = {.title = buf_str(&title),
                      .version = w->time, // a document of one run
                      .tool = w->tool,
                      .now = w->head.now};
    oscal_out_metadata_begin(out, &head);
    oscal_out_prop(out, STR("baseline"), w->model->baseline != NULL ? w->title : (Str){0});
    oscal_out_prop(out, STR("baseline-version"),
                   w->model->baseline != NULL ? w->version : (Str){0});
    oscal_out_prop(out, STR("baseline-edition"), w->head.edition);
    oscal_out_prop(out, STR("tenant"), w->head.tenant);
    oscal_out_metadata_end(out);
    buf_free(&title);
}

static void out_reviewed(JsonOut *out, const OscalWriter *w)
{
    json_out_key(out, STR("reviewed-controls"));
    json_out_object_begin(out);
    oscal_list_begin(out, "control-selections");
    json_out_object_begin(out);
    oscal_list_begin(out, "include-controls");
    for (uint32_t c = 0; c < w->model->control_count; c++) {
        json_out_object_begin(out);
        oscal_out_text(out, STR("control-id"), w->tokens[c]);
        json_out_object_end(out);
    }
    json_out_array_end(out);
    json_out_object_end(out);
    json_out_array_end(out);
    json_out_object_end(out);
}

// There is no assessment plan of its own: the resource says what the run went by.
static void out_plan_reference(JsonOut *out, const OscalWriter *w)
{
    OscalUuid plan = oscal_uuid_of(STR("assessment-plan"), w->scope);
    Buf href = {0};
    buf_printf(&href, "#%s", plan.text);
    json_out_key(out, STR("import-ap"));
    json_out_object_begin(out);
    oscal_out_text(out, STR("href"), buf_str(&href));
    json_out_object_end(out);
    buf_free(&href);
    json_out_key(out, STR("back-matter"));
    json_out_object_begin(out);
    oscal_list_begin(out, "resources");
    json_out_object_begin(out);
    oscal_out_uuid(out, STR("uuid"), &plan);
    oscal_out_line(out, STR("title"), w->title);
    oscal_out_text(out, STR("description"),
                   STR("Every rule was evaluated on every resource it applies to; there is no "
                       "assessment plan beside that."));
    oscal_list_begin(out, "rlinks");
    json_out_object_begin(out);
    Buf link = {0};
    buf_printf(&link, "urn:datumline:baseline:%s", plan.text);
    oscal_out_text(out, STR("href"), buf_str(&link));
    buf_free(&link);
    json_out_object_end(out);
    json_out_array_end(out);
    json_out_object_end(out);
    json_out_array_end(out);
    json_out_object_end(out);
}

// The first observation: the run itself. There is always one, so that what follows has a comma.
static void out_run(JsonOut *out, const OscalWriter *w)
{
    OscalUuid uuid = oscal_run_uuid(w, STR("run"), (Str){0});
    Buf text = {0};
    buf_printf(&text, "%.*s evaluated %u rules for %u controls.", STR_ARG(w->tool),
               w->model->rule_count, w->model->control_count);
    oscal_list_begin(out, "observations");
    oscal_item_begin(out);
    oscal_out_uuid(out, STR("uuid"), &uuid);
    out_title(out, w, "Run");
    oscal_out_prose(out, STR("description"), buf_str(&text));
    buf_free(&text);
    oscal_list_begin(out, "methods");
    json_out_str(out, STR("TEST"));
    json_out_array_end(out);
    oscal_out_time(out, STR("collected"), w->head.now);
    json_out_object_end(out);
}

static void begin_results(JsonOut *out, const OscalWriter *w)
{
    OscalUuid result = oscal_run_uuid(w, STR("result"), (Str){0});
    out_plan_reference(out, w);
    oscal_list_begin(out, "results");
    json_out_object_begin(out);
    oscal_out_uuid(out, STR("uuid"), &result);
    out_title(out, w, "Assessment");
    Buf text = {0};
    buf_printf(&text, "Measured against %.*s, version %.*s.", STR_ARG(w->title),
               STR_ARG(w->version));
    oscal_out_prose(out, STR("description"), buf_str(&text));
    buf_free(&text);
    oscal_out_time(out, STR("start"), w->head.now);
    oscal_out_time(out, STR("end"), w->head.now);
    out_reviewed(out, w);
}

// Everything before the first finding; what is open stays open.
void oscal_begin(JsonOut *out, const OscalWriter *w)
{
    OscalUuid uuid = oscal_run_uuid(w, oscal_is_plan(w) ? STR("plan") : STR("results"), (Str){0});
    json_out_object_begin(out);
    json_out_key(out, oscal_is_plan(w) ? STR("plan-of-action-and-milestones")
                                       : STR("assessment-results"));
    json_out_object_begin(out);
    oscal_out_uuid(out, STR("uuid"), &uuid);
    out_metadata(out, w);
    if (oscal_is_plan(w)) {
        OscalUuid system = oscal_uuid_of(STR("system"), w->head.tenant);
        json_out_key(out, STR("system-id"));
        json_out_object_begin(out);
        oscal_out_text(out, STR("identifier-type"), STR("https://ietf.org/rfc/rfc4122"));
        oscal_out_uuid(out, STR("id"), &system);
        json_out_object_end(out);
    } else {
        begin_results(out, w);
    }
    out_run(out, w);
}

void oscal_writer_begin(const OscalWriter *w, Buf *buf)
{
    JsonOut out = {.buf = buf};
    oscal_begin(&out, w);
}

// ---- one finding ----

static const Evidence *evidence_of(const Finding *finding)
{
    static const Evidence none = {.path = STR_INIT("")};
    return finding->evidence != NULL ? finding->evidence : &none;
}

static void push_evidence(Buf *text, const Finding *finding)
{
    const Evidence *evidence = evidence_of(finding);
    if (evidence->path.len != 0 && evidence->seen.len != 0) {
        buf_printf(text, "; %.*s is %.*s", STR_ARG(evidence->path), STR_ARG(evidence->seen));
    } else if (evidence->path.len != 0) {
        buf_printf(text, "; %.*s is not set", STR_ARG(evidence->path));
    }
    if (finding->message.len != 0) {
        buf_printf(text, "; %.*s", STR_ARG(finding->message));
    }
}

static void out_evidence(JsonOut *out, const Finding *finding)
{
    const Evidence *evidence = evidence_of(finding);
    if (evidence->path.len == 0) {
        return;
    }
    oscal_list_begin(out, "relevant-evidence");
    json_out_object_begin(out);
    oscal_out_text(out, STR("description"), STR("The condition that decided."));
    oscal_list_begin(out, "props");
    oscal_out_prop(out, STR("path"), evidence->path);
    oscal_out_prop(out, STR("seen"), evidence->seen);
    if (evidence->op != NULL) {
        oscal_out_prop(out, STR("operator"), str_from_cstr(evidence->op));
    }
    oscal_out_prop(out, STR("wanted"), evidence->wanted);
    json_out_array_end(out);
    json_out_object_end(out);
    json_out_array_end(out);
}

// A rule that was never evaluated has no resource.
static void out_subject(JsonOut *out, const Finding *finding)
{
    if (finding->resource_id.len == 0) {
        return;
    }
    Buf id = {0};
    for (size_t i = 0; i < finding->resource_id.len; i++) { // ids compare without case
        char c = finding->resource_id.ptr[i];
        buf_byte(&id, c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c);
    }
    OscalUuid uuid = oscal_uuid_of(STR("resource"), buf_str(&id));
    buf_free(&id);
    oscal_list_begin(out, "subjects");
    json_out_object_begin(out);
    oscal_out_uuid(out, STR("subject-uuid"), &uuid);
    oscal_out_text(out, STR("type"), STR("inventory-item"));
    oscal_out_line(out, STR("title"),
                   finding->resource_name.len != 0 ? finding->resource_name : finding->resource_id);
    oscal_list_begin(out, "props");
    oscal_out_prop(out, STR("resource-id"), finding->resource_id);
    oscal_out_prop(out, STR("resource-type"), finding->resource_type);
    json_out_array_end(out);
    json_out_object_end(out);
    json_out_array_end(out);
}

void oscal_writer_finding(const OscalWriter *w, Buf *buf, const Finding *finding)
{
    const AssessRule *rule = &w->model->rules[finding->rule];
    OscalUuid uuid = oscal_observation_uuid(w, finding->rule, finding->identity);
    char id[16];
    identity_print(finding->identity, id);
    JsonOut out = {.buf = buf};
    buf_push(buf, STR(",\n"));
    json_out_object_begin(&out);
    oscal_out_uuid(&out, STR("uuid"), &uuid);
    oscal_out_line(&out, STR("title"), rule->title);
    Buf text = {0};
    buf_printf(&text, "%.*s%s%s", STR_ARG(finding->resource_id),
               finding->resource_id.len != 0 ? ": " : "", state_name(finding->state));
    push_evidence(&text, finding);
    oscal_out_prose(&out, STR("description"), buf_str(&text));
    buf_free(&text);
    oscal_list_begin(&out, "props");
    oscal_out_prop(&out, STR("rule"), rule->id);
    oscal_out_prop(&out, STR("severity"), str_from_cstr(severity_name(rule->severity)));
    oscal_out_state(&out, STR("state"), finding->state);
    if (finding->truth != finding->state) {
        oscal_out_state(&out, STR("truth"), finding->truth);
    }
    oscal_out_prop(&out, STR("finding-id"), (Str){id, sizeof id});
    json_out_array_end(&out);
    oscal_out_method(&out, rule, "finding");
    out_subject(&out, finding);
    out_evidence(&out, finding);
    oscal_out_time(&out, STR("collected"), w->head.now);
    json_out_object_end(&out);
}
