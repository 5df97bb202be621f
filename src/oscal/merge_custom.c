// SPDX-License-Identifier: Apache-2.0
// The structure a profile writes itself: its groups, and the controls that are put into each.
#include <stdlib.h>
#include <string.h>

#include "oscal/merge_group.h"

typedef struct Custom {
    Resolver *resolver;
    const Catalog *source; // what was imported, numbered
    bool *taken;           // groups whose content a custom group took over
    bool *inserted;        // controls that stand somewhere already
    bool ok;
} Custom;

typedef struct Pick {
    Node *node;
    uint32_t order;
} Pick;

static int pick_cmp(const void *a, const void *b)
{
    const Pick *x = a;
    const Pick *y = b;
    size_t len = x->node->id.len < y->node->id.len ? x->node->id.len : y->node->id.len;
    int cmp = len != 0 ? memcmp(x->node->id.ptr, y->node->id.ptr, len) : 0;
    if (cmp == 0) {
        cmp = (x->node->id.len > y->node->id.len) - (x->node->id.len < y->node->id.len);
    }
    return cmp != 0 ? cmp : (x->order > y->order) - (x->order < y->order);
}

static void insert_one(Custom *custom, const Node *node, const bool *chosen, Node *parent)
{
    Resolver *resolver = custom->resolver;
    custom->ok =
        custom->ok && budget_take_objects(&resolver->budget, UINT64_C(1) + node->param_count);
    if (!custom->ok) {
        return;
    }
    Node *copy = tree_copy(&resolver->budget, node);
    tree_append(parent, copy);
    for (const Node *child = node->first; child != NULL; child = child->next) {
        if (resolver->options->reading.nested_flat && chosen[child->index]) {
            insert_one(custom, child, chosen, copy);
        }
    }
}

static void insert_controls(Custom *custom, const Json *insert, Node *parent)
{
    Resolver *resolver = custom->resolver;
    const Catalog *source = custom->source;
    const bool *chosen = select_controls(resolver, source, insert);
    if (chosen == NULL) {
        custom->ok = false;
        return;
    }
    Pick *picks = NEW_ARRAY(resolver->arena, Pick, source->node_count);
    uint32_t count = 0;
    for (uint32_t i = 1; i < source->node_count; i++) {
        Node *node = source->nodes[i];
        bool inside = resolver->options->reading.nested_flat && chosen[node->parent->index];
        if (chosen[i] && !inside) {
            picks[count] = (Pick){.node = node, .order = count};
            count++;
        }
    }
    if (count == 0) {
        diag_warn(resolver->diags, insert->at, "unknown-control",
                  "this selects none of the imported controls");
    }
    Str order = json_find_str(insert, STR("order"));
    bool descending = str_eq(order, STR("descending"));
    bool ascending = str_eq(order, STR("ascending"));
    if (order.len != 0 && !ascending && !descending && !str_eq(order, STR("keep"))) {
        diag_error(resolver->diags, json_find(insert, STR("order"))->at, "order",
                   "\"%.*s\" is no order; known: keep, ascending, descending", STR_ARG(order));
    }
    if (count > 1 && (descending || ascending)) {
        qsort(picks, count, sizeof(Pick), pick_cmp);
    }
    for (uint32_t i = 0; i < count; i++) {
        const Node *node = picks[descending ? count - 1 - i : i].node;
        if (custom->inserted[node->index]) {
            diag_warn(resolver->diags, insert->at, "duplicate-control",
                      "control \"%.*s\" is inserted here and further up; leave it out of one",
                      STR_ARG(node->id));
        }
        custom->inserted[node->index] = true;
        insert_one(custom, node, chosen, parent);
    }
}

// What the imported groups of that id hold besides controls.
static void take_imported(Custom *custom, Node *node)
{
    Resolver *resolver = custom->resolver;
    for (uint32_t i = 1; node->id.len != 0 && i < custom->source->node_count; i++) {
        Node *imported = custom->source->nodes[i];
        if (imported->kind != NODE_GROUP || !str_eq(imported->id, node->id)) {
            continue;
        }
        if (node->json.count == 0) {
            node->json = imported->json;
        }
        merge_group(resolver, node, imported);
        custom->taken[i] = true;
    }
}

static bool is_custom_structure(Str key)
{
    return str_eq(key, STR("groups")) || str_eq(key, STR("insert-controls")) ||
           str_eq(key, STR("params"));
}

// Parameters of the profile stand in for imported ones of their id.
static void fill_params(Custom *custom, Node *node, const Json *group)
{
    Resolver *resolver = custom->resolver;
    const Json *params = tree_list(&resolver->budget, group, STR("params"));
    if (params == NULL) {
        return;
    }
    Map ids;
    map_init(&ids, resolver->arena, MAP_EXACT);
    Param *own = NEW_ARRAY(resolver->arena, Param, (size_t)params->count + 1);
    for (uint32_t i = 0; i < params->count; i++) {
        own[i] = (Param){.id = json_find_str(&params->items[i], STR("id")),
                         .json = params->items[i],
                         .document = custom->source->document,
                         .keep = true};
        (void)map_intern(&ids, own[i].id);
    }
    merge_drop_seen(&ids, node);
    tree_push_params(&resolver->budget, node, own, params->count);
}

// What the profile says of the group stands over what was imported; lists are joined.
static void fill_group(Custom *custom, Node *node, const Json *group)
{
    Resolver *resolver = custom->resolver;
    take_imported(custom, node);
    for (uint32_t i = 0; i < group->count; i++) {
        const JsonMember *member = &group->members[i];
        if (is_custom_structure(member->key)) {
            continue;
        }
        if (member->value.type == JSON_ARRAY) {
            merge_lists(resolver, &node->json, member->key, &member->value);
        } else {
            json_set(resolver->arena, &node->json, member->key, member->value);
        }
    }
    fill_params(custom, node, group);
}

// The groups and insertions of custom itself or of one of its groups.
static void build_custom(Custom *custom, const Json *from, Node *to)
{
    Budget *budget = &custom->resolver->budget;
    const Json *groups = tree_list(budget, from, STR("groups"));
    const Json *inserts = tree_list(budget, from, STR("insert-controls"));
    for (uint32_t i = 0; groups != NULL && i < groups->count && custom->ok; i++) {
        custom->ok = budget_take_objects(budget, 1);
        Node *node = tree_new(budget, NODE_GROUP);
        node->id = json_find_str(&groups->items[i], STR("id"));
        node->at = groups->items[i].at;
        tree_append(to, node);
        fill_group(custom, node, &groups->items[i]);
        build_custom(custom, &groups->items[i], node);
    }
    for (uint32_t i = 0; inserts != NULL && i < inserts->count && custom->ok; i++) {
        insert_controls(custom, &inserts->items[i], to);
    }
}

bool merge_custom(Resolver *resolver, const Json *json, Catalog *catalog)
{
    uint32_t errors = resolver->diags->errors;
    tree_number(resolver->arena, catalog);
    Custom custom = {.resolver = resolver, .source = catalog, .ok = true};
    custom.taken = NEW_ARRAY(resolver->arena, bool, catalog->node_count);
    custom.inserted = NEW_ARRAY(resolver->arena, bool, catalog->node_count);
    Node *root = tree_copy(&resolver->budget, catalog->root);
    build_custom(&custom, json, root);
    for (uint32_t i = 1; i < catalog->node_count; i++) {
        const Node *node = catalog->nodes[i];
        if (node->kind == NODE_GROUP && !custom.taken[i]) {
            tree_push_params(&resolver->budget, root, node->params, node->param_count);
        }
    }
    catalog->root = root;
    return custom.ok && resolver->diags->errors == errors;
}
