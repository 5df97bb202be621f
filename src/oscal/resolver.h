// SPDX-License-Identifier: Apache-2.0
// resolver — what the steps of a resolution share. Each step is one file: source (documents),
// select (import), merge, modify, alter, prune, resolve (order and metadata).
// Depends on: tree, resolve.  Not thread-safe.  Used by the resolver only.
#pragma once

#include "oscal/resolve.h"
#include "oscal/tree.h"

typedef enum DocumentState {
    DOCUMENT_NEW,
    DOCUMENT_OPEN,
    DOCUMENT_DONE,
    DOCUMENT_BAD
} DocumentState;

// A document that was asked for; resolved once however often it is imported.
typedef struct Document Document;
struct Document {
    Str href;         // resolved; for base64, the profile's href and '#' and the resource's uuid
    const Json *body; // what stands under "catalog" or "profile"
    bool is_profile;
    DocumentState state;
    Catalog catalog;
    const Document *importer; // while it is open
    uint32_t depth;
    Document *next;
};

typedef struct Event {
    OscalTraceKind kind;
    Str control;
    Str item;
    Str id;
    Str document;
    Span at;
} Event;

typedef struct Resolver {
    Arena *arena;
    DiagList *diags;
    const OscalDocuments *documents;
    const OscalResolveOptions *options;
    Budget budget;
    Document *first; // every document asked for
    uint32_t document_count;
    Event *events;
    uint32_t event_count;
    uint32_t event_cap;
} Resolver;

// ---- source ----

// The document an import names, read but not resolved. NULL after an error.
Document *source_open(Resolver *resolver, Document *profile, const Json *import);

// The document at a path or URI; at: where it is asked for.
Document *source_open_href(Resolver *resolver, Str href, Str importer, Span at);

// ---- select ----

// Which nodes of the catalog a selection (import or insert-controls) chooses, by index. what names
// the selection in warnings. NULL after errors.
const bool *select_controls(Resolver *resolver, const Catalog *catalog, const Json *selection);

// Appends to parent what is chosen: groups that hold something chosen, and chosen controls, each in
// the place its nearest chosen ancestor leaves it. Loose parameters travel along; with hoist, and
// those of groups left behind, they go to parent itself.
MUST_USE bool select_copy(Resolver *resolver, const Catalog *catalog, const bool *chosen,
                          bool hoist, Node *parent);

// Does the pattern ('*' any run, '?' one character, else itself) match the whole id?
bool select_glob(Str pattern, Str id);

// ---- merge ----

typedef enum Structure { STRUCTURE_FLAT, STRUCTURE_AS_IS, STRUCTURE_CUSTOM } Structure;

typedef struct Merge {
    Structure structure;
    bool use_first;
    const Json *custom;
} Merge;

// Reads profile.merge. False after errors ("structure", "combine").
MUST_USE bool merge_read(Resolver *resolver, const Json *profile, Merge *ret_merge);

// The structure that merge.custom writes, of what was imported. False after errors.
MUST_USE bool merge_custom(Resolver *resolver, const Json *json, Catalog *catalog);

// Combines the imports, which stand one after the other below root, and structures them.
MUST_USE bool merge_apply(Resolver *resolver, const Merge *merge, Catalog *catalog);

// ---- modify, alter ----

MUST_USE bool modify_apply(Resolver *resolver, const Document *profile, Catalog *catalog);
MUST_USE bool alter_apply(Resolver *resolver, const Document *profile, const Json *alters,
                          Catalog *catalog);

// ---- prune ----

// Drops resources and loose parameters that nothing refers to and nothing keeps.
void prune_apply(Resolver *resolver, Catalog *catalog);
