// SPDX-License-Identifier: Apache-2.0
#include "inventory/derive.h"
#include "inventory/merge.h"
#include "inventory/place.h"

void derive_put(Inventory *inventory, Str scope, const char *name, const char *type,
                const Tree *properties)
{
    Arena *arena = inventory->arena;
    Envelope envelope = {.name = text_of(name),
                         .type = text_of(type),
                         .scope = scope,
                         .kind = STR("derived"),
                         .properties = tree_done(properties),
                         .is_derived = true};
    envelope.id = text_print(arena, "%.*s/%s", STR_ARG(scope), name);
    merge_replace(inventory, &envelope);
}

// What must exist once for a tenant, a rule looks for from the tenant; so the tenant is there as
// soon as anything of it is, whether or not its own body was read.
void derive_anchor(Inventory *inventory)
{
    Str scope = scope_of(inventory->arena, inventory->tenant, (Str){0});
    bool is_needed = false;
    for (uint32_t i = 0; i < inventory->envelope_count; i++) {
        const Envelope *envelope = &inventory->envelopes[i];
        if (str_eq_nocase(envelope->id, scope)) {
            return;
        }
        is_needed = is_needed || envelope->scope.len != 0;
    }
    if (!is_needed) {
        return;
    }
    Tree properties;
    tree_init(&properties, inventory->arena);
    tree_put_str(&properties, STR("tenantId"), inventory->tenant);
    Envelope envelope = {.id = scope,
                         .name = inventory->tenant,
                         .type = STR("datumline/tenant"),
                         .scope = scope,
                         .kind = STR("derived"),
                         .properties = tree_done(&properties),
                         .is_derived = true};
    merge_replace(inventory, &envelope);
}

static const char permission_type[] = "datumline/appPermission";

// The app of each permission, and which of them some permission shares with the whole tenant.
static void learn_sharing(const Inventory *inventory, Map *apps, Map *shared)
{
    for (uint32_t i = 0; i < inventory->envelope_count; i++) {
        const Envelope *envelope = &inventory->envelopes[i];
        if (!str_eq(envelope->type, text_of(permission_type))) {
            continue;
        }
        size_t tail = path_tail(envelope->id).len + sizeof "/permissions/" - 1;
        Str app = {envelope->id.ptr, tail < envelope->id.len ? envelope->id.len - tail : 0};
        Str principal = tree_text(envelope->properties, "principal/type");
        (void)map_intern(apps, app);
        if (str_eq_nocase(principal, STR("Tenant"))) {
            (void)map_intern(shared, app);
        }
    }
}

// Whether an app is shared with everyone stands in its permissions, which are objects of their own.
void derive_app_sharing(Inventory *inventory)
{
    Map apps;
    Map shared;
    map_init(&apps, inventory->arena, MAP_NOCASE);
    map_init(&shared, inventory->arena, MAP_NOCASE);
    learn_sharing(inventory, &apps, &shared);
    for (uint32_t i = 0; i < inventory->envelope_count && apps.count != 0; i++) {
        Envelope *envelope = &inventory->envelopes[i];
        if (map_find(&apps, envelope->id) == MAP_NONE) {
            continue;
        }
        bool is_shared = map_find(&shared, envelope->id) != MAP_NONE;
        Tree normalized;
        Tree properties;
        tree_init(&normalized, inventory->arena);
        tree_init(&properties, inventory->arena);
        tree_put_all(&normalized, tree_find(envelope->properties, "normalized"));
        tree_put_bool(&normalized, STR("isSharedWithEveryone"), is_shared);
        tree_put_all(&properties, envelope->properties);
        tree_put_tree(&properties, STR("normalized"), &normalized);
        envelope->properties = tree_done(&properties);
    }
}
