// SPDX-License-Identifier: Apache-2.0
// json — a document as a tree of plain values, each with its place in the source.
// Depends on: base.  Thread-safe: a tree is read-only once built.
// Source: RFC 8259.
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

typedef enum JsonType {
    JSON_NULL,
    JSON_BOOL,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT
} JsonType;

typedef struct Json Json;
typedef struct JsonMember JsonMember;

struct Json {
    JsonType type;
    uint32_t count; // items or members
    Span at;        // {0,0} when built from data rather than from a file people wrote
    bool is_int;    // number: text is an integer and as_int holds it exactly
    bool is_exact;  // number: the double as_double says what text says (false: 1e400, 18 digits)
    union {
        bool boolean;
        struct {
            Str text;         // as written in the source
            double as_double; // nearest; ±inf beyond the range
            int64_t as_int;
        } number;
        Str string;                // unescaped UTF-8; may hold NUL bytes
        const Json *items;         // array
        const JsonMember *members; // object, in source order; duplicates kept as written
    };
};

struct JsonMember {
    Str key; // unescaped
    Span at; // of the key
    Json value;
};

// No tree is deeper than this, whatever the limits say: code that walks trees may recurse.
enum { JSON_DEPTH_CEILING = 1000 };

// Bounds on one document; every reader takes them and answers ERR_LIMIT naming limit and option.
// The arena must have room for what they admit: 100 bytes a value, and the text once more.
typedef struct JsonLimits {
    size_t bytes_max;    // --max-document-bytes
    uint32_t depth_max;  // --max-depth
    uint32_t values_max; // --max-values
} JsonLimits;
#define JSON_LIMITS_DEFAULT                                                                        \
    ((JsonLimits){.bytes_max = (size_t)1 << 30, .depth_max = 128, .values_max = 64U << 20})

// The depth that really holds, and the texts of the answers.
static inline uint32_t json_depth_max(const JsonLimits *limits)
{
    return limits->depth_max < JSON_DEPTH_CEILING ? limits->depth_max : JSON_DEPTH_CEILING;
}
#define JSON_LIMIT_BYTES_TEXT "the document is larger than %zu bytes (--max-document-bytes)"
#define JSON_LIMIT_DEPTH_TEXT "values are nested deeper than %u (--max-depth)"
#define JSON_LIMIT_VALUES_TEXT "the document has more than %u values (--max-values)"

extern const Json json_null; // shared constant
extern const Json json_true;
extern const Json json_false;

// Member by exact key, or by key ignoring ASCII case; the last of duplicates wins. NULL = absent
// (or json is NULL, or not an object).
const Json *json_find(const Json *json, Str key);
const Json *json_find_nocase(const Json *json, Str key);

// The string a member holds, or empty when absent or not a string.
Str json_find_str(const Json *json, Str key);

static inline bool json_is(const Json *json, JsonType type)
{
    return json != NULL && json->type == type;
}

// Structural equality: numbers by value, strings exactly, objects by key whatever the order.
bool json_equal(const Json *a, const Json *b);

// Constructors; strings are borrowed, not copied. Numbers own a text in the arena.
Json json_string(Str s);
Json json_bool(bool b);
Json json_int(Arena *arena, int64_t value);
Json json_double(Arena *arena, double value); // shortest text that reads back; finite only

// Deep copy into another arena, strings included.
const Json *json_copy(Arena *arena, const Json *json);

// RFC 6901. NULL when the pointer leads nowhere.
const Json *json_pointer(const Json *json, Str pointer);
