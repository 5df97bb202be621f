// SPDX-License-Identifier: Apache-2.0
// datumline/roleSummary of each environment: from Dataverse's users where there is Dataverse, from
// its role assignments where there is none (the service refuses them otherwise).
#include "inventory/derive.h"

static const char admin_template[] = "627090ff-40a3-4053-8790-584edc5be201";
static const char customizer_template[] = "119f245c-3cc8-4b62-b31c-d1a046ced15d";

typedef struct Summary {
    Str scope;
    TreeList sources;
    Map admin_roles; // role ids of System Administrator: names are translated, templates are not
    Map customizer_roles;
    Map environment_admins, environment_makers; // principals
    uint32_t users, users_without_roles;
    uint32_t system_admins, customizers, disabled_admins, deleted_users, guest_admins;
    uint32_t applications, application_admins;
    uint32_t assignments, group_admins, application_principal_admins;
} Summary;

typedef struct Summaries {
    Inventory *inventory;
    Map by_scope;
    Summary *items;
    uint32_t count, cap;
} Summaries;

static Summary *summary_for(Summaries *all, Str scope)
{
    Arena *arena = all->inventory->arena;
    uint32_t at = map_put(&all->by_scope, scope, all->count);
    if (at == all->count) {
        ARENA_ROOM(arena, all->items, all->count, all->cap);
        all->items[all->count++] = (Summary){.scope = scope};
        list_init(&all->items[at].sources, arena);
        map_init(&all->items[at].admin_roles, arena, MAP_NOCASE);
        map_init(&all->items[at].customizer_roles, arena, MAP_NOCASE);
        map_init(&all->items[at].environment_admins, arena, MAP_NOCASE);
        map_init(&all->items[at].environment_makers, arena, MAP_NOCASE);
    }
    return &all->items[at];
}

static void learn_role(Summary *summary, const Envelope *envelope)
{
    Str template_id = tree_text(envelope->properties, "_roletemplateid_value");
    if (str_eq_nocase(template_id, text_of(admin_template))) {
        (void)map_put(&summary->admin_roles, envelope->name, 1);
    } else if (str_eq_nocase(template_id, text_of(customizer_template))) {
        (void)map_put(&summary->customizer_roles, envelope->name, 1);
    }
}

static bool role_is(const Json *role, const Map *ids, const char *template_id, Str name)
{
    return map_find(ids, tree_text(role, "roleid")) != MAP_NONE ||
           str_eq_nocase(tree_text(role, "_roletemplateid_value"), text_of(template_id)) ||
           str_eq_nocase(tree_text(role, "name"), name);
}

static bool fact(const Envelope *envelope, const char *path)
{
    return tree_is_true(envelope->properties, path);
}

static void count_user(Summary *summary, const Envelope *envelope)
{
    const Json *roles = tree_find(envelope->properties, "systemuserroles_association");
    bool is_admin = false;
    bool is_customizer = false;
    summary->users++;
    summary->users_without_roles += json_is(roles, JSON_ARRAY) ? 0 : 1;
    for (uint32_t i = 0; json_is(roles, JSON_ARRAY) && i < roles->count; i++) {
        const Json *role = &roles->items[i];
        is_admin = is_admin || role_is(role, &summary->admin_roles, admin_template,
                                       STR("System Administrator"));
        is_customizer = is_customizer || role_is(role, &summary->customizer_roles,
                                                 customizer_template, STR("System Customizer"));
    }
    bool is_application = fact(envelope, "normalized/isApplication");
    bool is_disabled = fact(envelope, "isdisabled");
    summary->system_admins += is_admin && !is_disabled ? 1 : 0;
    summary->disabled_admins += is_admin && is_disabled ? 1 : 0;
    summary->customizers += is_customizer && !is_disabled ? 1 : 0;
    summary->guest_admins += is_admin && fact(envelope, "normalized/isGuest") ? 1 : 0;
    summary->deleted_users += fact(envelope, "normalized/isDeletedInEntra") ? 1 : 0;
    summary->applications += is_application ? 1 : 0;
    summary->application_admins += is_application && is_admin ? 1 : 0;
}

static void count_assignment(Summary *summary, const Envelope *envelope)
{
    Str role = tree_text(envelope->properties, "normalized/roleName");
    Str principal = tree_text(envelope->properties, "principal/id|principal/email");
    Str type = tree_text(envelope->properties, "principal/type");
    bool is_admin = str_eq_nocase(role, STR("EnvironmentAdmin"));
    summary->assignments++;
    if (principal.len != 0 && (is_admin || str_eq_nocase(role, STR("EnvironmentMaker")))) {
        (void)map_intern(is_admin ? &summary->environment_admins : &summary->environment_makers,
                         principal);
    }
    summary->group_admins += is_admin && word_has(type, STR("Group")) ? 1 : 0;
    summary->application_principal_admins +=
        is_admin && (word_has(type, STR("Service")) || word_has(type, STR("Application"))) ? 1 : 0;
}

static const struct {
    const char *type;
    void (*count)(Summary *summary, const Envelope *envelope);
} counters[] = {
    {"datumline/dataverseRole", learn_role}, // before the users, who hold them
    {"datumline/dataverseUser", count_user},
    {"datumline/environmentRoleAssignment", count_assignment},
};

static void put_dataverse(Tree *out, const Summary *summary)
{
    tree_put_str(out, STR("source"), STR("dataverse"));
    tree_put_u32(out, STR("adminCount"), summary->system_admins);
    tree_put_u32(out, STR("systemAdministratorCount"), summary->system_admins);
    tree_put_u32(out, STR("systemCustomizerCount"), summary->customizers);
    tree_put_u32(out, STR("disabledAdminCount"), summary->disabled_admins);
    tree_put_u32(out, STR("deletedUserCount"), summary->deleted_users);
    tree_put_u32(out, STR("guestAdminCount"), summary->guest_admins);
    tree_put_u32(out, STR("applicationUserCount"), summary->applications);
    tree_put_u32(out, STR("applicationUserAdminCount"), summary->application_admins);
}

static void put_assignments(Tree *out, const Summary *summary)
{
    tree_put_str(out, STR("source"), STR("roleAssignments"));
    tree_put_u32(out, STR("adminCount"), summary->environment_admins.count);
    tree_put_u32(out, STR("environmentAdminCount"), summary->environment_admins.count);
    tree_put_u32(out, STR("environmentMakerCount"), summary->environment_makers.count);
    tree_put_u32(out, STR("groupAdminCount"), summary->group_admins);
    tree_put_u32(out, STR("servicePrincipalAdminCount"), summary->application_principal_admins);
}

static bool is_complete(const Inventory *inventory, const char *kind, Str scope)
{
    Str name = text_of(kind);
    Coverage coverage = inventory_covers(inventory, &name, 1, scope, inventory->arena);
    return coverage.measurable && coverage.complete;
}

static void put_summary(Inventory *inventory, const Summary *summary)
{
    Tree out;
    Tree measured;
    tree_init(&out, inventory->arena);
    tree_init(&measured, inventory->arena);
    bool by_dataverse = summary->users != 0;
    bool is_measured =
        by_dataverse ? summary->users_without_roles == 0 &&
                           is_complete(inventory, "dataverse-systemusers", summary->scope)
                     : summary->assignments != 0 &&
                           is_complete(inventory, "environment-role-assignments", summary->scope);
    if (!by_dataverse && summary->assignments == 0) {
        return; // only roles were read, nobody who holds them
    }
    tree_put_str(&out, STR("scopeKind"), STR("environment"));
    if (is_measured && by_dataverse) {
        put_dataverse(&out, summary);
    } else if (is_measured) {
        put_assignments(&out, summary);
    } else {
        tree_put_str(&out, STR("source"), by_dataverse ? STR("dataverse") : STR("roleAssignments"));
    }
    tree_put_bool(&measured, STR("roles"), is_measured);
    tree_put_tree(&out, STR("measured"), &measured);
    tree_put(&out, STR("derivedFrom"), list_json(&summary->sources));
    derive_put(inventory, summary->scope, "roleSummary", "datumline/roleSummary", &out);
}

void derive_environment_roles(Inventory *inventory)
{
    Summaries all = {.inventory = inventory};
    map_init(&all.by_scope, inventory->arena, MAP_NOCASE);
    for (size_t k = 0; k < COUNTOF(counters); k++) {
        for (uint32_t i = 0; i < inventory->envelope_count; i++) {
            const Envelope *envelope = &inventory->envelopes[i];
            if (str_eq(envelope->type, text_of(counters[k].type))) {
                Summary *summary = summary_for(&all, envelope->scope);
                counters[k].count(summary, envelope);
                if (counters[k].count != learn_role) {
                    list_push(&summary->sources, json_string(envelope->id));
                }
            }
        }
    }
    for (uint32_t i = 0; i < all.count; i++) {
        put_summary(inventory, &all.items[i]);
    }
}
