// SPDX-License-Identifier: Apache-2.0
// href — references between documents: which one a relative reference means, and bytes in base64.
// Depends on: base.  Thread-safe: pure.
// Source: RFC 3986 §5.2 (also for bases that are relative paths), RFC 4648 §4.
#pragma once

#include "base/arena.h"
#include "base/str.h"

// The reference as seen from the document base, without its fragment. Dot segments are gone but for
// leading ".." of a relative base.
Str href_resolve(Arena *arena, Str base, Str reference);

// "https" of "https://…"; empty when the reference is relative. One letter is a drive, no scheme.
Str href_scheme(Str reference);

// What follows the first '#', and whether there is one.
bool href_fragment(Str reference, Str *ret_fragment);

// The bytes; white space is allowed between characters. False: not base64.
MUST_USE bool base64_decode(Arena *arena, Str text, Str *ret_bytes);
