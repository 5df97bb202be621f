// SPDX-License-Identifier: Apache-2.0
// datum framework coverage ID: which controls of a framework, or of a profile of one, a baseline
// answers, and how.
#include "cli/framework_words.h"
#include "cli/frameworks.h"
#include "report/page.h"

enum { LABEL_COLUMNS = 22, WAY_COLUMNS = 12, LINKS_SHOWN = 6 };

typedef struct Covered {
    Cli *cli;
    const LibraryFramework *framework;
    const LibraryProfile *profile; // NULL = the whole framework
    const Baseline *baseline;
    CoverageReport report;
} Covered;

static const char *const way_words[COVERAGE_WAYS] = {
    [COVERAGE_RULE] = "by rule",
    [COVERAGE_ATTESTATION] = "by attestation",
    [COVERAGE_PROVIDER] = "by the provider",
    [COVERAGE_THROUGH] = "only through another framework",
    [COVERAGE_NONE] = "not at all",
};
static const Ink way_inks[COVERAGE_WAYS] = {
    [COVERAGE_RULE] = INK_GOOD,     [COVERAGE_ATTESTATION] = INK_GOOD,
    [COVERAGE_PROVIDER] = INK_GOOD, [COVERAGE_THROUGH] = INK_OPEN,
    [COVERAGE_NONE] = INK_BAD,
};

// "pp-acc-01, pp-acc-02 (over nist-800-53r5 ac-2), and 3 more"
static void push_links(Buf *line, const ControlCoverage *coverage)
{
    uint32_t shown = coverage->link_count < LINKS_SHOWN ? coverage->link_count : LINKS_SHOWN;
    for (uint32_t i = 0; i < shown; i++) {
        const CoverageLink *link = &coverage->links[i];
        buf_printf(line, "%s%.*s", i == 0 ? "" : ", ", STR_ARG(link->control->id));
        if (link->certainty != LIBRARY_STATED) {
            buf_printf(line, " (%sover %.*s %.*s)",
                       link->certainty == LIBRARY_SUGGESTED ? "perhaps, " : "",
                       STR_ARG(link->through_framework), STR_ARG(link->through_control));
        }
    }
    if (shown < coverage->link_count) {
        buf_printf(line, ", and %u more", coverage->link_count - shown);
    }
}

static void print_control(const Page *page, const ControlCoverage *coverage)
{
    page_column(page, INK_PLAIN, coverage->control->label, LABEL_COLUMNS);
    page_cstr(page, INK_PLAIN, " ");
    page_column(page, way_inks[coverage->way], str_from_cstr(coverage_way_name(coverage->way)),
                WAY_COLUMNS);
    Buf line = {0};
    const LibraryControl *control = coverage->control;
    if (coverage->link_count != 0) {
        push_links(&line, coverage);
    } else if (!str_eq_nocase(control->title, control->label)) {
        buf_push(&line, control->title);
    }
    page_wrap(page, coverage->link_count != 0 ? INK_PLAIN : INK_DIM, buf_str(&line),
              LABEL_COLUMNS + 1 + WAY_COLUMNS);
    buf_free(&line);
}

// Controls whose every way through a third framework is only suggested.
static uint32_t count_suggested(const CoverageReport *report)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < report->control_count; i++) {
        const ControlCoverage *coverage = &report->controls[i];
        bool only = coverage->way == COVERAGE_THROUGH; // links: best first
        count += only && coverage->links[0].certainty == LIBRARY_SUGGESTED ? 1U : 0U;
    }
    return count;
}

static void print_totals(const Page *page, const Covered *covered)
{
    Buf line = {0};
    buf_printf(&line, "%.*s answered by the baseline %.*s %.*s",
               STR_ARG(covered->profile != NULL ? covered->profile->id : covered->framework->id),
               STR_ARG(covered->baseline->name), STR_ARG(covered->baseline->version));
    page_text(page, INK_BOLD, buf_str(&line));
    buf_byte(page->out, '\n');
    uint32_t count = covered->report.control_count;
    for (int way = 0; way < COVERAGE_WAYS; way++) {
        uint32_t total = covered->report.totals[way];
        if (total != 0 || way != COVERAGE_PROVIDER) {
            buf_clear(&line);
            buf_printf(&line, "%6u  %s", total, way_words[way]);
            if (way == COVERAGE_THROUGH && total != 0) {
                buf_printf(&line, " (%u of them perhaps)", count_suggested(&covered->report));
            }
            page_text(page, total != 0 ? way_inks[way] : INK_DIM, buf_str(&line));
            buf_byte(page->out, '\n');
        }
    }
    buf_clear(&line);
    buf_printf(&line, "%6u  controls", count);
    if (covered->report.withdrawn_count != 0) {
        buf_printf(&line, " (%u withdrawn ones left out)", covered->report.withdrawn_count);
    }
    page_text(page, INK_PLAIN, buf_str(&line));
    buf_push(page->out, STR("\n\n"));
    buf_free(&line);
}

static void print_json(Buf *text, const Covered *covered)
{
    JsonOut out = {.buf = text};
    json_out_object_begin(&out);
    frameworks_member(&out, "framework", covered->framework->id);
    frameworks_member(&out, "profile", covered->profile != NULL ? covered->profile->id : (Str){0});
    frameworks_member(&out, "baseline", covered->baseline->name);
    frameworks_member(&out, "baselineVersion", covered->baseline->version);
    json_out_key(&out, STR("totals"));
    json_out_object_begin(&out);
    for (int way = 0; way < COVERAGE_WAYS; way++) {
        json_out_key(&out, str_from_cstr(coverage_way_name((CoverageWay)way)));
        json_out_u64(&out, covered->report.totals[way]);
    }
    json_out_key(&out, STR("controls"));
    json_out_u64(&out, covered->report.control_count);
    json_out_key(&out, STR("withdrawn"));
    json_out_u64(&out, covered->report.withdrawn_count);
    json_out_object_end(&out);
    json_out_key(&out, STR("controls"));
    json_out_array_begin(&out);
    for (uint32_t i = 0; i < covered->report.control_count; i++) {
        const ControlCoverage *coverage = &covered->report.controls[i];
        json_out_object_begin(&out);
        frameworks_member(&out, "id", coverage->control->id);
        frameworks_member(&out, "label", coverage->control->label);
        frameworks_member(&out, "title", coverage->control->title);
        json_out_key(&out, STR("answeredBy"));
        frameworks_coverage(&out, coverage, covered->baseline);
        json_out_object_end(&out);
    }
    json_out_array_end(&out);
    json_out_object_end(&out);
    buf_byte(text, '\n');
}

void cmd_framework_coverage(Cli *cli)
{
    Str id = cli->options.arguments.at[0];
    Library library;
    Covered covered = {.cli = cli};
    Lineage lineage = {0};
    frameworks_open_known(cli, &library);
    covered.profile = library_find_profile(&library, id);
    covered.framework =
        frameworks_find(cli, &library, covered.profile != NULL ? covered.profile->framework : id);
    if (covered.framework == NULL ||
        !frameworks_add_baseline(cli, &library, frameworks_baseline_name(cli), &covered.baseline,
                                 &lineage)) {
        return;
    }
    coverage_measure(&cli->arena, &library, covered.baseline, lineage, covered.framework,
                     covered.profile, &covered.report);
    Buf text = {0};
    Page page = {.out = &text, .style = &cli->style};
    if (cli_wants_json(cli)) {
        print_json(&text, &covered);
    } else {
        print_totals(&page, &covered);
        for (uint32_t i = 0; i < covered.report.control_count; i++) {
            print_control(&page, &covered.report.controls[i]);
        }
    }
    cli_print(cli, buf_str(&text));
    buf_free(&text);
}
