// SPDX-License-Identifier: Apache-2.0
// derive — facts made from other objects: joins and aggregates that rules need but cannot write.
// Depends on: intake.  Not thread-safe. Internal to the layer.
#pragma once

#include "inventory/intake.h"

// Adds the fact `scope/name` of that type, marked as derived.
void derive_put(Inventory *inventory, Str scope, const char *name, const char *type,
                const Tree *properties);

void derive_environment_roles(Inventory *inventory);
