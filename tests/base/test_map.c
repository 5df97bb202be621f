// SPDX-License-Identifier: Apache-2.0
#include "base/map.h"

#include "base/hash.h"
#include "base/swar.h"
#include "t.h"

TEST(map_find_in_an_empty_map)
{
    Arena arena;
    arena_init(&arena, 1 << 20);
    Map map;
    map_init(&map, &arena, MAP_EXACT);
    CHECK(map_find(&map, STR("a")) == MAP_NONE && map_find(&map, (Str){0}) == MAP_NONE);
    arena_free(&arena);
}

TEST(map_put_keeps_what_stands)
{
    Arena arena;
    arena_init(&arena, 1 << 20);
    Map map;
    map_init(&map, &arena, MAP_EXACT);
    char key[] = "key";
    CHECK(map_put(&map, (Str){key, 3}, 7) == 7);
    key[0] = 'x'; // the map has its own copy
    CHECK(map_put(&map, STR("key"), 8) == 7 && map_find(&map, STR("key")) == 7);
    CHECK(map_find(&map, STR("Key")) == MAP_NONE && map_find(&map, STR("ke")) == MAP_NONE);
    CHECK(map_put(&map, (Str){0}, 9) == 9 && map_find(&map, STR("")) == 9);
    CHECK(map.count == 2 && str_eq(map.entries[0].key, STR("key")));
    arena_free(&arena);
}

// Keys of every length from 1 to 40, 10,000 of them, in order of first sight.
TEST(map_intern_is_dense_through_growth)
{
    Arena arena;
    arena_init(&arena, 1 << 26);
    Map map;
    map_init(&map, &arena, MAP_EXACT);
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < 10000; i++) {
            char key[48];
            int len = snprintf(key, sizeof key, "%0*u", (int)(5 + i % 36), i);
            CHECK(map_intern(&map, (Str){key, (size_t)len}) == i);
        }
    }
    CHECK(map.count == 10000);
    arena_free(&arena);
}

TEST(map_nocase_folds_ascii_only)
{
    Arena arena;
    arena_init(&arena, 1 << 20);
    Map map;
    map_init(&map, &arena, MAP_NOCASE);
    CHECK(map_intern(&map, STR("Microsoft.Compute/virtualMachines")) == 0);
    CHECK(map_find(&map, STR("microsoft.compute/VIRTUALMACHINES")) == 0);
    CHECK(map_find(&map, STR("microsoft.compute/VIRTUALMACHINE")) == MAP_NONE);
    CHECK(map_intern(&map, STR("\xc3\x89")) == 1 && map_intern(&map, STR("\xc3\xa9")) == 2);
    CHECK(map_intern(&map, STR("@[")) == 3 && map_intern(&map, STR("`{")) == 4);
    CHECK(str_eq(map.entries[0].key, STR("Microsoft.Compute/virtualMachines")));
    arena_free(&arena);
}

// swar_eq and swar_eq_nocase against the bytes one by one, at every length and difference.
TEST(swar_compares_every_byte)
{
    for (size_t len = 1; len <= 33; len++) {
        for (size_t at = 0; at < len; at++) {
            char a[40] = "abcdefghijklmnopqrstuvwxyzabcdefghijklm";
            char b[40] = "abcdefghijklmnopqrstuvwxyzabcdefghijklm";
            CHECK(swar_eq(a, b, len) && swar_eq_nocase(a, b, len));
            b[at] = (char)(b[at] - 32);
            CHECK(!swar_eq(a, b, len) && swar_eq_nocase(a, b, len));
            b[at] = '!';
            CHECK(!swar_eq(a, b, len) && !swar_eq_nocase(a, b, len));
        }
    }
    for (unsigned c = 0; c < 256; c++) {
        uint64_t word = SWAR_ONES * c;
        unsigned want = c >= 'A' && c <= 'Z' ? c + 32 : c;
        CHECK(swar_lower(word) == SWAR_ONES * want);
    }
}

TEST(swar_finds_a_byte_among_sixteen)
{
    for (uint32_t first = 0; first < 16; first++) {
        for (uint32_t second = 0; second < 16; second++) {
            char bytes[17] = ".0.0.\xaf.o.?.....";
            bytes[first] = '/';
            bytes[second] = '/';
            CHECK(swar_find16(bytes, '/') == (1U << first | 1U << second));
        }
    }
    CHECK(swar_load_little("\1\0\0\0\0\0\0\2") == 0x0200000000000001U);
}

TEST(hash_tells_lengths_and_bytes_apart)
{
    static const char zeros[64];
    for (size_t a = 0; a < 64; a++) {
        for (size_t b = 0; b < a; b++) {
            CHECK(hash_bytes(zeros, a, 0) != hash_bytes(zeros, b, 0));
        }
    }
    CHECK(hash_bytes(zeros, 8, 1) != hash_bytes(zeros, 8, 2));
    CHECK(hash_str((Str){0}) == hash_str(STR("")));
}
