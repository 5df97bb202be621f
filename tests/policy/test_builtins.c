// SPDX-License-Identifier: Apache-2.0
// The engine against the reference evaluator on published definitions, when they are at hand
// (DATUM_SHARED, or ../shared beside the checkout): each over a few resources made for it.
// Without them the test says so and passes.
#include "t.h"

#include "policy/diff_pair.h"
#include "policy/gen_arm.h"
#include "policy/shared.h"

enum { PER_RULE = 2, REPORTS_MAX = 8 };

typedef struct Tally {
    uint64_t pairs;
    uint64_t definitions;
    uint64_t rejected;
    uint64_t disagreed;
    uint64_t states[STATE_COUNT];
} Tally;

static void run_pair(Arena *arena, const DiffInput *in, Str id, uint64_t seed, Tally *tally)
{
    RefOutcome ref;
    Str text = {NULL, 0};
    DiffResult result = diff_run(arena, in, &ref, &text);
    tally->pairs++;
    if (result == DIFF_REJECTED) {
        tally->rejected++;
        return;
    }
    tally->states[ref.state]++;
    if (result == DIFF_DISAGREE && tally->disagreed++ < REPORTS_MAX) {
        char name[256];
        (void)snprintf(name, sizeof name, "%.*s seed %llu", STR_ARG(id), (unsigned long long)seed);
        diff_report(arena, in, name);
    }
}

static void run_definition(const AliasTable *aliases, Str line, uint64_t number, Tally *tally)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 30);
    const Json *json = diff_json(&arena, line);
    DiagList diags;
    diag_init(&diags, &arena, (Str){NULL, 0});
    const Definition *definition = NULL;
    AssignedRule rule;
    Err err = {0};
    Ticks now = 0;
    CHECK(ticks_parse(STR("2025-01-15T12:00:00Z"), &now));
    PlanOptions options = {.now = now};
    bool ok = definition_parse(&arena, json, &diags, &definition);
    CHECK_ROW("a published definition parses", ok);
    if (ok && !definition_is_static(definition) && definition->mode_kind != MODE_CONSTRAINT) {
        const Json *parameters = arm_parameters(&arena, definition);
        ok = pair_rule(&arena, definition, parameters, NULL, &rule, &err);
        tally->definitions++;
        for (uint64_t i = 0; ok && i < PER_RULE; i++) {
            GenRand rand = {.state = number * 1000 + i};
            ArmInput arm = {.rule = &rule, .aliases = aliases};
            DiffInput in = {
                .definition = json,
                .parameters = parameters,
                .resource = arm_resource(&arena, &rand, &arm),
                .aliases = aliases,
                .options = &options,
            };
            in.related = arm_related(&arena, &rand, &arm, in.resource);
            run_pair(&arena, &in, definition->name, rand.state, tally);
        }
    }
    arena_free(&arena);
}

TEST(engine_agrees_on_published_definitions)
{
    FILE *corpus = shared_open("corpus/azure-policy/definitions.ndjson");
    if (corpus == NULL) {
        printf("# no published definitions here\n");
        return;
    }
    Arena arena;
    arena_init(&arena, (size_t)1 << 28);
    AliasTable *aliases = alias_table_new(&arena);
    alias_table_add_shipped(aliases);
    Tally tally = {0};
    char *line = NULL;
    size_t cap = 0;
    uint64_t number = 0;
    for (ssize_t n = getline(&line, &cap, corpus); n > 0; n = getline(&line, &cap, corpus)) {
        run_definition(aliases, (Str){line, (size_t)n}, ++number, &tally);
    }
    free(line);
    (void)fclose(corpus);
    arena_free(&arena);
    printf("# %llu definitions, %llu pairs, %llu rejected, %llu disagreed;",
           (unsigned long long)tally.definitions, (unsigned long long)tally.pairs,
           (unsigned long long)tally.rejected, (unsigned long long)tally.disagreed);
    for (State state = 0; state < STATE_COUNT; state++) {
        printf(" %s %llu", state_name(state), (unsigned long long)tally.states[state]);
    }
    printf("\n");
    CHECK(tally.disagreed == 0);
    CHECK(tally.rejected == 0);
    CHECK(tally.states[STATE_NON_COMPLIANT] * 20 > tally.pairs);
    CHECK(tally.states[STATE_COMPLIANT] * 20 > tally.pairs);
}
