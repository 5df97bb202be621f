// SPDX-License-Identifier: Apache-2.0
// run_parts — the rooms of a run: units of work and what becomes of them (run_units.c), near misses
// (run_nears.c), opening and closing (run.c).
// Private to run*.c.  Depends on: run, host/pool.
#pragma once

#include "cli/repeats.h"
#include "cli/run.h"
#include "cli/surroundings.h"
#include "report/stream.h"

// One unit of the pool: a block of resources in, findings out.
typedef struct Unit {
    Buf input;
    Block block;
    Str file;
    bool given;
    uint64_t index;
    uint32_t piece;  // of what waited, once all blocks are through
    uint32_t stream; // index of the stream; UINT32_MAX = the inventory
    Buf *outs;       // one for each export
    Buf notes;       // OscalNote of each finding, when an export wants them
    Buf sightings;   // of resources, for repeats
    PolicySink sink; // of the assessment
    Arena arena;     // texts of bad sources
    BadSource *bads;
    uint32_t bad_count;
    uint32_t bad_cap;
    Run *run;
} Unit;

typedef struct Export {
    const RunExport *wanted;
    const FindingFormat *format;
    Output *output;
    bool any; // a finding was written
} Export;

struct Run {
    Cli *cli;
    const RuleSet *rules;
    Inputs *inputs;
    const RunOptions *options;
    Arena plan_arena; // the plan's alone: it grows while workers run, behind the plan's own lock
    Plan *plan;
    Worker **workers;
    Assess *assess;
    AssessInput input;
    Export *exports;
    Unit *units;
    uint32_t unit_count;
    Finish *finish;
    uint32_t next_piece;
    Unit tail; // findings that come after the last block
    Err tail_err;
    // Where taking stands.
    Surroundings surroundings; // filled before the first block, when a rule or variant asks
    Buf inventory_lines;
    size_t inventory_at;
    Repeats *repeats; // NULL = nothing can be there twice
    BlockReader *reader;
    uint32_t next_stream;
    uint64_t next_index;
    // What was emitted.
    bool keeps_notes;
    FindingNotes notes;
    PtrList bads;
    uint64_t bytes_done;
    uint64_t shown_ns;
};

// ---- run_units.c ----

void unit_init(Run *run, Unit *unit);
void unit_free(Run *run, Unit *unit);

// Every block, then what waited for related resources.
MUST_USE bool run_blocks(Run *run, Err *err);

// What no block told, and the totals.
MUST_USE bool run_tail(Run *run, AssessTotals *ret_totals, Err *err);

// ---- run_nears.c ----

// By rule, for its samples; NULL when there are too many resources to read them one by one.
const NearMiss *const *run_nears(Run *run, const AssessTotals *totals);
