// SPDX-License-Identifier: Apache-2.0
#include "policy/scope.h"

#include "policy/shared.h"
#include "t.h"

TEST(scope_contains)
{
    static const struct {
        const char *row;
        Str scope;
        Str id;
        bool want;
    } rows[] = {
        {"another", STR_INIT("/subscriptions/a"), STR_INIT("/subscriptions/b"), false},
        {"a longer name", STR_INIT("/subscriptions/a"), STR_INIT("/subscriptions/ab"), false},
        {"above", STR_INIT("/subscriptions/a/resourceGroups/g"), STR_INIT("/subscriptions/a"),
         false},
        {"nothing is below it", STR_INIT("/subscriptions/a"), STR_INIT(""), false},
        {"itself", STR_INIT("/subscriptions/a"), STR_INIT("/subscriptions/a"), true},
        {"below", STR_INIT("/subscriptions/a"), STR_INIT("/subscriptions/a/resourceGroups/g"),
         true},
        {"ignoring case", STR_INIT("/Subscriptions/A"), STR_INIT("/subscriptions/a/x"), true},
        {"slash at the end", STR_INIT("/subscriptions/a/"), STR_INIT("/subscriptions/a/x"), true},
        {"root", STR_INIT("/"), STR_INIT("/tenants/t"), true},
        {"empty", STR_INIT(""), STR_INIT("/tenants/t"), true},
        {"tenant", STR_INIT("/tenants/t"), STR_INIT("/tenants/t/environments/e"), true},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        CHECK_ROW(rows[i].row, scope_contains(rows[i].scope, rows[i].id) == rows[i].want);
    }
}

TEST(scope_of_extension)
{
    static const struct {
        const char *row;
        Str id;
        Str want;
    } rows[] = {
        {"none", STR_INIT("/subscriptions/a"), STR_INIT("")},
        {"of another provider", STR_INIT("/subscriptions/a/providers/M.X/locks/l"), STR_INIT("")},
        {"subscription",
         STR_INIT("/subscriptions/a/providers/microsoft.authorization/policyassignments/p"),
         STR_INIT("/subscriptions/a")},
        {"on a resource",
         STR_INIT("/subscriptions/a/resourceGroups/g/providers/M.X/y/z/providers/"
                  "Microsoft.Authorization/policyAssignments/p"),
         STR_INIT("/subscriptions/a/resourceGroups/g/providers/M.X/y/z")},
        {"tenant root", STR_INIT("/providers/Microsoft.Authorization/policyAssignments/p"),
         STR_INIT("/")},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Str got = scope_of_extension(rows[i].id, STR("Microsoft.Authorization/policyAssignments/"));
        CHECK_ROW(rows[i].row, str_eq(got, rows[i].want));
    }
}

static const Assignment *assignment_of(Arena *arena, const char *text)
{
    DiagList diags;
    diag_init(&diags, arena, STR("a.json"));
    const Assignment *assignment = NULL;
    bool ok = assignment_parse(arena, json_text(arena, text), &diags, &assignment);
    diags_print(&diags);
    ASSERT(ok);
    return assignment;
}

TEST(assignment_covers)
{
    Arena arena;
    arena_init(&arena, SHARED_ARENA_BYTES);
    const Assignment *a = assignment_of(
        &arena,
        "{'id': '/subscriptions/s/providers/Microsoft.Authorization/policyAssignments/p',"
        " 'properties': {'policyDefinitionId': 'd', 'notScopes': ['/subscriptions/s/resourceGroups/"
        "out'], 'resourceSelectors': [{'name': 'one', 'selectors': [{'kind': 'resourceLocation',"
        " 'in': ['East US 2', 'westeurope']}, {'kind': 'resourceType', 'notIn': ['M.X/skip']}]},"
        " {'selectors': [{'kind': 'resourceWithoutLocation', 'in': "
        "['subscriptionLevelResources']}]}"
        "]}}");
    static const struct {
        const char *row;
        Str id;
        Str type;
        Str location;
        bool want;
    } rows[] = {
        {"outside", STR_INIT("/subscriptions/t/x"), STR_INIT("M.X/a"), STR_INIT("eastus2"), false},
        {"excluded", STR_INIT("/subscriptions/s/resourceGroups/OUT/x"), STR_INIT("M.X/a"),
         STR_INIT("eastus2"), false},
        {"elsewhere", STR_INIT("/subscriptions/s/x"), STR_INIT("M.X/a"), STR_INIT("eastus"), false},
        {"type left out", STR_INIT("/subscriptions/s/x"), STR_INIT("m.x/SKIP"), STR_INIT("eastus2"),
         false},
        {"there", STR_INIT("/subscriptions/s/x"), STR_INIT("M.X/a"), STR_INIT("EastUS2"), true},
        {"there, with spaces", STR_INIT("/subscriptions/s/x"), STR_INIT("M.X/a"),
         STR_INIT("West Europe"), true},
        {"without location", STR_INIT("/subscriptions/s"), STR_INIT("M.X/a"), STR_INIT(""), true},
        {"without location, a group", STR_INIT("/subscriptions/s/resourcegroups/g"),
         STR_INIT("M.X/a"), STR_INIT(""), true},
        {"without location, in a group",
         STR_INIT("/subscriptions/s/resourceGroups/g/providers/M.X/a/n"), STR_INIT("M.X/a"),
         STR_INIT(""), false},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        CHECK_ROW(rows[i].row,
                  assignment_covers(a, &(Subject){.id = rows[i].id,
                                                  .type = rows[i].type,
                                                  .location = rows[i].location}) == rows[i].want);
    }
    CHECK(str_eq(a->scope, STR("/subscriptions/s")) && a->enforced);
    arena_free(&arena);
}

// What is known of resources here: one production and one developer environment, and a connector.
static Str fact_of(const void *ctx, SelectorKind kind, Str id, Str type)
{
    (void)ctx;
    bool in_e1 = scope_contains(STR("/tenants/t/environments/e1"), id);
    bool in_e2 = scope_contains(STR("/tenants/t/environments/e2"), id);
    if (kind == SELECTOR_ENVIRONMENT_TYPE) {
        return in_e1 ? STR("production") : in_e2 ? STR("developer") : STR("");
    }
    if (kind == SELECTOR_CONNECTOR_TIER) {
        return str_eq(type, STR("connector")) ? STR("premium") : STR("");
    }
    return kind == SELECTOR_CRITICALITY_TIER && in_e1 ? STR("mission-critical") : STR("");
}

TEST(selectors_ask_for_facts)
{
    static const struct {
        const char *row;
        const char *selectors;
        Str id;
        Str type;
        bool known; // facts are given
        bool want;
    } rows[] = {
        {"in, another", "{'kind':'environmentType','in':['production']}",
         STR_INIT("/tenants/t/environments/e2/x"), STR_INIT("x"), true, false},
        {"in, not in any", "{'kind':'environmentType','in':['production']}", STR_INIT("/tenants/t"),
         STR_INIT("x"), true, false},
        {"in, nothing is known", "{'kind':'environmentType','in':['production']}",
         STR_INIT("/tenants/t/environments/e1/x"), STR_INIT("x"), false, false},
        {"in", "{'kind':'environmentType','in':['developer','Production']}",
         STR_INIT("/tenants/t/environments/e1/x"), STR_INIT("x"), true, true},
        {"not in, the one", "{'kind':'environmentType','notIn':['production']}",
         STR_INIT("/tenants/t/environments/e1"), STR_INIT("x"), true, false},
        {"not in, another", "{'kind':'environmentType','notIn':['production']}",
         STR_INIT("/tenants/t/environments/e2"), STR_INIT("x"), true, true},
        {"not in, of no environment", "{'kind':'environmentType','notIn':['production']}",
         STR_INIT("/tenants/t/settings"), STR_INIT("x"), true, true},
        {"two kinds, one holds",
         "{'kind':'environmentType','in':['production']},{'kind':'criticalityTier','in':['low']}",
         STR_INIT("/tenants/t/environments/e1/x"), STR_INIT("x"), true, false},
        {"two kinds, both hold",
         "{'kind':'environmentType','in':['production']},{'kind':'criticalityTier','in':["
         "'mission-critical']}",
         STR_INIT("/tenants/t/environments/e1/x"), STR_INIT("x"), true, true},
        {"tier of a connector", "{'kind':'connectorTier','in':['premium','custom']}",
         STR_INIT("/tenants/t/c"), STR_INIT("connector"), true, true},
        {"an app of no type", "{'kind':'appType','in':['canvas']}", STR_INIT("/tenants/t/c"),
         STR_INIT("connector"), true, false},
    };
    static const ResourceFacts facts = {.find = fact_of};
    Arena arena;
    arena_init(&arena, SHARED_ARENA_BYTES);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Buf text = {0};
        buf_printf(&text,
                   "{'policyDefinitionId': 'd', 'scope': '/tenants', 'resourceSelectors':"
                   " [{'selectors': [%s]}]}",
                   rows[i].selectors);
        buf_byte(&text, '\0');
        const Assignment *a = assignment_of(&arena, text.ptr);
        buf_free(&text);
        Subject subject = {
            .id = rows[i].id, .type = rows[i].type, .facts = rows[i].known ? &facts : NULL};
        CHECK_ROW(rows[i].row, assignment_covers(a, &subject) == rows[i].want);
    }
    arena_free(&arena);
}

// Which subscriptions are in a management group is not in their ids: what is given is taken to be.
TEST(management_groups)
{
    Arena arena;
    arena_init(&arena, SHARED_ARENA_BYTES);
    const Assignment *a = assignment_of(
        &arena, "{'policyDefinitionId': 'd', 'enforcementMode': 'DoNotEnforce', 'scope':"
                " '/providers/Microsoft.Management/managementGroups/m', 'notScopes':"
                " ['/providers/Microsoft.Management/managementGroups/n']}");
    CHECK(assignment_covers(a, &(Subject){.id = STR("/subscriptions/s/x"), .type = STR("M.X/a")}));
    CHECK(assignment_covers(
        a, &(Subject){.id = STR("/providers/microsoft.management/managementGroups/M"),
                      .type = STR("")}));
    CHECK(!assignment_covers(
        a, &(Subject){.id = STR("/providers/Microsoft.Management/managementGroups/other"),
                      .type = STR("")}));
    CHECK(!a->enforced);
    arena_free(&arena);
}

TEST(assignments_are_refused)
{
    static const struct {
        const char *row;
        const char *json;
        const char *code;
        const char *text;
    } rows[] = {
        {"no object", "[]", "not-an-object", "an assignment must be an object"},
        {"no definition", "{}", "missing-key", "an assignment needs a policyDefinitionId"},
        {"enforcement", "{'policyDefinitionId': 'd', 'enforcementMode': 'Maybe'}", "bad-value",
         "Default or DoNotEnforce, not \"Maybe\""},
        {"scopes no array", "{'policyDefinitionId': 'd', 'notScopes': 'x'}", "wrong-type",
         "\"notScopes\" must be an array, not a string"},
        {"scope no string", "{'policyDefinitionId': 'd', 'notScopes': [1]}", "wrong-type",
         "an entry of \"notScopes\" must be a string"},
        {"kind of selector",
         "{'policyDefinitionId': 'd', 'resourceSelectors': [{'selectors': [{'kind': 'colour', 'in':"
         " []}]}]}",
         "selector-kind", "\"colour\" is not a kind of selector here; known: resourceLocation"},
        {"both lists",
         "{'policyDefinitionId': 'd', 'resourceSelectors': [{'selectors': [{'kind': 'resourceType',"
         " 'in': ['a'], 'notIn': ['b']}]}]}",
         "selector-values", "either in or notIn"},
        {"kind twice",
         "{'policyDefinitionId': 'd', 'resourceSelectors': [{'selectors': [{'kind': 'resourceType',"
         " 'in': ['a']}, {'kind': 'resourceType', 'in': ['b']}]}]}",
         "selector-kind", "used twice"},
        {"with and without location",
         "{'policyDefinitionId': 'd', 'resourceSelectors': [{'selectors': [{'kind':"
         " 'resourceLocation', 'in': ['a']}, {'kind': 'resourceWithoutLocation', 'in':"
         " ['subscriptionLevelResources']}]}]}",
         "selector-kind", "exclude each other"},
        {"without location where",
         "{'policyDefinitionId': 'd', 'resourceSelectors': [{'selectors': [{'kind':"
         " 'resourceWithoutLocation', 'in': ['moon']}]}]}",
         "bad-value", "knows subscriptionLevelResources, not \"moon\""},
        {"a word a kind does not know",
         "{'policyDefinitionId': 'd', 'resourceSelectors': [{'selectors': [{'kind':"
         " 'environmentType', 'notIn': ['prod']}]}]}",
         "bad-value", "default, production, sandbox, developer, trial, teams, not \"prod\""},
        {"kind of override", "{'policyDefinitionId': 'd', 'overrides': [{'kind': 'x'}]}",
         "bad-value", "policyEffect or policyVersion"},
        {"override of nothing",
         "{'policyDefinitionId': 'd', 'overrides': [{'kind': 'policyEffect'}]}", "missing-key",
         "an override needs a value"},
        {"override effect",
         "{'policyDefinitionId': 'd', 'overrides': [{'kind': 'policyEffect', 'value': 'stop'}]}",
         "unknown-effect", "\"stop\" is not an effect"},
        {"override selector",
         "{'policyDefinitionId': 'd', 'overrides': [{'kind': 'policyVersion', 'value': '1.*.*',"
         " 'selectors': [{'kind': 'policyDefinitionReferenceId', 'in': ['a']}]}]}",
         "selector-kind", "not a kind of selector here; known: resourceLocation"},
        {"message", "{'policyDefinitionId': 'd', 'nonComplianceMessages': ['x']}", "not-an-object",
         "a non-compliance message"},
        {"message without text", "{'policyDefinitionId': 'd', 'nonComplianceMessages': [{}]}",
         "missing-key", "needs a message"},
        {"a scope that is no id", "{'policyDefinitionId': 'd', 'scope': 'subscriptions/s'}",
         "bad-value", "\"subscriptions/s\" is not a scope: an id begins with"},
        {"left out what is no id",
         "{'policyDefinitionId': 'd', 'scope': '/', 'notScopes': ['/a', 'rg']}", "bad-value",
         "\"rg\" is not a scope"},
        {"a version of letters", "{'policyDefinitionId': 'd', 'definitionVersion': 'latest'}",
         "bad-value", "\"latest\" is not a version; write 1.*.*"},
        {"a version of four", "{'policyDefinitionId': 'd', 'definitionVersion': '1.2.3.4'}",
         "bad-value", "\"1.2.3.4\" is not a version"},
        {"a version with a gap",
         "{'policyDefinitionId': 'd', 'overrides': [{'kind': 'policyVersion', 'value': '1..*'}]}",
         "bad-value", "\"1..*\" is not a version"},
        {"a parameter twice",
         "{'policyDefinitionId': 'd', 'parameters': {'p': {'value': 1}, 'P': {'value': 2}}}",
         "duplicate-key", "\"P\" is here twice"},
        {"twice", "{'policyDefinitionId': 'd', 'properties': {'policyDefinitionId': 'e'}}",
         "duplicate-key", "is here twice"},
    };
    Arena arena;
    arena_init(&arena, SHARED_ARENA_BYTES);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        DiagList diags;
        diag_init(&diags, &arena, STR("a.json"));
        const Assignment *a = NULL;
        CHECK_ROW(rows[i].row,
                  !assignment_parse(&arena, json_text(&arena, rows[i].json), &diags, &a));
        CHECK_ROW(rows[i].row, diags_have(&diags, rows[i].code, rows[i].text));
    }
    arena_free(&arena);
}

// One at and one past the limits of lists.
TEST(list_limits)
{
    static const struct {
        const char *before;
        const char *item;
        const char *after;
        const char *code;
        int max;
    } rows[] = {
        {"{\"policyDefinitionId\":\"d\",\"overrides\":[",
         "{\"kind\":\"policyEffect\",\"value\":\"audit\"}", "]}", "limit-overrides", 10},
        {"{\"policyDefinitionId\":\"d\",\"resourceSelectors\":[", "{}", "]}", "limit-selectors",
         10},
        {"{\"policyDefinitionId\":\"d\",\"resourceSelectors\":[{\"selectors\":[{\"kind\":"
         "\"resourceType\",\"in\":[",
         "\"a\"", "]}]}]}", "limit-selector-values", 50},
    };
    Arena arena;
    arena_init(&arena, SHARED_ARENA_BYTES);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        for (int extra = 0; extra < 2; extra++) {
            char text[4096];
            int len = snprintf(text, sizeof text, "%s", rows[i].before);
            for (int k = 0; k < rows[i].max + extra; k++) {
                len += snprintf(text + len, sizeof text - (size_t)len, "%s%s", k != 0 ? "," : "",
                                rows[i].item);
            }
            (void)snprintf(text + len, sizeof text - (size_t)len, "%s", rows[i].after);
            DiagList diags;
            diag_init(&diags, &arena, STR("a.json"));
            const Assignment *a = NULL;
            bool ok = assignment_parse(&arena, json_text(&arena, text), &diags, &a);
            CHECK_ROW(rows[i].code, ok == (extra == 0));
            CHECK_ROW(rows[i].code, diags_have(&diags, rows[i].code, "") == (extra == 1));
        }
    }
    arena_free(&arena);
}
