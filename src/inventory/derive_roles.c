// SPDX-License-Identifier: Apache-2.0
// datumline/roleSummary of the tenant: who holds which directory role, standing or eligible. A part
// that was not read is absent, never zero.
#include "inventory/derive.h"
#include "inventory/place.h"

// Source: Microsoft Entra built-in roles. The first eight are those that SCuBA calls highly
// privileged, and the ones whose assignments ScubaGear reads.
static const struct {
    const char *template_id;
    const char *name;
    const char *prefix; // of the counts it has of its own, or NULL
} known_roles[] = {
    {"62e90394-69f5-4237-9190-012177145e10", "Global Administrator", "globalAdmin"},
    {"e8611ab8-c189-46e8-94e1-60213ab1f814", "Privileged Role Administrator", NULL},
    {"fe930be7-5e62-47db-91af-98c3a49a38b1", "User Administrator", NULL},
    {"f28a1f50-f6e7-4571-818b-6a12f2af6b6c", "SharePoint Administrator", NULL},
    {"29232cdf-9323-42fd-ade2-1d097af3e4de", "Exchange Administrator", NULL},
    {"8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2", "Hybrid Identity Administrator", NULL},
    {"9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", "Application Administrator", NULL},
    {"158c047a-c907-4556-b7ef-446551a6b5f7", "Cloud Application Administrator", NULL},
    {"11648597-926c-4cf3-9c36-bcebb0ba8dcc", "Power Platform Administrator", "powerPlatformAdmin"},
    {"44367163-eba1-44c3-98af-f5787879f96a", "Dynamics 365 Administrator", "dynamicsAdmin"},
};
enum { ROLE_COUNT = COUNTOF(known_roles), HIGHLY_PRIVILEGED = 8, ROLE_ANY_PRIVILEGED = ROLE_COUNT };

// Ways to hold a role. LISTED: a user whom ScubaGear lists under it, assigned or eligible, groups
// expanded. APPLICATION: the same of a service principal.
enum {
    HOLDS_STANDING = 1,
    HOLDS_TIMED = 2,
    HOLDS_ACTIVATED = 4,
    HOLDS_ELIGIBLE = 8,
    HOLDS_LISTED = 16,
    HOLDS_APPLICATION = 32
};

typedef struct Roles {
    Inventory *inventory;
    Map holdings;  // "role/principal" → bits, by way of flags
    uint8_t *bits; // one per holding
    uint32_t bits_cap;
    Map labels; // role → index; its entries are the roles in order of first sight
    Str *label_texts;
    uint32_t label_cap;
    TreeList sources;
    uint32_t application_count;
    bool assignments;      // of every role
    bool some_assignments; // of the highly privileged ones
    bool eligibility;
    bool users;
    bool privileged_users;
    bool privileged_sps;
    bool admin_applications;
} Roles;

static bool is_measured(const Inventory *inventory, const char *kind)
{
    Str name = text_of(kind);
    Coverage coverage = inventory_covers(inventory, &name, 1, (Str){0}, inventory->arena);
    return coverage.measurable && coverage.complete;
}

static uint32_t role_by_id(Str template_id)
{
    for (uint32_t i = 0; i < ROLE_COUNT; i++) {
        if (str_eq_nocase(template_id, text_of(known_roles[i].template_id))) {
            return i;
        }
    }
    return ROLE_COUNT;
}

static uint32_t role_by_name(Str name)
{
    for (uint32_t i = 0; i < ROLE_COUNT; i++) {
        if (str_eq_nocase(name, text_of(known_roles[i].name))) {
            return i;
        }
    }
    return ROLE_COUNT;
}

static void note_role(Roles *roles, Str role, Str label)
{
    uint32_t before = roles->labels.count;
    uint32_t at = map_intern(&roles->labels, role);
    if (at == before) {
        ARENA_ROOM(roles->inventory->arena, roles->label_texts, at, roles->label_cap);
        uint32_t known = role_by_id(role);
        roles->label_texts[at] = known != ROLE_COUNT ? text_of(known_roles[known].name) : label;
    } else if (roles->label_texts[at].len == 0) {
        roles->label_texts[at] = label;
    }
}

static void hold(Roles *roles, Str role, Str principal, uint32_t bit)
{
    if (role.len == 0 || principal.len == 0) {
        return;
    }
    Str key = text_print(roles->inventory->arena, "%.*s/%.*s", STR_ARG(role), STR_ARG(principal));
    uint32_t before = roles->holdings.count;
    uint32_t at = map_intern(&roles->holdings, key);
    if (at == before) {
        ARENA_ROOM(roles->inventory->arena, roles->bits, at, roles->bits_cap);
        roles->bits[at] = 0;
    }
    roles->bits[at] |= (uint8_t)bit;
}

static uint32_t bit_of_state(Str state)
{
    static const struct {
        const char *name;
        uint32_t bit;
    } states[] = {{"standing", HOLDS_STANDING},
                  {"timeBound", HOLDS_TIMED},
                  {"activated", HOLDS_ACTIVATED},
                  {"eligible", HOLDS_ELIGIBLE}};
    for (size_t i = 0; i < COUNTOF(states); i++) {
        if (str_eq(state, text_of(states[i].name))) {
            return states[i].bit;
        }
    }
    return HOLDS_LISTED;
}

static void read_assignment(Roles *roles, const Envelope *envelope)
{
    const Json *properties = envelope->properties;
    Str role = tree_text(properties, "roleDefinitionId");
    Str principal = tree_text(properties, "principalId");
    note_role(roles, role, tree_text(properties, "roleDefinition/displayName|roleDefinitionName"));
    hold(roles, role, principal, bit_of_state(tree_text(properties, "normalized/state")));
}

// ScubaGear's roles carry their active assignments.
static void read_directory_role(Roles *roles, const Envelope *envelope)
{
    const Json *assignments = tree_find(envelope->properties, "assignments");
    Str role = tree_text(envelope->properties, "roleTemplateId");
    note_role(roles, role, tree_text(envelope->properties, "displayName"));
    for (uint32_t i = 0; json_is(assignments, JSON_ARRAY) && i < assignments->count; i++) {
        const Json *one = &assignments->items[i];
        bool activated = str_eq_nocase(tree_text(one, "assignmentType"), STR("Activated"));
        bool ends = tree_first(one, "endDateTime") != NULL;
        uint32_t bit = activated ? HOLDS_ACTIVATED : (ends ? HOLDS_TIMED : HOLDS_STANDING);
        hold(roles, role, tree_text(one, "principalId"), bit);
    }
}

// Names of roles without a state: they count, whether assigned or eligible.
static void read_listed(Roles *roles, const Envelope *envelope, uint32_t bit)
{
    const Json *names = tree_find(envelope->properties, "roles");
    for (uint32_t i = 0; json_is(names, JSON_ARRAY) && i < names->count; i++) {
        if (names->items[i].type != JSON_STRING) {
            continue;
        }
        uint32_t known = role_by_name(names->items[i].string);
        Str role =
            known != ROLE_COUNT ? text_of(known_roles[known].template_id) : names->items[i].string;
        note_role(roles, role, names->items[i].string);
        hold(roles, role, envelope->name, bit);
    }
}

static void read_privileged_user(Roles *roles, const Envelope *envelope)
{
    read_listed(roles, envelope, HOLDS_LISTED);
}

static void read_privileged_application(Roles *roles, const Envelope *envelope)
{
    read_listed(roles, envelope, HOLDS_APPLICATION);
}

// Each is full administrator of the whole tenant.
static void read_application(Roles *roles, const Envelope *envelope)
{
    roles->application_count += envelope->name.len != 0 ? 1 : 0;
}

static const struct {
    const char *type;
    void (*read)(Roles *roles, const Envelope *envelope);
} readers[] = {
    {"datumline/roleAssignment", read_assignment},
    {"datumline/directoryRole", read_directory_role},
    {"datumline/privilegedUser", read_privileged_user},
    {"datumline/privilegedServicePrincipal", read_privileged_application},
    {"datumline/adminApplication", read_application},
};

static bool is_highly_privileged(Str role)
{
    return role_by_id(role) < HIGHLY_PRIVILEGED;
}

// Distinct principals who hold a role (or any highly privileged one) in one of the ways.
static uint32_t count_holders(const Roles *roles, uint32_t role, uint32_t bits)
{
    Map seen;
    Arena *arena = roles->inventory->arena;
    map_init(&seen, arena, MAP_NOCASE);
    for (uint32_t i = 0; i < roles->holdings.count; i++) {
        StrCut cut = str_cut(roles->holdings.entries[i].key, '/');
        bool fits = role == ROLE_ANY_PRIVILEGED ? is_highly_privileged(cut.head)
                                                : role_by_id(cut.head) == role;
        if (fits && (roles->bits[i] & bits) != 0) {
            (void)map_intern(&seen, cut.tail);
        }
    }
    return seen.count;
}

static void put_role_counts(Roles *roles, Tree *out, uint32_t role, const char *prefix)
{
    enum { HOLDS_GRAPH = HOLDS_STANDING | HOLDS_TIMED | HOLDS_ACTIVATED | HOLDS_ELIGIBLE };
    Arena *arena = roles->inventory->arena;
    bool by_scuba = role < HIGHLY_PRIVILEGED || role == ROLE_ANY_PRIVILEGED;
    if (roles->assignments || (by_scuba && roles->some_assignments)) {
        tree_put_u32(out, text_print(arena, "%sStandingCount", prefix),
                     count_holders(roles, role, HOLDS_STANDING));
    }
    if (roles->eligibility) {
        tree_put_u32(out, text_print(arena, "%sEligibleCount", prefix),
                     count_holders(roles, role, HOLDS_ELIGIBLE));
    }
    bool is_listed = by_scuba && roles->privileged_users;
    if (is_listed || (roles->assignments && roles->eligibility)) {
        tree_put_u32(out, text_print(arena, "%sCount", prefix),
                     count_holders(roles, role, is_listed ? HOLDS_LISTED : HOLDS_GRAPH));
    }
}

static uint32_t count_bits(const Roles *roles, Str role, uint32_t bits)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < roles->holdings.count; i++) {
        Str own = str_cut(roles->holdings.entries[i].key, '/').head;
        count += str_eq_nocase(own, role) && (roles->bits[i] & bits) != 0 ? 1 : 0;
    }
    return count;
}

static void put_roles(Roles *roles, Tree *out)
{
    TreeList list;
    list_init(&list, roles->inventory->arena);
    for (uint32_t i = 0; i < roles->labels.count; i++) {
        Str role = roles->labels.entries[i].key;
        Tree one;
        tree_init(&one, roles->inventory->arena);
        tree_put_str(&one, STR("roleTemplateId"), role);
        tree_put_str(&one, STR("displayName"), roles->label_texts[i]);
        tree_put_bool(&one, STR("isPrivileged"), is_highly_privileged(role));
        if (roles->assignments || (roles->some_assignments && is_highly_privileged(role))) {
            tree_put_u32(&one, STR("standingCount"), count_bits(roles, role, HOLDS_STANDING));
            tree_put_u32(&one, STR("timeBoundCount"), count_bits(roles, role, HOLDS_TIMED));
            tree_put_u32(&one, STR("activatedCount"), count_bits(roles, role, HOLDS_ACTIVATED));
        }
        if (roles->eligibility) {
            tree_put_u32(&one, STR("eligibleCount"), count_bits(roles, role, HOLDS_ELIGIBLE));
        }
        list_push(&list, tree_json(&one));
    }
    tree_put(out, STR("roles"), list_json(&list));
}

typedef struct Census {
    uint32_t users, guests;
    uint32_t privileged_users, privileged_sps, privileged_synced, privileged_guests;
} Census;

static void count_one(const Roles *roles, const Map *privileged, const Envelope *envelope,
                      Census *census)
{
    const Json *properties = envelope->properties;
    if (str_eq(envelope->type, STR("microsoft.graph/users"))) {
        bool is_guest = tree_is_true(properties, "normalized/isGuest");
        census->users++;
        census->guests += is_guest ? 1 : 0;
        bool is_admin = map_find(privileged, envelope->name) != MAP_NONE;
        bool is_synced = tree_is_true(properties, "onPremisesSyncEnabled") ||
                         tree_first(properties, "onPremisesImmutableId") != NULL;
        census->privileged_guests += is_admin && is_guest ? 1 : 0;
        if (!roles->privileged_users) {
            census->privileged_users += is_admin ? 1 : 0;
            census->privileged_synced += is_admin && is_synced ? 1 : 0;
        }
    } else if (str_eq(envelope->type, STR("datumline/privilegedUser"))) {
        census->privileged_users++;
        census->privileged_synced +=
            tree_first(properties, "onPremisesImmutableId") != NULL ? 1 : 0;
    } else if (str_eq(envelope->type, STR("datumline/privilegedServicePrincipal"))) {
        census->privileged_sps++;
    } else if (str_eq(envelope->type, STR("microsoft.graph/servicePrincipals")) &&
               !roles->privileged_sps) {
        census->privileged_sps += map_find(privileged, envelope->name) != MAP_NONE ? 1 : 0;
    }
}

static void put_if(Tree *out, bool measured, const char *key, uint32_t value)
{
    if (measured) {
        tree_put_u32(out, text_of(key), value);
    }
}

static void put_census(Roles *roles, Tree *out)
{
    Map privileged;
    Census census = {0};
    map_init(&privileged, roles->inventory->arena, MAP_NOCASE);
    for (uint32_t i = 0; i < roles->holdings.count; i++) {
        StrCut cut = str_cut(roles->holdings.entries[i].key, '/');
        if (is_highly_privileged(cut.head)) {
            (void)map_intern(&privileged, cut.tail);
        }
    }
    for (uint32_t i = 0; i < roles->inventory->envelope_count; i++) {
        count_one(roles, &privileged, &roles->inventory->envelopes[i], &census);
    }
    bool holders_known = roles->privileged_users || (roles->assignments && roles->eligibility);
    bool users_known = holders_known && (roles->users || roles->privileged_users);
    bool sps_read = is_measured(roles->inventory, "graph-serviceprincipals");
    put_if(out, users_known, "privilegedUserCount", census.privileged_users);
    put_if(out, users_known, "privilegedSyncedCount", census.privileged_synced);
    put_if(out, holders_known && roles->users, "privilegedGuestCount", census.privileged_guests);
    put_if(out, roles->privileged_sps || (holders_known && sps_read),
           "privilegedServicePrincipalCount", census.privileged_sps);
    put_if(out, roles->users, "userCount", census.users);
    put_if(out, roles->users, "guestCount", census.guests);
    put_if(out, roles->admin_applications, "adminApplicationCount", roles->application_count);
}

static void put_measured(const Roles *roles, Tree *out)
{
    Tree measured;
    tree_init(&measured, roles->inventory->arena);
    tree_put_bool(&measured, STR("assignments"), roles->assignments);
    tree_put_bool(&measured, STR("privilegedAssignments"),
                  roles->assignments || roles->some_assignments);
    tree_put_bool(&measured, STR("eligibility"), roles->eligibility);
    tree_put_bool(&measured, STR("users"), roles->users);
    tree_put_bool(&measured, STR("adminApplications"), roles->admin_applications);
    tree_put_bool(&measured, STR("principalKinds"), roles->privileged_users || roles->users);
    tree_put_tree(out, STR("measured"), &measured);
}

static void read_holders(Roles *roles)
{
    for (uint32_t i = 0; i < roles->inventory->envelope_count; i++) {
        const Envelope *envelope = &roles->inventory->envelopes[i];
        for (size_t k = 0; k < COUNTOF(readers); k++) {
            if (str_eq(envelope->type, text_of(readers[k].type))) {
                readers[k].read(roles, envelope);
                list_push(&roles->sources, json_string(envelope->id));
            }
        }
    }
}

static void derive_tenant(Inventory *inventory)
{
    Roles roles = {.inventory = inventory};
    map_init(&roles.holdings, inventory->arena, MAP_NOCASE);
    map_init(&roles.labels, inventory->arena, MAP_NOCASE);
    list_init(&roles.sources, inventory->arena);
    roles.assignments = is_measured(inventory, "graph-roleassignments");
    roles.some_assignments = is_measured(inventory, "graph-privileged-roles");
    roles.eligibility = is_measured(inventory, "graph-roleeligibility");
    roles.users = is_measured(inventory, "graph-users");
    roles.privileged_users = is_measured(inventory, "graph-privileged-users");
    roles.privileged_sps = is_measured(inventory, "graph-privileged-sps");
    roles.admin_applications = is_measured(inventory, "admin-applications");
    if (!roles.assignments && !roles.some_assignments && !roles.eligibility && !roles.users &&
        !roles.privileged_users && !roles.admin_applications) {
        return;
    }
    read_holders(&roles);
    Tree out;
    tree_init(&out, inventory->arena);
    tree_put_str(&out, STR("scopeKind"), STR("tenant"));
    for (uint32_t i = 0; i < ROLE_COUNT; i++) {
        if (known_roles[i].prefix != NULL) {
            put_role_counts(&roles, &out, i, known_roles[i].prefix);
        }
    }
    put_role_counts(&roles, &out, ROLE_ANY_PRIVILEGED, "privileged");
    put_roles(&roles, &out);
    put_census(&roles, &out);
    put_measured(&roles, &out);
    tree_put(&out, STR("derivedFrom"), list_json(&roles.sources));
    Str scope = scope_of(inventory->arena, inventory->tenant, (Str){0});
    derive_put(inventory, scope, "roleSummary", "datumline/roleSummary", &out);
}

void derive_roles(Inventory *inventory)
{
    derive_tenant(inventory);
    derive_environment_roles(inventory);
}
