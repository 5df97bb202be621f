// SPDX-License-Identifier: Apache-2.0
#include "policy/culture.h"

#include <string.h>

#include "base/buf.h"
#include "base/casing.h"
#include "base/swar.h"
#include "base/text.h"
#include "base/utf8.h"

// A character whose full case folding is more than one character; zero ends the list.
typedef struct Expansion {
    uint16_t from;
    uint16_t to[3];
} Expansion;

static const Expansion expansions[] = {
    {0x00df, {0x0073, 0x0073}},         {0x0130, {0x0069, 0x0307}},
    {0x0149, {0x02bc, 0x006e}},         {0x01f0, {0x006a, 0x030c}},
    {0x0390, {0x03b9, 0x0308, 0x0301}}, {0x03b0, {0x03c5, 0x0308, 0x0301}},
    {0x0587, {0x0565, 0x0582}},         {0x1e96, {0x0068, 0x0331}},
    {0x1e97, {0x0074, 0x0308}},         {0x1e98, {0x0077, 0x030a}},
    {0x1e99, {0x0079, 0x030a}},         {0x1e9a, {0x0061, 0x02be}},
    {0x1e9e, {0x0073, 0x0073}},         {0x1f50, {0x03c5, 0x0313}},
    {0x1f52, {0x03c5, 0x0313, 0x0300}}, {0x1f54, {0x03c5, 0x0313, 0x0301}},
    {0x1f56, {0x03c5, 0x0313, 0x0342}}, {0x1f80, {0x1f00, 0x03b9}},
    {0x1f81, {0x1f01, 0x03b9}},         {0x1f82, {0x1f02, 0x03b9}},
    {0x1f83, {0x1f03, 0x03b9}},         {0x1f84, {0x1f04, 0x03b9}},
    {0x1f85, {0x1f05, 0x03b9}},         {0x1f86, {0x1f06, 0x03b9}},
    {0x1f87, {0x1f07, 0x03b9}},         {0x1f88, {0x1f00, 0x03b9}},
    {0x1f89, {0x1f01, 0x03b9}},         {0x1f8a, {0x1f02, 0x03b9}},
    {0x1f8b, {0x1f03, 0x03b9}},         {0x1f8c, {0x1f04, 0x03b9}},
    {0x1f8d, {0x1f05, 0x03b9}},         {0x1f8e, {0x1f06, 0x03b9}},
    {0x1f8f, {0x1f07, 0x03b9}},         {0x1f90, {0x1f20, 0x03b9}},
    {0x1f91, {0x1f21, 0x03b9}},         {0x1f92, {0x1f22, 0x03b9}},
    {0x1f93, {0x1f23, 0x03b9}},         {0x1f94, {0x1f24, 0x03b9}},
    {0x1f95, {0x1f25, 0x03b9}},         {0x1f96, {0x1f26, 0x03b9}},
    {0x1f97, {0x1f27, 0x03b9}},         {0x1f98, {0x1f20, 0x03b9}},
    {0x1f99, {0x1f21, 0x03b9}},         {0x1f9a, {0x1f22, 0x03b9}},
    {0x1f9b, {0x1f23, 0x03b9}},         {0x1f9c, {0x1f24, 0x03b9}},
    {0x1f9d, {0x1f25, 0x03b9}},         {0x1f9e, {0x1f26, 0x03b9}},
    {0x1f9f, {0x1f27, 0x03b9}},         {0x1fa0, {0x1f60, 0x03b9}},
    {0x1fa1, {0x1f61, 0x03b9}},         {0x1fa2, {0x1f62, 0x03b9}},
    {0x1fa3, {0x1f63, 0x03b9}},         {0x1fa4, {0x1f64, 0x03b9}},
    {0x1fa5, {0x1f65, 0x03b9}},         {0x1fa6, {0x1f66, 0x03b9}},
    {0x1fa7, {0x1f67, 0x03b9}},         {0x1fa8, {0x1f60, 0x03b9}},
    {0x1fa9, {0x1f61, 0x03b9}},         {0x1faa, {0x1f62, 0x03b9}},
    {0x1fab, {0x1f63, 0x03b9}},         {0x1fac, {0x1f64, 0x03b9}},
    {0x1fad, {0x1f65, 0x03b9}},         {0x1fae, {0x1f66, 0x03b9}},
    {0x1faf, {0x1f67, 0x03b9}},         {0x1fb2, {0x1f70, 0x03b9}},
    {0x1fb3, {0x03b1, 0x03b9}},         {0x1fb4, {0x03ac, 0x03b9}},
    {0x1fb6, {0x03b1, 0x0342}},         {0x1fb7, {0x03b1, 0x0342, 0x03b9}},
    {0x1fbc, {0x03b1, 0x03b9}},         {0x1fc2, {0x1f74, 0x03b9}},
    {0x1fc3, {0x03b7, 0x03b9}},         {0x1fc4, {0x03ae, 0x03b9}},
    {0x1fc6, {0x03b7, 0x0342}},         {0x1fc7, {0x03b7, 0x0342, 0x03b9}},
    {0x1fcc, {0x03b7, 0x03b9}},         {0x1fd2, {0x03b9, 0x0308, 0x0300}},
    {0x1fd3, {0x03b9, 0x0308, 0x0301}}, {0x1fd6, {0x03b9, 0x0342}},
    {0x1fd7, {0x03b9, 0x0308, 0x0342}}, {0x1fe2, {0x03c5, 0x0308, 0x0300}},
    {0x1fe3, {0x03c5, 0x0308, 0x0301}}, {0x1fe4, {0x03c1, 0x0313}},
    {0x1fe6, {0x03c5, 0x0342}},         {0x1fe7, {0x03c5, 0x0308, 0x0342}},
    {0x1ff2, {0x1f7c, 0x03b9}},         {0x1ff3, {0x03c9, 0x03b9}},
    {0x1ff4, {0x03ce, 0x03b9}},         {0x1ff6, {0x03c9, 0x0342}},
    {0x1ff7, {0x03c9, 0x0342, 0x03b9}}, {0x1ffc, {0x03c9, 0x03b9}},
    {0xfb00, {0x0066, 0x0066}},         {0xfb01, {0x0066, 0x0069}},
    {0xfb02, {0x0066, 0x006c}},         {0xfb03, {0x0066, 0x0066, 0x0069}},
    {0xfb04, {0x0066, 0x0066, 0x006c}}, {0xfb05, {0x0073, 0x0074}},
    {0xfb06, {0x0073, 0x0074}},         {0xfb13, {0x0574, 0x0576}},
    {0xfb14, {0x0574, 0x0565}},         {0xfb15, {0x0574, 0x056b}},
    {0xfb16, {0x057e, 0x0576}},         {0xfb17, {0x0574, 0x056d}},
};

static const Expansion *expansion_find(uint32_t cp)
{
    size_t low = 0;
    size_t high = COUNTOF(expansions);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (expansions[middle].from < cp) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < COUNTOF(expansions) && expansions[low].from == cp ? &expansions[low] : NULL;
}

// The first expanding character is ß, whose first byte is 0xc3.
static bool needs_expansion(Str s)
{
    if (swar_all_ascii(s.ptr, s.len)) {
        return false;
    }
    for (size_t at = 0; at < s.len;) {
        if (s.len - at >= 8 && swar_is_ascii(swar_load(s.ptr + at))) {
            at += 8;
        } else if ((unsigned char)s.ptr[at] < 0xc3) {
            at++;
        } else if (expansion_find(utf8_take(s, &at)) != NULL) {
            return true;
        }
    }
    return false;
}

static Str expand(Buf *out, Str s)
{
    for (size_t at = 0; at < s.len;) {
        size_t start = at;
        const Expansion *found = expansion_find(utf8_take(s, &at));
        if (found == NULL) {
            buf_push(out, (Str){s.ptr + start, at - start});
            continue;
        }
        for (size_t i = 0; i < COUNTOF(found->to) && found->to[i] != 0; i++) {
            char bytes[4];
            buf_push(out, (Str){bytes, utf8_put(bytes, found->to[i])});
        }
    }
    return buf_str(out);
}

// Asks ask(a, b); when the answer is no and one of them holds an expanding character, once more
// about the expanded texts.
static bool ask_folded(bool (*ask)(Str a, Str b), Str a, Str b)
{
    if (ask(a, b)) {
        return true;
    }
    if (!needs_expansion(a) && !needs_expansion(b)) {
        return false;
    }
    Buf wide_a = {0};
    Buf wide_b = {0};
    bool answer = ask(expand(&wide_a, a), expand(&wide_b, b));
    buf_free(&wide_a);
    buf_free(&wide_b);
    return answer;
}

bool culture_eq(Str a, Str b)
{
    return ask_folded(text_eq_nocase, a, b);
}

static bool contains(Str s, Str needle)
{
    return text_find_nocase(s, needle) >= 0;
}

bool culture_contains(Str s, Str needle)
{
    return ask_folded(contains, s, needle);
}

bool culture_starts(Str s, Str prefix)
{
    return ask_folded(text_starts_nocase, s, prefix);
}

bool culture_ends(Str s, Str suffix)
{
    return ask_folded(text_ends_nocase, s, suffix);
}

bool culture_like(Str s, Str pattern)
{
    return ask_folded(text_like, s, pattern);
}

// The printable ASCII characters that are neither digit nor letter, in the culture's order.
static const char symbols[] = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$";

// The letter that an accented one is made of (its canonical decomposition); '.' = none.
static const struct {
    uint32_t first;
    Str bases;
} accented[] = {
    {0x00c0, STR_INIT("aaaaaa.ceeeeiiii.nooooo..uuuuy..aaaaaa.ceeeeiiii.nooooo..uuuuy.y"
                      "aaaaaaccccccccdd..eeeeeeeeeegggggggghh..iiiiiiiii...jjkk.llllll."
                      "...nnnnnn...oooooo..rrrrrrsssssssstttt..uuuuuuuuuuuuwwyyyzzzzzz.")},
    {0x01a0, STR_INIT("oo.............uu............................aaiioouuuuuuuuuu.aa"
                      "aa....ggkkoooo..j...gg..nnaa....aaaaeeeeiiiioooorrrruuuusstt..hh"
                      "......aaeeooooooooyy")},
    {0x1e00, STR_INIT("aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm"
                      "mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv"
                      "wwwwwwwwwwxxxxyyzzzzzzhtwy......aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
                      "eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......")},
};

static uint32_t base_letter(uint32_t cp)
{
    for (size_t i = 0; i < COUNTOF(accented); i++) {
        if (cp >= accented[i].first && cp - accented[i].first < accented[i].bases.len) {
            char base = accented[i].bases.ptr[cp - accented[i].first];
            return base != '.' ? (uint32_t)(unsigned char)base : 0;
        }
    }
    return 0;
}

enum { SPACES = 16, DIGITS = 64, LETTERS = 96, OTHERS = 128 };

// Where a code point stands; 0 = control characters, which do not count.
static uint32_t weight_of(uint32_t cp)
{
    if (cp >= 0x80) {
        uint32_t base = base_letter(cp);
        return base != 0 ? base - 'a' + LETTERS : cp + OTHERS;
    }
    if (cp >= '0' && cp <= '9') {
        return cp - '0' + DIGITS;
    }
    uint32_t lower = cp | 0x20U;
    if (lower >= 'a' && lower <= 'z') {
        return lower - 'a' + LETTERS;
    }
    if (cp >= '\t' && cp <= '\r') {
        return cp;
    }
    if (cp < ' ' || cp == 0x7f) {
        return 0;
    }
    const char *found = memchr(symbols, (int)cp, sizeof symbols - 1);
    ASSERT(found != NULL);
    return (uint32_t)(found - symbols) + SPACES;
}

// The next character that counts, with its bytes; weight 0 at the end. An accented letter stands
// where its letter does; the accent counts where nothing else differs.
typedef struct Taken {
    Str bytes;
    uint32_t weight;
    uint32_t accent; // 0 = none
} Taken;

static Taken take_weighed(Str s, size_t *at)
{
    Taken taken = {0};
    while (*at < s.len && taken.weight == 0) {
        size_t start = *at;
        uint32_t cp = utf8_take(s, at);
        taken.weight = weight_of(cp);
        taken.accent = cp >= 0x80 && taken.weight < OTHERS ? casing_upper(cp) : 0;
        taken.bytes = (Str){s.ptr + start, *at - start};
    }
    return taken;
}

static int cmp_expanded(Str a, Str b)
{
    size_t i = 0;
    size_t j = 0;
    int by_accent = 0;
    for (;;) {
        Taken x = take_weighed(a, &i);
        Taken y = take_weighed(b, &j);
        if (x.weight == 0 || y.weight == 0) {
            int by_length = (x.weight != 0) - (y.weight != 0);
            return by_length != 0 ? by_length : by_accent;
        }
        if (by_accent == 0) {
            by_accent = (x.accent > y.accent) - (x.accent < y.accent);
        }
        if (x.weight != y.weight) {
            int order = text_cmp_nocase(x.bytes, y.bytes);
            if (x.weight < OTHERS || y.weight < OTHERS) {
                return x.weight < y.weight ? -1 : 1;
            }
            if (order != 0) {
                return order;
            }
        }
    }
}

int culture_cmp_nocase(Str a, Str b)
{
    if (!needs_expansion(a) && !needs_expansion(b)) {
        return cmp_expanded(a, b);
    }
    Buf wide_a = {0};
    Buf wide_b = {0};
    int order = cmp_expanded(expand(&wide_a, a), expand(&wide_b, b));
    buf_free(&wide_a);
    buf_free(&wide_b);
    return order;
}

int culture_cmp(Str a, Str b)
{
    int order = culture_cmp_nocase(a, b);
    // Lower case stands after upper case in ASCII and before it in the culture.
    return order != 0 ? order : text_cmp(b, a);
}
