// SPDX-License-Identifier: Apache-2.0
#include "cli/run.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/containers.h"
#include "cli/version.h"
#include "host/pool.h"
#include "host/system.h"
#include "report/oscal_results.h"
#include "json/build.h"

enum {
    BLOCK_BYTES = 512 << 10,
    BAD_KEPT_MAX = 1000,
    TAIL_FLUSH_BYTES = 1 << 20,
    PROGRESS_NS = 200000000,
    NEAR_BYTES_MAX = 16 << 20,
    NEAR_ROWS_MAX = 10000 // beyond, nobody reads them one by one
};

#define PLAN_BYTES_MAX ((size_t)1 << 40)

// One unit of the pool: a block of resources in, findings out.
typedef struct Unit {
    Buf input;
    Block block;
    Str file;
    bool given;
    uint64_t index;
    uint32_t piece;  // of what waited, once all blocks are through
    uint32_t stream; // index of the stream; UINT32_MAX = the inventory
    Buf *outs;       // one for each export
    Buf notes;       // OscalNote of each finding, when an export wants them
    Arena arena;     // texts of bad sources
    BadSource *bads;
    uint32_t bad_count;
    uint32_t bad_cap;
    Run *run;
} Unit;

typedef struct Export {
    const RunExport *wanted;
    const FindingFormat *format;
    Output *output;
    bool any; // a finding was written
} Export;

struct Run {
    Cli *cli;
    const RuleSet *rules;
    Inputs *inputs;
    const RunOptions *options;
    Arena plan_arena; // the plan's alone: it grows while workers run, behind the plan's own lock
    Plan *plan;
    Worker **workers;
    Assess *assess;
    AssessInput input;
    Export *exports;
    Unit *units;
    uint32_t unit_count;
    Finish *finish;
    uint32_t next_piece;
    Unit tail; // findings that come after the last block
    Err tail_err;
    // Where taking stands.
    Surroundings surroundings; // filled before the first block, when a rule or variant asks
    Buf inventory_lines;
    size_t inventory_at;
    BlockReader *reader;
    uint32_t next_stream;
    uint64_t next_index;
    // What was emitted.
    bool keeps_notes;
    OscalNote *notes; // arena
    uint32_t note_count;
    uint32_t note_cap;
    PtrList bads;
    uint64_t bytes_done;
    uint64_t shown_ns;
};

// ---- findings of one unit ----

static void unit_finding(void *ctx, const Finding *finding)
{
    Unit *unit = ctx;
    for (uint32_t i = 0; i < unit->run->options->export_count; i++) {
        finding_format_write(unit->run->exports[i].format, &unit->outs[i], finding);
    }
    if (unit->run->keeps_notes) {
        OscalNote note = finding_note(finding);
        buf_push(&unit->notes, (Str){(const char *)&note, sizeof note});
    }
}

static void unit_bad_source(void *ctx, const BadSource *bad)
{
    Unit *unit = ctx;
    for (uint32_t i = 0; i < unit->run->options->export_count; i++) {
        finding_format_bad_source(unit->run->exports[i].format, &unit->outs[i], bad);
    }
    if (unit->bad_count == BAD_KEPT_MAX) {
        return; // counted by the assessment
    }
    if (unit->bad_count == unit->bad_cap) {
        uint32_t cap = unit->bad_cap == 0 ? 16 : unit->bad_cap * 2;
        BadSource *grown = NEW_ARRAY(&unit->arena, BadSource, cap);
        for (uint32_t i = 0; i < unit->bad_count; i++) {
            grown[i] = unit->bads[i];
        }
        unit->bads = grown;
        unit->bad_cap = cap;
    }
    BadSource *kept = &unit->bads[unit->bad_count++];
    *kept = *bad;
    kept->reason = str_copy(&unit->arena, bad->reason);
}

static FindingOut unit_out(Unit *unit)
{
    return (FindingOut){.finding = unit_finding, .bad_source = unit_bad_source, .ctx = unit};
}

static bool keep_notes(Run *run, Unit *unit, Err *err)
{
    for (size_t at = 0; at < unit->notes.len; at += sizeof(OscalNote)) {
        if (run->note_count == OSCAL_NOTES_MAX) {
            return err_set(err, ERR_LIMIT, (Span){0},
                           "more than %u findings can neither be compared nor stand in one OSCAL "
                           "document; export .ndjson, or assess fewer resources at a time",
                           (unsigned)OSCAL_NOTES_MAX);
        }
        ARENA_ROOM(&run->cli->arena, run->notes, run->note_count, run->note_cap);
        memcpy(&run->notes[run->note_count++], unit->notes.ptr + at, sizeof(OscalNote));
    }
    buf_clear(&unit->notes);
    return true;
}

// Writes what the unit has to the exports and keeps its bad sources.
static bool unit_emit(Run *run, Unit *unit, Err *err)
{
    TRY(keep_notes(run, unit, err));
    for (uint32_t i = 0; i < run->options->export_count; i++) {
        Export *export = &run->exports[i];
        Str chunk = finding_format_chunk(export->format, buf_str(&unit->outs[i]), &export->any);
        TRY(output_write(export->output, chunk, err));
        buf_clear(&unit->outs[i]);
    }
    for (uint32_t i = 0; i < unit->bad_count && run->bads.count < BAD_KEPT_MAX; i++) {
        BadSource *kept = NEW(&run->cli->arena, BadSource);
        *kept = unit->bads[i];
        kept->reason = str_copy(&run->cli->arena, kept->reason);
        ptr_push(&run->bads, kept);
    }
    arena_free(&unit->arena);
    unit->bads = NULL;
    unit->bad_count = 0;
    unit->bad_cap = 0;
    return true;
}

// ---- the three steps ----

// Whole lines of the inventory's own NDJSON.
static bool take_inventory(Run *run, Unit *unit)
{
    Str rest = str_from(buf_str(&run->inventory_lines), run->inventory_at);
    if (rest.len == 0) {
        return false;
    }
    size_t len = rest.len < BLOCK_BYTES ? rest.len : BLOCK_BYTES;
    while (len < rest.len && rest.ptr[len - 1] != '\n') {
        len++;
    }
    unit->block = (Block){.text = {rest.ptr, len}, .first_line = 1};
    unit->file = STR("inventory");
    unit->given = false;
    unit->stream = UINT32_MAX;
    run->inventory_at += len;
    return true;
}

static bool take_stream(Run *run, Unit *unit, bool *ret_more, Err *err)
{
    *ret_more = false;
    for (;;) {
        if (run->reader == NULL) {
            if (run->next_stream == run->inputs->stream_count) {
                return true;
            }
            StreamInput *stream = &run->inputs->streams[run->next_stream++];
            TRY(inputs_open_stream(run->cli, stream, BLOCK_BYTES, &run->reader, err));
        }
        TRY(block_reader_next(run->reader, &unit->input, &unit->block, ret_more, err));
        if (*ret_more) {
            unit->stream = run->next_stream - 1;
            unit->file = run->inputs->streams[unit->stream].path;
            unit->given = true;
            return true;
        }
        block_reader_close(run->reader);
        run->reader = NULL;
    }
}

static bool step_take(void *ctx, uint32_t slot, bool *ret_more, Err *err)
{
    Run *run = ctx;
    Unit *unit = &run->units[slot];
    TRY(system_go_on(err));
    *ret_more = take_inventory(run, unit);
    if (!*ret_more) {
        TRY(take_stream(run, unit, ret_more, err));
    }
    unit->index = run->next_index++;
    arena_init(&unit->arena, (size_t)1 << 32);
    return true;
}

static bool step_work(void *ctx, uint32_t worker, uint32_t slot, Err *err)
{
    Run *run = ctx;
    Unit *unit = &run->units[slot];
    assess_begin_block(
        run->assess, worker,
        &(AssessBlock){
            .index = unit->index, .file = unit->file, .given = unit->given, .out = unit_out(unit)});
    if (unit->block.too_long) {
        assess_bad_source(run->assess, worker,
                          &(BadSource){.file = unit->file,
                                       .line = unit->block.first_line,
                                       .column = 1,
                                       .reason = STR("line is longer than --max-document-bytes")});
        return true;
    }
    PolicySink sink = assess_sink(run->assess, worker);
    return worker_run(run->workers[worker], unit->block.text, unit->block.first_line, unit->index,
                      &sink, err);
}

static void show_progress(Run *run)
{
    uint64_t now = system_monotonic_ns();
    if (run->options->show_progress && now - run->shown_ns > PROGRESS_NS) {
        run->shown_ns = now;
        (void)fprintf(stderr, "\rassessed %llu MB ", (unsigned long long)(run->bytes_done >> 20));
        (void)fflush(stderr);
    }
}

static bool step_emit(void *ctx, uint32_t slot, Err *err)
{
    Run *run = ctx;
    Unit *unit = &run->units[slot];
    if (unit->stream != UINT32_MAX) {
        SourceRow *row = &run->inputs->stream_rows[unit->stream];
        uint32_t lines = (uint32_t)unit->block.line_count;
        row->objects += lines > unit->bad_count ? lines - unit->bad_count : 0;
        if (unit->bad_count != 0) {
            row->status = SOURCE_PARTIAL;
            row->reason = STR("some lines could not be evaluated");
        }
    }
    run->bytes_done += unit->block.text.len;
    show_progress(run);
    return unit_emit(run, unit, err);
}

// ---- after the last block ----

static void tail_flush(Run *run)
{
    if (run->tail_err.kind == ERR_NONE) {
        (void)unit_emit(run, &run->tail, &run->tail_err);
    }
}

static void tail_finding(void *ctx, const Finding *finding)
{
    Run *run = ctx;
    unit_finding(&run->tail, finding);
    for (uint32_t i = 0; i < run->options->export_count; i++) {
        if (run->tail.outs[i].len > TAIL_FLUSH_BYTES) {
            tail_flush(run);
            return;
        }
    }
}

static void tail_bad_source(void *ctx, const BadSource *bad)
{
    Run *run = ctx;
    unit_bad_source(&run->tail, bad);
}

// A file some of whose lines have rows of their own needs none for the whole.
static bool has_line_rows(const Inputs *inputs, const SourceRow *whole)
{
    for (uint32_t i = 0; whole->line == 0 && i < inputs->row_count; i++) {
        const SourceRow *row = &inputs->rows[i];
        if (row->line != 0 && source_is_lacking(row->status) && str_eq(row->file, whole->file)) {
            return true;
        }
    }
    return false;
}

// Input that could not be read at all, or not wholly.
static void report_lacking_sources(Run *run)
{
    for (uint32_t i = 0; i < run->inputs->row_count; i++) {
        const SourceRow *row = &run->inputs->rows[i];
        bool is_stream = row >= run->inputs->stream_rows &&
                         row < run->inputs->stream_rows + run->inputs->stream_count;
        if (source_is_lacking(row->status) && !is_stream &&
            !has_line_rows(run->inputs, row)) { // lines of streams were told already
            assess_bad_source(run->assess, run->options->workers,
                              &(BadSource){.file = row->file,
                                           .line = row->line,
                                           .column = row->column,
                                           .reason = row->reason});
        }
    }
}

// What waited for related resources, a piece a unit.
static bool join_take(void *ctx, uint32_t slot, bool *ret_more, Err *err)
{
    Run *run = ctx;
    Unit *unit = &run->units[slot];
    TRY(system_go_on(err));
    *ret_more = run->next_piece < finish_piece_count(run->finish);
    unit->piece = run->next_piece++;
    unit->index = run->next_index++;
    arena_init(&unit->arena, (size_t)1 << 32);
    return true;
}

static bool join_work(void *ctx, uint32_t worker, uint32_t slot, Err *err)
{
    (void)err;
    Run *run = ctx;
    Unit *unit = &run->units[slot];
    assess_begin_block(run->assess, worker,
                       &(AssessBlock){.index = unit->index, .given = true, .out = unit_out(unit)});
    PolicySink sink = assess_sink(run->assess, worker);
    finish_piece(run->finish, unit->piece, &sink);
    return true;
}

static bool join_emit(void *ctx, uint32_t slot, Err *err)
{
    Run *run = ctx;
    show_progress(run);
    return unit_emit(run, &run->units[slot], err);
}

static bool run_join(Run *run, Err *err)
{
    run->finish = finish_open(run->plan, run->workers, run->options->workers);
    PoolSteps steps = {.take = join_take, .work = join_work, .emit = join_emit, .ctx = run};
    bool ok = pool_run(run->options->workers, &steps, err);
    finish_close(run->finish);
    return ok;
}

static bool run_tail(Run *run, AssessTotals *ret_totals, Err *err)
{
    FindingOut out = {.finding = tail_finding, .bad_source = tail_bad_source, .ctx = run};
    assess_begin_block(run->assess, run->options->workers,
                       &(AssessBlock){.index = UINT64_MAX - 1, .given = true, .out = out});
    report_lacking_sources(run);
    TRY(assess_finish(run->assess, &out, ret_totals, err));
    tail_flush(run);
    if (run->tail_err.kind != ERR_NONE) {
        *err = run->tail_err;
        return false;
    }
    return true;
}

// ---- near misses ----

// The inventory's resources as trees: what *IfNotExists rules may find, and how a deferred sample,
// whose row had no text, is found again.
typedef struct Trees {
    Arena *arena;
    JsonIndexer *indexer;
    const JsonLimits *limits;
    PtrList all; // const Json *
    Map by_id;
} Trees;

static void trees_open(Trees *trees, Run *run)
{
    *trees = (Trees){.arena = &run->cli->arena,
                     .indexer = json_indexer_open(),
                     .limits = &run->cli->limits,
                     .all.arena = &run->cli->arena};
    map_init(&trees->by_id, trees->arena, MAP_NOCASE);
    Str rest = buf_str(&run->inventory_lines);
    while (rest.len != 0 && rest.len <= NEAR_BYTES_MAX) {
        StrCut cut = str_cut(rest, '\n');
        const Json *json = NULL;
        Err err = {0};
        if (cut.head.len != 0 &&
            json_parse(trees->arena, trees->indexer, cut.head, trees->limits, &json, &err)) {
            (void)map_put(&trees->by_id, json_find_str(json, STR("id")), trees->all.count);
            ptr_push(&trees->all, json);
        }
        rest = cut.tail;
    }
}

static const Json *trees_find(Trees *trees, const Sample *sample)
{
    const Json *json = NULL;
    Err err = {0};
    if (sample->text.len != 0) {
        bool ok =
            json_parse(trees->arena, trees->indexer, sample->text, trees->limits, &json, &err);
        return ok ? json : NULL;
    }
    uint32_t index = map_find(&trees->by_id, sample->finding.resource_id);
    return index == MAP_NONE ? NULL : trees->all.at[index];
}

static const NearMiss *const *find_nears(Run *run, const AssessTotals *totals)
{
    Arena *arena = &run->cli->arena;
    uint32_t rule_count = run->rules->rule_count;
    const NearMiss **nears = NEW_ARRAY(arena, const NearMiss *, rule_count + 1U);
    Trees trees;
    trees_open(&trees, run);
    for (uint32_t r = 0; r < rule_count; r++) {
        NearMiss *list = NEW_ARRAY(arena, NearMiss, SAMPLES_MAX);
        for (uint32_t i = 0; i < totals->sample_counts[r]; i++) {
            const Sample *sample = &totals->samples[r][i];
            const Json *resource =
                sample->finding.state == STATE_NON_COMPLIANT ? trees_find(&trees, sample) : NULL;
            if (resource != NULL) {
                list[i] = near_find(arena, run->plan, r, resource,
                                    (const Json *const *)trees.all.at, trees.all.count);
            }
        }
        nears[r] = list;
    }
    json_indexer_close(trees.indexer);
    return nears;
}

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

static void unit_init(Run *run, Unit *unit)
{
    unit->run = run;
    unit->outs = NEW_ARRAY(&run->cli->arena, Buf, run->options->export_count + 1U);
}

static void unit_free(Run *run, Unit *unit)
{
    buf_free(&unit->input);
    for (uint32_t i = 0; i < run->options->export_count; i++) {
        buf_free(&unit->outs[i]);
    }
    buf_free(&unit->notes);
    arena_free(&unit->arena);
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
    PoolSteps steps = {.take = step_take, .work = step_work, .emit = step_emit, .ctx = run};
    TRY(pool_run(run->options->workers, &steps, err) && run_join(run, err));
    AssessTotals totals = {0};
    TRY(run_tail(run, &totals, err));
    const NearMiss *const *nears =
        totals.row_count <= NEAR_ROWS_MAX ? find_nears(run, &totals) : NULL;
    *ret_report = (Report){
        .result = assess_roll_up(&run->cli->arena, &run->input, &totals, nears),
        .edition = run->rules->edition,
        .tool_version = STR(DATUM_VERSION),
        .tenant = tenant_of(run),
        .sources = run->inputs->rows,
        .source_count = run->inputs->row_count,
        .bad_sources = join_bads(run),
        .bad_source_count = run->bads.count,
        .notes = run->notes,
        .note_count = run->note_count,
    };
    if (run->options->before_end != NULL) {
        run->options->before_end(run->options->ctx, ret_report);
    }
    return commit_exports(run, ret_report, err);
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
    return ok || cli_fail(run->cli, &err);
}
