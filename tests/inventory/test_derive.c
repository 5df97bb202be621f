// SPDX-License-Identifier: Apache-2.0
// Facts made from other objects: effective data policies and role summaries.
#include "inventory/world.h"
#include "t.h"

#define TENANT "11111111-2222-3333-4444-555555555555"
#define T "/tenants/" TENANT
#define E1 "aaaaaaaa-0000-0000-0000-000000000001"
#define EFFECTIVE T "/environments/" E1 "/effectiveDataPolicy"
#define ENVIRONMENTS                                                                               \
    "{\"value\":[{\"name\":\"" E1                                                                  \
    "\",\"type\":\"Microsoft.BusinessAppPlatform/scopes/environments\","                           \
    "\"properties\":{\"displayName\":\"One\",\"environmentSku\":\"Production\"}}]}"
#define CONNECTOR(name) "{\"id\":\"/providers/Microsoft.PowerApps/apis/" name "\"}"
#define GROUP(class, connectors)                                                                   \
    "{\"classification\":\"" class "\",\"connectors\":[" connectors "]}"
#define POLICY(name, fallback, groups)                                                             \
    "{\"policyDefinition\":{\"name\":\"" name "\",\"displayName\":\"" name                         \
    "\",\"environmentType\":"                                                                      \
    "\"AllEnvironments\",\"defaultConnectorsClassification\":\"" fallback                          \
    "\",\"connectorGroups\":[" groups "]}}"

static void open_policies(World *world, const char *policies)
{
    world_open_as(world, TENANT);
    world_add(world, "environments.json", ENVIRONMENTS);
    world_add(world, "policies.json", policies);
    world_finish(world);
}

static bool holds(const World *world, const char *list, const char *connector)
{
    const Envelope *fact = world_find(world, EFFECTIVE);
    const Json *items = fact != NULL ? tree_find(fact->properties, list) : NULL;
    for (uint32_t i = 0; json_is(items, JSON_ARRAY) && i < items->count; i++) {
        if (str_eq(items->items[i].string, text_of(connector))) {
            return true;
        }
    }
    return false;
}

static const struct {
    const char *name;
    const char *policies;
    const char *connector;
    const char *list; // where it ends up; NULL = nowhere
    bool is_mixed;
} classifications[] = {
    {"named nowhere",
     "{\"value\":[" POLICY("a", "General", GROUP("General", CONNECTOR("shared_x"))) "]}",
     "shared_sql", NULL, false},
    {"blocked over business",
     "{\"value\":[" POLICY(
         "a", "General",
         GROUP("Confidential",
               CONNECTOR("shared_sql"))) "," POLICY("b", "General",
                                                    GROUP("Blocked", CONNECTOR("shared_sql"))) "]}",
     "shared_sql", "blocked", false},
    {"a default that blocks",
     "{\"value\":[" POLICY(
         "a", "General",
         GROUP("Confidential",
               CONNECTOR("shared_sql"))) "," POLICY("b", "Blocked",
                                                    GROUP("General", CONNECTOR("shared_x"))) "]}",
     "shared_sql", "blocked", false},
    {"business here, the rest there",
     "{\"value\":[" POLICY(
         "a", "General",
         GROUP("Confidential",
               CONNECTOR("shared_sql"))) "," POLICY("b", "General",
                                                    GROUP("General", CONNECTOR("shared_x"))) "]}",
     "shared_sql", "nonBusiness", true},
    {"business in both",
     "{\"value\":[" POLICY(
         "a", "General",
         GROUP("Confidential",
               CONNECTOR("shared_sql"))) "," POLICY("b", "General",
                                                    GROUP("Confidential",
                                                          CONNECTOR("SHARED_SQL"))) "]}",
     "shared_sql", "business", false},
    {"business by default in one",
     "{\"value\":[" POLICY(
         "a", "General",
         GROUP("Confidential",
               CONNECTOR("shared_sql"))) "," POLICY("b", "Confidential",
                                                    GROUP("General", CONNECTOR("shared_x"))) "]}",
     "shared_sql", "business", false},
};

TEST(the_most_restrictive_classification_counts)
{
    static const char *const lists[] = {"business", "nonBusiness", "blocked"};
    for (size_t i = 0; i < COUNTOF(classifications); i++) {
        World world;
        open_policies(&world, classifications[i].policies);
        for (size_t k = 0; k < COUNTOF(lists); k++) {
            bool wanted = classifications[i].list != NULL &&
                          str_eq(text_of(classifications[i].list), text_of(lists[k]));
            CHECK_ROW(classifications[i].name,
                      holds(&world, lists[k], classifications[i].connector) == wanted);
        }
        CHECK_ROW(classifications[i].name, holds(&world, "mixed", classifications[i].connector) ==
                                               classifications[i].is_mixed);
        CHECK_ROW(classifications[i].name,
                  world_fact_is(&world, EFFECTIVE, "measured/connectors", "true"));
        world_close(&world);
    }
}

static const struct {
    const char *name;
    const char *file;
    const char *text;
    const char *covered; // "" = not told
    const char *blocks;
    const char *complete;
} lists[] = {
    {"refused", "dlp-policies.json", "{\"error\":{\"code\":\"Forbidden\",\"message\":\"no\"}}", "",
     "", ""},
    {"no policy at all", "dlp-policies.json", "{\"value\":[]}", "false", "false", "true"},
    {"a page of more, that covers", "dlp-policies.json",
     "{\"value\":[" POLICY("a", "General", GROUP("General", "")) "],\"nextLink\":\"https://x/\"}",
     "true", "", "false"},
    {"a page of more, that blocks", "dlp-policies.json",
     "{\"value\":[" POLICY("a", "Blocked", GROUP("General", "")) "],\"nextLink\":\"https://x/\"}",
     "true", "true", "false"},
    {"a single policy, no list", "a.json", POLICY("a", "General", GROUP("General", "")), "true", "",
     "false"},
    {"whom it covers is not known", "dlp-policies.json",
     "{\"value\":[{\"policyDefinition\":{\"name\":\"a\",\"environmentType\":\"Some\"}}]}", "", "",
     "false"},
    {"a list", "dlp-policies.json",
     "{\"value\":[" POLICY("a", "Blocked", GROUP("General", "")) "]}", "true", "true", "true"},
};

TEST(coverage_is_told_only_as_far_as_the_list_was_read)
{
    for (size_t i = 0; i < COUNTOF(lists); i++) {
        World world;
        world_open_as(&world, TENANT);
        world_add(&world, "environments.json", ENVIRONMENTS);
        world_add(&world, lists[i].file, lists[i].text);
        world_finish(&world);
        const char *name = lists[i].name;
        CHECK_ROW(name, world_fact_is(&world, EFFECTIVE, "isCovered", lists[i].covered));
        CHECK_ROW(name, world_fact_is(&world, EFFECTIVE, "blocksNewConnectors", lists[i].blocks));
        CHECK_ROW(name, world_fact_is(&world, EFFECTIVE, "measured/coverage", lists[i].complete));
        world_close(&world);
    }
}

TEST(an_effective_policy_names_what_it_was_made_of)
{
    World world;
    open_policies(&world, "{\"value\":[" POLICY("a", "General", GROUP("General", "")) "," POLICY(
                              "b", "Blocked", GROUP("General", "")) "]}");
    const Envelope *fact = world_find(&world, EFFECTIVE);
    CHECK(fact != NULL && fact->is_derived);
    const Json *from = tree_find(fact->properties, "derivedFrom");
    CHECK(from->count == 3);
    CHECK(str_eq(from->items[0].string, STR(T "/environments/" E1)));
    CHECK(str_eq(from->items[2].string, STR(T "/datapolicies/b")));
    CHECK(world_fact_is(&world, EFFECTIVE, "policyCount", "2"));
    CHECK(world_fact_is(&world, EFFECTIVE, "defaultClassification", "Blocked"));
    CHECK(world_fact_is(&world, EFFECTIVE, "environmentSku", "Production"));
    CHECK(str_eq(fact->scope, STR(T "/environments/" E1)));
    world_close(&world);
}

#define GLOBAL "62e90394-69f5-4237-9190-012177145e10"
#define POWER "11648597-926c-4cf3-9c36-bcebb0ba8dcc"
#define FOREVER "null"
#define ASSIGNED(id, role, principal, type, end)                                                   \
    "{\"id\":\"" id "\",\"principalId\":\"" principal "\",\"roleDefinitionId\":\"" role            \
    "\",\"directoryScopeId\":\"/\",\"assignmentType\":\"" type "\",\"endDateTime\":" end "}"
#define ELIGIBLE(id, role, principal)                                                              \
    "{\"id\":\"" id "\",\"principalId\":\"" principal "\",\"roleDefinitionId\":\"" role            \
    "\",\"roleEligibilityScheduleId\":\"s\"}"
#define SUMMARY T "/roleSummary"

#define A1 ASSIGNED("1", GLOBAL, "ada", "Assigned", FOREVER)
#define A2 ASSIGNED("2", GLOBAL, "ben", "Activated", "\"2026-01-01T00:00:00Z\"")
#define A3 ASSIGNED("3", GLOBAL, "cy", "Assigned", "\"2026-01-01T00:00:00Z\"")
#define A4 ASSIGNED("4", POWER, "ada", "Assigned", FOREVER)
static const char assigned[] = "{\"value\":[" A1 "," A2 "," A3 "," A4 "]}";
static const char eligible[] =
    "{\"value\":[" ELIGIBLE("5", GLOBAL, "ben") "," ELIGIBLE("6", GLOBAL, "dee") "]}";
static const char users[] =
    "{\"value\":[{\"id\":\"ada\",\"userPrincipalName\":\"ada@x\",\"userType\":\"Member\","
    "\"onPremisesSyncEnabled\":true},{\"id\":\"dee\",\"userPrincipalName\":\"dee_y#EXT#@x\"},"
    "{\"id\":\"eve\",\"userPrincipalName\":\"eve@x\",\"userType\":\"Guest\"}]}";

TEST(standing_and_eligible_administrators)
{
    World world;
    world_open_as(&world, TENANT);
    world_add(&world, "a.json", assigned);
    world_add(&world, "e.json", eligible);
    world_add(&world, "u.json", users);
    world_add(&world, "p.json", "[{\"applicationId\":\"app\"}]");
    world_finish(&world);
    static const struct {
        const char *path;
        const char *value;
    } facts[] = {
        {"globalAdminStandingCount", "1"},
        {"globalAdminEligibleCount", "2"},
        {"globalAdminCount", "4"},
        {"powerPlatformAdminStandingCount", "1"},
        {"powerPlatformAdminCount", "1"},
        {"dynamicsAdminCount", "0"},
        {"privilegedStandingCount", "1"},
        {"privilegedEligibleCount", "2"},
        {"privilegedUserCount", "2"},
        {"privilegedGuestCount", "1"},
        {"privilegedSyncedCount", "1"},
        {"userCount", "3"},
        {"guestCount", "2"},
        {"adminApplicationCount", "1"},
        {"measured/assignments", "true"},
        {"measured/eligibility", "true"},
        {"privilegedServicePrincipalCount", ""},
    };
    for (size_t i = 0; i < COUNTOF(facts); i++) {
        CHECK_ROW(facts[i].path, world_fact_is(&world, SUMMARY, facts[i].path, facts[i].value));
    }
    const Json *roles = tree_find(world_find(&world, SUMMARY)->properties, "roles");
    CHECK(roles->count == 2);
    CHECK(str_eq(tree_text(&roles->items[0], "displayName"), STR("Global Administrator")));
    CHECK(str_eq(tree_text(&roles->items[0], "activatedCount"), STR("1")));
    CHECK(str_eq(tree_text(&roles->items[0], "timeBoundCount"), STR("1")));
    world_close(&world);
}

TEST(what_was_not_read_is_absent_from_the_summary)
{
    World world;
    world_open_as(&world, TENANT);
    world_add(&world, "a.json", assigned);
    world_add(&world, "graph-roleeligibility.json",
              "{\"error\":{\"code\":\"Forbidden\",\"message\":\"\"}}");
    world_finish(&world);
    CHECK(world_fact_is(&world, SUMMARY, "globalAdminStandingCount", "1"));
    CHECK(world_fact_is(&world, SUMMARY, "globalAdminEligibleCount", ""));
    CHECK(world_fact_is(&world, SUMMARY, "globalAdminCount", ""));
    CHECK(world_fact_is(&world, SUMMARY, "userCount", ""));
    CHECK(world_fact_is(&world, SUMMARY, "measured/eligibility", "false"));
    world_close(&world);
    world_open_as(&world, TENANT);
    world_add(&world, "environments.json", ENVIRONMENTS);
    world_finish(&world);
    CHECK(world_find(&world, SUMMARY) == NULL);
    world_close(&world);
}

#define ENV_ROLE(name, role, principal, type)                                                      \
    "{\"id\":\"/providers/Microsoft.BusinessAppPlatform/scopes/admin/environments/" E1             \
    "/roleAssignments/" name "\",\"name\":\"" name "\",\"type\":\"Microsoft.BusinessAppPlatform/"  \
    "scopes/environments/roleAssignments\",\"properties\":{\"roleDefinition\":{\"name\":\"" role   \
    "\"},\"principal\":{\"id\":\"" principal "\",\"type\":\"" type "\"}}}"

TEST(roles_of_an_environment_without_dataverse)
{
    World world;
    world_open_as(&world, TENANT);
    world_add(&world, "r.json",
              "{\"value\":[" ENV_ROLE("1", "EnvironmentAdmin", "ada", "User") "," ENV_ROLE(
                  "2", "EnvironmentAdmin", "admins",
                  "Group") "," ENV_ROLE("3", "EnvironmentAdmin", "bot",
                                        "ServicePrincipal") "," ENV_ROLE("4",
                                                                         "EnvironmentMake"
                                                                         "r",
                                                                         "ada", "User") "]}");
    world_finish(&world);
    const char id[] = T "/environments/" E1 "/roleSummary";
    CHECK(world_fact_is(&world, id, "source", "roleAssignments"));
    CHECK(world_fact_is(&world, id, "adminCount", "3"));
    CHECK(world_fact_is(&world, id, "environmentMakerCount", "1"));
    CHECK(world_fact_is(&world, id, "groupAdminCount", "1"));
    CHECK(world_fact_is(&world, id, "servicePrincipalAdminCount", "1"));
    CHECK(world_fact_is(&world, id, "systemAdministratorCount", ""));
    world_close(&world);
}

#define USER(id, association)                                                                      \
    "{\"systemuserid\":\"" id "\",\"fullname\":\"" id "\",\"isdisabled\":false" association "}"

TEST(administrators_of_dataverse_by_the_template_of_their_role)
{
    World world;
    world_open_as(&world, TENANT);
    world_add(&world, "environments/" E1 "/systemusers.json",
              "{\"value\":[" USER("1",
                                  ",\"systemuserroles_association\":[{\"roleid\":\"r1\",\"name\":"
                                  "\"Systemadministrator\"}]") "]}");
    world_add(&world, "environments/" E1 "/roles.json",
              "{\"value\":[{\"roleid\":\"r1\",\"name\":\"Systemadministrator\","
              "\"_roletemplateid_value\":\"627090ff-40a3-4053-8790-584edc5be201\"}]}");
    world_finish(&world);
    CHECK(world_fact_is(&world, T "/environments/" E1 "/roleSummary", "adminCount", "1"));
    world_close(&world);
}

TEST(users_without_their_roles_measure_no_administrators)
{
    World world;
    world_open_as(&world, TENANT);
    world_add(&world, "environments/" E1 "/systemusers.json", "{\"value\":[" USER("1", "") "]}");
    world_finish(&world);
    const char id[] = T "/environments/" E1 "/roleSummary";
    CHECK(world_fact_is(&world, id, "measured/roles", "false"));
    CHECK(world_fact_is(&world, id, "adminCount", ""));
    world_close(&world);
}

#define APP "/providers/Microsoft.PowerApps/scopes/admin/environments/" E1 "/apps/app1"

TEST(an_app_is_shared_with_everyone_when_a_permission_says_so)
{
    static const struct {
        const char *name;
        const char *permissions;
        const char *shared;
    } rows[] = {
        {"not read", "[]", ""},
        {"with people",
         "[{\"name\":\"1\",\"id\":\"" APP "/permissions/1\",\"type\":\"Microsoft.PowerApps/"
         "apps/permissions\",\"properties\":{\"principal\":{\"type\":\"User\"}}}]",
         "false"},
        {"with the tenant",
         "[{\"name\":\"1\",\"id\":\"" APP "/permissions/1\",\"type\":\"Microsoft.PowerApps/apps/"
         "permissions\",\"properties\":{\"principal\":{\"type\":\"User\"}}},{\"name\":\"t\",\"id\":"
         "\"" APP
         "/permissions/t\",\"type\":\"Microsoft.PowerApps/apps/permissions\",\"properties\":{"
         "\"principal\":{\"type\":\"Tenant\"}}}]",
         "true"},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        World world;
        world_open_as(&world, TENANT);
        world_add(
            &world, "apps.json",
            "[{\"name\":\"app1\",\"id\":\"" APP "\",\"type\":\"Microsoft.PowerApps/scopes/admin/"
            "apps\",\"appType\":\"ClassicCanvasApp\",\"properties\":{\"displayName\":\"A\"}}]");
        world_add(&world, "permissions.json", rows[i].permissions);
        world_finish(&world);
        CHECK_ROW(rows[i].name, world_fact_is(&world, T "/environments/" E1 "/canvasapps/app1",
                                              "normalized/isSharedWithEveryone", rows[i].shared));
        world_close(&world);
    }
}

TEST(a_tenant_is_there_as_soon_as_anything_of_it_is)
{
    World world;
    world_open_as(&world, TENANT);
    world_add(&world, "environments.json", ENVIRONMENTS);
    world_finish(&world);
    const Envelope *tenant = world_find(&world, T);
    CHECK(tenant != NULL && tenant->is_derived && str_eq(tenant->type, STR("datumline/tenant")));
    CHECK(!world_covers(&world, "tenant", "").measurable); // its own body was not read
    world_close(&world);
    world_open_as(&world, TENANT);
    world_add(&world, "a.json", "[{\"id\":\"/subscriptions/s/x\",\"type\":\"a/b\"}]");
    world_finish(&world);
    CHECK(world_find(&world, T) == NULL); // nothing of a tenant
    world_close(&world);
}
