// SPDX-License-Identifier: Apache-2.0
#include "oscal/merge_group.h"

void merge_drop_seen(Map *seen, Node *node)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < node->param_count; i++) {
        uint32_t before = seen->count;
        (void)map_intern(seen, node->params[i].id);
        if (seen->count != before || node->params[i].id.len == 0) {
            node->params[kept++] = node->params[i];
        }
    }
    node->param_count = kept;
}

typedef struct Join {
    Resolver *resolver;
    Map ids;
    Node **groups; // by index in ids
} Join;

static bool holds_item(const Json *list, const Json *item)
{
    for (uint32_t i = 0; json_is(list, JSON_ARRAY) && i < list->count; i++) {
        if (json_equal(&list->items[i], item)) {
            return true;
        }
    }
    return false;
}

void merge_lists(Resolver *resolver, Json *object, Str key, const Json *list)
{
    const Json *old = json_find(object, key);
    uint64_t steps = json_is(old, JSON_ARRAY) ? (uint64_t)old->count * list->count : 0;
    if (!budget_take_steps(&resolver->budget, steps)) {
        return;
    }
    Json more = *list;
    Json *items = NEW_ARRAY(resolver->arena, Json, (size_t)list->count + 1);
    more.items = items;
    more.count = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        if (!holds_item(old, &list->items[i])) {
            items[more.count++] = list->items[i];
        }
    }
    json_splice(resolver->arena, object, key, UINT32_MAX, &more);
}

void merge_group(Resolver *resolver, Node *into, Node *from)
{
    Map known;
    map_init(&known, resolver->arena, MAP_EXACT);
    for (uint32_t i = 0; i < into->param_count; i++) {
        (void)map_intern(&known, into->params[i].id);
    }
    merge_drop_seen(&known, from);
    tree_push_params(&resolver->budget, into, from->params, from->param_count);
    for (uint32_t i = 0; i < from->json.count; i++) {
        const JsonMember *member = &from->json.members[i];
        if (member->value.type == JSON_ARRAY) {
            merge_lists(resolver, &into->json, member->key, &member->value);
        } else if (json_find(&into->json, member->key) == NULL) {
            json_set(resolver->arena, &into->json, member->key, member->value);
        }
    }
}

static void join_place(Join *join, Node *parent, Node *children)
{
    for (Node *child = children; child != NULL;) {
        Node *next = child->next;
        if (child->kind == NODE_GROUP) {
            Node *inner = tree_take_children(child);
            uint32_t count = join->ids.count;
            uint32_t index = child->id.len != 0 ? map_intern(&join->ids, child->id) : 0;
            if (child->id.len != 0 && join->ids.count == count) {
                merge_group(join->resolver, join->groups[index], child);
                join_place(join, join->groups[index], inner);
            } else {
                if (child->id.len != 0) {
                    join->groups[index] = child;
                }
                tree_append(parent, child);
                join_place(join, child, inner);
            }
        } else {
            tree_append(parent, child);
        }
        child = next;
    }
}

static void drop_bare_groups(Resolver *resolver, Node *root, Node *parent)
{
    for (Node *child = tree_take_children(parent); child != NULL;) {
        Node *next = child->next;
        if (child->kind == NODE_GROUP) {
            drop_bare_groups(resolver, root, child);
        }
        if (child->kind == NODE_GROUP && child->first == NULL) {
            tree_push_params(&resolver->budget, root, child->params, child->param_count);
        } else {
            tree_append(parent, child);
        }
        child = next;
    }
}

void merge_groups(Resolver *resolver, Catalog *catalog)
{
    Join join = {.resolver = resolver};
    map_init(&join.ids, resolver->arena, MAP_EXACT);
    join.groups = NEW_ARRAY(resolver->arena, Node *, catalog->node_count);
    Node *children = tree_take_children(catalog->root);
    join_place(&join, catalog->root, children);
    drop_bare_groups(resolver, catalog->root, catalog->root);
}
