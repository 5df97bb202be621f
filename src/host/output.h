// SPDX-License-Identifier: Apache-2.0
// output — files that appear whole or not at all: written beside their place, synced, renamed.
// Depends on: base.  Not thread-safe: one output, one thread at a time.
#pragma once

#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"

typedef struct Output Output;

// The system calls that can fail, so that tests can make each of them fail. NULL = the real ones.
typedef struct OutputCalls {
    ssize_t (*write)(int fd, const void *bytes, size_t count);
    int (*fsync)(int fd);
    int (*rename)(const char *from, const char *to);
} OutputCalls;

// Opens a temporary file in the folder of path. What is not a regular file ("-" = standard output,
// a pipe, a device) is written directly. path must outlive the output. Errors: ERR_WRITE with path.
MUST_USE bool output_open(Str path, const OutputCalls *calls, Output **ret_output, Err *err);

// The same for a file that only its owner may read and write (0600), whatever the umask.
MUST_USE bool output_open_private(Str path, const OutputCalls *calls, Output **ret_output,
                                  Err *err);

MUST_USE bool output_write(Output *output, Str bytes, Err *err);

// Writes what is buffered, syncs and puts the file in its place. Nothing may be written after.
MUST_USE bool output_commit(Output *output, Err *err);

// Removes the temporary file unless it was committed. NULL is fine.
void output_close(Output *output);

// The reader of a pipe went away: writes are dropped from then on, and are no error.
bool output_is_closed_pipe(const Output *output);
