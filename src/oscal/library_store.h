// SPDX-License-Identifier: Apache-2.0
// library_store — documents of the library as they are kept: each says which framework it is, and
// a profile is one import of it by ids.
// Depends on: library.  Thread-safe: pure.
#pragma once

#include "oscal/library.h"

// The document with the prop "framework" of its metadata set to id; another value is replaced.
const Json *library_store_named(Arena *arena, const Json *document, Str id);

// A profile of the same identity and metadata that selects these controls of "../FRAMEWORK.json".
const Json *library_store_profile(Arena *arena, const Json *document, Str framework,
                                  const Str *control_ids, uint32_t count);

// The outline of a framework with the user's text over it, ids and order of the outline: the
// catalog to make a baseline from. outline: {"catalog": {…}} that the framework was added from.
const Json *library_store_merged(Arena *arena, const LibraryFramework *framework,
                                 const Json *outline);
