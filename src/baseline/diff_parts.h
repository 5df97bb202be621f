// SPDX-License-Identifier: Apache-2.0
// diff_parts — what the files of the comparison share.
// Depends on: diff.  Internal to the layer.
#pragma once

#include "baseline/diff.h"

typedef struct Differ {
    Arena *arena;
    const DiffSide *before;
    const DiffSide *after;
    Difference *at;
    uint32_t count;
    uint32_t cap;
} Differ;

void diff_push(Differ *d, Difference difference);

// A member of what `of` names, when its text, or its document, is not the same. NULL = not there.
void diff_member(Differ *d, Difference of, const char *member, Str before, Str after);
void diff_tree(Differ *d, Difference of, const char *member, const Json *a, const Json *b);

// Files that were added, removed or changed and that no other kind of difference tells; all: every
// one.
void diff_files(Differ *d, bool all);
