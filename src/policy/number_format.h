// SPDX-License-Identifier: Apache-2.0
// number_format — a number written the way one of .NET's format strings asks, in the invariant
// culture: N2, D5, #,##0.00;(#,##0.00).
// Depends on: json, scalar.  Thread-safe: pure.
// Source: .NET "Standard numeric format strings", "Custom numeric format strings".
#pragma once

#include "base/buf.h"
#include "json/json.h"

// Appends the number; an empty spec is G. Integers keep all their digits, however many there are.
// False when spec is no format, or none for this number (D and X want an integer, R a fraction);
// out may then hold a part of the text. Exponents in custom formats (0.0E+0) are not known.
MUST_USE bool number_format(Buf *out, const Json *number, Str spec);
