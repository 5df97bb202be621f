// SPDX-License-Identifier: Apache-2.0
// What to mend first, and what is not known.
#include <stdlib.h>

#include "report/terminal_parts.h"

enum {
    FINDINGS_SHOWN = 12, // rules with findings
    REASONS_SHOWN = 12
};

// ---- what to mend first ----

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
    page_end_line(page);
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

void terminal_findings(const Page *page, const AssessResult *result)
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
        page_end_line(page);
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

void terminal_reasons(const Page *page, const AssessResult *result)
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
        page_end_line(page);
        buf_free(&line);
    }
    free(reasons);
}
