// SPDX-License-Identifier: Apache-2.0
// eval_parts — what the rooms of the evaluator know of each other: reading, leaves, conditions,
// evidence.
// Private to eval*.c and evidence.c; eval.h is the face.
// Depends on: eval.  Not thread-safe: one evaluator, one worker.
#pragma once

#include "policy/eval.h"

// ---- eval_read.c ----

// The value of a slot at an element of its space, NULL = missing or null.
const Json *eval_column(const Evaluator *ev, uint32_t slot, uint32_t element);
// The values of a slot below the elements at hand, as an array; missing ones are left out.
const Json *eval_column_all(const Evaluator *ev, Arena *arena, uint32_t slot);
bool eval_names_array(Str field);
// The space itself or the nearest around it that has an element at hand.
uint32_t eval_nearest(const Evaluator *ev, uint32_t space);
// The id whose group and subscription resourceGroup() and subscription() are.
Str eval_scope_id(const Evaluator *ev);
// The row as a tree, for a field whose name is known only now.
MUST_USE bool eval_resource(const Evaluator *ev, Arena *arena, Str name, const Json **ret_tree,
                            Err *err);
// fullName where the id tells it: as nearly always nobody wrote one, and the id has names along it.
// NULL: ask the whole resource; or the field is another one.
const Json *eval_full_name(const Evaluator *ev, Arena *arena, Str field);
AliasQuery eval_query(const Evaluator *ev, Str field, Str type);

// ---- eval_leaf.c ----

Tri eval_leaf(Evaluator *ev, uint32_t leaf_index, Err *err);
// A LEAF_SLOT on one value of its column.
Tri eval_slot_value(Evaluator *ev, uint32_t leaf_index, uint32_t id, Err *err);
// Where the words of a LEAF_EXPR are kept for the combination of values on the row at hand; NULL =
// the combination is not known (any more), or there is more to it.
const Evidence **eval_tuple_words(Evaluator *ev, uint32_t leaf_index);
// The values of a field whose name is known only now, one per element.
typedef struct EvalNamed {
    const Json **items; // NULL = an element that lacks the leaf
    uint32_t count;
} EvalNamed;
MUST_USE bool eval_named(Evaluator *ev, Str name, EvalNamed *ret_named, Err *err);
// How many elements, items or cases a count leaf has on the row at hand.
MUST_USE bool eval_count(Evaluator *ev, const Leaf *leaf, uint32_t *ret_n, Err *err);
