// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "baseline/package.h"
#include "json/read.h"

// Enough for the largest package a person writes by hand, and small enough to read in one look.
enum { PACKAGE_FILES_MAX = 4096 };

static Str file_label(Loader *loader, Str path)
{
    Str label = loader->files->label;
    if (label.len == 0) {
        return path;
    }
    size_t len = label.len + 1 + path.len;
    char *text = NEW_ARRAY(loader->arena, char, len);
    memcpy(text, label.ptr, label.len);
    text[label.len] = '/';
    memcpy(text + label.len + 1, path.ptr, path.len);
    return (Str){text, len};
}

bool package_read(Loader *loader, Str path, const Json **ret_json)
{
    Str bytes;
    Err err = {0};
    loader->diags->file = file_label(loader, path);
    if (!loader->files->read(loader->files->ctx, path, &bytes, &err)) {
        return diag_error(loader->diags, (Span){0, 0}, "no-file", "%s", err.text);
    }
    return json_read(loader->arena, bytes, loader->limits, loader->diags, ret_json);
}

bool package_list(Loader *loader, Str directory, const Str **ret_paths, uint32_t *ret_count)
{
    Err err = {0};
    *ret_count = 0;
    *ret_paths = NULL;
    loader->diags->file = file_label(loader, directory);
    if (!loader->files->list(loader->files->ctx, directory, ret_paths, ret_count, &err)) {
        return diag_error(loader->diags, (Span){0, 0}, "no-file", "%s", err.text);
    }
    if (*ret_count > PACKAGE_FILES_MAX) {
        return diag_error(loader->diags, (Span){0, 0}, "too-many-files",
                          "%u files; a package holds at most %d in one directory", *ret_count,
                          (int)PACKAGE_FILES_MAX);
    }
    return true;
}

const Str *package_strings(Loader *loader, const Json *json, Str key, uint32_t *ret_count)
{
    *ret_count = 0;
    const Json *array = json_find(json, key);
    if (array == NULL) {
        return NULL;
    }
    if (array->type != JSON_ARRAY) {
        diag_error(loader->diags, array->at, "wrong-type", "\"%.*s\" must be an array of strings",
                   STR_ARG(key));
        return NULL;
    }
    Str *strings = NEW_ARRAY(loader->arena, Str, array->count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < array->count; i++) {
        if (array->items[i].type != JSON_STRING || array->items[i].string.len == 0) {
            diag_error(loader->diags, array->items[i].at, "wrong-type",
                       "entries of \"%.*s\" must be strings", STR_ARG(key));
            continue;
        }
        strings[count++] = array->items[i].string;
    }
    *ret_count = count;
    return strings;
}

static Str manifest_text(Loader *loader, const Json *json, const char *name, bool required)
{
    Str key = {name, strlen(name)};
    const Json *value = json_find(json, key);
    if (value == NULL && !required) {
        return (Str){NULL, 0};
    }
    if (!json_is(value, JSON_STRING) || value->string.len == 0) {
        diag_error(loader->diags, value != NULL ? value->at : json->at, "manifest",
                   "the manifest needs a text \"%s\"", name);
        return (Str){NULL, 0};
    }
    return value->string;
}

static Str manifest_date(Loader *loader, const Json *json, const char *name)
{
    Str text = manifest_text(loader, json, name, false);
    const Json *value = json_find(json, (Str){name, strlen(name)});
    Ticks time;
    if (value != NULL && text.len != 0 && !ticks_parse(text, &time)) {
        diag_error(loader->diags, value->at, "manifest",
                   "\"%.*s\" is not a date such as 2026-01-31", STR_ARG(text));
    }
    return text;
}

static void load_manifest(Loader *loader)
{
    const Json *json = NULL;
    Baseline *baseline = loader->baseline;
    if (!package_read(loader, STR("manifest.json"), &json)) {
        return;
    }
    ASSERT(json != NULL);
    baseline->name = manifest_text(loader, json, "name", true);
    baseline->title = manifest_text(loader, json, "title", true);
    baseline->version = manifest_text(loader, json, "version", true);
    baseline->owner = manifest_text(loader, json, "owner", true);
    baseline->purpose = manifest_text(loader, json, "purpose", true);
    baseline->scope = manifest_text(loader, json, "scope", true);
    baseline->risk_appetite = manifest_text(loader, json, "riskAppetite", false);
    baseline->effective_date = manifest_date(loader, json, "effectiveDate");
    baseline->next_review = manifest_date(loader, json, "nextReview");
    baseline->approver_roles =
        package_strings(loader, json, STR("approverRoles"), &baseline->approver_role_count);
}

// A package has one catalog; the profile may name it with or without "./".
static const OscalCatalog *find_catalog(void *ctx, Str href)
{
    const Loader *loader = ctx;
    bool is_own = str_eq(href, STR("catalog.json")) || str_eq(href, STR("./catalog.json"));
    return is_own ? loader->baseline->catalog : NULL;
}

static bool load_oscal(Loader *loader)
{
    const Json *json = NULL;
    TRY(package_read(loader, STR("catalog.json"), &json));
    TRY(oscal_catalog_read(loader->arena, json, loader->diags, &loader->baseline->catalog));
    TRY(package_read(loader, STR("profile.json"), &json));
    TRY(oscal_profile_read(loader->arena, json, loader->diags, &loader->baseline->profile));
    OscalCatalogs catalogs = {.find = find_catalog, .ctx = loader};
    return oscal_profile_resolve(loader->arena, loader->baseline->profile, &catalogs, loader->diags,
                                 &loader->selection);
}

// Every room reports what it can see; what stands on something that could not be read is not
// looked at, so that one mistake is not reported as ten.
bool baseline_load(Arena *arena, const PackageFiles *files, const JsonLimits *limits,
                   DiagList *diags, const Baseline **ret_baseline)
{
    uint32_t errors_before = diags->errors;
    Str file_before = diags->file;
    Loader loader = {
        .arena = arena,
        .files = files,
        .limits = limits,
        .diags = diags,
        .baseline = NEW(arena, Baseline),
    };
    loader.baseline->label = files->label;
    map_init(&loader.baseline->control_index, arena, MAP_EXACT);
    map_init(&loader.baseline->rule_index, arena, MAP_NOCASE);
    load_manifest(&loader);
    bool has_controls = load_oscal(&loader);
    if (has_controls) {
        package_load_controls(&loader);
        package_load_mappings(&loader);
    }
    package_load_rules(&loader);
    if (has_controls && diags->errors == errors_before) {
        package_load_initiative(&loader);
    }
    if (has_controls && diags->errors == errors_before) {
        package_load_assignments(&loader);
    }
    diags->file = file_before;
    if (diags->errors != errors_before) {
        return false;
    }
    *ret_baseline = loader.baseline;
    return true;
}
