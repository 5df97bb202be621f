// SPDX-License-Identifier: Apache-2.0
// Alterations of controls: what is added, and where, then what is removed.
// Source: profile resolution, "Alter". All alterations of one control act together, on the control
// as it was: what is added is not removed again, and may stand where something is removed.
// Additions keep the order of the profile at each place they go to.
#include <string.h>

#include "oscal/alter_parts.h"

// The alterations of one control id, in the profile's order.
typedef struct Changes {
    const Json **removes;
    uint32_t remove_count;
    uint32_t remove_cap;
    const Json **adds;
    uint32_t add_count;
    uint32_t add_cap;
    Span at;
    bool met;
} Changes;

// Are the lists of every addition lists? Of which entries, nobody asks here.
static bool check_adds(Resolver *resolver, const Json *alter)
{
    uint32_t errors = resolver->diags->errors;
    const Json *adds = tree_list(&resolver->budget, alter, STR("adds"));
    for (uint32_t i = 0; adds != NULL && i < adds->count; i++) {
        (void)tree_list(&resolver->budget, &adds->items[i], STR("params"));
        for (size_t k = 0; k < COUNTOF(alter_lists); k++) {
            (void)tree_list(&resolver->budget, &adds->items[i], alter_lists[k].key);
        }
    }
    return resolver->diags->errors == errors;
}

static void collect(Resolver *resolver, const Json *alter, Str key, const Json ***list,
                    uint32_t *count, uint32_t *cap)
{
    const Json *more = tree_list(&resolver->budget, alter, key);
    if (more == NULL) {
        return;
    }
    if (*cap - *count < more->count) {
        *cap = *count + (*count > more->count ? *count : more->count);
        const Json **all = NEW_ARRAY(resolver->arena, const Json *, *cap);
        if (*count != 0) {
            memcpy(all, *list, *count * sizeof(*all));
        }
        *list = all;
    }
    for (uint32_t i = 0; i < more->count; i++) {
        (*list)[(*count)++] = &more->items[i];
    }
}

// The additions of one round; late: those whose target is not there (yet).
static bool apply_round(Alter *alter, const Changes *changes, uint32_t round, bool *late)
{
    for (uint32_t n = 0; n < changes->add_count; n++) {
        uint32_t i = round == 0 ? changes->add_count - 1 - n : n;
        Share share;
        if (!late[i] && alter_in_round(alter, changes->adds[i], round, &share)) {
            TRY(budget_take_steps(&alter->resolver->budget, 1));
            late[i] = !alter_add(alter, changes->adds[i], share);
        }
    }
    return true;
}

static bool apply_adds(Alter *alter, const Changes *changes)
{
    Resolver *resolver = alter->resolver;
    bool *late = NEW_ARRAY(resolver->arena, bool, (size_t)changes->add_count + 1);
    for (uint32_t round = 0; round < 3; round++) {
        TRY(apply_round(alter, changes, round, late));
    }
    for (uint32_t i = 0; i < changes->add_count; i++) { // to something another one added
        const Json *add = changes->adds[i];
        if (late[i] && !alter_add(alter, add, SHARE_ALL)) {
            diag_warn(resolver->diags, add->at, "unknown-id",
                      "control \"%.*s\" holds nothing with the id \"%.*s\"; nothing is added",
                      STR_ARG(alter->control->id), STR_ARG(json_find_str(add, STR("by-id"))));
        }
    }
    return !resolver->budget.spent;
}

static bool apply_changes(Alter *alter, const Changes *changes)
{
    for (uint32_t i = 0; i < changes->add_count; i++) {
        alter_keep(alter, changes->adds[i]);
    }
    TRY(apply_adds(alter, changes));
    for (uint32_t i = 0; i < changes->remove_count; i++) {
        TRY(alter_remove(alter, changes->removes[i]));
    }
    return !alter->resolver->budget.spent;
}

bool alter_apply(Resolver *resolver, const Document *profile, const Json *alters, Catalog *catalog)
{
    Map ids;
    map_init(&ids, resolver->arena, MAP_EXACT);
    Changes *all = NEW_ARRAY(resolver->arena, Changes, (size_t)alters->count + 1);
    for (uint32_t i = 0; i < alters->count; i++) {
        const Json *alter = &alters->items[i];
        Str control = json_find_str(alter, STR("control-id"));
        if (control.len == 0) {
            return diag_error(resolver->diags, alter->at, "missing-member",
                              "this needs \"control-id\": the id of the control to alter");
        }
        TRY(check_adds(resolver, alter));
        Changes *changes = &all[map_intern(&ids, control)];
        changes->at = alter->at;
        collect(resolver, alter, STR("removes"), &changes->removes, &changes->remove_count,
                &changes->remove_cap);
        collect(resolver, alter, STR("adds"), &changes->adds, &changes->add_count,
                &changes->add_cap);
    }
    // which controls each id names, in the order of the profile
    uint32_t *heads = NEW_ARRAY(resolver->arena, uint32_t, (size_t)ids.count + 1);
    uint32_t *next = NEW_ARRAY(resolver->arena, uint32_t, catalog->node_count);
    for (uint32_t i = catalog->node_count - 1; i > 0; i--) {
        uint32_t id = catalog->nodes[i]->kind == NODE_CONTROL
                          ? map_find(&ids, catalog->nodes[i]->id)
                          : MAP_NONE;
        if (id != MAP_NONE) {
            next[i] = heads[id];
            heads[id] = i;
        }
    }
    uint32_t *path = NEW_ARRAY(resolver->arena, uint32_t, PATH_MAX_PARTS);
    for (uint32_t id = 0; id < ids.count; id++) {
        if (heads[id] == 0) {
            diag_warn(resolver->diags, all[id].at, "unknown-control",
                      "control \"%.*s\" is not selected; nothing is altered",
                      STR_ARG(ids.entries[id].key));
        }
        for (uint32_t i = heads[id]; i != 0; i = next[i]) {
            Map added;
            map_init(&added, resolver->arena, MAP_EXACT);
            Alter alter = {.resolver = resolver,
                           .profile = profile,
                           .control = catalog->nodes[i],
                           .added = &added,
                           .path = path};
            TRY(apply_changes(&alter, &all[id]));
        }
    }
    return true;
}
