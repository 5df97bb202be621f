// SPDX-License-Identifier: Apache-2.0
// The mappings that are shipped: every id they name is a control of the shipped catalog it belongs
// to, and every collection says whose statement it is.
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "oscal/catalog.h"
#include "oscal/check.h"
#include "oscal/mapping.h"
#include "oscal/read_text.h"
#include "t.h"
#include "json/read.h"

#define FRAMEWORKS "content/frameworks"
#define CROSS_WALKS FRAMEWORKS "/mappings"
#define BASELINE "content/baselines/power-platform"
enum { FILE_BYTES_MAX = 8 << 20, NAMES_MAX = 64, DESCRIPTION_BYTES_MIN = 60 };

// What is mapped to without a catalog of ours.
static const char *const elsewhere[] = {"scuba-entra", "scuba-power-platform"};

static bool is_elsewhere(Str framework)
{
    for (size_t i = 0; i < COUNTOF(elsewhere); i++) {
        if (str_eq(framework, str_from_cstr(elsewhere[i]))) {
            return true;
        }
    }
    return false;
}

// ---- what can be wrong with a pair ----

static const char *end_flaw(const OscalCatalog *catalog, Str id)
{
    const OscalControl *control = oscal_catalog_find(catalog, id);
    if (control == NULL) {
        return "no such control";
    }
    const OscalProp *status =
        oscal_prop_find(control->props, control->prop_count, STR(""), STR("status"));
    bool gone = status != NULL && str_eq(status->value, STR("withdrawn"));
    return gone ? "a withdrawn control" : NULL;
}

// NULL = none. target NULL = no catalog to look it up in. seen: the pairs before this one.
static const char *pair_flaw(const OscalPair *pair, const OscalCatalog *source,
                             const OscalCatalog *target, Map *seen)
{
    char key[256];
    int len = snprintf(key, sizeof key, "%.*s %.*s", STR_ARG(pair->source), STR_ARG(pair->target));
    ASSERT(len > 0 && (size_t)len < sizeof key);
    uint32_t before = seen->count;
    if (map_intern(seen, (Str){key, (size_t)len}) != before) {
        return "said twice";
    }
    const char *flaw = end_flaw(source, pair->source);
    return flaw != NULL || target == NULL ? flaw : end_flaw(target, pair->target);
}

#define META                                                                                       \
    "'uuid':'cea33205-fb53-517b-8318-cd1ed987c255','metadata':{'title':'t','version':'1',"         \
    "'last-modified':'2026-01-01T00:00:00Z','oscal-version':'1.2.2'}"
#define STATEMENT(id) "'parts':[{'id':'" id "_smt','name':'statement','prose':'Doors are locked.'}]"

static const char two_controls[] =
    "{'catalog':{" META ",'controls':[{'id':'a-1','title':'A'," STATEMENT(
        "a-1") "},"
               "{'id':'a-2','title':'B','props':[{'name':'status','value':'withdrawn'}]}]}}";

TEST(a_pair_that_hangs_in_the_air_is_seen)
{
    static const struct {
        OscalPair pair;
        const char *flaw; // NULL = none
    } rows[] = {
        {{.source = STR_INIT("a-1"), .target = STR_INIT("a-3")}, "no such control"},
        {{.source = STR_INIT("a-9"), .target = STR_INIT("a-1")}, "no such control"},
        {{.source = STR_INIT("a-1"), .target = STR_INIT("a-2")}, "a withdrawn control"},
        {{.source = STR_INIT("a-2"), .target = STR_INIT("a-1")}, "a withdrawn control"},
        {{.source = STR_INIT("a-1"), .target = STR_INIT("a-1")}, NULL},
        {{.source = STR_INIT("a-1"), .target = STR_INIT("a-1")}, "said twice"},
    };
    Arena arena;
    arena_init(&arena, (size_t)1 << 24);
    DiagList diags;
    diag_init(&diags, &arena, STR("fixture"));
    const OscalCatalog *catalog = NULL;
    ASSERT(oscal_catalog_read(&arena, read_text(&arena, two_controls), &diags, &catalog));
    Map seen;
    map_init(&seen, &arena, MAP_EXACT);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        const char *flaw = pair_flaw(&rows[i].pair, catalog, catalog, &seen);
        const char *row = rows[i].flaw != NULL ? rows[i].flaw : "nothing wrong";
        CHECK_ROW(row, (flaw == NULL) == (rows[i].flaw == NULL));
        CHECK_ROW(row, flaw == NULL || rows[i].flaw == NULL || strcmp(flaw, rows[i].flaw) == 0);
    }
    arena_free(&arena);
}

// ---- the shipped ones ----

typedef struct Shelf {
    Arena arena;
    DiagList diags;
    Map index; // framework → catalogs
    const OscalCatalog *catalogs[NAMES_MAX];
    const OscalCatalog *baseline; // of the shipped baseline; NULL = not read
} Shelf;

static const Json *read_json(Shelf *shelf, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return NULL;
    }
    char *bytes = NEW_ARRAY(&shelf->arena, char, FILE_BYTES_MAX);
    size_t len = fread(bytes, 1, FILE_BYTES_MAX, file);
    ASSERT(len < FILE_BYTES_MAX && fclose(file) == 0);
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    const Json *json = NULL;
    diag_init(&shelf->diags, &shelf->arena, str_from_cstr(path));
    return json_read(&shelf->arena, (Str){bytes, len}, &limits, &shelf->diags, &json) ? json : NULL;
}

// The catalog of a shipped framework, read once; NULL = there is none.
static const OscalCatalog *find_catalog(Shelf *shelf, Str framework)
{
    uint32_t known = map_find(&shelf->index, framework);
    if (known != MAP_NONE) {
        return shelf->catalogs[known];
    }
    char path[256];
    (void)snprintf(path, sizeof path, FRAMEWORKS "/%.*s.json", STR_ARG(framework));
    uint32_t at = map_intern(&shelf->index, framework);
    ASSERT(at < NAMES_MAX);
    const Json *json = read_json(shelf, path);
    if (json != NULL &&
        !oscal_catalog_read(&shelf->arena, json, &shelf->diags, &shelf->catalogs[at])) {
        shelf->catalogs[at] = NULL;
    }
    return shelf->catalogs[at];
}

static void check_pairs(Shelf *shelf, const char *path, const OscalMapping *mapping,
                        const OscalCatalog *source, const OscalCatalog *target)
{
    Map seen;
    map_init(&seen, &shelf->arena, MAP_EXACT);
    CHECK_ROW(path, mapping->pair_count > 0);
    for (uint32_t i = 0; i < mapping->pair_count; i++) {
        const OscalPair *pair = &mapping->pairs[i];
        const char *flaw = pair_flaw(pair, source, target, &seen);
        CHECK_ROW(path, flaw == NULL);
        if (flaw != NULL) {
            printf("# %s:%u: %.*s to %.*s: %s\n", path, pair->at.line, STR_ARG(pair->source),
                   STR_ARG(pair->target), flaw);
        }
    }
}

static const OscalMappingCollection *read_collection(Shelf *shelf, const char *path)
{
    const OscalMappingCollection *collection = NULL;
    const Json *json = read_json(shelf, path);
    OscalCheck check = {0};
    bool ok = json != NULL && oscal_check(&shelf->arena, json, &shelf->diags, &check) &&
              oscal_mapping_read(&shelf->arena, json, &shelf->diags, &collection) &&
              shelf->diags.count == 0;
    CHECK_ROW(path, ok);
    CHECK_ROW(path, !ok || collection->description.len >= DESCRIPTION_BYTES_MIN);
    return ok ? collection : NULL;
}

// A cross-walk A--B.json relates the catalogs ../A.json and ../B.json.
static void check_cross_walk(Shelf *shelf, const char *path, const char *name)
{
    const OscalMappingCollection *collection = read_collection(shelf, path);
    CHECK_ROW(path, collection == NULL || collection->mapping_count == 1);
    if (collection == NULL || collection->mapping_count != 1) {
        return;
    }
    const OscalMapping *mapping = &collection->mappings[0];
    char wanted[256];
    (void)snprintf(wanted, sizeof wanted, "%.*s--%.*s.json", STR_ARG(mapping->source_name),
                   STR_ARG(mapping->target_name));
    CHECK_ROW(path, strcmp(wanted, name) == 0);
    (void)snprintf(wanted, sizeof wanted, "../%.*s.json", STR_ARG(mapping->source_name));
    CHECK_ROW(path, str_eq(mapping->source_href, str_from_cstr(wanted)));
    (void)snprintf(wanted, sizeof wanted, "../%.*s.json", STR_ARG(mapping->target_name));
    CHECK_ROW(path, str_eq(mapping->target_href, str_from_cstr(wanted)));
    const OscalCatalog *source = find_catalog(shelf, mapping->source_name);
    const OscalCatalog *target = find_catalog(shelf, mapping->target_name);
    CHECK_ROW(path, source != NULL && target != NULL);
    if (source != NULL && target != NULL) {
        check_pairs(shelf, path, mapping, source, target);
    }
}

static void check_baseline_mapping(Shelf *shelf, const char *path, const char *name)
{
    (void)name;
    const OscalMappingCollection *collection = read_collection(shelf, path);
    for (uint32_t i = 0; collection != NULL && i < collection->mapping_count; i++) {
        const OscalMapping *mapping = &collection->mappings[i];
        const OscalCatalog *target = find_catalog(shelf, mapping->target_name);
        CHECK_ROW(path, (target == NULL) == is_elsewhere(mapping->target_name));
        CHECK_ROW(path, mapping->target_title.len > 0);
        check_pairs(shelf, path, mapping, shelf->baseline, target);
    }
}

// Calls check for every .json of the folder; how many there were.
static uint32_t each_file(Shelf *shelf, const char *folder,
                          void (*check)(Shelf *, const char *path, const char *name))
{
    uint32_t count = 0;
    DIR *open = opendir(folder);
    for (struct dirent *entry; open != NULL && (entry = readdir(open)) != NULL;) {
        if (str_ends(str_from_cstr(entry->d_name), STR(".json"))) {
            char path[512];
            (void)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
            check(shelf, path, entry->d_name);
            count++;
        }
    }
    if (open != NULL) {
        closedir(open);
    }
    return count;
}

static void shelf_init(Shelf *shelf)
{
    *shelf = (Shelf){0};
    arena_init(&shelf->arena, (size_t)4 << 30);
    map_init(&shelf->index, &shelf->arena, MAP_EXACT);
}

TEST(no_cross_walk_dangles)
{
    Shelf shelf;
    shelf_init(&shelf);
    CHECK(each_file(&shelf, CROSS_WALKS, check_cross_walk) == 18);
    arena_free(&shelf.arena);
}

TEST(no_mapping_of_the_baseline_dangles)
{
    Shelf shelf;
    shelf_init(&shelf);
    const Json *json = read_json(&shelf, BASELINE "/catalog.json");
    ASSERT(json != NULL);
    ASSERT(oscal_catalog_read(&shelf.arena, json, &shelf.diags, &shelf.baseline));
    CHECK(each_file(&shelf, BASELINE "/mappings", check_baseline_mapping) == 13);
    arena_free(&shelf.arena);
}
