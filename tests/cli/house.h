// SPDX-License-Identifier: Apache-2.0
// house — a workspace with people whose keys open fast, and a small baseline in a folder, for tests
// of formal change. Ann owns the workspace, Bob approves technically, Cat for the business, Dan has
// no role, Eve's key ends on 2026-03-10. The passphrase of Ann is in ann.pass, and so on.
// Depends on: record, baseline's test package, scratch.
#pragma once

#include "cli/program.h"

#define HOUSE_AT(time) "--now", time
#define HOUSE_DAY(day) HOUSE_AT("2026-03-" day "T08:00:00Z")
#define AS_ANN "--workspace", "@ws", "--key", "Ann", "--passphrase-file", "@ann.pass"
#define AS_BOB "--workspace", "@ws", "--key", "Bob", "--passphrase-file", "@bob.pass"
#define AS_CAT "--workspace", "@ws", "--key", "Cat", "--passphrase-file", "@cat.pass"
#define AS_DAN "--workspace", "@ws", "--key", "Dan", "--passphrase-file", "@dan.pass"
#define AS_EVE "--workspace", "@ws", "--key", "Eve", "--passphrase-file", "@eve.pass"

// Empties the folders ws and ours, and makes them anew. count: how many of the five there are.
void house_build(unsigned count);

// Writes the manifest of the baseline: its version and what approvals it wants ("" = the default).
void house_manifest(const char *version, const char *approvals);

// Writes profile.json with another value of the one parameter.
void house_value(const char *value);

// One resource with that size into facts.ndjson; the rule asks for at most the parameter.
void house_facts(const char *size);

// Takes the last entry out of the record, as a crash before it was written would have left it.
void house_lose_entry(void);
