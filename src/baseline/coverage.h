// SPDX-License-Identifier: Apache-2.0
// coverage — which controls of a framework a baseline answers, and how: by a rule, by attestation,
// by the provider, only through another framework, or not at all.
// Depends on: baseline, oscal/library.  Thread-safe: pure.
#pragma once

#include "baseline/baseline.h"
#include "oscal/library.h"

// Ordered: the first that applies counts.
typedef enum CoverageWay {
    COVERAGE_RULE,        // a control of the baseline that a rule checks
    COVERAGE_ATTESTATION, // one that a person attests
    COVERAGE_PROVIDER,    // one that the provider answers for (policyType Static)
    COVERAGE_THROUGH,     // only by conclusion over a third framework
    COVERAGE_NONE,
    COVERAGE_WAYS
} CoverageWay;
const char *coverage_way_name(CoverageWay way); // "rule", "attestation", "provider", "through"…

// One control of the baseline that answers.
typedef struct CoverageLink {
    const BaselineControl *control;
    CoverageWay way;            // how that control is answered itself: the first three
    bool itself;                // the framework's own control, taken over into the baseline
    OscalRelation relation;     // of the baseline's control to the framework's
    LibraryCertainty certainty; // STATED unless through
    Str through_framework;
    Str through_control;
    const LibraryMapping *mapping; // where it stands; NULL = itself
} CoverageLink;

typedef struct ControlCoverage {
    const LibraryControl *control;
    CoverageWay way;
    const CoverageLink *links; // best first
    uint32_t link_count;
} ControlCoverage;

typedef struct CoverageReport {
    const ControlCoverage *controls; // in the framework's order; withdrawn ones are left out
    uint32_t control_count;
    uint32_t withdrawn_count;
    uint32_t totals[COVERAGE_WAYS];
} CoverageReport;

// The mappings of a baseline as one mapping for each framework, under the baseline's name. The
// baseline's own controls become a framework of the library under that name too, unless there is
// one already.
MUST_USE bool coverage_add_baseline(Library *library, const Baseline *baseline, DiagList *diags);

// What a baseline was made from, itself first: names of baselines, frameworks and profiles.
typedef struct Lineage {
    const Str *names;
    uint32_t count;
} Lineage;

// Measures. lineage: when the framework, or a profile of it, is in it, the baseline's controls of
// the same id are the framework's own. profile: only the controls it selects; NULL = all. The
// baseline was added before.
void coverage_measure(Arena *arena, const Library *library, const Baseline *baseline,
                      Lineage lineage, const LibraryFramework *framework,
                      const LibraryProfile *profile, CoverageReport *ret_report);

// How one control of a baseline is answered: the first three ways.
CoverageWay coverage_way_of(const Baseline *baseline, const BaselineControl *control);
