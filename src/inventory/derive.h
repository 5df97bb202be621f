// SPDX-License-Identifier: Apache-2.0
// derive — facts made from other objects: joins and aggregates that rules need but cannot write.
// Depends on: store, place, merge.  Not thread-safe. Internal to the layer.
#pragma once

#include "inventory/store.h"

// Adds the fact `scope/name` of that type, marked as derived.
void derive_put(Inventory *inventory, Str scope, const char *name, const char *type,
                const Tree *properties);

void derive_environment_roles(Inventory *inventory);

// Each makes all facts of its kind, once everything is read and judged.
void derive_policies(Inventory *inventory);
void derive_app_sharing(Inventory *inventory);
void derive_anchor(Inventory *inventory);
void derive_roles(Inventory *inventory);
