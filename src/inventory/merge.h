// SPDX-License-Identifier: Apache-2.0
// merge — one envelope per id. Internal.
// Depends on: store.  Not thread-safe.
#pragma once

#include "inventory/store.h"

void merge_envelope(Inventory *inventory, const Envelope *envelope, const Entry *entry,
                    DiagList *diags);
// Adds or replaces: derived facts are made anew, whatever an earlier export said.
void merge_replace(Inventory *inventory, const Envelope *envelope);
