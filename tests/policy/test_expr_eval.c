// SPDX-License-Identifier: Apache-2.0
#include "policy/expr_eval.h"

#include "policy/expr_case.h"

// What the resource of these tests holds; "broken" cannot be read.
static bool read_field(void *ctx, Arena *arena, Str name, const Json **ret_value, Err *err)
{
    (void)arena;
    if (str_eq(name, STR("broken"))) {
        return err_set(err, ERR_EVAL, (Span){0}, "alias 'broken' is not known");
    }
    *ret_value = json_find_nocase(ctx, name);
    return true;
}

// current() is 7, current('k') the member k, current('none') missing.
static bool read_current(void *ctx, Arena *arena, Str name, const Json **ret_value, Err *err)
{
    (void)err;
    if (name.ptr == NULL) {
        Json *seven = NEW(arena, Json);
        *seven = json_int(arena, 7);
        *ret_value = seven;
    } else {
        *ret_value = json_find_nocase(ctx, name);
    }
    return true;
}

static void env_init(Arena *arena, ExprEnv *env)
{
    *env = (ExprEnv){.field = read_field, .current = read_current};
    env->parameters = json_of(arena, STR("{\"Names\":[\"a\",\"b\"],\"flag\":true,\"n\":null}"));
    env->resource_group = json_of(
        arena, STR("{\"name\":\"rg\",\"location\":\"eastus\",\"tags\":{\"Env\":\"prod\"}}"));
    env->subscription = json_of(arena, STR("{\"subscriptionId\":\"s1\",\"tags\":null}"));
    env->request_context = json_of(arena, STR("{\"apiVersion\":\"2023-07-01\"}"));
    env->claims = json_of(arena, STR("{\"acr\":\"1\"}"));
    env->policy = json_of(arena, STR("{\"assignmentId\":\"/a\"}"));
    CHECK(ticks_parse(STR("2025-02-20T12:00:00Z"), &env->now));
}

static void check_all(const ExprCase *rows, size_t count)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 24);
    Json resource = *json_of(&arena, STR("{\"name\":\"vm-1\",\"empty\":null,\"k\":[1,2],"
                                         "\"tag\":\"Env\",\"text\":\"\"}"));
    ExprEnv env;
    env_init(&arena, &env);
    env.ctx = &resource;
    check_exprs(rows, count, &env);
    arena_free(&arena);
}

TEST(eval_errors)
{
    static const ExprCase rows[] = {
        {"field of a number", STR_INIT("field(1)"),
         STR_INIT("!field: argument 1 must be a string, it is a number")},
        {"field that fails", STR_INIT("field('broken')"), STR_INIT("!alias 'broken' is not known")},
        {"parameter without value", STR_INIT("parameters('other')"),
         STR_INIT("!parameter 'other' has no value")},
        {"if of a string", STR_INIT("if('true', 1, 2)"),
         STR_INIT("!if: argument 1 must be a boolean, it is a string")},
        {"absent property", STR_INIT("policy().definitionId"),
         STR_INIT("!there is no property 'definitionId'; tryGet(…, 'definitionId') would give "
                  "null")},
        {"absent key", STR_INIT("policy()['x']"),
         STR_INIT("!there is no property 'x'; tryGet(…, 'x') would give null")},
        {"absent property of the group", STR_INIT("resourceGroup().id"),
         STR_INIT("!there is no property 'id'; tryGet(…, 'id') would give null")},
        {"tags of something else", STR_INIT("policy().tags['x']"),
         STR_INIT("!there is no property 'tags'; tryGet(…, 'tags') would give null")},
        {"member of a string", STR_INIT("field('name').x"),
         STR_INIT("!'.x' needs an object before it, this is a string")},
        {"string as index of an array", STR_INIT("parameters('names')['a']"),
         STR_INIT("!an array takes an integer as index and an object a string, this is an array "
                  "with a string")},
        {"float as index", STR_INIT("parameters('names')[1.0]"),
         STR_INIT("!an array takes an integer as index and an object a string, this is an array "
                  "with a number")},
        {"number as key", STR_INIT("policy()[0]"),
         STR_INIT("!an array takes an integer as index and an object a string, this is an object "
                  "with a number")},
        {"beyond the end", STR_INIT("parameters('names')[2]"),
         STR_INIT("!index 2 is not in an array of 2 items")},
        {"before the start", STR_INIT("parameters('names')[-1]"),
         STR_INIT("!index -1 is not in an array of 2 items")},
        {"an argument that fails", STR_INIT("empty(field('broken'))"),
         STR_INIT("!alias 'broken' is not known")},
        {"all arguments are evaluated", STR_INIT("or(true(), int('x'))"),
         STR_INIT("!int: 'x' is not an integer")},
    };
    check_all(rows, COUNTOF(rows));
}

TEST(eval_without_answers)
{
    static const ExprCase rows[] = {
        {"field", STR_INIT("field('a')"), STR_INIT("!field() has no value here")},
        {"current", STR_INIT("current()"), STR_INIT("!current() has no value here")},
        {"parameters", STR_INIT("parameters('a')"), STR_INIT("!parameter 'a' has no value")},
        {"group", STR_INIT("resourceGroup()"), STR_INIT("!resourceGroup() has no value here")},
        {"subscription", STR_INIT("subscription().id"),
         STR_INIT("!subscription() has no value here")},
        {"request", STR_INIT("requestContext().apiVersion"),
         STR_INIT("!requestContext() has no value here")},
        {"claims", STR_INIT("claims()"), STR_INIT("!claims() has no value here")},
        {"policy", STR_INIT("policy()"), STR_INIT("!policy() has no value here")},
        {"time", STR_INIT("utcNow()"), STR_INIT("!utcNow() has no value here")},
    };
    static const ExprEnv nothing = {0};
    check_exprs(rows, COUNTOF(rows), &nothing);
}

TEST(eval_context)
{
    static const ExprCase rows[] = {
        {"field", STR_INIT("field('NAME')"), STR_INIT("\"vm-1\"")},
        {"field missing is ''", STR_INIT("field('none')"), STR_INIT("\"\"")},
        {"field null is ''", STR_INIT("field('empty')"), STR_INIT("\"\"")},
        {"length of a missing field", STR_INIT("length(field('none'))"), STR_INIT("0")},
        {"array", STR_INIT("field('k')[1]"), STR_INIT("2")},
        {"current", STR_INIT("current()"), STR_INIT("7")},
        {"current of a name", STR_INIT("current('k')"), STR_INIT("[1,2]")},
        {"current missing is ''", STR_INIT("current('none')"), STR_INIT("\"\"")},
        {"parameter ignoring case", STR_INIT("parameters('NAMES')[0]"), STR_INIT("\"a\"")},
        {"parameter null", STR_INIT("parameters('n')"), STR_INIT("null")},
        {"property ignoring case", STR_INIT("resourceGroup().NAME"), STR_INIT("\"rg\"")},
        {"key ignoring case", STR_INIT("resourceGroup()['Name']"), STR_INIT("\"rg\"")},
        {"subscription", STR_INIT("subscription().subscriptionId"), STR_INIT("\"s1\"")},
        {"request", STR_INIT("requestContext().apiVersion"), STR_INIT("\"2023-07-01\"")},
        {"claims", STR_INIT("claims().acr"), STR_INIT("\"1\"")},
        {"policy", STR_INIT("policy().assignmentId"), STR_INIT("\"/a\"")},
        {"now", STR_INIT("utcNow()"), STR_INIT("\"2025-02-20T12:00:00Z\"")},
        {"days from now", STR_INIT("addDays(utcNow(), -1)"),
         STR_INIT("\"2025-02-19T12:00:00.0000000Z\"")},
    };
    check_all(rows, COUNTOF(rows));
}

TEST(eval_absence_in_scopes)
{
    static const ExprCase rows[] = {
        {"tag", STR_INIT("resourceGroup().tags['env']"), STR_INIT("\"prod\"")},
        {"absent tag", STR_INIT("resourceGroup().tags['other']"), STR_INIT("\"\"")},
        {"absent tag, computed", STR_INIT("resourceGroup()['Tags'][concat('o', 'ther')]"),
         STR_INIT("\"\"")},
        {"absent tag as a member", STR_INIT("resourceGroup().tags.other"), STR_INIT("\"\"")},
        {"tags null", STR_INIT("subscription().tags['other']"), STR_INIT("\"\"")},
        {"managed by nobody", STR_INIT("resourcegroup().managedBy"), STR_INIT("\"\"")},
        {"whole tags", STR_INIT("length(subscription().tags)"), STR_INIT("0")},
    };
    check_all(rows, COUNTOF(rows));
}

TEST(eval_if_takes_one_branch)
{
    static const ExprCase rows[] = {
        {"then", STR_INIT("if(true(), 1, int('x'))"), STR_INIT("1")},
        {"else", STR_INIT("if(false(), field('broken'), 2)"), STR_INIT("2")},
        {"guard",
         STR_INIT("if(greater(length(field('text')), 3), substring(field('text'), 0, 3), "
                  "'short')"),
         STR_INIT("\"short\"")},
    };
    check_all(rows, COUNTOF(rows));
}

// Parses JSON and evaluates it.
static Str eval_json(Arena *arena, Str json, const ExprEnv *env)
{
    DiagList diags;
    diag_init(&diags, arena, STR("case"));
    const Expr *expr = NULL;
    const Json *value = NULL;
    Err err = {0};
    Buf out = {0};
    if (!expr_parse(arena, json_of(arena, json), &diags, &expr)) {
        buf_push(&out, STR("does not parse"));
    } else if (!expr_eval(arena, expr, env, &value, &err)) {
        buf_printf(&out, "!%s", err.text);
    } else {
        json_write(&out, value);
    }
    Str text = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return text;
}

TEST(eval_json_values)
{
    static const struct {
        const char *row;
        Str json, want;
    } rows[] = {
        {"key that is no string", STR_INIT("{\"[add(1, 2)]\":1}"),
         STR_INIT("!the key of an object must be a string, it is a number")},
        {"literal key that is no string", STR_INIT("{\"[5]\":1}"),
         STR_INIT("!the key of an object must be a string, it is a number")},
        {"item that fails", STR_INIT("[1,\"[int('x')]\"]"),
         STR_INIT("!int: 'x' is not an integer")},
        {"array", STR_INIT("[1,\"[add(1, 1)]\",\"[[3\",[\"[null()]\"]]"),
         STR_INIT("[1,2,\"[3\",[null]]")},
        {"object", STR_INIT("{\"[concat('a', 'b')]\":\"[true()]\",\"c\":{\"d\":\"[1]\"}}"),
         STR_INIT("{\"ab\":true,\"c\":{\"d\":1}}")},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Arena arena;
        arena_init(&arena, (size_t)1 << 24);
        const ExprEnv nothing = {0};
        CHECK_ROW(rows[i].row, str_eq(eval_json(&arena, rows[i].json, &nothing), rows[i].want));
        arena_free(&arena);
    }
}

TEST(eval_error_has_a_place)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 24);
    DiagList diags;
    diag_init(&diags, &arena, STR("case"));
    const Expr *expr = NULL;
    const Json *value = NULL;
    const ExprEnv nothing = {0};
    Err err = {0};
    CHECK(expr_parse_text(&arena, STR("concat('a', int('x'))"), (Span){4, 20}, &diags, &expr));
    CHECK(!expr_eval(&arena, expr, &nothing, &value, &err));
    CHECK(err.kind == ERR_EVAL && err.at.line == 4 && err.at.col == 32);
    arena_free(&arena);
}

// What is left after folding: a literal as JSON, anything else as kind and reads.
static void check_fold(const char *row, Str text, unsigned reads_left, Str want)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 24);
    DiagList diags;
    diag_init(&diags, &arena, STR("case"));
    Json resource = *json_of(&arena, STR("{}"));
    ExprEnv env;
    env_init(&arena, &env);
    env.ctx = &resource;
    const Expr *expr = NULL;
    Buf out = {0};
    CHECK_ROW(row, expr_parse_text(&arena, text, (Span){0}, &diags, &expr));
    const Expr *folded = expr_fold(&arena, expr, &env, reads_left);
    if (expr_is_literal(folded)) {
        json_write(&out, folded->value);
    } else {
        buf_printf(&out, "kind %d reads %u args %u", (int)folded->kind, folded->reads,
                   (unsigned)folded->arg_count);
        for (uint32_t i = 0; i < folded->arg_count; i++) {
            buf_push(&out, expr_is_literal(&folded->args[i]) ? STR(" =") : STR(" ?"));
        }
    }
    if (!str_eq(buf_str(&out), want)) {
        const ExprCase c = {row, text, want};
        fail_with(&arena, &c, buf_str(&out));
    }
    buf_free(&out);
    arena_free(&arena);
}

TEST(fold)
{
    static const struct {
        const char *row;
        Str text;
        unsigned left;
        Str want;
    } rows[] = {
        {"what fails stays", STR_INIT("int('x')"), 0, STR_INIT("kind 1 reads 0 args 1 =")},
        {"field stays", STR_INIT("field('a')"), EXPR_READS_FIELD,
         STR_INIT("kind 1 reads 1 args 1 =")},
        {"arguments fold", STR_INIT("concat(field(concat('a', 'b')), parameters('names')[1])"),
         EXPR_READS_FIELD, STR_INIT("kind 1 reads 1 args 2 ? =")},
        {"field of a field", STR_INIT("field(concat('tags.', field('a')))"), EXPR_READS_FIELD,
         STR_INIT("kind 1 reads 1 args 1 ?")},
        {"clock stays", STR_INIT("addDays(utcNow(), mul(-1, 30))"), EXPR_READS_CLOCK,
         STR_INIT("kind 1 reads 64 args 2 ? =")},
        {"absent tag of a computed name", STR_INIT("resourceGroup().tags[field('tag')]"),
         EXPR_READS_FIELD, STR_INIT("kind 3 reads 9 args 2 ? ?")},
        {"constant", STR_INIT("concat('a', 'b')"), ~0U, STR_INIT("\"ab\"")},
        {"parameter", STR_INIT("length(parameters('names'))"), EXPR_READS_FIELD, STR_INIT("2")},
        {"branch", STR_INIT("if(parameters('flag'), field('a'), current())"),
         EXPR_READS_FIELD | EXPR_READS_CURRENT, STR_INIT("kind 1 reads 1 args 1 =")},
        {"if with an open condition", STR_INIT("if(empty(field('a')), parameters('flag'), 1)"),
         EXPR_READS_FIELD, STR_INIT("kind 1 reads 1 args 3 ? = =")},
        {"everything", STR_INIT("resourceGroup().tags['none']"), 0, STR_INIT("\"\"")},
        {"literal", STR_INIT("'a'"), ~0U, STR_INIT("\"a\"")},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        check_fold(rows[i].row, rows[i].text, rows[i].left, rows[i].want);
    }
}

// Folding must not change what an expression is worth.
TEST(fold_keeps_the_value)
{
    static const Str texts[] = {
        STR_INIT("resourceGroup().tags[field('tag')]"),
        STR_INIT("resourceGroup().tags[field('none')]"),
        STR_INIT("resourceGroup()[concat('managed', field('text'), 'By')]"),
        STR_INIT("concat(field('name'), parameters('names')[0], if(parameters('flag'), 'x', 1))"),
        STR_INIT("union(field('k'), createArray(1, current()))"),
        STR_INIT("if(empty(field('none')), toLower('A'), int('x'))"),
    };
    for (size_t i = 0; i < COUNTOF(texts); i++) {
        Arena arena;
        arena_init(&arena, (size_t)1 << 24);
        DiagList diags;
        diag_init(&diags, &arena, STR("case"));
        Json resource =
            *json_of(&arena, STR("{\"name\":\"vm\",\"tag\":\"ENV\",\"k\":[7],\"text\":\"\"}"));
        ExprEnv env;
        env_init(&arena, &env);
        env.ctx = &resource;
        const Expr *expr = NULL;
        const Json *before = NULL;
        const Json *after = NULL;
        Err err = {0};
        CHECK_ROW(texts[i].ptr, expr_parse_text(&arena, texts[i], (Span){0}, &diags, &expr));
        const Expr *folded = expr_fold(&arena, expr, &env, EXPR_READS_FIELD | EXPR_READS_CURRENT);
        CHECK_ROW(texts[i].ptr, !expr_is_literal(folded));
        CHECK_ROW(texts[i].ptr, expr_eval(&arena, expr, &env, &before, &err));
        CHECK_ROW(texts[i].ptr, expr_eval(&arena, folded, &env, &after, &err));
        CHECK_ROW(texts[i].ptr, before != NULL && json_equal(before, after));
        arena_free(&arena);
    }
}
