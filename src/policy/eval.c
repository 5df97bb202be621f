// SPDX-License-Identifier: Apache-2.0
// The evaluator and the conditions: jumps while everything has a value, the tree when not.
#include "policy/eval_parts.h"
#include "json/write.h"

#include <stdlib.h>
#include <string.h>

enum { WORDS_BYTES_MAX = 256 << 10 }; // per type

void evaluator_open(Evaluator *ev, const Plan *plan, Table *table, Arena *scratch)
{
    const TypePlan *type_plan = table->plan;
    *ev = (Evaluator){.plan = plan, .type_plan = type_plan, .table = table, .scratch = scratch};
    ev->verdicts = calloc((size_t)type_plan->leaf_count + 1, sizeof(Verdicts));
    ev->bound = malloc(sizeof(uint32_t) * type_plan->space_count);
    ev->tuples = calloc((size_t)type_plan->leaf_count + 1, sizeof(Tuple *));
    ev->worded = calloc((size_t)type_plan->leaf_count + 1, sizeof(Worded));
    ASSERT(ev->verdicts != NULL && ev->bound != NULL && ev->tuples != NULL && ev->worded != NULL);
    arena_init(&ev->words, SIZE_MAX);
    for (uint32_t s = 0; s < type_plan->space_count; s++) {
        ev->bound[s] = NONE;
    }
}

void evaluator_close(Evaluator *ev)
{
    for (uint32_t i = 0; i < ev->type_plan->leaf_count; i++) {
        free(ev->verdicts[i].of);
        free(ev->tuples[i]);
        free(ev->worded[i].of);
    }
    arena_free(&ev->words);
    buf_free(&ev->line);
    free(ev->worded);
    free(ev->tuples);
    free(ev->verdicts);
    free(ev->bound);
    *ev = (Evaluator){0};
}

void evaluator_row(Evaluator *ev, uint32_t row, Str id, Str text)
{
    ev->bound[SPACE_ROOT] = row;
    ev->id = id;
    ev->text = text;
}

static bool reads_slot(const Leaf *leaf, uint32_t slot)
{
    for (uint32_t i = 0; i < leaf->memo_count; i++) {
        if (leaf->memo_slots[i] == slot) {
            return true;
        }
    }
    return leaf->slot == slot || leaf->memo == slot;
}

static void forget_leaf_words(Evaluator *ev, uint32_t leaf)
{
    if (ev->worded[leaf].cap != 0) {
        memset(ev->worded[leaf].of, 0, sizeof *ev->worded[leaf].of * ev->worded[leaf].cap);
    }
    if (ev->tuples[leaf] != NULL) {
        memset(ev->tuples[leaf], 0, sizeof(Tuple) * TUPLE_CACHE); // verdicts and words
    }
}

static void forget_slot(Evaluator *ev, uint32_t slot)
{
    for (uint32_t i = 0; i < ev->type_plan->leaf_count; i++) {
        if (!reads_slot(&ev->type_plan->leaves[i], slot)) {
            continue;
        }
        if (ev->verdicts[i].cap != 0) {
            memset(ev->verdicts[i].of, 0, ev->verdicts[i].cap);
        }
        forget_leaf_words(ev, i);
    }
}

// Words are kept for whole numbers of blocks, and only so many of them.
static void forget_words(Evaluator *ev)
{
    for (uint32_t i = 0; i < ev->type_plan->leaf_count; i++) {
        forget_leaf_words(ev, i);
    }
    arena_free(&ev->words);
    arena_init(&ev->words, SIZE_MAX);
}

void evaluator_turn_block(Evaluator *ev)
{
    for (uint32_t slot = 0; slot < ev->type_plan->slot_count; slot++) {
        if (table_turn_block(ev->table, slot)) {
            forget_slot(ev, slot);
        }
    }
    if (ev->words.used_bytes > WORDS_BYTES_MAX) {
        forget_words(ev);
    }
}

Tri eval_condition(Evaluator *ev, uint32_t code, const PlanNode *tree, Err *err)
{
    const Step *steps = ev->type_plan->steps;
    uint32_t last = NONE;
    if (code == STEP_TREE) {
        return eval_tree(ev, tree, NULL, err);
    }
    while (code < STEP_REJECT) {
        Err local;
        local.kind = ERR_NONE;
        last = steps[code].leaf;
        Tri result = eval_leaf(ev, last, &local);
        if (result == TRI_ERROR) {
            return eval_tree(ev, tree, NULL, err);
        }
        code = result == TRI_TRUE ? steps[code].on_true : steps[code].on_false;
    }
    ev->last = last;
    return code == STEP_ACCEPT ? TRI_TRUE : TRI_FALSE;
}

static Tri eval_node(Evaluator *ev, const PlanNode *tree, TraceNode *trace, Err *err)
{
    if (tree->kind == PLAN_CONST) {
        if (tree->value == TRI_ERROR) {
            (void)err_set(err, ERR_EVAL, (Span){0}, "%.*s", STR_ARG(tree->note));
        }
        return tree->value;
    }
    Tri result = eval_leaf(ev, tree->leaf, err);
    if (trace != NULL) {
        Evidence evidence;
        eval_evidence(ev, tree->leaf, &evidence);
        trace->seen = str_copy(ev->scratch, evidence.seen);
        trace->wanted = evidence.wanted;
    } else {
        ev->last = tree->leaf;
    }
    return result;
}

static void show(Evaluator *ev, const PlanNode *tree, TraceNode *trace, Tri result, const Err *err)
{
    trace->cond = tree->cond;
    trace->result = result;
    if (tree->kind == PLAN_CONST) {
        trace->seen = json_text(ev->scratch, tree->seen);
        trace->wanted = json_text(ev->scratch, tree->wanted);
    }
    if (result == TRI_ERROR) {
        trace->note = str_copy(ev->scratch, str_from_cstr(err->text));
    }
}

Tri eval_tree(Evaluator *ev, const PlanNode *tree, TraceNode *trace, Err *err)
{
    if (tree->kind == PLAN_CONST || tree->kind == PLAN_LEAF) {
        Err local = {0};
        Tri result = eval_node(ev, tree, trace, &local);
        if (trace != NULL) {
            show(ev, tree, trace, result, &local);
        }
        if (result == TRI_ERROR && err->kind == ERR_NONE) {
            *err = local;
        }
        return result;
    }
    TraceNode *below = NULL;
    if (trace != NULL) {
        below = NEW_ARRAY(ev->scratch, TraceNode, tree->child_count + 1);
        trace->children = below;
        trace->child_count = tree->child_count;
    }
    // not flips its one child; allOf is decided by a false one, anyOf by a true one.
    const Tri deciding = tree->kind == PLAN_AND ? TRI_FALSE : TRI_TRUE;
    Tri result = tree->kind == PLAN_AND ? TRI_TRUE : TRI_FALSE;
    Err first = {0};
    for (uint32_t i = 0; i < tree->child_count; i++) {
        Tri one = eval_tree(ev, &tree->children[i], below == NULL ? NULL : &below[i], &first);
        if (one == deciding) {
            result = deciding;
            if (trace == NULL) {
                break;
            }
        } else if (one == TRI_ERROR && result != deciding) {
            result = TRI_ERROR;
        }
    }
    if (tree->kind == PLAN_NOT && result != TRI_ERROR) {
        result = result == TRI_TRUE ? TRI_FALSE : TRI_TRUE;
    }
    if (result == TRI_ERROR && err->kind == ERR_NONE) {
        *err = first;
    }
    if (trace != NULL) {
        show(ev, tree, trace, result, &first);
    }
    return result;
}
