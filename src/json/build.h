// SPDX-License-Identifier: Apache-2.0
// build — a tree from indexed text: the fast reader for data.
// Depends on: base, json, index.  Thread-safe: pure.
#pragma once

#include "json/index.h"
#include "json/json.h"

// Builds the tree, validating everything the index does not. Strings without escapes borrow from
// index->text. Values carry no positions. Duplicate keys are kept; numbers keep their text.
// Agrees with json_read_data on every text: same tree or both refuse.
MUST_USE bool json_build(Arena *arena, const JsonIndex *index, const JsonLimits *limits,
                         const Json **ret_json, Err *err);

// Index and build; when that fails, asks the positional reader for the place of the error.
MUST_USE bool json_parse(Arena *arena, JsonIndexer *indexer, Str text, const JsonLimits *limits,
                         const Json **ret_json, Err *err);
