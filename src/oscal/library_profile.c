// SPDX-License-Identifier: Apache-2.0
// Selections of a framework's controls, as simple profiles make them.
#include "oscal/library.h"

typedef struct Selecting {
    Library *library;
    const LibraryFramework *framework;
    DiagList *diags;
    bool *selected;
} Selecting;

const LibraryProfile *library_find_profile(const Library *library, Str id)
{
    for (uint32_t i = 0; i < library->profile_count; i++) {
        if (str_eq_nocase(library->profiles[i].id, id)) {
            return &library->profiles[i];
        }
    }
    return NULL;
}

bool library_selects(const LibraryProfile *profile, uint32_t control)
{
    return control < profile->size && profile->selected[control];
}

// "../nist-800-53r5.json#x" → "nist-800-53r5"
static Str stem_of(Str href)
{
    href = str_cut(href, '#').head;
    size_t from = href.len;
    while (from > 0 && href.ptr[from - 1] != '/') {
        from--;
    }
    Str name = str_from(href, from);
    size_t to = name.len;
    while (to > 0 && name.ptr[to - 1] != '.') {
        to--;
    }
    return to > 1 ? (Str){name.ptr, to - 1} : name;
}

// Children follow their parent.
static void select_children(Selecting *selecting, uint32_t parent, bool value)
{
    const LibraryFramework *framework = selecting->framework;
    for (uint32_t i = parent + 1; i < framework->control_count; i++) {
        uint32_t above = framework->controls[i].parent;
        while (above != MAP_NONE && above != parent) {
            above = framework->controls[above].parent;
        }
        if (above == parent) {
            selecting->selected[i] = value;
        }
    }
}

static void select_one(Selecting *selecting, const Json *id, bool children, bool value)
{
    const LibraryFramework *framework = selecting->framework;
    const LibraryControl *control =
        id->type == JSON_STRING ? library_find_control(framework, id->string) : NULL;
    if (control == NULL) {
        Str text = id->type == JSON_STRING ? id->string : STR("(no text)");
        diag_warn(selecting->diags, id->at, "unknown-control", "%.*s has no control \"%.*s\"",
                  STR_ARG(framework->id), STR_ARG(text));
        return;
    }
    uint32_t at = (uint32_t)(control - framework->controls);
    selecting->selected[at] = value;
    if (children) {
        select_children(selecting, at, value);
    }
}

// include-controls or exclude-controls.
static void select_list(Selecting *selecting, const Json *list, bool value)
{
    for (uint32_t i = 0; json_is(list, JSON_ARRAY) && i < list->count; i++) {
        const Json *entry = &list->items[i];
        const Json *ids = json_find(entry, STR("with-ids"));
        if (json_find(entry, STR("matching")) != NULL) {
            diag_error(selecting->diags, entry->at, "too-rich",
                       "selecting by pattern is for datum framework resolve; name the ids here");
        }
        bool children = str_eq(json_find_str(entry, STR("with-child-controls")), STR("yes"));
        for (uint32_t k = 0; json_is(ids, JSON_ARRAY) && k < ids->count; k++) {
            select_one(selecting, &ids->items[k], children, value);
        }
    }
}

static void select_import(Selecting *selecting, const Json *import)
{
    const Json *included = json_find(import, STR("include-controls"));
    for (uint32_t i = 0; included == NULL && i < selecting->framework->control_count; i++) {
        selecting->selected[i] = true;
    }
    select_list(selecting, included, true);
    select_list(selecting, json_find(import, STR("exclude-controls")), false);
}

bool library_add_profile(Library *library, const Json *json, Str id, LibraryOrigin origin,
                         DiagList *diags)
{
    const Json *profile = json_find(json, STR("profile"));
    const Json *imports = json_find(profile, STR("imports"));
    if (!json_is(profile, JSON_OBJECT) || !json_is(imports, JSON_ARRAY) || imports->count == 0) {
        return diag_error(diags, json->at, "not-this-model", "this is not a profile with imports");
    }
    Str name = library_framework_id(json);
    name = name.len != 0 ? name : stem_of(json_find_str(&imports->items[0], STR("href")));
    const LibraryFramework *framework = library_find(library, name);
    if (framework == NULL) {
        return diag_error(diags, profile->at, "no-framework",
                          "the profile selects from \"%.*s\", which is no framework known here; "
                          "add its catalog, or remove the profile",
                          STR_ARG(name));
    }
    uint32_t errors = diags->errors;
    Selecting selecting = {
        .library = library,
        .framework = framework,
        .diags = diags,
        .selected = NEW_ARRAY(library->arena, bool, framework->control_count + 1U),
    };
    for (uint32_t i = 0; i < imports->count; i++) {
        select_import(&selecting, &imports->items[i]);
    }
    LibraryProfile added = {
        .id = id,
        .title = json_find_str(json_find(profile, STR("metadata")), STR("title")),
        .framework = framework->id,
        .file = diags->file,
        .origin = origin,
        .selected = selecting.selected,
        .size = framework->control_count,
    };
    for (uint32_t i = 0; i < added.size; i++) {
        added.count += added.selected[i] ? 1U : 0U;
    }
    if (diags->errors != errors) {
        return false;
    }
    for (uint32_t i = 0; i < library->profile_count; i++) {
        if (str_eq_nocase(library->profiles[i].id, id)) {
            bool both = library->profiles[i].origin != origin;
            added.origin = both ? LIBRARY_BOTH : origin;
            library->profiles[i] = added;
            return true;
        }
    }
    ARENA_ROOM(library->arena, library->profiles, library->profile_count, library->profile_cap);
    library->profiles[library->profile_count++] = added;
    return true;
}
