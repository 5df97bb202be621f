// SPDX-License-Identifier: Apache-2.0
// The engine against the reference evaluator, on random pairs. DATUM_TEST_ROUNDS makes it longer,
// DATUM_TEST_SEED starts elsewhere.
#include "t.h"

#include "policy/diff_pair.h"
#include "policy/gen_rule.h"

enum { ROUNDS = 10000, REPORTS_MAX = 5 };

static uint64_t number_from(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

static const Json *array_of(Arena *arena, const Str *texts, uint32_t count)
{
    Buf buf = {0};
    buf_byte(&buf, '[');
    for (uint32_t i = 0; i < count; i++) {
        buf_push(&buf, i != 0 ? STR(",") : STR(""));
        buf_push(&buf, texts[i]);
    }
    buf_byte(&buf, ']');
    const Json *json = diff_json(arena, str_copy(arena, buf_str(&buf)));
    buf_free(&buf);
    return json;
}

typedef struct Tally {
    uint64_t rejected;
    uint64_t disagreed;
    uint64_t states[STATE_COUNT];
} Tally;

static void run_seed(const AliasTable *aliases, uint64_t seed, Tally *tally)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 30);
    GenPair pair;
    gen_pair(&arena, seed, &pair);
    Ticks now = 0;
    CHECK(ticks_parse(STR("2025-01-15T12:00:00Z"), &now));
    PlanOptions options = {.now = now};
    DiffInput in = {
        .definition = diff_json(&arena, pair.definition),
        .parameters = diff_json(&arena, pair.parameters),
        .resource = diff_json(&arena, pair.resource),
        .related = array_of(&arena, pair.related, pair.related_count),
        .aliases = aliases,
        .options = &options,
    };
    RefOutcome ref;
    Str text = {NULL, 0};
    DiffResult result = diff_run(&arena, &in, &ref, &text);
    if (result == DIFF_REJECTED) {
        tally->rejected++;
        if (getenv("DATUM_TEST_VERBOSE") != NULL) {
            printf("# rejected %.*s: %.*s\n", STR_ARG(text), STR_ARG(pair.definition));
        }
    } else {
        tally->states[ref.state]++;
    }
    if (result == DIFF_DISAGREE && tally->disagreed++ < REPORTS_MAX) {
        char name[64];
        (void)snprintf(name, sizeof name, "seed %llu", (unsigned long long)seed);
        diff_report(&arena, &in, name);
    }
    arena_free(&arena);
}

TEST(engine_agrees_with_reference)
{
    uint64_t rounds = number_from("DATUM_TEST_ROUNDS", ROUNDS);
    uint64_t first = number_from("DATUM_TEST_SEED", 1);
    Arena arena;
    arena_init(&arena, (size_t)1 << 28);
    AliasTable *aliases = alias_table_new(&arena);
    alias_table_add_shipped(aliases);
    Tally tally = {0};
    for (uint64_t i = 0; i < rounds; i++) {
        run_seed(aliases, first + i, &tally);
    }
    CHECK(tally.disagreed == 0);
    printf("# %llu pairs, %llu rejected, %llu disagreed;", (unsigned long long)rounds,
           (unsigned long long)tally.rejected, (unsigned long long)tally.disagreed);
    for (State state = 0; state < STATE_COUNT; state++) {
        printf(" %s %llu", state_name(state), (unsigned long long)tally.states[state]);
    }
    printf("\n");
    // A generator that only makes rules nobody accepts would prove nothing.
    CHECK(tally.rejected * 4 < rounds);
    CHECK(tally.states[STATE_NON_COMPLIANT] * 20 > rounds);
    CHECK(tally.states[STATE_COMPLIANT] * 20 > rounds);
    CHECK(tally.states[STATE_ERROR] * 50 > rounds);
    arena_free(&arena);
}
