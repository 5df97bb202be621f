// SPDX-License-Identifier: Apache-2.0
// The end of a JSON document of findings: the summary, and everything rolled up.
#include "report/remeasure.h"
#include "report/report.h"
#include "json/write.h"

static void text_member(JsonOut *out, Str key, Str value)
{
    if (value.len != 0) {
        json_out_key(out, key);
        json_out_str(out, value);
    }
}

static void number_member(JsonOut *out, Str key, uint64_t value)
{
    json_out_key(out, key);
    json_out_u64(out, value);
}

static void state_member(JsonOut *out, Str key, State state)
{
    json_out_key(out, key);
    json_out_str(out, str_from_cstr(state_name(state)));
}

static void time_member(JsonOut *out, Str key, Ticks time)
{
    Buf text = {0};
    ticks_print(&text, time);
    text_member(out, key, buf_str(&text));
    buf_free(&text);
}

// No data is null, never 0 and never 1.
static void score_member(JsonOut *out, const Score *score)
{
    json_out_key(out, STR("score"));
    if (!score->has_data) {
        json_out_null(out);
        return;
    }
    json_out_object_begin(out);
    json_out_key(out, STR("lower"));
    json_out_double(out, score->lower);
    json_out_key(out, STR("upper"));
    json_out_double(out, score->upper);
    json_out_key(out, STR("withoutDeviations"));
    json_out_object_begin(out);
    json_out_key(out, STR("lower"));
    json_out_double(out, score->bare_lower);
    json_out_key(out, STR("upper"));
    json_out_double(out, score->bare_upper);
    json_out_object_end(out);
    json_out_object_end(out);
}

static void counts_member(JsonOut *out, Str key, const Tally *tally)
{
    json_out_key(out, key);
    json_out_object_begin(out);
    for (uint32_t s = 0; s < STATE_COUNT; s++) {
        if (tally->of[s].count != 0) {
            number_member(out, str_from_cstr(state_name((State)s)), tally->of[s].count);
        }
    }
    json_out_object_end(out);
}

static void measured_member(JsonOut *out, uint64_t measured, uint64_t of)
{
    json_out_key(out, STR("measured"));
    json_out_object_begin(out);
    number_member(out, STR("n"), measured);
    number_member(out, STR("of"), of);
    json_out_object_end(out);
}

static void group_members(JsonOut *out, const GroupResult *group)
{
    text_member(out, STR("id"), group->id);
    text_member(out, STR("title"), group->title);
    state_member(out, STR("state"), group->state);
    score_member(out, &group->score);
    measured_member(out, group->measured, group->applicable);
    json_out_key(out, STR("states"));
    json_out_object_begin(out);
    for (uint32_t s = 0; s < STATE_COUNT; s++) {
        if (group->states[s] != 0) {
            number_member(out, str_from_cstr(state_name((State)s)), group->states[s]);
        }
    }
    json_out_object_end(out);
}

static void write_groups(JsonOut *out, Str key, const GroupResult *groups, uint32_t count)
{
    json_out_key(out, key);
    json_out_array_begin(out);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t controls = groups[i].applicable + groups[i].states[STATE_NOT_APPLICABLE];
        if (controls != 0) {
            json_out_object_begin(out);
            group_members(out, &groups[i]);
            json_out_object_end(out);
        }
    }
    json_out_array_end(out);
}

static void write_frameworks(JsonOut *out, const AssessResult *result)
{
    json_out_key(out, STR("frameworks"));
    json_out_array_begin(out);
    for (uint32_t f = 0; f < result->framework_count; f++) {
        const FrameworkResult *framework = &result->frameworks[f];
        json_out_object_begin(out);
        group_members(out, &framework->group);
        json_out_key(out, STR("rows"));
        json_out_array_begin(out);
        for (uint32_t i = 0; i < framework->row_count; i++) {
            const FrameworkRow *row = &framework->rows[i];
            json_out_object_begin(out);
            text_member(out, STR("id"), row->id);
            state_member(out, STR("state"), row->state);
            score_member(out, &row->score);
            json_out_key(out, STR("controls"));
            json_out_array_begin(out);
            for (uint32_t c = 0; c < row->control_count; c++) {
                json_out_str(out, result->model->controls[row->controls[c]].id);
            }
            json_out_array_end(out);
            json_out_object_end(out);
        }
        json_out_array_end(out);
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

static void write_controls(JsonOut *out, const AssessResult *result)
{
    const AssessModel *model = result->model;
    json_out_key(out, STR("controls"));
    json_out_array_begin(out);
    for (uint32_t c = 0; c < model->control_count; c++) {
        const AssessControl *control = &model->controls[c];
        const ControlResult *got = &result->controls[c];
        json_out_object_begin(out);
        text_member(out, STR("id"), control->id);
        text_member(out, STR("title"), control->title);
        text_member(out, STR("section"), model->sections[control->section].id);
        if (control->layer < LAYER_COUNT) {
            text_member(out, STR("layer"), str_from_cstr(layer_name(control->layer)));
        }
        text_member(out, STR("severity"), str_from_cstr(severity_name(control->severity)));
        if (control->baseline != NULL) {
            text_member(out, STR("owner"), control->baseline->owner);
        }
        state_member(out, STR("state"), got->state);
        state_member(out, STR("azureState"), got->azure_state);
        score_member(out, &got->score);
        measured_member(out, got->measured, got->total);
        counts_member(out, STR("resources"), &got->tally);
        json_out_key(out, STR("rules"));
        json_out_array_begin(out);
        for (uint32_t r = 0; r < control->rule_count; r++) {
            json_out_str(out, model->rules[control->rules[r]].id);
        }
        json_out_array_end(out);
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

static void write_nears(JsonOut *out, const RuleSummary *summary)
{
    bool any = false;
    for (uint32_t i = 0; i < summary->sample_count; i++) {
        const SampleResult *sample = &summary->samples[i];
        if (sample->near.count == 0) {
            continue;
        }
        if (!any) {
            json_out_key(out, STR("nearMisses"));
            json_out_array_begin(out);
            any = true;
        }
        json_out_object_begin(out);
        text_member(out, STR("resource"), sample->sample->finding.resource_id);
        json_out_key(out, STR("wouldPassIf"));
        json_out_array_begin(out);
        for (uint32_t n = 0; n < sample->near.count; n++) {
            json_out_str(out, sample->near.texts[n]);
        }
        json_out_array_end(out);
        json_out_object_end(out);
    }
    if (any) {
        json_out_array_end(out);
    }
}

static void write_rules(JsonOut *out, const AssessResult *result)
{
    const AssessModel *model = result->model;
    json_out_key(out, STR("rules"));
    json_out_array_begin(out);
    for (uint32_t r = 0; r < model->rule_count; r++) {
        const AssessRule *rule = &model->rules[r];
        json_out_object_begin(out);
        text_member(out, STR("id"), rule->id);
        text_member(out, STR("reference"), rule->assigned->reference_id);
        text_member(out, STR("title"), rule->title);
        text_member(out, STR("effect"), effect_text(rule->assigned->effect));
        text_member(out, STR("severity"), str_from_cstr(severity_name(rule->severity)));
        state_member(out, STR("state"), tally_state(&result->rules[r].tally));
        if (rule->assigned->preset != STATE_COUNT) {
            text_member(out, STR("reason"), rule->assigned->preset_reason);
        }
        counts_member(out, STR("results"), &result->rules[r].tally);
        text_member(out, STR("remediation"), rule->remediation);
        write_nears(out, &result->rules[r]);
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

static void write_source(JsonOut *out, const SourceRow *row)
{
    json_out_object_begin(out);
    text_member(out, STR("file"), row->file);
    text_member(out, STR("part"), row->part);
    text_member(out, STR("kind"), row->kind);
    text_member(out, STR("scope"), row->scope);
    text_member(out, STR("status"), str_from_cstr(source_status_name(row->status)));
    text_member(out, STR("reason"), row->reason);
    number_member(out, STR("objects"), row->objects);
    if (row->time != 0) {
        time_member(out, STR("time"), row->time);
    }
    if (row->line != 0) {
        number_member(out, STR("line"), row->line);
        number_member(out, STR("column"), row->column);
    }
    json_out_object_end(out);
}

static void write_sources(JsonOut *out, const SourceRow *rows, uint32_t count)
{
    json_out_key(out, STR("sources"));
    json_out_array_begin(out);
    for (uint32_t i = 0; i < count; i++) {
        write_source(out, &rows[i]);
    }
    json_out_array_end(out);
}

static void write_not_read(JsonOut *out, const Report *report)
{
    json_out_key(out, STR("notRead"));
    json_out_object_begin(out);
    number_member(out, STR("count"), report->result->bad_count);
    json_out_key(out, STR("first"));
    json_out_array_begin(out);
    for (uint32_t i = 0; i < report->bad_source_count; i++) {
        const BadSource *bad = &report->bad_sources[i];
        json_out_object_begin(out);
        text_member(out, STR("file"), bad->file);
        if (bad->line != 0) {
            number_member(out, STR("line"), bad->line);
            number_member(out, STR("column"), bad->column);
        }
        text_member(out, STR("reason"), bad->reason);
        json_out_object_end(out);
    }
    json_out_array_end(out);
    json_out_object_end(out);
}

static void write_summary(JsonOut *out, const Report *report)
{
    const AssessResult *result = report->result;
    json_out_key(out, STR("summary"));
    json_out_object_begin(out);
    state_member(out, STR("state"), result->whole.state);
    score_member(out, &result->whole.score);
    json_out_key(out, STR("controls"));
    json_out_object_begin(out);
    number_member(out, STR("total"), result->model->control_count);
    group_members(out, &result->whole);
    json_out_object_end(out);
    json_out_key(out, STR("checks"));
    json_out_object_begin(out);
    measured_member(out, tally_measured(&result->checks), tally_total(&result->checks));
    counts_member(out, STR("states"), &result->checks);
    json_out_object_end(out);
    number_member(out, STR("resources"), result->resource_count);
    json_out_key(out, STR("azure"));
    json_out_object_begin(out);
    state_member(out, STR("state"), tally_azure_state(&result->azure));
    double percent = 0.0;
    json_out_key(out, STR("percent"));
    if (tally_azure_percent(&result->azure, &percent)) {
        json_out_double(out, percent);
    } else {
        json_out_null(out);
    }
    counts_member(out, STR("resources"), &result->azure);
    json_out_object_end(out);
    json_out_object_end(out);
}

static void write_heading(JsonOut *out, const Report *report)
{
    const Baseline *baseline = report->result->model->baseline;
    text_member(out, STR("tool"), report->tool_version);
    time_member(out, STR("time"), report->result->now);
    text_member(out, STR("tenant"), report->tenant);
    if (baseline != NULL) {
        json_out_key(out, STR("baseline"));
        json_out_object_begin(out);
        text_member(out, STR("name"), baseline->name);
        text_member(out, STR("title"), baseline->title);
        text_member(out, STR("version"), baseline->version);
        if (report->edition != NULL) {
            edition_members(out, report->edition);
        }
        json_out_object_end(out);
    }
}

void report_json_end(Buf *buf, const Report *report)
{
    // The document is open already; the writer's own braces are cut off again.
    Buf body = {0};
    JsonOut out = {.buf = &body};
    json_out_object_begin(&out);
    write_heading(&out, report);
    write_summary(&out, report);
    write_groups(&out, STR("sections"), report->result->sections,
                 report->result->model->section_count);
    write_groups(&out, STR("layers"), report->result->layers, LAYER_COUNT);
    write_frameworks(&out, report->result);
    write_controls(&out, report->result);
    write_rules(&out, report->result);
    write_not_read(&out, report);
    write_sources(&out, report->sources, report->source_count);
    if (report->remeasure != NULL) {
        remeasure_json(&out, report->remeasure);
    }
    json_out_object_end(&out);
    buf_push(buf, STR("\n],\n"));
    buf_push(buf, str_from(buf_str(&body), 1));
    buf_byte(buf, '\n');
    buf_free(&body);
}

void report_sources_json(Buf *buf, const SourceRow *rows, uint32_t count, Str tenant)
{
    JsonOut out = {.buf = buf};
    json_out_object_begin(&out);
    text_member(&out, STR("tenant"), tenant);
    write_sources(&out, rows, count);
    json_out_object_end(&out);
    buf_byte(buf, '\n');
}
