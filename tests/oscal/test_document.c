// SPDX-License-Identifier: Apache-2.0
// A document is the same tree in each of its forms: the twins beside this file, what the project
// ships, and the shared corpus where it stands beside the checkout.
#define _DEFAULT_SOURCE
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "oscal/check.h"
#include "oscal/document.h"
#include "oscal/model.h"
#include "oscal/resolve.h"
#include "t.h"
#include "json/read.h"
#include "json/write.h"

#define TWINS "tests/oscal/twins/"

// False: there is no such file.
static bool read_file(Arena *arena, const char *path, Str *ret_bytes)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return false;
    }
    struct stat st = {0};
    ASSERT(fstat(fileno(file), &st) == 0);
    size_t size = (size_t)st.st_size;
    char *bytes = NEW_ARRAY(arena, char, size + 1);
    ASSERT(fread(bytes, 1, size, file) == size && fclose(file) == 0);
    *ret_bytes = (Str){bytes, size};
    return true;
}

static void print_diags(const DiagList *diags)
{
    for (const Diag *diag = diags->first; diag != NULL; diag = diag->next) {
        printf("# %.*s:%u:%u: %s: %.*s\n", STR_ARG(diag->file), diag->at.line, diag->at.col,
               diag->code, STR_ARG(diag->text));
    }
}

// NULL: not there, or (told) not readable.
static const Json *read_document(Arena *arena, const char *path)
{
    Str bytes = {NULL, 0};
    if (!read_file(arena, path, &bytes)) {
        return NULL;
    }
    DiagList diags;
    diag_init(&diags, arena, str_from_cstr(path));
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    const Json *json = NULL;
    bool ok = oscal_document_read(arena, bytes, str_from_cstr(path), &limits, &diags, &json);
    print_diags(&diags);
    return ok ? json : NULL;
}

TEST(the_form_is_seen)
{
    static const struct {
        const char *row;
        Str bytes;
        Str name;
        OscalForm form;
    } cases[] = {
        {"empty, named", STR_INIT(""), STR_INIT("a.yaml"), OSCAL_YAML},
        {"empty", STR_INIT(""), STR_INIT("a"), OSCAL_JSON},
        {"XML under another name", STR_INIT("\n <catalog"), STR_INIT("a.json"), OSCAL_XML},
        {"XML with a mark", STR_INIT("\xef\xbb\xbf<?xml"), STR_INIT("a"), OSCAL_XML},
        {"XML in UTF-16", STR_INIT("\xff\xfe<\0?\0"), STR_INIT("a"), OSCAL_XML},
        {"JSON", STR_INIT(" {\"a\":1}"), STR_INIT("a"), OSCAL_JSON},
        {"JSON under another name", STR_INIT("{\"a\":1}"), STR_INIT("a.xml"), OSCAL_JSON},
        {"a flow of YAML", STR_INIT("{a: 1}"), STR_INIT("a.yml"), OSCAL_YAML},
        {"YAML without a name", STR_INIT("catalog:\n"), STR_INIT("-"), OSCAL_YAML},
        {"a comment of YAML", STR_INIT("# x\na: 1"), STR_INIT("-"), OSCAL_YAML},
        {"a comment in JSON", STR_INIT("# x\n{}"), STR_INIT("a.json"), OSCAL_JSON},
        {"the longest key", STR_INIT("plan-of-action-and-milestones:\n"), STR_INIT("x"),
         OSCAL_YAML},
        {"YAML under another name", STR_INIT("---\na: 1"), STR_INIT("a.json"), OSCAL_YAML},
        {"a slip in JSON", STR_INIT("catalog {"), STR_INIT("a.json"), OSCAL_JSON},
        {"a slip in XML", STR_INIT("catalog: 1"), STR_INIT("a.xml"), OSCAL_XML},
        {"a URI", STR_INIT("# x\na: 1"), STR_INIT("https://x.example/a.YAML?b=c.json#d"),
         OSCAL_YAML},
    };
    for (size_t i = 0; i < COUNTOF(cases); i++) {
        CHECK_ROW(cases[i].row, oscal_form_of(cases[i].bytes, cases[i].name) == cases[i].form);
    }
}

TEST(media_types_name_a_form)
{
    static const struct {
        Str type;
        int form; // -1: none
    } cases[] = {
        {STR_INIT("application/oscal.catalog+xml"), OSCAL_XML},
        {STR_INIT("application/oscal+yaml"), OSCAL_YAML},
        {STR_INIT("application/x-yaml"), OSCAL_YAML},
        {STR_INIT("application/oscal.catalog+json ; charset=utf-8"), OSCAL_JSON},
        {STR_INIT("text/JSON"), OSCAL_JSON},
        {STR_INIT("text/xml"), OSCAL_XML},
        {STR_INIT("application/vnd.openxmlformats-officedocument.wordprocessingml.document"), -1},
        {STR_INIT("application/pdf"), -1},
        {STR_INIT(""), -1},
    };
    for (size_t i = 0; i < COUNTOF(cases); i++) {
        OscalForm form = OSCAL_JSON;
        bool says = oscal_form_of_media_type(cases[i].type, &form);
        CHECK_ROW(cases[i].type.ptr, says ? (int)form == cases[i].form : cases[i].form == -1);
    }
}

// Written in a form, read again: the same text of JSON, so members keep their order and numbers
// their digits.
static bool comes_back(Arena *arena, const Json *json, OscalForm form)
{
    Buf written = {0};
    oscal_document_write(&written, json, form);
    DiagList diags;
    diag_init(&diags, arena, STR("written"));
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    const Json *again = NULL;
    Str name = form == OSCAL_YAML ? STR("x.yaml") : STR("x.json");
    bool ok = oscal_document_read(arena, buf_str(&written), name, &limits, &diags, &again) &&
              str_eq(json_text(arena, again), json_text(arena, json));
    print_diags(&diags);
    buf_free(&written);
    return ok;
}

// A check says the same of both.
static bool same_findings(Arena *arena, const Json *json, const Json *twin)
{
    DiagList lists[2];
    const Json *const documents[] = {json, twin};
    for (size_t i = 0; i < 2; i++) {
        OscalCheck check = {0};
        diag_init(&lists[i], arena, STR("twin"));
        bool ok = oscal_check(arena, documents[i], &lists[i], &check);
        ASSERT(ok == (lists[i].errors == 0));
    }
    const Diag *a = lists[0].first;
    const Diag *b = lists[1].first;
    while (a != NULL && b != NULL && str_eq(a->text, b->text)) {
        a = a->next;
        b = b->next;
    }
    if (a != NULL || b != NULL) {
        print_diags(&lists[0]);
        print_diags(&lists[1]);
    }
    return a == NULL && b == NULL;
}

TEST(twins_are_the_same)
{
    for (size_t i = 0; i < model_root_count; i++) {
        Arena arena;
        arena_init(&arena, SIZE_MAX);
        const char *key = model_roots[i].key.ptr;
        char path[128];
        (void)snprintf(path, sizeof path, TWINS "%s.json", key);
        const Json *json = read_document(&arena, path);
        (void)snprintf(path, sizeof path, TWINS "%s.xml", key);
        const Json *xml = read_document(&arena, path);
        CHECK_ROW(key, json != NULL && xml != NULL);
        bool same = json != NULL && xml != NULL && json_equal(json, xml);
        if (!same && xml != NULL) {
            printf("# %.*s\n", STR_ARG(json_text(&arena, xml)));
        }
        CHECK_ROW(key, same);
        (void)snprintf(path, sizeof path, TWINS "%s.yaml", key);
        const Json *yaml = read_document(&arena, path);
        if (yaml != NULL && !json_equal(json, yaml)) {
            printf("# %.*s\n", STR_ARG(json_text(&arena, yaml)));
        }
        CHECK_ROW(key, yaml == NULL || json_equal(json, yaml));
        CHECK_ROW(key, yaml != NULL || i > 1);
        CHECK_ROW(key, same && same_findings(&arena, json, xml));
        arena_free(&arena);
    }
}

// ---- nothing is lost ----

typedef struct Tally {
    uint32_t files;
    uint32_t lost;
} Tally;

static void round_file(Tally *tally, const char *path)
{
    Arena arena;
    arena_init(&arena, SIZE_MAX);
    const Json *json = read_document(&arena, path);
    bool ok = json != NULL && comes_back(&arena, json, OSCAL_JSON) &&
              comes_back(&arena, json, OSCAL_YAML);
    if (!ok) {
        printf("# lost: %s\n", path);
    }
    tally->files++;
    tally->lost += !ok;
    arena_free(&arena);
}

static bool is_document(const char *name)
{
    size_t len = strlen(name);
    return len > 5 && strcmp(name + len - 5, ".json") == 0;
}

// Every .json below a folder.
static void round_folder(Tally *tally, const char *path)
{
    DIR *dir = opendir(path);
    if (dir == NULL) {
        printf("# no %s here\n", path);
        return;
    }
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        char inner[1024];
        int len = snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        struct stat st = {0};
        if (entry->d_name[0] == '.' || len < 0 || (size_t)len >= sizeof inner ||
            stat(inner, &st) != 0) {
            continue;
        }
        if (S_ISDIR(st.st_mode)) {
            round_folder(tally, inner);
        } else if (is_document(entry->d_name)) {
            round_file(tally, inner);
        }
    }
    (void)closedir(dir);
}

TEST(reading_and_writing_loses_nothing)
{
    Tally tally = {0};
    round_folder(&tally, "tests/oscal/twins");
    round_folder(&tally, "content/baselines");
    round_folder(&tally, "content/frameworks");
    CHECK(tally.files > model_root_count && tally.lost == 0);
    const char *shared = getenv("DATUM_SHARED"); // NOLINT(concurrency-mt-unsafe)
    char path[512];
    (void)snprintf(path, sizeof path, "%s/corpus/oscal", shared != NULL ? shared : "../shared");
    round_folder(&tally, path);
    CHECK(tally.lost == 0);
    printf("# %u files\n", tally.files);
}

// ---- profiles over documents of other forms ----

static bool give(void *ctx, Arena *arena, Str href, Str *ret_bytes, Err *err)
{
    (void)ctx;
    char path[256];
    (void)snprintf(path, sizeof path, "%.*s", STR_ARG(href));
    return read_file(arena, path, ret_bytes) ||
           err_set(err, ERR_NO_INPUT, (Span){0}, "%s: no such file", path);
}

TEST(a_profile_resolves_the_same_in_every_form)
{
    static const char *const names[] = {TWINS "profile.json", TWINS "profile.xml",
                                        TWINS "profile.yaml"};
    Arena arena;
    arena_init(&arena, SIZE_MAX);
    Str first = {NULL, 0};
    for (size_t i = 0; i < COUNTOF(names); i++) {
        DiagList diags;
        diag_init(&diags, &arena, str_from_cstr(names[i]));
        OscalDocuments documents = {.read = give};
        OscalResolveOptions options = {.limits = OSCAL_RESOLVE_LIMITS_DEFAULT,
                                       .now = STR("2026-02-01T00:00:00Z"),
                                       .tool = STR("test")};
        OscalResolved resolved = {0};
        bool ok =
            oscal_resolve(&arena, str_from_cstr(names[i]), &documents, &options, &diags, &resolved);
        print_diags(&diags);
        CHECK_ROW(names[i], ok);
        const Json *groups = ok ? json_pointer(resolved.json, STR("/catalog/groups")) : NULL;
        Str text = json_text(&arena, groups);
        CHECK_ROW(names[i], str_find(text, STR("door-1.1")) != NULL);
        CHECK_ROW(names[i], str_find(text, STR("Twice.")) != NULL);
        first = i == 0 ? text : first;
        CHECK_ROW(names[i], str_eq(text, first));
    }
    arena_free(&arena);
}
