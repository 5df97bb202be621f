// SPDX-License-Identifier: Apache-2.0
#include "inventory/tree.h"

#include <string.h>

#include "base/map.h"

enum { CAP_MIN = 8, NESTING_MAX = 128 };

void tree_init(Tree *tree, Arena *arena)
{
    *tree = (Tree){.arena = arena};
}

static void tree_grow(Tree *tree)
{
    if (tree->count < tree->cap) {
        return;
    }
    uint32_t cap = tree->cap == 0 ? CAP_MIN : tree->cap * 2;
    JsonMember *members = NEW_ARRAY(tree->arena, JsonMember, cap);
    if (tree->count != 0) {
        memcpy(members, tree->members, tree->count * sizeof *members);
    }
    tree->members = members;
    tree->cap = cap;
}

void tree_push(Tree *tree, Str key, Json value)
{
    tree_grow(tree);
    tree->members[tree->count++] = (JsonMember){.key = key, .value = value};
}

void tree_put(Tree *tree, Str key, Json value)
{
    for (uint32_t i = 0; i < tree->count; i++) {
        if (str_eq(tree->members[i].key, key)) {
            tree->members[i].value = value;
            return;
        }
    }
    tree_push(tree, key, value);
}

static bool has_member(const Tree *tree, uint32_t count, Str key)
{
    for (uint32_t i = 0; i < count; i++) {
        if (str_eq_nocase(tree->members[i].key, key)) {
            return true;
        }
    }
    return false;
}

void tree_put_new(Tree *tree, Str key, Json value)
{
    if (!has_member(tree, tree->count, key)) {
        tree_push(tree, key, value);
    }
}

void tree_put_str(Tree *tree, Str key, Str value)
{
    tree_put(tree, key, json_string(value));
}

void tree_put_bool(Tree *tree, Str key, bool value)
{
    tree_put(tree, key, json_bool(value));
}

void tree_put_u32(Tree *tree, Str key, uint32_t value)
{
    tree_put(tree, key, json_int(tree->arena, value));
}

void tree_put_tree(Tree *tree, Str key, const Tree *value)
{
    tree_put(tree, key, tree_json(value));
}

void tree_put_all(Tree *tree, const Json *object)
{
    if (!json_is(object, JSON_OBJECT)) {
        return;
    }
    uint32_t before = tree->count; // the object's own duplicates are kept: json_find takes the last
    for (uint32_t i = 0; i < object->count; i++) {
        const JsonMember *member = &object->members[i];
        if (!has_member(tree, before, member->key)) {
            tree_push(tree, member->key, member->value);
        }
    }
}

Json tree_json(const Tree *tree)
{
    return (Json){.type = JSON_OBJECT, .count = tree->count, .members = tree->members};
}

const Json *tree_done(const Tree *tree)
{
    Json *json = NEW(tree->arena, Json);
    *json = tree_json(tree);
    return json;
}

void list_init(TreeList *list, Arena *arena)
{
    *list = (TreeList){.arena = arena};
}

void list_push(TreeList *list, Json value)
{
    if (list->count == list->cap) {
        uint32_t cap = list->cap == 0 ? CAP_MIN : list->cap * 2;
        Json *items = NEW_ARRAY(list->arena, Json, cap);
        if (list->count != 0) {
            memcpy(items, list->items, list->count * sizeof *items);
        }
        list->items = items;
        list->cap = cap;
    }
    list->items[list->count++] = value;
}

Json list_json(const TreeList *list)
{
    return (Json){.type = JSON_ARRAY, .count = list->count, .items = list->items};
}

static const Json *find_path(const Json *json, Str path)
{
    while (json != NULL && path.len != 0) {
        StrCut cut = str_cut(path, '/');
        json = json_find_nocase(json, cut.head);
        path = cut.tail;
    }
    return json;
}

const Json *tree_find(const Json *json, const char *path)
{
    return find_path(json, text_of(path));
}

const Json *tree_first(const Json *json, const char *paths)
{
    for (Str rest = text_of(paths); rest.len != 0;) {
        StrCut cut = str_cut(rest, '|');
        const Json *found = find_path(json, cut.head);
        if (found != NULL && found->type != JSON_NULL) {
            return found;
        }
        rest = cut.tail;
    }
    return NULL;
}

Str tree_text(const Json *json, const char *paths)
{
    for (Str rest = text_of(paths); rest.len != 0;) {
        StrCut cut = str_cut(rest, '|');
        const Json *found = find_path(json, cut.head);
        if (json_is(found, JSON_STRING)) {
            return found->string;
        }
        if (json_is(found, JSON_NUMBER)) {
            return found->number.text;
        }
        rest = cut.tail;
    }
    return (Str){0};
}

bool tree_bool(const Json *json, bool *ret_value)
{
    if (json_is(json, JSON_BOOL)) {
        *ret_value = json->boolean;
        return true;
    }
    if (!json_is(json, JSON_STRING)) {
        return false;
    }
    bool is_true = str_eq_nocase(json->string, STR("true"));
    if (!is_true && !str_eq_nocase(json->string, STR("false"))) {
        return false;
    }
    *ret_value = is_true;
    return true;
}

bool tree_is_true(const Json *json, const char *path)
{
    bool value = false;
    return tree_bool(tree_find(json, path), &value) && value;
}

static Str camel_key(Arena *arena, Str key)
{
    bool upper = key.len != 0 && key.ptr[0] >= 'A' && key.ptr[0] <= 'Z';
    bool acronym = key.len > 1 && key.ptr[1] >= 'A' && key.ptr[1] <= 'Z';
    if (!upper || acronym) {
        return key;
    }
    char *copy = NEW_ARRAY(arena, char, key.len);
    memcpy(copy, key.ptr, key.len);
    copy[0] = (char)(copy[0] - 'A' + 'a');
    return (Str){copy, key.len};
}

// The depth is bounded by the reader's limit; NESTING_MAX only guards against a broken one.
static Json camel_at(Arena *arena, const Json *json, uint32_t depth)
{
    ASSERT(depth < 4 * NESTING_MAX);
    Json out = *json;
    if (json->type == JSON_ARRAY && json->count != 0) {
        Json *items = NEW_ARRAY(arena, Json, json->count);
        for (uint32_t i = 0; i < json->count; i++) {
            items[i] = camel_at(arena, &json->items[i], depth + 1);
        }
        out.items = items;
    } else if (json->type == JSON_OBJECT && json->count != 0) {
        JsonMember *members = NEW_ARRAY(arena, JsonMember, json->count);
        for (uint32_t i = 0; i < json->count; i++) {
            members[i].key = camel_key(arena, json->members[i].key);
            members[i].value = camel_at(arena, &json->members[i].value, depth + 1);
        }
        out.members = members;
    }
    return out;
}

const Json *tree_camel(Arena *arena, const Json *json)
{
    Json *out = NEW(arena, Json);
    *out = camel_at(arena, json, 0);
    return out;
}

// Members by exact key; a large object gets a table, so that comparing two is not quadratic.
typedef struct Finder {
    const Json *object;
    Map by_key;
    bool has_table;
} Finder;

static Finder finder_of(Arena *arena, const Json *object)
{
    enum { FEW = 64 };
    Finder finder = {.object = object, .has_table = object->count > FEW};
    if (finder.has_table) {
        map_init(&finder.by_key, arena, MAP_EXACT);
        for (uint32_t i = object->count; i != 0; i--) { // the last of duplicates stands
            (void)map_put(&finder.by_key, object->members[i - 1].key, i - 1);
        }
    }
    return finder;
}

static const Json *finder_find(const Finder *finder, Str key)
{
    if (!finder->has_table) {
        return json_find(finder->object, key);
    }
    uint32_t at = map_find(&finder->by_key, key);
    return at != MAP_NONE ? &finder->object->members[at].value : NULL;
}

static Json overlay_at(Arena *arena, const Json *winner, const Json *loser, uint32_t depth)
{
    ASSERT(depth < 4 * NESTING_MAX);
    if (winner->type != JSON_OBJECT || loser->type != JSON_OBJECT) {
        return *winner;
    }
    Tree tree;
    Finder in_winner = finder_of(arena, winner);
    Finder in_loser = finder_of(arena, loser);
    tree_init(&tree, arena);
    for (uint32_t i = 0; i < winner->count; i++) {
        const JsonMember *member = &winner->members[i];
        const Json *other = finder_find(&in_loser, member->key);
        tree_push(&tree, member->key,
                  other != NULL ? overlay_at(arena, &member->value, other, depth + 1)
                                : member->value);
    }
    for (uint32_t i = 0; i < loser->count; i++) {
        if (finder_find(&in_winner, loser->members[i].key) == NULL) {
            tree_push(&tree, loser->members[i].key, loser->members[i].value);
        }
    }
    return tree_json(&tree);
}

const Json *tree_overlay(Arena *arena, const Json *winner, const Json *loser)
{
    if (loser == NULL || winner == NULL) {
        return winner != NULL ? winner : loser;
    }
    Json *out = NEW(arena, Json);
    *out = overlay_at(arena, winner, loser, 0);
    return out;
}

static bool key_is_skipped(Str key, const char *skip)
{
    if (key.len != 0 && memchr(key.ptr, '@', key.len) != NULL) {
        return true;
    }
    for (Str rest = text_of(skip); rest.len != 0;) {
        StrCut cut = str_cut(rest, ' ');
        if (str_eq_nocase(cut.head, key)) {
            return true;
        }
        rest = cut.tail;
    }
    return false;
}

typedef struct Difference {
    Arena *arena;
    const char *skip;
    Str path;
    const Json *a;
    const Json *b;
} Difference;

static bool differs_at(Difference *diff, Str path, const Json *a, const Json *b, uint32_t depth)
{
    ASSERT(depth < 4 * NESTING_MAX);
    if (a->type != JSON_OBJECT || b->type != JSON_OBJECT) {
        if (a->type == JSON_NULL || b->type == JSON_NULL || json_equal(a, b)) {
            return false; // null says "not told" in lists: a detail that tells is no contradiction
        }
        diff->path = path;
        diff->a = a;
        diff->b = b;
        return true;
    }
    Finder in_b = finder_of(diff->arena, b);
    for (uint32_t i = 0; i < a->count; i++) {
        Str key = a->members[i].key;
        const Json *other = finder_find(&in_b, key);
        if (other == NULL || key_is_skipped(key, diff->skip)) {
            continue;
        }
        Str below = text_print(diff->arena, "%.*s/%.*s", STR_ARG(path), STR_ARG(key));
        if (differs_at(diff, below, &a->members[i].value, other, depth + 1)) {
            return true;
        }
    }
    return false;
}

bool tree_differs(Arena *arena, const Json *a, const Json *b, const char *skip, Str *ret_path,
                  const Json **ret_a, const Json **ret_b)
{
    if (a == NULL || b == NULL) {
        return false;
    }
    Difference diff = {.arena = arena, .skip = skip};
    if (!differs_at(&diff, STR(""), a, b, 0)) {
        return false;
    }
    *ret_path = diff.path;
    *ret_a = diff.a;
    *ret_b = diff.b;
    return true;
}
