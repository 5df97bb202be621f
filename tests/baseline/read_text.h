// SPDX-License-Identifier: Apache-2.0
// read_text — a JSON text of a test as a tree with places. Single quotes stand for double ones.
// Depends on: json.  Not thread-safe: one arena.
#pragma once

#include "base/diag.h"
#include "json/json.h"

const Json *read_text(Arena *arena, const char *text);

// Is there a diagnostic of that code (and, when not NULL, with that part in its text)?
bool has_diag(const DiagList *diags, const char *code, const char *part);
