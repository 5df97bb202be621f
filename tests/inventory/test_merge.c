// SPDX-License-Identifier: Apache-2.0
// One object read twice: which reading counts, and when both are named.
#include "inventory/world.h"
#include "t.h"

#define TENANT "11111111-2222-3333-4444-555555555555"
#define T "/tenants/" TENANT
#define E1 "aaaaaaaa-0000-0000-0000-000000000001"
#define ID T "/environments/" E1

// An environment with a SKU, a time and one member of its own.
#define ENVIRONMENT(sku, time, member)                                                             \
    "{\"name\":\"" E1 "\",\"type\":\"Microsoft.BusinessAppPlatform/scopes/environments\","         \
    "\"properties\":{\"environmentSku\":\"" sku "\",\"lastModifiedTime\":\"" time "\"," member     \
    "}}"
#define POLICY(environments)                                                                       \
    "{\"policyDefinition\":{\"name\":\"p\",\"environmentType\":\"" environments "\"}}"
#define LIST(entry) "{\"value\":[" entry "]}"

static const struct {
    const char *name;
    const char *first;
    const char *second;
    const char *sku; // what stands afterwards
    const char *extra_a;
    const char *extra_b;
    const char *warning; // words, or NULL: none
} pairs[] = {
    {"two lists of one time differ",
     LIST(ENVIRONMENT("Sandbox", "2026-01-01T00:00:00Z", "\"a\":1")),
     LIST(ENVIRONMENT("Production", "2026-01-01T00:00:00Z", "\"b\":2")), "Production", "1", "2",
     "properties/environmentSku is \"Production\" in second.json and \"Sandbox\" in first.json"},
    {"the newer list replaces the older",
     LIST(ENVIRONMENT("Sandbox", "2026-01-02T00:00:00Z", "\"a\":1")),
     LIST(ENVIRONMENT("Production", "2026-01-01T00:00:00Z", "\"b\":2")), "Sandbox", "1", "", NULL},
    {"the newer list replaces the older, given first",
     LIST(ENVIRONMENT("Sandbox", "2026-01-01T00:00:00Z", "\"a\":1")),
     LIST(ENVIRONMENT("Production", "2026-01-02T00:00:00Z", "\"b\":2")), "Production", "", "2",
     NULL},
    {"a detail over its list, filled up", ENVIRONMENT("Sandbox", "2026-01-01T00:00:00Z", "\"a\":1"),
     LIST(ENVIRONMENT("Production", "2026-01-01T00:00:00Z", "\"b\":2")), "Sandbox", "1", "2",
     "in first.json and \"Production\" in second.json; the first is used"},
    {"a newer list over an older detail, filled up",
     ENVIRONMENT("Sandbox", "2026-01-01T00:00:00Z", "\"a\":1"),
     LIST(ENVIRONMENT("Production", "2026-01-02T00:00:00Z", "\"b\":2")), "Production", "1", "2",
     NULL},
    {"alike", LIST(ENVIRONMENT("Sandbox", "2026-01-01T00:00:00Z", "\"a\":1")),
     LIST(ENVIRONMENT("Sandbox", "2026-01-01T00:00:00Z", "\"a\":1")), "Sandbox", "1", "", NULL},
    {"null is no contradiction", LIST(ENVIRONMENT("Sandbox", "2026-01-01T00:00:00Z", "\"a\":1")),
     LIST(ENVIRONMENT("Sandbox", "2026-01-01T00:00:00Z", "\"a\":null")), "Sandbox", "", "", NULL},
};

TEST(an_object_read_twice)
{
    for (size_t i = 0; i < COUNTOF(pairs); i++) {
        World world;
        world_open_as(&world, TENANT);
        world_add(&world, "first.json", pairs[i].first);
        world_add(&world, "second.json", pairs[i].second);
        world_finish(&world);
        const char *name = pairs[i].name;
        CHECK_ROW(name, world_count(&world, "microsoft.powerplatform/environments") == 1);
        CHECK_ROW(name, world_fact_is(&world, ID, "environmentSku", pairs[i].sku));
        CHECK_ROW(name, world_fact_is(&world, ID, "normalized/environmentSku", pairs[i].sku));
        CHECK_ROW(name, world_fact_is(&world, ID, "a", pairs[i].extra_a));
        CHECK_ROW(name, world_fact_is(&world, ID, "b", pairs[i].extra_b));
        CHECK_ROW(name, pairs[i].warning != NULL
                            ? world_warns(&world, "contradiction", pairs[i].warning)
                            : world.diags.count == 0);
        world_close(&world);
    }
}

TEST(the_inventory_api_never_overrides_the_admin_api)
{
    World world;
    world_open_as(&world, TENANT);
    world_add(&world, "admin.json",
              LIST(ENVIRONMENT("Production", "2026-01-01T00:00:00Z", "\"a\":1")));
    world_add(&world, "query.json",
              "{\"resultTruncated\":1,\"data\":[{\"id\":\"" T
              "/providers/microsoft.powerplatform/environments/" E1 "\",\"name\":\"" E1
              "\",\"type\":\"microsoft.powerplatform/environments\",\"properties\":{"
              "\"environmentType\":\"Sandbox\",\"isManaged\":true,"
              "\"lastModifiedAt\":\"2026-05-01T00:00:00Z\"}}]}");
    world_finish(&world);
    CHECK(world_count(&world, "microsoft.powerplatform/environments") == 1);
    CHECK(world_fact_is(&world, ID, "environmentSku", "Production"));
    CHECK(world_fact_is(&world, ID, "normalized/environmentSku", "Production"));
    CHECK(world_fact_is(&world, ID, "normalized/isManaged", "true"));
    CHECK(str_eq(world_find(&world, ID)->kind, STR("environments")));
    world_close(&world);
}

TEST(ids_compare_without_case)
{
    World world;
    world_open_as(&world, TENANT);
    world_add(&world, "a.json",
              "[{\"id\":\"/subscriptions/S/resourceGroups/g/providers/Microsoft.Web/sites/w\","
              "\"type\":\"Microsoft.Web/sites\",\"location\":\"west\",\"kind\":\"app\"},"
              "{\"id\":\"/subscriptions/s/resourcegroups/G/providers/microsoft.web/sites/W\","
              "\"type\":\"microsoft.web/sites\",\"tags\":{\"x\":\"1\"}}]");
    world_finish(&world);
    uint32_t count = 0;
    const Envelope *all = inventory_envelopes(world.inventory, &count);
    CHECK(count == 1);
    CHECK(str_eq(all[0].location, STR("west")));
    CHECK(all[0].tags != NULL);
    CHECK(tree_find(all[0].top, "kind") != NULL);
    world_close(&world);
}

TEST(a_body_of_another_tenant_is_said_once)
{
    World world;
    world_open_as(&world, TENANT);
    world_add(&world, "a.json",
              "[{\"name\":\"" E1
              "\",\"type\":\"Microsoft.BusinessAppPlatform/scopes/environments\","
              "\"properties\":{\"tenantId\":\"99999999-2222-3333-4444-555555555555\"}},"
              "{\"name\":\"aaaaaaaa-0000-0000-0000-000000000002\",\"type\":"
              "\"Microsoft.BusinessAppPlatform/scopes/environments\","
              "\"properties\":{\"tenantId\":\"99999999-2222-3333-4444-555555555555\"}}]");
    world_finish(&world);
    CHECK(world.diags.count == 1 && str_eq(world.diags.first->file, STR("a.json")));
    CHECK(world_warns(&world, "foreign-tenant",
                      "an environment of tenant 99999999-2222-3333-4444-555555555555, while "
                      "this inventory is of tenant " TENANT));
    world_close(&world);
}

TEST(output_is_the_same_whatever_the_order_of_input)
{
    static const char *const files[] = {"a.json", "b.json", "c.json"};
    static const char *const texts[] = {
        LIST(ENVIRONMENT("Production", "2026-01-01T00:00:00Z", "\"a\":1")),
        LIST(POLICY("AllEnvironments")), "[{\"applicationId\":\"z\"},{\"applicationId\":\"y\"}]"};
    Buf expected = {0};
    for (uint32_t turn = 0; turn < COUNTOF(files); turn++) {
        World world;
        Buf buf = {0};
        world_open_as(&world, TENANT);
        for (uint32_t i = 0; i < COUNTOF(files); i++) {
            uint32_t at = (i + turn) % (uint32_t)COUNTOF(files);
            world_add(&world, files[at], texts[at]);
        }
        world_finish(&world);
        inventory_write(&buf, world.inventory);
        CHECK(buf.len != 0);
        CHECK(turn == 0 || str_eq(buf_str(&buf), buf_str(&expected)));
        if (turn == 0) {
            buf_push(&expected, buf_str(&buf));
        }
        buf_free(&buf);
        world_close(&world);
    }
    buf_free(&expected);
}

TEST(an_envelope_is_one_line_with_its_source)
{
    World world;
    Buf buf = {0};
    world_open_as(&world, TENANT);
    world_add(&world, "a.json", "[\n{\"applicationId\":\"z\"}]");
    world_finish(&world);
    envelope_write(&buf, world_find(&world, T "/adminapplications/z"));
    CHECK(str_eq(buf_str(&buf),
                 STR("{\"id\":\"" T "/adminapplications/z\",\"name\":\"z\",\"type\":"
                     "\"datumline/adminApplication\",\"scope\":\"" T "\",\"properties\":{"
                     "\"applicationId\":\"z\"},\"source\":{\"file\":\"a.json\",\"line\":2,\"kind\":"
                     "\"admin-applications\"}}\n")));
    buf_free(&buf);
    world_close(&world);
}
