// SPDX-License-Identifier: Apache-2.0
// pool — a pipeline of three steps over numbered units: take (one at a time, in order), work (in
// parallel), emit (one at a time, in the order they were taken). What comes out does not depend on
// the number of workers.
// Depends on: base.  The pool owns its threads; the steps say what they may touch.
#pragma once

#include "base/err.h"

// A unit lives in a slot: a number below pool_slots(workers), free again once emitted.
typedef struct PoolSteps {
    // Fills the slot with the next unit; *ret_more false when there is none. Never called while
    // another take runs.
    bool (*take)(void *ctx, uint32_t slot, bool *ret_more, Err *err);
    // Runs on worker's thread; nothing else touches that worker or that slot meanwhile.
    bool (*work)(void *ctx, uint32_t worker, uint32_t slot, Err *err);
    // Never called while another emit runs; may run on any thread.
    bool (*emit)(void *ctx, uint32_t slot, Err *err);
    void *ctx;
} PoolSteps;

uint32_t pool_slots(uint32_t workers);

// Runs until take has no more, or a step fails. The failure of the earliest unit is reported, after
// everything before it was emitted. With one worker no thread is made.
MUST_USE bool pool_run(uint32_t workers, const PoolSteps *steps, Err *err);
