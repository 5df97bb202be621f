// SPDX-License-Identifier: Apache-2.0
// worker — blocks of NDJSON through index, shredder and evaluator: the rows of one type together,
// the results in input order.
// Private to the policy layer; engine.h is the face.
// Depends on: eval, shred, join, pending.  Not thread-safe: one worker, one thread.
#pragma once

#include "policy/eval.h"
#include "policy/join.h"
#include "policy/pending.h"
#include "policy/shred.h"

// What the rules of a type say of its rows in the block, before it is worded. A row stands at its
// number less `first`. States are read row by row, the rest rule by rule.
enum { OUTCOME_NONE = STATE_COUNT, OUTCOME_WAITS };
typedef struct Outcomes {
    uint32_t first;
    uint32_t count;
    uint32_t stride;   // from one row's states to the next's: the rules and some NONE, in words
    uint8_t *states;   // State; OUTCOME_NONE = the rule does not apply; _WAITS = for the join
    uint32_t *details; // the leaf that decided a non-compliance, or the message's number, or NONE
    const Evidence **evidence; // of a non-compliance; NULL when nobody asks for it
} Outcomes;

static inline uint8_t *outcome_state(const Outcomes *outcomes, uint32_t row, uint32_t plan)
{
    return outcomes->states + (size_t)row * outcomes->stride + plan;
}

// What can be said of a type's rows as candidates: bit sets over its candidate plans.
typedef struct Candidacy {
    uint32_t words;                      // of a bit set
    uint64_t *asked[JOIN_KIND_COUNT][2]; // by join, and whether by a name that the primary says
    bool is_asked[JOIN_KIND_COUNT][2];   // some bit of it is set
    bool has_open;                       // some existenceCondition reads field() of the primary
    bool has_named;                      // some rule asks for a name that the primary says
    Map names;           // digests of the last segments of constant names wanted → by_name
    uint64_t *by_name;   // those that want a name ending so
    uint64_t *any_name;  // those that want no constant name, or any at its end
    uint64_t *long_name; // those whose constant name has several segments
    uint64_t *said;      // JOIN_SET_COUNT sets: of the row at hand
    uint64_t *bits;      // the same, of those that ask in one way
} Candidacy;

// One resource type as this worker has met it.
typedef struct WorkerType {
    const TypePlan *plan;
    uint32_t number; // index into the worker's types
    Table table;
    Evaluator ev;
    const uint32_t *rules; // the number of each of its plan's rules
    bool conflicts;        // two or more rules deny writes that conflict with theirs
    Candidacy candidacy;
    const PlaceList *places; // of its rows when they stay; NULL = they do not
    uint8_t *satisfied;      // Tri: candidate by candidate, a row as in outcomes; block's arena
    struct BlockRow *unread; // its rows in the block at hand that are to be shredded, in order
    struct BlockRow **tail;
    const uint32_t *rows; // by number in the table from `first` on: which row of the block it is
    uint8_t *containers;  // the same: what eval_containers says of its id, 0 = not asked
    uint32_t first;
    uint32_t count;    // how many the block has
    Outcomes outcomes; // of these rows; in the block's arena
} WorkerType;

// A candidate whose existenceCondition needs the primary: kept as text until the join.
typedef struct OpenCandidate {
    Str text;
    Str id;
    const WorkerType *type;
    uint32_t row; // in the type's table, NONE = that keeps no rows: read the text again
    struct OpenCandidate *next;
} OpenCandidate;

// A resource as a row of its type's table. Texts are borrowed from the block or scratch.
typedef struct WorkerRow {
    WorkerType *type;
    uint32_t row;
    Str id;
    Str id_json; // as it stands in the text
    Str name;
    Str location;
    Str text;
} WorkerRow;

typedef struct BlockRow {
    WorkerRow row;
    uint64_t line;
    size_t index_at; // its structural index within the worker's
    uint32_t index_count;
    uint32_t bad_column; // 0 = the row is good
    Str bad_reason;
    struct BlockRow *next; // to be shredded, of the same type
} BlockRow;

// A growable array that is reused from block to block.
#define REUSED(T)                                                                                  \
    struct {                                                                                       \
        T *at;                                                                                     \
        size_t count;                                                                              \
        size_t cap;                                                                                \
    }

struct Worker {
    Plan *plan;
    JsonIndexer *indexer;
    Shredder shredder;
    Arena arena;   // lives as long as the worker
    Arena block;   // texts of the block at hand
    Arena scratch; // values of the expression at hand
    Map type_by_name;
    struct {
        Str name; // as in the map
        WorkerType *type;
    } recent[64]; // by a digest of the name: most resources have one of few types
    WorkerType **types;
    uint32_t type_cap;
    REUSED(BlockRow) rows;
    uint32_t rows_start; // what the first of them is called in `rows` of the types
    REUSED(uint32_t) indexes;
    REUSED(Str) messages;
    RuleResult *results;    // of the row being emitted
    const RulePlan **plans; // of these results
    PendingRule *waiting;   // of the row being emitted
    uint8_t *covered;       // per assignment that limits where: 0 not asked yet, else 1 + answer
    JoinIndex join;
    Pending pending;
    IdParts parts;        // of the candidate at hand
    Map open_by_key;      // JoinKey bytes → index into open
    OpenCandidate **open; // chains
    uint32_t open_cap;
};

// What must stand behind a resource's text: SHRED_PADDING zero bytes.
extern const Str worker_padding;
Str worker_pad(Arena *arena, Str text); // a padded copy

// ---- worker.c ----

// The type of a name, met before or not.
WorkerType *worker_type(Worker *worker, Str name);

// The same, kept in memory that the caller has; it must not have been met.
void worker_seat(Worker *worker, Str name, WorkerType *seat);

// A row of a type by its number in the table, which must be one of the block's.
static inline BlockRow *worker_row(const Worker *worker, const WorkerType *type, uint32_t row)
{
    return &worker->rows.at[type->rows[row - type->first] - worker->rows_start];
}

// The text a JSON string stands for, in the block's arena when it has escapes; empty when it is
// none or has an escape that JSON does not know.
Str worker_string(Worker *worker, Str json);

// Replaces err by what the positional reader says about the text. Always false.
bool worker_locate(Worker *worker, Str text, Err *err);

// Shreds an indexed resource into its type's table. When the type turns out to be another one than
// row->type, row->type is changed and nothing is left in either table: shred again.
// False: broken, nothing is left in the table.
typedef enum ShredResult { SHRED_DONE, SHRED_OTHER_TYPE, SHRED_BROKEN } ShredResult;
ShredResult worker_shred(Worker *worker, const JsonIndex *index, WorkerRow *row, Err *err);

// Reads one resource, padded as above, outside any block; the row stands in its type's table until
// worker_done. The place of an error is in err->at (column within text).
MUST_USE bool worker_read(Worker *worker, Str text, WorkerRow *ret_row, Err *err);
void worker_done(Worker *worker, const WorkerRow *row);

// A candidate that was kept as a row again, until worker_done.
void worker_recall(Worker *worker, const OpenCandidate *open, WorkerRow *ret_row);

// ---- judge.c ----

// Whether the rule's assignment covers the row. worker->covered must be zeroed per row.
bool worker_covers(Worker *worker, const WorkerRow *row, uint32_t rule);

// The state of one rule on the row; STATE_COUNT = it does not apply. *ret_waits: *IfNotExists, its
// state is known only at the join. *ret_message in the block's arena.
State worker_judge(Worker *worker, const WorkerRow *row, const RulePlan *rule, bool *ret_waits,
                   uint32_t *ret_leaf, Str *ret_message);

// ---- candidate.c ----

// Where a rule of a row that waits looks, when the row's id alone does not say it.
const PendingAsk *worker_ask(Worker *worker, const WorkerRow *row, const RulePlan *rule);

// What a waiting rule needs to be found later.
static inline PendingRule worker_pending(Worker *worker, const WorkerRow *row, uint32_t plan)
{
    const RulePlan *rule = &row->type->plan->rules[plan];
    return (PendingRule){plan, rule->relation.plain ? NULL : worker_ask(worker, row, rule)};
}

// Prepares what a type's rows can be asked for.
void candidacy_open(Candidacy *candidacy, Arena *arena, const TypePlan *plan);

// Enters the type's rows of the block into the join index, for every rule that looks for the type.
void worker_add_candidates(Worker *worker, const WorkerType *type);
