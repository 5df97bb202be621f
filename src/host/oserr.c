// SPDX-License-Identifier: Apache-2.0
#include "host/oserr.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"

bool os_path(Str path, char ret_path[OS_PATH_MAX])
{
    if (path.len >= OS_PATH_MAX || path.len == 0 || memchr(path.ptr, '\0', path.len) != NULL) {
        errno = path.len == 0 ? ENOENT : ENAMETOOLONG;
        return false;
    }
    memcpy(ret_path, path.ptr, path.len);
    ret_path[path.len] = '\0';
    return true;
}

// The end of a long path says more than its beginning, and an Err is small.
static Str shown_path(Str path, const char **ret_dots)
{
    enum { SHOWN_MAX = 140 };
    *ret_dots = path.len > SHOWN_MAX ? "..." : "";
    return path.len > SHOWN_MAX ? (Str){path.ptr + path.len - SHOWN_MAX, SHOWN_MAX} : path;
}

bool os_err(Err *err, ErrKind kind, const char *what, Str path)
{
    char reason[64];
    int code = errno;
    if (strerror_r(code, reason, sizeof reason) != 0) {
        reason[0] = '\0';
    }
    const char *dots = "";
    Str shown = shown_path(path, &dots);
    if (str_eq(path, STR("-"))) {
        shown = kind == ERR_WRITE ? STR("standard output") : STR("standard input");
    }
    return err_set(err, kind, (Span){0}, "%s %s%.*s: %s", what, dots, STR_ARG(shown), reason);
}

Str os_reason(Arena *arena, const char *what, int code)
{
    char reason[64];
    if (strerror_r(code, reason, sizeof reason) != 0) {
        reason[0] = '\0';
    }
    Buf text = {0};
    buf_printf(&text, "%s: %s", what, reason);
    Str kept = str_copy(arena, buf_str(&text));
    buf_free(&text);
    return kept;
}

bool os_err_limit(Err *err, Str path, size_t bytes_max)
{
    const char *dots = "";
    Str shown = shown_path(path, &dots);
    return err_set(err, ERR_LIMIT, (Span){0},
                   "%s%.*s: larger than %zu bytes; raise "
                   "--max-document-bytes",
                   dots, STR_ARG(shown), bytes_max);
}
