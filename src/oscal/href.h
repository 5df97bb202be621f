// SPDX-License-Identifier: Apache-2.0
// href — references between documents: which one a relative reference means, and bytes in base64.
// Depends on: base.  Thread-safe: pure.
// Source: RFC 3986 §2, §5.2 (also for bases that are relative paths), RFC 4648 §4.
#pragma once

#include "base/arena.h"
#include "base/str.h"

// The reference as seen from the document base, without its fragment. Dot segments are gone but for
// leading ".." of a relative base. A base without scheme is a path: '#' and '?' may stand in the
// names of its folders.
Str href_resolve(Arena *arena, Str base, Str reference);

// The reference without white space around it, which is none of it.
Str href_trim(Str reference);

// The href without the fragment that its last segment may have.
Str href_document(Str href);

// A path as a reference: what cannot stand in one is percent-encoded. One with a scheme is one.
Str href_of_path(Arena *arena, Str path);

// "https" of "https://…"; empty when the reference is relative. One letter is a drive, no scheme.
Str href_scheme(Str reference);

// What follows the first '#', and whether there is one.
bool href_fragment(Str reference, Str *ret_fragment);

// The bytes; white space is allowed between characters. False: not base64.
MUST_USE bool base64_decode(Arena *arena, Str text, Str *ret_bytes);
