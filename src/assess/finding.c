// SPDX-License-Identifier: Apache-2.0
#include "assess/finding.h"

#include <string.h>

#include "base/hash.h"
#include "base/swar.h"

// The first 256 bits of pi's fraction. They are part of what is stored, so they never change.
#define PI_A UINT64_C(0x243f6a8885a308d3)
#define PI_B UINT64_C(0x13198a2e03707344)
#define PI_C UINT64_C(0xa4093822299f31d0)
#define PI_D UINT64_C(0x082efa98ec4e6c89)

static uint64_t folded_at(const char *text)
{
    return swar_lower(swar_load_little(text));
}

// Two words a step, because ids are long and many. The last step reads the last sixteen bytes,
// some of them for the second time; a text shorter than that is filled up with zeros.
uint64_t identity_of_text(Str text)
{
    enum { STEP = 16 };
    char padded[STEP] = {0};
    const char *last = padded;
    uint64_t h = PI_A;
    if (text.len >= STEP) {
        last = text.ptr + text.len - STEP;
    } else if (text.len != 0) {
        memcpy(padded, text.ptr, text.len);
    }
    for (size_t at = 0; at + STEP < text.len; at += STEP) {
        h = hash_mix(folded_at(text.ptr + at) ^ PI_B, folded_at(text.ptr + at + 8) ^ h);
    }
    h = hash_mix(folded_at(last) ^ PI_B, folded_at(last + 8) ^ h);
    return hash_mix(h ^ PI_C, text.len ^ PI_D);
}

uint64_t identity_join(uint64_t rule, uint64_t resource)
{
    return hash_mix(rule ^ PI_C, resource ^ PI_D);
}

void identity_print(uint64_t identity, char ret_text[16])
{
    // Spreads eight hexadecimal digits over the bytes of a word, then makes them characters.
    const uint64_t ones = SWAR_ONES;
    for (unsigned half = 0; half < 2; half++) {
        uint64_t word = half == 0 ? identity >> 32 : identity & UINT32_MAX;
        word = (word | word << 16) & UINT64_C(0x0000ffff0000ffff);
        word = (word | word << 8) & UINT64_C(0x00ff00ff00ff00ff);
        word = (word | word << 4) & 0x0f * ones;
        uint64_t letters = (word + 6 * ones) >> 4 & ones; // 1 where the digit is a to f
        word = word + '0' * ones + letters * ('a' - '0' - 10);
        word = __builtin_bswap64(word); // the highest digit first
        word = swar_load_little(&word);
        memcpy(ret_text + (size_t)8 * half, &word, 8);
    }
}
