// SPDX-License-Identifier: Apache-2.0
// case_related — the resources of a conformance case: the one under evaluation with what the case
// leaves to its host, and the related ones with an id that says how they are related.
// Depends on: ref_eval.  Not thread-safe: one arena, one thread.
#pragma once

#include "policy/ref_eval.h"

#define RELATED_SUBSCRIPTION STR("00000000-0000-0000-0000-000000000000")

// Sets in->resource and in->related. in->rule and in->options are set already.
void case_related_fill(Arena *arena, const Json *line, RefInput *in);
