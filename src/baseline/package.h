// SPDX-License-Identifier: Apache-2.0
// package — the rooms of the loader: files to trees, rules, controls, parameters.
// Depends on: baseline.  Not thread-safe: one loader, one thread. Private to this layer.
#pragma once

#include "baseline/baseline.h"

typedef struct Loader {
    Arena *arena;
    const PackageFiles *files;
    const JsonLimits *limits;
    DiagList *diags;
    Baseline *baseline;
    BaselineRule *rules;       // baseline->rules, while they are being filled
    BaselineControl *controls; // baseline->controls, likewise
    const OscalSelection *selection;
} Loader;

// Reads one file into a tree. diags->file is the file from here on. False after a diagnostic.
bool package_read(Loader *loader, Str path, const Json **ret_json);
bool package_list(Loader *loader, Str directory, const Str **ret_paths, uint32_t *ret_count);

// Strings of an array member; other entries are diagnostics.
const Str *package_strings(Loader *loader, const Json *json, Str key, uint32_t *ret_count);

// rules/*.json into loader->rules.
void package_load_rules(Loader *loader);

// The selected controls into loader->controls, with sections.
void package_load_controls(Loader *loader);

// mappings/*.json: frameworks and the refs of controls.
void package_load_mappings(Loader *loader);

// initiative.json: groups and members against controls and rules.
void package_load_initiative(Loader *loader);

// assignments.json, with the profile's values in each assignment of the initiative.
void package_load_assignments(Loader *loader);
