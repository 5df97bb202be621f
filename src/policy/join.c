// SPDX-License-Identifier: Apache-2.0
#include "policy/join.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

enum { SLOTS_MIN = 1024, CHUNK = 256 };

static uint64_t hash_lower(Str s, uint64_t seed)
{
    char chunk[CHUNK];
    for (size_t at = 0; at < s.len || at == 0; at += CHUNK) {
        size_t n = s.len - at < CHUNK ? s.len - at : CHUNK;
        for (size_t i = 0; i < n; i++) {
            char c = s.ptr[at + i];
            chunk[i] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
        }
        seed = hash_bytes(chunk, n, seed);
    }
    return seed;
}

JoinKey join_key(JoinKind join, uint32_t related, Str place, Str name)
{
    uint64_t seed = ((uint64_t)related << 8 | (uint64_t)join) * 2 + (name.len != 0 ? 1 : 0);
    uint64_t one = hash_lower(place, seed);
    uint64_t two = hash_lower(place, ~seed);
    if (name.len != 0) {
        one = hash_lower(name, one);
        two = hash_lower(name, two);
    }
    return (JoinKey){{(uint32_t)one, (uint32_t)(one >> 32), (uint32_t)two}};
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

static JoinEntry *find(const JoinIndex *index, JoinKey key)
{
    uint32_t at = key.hash[0] & index->mask;
    while (index->slots[at].set != 0 && memcmp(&index->slots[at].key, &key, sizeof key) != 0) {
        at = (at + 1) & index->mask;
    }
    return &index->slots[at];
}

static void grow(JoinIndex *index)
{
    JoinEntry *old = index->slots;
    uint32_t old_count = index->mask + 1;
    ASSERT(old_count <= UINT32_MAX / 4);
    index->slots = slots_new(old_count * 2);
    index->mask = old_count * 2 - 1;
    for (uint32_t i = 0; i < old_count; i++) {
        if (old[i].set != 0) {
            *find(index, old[i].key) = old[i];
        }
    }
    free(old);
}

static Str set_bytes(const RelatedSets *sets, const uint64_t *bits)
{
    return (Str){(const char *)bits, sizeof(uint64_t) * sets->words * JOIN_SET_COUNT};
}

void join_add(JoinIndex *index, JoinKey key, uint32_t related, const uint64_t *bits)
{
    RelatedSets *sets = &index->related[related];
    JoinEntry *entry = find(index, key);
    if (entry->set == 0) {
        *entry = (JoinEntry){key, map_intern(&sets->sets, set_bytes(sets, bits)) + 1};
        if (++index->count * 10ULL > ((uint64_t)index->mask + 1) * 7) {
            grow(index);
        }
        return;
    }
    Str before = sets->sets.entries[entry->set - 1].key;
    memcpy(index->scratch, before.ptr, before.len);
    for (uint32_t w = 0; w < sets->words * JOIN_SET_COUNT; w++) {
        index->scratch[w] |= bits[w];
    }
    entry->set = map_intern(&sets->sets, set_bytes(sets, index->scratch)) + 1;
}

unsigned join_find(const JoinIndex *index, JoinKey key, uint32_t related, uint32_t bit)
{
    const JoinEntry *entry = find(index, key);
    if (entry->set == 0) {
        return 0;
    }
    const RelatedSets *sets = &index->related[related];
    const char *bytes = sets->sets.entries[entry->set - 1].key.ptr;
    unsigned found = 0;
    for (uint32_t s = 0; s < JOIN_SET_COUNT; s++) {
        uint64_t word = 0;
        memcpy(&word, bytes + sizeof word * (s * sets->words + bit / 64), sizeof word);
        found |= (unsigned)(word >> (bit & 63) & 1) << s;
    }
    return found;
}
