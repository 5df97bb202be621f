// SPDX-License-Identifier: Apache-2.0
// change — the papers of a formal change: proposal, review, approval, release, retirement. Each is
// one JSON object in canonical form, signed; a paper that was touched is not read.
// Depends on: base, json, doc, key, principal, seal.  Thread-safe: pure.
// Source: docs/formal-change.md; RFC 8785.
#pragma once

#include "record/acts.h"

typedef enum PaperKind {
    PAPER_PROPOSAL,
    PAPER_REVIEW,
    PAPER_APPROVAL,
    PAPER_RELEASE,
    PAPER_RETIREMENT,
    PAPER_COUNT
} PaperKind;

// All members any of them has; docs/formal-change.md says which.
typedef struct Paper {
    Str baseline;    // its name in the manifest
    uint64_t number; // of the change, or of the release
    Str who;         // id of the signer's key
    Ticks time;
    Hash of;                // review, approval: the proposal; retirement: the release
    Hash digest;            // of the content
    Ticks effective;        // from when
    Str reason;             // proposal, retirement
    Str verdict;            // review: support, object, comment
    Str comment;            // review, approval
    Str version;            // of the content's manifest
    const Json *reference;  // {kind, id}; NULL = none
    const Json *from;       // {release, digest}; NULL = the first
    const Json *files;      // path → SHA-256 of its canonical form
    const Json *words;      // the difference in sentences
    const Json *difference; // the same for programs
    const Json *content;    // path → the file
    const Json *proposal;   // release: the papers it rests on
    const Json *approvals;
    const Json *reviews;
    const Json *signers; // id → {name, public_key}

    // Of the paper itself.
    PaperKind kind;
    const Json *json;
    Hash hash;     // of its canonical form
    bool recorded; // an entry vouches for it; for who holds it against the record to say
} Paper;

// Signs. Fills in kind, who, json and hash; ret_text is the canonical form.
MUST_USE bool paper_sign(Arena *arena, const SigningKey *key, PaperKind kind, Paper *paper,
                         Str *ret_text, Err *err);

// Reads the bytes of a file: exactly the canonical form and a newline. The signature is not checked
// yet. Errors: ERR_SYNTAX, ERR_SCHEMA, ERR_LIMIT.
MUST_USE bool paper_read(Arena *arena, Str bytes, PaperKind kind, const JsonLimits *limits,
                         Paper *ret_paper, Err *err);

// The same of a paper that stands inside another one.
MUST_USE bool paper_of_json(Arena *arena, const Json *json, PaperKind kind, Paper *ret_paper,
                            Err *err);

bool paper_is_signed_by(Arena *arena, const Paper *paper, const PublicKey *key);

const char *paper_name(PaperKind kind); // "proposal"

// ---- digests ----

// SHA-256 over the canonical object path → SHA-256 of the file's canonical form. content: path →
// file; *ret_files is that object. Errors: a number no double holds, naming the file.
MUST_USE bool content_digest(Arena *arena, const Json *content, const Json **ret_files,
                             Hash *ret_digest, Err *err);

// ---- how many must approve, and who among them ----

typedef struct Quorum {
    uint32_t count; // approvals by different keys, none of them the proposer's
    Roles roles;    // each must be held by one of them
} Quorum;

// From a manifest: approvals {count, roles}, else approverRoles, one each; else one approval.
// Errors: ERR_SCHEMA.
MUST_USE bool quorum_read(const Json *manifest, Quorum *ret_quorum, Err *err);

// What a release asks and what the change would ask: nobody lowers the bar they jump over.
Quorum quorum_join(Quorum a, Quorum b);

// Do these approvals suffice? roles: of each. False: why not, with the way out, in ret_why.
bool quorum_holds(Arena *arena, Quorum quorum, const Roles *roles, uint32_t count, Str *ret_why);
