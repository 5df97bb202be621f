// SPDX-License-Identifier: Apache-2.0
// word — words, paths and addresses as inputs write them.
// Depends on: base.  Thread-safe: pure.
#pragma once

#include "base/arena.h"
#include "base/str.h"

Str text_of(const char *cstr); // NULL is empty
Str text_print(Arena *arena, const char *fmt, ...) PRINTF_LIKE(2, 3);
bool word_starts(Str s, Str prefix); // these three ignore ASCII case
bool word_ends(Str s, Str suffix);
bool word_has(Str s, Str needle);
bool word_is_guid(Str s);              // 8-4-4-4-12 hexadecimal digits
Str path_tail(Str path);               // after the last '/', or all of it
Str path_after(Str path, Str segment); // the segment that follows "/segment/"; empty = none
Str url_path(Str url);                 // without host and query
