// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <string.h>

#include "base/casing.h"
#include "base/swar.h"
#include "base/utf8.h"

// What two code points must share to be equal when case is ignored. Bytes that are not UTF-8 lie
// above every code point and stay themselves.
static uint32_t take_folded(Str s, size_t *at)
{
    return casing_upper(utf8_take(s, at));
}

static Str tail_from(Str s, size_t at)
{
    return at == 0 ? s : (Str){s.ptr + at, s.len - at};
}

// <0, 0, >0 like strcmp. Where both texts have eight ASCII bytes they are compared at once.
int text_cmp_nocase(Str a, Str b)
{
    size_t i = 0;
    size_t j = 0;
    while (i < a.len && j < b.len) {
        if (a.len - i >= 8 && b.len - j >= 8) {
            uint64_t x = swar_load(a.ptr + i);
            uint64_t y = swar_load(b.ptr + j);
            if (swar_is_ascii(x | y) && swar_lower(x) == swar_lower(y)) {
                i += 8;
                j += 8;
                continue;
            }
        }
        uint32_t x = take_folded(a, &i);
        uint32_t y = take_folded(b, &j);
        if (x != y) {
            return x < y ? -1 : 1;
        }
    }
    return (i < a.len) - (j < b.len);
}

bool text_eq_nocase(Str a, Str b)
{
    size_t i = 0;
    if (a.len == b.len) { // nearly always: only some pairs outside ASCII differ in length
        for (; i + 8 <= a.len; i += 8) {
            uint64_t x = swar_load(a.ptr + i);
            uint64_t y = swar_load(b.ptr + i);
            if (!swar_is_ascii(x | y)) {
                break;
            }
            if (swar_lower(x) != swar_lower(y)) {
                return false;
            }
        }
        if (i == a.len) {
            return true;
        }
    }
    return text_cmp_nocase(tail_from(a, i), tail_from(b, i)) == 0;
}

int text_cmp(Str a, Str b)
{
    // UTF-8 sorts by bytes as it does by code points.
    size_t shared = a.len < b.len ? a.len : b.len;
    int order = shared != 0 ? memcmp(a.ptr, b.ptr, shared) : 0;
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

// Steps over prefix at *at of s, ignoring case.
static bool take_prefix(Str s, size_t *at, Str prefix)
{
    size_t i = *at;
    size_t j = 0;
    while (j < prefix.len) {
        if (i == s.len || take_folded(s, &i) != take_folded(prefix, &j)) {
            return false;
        }
    }
    *at = i;
    return true;
}

bool text_starts_nocase(Str s, Str prefix)
{
    size_t at = 0;
    return take_prefix(s, &at, prefix);
}

// Where a code point starts, at or before that byte.
static size_t start_before(Str s, size_t at)
{
    size_t start = at;
    while (start > 0 && at - start < 3 && ((unsigned char)s.ptr[start] & 0xc0U) == 0x80) {
        start--;
    }
    size_t end = start;
    (void)utf8_take(s, &end);
    return end > at ? start : at; // a stray continuation byte stands for itself
}

static bool is_ascii(Str s)
{
    return swar_all_ascii(s.ptr, s.len);
}

// The bit that a byte's two cases differ in, where every byte is ASCII.
static unsigned char case_bit(unsigned char byte)
{
    return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z' ? 0x20 : 0;
}

// How many of the next eight places cannot begin with these two bytes.
static size_t places_without(const char *at, const unsigned char *two)
{
    unsigned char first = case_bit(two[0]);
    unsigned char second = case_bit(two[1]);
    uint64_t places = swar_find(swar_load_little(at) | SWAR_ONES * first, two[0] | first) &
                      swar_find(swar_load_little(at + 1) | SWAR_ONES * second, two[1] | second);
    return places == 0 ? 8 : (size_t)__builtin_ctzll(places) / 8;
}

// The first place from i on that may begin with the first two bytes of a needle.
static size_t likely_place(Str s, size_t i, Str needle)
{
    while (needle.len > 1 && s.len - i > 8) {
        size_t without = places_without(s.ptr + i, (const unsigned char *)needle.ptr);
        i += without;
        if (without < 8) {
            break;
        }
    }
    return i;
}

static ptrdiff_t find_ascii(Str s, Str needle)
{
    size_t i = likely_place(s, 0, needle);
    while (i + needle.len <= s.len) {
        if (str_eq_nocase((Str){s.ptr + i, needle.len}, needle)) {
            return (ptrdiff_t)i;
        }
        i = likely_place(s, i + 1, needle);
    }
    return -1;
}

ptrdiff_t text_find_nocase(Str s, Str needle)
{
    if (needle.len == 0) {
        return 0;
    }
    if (is_ascii(s) && is_ascii(needle)) {
        return find_ascii(s, needle);
    }
    size_t at = 0;
    uint32_t first = take_folded(needle, &at);
    for (size_t i = 0; i < s.len;) {
        size_t start = i;
        size_t end = start;
        if (take_folded(s, &i) == first && take_prefix(s, &end, needle)) {
            return (ptrdiff_t)start;
        }
    }
    return -1;
}

ptrdiff_t text_rfind_nocase(Str s, Str needle)
{
    if (needle.len == 0) {
        return (ptrdiff_t)s.len;
    }
    for (size_t i = s.len; i > 0;) {
        i = start_before(s, i - 1);
        size_t end = i;
        if (take_prefix(s, &end, needle)) {
            return (ptrdiff_t)i;
        }
    }
    return -1;
}

bool text_ends_nocase(Str s, Str suffix)
{
    // From the back, because the two may differ in bytes where they are equal in letters.
    size_t i = s.len;
    size_t j = suffix.len;
    while (j > 0) {
        if (i == 0) {
            return false;
        }
        i = start_before(s, i - 1);
        j = start_before(suffix, j - 1);
        size_t at = i;
        size_t suffix_at = j;
        if (take_folded(s, &at) != take_folded(suffix, &suffix_at)) {
            return false;
        }
    }
    return true;
}

static Str map_case(Arena *arena, Str s, uint32_t (*map)(uint32_t cp))
{
    if (s.len == 0) {
        return (Str){0};
    }
    // A mapping may need one byte more than its origin: two become three.
    size_t cap = 0;
    ASSERT(!ckd_add(&cap, s.len, s.len / 2 + 1));
    bool narrow = is_ascii(s);
    char *out = NEW_ARRAY(arena, char, narrow ? s.len : cap);
    size_t len = 0;
    for (size_t at = 0; at < s.len;) {
        size_t start = at;
        uint32_t cp = utf8_take(s, &at);
        if (cp >= UTF8_INVALID) {
            out[len++] = s.ptr[start];
        } else {
            char bytes[4];
            size_t size = utf8_put(bytes, map(cp));
            memcpy(out + len, bytes, size);
            len += size;
        }
        ASSERT(len <= cap);
    }
    return (Str){out, len};
}

Str text_upper(Arena *arena, Str s)
{
    return map_case(arena, s, casing_upper);
}

Str text_lower(Arena *arena, Str s)
{
    return map_case(arena, s, casing_lower);
}

bool text_is_utf8(Str s)
{
    return utf8_valid_len(s) == s.len;
}

// UTF-16 code units of one code point. A byte that is not UTF-8 counts as one.
static size_t units_of(uint32_t cp)
{
    return cp >= 0x10000 && cp < UTF8_INVALID ? 2 : 1;
}

size_t text_utf16_len(Str s)
{
    return text_utf16_at(s, s.len);
}

size_t text_utf16_at(Str s, size_t byte_offset)
{
    size_t end = byte_offset < s.len ? byte_offset : s.len;
    size_t units = 0;
    for (size_t at = 0; at < end;) {
        if (end - at >= 8 && swar_is_ascii(swar_load(s.ptr + at))) {
            at += 8;
            units += 8;
        } else {
            units += units_of(utf8_take(s, &at));
        }
    }
    return units;
}

size_t text_byte_at(Str s, size_t utf16_offset)
{
    size_t at = 0;
    for (size_t units = 0; at < s.len && units < utf16_offset;) {
        size_t next = at;
        units += units_of(utf8_take(s, &next));
        if (units > utf16_offset) {
            break; // between the halves of a pair: before it
        }
        at = next;
    }
    return at;
}

bool text_like(Str s, Str pattern)
{
    StrCut cut = str_cut(pattern, '*');
    if (!cut.found) {
        return text_eq_nocase(s, pattern);
    }
    size_t at = 0;
    if (!take_prefix(s, &at, cut.head)) {
        return false;
    }
    // Each part between stars at its first place; the last part at the end of what is left.
    for (cut = str_cut(cut.tail, '*'); cut.found; cut = str_cut(cut.tail, '*')) {
        ptrdiff_t found = text_find_nocase(tail_from(s, at), cut.head);
        if (found < 0) {
            return false;
        }
        at += (size_t)found;
        if (!take_prefix(s, &at, cut.head)) {
            UNREACHABLE("what was found is there");
        }
    }
    return text_ends_nocase(tail_from(s, at), cut.head);
}

static bool match_one(uint32_t cp, uint32_t want, bool ignore_case)
{
    switch (want) {
    case '#':
        return cp >= '0' && cp <= '9';
    case '?':
        return casing_is_letter(cp);
    case '.':
        return true;
    default:
        return cp == want || (ignore_case && casing_upper(cp) == casing_upper(want));
    }
}

bool text_match(Str s, Str pattern, bool ignore_case)
{
    size_t i = 0;
    size_t j = 0;
    while (i < s.len && j < pattern.len) {
        uint32_t cp = utf8_take(s, &i);
        if (!match_one(cp, utf8_take(pattern, &j), ignore_case)) {
            return false;
        }
    }
    return i == s.len && j == pattern.len;
}
