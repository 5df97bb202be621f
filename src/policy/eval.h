// SPDX-License-Identifier: Apache-2.0
// eval — decides conditions on one row of a table: by jumps when everything has a value, by the
// tree with three-valued logic when something has none.
// Private to the policy layer.
// Depends on: table, expr_eval.  Not thread-safe: one evaluator, one worker.
#pragma once

#include "policy/table.h"

// What was decided of a column's values (or of a count's results), by number.
typedef struct Verdicts {
    uint8_t *of; // 0 = not decided yet, else Tri + 1
    uint32_t cap;
} Verdicts;

// What a leaf has to show for a value of its column (or a count's result), by number.
typedef struct Worded {
    const Evidence **of; // NULL = not worded yet
    uint32_t cap;
} Worded;

// What was decided of a combination of values: a direct-mapped cache per leaf.
enum { TUPLE_SLOTS = 4, TUPLE_CACHE = 512 };
typedef struct Tuple {
    uint32_t ids[TUPLE_SLOTS];
    uint64_t group;         // hash of the resource's group
    const Evidence *worded; // what the leaf has to show for it; NULL = not worded yet
    uint8_t verdict;        // Tri + 1, 0 = free
} Tuple;

// A count around the condition at hand, as current() sees it.
typedef struct CountFrame {
    const struct CountFrame *outer;
    Str name;          // value count
    const Json *value; // value count: the item
    uint32_t space;    // field count; NONE for a value count
} CountFrame;

typedef struct Evaluator {
    const Plan *plan;
    const TypePlan *type_plan;
    Table *table;
    Verdicts *verdicts; // per leaf
    Tuple **tuples;     // per leaf, NULL until it is needed
    Worded *worded;     // per leaf
    Arena words;        // what they hold
    Buf line;           // one of them while it is written
    uint32_t *bound;    // per space: its element at hand, NONE = none
    const CountFrame *frame;
    Arena *scratch; // values of expressions; the caller rewinds it after each row
    // The row at hand:
    Str id;
    Str text; // its JSON, empty when it is no longer at hand
    const AssignedRule *rule;
    const Json *primary; // existenceCondition: the resource that field() reads
    Str primary_type;    // lower case
    uint32_t last;       // the leaf decided last
} Evaluator;

void evaluator_open(Evaluator *ev, const Plan *plan, Table *table, Arena *scratch);
void evaluator_close(Evaluator *ev);

// Points the evaluator at a row of its table.
void evaluator_row(Evaluator *ev, uint32_t row, Str id, Str text);

// The value of a condition: code is its first step (or an end, or NONE), tree the same as a tree.
// TRI_ERROR fills err with the first reason.
Tri eval_condition(Evaluator *ev, uint32_t code, const PlanNode *tree, Err *err);

// The tree alone; with trace not NULL every node is evaluated and shown.
Tri eval_tree(Evaluator *ev, const PlanNode *tree, TraceNode *trace, Err *err);

// What a leaf saw on the row at hand; texts in scratch or the dictionary. Without json.
void eval_evidence(Evaluator *ev, uint32_t leaf_index, Evidence *ret_evidence);

// The same, whole: worded once for each distinct value where that can be known, else in the arena.
// Borrowed until the block ends.
const Evidence *eval_worded(Evaluator *ev, uint32_t leaf_index, Arena *arena);

// The words of a leaf that looks at one value of the resource, where they are kept; NULL = ask
// eval_worded. Needs no row at hand.
static inline const Evidence *eval_known_words(const Evaluator *ev, uint32_t leaf_index,
                                               uint32_t row)
{
    const Leaf *leaf = &ev->type_plan->leaves[leaf_index];
    const Worded *worded = &ev->worded[leaf_index];
    if (leaf->kind != LEAF_SLOT || ev->type_plan->slots[leaf->slot].space != SPACE_ROOT) {
        return NULL;
    }
    uint32_t number = ev->table->columns[leaf->slot]->ids[row];
    return number < worded->cap ? worded->of[number] : NULL;
}

// The value of a rule's expression on the row at hand.
MUST_USE bool eval_expr(Evaluator *ev, const Expr *expr, const Json **ret_value, Err *err);

// The value of a field on the row at hand, as field() sees it: NULL = missing.
MUST_USE bool eval_field(Evaluator *ev, Str name, const Json **ret_value, Err *err);

// What is known of a leaf on a row without looking at values: TRI_ERROR = nothing, decide it.
// Only for a LEAF_EXPR with memo_tuple.
Tri eval_known_tuple(const Evaluator *ev, uint32_t leaf_index, uint32_t row, Str id);

// Whether an id is in a group and in a subscription: a number from 1 to 4.
uint32_t eval_containers(Str id);

// The verdicts of a leaf, with room for numbers below `count`.
const Verdicts *eval_verdicts(Evaluator *ev, uint32_t leaf_index, uint32_t count);

// What is known of a leaf that one value decides, by its number: TRI_ERROR = nothing, decide it.
static inline Tri eval_known_value(const Evaluator *ev, uint32_t leaf_index, uint32_t number)
{
    const Leaf *leaf = &ev->type_plan->leaves[leaf_index];
    const Verdicts *verdicts = &ev->verdicts[leaf_index];
    if (leaf->presence) {
        return number >= VALUE_THERE ? leaf->if_there : leaf->if_missing;
    }
    uint32_t verdict = number < verdicts->cap ? verdicts->of[number] : 0;
    return verdict != 0 ? (Tri)(verdict - 1) : TRI_ERROR;
}

// The end of a block: drops what is known of values whose numbers lose their meaning.
void evaluator_turn_block(Evaluator *ev);
