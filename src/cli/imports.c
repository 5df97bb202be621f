// SPDX-License-Identifier: Apache-2.0
#include "cli/imports.h"

#include <string.h>

#include "host/files.h"
#include "oscal/href.h"

static int hex_of(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static Str percent_decode(Arena *arena, Str text)
{
    char *out = NEW_ARRAY(arena, char, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        bool escaped = text.ptr[i] == '%' && i + 2 < text.len && hex_of(text.ptr[i + 1]) >= 0 &&
                       hex_of(text.ptr[i + 2]) >= 0;
        if (escaped) {
            out[len++] = (char)(hex_of(text.ptr[i + 1]) * 16 + hex_of(text.ptr[i + 2]));
            i += 2;
        } else {
            out[len++] = text.ptr[i];
        }
    }
    return (Str){out, len};
}

// Decodes what follows the last folder that is there as it is written: a folder may have a '%' in
// its name, which no reference has encoded.
static Str decode_missing(Arena *arena, Str path)
{
    size_t len = path.len;
    for (; len > 0; len--) {
        if (path.ptr[len - 1] == '/' && path_kind((Str){path.ptr, len}) == PATH_FOLDER) {
            break;
        }
    }
    Str tail = percent_decode(arena, str_from(path, len));
    char *joined = NEW_ARRAY(arena, char, path.len + 1);
    if (len != 0) {
        memcpy(joined, path.ptr, len);
    }
    if (tail.len != 0) {
        memcpy(joined + len, tail.ptr, tail.len);
    }
    return (Str){joined, len + tail.len};
}

bool import_path(Arena *arena, Str href, Str *ret_path)
{
    Str path = href;
    Str scheme = href_scheme(href);
    if (str_eq_nocase(scheme, STR("file"))) {
        path = str_from(href, scheme.len + 1);
        if (str_starts(path, STR("//"))) {
            path = str_from(path, 2 + str_cut(str_from(path, 2), '/').head.len);
        }
        path = percent_decode(arena, path);
    } else if (scheme.len != 0) {
        return false;
    } else if (path_kind(path) == PATH_MISSING) {
        path = decode_missing(arena, path);
    }
    *ret_path = path;
    return true;
}
