// SPDX-License-Identifier: Apache-2.0
#include "policy/sweep.h"

#include <string.h>

#include "base/swar.h"
#include "policy/eval_parts.h"

enum { KNOWN, TRUTH, FAILED, LEAF_MASKS };

uint64_t *sweep_mask(const Sweep *sweep)
{
    return NEW_ARRAY(sweep->arena, uint64_t, sweep->word_count);
}

void sweep_open(Sweep *sweep, Worker *worker, WorkerType *type)
{
    ASSERT(type->count != 0);
    const TypePlan *plan = type->plan;
    *sweep = (Sweep){.worker = worker,
                     .type = type,
                     .ev = &type->ev,
                     .arena = &worker->block,
                     .first = type->first,
                     .count = type->count,
                     .word_count = (type->count + 63) / 64};
    size_t words = sweep->word_count;
    sweep->leaves = NEW_ARRAY(sweep->arena, uint64_t, words * LEAF_MASKS * plan->leaf_count + 1);
    sweep->reach = NEW_ARRAY(sweep->arena, uint64_t, words * plan->step_count + 1);
    sweep->all = sweep_mask(sweep);
    memset(sweep->all, 0xff, sizeof(uint64_t) * words);
    sweep->all[words - 1] >>= 63 - (type->count - 1) % 64;
}

void sweep_turn_to(const Sweep *sweep, uint32_t position)
{
    const WorkerRow *row = sweep_row(sweep, position);
    evaluator_row(sweep->ev, row->row, row->id, row->text);
}

// ---- leaves ----

// The rows of a word some of whose values are new or have no verdict.
static uint64_t new_values(Evaluator *ev, uint32_t leaf_index, const uint32_t *ids, uint32_t count,
                           uint64_t *ret_failed)
{
    uint64_t truth = 0;
    uint64_t failed = 0;
    for (uint32_t i = 0; i < count; i++) {
        Err ignored;
        ignored.kind = ERR_NONE;
        Tri verdict = eval_slot_value(ev, leaf_index, ids[i], &ignored);
        truth |= (uint64_t)(verdict == TRI_TRUE) << i;
        failed |= (uint64_t)(verdict == TRI_ERROR) << i;
    }
    *ret_failed = failed;
    return truth;
}

// Eight verdicts as the bytes of a word, the first lowest.
static uint64_t eight_verdicts(const uint8_t *verdicts, const uint32_t *ids)
{
    uint64_t word = 0;
    for (uint32_t i = 0; i < 8; i++) {
        word |= (uint64_t)verdicts[ids[i]] << (8 * i);
    }
    return word;
}

// One look into the verdicts a row, eight rows at a time. False: some are neither true nor false.
static bool known_values(const uint8_t *verdicts, const uint32_t *ids, uint32_t count,
                         uint64_t *ret_truth)
{
    _Static_assert(TRI_FALSE + 1 == 1 && TRI_TRUE + 1 == 2, "one of the two lowest bits is set");
    uint64_t truth = 0;
    uint64_t known = SWAR_ONES;
    uint32_t i = 0;
    for (; i + 8 <= count; i += 8) {
        uint64_t word = eight_verdicts(verdicts, ids + i);
        known &= word ^ (word >> 1);
        truth |= swar_low_bits(word >> 1) << i;
    }
    for (; i < count; i++) {
        uint64_t verdict = verdicts[ids[i]];
        known &= (verdict ^ (verdict >> 1)) * SWAR_ONES;
        truth |= (verdict >> 1) << i;
    }
    *ret_truth = truth;
    return known == SWAR_ONES;
}

static uint64_t present_values(const Leaf *leaf, const uint32_t *ids, uint32_t count)
{
    uint64_t there = 0;
    for (uint32_t i = 0; i < count; i++) {
        there |= (uint64_t)(ids[i] >= VALUE_THERE) << i;
    }
    return (leaf->if_there == TRI_TRUE ? there : 0) | (leaf->if_missing == TRI_TRUE ? ~there : 0);
}

// A value of each row decides, for all rows of a word together.
static void sweep_values(const Sweep *sweep, uint32_t leaf_index, const uint64_t *among,
                         uint64_t *masks)
{
    Evaluator *ev = sweep->ev;
    const Leaf *leaf = &ev->type_plan->leaves[leaf_index];
    const Column *column = ev->table->columns[leaf->slot];
    const uint32_t *ids = column->ids + sweep->first;
    uint32_t values = leaf->presence ? 0 : column->dictionary.count;
    const uint8_t *verdicts = eval_verdicts(ev, leaf_index, values)->of;
    for (uint32_t w = 0; w < sweep->word_count; w++, ids += 64) {
        if ((among[w] & ~masks[(size_t)KNOWN * sweep->word_count + w]) == 0) {
            continue;
        }
        uint32_t count = sweep->count - w * 64 < 64 ? sweep->count - w * 64 : 64;
        uint64_t truth = 0;
        uint64_t failed = 0;
        if (leaf->presence) {
            truth = present_values(leaf, ids, count);
        } else if (!known_values(verdicts, ids, count, &truth)) {
            truth = new_values(ev, leaf_index, ids, count, &failed);
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

static Tri known_number(const Verdicts *verdicts, uint32_t number)
{
    uint32_t verdict = number < verdicts->cap ? verdicts->of[number] : 0;
    return verdict != 0 ? (Tri)(verdict - 1) : TRI_ERROR;
}

static uint32_t containers_at(const Sweep *sweep, uint32_t position)
{
    uint8_t *known = &sweep->type->containers[position];
    if (*known == 0) {
        *known = (uint8_t)eval_containers(sweep_row(sweep, position)->id);
    }
    return *known;
}

// What is known of an expression for the values that a row has; TRI_ERROR: not enough.
static Tri known_expr(const Sweep *sweep, uint32_t leaf_index, uint32_t position)
{
    const Leaf *leaf = &sweep->ev->type_plan->leaves[leaf_index];
    uint32_t row = sweep->first + position;
    if (!leaf->memo_one) {
        Str id =
            leaf->memo_group || leaf->memo_containers ? sweep_row(sweep, position)->id : (Str){0};
        return eval_known_tuple(sweep->ev, leaf_index, row, id);
    }
    uint32_t number = leaf->memo != NONE      ? sweep->ev->table->columns[leaf->memo]->ids[row]
                      : leaf->memo_containers ? containers_at(sweep, position)
                                              : 0;
    return known_number(&sweep->ev->verdicts[leaf_index], number);
}

// Anything else is decided row by row, and only where a rule gets there.
static void sweep_one(const Sweep *sweep, uint32_t leaf_index, uint32_t position, uint64_t *masks)
{
    Arena *scratch = sweep->ev->scratch;
    ArenaMark mark = arena_mark(scratch);
    Err ignored;
    ignored.kind = ERR_NONE;
    if (sweep->ev->type_plan->leaves[leaf_index].columns_only) {
        evaluator_row(sweep->ev, sweep->first + position, (Str){0}, (Str){0});
    } else {
        sweep_turn_to(sweep, position);
    }
    Tri result = eval_leaf(sweep->ev, leaf_index, &ignored);
    if (scratch->used_bytes != mark.used_bytes) {
        arena_rewind(scratch, mark);
    }
    set_verdict(sweep, masks, position, result);
}

// What is known of a condition on the values of one element; TRI_ERROR: not enough.
static Tri known_element(const Evaluator *ev, uint32_t code, uint32_t space, uint32_t element)
{
    const TypePlan *plan = ev->type_plan;
    while (code < STEP_REJECT) {
        const Step *step = &plan->steps[code];
        const Leaf *leaf = &plan->leaves[step->leaf];
        uint32_t slot = leaf->kind == LEAF_SLOT ? leaf->slot : leaf->memo;
        if (slot == NONE || plan->slots[slot].space != space ||
            (leaf->kind == LEAF_SLOT && leaf->anchor != space)) {
            return TRI_ERROR; // of more than one value of the element
        }
        uint32_t id = ev->table->columns[slot]->ids[element];
        Tri verdict = eval_known_value(ev, step->leaf, id);
        if (verdict == TRI_ERROR) {
            return TRI_ERROR;
        }
        code = verdict == TRI_TRUE ? step->on_true : step->on_false;
    }
    return code == STEP_ACCEPT ? TRI_TRUE : code == STEP_REJECT ? TRI_FALSE : TRI_ERROR;
}

// What is known of how many of the elements [first, end) there are; TRI_ERROR: not enough.
static Tri known_count(const Evaluator *ev, uint32_t leaf_index, uint32_t first, uint32_t end)
{
    const Leaf *leaf = &ev->type_plan->leaves[leaf_index];
    uint32_t n = leaf->where == NULL ? end - first : 0;
    for (uint32_t e = leaf->where == NULL ? end : first; e < end; e++) {
        Tri verdict = known_element(ev, leaf->where_code[0], leaf->count_space, e);
        if (verdict == TRI_ERROR) {
            return TRI_ERROR;
        }
        n += verdict == TRI_TRUE ? 1 : 0;
    }
    return known_number(&ev->verdicts[leaf_index], n);
}

// What is known of the elements [first, end) when every one must satisfy it.
static Tri known_all(const Evaluator *ev, uint32_t leaf_index, uint32_t first, uint32_t end)
{
    const Leaf *leaf = &ev->type_plan->leaves[leaf_index];
    const uint32_t *ids = ev->table->columns[leaf->slot]->ids;
    Tri all = TRI_TRUE;
    for (uint32_t e = first; e < end; e++) {
        Tri verdict = eval_known_value(ev, leaf_index, ids[e]);
        if (verdict == TRI_FALSE) {
            return TRI_FALSE;
        }
        all = verdict == TRI_TRUE ? all : TRI_ERROR;
    }
    return all;
}

// What is known of the list a row has, its elements or how many of them; TRI_ERROR: not enough.
static Tri known_list(const Sweep *sweep, uint32_t leaf_index, uint32_t space, uint32_t position)
{
    const Evaluator *ev = sweep->ev;
    uint32_t first = 0;
    uint32_t end = 0;
    table_range(ev->table, space, sweep->first + position, &first, &end);
    return ev->type_plan->leaves[leaf_index].kind == LEAF_COUNT
               ? known_count(ev, leaf_index, first, end)
               : known_all(ev, leaf_index, first, end);
}

// The list of the resource itself that a leaf is about; NONE = it is not about one.
static uint32_t list_of(const TypePlan *plan, const Leaf *leaf)
{
    uint32_t space = SPACE_ROOT;
    if (leaf->kind == LEAF_SLOT) {
        space = plan->slots[leaf->slot].space;
    } else if (leaf->kind == LEAF_COUNT && leaf->right_value != NULL) {
        space = leaf->count_space;
    }
    bool is_own = leaf->anchor == SPACE_ROOT && space != SPACE_ROOT &&
                  plan->spaces[space].parent == SPACE_ROOT;
    return is_own ? space : NONE;
}

// Sets what is known already of these rows of a word; gives back the others. list: of a leaf that
// is about one, else NONE.
static uint64_t sweep_known(const Sweep *sweep, uint32_t leaf_index, uint32_t list, uint32_t w,
                            uint64_t rows, uint64_t *masks)
{
    uint64_t truth = 0;
    uint64_t unknown = 0;
    for (uint64_t left = rows; left != 0; left &= left - 1) {
        uint64_t bit = left & (~left + 1);
        uint32_t at = w * 64 + sweep_lowest(left);
        Tri verdict = list != NONE ? known_list(sweep, leaf_index, list, at)
                                   : known_expr(sweep, leaf_index, at);
        truth |= verdict == TRI_TRUE ? bit : 0;
        unknown |= verdict == TRI_ERROR ? bit : 0;
    }
    masks[(size_t)KNOWN * sweep->word_count + w] |= rows & ~unknown;
    masks[(size_t)TRUTH * sweep->word_count + w] |= truth;
    return unknown;
}

// The masks of a leaf, known for the rows of `among` at least.
static const uint64_t *sweep_leaf(const Sweep *sweep, uint32_t leaf_index, const uint64_t *among)
{
    const TypePlan *plan = sweep->ev->type_plan;
    const Leaf *leaf = &plan->leaves[leaf_index];
    uint64_t *masks = sweep->leaves + (size_t)leaf_index * LEAF_MASKS * sweep->word_count;
    if (leaf->kind == LEAF_SLOT && plan->slots[leaf->slot].space == SPACE_ROOT) {
        sweep_values(sweep, leaf_index, among, masks);
        return masks;
    }
    uint32_t list = list_of(plan, leaf);
    bool is_known = list != NONE || (leaf->kind == LEAF_EXPR && leaf->memo_tuple);
    for (uint32_t w = 0; w < sweep->word_count; w++) {
        uint64_t wanted = among[w] & ~masks[(size_t)KNOWN * sweep->word_count + w];
        if (wanted != 0 && is_known) {
            wanted = sweep_known(sweep, leaf_index, list, w, wanted, masks);
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
