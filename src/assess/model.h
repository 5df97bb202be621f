// SPDX-License-Identifier: Apache-2.0
// model — what is measured against: assigned rules joined with the controls they answer, from a
// baseline or, in plain Azure use, from initiatives and bare definitions.
// Depends on: policy, baseline.  Thread-safe: read-only once built.
#pragma once

#include "baseline/baseline.h"

typedef struct AssessRule {
    // What every result of the rule asks for stands together.
    uint64_t identity; // a rule of a baseline: its own; else of assignment, reference, definition
    const uint32_t *controls; // indices into AssessModel.controls; at least one
    uint32_t control_count;
    bool deferred; // its results come as deferred rows
    bool alone;    // it answers one control and nothing else does: they count alike
    bool has_severity;
    const AssignedRule *assigned;
    const BaselineRule *baseline; // NULL = not a rule of the baseline
    Str id;                       // the definition's name, else its file's
    Str title;
    Str remediation;   // how to mend it, one text; empty = not known
    Severity severity; // medium when nothing states one: has_severity
    uint32_t kind_count;
    const Str *kinds; // metadata.requires.kinds
} AssessRule;

typedef struct AssessControl {
    const BaselineControl *baseline; // NULL in plain use
    Str id;
    Str title;
    Severity severity;     // plain use: the worst of its rules
    uint32_t section;      // index into AssessModel.sections
    Layer layer;           // LAYER_COUNT = none
    const uint32_t *rules; // indices into AssessModel.rules
    uint32_t rule_count;
    bool mixed; // direct and deferred rules: a resource's state is joined from both
} AssessControl;

typedef struct AssessModel {
    const Baseline *baseline; // NULL in plain use
    const AssessRule *rules;  // parallel to the assigned rules
    uint32_t rule_count;
    const AssessControl *controls;
    uint32_t control_count;
    const Section *sections; // of the baseline; plain use: categories
    uint32_t section_count;
    Map control_index; // id, ignoring case → index
} AssessModel;

// deferred[i] tells whether rule i needs related resources; NULL = none does. Everything given must
// outlive the model.
const AssessModel *assess_model_build(Arena *arena, const AssignedRule *rules, uint32_t rule_count,
                                      const bool *deferred, const Baseline *baseline);

// A rule by its id or reference id, ignoring case; MAP_NONE = there is none.
uint32_t assess_find_rule(const AssessModel *model, Str id);
// NULL = there is none.
const AssessControl *assess_find_control(const AssessModel *model, Str id);
