// SPDX-License-Identifier: Apache-2.0
#include "cli/again.h"

#include "host/files.h"
#include "json/read.h"

static bool needs_baseline(Cli *cli, const RuleSet *rules)
{
    if (rules->edition == NULL) {
        cli_usage(cli, "--compare and --since compare editions of a baseline: --baseline NAME");
        return false;
    }
    return true;
}

// The same options, but for the baseline.
static bool load_other(Again *again)
{
    Cli *cli = again->cli;
    Str own = cli->options.baseline;
    cli->options.baseline = cli->options.compare;
    bool ok = load_rules(cli, &again->other);
    cli->options.baseline = own;
    return ok;
}

// An earlier result says how the room changed only when it was measured with the same ruler.
static bool check_since(Again *again)
{
    Cli *cli = again->cli;
    const Edition *edition =
        again->other.edition != NULL ? again->other.edition : again->rules->edition;
    Str id = edition_id(&cli->arena, edition);
    Err err = {0};
    if (again->earlier.digest.len == 0) {
        (void)err_set(&err, ERR_SCHEMA, (Span){0},
                      "%.*s does not say which edition it was measured with",
                      STR_ARG(cli->options.since));
        return cli_fail(cli, &err);
    }
    if (!str_eq(again->earlier.digest, edition->digest)) {
        (void)err_set(&err, ERR_SCHEMA, (Span){0},
                      "%.*s was measured with %.*s (sha256 %.12s), not with %.*s as it is (%.12s); "
                      "compare with the edition it was measured with: --compare NAME@N",
                      STR_ARG(cli->options.since), STR_ARG(again->earlier.edition),
                      again->earlier.digest.len >= 12 ? again->earlier.digest.ptr : "?",
                      STR_ARG(id), edition->digest.len != 0 ? edition->digest.ptr : "?");
        return cli_fail(cli, &err);
    }
    return true;
}

static bool read_since(Again *again)
{
    Cli *cli = again->cli;
    Str path = cli->options.since;
    Str bytes = {0};
    const Json *json = NULL;
    Err err = {0};
    if (!file_read(&cli->arena, path, cli->limits.bytes_max, &bytes, &err)) {
        return cli_fail(cli, &err);
    }
    if (!json_read_data(&cli->arena, bytes, &cli->limits, &json, &err)) {
        (void)err_while(&err, "reading %.*s at line %u, column %u", STR_ARG(path), err.at.line,
                        err.at.col);
        return cli_fail(cli, &err);
    }
    if (!measured_read(&cli->arena, json, &again->earlier, &err)) {
        (void)err_while(&err, "reading %.*s", STR_ARG(path));
        return cli_fail(cli, &err);
    }
    return check_since(again);
}

bool again_open(Cli *cli, const RuleSet *rules, Again *ret_again)
{
    *ret_again = (Again){.cli = cli, .rules = rules};
    if (!again_is_wanted(ret_again)) {
        return true;
    }
    TRY(needs_baseline(cli, rules));
    TRY(cli->options.compare.len == 0 || load_other(ret_again));
    return cli->options.since.len == 0 || read_since(ret_again);
}

bool again_is_wanted(const Again *again)
{
    const Options *options = &again->cli->options;
    return options->compare.len != 0 || options->since.len != 0;
}

static bool can_read_twice(Cli *cli, const Inputs *inputs)
{
    for (uint32_t i = 0; i < inputs->stream_count; i++) {
        if (inputs->streams[i].reader != NULL) {
            cli_usage(cli,
                      "--compare reads the inputs twice, and %.*s can be read once: give a file",
                      STR_ARG(inputs->streams[i].path));
            return false;
        }
    }
    return true;
}

// A run counts the objects of each stream: the next one begins anew.
bool again_measure(Again *again, Inputs *inputs, const RunOptions *options)
{
    Cli *cli = again->cli;
    if (cli->options.compare.len == 0) {
        return true;
    }
    TRY(can_read_twice(cli, inputs));
    SourceRow *rows = NEW_ARRAY(&cli->arena, SourceRow, inputs->stream_count + 1U);
    for (uint32_t i = 0; i < inputs->stream_count; i++) {
        rows[i] = inputs->stream_rows[i];
    }
    RunOptions *own = NEW(&cli->arena, RunOptions);
    *own = *options;
    own->exports = NULL;
    own->export_count = 0;
    own->before_end = NULL;
    again->run = run_open(cli, &again->other, inputs, own);
    bool ok = run_measure(again->run, &again->report);
    for (uint32_t i = 0; i < inputs->stream_count; i++) {
        inputs->stream_rows[i] = rows[i];
    }
    return ok;
}

static Measured measured_of(Again *again, const Report *report, const Edition *edition)
{
    Arena *arena = &again->cli->arena;
    CompareRow *rows = NEW_ARRAY(arena, CompareRow, report->note_count + 1U);
    for (uint32_t i = 0; i < report->note_count; i++) {
        const OscalNote *note = &report->notes[i];
        rows[i] = (CompareRow){note->identity, note->rule, note->state};
    }
    Measured measured = measured_of_result(arena, report->result, rows, report->note_count);
    measured.edition = edition_id(arena, edition);
    measured.digest = edition->digest;
    measured.tenant = report->tenant;
    return measured;
}

void again_conclude(void *ctx, Report *report)
{
    Again *again = ctx;
    Arena *arena = &again->cli->arena;
    Remeasure *remeasure = &again->remeasure;
    again->now = measured_of(again, report, again->rules->edition);
    remeasure->now = &again->now;
    if (again->run != NULL) {
        again->same = measured_of(again, &again->report, again->other.edition);
        remeasure->same = &again->same;
        remeasure->ruler = compare_measured(arena, &again->same, &again->now);
    }
    if (again->cli->options.since.len != 0) {
        remeasure->earlier = &again->earlier;
        remeasure->room = compare_measured(arena, &again->earlier,
                                           remeasure->same != NULL ? &again->same : &again->now);
        if (!str_eq(again->earlier.tenant, report->tenant)) {
            cli_say("%.*s is of another tenant: what differs is not what changed",
                    STR_ARG(again->cli->options.since));
        }
    }
    report->remeasure = remeasure;
}

void again_close(Again *again)
{
    if (again->run != NULL) {
        run_close(again->run);
    }
}
