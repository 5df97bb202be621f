// SPDX-License-Identifier: Apache-2.0
// Published catalogs and profiles, where the shared corpus stands beside the checkout; without it
// there is nothing to read, and this says so.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "oscal/profile.h"
#include "oscal/read_text.h"
#include "t.h"
#include "json/read.h"

enum { PACK_BYTES_MAX = 16 << 20 };

// False when there is no such file.
static bool read_pack(Arena *arena, const char *name, Str *ret_bytes)
{
    const char *shared = getenv("DATUM_SHARED");
    char path[512];
    int len = snprintf(path, sizeof(path), "%s/corpus/oscal/packs/%s",
                       shared != NULL ? shared : "../shared", name);
    FILE *file = len > 0 && (size_t)len < sizeof(path) ? fopen(path, "rb") : NULL;
    if (file == NULL) {
        printf("# no %s here\n", name);
        return false;
    }
    char *bytes = NEW_ARRAY(arena, char, PACK_BYTES_MAX);
    size_t count = fread(bytes, 1, PACK_BYTES_MAX, file);
    ASSERT(count < PACK_BYTES_MAX && fclose(file) == 0);
    *ret_bytes = (Str){bytes, count};
    return true;
}

static const Json *parse(Arena *arena, Str bytes, DiagList *diags)
{
    const Json *json = NULL;
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    ASSERT(json_read(arena, bytes, &limits, diags, &json));
    return json;
}

static void print_errors(const DiagList *diags)
{
    for (const Diag *diag = diags->first; diag != NULL; diag = diag->next) {
        if (diag->level == DIAG_ERROR) {
            printf("# %u:%u: %s: %.*s\n", diag->at.line, diag->at.col, diag->code,
                   STR_ARG(diag->text));
        }
    }
}

TEST(published_catalogs_are_read)
{
    static const struct {
        const char *name;
        const char *control;
        uint32_t controls; // with enhancements
    } packs[] = {
        {"mcsb-v1.oscal.json", "ns-1", 86},
        {"nist-800-53r5.0.1.oscal.json", "ac-2.1", 1189},
        {"nist-800-53r5.1.1-HIGH-resolved.oscal.json", "ac-1", 370},
    };
    for (size_t i = 0; i < COUNTOF(packs); i++) {
        Arena arena;
        arena_init(&arena, (size_t)1 << 30);
        DiagList diags;
        diag_init(&diags, &arena, (Str){packs[i].name, strlen(packs[i].name)});
        Str bytes;
        if (read_pack(&arena, packs[i].name, &bytes)) {
            const OscalCatalog *catalog = NULL;
            bool ok = oscal_catalog_read(&arena, parse(&arena, bytes, &diags), &diags, &catalog);
            print_errors(&diags);
            CHECK_ROW(packs[i].name, ok);
            CHECK_ROW(packs[i].name, ok && catalog->control_count == packs[i].controls);
            Str id = {packs[i].control, strlen(packs[i].control)};
            CHECK_ROW(packs[i].name, ok && oscal_catalog_find(catalog, id) != NULL);
        }
        arena_free(&arena);
    }
}

static const OscalCatalog *give(void *ctx, Str href)
{
    (void)href;
    const OscalCatalog **catalog = ctx;
    return *catalog;
}

TEST(a_published_profile_selects_what_it_says)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 30);
    DiagList diags;
    diag_init(&diags, &arena, STR("packs"));
    Str catalog_bytes;
    Str profile_bytes;
    if (read_pack(&arena, "nist-800-53r5.0.1.oscal.json", &catalog_bytes) &&
        read_pack(&arena, "NIST_SP-800-53_rev5_LOW-baseline_profile-min.json", &profile_bytes)) {
        const OscalCatalog *catalog = NULL;
        const OscalProfile *profile = NULL;
        const OscalSelection *selection = NULL;
        CHECK(oscal_catalog_read(&arena, parse(&arena, catalog_bytes, &diags), &diags, &catalog));
        CHECK(oscal_profile_read(&arena, parse(&arena, profile_bytes, &diags), &diags, &profile));
        OscalCatalogs catalogs = {.find = give, .ctx = &catalog};
        bool ok = oscal_profile_resolve(&arena, profile, &catalogs, &diags, &selection);
        print_errors(&diags);
        CHECK(ok);
        CHECK(ok && selection->control_count == 149);
    }
    arena_free(&arena);
}
