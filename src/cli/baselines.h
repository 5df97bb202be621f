// SPDX-License-Identifier: Apache-2.0
// baselines — from what a user calls a baseline to the edition it means and the files of it:
//   NAME          baselines/NAME if there is such a folder, else the one that ships: of a baseline
//                 that has releases the one in force, else the folder as it is
//   DIR           the same for a folder anywhere (a path with a '/')
//   …@N           release N
//   …@draft       the folder as it is, whatever was released
// A release is checked before it is given: its seal, its content, its papers, and the record of the
// workspace, if there is one.
// Depends on: cli, signer, baseline/release, record/change, host.  Not thread-safe.
// Source: docs/formal-change.md.
#pragma once

#include "baseline/release.h"
#include "cli/cli.h"
#include "record/change.h"
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

typedef struct OpenEdition {
    Home home;
    Edition edition; // digest: after baselines_digest, and of releases
    PackageFiles files;
    const PackageContent *content; // NULL before baselines_content
    const Json *tree;              // the same, path → file
    Paper release;                 // of EDITION_RELEASE
    Hash digest;                   // with edition.digest
    const Json *digests;           // path → digest of the file; after baselines_content
} OpenEdition;

// Finds a baseline and reads the record. *ret_edition is what stands behind '@', or empty. False:
// said, and recorded in the outcome.
bool baselines_find(Cli *cli, Str text, Home *ret_home, Str *ret_edition);

// Finds the edition that text means, at cli->now, and checks it.
bool baselines_open(Cli *cli, Str text, OpenEdition *ret_open);

// The same of a baseline that was found; edition as in baselines_find.
bool baselines_open_at(Cli *cli, const Home *home, Str edition, OpenEdition *ret_open);

// Reads all files of the edition and fills in content and digest. A broken file is a diagnostic.
bool baselines_content(Cli *cli, OpenEdition *open);

// Opens, loads and checks an edition; its digest is known unless a file that is not measured with
// cannot be read, which is a warning. Diagnostics are not printed.
bool baselines_load(Cli *cli, Str text, OpenEdition *ret_open, const Baseline **ret_baseline);

// The newest release that was not retired by now, in force or not yet; 0 = there is none. Of those
// the record does not know, only when there is no record of the baseline.
bool baselines_newest(Cli *cli, const Home *home, uint64_t *ret_number);

// Reads release N and checks everything about it. What does not hold is an error that names the
// file and the way out. *ret_recorded: false when nothing here vouches for it.
bool baselines_release(Cli *cli, const Home *home, uint64_t number, Paper *ret_paper,
                       bool *ret_recorded, Err *err);

// The same as an edition: approvers, dates, whether it is vouched for, retired. Nothing is said of
// a release that the record does not know.
bool baselines_check(Cli *cli, const Home *home, uint64_t number, OpenEdition *open, Err *err);

// When the release was retired; 0 = it was not. Errors: a retirement that does not hold.
bool baselines_retired(Cli *cli, const Home *home, uint64_t number, Ticks *ret_time, Err *err);

// "baselines/ours/releases/2.json"
Str baselines_path(Cli *cli, const Home *home, const char *folder, uint64_t number,
                   const char *suffix);

// The name of a principal the record knows, else the id.
Str baselines_who(const Home *home, Str id);
