// SPDX-License-Identifier: Apache-2.0
// What a rule may rely on: the source manifest asked by kind and scope.
#include "inventory/world.h"
#include "t.h"

#define TENANT "11111111-2222-3333-4444-555555555555"
#define T "/tenants/" TENANT
#define N1 "aaaaaaaa-0000-0000-0000-000000000001"
#define N2 "aaaaaaaa-0000-0000-0000-000000000002"
#define E1 T "/environments/" N1
#define E2 T "/environments/" N2
#define ENVIRONMENT(name)                                                                          \
    "{\"name\":\"" name "\",\"type\":\"Microsoft.BusinessAppPlatform/scopes/environments\","       \
    "\"properties\":{\"environmentSku\":\"Sandbox\"}}"
#define FORBIDDEN "{\"error\":{\"code\":\"Forbidden\",\"message\":\"no\"}}"
#define APPS "[{\"id\":\"/subscriptions/s/x\",\"type\":\"a/b\"}]"
#define ORGANIZATION "{\"value\":[{\"organizationid\":\"o\",\"isauditenabled\":true}]}"
#define SETTINGS "{\"walkMeOptOut\":true,\"powerPlatform\":{}}"

static const struct {
    const char *name;
    const char *files[4]; // name, text, name, text
    const char *kind;
    const char *scope;
    bool measurable;
    bool complete;
    SourceStatus status;
    const char *reason; // words of it
} questions[] = {
    {"nothing was read",
     {"a.json", SETTINGS},
     "graph-users",
     "",
     false,
     false,
     SOURCE_UNKNOWN,
     "graph-users: no input"},
    {"nothing of this environment",
     {N1 "/organizations.json", ORGANIZATION},
     "dataverse-organization",
     E2,
     false,
     false,
     SOURCE_UNKNOWN,
     "dataverse-organization: no input for environment " N2},
    {"a kind that does not exist",
     {"a.json", SETTINGS},
     "colours",
     "",
     false,
     false,
     SOURCE_UNKNOWN,
     "colours: no input"},
    {"refused",
     {"dlp-policies.json", FORBIDDEN},
     "dlp-policies",
     "",
     false,
     false,
     SOURCE_REFUSED,
     "dlp-policies: refused (Forbidden: no), file dlp-policies.json"},
    {"one environment refused",
     {N1 "/organizations.json", ORGANIZATION, N2 "/organizations.json", FORBIDDEN},
     "dataverse-organization",
     "",
     false,
     false,
     SOURCE_REFUSED,
     N2 "/organizations.json"},
    {"the other one read",
     {N1 "/organizations.json", ORGANIZATION, N2 "/organizations.json", FORBIDDEN},
     "dataverse-organization",
     E1,
     true,
     true,
     SOURCE_READ,
     ""},
    {"a single environment is no list",
     {"a.json", ENVIRONMENT(N1)},
     "environments",
     "",
     false,
     false,
     SOURCE_UNKNOWN,
     "environments: no input"},
    {"but measures itself",
     {"a.json", ENVIRONMENT(N1)},
     "environments",
     E1,
     true,
     true,
     SOURCE_READ,
     ""},
    {"and not another",
     {"a.json", ENVIRONMENT(N1)},
     "environments",
     E2,
     false,
     false,
     SOURCE_UNKNOWN,
     "no input for environment " N2},
    {"a list answers for each",
     {"a.json", "[" ENVIRONMENT(N1) "]"},
     "environment",
     E1,
     true,
     true,
     SOURCE_READ,
     ""},
    {"refused first, read then",
     {"tenant-settings.json", FORBIDDEN, "b.json", SETTINGS},
     "tenant-settings",
     "",
     true,
     true,
     SOURCE_READ,
     ""},
    {"a tenant's kind asked for an environment",
     {"a.json", SETTINGS},
     "tenant-settings",
     E1,
     true,
     true,
     SOURCE_READ,
     ""},
    {"a page of more",
     {"a.json", "{\"value\":[{\"id\":\"u\",\"userPrincipalName\":\"u@x\"}],"
                "\"@odata.nextLink\":\"https://x/\"}"},
     "graph-users",
     "",
     true,
     false,
     SOURCE_PARTIAL,
     "graph-users: partial (more pages exist than were read)"},
    {"an empty list that may be",
     {"adminApplications.json", "{\"value\":[]}"},
     "admin-applications",
     "",
     true,
     true,
     SOURCE_READ,
     ""},
    {"an empty list that may not be",
     {"environments.json", "{\"value\":[]}"},
     "environments",
     "",
     false,
     false,
     SOURCE_SUSPECT,
     "environments: suspect (empty"},
    {"policies one by one, no list",
     {"a.json", "{\"policyDefinition\":{\"name\":\"p\",\"environmentType\":"
                "\"AllEnvironments\",\"connectorGroups\":[{}]}}"},
     "dlp-policies",
     "",
     false,
     false,
     SOURCE_UNKNOWN,
     "dlp-policies: no input"},
    {"no policy, so none without groups",
     {"dlp-policies.json", "{\"value\":[]}"},
     "dlp-policy",
     "",
     true,
     true,
     SOURCE_READ,
     ""},
    {"resources of Azure", {"a.json", APPS}, "arm-resources", "", true, true, SOURCE_READ, ""},
    {"an organization of an unknown environment",
     {"a.json", ORGANIZATION},
     "dataverse-organization",
     E1,
     false,
     false,
     SOURCE_UNKNOWN,
     "no input for environment " N1},
};

TEST(what_a_rule_may_rely_on)
{
    for (size_t i = 0; i < COUNTOF(questions); i++) {
        World world;
        const char *name = questions[i].name;
        world_open_as(&world, TENANT);
        for (size_t k = 0; k < 4 && questions[i].files[k] != NULL; k += 2) {
            world_add(&world, questions[i].files[k], questions[i].files[k + 1]);
        }
        world_finish(&world);
        Coverage coverage = world_covers(&world, questions[i].kind, questions[i].scope);
        CHECK_ROW(name, coverage.measurable == questions[i].measurable);
        CHECK_ROW(name, coverage.complete == questions[i].complete);
        CHECK_ROW(name, coverage.status == questions[i].status);
        CHECK_ROW(name, word_has(coverage.reason, text_of(questions[i].reason)));
        CHECK_ROW(name, coverage.complete || coverage.reason.len != 0);
        world_close(&world);
    }
}

TEST(of_several_kinds_the_first_that_fails_is_named)
{
    World world;
    world_open_as(&world, TENANT);
    world_add(&world, "a.json", SETTINGS);
    world_finish(&world);
    Str kinds[] = {STR("tenant-settings"), STR("graph-users"), STR("environments")};
    Coverage coverage = inventory_covers(world.inventory, kinds, 3, (Str){0}, &world.arena);
    CHECK(!coverage.measurable && str_eq(coverage.reason, STR("graph-users: no input")));
    kinds[1] = STR("graph-users|tenant-settings");
    CHECK(inventory_covers(world.inventory, kinds, 2, (Str){0}, &world.arena).complete);
    kinds[1] = STR("graph-users|graph-groups");
    coverage = inventory_covers(world.inventory, kinds, 2, (Str){0}, &world.arena);
    CHECK(!coverage.measurable && str_eq(coverage.reason, STR("graph-users: no input")));
    CHECK(inventory_covers(world.inventory, kinds, 0, (Str){0}, &world.arena).complete);
    world_close(&world);
}

TEST(dataverse_bodies_find_their_environment)
{
    static const struct {
        const char *name;
        const char *file;
        const char *text;
    } rows[] = {
        {"by the host of their context", "a.json",
         "{\"@odata.context\":\"https://ORG1.crm4.dynamics.com/api/data/v9.2/$metadata#roles\","
         "\"value\":[{\"roleid\":\"r\",\"name\":\"R\"}]}"},
        {"by their organization", "a.json",
         "{\"value\":[{\"roleid\":\"r\",\"name\":\"R\",\"organizationid\":"
         "\"cccccccc-0000-0000-0000-000000000001\"}]}"},
        {"by their folder", "x/" N1 "/y/roles.json",
         "{\"value\":[{\"roleid\":\"r\",\"name\":\"R\"}]}"},
        {"by the file's own name", "x/" N1 ".json",
         "{\"value\":[{\"roleid\":\"r\",\"name\":\"R\"}]}"},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        World world;
        world_open_as(&world, TENANT);
        world_add(&world, rows[i].file, rows[i].text);
        world_add(&world, "environments.json",
                  "[{\"name\":\"" N1
                  "\",\"type\":\"Microsoft.BusinessAppPlatform/scopes/environments\","
                  "\"properties\":{\"linkedEnvironmentMetadata\":{\"instanceUrl\":"
                  "\"https://org1.crm4.dynamics.com/\",\"resourceId\":"
                  "\"cccccccc-0000-0000-0000-000000000001\"}}}]");
        world_finish(&world);
        CHECK_ROW(rows[i].name, world_find(&world, E1 "/securityroles/r") != NULL);
        world_close(&world);
    }
}

TEST(the_tenant_is_what_the_surest_body_says)
{
    static const struct {
        const char *name;
        const char *text;
        const char *tenant;
    } rows[] = {
        {"nothing says", "[{\"applicationId\":\"a\"}]", "unknown"},
        {"no GUID", "{\"tenantId\":\"123\",\"state\":\"Enabled\",\"aadCountryGeo\":\"x\"}",
         "unknown"},
        {"the tenant itself",
         "{\"tenantId\":\"" TENANT "\",\"state\":\"Enabled\",\"aadCountryGeo\":\"x\"}", TENANT},
        {"the default environment", "[" ENVIRONMENT("Default-" TENANT) "]", TENANT},
        {"an environment",
         "[{\"name\":\"e\",\"type\":\"Microsoft.BusinessAppPlatform/scopes/environments\","
         "\"properties\":{\"tenantId\":\"" TENANT "\"}}]",
         TENANT},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        World world;
        world_open(&world);
        world_add(&world, "a.json", rows[i].text);
        world_finish(&world);
        CHECK_ROW(rows[i].name, str_eq(inventory_tenant(world.inventory), text_of(rows[i].tenant)));
        world_close(&world);
    }
}
