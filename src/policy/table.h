// SPDX-License-Identifier: Apache-2.0
// table — resources of one type as columns: every value is a number of its column's dictionary, so
// that a condition is decided once per distinct value.
// Private to the policy layer.
// Depends on: plan, hash.  Not thread-safe: one table, one worker.
#pragma once

#include "policy/plan.h"

// Values are kept as their JSON text; equal text, equal number.
typedef struct Value {
    const char *text; // arena of the dictionary
    uint32_t len;
    const Json *json; // read on first use
} Value;

// A value as it is looked for. Most are short: their bytes are the word, so that equal keys are
// equal values and the text need not be looked at.
typedef struct ValueKey {
    uint64_t word; // the bytes themselves, without a string's quotes; of more than eight a hash
    uint32_t len;  // of the text, with the bits that tell how the word was made
} ValueKey;

typedef struct ValueSlot {
    ValueKey key;
    uint32_t number; // + 1; 0 = free
} ValueSlot;

// A column whose values hardly ever repeat (names, ids) is not worth a dictionary: from then on it
// is direct, each value a number of its own with its text borrowed from the block at hand.
typedef struct Dictionary {
    bool direct;
    uint32_t sets; // how many values were set since the start
    Value *values;
    ValueSlot *slots; // open addressing
    uint32_t count;
    uint32_t cap;
    uint32_t slot_mask;
    Arena arena;
} Dictionary;

typedef struct Column {
    Dictionary dictionary;
    uint32_t *ids; // one per element of the slot's space
} Column;

typedef struct Elements {
    uint32_t count;
    uint32_t cap;
    uint32_t *starts;  // per element of the parent space: its first element here
    uint32_t *parents; // per element: its parent's number
    uint32_t start_cap;
} Elements;

typedef struct Table {
    const TypePlan *plan;
    Column **columns;    // per slot
    Elements **elements; // per space
    uint64_t bytes_max;  // per dictionary; 0 = no bound
    bool is_view;        // columns and elements belong to another table
} Table;

// Opened empty; closed by table_close.
void table_open(Table *table, const TypePlan *plan, uint64_t dictionary_bytes_max);
void table_close(Table *table);

// A table for another plan of the same type over the same rows: shares the columns. The source must
// outlive it and get no more rows. False: the plan reads a path that was not read.
MUST_USE bool table_view(Table *table, const TypePlan *plan, const Table *source);

// Drops the rows from number `row` on. Dictionaries stay, so that what was decided of a value stays
// decided.
void table_truncate(Table *table, uint32_t row);

// Appends an element to a space (a row, for SPACE_ROOT); all its slots are missing.
uint32_t table_add_element(Table *table, uint32_t space);

// Takes back the elements a space has under its parent's last element, and what is below them.
void table_drop_elements(Table *table, uint32_t space);

// Sets a slot of the last element of its space.
void table_set(Table *table, uint32_t slot, Str json_text);
static inline void table_unset(Table *table, uint32_t slot)
{
    const Elements *elements = table->elements[table->plan->slots[slot].space];
    table->columns[slot]->ids[elements->count - 1] = VALUE_MISSING;
}

// The elements of a space below element `at` of its parent: [*ret_first, *ret_end).
static inline void table_range(const Table *table, uint32_t space, uint32_t at, uint32_t *ret_first,
                               uint32_t *ret_end)
{
    const Elements *elements = table->elements[space];
    const Elements *parent = table->elements[table->plan->spaces[space].parent];
    *ret_first = elements->starts[at];
    *ret_end = at + 1 < parent->count ? elements->starts[at + 1] : elements->count;
}

// The elements of a space below element `at` of an ancestor space.
void table_range_below(const Table *table, uint32_t space, uint32_t ancestor, uint32_t at,
                       uint32_t *ret_first, uint32_t *ret_end);

// The value behind a number as a tree; NULL for missing and null.
const Json *table_value(Table *table, uint32_t slot, uint32_t id);

// Its text; empty for missing.
static inline Str table_text(const Table *table, uint32_t slot, uint32_t id)
{
    const Value *value = &table->columns[slot]->dictionary.values[id];
    return (Str){value->text, value->len};
}

// Looks at how a column's values repeat; call it at the end of a block. True when its numbers lose
// their meaning: forget everything decided about them.
bool table_turn_block(Table *table, uint32_t slot);
