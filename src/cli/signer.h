// SPDX-License-Identifier: Apache-2.0
// signer — the workspace a command works in, and the key it signs with.
// Depends on: cli, record.  Not thread-safe.
#pragma once

#include "cli/cli.h"
#include "record/log.h"

// --workspace, or .datum in the current folder.
Workspace signer_workspace(Cli *cli);

// Reads the record. One with a fault is said and recorded in the outcome; what stands before the
// fault is given all the same. False only when it cannot be read.
bool signer_replay(Cli *cli, const Workspace *workspace, ReplayDepth depth, Str *ret_bytes,
                   Replay *ret_replay);

// Opens the key that --key names (by id, the beginning of one, or name), or the only one there is,
// asking for its passphrase. It must be one the record trusts now. The caller closes it. False:
// said, and recorded in the outcome.
bool signer_open(Cli *cli, const Workspace *workspace, const People *people, SigningKey **ret_key);

// The passphrase, from where the options say.
bool signer_passphrase(Cli *cli, const char *prompt, bool is_new, Secret *ret_passphrase);

// Signs and records; says under which number.
bool signer_record(Cli *cli, const Workspace *workspace, const SigningKey *key, EntryNew *entry);

// Principals whose documents lie in the workspace, trusted or not, sorted by id.
bool signer_documents(Cli *cli, const Workspace *workspace, const Principal **ret_principals,
                      uint32_t *ret_count);
