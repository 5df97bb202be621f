// SPDX-License-Identifier: Apache-2.0
// home — where a baseline lies, by what a user calls it, and what the record says about it:
//   NAME          baselines/NAME if there is such a folder, else the one that ships
//   DIR           a folder anywhere (a path with a '/')
// What stands behind '@' is an edition: baselines.h.
// Depends on: cli, signer, baseline, record, host.  Not thread-safe.
#pragma once

#include "baseline/baseline.h"
#include "cli/cli.h"
#include "record/acts.h"
#include "record/people.h"
#include "record/workspace.h"

// A baseline where it lies, with what the record says about it.
typedef struct Home {
    Str name;   // as it was called, without @…
    Str folder; // of the files; of one that ships the prefix of its assets
    bool ships;
    Str identity; // its name in the manifest: the record calls it so
    Workspace workspace;
    bool has_record;
    uint64_t entries; // of the record, when it was read
    People people;    // as they are now
    Acts acts;
    const uint64_t *releases; // numbers of releases/N.json and of releases in the record, ascending
    uint32_t release_count;
} Home;

// Finds a baseline and reads the record. *ret_edition is what stands behind '@', or empty. False:
// said, and recorded in the outcome.
bool home_find(Cli *cli, Str text, Home *ret_home, Str *ret_edition);

// The files of the folder, or of what ships, as they are.
PackageFiles home_files(Cli *cli, const Home *home);

// What documents of the baseline are held to. Limits on the command line are for what comes from
// elsewhere, so one that ships has the defaults.
JsonLimits home_limits(const Cli *cli, const Home *home);

// "baselines/ours/releases/2.json"
Str home_path(Cli *cli, const Home *home, const char *folder, uint64_t number, const char *suffix);

// The name of a principal the record knows, else the id.
Str home_who(const Home *home, Str id);
