// SPDX-License-Identifier: Apache-2.0
// map — strings to small numbers. One table serves as hash map and as interner.
// Depends on: arena, str.  Not thread-safe for writing; reading a finished map is.
#pragma once

#include "base/arena.h"
#include "base/str.h"

typedef enum MapCase { MAP_EXACT, MAP_NOCASE } MapCase; // NOCASE folds ASCII only, as ARM does

#define MAP_NONE UINT32_MAX

typedef struct MapEntry {
    Str key; // arena, as first put (case kept)
    uint32_t hash;
    uint32_t value;
} MapEntry;

typedef struct Map {
    Arena *arena;      // borrowed: keys, entries and slots live there
    MapEntry *entries; // dense, in insertion order: entries[0 .. count)
    uint32_t *slots;   // open addressing: entry index + 1, 0 = free
    uint32_t count;
    uint32_t entry_cap;
    uint32_t slot_mask;
    MapCase fold;
} Map;

void map_init(Map *map, Arena *arena, MapCase fold);

// The value under key, or MAP_NONE.
uint32_t map_find(const Map *map, Str key);

// Puts key → value when key is new; returns the value that stands there afterwards.
// The key's bytes are copied.
uint32_t map_put(Map *map, Str key, uint32_t value);

// Interns: the dense index of key (0, 1, 2, … in order of first sight).
uint32_t map_intern(Map *map, Str key);
