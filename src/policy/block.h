// SPDX-License-Identifier: Apache-2.0
// block — the steps of a block, which a cold run takes in turn and a hot one in part: index lines,
// shred rows into columns, decide rule by rule, emit in input order.
// Private to the policy layer.
// Depends on: worker.  Not thread-safe: one worker, one thread.
#pragma once

#include "policy/worker.h"

// Room for `more` further elements of a reused array.
#define RESERVE(array, more)                                                                       \
    do {                                                                                           \
        if ((array).cap - (array).count < (more)) {                                                \
            (array).cap = ((array).cap + (more)) * 2;                                              \
            (array).at = realloc((array).at, (array).cap * sizeof(*(array).at));                   \
            ASSERT((array).at != NULL);                                                            \
        }                                                                                          \
    } while (0)

// Adds the lines of a block to worker->rows, indexed, each with its type.
void block_read(Worker *worker, Str block, uint64_t first_line);

// Shreds all rows into their types' tables and tells the types which rows theirs are.
void block_shred(Worker *worker);

// Decides every rule of every row; candidates enter the join index.
void block_judge(Worker *worker);

// Calls the sink for every row, broken lines included; rows that wait become pending.
void block_emit(Worker *worker, const PolicySink *sink);

// Drops the rows and what was allocated since the mark of worker->block.
void block_forget(Worker *worker, ArenaMark mark);
