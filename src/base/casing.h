// SPDX-License-Identifier: Apache-2.0
// casing — the simple (one code point to one) case mappings as a table of ranges.
// Depends on: base.  Thread-safe: pure.
// Source: the Simple_Uppercase_Mapping and Simple_Lowercase_Mapping facts of Unicode 14.
#pragma once

#include "base/base.h"

// Code points without a mapping stay. So do dotless i, long s and (for lower) I with dot, which
// would otherwise meet ASCII letters: .NET's ordinal comparison keeps them apart as well.
uint32_t casing_upper(uint32_t cp);
uint32_t casing_lower(uint32_t cp);

// A letter in any script: general category L*.
bool casing_is_letter(uint32_t cp);
