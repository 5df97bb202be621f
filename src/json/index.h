// SPDX-License-Identifier: Apache-2.0
// index — where the structural characters of a JSON text are, found by simdjson 64 bytes at a time.
// Depends on: base.  Not thread-safe: one indexer, one thread.
// The one place where the project touches simdjson (index.cpp); everything above it is C.
#pragma once

#include "base/err.h"
#include "base/str.h"

typedef struct JsonIndexer JsonIndexer;

// Offsets into text of each of { } [ ] : , and of the first byte of each string and scalar outside
// strings. at[count] and at[count + 1] are readable sentinels, equal to text.len.
typedef struct JsonIndex {
    Str text;
    const uint32_t *at; // borrowed from the indexer until its next call
    uint32_t count;
} JsonIndex;

// Picks the best implementation for this processor. Closed by json_indexer_close.
JsonIndexer *json_indexer_open(void);
void json_indexer_close(JsonIndexer *indexer);

// Indexes one document of at most 4 GiB. Errors: not UTF-8, a string that does not end, a control
// character inside a string, nothing but white space (ERR_SYNTAX, without place: the positional
// reader finds that).
MUST_USE bool json_index(JsonIndexer *indexer, Str text, JsonIndex *ret_index, Err *err);
