// SPDX-License-Identifier: Apache-2.0
// What an existenceCondition reads of the resource that waits for it: what its row tells, and what
// only its text does.
#include "policy/engine.h"
#include "t.h"
#include "json/read.h"

#define RULE(value)                                                                                \
    "{\"if\":{\"field\":\"type\",\"equals\":\"N.S/t\"},\"then\":{\"effect\":\"auditIfNotExists\"," \
    "\"details\":{\"type\":\"N.S/t/c\",\"existenceCondition\":{\"value\":\"" value                 \
    "\",\"equals\":\"eu\"}}}}"

static uint32_t take_deferred(void *ctx, const ResourceRow *row, const RuleResult *results,
                              uint32_t count)
{
    State *state = ctx;
    if (row->deferred && count == 1) {
        *state = results[0].state;
    }
    return 0;
}

static void no_bad_line(void *ctx, const BadLine *bad)
{
    (void)ctx;
    (void)bad;
    CHECK(false);
}

static Plan *plan_of(Arena *arena, const char *text, uint64_t join_bytes_max)
{
    DiagList diags;
    const JsonLimits limits = JSON_LIMITS_DEFAULT;
    const Json *json = NULL;
    const Definition *definition = NULL;
    diag_init(&diags, arena, (Str){0});
    CHECK(json_read(arena, str_from_cstr(text), &limits, &diags, &json));
    CHECK(definition_parse_rule(arena, json, &diags, &definition));
    AssignedRule *rule = NEW(arena, AssignedRule);
    *rule = (AssignedRule){
        .definition = definition, .effect = EFFECT_AUDIT_IF_NOT_EXISTS, .preset = STATE_COUNT};
    AliasTable *aliases = alias_table_new(arena);
    alias_table_add_shipped(aliases);
    PlanOptions options = {.join_bytes_max = join_bytes_max};
    return plan_compile(arena, rule, 1, aliases, &options);
}

static State run_cold(Plan *plan, Str lines)
{
    State state = STATE_COUNT;
    PolicySink sink = {.row = take_deferred, .bad_line = no_bad_line, .ctx = &state};
    Err err = {0};
    Worker *worker = worker_open(plan, 0);
    CHECK(worker_run(worker, lines, 1, 0, &sink, &err));
    plan_finish(plan, &worker, 1, &sink);
    worker_close(worker);
    return state;
}

static State run_loaded(Plan *plan, Str lines)
{
    State state = STATE_COUNT;
    PolicySink sink = {.row = take_deferred, .bad_line = no_bad_line, .ctx = &state};
    Err err = {0};
    Loaded *loaded = loaded_open(plan);
    loaded_add(loaded, lines, 1, &sink);
    CHECK(loaded_assess(loaded, plan, &sink, &err));
    loaded_close(loaded);
    return state;
}

TEST(waiting_resources_tell_what_is_read_of_them)
{
    static const struct {
        const char *row, *rule, *members;
        State want;
    } rows[] = {
        {"another location", RULE("[field('location')]"), "\"location\":\"us\"",
         STATE_NON_COMPLIANT},
        {"no location", RULE("[field('location')]"), "\"x\":1", STATE_NON_COMPLIANT},
        {"a location that is no text", RULE("[concat(field('location'), 'eu')]"), "\"location\":[]",
         STATE_ERROR},
        {"the location", RULE("[field('location')]"), "\"location\":\"eu\"", STATE_COMPLIANT},
        {"the last of two, in any case", RULE("[field('Location')]"),
         "\"location\":\"us\",\"LOCATION\":\"eu\"", STATE_COMPLIANT},
        {"a location with an escape", RULE("[field('location')]"), "\"location\":\"\\u0065u\"",
         STATE_COMPLIANT},
        {"name, type and id",
         RULE("[if(equals(concat(field('name'), field('type'), field('id')), "
              "'nN.S/t/subscriptions/S/resourceGroups/G/providers/N.S/t/n'), "
              "field('location'), 'no')]"),
         "\"location\":\"eu\"", STATE_COMPLIANT},
        {"a tag, without a location", RULE("[field('tags.a')]"), "\"tags\":{\"a\":\"eu\"}",
         STATE_COMPLIANT},
        {"a tag, with one", RULE("[field('tags.a')]"),
         "\"location\":\"us\",\"tags\":{\"a\":\"eu\"}", STATE_COMPLIANT},
        {"the kind beside the location",
         RULE("[if(equals(field('kind'), 'k'), field('location'), "
              "'no')]"),
         "\"location\":\"eu\",\"kind\":\"k\"", STATE_COMPLIANT},
        {"a name that is worked out", RULE("[field(concat('tags.', field('name')))]"),
         "\"location\":\"us\",\"tags\":{\"n\":\"eu\"}", STATE_COMPLIANT},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Arena arena;
        arena_init(&arena, SIZE_MAX);
        const char *id = "/subscriptions/S/resourceGroups/G/providers/N.S/t/n";
        Buf lines = {0};
        buf_printf(&lines, "{\"type\":\"N.S/t\",\"id\":\"%s\",\"name\":\"n\",%s}\n", id,
                   rows[i].members);
        buf_printf(&lines, "{\"type\":\"N.S/t/c\",\"id\":\"%s/c/k\",\"name\":\"k\"}\n", id);
        Plan *plan = plan_of(&arena, rows[i].rule, 0);
        CHECK_ROW(rows[i].row, run_cold(plan, buf_str(&lines)) == rows[i].want);
        CHECK_ROW(rows[i].row, run_loaded(plan, buf_str(&lines)) == rows[i].want);
        plan_close(plan);
        buf_free(&lines);
        arena_free(&arena);
    }
}

TEST(waiting_resources_need_memory)
{
    const Str lines = STR("{\"type\":\"N.S/t\",\"id\":\"/subscriptions/S/t/n\",\"name\":\"n\"}\n");
    const char *rule = RULE("[field('location')]");
    const struct {
        const char *row;
        uint64_t bytes_max;
        bool want;
    } rows[] = {{"less than the table begins with", 1024, false}, {"enough", 1 << 20, true}};
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Arena arena;
        arena_init(&arena, SIZE_MAX);
        Plan *plan = plan_of(&arena, rule, rows[i].bytes_max);
        State state = STATE_COUNT;
        PolicySink sink = {.row = take_deferred, .bad_line = no_bad_line, .ctx = &state};
        Err err = {0};
        Worker *worker = worker_open(plan, 0);
        CHECK_ROW(rows[i].row, worker_run(worker, lines, 1, 0, &sink, &err) == rows[i].want);
        CHECK_ROW(rows[i].row, rows[i].want || err.kind == ERR_LIMIT);
        CHECK_ROW(rows[i].row,
                  rows[i].want || str_eq(str_from_cstr(err.text),
                                         STR("related resources need more than 1024 bytes of "
                                             "memory (--max-memory)")));
        worker_close(worker);
        plan_close(plan);
        arena_free(&arena);
    }
}
