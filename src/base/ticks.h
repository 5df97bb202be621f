// SPDX-License-Identifier: Apache-2.0
// ticks — civil time as a count of 100 ns steps since 0001-01-01T00:00:00Z, as .NET counts.
// Depends on: str.  Thread-safe: pure. There is no clock here: time comes in as a parameter.
// Source: ISO 8601-1:2019 §5; proleptic Gregorian calendar.
#pragma once

#include "base/buf.h"
#include "base/str.h"

typedef int64_t Ticks;

enum { TICKS_PER_SECOND = 10000000 };
#define TICKS_PER_DAY ((Ticks)86400 * TICKS_PER_SECOND)

// Parses yyyy-MM-dd, or yyyy-MM-ddTHH:mm[:ss[.f{1,}]] with Z, ±HH:mm or nothing (taken as UTC).
// Fractions beyond seven digits are cut. False: not such a time, or out of years 1..9999.
MUST_USE bool ticks_parse(Str text, Ticks *ret_time);

// Parses exactly yyyy-MM-ddTHH:mm:ss[.f{1,7}]Z, the form addDays takes.
MUST_USE bool ticks_parse_round_trip(Str text, Ticks *ret_time);

void ticks_print(Buf *out, Ticks time);       // 2024-01-16T12:00:00Z, fraction only if not zero
void ticks_print_seven(Buf *out, Ticks time); // 2024-01-16T12:00:00.0000000Z

// Adds days; false when the result leaves years 1..9999.
MUST_USE bool ticks_add_days(Ticks time, int64_t days, Ticks *ret_time);
