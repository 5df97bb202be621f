// SPDX-License-Identifier: Apache-2.0
#include "policy/related.h"

#include <stdlib.h>
#include <string.h>

#include "base/swar.h"

static const Str extensions[] = {
#define EXTENSION(type) STR_INIT(type),
#include "policy/related.def"
#undef EXTENSION
};

static bool is_extension(Str type)
{
    for (size_t i = 0; i < COUNTOF(extensions); i++) {
        if (str_eq(type, extensions[i])) {
            return true;
        }
    }
    return false;
}

JoinKind related_join(Str primary, Str related, bool subscription_scope, bool names_group)
{
    bool child = related.len > primary.len && str_starts(related, primary) &&
                 related.ptr[primary.len] == '/';
    // Groups are below a subscription by their type as by their place.
    bool container = str_starts(primary, STR("microsoft.resources/"));
    if (!container && (child || is_extension(related))) {
        return JOIN_CHILD;
    }
    // A subscription is in no group, so without a name for one it looks everywhere in itself.
    bool has_group = names_group || !str_eq(primary, STR("microsoft.resources/subscriptions"));
    return subscription_scope || !has_group ? JOIN_SUBSCRIPTION : JOIN_GROUP;
}

// The end of segment number n (0-based) of "/a/b/c…": the offset of the '/' behind it, or len.
static size_t segment_end(Str id, uint32_t n)
{
    size_t at = 0;
    for (uint32_t i = 0; i <= n; i++) {
        if (at >= id.len) {
            return 0;
        }
        const char *slash = memchr(id.ptr + at + 1, '/', id.len - at - 1);
        at = slash != NULL ? (size_t)(slash - id.ptr) : id.len;
    }
    return at;
}

// Called with literals, whose comparison the compiler then writes out.
static inline bool has_prefix(Str id, Str prefix)
{
    return id.len >= prefix.len && swar_eq_nocase(id.ptr, prefix.ptr, prefix.len);
}

Str id_subscription(Str id)
{
    if (!has_prefix(id, STR("/subscriptions/")) && !has_prefix(id, STR("/tenants/"))) {
        return (Str){0};
    }
    return (Str){id.ptr, segment_end(id, 1)};
}

Str id_group(Str id)
{
    Str subscription = id_subscription(id);
    Str rest = str_from(id, subscription.len);
    if (subscription.len == 0 ||
        (!has_prefix(rest, STR("/resourceGroups/")) && !has_prefix(rest, STR("/environments/")))) {
        return (Str){0};
    }
    return (Str){id.ptr, segment_end(id, 3)};
}

Str related_place(JoinKind join, Str id)
{
    switch (join) {
    case JOIN_CHILD:
        return id;
    case JOIN_GROUP:
        return id_group(id);
    case JOIN_SUBSCRIPTION:
        return id_subscription(id);
    }
    UNREACHABLE("JoinKind out of range");
}

// Offset of the last '/' before `end`, or SIZE_MAX.
static size_t slash_before(Str id, size_t end)
{
    for (size_t i = end; i > 0; i--) {
        if (id.ptr[i - 1] == '/') {
            return i - 1;
        }
    }
    return SIZE_MAX;
}

// Where the type/name pairs of an id begin: behind the last "/providers/NS", or at its start.
static size_t pairs_start(Str id)
{
    const Str mark = STR("/providers/");
    for (size_t at = id.len; at > 0; at--) {
        if (id.ptr[at - 1] != '/' || at == id.len || (id.ptr[at] | 0x20) != 'p' ||
            !str_starts_nocase(str_from(id, at - 1), mark)) {
            continue;
        }
        size_t name_space = at - 1 + mark.len;
        if (name_space == id.len) {
            return id.len;
        }
        const char *slash = memchr(id.ptr + name_space, '/', id.len - name_space);
        return slash != NULL ? (size_t)(slash - id.ptr) : id.len;
    }
    return 0;
}

Str id_full_name(Arena *arena, Str id)
{
    char *out = NEW_ARRAY(arena, char, id.len + 1);
    size_t n = 0;
    size_t at = pairs_start(id);
    for (uint32_t segment = 0; at < id.len; segment++) {
        const char *slash = memchr(id.ptr + at + 1, '/', id.len - at - 1);
        size_t end = slash != NULL ? (size_t)(slash - id.ptr) : id.len;
        if ((segment & 1) != 0) {
            if (n != 0) {
                out[n++] = '/';
            }
            memcpy(out + n, id.ptr + at + 1, end - at - 1);
            n += end - at - 1;
        }
        at = end;
    }
    return (Str){out, n};
}

bool name_matches(Str full_name, Str wanted)
{
    if (str_eq(wanted, STR("?"))) {
        return true;
    }
    if (str_ends(wanted, STR("/?"))) {
        size_t slash = slash_before(full_name, full_name.len);
        return slash != SIZE_MAX &&
               name_matches((Str){full_name.ptr, slash}, (Str){wanted.ptr, wanted.len - 2});
    }
    if (full_name.len < wanted.len) {
        return false;
    }
    size_t head = full_name.len - wanted.len;
    return str_eq_nocase(str_from(full_name, head), wanted) &&
           (head == 0 || full_name.ptr[head - 1] == '/');
}

// ---- an id taken apart once ----

// The high bit of each byte that is a '/'.
static uint64_t slash_mask(uint64_t word)
{
    uint64_t other = word ^ SWAR_ONES * '/';
    return ~(((other & ~SWAR_HIGH) + ~SWAR_HIGH) | other) & SWAR_HIGH;
}

// The eight bytes of an id at an offset; zeros behind its end.
static uint64_t word_at(Str id, size_t at)
{
    uint64_t word = 0;
    if (id.len - at >= 8) {
        return swar_load_little(id.ptr + at);
    }
    for (size_t i = id.len; i > at; i--) {
        word = word << 8 | (unsigned char)id.ptr[i - 1];
    }
    return word;
}

// A bit for each '/' of the next 64 bytes. A word's eight high bits are brought together by one
// multiplication.
static uint64_t slash_bits(Str id, size_t at)
{
    uint64_t bits = 0;
    for (uint32_t i = 0; i < 64 && at + i < id.len; i += 8) {
        uint64_t mask = slash_mask(word_at(id, at + i)) >> 7;
        bits |= (mask * 0x0102040810204080U >> 56) << i;
    }
    return bits;
}

// Where segment number n (0-based) ends.
static uint32_t part_end(const IdParts *parts, uint32_t n)
{
    return n + 1 < parts->count ? parts->slashes[n + 1] : (uint32_t)parts->id.len;
}

void id_parts_read(IdParts *parts, Str id)
{
    ASSERT(id.len < UINT32_MAX - 64);
    uint32_t len = (uint32_t)id.len;
    if (parts->cap < len) {
        parts->cap = len + 64;
        free(parts->slashes);
        parts->slashes = calloc(parts->cap, sizeof *parts->slashes);
        ASSERT(parts->slashes != NULL);
    }
    parts->id = id;
    parts->count = 0;
    for (uint32_t at = 0; at < len; at += 64) {
        for (uint64_t bits = slash_bits(id, at); bits != 0; bits &= bits - 1) {
            parts->slashes[parts->count++] = at + (uint32_t)__builtin_ctzll(bits);
        }
    }
    bool contained = has_prefix(id, STR("/subscriptions/")) || has_prefix(id, STR("/tenants/"));
    parts->subscription = contained ? part_end(parts, 1) : 0;
    Str rest = str_from(id, parts->subscription);
    bool grouped = contained && (has_prefix(rest, STR("/resourceGroups/")) ||
                                 has_prefix(rest, STR("/environments/")));
    parts->group = grouped ? part_end(parts, 3) : 0;
}

void id_parts_close(IdParts *parts)
{
    free(parts->slashes);
    *parts = (IdParts){0};
}

// Whether segment number n is "providers" and another one follows.
static bool is_providers(const IdParts *parts, uint32_t n)
{
    const Str word = STR("providers");
    return n + 1 < parts->count && parts->slashes[n + 1] - parts->slashes[n] == word.len + 1 &&
           has_prefix(str_from(parts->id, parts->slashes[n] + 1), word);
}

uint32_t id_resources_above(const IdParts *parts, uint32_t *ret_ends, uint32_t max)
{
    bool arm = has_prefix(parts->id, STR("/subscriptions/"));
    uint32_t container = !arm ? 0 : parts->group != 0 ? parts->group : parts->subscription;
    uint32_t count = 0;
    uint32_t left = parts->count; // segments of what is looked at
    while (left >= 2 && count < max) {
        // A type and a name go, and "providers/NS" before them.
        left -= left >= 4 && is_providers(parts, left - 4) ? 4 : 2;
        if (parts->slashes[left] <= container) {
            break;
        }
        ret_ends[count++] = parts->slashes[left];
    }
    return count;
}

Str id_last_name(const IdParts *parts)
{
    uint32_t providers = parts->count;
    while (providers > 0 && !is_providers(parts, providers - 1)) {
        providers--;
    }
    // Behind "providers" and its namespace; without them at the start, where no '/' needs to be.
    uint32_t none = parts->id.len != 0 && parts->id.ptr[0] == '/' ? 0 : 1;
    uint32_t first = providers != 0 ? providers + 1 : 0;
    uint32_t segments = parts->count > first ? parts->count - first : 0;
    segments += providers == 0 ? none : 0;
    if (segments < 2) {
        return (Str){0};
    }
    uint32_t last = first + segments / 2 * 2 - 1 - (providers == 0 ? none : 0);
    return str_slice(parts->id, parts->slashes[last] + 1, part_end(parts, last));
}
