// SPDX-License-Identifier: Apache-2.0
// A loaded inventory answers as a cold run does, or says what was not loaded.
#include "policy/engine.h"
#include "t.h"
#include "json/read.h"

#define IF(condition) "{\"if\":" condition ",\"then\":{\"effect\":\"audit\"}}"
#define IS(name) IF("{\"field\":\"" name "\",\"equals\":\"v\"}")

static const Str lines =
    STR_INIT("{\"type\":\"N.S/t\",\"id\":\"/a\\u002fb\",\"name\":\"v\",\"x\":\"v\",\"y\":1}\n"
             "{\"type\":\"N.S/t\",\"id\":\"/c\",\"name\":\"w\"\n"
             "{\"type\":\"N.S/u\",\"id\":\"/d\",\"name\":\"w\",\"x\":\"w\",\"y\":\"v\"}\n"
             "{\"type\":\"N.S/t\",\"id\":\"/e\",\"name\":\"w\",\"y\":\"v\"}\n"
             "{\"type\":\"N.S/t\",\"id\":\"/t/v\",\"name\":\"w\",\"y\":2}\n"
             "{\"type\":\"N.S/t\",\"id\":\"/t/v\",\"fullName\":\"w\",\"y\":2}\n"
             "{\"type\":\"N.S/t\",\"id\":\"/t/v\",\"fullName\":null,\"y\":2}\n"
             "{\"type\":\"N.S/t\",\"id\":7,\"name\":\"v\",\"y\":2}\n");

typedef struct Seen {
    Buf text; // a line a result
    uint32_t bad;
} Seen;

static uint32_t take_row(void *ctx, const ResourceRow *row, const RuleResult *results,
                         uint32_t count)
{
    Seen *seen = ctx;
    buf_printf(&seen->text, "%llu %.*s %.*s %.*s", (unsigned long long)row->line, STR_ARG(row->id),
               STR_ARG(row->id_json), STR_ARG(row->name));
    for (uint32_t i = 0; i < count; i++) {
        buf_printf(&seen->text, " %s %.*s", state_name(results[i].state),
                   STR_ARG(results[i].message));
        if (results[i].evidence != NULL) {
            buf_push(&seen->text, results[i].evidence->json);
        }
    }
    buf_byte(&seen->text, '\n');
    return 0;
}

static void count_bad(void *ctx, const BadLine *bad)
{
    Seen *seen = ctx;
    seen->bad += bad->line == 2 ? 1 : 100;
}

static Plan *plan_of(Arena *arena, const char *text)
{
    DiagList diags;
    const JsonLimits limits = JSON_LIMITS_DEFAULT;
    const Json *json = NULL;
    const Definition *definition = NULL;
    diag_init(&diags, arena, (Str){0});
    CHECK(json_read(arena, str_from_cstr(text), &limits, &diags, &json));
    CHECK(definition_parse_rule(arena, json, &diags, &definition));
    AssignedRule *rule = NEW(arena, AssignedRule);
    *rule = (AssignedRule){.definition = definition, .effect = EFFECT_AUDIT, .preset = STATE_COUNT};
    PlanOptions options = {.raw_paths = true};
    return plan_compile(arena, rule, 1, alias_table_new(arena), &options);
}

// Loads for one rule, assesses by another; the error's text, or empty.
static Str assess(Arena *arena, const char *loading, const char *asking, Seen *seen)
{
    PolicySink sink = {.row = take_row, .bad_line = count_bad, .ctx = seen};
    Plan *loads = plan_of(arena, loading);
    Plan *asks = plan_of(arena, asking);
    Loaded *loaded = loaded_open(loads);
    Err err = {0};
    loaded_add(loaded, lines, 1, &sink);
    bool ok = loaded_assess(loaded, asks, &sink, &err);
    CHECK(ok || err.kind == ERR_SCHEMA);
    loaded_close(loaded);
    plan_close(asks);
    plan_close(loads);
    return ok ? (Str){0} : str_copy(arena, str_from_cstr(err.text));
}

TEST(loaded_says_what_was_not_loaded)
{
    static const struct {
        const char *row;
        const char *loading;
        const char *asking;
        Str want;
    } rows[] = {
        {"a path", IS("x"), IS("y"), STR_INIT("a rule reads a path of n.s/t that was not loaded")},
        {"the text", IS("x"), IS("[field('x')]"),
         STR_INIT("a rule reads the whole of n.s/t that was not loaded")},
        {"less than was loaded", IS("[field('x')]"), IS("x"), STR_INIT("")},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Arena arena;
        Seen seen = {0};
        arena_init(&arena, SIZE_MAX);
        Str text = assess(&arena, rows[i].loading, rows[i].asking, &seen);
        CHECK_ROW(rows[i].row, str_eq(text, rows[i].want));
        CHECK_ROW(rows[i].row, seen.bad == 1);
        CHECK_ROW(rows[i].row, (seen.text.len != 0) == (text.len == 0));
        buf_free(&seen.text);
        arena_free(&arena);
    }
}

TEST(loaded_answers_as_a_cold_run)
{
    static const char *const rules[] = {
        IS("x"),
        IS("fullName"),
        IS("[if(equals(field('name'), 'v'), 'x', 'y')]"),
        IF("{\"value\":\"[field(field('name'))]\",\"equals\":\"\"}"),
        IF("{\"value\":\"[int(field('y'))]\",\"equals\":1}"),
    };
    for (size_t i = 0; i < COUNTOF(rules); i++) {
        Arena arena;
        Seen cold = {0};
        Seen hot = {0};
        Err err = {0};
        arena_init(&arena, SIZE_MAX);
        Plan *plan = plan_of(&arena, rules[i]);
        Worker *worker = worker_open(plan, 0);
        PolicySink sink = {.row = take_row, .bad_line = count_bad, .ctx = &cold};
        CHECK(worker_run(worker, lines, 1, 0, &sink, &err));
        worker_close(worker);
        plan_close(plan);
        CHECK_ROW(rules[i], assess(&arena, rules[i], rules[i], &hot).len == 0);
        CHECK_ROW(rules[i], str_eq(buf_str(&cold.text), buf_str(&hot.text)));
        CHECK_ROW(rules[i], cold.bad == 1 && hot.bad == 1);
        buf_free(&cold.text);
        buf_free(&hot.text);
        arena_free(&arena);
    }
}

// What was decided of values stays decided, for the same question; later rows bring new values.
TEST(loaded_decides_values_once_a_question)
{
    static const char *const rules[] = {IS("x"), IF("{\"field\":\"x\",\"equals\":\"w\"}"), IS("x"),
                                        IF("{\"field\":\"x\",\"notEquals\":\"v\"}"),
                                        IF("{\"field\":\"y\",\"equals\":\"v\"}")};
    const Str more = STR("{\"type\":\"N.S/t\",\"id\":\"/m\",\"x\":\"w\",\"y\":\"v\"}\n"
                         "{\"type\":\"N.S/t\",\"id\":\"/n\",\"x\":\"new\"}\n"
                         "{\"type\":\"N.S/t\",\"id\":\"/o\",\"x\":\"v\"}\n");
    Arena arena;
    Seen seen = {0};
    arena_init(&arena, SIZE_MAX);
    PolicySink sink = {.row = take_row, .bad_line = count_bad, .ctx = &seen};
    Plan *loads = plan_of(&arena, IF("{\"anyOf\":[{\"field\":\"x\",\"equals\":\"v\"},"
                                     "{\"field\":\"y\",\"equals\":\"v\"}]}"));
    Loaded *loaded = loaded_open(loads);
    loaded_add(loaded, lines, 1, &sink);
    for (size_t round = 0; round < 2; round++) {
        for (size_t i = 0; i < COUNTOF(rules); i++) {
            Seen fresh = {0};
            Err err = {0};
            Plan *plan = plan_of(&arena, rules[i]);
            Worker *worker = worker_open(plan, 0);
            PolicySink cold = {.row = take_row, .bad_line = count_bad, .ctx = &fresh};
            CHECK(worker_run(worker, lines, 1, 0, &cold, &err));
            CHECK(round == 0 || worker_run(worker, more, 1, 1, &cold, &err));
            worker_close(worker);
            buf_clear(&seen.text);
            CHECK(loaded_assess(loaded, plan, &sink, &err));
            CHECK_ROW(rules[i], str_eq(buf_str(&seen.text), buf_str(&fresh.text)));
            buf_free(&fresh.text);
            plan_close(plan);
        }
        if (round == 0) {
            loaded_add(loaded, more, 1, &sink);
        }
    }
    loaded_close(loaded);
    plan_close(loads);
    buf_free(&seen.text);
    arena_free(&arena);
}
