// SPDX-License-Identifier: Apache-2.0
// Texts in UTF-8 or UTF-16, told by their first bytes, as UTF-8.
#include <string.h>

#include "base/utf8.h"
#include "json/read.h"

static uint32_t unit_at(Str s, size_t at)
{
    return (unsigned char)s.ptr[at] | (uint32_t)(unsigned char)s.ptr[at + 1] << 8;
}

// The code point whose first unit is at *at.
static bool take_utf16(Str s, size_t *at, uint32_t *ret_cp)
{
    uint32_t unit = unit_at(s, *at);
    *at += 2;
    *ret_cp = unit;
    if (unit < 0xd800 || unit > 0xdfff) {
        return true;
    }
    if (unit > 0xdbff || *at == s.len) {
        return false;
    }
    uint32_t low = unit_at(s, *at);
    *at += 2;
    *ret_cp = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
    return low >= 0xdc00 && low <= 0xdfff;
}

static bool from_utf16(Arena *arena, Str s, Str *ret_utf8, Err *err)
{
    if (s.len % 2 != 0) {
        return err_set(err, ERR_SYNTAX, (Span){0}, "UTF-16 text has an odd number of bytes");
    }
    size_t cap = 0;
    ASSERT(!ckd_mul(&cap, s.len / 2, (size_t)3)); // a unit is at most three bytes of UTF-8
    char *out = NEW_ARRAY(arena, char, cap);
    size_t len = 0;
    for (size_t at = 0; at < s.len;) {
        size_t start = at;
        uint32_t cp = 0;
        if (!take_utf16(s, &at, &cp)) {
            return err_set(err, ERR_SYNTAX, (Span){0},
                           "UTF-16 text has half of a surrogate pair at byte %zu", start);
        }
        char bytes[4];
        size_t size = utf8_put(bytes, cp);
        memcpy(out + len, bytes, size);
        len += size;
    }
    *ret_utf8 = (Str){out, len};
    return true;
}

// Without a mark UTF-16LE shows by its zero bytes: a document starts with an ASCII character.
bool json_to_utf8(Arena *arena, Str bytes, Str *ret_utf8, Err *err)
{
    if (str_starts(bytes, STR("\xef\xbb\xbf"))) {
        *ret_utf8 = (Str){bytes.ptr + 3, bytes.len - 3};
        return true;
    }
    if (str_starts(bytes, STR("\xff\xfe"))) {
        return from_utf16(arena, (Str){bytes.ptr + 2, bytes.len - 2}, ret_utf8, err);
    }
    if (str_starts(bytes, STR("\xfe\xff"))) {
        return err_set(err, ERR_SYNTAX, (Span){0},
                       "the text is UTF-16 with the high byte first: write it as UTF-8");
    }
    if (bytes.len >= 2 && bytes.ptr[0] != '\0' && bytes.ptr[1] == '\0') {
        return from_utf16(arena, bytes, ret_utf8, err);
    }
    *ret_utf8 = bytes;
    return true;
}
