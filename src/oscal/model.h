// SPDX-License-Identifier: Apache-2.0
// model — the table of OSCAL's objects, read for one check or one reading, and the values of a
// document that were held against it.
// Depends on: json, diag.  Not thread-safe.  Used by check, constraint and the readers
// of YAML and XML.
#pragma once

#include "base/diag.h"
#include "base/map.h"
#include "json/json.h"

typedef struct Type Type;

typedef enum Many { MANY_ONE, MANY_LIST, MANY_EITHER } Many;

// Where a member stands in XML: beside FORM_ELEMENT, an attribute, either of both, the text of the
// element, or paragraphs that stand in the element itself.
typedef enum MemberForm {
    FORM_ELEMENT,
    FORM_ATTRIBUTE,
    FORM_EITHER,
    FORM_TEXT,
    FORM_PROSE
} MemberForm;

typedef struct Member {
    Str key;
    Str element; // its name in XML, where the members of a list have one of their own
    MemberForm form;
    bool required;
    Many many;
    const Type *type; // an object or a named datatype; NULL: datatype
    Str datatype;
    Str values; // closed set, separated by '|'; empty = any
} Member;

typedef struct Choice {
    Str keys; // separated by '|'
    bool exactly_one;
} Choice;

struct Type {
    Str name;   // "metadata:role"
    Str text;   // the row
    Str simple; // a datatype under a name of its own; empty: an object
    Member *members;
    uint32_t member_count;
    Choice choices[2];
    uint32_t choice_count;
};

typedef struct Model {
    Arena *arena;
    Type *types;
    uint32_t type_count;
    Map names; // → index into types
} Model;

// A document is an object with one of these keys; type: what stands under it.
typedef struct ModelRoot {
    Str key;
    Str type;
} ModelRoot;

extern const ModelRoot model_roots[];
extern const size_t model_root_count;

// The type of what stands under a key of the document, or NULL.
const Type *model_root_type(const Model *model, Str key);

// Reads the whole table. False: *ret_row is the row that cannot be read.
MUST_USE bool model_init(Model *model, Arena *arena, Str *ret_row);

// "module:name", or else the only type of that name in any module. NULL = none.
const Type *model_find(const Model *model, Str module, Str name);

// The member under key, or NULL.
const Member *model_member(const Type *type, Str key);

// Where a value stands.
typedef struct Place {
    const struct Place *parent; // NULL: the document
    Str key;                    // empty: an entry of a list
    uint32_t index;
} Place;

// The JSON pointer of a place.
Str place_pointer(Arena *arena, const Place *place);

// A value of a type of the table.
typedef struct Visit {
    const Json *json;
    const Type *type;
    const Place *place;
} Visit;

typedef struct Visits {
    Visit *at;
    uint32_t count;
    uint32_t cap;
    uint32_t value_count; // simple values too
} Visits;

// Holds json against the type; everything wrong is a diagnostic. visits: every value of a named
// type, outer before inner.
void model_walk(const Model *model, DiagList *diags, const Json *json, const Type *type,
                const Place *place, Visits *visits);

// The constraints, on what was visited. Returns how many were evaluated.
uint32_t constraint_run(const Model *model, DiagList *diags, const Visits *visits);
