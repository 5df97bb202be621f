// SPDX-License-Identifier: Apache-2.0
// Joins take a hash for the key itself, so different texts must have different hashes.
#include "t.h"

#include "base/hash.h"

enum { LETTERS = 9, TEXT_MAX = 4, TEXTS = 1 + 9 + 81 + 729 + 6561 };

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return x < y ? -1 : x > y ? 1 : 0;
}

// Hashes of every text of up to four letters, behind a common beginning.
static uint32_t all_hashes(Str before, uint64_t seed, uint64_t *hashes)
{
    static const char letters[LETTERS + 1] = "abn123/-?";
    uint32_t count = 0;
    for (uint32_t len = 0; len <= TEXT_MAX; len++) {
        uint32_t texts = 1;
        for (uint32_t i = 0; i < len; i++) {
            texts *= LETTERS;
        }
        for (uint32_t text = 0; text < texts; text++) {
            char bytes[64];
            size_t at = 0;
            for (; at < before.len; at++) {
                bytes[at] = before.ptr[at];
            }
            for (uint32_t i = 0, rest = text; i < len; i++, rest /= LETTERS) {
                bytes[at++] = letters[rest % LETTERS];
            }
            hashes[count++] = hash_bytes(bytes, at, seed);
        }
    }
    return count;
}

TEST(short_texts_do_not_meet)
{
    static uint64_t hashes[TEXTS];
    static const Str beginnings[] = {
        STR_INIT(""),        STR_INIT("x"),        STR_INIT("xyz"),
        STR_INIT("xyz4567"), STR_INIT("xyz4567x"), STR_INIT("0123456789abcdef"),
    };
    static const uint64_t seeds[] = {0, 1, UINT64_C(0x123456789abcdef0), ~UINT64_C(0)};
    for (size_t b = 0; b < COUNTOF(beginnings); b++) {
        for (size_t s = 0; s < COUNTOF(seeds); s++) {
            uint32_t count = all_hashes(beginnings[b], seeds[s], hashes);
            CHECK(count == TEXTS);
            qsort(hashes, count, sizeof hashes[0], by_value);
            uint32_t same = 0;
            for (uint32_t i = 1; i < count; i++) {
                same += hashes[i] == hashes[i - 1] ? 1 : 0;
            }
            CHECK_ROW(beginnings[b].ptr, same == 0);
        }
    }
}

TEST(the_seed_matters)
{
    CHECK(hash_bytes("abc", 3, 1) != hash_bytes("abc", 3, 2));
    CHECK(hash_bytes("", 0, 1) != hash_bytes("", 0, 2));
}
