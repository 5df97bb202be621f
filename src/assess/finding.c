// SPDX-License-Identifier: Apache-2.0
#include "assess/finding.h"

#include <string.h>

#define FNV_OFFSET UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

// Lower-case of eight ASCII letters at once; other bytes stay.
static uint64_t fold_eight(uint64_t word)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t low = word & 0x7f * ones;
    uint64_t from_a = low + (0x80 - 'A') * ones;
    uint64_t past_z = low + (0x80 - 'Z' - 1) * ones;
    uint64_t upper = from_a & ~past_z & ~word & 0x80 * ones;
    return word | upper >> 2;
}

static uint64_t little_endian(uint64_t word)
{
    return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? word : __builtin_bswap64(word);
}

// FNV-1a over words of eight bytes, little-endian, the last one filled up with zeros, and the
// length; ids are long and many.
uint64_t identity_of_text(Str text)
{
    uint64_t h = FNV_OFFSET ^ text.len;
    for (size_t at = 0; at < text.len; at += 8) {
        uint64_t word = 0;
        memcpy(&word, text.ptr + at, text.len - at < 8 ? text.len - at : 8);
        h = (h ^ fold_eight(little_endian(word))) * FNV_PRIME;
        h ^= h >> 32;
    }
    return h;
}

uint64_t identity_join(uint64_t rule, uint64_t resource)
{
    uint64_t h = rule;
    for (unsigned shift = 0; shift < 64; shift += 8) {
        h = (h ^ ((resource >> shift) & 0xFF)) * FNV_PRIME;
    }
    return h;
}

void identity_print(uint64_t identity, char ret_text[16])
{
    // Spreads eight hexadecimal digits over the bytes of a word, then makes them characters.
    const uint64_t ones = UINT64_C(0x0101010101010101);
    for (unsigned half = 0; half < 2; half++) {
        uint64_t word = half == 0 ? identity >> 32 : identity & UINT32_MAX;
        word = (word | word << 16) & UINT64_C(0x0000ffff0000ffff);
        word = (word | word << 8) & UINT64_C(0x00ff00ff00ff00ff);
        word = (word | word << 4) & 0x0f * ones;
        uint64_t letters = (word + 6 * ones) >> 4 & ones; // 1 where the digit is a to f
        word = word + '0' * ones + letters * ('a' - '0' - 10);
        word = little_endian(__builtin_bswap64(word)); // the highest digit first
        memcpy(ret_text + (size_t)8 * half, &word, 8);
    }
}
