// SPDX-License-Identifier: Apache-2.0
// entry — one line of the record: who did what to which subject, when, signed.
// Depends on: base, json, key, merkle, seal.  Thread-safe: pure.
// Source: docs/record.md.
#pragma once

#include "base/ticks.h"
#include "record/key.h"
#include "record/merkle.h"
#include "json/json.h"

enum { ENTRY_BYTES_MAX = 64 << 10, FIELD_BYTES_MAX = 8 << 10 };

// What an entry says beside its fixed members. Typed, so that nobody passes a document through; a
// name or a value that looks like a secret is refused.
typedef enum FieldKind { FIELD_TEXT, FIELD_TEXTS, FIELD_COUNT, FIELD_TIME, FIELD_HASH } FieldKind;

typedef struct EntryField {
    Str name; // a-z, 0-9, '_'
    FieldKind kind;
    union {
        Str text;
        struct {
            const Str *at;
            uint32_t count;
        } texts;
        uint64_t count; // below 2^53
        Ticks time;
        Hash hash;
    };
} EntryField;

typedef struct EntryNew {
    Ticks time;
    Str what;           // "key.trust", "baseline.release": a-z, '-', '.'
    Str subject;        // what it was done to: plain text, at most FIELD_BYTES_MAX
    const Hash *before; // of the subject's content; NULL = there was none
    const Hash *after;  // NULL = there is none
    const EntryField *fields;
    uint32_t field_count;
} EntryNew;

typedef struct Entry {
    uint64_t sequence; // 1, 2, 3, …
    Ticks time;
    Str who; // id of the principal
    Str what;
    Str subject;
    bool has_before;
    bool has_after;
    Hash before;
    Hash after;
    const Json *detail; // object: the fields
    Hash previous;      // head of the tree over all entries before this one
    Signature signature;
    const Json *json; // the whole
} Entry;

// The line (without newline), signed. Errors: ERR_SCHEMA for what may not stand there, ERR_LIMIT.
MUST_USE bool entry_write(Arena *arena, const SigningKey *key, const EntryNew *entry,
                          uint64_t sequence, const Hash *previous, Str *ret_line, Err *err);

// Reads a line, which must be exactly what entry_write would write. The signature is not checked.
MUST_USE bool entry_read(Arena *arena, Str line, Entry *ret_entry, Err *err);

bool entry_is_signed_by(Arena *arena, const Entry *entry, const PublicKey *key);

// Why a field may not enter the record; NULL = it may.
const char *field_refusal(Str name, Str text);
