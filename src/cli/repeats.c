// SPDX-License-Identifier: Apache-2.0
#include "cli/repeats.h"

#include <stdatomic.h>
#include <string.h>

enum { KEPT_DEFAULT = 1 << 16, SLOTS_PER_ID = 2 };

typedef struct Kept {
    uint64_t hash; // 0 = free
    uint32_t file;
    uint32_t count; // sightings
} Kept;

struct Repeats {
    Arena *arena;
    Kept *slots; // open addressing; never fuller than half
    uint64_t slot_count;
    uint32_t count;
    uint32_t kept_max;
    // An id is remembered when its hash has so many leading zeros. Grows while others read it: who
    // reads an old value notes too much, and repeats_take looks again.
    _Atomic uint32_t level;
    Str *files; // arena
    uint32_t file_count;
    uint32_t file_cap;
    RepeatsFound first;
};

typedef struct Note {
    uint64_t hash;
    uint64_t len; // of the id, which follows
} Note;

Repeats *repeats_new(Arena *arena, uint32_t kept_max)
{
    Repeats *repeats = NEW(arena, Repeats);
    repeats->arena = arena;
    repeats->kept_max = kept_max != 0 ? kept_max : KEPT_DEFAULT;
    repeats->slot_count = 1;
    while (repeats->slot_count < (uint64_t)repeats->kept_max * SLOTS_PER_ID) {
        repeats->slot_count *= 2;
    }
    repeats->slots = NEW_ARRAY(arena, Kept, repeats->slot_count);
    return repeats;
}

static uint64_t mix(uint64_t hash)
{
    hash ^= hash >> 32;
    hash *= 0x9E3779B97F4A7C15U; // the golden ratio
    return hash ^ hash >> 29;
}

// Ids compare without case; setting the bit of case also makes a few other bytes alike, which a
// hash may do.
static uint64_t hash_id(Str id)
{
    const uint64_t lower = 0x2020202020202020U;
    uint64_t hash = id.len;
    size_t i = 0;
    for (; i + sizeof hash <= id.len; i += sizeof hash) {
        uint64_t word = 0;
        memcpy(&word, id.ptr + i, sizeof word);
        hash = mix(hash ^ (word | lower));
    }
    uint64_t word = 0;
    if (i < id.len) {
        memcpy(&word, id.ptr + i, id.len - i);
    }
    hash = mix(mix(hash ^ (word | lower)));
    return hash != 0 ? hash : 1;
}

static bool is_kept(uint64_t hash, uint32_t level)
{
    return level == 0 || hash >> (64 - level) == 0;
}

void repeats_note(const Repeats *repeats, Str id, Buf *notes)
{
    Note note = {.hash = hash_id(id), .len = id.len};
    if (id.len != 0 &&
        is_kept(note.hash, atomic_load_explicit(&repeats->level, memory_order_relaxed))) {
        buf_push(notes, (Str){(const char *)&note, sizeof note});
        buf_push(notes, id);
    }
}

static Kept *find_slot(Kept *slots, uint64_t slot_count, uint64_t hash)
{
    uint64_t at = hash & (slot_count - 1); // the leading bits are zeros for many
    while (slots[at].hash != 0 && slots[at].hash != hash) {
        at = (at + 1) & (slot_count - 1);
    }
    return &slots[at];
}

// Forgets about half of the ids: those whose hash has not one zero more. In place, because the
// arena would keep every old table: each id that stays is put in again, from the first slot after a
// free one, so that none is put where it is still to be read.
static void forget_half(Repeats *repeats)
{
    uint32_t level = atomic_load_explicit(&repeats->level, memory_order_relaxed) + 1;
    atomic_store_explicit(&repeats->level, level, memory_order_relaxed);
    uint64_t mask = repeats->slot_count - 1;
    uint64_t begin = 0;
    while (repeats->slots[begin].hash != 0) {
        begin++; // there are free ones
    }
    repeats->count = 0;
    for (uint64_t i = 1; i <= repeats->slot_count; i++) {
        Kept *slot = &repeats->slots[(begin + i) & mask];
        Kept kept = *slot;
        slot->hash = 0;
        if (kept.hash != 0 && is_kept(kept.hash, level)) {
            *find_slot(repeats->slots, repeats->slot_count, kept.hash) = kept;
            repeats->count++;
        }
    }
}

static uint32_t file_number(Repeats *repeats, Str file)
{
    if (repeats->file_count == 0 || !str_eq(repeats->files[repeats->file_count - 1], file)) {
        ARENA_ROOM(repeats->arena, repeats->files, repeats->file_count, repeats->file_cap);
        repeats->files[repeats->file_count++] = file;
    }
    return repeats->file_count - 1;
}

static void take_one(Repeats *repeats, uint64_t hash, Str id, uint32_t file)
{
    if (!is_kept(hash, atomic_load_explicit(&repeats->level, memory_order_relaxed))) {
        return;
    }
    Kept *slot = find_slot(repeats->slots, repeats->slot_count, hash);
    if (slot->hash == 0) {
        *slot = (Kept){.hash = hash, .file = file, .count = 1};
        repeats->count++;
        if (repeats->count > repeats->kept_max) {
            forget_half(repeats);
        }
        return;
    }
    slot->count++;
    if (repeats->first.id.len == 0) {
        repeats->first = (RepeatsFound){.id = str_copy(repeats->arena, id),
                                        .file = repeats->files[slot->file],
                                        .again = repeats->files[file]};
    }
}

void repeats_take(Repeats *repeats, Str notes, Str file)
{
    uint32_t number = file_number(repeats, file);
    while (notes.len != 0) {
        Note note;
        ASSERT(notes.len >= sizeof note);
        memcpy(&note, notes.ptr, sizeof note);
        notes = str_from(notes, sizeof note);
        take_one(repeats, note.hash, (Str){notes.ptr, (size_t)note.len}, number);
        notes = str_from(notes, (size_t)note.len);
    }
}

RepeatsFound repeats_found(const Repeats *repeats)
{
    RepeatsFound found = repeats->first;
    uint32_t level = atomic_load_explicit(&repeats->level, memory_order_relaxed);
    uint64_t count = 0;
    for (uint64_t i = 0; i < repeats->slot_count; i++) {
        const Kept *slot = &repeats->slots[i];
        count += slot->hash != 0 ? slot->count - 1U : 0U;
    }
    found.is_exact = level == 0;
    found.count = count << level;
    if (found.count == 0 && found.id.len != 0) {
        found.count = 1; // seen, and forgotten again: a few among very many
    }
    return found;
}
