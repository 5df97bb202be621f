// SPDX-License-Identifier: Apache-2.0
// shred — one resource's JSON text into one row of a table: a single walk over the structural index
// that follows the plan's trie, checks the grammar of everything it passes, and copies nothing it
// does not need.
// Private to the policy layer.
// Depends on: table, json index.  Not thread-safe: one shredder, one worker.
#pragma once

#include "policy/table.h"
#include "json/index.h"

// How many bytes behind a resource's text must be readable; the first of them is '\n' or '\0'.
enum { SHRED_PADDING = 8 };

typedef struct Shredder {
    uint64_t *seen; // per node: the object instance in which it was met last
    uint32_t seen_cap;
    uint64_t instance; // counts object instances
    uint32_t depth_max;
    Arena scratch; // unescaped keys
} Shredder;

void shredder_open(Shredder *shredder, const JsonLimits *limits);
void shredder_close(Shredder *shredder);

// The first "type" member without reading the rest: its JSON text, empty when there is none. A
// guess good enough to choose the plan; shred_row's META_TYPE is the last one, which is what
// counts.
Str shred_find_type(const JsonIndex *index);

// Appends the resource to the table as a row. ret_meta[META_…] are the JSON texts of those members
// (borrowed from the index's text; empty when absent).
// ERR_SYNTAX when the text is not one JSON object, ERR_LIMIT when it nests too deep; then the table
// holds a row of no meaning: truncate it.
MUST_USE bool shred_row(Shredder *shredder, Table *table, const JsonIndex *index,
                        Str ret_meta[META_COUNT], Err *err);
