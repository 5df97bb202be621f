// SPDX-License-Identifier: Apache-2.0
// acts — what the record says was done to one baseline: proposed, reviewed, approved, released,
// retired, read; by whom, and what they were trusted with at that moment.
// Depends on: base, entry, people, replay.  Thread-safe: pure.
// Source: docs/formal-change.md.
#pragma once

#include "record/replay.h"

typedef enum ActKind {
    ACT_PROPOSE,
    ACT_REVIEW,
    ACT_APPROVE,
    ACT_RELEASE,
    ACT_RETIRE,
    ACT_ACKNOWLEDGE, // somebody has read it
    ACT_COUNT
} ActKind;

Str act_what(ActKind kind); // "baseline.propose"

// "ours change 3" for what is done to a change, "ours@2" for what is done to a release.
Str act_subject(Arena *arena, ActKind kind, Str baseline, uint64_t number);

typedef struct Act {
    ActKind kind;
    uint64_t number;   // of the change, or of the release
    uint64_t change;   // release: the change it was made from; 0 = the entry does not say
    uint64_t sequence; // of the entry
    Ticks time;
    Str who;
    Roles roles;     // of who, at that moment
    uint32_t others; // principals beside who that could have signed at that moment
    Str note;        // why, or what was commented; empty = nothing
    Str verdict;     // of a review
    Str reference;   // of a proposal: KIND:ID
    bool has_after;
    Hash after; // of the document that was signed
} Act;

typedef struct Acts {
    const Act *at; // in the order of the record
    uint32_t count;
} Acts;

// bytes is a record whose first size entries are good (replay_run).
void acts_read(Arena *arena, Str bytes, uint64_t size, Str baseline, Acts *ret_acts);

// The last one of that kind and number; who empty = by anybody. NULL = there is none.
const Act *acts_find(const Acts *acts, ActKind kind, uint64_t number, Str who);

// The entry that vouches for a document with this hash; NULL = none does.
const Act *acts_of(const Acts *acts, ActKind kind, uint64_t number, Str who, const Hash *document);

// The highest number of that kind; 0 = there is none.
uint64_t acts_last(const Acts *acts, ActKind kind);
