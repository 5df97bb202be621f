// SPDX-License-Identifier: Apache-2.0
// body — a tree to entries: what is a list, a page, an export of many bodies, a refusal. Internal.
// Depends on: doc, refusal, scuba.  Not thread-safe.
#pragma once

#include "inventory/doc.h"

void body_read(Doc *doc, const Json *json, uint32_t line);

bool body_is_page(const Json *json); // {"value": […]} without an id
