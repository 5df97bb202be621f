// SPDX-License-Identifier: Apache-2.0
// replay — the record read from its first entry on: the tree, the trust list, and the first thing
// that is wrong with it.
// Depends on: base, entry, merkle, people.  Thread-safe: pure.
#pragma once

#include "record/entry.h"
#include "record/merkle.h"
#include "record/people.h"

typedef enum FaultKind {
    FAULT_NONE,
    FAULT_ALTERED,   // entry first is not what was written
    FAULT_REMOVED,   // entries first to last are missing
    FAULT_REORDERED, // entry first stands elsewhere
    FAULT_CUT        // bytes after the last whole entry: an append did not end
} FaultKind;

typedef struct Fault {
    FaultKind kind;
    uint64_t first; // sequence
    uint64_t last;
    Str text; // one sentence, names the entry
} Fault;

// TRUST checks the signatures of entries about keys only: enough to add to the record or to know
// whom it trusts. ALL checks each one.
typedef enum ReplayDepth { REPLAY_TRUST, REPLAY_ALL } ReplayDepth;

typedef struct Replay {
    uint64_t size;      // good entries from the beginning
    MerkleEdge edge;    // over them
    Ticks last_time;    // of the last good one; 0 = none
    People people;      // as they are after it
    uint64_t lines;     // whole lines, good or not
    const Hash *leaves; // of each whole line
    Str tail;           // bytes after the last newline
    Fault fault;
} Replay;

// Reads bytes as a record. Strings in ret_replay live in the arena. Time grows with the bytes; what
// is kept is 32 bytes a line, and the trust list.
void replay_run(Arena *arena, Str bytes, ReplayDepth depth, Replay *ret_replay);

// Steps over one line, without its newline. False: no whole line is left.
bool replay_line(Str *rest, Str *ret_line);

const char *fault_name(FaultKind kind);
