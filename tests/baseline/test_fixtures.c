// SPDX-License-Identifier: Apache-2.0
// Every worked example of the shipped baseline through both faces of the engine: the stream that
// `assess` uses, and the single pair that `explain` and `policy test` use.
#include <stdio.h>
#include <string.h>

#include "baseline/dir_files.h"
#include "baseline/fixture.h"
#include "policy/engine.h"
#include "t.h"
#include "json/read.h"
#include "json/write.h"

static const char root[] = "content/baselines/power-platform";

typedef struct Run {
    Arena *arena;
    const AssignedRule *rule;
    const AliasTable *aliases;
    const Fixture *fixture;
    PlanOptions options;
    State streamed; // STATE_NOT_APPLICABLE when the stream says nothing
    bool broken;    // a line of the block could not be read
} Run;

static uint32_t on_row(void *ctx, const ResourceRow *row, const RuleResult *results, uint32_t count)
{
    Run *run = ctx;
    if (count == 1 && str_eq(row->id, json_find_str(run->fixture->resource, STR("id")))) {
        run->streamed = results[0].state;
    }
    return 0;
}

static void on_bad_line(void *ctx, const BadLine *bad)
{
    Run *run = ctx;
    printf("# line %u:%u: %.*s\n", (unsigned)bad->line, bad->column, STR_ARG(bad->reason));
    run->broken = true;
}

static void run_stream(Run *run)
{
    Plan *plan = plan_compile(run->arena, run->rule, 1, run->aliases, &run->options);
    Buf block = {0};
    Str id = json_find_str(run->fixture->resource, STR("id"));
    for (uint32_t i = 0; i < run->fixture->related_count; i++) {
        // A resource that is its own relative stands in the stream once.
        if (!str_eq(json_find_str(run->fixture->related[i], STR("id")), id)) {
            json_write(&block, run->fixture->related[i]);
            buf_byte(&block, '\n');
        }
    }
    json_write(&block, run->fixture->resource);
    buf_byte(&block, '\n');
    buf_reserve(&block, 64);
    run->streamed = STATE_NOT_APPLICABLE;
    PolicySink sink = {.row = on_row, .bad_line = on_bad_line, .ctx = run};
    Worker *worker = worker_open(plan, 0);
    Err err = {0};
    CHECK(worker_run(worker, buf_str(&block), 1, 0, &sink, &err));
    Worker *workers[] = {worker};
    plan_finish(plan, workers, 1, &sink);
    worker_close(worker);
    plan_close(plan);
    buf_free(&block);
}

static State run_pair(Run *run)
{
    Plan *plan = plan_compile(run->arena, run->rule, 1, run->aliases, &run->options);
    PairOutcome outcome;
    Err err = {0};
    bool ok = plan_explain(
        run->arena, plan, 0,
        &(PairInput){run->fixture->resource, run->fixture->related, run->fixture->related_count},
        &outcome, &err);
    plan_close(plan);
    if (!ok) {
        printf("# %s\n", err.text);
        return STATE_ERROR;
    }
    return outcome.applicable ? outcome.state : STATE_NOT_APPLICABLE;
}

// The rule as the baseline assigns it, with the fixture's own parameter values over it.
static AssignedRule with_parameters(Arena *arena, const AssignedRule *rule, const Json *own)
{
    AssignedRule copy = *rule;
    if (own == NULL) {
        return copy;
    }
    uint32_t count = rule->parameters->count;
    JsonMember *members = NEW_ARRAY(arena, JsonMember, count);
    for (uint32_t i = 0; i < count; i++) {
        members[i] = rule->parameters->members[i];
        const Json *value = json_find(own, members[i].key);
        if (value != NULL) {
            members[i].value = *value;
        }
    }
    Json *parameters = NEW(arena, Json);
    *parameters = (Json){.type = JSON_OBJECT, .count = count, .members = members};
    copy.parameters = parameters;
    return copy;
}

static void check_fixture(Run *run, const BaselineRule *rule, const char *path)
{
    const Fixture *fixture = run->fixture;
    Str kind;
    if (fixture_unmeasured(fixture, rule, &kind)) {
        CHECK_ROW(path, fixture->expect == STATE_NOT_MEASURED);
        CHECK_ROW(path, fixture->message.len == 0 || str_eq(fixture->message, kind));
        return;
    }
    CHECK_ROW(path, fixture->resource != NULL);
    if (fixture->resource == NULL) {
        return;
    }
    AssignedRule assigned = with_parameters(run->arena, run->rule, fixture->parameters);
    run->rule = &assigned;
    run_stream(run);
    State pair = run_pair(run);
    State expect = fixture->expect;
    if (fixture->attested) {
        CHECK_ROW(path, fixture->attestation == expect);
        expect = STATE_UNKNOWN; // what the engine knows before anybody vouched
    }
    if (run->streamed != expect || pair != expect) {
        printf("# %s: want %s, stream says %s, pair says %s\n", path, state_name(expect),
               state_name(run->streamed), state_name(pair));
    }
    CHECK_ROW(path, !run->broken);
    CHECK_ROW(path, run->streamed == expect);
    CHECK_ROW(path, pair == expect);
}

typedef struct Rig {
    Arena arena;
    DiagList diags;
    DirFiles dir;
    PackageFiles files;
    const Baseline *baseline;
    AssignedRule *rules;
    uint32_t rule_count;
    AliasTable *aliases;
} Rig;

static void rig_load(Rig *rig)
{
    *rig = (Rig){0};
    arena_init(&rig->arena, (size_t)8 << 30);
    diag_init(&rig->diags, &rig->arena, STR(""));
    rig->dir = (DirFiles){.arena = &rig->arena, .root = root};
    rig->files = dir_files(&rig->dir);
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    ASSERT(baseline_load(&rig->arena, &rig->files, &limits, &rig->diags, &rig->baseline));
    BindInput input = {
        .definitions = rig->baseline->definitions,
        .definition_count = rig->baseline->rule_count,
        .initiatives = &rig->baseline->initiative,
        .initiative_count = 1,
        .assignments = rig->baseline->assignments,
        .assignment_count = rig->baseline->assignment_count,
    };
    ASSERT(assignment_bind(&rig->arena, &input, &rig->diags, &rig->rules, &rig->rule_count));
    rig->aliases = alias_table_new(&rig->arena);
    alias_table_add_shipped(rig->aliases);
}

static void run_rule(Rig *rig, const AssignedRule *assigned)
{
    const BaselineRule *rule = baseline_rule_of(rig->baseline, assigned);
    ASSERT(rule != NULL);
    char folder[256];
    int folder_len =
        snprintf(folder, sizeof(folder), "fixtures/%.*s", STR_ARG(rule->definition->name));
    const Str *paths;
    uint32_t count;
    Err err = {0};
    ASSERT(
        rig->files.list(rig->files.ctx, (Str){folder, (size_t)folder_len}, &paths, &count, &err));
    CHECK_ROW(folder, count >= 3);
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    for (uint32_t i = 0; i < count; i++) {
        Str bytes;
        const Json *json;
        const char *path;
        Run run = {.arena = &rig->arena, .rule = assigned, .aliases = rig->aliases};
        ASSERT(ticks_parse(STR("2026-06-01T12:00:00Z"), &run.options.now));
        ASSERT(str_to_cstr(&rig->arena, paths[i], &path));
        ASSERT(rig->files.read(rig->files.ctx, paths[i], &bytes, &err));
        ASSERT(json_read(&rig->arena, bytes, &limits, &rig->diags, &json));
        ASSERT(fixture_read(&rig->arena, json, &rig->diags, &run.fixture));
        check_fixture(&run, rule, path);
    }
}

TEST(every_example_comes_out_as_it_says)
{
    Rig rig;
    rig_load(&rig);
    CHECK(rig.rule_count >= 40);
    for (uint32_t i = 0; i < rig.rule_count; i++) {
        ArenaMark mark = arena_mark(&rig.arena);
        run_rule(&rig, &rig.rules[i]);
        arena_rewind(&rig.arena, mark);
    }
    arena_free(&rig.arena);
}
