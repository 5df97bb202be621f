// SPDX-License-Identifier: Apache-2.0
#include "base/map.h"

#include <string.h>

#include "base/hash.h"
#include "base/swar.h"

enum { SLOTS_MIN = 16 };

void map_init(Map *map, Arena *arena, MapCase fold)
{
    *map = (Map){.arena = arena, .fold = fold};
}

static uint64_t hash_nocase(Str s)
{
    uint64_t h = UINT64_C(0x9e3779b97f4a7c15) ^ s.len;
    const char *p = s.ptr;
    size_t len = s.len;
    for (; len >= 8; p += 8, len -= 8) {
        h = hash_mix(swar_lower(swar_load(p)) ^ UINT64_C(0xa0761d6478bd642f), h);
    }
    uint64_t rest = swar_lower(swar_load_short(p, len));
    return hash_mix(rest ^ UINT64_C(0xe7037ed1a0b428db), h ^ UINT64_C(0x8ebc6af09c88c6e3));
}

static uint32_t key_hash(const Map *map, Str key)
{
    uint64_t h = map->fold == MAP_NOCASE ? hash_nocase(key) : hash_str(key);
    return (uint32_t)(h ^ (h >> 32));
}

static bool key_eq(const Map *map, Str a, Str b)
{
    if (a.len != b.len) {
        return false;
    }
    return map->fold == MAP_NOCASE ? swar_eq_nocase(a.ptr, b.ptr, a.len)
                                   : swar_eq(a.ptr, b.ptr, a.len);
}

// The slot that holds key, or the free slot where it belongs. There is always a free one.
static uint32_t slot_find(const Map *map, Str key, uint32_t hash)
{
    for (uint32_t slot = hash & map->slot_mask;; slot = (slot + 1) & map->slot_mask) {
        uint32_t at = map->slots[slot];
        if (at == 0) {
            return slot;
        }
        const MapEntry *entry = &map->entries[at - 1];
        if (entry->hash == hash && key_eq(map, entry->key, key)) {
            return slot;
        }
    }
}

uint32_t map_find(const Map *map, Str key)
{
    if (map->count == 0) {
        return MAP_NONE;
    }
    uint32_t at = map->slots[slot_find(map, key, key_hash(map, key))];
    return at != 0 ? map->entries[at - 1].value : MAP_NONE;
}

// Doubles the table. The old arrays stay in the arena: at most as much again as is in use.
static void map_grow(Map *map)
{
    ASSERT(map->slot_mask < UINT32_MAX / 2);
    uint32_t slots = map->slots == NULL ? SLOTS_MIN : (map->slot_mask + 1) * 2;
    map->entry_cap = slots / 2 + slots / 8;
    MapEntry *entries = NEW_ARRAY(map->arena, MapEntry, map->entry_cap);
    if (map->count != 0) {
        memcpy(entries, map->entries, map->count * sizeof *entries);
    }
    map->entries = entries;
    map->slots = NEW_ARRAY(map->arena, uint32_t, slots);
    map->slot_mask = slots - 1;
    for (uint32_t i = 0; i < map->count; i++) {
        uint32_t slot = entries[i].hash & map->slot_mask;
        while (map->slots[slot] != 0) {
            slot = (slot + 1) & map->slot_mask;
        }
        map->slots[slot] = i + 1;
    }
}

static Str key_copy(Arena *arena, Str key)
{
    if (key.len == 0) {
        return (Str){0};
    }
    char *copy = NEW_ARRAY(arena, char, key.len);
    memcpy(copy, key.ptr, key.len);
    return (Str){copy, key.len};
}

uint32_t map_put(Map *map, Str key, uint32_t value)
{
    if (map->count == map->entry_cap) {
        map_grow(map);
    }
    uint32_t hash = key_hash(map, key);
    uint32_t slot = slot_find(map, key, hash);
    if (map->slots[slot] != 0) {
        return map->entries[map->slots[slot] - 1].value;
    }
    MapEntry *entry = &map->entries[map->count++];
    *entry = (MapEntry){.key = key_copy(map->arena, key), .hash = hash, .value = value};
    map->slots[slot] = map->count;
    return value;
}

uint32_t map_intern(Map *map, Str key)
{
    return map_put(map, key, map->count);
}
