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
#include "json/write.h"

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

// The sentence of a framework's remarks that says whose text it is; empty when none does.
Str frameworks_licence(const LibraryFramework *framework);

// "A.5.16 Identity management": label and title, the title left out when it only repeats the label.
void frameworks_push_name(Buf *out, const LibraryControl *control);

// A text member, left out when empty.
void frameworks_member(JsonOut *out, const char *key, Str value);

// Members "relationship", "certainty" and "through" of a relation.
void frameworks_relation(JsonOut *out, const LibraryRelation *relation);
void frameworks_source(JsonOut *out, const LibraryMapping *mapping);

// {"way": …, "controls": […]} of one control.
void frameworks_coverage(JsonOut *out, const ControlCoverage *coverage, const Baseline *baseline);

// "intersects-with", "subset-of (follows over nist-800-53r5 ac-2)", "may relate (over …)".
Str frameworks_relation_words(Arena *arena, OscalRelation relation, LibraryCertainty certainty,
                              Str through_framework, Str through_control);
const char *frameworks_certainty_name(LibraryCertainty certainty);
