// SPDX-License-Identifier: Apache-2.0
// expr_eval — the value of an expression, given who answers field(), current() and the context.
// Depends on: expr, func.  Thread-safe: as the environment is.
#pragma once

#include "base/ticks.h"
#include "policy/expr.h"

// Answers what an expression reads from outside. An operation returns false with ERR_EVAL when
// there is no answer; a NULL operation means that this read has no value here.
typedef struct ExprEnv {
    // The resource under evaluation by `if`. A scalar that is missing is *ret_value = NULL (the
    // evaluator turns it into ''); a [*] path is an array of what is there.
    bool (*field)(void *ctx, Arena *arena, Str name, const Json **ret_value, Err *err);
    // The same for a call of field() whose name stands for a column.
    bool (*column)(void *ctx, Arena *arena, uint32_t slot, const Json **ret_value);
    // While folding: the column + 1 that a name stands for from now on, 0 = none.
    uint32_t (*bind_column)(void *ctx, Str name);
    // current() has name.len == 0 and name.ptr == NULL.
    bool (*current)(void *ctx, Arena *arena, Str name, const Json **ret_value, Err *err);
    void *ctx;
    const Json *parameters;     // object name → value (looked up ignoring case); NULL = none
    const Json *resource_group; // objects; NULL = not known: calling it is an error
    const Json *subscription;
    bool group_is_partial; // resource_group is made of an id: what it lacks is not known
    bool subscription_is_partial;
    const Json *request_context; // {"apiVersion": …}
    const Json *claims;
    const Json *policy; // {assignmentId, definitionId, setDefinitionId, …}
    Ticks now;          // utcNow()
} ExprEnv;

// if() evaluates only the branch it takes; every other call evaluates all arguments. A property or
// index that is not there is an error, but for what Azure leaves out of resourceGroup() and
// subscription() where it is not set: managedBy and each tag are '' then.
// The result lives in arena or shares structure with the expression, the environment or an answer.
// err->at is the place of the part that failed.
MUST_USE bool expr_eval(Arena *arena, const Expr *expr, const ExprEnv *env, const Json **ret_value,
                        Err *err);

// Replaces by its value every part that reads nothing of `reads_left`, which is what env cannot
// answer yet: parameters and constants fold at compile time (0 = try everything). if() with a known
// condition becomes the branch it takes. A part that fails to fold stays as it is, so the error
// appears when, and only if, it is evaluated.
const Expr *expr_fold(Arena *arena, const Expr *expr, const ExprEnv *env, unsigned reads_left);
