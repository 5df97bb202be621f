// SPDX-License-Identifier: Apache-2.0
// The scoreboard: what was measured with what, the score, states, groups.
#include "baseline/review.h"
#include "report/remeasure.h"
#include "report/terminal_parts.h"

enum { TITLE_COLUMNS = 34 };

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
    page_end_line(page);
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
        page_end_line(page);
    }
}

static void print_n_of_m(const Page *page, uint64_t n, uint64_t m, const char *what)
{
    Ink ink = n == m ? INK_PLAIN : INK_OPEN;
    page_u64(page, ink, n);
    page_cstr(page, INK_PLAIN, " of ");
    page_u64(page, INK_PLAIN, m);
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
    page_u64(page, INK_PLAIN, result->resource_count);
    page_cstr(page, INK_PLAIN, result->resource_count == 1 ? " resource" : " resources");
    if (whole->states[STATE_NOT_APPLICABLE] != 0) {
        page_cstr(page, INK_DIM, dot(page));
        page_u64(page, INK_DIM, whole->states[STATE_NOT_APPLICABLE]);
        page_cstr(page, INK_DIM,
                  whole->states[STATE_NOT_APPLICABLE] == 1 ? " control not applicable"
                                                           : " controls not applicable");
    }
    page_end_line(page);
    if (result->bad_count != 0) {
        page_u64(page, INK_BAD, result->bad_count);
        page_cstr(page, INK_BAD,
                  result->bad_count == 1 ? " line or file could not be read"
                                         : " lines or files could not be read");
        page_end_line(page);
    }
}

static void print_scores(const Page *page, const AssessResult *result)
{
    const Score *score = &result->whole.score;
    page_end_line(page);
    page_cstr(page, INK_BOLD, "Score  ");
    page_bar(page, score);
    page_cstr(page, INK_PLAIN, "  ");
    print_score(page, INK_BOLD, score, false);
    page_cstr(page, INK_DIM, dot(page));
    page_cstr(page, INK_PLAIN, "without deviations ");
    print_score(page, INK_PLAIN, score, true);
    page_end_line(page);
    double percent = 0.0;
    if (result->model->baseline == NULL && tally_azure_percent(&result->azure, &percent)) {
        page_cstr(page, INK_PLAIN, "Azure's own count: ");
        Buf text = {0};
        page_range(&text, page->style, percent / 100.0, percent / 100.0);
        page_text(page, INK_PLAIN, buf_str(&text));
        buf_free(&text);
        page_cstr(page, INK_PLAIN, " of resources compliant, overall ");
        page_cstr(page, INK_PLAIN, state_name(tally_azure_state(&result->azure)));
        page_end_line(page);
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
    page_end_line(page);
    page_column(page, INK_BOLD, STR("State"), 18);
    page_cstr(page, INK_BOLD, "    controls      checks");
    page_end_line(page);
    for (uint32_t s = 0; s < STATE_COUNT; s++) {
        uint64_t checks = result->checks.of[s].count;
        if (checks == 0 && result->whole.states[s] == 0) {
            continue;
        }
        page_column(page, page_ink_of((State)s), str_from_cstr(state_name((State)s)), 18);
        print_number_column(page, result->whole.states[s]);
        print_number_column(page, checks);
        page_end_line(page);
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
    page_end_line(page);
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
    terminal_findings(&page, result);
    terminal_reasons(&page, result);
    terminal_sources(&page, report);
}
