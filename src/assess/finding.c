// SPDX-License-Identifier: Apache-2.0
#include "assess/finding.h"

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

// FNV-1a over words of eight bytes, little-endian, the last one filled up with zeros, and the
// length; ids are long and many.
uint64_t identity_of_text(Str text)
{
    uint64_t h = FNV_OFFSET ^ text.len;
    for (size_t at = 0; at < text.len; at += 8) {
        uint64_t word = 0;
        size_t n = text.len - at < 8 ? text.len - at : 8;
        for (size_t i = 0; i < n; i++) {
            word |= (uint64_t)(unsigned char)text.ptr[at + i] << (8 * i);
        }
        h = (h ^ fold_eight(word)) * FNV_PRIME;
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
    for (unsigned i = 0; i < 16; i++) {
        ret_text[i] = "0123456789abcdef"[(identity >> (60 - 4 * i)) & 0xF];
    }
}
