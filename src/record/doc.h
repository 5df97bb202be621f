// SPDX-License-Identifier: Apache-2.0
// doc — small JSON documents of a fixed form: a table says which members there are and of what
// kind; one that is missing, unknown or of another kind is an error that names it.
// Depends on: base, json.  Thread-safe: pure.
#pragma once

#include "base/buf.h"
#include "base/ticks.h"
#include "json/json.h"
#include "json/write.h"

typedef enum DocKind {
    DOC_TEXT,  // Str
    DOC_COUNT, // uint64_t
    DOC_TIME,  // Ticks
    DOC_HEX,   // uint8_t[bytes]
    DOC_TEXTS, // const Json *: an array of strings
    DOC_ARRAY, // const Json *
    DOC_OBJECT // const Json *
} DocKind;

typedef struct DocMember {
    Str name;
    DocKind kind;
    bool optional; // absent leaves what stands in the struct
    uint32_t bytes;
    size_t offset; // where in the struct the value goes
} DocMember;

// What a document may hold at most.
#define DOC_LIMITS                                                                                 \
    ((JsonLimits){.bytes_max = (size_t)1 << 20, .depth_max = 16, .values_max = 65536})

// Parses bytes as one JSON object. what names the document in errors.
MUST_USE bool doc_parse(Arena *arena, Str bytes, const char *what, const Json **ret_json, Err *err);

// Decodes the members of an object into the struct at ret. Strings are borrowed from the tree.
MUST_USE bool doc_read(const Json *json, const DocMember *members, size_t count, const char *what,
                       void *ret, Err *err);

// Writes the members of the struct at from, as doc_read would read them. What is optional and empty
// (no text, time 0, NULL) is left out.
void doc_write(JsonOut *out, const DocMember *members, size_t count, const void *from);

// The canonical form (RFC 8785) in the arena; canonical text of JSON text that this program wrote.
MUST_USE bool doc_canonical(Arena *arena, const Json *json, Str *ret_text, Err *err);

// Writers of one member. An empty text and a time of 0 are left out.
void doc_put_text(JsonOut *out, Str name, Str value);
void doc_put_time(JsonOut *out, Str name, Ticks value);
void doc_put_hex(JsonOut *out, Str name, const uint8_t *bytes, size_t count);
void doc_put_count(JsonOut *out, Str name, uint64_t value);

// A time as text in the arena.
Str doc_time_text(Arena *arena, Ticks time);
