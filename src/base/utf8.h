// SPDX-License-Identifier: Apache-2.0
// utf8 — one code point at a time, in and out.
// Depends on: str.  Thread-safe: pure.  Source: RFC 3629.
#pragma once

#include "base/str.h"

enum { UTF8_INVALID = 0x110000 }; // plus the byte: one that belongs to no code point

// The code point at s.ptr[*at] and steps over it. A byte that starts none gives UTF8_INVALID + byte
// and is stepped over alone, so different invalid bytes stay different. *at must be below s.len.
uint32_t utf8_take(Str s, size_t *at);

// Writes 1 to 4 bytes; cp is at most 0x10ffff.
size_t utf8_put(char ret_bytes[4], uint32_t cp);

// Length of the longest valid prefix: s.len when all of s is UTF-8.
size_t utf8_valid_len(Str s);
