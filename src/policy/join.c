// SPDX-License-Identifier: Apache-2.0
#include "policy/join.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/swar.h"

enum { SLOTS_MIN = 1024 };

// Two lanes of the same multiplication over sixteen bytes at a time, the last ones filled up.
JoinDigest join_digest(Str text)
{
    uint64_t one = text.len + 0x2d358dccaa6c78a5U;
    uint64_t two = text.len ^ 0x8bb84b93962eacc9U;
    for (size_t at = 0; at < text.len; at += 16) {
        char last[16] = {0};
        const char *from = text.ptr + at;
        if (text.len - at < sizeof last) {
            memcpy(last, from, text.len - at);
            from = last;
        }
        uint64_t a = swar_lower(swar_load(from));
        uint64_t b = swar_lower(swar_load(from + 8));
        one = hash_mix(a ^ 0xa0761d6478bd642fU, b ^ one);
        two = hash_mix(b ^ 0xe7037ed1a0b428dbU, a ^ two);
    }
    return (JoinDigest){one, two};
}

JoinKey join_key_of(JoinKind join, uint32_t related, JoinDigest place, JoinDigest name)
{
    // Never a factor of few or of all bits: those lose what they are multiplied with.
    uint64_t seed = (((uint64_t)related << 8 | (uint64_t)join) + 1) * 0x9fb21c651e98df25U;
    uint64_t one = hash_mix(place.one ^ 0x8ebc6af09c88c6e3U, name.one ^ seed);
    uint64_t two = hash_mix(place.two ^ 0x589965cc75374cc3U, name.two ^ (seed << 32 | seed >> 32));
    one = hash_mix(one ^ 0x9e3779b97f4a7c15U, two);
    return (JoinKey){{(uint32_t)one, (uint32_t)(one >> 32), (uint32_t)two}};
}

JoinKey join_key(JoinKind join, uint32_t related, Str place, Str name)
{
    return join_key_of(join, related, join_digest(place),
                       name.len != 0 ? join_digest(name) : JOIN_NO_NAME);
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

void join_add(JoinIndex *index, JoinKey key, uint32_t related, const uint64_t *bits)
{
    RelatedSets *sets = &index->related[related];
    JoinEntry *entry = find(index, key);
    if (entry->set == 0) {
        *entry = (JoinEntry){key, map_intern(&sets->sets, set_bytes(sets, bits)) + 1};
        if (++index->count * 5ULL > ((uint64_t)index->mask + 1) * 4) {
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
