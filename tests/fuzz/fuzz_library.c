// SPDX-License-Identifier: Apache-2.0
// The library of frameworks on any documents: a list of catalogs, mapping-collections, profiles,
// initiatives and definitions. What was added can be found and printed, relations name what a
// mapping says, and a conversion gives a package whose catalog the library takes.
#include "baseline/from_initiative.h"
#include "oscal/library.h"
#include "json/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void add_all(Library *library, const Json *list, DiagList *diags)
{
    Str none = {0};
    for (uint32_t i = 0; i < list->count; i++) {
        const Json *json = &list->items[i];
        uint32_t before = diags->errors;
        LibraryOrigin origin = i == 0 ? LIBRARY_SHIPPED : LIBRARY_ADDED;
        bool ok = json_find(json, STR("catalog")) != NULL
                      ? library_add_catalog(library, json, none, origin, diags)
                  : json_find(json, STR("mapping-collection")) != NULL
                      ? library_add_mappings(library, json, STR("x"), diags)
                  : json_find(json, STR("profile")) != NULL
                      ? library_add_profile(library, json, STR("p"), origin, diags)
                      : true;
        ASSERT(ok == (diags->errors == before));
    }
}

static void read_back(Arena *arena, const Library *library)
{
    for (uint32_t f = 0; f < library->framework_count; f++) {
        const LibraryFramework *framework = library->frameworks[f];
        ASSERT(library_find(library, framework->id) == framework);
        for (uint32_t i = 0; i < framework->control_count; i++) {
            const LibraryControl *control = &framework->controls[i];
            ASSERT(control->parent == MAP_NONE || control->parent < framework->control_count);
            ASSERT(control->group == MAP_NONE || control->group < framework->group_count);
            ASSERT(control->id.len == 0 || library_find_control(framework, control->id) != NULL);
            (void)library_control_text(arena, framework, control, STR("statement"));
        }
    }
    for (uint32_t i = 0; i < library->mapping_count; i++) {
        const LibraryMapping *mapping = &library->mappings[i];
        Str none = {0};
        LibraryRelations there;
        LibraryRelations back;
        library_relate(arena, library, mapping->source, mapping->target, none, &there);
        library_relate(arena, library, mapping->target, mapping->source, none, &back);
        ASSERT(there.direct && back.direct && there.count == back.count);
        library_conclude(arena, library, mapping->source, mapping->target, none, &there);
    }
}

static void convert(Arena *arena, const Json *list, DiagList *diags)
{
    const Json **all = NEW_ARRAY(arena, const Json *, list->count + 1U);
    for (uint32_t i = 0; i < list->count; i++) {
        all[i] = &list->items[i];
    }
    for (uint32_t i = 0; i < list->count && i < 4; i++) {
        InitiativeInput input = {
            .initiative = all[i], .definitions = all, .definition_count = list->count};
        InitiativeResult result = {0};
        uint32_t before = diags->errors;
        bool ok = initiative_convert(arena, &input, diags, &result);
        ASSERT(ok == (diags->errors == before));
        if (ok) {
            Library library;
            Str none = {0};
            library_init(&library, arena);
            ASSERT(library_add_catalog(&library, result.catalog, none, LIBRARY_ADDED, diags));
            ASSERT(library.frameworks[0]->control_count == result.control_count);
            ASSERT(result.file_count == 0 || result.file_count == result.rule_count + 5);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    JsonLimits limits = {.bytes_max = 1 << 18, .depth_max = 64, .values_max = 20000};
    Arena arena;
    arena_init(&arena, (size_t)1 << 32);
    DiagList diags;
    diag_init(&diags, &arena, STR("fuzz.json"));
    const Json *json = NULL;
    if (json_read(&arena, (Str){(const char *)data, size}, &limits, &diags, &json) &&
        json_is(json, JSON_ARRAY)) {
        Library library;
        library_init(&library, &arena);
        add_all(&library, json, &diags);
        read_back(&arena, &library);
        convert(&arena, json, &diags);
    }
    arena_free(&arena);
    return 0;
}
