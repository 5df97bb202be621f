// SPDX-License-Identifier: Apache-2.0
// Turns a specialised condition tree into jumps: one step per leaf, each saying where to go on when
// the leaf holds and where when it does not. allOf, anyOf and not exist only as targets.
// A leaf without a value (an error) is outside this code: eval.c then evaluates the tree, because
// three-valued logic must look at every operand whatever the order.
#include "policy/plan.h"

static void push(CodeBuilder *b, Step step)
{
    ARENA_ROOM(b->arena, b->steps, b->count, b->cap);
    b->steps[b->count++] = step;
}

// While a tree is being laid out its jumps are lists threaded through the unfilled target fields:
// a field holds the reference of the next one. A reference is step * 2, + 1 for on_false.
typedef struct Jumps {
    uint32_t first; // NONE = empty
} Jumps;

static uint32_t *field_of(CodeBuilder *b, uint32_t ref)
{
    Step *step = &b->steps[ref / 2];
    return (ref & 1) != 0 ? &step->on_false : &step->on_true;
}

static void patch(CodeBuilder *b, Jumps jumps, uint32_t target)
{
    for (uint32_t ref = jumps.first; ref != NONE;) {
        uint32_t *field = field_of(b, ref);
        ref = *field;
        *field = target;
    }
}

static Jumps join(CodeBuilder *b, Jumps a, Jumps c)
{
    if (a.first == NONE) {
        return c;
    }
    uint32_t ref = a.first;
    while (*field_of(b, ref) != NONE) {
        ref = *field_of(b, ref);
    }
    *field_of(b, ref) = c.first;
    return a;
}

// What a subtree became: code with open jumps, or a constant with no code.
typedef struct Laid {
    bool constant;
    bool value;
    Jumps if_true;
    Jumps if_false;
} Laid;

static Laid lay(CodeBuilder *b, const PlanNode *tree);

// allOf (stop_on = false) and anyOf (stop_on = true) are the same with the ends exchanged.
static Laid lay_group(CodeBuilder *b, const PlanNode *tree, bool stop_on)
{
    Laid laid = {.constant = true, .value = !stop_on, .if_true = {NONE}, .if_false = {NONE}};
    Jumps stops = {NONE};
    Jumps on = {NONE};
    const uint32_t group_start = b->count;
    for (uint32_t i = 0; i < tree->child_count; i++) {
        uint32_t start = b->count;
        Laid child = lay(b, &tree->children[i]);
        if (child.constant && child.value == stop_on) {
            b->count = group_start; // nothing after it matters, nor does anything before it
            return child;
        }
        if (child.constant) {
            continue;
        }
        patch(b, on, start);
        stops = join(b, stops, stop_on ? child.if_true : child.if_false);
        on = stop_on ? child.if_false : child.if_true;
        laid.constant = false;
    }
    laid.if_true = stop_on ? stops : on;
    laid.if_false = stop_on ? on : stops;
    return laid;
}

static Laid lay(CodeBuilder *b, const PlanNode *tree)
{
    switch (tree->kind) {
    case PLAN_CONST:
        return (Laid){true, tree->value == TRI_TRUE, {NONE}, {NONE}};
    case PLAN_LEAF: {
        uint32_t ref = b->count * 2;
        push(b, (Step){tree->leaf, NONE, NONE});
        return (Laid){false, false, {ref}, {ref + 1}};
    }
    case PLAN_NOT: {
        Laid laid = lay(b, &tree->children[0]);
        return (Laid){laid.constant, !laid.value, laid.if_false, laid.if_true};
    }
    case PLAN_AND:
        return lay_group(b, tree, false);
    case PLAN_OR:
        return lay_group(b, tree, true);
    }
    UNREACHABLE("PlanNodeKind out of range");
}

static bool has_error(const PlanNode *tree)
{
    if (tree->kind == PLAN_CONST) {
        return tree->value == TRI_ERROR;
    }
    for (uint32_t i = 0; i < tree->child_count; i++) {
        if (has_error(&tree->children[i])) {
            return true;
        }
    }
    return false;
}

uint32_t code_emit(CodeBuilder *b, const PlanNode *tree)
{
    if (has_error(tree)) {
        return STEP_TREE;
    }
    uint32_t start = b->count;
    Laid laid = lay(b, tree);
    if (laid.constant) {
        ASSERT(b->count == start);
        return laid.value ? STEP_ACCEPT : STEP_REJECT;
    }
    patch(b, laid.if_true, STEP_ACCEPT);
    patch(b, laid.if_false, STEP_REJECT);
    return start;
}

bool code_verify(const Step *steps, uint32_t count, uint32_t leaf_count, Err *err)
{
    for (uint32_t i = 0; i < count; i++) {
        if (steps[i].leaf >= leaf_count) {
            return err_set(err, ERR_SCHEMA, (Span){0}, "step %u: no leaf %u", i, steps[i].leaf);
        }
        const uint32_t targets[] = {steps[i].on_true, steps[i].on_false};
        for (size_t t = 0; t < COUNTOF(targets); t++) {
            bool ends = targets[t] == STEP_ACCEPT || targets[t] == STEP_REJECT;
            if (!ends && (targets[t] <= i || targets[t] >= count)) {
                return err_set(err, ERR_SCHEMA, (Span){0}, "step %u: jump to %u", i, targets[t]);
            }
        }
    }
    return true;
}
