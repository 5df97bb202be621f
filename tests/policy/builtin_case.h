// SPDX-License-Identifier: Apache-2.0
// builtin_case — one builtin.* case of the conformance format: a function called with values.
// Depends on: policy/expr_eval.  Thread-safe: pure.
// Source: the conformance folder's FORMAT.md.
#pragma once

#include "json/json.h"

// True when the outcome is the wanted one: `documented` (a value, or "error" and "undefined" for an
// error) where DIVERGENCES.json names one, NULL otherwise. Any outcome will do when is_unsettled.
// ret_why is in the arena; it says what was wanted and what was seen.
bool builtin_case_run(Arena *arena, const Json *case_, const Json *documented, bool is_unsettled,
                      Str *ret_why);
