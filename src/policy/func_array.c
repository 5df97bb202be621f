// SPDX-License-Identifier: Apache-2.0
// The functions on arrays and objects (and, where they take both, on strings).
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/text.h"
#include "base/utf8.h"
#include "policy/func_impl.h"
#include "policy/scalar.h"

bool fn_length(const Call *c, const Json **ret_value)
{
    const Json *value = c->args[0];
    switch (value->type) {
    case JSON_NULL:
        return call_ret_int(c, 0, ret_value);
    case JSON_STRING:
        return call_ret_int(c, (int64_t)text_utf16_len(value->string), ret_value);
    case JSON_ARRAY:
    case JSON_OBJECT:
        return call_ret_int(c, value->count, ret_value);
    case JSON_BOOL:
    case JSON_NUMBER:
        break;
    }
    return call_refuse(c, 0, "null, a string, an array or an object");
}

// --- one end ------------------------------------------------------------------------------------

bool fn_first(const Call *c, const Json **ret_value)
{
    const Json *value = c->args[0];
    if (value->type == JSON_STRING) {
        size_t end = 0;
        if (value->string.len != 0) {
            (void)utf8_take(value->string, &end);
        }
        return call_ret_str(c, (Str){value->string.ptr, end}, ret_value);
    }
    if (value->type != JSON_ARRAY && value->type != JSON_NULL) {
        return call_refuse(c, 0, "null, a string or an array");
    }
    *ret_value = value->type == JSON_ARRAY && value->count != 0 ? &value->items[0] : &json_null;
    return true;
}

bool fn_last(const Call *c, const Json **ret_value)
{
    const Json *value = c->args[0];
    if (value->type == JSON_STRING) {
        size_t start = 0;
        for (size_t at = 0; at < value->string.len;) {
            start = at;
            (void)utf8_take(value->string, &at);
        }
        Str text = {value->string.len != 0 ? value->string.ptr + start : NULL,
                    value->string.len - start};
        return call_ret_str(c, text, ret_value);
    }
    if (value->type != JSON_ARRAY && value->type != JSON_NULL) {
        return call_refuse(c, 0, "null, a string or an array");
    }
    bool is_there = value->type == JSON_ARRAY && value->count != 0;
    *ret_value = is_there ? &value->items[value->count - 1] : &json_null;
    return true;
}

// take and skip cut at the same place and keep different halves.
static bool cut_at(const Call *c, bool keep_head, const Json **ret_value)
{
    const Json *value = c->args[0];
    int64_t wanted = 0;
    TRY(call_int(c, 1, &wanted));
    size_t count = wanted < 0 ? 0 : (size_t)wanted;
    if (value->type == JSON_NULL) {
        return call_ret_null(ret_value);
    }
    if (value->type == JSON_STRING && value->string.len != 0) {
        Str s = value->string;
        size_t at = text_byte_at(s, count);
        return call_ret_str(c, keep_head ? (Str){s.ptr, at} : (Str){s.ptr + at, s.len - at},
                            ret_value);
    }
    if (value->type == JSON_ARRAY && value->count != 0) {
        size_t at = count < value->count ? count : value->count;
        return keep_head ? call_ret_items(c, value->items, at, ret_value)
                         : call_ret_items(c, value->items + at, value->count - at, ret_value);
    }
    if (value->type != JSON_STRING && value->type != JSON_ARRAY) {
        return call_refuse(c, 0, "null, a string or an array");
    }
    *ret_value = value;
    return true;
}

bool fn_take(const Call *c, const Json **ret_value)
{
    return cut_at(c, true, ret_value);
}

bool fn_skip(const Call *c, const Json **ret_value)
{
    return cut_at(c, false, ret_value);
}

// --- making -------------------------------------------------------------------------------------

bool fn_array(const Call *c, const Json **ret_value)
{
    if (c->args[0]->type != JSON_ARRAY) {
        return call_ret_items(c, c->args[0], 1, ret_value);
    }
    *ret_value = c->args[0];
    return true;
}

bool fn_create_array(const Call *c, const Json **ret_value)
{
    Json *items = NEW_ARRAY(c->arena, Json, c->count);
    for (uint32_t i = 0; i < c->count; i++) {
        items[i] = *c->args[i];
    }
    return call_ret_items(c, items, c->count, ret_value);
}

bool fn_create_object(const Call *c, const Json **ret_value)
{
    if (c->count % 2 != 0) {
        return call_fail(c, "%u arguments given, it takes pairs of key and value",
                         (unsigned)c->count);
    }
    size_t count = c->count / 2;
    JsonMember *members = NEW_ARRAY(c->arena, JsonMember, count);
    for (uint32_t i = 0; i < count; i++) {
        Str key = {0};
        TRY(call_str(c, 2 * i, &key));
        for (uint32_t k = 0; k < i; k++) {
            if (str_eq(members[k].key, key)) {
                return call_fail(c, "the key '%.*s' stands twice", STR_ARG(key));
            }
        }
        members[i] = (JsonMember){.key = key, .value = *c->args[2 * i + 1]};
    }
    return call_ret_members(c, members, count, ret_value);
}

// A member on its way into order: what it is sorted by, and where it stood.
typedef struct SortedKey {
    Str key;
    uint32_t at;
} SortedKey;

static int order_keys(const void *a, const void *b)
{
    const SortedKey *x = a;
    const SortedKey *y = b;
    int order = text_cmp_nocase(x->key, y->key);
    return order != 0 ? order : (x->at > y->at) - (x->at < y->at);
}

// [{key, value}] in the order of the keys ignoring case, as the service sorts them.
bool fn_items(const Call *c, const Json **ret_value)
{
    const Json *object = c->args[0];
    if (object->type != JSON_OBJECT) {
        return call_refuse(c, 0, "an object");
    }
    SortedKey *sorted = NEW_ARRAY(c->arena, SortedKey, object->count);
    for (uint32_t i = 0; i < object->count; i++) {
        sorted[i] = (SortedKey){.key = object->members[i].key, .at = i};
    }
    if (object->count != 0) {
        qsort(sorted, object->count, sizeof(*sorted), order_keys);
    }
    Json *items = NEW_ARRAY(c->arena, Json, object->count);
    for (uint32_t i = 0; i < object->count; i++) {
        JsonMember *pair = NEW_ARRAY(c->arena, JsonMember, 2);
        pair[0] = (JsonMember){.key = STR("key"), .value = json_string(sorted[i].key)};
        pair[1] = (JsonMember){.key = STR("value"), .value = object->members[sorted[i].at].value};
        items[i] = (Json){.type = JSON_OBJECT, .count = 2, .members = pair};
    }
    return call_ret_items(c, items, object->count, ret_value);
}

bool fn_coalesce(const Call *c, const Json **ret_value)
{
    *ret_value = &json_null;
    for (uint32_t i = 0; i < c->count && (*ret_value)->type == JSON_NULL; i++) {
        *ret_value = c->args[i];
    }
    return true;
}

const Json *func_find_key(const Json *object, Str key)
{
    const Json *exact = json_find(object, key);
    return exact != NULL ? exact : json_find_nocase(object, key);
}

// The member or item under key; NULL = absent.
static const Json *step(const Json *value, const Json *key)
{
    if (value->type == JSON_OBJECT && key->type == JSON_STRING) {
        return func_find_key(value, key->string);
    }
    bool is_index = key->type == JSON_NUMBER && key->is_int && key->number.as_int >= 0;
    if (value->type == JSON_ARRAY && is_index && key->number.as_int < value->count) {
        return &value->items[key->number.as_int];
    }
    return NULL;
}

// Only what the first key names may be absent, or null: tryGet(o, 'a', 'b') is what o.?a.b
// compiles to.
bool fn_try_get(const Call *c, const Json **ret_value)
{
    const Json *key = c->args[1];
    if (key->type != JSON_STRING && !(key->type == JSON_NUMBER && key->is_int)) {
        return call_refuse(c, 1, "a string or an integer");
    }
    const Json *value = step(c->args[0], key);
    if (value == NULL || value->type == JSON_NULL) {
        return call_ret_null(ret_value);
    }
    for (uint32_t i = 2; i < c->count; i++) {
        value = step(value, c->args[i]);
        if (value == NULL) {
            return call_fail(c,
                             "argument %u names nothing that is there; only the first key may"
                             " be absent",
                             (unsigned)(i + 1));
        }
    }
    *ret_value = value;
    return true;
}

// --- sets ---------------------------------------------------------------------------------------

// Values that are json_equal have the same hash: numbers by value, objects whatever the order.
static uint64_t hash_json(const Json *value)
{
    uint64_t hash = (uint64_t)value->type * 0x9e3779b97f4a7c15U;
    switch (value->type) {
    case JSON_NULL:
        return hash;
    case JSON_BOOL:
        return hash + value->boolean;
    case JSON_NUMBER: {
        double number = value->number.as_double + 0.0; // -0 is 0
        return hash ^ hash_bytes(&number, sizeof number, 1);
    }
    case JSON_STRING:
        return hash ^ hash_str(value->string);
    case JSON_ARRAY:
    case JSON_OBJECT:
        return hash + value->count; // containers in sets are few; json_equal decides
    }
    UNREACHABLE("all types are above");
}

// A set of values by json_equal, open addressing, never more than half full.
typedef struct JsonSet {
    const Json **slots;
    size_t mask;
} JsonSet;

static JsonSet set_new(Arena *arena, size_t count)
{
    size_t slots = 2;
    while (slots < 2 * count) {
        slots *= 2;
    }
    return (JsonSet){.slots = NEW_ARRAY(arena, const Json *, slots), .mask = slots - 1};
}

static const Json **set_slot(const JsonSet *set, const Json *value)
{
    size_t at = (size_t)hash_json(value) & set->mask;
    while (set->slots[at] != NULL && !json_equal(set->slots[at], value)) {
        at = (at + 1) & set->mask;
    }
    return &set->slots[at];
}

// False when the value was there.
static bool set_add(JsonSet *set, const Json *value)
{
    const Json **slot = set_slot(set, value);
    bool is_new = *slot == NULL;
    *slot = is_new ? value : *slot;
    return is_new;
}

static bool same_containers(const Call *c)
{
    JsonType type = c->args[0]->type;
    if (type != JSON_ARRAY && type != JSON_OBJECT) {
        return call_refuse(c, 0, "an array or an object");
    }
    for (uint32_t i = 1; i < c->count; i++) {
        if (c->args[i]->type != type) {
            return call_refuse(c, i,
                               type == JSON_ARRAY ? "an array like argument 1"
                                                  : "an object like argument 1");
        }
    }
    return true;
}

static bool union_arrays(const Call *c, const Json **ret_value)
{
    size_t all = 0;
    for (uint32_t i = 0; i < c->count; i++) {
        all += c->args[i]->count;
    }
    JsonSet set = set_new(c->arena, all);
    Json *items = NEW_ARRAY(c->arena, Json, all);
    size_t count = 0;
    for (uint32_t i = 0; i < c->count; i++) {
        for (uint32_t k = 0; k < c->args[i]->count; k++) {
            if (set_add(&set, &c->args[i]->items[k])) {
                items[count++] = c->args[i]->items[k];
            }
        }
    }
    return call_ret_items(c, items, count, ret_value);
}

// The members of both; where both have a key, objects merge and otherwise b wins. Recursion is
// bounded by the depth of the documents.
static Json merge_objects(Arena *arena, const Json *a, const Json *b)
{
    JsonMember *members = NEW_ARRAY(arena, JsonMember, (size_t)a->count + b->count);
    uint32_t count = a->count;
    if (count != 0) {
        memcpy(members, a->members, count * sizeof *members);
    }
    for (uint32_t i = 0; i < b->count; i++) {
        uint32_t k = 0;
        while (k < count && !str_eq_nocase(members[k].key, b->members[i].key)) {
            k++;
        }
        if (k == count) {
            members[count++] = b->members[i];
        } else if (members[k].value.type == JSON_OBJECT &&
                   b->members[i].value.type == JSON_OBJECT) {
            members[k].value = merge_objects(arena, &members[k].value, &b->members[i].value);
        } else {
            members[k].value = b->members[i].value;
        }
    }
    return (Json){.type = JSON_OBJECT, .count = count, .members = members};
}

bool fn_union(const Call *c, const Json **ret_value)
{
    TRY(same_containers(c));
    if (c->args[0]->type == JSON_ARRAY) {
        return union_arrays(c, ret_value);
    }
    Json merged = *c->args[0];
    for (uint32_t i = 1; i < c->count; i++) {
        merged = merge_objects(c->arena, &merged, c->args[i]);
    }
    return call_ret_members(c, merged.members, merged.count, ret_value);
}

static bool intersect_arrays(const Call *c, const Json **ret_value)
{
    Json *items = NEW_ARRAY(c->arena, Json, c->args[0]->count);
    size_t count = 0;
    JsonSet *sets = NEW_ARRAY(c->arena, JsonSet, c->count);
    for (uint32_t i = 0; i < c->count; i++) {
        sets[i] = set_new(c->arena, c->args[i]->count);
        for (uint32_t k = 0; i != 0 && k < c->args[i]->count; k++) {
            (void)set_add(&sets[i], &c->args[i]->items[k]);
        }
    }
    for (uint32_t k = 0; k < c->args[0]->count; k++) {
        const Json *item = &c->args[0]->items[k];
        bool in_all = set_add(&sets[0], item); // each value once
        for (uint32_t i = 1; i < c->count && in_all; i++) {
            in_all = *set_slot(&sets[i], item) != NULL;
        }
        if (in_all) {
            items[count++] = *item;
        }
    }
    return call_ret_items(c, items, count, ret_value);
}

// A member is shared where key and value are, and the key by case too.
bool fn_intersection(const Call *c, const Json **ret_value)
{
    TRY(same_containers(c));
    if (c->args[0]->type == JSON_ARRAY) {
        return intersect_arrays(c, ret_value);
    }
    JsonMember *members = NEW_ARRAY(c->arena, JsonMember, c->args[0]->count);
    size_t count = 0;
    for (uint32_t k = 0; k < c->args[0]->count; k++) {
        const JsonMember *member = &c->args[0]->members[k];
        bool in_all = true;
        for (uint32_t i = 1; i < c->count && in_all; i++) {
            const Json *other = json_find(c->args[i], member->key);
            in_all = other != NULL && json_equal(&member->value, other);
        }
        if (in_all) {
            members[count++] = *member;
        }
    }
    return call_ret_members(c, members, count, ret_value);
}
