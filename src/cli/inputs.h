// SPDX-License-Identifier: Apache-2.0
// inputs — the files and folders to measure: resources that can stream, and bodies that go through
// the inventory. Every one is accounted for.
// Depends on: cli, inventory, host.  Not thread-safe.
#pragma once

#include "base/map.h"
#include "cli/cli.h"
#include "host/files.h"
#include "inventory/inventory.h"

// A file of resources, one a line.
typedef struct StreamInput {
    Str path;
    BlockReader *reader; // a pipe, already looked at; NULL = a file, to be opened
} StreamInput;

typedef struct Inputs {
    Inventory *inventory; // finished
    uint32_t body_count;  // files that went into it
    StreamInput *streams;
    uint32_t stream_count;
    const SourceRow *rows; // every input: the inventory's rows, streams, files left out
    uint32_t row_count;
    SourceRow *stream_rows; // of the streams, so that their objects can be counted
    Map seen;               // path_identity of every file
    bool repeats_told;      // that resources are there more than once
} Inputs;

// Reads what must be read whole and finishes the inventory. Errors (no such file, nothing to read)
// are in the outcome.
bool inputs_open(Cli *cli, const StrList *paths, Inputs *ret_inputs);
void inputs_close(Inputs *inputs);

// Opens one stream for reading in blocks.
bool inputs_open_stream(const Cli *cli, StreamInput *stream, size_t block_bytes,
                        BlockReader **ret_reader, Err *err);

// Every line of resources there is to read before measuring: the inventory's own (lines), and those
// of files. take sees each; the line is borrowed until it returns.
MUST_USE bool inputs_each_line(Cli *cli, Inputs *inputs, Str lines,
                               void (*take)(void *ctx, Str line), void *ctx, Err *err);
