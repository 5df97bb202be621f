// SPDX-License-Identifier: Apache-2.0
// principal — a person or a service with a key: what the public document about it says.
// Depends on: base, json, key, merkle.  Thread-safe: pure.
#pragma once

#include "base/ticks.h"
#include "record/key.h"
#include "record/merkle.h"
#include "json/json.h"
#include "json/write.h"

// What somebody may be trusted to do. An owner decides whom the workspace trusts.
#define ROLES(X)                                                                                   \
    X(OWNER, "owner")                                                                              \
    X(BUSINESS_APPROVER, "business-approver")                                                      \
    X(TECHNICAL_APPROVER, "technical-approver")                                                    \
    X(CONTROL_OWNER, "control-owner")                                                              \
    X(ATTESTER, "attester")                                                                        \
    X(AUDITOR, "auditor")

typedef enum Role {
#define X(name, text) ROLE_##name,
    ROLES(X)
#undef X
        ROLE_COUNT
} Role;

typedef uint32_t Roles; // bit 1 << Role

static inline Roles roles_of(Role role)
{
    return (Roles)1 << role;
}

// False: there is no such role; err lists those there are.
MUST_USE bool roles_add(Roles *roles, Str name, Err *err);
MUST_USE bool roles_read(const Json *texts, Roles *ret_roles, Err *err);
Str roles_text(Arena *arena, Roles roles); // "owner, auditor"
Str role_name(Role role);

enum { PRINCIPAL_NAME_BYTES_MAX = 200 };

typedef struct Principal {
    Str id; // fingerprint of the key
    Str name;
    Roles roles;
    PublicKey public_key;
    Ticks created;
    Ticks expires; // 0 = never
    Hash document; // SHA-256 of the document's canonical form

    // What the record says; empty and 0 before it says anything.
    Str trusted_by; // id
    Ticks trusted;
    Str revoked_by; // id
    Ticks revoked;
    Str reason; // why revoked
} Principal;

// The public document of a new key: canonical JSON, signed by the key itself, which shows that its
// maker holds it. Fills in id, public_key and document. Errors: a name that is empty, too long or
// holds control characters.
MUST_USE bool principal_write(Arena *arena, const SigningKey *key, Principal *principal,
                              Str *ret_document, Err *err);

// Reads one and checks id and signature. Errors: ERR_SYNTAX, ERR_SCHEMA.
MUST_USE bool principal_read(Arena *arena, Str bytes, Principal *ret_principal, Err *err);

// All that is known, for people and programs; not signed.
void principal_out(JsonOut *out, const Principal *principal);

// May a text stand as a name, a subject, a reason: UTF-8 without control characters?
bool text_is_plain(Str text);
