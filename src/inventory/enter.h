// SPDX-License-Identifier: Apache-2.0
// enter — entries to envelopes. Internal.
// Depends on: store, place, merge.  Not thread-safe.
#pragma once

#include "inventory/store.h"

void enter_all(Inventory *inventory, DiagList *diags);
