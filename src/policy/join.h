// SPDX-License-Identifier: Apache-2.0
// join — which related resources exist, and which rules they satisfy: a hash table from a place
// (a resource, a group, a subscription) to the set of rules that some candidate there satisfies.
// Because any one of many candidates suffices, the union is all that must be kept: 16 bytes a key.
// Private to the policy layer.
// Depends on: plan, places.  Not thread-safe: one index, one worker; finished ones are only read.
#pragma once

#include "policy/places.h"
#include "policy/plan.h"

// A 96-bit hash stands for the key itself: two of 10^7 keys meet with probability 10^-15.
typedef struct JoinKey {
    uint32_t hash[3];
} JoinKey;

// The key under which candidates of a type are found at a place (an id).
// Types and kinds of join are added without any chance: at one place no two of them meet. What is
// looked for below one resource begins at the same slot, since a resource's rules look for several
// types there; a group or a subscription holds too many of them for that.
static inline JoinKey join_key(JoinKind join, uint32_t related, PlaceDigest place)
{
    uint32_t kind = (related * JOIN_KIND_COUNT + (uint32_t)join) * 0x9e3779b1U;
    uint32_t spread = join == JOIN_CHILD ? 0 : kind;
    return (JoinKey){
        {(uint32_t)place.one + spread, (uint32_t)(place.one >> 32), (uint32_t)place.two ^ kind}};
}

// The same for rules that ask for a name which depends on the primary resource.
JoinKey join_key_named(JoinKind join, uint32_t related, PlaceDigest place, PlaceDigest name);

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

typedef struct JoinAdd {
    JoinKey key;
    uint32_t related;
    uint32_t set;
} JoinAdd;

enum { JOIN_ADDS_MAX = 32 };

typedef struct JoinIndex {
    Arena arena;
    JoinEntry *slots;
    uint32_t count;
    uint32_t mask;
    RelatedSets *related; // per related type
    uint32_t related_count;
    uint64_t *scratch;
    JoinAdd adds[JOIN_ADDS_MAX]; // on their way into the table
    uint32_t add_count;
} JoinIndex;

void join_open(JoinIndex *index, const Plan *plan);
void join_close(JoinIndex *index);
uint64_t join_bytes(const JoinIndex *index);

// Makes an empty index large enough for so many keys; it still grows by itself.
void join_expect(JoinIndex *index, uint32_t count);

// Asks for the memory where a key stands or will stand, which is far away in a large index.
static inline void join_prefetch(const JoinIndex *index, JoinKey key)
{
    __builtin_prefetch(&index->slots[key.hash[0] & index->mask]);
}

// The number of a candidate's three bit sets.
uint32_t join_set(JoinIndex *index, uint32_t related, const uint64_t *bits);

// Adds the sets of that number under a key: at the latest when join_settle is called, which must be
// before anything is looked for.
void join_add(JoinIndex *index, JoinKey key, uint32_t related, uint32_t set);
void join_settle(JoinIndex *index);

// Ors what is known under a key into three bit sets.
void join_gather(const JoinIndex *index, JoinKey key, uint32_t related, uint64_t *bits);

// What three bit sets of so many words say of one rule: bit JoinSet of the result.
static inline unsigned join_said(const uint64_t *bits, uint32_t words, uint32_t rule)
{
    unsigned said = 0;
    for (uint32_t s = 0; s < JOIN_SET_COUNT; s++) {
        said |= (unsigned)(bits[s * words + rule / 64] >> (rule & 63) & 1) << s;
    }
    return said;
}
