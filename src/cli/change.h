// SPDX-License-Identifier: Apache-2.0
// change — one formal change where it lies: its papers read and held against the record, and new
// ones written. A paper counts when an entry of the record vouches for it.
// Depends on: cli, baselines, signer.  Not thread-safe.
// Source: docs/formal-change.md.
#pragma once

#include "cli/baselines.h"
#include "record/log.h"

typedef struct Change {
    uint64_t number;
    Paper proposal;
    const Paper *approvals; // recorded ones, sorted by key
    uint32_t approval_count;
    const Paper *reviews;
    uint32_t review_count;
    uint64_t release; // what became of it; 0 = it is open
} Change;

// "changes/3.approval-KEY.json", "changes/3.json", "releases/2.retired.json"
Str change_path(Cli *cli, const Home *home, PaperKind kind, uint64_t number, Str key);

// The entry that says a paper was signed.
ActKind change_act(PaperKind kind);

// Reads one paper and checks form, signature, and that it is about this baseline and number.
// Errors name the file and the way out; one that the record knows otherwise is an error.
bool change_read_paper(Cli *cli, const Home *home, Str path, PaperKind kind, uint64_t number,
                       Paper *ret_paper, Err *err);

// Reads a change. Papers nobody vouches for are said and left out. Errors as above.
bool change_read(Cli *cli, const Home *home, uint64_t number, Change *ret_change, Err *err);

// --change, or the newest that is open. False: said, and recorded in the outcome.
bool change_choose(Cli *cli, const Home *home, Change *ret_change);

// The highest number of a change, proposed here or left behind; 0 = there is none.
uint64_t change_last(const Home *home);

// Does the folder still have what was proposed? Fills open with its content. False: said.
bool change_holds(Cli *cli, const Home *home, const Change *change, OpenEdition *open);

// Signs a paper, writes its file, and records it: file first, so that an entry never vouches for
// what nobody has. If it cannot be recorded the file is as it was before. False: said.
typedef struct ChangePaper {
    PaperKind kind;
    uint64_t number;
    Str subject_key; // of the file's name; empty = none
    const Hash *before;
    const EntryField *fields;
    uint32_t field_count;
} ChangePaper;
bool change_write(Cli *cli, const Home *home, const SigningKey *key, const ChangePaper *what,
                  Paper *paper);

// Who may not sign papers at all is refused by signer_open; this opens the key and tells its id.
bool change_signer(Cli *cli, const Home *home, SigningKey **ret_key, Str *ret_id);

// What the change needs: by its own manifest, and by that of the release it follows.
bool change_quorum(Cli *cli, const Home *home, const Paper *proposal, const Json *manifest,
                   Quorum *ret_quorum);

// Principals beside this one that could sign now.
uint32_t change_others(const Cli *cli, const Home *home, Str id);
