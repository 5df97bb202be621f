// SPDX-License-Identifier: Apache-2.0
// Every input is accounted for: what it was read as, or why it was not.
#include "inventory/world.h"

#include <string.h>

#include "t.h"

#define ARM "/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/"
#define SITE(name)                                                                                 \
    "{\"id\":\"" ARM name "\",\"name\":\"" name "\",\"type\":\"microsoft.web/sites\"}"

static const struct {
    const char *name;
    const char *file;
    const char *text;
    SourceStatus status;
    uint32_t objects;
    const char *reason; // words of it
    uint32_t line, column;
} inputs[] = {
    {"not JSON", "a.json", "hello", SOURCE_UNKNOWN, 0, "", 1, 1},
    {"cut off", "a.json", "{\"value\":[{\"id\":1}", SOURCE_UNKNOWN, 0, "never closed", 1, 10},
    {"text behind", "a.json", "{} {}", SOURCE_UNKNOWN, 0, "", 1, 4},
    {"a number", "a.json", "12", SOURCE_UNKNOWN, 0, "single value", 0, 0},
    {"nothing", "a.json", "", SOURCE_UNKNOWN, 0, "empty file", 0, 0},
    {"an unknown shape", "a.json", "{\"colour\":\"green\"}", SOURCE_UNKNOWN, 0, "no known shape", 1,
     0},
    {"an empty list of what", "a.json", "{\"value\":[]}", SOURCE_UNKNOWN, 0, "nothing says of what",
     0, 0},
    {"an empty object", "a.json", "{}", SOURCE_UNKNOWN, 0, "nothing says of what", 0, 0},
    {"packed", "a.json", "\x1f\x8b\x08", SOURCE_UNKNOWN, 0, "packed with gzip: unpack it first", 0,
     0},
    {"markup", "a.json", "<?xml version='1.0'?><a/>", SOURCE_UNKNOWN, 0, "", 1, 1},
    {"a page of HTML", "a.json", "\n <!DOCTYPE html><p>", SOURCE_REFUSED, 0, "HTML page", 0, 0},
    {"one broken entry", "a.json", "[" SITE("a") ",\n{\"id\":tru},\n" SITE("b") "]", SOURCE_PARTIAL,
     2, "cannot be read", 0, 0},
    {"a list cut off", "a.json", "[" SITE("a") ",\n" SITE("b"), SOURCE_PARTIAL, 2, "cannot be read",
     0, 0},
    {"one unknown entry", "a.json", "[" SITE("a") ",{\"colour\":1}]", SOURCE_PARTIAL, 1,
     "1 entry was not understood", 0, 0},
    {"a next page", "a.json", "{\"value\":[" SITE("a") "],\"nextLink\":\"https://x/2\"}",
     SOURCE_PARTIAL, 1, "more pages exist", 0, 0},
    {"a null next page", "a.json", "{\"value\":[" SITE("a") "],\"nextLink\":null}", SOURCE_READ, 1,
     "", 0, 0},
    {"ignored", "a.json", "{\"isocurrencycode\":\"EUR\"}", SOURCE_IGNORED, 0, "currencies", 0, 0},
    {"an array", "a.json", "[" SITE("a") "," SITE("b") "]", SOURCE_READ, 2, "", 0, 0},
    {"lines", "a.ndjson", SITE("a") "\n\n" SITE("b") "\n", SOURCE_READ, 2, "", 0, 0},
    {"lines without the name", "a.json", SITE("a") "\n" SITE("b"), SOURCE_READ, 2, "", 0, 0},
    {"a table", "a.json",
     "{\"totalRecords\":1,\"data\":{\"columns\":[{\"name\":\"id\"},{\"name\":"
     "\"type\"}],\"rows\":[[\"" ARM "a\",\"microsoft.web/sites\"]]}}",
     SOURCE_READ, 1, "", 0, 0},
    {"a mark", "a.json",
     "\xef\xbb\xbf"
     "[" SITE("a") "]",
     SOURCE_READ, 1, "", 0, 0},
    {"an empty query", "a.json", "{\"totalRecords\":0,\"resultTruncated\":\"false\",\"data\":[]}",
     SOURCE_EMPTY, 0, "", 0, 0},
    {"an empty inventory", "a.json", "{\"totalRecords\":0,\"resultTruncated\":1,\"data\":[]}",
     SOURCE_SUSPECT, 0, "", 0, 0},
};

TEST(each_input_gets_a_row_that_says_how_it_fared)
{
    for (size_t i = 0; i < COUNTOF(inputs); i++) {
        World world;
        world_open(&world);
        world_add(&world, inputs[i].file, inputs[i].text);
        world_finish(&world);
        const SourceRow *row = world_row(&world, inputs[i].file, NULL);
        const char *name = inputs[i].name;
        CHECK_ROW(name, row != NULL && row->status == inputs[i].status);
        CHECK_ROW(name, row->objects == inputs[i].objects);
        CHECK_ROW(name, row->status == SOURCE_READ || row->reason.len != 0);
        CHECK_ROW(name, word_has(row->reason, text_of(inputs[i].reason)));
        CHECK_ROW(name, row->line == inputs[i].line && row->column == inputs[i].column);
        world_close(&world);
    }
}

TEST(a_broken_line_is_reported_and_the_others_are_read)
{
    World world;
    world_open(&world);
    world_add(&world, "r.ndjson", SITE("a") "\n{\"id\": nope}\n" SITE("b") "\n");
    world_finish(&world);
    uint32_t count = 0;
    const SourceRow *rows = inventory_sources(world.inventory, &count);
    CHECK(count == 2);
    CHECK(rows[0].status == SOURCE_PARTIAL && rows[0].objects == 2);
    CHECK(rows[1].status == SOURCE_UNKNOWN && rows[1].line == 2 && rows[1].column == 8);
    CHECK(rows[1].reason.len != 0);
    Coverage coverage = world_covers(&world, "arm-resources", "");
    CHECK(coverage.measurable && !coverage.complete && coverage.status == SOURCE_PARTIAL);
    world_close(&world);
}

TEST(the_line_of_a_broken_entry_counts_from_the_top_of_the_file)
{
    World world;
    world_open(&world);
    world_add(&world, "r.json", "[\n" SITE("a") ",\n\n{\"x\":\n  oops}\n]");
    world_finish(&world);
    uint32_t count = 0;
    const SourceRow *rows = inventory_sources(world.inventory, &count);
    CHECK(count == 2);
    CHECK(rows[1].line == 5 && rows[1].column == 3);
    uint32_t envelopes = 0;
    const Envelope *all = inventory_envelopes(world.inventory, &envelopes);
    CHECK(envelopes == 1 && all[0].line == 2);
    world_close(&world);
}

TEST(the_limit_of_bytes_is_named_and_its_edge_is_read)
{
    static const char text[] = "[" SITE("a") "]";
    for (size_t past = 0; past < 2; past++) {
        World world;
        arena_init(&world.arena, (size_t)1 << 28);
        InventoryOptions options = {.limits = JSON_LIMITS_DEFAULT};
        options.limits.bytes_max = strlen(text) - past;
        world.inventory = inventory_new(&world.arena, &options);
        diag_init(&world.diags, &world.arena, (Str){0});
        world_add(&world, "a.json", text);
        world_finish(&world);
        const SourceRow *row = world_row(&world, "a.json", NULL);
        CHECK(row->status == (past == 0 ? SOURCE_READ : SOURCE_UNKNOWN));
        CHECK(past == 0 || word_has(row->reason, STR("--max-document-bytes")));
        world_close(&world);
    }
}

TEST(the_deepest_body_is_read_and_written)
{
    for (uint32_t past = 0; past < 2; past++) {
        World world;
        Buf text = {0};
        Buf out = {0};
        arena_init(&world.arena, (size_t)1 << 28);
        InventoryOptions options = {.limits = JSON_LIMITS_DEFAULT};
        options.limits.depth_max = 5000; // more than the inventory takes
        world.inventory = inventory_new(&world.arena, &options);
        diag_init(&world.diags, &world.arena, (Str){0});
        buf_push(&text, STR("{\"id\":\"/subscriptions/s\",\"type\":\"a/b\",\"properties\":"));
        for (uint32_t i = 0; i < 255 + past; i++) {
            buf_push(&text, STR("{\"a\":"));
        }
        buf_push(&text, STR("1"));
        for (uint32_t i = 0; i < 255 + past; i++) {
            buf_byte(&text, '}');
        }
        buf_byte(&text, '}');
        world_add_bytes(&world, "a.json", text.ptr, text.len);
        world_finish(&world);
        inventory_write(&out, world.inventory);
        const SourceRow *row = world_row(&world, "a.json", NULL);
        CHECK(row->status == (past == 0 ? SOURCE_READ : SOURCE_UNKNOWN));
        CHECK(past == 0 ? out.len > text.len : word_has(row->reason, STR("--max-depth")));
        buf_free(&text);
        buf_free(&out);
        world_close(&world);
    }
}

static void add_fixture(World *world, const char *path)
{
    Str bytes;
    bool ok = world_read_file(&world->arena, path, &bytes);
    CHECK_ROW(path, ok);
    if (ok) {
        world_add_bytes(world, path, bytes.ptr, bytes.len);
    }
}

#define SCUBA "tests/inventory/fixtures/scuba/ProviderSettingsExport.json"
#define S "/tenants/5a5a5a5a-1111-4222-8333-444444444444"

static const struct {
    const char *part;
    const char *kind;
    SourceStatus status;
    uint32_t objects;
} parts[] = {
    {"tenant_details", "graph-organization", SOURCE_READ, 1},
    {"scuba_config", "scuba-config", SOURCE_IGNORED, 0},
    {"environment_creation", "tenant-settings", SOURCE_READ, 1},
    {"environment_list", "environments", SOURCE_READ, 2},
    {"dlp_policies", "dlp-policies", SOURCE_READ, 1},
    {"tenant_isolation", "tenant-isolation", SOURCE_READ, 1},
    {"conditional_access_policies", "graph-conditionalaccess", SOURCE_READ, 1},
    {"authorization_policies", "graph-authorizationpolicy", SOURCE_READ, 1},
    {"authentication_method", "graph-authmethodspolicy", SOURCE_READ, 1},
    {"domain_settings", "graph-domains", SOURCE_READ, 1},
    {"privileged_users", "graph-privileged-users", SOURCE_READ, 2},
    {"privileged_roles", "graph-privileged-roles", SOURCE_READ, 1},
    {"privileged_service_principals", "graph-privileged-sps", SOURCE_EMPTY, 0},
    {"risky_applications", "graph-risky-apps", SOURCE_EMPTY, 0},
    {"license_information", "graph-licenses", SOURCE_SUSPECT, 0},
    {"admin_consent_policies", "graph-adminconsent", SOURCE_REFUSED, 0},
};

static void check_scuba(World *world, const char *file, const char *prefix)
{
    for (size_t i = 0; i < COUNTOF(parts); i++) {
        Str part = text_print(&world->arena, "%s%s", prefix, parts[i].part);
        const SourceRow *row = world_row(world, file, part.ptr);
        CHECK_ROW(parts[i].part, row != NULL);
        CHECK_ROW(parts[i].part, row == NULL || str_eq(row->kind, text_of(parts[i].kind)));
        CHECK_ROW(parts[i].part, row == NULL || row->status == parts[i].status);
        CHECK_ROW(parts[i].part, row == NULL || row->objects == parts[i].objects);
        CHECK_ROW(parts[i].part, row == NULL || row->time != 0);
    }
    CHECK(str_eq(inventory_tenant(world->inventory), STR("5a5a5a5a-1111-4222-8333-444444444444")));
    CHECK(world_fact_is(world, S "/tenantSettings",
                        "powerPlatform/powerApps/disableShareWithEveryone", "false"));
    CHECK(world_fact_is(world, S "/conditionalaccesspolicies/c0c0c0c0-0000-4000-8000-000000000001",
                        "state", "enabled"));
    CHECK(world_fact_is(world, S "/authorizationPolicy",
                        "defaultUserRolePermissions/allowedToCreateApps", "false"));
    CHECK(world_fact_is(world, S "/authenticationMethodsPolicy", "policyMigrationState",
                        "migrationComplete"));
    CHECK(world_fact_is(world, S "/domains/larchmill.example", "authenticationType", "Managed"));
    CHECK(world_fact_is(world, S "/datapolicies/d0d0d0d0-0000-4000-8000-000000000001",
                        "normalized/environmentType", "OnlyEnvironments"));
    CHECK(world_fact_is(world,
                        S "/environments/Default-5a5a5a5a-1111-4222-8333-444444444444/"
                          "effectiveDataPolicy",
                        "isCovered", "true"));
    CHECK(world_fact_is(world,
                        S "/environments/e0e0e0e0-0000-4000-8000-000000000002/effectiveDataPolicy",
                        "isCovered", "false"));
    CHECK(world_fact_is(world, S "/roleSummary", "globalAdminCount", "1"));
    CHECK(world_fact_is(world, S "/roleSummary", "globalAdminStandingCount", "1"));
    CHECK(world_fact(world, S "/roleSummary", "globalAdminEligibleCount").len == 0);
    // ScubaGear reads the highly privileged roles only: of others nothing is known.
    CHECK(world_fact(world, S "/roleSummary", "powerPlatformAdminStandingCount").len == 0);
    CHECK(world_fact(world, S "/roleSummary", "powerPlatformAdminCount").len == 0);
    CHECK(world_fact_is(world, S "/roleSummary", "privilegedStandingCount", "1"));
    CHECK(world_fact_is(world, S "/roleSummary", "privilegedCount", "2"));
    CHECK(world_fact_is(world, S "/roleSummary", "privilegedSyncedCount", "1"));
    CHECK(!world_covers(world, "graph-adminconsent", "").measurable);
}

TEST(scubagear_export_in_parts)
{
    World world;
    world_open(&world);
    add_fixture(&world, SCUBA);
    world_finish(&world);
    check_scuba(&world, SCUBA, "");
    const SourceRow *refused = world_row(&world, SCUBA, "admin_consent_policies");
    CHECK(word_has(refused->reason, STR("Get-MgBetaPolicyAdminConsentRequestPolicy")));
    world_close(&world);
}

TEST(scubagear_export_in_utf16)
{
    World world;
    Str bytes;
    world_open(&world);
    CHECK(world_read_file(&world.arena, SCUBA, &bytes));
    char *wide = NEW_ARRAY(&world.arena, char, bytes.len * 2 + 2);
    memcpy(wide, "\xff\xfe", 2);
    for (size_t i = 0; i < bytes.len; i++) { // the fixture is ASCII
        wide[2 + i * 2] = bytes.ptr[i];
    }
    world_add_bytes(&world, "wide.json", wide, bytes.len * 2 + 2);
    CHECK(inventory_sniff((Str){wide, 64}, STR("wide.json")) == INPUT_BODY);
    world_finish(&world);
    check_scuba(&world, "wide.json", "");
    world_close(&world);
}

TEST(scubagear_results_carry_the_export_in_their_raw_part)
{
    World world;
    Str bytes;
    world_open(&world);
    CHECK(world_read_file(&world.arena, SCUBA, &bytes));
    Str text = text_print(&world.arena,
                          "{\"MetaData\":{\"TenantId\":\"5a5a5a5a-1111-4222-8333-444444444444\"},"
                          "\"Summary\":{},\"Results\":{},\"Raw\":%.*s}",
                          STR_ARG(bytes));
    world_add(&world, "ScubaResults_1.json", text.ptr);
    world_finish(&world);
    check_scuba(&world, "ScubaResults_1.json", "Raw/");
    world_close(&world);
}

TEST(scubagear_isolation_that_was_not_read_is_not_off)
{
    static const struct {
        const char *name;
        const char *commands;
        SourceStatus status;
    } rows[] = {
        {"failed",
         "\"powerplatform_unsuccessful_commands\":[\"Get-PowerAppTenantIsolationPolicy\"]",
         SOURCE_REFUSED},
        {"not said", "\"powerplatform_successful_commands\":[]", SOURCE_SUSPECT},
        {"succeeded",
         "\"powerplatform_successful_commands\":[\"Get-PowerAppTenantIsolationPolicy\"]",
         SOURCE_ABSENT},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        World world;
        world_open(&world);
        Str text = text_print(&world.arena,
                              "{\"module_version\":\"9\",\"tenant_isolation\":[],"
                              "\"environment_list\":[],%s}",
                              rows[i].commands);
        world_add(&world, "x.json", text.ptr);
        world_finish(&world);
        CHECK_ROW(rows[i].name,
                  world_row(&world, "x.json", "tenant_isolation")->status == rows[i].status);
        CHECK_ROW(rows[i].name, world_covers(&world, "tenant-isolation", "").measurable ==
                                    (rows[i].status == SOURCE_ABSENT));
        world_close(&world);
    }
}

#define C "tests/inventory/fixtures/collected/"
#define E2 S "/environments/e0e0e0e0-0000-4000-8000-000000000002"

TEST(a_manifest_gives_bodies_their_endpoint_status_and_scope)
{
    static const char *const files[] = {C "1.json",    C "2.json",    C "empty",
                                        C "none.json", C "slow.html", C "manifest.json"};
    World world;
    world_open(&world);
    for (size_t i = 0; i < COUNTOF(files); i++) { // the manifest comes last, and counts first
        add_fixture(&world, files[i]);
    }
    world_finish(&world);
    CHECK(str_eq(world_row(&world, C "manifest.json", NULL)->kind, STR("collection-manifest")));
    CHECK(world_row(&world, C "1.json", NULL)->time != 0);
    CHECK(str_eq(world_row(&world, C "2.json", NULL)->scope, STR(E2)));
    const SourceRow *apps = world_row(&world, C "empty", NULL);
    CHECK(apps->status == SOURCE_REFUSED && str_eq(apps->kind, STR("canvas-apps")));
    CHECK(str_eq(apps->scope, STR(E2)));
    CHECK(str_eq(apps->reason, STR("HTTP 403 empty body")));
    const SourceRow *none = world_row(&world, C "none.json", NULL);
    CHECK(none->status == SOURCE_EMPTY && str_eq(none->kind, STR("connections")));
    CHECK(str_eq(none->scope, STR(E2)));
    CHECK(world_row(&world, C "slow.html", NULL)->status == SOURCE_THROTTLED);
    // An empty 404 is no such route, not "never configured".
    CHECK(!world_covers(&world, "tenant-isolation", "").measurable);
    CHECK(world_covers(&world, "connections", E2).measurable);
    CHECK(!world_covers(&world, "canvas-apps", E2).measurable);
    CHECK(world_fact_is(&world, E2 "/roleSummary", "systemAdministratorCount", "2"));
    CHECK(world_fact_is(&world, E2 "/roleSummary", "guestAdminCount", "1"));
    CHECK(world_fact_is(&world, E2 "/roleSummary", "deletedUserCount", "1"));
    CHECK(world_fact_is(&world, E2 "/roleSummary", "applicationUserCount", "1"));
    const Envelope *user =
        world_find(&world, E2 "/systemusers/50505050-0000-4000-8000-000000000001");
    CHECK(user != NULL && word_has(user->endpoint, STR("/systemusers")));
    world_close(&world);
}

TEST(pages_that_are_numbered_or_counted_are_whole)
{
    static const struct {
        const char *name;
        const char *second;
        SourceStatus first_status;
    } rows[] = {
        {"page 2 is there", "apps-2.json", SOURCE_READ},
        {"page 3 is there, 2 is not", "apps-3.json", SOURCE_PARTIAL},
        {"another folder", "b/apps-2.json", SOURCE_PARTIAL},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        World world;
        world_open(&world);
        world_add(&world, "apps-1.json",
                  "{\"value\":[" SITE("a") "],\"nextLink\":\"https://x/2\"}");
        world_add(&world, rows[i].second, "{\"value\":[" SITE("b") "]}");
        world_finish(&world);
        CHECK_ROW(rows[i].name,
                  world_row(&world, "apps-1.json", NULL)->status == rows[i].first_status);
        world_close(&world);
    }
    World world;
    world_open(&world);
    world_add(&world, "x.json",
              "{\"totalRecords\":2,\"resultTruncated\":\"true\",\"$skipToken\":"
              "\"t\",\"data\":[" SITE("a") "]}");
    world_add(&world, "y.json",
              "{\"totalRecords\":2,\"resultTruncated\":\"false\",\"data\":[" SITE("b") "]}");
    world_finish(&world);
    CHECK(world_row(&world, "x.json", NULL)->status == SOURCE_READ);
    world_close(&world);
}

TEST(an_export_of_envelopes_is_read_back)
{
    World first;
    world_open(&first);
    add_fixture(&first, SCUBA);
    world_finish(&first);
    Buf lines = {0};
    inventory_write(&lines, first.inventory);
    World second;
    world_open(&second);
    world_add_bytes(&second, "export.ndjson", lines.ptr, lines.len);
    CHECK(inventory_sniff(buf_str(&lines), STR("export.ndjson")) == INPUT_RESOURCE_LINES);
    world_finish(&second);
    Buf again = {0};
    inventory_write(&again, second.inventory);
    CHECK(lines.len != 0);
    uint32_t one = 0;
    uint32_t two = 0;
    (void)inventory_envelopes(first.inventory, &one);
    (void)inventory_envelopes(second.inventory, &two);
    CHECK(one == two);
    CHECK(world_covers(&second, "tenant-settings", "").measurable);
    CHECK(world_covers(&second, "dlp-policies", "").measurable);
    CHECK(!world_covers(&second, "dlp-policy", "").measurable);
    CHECK(str_eq(inventory_tenant(second.inventory), inventory_tenant(first.inventory)));
    buf_free(&lines);
    buf_free(&again);
    world_close(&second);
    world_close(&first);
}

static const struct {
    const char *name;
    const char *file;
    const char *text;
    InputShape shape;
} shapes[] = {
    {"nothing", "a.json", "", INPUT_NOT_JSON},
    {"a page of HTML", "a.json", "<html>", INPUT_NOT_JSON},
    {"one body over lines", "a.json", "{\n \"value\": []\n}", INPUT_BODY},
    {"an array", "a.json", "[\n" SITE("a") ",\n" SITE("b") "]", INPUT_BODY},
    {"one resource", "a.json", SITE("a"), INPUT_BODY},
    {"a null", "a.json", "null", INPUT_BODY},
    {"resources", "a.json", SITE("a") "\n" SITE("b") "\n", INPUT_RESOURCE_LINES},
    {"one resource of lines", "a.ndjson", SITE("a") "\n", INPUT_RESOURCE_LINES},
    {"a mark before resources", "a.ndjson", "\xef\xbb\xbf" SITE("a") "\n", INPUT_RESOURCE_LINES},
    {"bodies of the admin API", "a.ndjson",
     "{\"id\":\"/providers/x\",\"type\":\"Microsoft.BusinessAppPlatform/scopes/environments\"}\n",
     INPUT_BODY_LINES},
    {"rows of the inventory API", "a.ndjson",
     "{\"id\":\"/tenants/t/providers/microsoft.powerapps/canvasapps/x\",\"type\":"
     "\"microsoft.powerapps/canvasapps\"}\n",
     INPUT_BODY_LINES},
    {"ids deeper than the first level", "a.ndjson",
     "{\"a\":{\"id\":\"/subscriptions/s\",\"type\":\"x/y\"},\"b\":\"id\"}\n", INPUT_BODY_LINES},
    {"behind a broken line", "a.ndjson", "{\"id\":\n" SITE("a") "\n", INPUT_RESOURCE_LINES},
    {"behind a line that is no JSON", "a.ndjson", "hello\n" SITE("a") "\n", INPUT_RESOURCE_LINES},
    {"no JSON at all", "a.ndjson", "hello\nagain\n", INPUT_NOT_JSON},
    {"a long line whose end is not seen", "a.ndjson",
     "{\"id\":\"/subscriptions/s/x\",\"type\":\"x/y\",\"properties\":{\"a\":\"",
     INPUT_RESOURCE_LINES},
    {"pages", "a.jsonl", "{\"value\":[]}\n{\"value\":[]}\n", INPUT_BODY_LINES},
};

TEST(sniffing_tells_resources_from_bodies)
{
    for (size_t i = 0; i < COUNTOF(shapes); i++) {
        CHECK_ROW(shapes[i].name, inventory_sniff(text_of(shapes[i].text),
                                                  text_of(shapes[i].file)) == shapes[i].shape);
    }
}
