// SPDX-License-Identifier: Apache-2.0
// Every condition tree of a small size, under every assignment of truth to its leaves: the jumps
// say what the tree says.
#include "policy/plan.h"
#include "t.h"

enum { LEAVES = 3 };

static bool run(const CodeBuilder *code, uint32_t at, const bool *leaves)
{
    while (at < code->count) {
        const Step *step = &code->steps[at];
        at = leaves[step->leaf] ? step->on_true : step->on_false;
    }
    CHECK(at == STEP_ACCEPT || at == STEP_REJECT);
    return at == STEP_ACCEPT;
}

static bool slow(const PlanNode *tree, const bool *leaves)
{
    switch (tree->kind) {
    case PLAN_CONST:
        return tree->value == TRI_TRUE;
    case PLAN_LEAF:
        return leaves[tree->leaf];
    case PLAN_NOT:
        return !slow(&tree->children[0], leaves);
    case PLAN_AND:
    case PLAN_OR:
        for (uint32_t i = 0; i < tree->child_count; i++) {
            if (slow(&tree->children[i], leaves) == (tree->kind == PLAN_OR)) {
                return tree->kind == PLAN_OR;
            }
        }
        return tree->kind == PLAN_AND;
    }
    UNREACHABLE("PlanNodeKind out of range");
}

static PlanNode grow(Arena *arena, Gen *gen, uint32_t depth)
{
    // Without depth left only constants and leaves.
    switch (gen_below(gen, depth == 0 ? 3 : 6)) {
    case 0:
        return (PlanNode){.kind = PLAN_CONST,
                          .value = gen_below(gen, 2) == 0 ? TRI_FALSE : TRI_TRUE};
    case 1:
    case 2:
        return (PlanNode){.kind = PLAN_LEAF, .leaf = gen_below(gen, LEAVES)};
    default:
        break;
    }
    uint32_t shape = gen_below(gen, 3);
    uint32_t count = shape == 2 ? 1 : gen_below(gen, 3);
    PlanNode *children = NEW_ARRAY(arena, PlanNode, (size_t)count + 1);
    for (uint32_t i = 0; i < count; i++) {
        children[i] = grow(arena, gen, depth - 1);
    }
    return (PlanNode){.kind = shape == 0   ? PLAN_AND
                              : shape == 1 ? PLAN_OR
                                           : PLAN_NOT,
                      .children = children,
                      .child_count = count};
}

TEST(code_says_what_the_tree_says)
{
    enum { TREES_MAX = 60000 };
    uint32_t trees = 0;
    uint32_t wrong = 0;
    for (Gen gen = {0}; gen_next(&gen) && trees < TREES_MAX; trees++) {
        Arena arena;
        arena_init(&arena, 1 << 20);
        PlanNode tree = grow(&arena, &gen, 2);
        CodeBuilder code = {.arena = &arena};
        uint32_t start = code_emit(&code, &tree);
        Err err = {0};
        CHECK(code_verify(code.steps, code.count, LEAVES, &err));
        for (unsigned bits = 0; bits < 1U << LEAVES; bits++) {
            bool leaves[LEAVES];
            for (unsigned l = 0; l < LEAVES; l++) {
                leaves[l] = (bits >> l & 1) != 0;
            }
            wrong += run(&code, start, leaves) != slow(&tree, leaves) ? 1 : 0;
        }
        arena_free(&arena);
    }
    CHECK(trees > 1000);
    CHECK(wrong == 0);
}

TEST(code_leaves_errors_to_the_tree)
{
    Arena arena;
    arena_init(&arena, 1 << 20);
    const PlanNode children[] = {
        {.kind = PLAN_LEAF},
        {.kind = PLAN_CONST, .value = TRI_ERROR},
    };
    const PlanNode tree = {.kind = PLAN_AND, .children = children, .child_count = 2};
    CodeBuilder code = {.arena = &arena};
    CHECK(code_emit(&code, &tree) == NONE);
    arena_free(&arena);
}

TEST(code_verify_refuses)
{
    static const struct {
        const char *row;
        Step steps[2];
        Str want;
    } rows[] = {
        {"a leaf that is not there",
         {{9, STEP_ACCEPT, STEP_REJECT}, {0, STEP_ACCEPT, STEP_REJECT}},
         STR_INIT("step 0: no leaf 9")},
        {"a jump back", {{0, 1, STEP_REJECT}, {0, 0, STEP_REJECT}}, STR_INIT("step 1: jump to 0")},
        {"a jump out", {{0, 1, 2}, {0, STEP_ACCEPT, STEP_REJECT}}, STR_INIT("step 0: jump to 2")},
        {"a target never filled in",
         {{0, NONE - 3, 1}, {0, STEP_ACCEPT, STEP_REJECT}},
         STR_INIT("step 0: jump to 4294967292")},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Err err = {0};
        CHECK_ROW(rows[i].row, !code_verify(rows[i].steps, 2, LEAVES, &err));
        CHECK_ROW(rows[i].row, str_eq(str_from_cstr(err.text), rows[i].want));
    }
}
