// SPDX-License-Identifier: Apache-2.0
// pending — resources that wait for the join: those on which the `if` of a *IfNotExists rule holds.
// Packed, because there can be as many as there are resources: the subscription and the provider
// path of an id are kept once, numbers as varints. Where resources stay, only which they are.
// Private to the policy layer.
// Depends on: plan, join.  Not thread-safe: one list, one worker.
#pragma once

#include "base/buf.h"
#include "policy/join.h"

// Where a rule looks when the resource's id alone does not say it.
typedef struct PendingAsk {
    bool failed; // working it out was an error: message says why
    JoinKey key;
    Str message;
} PendingAsk;

typedef struct PendingRule {
    uint32_t plan;         // index into the type plan's rules
    const PendingAsk *ask; // NULL = the id says it
} PendingRule;

typedef struct PendingRow {
    uint32_t type; // the worker's number of the type
    uint32_t tag;
    uint64_t line;
    Str id;
    Str id_json;           // the id as JSON; empty when it has escapes
    uint32_t subscription; // bytes of id_subscription and id_group; set when it is read
    uint32_t group;
    Str name;
    Str location;
    Str text;
    bool needs_text; // a rule needs more of the resource than the rest tells: else it is not kept
    const struct BlockRow *stays; // the row itself where resources stay: then only it is kept
    const PendingRule *rules;
    uint32_t rule_count;
} PendingRow;

typedef struct PendingBlock {
    uint64_t block;
    uint64_t first_line;
    size_t start; // where its rows begin in bytes
} PendingBlock;

typedef struct Pending {
    Arena arena;
    Map texts;     // subscriptions, provider paths, locations → dense number
    bool stays;    // rows outlive the list: it only says which they are
    Buf bytes;     // the rows of all blocks
    IdParts parts; // of the id that is written
    PendingBlock *blocks;
    uint32_t block_count;
    uint32_t block_cap;
} Pending;

void pending_open(Pending *pending);
void pending_stay(Pending *pending); // before the first row: rows stay
void pending_close(Pending *pending);
uint64_t pending_bytes(const Pending *pending);

void pending_begin_block(Pending *pending, uint64_t block, uint64_t first_line);
void pending_push(Pending *pending, const PendingRow *row);

// The end of block number `at` in bytes.
size_t pending_block_end(const Pending *pending, uint32_t at);

// Reads the row at *offset of a block and steps behind it; texts in arena.
void pending_read(const Pending *pending, uint32_t block, size_t *offset, Arena *arena,
                  PendingRow *ret_row);
