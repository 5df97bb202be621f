// SPDX-License-Identifier: Apache-2.0
// ref_eval — the slow, obvious evaluator: it walks the tree of a rule over the tree of a resource,
// so that the plan has something to be wrong against.
// Depends on: definition, assignment, alias, expr_eval, compare (for single values); of the engine
// only the options struct. Thread-safe: pure.
// Source: reference azure-policy-language §3–§10.
#pragma once

#include "policy/engine.h"

typedef struct RefInput {
    const AssignedRule *rule;
    const AliasTable *aliases;
    const PlanOptions *options;
    const Json *resource;
    const Json *const *related; // candidates of any type
    uint32_t related_count;
} RefInput;

typedef struct RefOutcome {
    State state;
    Tri if_result;   // of the whole `if`, whatever the effect
    bool applicable; // the rule has something to say about this resource
    Str effect;      // as the rule writes it, parameters filled in; empty = it has no value
    Str error;       // why state is Error; empty otherwise
} RefOutcome;

RefOutcome ref_eval(Arena *arena, const RefInput *in);

// One condition, for tests of single leaves.
Tri ref_eval_condition(Arena *arena, const RefInput *in, const Cond *cond, Err *err);

// modify and append: the details after evaluation and the document that would result.
MUST_USE bool ref_effect_details(Arena *arena, const RefInput *in, const Json **ret_details,
                                 const Json **ret_document, Err *err);
