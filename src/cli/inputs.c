// SPDX-License-Identifier: Apache-2.0
#include "cli/inputs.h"

#include <errno.h>

#include "cli/ptr_list.h"
#include "host/oserr.h"

typedef struct Collector {
    Cli *cli;
    Inputs *inputs;
    PtrList streams;    // StreamInput *
    PtrList left_out;   // SourceRow *
    uint32_t gap_count; // of those, what could not be read
} Collector;

bool inputs_open_stream(const Cli *cli, StreamInput *stream, size_t block_bytes,
                        BlockReader **ret_reader, Err *err)
{
    if (stream->reader != NULL) {
        *ret_reader = stream->reader;
        stream->reader = NULL;
        return true;
    }
    BlockOptions options = {.block_bytes = block_bytes, .line_bytes_max = cli->limits.bytes_max};
    return block_reader_open(stream->path, &options, ret_reader, err);
}

static void leave_out(Collector *c, Str path, SourceStatus status, Str reason)
{
    SourceRow *row = NEW(&c->cli->arena, SourceRow);
    *row = (SourceRow){.file = path, .status = status, .reason = reason};
    ptr_push(&c->left_out, row);
}

// Found in a folder, but not readable: the rest is measured, and the result says what is missing.
static void leave_gap(Collector *c, Str path, const char *what, int code)
{
    leave_out(c, path, SOURCE_REFUSED, os_reason(&c->cli->arena, what, code));
    c->gap_count++;
}

// A file named twice, or in a folder that is named too, would count twice.
static bool was_seen(Collector *c, Str identity)
{
    if (identity.len == 0) {
        return false;
    }
    uint32_t before = c->inputs->seen.count;
    return map_intern(&c->inputs->seen, identity) < before;
}

// Decides by the first bytes whether the file streams or is read whole.
static bool add_file(Collector *c, Str path)
{
    Cli *cli = c->cli;
    Str identity = path_identity(&cli->arena, path);
    if (was_seen(c, identity)) {
        leave_out(c, path, SOURCE_IGNORED, STR("a file that was read already"));
        return true;
    }
    Err err = {0};
    BlockReader *reader = NULL;
    StreamInput opened = {.path = path};
    if (!inputs_open_stream(cli, &opened, 0, &reader, &err)) {
        return cli_fail(cli, &err);
    }
    Str head = {0};
    bool ok = block_reader_peek(reader, &head, &err);
    if (ok && inventory_sniff(head, path) == INPUT_RESOURCE_LINES) {
        StreamInput *stream = NEW(&cli->arena, StreamInput);
        stream->path = path;
        if (identity.len == 0) {
            stream->reader = reader; // what a pipe gave is gone when it is opened again
        } else {
            block_reader_close(reader);
        }
        ptr_push(&c->streams, stream);
        return true;
    }
    Str bytes = {0};
    ok = ok && block_reader_rest(reader, &cli->arena, cli->limits.bytes_max, &bytes, &err);
    block_reader_close(reader);
    if (!ok) {
        return cli_fail(cli, &err);
    }
    inventory_add(c->inputs->inventory, path, bytes);
    c->inputs->body_count++;
    return true;
}

static bool is_input_name(Str path)
{
    static const Str extensions[] = {STR_INIT(".json"), STR_INIT(".ndjson"), STR_INIT(".jsonl")};
    for (size_t i = 0; i < COUNTOF(extensions); i++) {
        if (str_eq_nocase(path_extension(path), extensions[i])) {
            return true;
        }
    }
    return false;
}

static bool add_found(Collector *c, Str path)
{
    if (!is_input_name(path)) {
        leave_out(c, path, SOURCE_IGNORED, STR("not a .json, .ndjson or .jsonl file"));
        return true;
    }
    int code = path_forbids(path);
    if (code != 0) {
        leave_gap(c, path, "cannot read the file", code);
        return true;
    }
    return add_file(c, path);
}

static bool add_path(Collector *c, Str path)
{
    if (path_kind(path) != PATH_FOLDER) {
        return add_file(c, path);
    }
    FolderScan scan = {0};
    folder_scan(&c->cli->arena, path, &scan);
    for (uint32_t i = 0; i < scan.gap_count; i++) {
        const FolderGap *gap = &scan.gaps[i];
        if (str_eq(gap->path, path)) { // what was named on the command line must be there
            errno = gap->code;
            Err err = {0};
            (void)os_err(&err, ERR_NO_INPUT, gap->what, path);
            return cli_fail(c->cli, &err);
        }
        leave_gap(c, gap->path, gap->what, gap->code);
    }
    for (uint32_t i = 0; i < scan.files.count; i++) {
        TRY(add_found(c, scan.files.paths[i]));
    }
    return true;
}

static void tell_gaps(const Collector *c)
{
    enum { TOLD_MAX = 10 };
    uint32_t told = 0;
    for (uint32_t i = 0; i < c->left_out.count && told < TOLD_MAX; i++) {
        const SourceRow *row = c->left_out.at[i];
        if (row->status == SOURCE_REFUSED) {
            cli_say("%.*s: %.*s", STR_ARG(row->file), STR_ARG(row->reason));
            told++;
        }
    }
}

static void list_rows(Collector *c)
{
    Inputs *inputs = c->inputs;
    uint32_t count = 0;
    const SourceRow *known = inventory_sources(inputs->inventory, &count);
    uint32_t total = count + inputs->stream_count + c->left_out.count;
    SourceRow *rows = NEW_ARRAY(&c->cli->arena, SourceRow, total + 1U);
    uint32_t n = 0;
    for (uint32_t i = 0; i < count; i++) {
        rows[n++] = known[i];
    }
    inputs->stream_rows = rows + n;
    for (uint32_t i = 0; i < inputs->stream_count; i++) {
        rows[n++] = (SourceRow){
            .file = inputs->streams[i].path, .kind = STR("resources"), .status = SOURCE_READ};
    }
    for (uint32_t i = 0; i < c->left_out.count; i++) {
        rows[n++] = *(const SourceRow *)c->left_out.at[i];
    }
    inputs->rows = rows;
    inputs->row_count = n;
}

bool inputs_open(Cli *cli, const StrList *paths, Inputs *ret_inputs)
{
    *ret_inputs = (Inputs){0};
    Collector c = {.cli = cli,
                   .inputs = ret_inputs,
                   .streams.arena = &cli->arena,
                   .left_out.arena = &cli->arena};
    map_init(&ret_inputs->seen, &cli->arena, MAP_EXACT);
    InventoryOptions options = {
        .tenant_id = cli->options.tenant, .now = cli->now, .limits = cli->limits};
    ret_inputs->inventory = inventory_new(&cli->arena, &options);
    bool ok = true;
    for (uint32_t i = 0; ok && i < paths->count; i++) {
        ok = add_path(&c, paths->at[i]);
    }
    ret_inputs->stream_count = c.streams.count;
    ret_inputs->streams = NEW_ARRAY(&cli->arena, StreamInput, c.streams.count + 1U);
    for (uint32_t i = 0; i < c.streams.count; i++) {
        ret_inputs->streams[i] = *(const StreamInput *)c.streams.at[i];
    }
    TRY(ok);
    if (ret_inputs->body_count + ret_inputs->stream_count == 0) {
        Err err = {0};
        (void)err_set(&err, ERR_NO_INPUT, (Span){0},
                      "no input: name files or folders with .json or .ndjson in them%s",
                      paths->count == 0  ? ""
                      : c.gap_count != 0 ? "; what is there cannot be read"
                                         : "; none was found there");
        tell_gaps(&c);
        return cli_fail(cli, &err);
    }
    inventory_finish(ret_inputs->inventory, &cli->diags);
    list_rows(&c);
    return true;
}

void inputs_close(Inputs *inputs)
{
    for (uint32_t i = 0; i < inputs->stream_count; i++) {
        block_reader_close(inputs->streams[i].reader);
    }
}

// ---- all lines ----

typedef struct LineTaker {
    void (*take)(void *ctx, Str line);
    void *ctx;
} LineTaker;

static void take_lines(const LineTaker *taker, Str lines)
{
    while (lines.len != 0) {
        StrCut cut = str_cut(lines, '\n');
        taker->take(taker->ctx, cut.head);
        lines = cut.tail;
    }
}

static bool take_stream(const Cli *cli, StreamInput *stream, const LineTaker *taker, Err *err)
{
    BlockReader *reader = NULL;
    Buf bytes = {0};
    Block block = {0};
    bool more = true;
    TRY(inputs_open_stream(cli, stream, 0, &reader, err));
    bool good = block_reader_next(reader, &bytes, &block, &more, err);
    while (good && more) {
        take_lines(taker, block.text);
        good = block_reader_next(reader, &bytes, &block, &more, err);
    }
    block_reader_close(reader);
    buf_free(&bytes);
    return good;
}

bool inputs_each_line(Cli *cli, Inputs *inputs, Str lines, void (*take)(void *ctx, Str line),
                      void *ctx, Err *err)
{
    LineTaker taker = {take, ctx};
    take_lines(&taker, lines);
    for (uint32_t i = 0; i < inputs->stream_count; i++) {
        bool is_read_once = inputs->streams[i].reader != NULL;
        if (!is_read_once) {
            TRY(take_stream(cli, &inputs->streams[i], &taker, err));
        }
    }
    return true;
}
