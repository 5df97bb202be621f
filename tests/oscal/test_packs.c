// SPDX-License-Identifier: Apache-2.0
// Published catalogs and profiles, where the shared corpus stands beside the checkout; without it
// there is nothing to read, and this says so.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "oscal/catalog.h"
#include "oscal/check.h"
#include "oscal/read_text.h"
#include "oscal/resolve.h"
#include "t.h"
#include "json/read.h"
#include "json/write.h"

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

// ---- the documents as they are written ----

static bool give_pack(void *ctx, Arena *arena, Str href, Str *ret_bytes, Err *err)
{
    (void)ctx;
    bool is_profile = str_ends(href, STR("profile-min.json"));
    const char *name = NULL;
    bool ok = str_to_cstr(arena, is_profile ? href : STR("nist-800-53r5.0.1.oscal.json"), &name) &&
              read_pack(arena, name, ret_bytes);
    return ok || err_set(err, ERR_NO_INPUT, (Span){0, 0}, "no such pack");
}

static uint32_t count_controls(const Json *json)
{
    uint32_t count = 0;
    const Json *controls = json_find(json, STR("controls"));
    for (uint32_t i = 0; controls != NULL && i < controls->count; i++) {
        count += 1 + count_controls(&controls->items[i]);
    }
    const Json *groups = json_find(json, STR("groups"));
    for (uint32_t i = 0; groups != NULL && i < groups->count; i++) {
        count += count_controls(&groups->items[i]);
    }
    return count;
}

TEST(published_baselines_resolve_to_their_number_of_controls)
{
    static const struct {
        const char *name;
        uint32_t controls;
    } rows[] = {
        {"NIST_SP-800-53_rev5_LOW-baseline_profile-min.json", 149},
        {"NIST_SP-800-53_rev5_MODERATE-baseline_profile-min.json", 287},
        {"NIST_SP-800-53_rev5_HIGH-baseline_profile-min.json", 370},
        {"NIST_SP-800-53_rev5_PRIVACY-baseline_profile-min.json", 96},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Arena arena;
        arena_init(&arena, (size_t)1 << 30);
        DiagList diags;
        diag_init(&diags, &arena, STR("packs"));
        Str bytes;
        OscalDocuments documents = {.read = give_pack};
        OscalResolveOptions options = {.limits = OSCAL_RESOLVE_LIMITS_DEFAULT,
                                       .now = STR("2026-01-01T00:00:00Z"),
                                       .tool = STR("test")};
        OscalResolved resolved = {0};
        if (read_pack(&arena, rows[i].name, &bytes)) {
            bool ok = oscal_resolve(&arena, str_from_cstr(rows[i].name), &documents, &options,
                                    &diags, &resolved);
            print_errors(&diags);
            CHECK_ROW(rows[i].name, ok);
            uint32_t count = ok ? count_controls(json_find(resolved.json, STR("catalog"))) : 0;
            CHECK_ROW(rows[i].name, count == rows[i].controls);
        }
        arena_free(&arena);
    }
}

TEST(reading_and_writing_loses_nothing_and_the_check_passes)
{
    static const struct {
        const char *name;
        bool valid; // older NIST catalogs have depends-on, which 1.2 deprecates as an error
    } rows[] = {
        {"mcsb-v1.oscal.json", true},
        {"nist-csf-2.0.oscal.json", true},
        {"nist-800-53r5.1.1-HIGH-resolved.oscal.json", true},
        {"nist-800-53r5.0.1.oscal.json", false},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Arena arena;
        arena_init(&arena, (size_t)1 << 30);
        DiagList diags;
        diag_init(&diags, &arena, STR("packs"));
        Str bytes;
        if (read_pack(&arena, rows[i].name, &bytes)) {
            const Json *json = parse(&arena, bytes, &diags);
            Buf text = {0};
            json_write_pretty(&text, json);
            CHECK_ROW(rows[i].name, json_equal(json, parse(&arena, buf_str(&text), &diags)));
            OscalCheck check = {0};
            bool ok = oscal_check(&arena, json, &diags, &check);
            CHECK_ROW(rows[i].name, ok == rows[i].valid);
            CHECK_ROW(rows[i].name, ok || has_diag(&diags, "expectation", "no depends-on"));
            buf_free(&text);
        }
        arena_free(&arena);
    }
}
