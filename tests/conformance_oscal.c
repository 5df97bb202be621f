// SPDX-License-Identifier: Apache-2.0
// conformance-oscal DIR — resolves the profile of every case folder in DIR and compares the result
// with expected.json: without uuid and metadata, the back-matter sorted by uuid. A case.json may
// say "expect_error", and under "variants" for which readings of the specification its expectation
// holds; it then runs under this project's own reading where that is among them.
// Exit 0: nothing failed; 1: something failed; 66: the folder cannot be read.
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "oscal/resolve.h"
#include "json/read.h"

enum { EXIT_NO_INPUT = 66, PATH_BYTES = 4096 };

// In the order of preference: the first is the decision of this project.
static const struct {
    Str variant; // as case.json calls it
    OscalReading reading;
} readings[] = {
    {STR_INIT("group-params"), {.nested_flat = false, .params_to_catalog = false}},
    {STR_INIT("spec"), {.nested_flat = false, .params_to_catalog = true}},
    {STR_INIT("xslt-like"), {.nested_flat = true, .params_to_catalog = false}},
    {STR_INIT("nested-flat"), {.nested_flat = true, .params_to_catalog = true}},
};

typedef struct Tally {
    uint32_t passed;
    uint32_t failed;
    uint32_t other; // passed, under a reading that is not the first
} Tally;

// ---- files ----

static bool read_file(Arena *arena, const char *path, Str *ret_bytes)
{
    FILE *in = fopen(path, "rb");
    if (in == NULL) {
        return false;
    }
    Buf buf = {0};
    char block[8192];
    for (size_t n = fread(block, 1, sizeof block, in); n != 0;
         n = fread(block, 1, sizeof block, in)) {
        buf_push(&buf, (Str){block, n});
    }
    *ret_bytes = str_copy(arena, buf_str(&buf));
    buf_free(&buf);
    bool ok = ferror(in) == 0;
    return fclose(in) == 0 && ok;
}

static bool give(void *ctx, Arena *arena, Str href, Str *ret_bytes, Err *err)
{
    (void)ctx;
    const char *path = NULL;
    if (!str_to_cstr(arena, href, &path) || !read_file(arena, path, ret_bytes)) {
        return err_set(err, ERR_NO_INPUT, (Span){0, 0}, "no such file: %.*s", STR_ARG(href));
    }
    return true;
}

// NULL: there is no such file, or it is not JSON.
static const Json *read_json(Arena *arena, const char *folder, const char *name)
{
    char path[PATH_BYTES];
    Str bytes;
    Err err = {0};
    const Json *json = NULL;
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    int len = snprintf(path, sizeof path, "%s/%s", folder, name);
    bool ok = len > 0 && (size_t)len < sizeof path && read_file(arena, path, &bytes) &&
              json_read_data(arena, bytes, &limits, &json, &err);
    return ok ? json : NULL;
}

// ---- comparing ----

static int resource_cmp(const void *a, const void *b)
{
    const Json *x = a;
    const Json *y = b;
    Str left = json_find_str(x, STR("uuid"));
    Str right = json_find_str(y, STR("uuid"));
    size_t len = left.len < right.len ? left.len : right.len;
    int cmp = len != 0 ? memcmp(left.ptr, right.ptr, len) : 0;
    return cmp != 0 ? cmp : (left.len > right.len) - (left.len < right.len);
}

static Json sort_back_matter(Arena *arena, const Json *back)
{
    const Json *list = json_find(back, STR("resources"));
    if (!json_is(list, JSON_ARRAY) || list->count == 0 || back->count != 1) {
        return *back;
    }
    Json *items = NEW_ARRAY(arena, Json, list->count);
    memcpy(items, list->items, list->count * sizeof(Json));
    qsort(items, list->count, sizeof(Json), resource_cmp);
    JsonMember *member = NEW(arena, JsonMember);
    *member = back->members[0];
    member->value.items = items;
    Json sorted = *back;
    sorted.members = member;
    return sorted;
}

// The catalog as it is compared.
static Json comparable(Arena *arena, const Json *document)
{
    const Json *catalog = json_find(document, STR("catalog"));
    Json json = {.type = JSON_OBJECT};
    if (!json_is(catalog, JSON_OBJECT)) {
        return json;
    }
    JsonMember *members = NEW_ARRAY(arena, JsonMember, catalog->count);
    for (uint32_t i = 0; i < catalog->count; i++) {
        const JsonMember *member = &catalog->members[i];
        if (str_eq(member->key, STR("uuid")) || str_eq(member->key, STR("metadata"))) {
            continue;
        }
        members[json.count] = *member;
        if (str_eq(member->key, STR("back-matter"))) {
            members[json.count].value = sort_back_matter(arena, &member->value);
        }
        json.count++;
    }
    json.members = members;
    return json;
}

// Prints the pointer of the first difference.
static bool differs(const Json *want, const Json *got, Buf *pointer)
{
    size_t len = pointer->len;
    bool is_object = want->type == JSON_OBJECT && got->type == JSON_OBJECT;
    bool is_array = want->type == JSON_ARRAY && got->type == JSON_ARRAY;
    for (uint32_t i = 0; is_object && i < want->count; i++) {
        const Json *other = json_find(got, want->members[i].key);
        buf_printf(pointer, "/%.*s", STR_ARG(want->members[i].key));
        if (other == NULL || differs(&want->members[i].value, other, pointer)) {
            return true;
        }
        pointer->len = len;
    }
    for (uint32_t i = 0; is_object && i < got->count; i++) {
        if (json_find(want, got->members[i].key) == NULL) {
            buf_printf(pointer, "/%.*s (not wanted)", STR_ARG(got->members[i].key));
            return true;
        }
    }
    for (uint32_t i = 0; is_array && i < want->count && i < got->count; i++) {
        buf_printf(pointer, "/%u", i);
        if (differs(&want->items[i], &got->items[i], pointer)) {
            return true;
        }
        pointer->len = len;
    }
    return !json_equal(want, got);
}

// ---- one case ----

typedef struct Case {
    const char *name;
    const char *folder;
    const Json *json; // case.json; NULL = there is none
    const Json *expected;
    Str error; // expect_error, or empty
} Case;

static void say_diags(Buf *why, const DiagList *diags)
{
    for (const Diag *diag = diags->first; diag != NULL; diag = diag->next) {
        if (diag->level == DIAG_ERROR) {
            buf_printf(why, "; %.*s:%u:%u: %s: %.*s", STR_ARG(diag->file), diag->at.line,
                       diag->at.col, diag->code, STR_ARG(diag->text));
        }
    }
}

static bool has_error(const DiagList *diags, Str code)
{
    for (const Diag *diag = diags->first; diag != NULL; diag = diag->next) {
        if (diag->level == DIAG_ERROR && str_eq(str_from_cstr(diag->code), code)) {
            return true;
        }
    }
    return false;
}

// why: what was wrong.
static bool run_once(Arena *arena, const Case *one, const OscalReading *reading, Buf *why)
{
    Buf href = {0};
    buf_printf(&href, "%s/profile.json", one->folder);
    Str path = str_copy(arena, buf_str(&href));
    buf_free(&href);
    OscalDocuments documents = {.read = give};
    OscalResolveOptions options = {.reading = *reading,
                                   .limits = OSCAL_RESOLVE_LIMITS_DEFAULT,
                                   .now = STR("2026-01-01T00:00:00Z"),
                                   .tool = STR("conformance-oscal")};
    DiagList diags;
    diag_init(&diags, arena, path);
    OscalResolved resolved = {0};
    bool ok = oscal_resolve(arena, path, &documents, &options, &diags, &resolved);
    if (one->error.len != 0) {
        if (ok || !has_error(&diags, one->error)) {
            buf_printf(why, "wanted the error %.*s", STR_ARG(one->error));
            say_diags(why, &diags);
            return false;
        }
        return true;
    }
    if (!ok || one->expected == NULL) {
        buf_printf(why, "%s", ok ? "no expected.json" : "not resolved");
        say_diags(why, &diags);
        return false;
    }
    Json want = comparable(arena, one->expected);
    Json got = comparable(arena, resolved.json);
    Buf pointer = {0};
    ok = !differs(&want, &got, &pointer);
    if (!ok) {
        buf_printf(why, "differs at %.*s", STR_ARG(buf_str(&pointer)));
    }
    buf_free(&pointer);
    return ok;
}

// Does the expectation hold under that reading? Cases that do not say come from the text of the
// specification or hold under all.
static bool holds_under(const Case *one, size_t reading)
{
    const Json *variants = json_find(one->json, STR("variants"));
    if (!json_is(variants, JSON_OBJECT)) {
        return reading < 2;
    }
    const Json *value = json_find(variants, readings[reading].variant);
    return json_is(value, JSON_BOOL) && value->boolean;
}

static void run_case(const char *folder, const char *name, Tally *tally)
{
    Arena arena;
    arena_init(&arena, (size_t)4 << 30);
    Case one = {.name = name, .folder = folder};
    one.json = read_json(&arena, folder, "case.json");
    one.expected = read_json(&arena, folder, "expected.json");
    one.error = json_find_str(one.json, STR("expect_error"));
    bool says = json_is(json_find(one.json, STR("variants")), JSON_OBJECT);
    Buf why = {0};
    bool passed = false;
    for (size_t i = 0; i < COUNTOF(readings) && !passed; i++) {
        if (!holds_under(&one, i)) {
            continue;
        }
        buf_printf(&why, "%s%.*s: ", why.len != 0 ? "; " : "", STR_ARG(readings[i].variant));
        passed = run_once(&arena, &one, &readings[i].reading, &why);
        tally->other += passed && i != 0;
        if (says || one.error.len != 0) {
            break;
        }
    }
    tally->passed += passed;
    tally->failed += !passed;
    if (!passed) {
        printf("FAIL %s: %.*s\n", name, STR_ARG(buf_str(&why)));
    }
    buf_free(&why);
    arena_free(&arena);
}

// ---- the folder ----

static int name_cmp(const void *a, const void *b)
{
    char *const *x = a;
    char *const *y = b;
    return strcmp(*x, *y);
}

static bool is_case(const char *folder, const char *name)
{
    char path[PATH_BYTES];
    int len = snprintf(path, sizeof path, "%s/%s/profile.json", folder, name);
    FILE *in = len > 0 && (size_t)len < sizeof path ? fopen(path, "rb") : NULL;
    return in != NULL && fclose(in) == 0;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        (void)fputs("usage: conformance-oscal DIR\n", stderr);
        return 64;
    }
    DIR *dir = opendir(argv[1]);
    if (dir == NULL) {
        (void)fprintf(stderr, "conformance-oscal: cannot read %s\n", argv[1]);
        return EXIT_NO_INPUT;
    }
    Arena arena;
    arena_init(&arena, (size_t)1 << 30);
    size_t count = 0;
    size_t cap = 4096;
    char **names = NEW_ARRAY(&arena, char *, cap);
    for (struct dirent *entry = readdir(dir); entry != NULL && count < cap; entry = readdir(dir)) {
        if (entry->d_name[0] != '.' && is_case(argv[1], entry->d_name)) {
            size_t len = strlen(entry->d_name);
            names[count] = NEW_ARRAY(&arena, char, len + 1);
            memcpy(names[count++], entry->d_name, len);
        }
    }
    (void)closedir(dir);
    if (count != 0) {
        qsort(names, count, sizeof *names, name_cmp);
    }
    Tally tally = {0};
    for (size_t i = 0; i < count; i++) {
        char folder[PATH_BYTES];
        int len = snprintf(folder, sizeof folder, "%s/%s", argv[1], names[i]);
        if (len > 0 && (size_t)len < sizeof folder) {
            run_case(folder, names[i], &tally);
        }
    }
    arena_free(&arena);
    if (tally.other != 0) {
        printf("%u of those that passed hold under another reading than this project's own\n",
               tally.other);
    }
    printf("%u passed, %u failed\n", tally.passed, tally.failed);
    return tally.failed != 0 || count == 0 ? 1 : 0;
}
