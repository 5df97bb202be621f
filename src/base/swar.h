// SPDX-License-Identifier: Apache-2.0
// swar — eight or sixteen bytes in one register: the ASCII fast paths of map, str and text.
// Depends on: base.  Thread-safe: pure.
#pragma once

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/base.h"

#define SWAR_ONES UINT64_C(0x0101010101010101)
#define SWAR_HIGH UINT64_C(0x8080808080808080)

static inline uint64_t swar_load(const void *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

// The same with the first byte lowest, on every machine.
static inline uint64_t swar_load_little(const void *at)
{
    uint64_t word = swar_load(at);
    return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? word : __builtin_bswap64(word);
}

// The len (0..7) bytes at as one word, without reading beyond them.
// Equal bytes give equal words for equal len; the order of the bytes in the word is not kept.
static inline uint64_t swar_load_short(const char *at, size_t len)
{
    const unsigned char *p = (const unsigned char *)at;
    if (len >= 4) {
        uint32_t lo;
        uint32_t hi;
        memcpy(&lo, p, 4);
        memcpy(&hi, p + len - 4, 4);
        return lo | ((uint64_t)hi << 32);
    }
    if (len == 0) {
        return 0;
    }
    return p[0] | ((uint64_t)p[len / 2] << 8) | ((uint64_t)p[len - 1] << 16);
}

// High bit set in each byte of 'A'..'Z'; bytes above 0x7f are never letters here.
static inline uint64_t swar_upper_mask(uint64_t word)
{
    uint64_t low7 = word & ~SWAR_HIGH;
    uint64_t beyond_z = low7 + SWAR_ONES * (0x7f - 'Z');
    uint64_t from_a = low7 + SWAR_ONES * (0x80 - 'A');
    return (from_a ^ beyond_z) & ~word & SWAR_HIGH;
}

// ASCII letters to lower case, every other byte unchanged.
static inline uint64_t swar_lower(uint64_t word)
{
    return word | (swar_upper_mask(word) >> 2);
}

static inline bool swar_is_ascii(uint64_t word)
{
    return (word & SWAR_HIGH) == 0;
}

// High bit set where a byte may be this one: where none is, it is not there.
static inline uint64_t swar_find(uint64_t word, unsigned byte)
{
    uint64_t differ = word ^ (SWAR_ONES * byte);
    return (differ - SWAR_ONES) & ~differ & SWAR_HIGH;
}

// Whether all bytes are ASCII. Looks at all of them at once rather than stopping at the first.
static inline bool swar_all_ascii(const char *at, size_t len)
{
    uint64_t word = 0;
    size_t i = 0;
    for (; i + 8 <= len; i += 8) {
        word |= swar_load(at + i);
    }
    for (; i < len; i++) {
        word |= (unsigned char)at[i];
    }
    return swar_is_ascii(word);
}

// The lowest bit of each byte, the lowest byte's first.
static inline uint64_t swar_low_bits(uint64_t word)
{
    return ((word & SWAR_ONES) * 0x0102040810204080U) >> 56;
}

// memcmp(a, b, len) == 0 without the call, for the short keys tables are full of.
static inline bool swar_eq(const char *a, const char *b, size_t len)
{
    if (len < 8) {
        return swar_load_short(a, len) == swar_load_short(b, len);
    }
    for (size_t i = 0; i + 8 < len; i += 8) {
        if (swar_load(a + i) != swar_load(b + i)) {
            return false;
        }
    }
    return swar_load(a + len - 8) == swar_load(b + len - 8);
}

// The same, ASCII case ignored.
static inline bool swar_eq_nocase(const char *a, const char *b, size_t len)
{
    if (len < 8) {
        return swar_lower(swar_load_short(a, len)) == swar_lower(swar_load_short(b, len));
    }
    for (size_t i = 0; i + 8 < len; i += 8) {
        if (swar_lower(swar_load(a + i)) != swar_lower(swar_load(b + i))) {
            return false;
        }
    }
    return swar_lower(swar_load(a + len - 8)) == swar_lower(swar_load(b + len - 8));
}

// A bit for each of sixteen bytes that is c.
static inline uint32_t swar_find16(const char *at, char c)
{
#ifdef __SSE2__
    return (uint32_t)_mm_movemask_epi8(
        _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(const void *)at), _mm_set1_epi8(c)));
#else
    uint32_t found = 0;
    for (uint32_t i = 0; i < 16; i++) {
        found |= (uint32_t)(at[i] == c) << i;
    }
    return found;
#endif
}
