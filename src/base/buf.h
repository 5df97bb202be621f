// SPDX-License-Identifier: Apache-2.0
// buf — bytes that grow at the end; the one way to build output.
// Depends on: base, str.  Not thread-safe: one buffer, one thread.
#pragma once

#include <string.h>

#include "base/str.h"

typedef struct Buf {
    char *ptr; // owned; closed by buf_free
    size_t len;
    size_t cap;
} Buf;

// A zeroed Buf is empty and valid. Running out of memory stops the program (see STYLE: memory is
// not an error), so nothing here fails.
void buf_free(Buf *buf);
void buf_reserve(Buf *buf, size_t more); // room for that many bytes after len
void buf_printf(Buf *buf, const char *fmt, ...) PRINTF_LIKE(2, 3);

static inline void buf_clear(Buf *buf)
{
    buf->len = 0;
}

static inline void buf_push(Buf *buf, Str s)
{
    if (buf->cap - buf->len < s.len) {
        buf_reserve(buf, s.len);
    }
    if (s.len != 0) {
        memcpy(buf->ptr + buf->len, s.ptr, s.len);
        buf->len += s.len;
    }
}

static inline void buf_byte(Buf *buf, char c)
{
    if (buf->cap == buf->len) {
        buf_reserve(buf, 1);
    }
    buf->ptr[buf->len++] = c;
}

// The bytes so far, borrowed until the next push.
static inline Str buf_str(const Buf *buf)
{
    return (Str){buf->ptr, buf->len};
}

void buf_u64(Buf *buf, uint64_t value); // decimal
