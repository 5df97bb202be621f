// SPDX-License-Identifier: Apache-2.0
// tree — objects and lists under construction, and reading trees whose keys vary in case.
// Depends on: base, json.  Thread-safe: pure.
#pragma once

#include "inventory/word.h"
#include "json/json.h"

// An object that grows; members keep the order of their first put.
typedef struct Tree {
    Arena *arena;
    JsonMember *members;
    uint32_t count;
    uint32_t cap;
} Tree;

void tree_init(Tree *tree, Arena *arena);
void tree_push(Tree *tree, Str key, Json value);    // for keys known to be new
void tree_put(Tree *tree, Str key, Json value);     // replaces a member of the same key
void tree_put_new(Tree *tree, Str key, Json value); // only when there is none, ignoring case
void tree_put_str(Tree *tree, Str key, Str value);
void tree_put_bool(Tree *tree, Str key, bool value);
void tree_put_u32(Tree *tree, Str key, uint32_t value);
void tree_put_tree(Tree *tree, Str key, const Tree *value);
void tree_put_all(Tree *tree, const Json *object); // every member that is not there yet
Json tree_json(const Tree *tree);
const Json *tree_done(const Tree *tree); // the object, in the arena

// A list that grows.
typedef struct TreeList {
    Arena *arena;
    Json *items;
    uint32_t count;
    uint32_t cap;
} TreeList;

void list_init(TreeList *list, Arena *arena);
void list_push(TreeList *list, Json value);
Json list_json(const TreeList *list);

// Walks "a/b/c" through object members, ignoring ASCII case. NULL when it leads nowhere.
const Json *tree_find(const Json *json, const char *path);

// The first of "a/b|c|d" that is present and not null.
const Json *tree_first(const Json *json, const char *paths);

// The first of them that is a string, or the source text of a number; else empty.
Str tree_text(const Json *json, const char *paths);

// True or false of a boolean or of the text "true"/"false" in any case. False when neither; the
// value stays as it was.
bool tree_bool(const Json *json, bool *ret_value);
bool tree_is_true(const Json *json, const char *path); // told, and true

// Keys with a lower-case second letter get a lower-case first one, at every level: "State" →
// "state", "AADAdditionalData" stays, "Id" → "id".
const Json *tree_camel(Arena *arena, const Json *json);

// winner's members, and those of loser that winner lacks, at every level of objects.
const Json *tree_overlay(Arena *arena, const Json *winner, const Json *loser);

// Finds a value that both have and that differs, objects member by member. Keys of the text skip
// (separated by spaces) and those with '@' are not compared. ret_path: "/properties/x".
bool tree_differs(Arena *arena, const Json *a, const Json *b, const char *skip, Str *ret_path,
                  const Json **ret_a, const Json **ret_b);
