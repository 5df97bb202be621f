// SPDX-License-Identifier: Apache-2.0
// uri(base, relative): reference resolution (RFC 3986 §5.2), printed as .NET's Uri.AbsoluteUri is:
// scheme and host in lower case, no port that goes without saying, a path behind every host, and
// nothing in it that a URI may not hold.
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
        r.path = r.has_authority ? remove_dots(arena, r.path) : r.path;
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

// The host in lower case; a port that is empty or the scheme's own goes.
static Str plain_authority(Arena *arena, Str scheme, Str authority)
{
    static const struct {
        Str scheme, port;
    } standard[] = {
        {STR_INIT("http"), STR_INIT("80")},
        {STR_INIT("https"), STR_INIT("443")},
        {STR_INIT("ftp"), STR_INIT("21")},
    };
    size_t host = authority.len;
    while (host > 0 && authority.ptr[host - 1] != '@') {
        host--;
    }
    size_t port = authority.len;
    while (port > host && authority.ptr[port - 1] >= '0' && authority.ptr[port - 1] <= '9') {
        port--;
    }
    size_t end = authority.len;
    if (port > host && authority.ptr[port - 1] == ':') {
        Str number = str_from(authority, port);
        bool goes = number.len == 0;
        for (size_t i = 0; i < COUNTOF(standard); i++) {
            goes = goes || (str_eq(standard[i].scheme, scheme) && str_eq(standard[i].port, number));
        }
        end = goes ? port - 1 : end;
    }
    char *out = NEW_ARRAY(arena, char, end);
    if (end != 0) {
        memcpy(out, authority.ptr, end);
    }
    for (size_t i = host; i < end; i++) {
        out[i] = (char)(out[i] >= 'A' && out[i] <= 'Z' ? out[i] | 0x20 : out[i]);
    }
    return (Str){out, end};
}

// Whether the byte at that place stands for itself in a URI (RFC 3986 §2).
static bool is_uri_byte(Str s, size_t at)
{
    unsigned char c = (unsigned char)s.ptr[at];
    if (c == '%') {
        return at + 2 < s.len && percent_digit(s.ptr[at + 1]) >= 0 &&
               percent_digit(s.ptr[at + 2]) >= 0;
    }
    return c > ' ' && c < 0x7f && memchr("\"<>\\^`{|}", c, 9) == NULL;
}

static void uri_normalize(Arena *arena, Uri *uri)
{
    uri->scheme = str_lower(arena, uri->scheme);
    uri->authority = plain_authority(arena, uri->scheme, uri->authority);
    if (uri->has_authority && uri->path.len == 0) {
        uri->path = STR("/");
    }
    uri->path = percent_encode(arena, uri->path, is_uri_byte);
    uri->query = percent_encode(arena, uri->query, is_uri_byte);
    uri->fragment = percent_encode(arena, uri->fragment, is_uri_byte);
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

// A URI of the web needs a host.
static bool has_host(const Uri *uri)
{
    bool is_web =
        str_eq_nocase(uri->scheme, STR("http")) || str_eq_nocase(uri->scheme, STR("https"));
    return !is_web || (uri->has_authority && uri->authority.len != 0);
}

// Letters outside ASCII may stand in it; what must be escaped may not.
static bool is_absolute(Str text, const Uri *uri)
{
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.ptr[i] < 0x80 && !is_uri_byte(text, i)) {
            return false;
        }
    }
    return uri->scheme.len != 0 && has_host(uri);
}

bool fn_uri(const Call *c, const Json **ret_value)
{
    Str base_text = {0};
    Str relative = {0};
    TRY(call_str(c, 0, &base_text) && call_str(c, 1, &relative));
    Uri base = uri_split(base_text);
    if (!is_absolute(base_text, &base)) {
        return call_fail(c,
                         "argument 1 must be an absolute URI like https://host/path, it is "
                         "'%.*s'",
                         STR_ARG(base_text));
    }
    Uri resolved = uri_resolve(c->arena, &base, uri_split(relative));
    if (!has_host(&resolved)) {
        return call_fail(c, "argument 2 must be a path or a URI with a host, it is '%.*s'",
                         STR_ARG(relative));
    }
    uri_normalize(c->arena, &resolved);
    return uri_print(c, &resolved, ret_value);
}
