// SPDX-License-Identifier: Apache-2.0
// What the engine does when nothing has to be read: times in seconds, a name and a number a line.
// usage: hot run RULES.ndjson RESOURCES.ndjson     load once, assess; change parameters and assess,
// again and again
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/files.h"
#include "host/system.h"
#include "policy/engine.h"
#include "json/read.h"

enum { ROUNDS = 5 };

typedef struct Rules {
    AssignedRule *rules;
    uint32_t count;
    const AliasTable *aliases;
} Rules;

static _Noreturn void die(const char *what)
{
    (void)fprintf(stderr, "hot: %s\n", what);
    exit(1);
}

static double seconds_since(uint64_t start)
{
    return (double)(system_monotonic_ns() - start) * 1e-9;
}

static Str slurp(Arena *arena, const char *path)
{
    Str bytes = {0};
    Err err = {0};
    if (!file_read(arena, str_from_cstr(path), SIZE_MAX, &bytes, &err)) {
        die(err.text);
    }
    return bytes;
}

static Rules read_rules(Arena *arena, Str lines)
{
    DiagList diags;
    const JsonLimits limits = JSON_LIMITS_DEFAULT;
    const Definition **definitions = NEW_ARRAY(arena, const Definition *, lines.len / 64 + 1);
    uint32_t count = 0;
    diag_init(&diags, arena, (Str){0});
    while (lines.len != 0) {
        StrCut cut = str_cut(lines, '\n');
        const Json *json = NULL;
        if (cut.head.len != 0 && (!json_read(arena, cut.head, &limits, &diags, &json) ||
                                  !definition_parse(arena, json, &diags, &definitions[count++]))) {
            die("a rule has errors: datum policy check tells which");
        }
        lines = cut.tail;
    }
    AliasTable *aliases = alias_table_new(arena);
    alias_table_add_shipped(aliases);
    BindInput input = {.definitions = definitions, .definition_count = count};
    Rules rules = {.aliases = aliases};
    if (!assignment_bind(arena, &input, &diags, &rules.rules, &rules.count)) {
        die("the rules do not bind");
    }
    return rules;
}

static Plan *compile(Arena *arena, const Rules *rules)
{
    PlanOptions options = {0};
    if (!ticks_parse(STR("2026-01-01"), &options.now)) {
        die("the date");
    }
    return plan_compile(arena, rules->rules, rules->count, rules->aliases, &options);
}

// Every parameter that has a list of allowed values takes another one of them; effects stay.
static uint32_t change_parameters(Arena *arena, Rules *rules)
{
    uint32_t changed = 0;
    for (uint32_t r = 0; r < rules->count; r++) {
        Json *copy = NEW(arena, Json);
        if (!json_is(rules->rules[r].parameters, JSON_OBJECT)) {
            continue;
        }
        *copy = *rules->rules[r].parameters;
        JsonMember *members = NEW_ARRAY(arena, JsonMember, (size_t)copy->count + 1);
        for (uint32_t m = 0; m < copy->count; m++) {
            members[m] = copy->members[m];
            const Parameter *parameter =
                definition_find_parameter(rules->rules[r].definition, members[m].key);
            bool choice = parameter != NULL && json_is(parameter->allowed_values, JSON_ARRAY) &&
                          parameter->type == PARAMETER_STRING &&
                          !str_starts_nocase(members[m].key, STR("effect"));
            for (uint32_t i = 0; choice && i < parameter->allowed_values->count; i++) {
                if (!json_equal(&parameter->allowed_values->items[i], &members[m].value)) {
                    members[m].value = parameter->allowed_values->items[i];
                    changed++;
                    break;
                }
            }
        }
        copy->members = members;
        rules->rules[r].parameters = copy;
    }
    return changed;
}

typedef struct Seen {
    uint64_t rows;
    uint64_t states[STATE_COUNT];
} Seen;

static uint32_t count_row(void *ctx, const ResourceRow *row, const RuleResult *results,
                          uint32_t count)
{
    Seen *seen = ctx;
    seen->rows += row->deferred ? 0 : 1;
    for (uint32_t i = 0; i < count; i++) {
        seen->states[results[i].state]++;
    }
    return 0;
}

static void refuse_line(void *ctx, const BadLine *bad)
{
    (void)ctx;
    (void)bad;
    die("a resource is broken");
}

static double assess(Loaded *loaded, Arena *arena, const Rules *rules, Seen *ret_seen)
{
    Err err = {0};
    *ret_seen = (Seen){0};
    PolicySink sink = {.row = count_row, .bad_line = refuse_line, .ctx = ret_seen};
    sink.verdicts_only = true;
    uint64_t start = system_monotonic_ns();
    Plan *plan = compile(arena, rules);
    if (!loaded_assess(loaded, plan, &sink, &err)) {
        die(err.text);
    }
    double spent = seconds_since(start);
    plan_close(plan);
    return spent;
}

static int run(const char *rules_path, const char *resources_path)
{
    Arena arena;
    arena_init(&arena, SIZE_MAX);
    Rules rules = read_rules(&arena, slurp(&arena, rules_path));
    Plan *plan = compile(&arena, &rules);
    Loaded *loaded = loaded_open(plan);
    PolicySink sink = {.bad_line = refuse_line};
    loaded_add(loaded, slurp(&arena, resources_path), 1, &sink);
    Seen before = {0};
    (void)assess(loaded, &arena, &rules, &before);
    double best = 0;
    for (int round = 0; round < ROUNDS; round++) {
        Seen after = {0};
        if (change_parameters(&arena, &rules) == 0) {
            die("no parameter could be changed");
        }
        double spent = assess(loaded, &arena, &rules, &after);
        best = round == 0 || spent < best ? spent : best;
        if (after.rows != before.rows ||
            memcmp(before.states, after.states, sizeof before.states) == 0) {
            die("other parameters gave the same verdicts");
        }
        before = after;
    }
    printf("hot %.9f\n", best);
    loaded_close(loaded);
    plan_close(plan);
    arena_free(&arena);
    return 0;
}

static int measure_compile(const char *rules_path)
{
    Arena bytes;
    arena_init(&bytes, SIZE_MAX);
    Str lines = slurp(&bytes, rules_path);
    double best = 0;
    for (int round = 0; round < ROUNDS; round++) {
        Arena arena;
        arena_init(&arena, SIZE_MAX);
        uint64_t start = system_monotonic_ns();
        Rules rules = read_rules(&arena, lines);
        Plan *plan = compile(&arena, &rules);
        plan_prepare(plan);
        double spent = seconds_since(start);
        best = round == 0 || spent < best ? spent : best;
        plan_close(plan);
        arena_free(&arena);
    }
    printf("compile %.9f\n", best);
    arena_free(&bytes);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "run") == 0) {
        return run(argv[2], argv[3]);
    }
    if (argc == 3 && strcmp(argv[1], "compile") == 0) {
        return measure_compile(argv[2]);
    }
    (void)fprintf(stderr, "usage: hot run RULES RESOURCES | hot compile RULES\n");
    return 64;
}
