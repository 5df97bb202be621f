// SPDX-License-Identifier: Apache-2.0
// log — the record's file: read whole, added to at its end under a lock, synced before anyone is
// told.
// Depends on: base, host, replay, workspace.  Processes exclude each other; threads of one do not.
#pragma once

#include <sys/types.h>

#include "record/replay.h"
#include "record/workspace.h"

#define RECORD_BYTES_MAX ((size_t)256 << 20)

// The system calls that can fail, so that tests can make each of them fail. NULL = the real ones.
typedef struct LogCalls {
    ssize_t (*write)(int fd, const void *bytes, size_t count);
    int (*fsync)(int fd);
    int (*truncate)(int fd, off_t length);
} LogCalls;

// The file's bytes; none, and *ret_exists false, when there is no record yet. Errors: ERR_NO_INPUT,
// ERR_LIMIT.
MUST_USE bool log_read(Arena *arena, const Workspace *workspace, Str *ret_bytes, bool *ret_exists,
                       Err *err);

// Adds a signed entry; the workspace must have been made. The signer must be one the record trusts
// (in an empty one: the owner who trusts himself), and the record must have no fault. Reads the
// whole record first. Errors: ERR_PERMISSION, ERR_SCHEMA, ERR_LIMIT, ERR_WRITE; after any of them
// the file is what it was, unless the text says that even this could not be reached.
MUST_USE bool log_append(Arena *arena, const Workspace *workspace, const LogCalls *calls,
                         const SigningKey *key, const EntryNew *entry, uint64_t *ret_sequence,
                         Err *err);

typedef enum MendKind {
    MEND_NOTHING, // the last line is whole
    MEND_ENDED,   // the last entry was whole and only its newline was missing: added
    MEND_CUT      // what stood after the last whole entry was moved aside
} MendKind;

// Puts right what an append that did not end left behind. What is cut off is kept in ret_aside.
MUST_USE bool log_mend(Arena *arena, const Workspace *workspace, MendKind *ret_kind, Str *ret_aside,
                       Err *err);
