// SPDX-License-Identifier: Apache-2.0
// One test for each trap of the admin APIs that a reader of their bodies can fall into. Traps 8 and
// 9 are of writing (read-only columns, whole-policy updates), which nothing here does.
#include "inventory/world.h"
#include "t.h"

#define T "/tenants/11111111-2222-3333-4444-555555555555"
#define TENANT "11111111-2222-3333-4444-555555555555"
#define E1 "aaaaaaaa-0000-0000-0000-000000000001"

static const char environments[] =
    "{\"value\":["
    "{\"id\":\"/providers/Microsoft.BusinessAppPlatform/scopes/admin/environments/" E1 "\","
    "\"type\":\"Microsoft.BusinessAppPlatform/scopes/environments\",\"name\":\"" E1 "\","
    "\"properties\":{\"displayName\":\"One\",\"environmentSku\":\"Production\",\"isDefault\":false}"
    "},"
    "{\"id\":\"/providers/Microsoft.BusinessAppPlatform/scopes/admin/environments/Default-" TENANT
    "\",\"type\":\"Microsoft.BusinessAppPlatform/scopes/environments\",\"name\":\"Default-" TENANT
    "\",\"properties\":{\"displayName\":\"Everyone\",\"environmentSku\":\"Default\","
    "\"isDefault\":true}}]}";

static const char policy_with_groups[] =
    "{\"policyDefinition\":{\"name\":\"p1\",\"displayName\":\"Base\","
    "\"defaultConnectorsClassification\":\"General\",\"environmentType\":\"AllEnvironments\","
    "\"connectorGroups\":["
    "{\"classification\":\"Confidential\",\"connectors\":[{\"id\":\"/providers/Microsoft.PowerApps/"
    "apis/shared_sql\",\"name\":\"SQL\"}]},"
    "{\"classification\":\"General\",\"connectors\":[{\"id\":\"/providers/Microsoft.PowerApps/apis/"
    "shared_rss\"}]},"
    "{\"classification\":\"Blocked\",\"connectors\":[{\"id\":\"HttpWebhook\"}]}]},"
    "\"connectorConfigurationsDefinition\":{\"endpointConfigurations\":[{\"connectorId\":"
    "\"/providers/Microsoft.PowerApps/apis/shared_sql\",\"endpointRules\":[{\"order\":1,"
    "\"behavior\":\"Deny\",\"endPoint\":\"*\"}]}]},"
    "\"customConnectorUrlPatternsDefinition\":{\"rules\":[{\"order\":1,"
    "\"customConnectorRuleClassification\":\"Ignore\",\"pattern\":\"*\"}]}}";

static const char policy_headers[] =
    "{\"value\":[{\"policyDefinition\":{\"name\":\"p1\",\"displayName\":\"Base\","
    "\"environmentType\":\"AllEnvironments\",\"environments\":[],"
    "\"defaultConnectorsClassification\":\"General\"}}]}";

TEST(trap_01_confidential_is_business_and_general_is_not)
{
    World world;
    world_open_as(&world, TENANT);
    world_add(&world, "policy.json", policy_with_groups);
    world_finish(&world);
    const char id[] = T "/datapolicies/p1";
    CHECK(world_fact_is(&world, id, "normalized/defaultClassification", "NonBusiness"));
    const Envelope *policy = world_find(&world, id);
    CHECK(policy != NULL);
    const Json *business = tree_find(policy->properties, "normalized/business");
    const Json *others = tree_find(policy->properties, "normalized/nonBusiness");
    const Json *blocked = tree_find(policy->properties, "normalized/blocked");
    CHECK(business->count == 1 && str_eq(business->items[0].string, STR("shared_sql")));
    CHECK(others->count == 1 && str_eq(others->items[0].string, STR("shared_rss")));
    CHECK(blocked->count == 1 && str_eq(blocked->items[0].string, STR("httpwebhook")));
    CHECK(world_fact_is(&world, id, "normalized/customConnectorDefault", "Ignore"));
    CHECK(world_fact_is(&world, id, "policyDefinition/defaultConnectorsClassification", "General"));
    world_close(&world);
}

TEST(trap_02_headers_without_groups_do_not_measure_groups)
{
    World world;
    world_open_as(&world, TENANT);
    world_add(&world, "environments.json", environments);
    world_add(&world, "policies.json", policy_headers);
    world_finish(&world);
    CHECK(world_covers(&world, "dlp-policies", "").measurable);
    Coverage groups = world_covers(&world, "dlp-policy", "");
    CHECK(!groups.measurable);
    CHECK(groups.status == SOURCE_PARTIAL);
    CHECK(str_eq(groups.reason, STR("dlp-policy: partial (1 of 1 are known by their list entry "
                                    "only: read each one by name)")));
    const char effective[] = T "/environments/" E1 "/effectiveDataPolicy";
    CHECK(world_fact_is(&world, effective, "isCovered", "true"));
    CHECK(world_fact_is(&world, effective, "measured/connectors", "false"));
    CHECK(world_fact(&world, effective, "businessCount").len == 0);
    world_close(&world);
}

TEST(trap_02_details_complete_the_headers)
{
    World world;
    world_open_as(&world, TENANT);
    world_add(&world, "policy.json", policy_with_groups); // before its list: the order is no matter
    world_add(&world, "policies.json", policy_headers);
    world_finish(&world);
    CHECK(world_covers(&world, "dlp-policy", "").measurable);
    CHECK(world_covers(&world, "dlp-policies", "").measurable);
    CHECK(world_count(&world, "datumline/dataPolicy") == 1);
    CHECK(world_fact_is(&world, T "/datapolicies/p1", "normalized/hasConnectorGroups", "true"));
    world_close(&world);
}

static const struct {
    const char *name;
    const char *text;
    const char *enabled;
    const char *configured;
    SourceStatus status;
} isolations[] = {
    {"null", "null", "false", "false", SOURCE_ABSENT},
    {"coded 404", "{\"error\":{\"code\":\"TenantIsolationPolicyNotFound\",\"message\":\"none\"}}",
     "false", "false", SOURCE_ABSENT},
    {"disabled",
     "{\"properties\":{\"tenantId\":\"" TENANT "\",\"isDisabled\":true,\"allowedTenants\":[]}}",
     "false", "true", SOURCE_READ},
    {"enabled",
     "{\"properties\":{\"tenantId\":\"" TENANT "\",\"isDisabled\":false,\"allowedTenants\":[]}}",
     "true", "true", SOURCE_READ},
    {"refused", "{\"error\":{\"code\":\"Forbidden\",\"message\":\"no\"}}", "", "", SOURCE_REFUSED},
};

TEST(trap_03_isolation_is_a_double_negative_and_absent_is_off)
{
    for (size_t i = 0; i < COUNTOF(isolations); i++) {
        World world;
        world_open_as(&world, TENANT);
        world_add(&world, "tenantIsolationPolicy.json", isolations[i].text);
        world_finish(&world);
        const char id[] = T "/tenantIsolationPolicy";
        const SourceRow *row = world_row(&world, "tenantIsolationPolicy.json", NULL);
        const char *name = isolations[i].name;
        CHECK_ROW(name, row->status == isolations[i].status);
        CHECK_ROW(name, str_eq(row->kind, STR("tenant-isolation")));
        CHECK_ROW(name, world_fact_is(&world, id, "configured", isolations[i].configured));
        CHECK_ROW(name,
                  isolations[i].status == SOURCE_ABSENT ||
                      world_fact_is(&world, id, "normalized/isEnabled", isolations[i].enabled));
        CHECK_ROW(name, isolations[i].status != SOURCE_ABSENT ||
                            world_fact_is(&world, id, "isDisabled", "true"));
        bool measurable = world_covers(&world, "tenant-isolation", "").measurable;
        CHECK_ROW(name, measurable == (isolations[i].status != SOURCE_REFUSED));
        world_close(&world);
    }
}

TEST(trap_03_direction_as_powershell_text)
{
    World world;
    world_open_as(&world, TENANT);
    world_add(&world, "x.json",
              "[{\"properties\":{\"tenantId\":\"" TENANT "\",\"isDisabled\":false,"
              "\"allowedTenants\":[{\"tenantId\":\"*\",\"direction\":\"@{inbound=True; "
              "outbound=False}\"}]}}]");
    world_finish(&world);
    const Envelope *policy = world_find(&world, T "/tenantIsolationPolicy");
    const Json *tenant = &tree_find(policy->properties, "allowedTenants")->items[0];
    CHECK(tree_is_true(tenant, "direction/inbound"));
    CHECK(tree_find(tenant, "direction/outbound") != NULL);
    CHECK(!tree_is_true(tenant, "direction/outbound"));
    CHECK(world_fact_is(&world, policy->id.ptr, "normalized/hasWildcard", "true"));
    CHECK(world_fact_is(&world, policy->id.ptr, "normalized/inboundTenantCount", "1"));
    CHECK(world_fact_is(&world, policy->id.ptr, "normalized/outboundTenantCount", "0"));
    world_close(&world);
}

static const struct {
    const char *name;
    const char *covers;
    const char *listed;
    bool one;      // E1 is covered
    bool everyone; // the default environment is covered
} coverages[] = {
    {"only the default, other case", "OnlyEnvironments", "DEFAULT-" TENANT, false, true},
    {"except the default", "ExceptEnvironments", "Default-" TENANT, true, false},
    {"all, with a stray list", "AllEnvironments", "Default-" TENANT, true, true},
    {"only one", "OnlyEnvironments", E1, true, false},
    {"except one", "ExceptEnvironments", E1, false, true},
    {"only another", "OnlyEnvironments", "bbbbbbbb-0000-0000-0000-000000000009", false, false},
    {"except another", "ExceptEnvironments", "bbbbbbbb-0000-0000-0000-000000000009", true, true},
};

TEST(trap_04_default_environment_is_named_after_the_tenant)
{
    for (size_t i = 0; i < COUNTOF(coverages); i++) {
        World world;
        world_open_as(&world, TENANT);
        Str list = text_print(&world.arena,
                              "{\"value\":[{\"policyDefinition\":{\"name\":\"p\",\"displayName\":"
                              "\"P\",\"environmentType\":\"%s\",\"environments\":[{\"name\":\"%s\","
                              "\"id\":\"/x/%s\"}],\"connectorGroups\":[]}}]}",
                              coverages[i].covers, coverages[i].listed, coverages[i].listed);
        world_add(&world, "environments.json", environments);
        world_add(&world, "policies.json", list.ptr);
        world_finish(&world);
        const char *name = coverages[i].name;
        CHECK_ROW(name, world_fact_is(&world, T "/environments/" E1 "/effectiveDataPolicy",
                                      "isCovered", coverages[i].one ? "true" : "false"));
        CHECK_ROW(name,
                  world_fact_is(&world, T "/environments/Default-" TENANT "/effectiveDataPolicy",
                                "isCovered", coverages[i].everyone ? "true" : "false"));
        world_close(&world);
    }
}

static const struct {
    const char *key;
    const char *typed;
    JsonType type;
} settings[] = {
    {"solutionCheckerMode", "warn", JSON_STRING},
    {"excludeEnvironmentFromAnalysis", "true", JSON_BOOL},
    {"maxLimitUserSharing", "-1", JSON_NUMBER},
    {"bot-limitSharingMode", "nolimit", JSON_STRING},
    {"isGroupSharingDisabled", "false", JSON_BOOL},
};

TEST(trap_05_extended_settings_are_strings_of_varying_case)
{
    World world;
    world_open_as(&world, TENANT);
    world_add(&world, "x.json",
              "{\"name\":\"" E1 "\",\"type\":\"Microsoft.BusinessAppPlatform/scopes/environments\","
              "\"properties\":{\"governanceConfiguration\":{\"protectionLevel\":\"standard\","
              "\"settings\":{\"extendedSettings\":{\"solutionCheckerMode\":\"Warn\","
              "\"excludeEnvironmentFromAnalysis\":\"True\",\"maxLimitUserSharing\":\"-1\","
              "\"bot-limitSharingMode\":\"noLimit\",\"isGroupSharingDisabled\":\"FALSE\"}}}}}");
    world_finish(&world);
    const char id[] = T "/environments/" E1;
    for (size_t i = 0; i < COUNTOF(settings); i++) {
        Str path = text_print(&world.arena, "normalized/extendedSettings/%s", settings[i].key);
        const Envelope *environment = world_find(&world, id);
        const Json *found = tree_find(environment->properties, path.ptr);
        CHECK_ROW(settings[i].key, json_is(found, settings[i].type));
        CHECK_ROW(settings[i].key, world_fact_is(&world, id, path.ptr, settings[i].typed));
    }
    CHECK(world_fact_is(&world, id, "normalized/isManaged", "true"));
    CHECK(world_fact_is(&world, id,
                        "governanceConfiguration/settings/extendedSettings/solutionCheckerMode",
                        "Warn"));
    world_close(&world);
}

TEST(trap_06_capital_letters_where_nobody_expects_them)
{
    World world;
    world_open_as(&world, TENANT);
    world_add(&world, "policy.json", policy_with_groups);
    world_add(&world, "environments/" E1 "/organizations.json",
              "{\"value\":[{\"organizationid\":\"cccccccc-0000-0000-0000-000000000001\","
              "\"isauditenabled\":true,\"restrictGuestUserAccess\":true,"
              "\"contentsecuritypolicyconfiguration\":\"{\\\"Frame-Ancestor\\\":{\\\"sources\\\":"
              "[]}}\"}]}");
    world_add(&world, "environments/" E1 "/settings.json",
              "{\"objectResult\":[{\"PowerApps_AllowCodeApps\":false}],\"nextLink\":null}");
    world_finish(&world);
    const Envelope *policy = world_find(&world, T "/datapolicies/p1");
    const Json *rule = &tree_find(policy->properties, "normalized/endpointRules")->items[0];
    CHECK(str_eq(tree_text(rule, "endpoint"), STR("*")));
    CHECK(str_eq(tree_text(rule, "connector"), STR("shared_sql")));
    const char organization[] = T "/environments/" E1 "/dataverseOrganization";
    CHECK(world_fact_is(&world, organization, "normalized/restrictGuestUserAccess", "true"));
    CHECK(tree_find(world_find(&world, organization)->properties,
                    "normalized/contentSecurityPolicyConfiguration/Frame-Ancestor") != NULL);
    CHECK(world_fact_is(&world, T "/environments/" E1 "/environmentSettings",
                        "normalized/powerApps_AllowCodeApps", "false"));
    world_close(&world);
}

TEST(trap_07_role_assignments_are_refused_where_there_is_dataverse)
{
    World world;
    world_open_as(&world, TENANT);
    world_add(&world, "environments/" E1 "/environment-role-assignments.json",
              "{\"error\":{\"code\":\"LinkedEnvironmentForbiddenOperation\",\"message\":\"Cannot "
              "perform operation because the environment is linked.\"}}");
    world_finish(&world);
    Coverage coverage = world_covers(&world, "environment-role-assignments", T "/environments/" E1);
    CHECK(!coverage.measurable);
    CHECK(coverage.status == SOURCE_ABSENT);
    CHECK(word_has(coverage.reason, STR("has Dataverse, whose users and roles tell instead")));
    CHECK(world_find(&world, T "/environments/" E1 "/roleSummary") == NULL);
    world_close(&world);
}

static const struct {
    const char *name;
    const char *text;
    SourceStatus status;
} errors[] = {
    {"refused", "{\"error\":{\"code\":\"Forbidden\",\"message\":\"no\"}}", SOURCE_REFUSED},
    {"throttled", "{\"error\":{\"code\":\"TooManyRequests\",\"message\":\"slow\"}}",
     SOURCE_THROTTLED},
    {"dataverse throttled", "{\"error\":{\"code\":\"0x80072321\",\"message\":\"time\"}}",
     SOURCE_THROTTLED},
    {"not found", "{\"error\":{\"code\":\"ResourceNotFound\",\"message\":\"gone\"}}",
     SOURCE_ABSENT},
    {"flat", "{\"code\":\"EndpointInvalid\",\"message\":\"id\",\"details\":[]}", SOURCE_REFUSED},
    {"old OData", "{\"odata.error\":{\"code\":\"x\",\"message\":{\"value\":\"y\"}}}",
     SOURCE_REFUSED},
    {"sign-in", "{\"error\":\"invalid_client\",\"error_description\":\"bad\"}", SOURCE_REFUSED},
    {"gateway", "{\"Message\":\"Authorization has been denied for this request.\"}",
     SOURCE_REFUSED},
    {"page", "<!DOCTYPE html><html><title>Sign in</title></html>", SOURCE_REFUSED},
    {"empty file", "", SOURCE_REFUSED},
    {"empty list", "{\"value\":[]}", SOURCE_SUSPECT},
    {"empty array", " [ ] ", SOURCE_SUSPECT},
    {"empty object", "{}", SOURCE_SUSPECT},
    {"null", "null", SOURCE_SUSPECT},
};

TEST(trap_10_an_error_never_becomes_drift_or_a_pass)
{
    for (size_t i = 0; i < COUNTOF(errors); i++) {
        World world;
        world_open_as(&world, TENANT);
        world_add(&world, "graph-conditionalaccess.json", errors[i].text);
        world_finish(&world);
        const SourceRow *row = world_row(&world, "graph-conditionalaccess.json", NULL);
        Coverage coverage = world_covers(&world, "graph-conditionalaccess", "");
        uint32_t count = 0;
        (void)inventory_envelopes(world.inventory, &count);
        CHECK_ROW(errors[i].name, row != NULL && row->status == errors[i].status);
        CHECK_ROW(errors[i].name, str_eq(row->kind, STR("graph-conditionalaccess")));
        CHECK_ROW(errors[i].name, row->reason.len != 0);
        CHECK_ROW(errors[i].name, count == 0);
        CHECK_ROW(errors[i].name, !coverage.measurable && coverage.status == errors[i].status);
        world_close(&world);
    }
}

TEST(trap_11_defender_states_differ_in_case)
{
    World world;
    const char id[] =
        "/subscriptions/s/providers/Microsoft.Security/regulatoryComplianceStandards/X";
    world_open_as(&world, TENANT);
    world_add(&world, "x.json",
              "{\"value\":[{\"id\":\"/subscriptions/s/providers/Microsoft.Security/"
              "regulatoryComplianceStandards/X\",\"name\":\"X\",\"type\":\"Microsoft.Security/"
              "regulatoryComplianceStandard\",\"properties\":{\"state\":\"Failed\"}}]}");
    world_finish(&world);
    CHECK(world_fact_is(&world, id, "normalized/state", "failed"));
    CHECK(world_fact_is(&world, id, "state", "Failed"));
    world_close(&world);
}

static const struct {
    const char *name;
    const char *truncated;
    SourceStatus status;
} truncations[] = {
    {"ARG says true", "\"true\"", SOURCE_PARTIAL},
    {"ARG says false", "\"false\"", SOURCE_READ},
    {"inventory says 0", "0", SOURCE_PARTIAL},
    {"inventory says 1", "1", SOURCE_READ},
};

TEST(trap_12_truncated_is_text_in_one_api_and_a_number_in_the_other)
{
    for (size_t i = 0; i < COUNTOF(truncations); i++) {
        World world;
        world_open_as(&world, TENANT);
        Str text = text_print(&world.arena,
                              "{\"count\":1,\"resultTruncated\":%s,\"data\":[{\"id\":"
                              "\"/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/w"
                              "\",\"name\":\"w\",\"type\":\"microsoft.web/sites\"}]}",
                              truncations[i].truncated);
        world_add(&world, "x.json", text.ptr);
        world_finish(&world);
        const SourceRow *row = world_row(&world, "x.json", NULL);
        CHECK_ROW(truncations[i].name, row->status == truncations[i].status);
        CHECK_ROW(truncations[i].name, row->objects == 1);
        world_close(&world);
    }
}
