// SPDX-License-Identifier: Apache-2.0
// tree — the groups and controls of a catalog as nodes that can be picked, moved and altered, over
// the JSON they were read from. Everything else of a control stays JSON, as written.
// Depends on: json, diag.  Not thread-safe.  Used by the resolver only.
#pragma once

#include "base/diag.h"
#include "base/map.h"
#include "json/json.h"

typedef struct SetBy {
    Str document;
    Span at;
} SetBy;

typedef struct Param {
    Str id;
    Json json;
    const SetBy *set; // the profile that gave it its values; NULL = the catalog's own
    Str document;     // where it was written: a catalog, or a profile that adds it
    bool keep;        // named by a modification: never pruned
} Param;

// What an alteration did to a control: copies of the control share what was done before.
typedef struct Touch {
    uint32_t event; // index in Resolver.events
    const struct Touch *earlier;
} Touch;

typedef enum NodeKind { NODE_CATALOG, NODE_GROUP, NODE_CONTROL } NodeKind;

typedef struct Node Node;
struct Node {
    NodeKind kind;
    uint32_t index; // in Catalog.nodes
    Str id;         // may be empty for groups
    Json json;      // an object: every member but params, groups, controls
    Param *params;
    uint32_t param_count;
    uint32_t param_cap;
    Node *parent;
    Node *first;
    Node *last;
    Node *next;
    const Touch *touch; // the last one
    Str document;       // the catalog it came from
    Span at;
};

// A catalog, read or resolved.
typedef struct Catalog {
    Node *root;
    Node **nodes; // root first, then depth first
    uint32_t node_count;
    const Json **resources; // of the back-matter
    uint32_t resource_count;
    const Json *metadata; // never NULL
    Str uuid;
    Str document;
} Catalog;

// What one resolution counts and where it reports.
typedef struct Budget {
    Arena *arena;
    DiagList *diags;
    uint64_t objects_left; // nodes and parameters
    uint64_t steps_left;   // values moved
    bool spent;            // a limit was passed and reported
} Budget;

// Takes from a budget; false and an error "limit" (once) when it is spent.
MUST_USE bool budget_take_objects(Budget *budget, uint64_t count);
MUST_USE bool budget_take_steps(Budget *budget, uint64_t count);

// Reads the object under "catalog". False after errors: a list that is none, a control without id.
MUST_USE bool tree_read(Budget *budget, const Json *catalog, Str document, Catalog *ret_catalog);

// Numbers the nodes below root, depth first, and fills nodes and node_count.
void tree_number(Arena *arena, Catalog *catalog);

Node *tree_new(Budget *budget, NodeKind kind);
Node *tree_copy(Budget *budget, const Node *node); // without parent and children
void tree_append(Node *parent, Node *child);

// Leaves the node without children; returns the first of them, still linked to the others.
Node *tree_take_children(Node *node);

// Appends params to the node's; those whose id is there already too.
void tree_push_params(Budget *budget, Node *node, const Param *params, uint32_t count);

// The node that follows in depth-first order; NULL at the end of root's tree.
Node *tree_next(const Node *root, Node *node);

// Puts groups and controls in the order a document has them in, so that a result imported at once
// and one that was written and read again are the same.
void tree_order(Node *root);

// The tree as the object that stands under "catalog"; metadata and back-matter are not in it.
Json tree_print(Arena *arena, const Node *root);

// ---- objects that are changed ----

// A list member of an object, or NULL: absent, or after a diagnostic "wrong-type".
const Json *tree_list(Budget *budget, const Json *object, Str key);

// Puts value under key: in place of what is there, or where OSCAL's order wants it.
void json_set(Arena *arena, Json *object, Str key, Json value);
void json_drop(Arena *arena, Json *object, Str key);

// Inserts the items of a list before position at (UINT32_MAX = the end) of the list under key.
void json_splice(Arena *arena, Json *object, Str key, uint32_t at, const Json *items);

// Does the object carry the property keep=always?
bool json_keeps(const Json *object);
