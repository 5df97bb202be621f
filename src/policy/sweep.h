// SPDX-License-Identifier: Apache-2.0
// sweep — a condition on all rows of a type at once: what a leaf says of 64 rows is a word of bits,
// and a program is a mask of rows that flows along its jumps.
// Private to the policy layer.
// Depends on: eval, worker.  Not thread-safe: one sweep, one worker.
#pragma once

#include "policy/worker.h"

// A mask has a bit for each row, by its position in the sweep.
typedef struct Sweep {
    Worker *worker;
    WorkerType *type;
    Evaluator *ev;       // the type's
    Arena *arena;        // of the block
    uint32_t first;      // the table's row at position 0
    uint32_t count;      // positions
    uint32_t word_count; // words of a mask
    uint64_t *leaves;    // by leaf: known, truth, error, a mask each
    uint64_t *reach;     // by step: who gets there
    uint64_t *all;       // the rows of this block
} Sweep;

// Where a program sends the rows it starts with: each to one of these.
typedef struct SweepEnds {
    uint64_t *accept;
    uint64_t *reject;
    uint64_t *error; // some leaf has no value: the tree must be asked
    uint32_t *leaf;  // by position: the leaf that accepted; NULL = not asked for
} SweepEnds;

// Over the rows that a type has in the block at hand; at least one.
void sweep_open(Sweep *sweep, Worker *worker, WorkerType *type);

static inline WorkerRow *sweep_row(const Sweep *sweep, uint32_t position)
{
    return &worker_row(sweep->worker, sweep->type, sweep->first + position)->row;
}

// A cleared mask in the sweep's arena.
uint64_t *sweep_mask(const Sweep *sweep);

// Runs the steps [code, end) on the rows of a mask; code may be an end itself.
void sweep_run(Sweep *sweep, uint32_t code, uint32_t end, const uint64_t *among,
               const SweepEnds *ends);

// Points the evaluator at the row of a position.
void sweep_turn_to(const Sweep *sweep, uint32_t position);

// The lowest position in a word, which must have one.
static inline uint32_t sweep_lowest(uint64_t word)
{
    return (uint32_t)__builtin_ctzll(word);
}
