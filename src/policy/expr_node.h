// SPDX-License-Identifier: Apache-2.0
// expr_node — how the nodes of an expression are made. Private to expr.c and expr_json.c.
// Depends on: expr.  Thread-safe: pure.
#pragma once

#include "policy/expr.h"

static inline Expr expr_literal(const Json *value, Span at)
{
    return (Expr){.kind = EXPR_LITERAL, .at = at, .value = value};
}

static inline Expr expr_literal_of(Arena *arena, Json value, Span at)
{
    Json *json = NEW(arena, Json);
    *json = value;
    return expr_literal(json, at);
}

// A node over args; it reads what they read.
static inline Expr expr_over(ExprKind kind, Span at, const Expr *args, uint32_t count)
{
    Expr expr = {.kind = kind, .at = at, .args = args, .arg_count = count};
    for (uint32_t i = 0; i < count; i++) {
        expr.reads |= args[i].reads;
    }
    return expr;
}
