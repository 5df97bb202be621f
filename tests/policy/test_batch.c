// SPDX-License-Identifier: Apache-2.0
// Many rules over many resources in one plan: what rules and rows share (leaves, dictionaries,
// verdicts, joins) must not show. Cold in blocks over two workers, then hot over a loaded
// inventory.
#include "t.h"

#include <string.h>

#include "policy/diff_pair.h"
#include "policy/gen_rule.h"

enum { BATCHES = 150, RULES = 8, RESOURCES = 30, WORKERS = 2, REPORTS_MAX = 5 };

typedef struct Batch {
    Arena arena;
    const AliasTable *aliases;
    PlanOptions options;
    AssignedRule rules[RULES];
    Str rule_texts[RULES];
    uint32_t rule_count;
    Str lines[RESOURCES];
    const Json *resources[RESOURCES];
    State want[RESOURCES][RULES];
    State seen[RESOURCES][RULES];
    Str message[RESOURCES][RULES];
    Str evidence[RESOURCES][RULES]; // as JSON
    uint32_t calls[RESOURCES];      // first calls per row
    bool waits[RESOURCES];          // a second one was promised and did not come yet
    uint64_t last_first;            // line of the last first call of the running block
    uint64_t last_deferred;
    bool out_of_order;
    bool bad;
} Batch;

static uint32_t reports;

// ---- making one ----

static Str text_of(Arena *arena, Buf *buf)
{
    Str text = str_copy(arena, buf_str(buf));
    buf_clear(buf);
    return text;
}

// What some rules cannot do without.
static const Str required[] = {
    STR_INIT("Demo.Provider/things/num"),
    STR_INIT("Demo.Provider/things/items[*].a"),
    STR_INIT("Demo.Provider/elsewhere/x"),
    STR_INIT("tags.k"),
};

// Where some rules are assigned.
static const Str left_out[] = {
    STR_INIT("/subscriptions/S1/resourceGroups/R1/providers/Demo.Provider/things/n2"),
    STR_INIT("/subscriptions/s1/resourcegroups/R2"),
};
static const Assignment assignments[] = {
    {.scope = STR_INIT("/subscriptions/S1"), .not_scopes = left_out, .not_scope_count = 2},
    {.scope = STR_INIT("/subscriptions/S1/resourceGroups/r1")},
    {.scope = STR_INIT("/subscriptions/S")},
};
static const Str places[] = {STR_INIT("eastus"), STR_INIT("westeurope")};
static const Selector near_by = {.kind = SELECTOR_LOCATION, .values = places, .value_count = 2};
static const SelectorGroup in_places = {.selectors = &near_by, .count = 1};

static void limit_rule(GenRand *rand, AssignedRule *rule)
{
    if (gen_pick(rand, 4) == 0) {
        rule->required_paths = &required[gen_pick(rand, COUNTOF(required))];
        rule->required_path_count = 1;
    }
    if (gen_pick(rand, 3) == 0) {
        rule->assignment = &assignments[gen_pick(rand, COUNTOF(assignments))];
    }
    if (gen_pick(rand, 6) == 0) {
        rule->location_filter = &in_places;
    }
}

static void add_rule(Batch *batch, GenRand *rand, Buf *buf)
{
    gen_definition(rand, buf);
    Str text = text_of(&batch->arena, buf);
    DiagList diags;
    diag_init(&diags, &batch->arena, (Str){NULL, 0});
    const Definition *definition = NULL;
    AssignedRule rule;
    Err err = {0};
    if (definition_parse(&batch->arena, diff_json(&batch->arena, text), &diags, &definition) &&
        pair_rule(&batch->arena, definition, NULL, NULL, &rule, &err)) {
        limit_rule(rand, &rule);
        batch->rule_texts[batch->rule_count] = text;
        batch->rules[batch->rule_count++] = rule;
    }
}

static void add_resource(Batch *batch, GenRand *rand, Buf *buf, uint32_t number)
{
    char name[16];
    char parent[16];
    (void)snprintf(name, sizeof name, "n%u", number);
    (void)snprintf(parent, sizeof parent, "n%u", gen_pick(rand, RESOURCES));
    if (number % 2 == 0) {
        gen_resource(rand, buf, name);
    } else {
        gen_related(rand, buf, parent, name);
    }
    batch->lines[number] = text_of(&batch->arena, buf);
    batch->resources[number] = diff_json(&batch->arena, batch->lines[number]);
}

static void batch_open(Batch *batch, const AliasTable *aliases, uint64_t seed)
{
    memset(batch, 0, sizeof *batch);
    arena_init(&batch->arena, (size_t)1 << 30);
    batch->aliases = aliases;
    batch->options = (PlanOptions){.now = (Ticks)738900 * TICKS_PER_DAY};
    GenRand rand = {.state = seed};
    Buf buf = {0};
    for (uint32_t i = 0; i < RULES; i++) {
        add_rule(batch, &rand, &buf);
    }
    for (uint32_t i = 0; i < RESOURCES; i++) {
        add_resource(batch, &rand, &buf, i);
    }
    buf_free(&buf);
    for (uint32_t i = 0; i < RESOURCES; i++) {
        for (uint32_t r = 0; r < batch->rule_count; r++) {
            RefInput in = {
                .rule = &batch->rules[r],
                .aliases = aliases,
                .options = &batch->options,
                .resource = batch->resources[i],
                .related = batch->resources,
                .related_count = RESOURCES,
            };
            batch->want[i][r] = ref_eval(&batch->arena, &in).state;
        }
    }
}

// ---- running it ----

static void forget_results(Batch *batch)
{
    for (uint32_t i = 0; i < RESOURCES; i++) {
        batch->calls[i] = 0;
        batch->waits[i] = false;
        for (uint32_t r = 0; r < RULES; r++) {
            batch->seen[i][r] = STATE_NOT_APPLICABLE;
            batch->message[i][r] = (Str){NULL, 0};
            batch->evidence[i][r] = (Str){NULL, 0};
        }
    }
    batch->last_first = 0;
    batch->last_deferred = 0;
}

static uint32_t take_row(void *ctx, const ResourceRow *row, const RuleResult *results,
                         uint32_t count)
{
    Batch *batch = ctx;
    ASSERT(row->line >= 1 && row->line <= RESOURCES);
    uint32_t at = (uint32_t)row->line - 1;
    uint64_t *last = row->deferred ? &batch->last_deferred : &batch->last_first;
    batch->out_of_order = batch->out_of_order || *last >= row->line;
    *last = row->line;
    batch->calls[at] += row->deferred ? 0 : 1;
    batch->bad = batch->bad || row->deferred != batch->waits[at];
    batch->bad = batch->bad || (row->deferred && row->tag != 1000 + at);
    batch->waits[at] = row->waits;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t rule = results[i].rule;
        bool is_new = batch->seen[at][rule] == STATE_NOT_APPLICABLE;
        bool is_sorted = i == 0 || results[i - 1].rule < rule;
        batch->bad = batch->bad || !is_new || !is_sorted;
        batch->seen[at][rule] = results[i].state;
        batch->message[at][rule] = str_copy(&batch->arena, results[i].message);
        if (results[i].evidence != NULL) {
            batch->evidence[at][rule] = str_copy(&batch->arena, results[i].evidence->json);
        }
    }
    return 1000 + at;
}

static void take_bad(void *ctx, const BadLine *bad)
{
    (void)bad;
    ((Batch *)ctx)->bad = true;
}

static Str block_text(Batch *batch, uint32_t first, uint32_t count, Buf *buf)
{
    buf_clear(buf);
    for (uint32_t i = first; i < first + count; i++) {
        buf_push(buf, batch->lines[i]);
        buf_byte(buf, '\n');
    }
    return buf_str(buf);
}

static bool run_cold(Batch *batch, Plan *plan, GenRand *rand, Err *err)
{
    PolicySink sink = {.row = take_row, .bad_line = take_bad, .ctx = batch};
    Worker *workers[WORKERS];
    Buf buf = {0};
    bool ok = true;
    for (uint32_t w = 0; w < WORKERS; w++) {
        workers[w] = worker_open(plan, w);
    }
    uint64_t block = 0;
    for (uint32_t first = 0; ok && first < RESOURCES; block++) {
        uint32_t count = 1 + gen_pick(rand, 12);
        count = count < RESOURCES - first ? count : RESOURCES - first;
        Worker *worker = workers[gen_pick(rand, WORKERS)];
        ok =
            worker_run(worker, block_text(batch, first, count, &buf), first + 1, block, &sink, err);
        first += count;
    }
    if (ok) {
        plan_finish(plan, workers, WORKERS, &sink);
    }
    for (uint32_t w = 0; w < WORKERS; w++) {
        worker_close(workers[w]);
    }
    buf_free(&buf);
    return ok;
}

// Each resource before a worker that has seen no other.
static bool run_alone(Batch *batch, Plan *plan, Err *err)
{
    PolicySink sink = {.row = take_row, .bad_line = take_bad, .ctx = batch};
    bool ok = true;
    for (uint32_t i = 0; ok && i < RESOURCES; i++) {
        Worker *worker = worker_open(plan, 0);
        ok = worker_run(worker, batch->lines[i], i + 1, i, &sink, err);
        worker_close(worker);
    }
    return ok;
}

static bool run_hot(Batch *batch, Plan *plan, Err *err)
{
    PolicySink sink = {.row = take_row, .bad_line = take_bad, .ctx = batch};
    Loaded *loaded = loaded_open(plan);
    Buf buf = {0};
    loaded_add(loaded, block_text(batch, 0, RESOURCES / 2, &buf), 1, &sink);
    loaded_add(loaded, block_text(batch, RESOURCES / 2, RESOURCES - RESOURCES / 2, &buf),
               RESOURCES / 2 + 1, &sink);
    bool ok = loaded_assess(loaded, plan, &sink, err);
    buf_free(&buf);
    loaded_close(loaded);
    return ok;
}

// ---- comparing ----

static void report(const Batch *batch, const char *how, uint64_t seed, uint32_t row, uint32_t rule)
{
    if (reports++ >= REPORTS_MAX) {
        return;
    }
    printf("# batch %llu, %s, row %u, rule %u: reference %s, engine %s %.*s\n",
           (unsigned long long)seed, how, row + 1, rule, state_name(batch->want[row][rule]),
           state_name(batch->seen[row][rule]), STR_ARG(batch->message[row][rule]));
    printf("#   rule %.*s\n", STR_ARG(batch->rule_texts[rule]));
    printf("#   resource %.*s\n", STR_ARG(batch->lines[row]));
}

static void compare_all(const Batch *batch, const char *how, uint64_t seed)
{
    CHECK_ROW(how, !batch->bad);
    CHECK_ROW(how, !batch->out_of_order);
    for (uint32_t i = 0; i < RESOURCES; i++) {
        CHECK_ROW(how, batch->calls[i] == 1);
        CHECK_ROW(how, !batch->waits[i]);
        for (uint32_t r = 0; r < batch->rule_count; r++) {
            bool same = batch->want[i][r] == batch->seen[i][r];
            if (!same) {
                report(batch, how, seed, i, r);
            }
            CHECK_ROW(how, same);
        }
    }
}

// What a finding shows is kept for the values it was worded for, and shown again for no others.
static void compare_evidence(Batch *batch, Plan *plan, uint64_t seed, Err *err)
{
    static Str kept[RESOURCES][RULES];
    memcpy(kept, batch->evidence, sizeof kept);
    forget_results(batch);
    CHECK(run_alone(batch, plan, err));
    for (uint32_t i = 0; i < RESOURCES; i++) {
        for (uint32_t r = 0; r < batch->rule_count; r++) {
            bool same = str_eq(kept[i][r], batch->evidence[i][r]);
            if (!same) {
                printf("# kept %.*s, alone %.*s\n", STR_ARG(kept[i][r]),
                       STR_ARG(batch->evidence[i][r]));
                report(batch, "words", seed, i, r);
            }
            CHECK(same);
        }
    }
}

static void run_batch(const AliasTable *aliases, uint64_t seed)
{
    static Batch batch;
    batch_open(&batch, aliases, seed);
    Plan *plan = plan_compile(&batch.arena, batch.rules, batch.rule_count, aliases, &batch.options);
    GenRand rand = {.state = seed + 1};
    Err err = {0};
    for (uint32_t round = 0; round < 2; round++) { // the second time with other blocks
        forget_results(&batch);
        CHECK(run_cold(&batch, plan, &rand, &err));
        compare_all(&batch, "cold", seed);
    }
    compare_evidence(&batch, plan, seed, &err);
    forget_results(&batch);
    bool ok = run_hot(&batch, plan, &err);
    if (!ok) {
        printf("# batch %llu, hot: %s\n", (unsigned long long)seed, err.text);
    }
    CHECK(ok);
    compare_all(&batch, "hot", seed);
    plan_close(plan);
    arena_free(&batch.arena);
}

TEST(many_rules_over_many_resources)
{
    const char *rounds = getenv("DATUM_TEST_ROUNDS");
    uint64_t count = rounds != NULL ? strtoull(rounds, NULL, 10) / 100 : BATCHES;
    const char *first = getenv("DATUM_TEST_SEED");
    uint64_t seed = first != NULL ? strtoull(first, NULL, 10) : 1;
    Arena arena;
    arena_init(&arena, (size_t)1 << 28);
    AliasTable *aliases = alias_table_new(&arena);
    alias_table_add_shipped(aliases);
    for (uint64_t i = 0; i < count; i++) {
        run_batch(aliases, seed + i);
    }
    arena_free(&arena);
}

// ---- conflicts ----

typedef struct ConflictRow {
    const char *name;
    const char *first; // conflictEffect and field of each rule
    const char *first_field;
    const char *second;
    const char *second_field;
    State want;   // of both
    bool presets; // the first rule's state is preset: the engine is silent on it
} ConflictRow;

static const ConflictRow conflict_rows[] = {
    {"§8 the same field, both deny", "deny", "tags['a']", "deny", "tags['a']", STATE_CONFLICTING},
    {"§8 the same field, one audits", "deny", "tags['a']", "audit", "tags['a']",
     STATE_NON_COMPLIANT},
    {"§8 other fields", "deny", "tags['a']", "deny", "tags['b']", STATE_NON_COMPLIANT},
    {"§8 the same field in other letters", "deny", "tags['a']", "deny", "TAGS['A']",
     STATE_CONFLICTING},
    {"§8 the same field written otherwise", "deny", "tags['a']", "deny", "tags.a",
     STATE_CONFLICTING},
    {"§8 the same alias in other letters", "deny", "T.P/t/a.b[*].c", "deny", "t.p/T/A.B[*].C",
     STATE_CONFLICTING},
    {"§8 an array and its members", "deny", "T.P/t/a", "deny", "T.P/t/a[*]", STATE_NON_COMPLIANT},
    {"a preset rule writes nothing", "deny", "tags['a']", "deny", "tags['a']", STATE_NON_COMPLIANT,
     true},
};

static bool modify_rule(Arena *arena, const char *conflict, const char *field, AssignedRule *rule)
{
    Buf buf = {0};
    buf_printf(&buf,
               "{\"policyRule\":{\"if\":{\"field\":\"type\",\"equals\":\"T.P/t\"},\"then\":{"
               "\"effect\":\"modify\",\"details\":{\"conflictEffect\":\"%s\","
               "\"roleDefinitionIds\":[\"r\"],\"operations\":[{\"operation\":\"addOrReplace\","
               "\"field\":\"%s\",\"value\":1}]}}}}",
               conflict, field);
    DiagList diags;
    diag_init(&diags, arena, (Str){NULL, 0});
    const Definition *definition = NULL;
    Err err = {0};
    bool ok = definition_parse(arena, diff_json(arena, str_copy(arena, buf_str(&buf))), &diags,
                               &definition) &&
              pair_rule(arena, definition, NULL, NULL, rule, &err);
    buf_free(&buf);
    return ok;
}

static uint32_t take_states(void *ctx, const ResourceRow *row, const RuleResult *results,
                            uint32_t count)
{
    State *states = ctx;
    (void)row;
    for (uint32_t i = 0; i < count; i++) {
        states[results[i].rule] = results[i].state;
    }
    return 0;
}

static void ignore_bad(void *ctx, const BadLine *bad)
{
    (void)ctx;
    (void)bad;
}

static void check_conflict(const ConflictRow *row)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 28);
    AliasTable *aliases = alias_table_new(&arena);
    AssignedRule rules[2];
    State states[2] = {STATE_COUNT, STATE_COUNT};
    PlanOptions options = {0};
    Err err = {0};
    CHECK_ROW(row->name, modify_rule(&arena, row->first, row->first_field, &rules[0]) &&
                             modify_rule(&arena, row->second, row->second_field, &rules[1]));
    rules[0].preset = row->presets ? STATE_NOT_MEASURED : STATE_COUNT;
    Plan *plan = plan_compile(&arena, rules, 2, aliases, &options);
    Worker *worker = worker_open(plan, 0);
    PolicySink sink = {.row = take_states, .bad_line = ignore_bad, .ctx = states};
    CHECK_ROW(row->name,
              worker_run(worker, STR("{\"id\":\"/x\",\"type\":\"T.P/t\"}"), 1, 0, &sink, &err));
    plan_finish(plan, &worker, 1, &sink);
    CHECK_ROW(row->name, states[0] == (row->presets ? STATE_COUNT : row->want));
    CHECK_ROW(row->name, states[1] == row->want);
    worker_close(worker);
    plan_close(plan);
    arena_free(&arena);
}

TEST(modifies_that_deny_conflict)
{
    for (size_t i = 0; i < COUNTOF(conflict_rows); i++) {
        check_conflict(&conflict_rows[i]);
    }
}
