// SPDX-License-Identifier: Apache-2.0
// The end of an OSCAL document: rules, findings of controls, risks, items of the plan.
#include "report/oscal_parts.h"

static void related(JsonOut *out, const char *key, const OscalUuid *uuid)
{
    json_out_object_begin(out);
    oscal_out_uuid(out, str_from_cstr(key), uuid);
    json_out_object_end(out);
}

// "NonCompliant 9, Compliant 3"
static void push_counts(Buf *out, const Tally *tally)
{
    bool any = false;
    for (uint32_t s = 0; s < STATE_COUNT; s++) {
        if (tally->of[s].count != 0) {
            buf_printf(out, "%s%s %llu", any ? ", " : "", state_name((State)s),
                       (unsigned long long)tally->of[s].count);
            any = true;
        }
    }
    if (!any) {
        buf_push(out, STR("nothing it applies to"));
    }
}

// ---- the end: what each rule gave ----

static void out_rules(JsonOut *out, const OscalWriter *w, const AssessResult *result)
{
    Buf text = {0};
    for (uint32_t r = 0; r < w->model->rule_count; r++) {
        const AssessRule *rule = &w->model->rules[r];
        const Tally *tally = &result->rules[r].tally;
        OscalUuid uuid = oscal_rule_uuid(w, r);
        buf_clear(&text);
        push_counts(&text, tally);
        oscal_item_begin(out);
        oscal_out_uuid(out, STR("uuid"), &uuid);
        oscal_out_line(out, STR("title"), rule->title);
        oscal_out_prose(out, STR("description"), buf_str(&text));
        oscal_list_begin(out, "props");
        oscal_out_prop(out, STR("rule"), rule->id);
        oscal_out_state(out, STR("state"), tally_state(tally));
        oscal_out_prop_count(out, STR("measured"), tally_measured(tally));
        oscal_out_prop_count(out, STR("of"), tally_total(tally));
        json_out_array_end(out);
        oscal_out_method(out, rule, "control-objective");
        oscal_out_time(out, STR("collected"), w->head.now);
        json_out_object_end(out);
    }
    buf_free(&text);
}

// ---- findings of controls ----

// What the state of a control is in OSCAL's two words. What is not known is not satisfied, and a
// deviation does not make it so.
static void out_status(JsonOut *out, const ControlResult *got)
{
    bool met = state_met(got->state) == STATE_MET && got->state != STATE_EXEMPT;
    bool failed = got->state == STATE_NON_COMPLIANT || got->state == STATE_CONFLICTING;
    json_out_key(out, STR("status"));
    json_out_object_begin(out);
    oscal_out_text(out, STR("state"), met ? STR("satisfied") : STR("not-satisfied"));
    oscal_out_text(out, STR("reason"), met ? STR("pass") : failed ? STR("fail") : STR("other"));
    if (!met && !failed) {
        oscal_out_text(out, STR("remarks"),
                       got->state == STATE_EXEMPT
                           ? STR("Not met; an approved deviation is in force.")
                           : STR("Not known: it could not be measured, or nobody attested it."));
    }
    json_out_object_end(out);
}

static void out_related(JsonOut *out, const OscalWriter *w, const OscalIssues *issues, uint32_t c)
{
    const AssessControl *control = &w->model->controls[c];
    uint32_t first = issues->first[c];
    uint32_t end = issues->first[c + 1];
    bool any = !oscal_is_plan(w) && control->rule_count != 0;
    for (uint32_t i = first; i < end; i++) {
        any = any || issues->at[i].note_count != 0;
    }
    if (any) {
        oscal_list_begin(out, "related-observations");
        for (uint32_t r = 0; !oscal_is_plan(w) && r < control->rule_count; r++) {
            OscalUuid uuid = oscal_rule_uuid(w, control->rules[r]);
            related(out, "observation-uuid", &uuid);
        }
        for (uint32_t i = first; i < end; i++) {
            for (uint32_t n = 0; n < issues->at[i].note_count; n++) {
                OscalUuid uuid = oscal_observation_uuid(w, issues->at[i].notes[n]->rule,
                                                        issues->at[i].notes[n]->identity);
                related(out, "observation-uuid", &uuid);
            }
        }
        json_out_array_end(out);
    }
    if (first != end) {
        oscal_list_begin(out, "related-risks");
        for (uint32_t i = first; i < end; i++) {
            OscalUuid uuid = oscal_issue_uuid(w, STR("risk"), &issues->at[i]);
            related(out, "risk-uuid", &uuid);
        }
        json_out_array_end(out);
    }
}

static void out_finding(JsonOut *out, const OscalWriter *w, const AssessResult *result,
                        const OscalIssues *issues, uint32_t c)
{
    const AssessControl *control = &w->model->controls[c];
    const ControlResult *got = &result->controls[c];
    OscalUuid uuid = oscal_finding_uuid(w, c);
    Buf text = {0};
    buf_printf(&text, "%.*s: %.*s", STR_ARG(control->id), STR_ARG(control->title));
    oscal_item_begin(out);
    oscal_out_uuid(out, STR("uuid"), &uuid);
    oscal_out_line(out, STR("title"), buf_str(&text));
    buf_clear(&text);
    push_counts(&text, &got->tally);
    oscal_out_prose(out, STR("description"), buf_str(&text));
    oscal_list_begin(out, "props");
    oscal_out_state(out, STR("state"), got->state);
    oscal_out_prop(out, STR("severity"), str_from_cstr(severity_name(control->severity)));
    oscal_out_prop_count(out, STR("measured"), got->measured);
    oscal_out_prop_count(out, STR("of"), got->total);
    json_out_array_end(out);
    json_out_key(out, STR("target"));
    json_out_object_begin(out);
    oscal_out_text(out, STR("type"), STR("statement-id"));
    buf_clear(&text);
    buf_printf(&text, "%.*s_smt", STR_ARG(w->tokens[c]));
    oscal_out_text(out, STR("target-id"), buf_str(&text));
    oscal_list_begin(out, "props");
    oscal_out_prop(out, STR("control"), control->id);
    json_out_array_end(out);
    out_status(out, got);
    json_out_object_end(out);
    out_related(out, w, issues, c);
    json_out_object_end(out);
    buf_free(&text);
}

// Controls that apply to nothing have no finding; a plan has those with something open only.
static void out_findings(JsonOut *out, const OscalWriter *w, const AssessResult *result,
                         const OscalIssues *issues)
{
    bool any = false;
    for (uint32_t c = 0; c < w->model->control_count; c++) {
        bool open = issues->first[c] != issues->first[c + 1];
        if (oscal_is_plan(w) ? !open : result->controls[c].state == STATE_NOT_APPLICABLE && !open) {
            continue;
        }
        if (!any) {
            oscal_list_begin(out, "findings");
            any = true;
        }
        out_finding(out, w, result, issues, c);
    }
    if (any) {
        json_out_array_end(out);
    }
}

// ---- risks ----

static Str deviation_text(const OscalIssue *issue, Str key)
{
    const Json *deviation =
        issue->exemption != NULL ? json_find(issue->exemption->metadata, STR("datumline")) : NULL;
    return json_find_str(deviation, key);
}

// A deviation counts as approved when somebody else than who asked for it agreed.
static bool is_approved(const OscalIssue *issue)
{
    Str by = deviation_text(issue, STR("approvedBy"));
    return by.len != 0 && !str_eq_nocase(by, deviation_text(issue, STR("requestedBy")));
}

static Str status_of(const OscalIssue *issue)
{
    switch (issue->kind) {
    case ISSUE_FAILED:
        return STR("open");
    case ISSUE_UNKNOWN:
        return STR("investigating");
    case ISSUE_DEVIATION:
        return is_approved(issue) ? STR("deviation-approved") : STR("deviation-requested");
    }
    UNREACHABLE("IssueKind out of range");
}

static void push_title(Buf *out, const OscalWriter *w, const OscalIssue *issue)
{
    static const char *const endings[] = {
        [ISSUE_FAILED] = "does not hold",
        [ISSUE_UNKNOWN] = "not known to hold",
        [ISSUE_DEVIATION] = "deviation in force",
    };
    const AssessControl *control = &w->model->controls[issue->control];
    buf_printf(out, "%.*s %.*s: %s", STR_ARG(control->id), STR_ARG(control->title),
               endings[issue->kind]);
}

static void push_description(Buf *out, const OscalIssue *issue)
{
    if (issue->note_count == 0) {
        buf_push(out, STR("Nothing was measured for it, and nobody attested it."));
        return;
    }
    static const char *const says[] = {
        [ISSUE_FAILED] = "not met",
        [ISSUE_UNKNOWN] = "not measured or not attested",
        [ISSUE_DEVIATION] = "not met, under a deviation",
    };
    buf_printf(out, "%u %s: %s", issue->note_count,
               issue->note_count == 1 ? "observation" : "observations", says[issue->kind]);
    Str reason = deviation_text(issue, STR("reason"));
    if (issue->exemption != NULL && reason.len == 0) {
        reason = issue->exemption->description;
    }
    if (reason.len != 0) {
        buf_printf(out, ". Reason of the deviation: %.*s", STR_ARG(reason));
    }
}

static bool deadline_of(const OscalIssue *issue, Ticks *ret_time)
{
    if (issue->exemption != NULL && issue->exemption->has_expiry) {
        *ret_time = issue->exemption->expires_on;
        return true;
    }
    return ticks_parse(deviation_text(issue, STR("reviewOn")), ret_time);
}

// What becomes of a control that does not hold: the baseline's reason for it.
static void out_statement(JsonOut *out, const OscalWriter *w, const OscalIssue *issue)
{
    const AssessControl *control = &w->model->controls[issue->control];
    Str reason = control->baseline != NULL ? control->baseline->reason : (Str){0};
    oscal_out_prose(out, STR("statement"), reason.len != 0 ? reason : control->title);
}

static void out_issue_props(JsonOut *out, const OscalWriter *w, const OscalIssue *issue)
{
    const AssessControl *control = &w->model->controls[issue->control];
    oscal_list_begin(out, "props");
    oscal_out_prop(out, STR("control"), control->id);
    oscal_out_prop(out, STR("severity"), str_from_cstr(severity_name(control->severity)));
    if (control->baseline != NULL) {
        oscal_out_prop(out, STR("owner"), control->baseline->owner);
    }
    if (issue->exemption != NULL) {
        static const char *const keys[] = {"kind", "requestedBy", "approvedBy"};
        static const char *const names[] = {"deviation", "requested-by", "approved-by"};
        for (size_t i = 0; i < COUNTOF(keys); i++) {
            oscal_out_prop(out, str_from_cstr(names[i]),
                           deviation_text(issue, str_from_cstr(keys[i])));
        }
        const Exemption *exemption = issue->exemption;
        oscal_out_prop(out, STR("exemption"),
                       exemption->id.len != 0 ? exemption->id : exemption->name);
    }
    json_out_array_end(out);
}

static void out_mitigation(JsonOut *out, const OscalWriter *w, const OscalIssue *issue)
{
    Str instead = deviation_text(issue, STR("compensatingControl"));
    if (instead.len == 0) {
        return;
    }
    OscalUuid uuid = oscal_issue_uuid(w, STR("mitigation"), issue);
    oscal_list_begin(out, "mitigating-factors");
    json_out_object_begin(out);
    oscal_out_uuid(out, STR("uuid"), &uuid);
    oscal_out_prose(out, STR("description"), instead);
    json_out_object_end(out);
    json_out_array_end(out);
}

// Variants of one rule are mended alike.
typedef struct Mended {
    uint64_t at[32];
    uint32_t count;
} Mended;

static bool is_new(Mended *mended, uint64_t rule)
{
    for (uint32_t i = 0; i < mended->count; i++) {
        if (mended->at[i] == rule) {
            return false;
        }
    }
    if (mended->count < COUNTOF(mended->at)) {
        mended->at[mended->count++] = rule;
    }
    return true;
}

static void out_remediation(JsonOut *out, const OscalWriter *w, const OscalIssue *issue, uint32_t r)
{
    Buf name = {0};
    buf_printf(&name, "%.*s\n%.*s", STR_ARG(w->model->controls[issue->control].id),
               STR_ARG(w->rules[r]));
    OscalUuid uuid = oscal_uuid_of(STR("remediation"), buf_str(&name));
    buf_free(&name);
    json_out_object_begin(out);
    oscal_out_uuid(out, STR("uuid"), &uuid);
    oscal_out_text(out, STR("lifecycle"), STR("recommendation"));
    oscal_out_line(out, STR("title"), w->model->rules[r].title);
    oscal_out_prose(out, STR("description"), w->model->rules[r].remediation);
    json_out_object_end(out);
}

// How to mend it, by each rule that found something.
static void out_remediations(JsonOut *out, const OscalWriter *w, const OscalIssue *issue)
{
    Mended mended = {.count = 0};
    bool any = false;
    uint32_t last = UINT32_MAX; // notes stand by rule
    for (uint32_t n = 0; n < issue->note_count && issue->kind == ISSUE_FAILED; n++) {
        uint32_t r = issue->notes[n]->rule;
        const AssessRule *rule = &w->model->rules[r];
        if (r == last || rule->remediation.len == 0 || !is_new(&mended, rule->identity)) {
            continue;
        }
        last = r;
        if (!any) {
            oscal_list_begin(out, "remediations");
            any = true;
        }
        out_remediation(out, w, issue, r);
    }
    if (any) {
        json_out_array_end(out);
    }
}

static void out_observations(JsonOut *out, const OscalWriter *w, const OscalIssue *issue)
{
    if (issue->note_count == 0) {
        return;
    }
    oscal_list_begin(out, "related-observations");
    for (uint32_t n = 0; n < issue->note_count; n++) {
        OscalUuid uuid =
            oscal_observation_uuid(w, issue->notes[n]->rule, issue->notes[n]->identity);
        related(out, "observation-uuid", &uuid);
    }
    json_out_array_end(out);
}

static void out_risks(JsonOut *out, const OscalWriter *w, const OscalIssues *issues)
{
    Buf text = {0};
    if (issues->count == 0) {
        return;
    }
    oscal_list_begin(out, "risks");
    for (uint32_t i = 0; i < issues->count; i++) {
        const OscalIssue *issue = &issues->at[i];
        OscalUuid uuid = oscal_issue_uuid(w, STR("risk"), issue);
        Ticks deadline = 0;
        oscal_item_begin(out);
        oscal_out_uuid(out, STR("uuid"), &uuid);
        buf_clear(&text);
        push_title(&text, w, issue);
        oscal_out_line(out, STR("title"), buf_str(&text));
        buf_clear(&text);
        push_description(&text, issue);
        oscal_out_prose(out, STR("description"), buf_str(&text));
        out_statement(out, w, issue);
        out_issue_props(out, w, issue);
        oscal_out_text(out, STR("status"), status_of(issue));
        if (deadline_of(issue, &deadline)) {
            oscal_out_time(out, STR("deadline"), deadline);
        }
        out_mitigation(out, w, issue);
        out_remediations(out, w, issue);
        out_observations(out, w, issue);
        json_out_object_end(out);
    }
    json_out_array_end(out);
    buf_free(&text);
}

// ---- items of the plan ----

static void out_reference(JsonOut *out, const char *list, const char *key, const OscalUuid *uuid)
{
    oscal_list_begin(out, list);
    related(out, key, uuid);
    json_out_array_end(out);
}

static void out_item(JsonOut *out, const OscalWriter *w, const OscalIssue *issue)
{
    OscalUuid uuid = oscal_issue_uuid(w, STR("poam-item"), issue);
    OscalUuid finding = oscal_finding_uuid(w, issue->control);
    OscalUuid risk = oscal_issue_uuid(w, STR("risk"), issue);
    Buf text = {0};
    oscal_item_begin(out);
    oscal_out_uuid(out, STR("uuid"), &uuid);
    push_title(&text, w, issue);
    oscal_out_line(out, STR("title"), buf_str(&text));
    buf_clear(&text);
    push_description(&text, issue);
    oscal_out_prose(out, STR("description"), buf_str(&text));
    buf_free(&text);
    out_issue_props(out, w, issue);
    out_reference(out, "related-findings", "finding-uuid", &finding);
    out_observations(out, w, issue);
    out_reference(out, "related-risks", "risk-uuid", &risk);
    json_out_object_end(out);
}

// A plan must have an item; one without anything open says so.
static void out_items(JsonOut *out, const OscalWriter *w, const OscalIssues *issues)
{
    oscal_list_begin(out, "poam-items");
    for (uint32_t i = 0; i < issues->count; i++) {
        out_item(out, w, &issues->at[i]);
    }
    if (issues->count == 0) {
        OscalUuid uuid = oscal_run_uuid(w, STR("nothing-open"), (Str){0});
        oscal_item_begin(out);
        oscal_out_uuid(out, STR("uuid"), &uuid);
        oscal_out_text(out, STR("title"), STR("Nothing is open"));
        oscal_out_text(out, STR("description"),
                       STR("Every control that applies was measured and holds; there is no action "
                           "to plan."));
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

// ---- the whole end ----

static void out_remarks(JsonOut *out, const AssessResult *result)
{
    Buf text = {0};
    buf_printf(&text, "%llu resources; %u of %u controls that apply were measured wholly.",
               (unsigned long long)result->resource_count, result->whole.measured,
               result->whole.applicable);
    if (result->bad_count != 0) {
        buf_printf(&text, " %llu %s of the input could not be read.",
                   (unsigned long long)result->bad_count,
                   result->bad_count == 1 ? "line or file" : "lines or files");
    }
    oscal_out_prose(out, STR("remarks"), buf_str(&text));
    buf_free(&text);
}

void oscal_writer_end(const OscalWriter *w, Buf *buf, const Report *report)
{
    Buf head = {0};
    JsonOut out = {.buf = &head};
    oscal_begin(&out, w); // once more, for where it stands
    out.buf = buf;
    buf_free(&head);
    Arena arena;
    arena_init(&arena, (size_t)1 << 40);
    OscalIssues issues =
        oscal_gather_issues(&arena, report->result, report->notes, report->note_count);
    if (!oscal_is_plan(w)) {
        out_rules(&out, w, report->result);
    }
    json_out_array_end(&out); // observations
    out_findings(&out, w, report->result, &issues);
    out_risks(&out, w, &issues);
    if (oscal_is_plan(w)) {
        out_items(&out, w, &issues);
    } else {
        out_remarks(&out, report->result);
        json_out_object_end(&out); // the result
        json_out_array_end(&out);
    }
    json_out_object_end(&out);
    json_out_object_end(&out);
    buf_byte(buf, '\n');
    arena_free(&arena);
}
