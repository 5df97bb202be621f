// SPDX-License-Identifier: Apache-2.0
// dir_files — a package in a directory, for tests. Stops the program when the disk misbehaves.
// Depends on: baseline.  Not thread-safe: one arena.
#pragma once

#include "baseline/baseline.h"

typedef struct DirFiles {
    Arena *arena;     // bytes and paths live there
    const char *root; // relative to the directory tests run in: the source root
} DirFiles;

PackageFiles dir_files(DirFiles *dir);

// The names of the directories directly in one, sorted.
uint32_t dir_list_dirs(Arena *arena, const char *path, const char *const **ret_names);
