// SPDX-License-Identifier: Apache-2.0
// room — two people and a record in memory, built line by line without the checks of the log.
#pragma once

#include "base/buf.h"
#include "record/people.h"
#include "record/verify.h"

typedef struct Room {
    Arena arena;
    SigningKey *ann; // owner
    SigningKey *bob; // technical approver
    Principal ann_is;
    Principal bob_is;
    Buf record;
    Hash leaves[64];
    uint64_t size;
    size_t ends[65]; // ends[n]: bytes of the first n entries
    Ticks now;       // a minute more with each entry
} Room;

// An Err takes one cause; the next call gets it empty.
static inline Err *anew(Err *err)
{
    *err = (Err){0};
    return err;
}

void room_open(Room *room);
void room_close(Room *room);

// Signs and adds. The place and head are those of the end unless changed by room_add_at.
void room_add(Room *room, const SigningKey *key, const EntryNew *entry);
void room_add_at(Room *room, const SigningKey *key, const EntryNew *entry, uint64_t sequence,
                 const Hash *previous);
void room_trust(Room *room, const SigningKey *by, const Principal *whom);
void room_revoke(Room *room, const SigningKey *by, const Principal *whom);
void room_note(Room *room, const SigningKey *by, const char *subject);

// Ann trusts herself and Bob, then both note things: six entries.
void room_fill(Room *room);

// A checkpoint of the record as it is.
Checkpoint room_checkpoint(Room *room, const SigningKey *key);

Verdict room_verify(Room *room, Str bytes, const Checkpoint *checkpoint);
