// SPDX-License-Identifier: Apache-2.0
// What a leaf saw: worded only for what is not compliant.
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "policy/eval_parts.h"
#include "json/write.h"

// The first element that decided a [*] condition: the one that breaks it, or the first there is.
static Str element_seen(Evaluator *ev, uint32_t leaf_index)
{
    const Leaf *leaf = &ev->type_plan->leaves[leaf_index];
    const uint32_t *ids = ev->table->columns[leaf->slot]->ids;
    if (ev->type_plan->slots[leaf->slot].space == leaf->anchor) {
        return table_text(ev->table, leaf->slot, ids[ev->bound[leaf->anchor]]);
    }
    uint32_t first = 0;
    uint32_t end = 0;
    table_range_below(ev->table, ev->type_plan->slots[leaf->slot].space, leaf->anchor,
                      ev->bound[leaf->anchor], &first, &end);
    for (uint32_t e = first; e < end && leaf->kind == LEAF_SLOT; e++) {
        Err ignored = {0};
        if (eval_slot_value(ev, leaf_index, ids[e], &ignored) != TRI_TRUE) {
            return table_text(ev->table, leaf->slot, ids[e]);
        }
    }
    return first == end ? STR("[]") : table_text(ev->table, leaf->slot, ids[first]);
}

static Str decimal(Arena *arena, uint32_t n)
{
    enum { DIGITS = 10 };
    char *text = NEW_ARRAY(arena, char, DIGITS);
    size_t at = DIGITS;
    do {
        text[--at] = (char)('0' + n % 10);
        n /= 10;
    } while (n != 0);
    return (Str){text + at, DIGITS - at};
}

void eval_evidence(Evaluator *ev, uint32_t leaf_index, Evidence *ret_evidence)
{
    const Leaf *leaf = &ev->type_plan->leaves[leaf_index];
    *ret_evidence = (Evidence){
        .leaf = leaf->cond,
        .path = leaf->shown,
        .op = operator_name(leaf->op),
        .wanted = leaf->right_text,
    };
    Err ignored = {0};
    const Json *value = NULL;
    if (leaf->kind == LEAF_SLOT || (leaf->kind == LEAF_EXPR && leaf->slot != NONE)) {
        ret_evidence->seen = element_seen(ev, leaf_index);
    } else if (leaf->kind == LEAF_EXPR && leaf->named) {
        EvalNamed values = {0};
        if (eval_expr(ev, leaf->left, &value, &ignored) && value->type == JSON_STRING) {
            ret_evidence->path = value->string;
            if (eval_named(ev, value->string, &values, &ignored) && values.count != 0) {
                ret_evidence->seen = json_text(ev->scratch, values.items[0]);
            }
        }
    } else if (leaf->kind == LEAF_EXPR) {
        if (eval_expr(ev, leaf->left, &value, &ignored)) {
            ret_evidence->seen = json_text(ev->scratch, value);
        }
    } else {
        uint32_t n = 0;
        if (eval_count(ev, leaf, &n, &ignored)) {
            ret_evidence->seen = decimal(ev->scratch, n);
        }
    }
    Err none = {0};
    if (leaf->right_value == NULL && eval_expr(ev, leaf->right, &value, &none)) {
        ret_evidence->wanted = json_text(ev->scratch, value);
    }
}

static const Str wanted_label = STR_INIT(",\"wanted\":");

static void write_evidence(Buf *out, const Evidence *evidence)
{
    buf_push(out, STR("{\"path\":"));
    json_write_string(out, evidence->path);
    if (evidence->op != NULL) {
        buf_push(out, STR(",\"operator\":\""));
        buf_push(out, str_from_cstr(evidence->op));
        buf_byte(out, '"');
    }
    // seen and wanted are JSON already
    if (evidence->seen.len != 0) {
        buf_push(out, STR(",\"seen\":"));
        buf_push(out, evidence->seen);
    }
    if (evidence->wanted.len != 0) {
        buf_push(out, wanted_label);
        buf_push(out, evidence->wanted);
    }
    buf_byte(out, '}');
}

Str evidence_json(Arena *arena, const Evidence *evidence)
{
    Buf out = {0};
    write_evidence(&out, evidence);
    Str json = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return json;
}

// Moves what a leaf saw to an arena: written as JSON, where what was seen and wanted stand as they
// are.
static void settle(Evaluator *ev, Arena *arena, uint32_t leaf_index, Evidence *evidence)
{
    buf_clear(&ev->line);
    write_evidence(&ev->line, evidence);
    Str json = str_copy(arena, buf_str(&ev->line));
    size_t end = json.len - 1; // the brace
    if (evidence->wanted.len != 0) {
        evidence->wanted = str_slice(json, end - evidence->wanted.len, end);
        end -= evidence->wanted.len + wanted_label.len;
    }
    evidence->seen = str_slice(json, end - evidence->seen.len, end);
    evidence->json = json;
    if (ev->type_plan->leaves[leaf_index].named) {
        evidence->path = str_copy(arena, evidence->path);
    }
}

// A number of a column that keeps its meaning: a direct column has only the two that are no values.
static uint32_t lasting_number(const Evaluator *ev, uint32_t slot, uint32_t element)
{
    const Column *column = ev->table->columns[slot];
    uint32_t number = column->ids[element];
    return column->dictionary.direct && number > VALUE_NULL ? NONE : number;
}

// What a leaf shows is a matter of one number where its right side is a constant or known by the
// same: of the value in a column, or of how many were counted. NONE = of more.
static uint32_t number_shown(Evaluator *ev, uint32_t leaf_index)
{
    enum { COUNT_MAX = 1 << 12 };
    const Leaf *leaf = &ev->type_plan->leaves[leaf_index];
    if (leaf->memo_one && leaf->memo != NONE) {
        return lasting_number(ev, leaf->memo, ev->bound[ev->type_plan->slots[leaf->memo].space]);
    }
    if (leaf->memo_one) {
        return leaf->memo_containers ? eval_containers(eval_scope_id(ev)) : 0;
    }
    if (leaf->right_value == NULL) {
        return NONE;
    }
    if (leaf->kind == LEAF_SLOT && ev->type_plan->slots[leaf->slot].space == leaf->anchor) {
        return lasting_number(ev, leaf->slot, ev->bound[leaf->anchor]);
    }
    uint32_t n = NONE;
    Err ignored;
    ignored.kind = ERR_NONE;
    if (leaf->kind == LEAF_COUNT && !eval_count(ev, leaf, &n, &ignored)) {
        return NONE;
    }
    return n < COUNT_MAX ? n : NONE;
}

static const Evidence **worded_at(Worded *worded, uint32_t number)
{
    if (number >= worded->cap) {
        uint32_t cap = worded->cap == 0 ? 16 : worded->cap;
        while (cap <= number) {
            cap *= 2;
        }
        worded->of = realloc(worded->of, sizeof(Evidence *) * cap);
        ASSERT(worded->of != NULL);
        memset(worded->of + worded->cap, 0, sizeof(Evidence *) * (cap - worded->cap));
        worded->cap = cap;
    }
    return &worded->of[number];
}

// Where a leaf's words are kept, or NULL: they hang on more than can be told by numbers.
static const Evidence **words_place(Evaluator *ev, uint32_t leaf_index)
{
    const Leaf *leaf = &ev->type_plan->leaves[leaf_index];
    if (leaf->kind == LEAF_EXPR && !leaf->memo_one) {
        return eval_tuple_words(ev, leaf_index);
    }
    uint32_t number = number_shown(ev, leaf_index);
    return number != NONE ? worded_at(&ev->worded[leaf_index], number) : NULL;
}

const Evidence *eval_worded(Evaluator *ev, uint32_t leaf_index, Arena *arena)
{
    const Evidence **known = words_place(ev, leaf_index);
    if (known != NULL && *known != NULL) {
        return *known;
    }
    Arena *home = known != NULL ? &ev->words : arena;
    ArenaMark mark = arena_mark(ev->scratch);
    Evidence *evidence = NEW(home, Evidence);
    eval_evidence(ev, leaf_index, evidence);
    settle(ev, home, leaf_index, evidence);
    arena_rewind(ev->scratch, mark);
    if (known != NULL) {
        *known = evidence;
    }
    return evidence;
}
