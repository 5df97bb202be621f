// SPDX-License-Identifier: Apache-2.0
#include "oscal/href.h"

#include <string.h>

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

Str href_scheme(Str reference)
{
    size_t len = 0;
    while (len < reference.len &&
           (is_alpha(reference.ptr[len]) ||
            (len > 0 && memchr("0123456789+-.", reference.ptr[len], 13) != NULL))) {
        len++;
    }
    bool is_scheme = len > 1 && len < reference.len && reference.ptr[len] == ':';
    return is_scheme ? (Str){reference.ptr, len} : (Str){NULL, 0};
}

bool href_fragment(Str reference, Str *ret_fragment)
{
    StrCut cut = str_cut(reference, '#');
    *ret_fragment = cut.tail;
    return cut.found;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

Str href_trim(Str reference)
{
    while (reference.len != 0 && is_space(reference.ptr[reference.len - 1])) {
        reference.len--;
    }
    while (reference.len != 0 && is_space(reference.ptr[0])) {
        reference = str_from(reference, 1);
    }
    return reference;
}

// Where the last segment begins.
static size_t folder_len(Str path)
{
    size_t len = path.len;
    while (len > 0 && path.ptr[len - 1] != '/') {
        len--;
    }
    return len;
}

Str href_document(Str href)
{
    size_t folder = folder_len(href);
    return (Str){href.ptr, folder + str_cut(str_from(href, folder), '#').head.len};
}

Str href_of_path(Arena *arena, Str path)
{
    static const char plain[] = "/-._~!$&'()*+,;=:@";
    static const char hex[] = "0123456789ABCDEF";
    if (href_scheme(path).len != 0) {
        return path;
    }
    char *out = NEW_ARRAY(arena, char, 3 * path.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < path.len; i++) {
        char c = path.ptr[i];
        if (is_alpha(c) || (c >= '0' && c <= '9') || memchr(plain, c, sizeof plain - 1) != NULL) {
            out[len++] = c;
        } else {
            out[len++] = '%';
            out[len++] = hex[(unsigned char)c >> 4];
            out[len++] = hex[(unsigned char)c & 15];
        }
    }
    return (Str){out, len};
}

// The part that a path may not climb out of: "scheme://authority", "scheme:", or nothing.
static size_t root_len(Str uri)
{
    Str scheme = href_scheme(uri);
    size_t at = scheme.len != 0 ? scheme.len + 1 : 0;
    if (uri.len >= at + 2 && memcmp(uri.ptr + at, "//", 2) == 0) {
        at += 2;
        while (at < uri.len && uri.ptr[at] != '/') {
            at++;
        }
    }
    return at;
}

typedef struct Segments {
    char *out;
    size_t len;
    size_t floor; // ".." takes nothing before this
} Segments;

static void climb(Segments *path, bool is_absolute)
{
    size_t len = path->len;
    while (len > path->floor && path->out[len - 1] != '/') {
        len--;
    }
    // "a/" in front: what ends at len - 1 is the segment to drop
    size_t end = len;
    if (end > path->floor) {
        end--;
        while (end > path->floor && path->out[end - 1] != '/') {
            end--;
        }
        path->len = end;
        return;
    }
    if (!is_absolute) {
        memcpy(path->out + path->len, "../", 3);
        path->len += 3;
        path->floor = path->len;
    }
}

// Appends path to out without "." and ".." segments. Source: RFC 3986 §5.2.4.
static void push_segments(Segments *out, Str path)
{
    bool is_absolute = path.len != 0 && path.ptr[0] == '/';
    if (is_absolute) {
        out->out[out->len++] = '/';
        out->floor = out->len;
        path = str_from(path, 1);
    }
    while (path.len != 0) {
        StrCut cut = str_cut(path, '/');
        if (str_eq(cut.head, STR(".."))) {
            climb(out, is_absolute);
        } else if (!str_eq(cut.head, STR("."))) {
            memcpy(out->out + out->len, cut.head.ptr, cut.head.len);
            out->len += cut.head.len;
            if (cut.found) {
                out->out[out->len++] = '/';
            }
        }
        path = cut.tail;
    }
}

// Returns where the next text goes.
static size_t put(char *out, size_t at, Str text)
{
    if (text.ptr != NULL) {
        memcpy(out + at, text.ptr, text.len);
    }
    return at + text.len;
}

Str href_resolve(Arena *arena, Str base, Str reference)
{
    size_t root = root_len(base);
    base = root != 0 ? str_cut(base, '#').head : href_document(base);
    reference = str_cut(reference, '#').head;
    if (reference.len == 0) {
        return base;
    }
    Str scheme = href_scheme(reference);
    Str path = reference;
    Str front = {base.ptr, root};
    Str base_scheme = {NULL, 0}; // with its ':', where the reference begins with its authority
    if (scheme.len != 0 || str_starts(reference, STR("//"))) {
        front = (Str){reference.ptr, root_len(reference)};
        path = str_from(reference, front.len);
        size_t len = scheme.len == 0 ? href_scheme(base).len : 0;
        base_scheme = (Str){base.ptr, len != 0 ? len + 1 : 0};
    }
    Str query = str_from(path, str_cut(path, '?').head.len);
    path = str_cut(path, '?').head;
    Str folder = {NULL, 0};
    if (scheme.len == 0 && front.len == root && front.ptr == base.ptr &&
        (path.len == 0 || path.ptr[0] != '/')) {
        Str rest = str_from(base, root);
        rest = root != 0 ? str_cut(rest, '?').head : rest;
        folder = path.len != 0 ? (Str){rest.ptr, folder_len(rest)} : rest; // "?query" alone
    }
    size_t room = base_scheme.len + front.len + folder.len + path.len + query.len;
    // every ".." of the path may become one more "../"
    char *joined = NEW_ARRAY(arena, char, folder.len + path.len + 1);
    size_t len = put(joined, put(joined, 0, folder), path);
    Segments out = {.out = NEW_ARRAY(arena, char, 2 * room + 8)};
    out.len = put(out.out, put(out.out, 0, base_scheme), front);
    out.floor = out.len;
    push_segments(&out, (Str){joined, len});
    return (Str){out.out, put(out.out, out.len, query)};
}

// ---- base64 ----

static int digit_of(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c != '\0' ? strchr(digits, c) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

bool base64_decode(Arena *arena, Str text, Str *ret_bytes)
{
    char *out = NEW_ARRAY(arena, char, text.len / 4 * 3 + 3);
    size_t len = 0;
    uint32_t bits = 0;
    uint32_t digits = 0;
    uint32_t pads = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            continue;
        }
        int digit = digit_of(c);
        if (c == '=' && digits >= 2) {
            pads++;
            digit = 0;
        } else if (digit < 0 || pads != 0) {
            return false;
        }
        bits = bits << 6 | (uint32_t)digit;
        if (++digits == 4) {
            for (uint32_t n = 0; n < 3 - pads; n++) {
                out[len++] = (char)(unsigned char)(bits >> (16 - 8 * n) & 0xff);
            }
            bits = 0;
            digits = 0;
            if (pads != 0) {
                bits = 0;
            }
        }
        if (pads > 2) {
            return false;
        }
    }
    *ret_bytes = (Str){out, len};
    return digits == 0;
}
