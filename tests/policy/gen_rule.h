// SPDX-License-Identifier: Apache-2.0
// gen_rule — random rules and random resources that they read: same seed, same pair.
// Depends on: json.  Thread-safe: pure.
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "json/json.h"

typedef struct GenRand {
    uint64_t state;
} GenRand;

// A number below bound (> 0).
uint32_t gen_pick(GenRand *rand, uint32_t bound);

enum { GEN_RELATED_MAX = 4 };

// Everything as JSON text, in the arena.
typedef struct GenPair {
    Str definition; // a property bag: mode, parameters, policyRule
    Str parameters; // name → value
    Str resource;
    Str related[GEN_RELATED_MAX];
    uint32_t related_count;
} GenPair;

void gen_pair(Arena *arena, uint64_t seed, GenPair *ret_pair);

// A value of any kind, of the sort that comparisons are picky about.
void gen_value(GenRand *rand, Buf *out, uint32_t depth);

// A definition as in gen_pair; its parameters all have defaults.
void gen_definition(GenRand *rand, Buf *out);

// A resource of the type that gen_pair's rules are about; name is the last segment of its id.
void gen_resource(GenRand *rand, Buf *out, const char *name);

// One of the types they look for, somewhere near the resource called parent.
void gen_related(GenRand *rand, Buf *out, const char *parent, const char *name);
