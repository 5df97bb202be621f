// SPDX-License-Identifier: Apache-2.0
#include "oscal/library.h"

#include <string.h>

#include "oscal/field.h"

const char *library_origin_name(LibraryOrigin origin)
{
    static const char *const names[] = {
        [LIBRARY_SHIPPED] = "shipped",
        [LIBRARY_ADDED] = "yours",
        [LIBRARY_BOTH] = "yours over shipped",
    };
    ASSERT((size_t)origin < COUNTOF(names));
    return names[origin];
}

void library_init(Library *library, Arena *arena)
{
    *library = (Library){.arena = arena};
}

// ---- props ----

// The value of the first prop of that name, those without a class before others: published catalogs
// print one label for people and others for machines.
static Str prop_value(const Json *object, Str name)
{
    const Json *props = json_find(object, STR("props"));
    Str found = {0};
    for (uint32_t i = 0; json_is(props, JSON_ARRAY) && i < props->count; i++) {
        const Json *prop = &props->items[i];
        if (!str_eq(json_find_str(prop, STR("name")), name)) {
            continue;
        }
        Str value = json_find_str(prop, STR("value"));
        if (json_find(prop, STR("class")) == NULL) {
            return value;
        }
        found = found.len == 0 ? value : found;
    }
    return found;
}

static const Json *body_of(const Json *document)
{
    bool is_document = json_is(document, JSON_OBJECT) && document->count == 1;
    return is_document ? &document->members[0].value : NULL;
}

Str library_framework_id(const Json *document)
{
    return prop_value(json_find(body_of(document), STR("metadata")), STR("framework"));
}

// ---- reading one catalog ----

// A framework while it is filled; the same for a first document and for one laid over it.
typedef struct Draft {
    Arena *arena;
    LibraryFramework *framework;
    LibraryGroup *groups;
    uint32_t group_cap;
    LibraryControl *controls;
    uint32_t control_cap;
    bool over; // laid over what is there
    bool *met; // over: which of the controls before were met
    uint32_t before;
} Draft;

static void index_control(LibraryFramework *framework, uint32_t at)
{
    const LibraryControl *control = &framework->controls[at];
    const Str keys[] = {control->id, control->own_id, control->label, control->alternative};
    for (size_t i = 0; i < COUNTOF(keys); i++) {
        if (keys[i].len != 0) {
            (void)map_put(&framework->index, keys[i], at); // the first to claim a name keeps it
        }
    }
}

static uint32_t push_group(Draft *draft, LibraryGroup group)
{
    LibraryFramework *framework = draft->framework;
    ARENA_ROOM(draft->arena, draft->groups, framework->group_count, draft->group_cap);
    draft->groups[framework->group_count] = group;
    framework->groups = draft->groups;
    return framework->group_count++;
}

static uint32_t push_control(Draft *draft, LibraryControl control)
{
    LibraryFramework *framework = draft->framework;
    ARENA_ROOM(draft->arena, draft->controls, framework->control_count, draft->control_cap);
    draft->controls[framework->control_count] = control;
    framework->controls = draft->controls;
    index_control(framework, framework->control_count);
    return framework->control_count++;
}

static uint32_t find_group(const LibraryFramework *framework, const LibraryGroup *wanted)
{
    for (uint32_t i = 0; i < framework->group_count; i++) {
        const LibraryGroup *group = &framework->groups[i];
        bool same_id = wanted->id.len != 0 && str_eq_nocase(group->id, wanted->id);
        bool same_label = wanted->label.len != 0 && str_eq_nocase(group->label, wanted->label);
        if (same_id || same_label || str_eq_nocase(group->title, wanted->title)) {
            return i;
        }
    }
    return MAP_NONE;
}

static bool has_text(const Json *json)
{
    const Json *parts = json_find(json, STR("parts"));
    for (uint32_t i = 0; json_is(parts, JSON_ARRAY) && i < parts->count; i++) {
        if (json_find_str(&parts->items[i], STR("prose")).len != 0 || has_text(&parts->items[i])) {
            return true;
        }
    }
    return false;
}

// The user's words win; the id stays, because mappings name it.
static void lay_over(Draft *draft, uint32_t at, const LibraryControl *own)
{
    LibraryControl *control = &draft->controls[at];
    draft->met[at] = true;
    if (!str_eq(control->id, own->id)) {
        control->own_id = own->id;
    }
    bool says_more = own->title.len != 0 && !str_eq(own->title, own->label);
    control->title = says_more ? own->title : control->title;
    control->withdrawn = control->withdrawn || own->withdrawn; // some published texts do not say
    if (!str_eq(own->label, own->id)) {
        control->label = own->label;
    }
    if (has_text(own->json)) {
        control->json = own->json;
    }
    index_control(draft->framework, at);
}

static uint32_t meet(const Draft *draft, const LibraryControl *own)
{
    uint32_t at = map_find(&draft->framework->index, own->id);
    at = at != MAP_NONE ? at : map_find(&draft->framework->index, own->label);
    return at < draft->before && !draft->met[at] ? at : MAP_NONE;
}

static void read_params(Draft *draft, const Json *json);

static void read_controls(Draft *draft, const Json *json, uint32_t group, uint32_t parent)
{
    const Json *list = json_find(json, STR("controls"));
    for (uint32_t i = 0; json_is(list, JSON_ARRAY) && i < list->count; i++) {
        const Json *item = &list->items[i];
        Str label = prop_value(item, STR("label"));
        Str id = json_find_str(item, STR("id"));
        LibraryControl control = {
            .id = id,
            .label = label.len != 0 ? label : id,
            .alternative = prop_value(item, STR("alt-identifier")),
            .title = json_find_str(item, STR("title")),
            .group = group,
            .parent = parent,
            .withdrawn = str_eq_nocase(prop_value(item, STR("status")), STR("withdrawn")),
            .only_yours = draft->over,
            .json = item,
        };
        read_params(draft, item);
        uint32_t at = draft->over ? meet(draft, &control) : MAP_NONE;
        if (at != MAP_NONE) {
            lay_over(draft, at, &control);
        } else {
            at = push_control(draft, control);
        }
        read_controls(draft, item, group, at);
    }
}

static void read_groups(Draft *draft, const Json *json, uint32_t parent)
{
    const Json *list = json_find(json, STR("groups"));
    for (uint32_t i = 0; json_is(list, JSON_ARRAY) && i < list->count; i++) {
        const Json *item = &list->items[i];
        LibraryGroup group = {
            .id = json_find_str(item, STR("id")),
            .label = prop_value(item, STR("label")),
            .title = json_find_str(item, STR("title")),
            .parent = parent,
        };
        uint32_t at = draft->over ? find_group(draft->framework, &group) : MAP_NONE;
        if (at != MAP_NONE) {
            bool says_more = !str_eq(group.title, group.label);
            draft->groups[at].title = says_more ? group.title : draft->groups[at].title;
        } else {
            at = push_group(draft, group);
        }
        read_params(draft, item);
        read_groups(draft, item, at);
        read_controls(draft, item, at, MAP_NONE);
    }
}

// A parameter of a document that is laid over takes the place of its namesake.
static void read_params(Draft *draft, const Json *json)
{
    LibraryFramework *framework = draft->framework;
    const Json *list = json_find(json, STR("params"));
    for (uint32_t i = 0; json_is(list, JSON_ARRAY) && i < list->count; i++) {
        Str id = json_find_str(&list->items[i], STR("id"));
        uint32_t at = map_intern(&framework->param_index, id);
        while (at >= framework->param_cap) {
            framework->params = arena_widen(draft->arena, framework->params, &framework->param_cap,
                                            sizeof(const Json *), alignof(const Json *));
        }
        framework->params[at] = &list->items[i];
    }
}

// ---- adding ----

static LibraryFramework *find_mutable(const Library *library, Str id)
{
    for (uint32_t i = 0; i < library->framework_count; i++) {
        if (str_eq_nocase(library->frameworks[i]->id, id)) {
            return library->frameworks[i];
        }
    }
    return NULL;
}

static int str_order(Str a, Str b)
{
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common != 0 ? memcmp(a.ptr, b.ptr, common) : 0;
    return order != 0 ? order : a.len < b.len ? -1 : a.len > b.len ? 1 : 0;
}

static LibraryFramework *new_framework(Library *library, Str id)
{
    LibraryFramework *framework = NEW(library->arena, LibraryFramework);
    framework->id = str_lower(library->arena, id);
    map_init(&framework->index, library->arena, MAP_NOCASE);
    map_init(&framework->param_index, library->arena, MAP_EXACT);
    ARENA_ROOM(library->arena, library->frameworks, library->framework_count,
               library->framework_cap);
    uint32_t at = library->framework_count++;
    while (at > 0 && str_order(library->frameworks[at - 1]->id, framework->id) > 0) {
        library->frameworks[at] = library->frameworks[at - 1];
        at--;
    }
    library->frameworks[at] = framework;
    return framework;
}

// What the catalog says of itself.
static void take_metadata(LibraryFramework *framework, const Json *catalog, bool over)
{
    const Json *metadata = json_find(catalog, STR("metadata"));
    framework->title = json_find_str(metadata, STR("title"));
    framework->version = json_find_str(metadata, STR("version"));
    framework->preview = str_eq_nocase(prop_value(metadata, STR("status")), STR("preview"));
    Str remarks = json_find_str(metadata, STR("remarks"));
    framework->remarks = remarks.len != 0 || over ? remarks : framework->remarks;
}

static Draft open_draft(Library *library, LibraryFramework *framework, bool over)
{
    Draft draft = {
        .arena = library->arena,
        .framework = framework,
        .over = over,
        .before = framework->control_count,
        .group_cap = framework->group_count,
        .control_cap = framework->control_count,
        .groups = NEW_ARRAY(library->arena, LibraryGroup, framework->group_count + 1U),
        .controls = NEW_ARRAY(library->arena, LibraryControl, framework->control_count + 1U),
        .met = NEW_ARRAY(library->arena, bool, framework->control_count + 1U),
    };
    if (framework->group_count != 0) {
        memcpy(draft.groups, framework->groups, framework->group_count * sizeof *draft.groups);
    }
    if (framework->control_count != 0) {
        memcpy(draft.controls, framework->controls,
               framework->control_count * sizeof *draft.controls);
    }
    framework->groups = draft.groups;
    framework->controls = draft.controls;
    return draft;
}

bool library_add_catalog(Library *library, const Json *json, Str id, LibraryOrigin origin,
                         DiagList *diags)
{
    const Json *catalog = json_find(json, STR("catalog"));
    if (!json_is(catalog, JSON_OBJECT)) {
        return diag_error(diags, oscal_at(json), "not-this-model", "this is not a catalog");
    }
    Str own = library_framework_id(json);
    id = id.len != 0 ? id : own;
    if (id.len == 0) {
        return diag_error(diags, catalog->at, "no-framework",
                          "the catalog does not say which framework it is: its metadata need a "
                          "prop \"framework\"");
    }
    LibraryFramework *framework = find_mutable(library, id);
    bool over = framework != NULL;
    framework = over ? framework : new_framework(library, id);
    Draft draft = open_draft(library, framework, over);
    take_metadata(framework, catalog, over);
    read_params(&draft, catalog);
    read_groups(&draft, catalog, MAP_NONE);
    read_controls(&draft, catalog, MAP_NONE, MAP_NONE);
    for (uint32_t i = 0; over && i < draft.before; i++) {
        draft.controls[i].outdated = !draft.met[i];
    }
    framework->origin = !over || framework->origin == origin ? origin : LIBRARY_BOTH;
    framework->file = diags->file;
    return true;
}
