// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "baseline/package.h"
#include "json/read.h"

// Enough for the largest package a person writes by hand, and small enough to read in one look.
enum { PACKAGE_FILES_MAX = 4096 };

Str package_join(Loader *loader, Str prefix, Str path)
{
    if (prefix.len == 0) {
        return path;
    }
    size_t len = prefix.len + path.len;
    char *text = NEW_ARRAY(loader->arena, char, len);
    memcpy(text, prefix.ptr, prefix.len);
    memcpy(text + prefix.len, path.ptr, path.len);
    return (Str){text, len};
}

Str package_label(Loader *loader, Str path)
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
    loader->diags->file = package_label(loader, path);
    if (!loader->files->read(loader->files->ctx, path, &bytes, &err)) {
        return diag_error(loader->diags, (Span){0, 0}, "no-file", "%s", err.text);
    }
    return json_read(loader->arena, bytes, loader->limits, loader->diags, ret_json);
}

bool package_has(Loader *loader, Str path)
{
    Str bytes;
    Err err = {0};
    return loader->files->read(loader->files->ctx, path, &bytes, &err) ||
           err.kind != ERR_NO_INPUT; // one that is there and cannot be read is told when it is read
}

bool package_list(Loader *loader, Str directory, const Str **ret_paths, uint32_t *ret_count)
{
    Err err = {0};
    *ret_count = 0;
    *ret_paths = NULL;
    loader->diags->file = package_label(loader, directory);
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
    map_init(&loader.value_index, arena, MAP_EXACT);
    package_load_manifest(&loader);
    bool has_controls = package_resolve(&loader);
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
