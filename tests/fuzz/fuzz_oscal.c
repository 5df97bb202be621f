// SPDX-License-Identifier: Apache-2.0
// The OSCAL readers on any document: they end, they say something when they refuse, and what a
// catalog holds can be found again by its id.
#include "oscal/check.h"
#include "oscal/mapping.h"
#include "json/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_catalog(const OscalCatalog *catalog)
{
    for (uint32_t i = 0; i < catalog->control_count; i++) {
        ASSERT(oscal_catalog_find(catalog, catalog->controls[i]->id) == catalog->controls[i]);
    }
    for (uint32_t i = 0; i < catalog->param_count; i++) {
        ASSERT(oscal_catalog_find_param(catalog, catalog->params[i]->id) == catalog->params[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    JsonLimits limits = {.bytes_max = 1 << 20, .depth_max = 64, .values_max = 100000};
    Arena arena;
    arena_init(&arena, (size_t)1 << 30);
    DiagList diags;
    diag_init(&diags, &arena, STR("fuzz.json"));
    const Json *json = NULL;
    const OscalCatalog *catalog = NULL;
    if (json_read(&arena, (Str){(const char *)data, size}, &limits, &diags, &json)) {
        const OscalMappingCollection *collection = NULL;
        uint32_t before = diags.errors;
        OscalCheck check = {0};
        bool ok = oscal_check(&arena, json, &diags, &check);
        ASSERT(ok == (diags.errors == before));
        before = diags.errors;
        ok = oscal_mapping_read(&arena, json, &diags, &collection);
        ASSERT(ok == (diags.errors == before));
        before = diags.errors;
        ok = oscal_catalog_read(&arena, json, &diags, &catalog);
        ASSERT(ok == (diags.errors == before));
        if (ok) {
            check_catalog(catalog);
        }
    }
    arena_free(&arena);
    return 0;
}
