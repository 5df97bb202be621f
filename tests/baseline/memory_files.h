// SPDX-License-Identifier: Apache-2.0
// memory_files — a small valid package in memory, and one made from it (the small one under base/),
// of which a test may replace or drop one file, or add some.
// Depends on: baseline.  Thread-safe: a rig belongs to its test.
#pragma once

#include "baseline/baseline.h"

typedef struct MemoryFiles {
    Arena *arena;
    const char *path; // the file that differs; NULL = none
    const char *from; // the part of its text to replace; NULL = the file is not there
    const char *to;
    bool tailored;         // the package made from the small one
    const char *added[12]; // further files, in place of those of the same path: path, text (NULL:
                           // there is no such file), …
} MemoryFiles;

PackageFiles memory_files(MemoryFiles *files);
