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

// A bit for each '/' of the sixteen bytes from an offset on, of which fewer may be left.
static uint32_t slashes_at(Str id, size_t at)
{
    size_t left = id.len - at;
    if (left >= 16) {
        return swar_find16(id.ptr + at, '/');
    }
    if (id.len >= 16) {
        return swar_find16(id.ptr + id.len - 16, '/') >> (16 - left);
    }
    char short_id[16] = {0};
    memcpy(short_id, id.ptr + at, left);
    return swar_find16(short_id, '/');
}

// The same of 64 bytes: one loop over what was found is left the wrong way less often than four.
static uint64_t slash_bits(Str id, size_t at)
{
    uint64_t bits = 0;
    for (uint32_t i = 0; i < 64 && at + i < id.len; i += 16) {
        bits |= (uint64_t)slashes_at(id, at + i) << i;
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
    uint32_t *next = parts->slashes;
    for (uint32_t at = 0; at < len; at += 64) {
        for (uint64_t bits = slash_bits(id, at); bits != 0; bits &= bits - 1) {
            *next++ = at + (uint32_t)__builtin_ctzll(bits);
        }
    }
    parts->id = id;
    parts->count = (uint32_t)(next - parts->slashes);
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

// The names of an id are the segments first, first + 2, … below end, each behind its '/': every
// second one behind "providers" and its namespace, or of the whole id.
typedef struct NameRange {
    uint32_t first;
    uint32_t end;
} NameRange;

static NameRange find_names(const IdParts *parts)
{
    uint32_t providers = parts->count;
    while (providers > 0 && !is_providers(parts, providers - 1)) {
        providers--;
    }
    if (providers != 0) {
        return (NameRange){providers + 2, parts->count};
    }
    // An id that begins without '/' has a segment more.
    bool slash = parts->count != 0 && parts->slashes[0] == 0;
    return (NameRange){slash ? 1 : 0, parts->count};
}

static Str segment(const IdParts *parts, uint32_t n)
{
    return str_slice(parts->id, parts->slashes[n] + 1, part_end(parts, n));
}

Str id_last_name(const IdParts *parts)
{
    NameRange names = find_names(parts);
    if (names.first >= names.end) {
        return (Str){0};
    }
    return segment(parts, names.first + (names.end - names.first - 1) / 2 * 2);
}

Str id_full_name(Arena *arena, const IdParts *parts)
{
    char *out = NEW_ARRAY(arena, char, parts->id.len + 1);
    size_t len = 0;
    NameRange names = find_names(parts);
    for (uint32_t n = names.first; n < names.end; n += 2) {
        Str name = segment(parts, n);
        if (len != 0) {
            out[len++] = '/';
        }
        if (name.len != 0) {
            memcpy(out + len, name.ptr, name.len);
            len += name.len;
        }
    }
    return (Str){out, len};
}
