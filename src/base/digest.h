// SPDX-License-Identifier: Apache-2.0
// digest — the two name-based identifiers the expression language has: guid() and uniqueString().
// Depends on: str.  Thread-safe: pure.  Not for security.
// Source: RFC 9562 §5.5 (UUID version 5 over SHA-1); MurmurHash3 x86 64-bit folding in base 32.
#pragma once

#include "base/str.h"

// "xxxxxxxx-xxxx-5xxx-…", 36 bytes and NUL.
void digest_uuid5(const uint8_t name_space[16], Str name, char ret_text[37]);

// 13 characters of a-z2-7 and NUL: the 64-bit murmur hash of name.
void digest_unique13(Str name, char ret_text[14]);

void digest_sha1(Str bytes, uint8_t ret_hash[20]);
