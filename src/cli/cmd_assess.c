// SPDX-License-Identifier: Apache-2.0
// datum assess: measure, report, and say whether the gate holds.
#include <stdio.h>
#include <unistd.h>

#include "cli/again.h"
#include "cli/run.h"
#include "host/system.h"

enum { JOBS_MAX = 200, BAD_TOLD = 20 };

// --fail-on: SEVERITY_COUNT = nothing fails the gate.
static Severity gate_severity(Str fail_on)
{
    if (fail_on.len == 0 || str_eq(fail_on, STR("any"))) {
        return (Severity)0;
    }
    return str_eq(fail_on, STR("none")) ? SEVERITY_COUNT : severity_find(fail_on);
}

// The files asked for, and standard output when --output json is.
static bool list_exports(Cli *cli, RunExport **ret_exports, uint32_t *ret_count)
{
    const StrList *paths = &cli->options.exports;
    RunExport *exports = NEW_ARRAY(&cli->arena, RunExport, paths->count + 1U);
    for (uint32_t i = 0; i < paths->count; i++) {
        exports[i] = (RunExport){paths->at[i], report_format_of(paths->at[i])};
        if (exports[i].format == REPORT_FORMAT_COUNT) {
            cli_usage(cli,
                      "--export %.*s: the name must end in .json, .ndjson, .csv, .oscal-ar.json "
                      "or .oscal-poam.json",
                      STR_ARG(paths->at[i]));
            return false;
        }
        for (uint32_t k = 0; k < i; k++) {
            if (str_eq(paths->at[i], paths->at[k])) {
                cli_usage(cli, "--export %.*s is given twice", STR_ARG(paths->at[i]));
                return false;
            }
        }
    }
    *ret_count = paths->count;
    if (cli_wants_json(cli)) {
        exports[(*ret_count)++] = (RunExport){STR("-"), REPORT_JSON};
    }
    *ret_exports = exports;
    return true;
}

static bool spares_inputs(Cli *cli, const Inputs *inputs)
{
    const StrList *paths = &cli->options.exports;
    for (uint32_t i = 0; i < paths->count; i++) {
        Str identity = path_identity(&cli->arena, paths->at[i]);
        if (identity.len != 0 && map_find(&inputs->seen, identity) != MAP_NONE) {
            cli_usage(cli, "--export %.*s would overwrite an input", STR_ARG(paths->at[i]));
            return false;
        }
    }
    return true;
}

static void tell_bad_sources(const Report *report)
{
    uint64_t total = report->result->bad_count;
    uint32_t shown = report->bad_source_count < BAD_TOLD ? report->bad_source_count : BAD_TOLD;
    for (uint32_t i = 0; i < shown; i++) {
        const BadSource *bad = &report->bad_sources[i];
        char place[48] = "";
        if (bad->column != 0) {
            (void)snprintf(place, sizeof place, ":%llu:%u", (unsigned long long)bad->line,
                           bad->column);
        } else if (bad->line != 0) {
            (void)snprintf(place, sizeof place, ":%llu", (unsigned long long)bad->line);
        }
        cli_say("%.*s%s: %.*s", STR_ARG(bad->file), place, STR_ARG(bad->reason));
    }
    if (total > shown) {
        cli_say("and %llu more lines or files that could not be evaluated",
                (unsigned long long)(total - shown));
    }
}

static void conclude(Cli *cli, const Report *report)
{
    Severity gate = gate_severity(cli->options.fail_on);
    cli->outcome.gate_failed = gate != SEVERITY_COUNT && assess_breaks_gate(report->result, gate);
    cli->outcome.incomplete = assess_is_incomplete(report->result);
    tell_bad_sources(report);
    if (!cli_wants_json(cli)) {
        Buf text = {0};
        report_terminal(&text, report, &cli->style);
        cli_print(cli, buf_str(&text));
        buf_free(&text);
    }
}

static uint32_t worker_count(const Cli *cli)
{
    uint64_t wanted = cli->options.jobs != 0 ? cli->options.jobs : system_processors();
    return wanted < JOBS_MAX ? (uint32_t)wanted : JOBS_MAX;
}

static void measure(Cli *cli, const RuleSet *rules, Inputs *inputs, const RunOptions *options)
{
    Run *run = run_open(cli, rules, inputs, options);
    Report report = {0};
    if (run_measure(run, &report)) {
        conclude(cli, &report);
    }
    run_close(run);
}

void cmd_assess(Cli *cli)
{
    RunExport *exports = NULL;
    RuleSet rules = {0};
    Inputs inputs = {0};
    RunOptions options = {
        .workers = worker_count(cli),
        .memory_bytes_max = cli->options.memory_bytes_max,
        .show_progress = !str_eq(cli->options.progress, STR("never")) && isatty(STDERR_FILENO) == 1,
    };
    Again again = {0};
    if (!list_exports(cli, &exports, &options.export_count) || !load_rules(cli, &rules) ||
        !again_open(cli, &rules, &again)) {
        return;
    }
    options.exports = exports;
    if (again_is_wanted(&again)) {
        options.keep_findings = true;
        options.before_end = again_conclude;
        options.ctx = &again;
    }
    if (inputs_open(cli, &cli->options.arguments, &inputs) && spares_inputs(cli, &inputs)) {
        (void)cli_tell_diags(cli, NULL);
        if (again_measure(&again, &inputs, &options)) {
            measure(cli, &rules, &inputs, &options);
        }
    }
    again_close(&again);
    inputs_close(&inputs);
}
