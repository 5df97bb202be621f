// SPDX-License-Identifier: Apache-2.0
// definition — a policy definition as a person wrote it, understood: the syntax tree every other
// room of the policy layer reads.
// Depends on: expr, compare.  Thread-safe: read-only once parsed.
// Source: Azure Policy definition structure; reference §1, §6, §8, §9.
#pragma once

#include "policy/compare.h"
#include "policy/expr.h"

typedef struct Cond Cond;

typedef enum CondKind { COND_ALL_OF, COND_ANY_OF, COND_NOT, COND_LEAF } CondKind;
typedef enum LhsKind { LHS_FIELD, LHS_VALUE, LHS_COUNT } LhsKind;

// count: {field: "alias[*]", where?} or {value: [...], name?, where?}
typedef struct Count {
    Span at;
    bool of_field;
    const Expr *source; // the alias (of_field: a literal string after parsing) or the array
    Str name;           // of a value count; "default" when not given
    const Cond *where;  // NULL = every element counts
} Count;

struct Cond {
    CondKind kind;
    Span at;
    uint32_t child_count; // allOf, anyOf: any number; not: 1
    const Cond *children; // array
    LhsKind lhs;          // leaf
    Operator op;          // leaf
    const Expr *left;     // field: its name, mostly a literal; value: the expression; count: NULL
    const Count *count;   // LHS_COUNT
    const Expr *right;
};

typedef enum Effect {
#define EFFECT(id, name) EFFECT_##id,
#include "policy/effect.def"
#undef EFFECT
    EFFECT_COUNT
} Effect;

Effect effect_find(Str name); // ignoring case; EFFECT_COUNT = unknown
const char *effect_name(Effect effect);

typedef enum OperationKind {
    OPERATION_ADD,
    OPERATION_ADD_OR_REPLACE,
    OPERATION_REMOVE
} OperationKind;

Str operation_name(OperationKind kind); // as documented: "addOrReplace"

// One entry of modify's operations, or of append's details (as OPERATION_ADD).
typedef struct Operation {
    Span at;
    OperationKind kind;
    const Expr *field;
    const Expr *value;     // NULL for remove
    const Expr *condition; // NULL = always
} Operation;

// then.details, by the shape that is there (an effect may be a parameter, so the shape decides).
typedef struct Details {
    const Json *raw; // as written; NULL when absent
    // auditIfNotExists, deployIfNotExists
    const Expr *related_type;    // NULL when there is none
    const Expr *related_name;    // NULL = any name
    const Expr *existence_scope; // NULL = resource group
    const Expr *resource_group;  // resourceGroupName
    const Cond *existence;       // existenceCondition; NULL = any candidate suffices
    // modify, append
    const Operation *operations;
    uint32_t operation_count;
    const Expr *conflict_effect; // NULL = deny
    // manual
    const Expr *default_state; // NULL = Unknown
} Details;

typedef enum ParameterType {
    PARAMETER_STRING,
    PARAMETER_ARRAY,
    PARAMETER_OBJECT,
    PARAMETER_BOOLEAN,
    PARAMETER_INTEGER,
    PARAMETER_FLOAT,
    PARAMETER_DATETIME
} ParameterType;

typedef struct Parameter {
    Str name;
    Span at;
    ParameterType type;
    const Json *default_value;  // NULL = none: an assignment must give one
    const Json *allowed_values; // array, NULL = any
    Str display_name;
    Str description;
} Parameter;

typedef enum ModeKind {
    MODE_ALL,       // resource groups, subscriptions and every type
    MODE_INDEXED,   // types with tags and location
    MODE_FIELDS,    // a data-plane mode whose rules are plain field rules
    MODE_CONSTRAINT // a data-plane mode that carries constraint templates: not evaluable here
} ModeKind;

typedef struct Definition {
    Str id;   // "/providers/Microsoft.Authorization/policyDefinitions/NAME", or empty
    Str name; // last segment of id, or the document's name
    Str display_name;
    Str description;
    Str version;
    Str mode; // as written; empty when absent
    ModeKind mode_kind;
    Str policy_type;      // BuiltIn, Custom, Static; empty when absent
    Str category;         // metadata.category
    bool deprecated;      // metadata.deprecated
    const Json *metadata; // NULL when absent
    const Parameter *parameters;
    uint32_t parameter_count;
    const Cond *condition; // policyRule.if
    const Expr *effect;    // policyRule.then.effect
    Details details;
    Str file; // where it was read from
    Span at;
} Definition;

// Parses one definition: {properties:{policyRule…}, id, name} or the bare property bag.
// Everything wrong is a diagnostic with place and what would be right; false when there was any
// error, and then nothing of it may be assessed.
MUST_USE bool definition_parse(Arena *arena, const Json *json, DiagList *diags,
                               const Definition **ret_definition);

// Parses {if, then} alone, or one constraint (the value of `if`).
MUST_USE bool definition_parse_rule(Arena *arena, const Json *json, DiagList *diags,
                                    const Definition **ret_definition);
MUST_USE bool cond_parse(Arena *arena, const Json *json, DiagList *diags, const Cond **ret_cond);

// The parameter declared under a name (ignoring case), or NULL.
const Parameter *definition_find_parameter(const Definition *definition, Str name);

// Is the effect manual, as far as it is known before an assignment: the literal, or the default of
// the parameter "effect"?
bool definition_is_manual(const Definition *definition);

// True when the test holds for some expression that decides about a resource: in `if`, in the
// existenceCondition, in details.name and details.resourceGroupName. reads = 0, or only expressions
// that read one of these are looked at (EXPR_READS_…).
bool definition_any_expr(const Definition *definition, unsigned reads,
                         bool (*test)(const Expr *expr));

// True when `if`, or what is passed to the deployment, asks for the location: such a rule does not
// apply to subscriptions, which have none.
bool definition_reads_location(const Definition *definition);

// True for Microsoft's own "Microsoft Managed Control" definitions (policyType Static).
bool definition_is_static(const Definition *definition);
