// SPDX-License-Identifier: Apache-2.0
// suggest — the known word a misspelt one was probably meant to be.
// Depends on: str.  Thread-safe: pure.
#pragma once

#include "base/str.h"

// The name nearest to word by edits (insert, delete, change, swap of neighbours), ignoring ASCII
// case; the first of equals. Empty when none is near: more than a third of the word differs.
Str suggest_nearest(Str word, const Str *names, size_t count);

// `; did you mean "near"?` for the end of a message, or nothing when near is empty.
Str suggest_ask(Arena *arena, Str near);

// How many edits lie between two words, at most max + 1 (then: more than max).
unsigned suggest_distance(Str a, Str b, unsigned max);
