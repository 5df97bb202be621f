// SPDX-License-Identifier: Apache-2.0
// edit — changing a document as a person would: only what is meant to change does, and it stays in
// the order its readers expect. Values are copied on writing; what they are made from is untouched.
// Depends on: json.  Not thread-safe: one arena.
#pragma once

#include "json/json.h"

// The order of an object's members; a new one goes before the first that comes after it.
typedef struct EditOrder {
    const Str *keys;
    size_t count;
} EditOrder;

// A copy of a member that has the type, or an empty value of it.
Json edit_take(const Json *object, Str key, JsonType type);

// Replaces the member, or puts it where order says (NULL: at the end).
void edit_put(Arena *arena, Json *object, Str key, Json value, const EditOrder *order);
void edit_drop(Arena *arena, Json *object, Str key);

void edit_push(Arena *arena, Json *array, Json item);
void edit_replace(Arena *arena, Json *array, uint32_t at, Json item);
void edit_remove(Arena *arena, Json *array, uint32_t at);

// The index of a text in an array; MAP_NONE (UINT32_MAX) = it is not there.
uint32_t edit_find_text(const Json *array, Str text);

// The index of the object whose member `key` is this text.
uint32_t edit_find_by(const Json *array, Str key, Str text);
