// SPDX-License-Identifier: Apache-2.0
// place — tenants and environments: which an object is of. Internal.
// Depends on: store.  Not thread-safe.
#pragma once

#include "inventory/store.h"

void place_tenant(Inventory *inventory, Str tenant, uint32_t strength);
void place_learn(Inventory *inventory, const Entry *entry);
void place_environments(Inventory *inventory);
Str place_of_entry(Inventory *inventory, const Entry *entry);
Str place_of_url(Inventory *inventory, Str url);
Str place_of_file(Inventory *inventory, Str file);
Str place_of_default(Str environment); // T of "Default-T", else empty
Str entry_own_id(Arena *arena, const Entry *entry);

// "/tenants/T/environments/E"; empty environment: the tenant's.
Str scope_of(Arena *arena, Str tenant, Str environment);
