// SPDX-License-Identifier: Apache-2.0
// One input, by one worker in one block and by three in many: every row, verdict, word and value is
// the same, and in the same order.
// Lines: definitions, an empty line, then the resources (any bytes). Input that does not begin with
// '{' is a seed for generated ones, with its own bytes as a broken line.
#include <stdio.h>
#include <string.h>

#include "host/pool.h"
#include "policy/diff_pair.h"
#include "policy/gen_rule.h"
#include "json/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { RULES_MAX = 4, RESOURCES = 40, BLOCKS_MAX = 64, WORKERS = 3 };

typedef struct Unit {
    uint32_t block; // or piece of the join
    Buf out;
} Unit;

typedef struct Race {
    Plan *plan;
    Worker *workers[WORKERS];
    uint32_t worker_count;
    Str blocks[BLOCKS_MAX];
    uint64_t first_lines[BLOCKS_MAX];
    uint32_t block_count;
    uint32_t next;
    Finish *finish;
    Unit *units;
    Buf all;
} Race;

// ---- what comes out, as text ----

static uint32_t write_row(void *ctx, const ResourceRow *row, const RuleResult *results,
                          uint32_t count)
{
    Unit *unit = ctx;
    Arena arena;
    arena_init(&arena, (size_t)1 << 28);
    buf_printf(&unit->out, "%llu %s %.*s %.*s %.*s\n", (unsigned long long)row->line,
               row->deferred ? "deferred" : "row", STR_ARG(row->id), STR_ARG(row->type),
               STR_ARG(row->location));
    ASSERT(!row->deferred || row->tag == (uint32_t)row->line);
    for (uint32_t i = 0; i < count; i++) {
        Str evidence = results[i].evidence != NULL ? evidence_json(&arena, results[i].evidence)
                                                   : (Str){NULL, 0};
        buf_printf(&unit->out, " %u %s %.*s %.*s\n", results[i].rule, state_name(results[i].state),
                   STR_ARG(results[i].message), STR_ARG(evidence));
    }
    arena_free(&arena);
    return (uint32_t)row->line;
}

static void write_bad(void *ctx, const BadLine *bad)
{
    Unit *unit = ctx;
    buf_printf(&unit->out, "%llu:%u %.*s\n", (unsigned long long)bad->line, bad->column,
               STR_ARG(bad->reason));
}

static PolicySink sink_of(Unit *unit)
{
    return (PolicySink){.row = write_row, .bad_line = write_bad, .ctx = unit};
}

// ---- the steps ----

static bool take(void *ctx, uint32_t slot, bool *ret_more, Err *err)
{
    Race *race = ctx;
    (void)err;
    uint32_t count = race->finish != NULL ? finish_piece_count(race->finish) : race->block_count;
    *ret_more = race->next < count;
    race->units[slot].block = race->next++;
    return true;
}

static bool work(void *ctx, uint32_t worker, uint32_t slot, Err *err)
{
    Race *race = ctx;
    Unit *unit = &race->units[slot];
    PolicySink sink = sink_of(unit);
    if (race->finish != NULL) {
        finish_piece(race->finish, unit->block, &sink);
        return true;
    }
    return worker_run(race->workers[worker], race->blocks[unit->block],
                      race->first_lines[unit->block], unit->block, &sink, err);
}

static bool emit(void *ctx, uint32_t slot, Err *err)
{
    Race *race = ctx;
    (void)err;
    buf_push(&race->all, buf_str(&race->units[slot].out));
    buf_clear(&race->units[slot].out);
    return true;
}

// Cuts the text after every lines_max lines; the last block takes the rest.
static void cut(Race *race, Str text, uint32_t lines_max)
{
    uint64_t line = 1;
    while (text.len != 0) {
        bool is_last = race->block_count + 1 == BLOCKS_MAX;
        uint32_t lines = 0;
        size_t len = 0;
        while (len < text.len && (is_last || lines < lines_max)) {
            lines += text.ptr[len++] == '\n' ? 1U : 0U;
        }
        race->first_lines[race->block_count] = line;
        race->blocks[race->block_count++] = (Str){text.ptr, len};
        line += lines;
        text = str_from(text, len);
    }
}

// All results of the text, by so many workers, so many lines a block.
static void run_race(Race *race, Arena *arena, Str text, uint32_t lines_max)
{
    cut(race, text, lines_max);
    uint32_t slots = pool_slots(race->worker_count);
    race->units = NEW_ARRAY(arena, Unit, slots);
    for (uint32_t i = 0; i < race->worker_count; i++) {
        race->workers[i] = worker_open(race->plan, i);
    }
    PoolSteps steps = {.take = take, .work = work, .emit = emit, .ctx = race};
    Err err = {0};
    ASSERT(pool_run(race->worker_count, &steps, &err));
    race->next = 0;
    race->finish = finish_open(race->plan, race->workers, race->worker_count);
    ASSERT(pool_run(race->worker_count, &steps, &err));
    finish_close(race->finish);
    for (uint32_t i = 0; i < race->worker_count; i++) {
        worker_close(race->workers[i]);
    }
    for (uint32_t i = 0; i < slots; i++) {
        buf_free(&race->units[i].out);
    }
}

// ---- rules and resources ----

// Made once: it is read-only, and the same for every input.
static const AliasTable *shipped_table(void)
{
    static Arena arena;
    static AliasTable *table;
    if (table == NULL) {
        arena_init(&arena, (size_t)1 << 28);
        table = alias_table_new(&arena);
        alias_table_add_shipped(table);
    }
    return table;
}

static void generate(Buf *out, Str seed)
{
    GenRand rand = {.state = 1};
    memcpy(&rand.state, seed.ptr, seed.len < sizeof rand.state ? seed.len : sizeof rand.state);
    for (uint32_t i = 0; i < RULES_MAX; i++) {
        gen_definition(&rand, out);
        buf_byte(out, '\n');
    }
    buf_byte(out, '\n');
    for (uint32_t i = 0; i < RESOURCES; i++) {
        char name[16];
        char parent[16];
        (void)snprintf(name, sizeof name, "n%u", i);
        (void)snprintf(parent, sizeof parent, "n%u", gen_pick(&rand, RESOURCES));
        if (i % 2 == 0) {
            gen_resource(&rand, out, name);
        } else {
            gen_related(&rand, out, parent, name);
        }
        buf_byte(out, '\n');
        if (i == RESOURCES / 2) {
            buf_push(out, seed);
            buf_byte(out, '\n');
        }
    }
}

// The definitions at the front of text, which then begins behind them.
static uint32_t read_rules(Arena *arena, Str *text, AssignedRule *rules)
{
    uint32_t count = 0;
    while (text->len != 0) {
        StrCut line = str_cut(*text, '\n');
        *text = line.tail;
        if (line.head.len == 0) {
            break;
        }
        DiagList diags;
        diag_init(&diags, arena, (Str){NULL, 0});
        const Json *json = NULL;
        const Definition *definition = NULL;
        JsonLimits limits = JSON_LIMITS_DEFAULT;
        Err err = {0};
        if (count < RULES_MAX && json_read_data(arena, line.head, &limits, &json, &err) &&
            json_is(json, JSON_OBJECT) && definition_parse(arena, json, &diags, &definition) &&
            pair_rule(arena, definition, NULL, NULL, &rules[count], &err)) {
            count++;
        }
    }
    return count;
}

static void compare_runs(Arena *arena, Str text)
{
    AssignedRule rules[RULES_MAX];
    uint32_t count = read_rules(arena, &text, rules);
    if (count == 0) {
        return;
    }
    PlanOptions options = {.now = (Ticks)738900 * TICKS_PER_DAY};
    Race one = {.worker_count = 1};
    Race three = {.worker_count = WORKERS};
    Race *races[] = {&one, &three};
    uint32_t lines[] = {UINT32_MAX, 1 + (uint32_t)(text.len % 7)};
    for (size_t i = 0; i < COUNTOF(races); i++) { // a plan each: it learns types as they come
        races[i]->plan = plan_compile(arena, rules, count, shipped_table(), &options);
        run_race(races[i], arena, text, lines[i]);
        plan_close(races[i]->plan);
    }
    if (!str_eq(buf_str(&one.all), buf_str(&three.all))) {
        (void)fprintf(stderr, "---- one\n%.*s---- three\n%.*s", STR_ARG(buf_str(&one.all)),
                      STR_ARG(buf_str(&three.all)));
        UNREACHABLE("the number of workers shows");
    }
    buf_free(&one.all);
    buf_free(&three.all);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 30);
    Str text = {(const char *)data, size};
    Buf made = {0};
    if (size != 0 && data[0] != '{') {
        generate(&made, text);
        text = buf_str(&made);
    }
    compare_runs(&arena, text);
    buf_free(&made);
    arena_free(&arena);
    return 0;
}
