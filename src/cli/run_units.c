// SPDX-License-Identifier: Apache-2.0
// Units: a block of resources, or what waited of one, from its place in the input through a worker
// to the exports, in input order.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/run_parts.h"
#include "host/pool.h"
#include "host/system.h"

enum {
    BLOCK_BYTES = 768 << 10,
    BAD_KEPT_MAX = 1000,
    TAIL_FLUSH_BYTES = 1 << 20,
    PROGRESS_NS = 200000000
};

void unit_init(Run *run, Unit *unit)
{
    unit->run = run;
    unit->outs = NEW_ARRAY(&run->cli->arena, Buf, run->options->export_count + 1U);
}

void unit_free(Run *run, Unit *unit)
{
    buf_free(&unit->input);
    for (uint32_t i = 0; i < run->options->export_count; i++) {
        buf_free(&unit->outs[i]);
    }
    buf_free(&unit->notes);
    buf_free(&unit->sightings);
    arena_free(&unit->arena);
}

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
        OscalNote note;
        memcpy(&note, unit->notes.ptr + at, sizeof note);
        TRY(finding_notes_push(&run->notes, &note, err));
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

// Between the engine and the assessment: notes each resource.
static uint32_t noted_row(void *ctx, const ResourceRow *row, const RuleResult *results,
                          uint32_t count)
{
    Unit *unit = ctx;
    repeats_note(unit->run->repeats, row->id, &unit->sightings);
    return unit->sink.row(unit->sink.ctx, row, results, count);
}

static void noted_bad_line(void *ctx, const BadLine *bad)
{
    Unit *unit = ctx;
    unit->sink.bad_line(unit->sink.ctx, bad);
}

static PolicySink noting_sink(Run *run, Unit *unit, uint32_t worker)
{
    unit->sink = assess_sink(run->assess, worker);
    PolicySink sink = unit->sink;
    if (run->repeats != NULL) {
        sink.row = noted_row;
        sink.bad_line = noted_bad_line;
        sink.ctx = unit;
    }
    return sink;
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
    PolicySink sink = noting_sink(run, unit, worker);
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
    if (run->repeats != NULL) {
        repeats_take(run->repeats, buf_str(&unit->sightings),
                     unit->given ? unit->file : STR("the files read whole"));
        buf_clear(&unit->sightings);
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

bool run_blocks(Run *run, Err *err)
{
    PoolSteps blocks = {.take = step_take, .work = step_work, .emit = step_emit, .ctx = run};
    TRY(pool_run(run->options->workers, &blocks, err));
    run->finish = finish_open(run->plan, run->workers, run->options->workers);
    PoolSteps steps = {.take = join_take, .work = join_work, .emit = join_emit, .ctx = run};
    bool ok = pool_run(run->options->workers, &steps, err);
    finish_close(run->finish);
    return ok;
}

bool run_tail(Run *run, AssessTotals *ret_totals, Err *err)
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
