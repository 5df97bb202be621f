// SPDX-License-Identifier: Apache-2.0
// Merge: what stands twice, and the shape of the result.
#include <stdlib.h>
#include <string.h>

#include "oscal/resolver.h"

static bool read_method(Resolver *resolver, const Json *merge, bool *ret_use_first)
{
    *ret_use_first = false;
    const Json *combine = json_find(merge, STR("combine"));
    if (combine == NULL) {
        return true;
    }
    const Json *said = json_find(combine, STR("method"));
    if (combine->type != JSON_OBJECT || (said != NULL && said->type != JSON_STRING)) {
        return diag_error(resolver->diags, combine->at, "wrong-type",
                          "\"combine\" must be an object: {\"method\": \"use-first\"}");
    }
    if (said == NULL) {
        return true;
    }
    Str method = said->string;
    *ret_use_first = str_eq(method, STR("use-first"));
    if (method.len == 0 || *ret_use_first || str_eq(method, STR("keep"))) {
        return true;
    }
    if (str_eq(method, STR("merge"))) {
        return diag_error(resolver->diags, said->at, "combine",
                          "OSCAL does not define what the method \"merge\" does; say \"keep\" or "
                          "\"use-first\"");
    }
    return diag_error(resolver->diags, said->at, "combine",
                      "\"%.*s\" is not a method to combine by; known: keep, use-first",
                      STR_ARG(method));
}

bool merge_read(Resolver *resolver, const Json *profile, Merge *ret_merge)
{
    static const struct {
        Str key;
        Structure structure;
    } directives[] = {
        {STR_INIT("flat"), STRUCTURE_FLAT},
        {STR_INIT("as-is"), STRUCTURE_AS_IS},
        {STR_INIT("custom"), STRUCTURE_CUSTOM},
    };
    *ret_merge = (Merge){.structure = STRUCTURE_FLAT};
    const Json *merge = json_find(profile, STR("merge"));
    if (merge == NULL) {
        return true;
    }
    if (merge->type != JSON_OBJECT) {
        return diag_error(resolver->diags, merge->at, "wrong-type", "\"merge\" must be an object");
    }
    uint32_t found = 0;
    for (size_t i = 0; i < COUNTOF(directives); i++) {
        const Json *value = json_find(merge, directives[i].key);
        if (value == NULL || (value->type == JSON_BOOL && !value->boolean)) {
            continue;
        }
        if (value->type == JSON_STRING || value->type == JSON_NUMBER || value->type == JSON_ARRAY) {
            return diag_error(resolver->diags, value->at, "wrong-type", "\"%.*s\" must be %s",
                              STR_ARG(directives[i].key),
                              directives[i].structure == STRUCTURE_AS_IS ? "true or false"
                                                                         : "an object");
        }
        ret_merge->structure = directives[i].structure;
        ret_merge->custom = value;
        if (++found > 1) {
            return diag_error(resolver->diags, value->at, "structure",
                              "a merge has one of flat, as-is and custom, not several");
        }
    }
    if (ret_merge->structure == STRUCTURE_CUSTOM && ret_merge->custom->type != JSON_OBJECT) {
        return diag_error(resolver->diags, ret_merge->custom->at, "wrong-type",
                          "\"custom\" must be an object");
    }
    return read_method(resolver, merge, &ret_merge->use_first);
}

// ---- combine ----

// Takes child out of its parent; before is the sibling in front of it, or NULL. Its children take
// its place. Returns what now stands there (or after it), NULL at the end.
static Node *dissolve(Node *child, Node *before)
{
    Node *parent = child->parent;
    Node *next = child->next;
    Node *put = child->first != NULL ? child->first : next;
    for (Node *grandchild = child->first; grandchild != NULL; grandchild = grandchild->next) {
        grandchild->parent = parent;
    }
    if (child->last != NULL) {
        child->last->next = next;
    }
    if (before != NULL) {
        before->next = put;
    } else {
        parent->first = put;
    }
    if (next == NULL) {
        parent->last = child->last != NULL ? child->last : before;
    }
    return put;
}

static void drop_seen_params(Map *seen, Node *node)
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

static void keep_first(Map *controls, Map *params, Node *parent)
{
    if (parent->kind != NODE_CONTROL) {
        drop_seen_params(params, parent);
    }
    Node *before = NULL;
    for (Node *child = parent->first; child != NULL;) {
        uint32_t seen = controls->count;
        if (child->kind == NODE_CONTROL) {
            (void)map_intern(controls, child->id);
        }
        if (child->kind == NODE_CONTROL && controls->count == seen) {
            child = dissolve(child, before);
            continue;
        }
        keep_first(controls, params, child);
        before = child;
        child = child->next;
    }
}

static void warn_duplicates(Resolver *resolver, const Catalog *catalog)
{
    Map ids;
    map_init(&ids, resolver->arena, MAP_EXACT);
    const Node **firsts = NEW_ARRAY(resolver->arena, const Node *, catalog->node_count);
    for (uint32_t i = 0; i < catalog->node_count; i++) {
        const Node *node = catalog->nodes[i];
        if (node->kind != NODE_CONTROL) {
            continue;
        }
        uint32_t count = ids.count;
        uint32_t id = map_intern(&ids, node->id);
        if (id == count) {
            firsts[id] = node;
        } else if (firsts[id] != NULL) {
            diag_warn(
                resolver->diags, (Span){0, 0}, "duplicate-control",
                "control \"%.*s\" is imported more than once, from %.*s and from %.*s, and kept "
                "each time; \"combine\": {\"method\": \"use-first\"} keeps one",
                STR_ARG(node->id), STR_ARG(firsts[id]->document), STR_ARG(node->document));
            firsts[id] = NULL; // told
        }
    }
}

// Groups of one id become one: the first, with the children of the others behind its own, the
// parameters it has not and what else they hold. Groups without an id stay apart.
typedef struct Join {
    Resolver *resolver;
    Map ids;
    Node **groups; // by index in ids
} Join;

static Node *take_children(Node *node)
{
    Node *first = node->first;
    node->first = NULL;
    node->last = NULL;
    return first;
}

static bool holds_item(const Json *list, const Json *item)
{
    for (uint32_t i = 0; json_is(list, JSON_ARRAY) && i < list->count; i++) {
        if (json_equal(&list->items[i], item)) {
            return true;
        }
    }
    return false;
}

// Adds the entries of a list that the one under key has not.
static void join_list(Resolver *resolver, Json *object, Str key, const Json *list)
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

static void join_group(Resolver *resolver, Node *into, Node *from)
{
    Map known;
    map_init(&known, resolver->arena, MAP_EXACT);
    for (uint32_t i = 0; i < into->param_count; i++) {
        (void)map_intern(&known, into->params[i].id);
    }
    drop_seen_params(&known, from);
    tree_push_params(&resolver->budget, into, from->params, from->param_count);
    for (uint32_t i = 0; i < from->json.count; i++) {
        const JsonMember *member = &from->json.members[i];
        if (member->value.type == JSON_ARRAY) {
            join_list(resolver, &into->json, member->key, &member->value);
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
            Node *inner = take_children(child);
            uint32_t count = join->ids.count;
            uint32_t index = child->id.len != 0 ? map_intern(&join->ids, child->id) : 0;
            if (child->id.len != 0 && join->ids.count == count) {
                join_group(join->resolver, join->groups[index], child);
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

static void join_groups(Resolver *resolver, Catalog *catalog)
{
    Join join = {.resolver = resolver};
    map_init(&join.ids, resolver->arena, MAP_EXACT);
    join.groups = NEW_ARRAY(resolver->arena, Node *, catalog->node_count);
    Node *children = take_children(catalog->root);
    join_place(&join, catalog->root, children);
}

// Groups whose controls were all discarded go; their parameters stay, loose.
static void drop_bare_groups(Resolver *resolver, Node *root, Node *parent)
{
    for (Node *child = take_children(parent); child != NULL;) {
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

// ---- structure ----

static void flatten(Resolver *resolver, Catalog *catalog)
{
    tree_number(resolver->arena, catalog);
    bool nested = resolver->options->reading.nested_flat;
    (void)take_children(catalog->root);
    for (uint32_t i = 1; i < catalog->node_count; i++) {
        Node *node = catalog->nodes[i];
        if (node->kind != NODE_CONTROL || (nested && node->parent->kind == NODE_CONTROL)) {
            continue;
        }
        if (!nested) {
            (void)take_children(node);
        }
        tree_append(catalog->root, node);
    }
}

// ---- custom ----

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
        join_group(resolver, node, imported);
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
    drop_seen_params(&ids, node);
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
            join_list(resolver, &node->json, member->key, &member->value);
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

static bool apply_custom(Resolver *resolver, const Json *json, Catalog *catalog)
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

bool merge_apply(Resolver *resolver, const Merge *merge, Catalog *catalog)
{
    if (merge->use_first) {
        Map controls;
        Map params;
        map_init(&controls, resolver->arena, MAP_EXACT);
        map_init(&params, resolver->arena, MAP_EXACT);
        keep_first(&controls, &params, catalog->root);
    }
    tree_number(resolver->arena, catalog);
    if (!merge->use_first) {
        warn_duplicates(resolver, catalog);
    }
    bool ok = true;
    switch (merge->structure) {
    case STRUCTURE_FLAT:
        flatten(resolver, catalog);
        break;
    case STRUCTURE_AS_IS:
        join_groups(resolver, catalog);
        drop_bare_groups(resolver, catalog->root, catalog->root);
        break;
    case STRUCTURE_CUSTOM:
        ok = apply_custom(resolver, merge->custom, catalog);
        break;
    }
    tree_order(catalog->root);
    return ok;
}
