// SPDX-License-Identifier: Apache-2.0
// Selection: which controls an import takes, and the tree they make.
#include "base/utf8.h"
#include "oscal/resolver.h"

bool select_glob(Str pattern, Str id)
{
    size_t p = 0;
    size_t i = 0;
    size_t star = SIZE_MAX; // where to come back to, behind the last '*'
    size_t star_id = 0;
    while (i < id.len) {
        if (p < pattern.len && pattern.ptr[p] == '*') {
            star = ++p;
            star_id = i;
        } else if (p < pattern.len && pattern.ptr[p] == '?') {
            p++;
            (void)utf8_take(id, &i);
        } else if (p < pattern.len && pattern.ptr[p] == id.ptr[i]) {
            p++;
            i++;
        } else if (star != SIZE_MAX) {
            p = star;
            (void)utf8_take(id, &star_id);
            i = star_id;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.ptr[p] == '*') {
        p++;
    }
    return p == pattern.len;
}

// One entry of include-controls or exclude-controls.
typedef struct Call {
    Map ids;   // with-ids
    bool *met; // by index in ids
    const Json *patterns;
    bool *patterns_met;
    bool with_children;
} Call;

static bool read_children(Resolver *resolver, const Json *entry, Call *call)
{
    const Json *said = json_find(entry, STR("with-child-controls"));
    bool is_text = json_is(said, JSON_STRING);
    call->with_children = is_text && str_eq(said->string, STR("yes"));
    if (said == NULL || call->with_children || (is_text && str_eq(said->string, STR("no")))) {
        return true;
    }
    return diag_error(resolver->diags, said->at, "wrong-type",
                      "\"with-child-controls\" must be \"yes\" or \"no\"");
}

static bool read_patterns(Resolver *resolver, const Json *entry, Call *call)
{
    call->patterns = tree_list(&resolver->budget, entry, STR("matching"));
    uint32_t count = call->patterns != NULL ? call->patterns->count : 0;
    call->patterns_met = NEW_ARRAY(resolver->arena, bool, (size_t)count + 1);
    for (uint32_t i = 0; i < count; i++) {
        const Json *pattern = json_find(&call->patterns->items[i], STR("pattern"));
        if (pattern != NULL && pattern->type != JSON_STRING) {
            return diag_error(resolver->diags, pattern->at, "wrong-type",
                              "\"pattern\" must be a string, as in \"ac-*\"");
        }
    }
    return true;
}

static bool read_call(Resolver *resolver, const Json *entry, Call *call)
{
    *call = (Call){.patterns = NULL};
    TRY(read_children(resolver, entry, call));
    TRY(read_patterns(resolver, entry, call));
    map_init(&call->ids, resolver->arena, MAP_EXACT);
    const Json *ids = json_find(entry, STR("with-ids"));
    if (ids == NULL) {
        return true;
    }
    if (ids->type != JSON_ARRAY) {
        return diag_error(resolver->diags, ids->at, "wrong-type", "\"with-ids\" must be an array");
    }
    for (uint32_t i = 0; i < ids->count; i++) {
        if (ids->items[i].type != JSON_STRING) {
            return diag_error(resolver->diags, ids->items[i].at, "wrong-type",
                              "an entry of \"with-ids\" must be a string");
        }
        (void)map_intern(&call->ids, ids->items[i].string);
    }
    call->met = NEW_ARRAY(resolver->arena, bool, call->ids.count);
    return true;
}

// Every pattern is tried until it has matched something, for warn_unmet.
static bool call_matches(Resolver *resolver, Call *call, Str id)
{
    uint32_t known = map_find(&call->ids, id);
    bool hit = known != MAP_NONE;
    if (hit) {
        call->met[known] = true;
    }
    for (uint32_t i = 0; call->patterns != NULL && i < call->patterns->count; i++) {
        Str pattern = json_find_str(&call->patterns->items[i], STR("pattern"));
        if (pattern.len == 0 || (hit && call->patterns_met[i])) {
            continue;
        }
        // at worst each byte of one is held against each byte of the other
        uint64_t work = (uint64_t)(pattern.len / 16) * (id.len / 16);
        if (budget_take_steps(&resolver->budget, work) && select_glob(pattern, id)) {
            call->patterns_met[i] = true;
            hit = true;
        }
    }
    return hit;
}

// What an entry selects in vain is most often a slip.
static void warn_unmet(Resolver *resolver, const Call *call, const Json *entry,
                       const Catalog *catalog)
{
    const Json *ids = json_find(entry, STR("with-ids"));
    for (uint32_t i = 0; ids != NULL && i < ids->count; i++) {
        if (!call->met[map_find(&call->ids, ids->items[i].string)]) {
            diag_warn(resolver->diags, ids->items[i].at, "unknown-control",
                      "%.*s has no control \"%.*s\"; nothing is selected for it",
                      STR_ARG(catalog->document), STR_ARG(ids->items[i].string));
        }
    }
    for (uint32_t i = 0; call->patterns != NULL && i < call->patterns->count; i++) {
        const Json *matching = &call->patterns->items[i];
        if (!call->patterns_met[i]) {
            diag_warn(
                resolver->diags, matching->at, "selects-nothing",
                "no control of %.*s matches the pattern \"%.*s\" (* any run, ? one character)",
                STR_ARG(catalog->document), STR_ARG(json_find_str(matching, STR("pattern"))));
        }
    }
    if (ids == NULL && call->patterns == NULL) {
        diag_warn(resolver->diags, entry->at, "selects-nothing",
                  "this selects nothing: it has neither \"with-ids\" nor \"matching\"");
    }
}

static bool apply_calls(Resolver *resolver, const Catalog *catalog, const Json *list, bool value,
                        bool *chosen)
{
    bool *hit = NEW_ARRAY(resolver->arena, bool, catalog->node_count);
    for (uint32_t n = 0; list != NULL && n < list->count; n++) {
        Call call;
        TRY(read_call(resolver, &list->items[n], &call));
        uint64_t tests = 1 + (call.patterns != NULL ? call.patterns->count : 0);
        TRY(budget_take_steps(&resolver->budget, tests * catalog->node_count));
        for (uint32_t i = 1; i < catalog->node_count; i++) {
            const Node *node = catalog->nodes[i];
            if (node->kind != NODE_CONTROL) {
                continue;
            }
            // call_matches first: it notes the ids that were met
            hit[i] = call_matches(resolver, &call, node->id) ||
                     (call.with_children && hit[node->parent->index]);
            if (hit[i]) {
                chosen[i] = value;
            }
        }
        TRY(!resolver->budget.spent);
        warn_unmet(resolver, &call, &list->items[n], catalog);
    }
    return true;
}

const bool *select_controls(Resolver *resolver, const Catalog *catalog, const Json *selection)
{
    uint32_t errors = resolver->diags->errors;
    const Json *includes = tree_list(&resolver->budget, selection, STR("include-controls"));
    const Json *excludes = tree_list(&resolver->budget, selection, STR("exclude-controls"));
    bool all = json_find(selection, STR("include-all")) != NULL || includes == NULL;
    bool *chosen = NEW_ARRAY(resolver->arena, bool, catalog->node_count);
    for (uint32_t i = 0; all && i < catalog->node_count; i++) {
        chosen[i] = catalog->nodes[i]->kind == NODE_CONTROL;
    }
    bool ok = apply_calls(resolver, catalog, includes, true, chosen) &&
              apply_calls(resolver, catalog, excludes, false, chosen);
    return ok && resolver->diags->errors == errors ? chosen : NULL;
}

// ---- the tree ----

typedef struct Copy {
    Resolver *resolver;
    const bool *chosen;
    const bool *holds; // something chosen is inside
    bool hoist;
    Node *root;
    bool ok;
} Copy;

static void copy_children(Copy *copy, const Node *from, Node *to);

static void copy_group(Copy *copy, const Node *group, Node *to)
{
    Node *target = to;
    bool stays = copy->holds[group->index];
    if (stays) {
        target = tree_copy(&copy->resolver->budget, group);
        tree_append(to, target);
    }
    if (stays && copy->hoist) {
        target->param_count = 0;
    }
    if (copy->hoist || !stays) {
        tree_push_params(&copy->resolver->budget, copy->root, group->params, group->param_count);
    }
    copy_children(copy, group, target);
}

static void copy_children(Copy *copy, const Node *from, Node *to)
{
    for (const Node *child = from->first; child != NULL && copy->ok; child = child->next) {
        copy->ok = budget_take_objects(&copy->resolver->budget, UINT64_C(1) + child->param_count);
        if (!copy->ok) {
            return;
        }
        if (child->kind == NODE_GROUP) {
            copy_group(copy, child, to);
        } else if (copy->chosen[child->index]) {
            Node *control = tree_copy(&copy->resolver->budget, child);
            tree_append(to, control);
            copy_children(copy, child, control);
        } else {
            copy_children(copy, child, to);
        }
    }
}

bool select_copy(Resolver *resolver, const Catalog *catalog, const bool *chosen, bool hoist,
                 Node *parent)
{
    bool *holds = NEW_ARRAY(resolver->arena, bool, catalog->node_count);
    for (uint32_t i = catalog->node_count - 1; i > 0; i--) { // children stand behind their parent
        const Node *node = catalog->nodes[i];
        holds[node->parent->index] |= holds[i] || chosen[i];
    }
    tree_push_params(&resolver->budget, parent, catalog->root->params, catalog->root->param_count);
    Copy copy = {.resolver = resolver,
                 .chosen = chosen,
                 .holds = holds,
                 .hoist = hoist,
                 .root = parent,
                 .ok = true};
    copy_children(&copy, catalog->root, parent);
    return copy.ok;
}
