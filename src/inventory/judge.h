// SPDX-License-Identifier: Apache-2.0
// judge — statuses once everything is read. Internal.
// Depends on: store, place, enter.  Not thread-safe.
#pragma once

#include "inventory/store.h"

void judge_rows(Inventory *inventory);
