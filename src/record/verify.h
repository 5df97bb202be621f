// SPDX-License-Identifier: Apache-2.0
// verify — what can be said about a record: by itself, and against checkpoints held elsewhere.
// Depends on: base, checkpoint, replay.  Thread-safe: pure.
#pragma once

#include "record/checkpoint.h"
#include "record/replay.h"

typedef struct Verdict {
    Replay replay;
    Fault fault;      // the first; FAULT_NONE = everything that could be checked holds
    bool compared;    // a checkpoint by somebody the record trusts was there and fits
    uint64_t covered; // entries up to this one are as they were at a checkpoint
    Str not_compared; // why there is nothing to compare with; empty when compared or faulty
} Verdict;

// Checks every signature, the order, the tree and the trust list, and the heads of each checkpoint.
// Without checkpoints a record that somebody with the keys wrote anew, or that lost its last
// entries, passes: not_compared says so.
void record_verify(Arena *arena, Str bytes, const Checkpoint *checkpoints, uint32_t count,
                   Verdict *ret_verdict);
