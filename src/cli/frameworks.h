// SPDX-License-Identifier: Apache-2.0
// frameworks — the library of a run: what ships (content/frameworks), what the user added
// (WORKSPACE/frameworks), and a baseline where one is asked for.
//   frameworks/ID.json             catalogs
//   frameworks/profiles/NAME.json  selections of their controls
//   frameworks/mappings/NAME.json  mapping-collections between them
// Depends on: cli, oscal/library, baseline/coverage, host.  Not thread-safe.
#pragma once

#include "baseline/coverage.h"
#include "cli/cli.h"

// Reads everything, for what writes. False: something is broken; said, and recorded in the outcome.
MUST_USE bool frameworks_open(Cli *cli, Library *ret_library);

// The same for what only reads: a broken file of the user's is said, recorded in the outcome, and
// left out.
void frameworks_open_known(Cli *cli, Library *ret_library);

// The catalog that ships under an id; NULL = there is none.
const Json *frameworks_shipped_catalog(Cli *cli, Str id);

// The catalog of a framework as one document: what ships, what the user added, or both as one.
// False: there is none (nothing was said), or what the user added is broken (said).
bool frameworks_catalog(Cli *cli, Str id, Str *ret_bytes, Str *ret_file);

// WORKSPACE/frameworks; the folder need not be there.
Str frameworks_folder(Cli *cli);

// The framework or control of that name. NULL: said, with the nearest name, and recorded.
const LibraryFramework *frameworks_find(Cli *cli, const Library *library, Str id);
const LibraryControl *frameworks_find_control(Cli *cli, const LibraryFramework *framework,
                                              Str id_or_label);

// Does a text mean a baseline (a path, an edition, a folder of baselines/, one that ships)?
bool frameworks_is_baseline(Cli *cli, Str text);

// Loads the baseline a text means and adds it, with its mappings and their provenance. ret_lineage,
// unless NULL: what it was made from, as far as its vendored sources tell.
bool frameworks_add_baseline(Cli *cli, Library *library, Str text, const Baseline **ret_baseline,
                             Lineage *ret_lineage);

// The baseline to ask: --baseline, or the one that ships.
Str frameworks_baseline_name(const Cli *cli);
