// SPDX-License-Identifier: Apache-2.0
// tier — how much an asset matters: the weight of a resource within its control.
// Depends on: json, diag.  Thread-safe: read-only once read.
// Source: docs/baseline-package.md "Tiers".
#pragma once

#include "base/diag.h"
#include "json/json.h"

typedef enum Tier {
#define TIER(id, name, weight) TIER_##id,
#include "baseline/tier.def"
#undef TIER
    TIER_COUNT
} Tier;
const char *tier_name(Tier tier);
uint32_t tier_weight(Tier tier);

typedef struct TierRow {
    Str scope; // an id, or an id everything below has the tier of
    Tier tier;
} TierRow;

typedef struct TierTable {
    const TierRow *rows;
    uint32_t count;
    Tier fallback; // of assets no row holds
} TierTable;

// Reads {"default": "standard", "assets": [{"scope": "/tenants/T/environments/E", "tier": "…"}]}.
MUST_USE bool tier_table_read(Arena *arena, const Json *json, DiagList *diags,
                              TierTable *ret_table);

// The tier of the longest scope that holds the id (or the resource's own scope, for ids that do not
// tell where the resource is). A NULL table: TIER_STANDARD.
Tier tier_of(const TierTable *table, Str resource_id, Str resource_scope);
