// SPDX-License-Identifier: Apache-2.0
// The small parsers of base on any bytes: times, addresses, case mapping and patterns.
#include <string.h>

#include "base/digest.h"
#include "base/ip.h"
#include "base/text.h"
#include "base/ticks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_ticks(Str text)
{
    Ticks time = 0;
    Buf buf = {0};
    if (ticks_parse(text, &time)) {
        Ticks again = 0;
        ticks_print_seven(&buf, time);
        ASSERT(ticks_parse_round_trip(buf_str(&buf), &again) && again == time);
        buf_clear(&buf);
        ticks_print(&buf, time);
        ASSERT(ticks_parse_round_trip(buf_str(&buf), &again) && again == time);
    } else {
        ASSERT(!ticks_parse_round_trip(text, &time));
    }
    buf_free(&buf);
}

static void check_ip(Str text)
{
    IpRange range;
    if (ip_parse(text, &range)) {
        ASSERT(memcmp(range.first, range.last, sizeof range.first) <= 0);
        ASSERT(ip_contains(&range, &range));
    }
}

// Two parts, cut at the first NUL byte.
static void check_text(Arena *arena, Str a, Str b)
{
    int order = text_cmp_nocase(a, b);
    int back = text_cmp_nocase(b, a);
    ASSERT((order > 0) == (back < 0) && (order == 0) == (back == 0));
    ASSERT(text_eq_nocase(a, b) == (order == 0));
    ASSERT(text_eq_nocase(a, text_upper(arena, a)));
    ASSERT(!text_is_utf8(a) || text_is_utf8(text_lower(arena, a)));
    ASSERT(text_like(a, a) || memchr(a.ptr, '*', a.len) != NULL);

    ptrdiff_t first = text_find_nocase(a, b);
    ptrdiff_t last = text_rfind_nocase(a, b);
    ASSERT((first < 0) == (last < 0) && first <= last);
    if (first >= 0) {
        ASSERT(text_starts_nocase(str_from(a, (size_t)first), b));
    }
    ASSERT(!text_ends_nocase(a, b) || last >= 0);
    ASSERT(text_byte_at(a, text_utf16_len(a)) == a.len);
    (void)text_like(a, b);
    (void)text_match(a, b, true);
    char name[14];
    digest_unique13(a, name);
    ASSERT(strlen(name) == 13);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 30);
    Str text = {(const char *)data, size};
    StrCut cut = str_cut(text, '\0');
    check_ticks(text);
    check_ip(text);
    check_text(&arena, cut.head, cut.tail);
    arena_free(&arena);
    return 0;
}
