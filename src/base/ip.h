// SPDX-License-Identifier: Apache-2.0
// ip — addresses, CIDR blocks and a-b ranges as 128-bit intervals.
// Depends on: str.  Thread-safe: pure.  Source: RFC 4291 §2.2, RFC 4632, RFC 5952.
#pragma once

#include "base/str.h"

typedef struct IpRange {
    bool is_v6;
    uint8_t first[16]; // network order; IPv4 in the last four bytes, the others zero
    uint8_t last[16];  // inclusive
} IpRange;

// An address, a CIDR block (host bits are masked away) or first-last. False: none of these.
MUST_USE bool ip_parse(Str text, IpRange *ret_range);

// True when every address of inner is in outer. Different families: false.
bool ip_contains(const IpRange *outer, const IpRange *inner);
