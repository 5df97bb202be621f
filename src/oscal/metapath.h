// SPDX-License-Identifier: Apache-2.0
// metapath — the part of the Metapath language that OSCAL's constraints use, over JSON: steps,
// descendants, unions, predicates. A name stands for the member of that name or of its plural.
// Depends on: json.  Not thread-safe: one arena.
// Source: Metaschema, "Metapath"; XPath 3.1 for what it takes from there.
#pragma once

#include "base/arena.h"
#include "json/json.h"

typedef struct Nodes {
    const Json **at;
    uint32_t count;
    uint32_t cap;
} Nodes;

// The nodes a path leads to, from start. False: the path is not one this reader knows.
MUST_USE bool metapath_select(Arena *arena, Str path, const Json *start, Nodes *ret_nodes);

// Is the expression true of start? The same for a path: does it lead anywhere?
MUST_USE bool metapath_test(Arena *arena, Str expression, const Json *start, bool *ret_holds);

// The text of a node: a string itself, the value of an object that has one, a number or a bool as
// written. Empty for others.
Str metapath_text(const Json *json);
