// SPDX-License-Identifier: Apache-2.0
// diag — what is wrong with a document a person wrote: many at once, each with its place.
// Depends on: arena, err, str.  Not thread-safe: one list, one thread.
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

typedef enum DiagLevel { DIAG_WARNING, DIAG_ERROR } DiagLevel;

typedef struct Diag {
    DiagLevel level;
    const char *code; // stable, lower-case-with-hyphens, e.g. "unknown-operator"
    Str file;         // as the user named it; empty when there is none
    Span at;          // {0,0} when the place is not known
    Str text;         // what is wrong and what would be right, one line
    struct Diag *next;
} Diag;

typedef struct DiagList {
    Arena *arena;    // borrowed; texts and nodes live there
    Str file;        // stamped on every diagnostic added
    Diag *first;     // in the order they were added
    Diag **tail;     // internal
    uint32_t errors; // how many of level DIAG_ERROR; warnings are not counted
    uint32_t limit;  // after this many diagnostics further ones are only counted; 0 = 100
    uint32_t count;  // all that were added, kept or not
} DiagList;

void diag_init(DiagList *list, Arena *arena, Str file);

// Are further ones only counted? A reader that goes on after errors may then stop.
bool diag_is_full(const DiagList *list);

// Adds one. Returns false for errors so that a parser may write: return diag_error(...).
bool diag_error(DiagList *list, Span at, const char *code, const char *fmt, ...) PRINTF_LIKE(4, 5);
void diag_warn(DiagList *list, Span at, const char *code, const char *fmt, ...) PRINTF_LIKE(4, 5);
