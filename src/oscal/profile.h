// SPDX-License-Identifier: Apache-2.0
// profile — an OSCAL profile that selects controls of a catalog by id and sets their parameters.
// Depends on: catalog.  Thread-safe: read-only once read.
// Source: OSCAL 1.2.2 profile model and profile resolution (selection by id; flat structure).
#pragma once

#include "oscal/catalog.h"

// include-controls or exclude-controls: one entry of the array.
typedef struct OscalSelect {
    const Str *ids; // with-ids
    uint32_t id_count;
    bool with_children; // with-child-controls: yes
    Span at;
} OscalSelect;

typedef struct OscalImport {
    Str href;
    bool include_all; // also when nothing says what to include
    const OscalSelect *includes;
    uint32_t include_count;
    const OscalSelect *excludes;
    uint32_t exclude_count;
    Span at;
} OscalImport;

typedef struct OscalSetParameter {
    Str param_id;
    Str label; // empty = as the catalog says
    const Str *values;
    uint32_t value_count;
    const OscalProp *props;
    uint32_t prop_count;
    Span at;
} OscalSetParameter;

typedef struct OscalProfile {
    OscalMetadata metadata;
    const OscalImport *imports;
    uint32_t import_count;
    const OscalSetParameter *set_parameters;
    uint32_t set_parameter_count;
    Str file;
} OscalProfile;

// Reads {"profile": {…}}. What this reader does not resolve (matching, merge other than flat,
// alters) is an error that says so, never ignored.
MUST_USE bool oscal_profile_read(Arena *arena, const Json *json, DiagList *diags,
                                 const OscalProfile **ret_profile);

// A parameter after tailoring.
typedef struct OscalValue {
    const OscalParam *param;
    const OscalSetParameter *set; // NULL = the catalog's own values
    const Str *values;
    uint32_t value_count;
} OscalValue;

typedef struct OscalSelection {
    const OscalControl *const *controls; // in the order of the imports, then of the catalog
    uint32_t control_count;
    const OscalValue *values; // every parameter of a selected control
    uint32_t value_count;
} OscalSelection;

// Who gives the catalog an import's href names; NULL = there is none under that name.
typedef struct OscalCatalogs {
    const OscalCatalog *(*find)(void *ctx, Str href);
    void *ctx;
} OscalCatalogs;

// Resolves selection and parameters. Errors: an href without catalog, an id the catalog does not
// hold, a control selected twice, a set-parameter whose parameter is not there or set twice.
MUST_USE bool oscal_profile_resolve(Arena *arena, const OscalProfile *profile,
                                    const OscalCatalogs *catalogs, DiagList *diags,
                                    const OscalSelection **ret_selection);
