// SPDX-License-Identifier: Apache-2.0
// run — what the files of this room share: one assessment while it runs.
// Depends on: assess.  Internal to the layer.
#pragma once

#include "assess/assess.h"
#include "base/map.h"

// Whether the inventory can answer for a rule in a scope.
typedef struct CoverCell {
    bool known;
    bool measurable;
    bool complete; // false: there is more than was read, so that "there is none" does not hold
    bool seen;     // a resource of this scope met the rule while it was not measurable
    Str reason;
} CoverCell;

// A tag that joins a resource's rows: which joint, and above it which worker.
enum { JOINT_BITS = 24, JOINT_MAX = (1 << JOINT_BITS) - 1 };

struct AssessWorker {
    Assess *assess;
    uint32_t index;
    Arena arena;
    AssessBlock block;
    uint64_t sequence; // findings so far
    // Counts.
    Tally *rules;
    Tally *controls;
    Tally resources;
    uint64_t row_count;
    uint64_t pair_count;
    uint64_t bad_count;
    // The row at hand: worst state per control, valid where stamp says so.
    uint8_t *worst;
    uint8_t *worst_truth;
    uint32_t *stamps;
    uint32_t stamp;
    uint32_t *touched;
    uint32_t touched_count;
    const RuleResult **open; // its results that are not met
    // Samples, SAMPLES_MAX for each rule, best first.
    Sample *samples;
    uint32_t *sample_counts;
    uint8_t *sample_floors; // by rule: only a state before this one is still taken
    // What deferred rows need to know of a resource's first row: distinct values only.
    Map joints;
    Buf joint;
    bool joint_overflow;
    // Coverage by scope and rule.
    Map scopes;
    CoverCell **cells;
    uint32_t cell_cap;
};

struct Assess {
    AssessInput input;
    Arena arena;
    uint32_t worker_count; // one more than sinks run in parallel: the last takes deferred rows
    AssessWorker *workers;
    const Exemption **exemptions; // in force
    uint32_t exemption_count;
    bool has_context; // anything that may change the engine's state
};

// ---- cover.c ----

// The tenant or environment an id lies in ("/tenants/T/environments/E"); empty for ARM ids.
Str scope_of_id(Str id);

// May the rule be measured in the scope? Asked once for each pair and worker.
CoverCell *cover_cell(AssessWorker *w, Str scope, uint32_t rule_index);

// ---- samples.c ----

// Keeps one that belongs to the best SAMPLES_MAX of its rule. Findings come in order, so that a
// later one is taken only when its state is worse: below the floor.
void samples_take(AssessWorker *w, const Finding *finding, Str text);

void samples_merge(const AssessWorker *from, AssessWorker *into, uint32_t rule_count);

// ---- untold.c ----

// Adds what no resource told: presets, and rules whose sources were not read.
void untold_finish(AssessWorker *w, const Tally *rule_tallies);

// ---- handing out, for all of them ----

// A finding is numbered, kept as a sample where it is one, and given to who takes the block's.
static inline void hand_out(AssessWorker *w, const Finding *finding, Str text)
{
    w->sequence++;
    bool shown = finding->state != STATE_EXEMPT && finding->state != STATE_PROVIDER_ATTESTED;
    if (shown && finding->state < w->sample_floors[finding->rule]) {
        samples_take(w, finding, text);
    }
    if (w->block.out.finding != NULL) {
        w->block.out.finding(w->block.out.ctx, finding);
    }
}
