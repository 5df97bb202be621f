// SPDX-License-Identifier: Apache-2.0
// diff — what is different between two editions of a baseline: controls, values, rules, where they
// apply, mappings; in words and for programs.
// Depends on: baseline, release.  Thread-safe: pure.
#pragma once

#include "baseline/release.h"

typedef enum DiffKind {
    DIFF_MANIFEST,
    DIFF_CONTROL,
    DIFF_PARAMETER,
    DIFF_RULE,
    DIFF_ASSIGNMENT,
    DIFF_MAPPING,   // subject: a control; member: the id of a framework
    DIFF_TAILORING, // subject: what was tailored; member: how; after: the rationale
    DIFF_FILE,      // what no other kind tells
    DIFF_KIND_COUNT
} DiffKind;
const char *diff_kind_name(DiffKind kind);

typedef enum DiffChange { DIFF_ADDED, DIFF_REMOVED, DIFF_CHANGED } DiffChange;

typedef struct Difference {
    DiffKind kind;
    DiffChange change;
    Str subject; // id of the control, parameter, rule, assignment; path of the file
    Str title;   // of the control or rule; empty = none
    Str member;  // what of it; empty = the whole
    Str before;  // text, or compact JSON where the document has more than a text
    Str after;
} Difference;

typedef struct DiffList {
    const Difference *at; // by kind, then in the order of the editions
    uint32_t count;
} DiffList;

// One edition: loaded, and its files. Where the two were loaded with different labels makes no
// difference.
typedef struct DiffSide {
    const Baseline *baseline;
    const PackageContent *content;
} DiffSide;

// Lives in the arena and borrows from both sides. Cost: linear in what they hold, and quadratic in
// the references of a control and in files that only one side has.
DiffList baseline_diff(Arena *arena, const DiffSide *before, const DiffSide *after);

// One sentence without full stop: "control pp-acc-04: severity high, was medium".
void difference_words(Buf *out, const Difference *difference);
void difference_json(JsonOut *out, const Difference *difference);
