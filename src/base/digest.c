// SPDX-License-Identifier: Apache-2.0
#include "base/digest.h"

#include <string.h>

static uint32_t rotl(uint32_t x, unsigned bits)
{
    return x << bits | x >> (32U - bits);
}

typedef enum Mixing { MIX_CHOOSE, MIX_PARITY, MIX_MAJORITY } Mixing;

static inline uint32_t mix(Mixing mixing, uint32_t b, uint32_t c, uint32_t d)
{
    return mixing == MIX_CHOOSE   ? d ^ (b & (c ^ d))
           : mixing == MIX_PARITY ? b ^ c ^ d
                                  : (b & c) | (d & (b | c));
}

// The word of a step, from the sixteen before it: a ring, so that one waits for another no longer
// than it must.
static inline uint32_t scheduled(uint32_t w[16], size_t t)
{
    if (t >= 16) {
        uint32_t mixed = w[(t - 3) % 16] ^ w[(t - 8) % 16] ^ w[(t - 14) % 16] ^ w[t % 16];
        w[t % 16] = rotl(mixed, 1);
    }
    return w[t % 16];
}

// Twenty of the eighty steps, which mix in one way. Five at a time, so that values change their
// roles rather than their places.
static inline void sha1_round(uint32_t s[5], uint32_t w[16], size_t first, Mixing mixing,
                              uint32_t constant)
{
    for (size_t t = first; t < first + 20; t += 5) {
        for (size_t i = 0; i < 5; i++) {
            uint32_t *b = &s[(6 - i) % 5];
            uint32_t *e = &s[4 - i];
            *e += rotl(s[(5 - i) % 5], 5) + mix(mixing, *b, s[(7 - i) % 5], s[(8 - i) % 5]) +
                  constant + scheduled(w, t + i);
            *b = rotl(*b, 30);
        }
    }
}

// One 64-byte block. Source: FIPS 180-4 §6.1.2.
static void sha1_block(uint32_t state[5], const uint8_t block[64])
{
    uint32_t w[16];
    for (size_t t = 0; t < 16; t++) {
        const uint8_t *p = block + 4 * t;
        w[t] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    }
    uint32_t s[5];
    memcpy(s, state, sizeof s);
    sha1_round(s, w, 0, MIX_CHOOSE, 0x5a827999);
    sha1_round(s, w, 20, MIX_PARITY, 0x6ed9eba1);
    sha1_round(s, w, 40, MIX_MAJORITY, 0x8f1bbcdc);
    sha1_round(s, w, 60, MIX_PARITY, 0xca62c1d6);
    for (size_t i = 0; i < 5; i++) {
        state[i] += s[i];
    }
}

typedef struct Sha1 {
    uint32_t state[5];
    uint8_t block[64];
    size_t used;
    uint64_t total;
} Sha1;

static void sha1_add(Sha1 *sha, Str bytes)
{
    sha->total += bytes.len;
    while (bytes.len != 0) {
        size_t room = sizeof sha->block - sha->used;
        size_t len = bytes.len < room ? bytes.len : room;
        memcpy(sha->block + sha->used, bytes.ptr, len);
        sha->used += len;
        bytes = str_from(bytes, len);
        if (sha->used == sizeof sha->block) {
            sha1_block(sha->state, sha->block);
            sha->used = 0;
        }
    }
}

static Sha1 sha1_start(void)
{
    return (Sha1){.state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0}};
}

static void sha1_finish(Sha1 *sha, uint8_t ret_hash[20])
{
    uint64_t bits = sha->total * 8;
    sha1_add(sha, STR("\x80"));
    while (sha->used != 56) {
        sha1_add(sha, STR("\0"));
    }
    char length[8];
    for (unsigned i = 0; i < 8; i++) {
        length[i] = (char)(bits >> (56 - 8 * i));
    }
    sha1_add(sha, (Str){length, sizeof length});
    for (unsigned i = 0; i < 20; i++) {
        ret_hash[i] = (uint8_t)(sha->state[i / 4] >> (24 - 8 * (i % 4)));
    }
}

void digest_sha1(Str bytes, uint8_t ret_hash[20])
{
    Sha1 sha = sha1_start();
    sha1_add(&sha, bytes);
    sha1_finish(&sha, ret_hash);
}

void digest_uuid5(const uint8_t name_space[16], Str name, char ret_text[37])
{
    uint8_t hash[20];
    Sha1 sha = sha1_start();
    sha1_add(&sha, (Str){(const char *)name_space, 16});
    sha1_add(&sha, name);
    sha1_finish(&sha, hash);
    hash[6] = (uint8_t)((hash[6] & 0x0fU) | 0x50U); // version 5
    hash[8] = (uint8_t)((hash[8] & 0x3fU) | 0x80U); // variant of RFC 9562

    static const char digits[] = "0123456789abcdef";
    size_t at = 0;
    for (size_t i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            ret_text[at++] = '-';
        }
        ret_text[at++] = digits[hash[i] >> 4];
        ret_text[at++] = digits[hash[i] & 0x0fU];
    }
    ret_text[at] = '\0';
}

static uint32_t avalanche(uint32_t h)
{
    h = (h ^ h >> 16) * 0x85ebca6bU;
    h = (h ^ h >> 13) * 0xc2b2ae35U;
    return h ^ h >> 16;
}

// Up to four bytes, least significant first; missing ones are zero.
static uint32_t load_le(Str bytes, size_t at)
{
    uint32_t word = 0;
    for (size_t i = 0; i < 4 && at + i < bytes.len; i++) {
        word |= (uint32_t)(uint8_t)bytes.ptr[at + i] << (8 * i);
    }
    return word;
}

// Two 32-bit lanes of MurmurHash3, seed 0. A template deployment's uniqueString is known to be a
// murmur hash of 64 bits in 13 letters of base 32; that this one gives the same letters as the
// cloud does could not be verified. It is deterministic, which is what a name needs.
static uint64_t murmur64(Str bytes)
{
    static const uint32_t mul_a = 0x239b961b;
    static const uint32_t mul_b = 0xab0e9789;
    uint32_t h1 = 0;
    uint32_t h2 = 0;
    size_t at = 0;
    for (; at + 8 <= bytes.len; at += 8) {
        h1 ^= rotl(load_le(bytes, at) * mul_a, 15) * mul_b;
        h1 = (rotl(h1, 19) + h2) * 5 + 0x561ccd1bU;
        h2 ^= rotl(load_le(bytes, at + 4) * mul_b, 17) * mul_a;
        h2 = (rotl(h2, 13) + h1) * 5 + 0x0bcaa747U;
    }
    h1 ^= rotl(load_le(bytes, at) * mul_a, 15) * mul_b; // zero bytes change nothing
    h2 ^= rotl(load_le(bytes, at + 4) * mul_b, 17) * mul_a;
    h1 ^= (uint32_t)bytes.len;
    h2 ^= (uint32_t)bytes.len;
    h1 += h2;
    h2 += h1;
    h1 = avalanche(h1);
    h2 = avalanche(h2);
    h1 += h2;
    h2 += h1;
    return (uint64_t)h2 << 32 | h1;
}

void digest_unique13(Str name, char ret_text[14])
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
    uint64_t hash = murmur64(name);
    for (size_t i = 0; i < 13; i++) {
        ret_text[i] = letters[hash >> 59];
        hash <<= 5;
    }
    ret_text[13] = '\0';
}
