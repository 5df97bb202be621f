// SPDX-License-Identifier: Apache-2.0
// culture — text as .NET's invariant culture compares it: case folded in full (ß is ss, ﬃ is ffi),
// ordered with punctuation before symbols, digits and letters; accents decide among equals.
// Depends on: base.  Thread-safe: pure.
// Source: the F rows of Unicode 14 CaseFolding; the root collation's order of ASCII; the canonical
// decompositions of Latin letters in UnicodeData. Other letters are ordered by folded code point,
// which is not the culture's order: æ and letters of other scripts come after z.
#pragma once

#include "base/str.h"

// Equal ignoring case. Text without expanding characters costs what text_eq_nocase costs.
bool culture_eq(Str a, Str b);

// <0, 0, >0. Ignoring case; or with lower before upper case where nothing else differs.
int culture_cmp_nocase(Str a, Str b);
int culture_cmp(Str a, Str b);

// The questions of base/text.h under full folding.
bool culture_contains(Str s, Str needle);
bool culture_starts(Str s, Str prefix);
bool culture_ends(Str s, Str suffix);
bool culture_like(Str s, Str pattern);
