// SPDX-License-Identifier: Apache-2.0
// manifest — a collection manifest beside the bodies: which request each file answers. Internal.
// Depends on: store, doc.  Not thread-safe.
#pragma once

#include "inventory/store.h"

bool manifest_is_name(Str file);
bool manifest_read(Inventory *inventory, const Input *input); // false: it is none after all

// The next route of a file after one (NULL: the first); NULL = there is none.
const Route *manifest_find(const Inventory *inventory, Str file, const Route *after);
