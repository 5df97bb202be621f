// SPDX-License-Identifier: Apache-2.0
// mappings/*.json: what each control says in the words of other frameworks.
#include <string.h>

#include "baseline/package.h"

typedef struct RefList {
    FrameworkRef *refs; // gathered for all controls, in order of reading
    uint32_t *control;  // of each
    uint32_t count;
    uint32_t cap;
} RefList;

static void push_ref(Loader *loader, RefList *list, uint32_t control, FrameworkRef ref)
{
    if (list->count == list->cap) {
        uint32_t cap = list->cap == 0 ? 256 : list->cap * 2;
        FrameworkRef *refs = NEW_ARRAY(loader->arena, FrameworkRef, cap);
        uint32_t *controls = NEW_ARRAY(loader->arena, uint32_t, cap);
        if (list->count != 0) {
            memcpy(refs, list->refs, list->count * sizeof(*refs));
            memcpy(controls, list->control, list->count * sizeof(*controls));
        }
        *list = (RefList){refs, controls, list->count, cap};
    }
    list->refs[list->count] = ref;
    list->control[list->count++] = control;
}

static void gather_pairs(Loader *loader, const OscalMapping *mapping, uint32_t framework,
                         RefList *list)
{
    for (uint32_t i = 0; i < mapping->pair_count; i++) {
        const OscalPair *pair = &mapping->pairs[i];
        uint32_t control = map_find(&loader->baseline->control_index, pair->source);
        if (control != MAP_NONE) {
            push_ref(loader, list, control,
                     (FrameworkRef){framework, pair->target, pair->relation});
        } else if (!package_knows_control(loader, pair->source)) {
            diag_error(loader->diags, pair->at, "unknown-control",
                       "the catalog has no control \"%.*s\"", STR_ARG(pair->source));
        }
    }
}

static void share_refs(Loader *loader, const RefList *list)
{
    for (uint32_t c = 0; c < loader->baseline->control_count; c++) {
        uint32_t count = 0;
        for (uint32_t i = 0; i < list->count; i++) {
            count += list->control[i] == c;
        }
        FrameworkRef *refs = NEW_ARRAY(loader->arena, FrameworkRef, count);
        uint32_t filled = 0;
        for (uint32_t i = 0; i < list->count; i++) {
            if (list->control[i] == c) {
                refs[filled++] = list->refs[i];
            }
        }
        loader->controls[c].refs = refs;
        loader->controls[c].ref_count = count;
    }
}

// The frameworks met so far.
typedef struct FrameworkList {
    Map index;
    Framework *frameworks;
    uint32_t cap;
    RefList refs;
} FrameworkList;

static void take_collection(Loader *loader, const OscalMappingCollection *collection,
                            FrameworkList *list)
{
    for (uint32_t i = 0; i < collection->mapping_count; i++) {
        const OscalMapping *mapping = &collection->mappings[i];
        uint32_t framework = map_intern(&list->index, mapping->target_name);
        ARENA_ROOM(loader->arena, list->frameworks, framework, list->cap); // at most one past
        list->frameworks[framework] =
            (Framework){mapping->target_name, mapping->target_title, collection->file};
        gather_pairs(loader, mapping, framework, &list->refs);
    }
}

void package_load_mappings(Loader *loader)
{
    FrameworkList list = {0};
    map_init(&list.index, loader->arena, MAP_EXACT);
    for (uint32_t l = 0; l < loader->level_count; l++) {
        const Str *paths;
        uint32_t count;
        if (!package_list(loader, package_join(loader, loader->levels[l], STR("mappings")), &paths,
                          &count)) {
            return;
        }
        for (uint32_t i = 0; i < count; i++) {
            const Json *json;
            const OscalMappingCollection *collection;
            if (package_read(loader, paths[i], &json) &&
                oscal_mapping_read(loader->arena, json, loader->diags, &collection)) {
                take_collection(loader, collection, &list);
            }
        }
    }
    loader->baseline->frameworks = list.frameworks;
    loader->baseline->framework_count = list.index.count;
    share_refs(loader, &list.refs);
}
