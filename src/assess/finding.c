// SPDX-License-Identifier: Apache-2.0
#include "assess/finding.h"

#define FNV_OFFSET UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

uint64_t identity_of_text(Str text)
{
    uint64_t h = FNV_OFFSET;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        unsigned char folded = c >= 'A' && c <= 'Z' ? (unsigned char)(c | 0x20U) : c;
        h = (h ^ folded) * FNV_PRIME;
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
