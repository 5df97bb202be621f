// SPDX-License-Identifier: Apache-2.0
// tailor — a baseline made the organisation's own: controls left out and added, values, severities,
// owners, drivers, effects; for everything, or for a variant (the environments of one type, …). The
// result is the package's own documents with these changes in them, and why.
// Depends on: baseline, edit, strictness.  Thread-safe: pure.
// Source: docs/baseline-package.md "Tailoring"; OSCAL profile model; Azure Policy assignments.
#pragma once

#include "baseline/baseline.h"
#include "policy/selector.h"

typedef enum TailorKind {
    TAILOR_REMOVE,
    TAILOR_ADD_CONTROLS,
    TAILOR_ADD_RULE,
    TAILOR_SET,
    TAILOR_SEVERITY,
    TAILOR_OWNER,
    TAILOR_DRIVER,
    TAILOR_EFFECT,
    TAILOR_VERSION
} TailorKind;

typedef struct TailorEdit {
    TailorKind kind;
    Str subject; // control, parameter or rule; of what is added the path within the package
    Str value;   // as given; lists are separated by commas; of TAILOR_VERSION X.Y.Z
    const OscalCatalog *catalog;  // TAILOR_ADD_CONTROLS
    const Definition *definition; // TAILOR_ADD_RULE: metadata.controls names what it answers
} TailorEdit;

// One condition of a variant; several hold together.
typedef struct TailorVariant {
    SelectorKind kind;
    Str word;
} TailorVariant;

typedef struct TailorInput {
    const Baseline *baseline;
    const AssignedRule *rules; // as they are bound now
    uint32_t rule_count;
    const Json *profile;     // {"profile": {…}}
    const Json *assignments; // an array, or {"value": […]}
    const Json *initiative;  // the package's own; NULL = it has none
    const Json *manifest;    // the package's own; read for TAILOR_VERSION alone
    const TailorEdit *edits;
    uint32_t edit_count;
    const TailorVariant *variant;
    uint32_t variant_count; // 0 = everything
    Str rationale;
    Str now; // RFC 3339
} TailorInput;

typedef struct TailorResult {
    const Json *profile;     // NULL = as it was, as with the next three
    const Json *assignments; // the array, or {"value": […]}
    const Json *initiative;
    const Json *manifest;
    const Str *words; // what was done, a line each
    uint32_t word_count;
} TailorResult;

// Errors, all of them in one run: "unknown-control", "unknown-parameter", "unknown-rule",
// "tailor-value" (a word that is none, a version that it has), "rationale" (one is needed),
// "tailor-variant" (an edit that a variant cannot make). A value of the wrong type is the loader's
// to tell.
MUST_USE bool tailor_apply(Arena *arena, const TailorInput *input, DiagList *diags,
                           TailorResult *ret_result);
