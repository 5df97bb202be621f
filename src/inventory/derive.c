// SPDX-License-Identifier: Apache-2.0
#include "inventory/derive.h"

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

// What must exist once for a tenant, a rule looks for from the tenant; so the tenant is there as soon
// as anything of it is, whether or not its own body was read.
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

// Whether an app is shared with everyone stands in its permissions, which are objects of their own.
void derive_app_sharing(Inventory *inventory)
{
    Map everyone; // app id → 1 when some permission is the tenant's, else 0
    map_init(&everyone, inventory->arena, MAP_NOCASE);
    for (uint32_t i = 0; i < inventory->envelope_count; i++) {
        const Envelope *envelope = &inventory->envelopes[i];
        if (!str_eq(envelope->type, text_of(permission_type))) {
            continue;
        }
        Str name = path_tail(envelope->id);
        Str app = {envelope->id.ptr, envelope->id.len - name.len - (sizeof "/permissions/" - 1)};
        Str principal = tree_text(envelope->properties, "principal/type");
        uint32_t is_tenant = str_eq_nocase(principal, STR("Tenant")) ? 1 : 0;
        uint32_t stands = map_put(&everyone, app, is_tenant);
        for (uint32_t k = 0; stands < is_tenant && k < everyone.count; k++) {
            bool same = str_eq_nocase(everyone.entries[k].key, app);
            everyone.entries[k].value = same ? 1 : everyone.entries[k].value;
        }
    }
    for (uint32_t i = 0; i < inventory->envelope_count && everyone.count != 0; i++) {
        Envelope *envelope = &inventory->envelopes[i];
        uint32_t found = map_find(&everyone, envelope->id);
        if (found == MAP_NONE) {
            continue;
        }
        Tree normalized;
        Tree properties;
        tree_init(&normalized, inventory->arena);
        tree_init(&properties, inventory->arena);
        tree_put_all(&normalized, tree_find(envelope->properties, "normalized"));
        tree_put_bool(&normalized, STR("isSharedWithEveryone"), found == 1);
        tree_put_all(&properties, envelope->properties);
        tree_put_tree(&properties, STR("normalized"), &normalized);
        envelope->properties = tree_done(&properties);
    }
}
