// SPDX-License-Identifier: Apache-2.0
#include "assess/near.h"

#include "t.h"

TEST(sentences_say_what_a_leaf_must_become)
{
    static const struct {
        const char *row;
        Operator op;
        Tri result;
        Str wanted;
        const char *want;
    } rows[] = {
        {"notEquals that holds", OP_NOT_EQUALS, TRI_TRUE, STR_INIT("true"), "on were true"},
        {"equals that holds", OP_EQUALS, TRI_TRUE, STR_INIT("true"), "on were not true"},
        {"equals that does not", OP_EQUALS, TRI_FALSE, STR_INIT("1"), "on were 1"},
        {"notEquals that does not", OP_NOT_EQUALS, TRI_FALSE, STR_INIT("1"), "on were not 1"},
        {"exists false that holds", OP_EXISTS, TRI_TRUE, STR_INIT("false"), "on were set"},
        {"exists \"False\" that holds", OP_EXISTS, TRI_TRUE, STR_INIT("\"False\""), "on were set"},
        {"exists true that holds", OP_EXISTS, TRI_TRUE, STR_INIT("true"), "on were not set"},
        {"exists true that does not", OP_EXISTS, TRI_FALSE, STR_INIT("true"), "on were set"},
        {"in", OP_IN, TRI_TRUE, STR_INIT("[1]"), "on were none of [1]"},
        {"notIn", OP_NOT_IN, TRI_TRUE, STR_INIT("[1]"), "on were one of [1]"},
        {"less", OP_LESS, TRI_TRUE, STR_INIT("5"), "on were at least 5"},
        {"greaterOrEquals", OP_GREATER_OR_EQUALS, TRI_TRUE, STR_INIT("5"), "on were less than 5"},
        {"notContains", OP_NOT_CONTAINS, TRI_TRUE, STR_INIT("\"x\""), "on contained \"x\""},
        {"notLike", OP_NOT_LIKE, TRI_TRUE, STR_INIT("\"x*\""), "on were like \"x*\""},
    };
    Arena arena;
    arena_init(&arena, 1 << 20);
    Json name = json_string(STR("Provider.X/things/on"));
    Expr left = {.kind = EXPR_LITERAL, .value = &name};
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Cond cond = {.kind = COND_LEAF, .lhs = LHS_FIELD, .op = rows[i].op, .left = &left};
        TraceNode leaf = {.cond = &cond, .result = rows[i].result, .wanted = rows[i].wanted};
        CHECK_ROW(rows[i].row, str_eq(near_text(&arena, &leaf), str_from_cstr(rows[i].want)));
    }
    arena_free(&arena);
}

TEST(counts_and_values_have_no_field_name)
{
    Arena arena;
    arena_init(&arena, 1 << 20);
    Json alias = json_string(STR("Provider.X/things/rules[*]"));
    Expr source = {.kind = EXPR_LITERAL, .value = &alias};
    Count count = {.of_field = true, .source = &source};
    Cond counted = {.kind = COND_LEAF, .lhs = LHS_COUNT, .op = OP_GREATER, .count = &count};
    TraceNode leaf = {.cond = &counted, .result = TRI_TRUE, .wanted = STR("0")};
    CHECK(str_eq(near_text(&arena, &leaf), STR("the count of rules[*] were at most 0")));
    Expr call = {.kind = EXPR_CALL};
    Cond value = {.kind = COND_LEAF, .lhs = LHS_VALUE, .op = OP_EQUALS, .left = &call};
    leaf.cond = &value;
    CHECK(str_eq(near_text(&arena, &leaf), STR("the value were not 0")));
    arena_free(&arena);
}
