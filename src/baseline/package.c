// SPDX-License-Identifier: Apache-2.0
// What every room of the loader asks of the package: its files as trees, where something stands.
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

// ---- places ----

bool package_knows_control(const Loader *loader, Str id)
{
    for (uint32_t i = 0; i < loader->source_count; i++) {
        if (oscal_catalog_find(loader->sources[i], id) != NULL) {
            return true;
        }
    }
    return false;
}

Str package_file_of(const Loader *loader, Str id)
{
    for (uint32_t i = 0; i < loader->source_count; i++) {
        if (oscal_catalog_find(loader->sources[i], id) != NULL) {
            return loader->sources[i]->file;
        }
    }
    return (Str){NULL, 0};
}

Span package_place(Loader *loader, const OscalControl *control, Str item, Str id, Span at)
{
    const Baseline *baseline = loader->baseline;
    for (uint32_t i = 0; i < baseline->trace_count; i++) {
        const OscalTrace *row = &baseline->trace[i];
        if (row->kind == OSCAL_TRACE_ADD && str_eq(row->control, control->id) &&
            str_eq(row->item, item) && str_eq(row->id, id)) {
            loader->diags->file = package_label(loader, row->document);
            return at.line != 0 ? at : row->at;
        }
    }
    for (uint32_t i = 0; i < loader->source_count; i++) {
        const OscalControl *source = oscal_catalog_find(loader->sources[i], control->id);
        if (source != NULL) {
            loader->diags->file = loader->sources[i]->file;
            return at.line != 0 ? at : source->at;
        }
    }
    loader->diags->file = package_label(loader, STR("profile.json"));
    return at;
}
