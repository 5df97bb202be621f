// SPDX-License-Identifier: Apache-2.0
// Modify: parameters set, then controls altered. Source: profile resolution, "Modify Phase".
#include <string.h>

#include "oscal/resolver.h"

typedef enum SetAction { SET_REPLACE, SET_APPEND } SetAction;

static const struct {
    Str key;
    SetAction action;
} set_members[] = {
    {STR_INIT("class"), SET_REPLACE},      {STR_INIT("depends-on"), SET_REPLACE},
    {STR_INIT("label"), SET_REPLACE},      {STR_INIT("usage"), SET_REPLACE},
    {STR_INIT("values"), SET_REPLACE},     {STR_INIT("select"), SET_REPLACE},
    {STR_INIT("props"), SET_APPEND},       {STR_INIT("links"), SET_APPEND},
    {STR_INIT("constraints"), SET_APPEND}, {STR_INIT("guidelines"), SET_APPEND},
};

// Drops entries of the list that carry the uuid of a new one.
static void drop_same_uuid(Arena *arena, Json *object, Str key, const Json *added)
{
    const Json *list = json_find(object, key);
    if (!json_is(list, JSON_ARRAY) || !json_is(added, JSON_ARRAY)) {
        return;
    }
    Json kept = {.type = JSON_ARRAY, .at = list->at};
    Json *items = NEW_ARRAY(arena, Json, list->count);
    for (uint32_t i = 0; i < list->count; i++) {
        Str uuid = json_find_str(&list->items[i], STR("uuid"));
        bool replaced = false;
        for (uint32_t n = 0; uuid.len != 0 && n < added->count && !replaced; n++) {
            replaced = str_eq(json_find_str(&added->items[n], STR("uuid")), uuid);
        }
        if (!replaced) {
            items[kept.count++] = list->items[i];
        }
    }
    kept.items = items;
    json_set(arena, object, key, kept);
}

static bool set_param(Resolver *resolver, const Document *profile, const Json *set, Param *param)
{
    Arena *arena = resolver->arena;
    for (size_t i = 0; i < COUNTOF(set_members); i++) {
        Str key = set_members[i].key;
        const Json *value = json_find(set, key);
        if (value == NULL) {
            continue;
        }
        const Json *old = json_find(&param->json, key);
        uint64_t steps = json_is(old, JSON_ARRAY) ? UINT64_C(1) + old->count : 1;
        steps *= json_is(value, JSON_ARRAY) ? UINT64_C(1) + value->count : 1;
        TRY(budget_take_steps(&resolver->budget, steps));
        if (set_members[i].action == SET_APPEND && tree_list(&resolver->budget, set, key) == NULL) {
            return false;
        }
        if (set_members[i].action == SET_REPLACE) {
            json_set(arena, &param->json, key, *value);
        } else {
            drop_same_uuid(arena, &param->json, key, value);
            json_splice(arena, &param->json, key, UINT32_MAX, value);
        }
    }
    // A parameter has values or a selection; the one that is set takes the other's place.
    bool has_values = json_find(set, STR("values")) != NULL;
    bool has_select = json_find(set, STR("select")) != NULL;
    if (has_values != has_select) {
        json_drop(arena, &param->json, has_values ? STR("select") : STR("values"));
    }
    param->keep = true;
    if (has_values || has_select) {
        SetBy *by = NEW(arena, SetBy);
        *by = (SetBy){.document = profile->href, .at = set->at};
        param->set = by;
    }
    return true;
}

// Parameters by id; those that share one are chained.
typedef struct ParamIndex {
    Map ids;
    Param **params;
    uint32_t *heads; // by index in ids; 1-based
    uint32_t *next;
    uint32_t count;
} ParamIndex;

static void index_params(Resolver *resolver, Catalog *catalog, ParamIndex *index)
{
    *index = (ParamIndex){.count = 0};
    map_init(&index->ids, resolver->arena, MAP_EXACT);
    uint32_t count = 0;
    for (uint32_t i = 0; i < catalog->node_count; i++) {
        count += catalog->nodes[i]->param_count;
    }
    index->params = NEW_ARRAY(resolver->arena, Param *, (size_t)count + 1);
    index->heads = NEW_ARRAY(resolver->arena, uint32_t, (size_t)count + 1);
    index->next = NEW_ARRAY(resolver->arena, uint32_t, (size_t)count + 1);
    for (uint32_t i = 0; i < catalog->node_count; i++) {
        Node *node = catalog->nodes[i];
        for (uint32_t n = 0; n < node->param_count; n++) {
            uint32_t id = map_intern(&index->ids, node->params[n].id);
            index->params[++index->count] = &node->params[n];
            index->next[index->count] = index->heads[id];
            index->heads[id] = index->count;
        }
    }
}

static bool set_parameters(Resolver *resolver, const Document *profile, const Json *sets,
                           Catalog *catalog)
{
    ParamIndex index;
    index_params(resolver, catalog, &index);
    for (uint32_t i = 0; i < sets->count; i++) {
        const Json *set = &sets->items[i];
        Str id = json_find_str(set, STR("param-id"));
        if (id.len == 0) {
            return diag_error(resolver->diags, set->at, "missing-member",
                              "this needs \"param-id\": the id of the parameter to set");
        }
        uint32_t known = map_find(&index.ids, id);
        if (known == MAP_NONE) {
            diag_warn(resolver->diags, set->at, "unknown-param",
                      "no selected control has a parameter \"%.*s\"; nothing is set", STR_ARG(id));
            continue;
        }
        for (uint32_t at = index.heads[known]; at != 0; at = index.next[at]) {
            TRY(set_param(resolver, profile, set, index.params[at]));
        }
    }
    return true;
}

bool modify_apply(Resolver *resolver, const Document *profile, Catalog *catalog)
{
    uint32_t errors = resolver->diags->errors;
    const Json *modify = json_find(profile->body, STR("modify"));
    if (modify != NULL && modify->type != JSON_OBJECT) {
        return diag_error(resolver->diags, modify->at, "wrong-type",
                          "\"modify\" must be an object");
    }
    const Json *sets = tree_list(&resolver->budget, modify, STR("set-parameters"));
    const Json *alters = tree_list(&resolver->budget, modify, STR("alters"));
    if (sets == NULL && alters == NULL) {
        return resolver->diags->errors == errors;
    }
    tree_number(resolver->arena, catalog);
    if (sets != NULL) {
        TRY(set_parameters(resolver, profile, sets, catalog));
    }
    if (alters != NULL) {
        TRY(alter_apply(resolver, profile, alters, catalog));
    }
    return resolver->diags->errors == errors;
}
