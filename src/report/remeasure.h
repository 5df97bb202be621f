// SPDX-License-Identifier: Apache-2.0
// remeasure — what changed since, told: the ruler, the room, control by control.
// Depends on: assess/compare, page, json.  Thread-safe: pure.
#pragma once

#include "assess/compare.h"
#include "report/page.h"
#include "json/write.h"

void remeasure_text(const Page *page, const Remeasure *remeasure);

// Writes the member "comparison" of an object that is open.
void remeasure_json(JsonOut *out, const Remeasure *remeasure);
