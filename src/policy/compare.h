// SPDX-License-Identifier: Apache-2.0
// compare — the operators of a condition on two values.
// Depends on: json, text.  Thread-safe: pure.
// Source: Azure Policy "conditions"; for coercion and null the rules of azure-policy-linter.
#pragma once

#include "json/json.h"

typedef enum Operator {
#define OPERATOR(id, name, negates) OP_##id,
#include "policy/operator.def"
#undef OPERATOR
    OP_COUNT
} Operator;

typedef enum Tri { TRI_FALSE, TRI_TRUE, TRI_ERROR } Tri;

// Ignoring case. OP_COUNT = not an operator.
Operator operator_find(Str name);
const char *operator_name(Operator op); // as documented: "notEquals"

// Decides `left op right`. left NULL = the field is missing (a JSON null counts as missing too);
// right is never NULL. TRI_ERROR fills err (ERR_EVAL): a null right side (but equals and notEquals
// take it), a type mismatch of an ordering, a right side of the wrong kind.
// A missing left side is '' for the operators on text, but like then matches '' only; it is neither
// less nor greater than anything.
Tri compare(Operator op, const Json *left, const Json *right, Err *err);

// equals, as `in`, `contains` and `equals` use it: as text ignoring case, arrays and objects
// deeply, keys ignoring case; null equals ''. Numbers compare by value, but 5 and 5.0 differ, as
// the texts that they are in the language do (a boolean equals "True").
bool compare_equals(const Json *a, const Json *b);
