// SPDX-License-Identifier: Apache-2.0
// secret — bytes that stay out of swap and core dumps and are wiped when closed; and passphrases,
// read from a terminal without echo, a file or a descriptor, never from arguments.
// Depends on: base, host, libsodium.  Not thread-safe: one secret, one thread.
#pragma once

#include "base/err.h"
#include "base/str.h"

enum { PASSPHRASE_BYTES_MIN = 8, PASSPHRASE_BYTES_MAX = 1024 };

typedef struct Secret {
    uint8_t *ptr; // guarded pages, locked where the system allows; closed by secret_close
    size_t len;
} Secret;

// ASSERTs that there is memory. Must come first of all uses of libsodium that need randomness.
Secret secret_open(size_t len);
void secret_close(Secret *secret);

typedef struct PassphraseSource {
    Str file;    // its first line; "-" is standard input; empty = not from a file
    int fd;      // its first line; -1 = not from a descriptor
    bool is_new; // asked twice at a terminal, and not shorter than PASSPHRASE_BYTES_MIN
} PassphraseSource;

// Reads a passphrase; without file and fd it asks at the terminal. Errors: ERR_NO_INPUT, ERR_LIMIT,
// ERR_SCHEMA for one that is too short or two that differ.
MUST_USE bool passphrase_read(const PassphraseSource *source, const char *prompt,
                              Secret *ret_passphrase, Err *err);
