// SPDX-License-Identifier: Apache-2.0
// One walk, two answers: a broken line is refused wherever it breaks, and what rules read of a good
// one is what they would find in its tree.
#include "policy/engine.h"

#include "t.h"
#include "json/read.h"

typedef struct Lines {
    uint32_t rows;
    uint32_t bad;
    uint32_t column;
    State state; // of the last row's only rule
} Lines;

static uint32_t take_row(void *ctx, const ResourceRow *row, const RuleResult *results,
                         uint32_t count)
{
    Lines *lines = ctx;
    (void)row;
    lines->rows++;
    lines->state = count == 1 ? results[0].state : STATE_COUNT;
    return 0;
}

static void take_bad(void *ctx, const BadLine *bad)
{
    Lines *lines = ctx;
    lines->bad++;
    lines->column = bad->column;
}

// Runs one line under a rule that audits resources whose field equals "x".
static Lines run(Str field, Str line, const JsonLimits *limits)
{
    Lines lines = {.state = STATE_COUNT};
    Arena arena;
    arena_init(&arena, SIZE_MAX);
    DiagList diags;
    diag_init(&diags, &arena, (Str){0});
    Buf text = {0};
    buf_printf(&text,
               "{\"if\":{\"field\":\"%.*s\",\"equals\":\"x\"},\"then\":{\"effect\":\"audit\"}}",
               STR_ARG(field));
    const JsonLimits all = JSON_LIMITS_DEFAULT;
    const Json *json = NULL;
    const Definition *definition = NULL;
    bool parsed = json_read(&arena, buf_str(&text), &all, &diags, &json) &&
                  definition_parse_rule(&arena, json, &diags, &definition);
    CHECK(parsed);
    AssignedRule rule = {.definition = definition, .effect = EFFECT_AUDIT, .preset = STATE_COUNT};
    PlanOptions options = {.raw_paths = true};
    if (limits != NULL) {
        options.limits = *limits;
    }
    Plan *plan = plan_compile(&arena, &rule, 1, alias_table_new(&arena), &options);
    Worker *worker = worker_open(plan, 0);
    PolicySink sink = {.row = take_row, .bad_line = take_bad, .ctx = &lines};
    Err err = {0};
    CHECK(worker_run(worker, line, 1, 0, &sink, &err));
    plan_finish(plan, &worker, 1, &sink);
    worker_close(worker);
    plan_close(plan);
    buf_free(&text);
    arena_free(&arena);
    return lines;
}

TEST(shred_refuses_broken_lines)
{
    static const struct {
        const char *row;
        Str line;
        uint32_t column;
    } rows[] = {
        {"an array", STR_INIT("[1]"), 1},
        {"a string", STR_INIT("\"x\""), 1},
        {"nothing closed", STR_INIT("{\"a\":{\"b\":1"), 6},
        {"a literal cut short, in what no rule reads", STR_INIT("{\"b\":{\"c\":tru}}"), 11},
        {"a number with a leading zero, unread", STR_INIT("{\"b\":[1,02]}"), 9},
        {"a number without digits, unread", STR_INIT("{\"b\":-}"), 7},
        {"an exponent without digits", STR_INIT("{\"b\":1e}"), 8},
        {"a fraction without digits", STR_INIT("{\"b\":1.}"), 8},
        {"a bad escape, unread", STR_INIT("{\"b\":\"\\x\"}"), 7},
        {"a bad escape in a key", STR_INIT("{\"\\x\":1}"), 3},
        {"half a surrogate pair, unread", STR_INIT("{\"b\":\"\\ud800\"}"), 7},
        {"a comma at the end, unread", STR_INIT("{\"b\":[1,]}"), 8},
        {"a comma at the end of an object, unread", STR_INIT("{\"b\":{\"c\":1,}}"), 12},
        {"a missing colon, unread", STR_INIT("{\"b\":{\"c\" 1}}"), 11},
        {"a missing comma", STR_INIT("{\"a\":1 \"b\":2}"), 8},
        {"a missing comma, unread", STR_INIT("{\"b\":{\"c\":1 \"d\":2}}"), 13},
        {"the wrong bracket, unread", STR_INIT("{\"b\":[1}}"), 8},
        {"the wrong bracket on the way", STR_INIT("{\"a\":{\"x\":1]}"), 12},
        {"something behind it", STR_INIT("{\"a\":1} 2"), 9},
        {"a second object", STR_INIT("{\"a\":1}{\"a\":1}"), 8},
        {"a string that does not end", STR_INIT("{\"a\":\"x}"), 6},
        {"a key that is no string", STR_INIT("{a:1}"), 2},
        {"no value", STR_INIT("{\"a\":}"), 6},
        {"a NUL in a number, unread",
         STR_INIT("{\"b\":[12\x00"
                  "34]}"),
         9},
        {"a bad escape in the type", STR_INIT("{\"type\":\"a\\o\",\"a\":1}"), 11},
        {"a bad escape in the id", STR_INIT("{\"id\":\"a\\o\",\"a\":1}"), 9},
        {"a control character", STR_INIT("{\"a\":\"\x01\"}"), 7},
        {"not UTF-8", STR_INIT("{\"a\":\"\xff\"}"), 7},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Lines lines = run(STR("a.x"), rows[i].line, NULL);
        CHECK_ROW(rows[i].row, lines.rows == 0 && lines.bad == 1);
        CHECK_ROW(rows[i].row, lines.column == rows[i].column);
    }
}

TEST(shred_finds_what_rules_read)
{
    static const struct {
        const char *row;
        Str field, line;
        State want;
    } rows[] = {
        {"missing", STR_INIT("a.x"), STR_INIT("{\"a\":{\"y\":\"x\"}}"), STATE_COMPLIANT},
        {"a scalar where an object should be", STR_INIT("a.x"), STR_INIT("{\"a\":\"x\"}"),
         STATE_COMPLIANT},
        {"an array where an object should be", STR_INIT("a.x"), STR_INIT("{\"a\":[{\"x\":\"x\"}]}"),
         STATE_COMPLIANT},
        {"the last of duplicate keys", STR_INIT("a.x"),
         STR_INIT("{\"a\":{\"x\":\"x\"},\"a\":{\"x\":\"y\"}}"), STATE_COMPLIANT},
        {"the last of duplicate keys, without the member", STR_INIT("a.x"),
         STR_INIT("{\"a\":{\"x\":\"x\"},\"a\":{}}"), STATE_COMPLIANT},
        {"the last of keys that differ in case", STR_INIT("a.x"),
         STR_INIT("{\"a\":{\"x\":\"y\"},\"A\":{\"X\":\"x\"}}"), STATE_NON_COMPLIANT},
        {"there", STR_INIT("a.x"), STR_INIT("{\"a\":{\"x\":\"x\"}}"), STATE_NON_COMPLIANT},
        {"white space everywhere", STR_INIT("a.x"), STR_INIT(" { \"a\" : { \"x\" : \"x\" } } "),
         STATE_NON_COMPLIANT},
        {"a key written with escapes", STR_INIT("a.x"),
         STR_INIT("{\"\\u0061\":{\"\\u0078\":\"x\"}}"), STATE_NON_COMPLIANT},
        {"a value written with escapes", STR_INIT("a.x"), STR_INIT("{\"a\":{\"x\":\"\\u0078\"}}"),
         STATE_NON_COMPLIANT},
        {"behind much that is not read", STR_INIT("a.x"),
         STR_INIT(
             "{\"b\":[[{},[]],{\"c\":[1,-0.5e+3,true,false,null,\"\\\"\"]}],\"a\":{\"x\":\"x\"}}"),
         STATE_NON_COMPLIANT},
        {"elements, all of them", STR_INIT("a[*].x"),
         STR_INIT("{\"a\":[{\"x\":\"x\"},{\"x\":\"X\"}]}"), STATE_NON_COMPLIANT},
        {"elements, not all of them", STR_INIT("a[*].x"), STR_INIT("{\"a\":[{\"x\":\"x\"},{}]}"),
         STATE_COMPLIANT},
        {"elements of the last of duplicate arrays", STR_INIT("a[*].x"),
         STR_INIT("{\"a\":[{\"x\":\"y\"}],\"a\":[{\"x\":\"x\"}]}"), STATE_NON_COMPLIANT},
        {"nested elements of duplicates", STR_INIT("a[*].b[*]"),
         STR_INIT("{\"a\":[{\"b\":[\"y\"],\"b\":[\"x\"]}]}"), STATE_NON_COMPLIANT},
        {"an element by number", STR_INIT("a[1].x"), STR_INIT("{\"a\":[0,{\"x\":\"x\"}]}"),
         STATE_NON_COMPLIANT},
        {"an element that is not there", STR_INIT("a[1].x"), STR_INIT("{\"a\":[{\"x\":\"x\"}]}"),
         STATE_COMPLIANT},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Lines lines = run(rows[i].field, rows[i].line, NULL);
        CHECK_ROW(rows[i].row, lines.rows == 1 && lines.bad == 0);
        CHECK_ROW(rows[i].row, lines.state == rows[i].want);
    }
}

TEST(shred_limits)
{
    const JsonLimits limits = {.bytes_max = 24, .depth_max = 3, .values_max = 100};
    CHECK(run(STR("a.x"), STR("{\"b\":[[1]]}"), &limits).rows == 1);  // at the limit
    CHECK(run(STR("a.x"), STR("{\"b\":[[[1]]]}"), &limits).bad == 1); // one past it, unread
    CHECK(run(STR("a.b.c.x"), STR("{\"a\":{\"b\":{\"c\":{}}}}"), &limits).bad == 1); // and read
    CHECK(run(STR("a.x"), STR("{\"a\":\"3456789012345678\"}"), &limits).rows == 1);  // 24 bytes
    CHECK(run(STR("a.x"), STR("{\"a\":\"34567890123456789\"}"), &limits).bad == 1);
}

TEST(shred_many_lines)
{
    Lines lines =
        run(STR("a.x"), STR("\n{\"a\":{\"x\":\"x\"}}\r\n   \n{\n{\"type\":\"t\",\"type\":\"u\"}"),
            NULL);
    CHECK(lines.rows == 2);
    CHECK(lines.bad == 1);
}
