// SPDX-License-Identifier: Apache-2.0
// datum inventory show: every input, what was read from it, what was ignored and why.
#include "cli/inputs.h"
#include "json/read.h"

// A stream is measured line by line; here its lines are counted, and those that cannot be.
typedef struct Lines {
    Cli *cli;
    SourceRow *row;
    uint64_t broken;
    Err first; // of the first that is
    uint64_t first_line;
} Lines;

static void add_broken(Lines *lines, uint64_t line, const Err *err)
{
    if (lines->broken++ == 0) {
        lines->first = *err;
        lines->first_line = line;
    }
}

static void take_line(Lines *lines, Str text, uint64_t line)
{
    const Json *json = NULL;
    Err err = {0};
    size_t blank = 0;
    while (blank < text.len &&
           (text.ptr[blank] == ' ' || text.ptr[blank] == '\t' || text.ptr[blank] == '\r')) {
        blank++;
    }
    if (blank == text.len) {
        return;
    }
    Arena *arena = &lines->cli->arena;
    ArenaMark mark = arena_mark(arena);
    bool ok = json_read_data(arena, text, &lines->cli->limits, &json, &err);
    if (ok && !json_is(json, JSON_OBJECT)) {
        ok = err_set(&err, ERR_SCHEMA, (Span){1, 1}, "a resource is an object");
    }
    arena_rewind(arena, mark);
    lines->row->objects += ok ? 1U : 0U;
    if (!ok) {
        add_broken(lines, line, &err);
    }
}

static void take_block(Lines *lines, const Block *block)
{
    Str rest = block->text;
    uint64_t line = block->first_line;
    if (block->too_long) {
        Err err = {0};
        (void)err_set(&err, ERR_LIMIT, (Span){0},
                      "the line is longer than the limit (--max-document-bytes)");
        add_broken(lines, line, &err);
    }
    while (rest.len != 0) {
        StrCut cut = str_cut(rest, '\n');
        take_line(lines, cut.head, line++);
        rest = cut.tail;
    }
}

static void tell_broken(const Lines *lines)
{
    SourceRow *row = lines->row;
    Buf reason = {0};
    if (lines->broken != 1) {
        buf_printf(&reason, "the first of %llu broken lines: ", (unsigned long long)lines->broken);
    }
    buf_push(&reason, str_from_cstr(lines->first.text));
    row->status = SOURCE_PARTIAL;
    row->line = (uint32_t)lines->first_line;
    row->column = lines->first.at.col;
    row->reason = str_copy(&lines->cli->arena, buf_str(&reason));
    buf_free(&reason);
}

static bool count_stream(Cli *cli, Inputs *inputs, uint32_t index)
{
    BlockReader *reader = NULL;
    Buf buffer = {0};
    Err err = {0};
    Lines lines = {.cli = cli, .row = &inputs->stream_rows[index]};
    bool more = true;
    bool ok = inputs_open_stream(cli, &inputs->streams[index], 0, &reader, &err);
    while (ok && more) {
        Block block = {0};
        ok = block_reader_next(reader, &buffer, &block, &more, &err);
        take_block(&lines, &block);
    }
    if (ok && lines.broken != 0) {
        tell_broken(&lines);
    }
    block_reader_close(reader);
    buf_free(&buffer);
    return ok || cli_fail(cli, &err);
}

void cmd_inventory_show(Cli *cli)
{
    Inputs inputs = {0};
    bool ok = inputs_open(cli, &cli->options.arguments, &inputs);
    for (uint32_t i = 0; ok && i < inputs.stream_count; i++) {
        ok = count_stream(cli, &inputs, i);
    }
    if (ok) {
        (void)cli_tell_diags(cli, NULL);
        Buf text = {0};
        if (cli_wants_json(cli)) {
            report_sources_json(&text, inputs.rows, inputs.row_count,
                                inventory_tenant(inputs.inventory));
        } else {
            report_sources(&text, inputs.rows, inputs.row_count, &cli->style);
        }
        cli_print(cli, buf_str(&text));
        buf_free(&text);
        for (uint32_t i = 0; i < inputs.row_count; i++) {
            cli->outcome.incomplete =
                cli->outcome.incomplete || source_is_lacking(inputs.rows[i].status);
        }
    }
    inputs_close(&inputs);
}
