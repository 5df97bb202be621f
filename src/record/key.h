// SPDX-License-Identifier: Apache-2.0
// key — Ed25519 keys: made, kept in a file under a passphrase, used to sign, closed and wiped.
// Depends on: base, json, doc, secret, libsodium.  Not thread-safe: one key, one thread.
// Source: RFC 8032 (Ed25519), RFC 9106 (Argon2id), draft-irtf-cfrg-xchacha (XChaCha20-Poly1305).
#pragma once

#include "base/err.h"
#include "base/str.h"
#include "record/secret.h"

enum { KEY_BYTES = 32, SIGNATURE_BYTES = 64, KEY_ID_LEN = 32 };

typedef struct PublicKey {
    uint8_t at[KEY_BYTES];
} PublicKey;

typedef struct Signature {
    uint8_t at[SIGNATURE_BYTES];
} Signature;

// The fingerprint: the first 16 bytes of the key's SHA-256, as text.
Str key_id(Arena *arena, const PublicKey *key);

// ---- signing ----

typedef struct SigningKey SigningKey; // its secret part lives in a Secret

SigningKey *key_generate(void); // closed by key_close
void key_close(SigningKey *key);
const PublicKey *key_public(const SigningKey *key);

// A signature says what it is for: one made for an entry of the record proves nothing elsewhere.
Signature key_sign(const SigningKey *key, Str context, Str bytes);
bool key_verify(const PublicKey *key, Str context, Str bytes, const Signature *signature);

// ---- the file ----

// What it costs to try one passphrase.
typedef struct KeyCost {
    uint64_t passes;
    uint64_t memory_bytes;
} KeyCost;
#define KEY_COST_DEFAULT ((KeyCost){.passes = 3, .memory_bytes = (uint64_t)256 << 20})
#define KEY_COST_MAX ((KeyCost){.passes = 16, .memory_bytes = (uint64_t)1 << 30})

typedef struct KeyFile {
    Str id;
    PublicKey public_key;
    KeyCost cost;
    uint8_t salt[16];
    uint8_t nonce[24];
    uint8_t box[KEY_BYTES + 16]; // the seed, encrypted, with its tag
    Str bound;                   // canonical JSON of all but the box: altered, it does not open
} KeyFile;

// The bytes of a private key file. Errors: no memory for that cost (ERR_LIMIT).
MUST_USE bool key_lock(Arena *arena, const SigningKey *key, Str passphrase, const KeyCost *cost,
                       Str *ret_file, Err *err);

// Reads a private key file; opens nothing. Errors: ERR_SYNTAX, ERR_SCHEMA, ERR_LIMIT (a cost beyond
// KEY_COST_MAX).
MUST_USE bool key_file_read(Arena *arena, Str bytes, KeyFile *ret_file, Err *err);

// Opens it. Errors: ERR_PERMISSION for a wrong passphrase, which cannot be told from an altered
// file.
MUST_USE bool key_unlock(const KeyFile *file, Str passphrase, SigningKey **ret_key, Err *err);
