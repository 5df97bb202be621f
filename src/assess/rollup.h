// SPDX-License-Identifier: Apache-2.0
// rollup — from counts to what people read: states and scores by control, section, layer and
// framework, and of the whole.
// Depends on: assess, score.  Thread-safe: pure.
// Source: DESIGN "States and score".
#pragma once

#include "assess/assess.h"
#include "assess/near.h"
#include "assess/score.h"

typedef struct ControlResult {
    Tally tally; // resources
    State state;
    State azure_state;
    Score score;
    uint64_t total;    // resources it applies to
    uint64_t measured; // of them: with a verdict
} ControlResult;

// A set of controls: a section, a layer, a framework, everything.
typedef struct GroupResult {
    Str id;
    Str title;
    State state; // first present over the controls, in the order of state.def
    Score score;
    uint32_t states[STATE_COUNT]; // controls by state
    uint32_t applicable;          // controls that are not NotApplicable
    uint32_t measured;            // of them: every resource has a verdict
} GroupResult;

// One id of a framework, over the controls that relate to it.
typedef struct FrameworkRow {
    Str id;
    State state;
    Score score;
    const uint32_t *controls;
    uint32_t control_count;
} FrameworkRow;

typedef struct FrameworkResult {
    GroupResult group;        // over its rows
    const FrameworkRow *rows; // in the order of first mention
    uint32_t row_count;
} FrameworkResult;

typedef struct SampleResult {
    const Sample *sample;
    NearMiss near; // count 0 = none
} SampleResult;

typedef struct RuleSummary {
    Tally tally;
    const SampleResult *samples;
    uint32_t sample_count;
} RuleSummary;

// Everything a report says; it borrows from the model and the assessment.
typedef struct AssessResult {
    const AssessModel *model;
    Ticks now;
    GroupResult whole;
    const ControlResult *controls; // parallel to the model's
    const GroupResult *sections;
    const GroupResult *layers; // LAYER_COUNT of them; applicable 0 = no control
    const FrameworkResult *frameworks;
    uint32_t framework_count;
    const RuleSummary *rules; // parallel to the model's
    Tally checks;             // rule and resource pairs
    uint64_t resource_count;
    uint64_t bad_count;
    Tally azure;                // resources by Azure's order
    const Inventory *inventory; // NULL in plain use
} AssessResult;

// nears: by rule, parallel to the samples; NULL = none were looked for.
const AssessResult *assess_roll_up(Arena *arena, const AssessInput *input,
                                   const AssessTotals *totals, const NearMiss *const *nears);

// The gate: is there a control of this severity or worse that is not compliant (or conflicting)?
bool assess_breaks_gate(const AssessResult *result, Severity at_least);

// Was there anything that could not be evaluated?
bool assess_is_incomplete(const AssessResult *result);
