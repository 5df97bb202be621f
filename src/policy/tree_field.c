// SPDX-License-Identifier: Apache-2.0
#include "policy/tree_field.h"

#include "policy/related.h"

typedef struct Found {
    Arena *arena;
    const AliasPath *path;
    const Json **items; // NULL = the leaf is not there
    uint32_t count;
    uint32_t cap;
    bool with_missing; // keeps elements that lack the leaf
} Found;

static void found_push(Found *found, const Json *value)
{
    if (found->count == found->cap) {
        uint32_t cap = found->cap == 0 ? 8 : found->cap * 2;
        const Json **wider = NEW_ARRAY(found->arena, const Json *, cap);
        for (uint32_t i = 0; i < found->count; i++) {
            wider[i] = found->items[i];
        }
        found->items = wider;
        found->cap = cap;
    }
    found->items[found->count++] = value;
}

static bool arrays_follow(const AliasPath *path, uint32_t step)
{
    for (; step < path->count; step++) {
        if (path->steps[step].is_array) {
            return true;
        }
    }
    return false;
}

// The member of a step, looked for under "properties" where the path flattens.
static const Json *member(const AliasPath *path, uint32_t step, const Json *object)
{
    const Json *value = json_find_nocase(object, path->steps[step].name);
    bool at_start = step == 0 || path->steps[step - 1].is_array;
    if (value == NULL && path->flatten && at_start) {
        value =
            json_find_nocase(json_find_nocase(object, STR("properties")), path->steps[step].name);
    }
    return value;
}

static void collect(Found *found, uint32_t step, const Json *value)
{
    for (; value != NULL && step < found->path->count; step++) {
        const PathStep *at = &found->path->steps[step];
        if (at->is_array) {
            for (uint32_t i = 0; value->type == JSON_ARRAY && i < value->count; i++) {
                collect(found, step + 1, &value->items[i]);
            }
            return;
        }
        if (at->is_index) {
            bool there = value->type == JSON_ARRAY && at->index < value->count;
            value = there ? &value->items[at->index] : NULL;
        } else {
            value = member(found->path, step, value);
        }
    }
    if (value != NULL || (found->with_missing && !arrays_follow(found->path, step))) {
        found_push(found, value);
    }
}

static const Json *as_array(const Found *found)
{
    Json *items = NEW_ARRAY(found->arena, Json, (size_t)found->count + 1);
    for (uint32_t i = 0; i < found->count; i++) {
        items[i] = *found->items[i];
    }
    Json *array = NEW(found->arena, Json);
    *array = (Json){.type = JSON_ARRAY, .count = found->count, .items = items};
    return array;
}

const Json *tree_empty_array(void)
{
    static const Json empty = {.type = JSON_ARRAY};
    return &empty;
}

static const Json *full_name(Arena *arena, const Json *resource)
{
    const Json *given = json_find_nocase(resource, STR("fullName"));
    if (given != NULL) {
        return given;
    }
    const Json *id = json_find_nocase(resource, STR("id"));
    IdParts parts = {0};
    id_parts_read(&parts, json_is(id, JSON_STRING) ? id->string : (Str){0});
    Str name = id_full_name(arena, &parts);
    id_parts_close(&parts);
    if (name.len == 0) {
        return json_find_nocase(resource, STR("name"));
    }
    Json *value = NEW(arena, Json);
    *value = json_string(name);
    return value;
}

const Json *tree_field(Arena *arena, const AliasTable *aliases, const AliasQuery *query,
                       const Json *resource)
{
    if (str_eq_nocase(query->field, STR("fullName"))) {
        return full_name(arena, resource);
    }
    AliasPath path = {0};
    bool there = alias_resolve(aliases, arena, query, &path) == ALIAS_FOUND;
    Found found = {.arena = arena, .path = &path};
    if (there) {
        collect(&found, 0, resource);
    }
    if (path.array_count != 0 || (!there && str_find(query->field, STR("[*]")) != NULL)) {
        return as_array(&found);
    }
    return found.count == 0 || found.items[0]->type == JSON_NULL ? NULL : found.items[0];
}

const Json **tree_values(Arena *arena, const AliasTable *aliases, const AliasQuery *query,
                         const Json *resource, uint32_t *ret_count)
{
    AliasPath path = {0};
    Found found = {.arena = arena, .path = &path, .with_missing = true};
    if (str_eq_nocase(query->field, STR("fullName"))) {
        found_push(&found, full_name(arena, resource));
    } else if (alias_resolve(aliases, arena, query, &path) == ALIAS_FOUND) {
        collect(&found, 0, resource);
    } else if (str_find(query->field, STR("[*]")) == NULL) {
        found_push(&found, NULL);
    }
    *ret_count = found.count;
    return found.items;
}
