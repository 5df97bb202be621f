// SPDX-License-Identifier: Apache-2.0
// text — what the languages ask about strings: case folding, UTF-16 lengths, patterns.
// Depends on: arena, str.  Thread-safe: pure.
#pragma once

#include "base/arena.h"
#include "base/str.h"

// Ordinal comparison ignoring case the way .NET's OrdinalIgnoreCase does: each code point is mapped
// to upper case by the simple (one to one) mapping. ASCII pairs take a fast path.
bool text_eq_nocase(Str a, Str b);
int text_cmp_nocase(Str a, Str b); // <0, 0, >0
int text_cmp(Str a, Str b);        // by code point

// Byte offset of the first/last occurrence ignoring case; -1 = none. An empty needle is found at 0
// (first) or at s.len (last).
ptrdiff_t text_find_nocase(Str s, Str needle);
ptrdiff_t text_rfind_nocase(Str s, Str needle);
bool text_starts_nocase(Str s, Str prefix);
bool text_ends_nocase(Str s, Str suffix);

// Simple mappings; code points outside the table stay. Result in the arena.
Str text_upper(Arena *arena, Str s);
Str text_lower(Arena *arena, Str s);

bool text_is_utf8(Str s);

// UTF-16 code units, as .NET counts length, substring and indexOf.
size_t text_utf16_len(Str s);
size_t text_utf16_at(Str s, size_t byte_offset); // units before that byte
size_t text_byte_at(Str s, size_t utf16_offset); // byte of that unit; s.len beyond the end

// like: '*' is any run, everything else itself, whole string, ignoring case.
bool text_like(Str s, Str pattern);

// match: '#' a digit, '?' a letter, '.' any character, else itself; lengths must be equal.
bool text_match(Str s, Str pattern, bool ignore_case);
