// SPDX-License-Identifier: Apache-2.0
#include "inventory/word.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

Str text_of(const char *cstr)
{
    return cstr != NULL ? (Str){cstr, strlen(cstr)} : (Str){0};
}

static char lower_of(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

Str text_print(Arena *arena, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    ASSERT(len >= 0);
    char *text = NEW_ARRAY(arena, char, (size_t)len + 1);
    (void)vsnprintf(text, (size_t)len + 1, fmt, again);
    va_end(again);
    return (Str){text, (size_t)len};
}

bool word_starts(Str s, Str prefix)
{
    return s.len >= prefix.len && str_eq_nocase((Str){s.ptr, prefix.len}, prefix);
}

bool word_ends(Str s, Str suffix)
{
    return s.len >= suffix.len &&
           str_eq_nocase((Str){s.ptr + (s.len - suffix.len), suffix.len}, suffix);
}

bool word_has(Str s, Str needle)
{
    for (size_t i = 0; i + needle.len <= s.len; i++) {
        if (str_eq_nocase((Str){s.ptr + i, needle.len}, needle)) {
            return true;
        }
    }
    return false;
}

Str path_tail(Str path)
{
    size_t at = path.len;
    while (at != 0 && path.ptr[at - 1] != '/') {
        at--;
    }
    return at == 0 ? path : (Str){path.ptr + at, path.len - at};
}

Str path_after(Str path, Str segment)
{
    for (Str rest = path; rest.len != 0;) {
        StrCut cut = str_cut(rest, '/');
        if (cut.found && str_eq_nocase(cut.head, segment)) {
            return str_cut(cut.tail, '/').head;
        }
        rest = cut.tail;
    }
    return (Str){0};
}

bool word_is_guid(Str s)
{
    if (s.len != 36) {
        return false;
    }
    for (size_t i = 0; i < s.len; i++) {
        char c = lower_of(s.ptr[i]);
        bool is_hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        bool wants_hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        if (wants_hyphen ? c != '-' : !is_hex) {
            return false;
        }
    }
    return true;
}

Str url_path(Str url)
{
    Str path = str_cut(str_cut(url, '?').head, ' ').head;
    for (size_t i = 0; i + 3 <= path.len; i++) {
        if (memcmp(path.ptr + i, "://", 3) == 0) {
            StrCut cut = str_cut((Str){path.ptr + i + 3, path.len - i - 3}, '/');
            return cut.found ? (Str){cut.tail.ptr - 1, cut.tail.len + 1} : (Str){0};
        }
    }
    return path.len != 0 && path.ptr[0] == '/' ? path : (Str){0};
}
