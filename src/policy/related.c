// SPDX-License-Identifier: Apache-2.0
#include "policy/related.h"

#include <string.h>

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

JoinKind related_join(Str primary, Str related, bool subscription_scope)
{
    bool child = related.len > primary.len && str_starts(related, primary) &&
                 related.ptr[primary.len] == '/';
    bool container = str_starts(primary, STR("microsoft.resources/"));
    if (child || (is_extension(related) && !container)) {
        return JOIN_CHILD;
    }
    bool of_subscription = str_eq(primary, STR("microsoft.resources/subscriptions"));
    return subscription_scope || of_subscription ? JOIN_SUBSCRIPTION : JOIN_GROUP;
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

static bool has_prefix(Str id, Str prefix)
{
    return str_starts_nocase(id, prefix);
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

Str id_parent(Str id)
{
    size_t name = slash_before(id, id.len);
    size_t type = name == SIZE_MAX ? SIZE_MAX : slash_before(id, name);
    if (type == SIZE_MAX || type == 0) {
        return (Str){0};
    }
    // "…/providers/NS" is no resource: then the parent is what stands before it.
    size_t name_space = slash_before(id, type);
    Str before = {id.ptr, name_space == SIZE_MAX ? 0 : name_space};
    if (name_space != SIZE_MAX && before.len >= 10 &&
        str_eq_nocase(str_from(before, before.len - 10), STR("/providers"))) {
        return (Str){id.ptr, before.len - 10};
    }
    return (Str){id.ptr, type};
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
