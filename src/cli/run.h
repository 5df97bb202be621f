// SPDX-License-Identifier: Apache-2.0
// run — rules and inputs through the engine: blocks to workers, findings to files in input order,
// counts to the roll-up.
// Depends on: inputs, load, assess, report, host.  Starts its own threads.
#pragma once

#include "assess/rollup.h"
#include "cli/inputs.h"
#include "cli/load.h"
#include "report/stream.h"

// Where findings go while they happen.
typedef struct RunExport {
    Str path; // "-" = standard output
    ReportFormat format;
} RunExport;

typedef struct RunOptions {
    uint32_t workers;
    uint64_t memory_bytes_max; // 0 = the engine's default
    const RunExport *exports;
    uint32_t export_count;
    bool show_progress;
    bool keep_findings; // Report.notes has every finding
    // Called with the result before the exports are closed; may add to it. NULL = nothing to add.
    void (*before_end)(void *ctx, Report *report);
    void *ctx;
} RunOptions;

typedef struct Run Run;

// Compiles the rules and makes the workers. Everything given must outlive the run.
Run *run_open(Cli *cli, const RuleSet *rules, Inputs *inputs, const RunOptions *options);

// Measures, writes the exports (whole, or not at all) and returns the result, which lives as long
// as the run. False: the reason is in the outcome, and no export was left behind.
bool run_measure(Run *run, Report *ret_report);

void run_close(Run *run);
