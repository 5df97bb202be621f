// SPDX-License-Identifier: Apache-2.0
// ptr_list — pointers that grow in an arena.
// Depends on: base.  Not thread-safe: as its arena.
#pragma once

#include "base/arena.h"

typedef struct PtrList {
    Arena *arena;
    const void **at;
    uint32_t count;
    uint32_t cap;
} PtrList;

void ptr_push(PtrList *list, const void *item);
