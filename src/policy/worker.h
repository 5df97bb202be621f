// SPDX-License-Identifier: Apache-2.0
// worker — blocks of NDJSON through index, shredder and evaluator, row by row.
// Private to the policy layer; engine.h is the face.
// Depends on: eval, shred, join, pending.  Not thread-safe: one worker, one thread.
#pragma once

#include "policy/eval.h"
#include "policy/join.h"
#include "policy/pending.h"
#include "policy/shred.h"

// One resource type as this worker has met it.
typedef struct WorkerType {
    const TypePlan *plan;
    Table table;
    Evaluator ev;
    uint64_t *candidate_bits; // JOIN_SET_COUNT bit sets over the type's candidate plans
    bool has_open;            // some existenceCondition reads field() of the primary
    bool has_named;
    unsigned joins;
} WorkerType;

// A candidate whose existenceCondition needs the primary: kept as text until the join.
typedef struct OpenCandidate {
    WorkerType *type;
    Str text;
    Str id;
    struct OpenCandidate *next;
} OpenCandidate;

struct Worker {
    Plan *plan;
    JsonIndexer *indexer;
    Shredder shredder;
    Arena arena;   // lives as long as the worker
    Arena scratch; // rewound after each row
    Map type_by_name;
    WorkerType **types;
    uint32_t type_cap;
    RuleResult *results;    // of the row at hand
    const RulePlan **plans; // of the results
    PendingRule *waiting;
    uint8_t *covered; // per assignment that limits where: 0 not asked yet, else 1 + answer
    JoinIndex join;
    Pending pending;
    Map open_by_key;      // JoinKey bytes → index into open
    OpenCandidate **open; // chains
    uint32_t open_cap;
    uint32_t rows_until_trim;
};

// A resource as a row of its type's table.
typedef struct WorkerRow {
    WorkerType *type;
    Str id;
    Str name;
    Str location;
    Str text;
} WorkerRow;

// What must stand behind a resource's text: SHRED_PADDING zero bytes.
extern const Str worker_padding;

// Reads one resource, padded as above; the row stands in type->table until the caller clears it. The place of an
// error is in err->at (column within text).
MUST_USE bool worker_read(Worker *worker, Str text, WorkerRow *ret_row, Err *err);

// Done with the row: clears the table and rewinds scratch to the mark.
void worker_done(Worker *worker, const WorkerRow *row, ArenaMark mark);

// The state of one rule on the row, *IfNotExists left open: STATE_COUNT = not applicable, or
// (ret_waits) waiting for the join. ret_leaf is the leaf that decided a non-compliance, or NONE.
State worker_rule(Worker *worker, const WorkerRow *row, const RulePlan *rule, bool *ret_waits,
                  uint32_t *ret_leaf, Str *ret_message);

// Whether the rule's assignment covers the row.
bool worker_covers(Worker *worker, const WorkerRow *row, uint32_t rule);

// Fills what a waiting rule needs to be found later.
PendingRule worker_pending(Worker *worker, const WorkerRow *row, const RulePlan *rule,
                           uint32_t rule_index);
