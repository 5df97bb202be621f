// SPDX-License-Identifier: Apache-2.0
// assess — the meeting of rules and resources: takes the engine's rows, applies what the inventory
// could not give, attestations and exemptions, counts, and hands out findings.
// Depends on: model, finding, tally, inventory.  Each AssessWorker belongs to one thread; the rest
// is read-only while workers run.
#pragma once

#include "assess/finding.h"
#include "assess/model.h"
#include "assess/tally.h"
#include "baseline/tier.h"
#include "inventory/inventory.h"

typedef struct AssessInput {
    const AssessModel *model;
    const Inventory *inventory;         // finished; NULL = nothing says what was read
    const TierTable *tiers;             // NULL = every resource weighs the same
    const Deviation *deviations;        // those out of force take no part
    const Exemption *const *exemptions; // parallel to deviations
    uint32_t exemption_count;
    const Attestation *const *attestations;
    uint32_t attestation_count;
    const ResourceFacts *facts; // for selectors of exemptions; NULL = nothing is known
    Ticks now;
    bool keep_texts; // samples keep their resource's text, for near misses
} AssessInput;

typedef struct Assess Assess;
typedef struct AssessWorker AssessWorker;

// Everything lives until assess_close. workers: how many sinks will run.
Assess *assess_open(const AssessInput *input, uint32_t workers);
void assess_close(Assess *assess);

// The sink of one worker, 0 to workers. Deferred rows may go to any; index `workers` is for what
// no worker meets. Deferred rows come when all others are through.
PolicySink assess_sink(Assess *assess, uint32_t worker);

// Before each block: where it stands in the input, whose rows they are, and who takes its findings.
// file must outlive the run. Blocks of one worker come in ascending order. given: the resources
// stand in the input as they are, so no manifest has to vouch for them.
typedef struct AssessBlock {
    uint64_t index;
    Str file;
    bool given;
    FindingOut out;
} AssessBlock;
void assess_begin_block(Assess *assess, uint32_t worker, const AssessBlock *block);

// A line or file that never reaches the engine.
void assess_bad_source(Assess *assess, uint32_t worker, const BadSource *bad);

enum { SAMPLES_MAX = 3 };

// The first findings of a rule in input order, kept for people to look at.
typedef struct Sample {
    Finding finding; // texts live as long as the Assess
    Str text;        // the resource, when keep_texts was set and it is small
    uint64_t block;
    uint64_t sequence;
} Sample;

typedef struct AssessTotals {
    Tally *rules;                 // by rule
    Tally *controls;              // by control: each resource once, in its worst state
    Tally resources;              // each resource once, in its state by Azure's order
    uint64_t row_count;           // resources seen
    uint64_t pair_count;          // results
    uint64_t bad_count;           // lines and files that could not be evaluated
    const Sample *const *samples; // by rule: at most SAMPLES_MAX
    const uint32_t *sample_counts;
} AssessTotals;

// After the deferred rows: adds what no resource told (rules whose sources were not read, preset
// rules), hands those findings to out, and joins the workers. False: ERR_LIMIT.
MUST_USE bool assess_finish(Assess *assess, const FindingOut *out, AssessTotals *ret_totals,
                            Err *err);
