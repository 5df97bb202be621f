// SPDX-License-Identifier: Apache-2.0
// shrink — makes a failing JSON document smaller while it still fails.
// Depends on: json.  Thread-safe: pure.
#pragma once

#include "json/json.h"

typedef struct Shrink {
    bool (*fails)(void *ctx, const Json *json); // true: the smaller document is as good
    void *ctx;
} Shrink;

// Takes away members and items, and puts a part in the place of the whole, as long as it fails.
// Each round costs one call per value of the document.
const Json *shrink_json(Arena *arena, const Json *json, const Shrink *shrink);
