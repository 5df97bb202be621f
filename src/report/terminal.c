// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>

#include "baseline/review.h"
#include "report/page.h"
#include "report/remeasure.h"

enum {
    FINDINGS_SHOWN = 12, // rules with findings
    REASONS_SHOWN = 12,
    BAD_SHOWN = 10,
    TITLE_COLUMNS = 34
};

static void end_line(const Page *page)
{
    buf_byte(page->out, '\n');
}

static void print_u64(const Page *page, Ink ink, uint64_t value)
{
    Buf text = {0};
    buf_u64(&text, value);
    page_text(page, ink, buf_str(&text));
    buf_free(&text);
}

static void print_score(const Page *page, Ink ink, const Score *score, bool bare)
{
    if (!score->has_data) {
        page_cstr(page, INK_DIM, "no data");
        return;
    }
    Buf text = {0};
    page_range(&text, page->style, bare ? score->bare_lower : score->lower,
               bare ? score->bare_upper : score->upper);
    page_text(page, ink, buf_str(&text));
    buf_free(&text);
}

static const char *dot(const Page *page)
{
    return page->style->unicode ? " · " : " | ";
}

// ---- the head ----

static void print_title(const Page *page, const Report *report)
{
    const Baseline *baseline = report->result->model->baseline;
    if (baseline != NULL) {
        page_text(page, INK_BOLD, baseline->title.len != 0 ? baseline->title : baseline->name);
        page_cstr(page, INK_PLAIN, " ");
        page_text(page, INK_PLAIN, baseline->version);
    } else {
        page_cstr(page, INK_BOLD, "Azure Policy");
    }
    if (report->tenant.len != 0) {
        page_cstr(page, INK_DIM, dot(page));
        page_cstr(page, INK_PLAIN, "tenant ");
        page_text(page, INK_PLAIN, report->tenant);
    }
    Buf time = {0};
    ticks_print(&time, report->result->now);
    page_cstr(page, INK_DIM, dot(page));
    page_text(page, INK_DIM, str_from(buf_str(&time), 0));
    buf_free(&time);
    end_line(page);
}

// Which edition, and whether anybody approved it.
static void print_edition(const Page *page, const Report *report)
{
    enum { DIGEST_SHOWN = 12 };
    const Edition *edition = report->edition;
    if (edition == NULL) {
        return;
    }
    Arena scratch;
    arena_init(&scratch, (size_t)1 << 20);
    Buf text = {0};
    buf_push(&text, edition_id(&scratch, edition));
    buf_printf(&text, ": %.*s", STR_ARG(edition_words(&scratch, edition, report->result->now)));
    for (uint32_t i = 0; i < edition->approvals; i++) {
        buf_printf(&text, "%s%.*s",
                   i == 0                        ? ", approved by "
                   : i + 1 == edition->approvals ? " and "
                                                 : ", ",
                   STR_ARG(edition->approvers[i]));
    }
    if (edition->digest.len != 0) {
        buf_printf(&text, "%ssha256 %.*s", dot(page), DIGEST_SHOWN, edition->digest.ptr);
    }
    bool approved = edition->kind == EDITION_SHIPPED || edition->approvals != 0;
    page_wrap(page, approved ? INK_DIM : INK_OPEN, buf_str(&text), 2);
    buf_free(&text);
    arena_free(&scratch);
}

// Among many findings its own would not be seen.
static void print_review(const Page *page, const AssessResult *result)
{
    const Baseline *baseline = result->model->baseline;
    if (baseline != NULL && review_is_overdue(baseline, result->now)) {
        page_cstr(page, INK_BAD, "the review of the baseline was due on ");
        page_text(page, INK_BAD, baseline->next_review);
        end_line(page);
    }
}

static void print_n_of_m(const Page *page, uint64_t n, uint64_t m, const char *what)
{
    Ink ink = n == m ? INK_PLAIN : INK_OPEN;
    print_u64(page, ink, n);
    page_cstr(page, INK_PLAIN, " of ");
    print_u64(page, INK_PLAIN, m);
    page_cstr(page, INK_PLAIN, " ");
    page_cstr(page, INK_PLAIN, what);
}

static void print_measured(const Page *page, const AssessResult *result)
{
    const GroupResult *whole = &result->whole;
    page_cstr(page, INK_PLAIN, "measured ");
    print_n_of_m(page, whole->measured, whole->applicable, "controls");
    page_cstr(page, INK_DIM, dot(page));
    print_n_of_m(page, tally_measured(&result->checks), tally_total(&result->checks), "checks");
    page_cstr(page, INK_DIM, dot(page));
    print_u64(page, INK_PLAIN, result->resource_count);
    page_cstr(page, INK_PLAIN, result->resource_count == 1 ? " resource" : " resources");
    if (whole->states[STATE_NOT_APPLICABLE] != 0) {
        page_cstr(page, INK_DIM, dot(page));
        print_u64(page, INK_DIM, whole->states[STATE_NOT_APPLICABLE]);
        page_cstr(page, INK_DIM,
                  whole->states[STATE_NOT_APPLICABLE] == 1 ? " control not applicable"
                                                           : " controls not applicable");
    }
    end_line(page);
    if (result->bad_count != 0) {
        print_u64(page, INK_BAD, result->bad_count);
        page_cstr(page, INK_BAD,
                  result->bad_count == 1 ? " line or file could not be read"
                                         : " lines or files could not be read");
        end_line(page);
    }
}

static void print_scores(const Page *page, const AssessResult *result)
{
    const Score *score = &result->whole.score;
    end_line(page);
    page_cstr(page, INK_BOLD, "Score  ");
    page_bar(page, score);
    page_cstr(page, INK_PLAIN, "  ");
    print_score(page, INK_BOLD, score, false);
    page_cstr(page, INK_DIM, dot(page));
    page_cstr(page, INK_PLAIN, "without deviations ");
    print_score(page, INK_PLAIN, score, true);
    end_line(page);
    double percent = 0.0;
    if (result->model->baseline == NULL && tally_azure_percent(&result->azure, &percent)) {
        page_cstr(page, INK_PLAIN, "Azure's own count: ");
        Buf text = {0};
        page_range(&text, page->style, percent / 100.0, percent / 100.0);
        page_text(page, INK_PLAIN, buf_str(&text));
        buf_free(&text);
        page_cstr(page, INK_PLAIN, " of resources compliant, overall ");
        page_cstr(page, INK_PLAIN, state_name(tally_azure_state(&result->azure)));
        end_line(page);
    }
}

static void print_number_column(const Page *page, uint64_t value)
{
    Buf text = {0};
    buf_u64(&text, value);
    for (size_t i = buf_str(&text).len; i < 12; i++) {
        buf_byte(page->out, ' ');
    }
    page_text(page, INK_PLAIN, buf_str(&text));
    buf_free(&text);
}

static void print_states(const Page *page, const AssessResult *result)
{
    end_line(page);
    page_column(page, INK_BOLD, STR("State"), 18);
    page_cstr(page, INK_BOLD, "    controls      checks");
    end_line(page);
    for (uint32_t s = 0; s < STATE_COUNT; s++) {
        uint64_t checks = result->checks.of[s].count;
        if (checks == 0 && result->whole.states[s] == 0) {
            continue;
        }
        page_column(page, page_ink_of((State)s), str_from_cstr(state_name((State)s)), 18);
        print_number_column(page, result->whole.states[s]);
        print_number_column(page, checks);
        end_line(page);
    }
}

// ---- groups ----

static void print_group(const Page *page, const GroupResult *group)
{
    if (group->applicable == 0) {
        return;
    }
    page_column(page, INK_PLAIN, group->title, TITLE_COLUMNS);
    page_cstr(page, INK_PLAIN, " ");
    page_bar(page, &group->score);
    page_cstr(page, INK_PLAIN, " ");
    Buf text = {0};
    if (group->score.has_data) {
        page_range(&text, page->style, group->score.lower, group->score.upper);
    } else {
        buf_push(&text, STR("no data"));
    }
    page_column(page, group->score.has_data ? INK_PLAIN : INK_DIM, buf_str(&text), 16);
    buf_free(&text);
    page_column(page, page_ink_of(group->state), str_from_cstr(state_name(group->state)), 16);
    print_n_of_m(page, group->measured, group->applicable, "measured");
    end_line(page);
}

static void print_groups(const Page *page, const char *title, const GroupResult *groups,
                         uint32_t count)
{
    bool any = false;
    for (uint32_t i = 0; i < count; i++) {
        any = any || groups[i].applicable != 0;
    }
    if (!any) {
        return;
    }
    page_heading(page, title);
    for (uint32_t i = 0; i < count; i++) {
        print_group(page, &groups[i]);
    }
}

static void print_frameworks(const Page *page, const AssessResult *result)
{
    if (result->framework_count == 0) {
        return;
    }
    page_heading(page, "Frameworks");
    for (uint32_t f = 0; f < result->framework_count; f++) {
        print_group(page, &result->frameworks[f].group);
    }
}

// ---- findings ----

typedef struct Rank {
    const AssessResult *result;
    uint32_t rule;
    uint64_t failed;
} Rank;

// The severest first; of those the rules with the most resources; then the order of the rules.
static int compare_ranks(const void *a, const void *b)
{
    const Rank *x = a;
    const Rank *y = b;
    const AssessRule *rules = x->result->model->rules;
    if (rules[x->rule].severity != rules[y->rule].severity) {
        return rules[x->rule].severity > rules[y->rule].severity ? -1 : 1;
    }
    if (x->failed != y->failed) {
        return x->failed > y->failed ? -1 : 1;
    }
    return x->rule < y->rule ? -1 : x->rule > y->rule;
}

static void print_evidence(const Page *page, const Finding *finding, bool says_why)
{
    Buf line = {0};
    const Evidence *evidence = finding->evidence;
    if (evidence != NULL) {
        buf_push(&line, evidence->path);
        if (evidence->seen.len != 0) {
            buf_printf(&line, " is %.*s", STR_ARG(evidence->seen));
        } else {
            buf_push(&line, STR(" is not set"));
        }
        if (evidence->op != NULL && says_why) {
            buf_printf(&line, " (condition: %s %.*s)", evidence->op, STR_ARG(evidence->wanted));
        }
    }
    if (finding->message.len != 0) {
        buf_push(&line, line.len != 0 ? STR("; ") : STR(""));
        buf_push(&line, finding->message);
    }
    if (line.len != 0) {
        page_cstr(page, INK_PLAIN, "        ");
        page_wrap(page, INK_DIM, buf_str(&line), 8);
    }
    buf_free(&line);
}

// The tenant stands in the title; an id goes on from there.
static Str short_id(Str id)
{
    static const Str tenants = STR_INIT("/tenants/");
    if (!str_starts_nocase(id, tenants)) {
        return id;
    }
    Str below = str_cut(str_from(id, tenants.len), '/').tail;
    return below.len != 0 ? below : STR("the tenant");
}

static void print_sample(const Page *page, const SampleResult *sample)
{
    const Finding *finding = &sample->sample->finding;
    page_cstr(page, INK_PLAIN, "      ");
    page_text(page, INK_PLAIN, short_id(finding->resource_id));
    if (finding->state != STATE_NON_COMPLIANT) {
        page_cstr(page, INK_PLAIN, "  ");
        page_cstr(page, page_ink_of(finding->state), state_name(finding->state));
    }
    end_line(page);
    print_evidence(page, finding, sample->near.count == 0);
    for (uint32_t i = 0; i < sample->near.count; i++) {
        Buf line = {0};
        buf_printf(&line, "%s%.*s", i == 0 ? "would pass if " : "or if ",
                   STR_ARG(sample->near.texts[i]));
        page_cstr(page, INK_PLAIN, "        ");
        page_wrap(page, INK_OPEN, buf_str(&line), 8);
        buf_free(&line);
    }
}

static void print_rule(const Page *page, const AssessResult *result, uint32_t r, uint64_t failed)
{
    const AssessModel *model = result->model;
    const AssessRule *rule = &model->rules[r];
    page_cstr(page, INK_PLAIN, "  ");
    page_column(page, INK_BAD, str_from_cstr(severity_name(rule->severity)), 9);
    for (uint32_t i = 0; i < rule->control_count && i < 3; i++) {
        page_text(page, INK_BOLD, model->controls[rule->controls[i]].id);
        page_cstr(page, INK_PLAIN, " ");
    }
    Buf line = {0};
    buf_printf(&line, "%.*s: %llu of %llu", STR_ARG(rule->title), (unsigned long long)failed,
               (unsigned long long)tally_total(&result->rules[r].tally));
    page_wrap(page, INK_PLAIN, buf_str(&line), 11);
    buf_free(&line);
    const RuleSummary *summary = &result->rules[r];
    for (uint32_t i = 0; i < summary->sample_count; i++) {
        State state = summary->samples[i].sample->finding.state;
        if (state == STATE_NON_COMPLIANT || state == STATE_CONFLICTING) {
            print_sample(page, &summary->samples[i]);
        }
    }
    if (rule->remediation.len == 0 && rule->assigned->message.len != 0) {
        page_cstr(page, INK_PLAIN, "      ");
        page_wrap(page, INK_PLAIN, rule->assigned->message, 6);
    }
    if (rule->remediation.len != 0) {
        page_cstr(page, INK_GOOD, "      mend: ");
        page_wrap(page, INK_PLAIN, rule->remediation, 12);
    }
}

static void print_findings(const Page *page, const AssessResult *result)
{
    uint32_t count = result->model->rule_count;
    Rank *ranks = calloc((size_t)count + 1, sizeof *ranks);
    ASSERT(ranks != NULL);
    uint32_t n = 0;
    for (uint32_t r = 0; r < count; r++) {
        uint64_t failed = tally_broken(&result->rules[r].tally);
        if (failed != 0) {
            ranks[n++] = (Rank){result, r, failed};
        }
    }
    if (n != 0) {
        qsort(ranks, n, sizeof *ranks, compare_ranks);
        page_heading(page, "What to mend first");
        for (uint32_t i = 0; i < n && i < FINDINGS_SHOWN; i++) {
            print_rule(page, result, ranks[i].rule, ranks[i].failed);
        }
    }
    if (n > FINDINGS_SHOWN) {
        Buf line = {0};
        buf_printf(&line, "  and %u more rules; --export FILE.csv lists every finding",
                   n - FINDINGS_SHOWN);
        page_text(page, INK_DIM, buf_str(&line));
        end_line(page);
        buf_free(&line);
    }
    free(ranks);
}

// ---- what is not known ----

// Rules that share a reason stand in one line.
typedef struct Reason {
    Str text;
    State state;
    uint32_t first_rule;
    uint32_t rules;
    uint32_t last_rule;
} Reason;

static uint32_t collect_reasons(const AssessResult *result, Reason *reasons, uint32_t cap)
{
    uint32_t n = 0;
    for (uint32_t r = 0; r < result->model->rule_count; r++) {
        const RuleSummary *summary = &result->rules[r];
        for (uint32_t i = 0; i < summary->sample_count; i++) {
            const Finding *f = &summary->samples[i].sample->finding;
            if (state_met(f->state) != STATE_OPEN) {
                continue;
            }
            uint32_t at = 0;
            while (at < n &&
                   !(reasons[at].state == f->state && str_eq(reasons[at].text, f->message))) {
                at++;
            }
            if (at == n && n == cap) {
                continue;
            }
            if (at == n) {
                reasons[n++] = (Reason){f->message, f->state, r, 1, r};
            } else if (reasons[at].last_rule != r) {
                reasons[at].rules++;
                reasons[at].last_rule = r;
            }
        }
    }
    return n;
}

static void print_reasons(const Page *page, const AssessResult *result)
{
    uint32_t cap = result->model->rule_count * SAMPLES_MAX + 1;
    Reason *reasons = calloc(cap, sizeof *reasons);
    ASSERT(reasons != NULL);
    uint32_t n = collect_reasons(result, reasons, cap);
    if (n != 0) {
        page_heading(page, "Not known");
    }
    for (uint32_t i = 0; i < n && i < REASONS_SHOWN; i++) {
        const Reason *reason = &reasons[i];
        page_cstr(page, INK_PLAIN, "  ");
        page_column(page, INK_OPEN, str_from_cstr(state_name(reason->state)), 12);
        Buf line = {0};
        if (reason->text.len != 0) {
            buf_push(&line, reason->text);
        } else {
            buf_push(&line, reason->state == STATE_UNKNOWN ? STR("no valid attestation")
                                                           : STR("no reason given"));
        }
        buf_printf(&line, ": %.*s", STR_ARG(result->model->rules[reason->first_rule].title));
        if (reason->rules > 1) {
            buf_printf(&line, " and %u more", reason->rules - 1);
        }
        page_wrap(page, INK_PLAIN, buf_str(&line), 14);
        buf_free(&line);
    }
    if (n > REASONS_SHOWN) {
        Buf line = {0};
        buf_printf(&line, "  and %u more reasons", n - REASONS_SHOWN);
        page_text(page, INK_DIM, buf_str(&line));
        end_line(page);
        buf_free(&line);
    }
    free(reasons);
}

// ---- sources ----

bool source_is_lacking(SourceStatus status)
{
    static const bool lacking[] = {
        [SOURCE_PARTIAL] = true,   [SOURCE_SUSPECT] = true, [SOURCE_REFUSED] = true,
        [SOURCE_THROTTLED] = true, [SOURCE_UNKNOWN] = true,
    };
    return (size_t)status < COUNTOF(lacking) && lacking[status];
}

static void print_source(const Page *page, const SourceRow *row)
{
    page_cstr(page, INK_PLAIN, "  ");
    page_column(page, source_is_lacking(row->status) ? INK_OPEN : INK_PLAIN,
                str_from_cstr(source_status_name(row->status)), 15);
    Buf line = {0};
    buf_push(&line, row->file);
    if (row->part.len != 0) {
        buf_printf(&line, "#%.*s", STR_ARG(row->part));
    }
    if (row->line != 0) {
        buf_printf(&line, ":%u", row->line);
    }
    if (row->column != 0) {
        buf_printf(&line, ":%u", row->column);
    }
    if (row->kind.len != 0) {
        buf_printf(&line, "  %.*s", STR_ARG(row->kind));
    }
    if (row->objects != 0) {
        buf_printf(&line, ", %u %s", row->objects, row->objects == 1 ? "object" : "objects");
    }
    if (row->reason.len != 0) {
        buf_printf(&line, ": %.*s", STR_ARG(row->reason));
    }
    page_wrap(page, INK_PLAIN, buf_str(&line), 17);
    buf_free(&line);
}

static void print_source_counts(const Page *page, const Report *report)
{
    if (report->source_count == 0) {
        return;
    }
    uint32_t counts[SOURCE_UNKNOWN + 1] = {0};
    for (uint32_t i = 0; i < report->source_count; i++) {
        counts[report->sources[i].status]++;
    }
    page_heading(page, "Sources");
    page_cstr(page, INK_PLAIN, "  ");
    bool first = true;
    for (uint32_t s = 0; s <= SOURCE_UNKNOWN; s++) {
        if (counts[s] != 0) {
            page_cstr(page, INK_PLAIN, first ? "" : ", ");
            print_u64(page, INK_PLAIN, counts[s]);
            page_cstr(page, INK_PLAIN, " ");
            page_cstr(page, INK_PLAIN, source_status_name((SourceStatus)s));
            first = false;
        }
    }
    end_line(page);
    uint32_t shown = 0;
    for (uint32_t i = 0; i < report->source_count && shown < BAD_SHOWN; i++) {
        if (source_is_lacking(report->sources[i].status)) {
            print_source(page, &report->sources[i]);
            shown++;
        }
    }
}

void report_terminal(Buf *out, const Report *report, const TerminalStyle *style)
{
    Page page = {.out = out, .style = style};
    const AssessResult *result = report->result;
    print_title(&page, report);
    print_edition(&page, report);
    print_review(&page, result);
    print_measured(&page, result);
    print_scores(&page, result);
    if (report->remeasure != NULL) {
        remeasure_text(&page, report->remeasure);
    }
    print_states(&page, result);
    print_groups(&page, "Sections", result->sections, result->model->section_count);
    print_groups(&page, "Layers", result->layers, LAYER_COUNT);
    print_frameworks(&page, result);
    print_findings(&page, result);
    print_reasons(&page, result);
    print_source_counts(&page, report);
}

void report_sources(Buf *out, const SourceRow *rows, uint32_t count, const TerminalStyle *style)
{
    Page page = {.out = out, .style = style};
    for (uint32_t i = 0; i < count; i++) {
        print_source(&page, &rows[i]);
    }
}
