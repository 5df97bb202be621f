// SPDX-License-Identifier: Apache-2.0
// framework_add — what datum framework add is about to store: everything is read, checked and
// worked out before the first file is written.
// Depends on: frameworks, load, baseline/from_initiative.  Not thread-safe.
#pragma once

#include "baseline/from_initiative.h"
#include "cli/frameworks.h"
#include "cli/load.h"

// One thing that will be stored.
typedef struct Addition {
    const char *kind; // "catalog", "mapping-collection", "profile", "initiative"
    Str id;           // of the framework, profile or mapping
    Str title;
    Str version;
    Str source; // the file it comes from
    Str path;   // where it goes; empty = only the package is stored
    Str bytes;
    bool replaces;
    uint32_t control_count; // controls; pairs of a mapping-collection
    // a catalog over one that ships
    bool over;
    uint32_t met_count;
    Map only_yours; // control ids
    Map outdated;
    // ids that no known framework has, of a mapping or profile
    Map unknown;
    // an initiative
    const InitiativeResult *initiative; // NULL = none
    Str package;                        // folder; empty = no definitions were given
} Addition;

typedef struct Source {
    Str path;
    Str model; // "catalog", …, "initiative"
    const Json *json;
} Source;

typedef struct Adding {
    Cli *cli;
    Library library; // what is known, and what was worked out so far
    Source *sources;
    uint32_t source_count;
    uint32_t source_cap;
    PtrList definitions; // const Json *
    const Json *parameters;
    Addition *additions;
    uint32_t addition_count;
    uint32_t addition_cap;
} Adding;

// Reads a file ("FILE#NAME": one of many initiatives) or a folder into sources. False: said.
bool adding_read(Adding *adding, Str path);

// Reads --policy into definitions.
bool adding_read_policies(Adding *adding);

// Work one source out into an addition. False: said, or a diagnostic.
bool adding_catalog(Adding *adding, const Source *source);
bool adding_mappings(Adding *adding, const Source *source);
bool adding_profile(Adding *adding, const Source *source);
bool adding_initiative(Adding *adding, const Source *source);

// One to fill in, and its place among those to come.
Addition adding_new(Adding *adding, const char *kind, const Source *source);
void adding_push(Adding *adding, const Addition *addition);

// Canonical JSON in the arena. False: a number that has no canonical form; said.
bool adding_bytes(Adding *adding, const Json *json, Str *ret_bytes);

// FOLDER/SUB/NAME.json in the user's frameworks.
Str adding_path(Adding *adding, const char *sub, Str name);

// Is it a name for a framework: lower-case letters, digits, '.', '-', '_', a letter or digit first?
bool adding_is_id(Str id);
