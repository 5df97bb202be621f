// SPDX-License-Identifier: Apache-2.0
// What rows of a block share must not leak from one to the next.
#include "policy/engine.h"
#include "t.h"
#include "json/read.h"

enum { ROWS_MAX = 8 };

typedef struct Seen {
    State states[ROWS_MAX];
    uint32_t count;
} Seen;

static uint32_t take_row(void *ctx, const ResourceRow *row, const RuleResult *results,
                         uint32_t count)
{
    Seen *seen = ctx;
    (void)row;
    ASSERT(seen->count < ROWS_MAX);
    seen->states[seen->count++] = count == 1 ? results[0].state : STATE_COUNT;
    return 0;
}

static void no_bad_line(void *ctx, const BadLine *bad)
{
    (void)ctx;
    (void)bad;
    CHECK(false);
}

static const Definition *rule_from(Arena *arena, Str text)
{
    DiagList diags;
    const JsonLimits limits = JSON_LIMITS_DEFAULT;
    const Json *json = NULL;
    const Definition *definition = NULL;
    diag_init(&diags, arena, (Str){0});
    CHECK(json_read(arena, text, &limits, &diags, &json));
    CHECK(definition_parse_rule(arena, json, &diags, &definition));
    return definition;
}

static Seen run(Str rule_text, Str lines)
{
    Arena arena;
    arena_init(&arena, SIZE_MAX);
    AssignedRule rule = {
        .definition = rule_from(&arena, rule_text), .effect = EFFECT_AUDIT, .preset = STATE_COUNT};
    PlanOptions options = {.raw_paths = true};
    Plan *plan = plan_compile(&arena, &rule, 1, alias_table_new(&arena), &options);
    Worker *worker = worker_open(plan, 0);
    Seen seen = {0};
    PolicySink sink = {.row = take_row, .bad_line = no_bad_line, .ctx = &seen};
    Err err = {0};
    CHECK(worker_run(worker, lines, 1, 0, &sink, &err));
    worker_close(worker);
    plan_close(plan);
    arena_free(&arena);
    return seen;
}

// Who is in no group gets no answer of those who are in one, whoever comes first.
TEST(sweep_tells_rows_in_a_group_from_others)
{
    const Str rule = STR("{\"if\":{\"value\":\"[resourceGroup().managedBy]\",\"equals\":\"v\"},"
                         "\"then\":{\"effect\":\"audit\"}}");
    Seen seen =
        run(rule, STR("{\"type\":\"N.S/t\",\"id\":\"/subscriptions/s/resourceGroups/g/a\"}\n"
                      "{\"type\":\"N.S/t\",\"id\":\"/subscriptions/s/providers/N.S/t/b\"}\n"
                      "{\"type\":\"N.S/t\",\"id\":\"/subscriptions/s/resourceGroups/g/c\"}\n"
                      "{\"type\":\"N.S/t\",\"id\":\"/providers/N.S/t/d\"}\n"));
    CHECK(seen.count == 4);
    CHECK(seen.states[0] == STATE_COMPLIANT);
    CHECK(seen.states[1] == STATE_ERROR);
    CHECK(seen.states[2] == STATE_COMPLIANT);
    CHECK(seen.states[3] == STATE_ERROR);
}

// A count is known of a row only when every element it depends on is.
TEST(sweep_counts_what_it_knows_and_what_it_does_not)
{
    const Str rule =
        STR("{\"if\":{\"count\":{\"field\":\"l[*]\",\"where\":{\"allOf\":["
            "{\"field\":\"l[*].a\",\"equals\":1},{\"not\":{\"field\":\"l[*].b\",\"exists\":true}}]}"
            "},\"greater\":1},\"then\":{\"effect\":\"audit\"}}");
    Seen seen = run(rule, STR("{\"type\":\"N.S/t\",\"l\":[{\"a\":1},{\"a\":1}]}\n"
                              "{\"type\":\"N.S/t\",\"l\":[{\"a\":1},{\"a\":1,\"b\":2}]}\n"
                              "{\"type\":\"N.S/t\",\"l\":[{\"a\":1},{\"a\":2},{\"a\":1}]}\n"
                              "{\"type\":\"N.S/t\",\"l\":[]}\n"
                              "{\"type\":\"N.S/t\",\"l\":[{\"a\":3},{\"a\":1,\"b\":null}]}\n"
                              "{\"type\":\"N.S/t\",\"l\":[{\"a\":1},{\"a\":1},{\"a\":1}]}\n"));
    const State want[] = {STATE_NON_COMPLIANT, STATE_COMPLIANT, STATE_NON_COMPLIANT,
                          STATE_COMPLIANT,     STATE_COMPLIANT, STATE_NON_COMPLIANT};
    CHECK(seen.count == COUNTOF(want));
    for (uint32_t i = 0; i < COUNTOF(want); i++) {
        CHECK(seen.states[i] == want[i]);
    }
}
