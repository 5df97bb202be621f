// SPDX-License-Identifier: Apache-2.0
// catalog — an OSCAL catalog as plain values: groups, controls, params, parts, props.
// Depends on: json, diag.  Thread-safe: read-only once read.
// Source: OSCAL 1.2.2 catalog model (NIST, metaschema); ids are tokens.
#pragma once

#include "base/diag.h"
#include "base/map.h"
#include "json/json.h"

typedef struct OscalProp {
    Str name;
    Str ns; // empty = the OSCAL namespace
    Str value;
    Str class_name;
    Span at;
} OscalProp;

typedef struct OscalPart OscalPart;
struct OscalPart {
    Str id;   // empty when not given
    Str name; // "statement", "guidance", …
    Str title;
    Str prose; // markup, as written
    const OscalProp *props;
    uint32_t prop_count;
    const OscalPart *parts;
    uint32_t part_count;
    Span at;
};

typedef struct OscalParam {
    Str id;
    Str label;
    const Str *values; // default values; none = to be set by a profile
    uint32_t value_count;
    const OscalProp *props;
    uint32_t prop_count;
    Span at;
} OscalParam;

typedef struct OscalGroup OscalGroup;
typedef struct OscalControl OscalControl;

struct OscalControl {
    Str id;
    Str title;
    Str class_name;
    const OscalProp *props;
    uint32_t prop_count;
    const OscalParam *params;
    uint32_t param_count;
    const OscalPart *parts;
    uint32_t part_count;
    const OscalGroup *group;    // innermost group; NULL = directly under the catalog
    const OscalControl *parent; // the control it enhances, or NULL
    Span at;
};

struct OscalGroup {
    Str id; // may be empty
    Str title;
    Str class_name;
    const OscalProp *props;
    uint32_t prop_count;
    const OscalGroup *parent; // NULL = top
    Span at;
};

typedef struct OscalMetadata {
    Str uuid; // of the document
    Str title;
    Str version;
    Str oscal_version;
    Str last_modified;
} OscalMetadata;

typedef struct OscalCatalog {
    OscalMetadata metadata;
    const OscalGroup *const *groups; // every group, outer before inner, in document order
    uint32_t group_count;
    const OscalControl *const *controls; // every control, nested ones behind their parent
    uint32_t control_count;
    Map control_index;               // id → index into controls
    Map param_index;                 // id → index into params
    const OscalParam *const *params; // every param: of the catalog, of groups, of controls
    uint32_t param_count;
    Str file;
} OscalCatalog;

// Reads {"catalog": {…}}. Ids are tokens and unique over groups, controls and parts; a control has
// a title; one without a part "statement" that is not withdrawn is a warning (published catalogs
// have some). Everything wrong is a diagnostic with its place; false when there was an error.
MUST_USE bool oscal_catalog_read(Arena *arena, const Json *json, DiagList *diags,
                                 const OscalCatalog **ret_catalog);

// NULL = there is none.
const OscalControl *oscal_catalog_find(const OscalCatalog *catalog, Str control_id);
const OscalParam *oscal_catalog_find_param(const OscalCatalog *catalog, Str param_id);

// The first property of that name and namespace, or NULL. An empty ns is OSCAL's own.
const OscalProp *oscal_prop_find(const OscalProp *props, uint32_t count, Str ns, Str name);

// The first part of that name, or NULL.
const OscalPart *oscal_part_find(const OscalPart *parts, uint32_t count, Str name);

// All prose of a part and of the parts inside it, paragraphs separated by an empty line. In arena.
Str oscal_part_text(Arena *arena, const OscalPart *part);
