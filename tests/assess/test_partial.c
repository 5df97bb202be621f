// SPDX-License-Identifier: Apache-2.0
// "There is none" is a fact about a whole kind: where the kind was not read, or not to its end, a
// rule that looks for a related resource must be NotMeasured; one that found it stays Compliant.
#include <string.h>

#include "assess/assess.h"
#include "base/buf.h"
#include "t.h"
#include "json/read.h"

#define TENANT "11111111-2222-4333-8444-555555555555"
#define POLICY(state)                                                                              \
    "{\"id\":\"0f9d27b6-4c18-4ae3-8b70-d5e1a6c39f01\",\"displayName\":\"p\",\"state\":\"" state    \
    "\",\"conditions\":{\"users\":{\"includeUsers\":[\"All\"]},\"applications\":{"                 \
    "\"includeApplications\":[\"All\"]}},\"grantControls\":{\"operator\":\"OR\","                  \
    "\"builtInControls\":[\"mfa\"]}}"
#define CONTEXT                                                                                    \
    "\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#identity/"                    \
    "conditionalAccess/policies\","

static const char rule_text[] =
    "{\"name\":\"needs-one\",\"properties\":{\"mode\":\"All\",\"metadata\":{\"requires\":{"
    "\"kinds\":"
    "[\"graph-conditionalaccess\"]}},\"policyRule\":{\"if\":{\"field\":\"type\",\"equals\":"
    "\"datumline/tenant\"},\"then\":{\"effect\":\"auditIfNotExists\",\"details\":{\"type\":"
    "\"datumline/conditionalAccessPolicy\",\"existenceScope\":\"Subscription\","
    "\"existenceCondition\":{\"field\":\"datumline/conditionalAccessPolicy/state\",\"equals\":"
    "\"enabled\"}}}}}}";

typedef struct Outcome {
    uint32_t by_state[STATE_COUNT];
    char reason[200];
} Outcome;

static void on_finding(void *ctx, const Finding *finding)
{
    Outcome *outcome = ctx;
    size_t room = sizeof outcome->reason - 1;
    size_t len = finding->message.len < room ? finding->message.len : room;
    if (len != 0) {
        memcpy(outcome->reason, finding->message.ptr, len);
    }
}

static void on_bad(void *ctx, const BadSource *bad)
{
    (void)ctx;
    (void)bad;
}

static const AssignedRule *bind_rule(Arena *arena, AliasTable **ret_aliases)
{
    DiagList diags;
    diag_init(&diags, arena, STR("rule.json"));
    const Json *json = NULL;
    const Definition *definition = NULL;
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    CHECK(json_read(arena, str_from_cstr(rule_text), &limits, &diags, &json));
    CHECK(definition_parse(arena, json, &diags, &definition));
    *ret_aliases = alias_table_new(arena);
    BindInput input = {.definitions = &definition, .definition_count = 1};
    AssignedRule *rules = NULL;
    uint32_t count = 0;
    CHECK(assignment_bind(arena, &input, &diags, &rules, &count) && count == 1);
    return rules;
}

static const Inventory *take_in(Arena *arena, const char *file, const char *body)
{
    InventoryOptions options = {.tenant_id = STR(TENANT), .limits = JSON_LIMITS_DEFAULT};
    Inventory *inventory = inventory_new(arena, &options);
    inventory_add(inventory, STR("tenant.json"),
                  STR("{\"id\":\"/providers/Microsoft.BusinessAppPlatform/tenant\",\"tenantId\":"
                      "\"" TENANT "\",\"type\":\"datumline/tenant\"}"));
    inventory_add(inventory, STR("users.json"),
                  STR("{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#users\","
                      "\"value\":[{\"id\":\"3c1d2e4f-0000-4000-8000-000000000001\",\"userType\":"
                      "\"Member\",\"userPrincipalName\":\"a@x.example\"}]}"));
    if (body != NULL) {
        inventory_add(inventory, str_from_cstr(file), str_from_cstr(body));
    }
    DiagList diags;
    diag_init(&diags, arena, (Str){0});
    inventory_finish(inventory, &diags);
    return inventory;
}

static void measure(const char *file, const char *body, Outcome *ret_outcome)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 28);
    AliasTable *aliases = NULL;
    const AssignedRule *rule = bind_rule(&arena, &aliases);
    const Inventory *inventory = take_in(&arena, file, body);
    PlanOptions options = {.limits = JSON_LIMITS_DEFAULT};
    Plan *plan = plan_compile(&arena, rule, 1, aliases, &options);
    bool deferred = plan_rule_is_deferred(plan, 0);
    CHECK(deferred);
    AssessInput input = {.model = assess_model_build(&arena, rule, 1, &deferred, NULL),
                         .inventory = inventory};
    Assess *assess = assess_open(&input, 1);
    FindingOut out = {.finding = on_finding, .bad_source = on_bad, .ctx = ret_outcome};
    assess_begin_block(assess, 0, &(AssessBlock){.out = out});
    assess_begin_block(assess, 1, &(AssessBlock){.index = 1, .given = true, .out = out});
    Worker *worker = worker_open(plan, 0);
    PolicySink sink = assess_sink(assess, 0);
    PolicySink last = assess_sink(assess, 1);
    Buf lines = {0};
    inventory_write(&lines, inventory);
    Err err = {0};
    AssessTotals totals = {0};
    CHECK(worker_run(worker, buf_str(&lines), 1, 0, &sink, &err));
    plan_finish(plan, &worker, 1, &last);
    CHECK(assess_finish(assess, &out, &totals, &err));
    for (uint32_t s = 0; s < STATE_COUNT; s++) {
        ret_outcome->by_state[s] = (uint32_t)totals.rules[0].of[s].count;
    }
    buf_free(&lines);
    worker_close(worker);
    assess_close(assess);
    plan_close(plan);
    arena_free(&arena);
}

TEST(none_found_among_what_was_read_is_no_answer)
{
    static const char file[] = "conditional-access.json";
    static const struct {
        const char *row, *body;
        State want;
        const char *reason;
    } rows[] = {
        {"not given", NULL, STATE_NOT_MEASURED, "graph-conditionalaccess: no input"},
        {"refused", "{\"error\":{\"code\":\"Forbidden\",\"message\":\"no\"}}", STATE_NOT_MEASURED,
         "graph-conditionalaccess"},
        {"empty, which it cannot be", "{" CONTEXT "\"value\":[]}", STATE_NOT_MEASURED,
         "graph-conditionalaccess: suspect"},
        {"more pages, none found",
         "{" CONTEXT "\"@odata.nextLink\":\"https://x/?p=2\",\"value\":[" POLICY("disabled") "]}",
         STATE_NOT_MEASURED, "graph-conditionalaccess: partial"},
        {"cut off, none found", "{" CONTEXT "\"value\":[" POLICY("disabled") ",{\"id\":",
         STATE_NOT_MEASURED, "graph-conditionalaccess"},
        {"more pages, found",
         "{" CONTEXT "\"@odata.nextLink\":\"https://x/?p=2\",\"value\":[" POLICY("enabled") "]}",
         STATE_COMPLIANT, ""},
        {"whole, none found", "{" CONTEXT "\"value\":[" POLICY("disabled") "]}",
         STATE_NON_COMPLIANT, "no related"},
        {"whole, found", "{" CONTEXT "\"value\":[" POLICY("enabled") "]}", STATE_COMPLIANT, ""},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Outcome outcome = {0};
        measure(file, rows[i].body, &outcome);
        for (uint32_t s = 0; s < STATE_COUNT; s++) {
            CHECK_ROW(rows[i].row, outcome.by_state[s] == (s == (uint32_t)rows[i].want ? 1 : 0));
        }
        CHECK_ROW(rows[i].row, strstr(outcome.reason, rows[i].reason) != NULL);
    }
}
