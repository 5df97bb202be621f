// SPDX-License-Identifier: Apache-2.0
// library — the frameworks a run knows: their controls by id or printed label, the official text of
// one laid over the shipped outline of it, and which controls of two frameworks relate.
// Depends on: json, diag, mapping.  Thread-safe: read-only once every document was added.
// Source: OSCAL 1.2.2 catalog and mapping models.
#pragma once

#include "base/diag.h"
#include "base/map.h"
#include "oscal/mapping.h"

typedef enum LibraryOrigin {
    LIBRARY_SHIPPED, // comes with the program
    LIBRARY_ADDED,   // the user's own
    LIBRARY_BOTH     // the user's text over the shipped one
} LibraryOrigin;
const char *library_origin_name(LibraryOrigin origin); // "shipped", "yours", "yours over shipped"

typedef struct LibraryGroup {
    Str id; // may be empty
    Str label;
    Str title;
    uint32_t parent; // index into groups; MAP_NONE = top
} LibraryGroup;

typedef struct LibraryControl {
    Str id;           // of the shipped catalog where it has the control: mappings use this one
    Str own_id;       // in the user's document, where that differs; else empty
    Str label;        // the printed form: "AC-2(1)", "164.308(a)(1)"; the id when there is none
    Str alternative;  // prop alt-identifier: what the publisher calls it in OSCAL; mostly empty
    Str title;        // the user's document wins
    uint32_t group;   // innermost; MAP_NONE = directly under the catalog
    uint32_t parent;  // the control it enhances; MAP_NONE = none
    bool withdrawn;   // prop status = withdrawn
    bool outdated;    // shipped, but not in the user's document that was laid over it
    bool only_yours;  // in the user's document, but not in the shipped one
    const Json *json; // the object whose text holds (the user's, where it has prose)
} LibraryControl;

typedef struct LibraryFramework {
    Str id; // "nist-800-53r5"
    Str title;
    Str version;
    Str remarks; // of the metadata: where it comes from, and its licence
    Str file;    // the document that was added last
    LibraryOrigin origin;
    bool preview;
    const LibraryGroup *groups; // outer before inner
    uint32_t group_count;
    const LibraryControl *controls; // document order, nested ones behind their parent;
                                    // those only the user has come last
    uint32_t control_count;
    Map index;       // ids and labels, ignoring case → control
    Map param_index; // internal, as the next two: parameters of the catalog, for text
    const Json **params;
    uint32_t param_cap;
} LibraryFramework;

// One mapping between two frameworks, of one mapping-collection.
typedef struct LibraryMapping {
    Str source; // framework ids; a baseline stands here under its name
    Str target;
    Str source_title;
    Str target_title;
    Str collection; // title of the mapping-collection
    Str method;     // human, automation, hybrid
    Str rationale;  // syntactic, semantic, functional
    Str status;     // complete, draft, …
    Str origin;     // mapping-description: whose statement it is
    Str file;
    const OscalPair *pairs;
    uint32_t pair_count;
} LibraryMapping;

// A selection of a framework's controls: "nist-800-53r5-high".
typedef struct LibraryProfile {
    Str id;
    Str title;
    Str framework;
    Str file;
    LibraryOrigin origin;
    const bool *selected; // by index of the framework's controls
    uint32_t size;        // of selected; controls that came later are not selected
    uint32_t count;       // of those that are
} LibraryProfile;

typedef struct Library {
    Arena *arena;
    LibraryFramework **frameworks; // sorted by id
    uint32_t framework_count;
    uint32_t framework_cap;
    LibraryMapping *mappings; // in the order they were added
    uint32_t mapping_count;
    uint32_t mapping_cap;
    LibraryProfile *profiles;
    uint32_t profile_count;
    uint32_t profile_cap;
} Library;

void library_init(Library *library, Arena *arena);

// The prop "framework" of a document's metadata; empty when it names none.
Str library_framework_id(const Json *document);

// Adds {"catalog": {…}}, which passed oscal_check. id: the framework it is; empty = its own prop. A
// second one for the same id is laid over the first: its titles and prose win, its controls meet
// those that are there by id or label. The tree must outlive the library. False after a diagnostic:
// no id is known, or it is no catalog.
MUST_USE bool library_add_catalog(Library *library, const Json *json, Str id, LibraryOrigin origin,
                                  DiagList *diags);

// Adds the mappings of {"mapping-collection": {…}}. source: what a source-resource without the prop
// "framework" is (a baseline's name); empty = it must have one.
MUST_USE bool library_add_mappings(Library *library, const Json *json, Str source, DiagList *diags);

// Adds one mapping that was made otherwise; what it points to must outlive the library.
void library_add_mapping(Library *library, const LibraryMapping *mapping);

// Adds {"profile": {…}} under an id, after all catalogs; one under that id gives way. It may select
// by ids, with or without their children, or everything, of one framework: the prop "framework", or
// the file its import names. Anything more belongs to framework resolve and is an error
// ("too-rich"). An id the framework does not have is left out, with a warning ("unknown-control").
MUST_USE bool library_add_profile(Library *library, const Json *json, Str id, LibraryOrigin origin,
                                  DiagList *diags);
const LibraryProfile *library_find_profile(const Library *library, Str id);
bool library_selects(const LibraryProfile *profile, uint32_t control);

// NULL = there is none. Ignoring case; a control by its id, its printed label, its alternative, or
// the id in the user's document.
const LibraryFramework *library_find(const Library *library, Str id);
const LibraryControl *library_find_control(const LibraryFramework *framework, Str id_or_label);

// The prose of a part ("statement", "guidance", …) with its inner parts, a line each behind their
// labels, parameters inserted as "[label]"; empty when there is none. In arena.
Str library_control_text(Arena *arena, const LibraryFramework *framework,
                         const LibraryControl *control, Str part);

// ---- relations ----

// What is said of a pair when it was concluded over a third framework.
typedef enum LibraryCertainty {
    LIBRARY_STATED,   // a mapping says so
    LIBRARY_FOLLOWS,  // concluded, and it must be so: subset of a subset, …
    LIBRARY_SUGGESTED // both relate to one control of the third; no more is known
} LibraryCertainty;

typedef struct LibraryRelation {
    Str a; // control ids
    Str b;
    OscalRelation relation; // of a to b; meaningless when only suggested
    LibraryCertainty certainty;
    const LibraryMapping *first; // where it stands; a's side when concluded
    const LibraryMapping *second;
    Str through_framework; // empty when stated
    Str through_control;
} LibraryRelation;

typedef struct LibraryRelations {
    const LibraryRelation *at; // sorted by a, then b, in the order of their frameworks
    uint32_t count;
    bool direct; // a mapping between the two exists, in either direction
    bool cut;    // there were more conclusions than are drawn (4 million)
} LibraryRelations;

// Every relation between two frameworks (or a baseline's name). Mappings in the other direction are
// turned round. Without any mapping between them: over each third framework that both map to, the
// best of each pair once. Pairs that say "no-relationship" are left out. control: only relations of
// this id of a; empty = all.
void library_relate(Arena *arena, const Library *library, Str a, Str b, Str control,
                    LibraryRelations *ret_relations);

// Only what can be concluded over third frameworks, whether mappings between the two exist or not.
void library_conclude(Arena *arena, const Library *library, Str a, Str b, Str control,
                      LibraryRelations *ret_relations);
