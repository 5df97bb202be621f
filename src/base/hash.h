// SPDX-License-Identifier: Apache-2.0
// hash — one fast 64-bit hash for tables in memory. Not for secrets; hash_bytes not for storage,
// hash_mix wherever whoever stores it brings constants of its own.
// Depends on: base.  Thread-safe: pure.
#pragma once

#include <string.h>

#include "base/str.h"

// Both halves of the product folded into one: every bit of the result hangs on all of a and b.
static inline uint64_t hash_mix(uint64_t a, uint64_t b)
{
    __extension__ typedef unsigned __int128 U128;
    U128 product = (U128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

// Source: the multiply-fold construction of wyhash (public domain), reduced to what tables need.
static inline uint64_t hash_bytes(const void *bytes, size_t len, uint64_t seed)
{
    const unsigned char *p = bytes;
    uint64_t h = seed ^ 0x9e3779b97f4a7c15U;
    uint64_t total = len;
    while (len > 16) {
        uint64_t a;
        uint64_t b;
        memcpy(&a, p, 8);
        memcpy(&b, p + 8, 8);
        h = hash_mix(a ^ 0xa0761d6478bd642fU, b ^ h);
        p += 16;
        len -= 16;
    }
    uint64_t a = 0;
    uint64_t b = 0;
    if (len >= 8) {
        memcpy(&a, p, 8);
        memcpy(&b, p + len - 8, 8);
    } else if (len >= 4) {
        uint32_t lo;
        uint32_t hi;
        memcpy(&lo, p, 4);
        memcpy(&hi, p + len - 4, 4);
        a = lo;
        b = hi;
    } else if (len > 0) {
        a = ((uint64_t)p[0] << 16) | ((uint64_t)p[len / 2] << 8) | p[len - 1];
    }
    // The length goes in by itself: beside the bytes it would cancel against them ("n2", "n23").
    uint64_t bytes_hash = hash_mix(a ^ 0xe7037ed1a0b428dbU, b ^ h);
    return hash_mix(bytes_hash ^ 0x8ebc6af09c88c6e3U, total ^ 0x589965cc75374cc3U);
}

static inline uint64_t hash_str(Str s)
{
    return hash_bytes(s.ptr, s.len, 0);
}
