// SPDX-License-Identifier: Apache-2.0
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { BUF_BYTES_MIN = 256 };

void buf_free(Buf *buf)
{
    free(buf->ptr);
    *buf = (Buf){0};
}

void buf_reserve(Buf *buf, size_t more)
{
    if (buf->cap - buf->len >= more) {
        return;
    }
    size_t need = 0;
    ASSERT(!ckd_add(&need, buf->len, more));
    size_t cap = 0;
    ASSERT(!ckd_mul(&cap, buf->cap, (size_t)2));
    if (cap < need) {
        cap = need;
    }
    if (cap < BUF_BYTES_MIN) {
        cap = BUF_BYTES_MIN;
    }
    char *ptr = realloc(buf->ptr, cap);
    ASSERT(ptr != NULL);
    buf->ptr = ptr;
    buf->cap = cap;
}

void buf_printf(Buf *buf, const char *fmt, ...)
{
    buf_reserve(buf, 128); // most lines fit at once
    va_list args;
    va_start(args, fmt);
    int want = vsnprintf(buf->ptr + buf->len, buf->cap - buf->len, fmt, args);
    va_end(args);
    ASSERT(want >= 0);
    if ((size_t)want >= buf->cap - buf->len) {
        buf_reserve(buf, (size_t)want + 1);
        va_start(args, fmt);
        (void)vsnprintf(buf->ptr + buf->len, buf->cap - buf->len, fmt, args);
        va_end(args);
    }
    buf->len += (size_t)want;
}

void buf_u64(Buf *buf, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    buf_push(buf, (Str){digits + at, sizeof digits - at});
}
