// SPDX-License-Identifier: Apache-2.0
// baselines — from what a user calls a baseline to the edition it means and the files of it:
//   NAME or DIR   of a baseline (home.h) that has releases the one in force, else the folder as it
//                 is
//   …@N           release N
//   …@draft       the folder as it is, whatever was released
// A release is checked before it is given: its seal, its content, its papers, and the record of the
// workspace, if there is one.
// Depends on: home, releases, baseline/release, record/change, host.  Not thread-safe.
// Source: docs/formal-change.md.
#pragma once

#include "baseline/release.h"
#include "cli/home.h"
#include "record/change.h"

typedef struct OpenEdition {
    Home home;
    Edition edition; // digest: after baselines_content, and of releases
    PackageFiles files;
    const PackageContent *content; // NULL before baselines_content
    const Json *tree;              // the same, path → file
    Paper release;                 // of EDITION_RELEASE
    Hash digest;                   // with edition.digest
    const Json *digests;           // path → digest of the file; after baselines_content
} OpenEdition;

// Finds the edition that text means, at cli->now, and checks it.
bool baselines_open(Cli *cli, Str text, OpenEdition *ret_open);

// The same of a baseline that was found; edition as in home_find.
bool baselines_open_at(Cli *cli, const Home *home, Str edition, OpenEdition *ret_open);

// A release as an edition: approvers, dates, whether it is vouched for, retired. Nothing is said of
// one that the record does not know.
bool baselines_check(Cli *cli, const Home *home, uint64_t number, OpenEdition *open, Err *err);

// Reads all files of the edition and fills in content and digest. A broken file is a diagnostic.
bool baselines_content(Cli *cli, OpenEdition *open);

// Opens, loads and checks an edition; its digest is known unless a file that is not measured with
// cannot be read, which is a warning. Diagnostics are not printed.
bool baselines_load(Cli *cli, Str text, OpenEdition *ret_open, const Baseline **ret_baseline);
