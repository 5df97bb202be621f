// SPDX-License-Identifier: Apache-2.0
// rule_parse — the parts of the definition parser, for each other.
// Depends on: definition.  Thread-safe: one RuleParser, one thread.
#pragma once

#include "policy/definition.h"

enum { CONDITION_DEPTH_MAX = 64 };

typedef struct RuleParser {
    Arena *arena;
    DiagList *diags;
    uint32_t depth; // conditions around the one being parsed
} RuleParser;

// Parses one constraint into *ret_cond. Goes on after an error, so that several come out in one go.
MUST_USE bool rule_parse_cond(RuleParser *parser, const Json *json, Cond *ret_cond);

// Parses then.details (an object or append's array) by the shape that is there. `effect`: as
// written, EFFECT_COUNT when a parameter decides; only how strict the keys are depends on it.
// `is_constraint`: the mode hands details to another engine, so their keys are not ours to check.
MUST_USE bool rule_parse_details(RuleParser *parser, const Json *json, Effect effect,
                                 bool is_constraint, Details *ret_details);

// Parses the object of declared parameters. `level`: what a default of the wrong type is.
MUST_USE bool rule_parse_parameters(Arena *arena, const Json *json, DiagLevel level,
                                    DiagList *diags, const Parameter **ret_parameters,
                                    uint32_t *ret_count);

// Checks what only the whole tree shows: names of current() and parameters(), nesting of counts,
// authoring limits. With `check_parameters` every parameters('x') must be declared.
MUST_USE bool rule_check(const Definition *definition, bool check_parameters, DiagList *diags);
MUST_USE bool rule_check_cond(const Cond *cond, DiagList *diags);

// Why a value may not be the parameter's, as "is a number, not a String"; NULL = it may.
// *ret_code is then "parameter-type" or "parameter-not-allowed".
const char *parameter_refuses(const Parameter *parameter, const Json *value, const char **ret_code);

const Parameter *parameter_find(const Parameter *parameters, uint32_t count, Str name);
Str parameter_nearest(const Parameter *parameters, uint32_t count, Str name); // empty: none is near
const char *parameter_type_name(ParameterType type);

// metadata.category, metadata.version and the like: a string, or empty.
Str metadata_str(const Json *metadata, Str key);

// What every document of the language has around it.
Str id_last_segment(Str id);
