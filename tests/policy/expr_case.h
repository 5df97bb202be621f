// SPDX-License-Identifier: Apache-2.0
// expr_case — rows of tests about expressions: a text, and the JSON it is worth or "!" and the
// message it fails with.
// Depends on: policy/expr_eval, t.  Not thread-safe: reports through t_fail.
#pragma once

#include <string.h>

#include "policy/expr_eval.h"
#include "t.h"
#include "json/read.h"
#include "json/write.h"

typedef struct ExprCase {
    const char *row;
    Str text;
    Str want;
} ExprCase;

static inline const Json *json_of(Arena *arena, Str text)
{
    const JsonLimits limits = JSON_LIMITS_DEFAULT;
    const Json *json = NULL;
    Err err = {0};
    if (!json_read_data(arena, text, &limits, &json, &err)) {
        t_fail(__FILE__, __LINE__, err.text, text.ptr);
        return &json_null;
    }
    return json;
}

static inline void fail_with(Arena *arena, const ExprCase *c, Str seen)
{
    const char *text = NULL;
    Buf out = {0};
    buf_printf(&out, "%.*s is %.*s, not %.*s", STR_ARG(c->text), STR_ARG(seen), STR_ARG(c->want));
    if (str_to_cstr(arena, buf_str(&out), &text)) {
        t_fail(__FILE__, __LINE__, text, c->row);
    }
    buf_free(&out);
}

// Numbers are compared as written: 5 is not 5.0 here.
static inline void check_expr(const ExprCase *c, const ExprEnv *env)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 28);
    DiagList diags;
    diag_init(&diags, &arena, STR("case"));
    const Expr *expr = NULL;
    const Json *value = NULL;
    Err err = {0};
    Buf seen = {0};
    if (!expr_parse_text(&arena, c->text, (Span){1, 1}, &diags, &expr)) {
        buf_printf(&seen, "!%u: %s: %.*s", diags.first->at.col, diags.first->code,
                   STR_ARG(diags.first->text));
    } else if (!expr_eval(&arena, expr, env, &value, &err)) {
        buf_printf(&seen, "!%s", err.text);
    } else {
        json_write(&seen, value);
    }
    if (!str_eq(buf_str(&seen), c->want)) {
        fail_with(&arena, c, buf_str(&seen));
    }
    buf_free(&seen);
    arena_free(&arena);
}

static inline void check_exprs(const ExprCase *cases, size_t count, const ExprEnv *env)
{
    for (size_t i = 0; i < count; i++) {
        check_expr(&cases[i], env);
    }
}
