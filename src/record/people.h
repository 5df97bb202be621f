// SPDX-License-Identifier: Apache-2.0
// people — the workspace's trust list, as the record tells it entry by entry: who was trusted with
// which roles, by whom, and whose key was revoked. There is no other list to disagree with it.
// Depends on: base, entry, principal.  Not thread-safe for writing.
#pragma once

#include "base/map.h"
#include "record/entry.h"
#include "record/principal.h"

#define WHAT_TRUST STR("key.trust")
#define WHAT_REVOKE STR("key.revoke")

typedef struct People {
    Arena *arena; // borrowed
    Principal *at;
    uint32_t count;
    uint32_t cap;
    Map by_id;
} People;

void people_init(People *people, Arena *arena);

// The principal with this id; NULL = the record knows none.
const Principal *people_find(const People *people, Str id);

// By id, the beginning of one (at least 4 digits), or name. Errors: ERR_NO_INPUT when there is none
// or when several fit, naming them.
MUST_USE bool people_look_up(const People *people, Str text, const Principal **ret_principal,
                             Err *err);

// May this principal (NULL = unknown) sign at that time? Errors (ERR_PERMISSION): not trusted,
// revoked, expired; each with the way out.
MUST_USE bool people_may_sign(const Principal *principal, Str id, Ticks time, Err *err);

// Whose signature the entry must have; NULL = nobody the record trusts. ret_founder is room for the
// one who trusts himself in the first entry.
const Principal *people_signer(const People *people, const Entry *entry, Principal *ret_founder);

// Changes the list as an entry says; entries about other things change nothing. Errors: ERR_SCHEMA
// for an entry that does not say enough, ERR_PERMISSION for one its signer had no right to, or that
// would leave no owner.
MUST_USE bool people_apply(People *people, const Entry *entry, Err *err);

// ---- entries that change the list ----

enum { TRUST_FIELDS = 5, REVOKE_FIELDS = 1 };

// fields is room. The principal and its texts must outlive the entry.
EntryNew people_trust_entry(Arena *arena, const People *people, const Principal *principal,
                            EntryField fields[TRUST_FIELDS]);
EntryNew people_revoke_entry(const Principal *principal, Str reason,
                             EntryField fields[REVOKE_FIELDS]);
