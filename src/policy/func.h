// SPDX-License-Identifier: Apache-2.0
// func — the function table of the expression language: names, argument counts, meanings.
// Depends on: json.  Thread-safe: pure.
// Source: Azure Policy "policy functions"; ARM template functions; reference §2.
#pragma once

#include "json/json.h"

typedef enum FuncId {
#define FUNC(id, name, min, max, impl) FUNC_##id,
#define CONTEXT(id, name, min, max) FUNC_##id,
#include "policy/func.def"
#undef CONTEXT
#undef FUNC
    FUNC_COUNT
} FuncId;

// Ignoring case. FUNC_COUNT = not a function of the language.
FuncId func_find(Str name);
const char *func_name(FuncId id);

// Why a known ARM function may not be called in a rule, or NULL when name is not such a function.
const char *func_disallowed(Str name);

// The function of the language whose name is nearest to a misspelt one; empty when none is near.
Str func_nearest(Str name);

// Allowed argument counts; max UINT32_MAX = any number.
void func_arity(FuncId id, uint32_t *ret_min, uint32_t *ret_max);

enum {
    FUNC_TEXT_MAX = 131072,             // UTF-16 units of a string that a function makes
    FUNC_BYTES_MAX = 3 * FUNC_TEXT_MAX, // what such a string has in UTF-8 at most
    FUNC_ITEMS_MAX = 32768 // items or members of an array or object that a function makes
};

// True for the functions that more than their arguments decides: the context functions,
// parameters, field, current, if, utcNow. expr_eval answers those.
bool func_is_context(FuncId id);

// The member a step like .key or ['key'] takes: the one spelt so, else one that differs by case.
const Json *func_find_key(const Json *object, Str key);

// Calls any other function. The result may share structure with args.
// Errors (ERR_EVAL, ERR_LIMIT) say function, argument and what would be right.
MUST_USE bool func_call(Arena *arena, FuncId id, const Json *const *args, uint32_t count,
                        const Json **ret_value, Err *err);
