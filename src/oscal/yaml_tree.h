// SPDX-License-Identifier: Apache-2.0
// yaml_tree — values, collections, anchors and aliases, as they come, become a tree.
// Depends on: model, plain.  Not thread-safe. Private to yaml.
#pragma once

#include "base/buf.h"
#include "base/diag.h"
#include "base/map.h"
#include "oscal/model.h"

typedef struct YamlScalar {
    Str text;
    Str tag; // empty: none
    bool is_plain;
    Span at;
} YamlScalar;

typedef struct YamlAnchor YamlAnchor;
typedef struct YamlFrame YamlFrame;

typedef struct YamlTree {
    Arena *arena;
    Arena scratch;
    const JsonLimits *limits;
    DiagList *diags;
    Model model;
    YamlFrame *frames; // open collections
    uint32_t depth;
    uint32_t depth_max;
    Buf kids; // JsonMember: children of all open collections, innermost last
    Map anchor_names;
    YamlAnchor *anchors;
    uint32_t anchor_count;
    uint32_t anchor_cap;
    uint32_t values;
    uint32_t alias_values; // that aliases repeated
    uint32_t alias_values_max;
    Json root;
    bool has_root;
    Span at; // of what comes next
} YamlTree;

void yaml_tree_init(YamlTree *tree, Arena *arena, const JsonLimits *limits,
                    uint32_t alias_values_max, DiagList *diags);
void yaml_tree_free(YamlTree *tree);

// The next value or key, or the end of the innermost collection, at tree->at. anchor, tag: empty =
// none. False: there is no going on.
bool yaml_tree_scalar(YamlTree *tree, const YamlScalar *scalar, Str anchor);
bool yaml_tree_alias(YamlTree *tree, Str anchor);
bool yaml_tree_open(YamlTree *tree, JsonType type, Str tag, Str anchor);
void yaml_tree_close(YamlTree *tree);
