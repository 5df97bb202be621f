// SPDX-License-Identifier: Apache-2.0
// Which rules can concern a resource type: lists by type plus one list for any type.
#include <string.h>

#include "policy/plan.h"

typedef struct Entry {
    uint32_t rule;
    struct Entry *next; // ascending by rule, because rules are added in order
} Entry;

typedef struct List {
    Entry *first;
    Entry *last;
    uint32_t count;
} List;

struct RuleIndex {
    Arena *arena;
    Map types; // lower case → index into lists
    List **lists;
    uint32_t list_cap;
    List any;
};

RuleIndex *rule_index_new(Arena *arena)
{
    RuleIndex *index = NEW(arena, RuleIndex);
    index->arena = arena;
    map_init(&index->types, arena, MAP_NOCASE);
    return index;
}

static void append(Arena *arena, List *list, uint32_t rule)
{
    if (list->last != NULL && list->last->rule == rule) {
        return; // the same type twice in one rule
    }
    Entry *entry = NEW(arena, Entry);
    entry->rule = rule;
    if (list->last == NULL) {
        list->first = entry;
    } else {
        list->last->next = entry;
    }
    list->last = entry;
    list->count++;
}

static List *list_of(RuleIndex *index, Str type)
{
    uint32_t at = map_intern(&index->types, type);
    ARENA_ROOM(index->arena, index->lists, at, index->list_cap); // at is at most one past the last
    if (index->lists[at] == NULL) {
        index->lists[at] = NEW(index->arena, List);
    }
    return index->lists[at];
}

void rule_index_add(RuleIndex *index, uint32_t rule, const Str *types, uint32_t type_count)
{
    if (types == NULL) {
        append(index->arena, &index->any, rule);
        return;
    }
    for (uint32_t i = 0; i < type_count; i++) {
        append(index->arena, list_of(index, types[i]), rule);
    }
}

const Map *rule_index_types(const RuleIndex *index)
{
    return &index->types;
}

uint32_t rule_index_count(const RuleIndex *index, Str type)
{
    uint32_t at = map_find(&index->types, type);
    return at == MAP_NONE ? 0 : index->lists[at]->count;
}

const uint32_t *rule_index_find(const RuleIndex *index, Arena *arena, Str type, uint32_t *ret_count)
{
    uint32_t at = map_find(&index->types, type);
    const Entry *a = at == MAP_NONE ? NULL : index->lists[at]->first;
    const Entry *b = index->any.first;
    uint32_t most = index->any.count + (at == MAP_NONE ? 0 : index->lists[at]->count);
    uint32_t *rules = NEW_ARRAY(arena, uint32_t, most + 1);
    uint32_t n = 0;
    while (a != NULL || b != NULL) {
        const Entry **from = b == NULL || (a != NULL && a->rule < b->rule) ? &a : &b;
        rules[n++] = (*from)->rule;
        *from = (*from)->next;
    }
    *ret_count = n;
    return rules;
}
