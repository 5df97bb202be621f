// SPDX-License-Identifier: Apache-2.0
// plain — values as YAML and XML write them: texts without quotes, of which the model says whether
// they are texts, numbers or truth values.
// Depends on: json.  Thread-safe: pure.
// Source: YAML 1.2.2 §10.3.2 (core schema); XML Schema Part 2 §3.3 (decimal, integer, boolean).
#pragma once

#include "json/json.h"

typedef enum PlainWant {
    PLAIN_ANY, // the model does not know the place
    PLAIN_TEXT,
    PLAIN_NUMBER,
    PLAIN_BOOL
} PlainWant;

// What a datatype of the model wants; PLAIN_ANY for an empty name.
PlainWant plain_want(Str datatype);

// "+1", "007", ".5", "1." as a number of JSON; the source's own text where that is one already.
// False: not a number.
MUST_USE bool plain_number(Arena *arena, Str text, Json *ret_json);

typedef enum PlainFault {
    PLAIN_OK,
    PLAIN_NO_JSON, // .inf, .nan, or a whole number of base 8 or 16 beyond 64 bits
} PlainFault;

// A plain scalar of YAML by the core schema: null, bool, int, float, or else the text.
PlainFault plain_resolve(Arena *arena, Str text, Json *ret_json);
