// SPDX-License-Identifier: Apache-2.0
// err — why an operation did not happen. Caller-owned, fixed size, no allocation.
// Depends on: base.  Thread-safe: each Err belongs to its caller.
#pragma once

#include "base/base.h"

#define ERR_KINDS(X)                                                                               \
    X(SYNTAX, "syntax")         /* bytes are not in the language */                                \
    X(SCHEMA, "schema")         /* well formed, but not what the model allows */                   \
    X(LIMIT, "limit")           /* a stated bound was passed; the text names its option */         \
    X(EVAL, "evaluation")       /* an expression has no value: state Error, never a verdict */     \
    X(ABSENT, "absent")         /* data that was not read: state NotMeasured, never a verdict */   \
    X(NO_INPUT, "no input")     /* a file that is not there or cannot be read */                   \
    X(WRITE, "write")           /* an output that cannot be written */                             \
    X(PERMISSION, "permission") /* the operating system or a service refuses */                    \
    X(IO, "io")                 /* file, socket or process */                                      \
    X(STORE, "store")           /* SQLite or PostgreSQL said no */                                 \
    X(REMOTE, "remote")         /* the cloud API said no */

typedef enum ErrKind {
    ERR_NONE = 0,
#define X(name, text) ERR_##name,
    ERR_KINDS(X)
#undef X
} ErrKind;

typedef struct Span {
    uint32_t line; // 1-based; 0 means no position
    uint32_t col;  // 1-based, in bytes
} Span;

typedef struct Err {
    ErrKind kind;
    Span at;
    char text[244]; // innermost cause first, contexts appended outward; always NUL-terminated
} Err;
_Static_assert(sizeof(Err) <= 256, "Err lives on the stack of every fallible caller");

// Records the first cause. Returns false so that a caller writes: return err_set(...).
bool err_set(Err *err, ErrKind kind, Span at, const char *fmt, ...) PRINTF_LIKE(4, 5);

// Adds what the caller was doing. Returns false, like err_set.
bool err_while(Err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

const char *err_kind_name(ErrKind kind);
