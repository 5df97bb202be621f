// SPDX-License-Identifier: Apache-2.0
// join — which related resources exist, and which rules they satisfy: a hash table from a place
// (a resource, a group, a subscription) to the set of rules that some candidate there satisfies.
// Because any one of many candidates suffices, the union is all that must be kept: 16 bytes a key.
// Private to the policy layer.
// Depends on: plan, hash.  Not thread-safe: one index, one worker; finished ones are only read.
#pragma once

#include "policy/plan.h"

// A 96-bit hash stands for the key itself: two of 10^7 keys meet with probability 10^-15.
typedef struct JoinKey {
    uint32_t hash[3];
} JoinKey;

// 128 bits of a text, its ASCII case ignored.
typedef struct JoinDigest {
    uint64_t one;
    uint64_t two;
} JoinDigest;
JoinDigest join_digest(Str text);
#define JOIN_NO_NAME ((JoinDigest){0, 0})

// place is an id (any case); name is empty unless the rule asks for a name that depends on the
// primary resource.
JoinKey join_key(JoinKind join, uint32_t related, Str place, Str name);
JoinKey join_key_of(JoinKind join, uint32_t related, JoinDigest place, JoinDigest name);

// What the candidates under a key say about the rules that look for their type: three bit sets.
typedef enum JoinSet { JOIN_SEEN, JOIN_SATISFIED, JOIN_ERROR, JOIN_SET_COUNT } JoinSet;

typedef struct JoinEntry {
    JoinKey key;
    uint32_t set; // number of the set + 1, 0 = free slot
} JoinEntry;

typedef struct RelatedSets {
    uint32_t words; // per bit set
    Map sets;       // the bytes of JOIN_SET_COUNT * words words → dense number
} RelatedSets;

typedef struct JoinIndex {
    Arena arena;
    JoinEntry *slots;
    uint32_t count;
    uint32_t mask;
    RelatedSets *related; // per related type
    uint32_t related_count;
    uint64_t *scratch;
} JoinIndex;

void join_open(JoinIndex *index, const Plan *plan);
void join_close(JoinIndex *index);
uint64_t join_bytes(const JoinIndex *index);

// Asks for the memory where a key stands or will stand, which is far away in a large index.
static inline void join_prefetch(const JoinIndex *index, JoinKey key)
{
    __builtin_prefetch(&index->slots[key.hash[0] & index->mask]);
}

// Adds a candidate's three bit sets under a key.
void join_add(JoinIndex *index, JoinKey key, uint32_t related, const uint64_t *bits);

// Ors what is known under a key for one rule: bit JoinSet of the result.
unsigned join_find(const JoinIndex *index, JoinKey key, uint32_t related, uint32_t bit);
