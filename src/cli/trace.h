// SPDX-License-Identifier: Apache-2.0
// trace — the tree of conditions of one rule on one resource, with what each leaf saw and wanted.
// Depends on: policy/engine, report/page, json.  Thread-safe: pure.
#pragma once

#include "cli/cli.h"
#include "policy/engine.h"
#include "json/write.h"

// "true", "false" or "error" before each condition, indented by depth.
void trace_print(Buf *out, const TerminalStyle *style, const PairOutcome *outcome);

// Members state, applicable, message, if, existence, nearMisses into an open object.
void trace_json(JsonOut *out, Arena *arena, const PairOutcome *outcome);
