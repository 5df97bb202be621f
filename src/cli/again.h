// SPDX-License-Identifier: Apache-2.0
// again — datum assess --compare and --since: the same facts under another edition, and earlier
// facts under the same one.
// Depends on: cli, run, assess/compare.  Not thread-safe.
// Source: docs/formal-change.md "Measuring again".
#pragma once

#include "assess/compare.h"
#include "cli/run.h"

typedef struct Again {
    Cli *cli;
    const RuleSet *rules; // of the measurement itself
    RuleSet other;        // of --compare
    Run *run;             // with other; NULL before again_measure
    Report report;
    Measured earlier;
    Measured same;
    Measured now;
    Remeasure remeasure;
} Again;

// Loads what --compare and --since name; nothing when neither is given. False: said.
bool again_open(Cli *cli, const RuleSet *rules, Again *ret_again);

bool again_is_wanted(const Again *again);

// Measures the inputs with the other edition, exporting nothing; the inputs stay as they were.
bool again_measure(Again *again, Inputs *inputs, const RunOptions *options);

// RunOptions.before_end: compares, and hangs the comparison into the report.
void again_conclude(void *ctx, Report *report);

void again_close(Again *again);
