// SPDX-License-Identifier: Apache-2.0
// spec — the workshop in which rules are specialised to one resource type: shared by spec_fold.c
// (constants, fields, what expressions read), spec_leaf.c (conditions) and specialise.c (rules).
// Private to these. Depends on: plan.  Not thread-safe: plan_type holds the lock.
#pragma once

#include "policy/plan.h"

// What current() may mean at a place in a rule: the counts around it, innermost last.
typedef struct Scope {
    const struct Scope *outer;
    Str name;          // of a value count; of a field count the alias
    const Json *value; // the item, when it is known already; NULL = only at run time
    uint32_t space;    // field count: its elements; NONE for a value count
} Scope;

typedef struct Spec {
    Plan *plan;
    TypePlan *type_plan;
    Arena *arena;
    Str type;       // lower case
    Json type_json; // as the resource writes it
    SlotBuilder *slots;
    CodeBuilder code;
    Leaf *leaves;
    uint32_t leaf_count;
    uint32_t leaf_cap;
    Map leaf_by_key;
    // The rule at hand:
    uint32_t rule;
    ExprEnv env;
    bool candidate; // building an existenceCondition: field() is another resource's
    const Scope *scope;
} Spec;

enum { MEMO_SLOTS_MAX = 4 };

// What an expression reads from the resource, found by walking it.
typedef struct Reads {
    uint32_t slots[MEMO_SLOTS_MAX]; // of the resource or of elements at hand, each once
    uint32_t count;
    bool group;      // resourceGroup() or subscription()
    bool containers; // only whether the resource has them
    bool whole;      // the resource's id or text, these among it
    bool more;       // something that slots, group and containers do not name
} Reads;

// ---- spec_fold.c: what is known already ----

// The count that current(name) means here (empty: the innermost), or NULL.
const Scope *spec_scope(const Scope *scope, Str name);
// The expression with everything known filled in; NULL for NULL.
const Expr *spec_fold(Spec *spec, const Expr *expr);
// A node that is decided: as such, by comparing two known sides, or for good without a value.
PlanNode spec_constant(const Cond *cond, Tri value);
PlanNode spec_decided(Spec *spec, const Cond *cond, const Json *left, const Json *right);
PlanNode spec_error(Spec *spec, const Cond *cond, const char *why);

// ---- spec_fold.c: fields and what expressions read ----

// Where a field of this type is.
AliasFound spec_resolve(Spec *spec, Str field, AliasPath *ret_path);
// Its slot, made when new; NONE when it has no value on this type.
uint32_t spec_field_slot(Spec *spec, Str field);
// The space itself or the nearest around it that an enclosing count binds.
uint32_t spec_anchor(const Spec *spec, uint32_t space);
bool spec_names_array(Str field);
// Notes what is read, and makes a slot for it.
void spec_read_slot(const Spec *spec, Reads *reads, uint32_t slot);
void spec_read_expr(Spec *spec, const Expr *expr, Reads *reads);

// ---- spec_leaf.c ----

PlanNode spec_leaf(Spec *spec, const Cond *cond);
PlanNodeKind spec_group_kind(CondKind kind);
PlanNode spec_cond(Spec *spec, const Cond *cond);
