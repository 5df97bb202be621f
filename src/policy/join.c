// SPDX-License-Identifier: Apache-2.0
#include "policy/join.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/swar.h"

enum { SLOTS_MIN = 1024 };

JoinKey join_key_named(JoinKind join, uint32_t related, PlaceDigest place, PlaceDigest name)
{
    PlaceDigest both = {hash_mix(place.one ^ 0x9fb21c651e98df25U, name.one),
                        hash_mix(place.two ^ 0x9e3779b97f4a7c15U, name.two)};
    return join_key(join, related, both);
}

static JoinEntry *slots_new(uint32_t count)
{
    JoinEntry *slots = calloc(count, sizeof(JoinEntry));
    ASSERT(slots != NULL);
    return slots;
}

void join_open(JoinIndex *index, const Plan *plan)
{
    *index = (JoinIndex){.related_count = plan->related_types.count};
    arena_init(&index->arena, SIZE_MAX);
    index->related = NEW_ARRAY(&index->arena, RelatedSets, (size_t)index->related_count + 1);
    uint32_t most = 1;
    for (uint32_t r = 0; r < index->related_count; r++) {
        uint32_t rules = rule_index_count(plan->by_related, plan->related_types.entries[r].key);
        index->related[r].words = (rules + 63) / 64;
        map_init(&index->related[r].sets, &index->arena, MAP_EXACT);
        most = index->related[r].words > most ? index->related[r].words : most;
    }
    index->scratch = NEW_ARRAY(&index->arena, uint64_t, (size_t)most * JOIN_SET_COUNT);
    index->slots = slots_new(SLOTS_MIN);
    index->mask = SLOTS_MIN - 1;
}

static bool is_full(uint32_t count, uint32_t mask)
{
    return count * 5ULL > ((uint64_t)mask + 1) * 4;
}

void join_expect(JoinIndex *index, uint32_t count)
{
    ASSERT(index->count == 0);
    while (is_full(count, index->mask)) {
        index->mask = index->mask * 2 + 1;
    }
    free(index->slots);
    index->slots = slots_new(index->mask + 1);
}

void join_close(JoinIndex *index)
{
    free(index->slots);
    arena_free(&index->arena);
    *index = (JoinIndex){0};
}

uint64_t join_bytes(const JoinIndex *index)
{
    return ((uint64_t)index->mask + 1) * sizeof(JoinEntry) + index->arena.used_bytes;
}

static bool same_key(const JoinKey *a, const JoinKey *b)
{
    return a->hash[0] == b->hash[0] && a->hash[1] == b->hash[1] && a->hash[2] == b->hash[2];
}

static JoinEntry *find(const JoinIndex *index, JoinKey key)
{
    uint32_t at = key.hash[0] & index->mask;
    while (index->slots[at].set != 0 && !same_key(&index->slots[at].key, &key)) {
        at = (at + 1) & index->mask;
    }
    return &index->slots[at];
}

// Enters the entries [first, end) again, each taken out of its slot first.
static void enter_again(JoinIndex *index, uint32_t first, uint32_t end)
{
    for (uint32_t i = first; i < end; i++) {
        JoinEntry entry = index->slots[i];
        if (entry.set != 0) {
            index->slots[i].set = 0;
            *find(index, entry.key) = entry;
        }
    }
}

// Doubles the table where it stands, because a second one would be the most memory of a run. From
// behind a free slot on, an entry only moves before itself, where all were entered again already,
// or into the new half. What stands before the first free slot may belong to the end of the old
// table: it is set aside meanwhile.
static void grow(JoinIndex *index)
{
    uint32_t old_count = index->mask + 1;
    ASSERT(old_count <= UINT32_MAX / 4);
    index->slots = realloc(index->slots, sizeof(JoinEntry) * old_count * 2);
    ASSERT(index->slots != NULL);
    memset(index->slots + old_count, 0, sizeof(JoinEntry) * old_count);
    index->mask = old_count * 2 - 1;
    uint32_t start = 0;
    while (index->slots[start].set != 0) {
        start++;
    }
    JoinEntry *aside = slots_new(start + 1);
    memcpy(aside, index->slots, sizeof(JoinEntry) * start);
    memset(index->slots, 0, sizeof(JoinEntry) * start);
    enter_again(index, start, old_count);
    for (uint32_t i = 0; i < start; i++) {
        *find(index, aside[i].key) = aside[i];
    }
    free(aside);
}

static Str set_bytes(const RelatedSets *sets, const uint64_t *bits)
{
    return (Str){(const char *)bits, sizeof(uint64_t) * sets->words * JOIN_SET_COUNT};
}

uint32_t join_set(JoinIndex *index, uint32_t related, const uint64_t *bits)
{
    RelatedSets *sets = &index->related[related];
    return map_intern(&sets->sets, set_bytes(sets, bits));
}

static void unite(const JoinIndex *index, uint32_t related, uint32_t set, uint64_t *bits)
{
    const RelatedSets *sets = &index->related[related];
    const char *bytes = sets->sets.entries[set].key.ptr;
    for (uint32_t w = 0; w < sets->words * JOIN_SET_COUNT; w++) {
        bits[w] |= swar_load(bytes + sizeof(uint64_t) * w);
    }
}

static void enter(JoinIndex *index, const JoinAdd *add)
{
    JoinEntry *entry = find(index, add->key);
    if (entry->set == 0) {
        *entry = (JoinEntry){add->key, add->set + 1};
        if (is_full(++index->count, index->mask)) {
            grow(index);
        }
    } else if (entry->set != add->set + 1) {
        uint64_t *both = index->scratch;
        memset(both, 0, set_bytes(&index->related[add->related], both).len);
        unite(index, add->related, entry->set - 1, both);
        unite(index, add->related, add->set, both);
        entry->set = join_set(index, add->related, both) + 1;
    }
}

void join_settle(JoinIndex *index)
{
    for (uint32_t i = 0; i < index->add_count; i++) {
        enter(index, &index->adds[i]);
    }
    index->add_count = 0;
}

void join_add(JoinIndex *index, JoinKey key, uint32_t related, uint32_t set)
{
    if (index->add_count == JOIN_ADDS_MAX) {
        join_settle(index);
    }
    join_prefetch(index, key);
    index->adds[index->add_count++] = (JoinAdd){key, related, set};
}

void join_gather(const JoinIndex *index, JoinKey key, uint32_t related, uint64_t *bits)
{
    ASSERT(index->add_count == 0);
    const JoinEntry *entry = find(index, key);
    if (entry->set != 0) {
        unite(index, related, entry->set - 1, bits);
    }
}
