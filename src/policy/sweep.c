// SPDX-License-Identifier: Apache-2.0
#include "policy/sweep.h"

#include <string.h>

#include "policy/eval_parts.h"

enum { KNOWN, TRUTH, FAILED, LEAF_MASKS };

uint64_t *sweep_mask(const Sweep *sweep)
{
    return NEW_ARRAY(sweep->arena, uint64_t, sweep->word_count);
}

void sweep_open(Sweep *sweep, WorkerType *type, Arena *arena)
{
    uint32_t first = UINT32_MAX;
    uint32_t end = 0;
    for (const BlockRow *row = type->first; row != NULL; row = row->next) {
        first = row->row.row < first ? row->row.row : first;
        end = row->row.row >= end ? row->row.row + 1 : end;
    }
    ASSERT(first < end);
    const TypePlan *plan = type->plan;
    *sweep = (Sweep){.ev = &type->ev,
                     .arena = arena,
                     .first = first,
                     .count = end - first,
                     .word_count = (end - first + 63) / 64};
    size_t words = sweep->word_count;
    sweep->rows = NEW_ARRAY(arena, const BlockRow *, sweep->count);
    sweep->leaves = NEW_ARRAY(arena, uint64_t, words * LEAF_MASKS * plan->leaf_count + 1);
    sweep->reach = NEW_ARRAY(arena, uint64_t, words * plan->step_count + 1);
    sweep->all = sweep_mask(sweep);
    for (const BlockRow *row = type->first; row != NULL; row = row->next) {
        uint32_t at = row->row.row - first;
        sweep->rows[at] = row;
        sweep->all[at / 64] |= (uint64_t)1 << (at & 63);
    }
}

void sweep_turn_to(const Sweep *sweep, uint32_t position)
{
    const WorkerRow *row = &sweep->rows[position]->row;
    evaluator_row(sweep->ev, row->row, row->id, row->text);
}

// ---- leaves ----

// A value of each row decides: one look into the verdicts a row.
static void sweep_values(const Sweep *sweep, uint32_t leaf_index, uint64_t *masks)
{
    Evaluator *ev = sweep->ev;
    const Leaf *leaf = &ev->type_plan->leaves[leaf_index];
    const uint32_t *ids = ev->table->columns[leaf->slot]->ids + sweep->first;
    const Verdicts *verdicts = &ev->verdicts[leaf_index];
    for (uint32_t w = 0; w < sweep->word_count; w++) {
        uint32_t count = sweep->count - w * 64 < 64 ? sweep->count - w * 64 : 64;
        uint64_t truth = 0;
        uint64_t failed = 0;
        for (uint32_t i = 0; i < count; i++) {
            uint32_t id = ids[w * 64 + i];
            uint32_t verdict = id < verdicts->cap ? verdicts->of[id] : 0;
            if (verdict != TRI_TRUE + 1 && verdict != TRI_FALSE + 1) {
                Err ignored;
                ignored.kind = ERR_NONE;
                verdict = (uint32_t)eval_slot_value(ev, leaf_index, id, &ignored) + 1;
            }
            truth |= (uint64_t)(verdict == TRI_TRUE + 1) << i;
            failed |= (uint64_t)(verdict == TRI_ERROR + 1) << i;
        }
        masks[(size_t)KNOWN * sweep->word_count + w] = UINT64_MAX;
        masks[(size_t)TRUTH * sweep->word_count + w] = truth;
        masks[(size_t)FAILED * sweep->word_count + w] = failed;
    }
}

// Sets a row's bit in the masks of a leaf.
static void set_verdict(const Sweep *sweep, uint64_t *masks, uint32_t position, Tri verdict)
{
    uint64_t bit = (uint64_t)1 << (position & 63);
    uint32_t w = position / 64;
    masks[(size_t)KNOWN * sweep->word_count + w] |= bit;
    masks[(size_t)TRUTH * sweep->word_count + w] |= verdict == TRI_TRUE ? bit : 0;
    masks[(size_t)FAILED * sweep->word_count + w] |= verdict == TRI_ERROR ? bit : 0;
}

// An expression over one value of the row: what is known of that value, for these rows of a word.
// Gives back the rows of which nothing is known.
static uint64_t sweep_memo(const Sweep *sweep, uint32_t leaf_index, uint32_t w, uint64_t rows,
                           uint64_t *masks)
{
    const Leaf *leaf = &sweep->ev->type_plan->leaves[leaf_index];
    const uint32_t *ids = sweep->ev->table->columns[leaf->memo]->ids + sweep->first;
    const Verdicts *verdicts = &sweep->ev->verdicts[leaf_index];
    uint64_t unknown = 0;
    for (; rows != 0; rows &= rows - 1) {
        uint32_t at = w * 64 + sweep_lowest(rows);
        uint32_t verdict = ids[at] < verdicts->cap ? verdicts->of[ids[at]] : 0;
        if (verdict == TRI_TRUE + 1 || verdict == TRI_FALSE + 1) {
            set_verdict(sweep, masks, at, (Tri)(verdict - 1));
        } else {
            unknown |= rows & (~rows + 1);
        }
    }
    return unknown;
}

// Anything else is decided row by row, and only where a rule gets there.
static void sweep_one(const Sweep *sweep, uint32_t leaf_index, uint32_t position, uint64_t *masks)
{
    Arena *scratch = sweep->ev->scratch;
    ArenaMark mark = arena_mark(scratch);
    Err ignored;
    ignored.kind = ERR_NONE;
    sweep_turn_to(sweep, position);
    Tri result = eval_leaf(sweep->ev, leaf_index, &ignored);
    if (scratch->used_bytes != mark.used_bytes) {
        arena_rewind(scratch, mark);
    }
    set_verdict(sweep, masks, position, result);
}

// What is known already of the elements [first, end), or how many there are; TRI_ERROR: not enough.
static Tri known_of(const Verdicts *verdicts, const Leaf *leaf, const uint32_t *ids, uint32_t first,
                    uint32_t end)
{
    if (leaf->kind == LEAF_COUNT) {
        uint32_t n = end - first;
        uint32_t verdict = n < verdicts->cap ? verdicts->of[n] : 0;
        return verdict != 0 ? (Tri)(verdict - 1) : TRI_ERROR;
    }
    Tri all = TRI_TRUE;
    for (uint32_t e = first; e < end; e++) {
        uint32_t verdict = ids[e] < verdicts->cap ? verdicts->of[ids[e]] : 0;
        if (verdict == TRI_FALSE + 1) {
            return TRI_FALSE;
        }
        all = verdict == TRI_TRUE + 1 ? all : TRI_ERROR;
    }
    return all;
}

// A list of each row decides: its elements, or how many there are.
static void sweep_lists(const Sweep *sweep, uint32_t leaf_index, uint32_t space, uint64_t *masks)
{
    const Evaluator *ev = sweep->ev;
    const Leaf *leaf = &ev->type_plan->leaves[leaf_index];
    const uint32_t *ids = leaf->kind == LEAF_SLOT ? ev->table->columns[leaf->slot]->ids : NULL;
    for (uint32_t at = 0; at < sweep->count; at++) {
        if (sweep->rows[at] == NULL) {
            continue;
        }
        uint32_t first = 0;
        uint32_t end = 0;
        table_range(ev->table, space, sweep->first + at, &first, &end);
        Tri verdict = known_of(&ev->verdicts[leaf_index], leaf, ids, first, end);
        if (verdict == TRI_ERROR) {
            sweep_one(sweep, leaf_index, at, masks);
        } else {
            set_verdict(sweep, masks, at, verdict);
        }
    }
}

// The list of the resource itself that a leaf is about; NONE = it is not about one.
static uint32_t list_of(const TypePlan *plan, const Leaf *leaf)
{
    uint32_t space = SPACE_ROOT;
    if (leaf->kind == LEAF_SLOT) {
        space = plan->slots[leaf->slot].space;
    } else if (leaf->kind == LEAF_COUNT && leaf->where == NULL && leaf->right_value != NULL) {
        space = leaf->count_space;
    }
    bool is_own = leaf->anchor == SPACE_ROOT && space != SPACE_ROOT &&
                  plan->spaces[space].parent == SPACE_ROOT;
    return is_own ? space : NONE;
}

// The masks of a leaf, known for the rows of `among` at least.
static const uint64_t *sweep_leaf(const Sweep *sweep, uint32_t leaf_index, const uint64_t *among)
{
    const TypePlan *plan = sweep->ev->type_plan;
    const Leaf *leaf = &plan->leaves[leaf_index];
    uint64_t *masks = sweep->leaves + (size_t)leaf_index * LEAF_MASKS * sweep->word_count;
    bool of_value = leaf->kind == LEAF_SLOT && plan->slots[leaf->slot].space == SPACE_ROOT;
    uint32_t list = list_of(plan, leaf);
    for (uint32_t w = 0; w < sweep->word_count; w++) {
        uint64_t wanted = among[w] & ~masks[(size_t)KNOWN * sweep->word_count + w];
        if (wanted != 0 && of_value) {
            sweep_values(sweep, leaf_index, masks);
            break;
        }
        if (wanted != 0 && list != NONE) {
            sweep_lists(sweep, leaf_index, list, masks);
            break;
        }
        if (wanted != 0 && leaf->kind == LEAF_EXPR && leaf->memo != NONE) {
            wanted = sweep_memo(sweep, leaf_index, w, wanted, masks);
        }
        for (; wanted != 0; wanted &= wanted - 1) {
            sweep_one(sweep, leaf_index, w * 64 + sweep_lowest(wanted), masks);
        }
    }
    return masks;
}

// ---- programs ----

static void send(Sweep *sweep, const SweepEnds *ends, uint32_t target, uint32_t w, uint64_t rows,
                 uint32_t leaf)
{
    if (target == STEP_REJECT) {
        ends->reject[w] |= rows;
        return;
    }
    if (target != STEP_ACCEPT) {
        sweep->reach[(size_t)target * sweep->word_count + w] |= rows;
        return;
    }
    ends->accept[w] |= rows;
    for (uint64_t left = ends->leaf != NULL ? rows : 0; left != 0; left &= left - 1) {
        ends->leaf[w * 64 + sweep_lowest(left)] = leaf;
    }
}

static void sweep_step(Sweep *sweep, const Step *step, const uint64_t *reach, const SweepEnds *ends)
{
    const uint64_t *masks = sweep_leaf(sweep, step->leaf, reach);
    for (uint32_t w = 0; w < sweep->word_count; w++) {
        uint64_t failed = reach[w] & masks[(size_t)FAILED * sweep->word_count + w];
        uint64_t here = reach[w] & ~failed;
        uint64_t truth = here & masks[(size_t)TRUTH * sweep->word_count + w];
        ends->error[w] |= failed;
        send(sweep, ends, step->on_true, w, truth, step->leaf);
        send(sweep, ends, step->on_false, w, here & ~truth, step->leaf);
    }
}

static bool is_empty(const uint64_t *mask, uint32_t words)
{
    uint64_t any = 0;
    for (uint32_t w = 0; w < words; w++) {
        any |= mask[w];
    }
    return any == 0;
}

void sweep_run(Sweep *sweep, uint32_t code, uint32_t end, const uint64_t *among,
               const SweepEnds *ends)
{
    uint32_t words = sweep->word_count;
    if (code >= STEP_REJECT) {
        uint64_t *all = code == STEP_ACCEPT   ? ends->accept
                        : code == STEP_REJECT ? ends->reject
                                              : ends->error;
        for (uint32_t w = 0; w < words; w++) {
            all[w] |= among[w];
        }
        return;
    }
    uint64_t *reach = sweep->reach + (size_t)code * words;
    memset(reach, 0, sizeof *reach * words * (end - code));
    memcpy(reach, among, sizeof *reach * words);
    for (uint32_t at = code; at < end; at++, reach += words) {
        if (!is_empty(reach, words)) {
            sweep_step(sweep, &sweep->ev->type_plan->steps[at], reach, ends);
        }
    }
}
