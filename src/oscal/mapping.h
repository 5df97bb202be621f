// SPDX-License-Identifier: Apache-2.0
// mapping — an OSCAL mapping-collection: which of our controls relate to which ids of a framework.
// Depends on: catalog.  Thread-safe: read-only once read.
// Source: OSCAL 1.2.2 mapping model.
#pragma once

#include "oscal/catalog.h"

typedef enum OscalRelation {
    OSCAL_EQUIVALENT_TO,
    OSCAL_EQUAL_TO,
    OSCAL_SUBSET_OF,
    OSCAL_SUPERSET_OF,
    OSCAL_INTERSECTS_WITH,
    OSCAL_NO_RELATIONSHIP
} OscalRelation;
const char *oscal_relation_name(OscalRelation relation);

// One source related to one target; an entry with several of either is several pairs.
typedef struct OscalPair {
    Str source; // control id
    Str target; // id of the framework
    OscalRelation relation;
    Span at;
} OscalPair;

typedef struct OscalMapping {
    Str source_href; // source-resource
    Str source_name; // its prop "framework" (any ns); empty when there is none
    Str source_title;
    Str target_href; // target-resource: what identifies the framework
    Str target_name; // its prop "framework" (any ns), or the href's last segment
    Str target_title;
    const OscalPair *pairs;
    uint32_t pair_count;
    Span at;
} OscalMapping;

typedef struct OscalMappingCollection {
    OscalMetadata metadata;
    Str method; // human, automation, hybrid
    Str rationale;
    Str status;
    Str description; // whose statement it is; empty when not said
    const OscalMapping *mappings;
    uint32_t mapping_count;
    Str file;
} OscalMappingCollection;

// Reads {"mapping-collection": {…}}; everything wrong is a diagnostic with its place.
MUST_USE bool oscal_mapping_read(Arena *arena, const Json *json, DiagList *diags,
                                 const OscalMappingCollection **ret_collection);
