// SPDX-License-Identifier: Apache-2.0
// load — what people wrote, from files to rules: definitions, initiatives, assignments, exemptions,
// attestations, parameters, aliases, baselines.
// Depends on: cli, baseline, policy, host.  Not thread-safe.
#pragma once

#include "baseline/baseline.h"
#include "baseline/deviation.h"
#include "baseline/release.h"
#include "baseline/tier.h"
#include "cli/cli.h"
#include "cli/ptr_list.h"
#include "policy/alias.h"

typedef enum DocumentBit {
    DOC_DEFINITION = 1,
    DOC_INITIATIVE = 2,
    DOC_EXEMPTION = 4,
    DOC_ATTESTATION = 8,
    DOC_ASSIGNMENT = 16
} DocumentBit;

// An exemption is understood as a deviation, with what the people who granted it say.
typedef struct WrittenExemption {
    const Json *json;
    Str file;
} WrittenExemption;

// Everything authored that was read, by what it is.
typedef struct Documents {
    uint32_t wanted;      // bits of DocumentBit: anything else is an error; 0 = all are welcome
    const char *option;   // that wants them
    PtrList definitions;  // const Definition *
    PtrList initiatives;  // const Initiative *
    PtrList assignments;  // const Assignment *
    PtrList attestations; // const Attestation *
    PtrList exemptions;   // const WrittenExemption *
    uint32_t file_count;
    uint32_t document_count;
} Documents;

void documents_init(Documents *documents, Arena *arena);

// Reads a file (JSON: one document, an array, {"value": […]}; NDJSON: one a line) or every .json
// and .ndjson below a folder. What is wrong with documents is a diagnostic; what cannot be read at
// all is recorded in the outcome and false.
bool documents_load(Cli *cli, Documents *documents, Str path);

// A file of JSON (one document) or NDJSON (one a line): take sees each tree. False when the file
// cannot be read at all.
typedef void (*TakeDocument)(void *ctx, const Json *json);
bool load_each(Cli *cli, Str path, TakeDocument take, void *ctx);

// --parameters: each name with its value, and the file that gives it.
typedef struct GivenParameter {
    JsonMember member;
    Str file;
} GivenParameter;

typedef struct GivenParameters {
    GivenParameter *at; // arena
    uint32_t count;
    uint32_t cap;
    bool is_given; // the option was there
} GivenParameters;

bool load_given(Cli *cli, GivenParameters *ret_given);

// The same joined: name → value. NULL = none.
bool load_parameters(Cli *cli, const Json **ret_parameters);

// The exemptions read, as deviations; both arrays have *ret_count entries. What is wrong with one
// is a diagnostic of its own file.
bool documents_deviations(Cli *cli, const Documents *documents, const Deviation **ret_deviations,
                          const Exemption *const **ret_exemptions, uint32_t *ret_count);

// Everything read as assigned rules. A given parameter that nothing declares is a warning.
bool documents_bind(Cli *cli, const Documents *documents, const GivenParameters *given,
                    AssignedRule **ret_rules, uint32_t *ret_count);

// Does a name in a folder promise JSON or NDJSON?
bool load_is_document(Str path);

// One JSON file; diagnostics as above, false when there is no tree.
bool load_json(Cli *cli, Str path, const Json **ret_json);

// What a file of aliases holds, as it is.
typedef struct AliasFile {
    Str bytes;
    bool lines; // NDJSON
} AliasFile;

// Adds one file of aliases to a table: ARM provider metadata or rows, JSON or NDJSON. ret_file:
// NULL = not asked for.
bool load_alias_file(Cli *cli, AliasTable *table, Str path, AliasFile *ret_file,
                     uint32_t *ret_count);

// The shipped table, what the user imported, and --aliases.
bool load_aliases(Cli *cli, AliasTable **ret_table);

// Where imported aliases are kept: DATUM_DATA_DIR, XDG_DATA_HOME/datum, ~/.local/share/datum.
// Empty when none is known.
Str load_data_folder(Arena *arena);

// The edition of a baseline that name means (cli/baselines.h).
bool load_baseline(Cli *cli, Str name, const Baseline **ret_baseline);

typedef struct RuleSet {
    const Baseline *baseline; // NULL in plain use
    const Edition *edition;   // likewise
    AliasTable *aliases;
    AssignedRule *rules;
    uint32_t rule_count;
    const Deviation *deviations;
    const Exemption *const *exemptions;
    uint32_t exemption_count;
    const Attestation *const *attestations;
    uint32_t attestation_count;
    const TierTable *tiers; // NULL = none given
} RuleSet;

// Everything the options name. False when any of it is wrong: nothing may be assessed then. All
// diagnostics are printed.
bool load_rules(Cli *cli, RuleSet *ret_rules);
