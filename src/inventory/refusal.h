// SPDX-License-Identifier: Apache-2.0
// refusal — is this body, with this status, an answer that is not data? Internal.
// Depends on: source.  Thread-safe: pure.
#pragma once

#include "inventory/source.h"
#include "json/json.h"

typedef struct Refusal {
    SourceStatus status;
    Str reason;
    bool is_coded; // the service named the reason; an empty 404 does not
} Refusal;
bool refusal_of_json(Arena *arena, const Json *body, uint32_t status, Refusal *ret_refusal);
bool refusal_of_text(Arena *arena, Str text, uint32_t status, Refusal *ret_refusal);
