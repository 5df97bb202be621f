// SPDX-License-Identifier: Apache-2.0
// compare — two measurements side by side: how far the score went, which controls came, went or
// turned, and which findings. The same facts under two editions show what the ruler changed, two
// sets of facts under one edition what the room changed.
// Depends on: rollup, json.  Thread-safe: pure.
// Source: docs/formal-change.md "Measuring again".
#pragma once

#include "assess/rollup.h"

// A finding as it is followed from one measurement to the next.
typedef struct CompareFinding {
    uint64_t identity;
    State state;
    const Str *controls; // ids
    uint32_t control_count;
} CompareFinding;

typedef struct CompareControl {
    Str id;
    Str title;
    State state;
    Score score;
} CompareControl;

// One measurement, from a run or from an earlier export.
typedef struct Measured {
    Str edition; // "ours@2"
    Str digest;  // of the baseline's content; empty = not known
    Str tenant;
    Ticks time;
    Score score;
    const CompareControl *controls;
    uint32_t control_count;
    const CompareFinding *findings; // by identity, each once: in its worst state
    uint32_t finding_count;
} Measured;

// A finding of a run.
typedef struct CompareRow {
    uint64_t identity;
    uint32_t rule; // of the model
    State state;
} CompareRow;

// Borrows from the result. edition, digest and tenant are the caller's to fill in.
Measured measured_of_result(Arena *arena, const AssessResult *result, const CompareRow *rows,
                            uint32_t count);

// Reads what --export FILE.json wrote. Borrows from the tree. Errors: ERR_SCHEMA.
MUST_USE bool measured_read(Arena *arena, const Json *json, Measured *ret_measured, Err *err);

typedef enum TurnKind { TURN_CAME, TURN_WENT, TURN_TURNED, TURN_FINDINGS } TurnKind;
const char *turn_name(TurnKind kind);

// A control that is not as it was; TURN_FINDINGS: in the same state, by other findings.
typedef struct ControlTurn {
    TurnKind kind;
    Str id;
    Str title;
    State before; // STATE_COUNT: there was no such control
    State after;  // STATE_COUNT: there is none any more
    uint32_t findings_came;
    uint32_t findings_went;
    uint32_t findings_turned;
} ControlTurn;

typedef struct FindingTurn {
    uint64_t identity;
    State before; // STATE_COUNT: there was none
    State after;  // STATE_COUNT: there is none any more
} FindingTurn;

typedef struct Comparison {
    const Measured *before;
    const Measured *after;
    const ControlTurn *controls; // those after in their order, then those that went
    uint32_t control_count;
    uint32_t control_turns[TURN_FINDINGS + 1]; // by kind
    const FindingTurn *findings;               // by identity
    uint32_t finding_count;
} Comparison;

// Cost: linear in controls and findings.
Comparison compare_measured(Arena *arena, const Measured *before, const Measured *after);

// What is known of a change between an earlier measurement and this one. NULL = not known.
typedef struct Remeasure {
    const Measured *earlier; // earlier facts
    const Measured *same;    // these facts under the edition compared with
    const Measured *now;     // these facts under this edition
    Comparison room;         // earlier → same (or → now, when nothing was compared with)
    Comparison ruler;        // same → now
} Remeasure;
