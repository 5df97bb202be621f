// SPDX-License-Identifier: Apache-2.0
// The OSCAL readers on any document: they end, they say something when they refuse, and what a
// catalog holds can be found again by its id. A profile is resolved over the catalog beside it.
#include "oscal/check.h"
#include "oscal/mapping.h"
#include "oscal/profile.h"
#include "json/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const OscalCatalog *give(void *ctx, Str href)
{
    const OscalCatalog **catalog = ctx;
    (void)href;
    return *catalog;
}

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
    static const char small[] =
        "{\"catalog\":{\"uuid\":\"u\",\"metadata\":{\"title\":\"t\",\"version\":\"1\","
        "\"last-modified\":\"x\",\"oscal-version\":\"1.2.2\"},\"controls\":[{\"id\":\"a-1\","
        "\"title\":\"A\",\"params\":[{\"id\":\"p\"}],\"parts\":[{\"name\":\"statement\"}],"
        "\"controls\":[{\"id\":\"a-1.1\",\"title\":\"B\"}]}]}}";
    JsonLimits limits = {.bytes_max = 1 << 20, .depth_max = 64, .values_max = 100000};
    Arena arena;
    arena_init(&arena, (size_t)1 << 30);
    DiagList diags;
    diag_init(&diags, &arena, STR("fuzz.json"));
    const Json *json = NULL;
    const Json *small_json = NULL;
    const OscalCatalog *catalog = NULL;
    ASSERT(json_read(&arena, (Str){small, sizeof(small) - 1}, &limits, &diags, &small_json));
    ASSERT(oscal_catalog_read(&arena, small_json, &diags, &catalog));
    if (json_read(&arena, (Str){(const char *)data, size}, &limits, &diags, &json)) {
        const OscalProfile *profile = NULL;
        const OscalSelection *selection = NULL;
        const OscalMappingCollection *collection = NULL;
        uint32_t before = diags.errors;
        bool ok = oscal_profile_read(&arena, json, &diags, &profile);
        ASSERT(ok == (diags.errors == before));
        if (ok) {
            OscalCatalogs catalogs = {.find = give, .ctx = &catalog};
            before = diags.errors;
            ok = oscal_profile_resolve(&arena, profile, &catalogs, &diags, &selection);
            ASSERT(ok == (diags.errors == before));
        }
        OscalCheck check = {0};
        before = diags.errors;
        ok = oscal_check(&arena, json, &diags, &check);
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
