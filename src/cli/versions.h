// SPDX-License-Identifier: Apache-2.0
// versions — what the releases of a baseline are called: which of them has a version already, and
// which version would come next. A retired release keeps its own.
// Depends on: baselines.  Not thread-safe.
#pragma once

#include "cli/baselines.h"

typedef struct Versions {
    uint64_t holder;     // the release that has the version asked for; 0 = none
    uint64_t highest;    // the release with the highest X.Y.Z; 0 = none has that form
    Str highest_version; // arena; empty = none
    Str next;            // arena: what a new one may be called; "X.Y.Z" where that is not known
} Versions;

// Reads the releases, whether they hold or not: one that does not is told where it is used.
Versions versions_find(Cli *cli, const Home *home, Str version);
