// SPDX-License-Identifier: Apache-2.0
// write — trees to bytes: compact, indented, canonical; and a small streaming writer.
// Depends on: base, json.  Thread-safe: pure.
// Source: RFC 8259, RFC 8785 (canonical form).
#pragma once

#include "base/buf.h"
#include "json/json.h"

void json_write(Buf *out, const Json *json);        // compact, numbers as their source text
void json_write_pretty(Buf *out, const Json *json); // two spaces, newline at the end

// The compact text in the arena; empty for NULL.
Str json_text(Arena *arena, const Json *json);

// RFC 8785: keys sorted by UTF-16 units, numbers as ECMAScript prints doubles. A number that a
// double cannot hold exactly is refused with ERR_SCHEMA, because its canonical form would lie.
MUST_USE bool json_write_canonical(Buf *out, const Json *json, Err *err);

// "text" with quotes and escapes. Bytes that are not UTF-8 become U+FFFD.
void json_write_string(Buf *out, Str text);

// A streaming writer that places commas: json_out_object_begin, json_out_key, json_out_str, …
typedef struct JsonOut {
    Buf *buf;       // borrowed
    uint64_t first; // bit per level: nothing written there yet
    uint32_t depth; // at most 60
    bool after_key;
} JsonOut;

void json_out_object_begin(JsonOut *out);
void json_out_object_end(JsonOut *out);
void json_out_array_begin(JsonOut *out);
void json_out_array_end(JsonOut *out);
void json_out_key(JsonOut *out, Str key);
void json_out_str(JsonOut *out, Str value);
void json_out_u64(JsonOut *out, uint64_t value);
void json_out_i64(JsonOut *out, int64_t value);
void json_out_double(JsonOut *out, double value); // shortest; ASSERTs finite
void json_out_bool(JsonOut *out, bool value);
void json_out_null(JsonOut *out);
void json_out_json(JsonOut *out, const Json *json);
void json_out_raw(JsonOut *out, Str json_text); // already JSON
