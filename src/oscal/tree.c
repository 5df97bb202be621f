// SPDX-License-Identifier: Apache-2.0
#include "oscal/tree.h"

#include <string.h>

#include "oscal/field.h"

bool budget_take_objects(Budget *budget, uint64_t count)
{
    if (budget->spent) {
        return false;
    }
    if (count > budget->objects_left) {
        budget->spent = true;
        return diag_error(budget->diags, (Span){0, 0}, "limit",
                          "the result would hold more groups, controls and parameters than are "
                          "allowed; does a profile import the same controls again and again?");
    }
    budget->objects_left -= count;
    return true;
}

bool budget_take_steps(Budget *budget, uint64_t count)
{
    if (budget->spent) {
        return false;
    }
    if (count > budget->steps_left) {
        budget->spent = true;
        return diag_error(budget->diags, (Span){0, 0}, "limit",
                          "the modifications of this profile take more steps than are allowed");
    }
    budget->steps_left -= count;
    return true;
}

// ---- objects that are changed ----

// The order in which OSCAL lists the members of an object; others follow.
static uint32_t rank_of(Str key)
{
    static const Str order[] = {
        STR_INIT("uuid"),
        STR_INIT("id"),
        STR_INIT("name"),
        STR_INIT("ns"),
        STR_INIT("class"),
        STR_INIT("depends-on"),
        STR_INIT("metadata"),
        STR_INIT("title"),
        STR_INIT("published"),
        STR_INIT("last-modified"),
        STR_INIT("version"),
        STR_INIT("oscal-version"),
        STR_INIT("revisions"),
        STR_INIT("document-ids"),
        STR_INIT("params"),
        STR_INIT("props"),
        STR_INIT("links"),
        STR_INIT("roles"),
        STR_INIT("locations"),
        STR_INIT("parties"),
        STR_INIT("responsible-parties"),
        STR_INIT("actions"),
        STR_INIT("label"),
        STR_INIT("usage"),
        STR_INIT("constraints"),
        STR_INIT("guidelines"),
        STR_INIT("values"),
        STR_INIT("select"),
        STR_INIT("prose"),
        STR_INIT("parts"),
        STR_INIT("groups"),
        STR_INIT("controls"),
        STR_INIT("back-matter"),
        STR_INIT("remarks"),
    };
    for (uint32_t i = 0; i < COUNTOF(order); i++) {
        if (str_eq(order[i], key)) {
            return i;
        }
    }
    return COUNTOF(order);
}

static uint32_t member_index(const Json *object, Str key)
{
    const Json *value = json_find(object, key);
    for (uint32_t i = 0; value != NULL && i < object->count; i++) {
        if (&object->members[i].value == value) {
            return i;
        }
    }
    return UINT32_MAX;
}

void json_set(Arena *arena, Json *object, Str key, Json value)
{
    uint32_t at = member_index(object, key);
    uint32_t count = object->count + (at == UINT32_MAX ? 1 : 0);
    JsonMember *members = NEW_ARRAY(arena, JsonMember, count);
    if (at != UINT32_MAX) {
        memcpy(members, object->members, object->count * sizeof(JsonMember));
        members[at].value = value;
    } else {
        uint32_t rank = rank_of(key);
        at = 0;
        while (at < object->count && rank_of(object->members[at].key) <= rank) {
            at++;
        }
        if (object->count != 0) {
            memcpy(members, object->members, at * sizeof(JsonMember));
            memcpy(members + at + 1, object->members + at,
                   (object->count - at) * sizeof(JsonMember));
        }
        members[at] = (JsonMember){.key = key, .at = value.at, .value = value};
    }
    object->members = members;
    object->count = count;
}

void json_drop(Arena *arena, Json *object, Str key)
{
    if (json_find(object, key) == NULL) {
        return;
    }
    JsonMember *members = NEW_ARRAY(arena, JsonMember, object->count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < object->count; i++) {
        if (!str_eq(object->members[i].key, key)) {
            members[count++] = object->members[i];
        }
    }
    object->members = members;
    object->count = count;
}

void json_splice(Arena *arena, Json *object, Str key, uint32_t at, const Json *items)
{
    if (!json_is(items, JSON_ARRAY) || items->count == 0) {
        return;
    }
    const Json *old = json_find(object, key);
    uint32_t before = json_is(old, JSON_ARRAY) ? old->count : 0;
    at = at < before ? at : before;
    Json *all = NEW_ARRAY(arena, Json, (size_t)before + items->count);
    if (at != 0) {
        memcpy(all, old->items, at * sizeof(Json));
    }
    memcpy(all + at, items->items, items->count * sizeof(Json));
    if (before != at) {
        memcpy(all + at + items->count, old->items + at, (before - at) * sizeof(Json));
    }
    Json value = {.type = JSON_ARRAY, .count = before + items->count, .items = all};
    value.at = before != 0 ? old->at : items->at;
    json_set(arena, object, key, value);
}

bool json_keeps(const Json *object)
{
    const Json *props = json_find(object, STR("props"));
    for (uint32_t i = 0; json_is(props, JSON_ARRAY) && i < props->count; i++) {
        const Json *prop = &props->items[i];
        if (str_eq(json_find_str(prop, STR("name")), STR("keep")) &&
            str_eq(json_find_str(prop, STR("value")), STR("always"))) {
            return true;
        }
    }
    return false;
}

const Json *tree_list(Budget *budget, const Json *object, Str key)
{
    const Json *list = json_find(object, key);
    if (list == NULL) {
        return NULL;
    }
    if (list->type != JSON_ARRAY) {
        diag_error(budget->diags, list->at, "wrong-type", "\"%.*s\" must be an array",
                   STR_ARG(key));
        return NULL;
    }
    for (uint32_t i = 0; i < list->count; i++) {
        if (list->items[i].type != JSON_OBJECT) {
            diag_error(budget->diags, list->items[i].at, "wrong-type",
                       "an entry of \"%.*s\" must be an object", STR_ARG(key));
            return NULL;
        }
    }
    return list;
}

// ---- nodes ----

Node *tree_new(Budget *budget, NodeKind kind)
{
    Node *node = NEW(budget->arena, Node);
    node->kind = kind;
    node->json = (Json){.type = JSON_OBJECT};
    return node;
}

Node *tree_copy(Budget *budget, const Node *node)
{
    Node *copy = NEW(budget->arena, Node);
    *copy = *node;
    copy->parent = NULL;
    copy->first = NULL;
    copy->last = NULL;
    copy->next = NULL;
    copy->params = NULL;
    copy->param_count = 0;
    copy->param_cap = 0;
    tree_push_params(budget, copy, node->params, node->param_count);
    return copy;
}

void tree_append(Node *parent, Node *child)
{
    child->parent = parent;
    child->next = NULL;
    if (parent->last != NULL) {
        parent->last->next = child;
    } else {
        parent->first = child;
    }
    parent->last = child;
}

Node *tree_take_children(Node *node)
{
    Node *first = node->first;
    node->first = NULL;
    node->last = NULL;
    return first;
}

void tree_push_params(Budget *budget, Node *node, const Param *params, uint32_t count)
{
    if (count == 0) {
        return;
    }
    if (node->param_cap - node->param_count < count) {
        uint32_t cap = node->param_count + (node->param_count > count ? node->param_count : count);
        Param *all = NEW_ARRAY(budget->arena, Param, cap);
        if (node->param_count != 0) {
            memcpy(all, node->params, node->param_count * sizeof(Param));
        }
        node->params = all;
        node->param_cap = cap;
    }
    memcpy(node->params + node->param_count, params, count * sizeof(Param));
    node->param_count += count;
}

Node *tree_next(const Node *root, Node *node)
{
    if (node->first != NULL) {
        return node->first;
    }
    while (node != root && node->next == NULL) {
        node = node->parent;
    }
    return node != root ? node->next : NULL;
}

void tree_number(Arena *arena, Catalog *catalog)
{
    uint32_t count = 0;
    for (Node *node = catalog->root; node != NULL; node = tree_next(catalog->root, node)) {
        node->index = count++;
    }
    catalog->nodes = NEW_ARRAY(arena, Node *, count);
    catalog->node_count = count;
    for (Node *node = catalog->root; node != NULL; node = tree_next(catalog->root, node)) {
        catalog->nodes[node->index] = node;
    }
}

// Puts the children in the order of the model: a catalog's controls before its groups, a group's
// groups before its controls.
static void order_children(Node *parent)
{
    Node *lists[2] = {NULL, NULL}; // first those that stand first
    Node **ends[2] = {&lists[0], &lists[1]};
    NodeKind front = parent->kind == NODE_CATALOG ? NODE_CONTROL : NODE_GROUP;
    for (Node *child = parent->first; child != NULL; child = child->next) {
        size_t list = child->kind == front ? 0 : 1;
        *ends[list] = child;
        ends[list] = &child->next;
        parent->last = list == 1 || lists[1] == NULL ? child : parent->last;
    }
    *ends[1] = NULL;
    *ends[0] = lists[1];
    parent->first = lists[0];
}

void tree_order(Node *root)
{
    for (Node *node = root; node != NULL; node = tree_next(root, node)) {
        order_children(node);
    }
}

// ---- reading ----

typedef struct TreeReader {
    Budget *budget;
    Str document;
    bool ok;
} TreeReader;

static bool is_structure(Str key)
{
    return str_eq(key, STR("params")) || str_eq(key, STR("groups")) || str_eq(key, STR("controls"));
}

static Json without_structure(Arena *arena, const Json *object)
{
    Json json = *object;
    JsonMember *members = NEW_ARRAY(arena, JsonMember, object->count);
    json.count = 0;
    for (uint32_t i = 0; i < object->count; i++) {
        if (!is_structure(object->members[i].key)) {
            members[json.count++] = object->members[i];
        }
    }
    json.members = members;
    return json;
}

static void read_params(TreeReader *reader, Node *node, const Json *object)
{
    const Json *list = tree_list(reader->budget, object, STR("params"));
    if (list == NULL || list->count == 0) {
        return;
    }
    node->params = NEW_ARRAY(reader->budget->arena, Param, list->count);
    node->param_count = list->count;
    node->param_cap = list->count;
    for (uint32_t i = 0; i < list->count; i++) {
        node->params[i] = (Param){.id = json_find_str(&list->items[i], STR("id")),
                                  .json = list->items[i],
                                  .document = reader->document};
    }
}

static void read_children(TreeReader *reader, Node *parent, const Json *object, Str key);

static void read_node(TreeReader *reader, Node *node, const Json *object)
{
    reader->ok = reader->ok && budget_take_objects(reader->budget, 1);
    node->at = object->at;
    node->document = reader->document;
    node->id = json_find_str(object, STR("id"));
    node->json = without_structure(reader->budget->arena, object);
    if (node->kind == NODE_CONTROL && node->id.len == 0) {
        diag_error(reader->budget->diags, object->at, "missing-member", "a control needs \"id\"");
    }
    read_params(reader, node, object);
    if (!reader->ok) {
        return;
    }
    // in the order of the model, which is that of XML: a catalog's own controls before its groups
    if (node->kind == NODE_GROUP) {
        read_children(reader, node, object, STR("groups"));
    }
    read_children(reader, node, object, STR("controls"));
    if (node->kind == NODE_CATALOG) {
        read_children(reader, node, object, STR("groups"));
    }
}

// As deep as the document, which the reader bounds.
static void read_children(TreeReader *reader, Node *parent, const Json *object, Str key)
{
    NodeKind kind = str_eq(key, STR("groups")) ? NODE_GROUP : NODE_CONTROL;
    const Json *list = tree_list(reader->budget, object, key);
    for (uint32_t i = 0; list != NULL && i < list->count && reader->ok; i++) {
        Node *node = tree_new(reader->budget, kind);
        tree_append(parent, node);
        read_node(reader, node, &list->items[i]);
    }
}

bool tree_read(Budget *budget, const Json *catalog, Str document, Catalog *ret_catalog)
{
    uint32_t errors = budget->diags->errors;
    TreeReader reader = {.budget = budget, .document = document, .ok = true};
    Node *root = tree_new(budget, NODE_CATALOG);
    read_node(&reader, root, catalog);
    root->json = (Json){.type = JSON_OBJECT};
    const Json *metadata = json_find(catalog, STR("metadata"));
    const Json *list = tree_list(budget, json_find(catalog, STR("back-matter")), STR("resources"));
    *ret_catalog = (Catalog){
        .root = root,
        .metadata = json_is(metadata, JSON_OBJECT) ? metadata : &json_null,
        .uuid = json_find_str(catalog, STR("uuid")),
        .document = document,
        .resource_count = list != NULL ? list->count : 0,
    };
    ret_catalog->resources = NEW_ARRAY(budget->arena, const Json *, ret_catalog->resource_count);
    for (uint32_t i = 0; list != NULL && i < list->count; i++) {
        ret_catalog->resources[i] = &list->items[i];
    }
    tree_number(budget->arena, ret_catalog);
    return reader.ok && budget->diags->errors == errors;
}

// ---- printing ----

static Json print_params(Arena *arena, const Node *node)
{
    Json *items = NEW_ARRAY(arena, Json, node->param_count);
    for (uint32_t i = 0; i < node->param_count; i++) {
        items[i] = node->params[i].json;
    }
    return (Json){.type = JSON_ARRAY, .count = node->param_count, .items = items};
}

static void print_children(Arena *arena, const Node *node, NodeKind kind, Str key, Json *json)
{
    uint32_t count = 0;
    for (const Node *child = node->first; child != NULL; child = child->next) {
        count += child->kind == kind;
    }
    if (count == 0) {
        return;
    }
    Json *items = NEW_ARRAY(arena, Json, count);
    uint32_t at = 0;
    for (const Node *child = node->first; child != NULL; child = child->next) {
        if (child->kind == kind) {
            items[at++] = tree_print(arena, child);
        }
    }
    json_set(arena, json, key, (Json){.type = JSON_ARRAY, .count = count, .items = items});
}

Json tree_print(Arena *arena, const Node *root)
{
    Json json = root->json;
    if (root->param_count != 0) {
        json_set(arena, &json, STR("params"), print_params(arena, root));
    }
    print_children(arena, root, NODE_GROUP, STR("groups"), &json);
    print_children(arena, root, NODE_CONTROL, STR("controls"), &json);
    return json;
}
