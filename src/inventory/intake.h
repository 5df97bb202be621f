// SPDX-License-Identifier: Apache-2.0
// intake — the bytes of an input to documents, and these to entries and rows. Internal.
// Depends on: store, manifest, body.  Not thread-safe.
#pragma once

#include "inventory/store.h"

void intake_read(Inventory *inventory, const Input *input);
