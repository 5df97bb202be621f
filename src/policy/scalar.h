// SPDX-License-Identifier: Apache-2.0
// scalar — the text of a number, a boolean or null, as functions and operators see it.
// Depends on: json.  Thread-safe: pure.
#pragma once

#include "json/json.h"

enum { SCALAR_TEXT_MAX = 32 }; // bytes a number or boolean needs at most

// Strings as they are; null is ''; true and false in lower case; integers in decimal; other numbers
// in the shortest form that reads back, always with a point or an exponent (5.0, 1e+30). A number
// that a double cannot hold keeps its source text. False for arrays and objects.
// The text borrows from value or from buf.
bool scalar_text(const Json *value, char buf[SCALAR_TEXT_MAX], Str *ret_text);

// Without the ASCII white space at its ends.
Str scalar_trim(Str text);

// The number a text spells out in full (sign, digits, fraction, exponent; white space around it is
// allowed), as .NET reads it in the invariant culture without group separators.
bool scalar_read_number(Str text, double *ret_number);
bool scalar_read_int(Str text, int64_t *ret_number); // sign and digits only

// <0, 0, >0 of two numbers; integers exactly, others as doubles.
int scalar_order(const Json *a, const Json *b);

// "a string", "null", … for messages.
const char *scalar_type_name(const Json *value);

// A number that is not an integer in the language, even when its value is one: text "5.0".
Json scalar_float(Arena *arena, double value);
