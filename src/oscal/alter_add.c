// SPDX-License-Identifier: Apache-2.0
// Where an addition goes, and how it gets there.
#include <string.h>

#include "oscal/alter_parts.h"

// ---- where it goes ----

typedef enum Position { AT_START, AT_END, BEFORE, AFTER } Position;

static Position position_of(const Json *add)
{
    static const struct {
        Str name;
        Position position;
    } positions[] = {
        {STR_INIT("starting"), AT_START},
        {STR_INIT("ending"), AT_END},
        {STR_INIT("before"), BEFORE},
        {STR_INIT("after"), AFTER},
    };
    Str name = json_find_str(add, STR("position"));
    for (size_t i = 0; i < COUNTOF(positions); i++) {
        if (str_eq(positions[i].name, name)) {
            return positions[i].position;
        }
    }
    return AT_END;
}

typedef struct Target {
    Node *node;
    uint32_t param; // index, or UINT32_MAX
    uint32_t depth; // how many parts lead there; 0 and no param: the node itself
    uint32_t *path; // index of each part in its list
    Share share;
} Target;

static bool find_part(Alter *alter, const Json *object, Str id, uint32_t level, Target *target)
{
    const Json *parts = json_find(object, STR("parts"));
    if (!json_is(parts, JSON_ARRAY) || level >= PATH_MAX_PARTS ||
        !budget_take_steps(&alter->resolver->budget, parts->count)) {
        return false;
    }
    for (uint32_t i = 0; i < parts->count; i++) {
        target->path[level] = i;
        if (str_eq(json_find_str(&parts->items[i], STR("id")), id)) {
            target->depth = level + 1;
            return true;
        }
        if (find_part(alter, &parts->items[i], id, level + 1, target)) {
            return true;
        }
    }
    return false;
}

static bool find_target(Alter *alter, Str id, Target *target)
{
    for (Node *node = alter->control; node != NULL; node = tree_next(alter->control, node)) {
        target->node = node;
        target->depth = 0;
        target->param = UINT32_MAX;
        if (!budget_take_steps(&alter->resolver->budget, UINT64_C(1) + node->param_count)) {
            return false;
        }
        if (node != alter->control && str_eq(node->id, id)) {
            return true;
        }
        for (uint32_t i = 0; i < node->param_count; i++) {
            if (str_eq(node->params[i].id, id)) {
                target->param = i;
                return true;
            }
        }
        if (find_part(alter, &node->json, id, 0, target)) {
            return true;
        }
    }
    return false;
}

// ---- adding ----

static void note_list(const Alter *alter, const Json *list, Str item, Span at)
{
    for (uint32_t i = 0; json_is(list, JSON_ARRAY) && i < list->count; i++) {
        alter_note(alter, OSCAL_TRACE_ADD, item, &list->items[i], at);
    }
}

// Adds the entries of add to the same lists of object. part_at: parts go before that index, and
// they are the share that stands beside.
static void add_lists(const Alter *alter, const Json *add, Json *object, bool front,
                      const uint32_t *part_at, Share share)
{
    for (size_t i = 0; i < COUNTOF(alter_lists); i++) {
        const Json *items = json_find(add, alter_lists[i].key);
        bool beside = part_at != NULL && str_eq(alter_lists[i].item, STR("part"));
        if (share == (beside ? SHARE_LISTS : SHARE_BESIDE)) {
            continue;
        }
        uint32_t at = beside ? *part_at : front ? 0 : UINT32_MAX;
        const Json *old = json_find(object, alter_lists[i].key);
        uint64_t moved = json_is(old, JSON_ARRAY) && items != NULL ? old->count : 0;
        if (!budget_take_steps(&alter->resolver->budget, moved)) {
            return;
        }
        json_splice(alter->resolver->arena, object, alter_lists[i].key, at, items);
        note_list(alter, items, alter_lists[i].item, add->at);
    }
}

static void add_title(const Alter *alter, const Json *add, Json *object)
{
    const Json *title = json_find(add, STR("title"));
    if (title != NULL) {
        json_set(alter->resolver->arena, object, STR("title"), *title);
        alter_note(alter, OSCAL_TRACE_ADD, STR("title"), object, add->at);
    }
}

static void add_params(const Alter *alter, const Json *add, Node *node, uint32_t at)
{
    const Json *items = tree_list(&alter->resolver->budget, add, STR("params"));
    if (items == NULL || items->count == 0) {
        return;
    }
    if (!budget_take_steps(&alter->resolver->budget, UINT64_C(1) + node->param_count)) {
        return;
    }
    at = at < node->param_count ? at : node->param_count;
    Param *all = NEW_ARRAY(alter->resolver->arena, Param, (size_t)node->param_count + items->count);
    SetBy *by = NEW(alter->resolver->arena, SetBy);
    *by = (SetBy){.document = alter->profile->href, .at = add->at};
    if (at != 0) {
        memcpy(all, node->params, at * sizeof(Param));
    }
    for (uint32_t i = 0; i < items->count; i++) {
        all[at + i] = (Param){.id = json_find_str(&items->items[i], STR("id")),
                              .json = items->items[i],
                              .set = by,
                              .document = alter->profile->href,
                              .keep = true};
    }
    if (node->param_count != at) {
        memcpy(all + at + items->count, node->params + at,
               (node->param_count - at) * sizeof(Param));
    }
    node->params = all;
    node->param_count += items->count;
    node->param_cap = node->param_count;
    note_list(alter, items, STR("param"), add->at);
}

static void add_to_node(const Alter *alter, const Json *add, Node *node, bool front)
{
    add_title(alter, add, &node->json);
    add_params(alter, add, node, front ? 0 : UINT32_MAX);
    add_lists(alter, add, &node->json, front, NULL, SHARE_ALL);
}

// The object with the addition at the end of the path; parts on the way are copied.
static Json add_along(const Alter *alter, const Json *add, Json object, const Target *target,
                      uint32_t level)
{
    Position position = position_of(add);
    bool outside = position == BEFORE || position == AFTER;
    if (level == target->depth) {
        add_title(alter, add, &object);
        add_lists(alter, add, &object, position == AT_START, NULL, SHARE_ALL);
        return object;
    }
    if (outside && level + 1 == target->depth) {
        uint32_t at = target->path[level] + (position == AFTER ? 1 : 0);
        add_lists(alter, add, &object, position == BEFORE, &at, target->share);
        return object;
    }
    Arena *arena = alter->resolver->arena;
    Json list = *json_find(&object, STR("parts"));
    if (!budget_take_steps(&alter->resolver->budget, list.count)) {
        return object;
    }
    Json *items = NEW_ARRAY(arena, Json, list.count);
    memcpy(items, list.items, list.count * sizeof(Json));
    uint32_t at = target->path[level];
    items[at] = add_along(alter, add, items[at], target, level + 1);
    alter_keep_changed(alter, &list.items[at], &items[at]);
    list.items = items;
    json_set(arena, &object, STR("parts"), list);
    return object;
}

static void add_at_param(const Alter *alter, const Json *add, const Target *target)
{
    Position position = position_of(add);
    Node *node = target->node;
    if (position == BEFORE || position == AFTER) {
        add_lists(alter, add, &node->json, position == BEFORE, NULL, target->share);
        if (target->share != SHARE_LISTS) {
            add_params(alter, add, node, target->param + (position == AFTER ? 1 : 0));
        }
        return;
    }
    uint32_t no_part = 0;
    if (json_find(add, STR("parts")) != NULL) {
        diag_warn(alter->resolver->diags, add->at, "unknown-id",
                  "parameter \"%.*s\" holds no parts; none are added",
                  STR_ARG(node->params[target->param].id));
    }
    Json *param = &node->params[target->param].json;
    Json before = *param;
    add_lists(alter, add, param, position == AT_START, &no_part, SHARE_LISTS);
    alter_keep_changed(alter, &before, param);
}

// Does the addition go to the control as a whole? The specification wants no by-id then; published
// baselines (FedRAMP) name the control itself, and their published resolutions take it so.
static bool is_implicit(const Alter *alter, const Json *add)
{
    Str id = json_find_str(add, STR("by-id"));
    return id.len == 0 || str_eq(id, alter->control->id);
}

bool alter_add(Alter *alter, const Json *add, Share share)
{
    Str id = json_find_str(add, STR("by-id"));
    Position position = position_of(add);
    bool front = position == AT_START || position == BEFORE;
    if (is_implicit(alter, add)) {
        add_to_node(alter, add, alter->control, front);
        return true;
    }
    Target target = {.path = alter->path, .share = share};
    if (!find_target(alter, id, &target)) {
        return false;
    }
    if (target.param != UINT32_MAX) {
        add_at_param(alter, add, &target);
        return true;
    }
    bool outside = position == BEFORE || position == AFTER;
    if (target.depth == 0) {
        if (share != SHARE_BESIDE) { // nothing that is added stands beside a control
            add_to_node(alter, add, outside ? target.node->parent : target.node, front);
        }
    } else {
        if (share != SHARE_BESIDE) {
            add_params(alter, add, target.node, outside && front ? 0 : UINT32_MAX);
        }
        target.node->json = add_along(alter, add, target.node->json, &target, 0);
    }
    return true;
}

bool alter_in_round(const Alter *alter, const Json *add, uint32_t round, Share *ret_share)
{
    bool whole = is_implicit(alter, add);
    *ret_share = SHARE_ALL;
    switch (position_of(add)) {
    case AT_START:
        return round == 0;
    case AT_END:
        return round == 1;
    case BEFORE:
        *ret_share = whole ? SHARE_ALL : round == 0 ? SHARE_LISTS : SHARE_BESIDE;
        return round == 0 || (round == 1 && !whole);
    case AFTER:
        *ret_share = whole ? SHARE_ALL : round == 0 ? SHARE_BESIDE : SHARE_LISTS;
        return whole ? round == 2 : round < 2;
    }
    UNREACHABLE("Position out of range");
}
