// SPDX-License-Identifier: Apache-2.0
// scratch — a temporary folder for one test program, and small files in it.
#pragma once

#include "base/str.h"

// The folder, made on first use and removed with everything in it at exit.
const char *scratch_folder(void);

// A path in the folder; the text lives until exit.
Str scratch_path(const char *name);

// Writes a file; stops the program when that fails.
Str scratch_file(const char *name, Str bytes);

// What a file holds; ret_len says how much. Freed by the caller.
char *scratch_read(Str path, size_t *ret_len);

// How many entries the folder has.
int scratch_count(void);
