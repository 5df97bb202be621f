// SPDX-License-Identifier: Apache-2.0
// cli — what every command has at hand: options, memory, where data and words go, what came of it.
// Depends on: host, options, outcome.  Not thread-safe: one program, one Cli.
#pragma once

#include "base/diag.h"
#include "cli/options.h"
#include "cli/outcome.h"
#include "host/output.h"
#include "report/report.h"
#include "json/json.h"

typedef struct Cli {
    Arena arena;
    Options options;
    Output *out; // standard output: data
    DiagList diags;
    uint32_t diags_told; // how many were printed already
    Outcome outcome;
    TerminalStyle style;
    JsonLimits limits;
    Ticks now;
} Cli;

// Words to standard error, one line.
void cli_say(const char *fmt, ...) PRINTF_LIKE(1, 2);

// Data to standard output. A failure is recorded in the outcome.
void cli_print(Cli *cli, Str bytes);

// The command cannot go on because of how it was called. Records and prints it.
void cli_usage(Cli *cli, const char *fmt, ...) PRINTF_LIKE(2, 3);

// Records err, says it, returns false.
bool cli_fail(Cli *cli, const Err *err);

// Prints the diagnostics not printed yet ("file:line:column: code: text") to out, or to standard
// error when out is NULL. False, and recorded in the outcome, when there was an error among them.
bool cli_tell_diags(Cli *cli, Buf *out);

// True when --output json was asked for.
bool cli_wants_json(const Cli *cli);

// ---- the commands, which commands.c calls: each in the cmd_x.c of its name ----

void cmd_assess(Cli *cli);
void cmd_explain(Cli *cli);
void cmd_policy_check(Cli *cli);
void cmd_policy_test(Cli *cli);
void cmd_policy_explain(Cli *cli);
void cmd_alias_import(Cli *cli);
void cmd_inventory_show(Cli *cli);
void cmd_baseline_show(Cli *cli);
void cmd_baseline_list(Cli *cli);
void cmd_baseline_propose(Cli *cli);
void cmd_baseline_review(Cli *cli);
void cmd_baseline_approve(Cli *cli);
void cmd_baseline_release(Cli *cli);
void cmd_baseline_retire(Cli *cli);
void cmd_baseline_log(Cli *cli);
void cmd_baseline_verify(Cli *cli);
void cmd_baseline_publish(Cli *cli);
void cmd_baseline_acknowledge(Cli *cli);
void cmd_baseline_new(Cli *cli);
void cmd_baseline_tailor(Cli *cli);
void cmd_baseline_diff(Cli *cli);
void cmd_framework_resolve(Cli *cli);
void cmd_framework_check(Cli *cli);
void cmd_framework_convert(Cli *cli);
void cmd_framework_add(Cli *cli);
void cmd_framework_list(Cli *cli);
void cmd_framework_show(Cli *cli);
void cmd_framework_map(Cli *cli);
void cmd_framework_coverage(Cli *cli);
void cmd_key_new(Cli *cli);
void cmd_key_show(Cli *cli);
void cmd_key_trust(Cli *cli);
void cmd_key_revoke(Cli *cli);
void cmd_record_show(Cli *cli);
void cmd_record_checkpoint(Cli *cli);
void cmd_record_verify(Cli *cli);
void cmd_record_mend(Cli *cli);
