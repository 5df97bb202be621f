// SPDX-License-Identifier: Apache-2.0
// draft — a folder that appears whole or not at all: written beside its place, then renamed.
// Depends on: host.  Not thread-safe: one draft, one thread.
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

typedef struct Draft {
    Arena *arena;
    Str target;
    Str work; // the folder as it is being written, beside the target
    int lock; // of that folder, -1 = none
    bool open;
} Draft;

// Makes the working folder, and the folders above it; removes those that killed runs for the same
// target left behind. Errors: ERR_WRITE; ERR_SCHEMA when the target
// is there already.
MUST_USE bool draft_open(Arena *arena, Str target, Draft *ret_draft, Err *err);

// Writes a file below the folder, with the folders it needs.
MUST_USE bool draft_write(Draft *draft, Str path, Str bytes, Err *err);

// Puts the folder in its place.
MUST_USE bool draft_commit(Draft *draft, Err *err);

// Removes what was written unless it was committed.
void draft_close(Draft *draft);

typedef struct DraftFile {
    Str path;
    Str bytes;
} DraftFile;

// Replaces or makes several files: all are written beside their places before the first one is put
// there, in this order. When one cannot be, those before it become what they were.
MUST_USE bool draft_replace(Arena *arena, const DraftFile *files, uint32_t count, Err *err);
