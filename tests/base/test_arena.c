// SPDX-License-Identifier: Apache-2.0
#include "base/arena.h"

#include <string.h>

#include "t.h"

static bool is_zero(const unsigned char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    return true;
}

TEST(arena_gives_aligned_zeroed_memory)
{
    Arena arena;
    arena_init(&arena, 1 << 24);
    CHECK(arena.used_bytes == 0 && arena.head == NULL);
    for (Gen g = {0}; gen_next(&g);) {
        size_t align = (size_t)1 << gen_below(&g, 5);
        size_t size = gen_below(&g, 40);
        unsigned char *bytes = arena_push(&arena, size, 1, align);
        CHECK((uintptr_t)bytes % align == 0 && is_zero(bytes, size));
        memset(bytes, 0xff, size);
    }
    arena_free(&arena);
    arena_free(&arena); // an empty one may be freed again
    CHECK(arena.used_bytes == 0 && arena.head == NULL);
}

TEST(arena_rewind_gives_the_same_memory_again_zeroed)
{
    Arena arena;
    arena_init(&arena, 1 << 24);
    ArenaMark empty = arena_mark(&arena);
    char *kept = NEW_ARRAY(&arena, char, 10);
    memcpy(kept, "kept bytes", 10);
    ArenaMark mark = arena_mark(&arena);
    unsigned char *first = NEW_ARRAY(&arena, unsigned char, 100);
    memset(first, 0xff, 100);
    volatile uintptr_t where = (uintptr_t)first; // compilers take two allocations for different
    (void)NEW_ARRAY(&arena, char, 1 << 20);      // a chunk of its own
    arena_rewind(&arena, mark);
    CHECK(arena.used_bytes == mark.used_bytes && memcmp(kept, "kept bytes", 10) == 0);
    unsigned char *again = NEW_ARRAY(&arena, unsigned char, 100);
    CHECK((uintptr_t)again == where && is_zero(again, 100));
    arena_rewind(&arena, empty);
    CHECK(arena.used_bytes == 0 && arena.head == NULL);
    arena_free(&arena);
}

TEST(arena_serves_to_its_limit)
{
    Arena arena;
    arena_init(&arena, 200000);
    for (int i = 0; i < 3; i++) {
        char *bytes = NEW_ARRAY(&arena, char, 60000);
        bytes[0] = bytes[59999] = 'x';
    }
    CHECK(arena.used_bytes >= 180000 && arena.used_bytes <= 200000);
    arena_free(&arena);
}
