// SPDX-License-Identifier: Apache-2.0
// ref_private — what the parts of the reference evaluator share: the environment of a condition and
// the walk along a path.
// Depends on: ref_eval.  Thread-safe: pure.
#pragma once

#include "policy/ref_eval.h"

// One enclosing count. Its elements are numbered by the [*] steps of its path, outermost first.
typedef struct RefScope {
    const struct RefScope *outer;
    const Json *doc;    // whose array it is; NULL = a value count
    Str name;           // value count: its name
    AliasPath path;     // field count: where it counts
    const Json **bound; // field count: the element at each [*] of path
    const Json *value;  // what current() is
} RefScope;

typedef struct RefEnv {
    Arena *arena;
    const RefInput *in;
    const Json *doc; // what a `field` on the left side reads
    Str doc_type;
    const RefScope *scope;      // innermost; NULL = not inside a count
    const Json *resource_group; // what the context functions answer
    const Json *subscription;
    bool group_is_partial; // made of an id
    bool subscription_is_partial;
    const Json *request_context;
    Err *err; // the first evaluation error
} RefEnv;

// The values a path reaches, in document order. NULL = an element that lacks the leaf; a null that
// is written there stays one.
typedef struct RefValues {
    const Json **items;
    uint32_t count;
    uint32_t cap;
    const Json ***chains; // per value: the element at each [*] of the path
} RefValues;

typedef enum RefFound { REF_FOUND, REF_NO_VALUE, REF_UNKNOWN } RefFound;

RefEnv ref_env(Arena *arena, const RefInput *in, Err *err);
RefEnv ref_env_for(const RefEnv *env, const Json *doc); // the same with another left side

// Where a field name points for a resource type.
RefFound ref_resolve(const RefEnv *env, Str type, Str name, AliasPath *ret_path);

// Everything path reaches in doc, starting at the elements that scopes bind.
// ret_unbound: how many [*] steps no scope bound.
RefValues ref_walk(const RefEnv *env, const Json *doc, const AliasPath *path,
                   uint32_t *ret_unbound);

MUST_USE bool ref_expr(const RefEnv *env, const Expr *expr, const Json **ret_value);
MUST_USE bool ref_expr_str(const RefEnv *env, const Expr *expr, Str *ret_value);
Tri ref_cond(const RefEnv *env, const Cond *cond);
Tri ref_leaf(const RefEnv *env, const Cond *cond);

// Whether the rule has something to say about the resource, as far as type, name and kind tell.
Tri ref_applies(const RefEnv *env);

// The names of a resource id's last provider part, joined by '/'; the name when there is no id.
Str ref_full_name(Arena *arena, const Json *resource);

// Any related resource that satisfies the existence condition.
Tri ref_exists(const RefEnv *env);

// Is it one that details.type, name and where to look mean? False too when those cannot be told.
bool ref_is_candidate(const RefEnv *env, const Json *candidate);

// The string of a member, whatever the case of its key; empty when there is none.
Str ref_text(const Json *json, Str key);

const Json *ref_object(Arena *arena, const JsonMember *members, uint32_t count);
const Json *ref_array(Arena *arena, const Json *const *items, uint32_t count);
