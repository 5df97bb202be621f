// SPDX-License-Identifier: Apache-2.0
// keys — reads the members of a JSON object by a table of keywords, whatever their case.
// Depends on: diag, json.  Thread-safe: pure.
// Source: keywords are case-insensitive and duplicates differing by case are errors; reference §1.
#pragma once

#include "base/diag.h"
#include "json/json.h"

typedef enum KeysUnknown { KEYS_ERROR, KEYS_WARN, KEYS_IGNORE } KeysUnknown;

typedef struct KeySet {
    const char *what; // "a parameter": what the object is, for messages
    const Str *names;
    uint32_t count;
    KeysUnknown unknown; // what a key outside the set is
} KeySet;

// Sets found[i] to the member whose key is set->names[i]. May be called for several objects that
// share one namespace (an envelope and its properties): a key found before is a duplicate.
// Diagnostics: "duplicate-key", "unknown-key". False when there was an error.
MUST_USE bool keys_read(const KeySet *set, const Json *object, DiagList *diags,
                        const JsonMember **found);

// For objects whose keys are names that somebody chose: each is there once, whatever its case.
// Otherwise "duplicate-key". Quadratic.
MUST_USE bool keys_unique(const Json *object, DiagList *diags);

// True when json is an object; otherwise "not-an-object".
MUST_USE bool keys_want_object(const Json *json, const char *what, DiagList *diags);

// The value of a member, or NULL when it is absent or null.
const Json *keys_value(const JsonMember *member);

// The same with a type: a value of another type is a "wrong-type" error and then NULL.
const Json *keys_typed(const JsonMember *member, JsonType type, DiagList *diags);

// The string of a member; empty when absent or (a "wrong-type" error) not a string.
Str keys_str(const JsonMember *member, DiagList *diags);

// The strings of an array member; a value of another type is a "wrong-type" error.
const Str *keys_str_list(Arena *arena, const JsonMember *member, DiagList *diags,
                         uint32_t *ret_count);

const char *keys_type_name(JsonType type); // "an object", "a string", …
