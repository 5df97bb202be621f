// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.h"

#include "base/swar.h"

// Shape of a sequence by its first byte: how many bytes, and the range its second must be in. That
// range is what excludes overlong forms, surrogates and what lies beyond U+10FFFF.
typedef struct Lead {
    uint8_t len, second_low, second_high;
} Lead;

static Lead lead_of(unsigned char c)
{
    if (c < 0xc2 || c > 0xf4) {
        return (Lead){0};
    }
    if (c < 0xe0) {
        return (Lead){2, 0x80, 0xbf};
    }
    if (c < 0xf0) {
        return (Lead){3, c == 0xe0 ? 0xa0 : 0x80, c == 0xed ? 0x9f : 0xbf};
    }
    return (Lead){4, c == 0xf0 ? 0x90 : 0x80, c == 0xf4 ? 0x8f : 0xbf};
}

uint32_t utf8_take(Str s, size_t *at)
{
    const unsigned char *p = (const unsigned char *)s.ptr + *at;
    size_t left = s.len - *at;
    if (p[0] < 0x80) {
        *at += 1;
        return p[0];
    }
    Lead lead = lead_of(p[0]);
    bool is_valid =
        lead.len != 0 && lead.len <= left && p[1] >= lead.second_low && p[1] <= lead.second_high;
    uint32_t cp = p[0] & (0x7fU >> lead.len);
    for (size_t i = 1; is_valid && i < lead.len; i++) {
        is_valid = (p[i] & 0xc0U) == 0x80;
        cp = cp << 6 | (p[i] & 0x3fU);
    }
    if (!is_valid) {
        *at += 1;
        return UTF8_INVALID + (uint32_t)p[0];
    }
    *at += lead.len;
    return cp;
}

size_t utf8_put(char ret_bytes[4], uint32_t cp)
{
    ASSERT(cp < UTF8_INVALID);
    if (cp < 0x80) {
        ret_bytes[0] = (char)cp;
        return 1;
    }
    size_t len = cp < 0x800 ? 2 : 3;
    len += cp < 0x10000 ? 0U : 1U;
    for (size_t i = len - 1; i > 0; i--) {
        ret_bytes[i] = (char)(0x80U | (cp & 0x3fU));
        cp >>= 6;
    }
    ret_bytes[0] = (char)((0xf00U >> len & 0xf0U) | cp);
    return len;
}

size_t utf8_valid_len(Str s)
{
    size_t at = 0;
    while (at < s.len) {
        if (s.len - at >= 8 && swar_is_ascii(swar_load(s.ptr + at))) {
            at += 8;
            continue;
        }
        size_t before = at;
        if (utf8_take(s, &at) >= UTF8_INVALID) {
            return before;
        }
    }
    return s.len;
}
