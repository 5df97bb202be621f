// SPDX-License-Identifier: Apache-2.0
// Merge: what stands twice, and the shape of the result.
#include "oscal/merge_group.h"

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

static void keep_first(Map *controls, Map *params, Node *parent)
{
    if (parent->kind != NODE_CONTROL) {
        merge_drop_seen(params, parent);
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

// ---- structure ----

static void flatten(Resolver *resolver, Catalog *catalog)
{
    tree_number(resolver->arena, catalog);
    bool nested = resolver->options->reading.nested_flat;
    (void)tree_take_children(catalog->root);
    for (uint32_t i = 1; i < catalog->node_count; i++) {
        Node *node = catalog->nodes[i];
        if (node->kind != NODE_CONTROL || (nested && node->parent->kind == NODE_CONTROL)) {
            continue;
        }
        if (!nested) {
            (void)tree_take_children(node);
        }
        tree_append(catalog->root, node);
    }
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
        merge_groups(resolver, catalog);
        break;
    case STRUCTURE_CUSTOM:
        ok = merge_custom(resolver, merge->custom, catalog);
        break;
    }
    tree_order(catalog->root);
    return ok;
}
