// SPDX-License-Identifier: Apache-2.0
// What single entries become: types, ids, places, and the facts put beside the originals.
#include "inventory/world.h"
#include "t.h"

#define TENANT "11111111-2222-3333-4444-555555555555"
#define T "/tenants/" TENANT
#define N1 "aaaaaaaa-0000-0000-0000-000000000001"
#define E1 T "/environments/" N1
#define BAP "\"type\":\"Microsoft.BusinessAppPlatform/scopes/environments\""
#define V1(filter, definition)                                                                     \
    "{\"name\":\"p\",\"type\":\"Microsoft.BusinessAppPlatform/scopes/"                             \
    "apiPolicies\",\"properties\":{"                                                               \
    "\"displayName\":\"P\",\"lastModifiedTime\":\"2026-01-01T00:00:00Z\",\"definition\":{"         \
    "\"constraints\":{\"environmentFilter1\":{\"parameters\":{" filter                             \
    "\"environments\":[{\"id\":\"/x/" N1 "\"}]}}}" definition "}}}"

static const struct {
    const char *name;
    const char *file;
    const char *text;
    const char *id;
    const char *path;
    const char *value; // "" = absent
} facts[] = {
    {"an agent's unknown mode stays unknown", N1 "/b.json",
     "{\"botid\":\"b\",\"authenticationmode\":9}", E1 "/agents/b", "normalized/authenticationMode",
     ""},
    {"an agent's mode", N1 "/b.json", "{\"botid\":\"b\",\"name\":\"B\",\"authenticationmode\":1}",
     E1 "/agents/b", "normalized/authenticationMode", "None"},
    {"who may use an agent", N1 "/b.json", "{\"botid\":\"b\",\"accesscontrolpolicy\":3}",
     E1 "/agents/b", "normalized/accessControlPolicy", "AnyMultiTenant"},
    {"JSON in JSON", N1 "/b.json",
     "{\"botid\":\"b\",\"configuration\":\"{\\\"settings\\\":{\\\"GenerativeActionsEnabled\\\":"
     "true}}\"}",
     E1 "/agents/b", "normalized/configuration/settings/GenerativeActionsEnabled", "true"},
    {"text that is no JSON is left alone", N1 "/b.json",
     "{\"botid\":\"b\",\"configuration\":\"{oops\"}", E1 "/agents/b", "normalized/configuration",
     ""},
    {"an agent's label", N1 "/b.json", "{\"botid\":\"b\",\"name\":\"Helper\"}", E1 "/agents/b",
     "displayName", "Helper"},
    {"a model-driven app", "a.json",
     "{\"id\":\"/providers/Microsoft.PowerApps/scopes/admin/environments/" N1
     "/apps/m\",\"name\":\"m\","
     "\"type\":\"Microsoft.PowerApps/scopes/admin/"
     "apps\",\"appType\":\"ModelDrivenApp\",\"properties\":{}}",
     E1 "/canvasapps/m", "appType", "ModelDrivenApp"},
    {"a Dataverse setting", N1 "/s.json",
     "{\"SettingDetailCollection\":[{\"Name\":\"A\",\"Value\":\"7\"},{\"Name\":\"B\"}]}",
     E1 "/dataverseSettings", "settings/A", "7"},
    {"a setting without value", N1 "/s.json",
     "{\"SettingDetailCollection\":[{\"Name\":\"A\",\"Value\":\"7\"},{\"Name\":\"B\"}]}",
     E1 "/dataverseSettings", "settings/B", ""},
    {"a SKU in another case", "e.json",
     "{\"name\":\"" N1 "\"," BAP ",\"properties\":{\"environmentSku\":"
     "\"SUBSCRIPTIONBASEDTRIAL\"}}",
     E1, "normalized/environmentSku", "SubscriptionBasedTrial"},
    {"a SKU nobody knows", "e.json",
     "{\"name\":\"" N1 "\"," BAP ",\"properties\":{\"environmentSku\":\"X1\"}}", E1,
     "normalized/environmentSku", "X1"},
    {"no word about being managed", "e.json", "{\"name\":\"" N1 "\"," BAP ",\"properties\":{}}", E1,
     "normalized/isManaged", ""},
    {"basic is not managed", "e.json",
     "{\"name\":\"" N1 "\"," BAP ",\"properties\":{"
     "\"governanceConfiguration\":{\"protectionLevel\":\"Basic\"}}}",
     E1, "normalized/isManaged", "false"},
    {"no database", "e.json",
     "{\"name\":\"" N1 "\"," BAP ",\"properties\":{\"databaseType\":\"None\"}}", E1,
     "normalized/hasDataverse", "false"},
    {"no word about a database", "e.json", "{\"name\":\"" N1 "\"," BAP ",\"properties\":{}}", E1,
     "normalized/hasDataverse", ""},
    {"a guest by name", "u.json", "{\"id\":\"u\",\"userPrincipalName\":\"a#ext#@x\"}", T "/users/u",
     "normalized/isGuest", "true"},
    {"a member", "u.json", "{\"id\":\"u\",\"userPrincipalName\":\"a@x\",\"userType\":\"Member\"}",
     T "/users/u", "normalized/isGuest", "false"},
    {"a user of no told type", "u.json", "{\"id\":\"u\",\"userPrincipalName\":\"a@x\"}",
     T "/users/u", "normalized/isGuest", ""},
    {"an assessment's state", "d.json",
     "{\"id\":\"/subscriptions/s/a\",\"name\":\"a\",\"type\":\"Microsoft.Security/assessments\","
     "\"properties\":{\"status\":{\"code\":\"Healthy\"}}}",
     "/subscriptions/s/a", "normalized/state", "healthy"},
    {"a first-version policy without filter", "p.json", V1("", ""), T "/datapolicies/p",
     "normalized/environmentType", "AllEnvironments"},
    {"one that includes", "p.json", V1("\"filterType\":\"include\",", ""), T "/datapolicies/p",
     "normalized/environmentType", "OnlyEnvironments"},
    {"one that excludes", "p.json", V1("\"filterType\":\"Exclude\",", ""), T "/datapolicies/p",
     "normalized/environmentType", "ExceptEnvironments"},
    {"one that drops its groups", "p.json", V1("", ""), T "/datapolicies/p",
     "normalized/hasConnectorGroups", "false"},
    {"one with groups", "p.json",
     V1("", ",\"defaultApiGroup\":\"hbi\",\"apiGroups\":{\"hbi\":{\"apis\":[{\"id\":\"/p/"
            "shared_sql\"}]},"
            "\"lbi\":{\"apis\":[]}}"),
     T "/datapolicies/p", "normalized/hasConnectorGroups", "true"},
    {"and a default", "p.json", V1("", ",\"defaultApiGroup\":\"hbi\""), T "/datapolicies/p",
     "normalized/defaultClassification", "Business"},
    {"a flat policy", "p.json",
     "{\"name\":\"p\",\"displayName\":\"P\",\"environmentType\":\"allenvironments\","
     "\"defaultConnectorsClassification\":\"Blocked\"}",
     T "/datapolicies/p", "normalized/environmentType", "AllEnvironments"},
    {"a classification nobody knows", "p.json",
     "{\"policyDefinition\":{\"name\":\"p\",\"environmentType\":\"AllEnvironments\","
     "\"defaultConnectorsClassification\":\"Secret\"}}",
     T "/datapolicies/p", "normalized/defaultClassification", ""},
    {"a state of policy, id of three", "s.json",
     "{\"resourceId\":\"/r\",\"policyAssignmentId\":\"/a\",\"policyDefinitionId\":\"/"
     "d\",\"timestamp\":\"t\","
     "\"isCompliant\":true}",
     "/r~/a~/d", "isCompliant", "true"},
    {"an organization that nobody places", "o.json",
     "{\"value\":[{\"organizationid\":\"org\","
     "\"isauditenabled\":true}]}",
     T "/environments/org/dataverseOrganization", "isauditenabled", "true"},
    {"a body that says nothing of its place", "lists/apps.v2.json",
     "{\"SettingDetailCollection\":[{\"Name\":\"A\",\"Value\":\"7\"}]}",
     T "/environments/unknown-apps/dataverseSettings", "settings/A", "7"},
    {"the catalogue of connectors", "c.json",
     "[{\"name\":\"shared_x\",\"type\":\"Microsoft.PowerApps/apis\","
     "\"properties\":{\"tier\":\"Premium\"}}]",
     T "/connectors/shared_x", "tier", "Premium"},
    {"an app of the inventory", "i.json",
     "{\"resultTruncated\":1,\"data\":[{\"id\":\"" T
     "/providers/microsoft.powerapps/canvasapps/a\","
     "\"type\":\"Microsoft.PowerApps/CanvasApps\",\"properties\":{\"environmentId\":\"" N1 "\"}}]}",
     E1 "/canvasapps/a", "environmentId", N1},
    {"a scan, of a site that is not named", N1 "/s.json", "{\"totalRules\":9,\"succeededRules\":7}",
     E1 "/sites/unknown/securityscan", "succeededRules", "7"},
};

TEST(entries_become_facts)
{
    for (size_t i = 0; i < COUNTOF(facts); i++) {
        World world;
        world_open_as(&world, TENANT);
        world_add(&world, facts[i].file, facts[i].text);
        world_finish(&world);
        CHECK_ROW(facts[i].name, world_find(&world, facts[i].id) != NULL);
        CHECK_ROW(facts[i].name, world_fact_is(&world, facts[i].id, facts[i].path, facts[i].value));
        world_close(&world);
    }
}

TEST(a_model_driven_app_has_its_own_type)
{
    World world;
    world_open_as(&world, TENANT);
    world_add(&world, "a.json",
              "[{\"id\":\"/x/environments/" N1 "/apps/m\",\"name\":\"m\",\"type\":"
              "\"Microsoft.PowerApps/apps\",\"appType\":\"ModelDrivenApp\",\"properties\":{}},"
              "{\"id\":\"/x/environments/" N1 "/apps/c\",\"name\":\"c\",\"type\":"
              "\"Microsoft.PowerApps/apps\",\"appType\":\"ClassicCanvasApp\",\"properties\":{}}]");
    world_finish(&world);
    CHECK(world_count(&world, "microsoft.powerapps/modeldrivenapps") == 1);
    CHECK(world_count(&world, "microsoft.powerapps/canvasapps") == 1);
    world_close(&world);
}

static const struct {
    const char *name;
    const char *url;
    const char *environment; // "" = the tenant's
} requests[] = {
    {"in the path", "https://h/providers/Microsoft.PowerApps/scopes/admin/environments/" N1 "/apis",
     N1},
    {"in the filter",
     "https://h/providers/Microsoft.PowerApps/apis?$filter=environment eq '" N1
     "'&showApisWithToS=true",
     N1},
    {"in the filter, as a form",
     "https://h/providers/Microsoft.PowerApps/apis?$filter=environment+eq+'" N1 "'", N1},
    {"blanked out", "https://h/scopes/admin/environments/{env}/apis", ""},
    {"in the host",
     "https://aaaaaaaa000000000000000000000000.01.environment.api.powerplatform.com/"
     "connectivity/apis",
     ""},
    {"in the host, whole",
     "https://aaaaaaaa000000000000000000000000.0001.environment.api.x.com/apis", ""},
    {"in the host of the default environment",
     "https://default111111112222333344445555555555.55.environment.api.powerplatform.com/apis",
     "Default-" TENANT},
};

TEST(a_request_names_the_environment)
{
    for (size_t i = 0; i < COUNTOF(requests); i++) {
        World world;
        world_open_as(&world, TENANT);
        Str manifest = text_print(&world.arena,
                                  "{\"routes\":[{\"url\":\"%s\",\"status\":200,\"file\":\"./c\"}]}",
                                  requests[i].url);
        world_add(&world, "in/manifest.json", manifest.ptr);
        world_add(&world, "in/c",
                  "[{\"name\":\"x\",\"type\":\"Microsoft.PowerApps/apis\",\"properties\":{}}]");
        world_finish(&world);
        bool wide = requests[i].environment[0] == '\0';
        Str id = wide ? STR(T "/connectors/x")
                      : text_print(&world.arena, T "/environments/%s/connectors/x",
                                   requests[i].environment);
        CHECK_ROW(requests[i].name, world_find(&world, id.ptr) != NULL);
        world_close(&world);
    }
}

TEST(a_request_with_a_filter_reads_a_part)
{
    World world;
    world_open_as(&world, TENANT);
    world_add(&world, "manifest.json",
              "{\"routes\":[{\"url\":\"https://x.crm.dynamics.com/api/data/v9.2/systemusers?"
              "$filter=isdisabled eq false\",\"status\":200,\"file\":\"" N1 "/u.json\"}]}");
    world_add(&world, N1 "/u.json",
              "{\"value\":[{\"systemuserid\":\"u\",\"systemuserroles_association\":[]}]}");
    world_finish(&world);
    Coverage coverage = world_covers(&world, "dataverse-systemusers", E1);
    CHECK(coverage.measurable && !coverage.complete);
    CHECK(word_has(coverage.reason, STR("the request asks for a part only ($filter)")));
    CHECK(world_fact_is(&world, E1 "/roleSummary", "adminCount", ""));
    world_close(&world);
}

static const struct {
    const char *name;
    const char *text;
    SourceStatus status;
    const char *reason;
} manifests[] = {
    {"broken", "{\"routes\":[", SOURCE_UNKNOWN, "never closed"},
    {"of something else", "{\"name\":\"an app\"}", SOURCE_UNKNOWN, "no known shape"},
    {"routes without file or url", "{\"routes\":[{\"url\":\"https://x\"},{\"file\":\"y\"},3]}",
     SOURCE_READ, "gives 0 bodies"},
};

TEST(a_manifest_is_accounted_for)
{
    for (size_t i = 0; i < COUNTOF(manifests); i++) {
        World world;
        world_open_as(&world, TENANT);
        world_add(&world, "manifest.json", manifests[i].text);
        world_finish(&world);
        const SourceRow *row = world_row(&world, "manifest.json", NULL);
        CHECK_ROW(manifests[i].name, row != NULL && row->status == manifests[i].status);
        CHECK_ROW(manifests[i].name, word_has(row->reason, text_of(manifests[i].reason)));
        world_close(&world);
    }
}
