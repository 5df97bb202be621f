// SPDX-License-Identifier: Apache-2.0
// release_version — the version a baseline is released as, X.Y.Z, and the one that would come next.
// A manifest may hold any text; policy/bind.h's version_cmp gives those of this form their order.
// Depends on: buf.  Thread-safe: pure.
#pragma once

#include "base/buf.h"

// Three whole numbers without leading zeros, each with at most nine digits?
bool release_version_is(Str text);

// The next minor one: 1.2.3 → 1.3.0. version: one that is.
void release_version_next(Buf *buf, Str version);
