// SPDX-License-Identifier: Apache-2.0
// package — what the rooms of the loader share: the package while it is read, its files as trees,
// where something stands; and the rooms themselves.
// Depends on: baseline.  Not thread-safe: one loader, one thread. Private to this layer.
#pragma once

#include "baseline/baseline.h"

enum { LEVELS_MAX = 8 };

// What a control has that says nothing itself: manifest "defaults".
typedef struct Defaults {
    bool given;
    Severity severity;
    Layer layer;
    unsigned drivers;
} Defaults;

typedef struct Loader {
    Arena *arena;
    const PackageFiles *files;
    const JsonLimits *limits;
    DiagList *diags;
    Baseline *baseline;
    // The package itself, then what it was made from, then what that was made from, …: "", "base/".
    Str levels[LEVELS_MAX];
    uint32_t level_count;
    Defaults defaults;
    const OscalCatalog **sources; // catalogs as they are written, before any profile
    uint32_t source_count;
    BaselineValue *values;
    Map value_index;           // parameter id → index into values
    BaselineRule *rules;       // baseline->rules, while they are being filled
    uint32_t *rule_levels;     // of each
    BaselineControl *controls; // baseline->controls, likewise
} Loader;

// A path within the package as diagnostics name it.
Str package_label(Loader *loader, Str path);
Str package_join(Loader *loader, Str prefix, Str path);

// Reads one file into a tree. diags->file is the file from here on. False after a diagnostic.
bool package_read(Loader *loader, Str path, const Json **ret_json);
bool package_list(Loader *loader, Str directory, const Str **ret_paths, uint32_t *ret_count);

// Is there such a file?
bool package_has(Loader *loader, Str path);

// Strings of an array member; other entries are diagnostics.
const Str *package_strings(Loader *loader, const Json *json, Str key, uint32_t *ret_count);

// Points diags->file at where the item of a control stands (a property that an alteration added, or
// the control itself); returns its place there.
Span package_place(Loader *loader, const OscalControl *control, Str item, Str id, Span at);

// The catalog a control was written in.
Str package_file_of(const Loader *loader, Str id);

// Does any catalog have the control, selected or not?
bool package_knows_control(const Loader *loader, Str id);

// ---- the rooms, each a file of its own, as baseline_load walks them ----

// manifest.json, and how many levels there are.
void package_load_manifest(Loader *loader);

// profile.json, resolved and read: catalog, values, tailorings. False after errors.
MUST_USE bool package_resolve(Loader *loader);

// rules/*.json of every level into loader->rules.
void package_load_rules(Loader *loader);

// The selected controls into loader->controls, with sections.
void package_load_controls(Loader *loader);

// mappings/*.json of every level: frameworks and the refs of controls.
void package_load_mappings(Loader *loader);

// initiative.json of every level as one: groups and members against controls and rules.
void package_load_initiative(Loader *loader);

// A rule of effect manual for each attested control that has none. Returns the members that bind
// them, one for each.
const InitiativeMember *package_imply_rules(Loader *loader, const bool *has_rule,
                                            uint32_t *ret_count);

// assignments.json, with the profile's values in each assignment of the initiative.
void package_load_assignments(Loader *loader);
