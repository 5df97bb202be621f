// SPDX-License-Identifier: Apache-2.0
// hex — hashes, keys and signatures as lower-case hexadecimal text: one text for each value.
// Depends on: base.  Thread-safe: pure.
#pragma once

#include "base/buf.h"

void hex_print(Buf *out, const uint8_t *bytes, size_t count);
Str hex_text(Arena *arena, const uint8_t *bytes, size_t count);

// Exactly 2 * count digits, 0-9 a-f. Upper case is refused: a second spelling of one value.
MUST_USE bool hex_parse(Str text, uint8_t *ret_bytes, size_t count);
