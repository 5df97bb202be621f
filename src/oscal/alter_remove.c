// SPDX-License-Identifier: Apache-2.0
// What a removal takes out of a control: whatever meets all its criteria and was not added by an
// alteration itself.
#include "oscal/alter_parts.h"

#define OSCAL_NS "http://csrc.nist.gov/ns/oscal"

typedef struct Remove {
    const Alter *alter;
    const Json *json;
    Str by_id;
    Str by_name;
    Str by_class;
    Str by_ns;
    Str by_item;
    bool ok;
} Remove;

// A criterion that is there and met, or not there.
static bool meets(Str wanted, Str value)
{
    return wanted.len == 0 || str_eq(wanted, value);
}

static bool remove_matches(const Remove *remove, const Json *object, Str item)
{
    Str ns = json_find_str(object, STR("ns"));
    if (ns.len == 0) { // what says nothing is in OSCAL's own
        ns = STR(OSCAL_NS);
    }
    return meets(remove->by_item, item) && meets(remove->by_id, json_find_str(object, STR("id"))) &&
           meets(remove->by_name, json_find_str(object, STR("name"))) &&
           meets(remove->by_class, json_find_str(object, STR("class"))) && meets(remove->by_ns, ns);
}

static void strip_object(Remove *remove, Json *object);

static void strip_list(Remove *remove, Json *object, Str key, Str item)
{
    const Json *list = json_find(object, key);
    if (!json_is(list, JSON_ARRAY) || list->count == 0) {
        return;
    }
    remove->ok = remove->ok && budget_take_steps(&remove->alter->resolver->budget, list->count);
    if (!remove->ok) {
        return;
    }
    Arena *arena = remove->alter->resolver->arena;
    ArenaMark mark = arena_mark(arena);
    uint32_t events = remove->alter->resolver->event_count;
    Json kept = {.type = JSON_ARRAY, .at = list->at};
    Json *items = NEW_ARRAY(arena, Json, list->count);
    bool changed = false;
    for (uint32_t i = 0; i < list->count; i++) {
        if (!alter_is_added(remove->alter, &list->items[i]) &&
            remove_matches(remove, &list->items[i], item)) {
            alter_note(remove->alter, OSCAL_TRACE_REMOVE, item, &list->items[i], remove->json->at);
            changed = true;
            continue;
        }
        Json copy = list->items[i];
        if (!alter_is_added(remove->alter, &copy)) {
            strip_object(remove, &copy);
        }
        changed |= copy.members != list->items[i].members;
        items[kept.count++] = copy;
    }
    kept.items = items;
    if (!changed) {
        ASSERT(remove->alter->resolver->event_count == events);
        arena_rewind(arena, mark);
    } else if (kept.count == 0) {
        json_drop(arena, object, key);
    } else {
        json_set(arena, object, key, kept);
    }
}

// As deep as the parts are nested.
static void strip_object(Remove *remove, Json *object)
{
    if (object->type != JSON_OBJECT) {
        return;
    }
    for (size_t i = 0; i < COUNTOF(alter_lists); i++) {
        strip_list(remove, object, alter_lists[i].key, alter_lists[i].item);
    }
}

static void strip_params(Remove *remove, Node *node)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < node->param_count; i++) {
        Param param = node->params[i];
        if (alter_is_added(remove->alter, &param.json)) {
            node->params[kept++] = param;
            continue;
        }
        if (remove_matches(remove, &param.json, STR("param"))) {
            alter_note(remove->alter, OSCAL_TRACE_REMOVE, STR("param"), &param.json,
                       remove->json->at);
            continue;
        }
        strip_object(remove, &param.json);
        node->params[kept++] = param;
    }
    node->param_count = kept;
}

// The content of a control, and of the controls in it. One of those that matches goes as a whole.
static void strip_node(Remove *remove, Node *node)
{
    Budget *budget = &remove->alter->resolver->budget;
    remove->ok = remove->ok && budget_take_steps(budget, UINT64_C(1) + node->param_count);
    if (!remove->ok) {
        return;
    }
    strip_params(remove, node);
    strip_object(remove, &node->json);
    Node *child = node->first;
    node->first = NULL;
    node->last = NULL;
    while (child != NULL) {
        Node *next = child->next;
        if (remove_matches(remove, &child->json, STR("control"))) {
            alter_note(remove->alter, OSCAL_TRACE_REMOVE, STR("control"), &child->json,
                       remove->json->at);
        } else {
            strip_node(remove, child);
            tree_append(node, child);
        }
        child = next;
    }
}

bool alter_remove(const Alter *alter, const Json *json)
{
    Remove remove = {
        .alter = alter,
        .json = json,
        .by_id = json_find_str(json, STR("by-id")),
        .by_name = json_find_str(json, STR("by-name")),
        .by_class = json_find_str(json, STR("by-class")),
        .by_ns = json_find_str(json, STR("by-ns")),
        .by_item = json_find_str(json, STR("by-item-name")),
        .ok = true,
    };
    if (remove.by_id.len + remove.by_name.len + remove.by_class.len + remove.by_ns.len +
            remove.by_item.len ==
        0) {
        diag_warn(alter->resolver->diags, json->at, "unknown-id",
                  "this removal says nothing of what to remove (by-id, by-name, by-class, by-ns, "
                  "by-item-name); it removes nothing");
        return true;
    }
    strip_node(&remove, alter->control);
    return remove.ok;
}
