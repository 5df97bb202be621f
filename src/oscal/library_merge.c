// SPDX-License-Identifier: Apache-2.0
// The outline that ships with the user's text laid over it, as one catalog.
#include "oscal/library_store.h"

#include <string.h>

#include "oscal/tree.h"

typedef struct Merging {
    Arena *arena;
    const LibraryFramework *framework;
    bool *met; // groups of the framework that the outline has
} Merging;

static uint32_t group_of(const LibraryFramework *framework, Str id, Str title)
{
    for (uint32_t i = 0; i < framework->group_count; i++) {
        const LibraryGroup *group = &framework->groups[i];
        bool same = id.len != 0 ? str_eq(group->id, id) : str_eq(group->title, title);
        if (same) {
            return i;
        }
    }
    return MAP_NONE;
}

static void set_label(Merging *merging, Json *object, Str label)
{
    const Json *props = json_find(object, STR("props"));
    Json *copy = json_is(props, JSON_ARRAY) && props->count != 0
                     ? NEW_ARRAY(merging->arena, Json, props->count)
                     : NULL;
    for (uint32_t i = 0; copy != NULL && i < props->count; i++) {
        copy[i] = props->items[i];
        bool is_label = str_eq(json_find_str(&copy[i], STR("name")), STR("label")) &&
                        json_find(&copy[i], STR("class")) == NULL;
        if (is_label) {
            json_set(merging->arena, &copy[i], STR("value"), json_string(label));
        }
    }
    if (copy != NULL) {
        Json list = {.type = JSON_ARRAY, .count = props->count, .items = copy};
        json_set(merging->arena, object, STR("props"), list);
    }
}

// The object of a control of the outline, in the words of the user where there are some.
static void lay_over(Merging *merging, Json *object)
{
    const LibraryControl *control =
        library_find_control(merging->framework, json_find_str(object, STR("id")));
    if (control == NULL || control->outdated) {
        return;
    }
    json_set(merging->arena, object, STR("title"), json_string(control->title));
    set_label(merging, object, control->label);
    static const Str kept[] = {STR_INIT("params"), STR_INIT("parts")};
    for (size_t i = 0; i < COUNTOF(kept); i++) {
        const Json *value = json_find(control->json, kept[i]);
        if (value != NULL) {
            json_set(merging->arena, object, kept[i], *value);
        }
    }
}

// Puts the user's own controls of a place behind those that are there.
static void append_own(Merging *merging, Json *object, uint32_t group, uint32_t parent)
{
    const LibraryFramework *framework = merging->framework;
    const Json *list = json_find(object, STR("controls"));
    uint32_t before = json_is(list, JSON_ARRAY) ? list->count : 0;
    uint32_t count = before;
    Json *items = NEW_ARRAY(merging->arena, Json, before + framework->control_count + 1U);
    if (before != 0) {
        memcpy(items, list->items, before * sizeof *items);
    }
    for (uint32_t i = 0; i < framework->control_count; i++) {
        const LibraryControl *control = &framework->controls[i];
        bool here = control->only_yours && control->parent == parent &&
                    (parent != MAP_NONE || control->group == group);
        if (here) {
            items[count] = *control->json;
            json_drop(merging->arena, &items[count], STR("controls"));
            append_own(merging, &items[count], group, i);
            count++;
        }
    }
    if (count != before) {
        Json all = {.type = JSON_ARRAY, .count = count, .items = items};
        json_set(merging->arena, object, STR("controls"), all);
    }
}

static void merge_list(Merging *merging, Json *object, Str key, uint32_t group);

// object: a group, a control, or the catalog.
static void merge_inside(Merging *merging, Json *object, uint32_t group, uint32_t parent)
{
    merge_list(merging, object, STR("groups"), group);
    merge_list(merging, object, STR("controls"), group);
    append_own(merging, object, group, parent);
}

static void merge_list(Merging *merging, Json *object, Str key, uint32_t group)
{
    const LibraryFramework *framework = merging->framework;
    const Json *list = json_find(object, key);
    if (!json_is(list, JSON_ARRAY)) {
        return;
    }
    Json *items = NEW_ARRAY(merging->arena, Json, list->count + 1U);
    for (uint32_t i = 0; i < list->count; i++) {
        items[i] = list->items[i];
        Str id = json_find_str(&items[i], STR("id"));
        if (str_eq(key, STR("groups"))) {
            uint32_t at = group_of(framework, id, json_find_str(&items[i], STR("title")));
            if (at != MAP_NONE) {
                merging->met[at] = true;
                json_set(merging->arena, &items[i], STR("title"),
                         json_string(framework->groups[at].title));
            }
            merge_inside(merging, &items[i], at, MAP_NONE);
        } else {
            const LibraryControl *control = library_find_control(framework, id);
            uint32_t at = control != NULL ? (uint32_t)(control - framework->controls) : MAP_NONE;
            lay_over(merging, &items[i]);
            if (at != MAP_NONE) {
                merge_list(merging, &items[i], STR("controls"), group);
                append_own(merging, &items[i], group, at);
            }
        }
    }
    Json merged = {.type = JSON_ARRAY, .count = list->count, .items = items};
    json_set(merging->arena, object, key, merged);
}

// Groups that only the user has stand behind the others, one beside the other.
static void append_groups(Merging *merging, Json *body)
{
    const LibraryFramework *framework = merging->framework;
    const Json *list = json_find(body, STR("groups"));
    uint32_t count = json_is(list, JSON_ARRAY) ? list->count : 0;
    Json *items = NEW_ARRAY(merging->arena, Json, count + framework->group_count + 1U);
    if (count != 0) {
        memcpy(items, list->items, count * sizeof *items);
    }
    for (uint32_t i = 0; i < framework->group_count; i++) {
        Json group = {.type = JSON_OBJECT};
        append_own(merging, &group, i, MAP_NONE);
        if (!merging->met[i] && group.count != 0) {
            json_set(merging->arena, &group, STR("title"), json_string(framework->groups[i].title));
            if (framework->groups[i].id.len != 0) {
                json_set(merging->arena, &group, STR("id"), json_string(framework->groups[i].id));
            }
            items[count++] = group;
        }
    }
    if (count != 0) {
        Json all = {.type = JSON_ARRAY, .count = count, .items = items};
        json_set(merging->arena, body, STR("groups"), all);
    }
}

const Json *library_store_merged(Arena *arena, const LibraryFramework *framework,
                                 const Json *outline)
{
    const Json *catalog = json_find(outline, STR("catalog"));
    ASSERT(json_is(catalog, JSON_OBJECT));
    Merging merging = {
        .arena = arena,
        .framework = framework,
        .met = NEW_ARRAY(arena, bool, framework->group_count + 1U),
    };
    Json body = *catalog;
    merge_inside(&merging, &body, MAP_NONE, MAP_NONE);
    append_groups(&merging, &body);
    Json metadata = *json_find(&body, STR("metadata"));
    json_set(arena, &metadata, STR("title"), json_string(framework->title));
    json_set(arena, &body, STR("metadata"), metadata);
    JsonMember *member = NEW(arena, JsonMember);
    *member = (JsonMember){.key = STR("catalog"), .value = body};
    Json *document = NEW(arena, Json);
    *document = (Json){.type = JSON_OBJECT, .count = 1, .members = member};
    return document;
}
