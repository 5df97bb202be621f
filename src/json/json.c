// SPDX-License-Identifier: Apache-2.0
#include "json/json.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/swar.h"
#include "json/lex.h"

enum { FEW_MEMBERS = 16 };

const Json json_null = {.type = JSON_NULL};
const Json json_true = {.type = JSON_BOOL, .boolean = true};
const Json json_false = {.type = JSON_BOOL, .boolean = false};

const Json *json_find(const Json *json, Str key)
{
    if (!json_is(json, JSON_OBJECT)) {
        return NULL;
    }
    for (uint32_t i = json->count; i > 0; i--) {
        const JsonMember *member = &json->members[i - 1];
        if (member->key.len == key.len && swar_eq(member->key.ptr, key.ptr, key.len)) {
            return &member->value;
        }
    }
    return NULL;
}

const Json *json_find_nocase(const Json *json, Str key)
{
    if (!json_is(json, JSON_OBJECT)) {
        return NULL;
    }
    for (uint32_t i = json->count; i > 0; i--) {
        const JsonMember *member = &json->members[i - 1];
        if (member->key.len == key.len && swar_eq_nocase(member->key.ptr, key.ptr, key.len)) {
            return &member->value;
        }
    }
    return NULL;
}

Str json_find_str(const Json *json, Str key)
{
    const Json *value = json_find(json, key);
    return json_is(value, JSON_STRING) ? value->string : (Str){0};
}

static bool number_eq(const Json *a, const Json *b)
{
    if (a->is_int && b->is_int) {
        return a->number.as_int == b->number.as_int;
    }
    // Different doubles are different numbers; equal doubles may still stand for different ones.
    if (a->number.as_double < b->number.as_double || a->number.as_double > b->number.as_double) {
        return false;
    }
    return lex_number_eq(a->number.text, b->number.text);
}

// How many keys object has, and whether other has an equal value under each. For few members.
static bool members_in(const Json *object, const Json *other, uint32_t *ret_keys)
{
    *ret_keys = 0;
    for (uint32_t i = 0; i < object->count; i++) {
        const Json *value = json_find(object, object->members[i].key);
        if (value != &object->members[i].value) {
            continue; // a later duplicate stands for this one
        }
        *ret_keys += 1;
        const Json *match = other != NULL ? json_find(other, object->members[i].key) : value;
        if (match == NULL || (other != NULL && !json_equal(value, match))) {
            return false;
        }
    }
    return true;
}

// Key → number of the last member that has it.
static uint32_t *last_members(Arena *arena, Map *keys, const Json *object)
{
    map_init(keys, arena, MAP_EXACT);
    uint32_t *last = NEW_ARRAY(arena, uint32_t, object->count);
    for (uint32_t i = 0; i < object->count; i++) {
        last[map_intern(keys, object->members[i].key)] = i;
    }
    return last;
}

static bool few_members_eq(const Json *a, const Json *b)
{
    uint32_t keys_a = 0;
    uint32_t keys_b = 0;
    return members_in(b, NULL, &keys_b) && members_in(a, b, &keys_a) && keys_a == keys_b;
}

// Each pair of values is compared once, or unequal nested objects would cost 2 to their depth.
static bool object_eq(const Json *a, const Json *b)
{
    if (a->count <= FEW_MEMBERS && b->count <= FEW_MEMBERS) {
        return few_members_eq(a, b);
    }
    Arena scratch;
    arena_init(&scratch, SIZE_MAX);
    Map keys_a;
    Map keys_b;
    const uint32_t *last_a = last_members(&scratch, &keys_a, a);
    const uint32_t *last_b = last_members(&scratch, &keys_b, b);
    bool is_equal = keys_a.count == keys_b.count;
    for (uint32_t i = 0; i < keys_a.count && is_equal; i++) {
        uint32_t other = map_find(&keys_b, keys_a.entries[i].key);
        is_equal = other != MAP_NONE &&
                   json_equal(&a->members[last_a[i]].value, &b->members[last_b[other]].value);
    }
    arena_free(&scratch);
    return is_equal;
}

static bool array_eq(const Json *a, const Json *b)
{
    if (a->count != b->count) {
        return false;
    }
    for (uint32_t i = 0; i < a->count; i++) {
        if (!json_equal(&a->items[i], &b->items[i])) {
            return false;
        }
    }
    return true;
}

// The recursion is as deep as the tree, which the readers bound by JSON_DEPTH_CEILING.
bool json_equal(const Json *a, const Json *b)
{
    if (a->type != b->type) {
        return false;
    }
    switch (a->type) {
    case JSON_NULL:
        return true;
    case JSON_BOOL:
        return a->boolean == b->boolean;
    case JSON_NUMBER:
        return number_eq(a, b);
    case JSON_STRING:
        return str_eq(a->string, b->string);
    case JSON_ARRAY:
        return array_eq(a, b);
    case JSON_OBJECT:
        return object_eq(a, b);
    }
    UNREACHABLE("JsonType out of range");
}

Json json_string(Str s)
{
    return (Json){.type = JSON_STRING, .string = s};
}

Json json_bool(bool b)
{
    return b ? json_true : json_false;
}

static Json number_from_text(Arena *arena, Str text)
{
    Json json = {0};
    size_t at = 0;
    LexFault fault = lex_number(str_copy(arena, text), &at, &json);
    ASSERT(fault == LEX_OK);
    return json;
}

Json json_int(Arena *arena, int64_t value)
{
    char text[24];
    int len = snprintf(text, sizeof text, "%lld", (long long)value);
    return number_from_text(arena, (Str){text, (size_t)len});
}

Json json_double(Arena *arena, double value)
{
    Buf text = {0};
    lex_print_double(&text, value);
    Json json = number_from_text(arena, buf_str(&text));
    buf_free(&text);
    return json;
}

static void copy_into(Arena *arena, Json *to, const Json *from)
{
    *to = *from;
    if (from->type == JSON_STRING) {
        to->string = str_copy(arena, from->string);
    } else if (from->type == JSON_NUMBER) {
        to->number.text = str_copy(arena, from->number.text);
    } else if (from->type == JSON_ARRAY) {
        Json *items = NEW_ARRAY(arena, Json, from->count);
        for (uint32_t i = 0; i < from->count; i++) {
            copy_into(arena, &items[i], &from->items[i]);
        }
        to->items = items;
    } else if (from->type == JSON_OBJECT) {
        JsonMember *members = NEW_ARRAY(arena, JsonMember, from->count);
        for (uint32_t i = 0; i < from->count; i++) {
            members[i].key = str_copy(arena, from->members[i].key);
            members[i].at = from->members[i].at;
            copy_into(arena, &members[i].value, &from->members[i].value);
        }
        to->members = members;
    }
}

const Json *json_copy(Arena *arena, const Json *json)
{
    Json *copy = NEW(arena, Json);
    copy_into(arena, copy, json);
    return copy;
}

// ~0 is ~ and ~1 is /; any other use of ~ matches nothing.
static bool token_eq(Str token, Str key)
{
    size_t k = 0;
    for (size_t i = 0; i < token.len; i++, k++) {
        char c = token.ptr[i];
        if (c == '~') {
            i++;
            if (i == token.len || (token.ptr[i] != '0' && token.ptr[i] != '1')) {
                return false;
            }
            c = token.ptr[i] == '0' ? '~' : '/';
        }
        if (k == key.len || key.ptr[k] != c) {
            return false;
        }
    }
    return k == key.len;
}

static const Json *step_into(const Json *json, Str token)
{
    if (json->type == JSON_OBJECT) {
        for (uint32_t i = json->count; i > 0; i--) {
            if (token_eq(token, json->members[i - 1].key)) {
                return &json->members[i - 1].value;
            }
        }
        return NULL;
    }
    if (json->type != JSON_ARRAY || token.len == 0 || token.len > 10 ||
        (token.len > 1 && token.ptr[0] == '0')) {
        return NULL;
    }
    uint64_t index = 0;
    for (size_t i = 0; i < token.len; i++) {
        if (token.ptr[i] < '0' || token.ptr[i] > '9') {
            return NULL;
        }
        index = index * 10 + (uint64_t)(token.ptr[i] - '0');
    }
    return index < json->count ? &json->items[index] : NULL;
}

const Json *json_pointer(const Json *json, Str pointer)
{
    StrCut cut = str_cut(pointer, '/');
    if (cut.head.len != 0) {
        return NULL; // every step starts with /
    }
    while (json != NULL && cut.found) {
        cut = str_cut(cut.tail, '/');
        json = step_into(json, cut.head);
    }
    return json;
}
