// SPDX-License-Identifier: Apache-2.0
#include "cli/run.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/run_parts.h"
#include "cli/version.h"
#include "host/pool.h"

#define PLAN_BYTES_MAX ((size_t)1 << 40)

// ---- opening, closing ----

static Str tenant_of(const Run *run)
{
    return run->input.inventory != NULL ? inventory_tenant(run->input.inventory) : (Str){0};
}

static bool open_exports(Run *run, const AssessModel *model, Err *err)
{
    uint32_t count = run->options->export_count;
    FindingHead head_of_run = {.now = run->cli->now,
                               .tool_version = STR(DATUM_VERSION),
                               .tenant = tenant_of(run),
                               .edition = run->rules->edition != NULL
                                              ? edition_line(&run->cli->arena, run->rules->edition)
                                              : (Str){0}};
    run->exports = NEW_ARRAY(&run->cli->arena, Export, count + 1U);
    for (uint32_t i = 0; i < count; i++) {
        Export *export = &run->exports[i];
        export->wanted = &run->options->exports[i];
        export->format =
            finding_format_new(&run->cli->arena, export->wanted->format, model, &head_of_run);
        run->keeps_notes = run->keeps_notes || finding_format_wants_notes(export->format);
        TRY(output_open(export->wanted->path, NULL, &export->output, err));
        Buf head = {0};
        finding_format_begin(export->format, &head);
        bool ok = output_write(export->output, buf_str(&head), err);
        buf_free(&head);
        TRY(ok);
    }
    return true;
}

static bool commit_exports(Run *run, const Report *report, Err *err)
{
    for (uint32_t i = 0; i < run->options->export_count; i++) {
        Buf end = {0};
        finding_format_end(run->exports[i].format, &end, report);
        bool ok = output_write(run->exports[i].output, buf_str(&end), err);
        buf_free(&end);
        TRY(ok);
    }
    for (uint32_t i = 0; i < run->options->export_count; i++) {
        TRY(output_commit(run->exports[i].output, err));
    }
    return true;
}

static const AssessModel *compile(Run *run)
{
    Cli *cli = run->cli;
    const RuleSet *rules = run->rules;
    PlanOptions options = {
        .now = cli->now, .limits = cli->limits, .join_bytes_max = run->options->memory_bytes_max};
    surroundings_init(cli, rules, &run->surroundings, &options);
    arena_init(&run->plan_arena, PLAN_BYTES_MAX);
    run->plan =
        plan_compile(&run->plan_arena, rules->rules, rules->rule_count, rules->aliases, &options);
    bool *deferred = NEW_ARRAY(&cli->arena, bool, rules->rule_count + 1U);
    for (uint32_t r = 0; r < rules->rule_count; r++) {
        deferred[r] = plan_rule_is_deferred(run->plan, r);
    }
    return assess_model_build(&cli->arena, rules->rules, rules->rule_count, deferred,
                              rules->baseline);
}

Run *run_open(Cli *cli, const RuleSet *rules, Inputs *inputs, const RunOptions *options)
{
    Run *run = NEW(&cli->arena, Run);
    run->cli = cli;
    run->rules = rules;
    run->inputs = inputs;
    run->options = options;
    run->keeps_notes = options->keep_findings;
    run->notes.arena = &cli->arena;
    bool has_inventory = rules->baseline != NULL || run->inputs->body_count != 0;
    const AssessModel *model = compile(run); // finds out what it asks for
    run->input = (AssessInput){
        .model = model,
        .inventory = has_inventory ? run->inputs->inventory : NULL,
        .tiers = rules->tiers,
        .deviations = rules->deviations,
        .exemptions = rules->exemptions,
        .exemption_count = rules->exemption_count,
        .attestations = rules->attestations,
        .attestation_count = rules->attestation_count,
        .facts = surroundings_facts(&run->surroundings),
        .now = cli->now,
        .keep_texts = true,
    };
    uint32_t workers = run->options->workers;
    run->assess = assess_open(&run->input, workers);
    run->workers = NEW_ARRAY(&cli->arena, Worker *, workers);
    for (uint32_t i = 0; i < workers; i++) {
        run->workers[i] = worker_open(run->plan, i);
    }
    run->unit_count = pool_slots(workers);
    run->units = NEW_ARRAY(&cli->arena, Unit, run->unit_count);
    for (uint32_t i = 0; i < run->unit_count; i++) {
        unit_init(run, &run->units[i]);
    }
    unit_init(run, &run->tail);
    arena_init(&run->tail.arena, (size_t)1 << 32);
    run->bads.arena = &cli->arena;
    if (run->inputs->stream_count + (run->inputs->body_count != 0 ? 1U : 0U) > 1) {
        run->repeats = repeats_new(&cli->arena, 0);
    }
    if (run->inputs->body_count != 0) {
        inventory_write(&run->inventory_lines, run->inputs->inventory);
    }
    return run;
}

void run_close(Run *run)
{
    for (uint32_t i = 0; i < run->options->export_count; i++) {
        output_close(run->exports != NULL ? run->exports[i].output : NULL);
    }
    for (uint32_t i = 0; i < run->unit_count; i++) {
        unit_free(run, &run->units[i]);
    }
    unit_free(run, &run->tail);
    for (uint32_t i = 0; i < run->options->workers; i++) {
        worker_close(run->workers[i]);
    }
    block_reader_close(run->reader);
    buf_free(&run->inventory_lines);
    assess_close(run->assess);
    plan_close(run->plan);
    arena_free(&run->plan_arena);
}

static const BadSource *join_bads(Run *run)
{
    BadSource *list = NEW_ARRAY(&run->cli->arena, BadSource, run->bads.count + 1U);
    for (uint32_t i = 0; i < run->bads.count; i++) {
        list[i] = *(const BadSource *)run->bads.at[i];
    }
    return list;
}

static bool measure(Run *run, Report *ret_report, Err *err)
{
    TRY(open_exports(run, run->input.model, err));
    AssessTotals totals = {0};
    TRY(run_blocks(run, err) && run_tail(run, &totals, err));
    *ret_report = (Report){
        .result = assess_roll_up(&run->cli->arena, &run->input, &totals, run_nears(run, &totals)),
        .edition = run->rules->edition,
        .tool_version = STR(DATUM_VERSION),
        .tenant = tenant_of(run),
        .sources = run->inputs->rows,
        .source_count = run->inputs->row_count,
        .bad_sources = join_bads(run),
        .bad_source_count = run->bads.count,
        .notes = run->notes.at,
        .note_count = run->notes.count,
    };
    if (run->options->before_end != NULL) {
        run->options->before_end(run->options->ctx, ret_report);
    }
    return commit_exports(run, ret_report, err);
}

// Once for an input, however often it is measured.
static void tell_repeats(Run *run)
{
    RepeatsFound found = {0};
    if (run->repeats != NULL && !run->inputs->repeats_told) {
        found = repeats_found(run->repeats);
    }
    if (found.count == 0) {
        return;
    }
    run->inputs->repeats_told = true;
    bool is_one = found.count == 1;
    cli_say("warning: %s%llu resource%s in the input more than once and count%s each time; the "
            "first: %.*s, in %.*s and %s%.*s",
            found.is_exact ? "" : "about ", (unsigned long long)found.count,
            is_one ? " is" : "s are", is_one ? "s" : "", STR_ARG(found.id), STR_ARG(found.file),
            str_eq(found.file, found.again) ? "again in " : "in ", STR_ARG(found.again));
}

bool run_measure(Run *run, Report *ret_report)
{
    Err err = {0};
    bool ok = surroundings_collect(run->cli, run->inputs, buf_str(&run->inventory_lines),
                                   &run->surroundings, &err) &&
              measure(run, ret_report, &err);
    if (run->options->show_progress && run->shown_ns != 0) {
        (void)fputs("\r                              \r", stderr);
    }
    if (ok) {
        tell_repeats(run);
    }
    return ok || cli_fail(run->cli, &err);
}
