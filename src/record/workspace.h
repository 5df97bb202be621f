// SPDX-License-Identifier: Apache-2.0
// workspace — the folder where an organisation's keys, principals and record lie.
// Depends on: base, host, key, principal.  Not thread-safe against other writers but log.
//   keys/ID.json     private keys, each under its passphrase; readable by their owner only
//   people/ID.json   public documents of principals, to hand to whoever is to trust them
//   record.ndjson    the record
#pragma once

#include "record/key.h"
#include "record/principal.h"

typedef struct Workspace {
    Str folder; // arena, like the rest
    Str keys;
    Str people;
    Str record;
    Str lock; // an empty file, locked while the record is added to
} Workspace;

// Names the paths; touches nothing.
Workspace workspace_at(Arena *arena, Str folder);

// Makes the folders that are not there, readable by their owner only. Errors: ERR_WRITE.
MUST_USE bool workspace_make(const Workspace *workspace, Err *err);

// Writes a file whole or not at all; private ones get 0600.
MUST_USE bool workspace_write(Str path, Str bytes, bool is_private, Err *err);

// Takes back a file that was written; one that is not there is fine.
void workspace_remove(Str path);

Str workspace_key_path(Arena *arena, const Workspace *workspace, Str id);
Str workspace_principal_path(Arena *arena, const Workspace *workspace, Str id);

// The ids of the private keys here, sorted. None when there is no folder.
MUST_USE bool workspace_key_ids(Arena *arena, const Workspace *workspace, const Str **ret_ids,
                                uint32_t *ret_count, Err *err);

MUST_USE bool workspace_read_key(Arena *arena, const Workspace *workspace, Str id,
                                 KeyFile *ret_file, Err *err);
MUST_USE bool workspace_read_principal(Arena *arena, Str path, Principal *ret_principal, Err *err);
