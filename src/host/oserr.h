// SPDX-License-Identifier: Apache-2.0
// oserr — a failed system call as an Err that names the path, and paths for system calls.
// Depends on: base.  Thread-safe.
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum { OS_PATH_MAX = 4096 };

// Copies path with a NUL. False when it is too long or holds a NUL byte.
MUST_USE bool os_path(Str path, char ret_path[OS_PATH_MAX]);

// "cannot open a/b.json: No such file or directory", from errno. Returns false.
bool os_err(Err *err, ErrKind kind, const char *what, Str path);

// The same without a path: "cannot open: No such file or directory".
Str os_reason(Arena *arena, const char *what, int code);

// "a/b.json: larger than 1024 bytes; raise --max-document-bytes". Returns false.
bool os_err_limit(Err *err, Str path, size_t bytes_max);
