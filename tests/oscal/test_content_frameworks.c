// SPDX-License-Identifier: Apache-2.0
// The frameworks that are shipped: how many controls each has, and that every one says something.
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "oscal/catalog.h"
#include "oscal/check.h"
#include "oscal/read_text.h"
#include "oscal/resolve.h"
#include "t.h"
#include "json/read.h"

#define ROOT "content/frameworks"
#define NS STR("urn:datumline:ns:oscal")
enum { FILE_BYTES_MAX = 16 << 20, PROSE_BYTES_MIN = 20 };

static const struct {
    const char *id;
    uint32_t controls; // nested and withdrawn ones included
    uint32_t withdrawn;
    uint32_t groups; // nested ones included
    bool preview;
} frameworks[] = {
    {"21cfr11", 31, 0, 3, false},
    {"attack-enterprise", 484, 0, 14, false},
    {"cis-controls-8", 153, 0, 18, false},
    {"eu-gmp-annex11", 17, 0, 3, false},
    {"gdpr", 45, 0, 4, false},
    {"hipaa-security-rule", 78, 0, 5, false},
    {"iso-27001-2022", 123, 0, 5, false},
    {"mcsb-v1", 86, 0, 12, false},
    {"mcsb-v2", 81, 0, 12, true},
    {"nist-800-53r5", 1189, 182, 20, false},
    {"nist-csf-2.0", 219, 91, 6, false},
    {"pci-dss-4", 250, 0, 15, false},
    {"soc2-2017", 61, 0, 20, false},
};

static const struct {
    const char *name;
    uint32_t controls;
} profiles[] = {
    {"cis-controls-8-ig1", 56},    {"cis-controls-8-ig2", 130},     {"cis-controls-8-ig3", 153},
    {"nist-800-53r5-low", 149},    {"nist-800-53r5-moderate", 287}, {"nist-800-53r5-high", 370},
    {"nist-800-53r5-privacy", 96},
};

static bool read_file(Arena *arena, const char *path, Str *ret_bytes)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return false;
    }
    char *bytes = NEW_ARRAY(arena, char, FILE_BYTES_MAX);
    size_t len = fread(bytes, 1, FILE_BYTES_MAX, file);
    ASSERT(len < FILE_BYTES_MAX && fclose(file) == 0);
    *ret_bytes = (Str){bytes, len};
    return true;
}

static void print_diags(const DiagList *diags)
{
    for (const Diag *diag = diags->first; diag != NULL; diag = diag->next) {
        printf("# %.*s:%u:%u: %s: %.*s\n", STR_ARG(diag->file), diag->at.line, diag->at.col,
               diag->code, STR_ARG(diag->text));
    }
}

// A shipped catalog with its tree; false when it cannot be read at all.
static bool open_catalog(Arena *arena, const char *id, DiagList *diags, const Json **ret_json,
                         const OscalCatalog **ret_catalog)
{
    char path[256];
    Str bytes;
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    (void)snprintf(path, sizeof path, ROOT "/%s.json", id);
    return read_file(arena, path, &bytes) && json_read(arena, bytes, &limits, diags, ret_json) &&
           oscal_catalog_read(arena, *ret_json, diags, ret_catalog);
}

// ---- what a control must say ----

static bool is_withdrawn(const OscalControl *control)
{
    const OscalProp *status =
        oscal_prop_find(control->props, control->prop_count, STR(""), STR("status"));
    return status != NULL && str_eq(status->value, STR("withdrawn"));
}

static bool is_sentence(const OscalPart *part)
{
    return part != NULL && part->prose.len >= PROSE_BYTES_MIN && str_ends(part->prose, STR("."));
}

// NULL = none.
static const char *find_flaw(const OscalControl *control)
{
    const OscalPart *statement =
        oscal_part_find(control->parts, control->part_count, STR("statement"));
    if (oscal_prop_find(control->props, control->prop_count, STR(""), STR("label")) == NULL) {
        return "no printed form";
    }
    if (oscal_prop_find(control->props, control->prop_count, STR(""), STR("sort-id")) == NULL) {
        return "no place in the order";
    }
    if (is_withdrawn(control)) {
        return statement != NULL ? "withdrawn, and still says something" : NULL;
    }
    return is_sentence(statement) ? NULL : "no sentence";
}

#define CONTROL(props, parts)                                                                      \
    "{'catalog':{'uuid':'cea33205-fb53-517b-8318-cd1ed987c255','metadata':{'title':'t','version':" \
    "'1','last-modified':'2026-01-01T00:00:00Z','oscal-version':'1.2.2'},'controls':[{'id':'a-1'," \
    "'title':'A','props':[" props "],'parts':[" parts "]}]}}"
#define LABEL "{'name':'label','value':'A-1'}"
#define SORT "{'name':'sort-id','value':'a-01'}"
#define SAYS(prose) "{'id':'a-1_smt','name':'statement','prose':'" prose "'}"

TEST(a_control_that_says_nothing_is_seen)
{
    static const struct {
        const char *text;
        const char *flaw; // NULL = none
    } rows[] = {
        {CONTROL(SORT, SAYS("Doors are locked at night.")), "no printed form"},
        {CONTROL(LABEL, SAYS("Doors are locked at night.")), "no place in the order"},
        {CONTROL(LABEL "," SORT, "{'id':'a-1_gdn','name':'guidance','prose':'Use a lock.'}"),
         "no sentence"},
        {CONTROL(LABEL "," SORT, SAYS("Doors.")), "no sentence"},
        {CONTROL(LABEL "," SORT, SAYS("Doors are locked at night")), "no sentence"},
        {CONTROL(LABEL "," SORT ",{'name':'status','value':'withdrawn'}",
                 SAYS("Doors are locked at night.")),
         "withdrawn, and still says something"},
        {CONTROL(LABEL "," SORT, SAYS("Doors are locked at night.")), NULL},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Arena arena;
        arena_init(&arena, (size_t)1 << 24);
        DiagList diags;
        diag_init(&diags, &arena, STR("fixture"));
        const OscalCatalog *catalog = NULL;
        bool ok = oscal_catalog_read(&arena, read_text(&arena, rows[i].text), &diags, &catalog);
        const char *flaw = ok ? find_flaw(catalog->controls[0]) : "not read";
        CHECK_ROW(rows[i].text, (flaw == NULL) == (rows[i].flaw == NULL));
        CHECK_ROW(rows[i].text,
                  flaw == NULL || rows[i].flaw == NULL || strcmp(flaw, rows[i].flaw) == 0);
        arena_free(&arena);
    }
}

// ---- the shipped catalogs ----

static const OscalControl *find_twin(const OscalCatalog *catalog, uint32_t index)
{
    const OscalControl *control = catalog->controls[index];
    const OscalPart *part = oscal_part_find(control->parts, control->part_count, STR("statement"));
    for (uint32_t i = 0; part != NULL && i < index; i++) {
        const OscalControl *other = catalog->controls[i];
        const OscalPart *said = oscal_part_find(other->parts, other->part_count, STR("statement"));
        if (said != NULL && str_eq(said->prose, part->prose)) {
            return other;
        }
    }
    return NULL;
}

static void check_controls(const char *id, const OscalCatalog *catalog)
{
    for (uint32_t i = 0; i < catalog->control_count; i++) {
        const OscalControl *control = catalog->controls[i];
        const OscalControl *twin = find_twin(catalog, i);
        const char *flaw = find_flaw(control);
        char row[64];
        (void)snprintf(row, sizeof row, "%s %.*s", id, STR_ARG(control->id));
        CHECK_ROW(row, flaw == NULL);
        CHECK_ROW(row, twin == NULL);
        if (flaw != NULL || twin != NULL) {
            Str what = twin != NULL ? twin->id : str_from_cstr(flaw);
            printf("# %s%.*s\n", twin != NULL ? "says the same as " : "", STR_ARG(what));
        }
    }
}

static Str metadata_prop(const Json *json, Str name)
{
    const Json *props = json_pointer(json, STR("/catalog/metadata/props"));
    for (uint32_t i = 0; props != NULL && i < props->count; i++) {
        const Json *prop = &props->items[i];
        if (str_eq(json_find_str(prop, STR("name")), name) &&
            str_eq(json_find_str(prop, STR("ns")), NS)) {
            return json_find_str(prop, STR("value"));
        }
    }
    return (Str){0};
}

TEST(every_shipped_framework_is_whole)
{
    for (size_t i = 0; i < COUNTOF(frameworks); i++) {
        const char *id = frameworks[i].id;
        Arena arena;
        arena_init(&arena, (size_t)1 << 30);
        DiagList diags;
        diag_init(&diags, &arena, str_from_cstr(id));
        const Json *json = NULL;
        const OscalCatalog *catalog = NULL;
        bool ok = open_catalog(&arena, id, &diags, &json, &catalog);
        CHECK_ROW(id, ok);
        if (ok) {
            OscalCheck check = {0};
            CHECK_ROW(id, oscal_check(&arena, json, &diags, &check) && diags.count == 0);
            CHECK_ROW(id, str_eq(metadata_prop(json, STR("framework")), str_from_cstr(id)));
            CHECK_ROW(id, str_eq(metadata_prop(json, STR("status")), STR("preview")) ==
                              frameworks[i].preview);
            const Json *remarks = json_pointer(json, STR("/catalog/metadata/remarks"));
            CHECK_ROW(id, json_is(remarks, JSON_STRING) && remarks->string.len > PROSE_BYTES_MIN);
            uint32_t withdrawn = 0;
            for (uint32_t j = 0; j < catalog->control_count; j++) {
                withdrawn += is_withdrawn(catalog->controls[j]);
            }
            CHECK_ROW(id, catalog->control_count == frameworks[i].controls);
            CHECK_ROW(id, withdrawn == frameworks[i].withdrawn);
            CHECK_ROW(id, catalog->group_count == frameworks[i].groups);
            check_controls(id, catalog);
        }
        print_diags(&diags);
        arena_free(&arena);
    }
}

// A catalog nobody counted is as bad as one that is missing.
TEST(every_file_has_its_row)
{
    DIR *folder = opendir(ROOT);
    CHECK(folder != NULL);
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        Str name = str_from_cstr(entry->d_name);
        bool found = !str_ends(name, STR(".json"));
        for (size_t i = 0; !found && i < COUNTOF(frameworks); i++) {
            Str id = str_from_cstr(frameworks[i].id);
            found = name.len == id.len + 5 && str_starts(name, id);
        }
        CHECK_ROW(entry->d_name, found);
    }
    if (folder != NULL) {
        closedir(folder);
    }
}

TEST(the_cloud_benchmark_says_how)
{
    static const char *const ids[] = {"mcsb-v1", "mcsb-v2"};
    for (size_t i = 0; i < COUNTOF(ids); i++) {
        Arena arena;
        arena_init(&arena, (size_t)1 << 30);
        DiagList diags;
        diag_init(&diags, &arena, str_from_cstr(ids[i]));
        const Json *json = NULL;
        const OscalCatalog *catalog = NULL;
        bool ok = open_catalog(&arena, ids[i], &diags, &json, &catalog);
        CHECK_ROW(ids[i], ok);
        for (uint32_t j = 0; ok && j < catalog->control_count; j++) {
            const OscalControl *control = catalog->controls[j];
            char row[64];
            (void)snprintf(row, sizeof row, "%s %.*s", ids[i], STR_ARG(control->id));
            CHECK_ROW(row, is_sentence(oscal_part_find(control->parts, control->part_count,
                                                       STR("guidance"))));
        }
        arena_free(&arena);
    }
}

// ---- what became of a withdrawn control ----

static bool has_successor(const Json *control)
{
    const Json *links = json_find(control, STR("links"));
    for (uint32_t i = 0; links != NULL && i < links->count; i++) {
        Str rel = json_find_str(&links->items[i], STR("rel"));
        if (str_eq(rel, STR("incorporated-into")) || str_eq(rel, STR("moved-to"))) {
            return true;
        }
    }
    return false;
}

// The property status = withdrawn of a control, or NULL.
static const Json *find_withdrawal(const Json *control)
{
    const Json *props = json_find(control, STR("props"));
    for (uint32_t i = 0; props != NULL && i < props->count; i++) {
        if (str_eq(json_find_str(&props->items[i], STR("name")), STR("status")) &&
            str_eq(json_find_str(&props->items[i], STR("value")), STR("withdrawn"))) {
            return &props->items[i];
        }
    }
    return NULL;
}

// Counts the withdrawn controls at and below a group or control that name neither a successor nor
// the reason why there is none; ret_withdrawn gets how many are withdrawn.
static uint32_t count_lost(const Json *node, uint32_t *ret_withdrawn)
{
    static const char *const members[] = {"groups", "controls"};
    const Json *withdrawal = find_withdrawal(node);
    bool lost = withdrawal != NULL && !has_successor(node) &&
                json_find_str(withdrawal, STR("remarks")).len < PROSE_BYTES_MIN;
    if (lost) {
        printf("# %.*s is withdrawn: into what?\n", STR_ARG(json_find_str(node, STR("id"))));
    }
    *ret_withdrawn += withdrawal != NULL;
    uint32_t count = lost;
    for (size_t i = 0; i < COUNTOF(members); i++) {
        const Json *list = json_find(node, str_from_cstr(members[i]));
        for (uint32_t j = 0; list != NULL && j < list->count; j++) {
            count += count_lost(&list->items[j], ret_withdrawn);
        }
    }
    return count;
}

#define GONE(remarks, links)                                                                       \
    "{'controls':[{'id':'a-1','props':[{'name':'status','value':'withdrawn'" remarks "}]" links    \
    "}]}"

TEST(a_withdrawn_control_without_successor_is_seen)
{
    static const struct {
        const char *text;
        uint32_t lost;
    } rows[] = {
        {GONE("", ""), 1},
        {GONE(",'remarks':'None.'", ""), 1},
        {GONE("", ",'links':[{'href':'#a-2','rel':'related'}]"), 1},
        {GONE("", ",'links':[{'href':'#a-2','rel':'moved-to'}]"), 0},
        {GONE("", ",'links':[{'href':'#a-2','rel':'incorporated-into'}]"), 0},
        {GONE(",'remarks':'Nothing took its place since.'", ""), 0},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Arena arena;
        arena_init(&arena, (size_t)1 << 24);
        uint32_t withdrawn = 0;
        CHECK_ROW(rows[i].text,
                  count_lost(read_text(&arena, rows[i].text), &withdrawn) == rows[i].lost);
        CHECK_ROW(rows[i].text, withdrawn == 1);
        arena_free(&arena);
    }
}

TEST(every_withdrawn_control_says_what_took_its_place)
{
    for (size_t i = 0; i < COUNTOF(frameworks); i++) {
        const char *id = frameworks[i].id;
        Arena arena;
        arena_init(&arena, (size_t)1 << 30);
        DiagList diags;
        diag_init(&diags, &arena, str_from_cstr(id));
        const Json *json = NULL;
        const OscalCatalog *catalog = NULL;
        bool ok = open_catalog(&arena, id, &diags, &json, &catalog);
        uint32_t withdrawn = 0;
        CHECK_ROW(id, ok && count_lost(json_find(json, STR("catalog")), &withdrawn) == 0);
        CHECK_ROW(id, withdrawn == frameworks[i].withdrawn);
        arena_free(&arena);
    }
}

// ---- the shipped profiles ----

static bool give_file(void *ctx, Arena *arena, Str href, Str *ret_bytes, Err *err)
{
    (void)ctx;
    const char *path = NULL;
    bool ok = str_to_cstr(arena, href, &path) && read_file(arena, path, ret_bytes);
    return ok || err_set(err, ERR_NO_INPUT, (Span){0, 0}, "no such file");
}

TEST(every_shipped_profile_selects_its_number)
{
    for (size_t i = 0; i < COUNTOF(profiles); i++) {
        const char *name = profiles[i].name;
        Arena arena;
        arena_init(&arena, (size_t)1 << 30);
        DiagList diags;
        diag_init(&diags, &arena, str_from_cstr(name));
        char path[256];
        (void)snprintf(path, sizeof path, ROOT "/profiles/%s.json", name);
        OscalDocuments documents = {.read = give_file};
        OscalResolveOptions options = {.limits = OSCAL_RESOLVE_LIMITS_DEFAULT,
                                       .now = STR("2026-01-01T00:00:00Z"),
                                       .tool = STR("test")};
        OscalResolved resolved = {0};
        const OscalCatalog *catalog = NULL;
        bool ok =
            oscal_resolve(&arena, str_from_cstr(path), &documents, &options, &diags, &resolved) &&
            oscal_catalog_read(&arena, resolved.json, &diags, &catalog);
        CHECK_ROW(name, ok && diags.count == 0);
        CHECK_ROW(name, ok && catalog->control_count == profiles[i].controls);
        print_diags(&diags);
        arena_free(&arena);
    }
}
