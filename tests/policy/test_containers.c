// SPDX-License-Identifier: Apache-2.0
#include "policy/containers.h"

#include "policy/engine.h"
#include "t.h"
#include "json/read.h"

static const Str lines[] = {
    STR_INIT(
        "{\"type\":\"Microsoft.Resources/subscriptions/resourceGroups\",\"id\":\"/subscriptions/"
        "s/resourceGroups/A\",\"tags\":{\"k\":\"old\"}}"),
    STR_INIT("{\"type\":\"microsoft.resources/resourcegroups\",\"id\":\"/subscriptions/S/"
             "resourcegroups/a\",\"tags\":{\"k\":\"v\"}}"),
    STR_INIT("{\"type\":\"Microsoft.Resources/subscriptions\",\"id\":\"/subscriptions/s\"}"),
    STR_INIT("{\"type\":\"Microsoft.Resources/deployments\",\"id\":\"/subscriptions/s/x\"}"),
    STR_INIT("{\"type\":\"Microsoft.Resources/subscriptions\",\"id\":7}"),
    STR_INIT("{\"type\":\"Microsoft.Resources/subscriptions\",\"id\":\"/subscriptions/t\""),
    STR_INIT("{\"note\":\"Microsoft.Resources/subscriptions\"}"),
};

static void offer_all(Containers *containers, Arena *arena)
{
    const JsonLimits limits = JSON_LIMITS_DEFAULT;
    containers_init(containers, arena);
    for (size_t i = 0; i < COUNTOF(lines); i++) {
        containers_offer(containers, lines[i], &limits);
    }
}

TEST(containers_keep_groups_and_subscriptions_alone)
{
    Arena arena;
    Containers containers;
    arena_init(&arena, SIZE_MAX);
    offer_all(&containers, &arena);
    CHECK(containers.by_id.count == 2);
    CHECK(containers_find(&containers, STR("/subscriptions/s/x")) == NULL);
    CHECK(containers_find(&containers, STR("/subscriptions/t")) == NULL);
    CHECK(containers_find(&containers, STR("/SUBSCRIPTIONS/S")) != NULL);
    const Json *group = containers_find(&containers, STR("/subscriptions/s/resourceGroups/A"));
    CHECK(str_eq(json_find_str(json_find(group, STR("tags")), STR("k")), STR("v")));
    arena_free(&arena);
}

static const Definition *definition_of(Arena *arena, Str value)
{
    DiagList diags;
    const JsonLimits limits = JSON_LIMITS_DEFAULT;
    const Json *json = NULL;
    const Definition *definition = NULL;
    Buf text = {0};
    diag_init(&diags, arena, (Str){0});
    buf_printf(&text,
               "{\"if\":{\"value\":\"%.*s\",\"equals\":\"v\"},\"then\":{\"effect\":\"audit\"}}",
               STR_ARG(value));
    Str kept = str_copy(arena, buf_str(&text));
    buf_free(&text);
    bool parsed = json_read(arena, kept, &limits, &diags, &json) &&
                  definition_parse_rule(arena, json, &diags, &definition);
    CHECK(parsed);
    return definition;
}

typedef struct Seen {
    State state;
    Str message;
    Arena *arena;
} Seen;

static uint32_t take_row(void *ctx, const ResourceRow *row, const RuleResult *results,
                         uint32_t count)
{
    Seen *seen = ctx;
    (void)row;
    seen->state = count == 1 ? results[0].state : STATE_COUNT;
    seen->message = count == 1 ? str_copy(seen->arena, results[0].message) : (Str){0};
    return 0;
}

static void no_bad_line(void *ctx, const BadLine *bad)
{
    (void)ctx;
    (void)bad;
    CHECK(false);
}

TEST(containers_answer_scope_functions)
{
    static const struct {
        const char *row;
        Str value, resource;
        bool asks;
        State want;
        Str message;
    } rows[] = {
        {"tags of a group that is not there", STR_INIT("[resourceGroup().tags['k']]"),
         STR_INIT("/subscriptions/s/resourceGroups/b/providers/N.S/t/n"), true, STATE_NOT_MEASURED,
         STR_INIT(
             "'tags' of /subscriptions/s/resourceGroups/b is not known: the resource itself is "
             "not in the input")},
        {"location of a subscription that is there without one",
         STR_INIT("[subscription().displayName]"),
         STR_INIT("/subscriptions/s/resourceGroups/a/providers/N.S/t/n"), true, STATE_ERROR,
         STR_INIT("there is no property 'displayName'; tryGet(…, 'displayName') would give null")},
        {"managedBy of a group that is not there", STR_INIT("[resourceGroup().managedBy]"),
         STR_INIT("/subscriptions/s/resourceGroups/b/providers/N.S/t/n"), false, STATE_COMPLIANT,
         STR_INIT("")},
        {"the name, from the id", STR_INIT("[resourceGroup().name]"),
         STR_INIT("/subscriptions/s/resourceGroups/v/providers/N.S/t/n"), false,
         STATE_NON_COMPLIANT, STR_INIT("")},
        {"tags of a group that is there", STR_INIT("[resourceGroup().tags['k']]"),
         STR_INIT("/subscriptions/s/resourceGroups/a/providers/N.S/t/n"), true, STATE_NON_COMPLIANT,
         STR_INIT("")},
        {"a tag that is not", STR_INIT("[resourceGroup().tags['other']]"),
         STR_INIT("/subscriptions/s/resourceGroups/a/providers/N.S/t/n"), true, STATE_COMPLIANT,
         STR_INIT("")},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Arena arena;
        Containers containers;
        arena_init(&arena, SIZE_MAX);
        offer_all(&containers, &arena);
        const Definition *definition = definition_of(&arena, rows[i].value);
        CHECK_ROW(rows[i].row, definition_reads_containers(definition) == rows[i].asks);
        AssignedRule rule = {
            .definition = definition, .effect = EFFECT_AUDIT, .preset = STATE_COUNT};
        PlanOptions options = {.containers = &containers};
        Plan *plan = plan_compile(&arena, &rule, 1, alias_table_new(&arena), &options);
        Worker *worker = worker_open(plan, 0);
        Seen seen = {.state = STATE_COUNT, .arena = &arena};
        PolicySink sink = {.row = take_row, .bad_line = no_bad_line, .ctx = &seen};
        Buf line = {0};
        buf_printf(&line, "{\"type\":\"N.S/t\",\"id\":\"%.*s\"}", STR_ARG(rows[i].resource));
        Err err = {0};
        CHECK(worker_run(worker, buf_str(&line), 1, 0, &sink, &err));
        CHECK_ROW(rows[i].row, seen.state == rows[i].want);
        CHECK_ROW(rows[i].row, str_eq(seen.message, rows[i].message));
        buf_free(&line);
        worker_close(worker);
        plan_close(plan);
        arena_free(&arena);
    }
}
