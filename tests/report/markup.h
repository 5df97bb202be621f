// SPDX-License-Identifier: Apache-2.0
// markup — is a page or drawing whole: elements closed in order, attributes quoted, ids given once,
// links within it leading somewhere?
// Depends on: base.  Not thread-safe.
#pragma once

#include "base/map.h"

typedef struct Markup {
    const char *fault; // NULL = none; the first one
    Str at;            // where
    uint32_t elements;
    uint32_t scripts; // elements and attributes that run or fetch something
    Map ids;
} Markup;

Markup markup_read(Arena *arena, Str text);
