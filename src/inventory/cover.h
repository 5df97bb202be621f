// SPDX-License-Identifier: Apache-2.0
// cover — rows by kind and scope, once they are judged. Internal.
// Depends on: store, enter.  Not thread-safe.
#pragma once

#include "inventory/store.h"

void cover_index(Inventory *inventory);
