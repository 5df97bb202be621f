// SPDX-License-Identifier: Apache-2.0
// diff_pair — a pair given as JSON, run through both evaluators; what the differential tests and
// the fuzz target share.
// Depends on: pair, shrink.  Not thread-safe: one arena, one thread.
#pragma once

#include "policy/pair.h"

typedef struct DiffInput {
    const Json *definition;
    const Json *parameters; // name → value
    const Json *resource;
    const Json *related; // array
    const AliasTable *aliases;
    const PlanOptions *options;
} DiffInput;

typedef enum DiffResult {
    DIFF_AGREE,
    DIFF_REJECTED, // the definition does not parse, or its effect has no value
    DIFF_DISAGREE
} DiffResult;

// ret_ref is written unless the pair is rejected; ret_text unless they agree.
DiffResult diff_run(Arena *arena, const DiffInput *in, RefOutcome *ret_ref, Str *ret_text);

// Prints a disagreement, made as small as it gets.
void diff_report(Arena *arena, const DiffInput *in, const char *name);

// JSON text that is known to be well formed.
const Json *diff_json(Arena *arena, Str text);
