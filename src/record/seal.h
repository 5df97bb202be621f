// SPDX-License-Identifier: Apache-2.0
// seal — a JSON object signed: its canonical form without "signature" is what the signature is of.
// Depends on: base, json, key.  Thread-safe: pure.
// Source: RFC 8785 (canonical form).
#pragma once

#include "record/key.h"
#include "json/json.h"

// Adds "signature" to an object given as JSON text. The result is canonical, in the arena.
MUST_USE bool seal_sign(Arena *arena, const SigningKey *key, Str context, Str object,
                        Str *ret_sealed, Err *err);

// The same for a tree, of any size. *ret_json is the signed object.
MUST_USE bool seal_sign_json(Arena *arena, const SigningKey *key, Str context, const Json *object,
                             const Json **ret_json, Str *ret_sealed, Err *err);

// Is the "signature" of this object one by key? False without a reason: it has no canonical form,
// no signature, or that of another.
bool seal_holds(Arena *arena, const Json *object, Str context, const PublicKey *key);
