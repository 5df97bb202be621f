// SPDX-License-Identifier: Apache-2.0
// field — how every reader of this layer takes members out of an object: wrong ones are reported
// with their place, and reading goes on.
// Depends on: catalog.  Not thread-safe: one reader, one thread.
#pragma once

#include "oscal/catalog.h"

typedef struct OscalReader {
    Arena *arena;    // borrowed
    DiagList *diags; // borrowed
} OscalReader;

// The only member of a document, {"catalog": {…}}, or NULL after a diagnostic.
const Json *oscal_document(OscalReader *reader, const Json *json, Str name);

// Reports "wrong-type" when json is not an object, and "unknown-member" for each key that is not in
// allowed (names separated and surrounded by spaces: " id title ").
void oscal_check_object(OscalReader *reader, const Json *json, Str what, const char *allowed);

// An optional string; "wrong-type" when it is something else, "empty-text" when it is blank.
Str oscal_text(OscalReader *reader, const Json *json, Str key);

// The same, required: "missing-member" when it is not there.
Str oscal_required(OscalReader *reader, const Json *json, Str what, Str key);

// A required token (the form ids have): "bad-id" otherwise.
Str oscal_token(OscalReader *reader, const Json *json, Str what, Str key);
bool oscal_is_token(Str text);

// An optional array with at least one entry; NULL = absent. "wrong-type", "empty-array".
const Json *oscal_array(OscalReader *reader, const Json *json, Str key);

// An optional array of strings.
const Str *oscal_strings(OscalReader *reader, const Json *json, Str key, uint32_t *ret_count);

const OscalProp *oscal_props(OscalReader *reader, const Json *json, uint32_t *ret_count);

// uuid and metadata of a document.
void oscal_metadata(OscalReader *reader, const Json *document, OscalMetadata *ret_metadata);

// Pointers that grow in the arena.
typedef struct OscalList {
    const void **items;
    uint32_t count;
    uint32_t cap;
} OscalList;
void oscal_push(Arena *arena, OscalList *list, const void *item);

static inline Span oscal_at(const Json *json)
{
    return json != NULL ? json->at : (Span){0, 0};
}
