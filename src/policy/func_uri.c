// SPDX-License-Identifier: Apache-2.0
// uri(base, relative): reference resolution.  Source: RFC 3986 §5.2.
#include <string.h>

#include "policy/func_impl.h"

// The parts of a reference; has_ tells an empty part from none.
typedef struct Uri {
    Str scheme, authority, path, query, fragment;
    bool has_authority, has_query, has_fragment;
} Uri;

static bool is_letter(char c)
{
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'z';
}

static bool is_scheme(Str s)
{
    if (s.len == 0 || !is_letter(s.ptr[0])) {
        return false;
    }
    for (size_t i = 1; i < s.len; i++) {
        char c = s.ptr[i];
        if (!is_letter(c) && !(c >= '0' && c <= '9') && c != '+' && c != '-' && c != '.') {
            return false;
        }
    }
    return true;
}

static Uri uri_split(Str text)
{
    Uri uri = {0};
    StrCut cut = str_cut(text, '#');
    uri.fragment = cut.tail;
    uri.has_fragment = cut.found;
    cut = str_cut(cut.head, '?');
    uri.query = cut.tail;
    uri.has_query = cut.found;
    uri.path = cut.head;
    cut = str_cut(uri.path, ':');
    if (cut.found && is_scheme(cut.head)) {
        uri.scheme = cut.head;
        uri.path = cut.tail;
    }
    if (uri.path.len >= 2 && uri.path.ptr[0] == '/' && uri.path.ptr[1] == '/') {
        Str rest = {uri.path.ptr + 2, uri.path.len - 2};
        cut = str_cut(rest, '/');
        uri.authority = cut.head;
        uri.has_authority = true;
        uri.path = (Str){rest.ptr + cut.head.len, rest.len - cut.head.len};
    }
    return uri;
}

// The base's path up to its last '/', then the relative one.
static Str merge_paths(Arena *arena, const Uri *base, Str relative)
{
    size_t keep = base->path.len;
    while (keep > 0 && base->path.ptr[keep - 1] != '/') {
        keep--;
    }
    Str head = {base->path.ptr, keep};
    if (base->has_authority && base->path.len == 0) {
        head = STR("/");
    }
    char *out = NEW_ARRAY(arena, char, head.len + relative.len);
    if (head.len != 0) {
        memcpy(out, head.ptr, head.len);
    }
    if (relative.len != 0) {
        memcpy(out + head.len, relative.ptr, relative.len);
    }
    return (Str){out, head.len + relative.len};
}

// Segment by segment: "." vanishes, ".." takes the segment before it along.
static Str remove_dots(Arena *arena, Str path)
{
    char *out = NEW_ARRAY(arena, char, path.len + 1);
    size_t len = 0;
    size_t at = 0;
    while (at < path.len) {
        size_t start = at;
        at += path.ptr[at] == '/' ? 1 : 0;
        while (at < path.len && path.ptr[at] != '/') {
            at++;
        }
        Str segment = {path.ptr + start, at - start};
        bool is_last = at == path.len;
        bool is_up = str_eq(segment, STR("/..")) || str_eq(segment, STR(".."));
        bool is_here = str_eq(segment, STR("/.")) || str_eq(segment, STR("."));
        if (!is_up && !is_here) {
            memcpy(out + len, segment.ptr, segment.len);
            len += segment.len;
            continue;
        }
        while (is_up && len > 0 && out[--len] != '/') {
        }
        if (is_last && segment.ptr[0] == '/') {
            out[len++] = '/';
        }
    }
    return (Str){out, len};
}

static Uri uri_resolve(Arena *arena, const Uri *base, Uri r)
{
    if (r.scheme.len != 0) {
        return r;
    }
    r.scheme = base->scheme;
    if (r.has_authority) {
        return r;
    }
    r.authority = base->authority;
    r.has_authority = base->has_authority;
    if (r.path.len == 0) {
        r.path = base->path;
        if (!r.has_query) {
            r.query = base->query;
            r.has_query = base->has_query;
        }
    } else if (r.path.ptr[0] == '/') {
        r.path = remove_dots(arena, r.path);
    } else {
        r.path = remove_dots(arena, merge_paths(arena, base, r.path));
    }
    return r;
}

static bool uri_print(const Call *c, const Uri *uri, const Json **ret_value)
{
    const Str parts[] = {
        uri->scheme,
        STR(":"),
        uri->has_authority ? STR("//") : STR(""),
        uri->authority,
        uri->path,
        uri->has_query ? STR("?") : STR(""),
        uri->query,
        uri->has_fragment ? STR("#") : STR(""),
        uri->fragment,
    };
    Buf out = {0};
    for (size_t i = 0; i < COUNTOF(parts); i++) {
        TRY(call_put(c, &out, parts[i]));
    }
    return call_ret_buf(c, &out, ret_value);
}

bool fn_uri(const Call *c, const Json **ret_value)
{
    Str base_text = {0};
    Str relative = {0};
    TRY(call_str(c, 0, &base_text) && call_str(c, 1, &relative));
    Uri base = uri_split(base_text);
    if (base.scheme.len == 0) {
        return call_fail(c,
                         "argument 1 must be an absolute URI like https://host/path, it is "
                         "'%.*s'",
                         STR_ARG(base_text));
    }
    Uri resolved = uri_resolve(c->arena, &base, uri_split(relative));
    return uri_print(c, &resolved, ret_value);
}
