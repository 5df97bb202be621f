// SPDX-License-Identifier: Apache-2.0
#include "base/ip.h"

#include <string.h>

enum { V4_AT = 12, V6_GROUPS = 8 };

// Decimal without sign or leading zero, at most high.
static bool parse_small(Str s, uint32_t high, uint32_t *ret_value)
{
    if (s.len == 0 || s.len > 3 || (s.len > 1 && s.ptr[0] == '0')) {
        return false;
    }
    uint32_t value = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9') {
            return false;
        }
        value = value * 10 + (uint32_t)(s.ptr[i] - '0');
    }
    *ret_value = value;
    return value <= high;
}

static bool parse_v4(Str s, uint8_t ret_bytes[4])
{
    Str rest = s;
    for (int i = 0; i < 4; i++) {
        StrCut cut = str_cut(rest, '.');
        uint32_t value = 0;
        TRY(parse_small(cut.head, 255, &value) && cut.found == (i < 3));
        ret_bytes[i] = (uint8_t)value;
        rest = cut.tail;
    }
    return true;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// One to four hexadecimal digits from *at on.
static bool take_group(Str s, size_t *at, uint8_t ret_pair[2])
{
    uint32_t value = 0;
    size_t digits = 0;
    for (; *at < s.len && hex_value(s.ptr[*at]) >= 0; (*at)++, digits++) {
        value = (value << 4 | (uint32_t)hex_value(s.ptr[*at])) & 0xfffffU;
    }
    ret_pair[0] = (uint8_t)(value >> 8 & 0xffU);
    ret_pair[1] = (uint8_t)value;
    return digits >= 1 && digits <= 4;
}

// Where the groups stand so far and where "::" was, as a count of bytes; gap < 0: none.
typedef struct V6 {
    uint8_t bytes[16];
    int len, gap;
} V6;

static bool v6_groups(Str s, V6 *v6)
{
    size_t at = 0;
    if (s.len >= 2 && s.ptr[0] == ':' && s.ptr[1] == ':') {
        v6->gap = 0;
        at = 2;
    }
    while (at < s.len) {
        Str rest = {s.ptr + at, s.len - at};
        if (v6->len <= 12 && memchr(rest.ptr, '.', rest.len) != NULL &&
            memchr(rest.ptr, ':', rest.len) == NULL) {
            v6->len += 4;
            return parse_v4(rest, v6->bytes + v6->len - 4);
        }
        TRY(v6->len < 2 * V6_GROUPS && take_group(s, &at, v6->bytes + v6->len));
        v6->len += 2;
        if (at == s.len) {
            return true;
        }
        TRY(s.ptr[at++] == ':' && at < s.len);
        if (s.ptr[at] != ':') {
            continue;
        }
        TRY(v6->gap < 0);
        v6->gap = v6->len;
        at++;
    }
    return v6->gap == v6->len; // only "::" may stand at the end
}

static bool parse_v6(Str s, uint8_t ret_bytes[16])
{
    V6 v6 = {.gap = -1};
    TRY(v6_groups(s, &v6));
    if (v6.gap < 0) {
        TRY(v6.len == 16);
        memcpy(ret_bytes, v6.bytes, 16);
        return true;
    }
    TRY(v6.len <= 14); // "::" stands for at least one group
    memset(ret_bytes, 0, 16);
    memcpy(ret_bytes, v6.bytes, (size_t)v6.gap);
    size_t after = (size_t)(v6.len - v6.gap);
    memcpy(ret_bytes + 16 - after, v6.bytes + v6.gap, after);
    return true;
}

static bool parse_address(Str s, bool *ret_is_v6, uint8_t ret_bytes[16])
{
    if (s.len == 0) {
        return false;
    }
    *ret_is_v6 = memchr(s.ptr, ':', s.len) != NULL;
    memset(ret_bytes, 0, 16);
    return *ret_is_v6 ? parse_v6(s, ret_bytes) : parse_v4(s, ret_bytes + V4_AT);
}

// Clears the host bits of first and sets them in last.
static void apply_prefix(IpRange *range, uint32_t prefix_bits)
{
    uint32_t bit = prefix_bits + (range->is_v6 ? 0U : V4_AT * 8U);
    for (; bit < 128; bit++) {
        uint8_t mask = (uint8_t)(0x80U >> (bit % 8));
        range->first[bit / 8] &= (uint8_t)~mask;
        range->last[bit / 8] |= mask;
    }
}

static bool parse_from_to(Str first, Str last, IpRange *ret_range)
{
    bool last_is_v6 = false;
    TRY(parse_address(first, &ret_range->is_v6, ret_range->first));
    TRY(parse_address(last, &last_is_v6, ret_range->last));
    return ret_range->is_v6 == last_is_v6 && memcmp(ret_range->first, ret_range->last, 16) <= 0;
}

static bool parse_block(Str text, IpRange *ret_range)
{
    StrCut slash = str_cut(text, '/');
    uint32_t prefix_bits = 128;
    TRY(parse_address(slash.head, &ret_range->is_v6, ret_range->first));
    TRY(!slash.found || parse_small(slash.tail, ret_range->is_v6 ? 128 : 32, &prefix_bits));
    memcpy(ret_range->last, ret_range->first, 16);
    apply_prefix(ret_range, prefix_bits);
    return true;
}

bool ip_parse(Str text, IpRange *ret_range)
{
    IpRange range = {0};
    StrCut dash = str_cut(text, '-');
    TRY(dash.found ? parse_from_to(dash.head, dash.tail, &range) : parse_block(text, &range));
    *ret_range = range;
    return true;
}

bool ip_contains(const IpRange *outer, const IpRange *inner)
{
    return outer->is_v6 == inner->is_v6 && memcmp(outer->first, inner->first, 16) <= 0 &&
           memcmp(inner->last, outer->last, 16) <= 0;
}
