// SPDX-License-Identifier: Apache-2.0
#include "oscal/mapping.h"

#include "oscal/field.h"

static const Str relation_names[] = {
    [OSCAL_EQUIVALENT_TO] = STR_INIT("equivalent-to"),
    [OSCAL_EQUAL_TO] = STR_INIT("equal-to"),
    [OSCAL_SUBSET_OF] = STR_INIT("subset-of"),
    [OSCAL_SUPERSET_OF] = STR_INIT("superset-of"),
    [OSCAL_INTERSECTS_WITH] = STR_INIT("intersects-with"),
    [OSCAL_NO_RELATIONSHIP] = STR_INIT("no-relationship"),
};

const char *oscal_relation_name(OscalRelation relation)
{
    ASSERT((size_t)relation < COUNTOF(relation_names));
    return relation_names[relation].ptr;
}

static OscalRelation read_relation(OscalReader *reader, const Json *json)
{
    Str text = oscal_required(reader, json, STR("a map"), STR("relationship"));
    for (size_t i = 0; i < COUNTOF(relation_names); i++) {
        if (str_eq(text, relation_names[i])) {
            return (OscalRelation)i;
        }
    }
    if (text.len != 0) {
        diag_error(reader->diags, json->at, "bad-value",
                   "\"%.*s\" is no relationship; known: equivalent-to, equal-to, subset-of, "
                   "superset-of, intersects-with, no-relationship",
                   STR_ARG(text));
    }
    return OSCAL_NO_RELATIONSHIP;
}

// The ids of "sources" or "targets".
static const Str *read_items(OscalReader *reader, const Json *json, Str key, uint32_t *ret_count)
{
    *ret_count = 0;
    const Json *array = oscal_array(reader, json, key);
    if (array == NULL) {
        diag_error(reader->diags, json->at, "missing-member", "a map needs \"%.*s\"", STR_ARG(key));
        return NULL;
    }
    Str *ids = NEW_ARRAY(reader->arena, Str, array->count);
    for (uint32_t i = 0; i < array->count; i++) {
        const Json *item = &array->items[i];
        oscal_check_object(reader, item, STR("a mapped item"), " type id-ref props links remarks ");
        ids[i] = oscal_required(reader, item, STR("a mapped item"), STR("id-ref"));
        oscal_required(reader, item, STR("a mapped item"), STR("type"));
    }
    *ret_count = array->count;
    return ids;
}

static void read_pairs(OscalReader *reader, const Json *json, OscalMapping *mapping)
{
    const Json *maps = oscal_array(reader, json, STR("maps"));
    if (maps == NULL) {
        diag_error(reader->diags, json->at, "missing-member", "a mapping needs \"maps\"");
        return;
    }
    OscalList pairs = {0};
    for (uint32_t i = 0; i < maps->count; i++) {
        const Json *map = &maps->items[i];
        oscal_check_object(reader, map, STR("a map"),
                           " uuid ns matching-rationale relationship sources targets qualifiers "
                           "confidence-score coverage props links remarks ");
        oscal_required(reader, map, STR("a map"), STR("uuid"));
        OscalRelation relation = read_relation(reader, map);
        uint32_t source_count;
        uint32_t target_count;
        const Str *sources = read_items(reader, map, STR("sources"), &source_count);
        const Str *targets = read_items(reader, map, STR("targets"), &target_count);
        for (uint32_t s = 0; s < source_count; s++) {
            for (uint32_t t = 0; t < target_count; t++) {
                OscalPair *pair = NEW(reader->arena, OscalPair);
                *pair = (OscalPair){sources[s], targets[t], relation, map->at};
                oscal_push(reader->arena, &pairs, pair);
            }
        }
    }
    OscalPair *flat = NEW_ARRAY(reader->arena, OscalPair, pairs.count);
    for (uint32_t i = 0; i < pairs.count; i++) {
        flat[i] = *(const OscalPair *)pairs.items[i];
    }
    mapping->pairs = flat;
    mapping->pair_count = pairs.count;
}

static Str last_segment(Str href)
{
    for (size_t i = href.len; i > 0; i--) {
        if (href.ptr[i - 1] == '/') {
            return (Str){href.ptr + i, href.len - i};
        }
    }
    return href;
}

static const Json *read_resource(OscalReader *reader, const Json *json, Str key)
{
    const Json *resource = json_find(json, key);
    if (resource == NULL) {
        diag_error(reader->diags, json->at, "missing-member", "a mapping needs \"%.*s\"",
                   STR_ARG(key));
        return NULL;
    }
    oscal_check_object(reader, resource, key, " ns type href props links remarks ");
    return resource;
}

// The props "framework" and "title" of a resource, where it has them.
static void read_names(OscalReader *reader, const Json *resource, Str *name, Str *title)
{
    uint32_t count;
    const OscalProp *props = oscal_props(reader, resource, &count);
    for (uint32_t i = 0; i < count; i++) {
        if (str_eq(props[i].name, STR("framework"))) {
            *name = props[i].value;
        } else if (str_eq(props[i].name, STR("title"))) {
            *title = props[i].value;
        }
    }
}

static void read_mapping(OscalReader *reader, const Json *json, OscalMapping *mapping)
{
    oscal_check_object(reader, json, STR("a mapping"),
                       " uuid method matching-rationale status source-resource target-resource "
                       "maps props links remarks mapping-description source-gap-summary "
                       "target-gap-summary confidence-score coverage ");
    mapping->at = json->at;
    const Json *source = read_resource(reader, json, STR("source-resource"));
    const Json *target = read_resource(reader, json, STR("target-resource"));
    if (source != NULL) {
        mapping->source_href = oscal_required(reader, source, STR("a resource"), STR("href"));
        read_names(reader, source, &mapping->source_name, &mapping->source_title);
    }
    if (target != NULL) {
        mapping->target_href = oscal_required(reader, target, STR("a resource"), STR("href"));
        mapping->target_name = last_segment(mapping->target_href);
        mapping->target_title = mapping->target_name;
        read_names(reader, target, &mapping->target_name, &mapping->target_title);
    }
    read_pairs(reader, json, mapping);
}

bool oscal_mapping_read(Arena *arena, const Json *json, DiagList *diags,
                        const OscalMappingCollection **ret_collection)
{
    uint32_t errors_before = diags->errors;
    OscalReader reader = {.arena = arena, .diags = diags};
    const Json *document = oscal_document(&reader, json, STR("mapping-collection"));
    if (document == NULL) {
        return false;
    }
    OscalMappingCollection *collection = NEW(arena, OscalMappingCollection);
    oscal_check_object(&reader, document, STR("a mapping-collection"),
                       " uuid metadata provenance mappings back-matter ");
    oscal_metadata(&reader, document, &collection->metadata);
    const Json *provenance = json_find(document, STR("provenance"));
    if (provenance == NULL) {
        diag_error(diags, document->at, "missing-member",
                   "a mapping-collection needs \"provenance\"");
    } else {
        Str what = STR("provenance");
        oscal_check_object(&reader, provenance, what,
                           " method matching-rationale status confidence-score coverage "
                           "mapping-description responsible-parties props links remarks ");
        collection->method = oscal_required(&reader, provenance, what, STR("method"));
        collection->rationale = oscal_text(&reader, provenance, STR("matching-rationale"));
        collection->status = oscal_required(&reader, provenance, what, STR("status"));
        collection->description = oscal_text(&reader, provenance, STR("mapping-description"));
    }
    const Json *mappings = oscal_array(&reader, document, STR("mappings"));
    if (mappings == NULL) {
        diag_error(diags, document->at, "missing-member",
                   "a mapping-collection needs \"mappings\"");
        return false;
    }
    OscalMapping *list = NEW_ARRAY(arena, OscalMapping, mappings->count);
    for (uint32_t i = 0; i < mappings->count; i++) {
        read_mapping(&reader, &mappings->items[i], &list[i]);
    }
    collection->mappings = list;
    collection->mapping_count = mappings->count;
    collection->file = diags->file;
    if (diags->errors != errors_before) {
        return false;
    }
    *ret_collection = collection;
    return true;
}
