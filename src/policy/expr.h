// SPDX-License-Identifier: Apache-2.0
// expr — a template expression or a JSON value that contains some: "[concat(field('name'), 'x')]".
// Depends on: json.  Thread-safe: an Expr is read-only once parsed.
// Source: Azure Policy definition structure, template functions.
#pragma once

#include "base/diag.h"
#include "policy/func.h"
#include "json/json.h"

typedef enum ExprKind {
    EXPR_LITERAL, // value: any JSON without expressions in it
    EXPR_CALL,    // func(args…)
    EXPR_MEMBER,  // args[0].name
    EXPR_INDEX,   // args[0][args[1]]
    EXPR_ARRAY,   // JSON array with an expression somewhere in it: args are the items
    EXPR_OBJECT   // JSON object with an expression in it: args alternate key, value
} ExprKind;

// What an expression reads; decides when it can be folded and how often it is evaluated.
enum {
    EXPR_READS_FIELD = 1 << 0,     // field(): the resource under evaluation by `if`
    EXPR_READS_CURRENT = 1 << 1,   // current()
    EXPR_READS_PARAMETER = 1 << 2, // parameters()
    EXPR_READS_SCOPE = 1 << 3,     // resourceGroup(), subscription()
    EXPR_READS_REQUEST = 1 << 4,   // requestContext(), claims()
    EXPR_READS_POLICY = 1 << 5,    // policy()
    EXPR_READS_CLOCK = 1 << 6      // utcNow()
};

typedef struct Expr Expr;
struct Expr {
    ExprKind kind;
    FuncId func;    // EXPR_CALL
    unsigned reads; // union over this node and everything below it
    uint32_t arg_count;
    uint32_t column; // EXPR_CALL of field() on a known type: its slot + 1; 0 = ask by name
    Span at;
    Str name;          // EXPR_MEMBER
    const Json *value; // EXPR_LITERAL
    const Expr *args;  // array of arg_count
};

// Parses a JSON value of a rule. A string that starts with '[' and ends with ']' but not with '[['
// is an expression; "[[x" is the literal "[x"; arrays and objects are searched for expressions.
// Unknown or disallowed functions and wrong argument counts are diagnostics
// ("unknown-function", "disallowed-function", "argument-count", "expression-syntax"); more than
// 2048 calls, 128 arguments, 64 levels or 81920 bytes is "limit". What the service would refuse and
// this evaluator takes is a warning ("few-arguments", "padding-width").
MUST_USE bool expr_parse(Arena *arena, const Json *json, DiagList *diags, const Expr **ret_expr);

// The text between the brackets, for tests and messages; at is the place of its first byte.
MUST_USE bool expr_parse_text(Arena *arena, Str text, Span at, DiagList *diags,
                              const Expr **ret_expr);

// What a call of this function reads by itself, arguments aside.
unsigned expr_reads_of(FuncId func);

static inline bool expr_is_literal(const Expr *expr)
{
    return expr->kind == EXPR_LITERAL;
}
