// SPDX-License-Identifier: Apache-2.0
// memory_files — a small valid package in memory, of which a test may replace or drop one file.
// Depends on: baseline.  Thread-safe: a rig belongs to its test.
#pragma once

#include "baseline/baseline.h"

typedef struct MemoryFiles {
    Arena *arena;
    const char *path; // the file that differs; NULL = none
    const char *from; // the part of its text to replace; NULL = the file is not there
    const char *to;
} MemoryFiles;

PackageFiles memory_files(MemoryFiles *files);
