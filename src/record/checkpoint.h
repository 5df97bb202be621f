// SPDX-License-Identifier: Apache-2.0
// checkpoint — how long the record was and what it hashed to, signed: a small file to keep
// elsewhere. It also has the heads of earlier sizes, dense near the end and doubling in distance
// before, so that a change is not only seen but placed.
// Depends on: base, json, key, merkle.  Thread-safe: pure.
#pragma once

#include "base/ticks.h"
#include "record/key.h"
#include "record/merkle.h"

enum { CHECKPOINT_DENSE = 32, CHECKPOINT_HEADS_MAX = CHECKPOINT_DENSE + 64 };

typedef struct Head {
    uint64_t size;
    Hash root;
} Head;

typedef struct Checkpoint {
    uint64_t size;
    Hash root;
    Ticks time;
    Str by; // id of the principal
    PublicKey public_key;
    const Head *heads; // sizes rising, the last one is size and root
    uint32_t head_count;
} Checkpoint;

// The file for a record of these leaves (at least one). Canonical JSON in the arena.
MUST_USE bool checkpoint_write(Arena *arena, const SigningKey *key, const Hash *leaves,
                               uint64_t size, Ticks time, Str *ret_file, Err *err);

// Reads one and checks id and signature; whether its signer is trusted is the record's to say.
MUST_USE bool checkpoint_read(Arena *arena, Str bytes, Checkpoint *ret_checkpoint, Err *err);
