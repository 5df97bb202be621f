// SPDX-License-Identifier: Apache-2.0
// eval_case — one eval.* or parser.* case of the conformance format, run through both evaluators.
// Depends on: pair.  Not thread-safe: one arena, one thread.
// Source: the conformance folder's FORMAT.md and DIVERGENCES.json.
#pragma once

#include "policy/pair.h"

typedef enum CaseResult { CASE_PASSED, CASE_FAILED, CASE_SKIPPED } CaseResult;

// What DIVERGENCES.json says about a case.
typedef struct Divergence {
    bool is_settled_otherwise; // documentation-wins: want `documented`, not what the case states
    bool is_unsettled;         // any outcome is accepted
    const Json *documented;
} Divergence;

typedef struct CaseInput {
    const Json *line;          // the case
    const AliasTable *aliases; // shipped rows, and the case's file when it names one
    const Divergence *divergence;
} CaseInput;

// ret_why is in the arena; it says what was wanted and what was seen.
CaseResult eval_case_run(Arena *arena, const CaseInput *in, Str *ret_why);
CaseResult parser_case_run(Arena *arena, const CaseInput *in, Str *ret_why);

Str case_printf(Arena *arena, const char *fmt, ...) PRINTF_LIKE(2, 3);
