// SPDX-License-Identifier: Apache-2.0
#include "policy/alias.h"

#include "base/buf.h"
#include "policy/alias_check.h"
#include "policy/shared.h"
#include "t.h"

// The path as text: names between dots, "[*]", "[3]".
static Str path_text(Arena *arena, const AliasPath *path)
{
    Buf buf = {0};
    for (uint32_t i = 0; i < path->count; i++) {
        const PathStep *step = &path->steps[i];
        if (step->is_array) {
            buf_push(&buf, STR("[*]"));
        } else if (step->is_index) {
            buf_printf(&buf, "[%u]", step->index);
        } else {
            buf_printf(&buf, "%s%.*s", i != 0 ? "." : "", STR_ARG(step->name));
        }
    }
    Str text = str_copy(arena, buf_str(&buf));
    buf_free(&buf);
    return text;
}

typedef struct Row {
    const char *row;
    const char *field;
    const char *type;
    const char *version;
    AliasFound found;
    const char *path;
} Row;

static void check_rows(const AliasTable *table, bool raw, const Row *rows, size_t count)
{
    Arena arena;
    arena_init(&arena, SHARED_ARENA_BYTES);
    for (size_t i = 0; i < count; i++) {
        AliasQuery query = {
            .field = str_from_cstr(rows[i].field),
            .resource_type = str_from_cstr(rows[i].type),
            .api_version = str_from_cstr(rows[i].version),
            .raw_paths = raw,
        };
        AliasPath path = {0};
        AliasFound found = alias_resolve(table, &arena, &query, &path);
        CHECK_ROW(rows[i].row, found == rows[i].found);
        if (found == ALIAS_FOUND && rows[i].found == ALIAS_FOUND) {
            Str text = path_text(&arena, &path);
            bool same = str_eq(text, str_from_cstr(rows[i].path));
            CHECK_ROW(rows[i].row, same);
            if (!same) {
                printf("# got %.*s\n", STR_ARG(text));
            }
        }
    }
    arena_free(&arena);
}

#define VM "Microsoft.Compute/virtualMachines"
#define VMSS "Microsoft.Compute/virtualMachineScaleSets"

TEST(shipped_and_rule)
{
    static const Row rows[] = {
        {"empty", "", VM, "", ALIAS_UNKNOWN, ""},
        {"no such property", "colour", VM, "", ALIAS_UNKNOWN, ""},
        {"raw path where none is allowed", "properties.x", VM, "", ALIAS_UNKNOWN, ""},
        {"tag bracket not closed", "tags[x", VM, "", ALIAS_UNKNOWN, ""},
        {"tag quote not closed", "tags['x]", VM, "", ALIAS_UNKNOWN, ""},
        {"tag without a name", "tags[]", VM, "", ALIAS_UNKNOWN, ""},
        {"alias without path", VM "/", VM, "", ALIAS_UNKNOWN, ""},
        {"alias with an empty name", VM "/a..b", VM, "", ALIAS_UNKNOWN, ""},
        {"short name nobody knows", "Microsoft.Compute/nothing", VM, "", ALIAS_UNKNOWN, ""},
        {"of another type", "Microsoft.Storage/storageAccounts/encryption", VM, "",
         ALIAS_OTHER_TYPE, ""},
        {"of the parent's type", VM "/osProfile", VM "/extensions", "", ALIAS_OTHER_TYPE, ""},
        {"short name of other types", "Microsoft.Compute/imageId",
         "Microsoft.Compute/availabilitySets", "", ALIAS_OTHER_TYPE, ""},
        {"name", "Name", VM, "", ALIAS_FOUND, "name"},
        {"full name", "fullname", VM, "", ALIAS_FOUND, "fullName"},
        {"identity", "identity.type", VM, "", ALIAS_FOUND, "identity.type"},
        {"tag by dot", "tags.a.b", VM, "", ALIAS_FOUND, "tags.a.b"},
        {"tag with a slash", "tags.hidden-link:/x", VM, "", ALIAS_FOUND, "tags.hidden-link:/x"},
        {"tag in quotes", "tags['cost center']", VM, "", ALIAS_FOUND, "tags.cost center"},
        {"tag in brackets", "tags[a.b]", VM, "", ALIAS_FOUND, "tags.a.b"},
        {"tag with quotes in it", "tags['''it''s''']", VM, "", ALIAS_FOUND, "tags.'it's'"},
        {"tag with one quote in it", "tags['it's']", VM, "", ALIAS_FOUND, "tags.it's"},
        {"tag with brackets", "tags['a[0]']", VM, "", ALIAS_FOUND, "tags.a[0]"},
        {"tag up to the last bracket", "tags[a]b]", VM, "", ALIAS_FOUND, "tags.a]b"},
        {"tag that is a number", "tags[2024]", VM, "", ALIAS_FOUND, "tags.2024"},
        {"tag named *", "tags['*']", VM, "", ALIAS_FOUND, "tags.*"},
        {"under properties", VM "/osProfile.windowsConfiguration", VM, "", ALIAS_FOUND,
         "properties.osProfile.windowsConfiguration"},
        {"type ignoring case", "MICROSOFT.COMPUTE/VIRTUALMACHINES/osProfile", VM, "", ALIAS_FOUND,
         "properties.osProfile"},
        {"beside properties", "Microsoft.Storage/storageAccounts/sku.name",
         "Microsoft.Storage/storageAccounts", "", ALIAS_FOUND, "sku.name"},
        {"zones", VM "/zones[*]", VM, "", ALIAS_FOUND, "zones[*]"},
        {"type of an extension", VM "/extensions/type", VM "/extensions", "", ALIAS_FOUND,
         "properties.type"},
        {"array", "Microsoft.Network/networkSecurityGroups/securityRules[*].access",
         "Microsoft.Network/networkSecurityGroups", "", ALIAS_FOUND,
         "properties.securityRules[*].access"},
        {"machine image", "Microsoft.Compute/imagePublisher", VM, "", ALIAS_FOUND,
         "properties.storageProfile.imageReference.publisher"},
        {"scale set image", "microsoft.compute/imagepublisher", VMSS, "", ALIAS_FOUND,
         "properties.virtualMachineProfile.storageProfile.imageReference.publisher"},
        {"size", VM "/sku.name", VM, "", ALIAS_FOUND, "properties.hardwareProfile.vmSize"},
        {"site configuration", "Microsoft.Web/sites/config/web.http20Enabled",
         "Microsoft.Web/sites/config", "", ALIAS_FOUND, "properties.http20Enabled"},
        {"singleton",
         "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/throughputSettings/"
         "default.resource.throughput",
         "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/throughputSettings", "", ALIAS_FOUND,
         "properties.resource.throughput"},
        {"kind of a data source",
         "Microsoft.StreamAnalytics/streamingjobs/inputs/Stream.datasource."
         "Microsoft-Storage-Blob.storageAccounts[*].accountName",
         "Microsoft.StreamAnalytics/streamingjobs/inputs", "", ALIAS_FOUND,
         "properties.datasource.properties.storageAccounts[*].accountName"},
        {"and what all kinds have",
         "Microsoft.StreamAnalytics/streamingjobs/outputs/datasource.type",
         "Microsoft.StreamAnalytics/streamingjobs/outputs", "", ALIAS_FOUND,
         "properties.datasource.type"},
        {"the family alone is none", "Microsoft.Web/sites/config/web", "Microsoft.Web/sites/config",
         "", ALIAS_FOUND, "properties.web"},
        {"kind with a capital",
         "Microsoft.DataFactory/factories/linkedservices/AzureStorage.typeProperties.accountKey",
         "Microsoft.DataFactory/factories/linkedservices", "", ALIAS_FOUND,
         "properties.typeProperties.accountKey"},
        {"kind with a hash",
         "Microsoft.Media/mediaServices/transforms/jobs/"
         "input.#Microsoft-Media-JobInputs.inputs[*]",
         "Microsoft.Media/mediaServices/transforms/jobs", "", ALIAS_FOUND,
         "properties.input.inputs[*]"},
        {"a capital is a spelling elsewhere",
         "Microsoft.Storage/storageAccounts/NetworkAcls.bypass",
         "Microsoft.Storage/storageAccounts", "", ALIAS_FOUND, "properties.NetworkAcls.bypass"},
        {"Arc machine", "Microsoft.HybridCompute/imageOffer", "Microsoft.HybridCompute/machines",
         "", ALIAS_FOUND, "properties.osName"},
        {"without a type, the alias's own", VM "/osProfile", "", "", ALIAS_FOUND,
         "properties.osProfile"},
        {"data plane is flat", "Microsoft.KeyVault.Data/vaults/keys/attributes.expiresOn",
         "Microsoft.KeyVault.Data/vaults/keys", "", ALIAS_FOUND, "attributes.expiresOn"},
        {"Power Platform", "microsoft.powerplatform/environments/governanceConfiguration.level",
         "microsoft.powerplatform/environments", "", ALIAS_FOUND,
         "properties.governanceConfiguration.level"},
        {"Power Platform has no top level", "microsoft.graph/subscribedSkus/sku.name",
         "microsoft.graph/subscribedSkus", "", ALIAS_FOUND, "properties.sku.name"},
        {"odata names", "microsoft.graph/users/manager@odata.type", "microsoft.graph/users", "",
         ALIAS_FOUND, "properties.manager@odata.type"},
        {"quoted name", "datumline/exposure/settings['a.b-c'][*].d", "datumline/exposure", "",
         ALIAS_FOUND, "properties.settings.a.b-c[*].d"},
    };
    Arena arena;
    arena_init(&arena, SHARED_ARENA_BYTES);
    AliasTable *table = alias_table_new(&arena);
    alias_table_add_shipped(table);
    check_rows(table, false, rows, COUNTOF(rows));
    arena_free(&arena);
}

TEST(raw_paths)
{
    static const Row rows[] = {
        {"empty name", "a..b", VM, "", ALIAS_UNKNOWN, ""},
        {"ends in a dot", "a.", VM, "", ALIAS_UNKNOWN, ""},
        {"name right after a bracket", "a[0]b", VM, "", ALIAS_UNKNOWN, ""},
        {"empty bracket", "a[]", VM, "", ALIAS_UNKNOWN, ""},
        {"dotted", "properties.a.b", VM, "", ALIAS_FOUND, "properties.a.b"},
        {"index", "properties.ipConfigurations[1].name", VM, "", ALIAS_FOUND,
         "properties.ipConfigurations[1].name"},
        {"key", "a['k-1'].b", VM, "", ALIAS_FOUND, "a.k-1.b"},
        {"key with a slash", "a['x/y']", VM, "", ALIAS_FOUND, "a.x/y"},
        {"star", "items[*].tags[*]", VM, "", ALIAS_FOUND, "items[*].tags[*]"},
        {"number too big for an index", "a[99999999999]", VM, "", ALIAS_FOUND, "a.99999999999"},
        {"alias all the same", VM "/osProfile", VM, "", ALIAS_FOUND, "properties.osProfile"},
    };
    Arena arena;
    arena_init(&arena, SHARED_ARENA_BYTES);
    check_rows(alias_table_new(&arena), true, rows, COUNTOF(rows));
    arena_free(&arena);
}

TEST(what_the_rule_says_of_itself)
{
    static const struct {
        const char *field;
        bool flatten;
        bool from_rule;
        uint32_t arrays;
    } rows[] = {
        {VM "/networkProfile.networkInterfaces[*].primary", true, true, 1},
        {VM "/sku.name", false, false, 0},
        {"microsoft.powerapps/canvasapps/a[*].b[*]", false, true, 2},
        {"Microsoft.KeyVault.Data/vaults/keys/keyType", false, true, 0},
        {"tags.a", false, false, 0},
    };
    Arena arena;
    arena_init(&arena, SHARED_ARENA_BYTES);
    AliasTable *table = alias_table_new(&arena);
    alias_table_add_shipped(table);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        AliasQuery query = {.field = str_from_cstr(rows[i].field)};
        AliasPath path = {0};
        CHECK_ROW(rows[i].field, alias_resolve(table, &arena, &query, &path) == ALIAS_FOUND);
        CHECK_ROW(rows[i].field, path.flatten == rows[i].flatten);
        CHECK_ROW(rows[i].field, path.from_rule == rows[i].from_rule);
        CHECK_ROW(rows[i].field, path.array_count == rows[i].arrays);
    }
    arena_free(&arena);
}

static const char provider[] =
    "[{'namespace': 'Contoso.Test', 'resourceTypes': [{'resourceType': 'things', 'capabilities':"
    " 'SupportsTags, SupportsLocation', 'aliases': ["
    "{'name': 'Contoso.Test/things/tier', 'defaultPath': 'sku.tier', 'paths': ["
    "  {'path': 'properties.tier', 'apiVersions': ['2019-01-01', '2018-01-01'], 'metadata':"
    "   {'attributes': 'None'}}, {'path': 'sku.tier', 'apiVersions': ['2020-01-01']}],"
    "  'defaultMetadata': {'type': 'String', 'attributes': 'Modifiable'}},"
    "{'name': 'Contoso.Test/things/noDefault', 'paths': ["
    "  {'path': 'properties.old', 'apiVersions': ['2018-01-01']},"
    "  {'path': 'properties.new', 'apiVersions': ['2019-01-01', '2021-01-01']}]},"
    "{'name': 'Contoso.Test/things/pattern', 'defaultPath': 'properties.id', 'defaultPattern':"
    "  {'phrase': 'x'}, 'paths': [{'path': 'properties.plain', 'apiVersions': ['2020-01-01']}]},"
    "{'name': 'Contoso.Test/things/parts/size', 'defaultPath': 'properties.partSize'},"
    "{'name': 'Contoso.Test/image', 'defaultPath': 'properties.image'}]},"
    "{'resourceType': 'sets', 'capabilities': 'None', 'aliases': ["
    "{'name': 'Contoso.Test/image', 'defaultPath': 'properties.profile.image'}]}]}]";

TEST(provider_metadata)
{
    static const Row rows[] = {
        {"short name of no listed type", "Contoso.Test/image", "Contoso.Test/others", "",
         ALIAS_OTHER_TYPE, ""},
        {"default", "contoso.test/things/TIER", "Contoso.Test/things", "", ALIAS_FOUND, "sku.tier"},
        {"old version", "Contoso.Test/things/tier", "Contoso.Test/things", "2018-01-01",
         ALIAS_FOUND, "properties.tier"},
        {"version not listed", "Contoso.Test/things/tier", "Contoso.Test/things", "2030-01-01",
         ALIAS_FOUND, "sku.tier"},
        {"no default: the newest", "Contoso.Test/things/noDefault", "Contoso.Test/things", "",
         ALIAS_FOUND, "properties.new"},
        {"a pattern is no path", "Contoso.Test/things/pattern", "Contoso.Test/things", "",
         ALIAS_FOUND, "properties.plain"},
        {"its own type, not where it is listed", "Contoso.Test/things/parts/size",
         "Contoso.Test/things/parts", "", ALIAS_FOUND, "properties.partSize"},
        {"and not the listed one", "Contoso.Test/things/parts/size", "Contoso.Test/things", "",
         ALIAS_OTHER_TYPE, ""},
        {"short name, one type", "Contoso.Test/image", "Contoso.Test/things", "", ALIAS_FOUND,
         "properties.image"},
        {"short name, another", "Contoso.Test/image", "Contoso.Test/sets", "", ALIAS_FOUND,
         "properties.profile.image"},
        {"newer than the table", "Contoso.Test/things/fresh", "Contoso.Test/things", "",
         ALIAS_FOUND, "properties.fresh"},
    };
    Arena arena;
    arena_init(&arena, SHARED_ARENA_BYTES);
    DiagList diags;
    diag_init(&diags, &arena, STR("aliases.json"));
    AliasTable *table = alias_table_new(&arena);
    uint32_t count = 0;
    CHECK(alias_table_import(table, json_text(&arena, provider), &diags, &count));
    CHECK(count == 6 && diags.count == 0);
    check_rows(table, false, rows, COUNTOF(rows));

    Str tier = STR("Contoso.Test/things/tier");
    CHECK(alias_modifiable(table, tier, STR("")) == ALIAS_MODIFIABLE);
    CHECK(alias_modifiable(table, tier, STR("2018-01-01")) == ALIAS_NOT_MODIFIABLE);
    CHECK(alias_modifiable(table, tier, STR("2020-01-01")) == ALIAS_MODIFIABLE);
    CHECK(alias_modifiable(table, STR("Contoso.Test/image"), STR("")) == ALIAS_NOT_MODIFIABLE);
    CHECK(alias_modifiable(table, STR("Contoso.Test/things/x"), STR("")) ==
          ALIAS_MODIFIABLE_UNKNOWN);
    CHECK(alias_type_is_indexed(table, STR("contoso.test/things")));
    CHECK(!alias_type_is_indexed(table, STR("Contoso.Test/sets")));
    arena_free(&arena);
}

TEST(rows_of_names_and_paths)
{
    static const Row rows[] = {
        {"capitals", "A.B/c/one", "A.B/c", "", ALIAS_FOUND, "properties.first"},
        {"the later row wins", "A.B/c/two", "A.B/c", "", ALIAS_FOUND, "properties.later"},
        {"no path: the rule", "A.B/c/three", "A.B/c", "", ALIAS_FOUND, "properties.three"},
        {"short name for the whole namespace", "A.B/four", "A.B/any", "", ALIAS_FOUND, "four"},
        {"but not beyond", "A.B/four", "A.C/any", "", ALIAS_OTHER_TYPE, ""},
        {"a short name that is known by type stays", "Microsoft.Compute/imageId", VM, "",
         ALIAS_FOUND, "properties.storageProfile.imageReference.id"},
    };
    Arena arena;
    arena_init(&arena, SHARED_ARENA_BYTES);
    DiagList diags;
    diag_init(&diags, &arena, STR("rows.json"));
    AliasTable *table = alias_table_new(&arena);
    alias_table_add_shipped(table);
    uint32_t count = 0;
    CHECK(alias_table_import(
        table,
        json_text(&arena, "[{'Name': 'A.B/c/one', 'DefaultPath': 'properties.first'},"
                          "{'name': 'A.B/c/two', 'defaultPath': 'properties.x'},"
                          "{'a': 'A.B/c/two', 'p': 'properties.later'}, {'a': 'A.B/c/three'},"
                          "{'a': 'A.B/four', 'p': 'four'},"
                          "{'a': 'Microsoft.Compute/imageId', 'p': 'properties.wrong'}]"),
        &diags, &count));
    CHECK(count == 6);
    check_rows(table, false, rows, COUNTOF(rows));

    CHECK(!alias_table_import(table, json_text(&arena, "[1, {'Name': 'x'}, {}]"), &diags, &count));
    CHECK(diags_have(&diags, "alias-row", "an alias list holds objects"));
    CHECK(diags_have(&diags, "alias-row", "a row needs the name of an alias"));
    CHECK(diags.errors == 3);
    arena_free(&arena);
}

TEST(types_without_tags)
{
    static const struct {
        const char *type;
        bool indexed;
    } rows[] = {
        {"Microsoft.Resources/subscriptions", false},
        {"microsoft.resources/subscriptions/resourcegroups", false},
        {"Microsoft.Authorization/roleAssignments", false},
        {"Microsoft.Network/virtualNetworks/subnets", false},
        {"Microsoft.AuthorizationX/things", true},
        {VM, true},
        {"Contoso.Unknown/things", true},
        {"microsoft.powerplatform/environments", true},
    };
    Arena arena;
    arena_init(&arena, SHARED_ARENA_BYTES);
    AliasTable *table = alias_table_new(&arena);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        CHECK_ROW(rows[i].type,
                  alias_type_is_indexed(table, str_from_cstr(rows[i].type)) == rows[i].indexed);
    }
    arena_free(&arena);
}

#define MODIFY(field)                                                                              \
    "{'if': {'field': 'Microsoft.X/short', 'equals': 1}, 'then': {'effect': 'modify', 'details':"  \
    " {'roleDefinitionIds': ['r'], 'operations': [{'operation': 'add', 'field': '" field           \
    "', 'value': 1}]}}}"

TEST(modify_needs_modifiable_aliases)
{
    static const struct {
        const char *row;
        const char *rule;
        bool ok;
    } rows[] = {
        {"not modifiable", MODIFY("Contoso.Test/things/noDefault"), false},
        {"modifiable", MODIFY("Contoso.Test/things/tier"), true},
        {"a tag", MODIFY("tags.a"), true},
        {"no table says", MODIFY("Contoso.Test/things/fresh"), true},
        {"append may",
         "{'if': {'field': 'a', 'equals': 1}, 'then': {'effect': 'append', 'details':"
         " [{'field': 'Contoso.Test/things/noDefault', 'value': 1}]}}",
         true},
    };
    Arena arena;
    arena_init(&arena, SHARED_ARENA_BYTES);
    AliasTable *table = alias_table_new(&arena);
    DiagList diags;
    diag_init(&diags, &arena, STR("aliases.json"));
    uint32_t count = 0;
    CHECK(alias_table_import(table, json_text(&arena, provider), &diags, &count));
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        diag_init(&diags, &arena, STR("rule.json"));
        const Definition *d = NULL;
        CHECK_ROW(rows[i].row,
                  definition_parse_rule(&arena, json_text(&arena, rows[i].rule), &diags, &d));
        CHECK_ROW(rows[i].row, definition_check_aliases(d, table, &diags) == rows[i].ok);
        CHECK_ROW(rows[i].row, rows[i].ok || diags_have(&diags, "not-modifiable",
                                                        "modify may not write \"Contoso"));
    }
    CHECK(!diags_have(&diags, "unknown-alias", ""));
    diag_init(&diags, &arena, STR("rule.json"));
    const Definition *d = NULL;
    CHECK(definition_parse_rule(&arena, json_text(&arena, MODIFY("tags.a")), &diags, &d));
    CHECK(definition_check_aliases(d, table, &diags));
    CHECK(diags_have(&diags, "unknown-alias", "no alias table knows \"Microsoft.X/short\""));
    arena_free(&arena);
}
