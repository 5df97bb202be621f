// SPDX-License-Identifier: Apache-2.0
// bind — the parts of assignment_bind, for each other: values of parameters, versions, and the
// splitting of a rule by location.
// Depends on: assignment, expr_eval.  Thread-safe: one binder, one thread.
// Source: Azure Policy assignment and initiative structure; reference §11.
#pragma once

#include "policy/assignment.h"

typedef struct BindContext {
    Arena *arena;
    DiagList *diags;
    Ticks now;
} BindContext;

// The values of a definition's or an initiative's parameters.
typedef struct Values {
    const Json *object; // name → value, defaults filled in
    Str missing;        // a parameter with neither value nor default; empty = none
    Str failure;        // why a value could not be computed; empty = it could
} Values;

// What is declared, and for messages of what.
typedef struct Declared {
    const Parameter *parameters;
    uint32_t count;
    Str owner;       // id or name of the definition or initiative
    bool is_unknown; // the definition is not there: what it declares cannot be said
} Declared;

// From an assignment: name → {value}. Unknown names, wrong types and values that are not allowed
// are errors.
void bind_values_assigned(BindContext *context, const Declared *declared, const Json *given,
                          Values *ret_values);

// From a plain object name → value, which may hold more than what is declared here.
void bind_values_plain(BindContext *context, const Declared *declared, const Json *given,
                       Values *ret_values);

// From a member of an initiative: expressions over the initiative's values.
void bind_values_member(BindContext *context, const Declared *declared,
                        const InitiativeMember *member, const Values *outer, Values *ret_values);

// ---- versions ----

// True when version ("1.2.0", "2.0.0-preview") is meant by pattern ("1.*.*", "2.*.*-preview").
// An empty pattern means every version.
bool version_matches(Str pattern, Str version);

// "bad-value" when a text is no such pattern: one to three numbers or *, and what a "-" adds. Empty
// is none.
bool version_check(Str pattern, Span at, DiagList *diags);

int version_cmp(Str a, Str b); // by number; a preview is before its release

// ---- regions ----

// A part of an assignment's resources, told by location, and what overrides say there.
typedef struct Region {
    const Selector *selectors; // all must hold
    uint32_t count;
    const Override *override; // NULL = none applies
} Region;

// Splits base by the overrides of one kind that concern a reference id. Where several hold, the
// first listed wins. The regions are disjoint and cover base.
void region_split(Arena *arena, const Assignment *assignment, bool is_version, Str reference_id,
                  const Region *base, const Region **ret_regions, uint32_t *ret_count);
