// SPDX-License-Identifier: Apache-2.0
#include "baseline/edit.h"

#include <string.h>

Json edit_take(const Json *object, Str key, JsonType type)
{
    const Json *value = json_find(object, key);
    return json_is(value, type) ? *value : (Json){.type = type};
}

static uint32_t index_of(const Json *object, Str key)
{
    for (uint32_t i = 0; i < object->count; i++) {
        if (str_eq(object->members[i].key, key)) {
            return i;
        }
    }
    return UINT32_MAX;
}

static size_t rank_of(const EditOrder *order, Str key)
{
    size_t rank = 0;
    while (rank < order->count && !str_eq(order->keys[rank], key)) {
        rank++;
    }
    return rank;
}

static uint32_t place_of(const Json *object, Str key, const EditOrder *order)
{
    size_t rank = order != NULL ? rank_of(order, key) : 0;
    if (order == NULL || rank == order->count) {
        return object->count;
    }
    for (uint32_t i = 0; i < object->count; i++) {
        size_t other = rank_of(order, object->members[i].key);
        if (other > rank) {
            return i;
        }
    }
    return object->count;
}

void edit_put(Arena *arena, Json *object, Str key, Json value, const EditOrder *order)
{
    ASSERT(object->type == JSON_OBJECT);
    uint32_t at = index_of(object, key);
    bool is_new = at == UINT32_MAX;
    at = is_new ? place_of(object, key, order) : at;
    uint32_t count = object->count + (is_new ? 1U : 0U);
    JsonMember *members = NEW_ARRAY(arena, JsonMember, count);
    uint32_t skip = is_new ? 0 : 1;
    if (at != 0) {
        memcpy(members, object->members, at * sizeof(*members));
    }
    members[at] = (JsonMember){.key = key, .value = value};
    if (at + 1 < count) {
        memcpy(members + at + 1, object->members + at + skip, (count - at - 1) * sizeof(*members));
    }
    object->members = members;
    object->count = count;
}

void edit_drop(Arena *arena, Json *object, Str key)
{
    uint32_t at = index_of(object, key);
    if (at == UINT32_MAX) {
        return;
    }
    JsonMember *members = NEW_ARRAY(arena, JsonMember, object->count);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < object->count; i++) {
        if (i != at) {
            members[kept++] = object->members[i];
        }
    }
    object->members = members;
    object->count = kept;
}

void edit_push(Arena *arena, Json *array, Json item)
{
    ASSERT(array->type == JSON_ARRAY);
    Json *items = NEW_ARRAY(arena, Json, array->count + 1U);
    if (array->count != 0) {
        memcpy(items, array->items, array->count * sizeof(*items));
    }
    items[array->count++] = item;
    array->items = items;
}

void edit_replace(Arena *arena, Json *array, uint32_t at, Json item)
{
    ASSERT(array->type == JSON_ARRAY && at < array->count);
    Json *items = NEW_ARRAY(arena, Json, array->count);
    memcpy(items, array->items, array->count * sizeof(*items));
    items[at] = item;
    array->items = items;
}

void edit_remove(Arena *arena, Json *array, uint32_t at)
{
    ASSERT(array->type == JSON_ARRAY && at < array->count);
    Json *items = NEW_ARRAY(arena, Json, array->count);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < array->count; i++) {
        if (i != at) {
            items[kept++] = array->items[i];
        }
    }
    array->items = items;
    array->count = kept;
}

uint32_t edit_find_text(const Json *array, Str text)
{
    for (uint32_t i = 0; json_is(array, JSON_ARRAY) && i < array->count; i++) {
        if (array->items[i].type == JSON_STRING && str_eq(array->items[i].string, text)) {
            return i;
        }
    }
    return UINT32_MAX;
}

uint32_t edit_find_by(const Json *array, Str key, Str text)
{
    for (uint32_t i = 0; json_is(array, JSON_ARRAY) && i < array->count; i++) {
        if (str_eq(json_find_str(&array->items[i], key), text)) {
            return i;
        }
    }
    return UINT32_MAX;
}
