// SPDX-License-Identifier: Apache-2.0
// Any JSON value as an expression of a rule: parsed, evaluated, folded and evaluated again, which
// must not change the answer; then compared with itself by every operator. What is not JSON is
// taken as the text between the brackets.
#include "policy/compare.h"
#include "policy/expr_eval.h"
#include "json/read.h"
#include "json/write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const Json *parse(Arena *arena, Str text)
{
    const JsonLimits limits = {.bytes_max = 1 << 20, .depth_max = 64, .values_max = 1 << 16};
    const Json *json = NULL;
    Err err = {0};
    return json_read_data(arena, text, &limits, &json, &err) ? json : NULL;
}

// field('array') and the like; a name that starts with '!' cannot be read.
static bool read_field(void *ctx, Arena *arena, Str name, const Json **ret_value, Err *err)
{
    (void)arena;
    if (name.len != 0 && name.ptr[0] == '!') {
        return err_set(err, ERR_EVAL, (Span){0}, "no such field");
    }
    *ret_value = json_find_nocase(ctx, name);
    return true;
}

static void env_init(Arena *arena, Json *resource, ExprEnv *env)
{
    *resource = *parse(arena, STR("{\"name\":\"vm-1\",\"n\":5,\"f\":1.50,\"yes\":true,\"no\":null,"
                                  "\"array\":[\"a\",\"A\",1,null,[1]],\"time\":"
                                  "\"2024-01-15T12:00:00Z\",\"o\":{\"k\":{\"K2\":1}}}"));
    *env = (ExprEnv){.field = read_field, .current = read_field, .ctx = resource};
    env->parameters = resource;
    env->resource_group = parse(arena, STR("{\"name\":\"rg\",\"tags\":{\"Env\":\"prod\"}}"));
    env->policy = parse(arena, STR("{\"assignmentId\":\"/a\"}"));
    ASSERT(ticks_parse(STR("2025-02-20T12:00:00Z"), &env->now));
}

static void check_folded(Arena *arena, const Expr *expr, const ExprEnv *env, unsigned reads_left,
                         const Json *want)
{
    Err err = {0};
    const Json *seen = NULL;
    const Expr *folded = expr_fold(arena, expr, env, reads_left);
    ASSERT((folded->reads & ~expr->reads) == 0);
    bool has_value = expr_eval(arena, folded, env, &seen, &err);
    ASSERT(has_value == (want != NULL));
    ASSERT(!has_value || json_equal(want, seen));
    ASSERT(has_value || err.kind == ERR_EVAL || err.kind == ERR_LIMIT);
}

static void check_operators(const Json *a, const Json *b)
{
    ASSERT(compare_equals(a, b) == compare_equals(b, a));
    for (Operator op = 0; op < OP_COUNT; op++) {
        Err err = {0};
        Tri answer = compare(op, a, b, &err);
        ASSERT((answer == TRI_ERROR) == (err.kind == ERR_EVAL));
        err = (Err){0};
        (void)compare(op, NULL, b, &err);
    }
}

static void check_expr(Arena *arena, const Expr *expr)
{
    Json resource = {0};
    ExprEnv env = {0};
    env_init(arena, &resource, &env);
    Err err = {0};
    const Json *value = NULL;
    if (!expr_eval(arena, expr, &env, &value, &err)) {
        ASSERT(err.kind == ERR_EVAL || err.kind == ERR_LIMIT);
        value = NULL;
    }
    check_folded(arena, expr, &env, 0, value);
    check_folded(arena, expr, &env, EXPR_READS_FIELD, value);
    check_folded(arena, expr, &env, EXPR_READS_PARAMETER | EXPR_READS_SCOPE, value);
    if (value != NULL) {
        Buf out = {0};
        json_write(&out, value);
        buf_free(&out);
        check_operators(value, value);
        check_operators(value, &resource.members[0].value);
        check_operators(&resource.members[0].value, value);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 30);
    DiagList diags;
    diag_init(&diags, &arena, STR("fuzz"));
    Str text = {(const char *)data, size};
    const Json *json = parse(&arena, text);
    const Expr *expr = NULL;
    bool parsed = json != NULL ? expr_parse(&arena, json, &diags, &expr)
                               : expr_parse_text(&arena, text, (Span){1, 1}, &diags, &expr);
    ASSERT(parsed == (diags.errors == 0));
    if (parsed) {
        check_expr(&arena, expr);
    }
    arena_free(&arena);
    return 0;
}
