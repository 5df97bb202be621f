// SPDX-License-Identifier: Apache-2.0
#include "policy/expr.h"

#include "policy/expr_case.h"

static const ExprEnv nothing = {0};

TEST(expr_syntax_errors)
{
    static const ExprCase rows[] = {
        {"empty", STR_INIT(""),
         STR_INIT("!1: expression-syntax: expected a function, a string or a number at character 1 "
                  "of the expression, found its end")},
        {"unclosed call", STR_INIT("concat('a'"),
         STR_INIT("!11: expression-syntax: expected ',' or ')' at character 11 of the expression, "
                  "found its end")},
        {"unclosed string", STR_INIT("toLower('abc"),
         STR_INIT("!13: expression-syntax: expected a ' that ends the string at character 13 of "
                  "the expression, found its end")},
        {"string that ends in an escaped quote", STR_INIT("toLower('abc'')"),
         STR_INIT("!16: expression-syntax: expected a ' that ends the string at character 16 of "
                  "the expression, found its end")},
        {"no comma", STR_INIT("concat('a' 'b')"),
         STR_INIT("!12: expression-syntax: expected ',' or ')' at character 12 of the expression, "
                  "found 'b'")},
        {"trailing comma", STR_INIT("concat('a',)"),
         STR_INIT("!12: expression-syntax: expected a function, a string or a number at character "
                  "12 of the expression, found )")},
        {"second value", STR_INIT("true() false()"),
         STR_INIT("!8: expression-syntax: expected nothing more at character 8 of the expression, "
                  "found false")},
        {"a name alone", STR_INIT("not(true)"),
         STR_INIT("!9: expression-syntax: expected '(' after the function's name at character 9 of "
                  "the expression, found )")},
        {"operator", STR_INIT("add(1, 2) > 2"),
         STR_INIT("!11: expression-syntax: expected a function, a string or a number at character "
                  "11 of the expression, found >")},
        {"double quotes", STR_INIT("concat(\"a\")"),
         STR_INIT("!8: expression-syntax: expected a function, a string or a number at character 8 "
                  "of the expression, found \"")},
        {"bad number", STR_INIT("add(1, 2x)"),
         STR_INIT("!8: expression-syntax: expected a number at character 8 of the expression, "
                  "found 2x")},
        {"leading zero", STR_INIT("add(01, 2)"),
         STR_INIT("!5: expression-syntax: expected a number at character 5 of the expression, "
                  "found 01")},
        {"no property", STR_INIT("policy()."),
         STR_INIT("!10: expression-syntax: expected a property name after '.' at character 10 of "
                  "the expression, found its end")},
        {"unclosed index", STR_INIT("createArray(1)[0"),
         STR_INIT("!17: expression-syntax: expected ']' after the index at character 17 of the "
                  "expression, found its end")},
        {"star", STR_INIT("field('a')[*]"),
         STR_INIT("!12: expression-syntax: expected a function, a string or a number at character "
                  "12 of the expression, found *")},
    };
    check_exprs(rows, COUNTOF(rows), &nothing);
}

TEST(expr_function_errors)
{
    static const ExprCase rows[] = {
        {"near a known one", STR_INIT("concatt('a')"),
         STR_INIT("!1: unknown-function: there is no function 'concatt'; did you mean 'concat'?")},
        {"near nothing", STR_INIT("not(frobnicate())"),
         STR_INIT("!5: unknown-function: there is no function 'frobnicate' in the language of "
                  "rules")},
        {"of a deployment", STR_INIT("variables('a')"),
         STR_INIT("!1: disallowed-function: 'variables' may not be called in a policy rule: it "
                  "needs the deployment that a template runs in")},
        {"of a scope", STR_INIT("resourceId('a/b', 'c')"),
         STR_INIT("!1: disallowed-function: 'resourceId' may not be called in a policy rule: it "
                  "names a resource or scope of the deployment")},
        {"of time", STR_INIT("dateTimeAdd(utcNow(), 'P1D')"),
         STR_INIT("!1: disallowed-function: 'dateTimeAdd' may not be called in a policy rule: of "
                  "the date functions a rule has only addDays and utcNow")},
        {"of chance", STR_INIT("NEWGUID()"),
         STR_INIT("!1: disallowed-function: 'NEWGUID' may not be called in a policy rule: its "
                  "value would differ at every evaluation")},
        {"of the service", STR_INIT("listKeys('a', 'b')"),
         STR_INIT("!1: disallowed-function: 'listKeys' may not be called in a policy rule: it asks "
                  "the service at run time")},
        {"of lambda", STR_INIT("map(createArray(1), 2)"),
         STR_INIT("!1: disallowed-function: 'map' may not be called in a policy rule: lambda "
                  "expressions are not part of rules")},
        {"of templates", STR_INIT("indexFromEnd(createArray(1), 1)"),
         STR_INIT("!1: disallowed-function: 'indexFromEnd' may not be called in a policy rule: it "
                  "is only available in templates")},
        {"user function", STR_INIT("contoso.name('a')"),
         STR_INIT("!1: disallowed-function: 'contoso.…' would be a function of a template; a rule "
                  "has none of its own")},
        {"too few", STR_INIT("replace('a', 'b')"),
         STR_INIT("!1: argument-count: replace takes exactly 3 arguments, here are 2")},
        {"too many", STR_INIT("substring('a', 0, 1, 2)"),
         STR_INIT("!1: argument-count: substring takes at most 3 arguments, here are 4")},
        {"not enough", STR_INIT("tryGet(createArray())"),
         STR_INIT("!1: argument-count: tryGet takes at least 2 arguments, here are 1")},
        {"one", STR_INIT("not()"),
         STR_INIT("!1: argument-count: not takes exactly 1 argument, here are 0")},
        {"guid of one text", STR_INIT("guid('a')"),
         STR_INIT("!1: argument-count: guid takes at least 2 arguments, here are 1")},
    };
    check_exprs(rows, COUNTOF(rows), &nothing);
}

TEST(expr_reports_all_wrong_functions)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 24);
    DiagList diags;
    diag_init(&diags, &arena, STR("rule.json"));
    const Expr *expr = NULL;
    CHECK(!expr_parse_text(&arena, STR("concat(variables('a'), frob(1), not())"), (Span){3, 10},
                           &diags, &expr));
    CHECK(diags.errors == 3);
    CHECK(diags.first->at.line == 3 && diags.first->at.col == 17);
    CHECK(diags.first->next->at.col == 33);
    CHECK(expr == NULL);
    arena_free(&arena);
}

TEST(expr_warns_of_what_the_service_refuses)
{
    static const struct {
        Str text;
        const char *code, *says; // NULL = nothing to warn of
    } rows[] = {
        {STR_INIT("concat()"), "few-arguments",
         "Azure wants at least 1 argument for concat, here are 0"},
        {STR_INIT("or(true())"), "few-arguments",
         "Azure wants at least 2 arguments for or, here are 1"},
        {STR_INIT("union(createArray())"), "few-arguments",
         "Azure wants at least 2 arguments for union, here are 1"},
        {STR_INIT("padLeft('a', 17)"), "padding-width",
         "Azure pads to widths from 1 to 16, this is 17"},
        {STR_INIT("padLeft('a', 0, '0')"), "padding-width",
         "Azure pads to widths from 1 to 16, this is 0"},
        {STR_INIT("padLeft('a', 16)"), NULL, NULL},
        {STR_INIT("padLeft('a', length('b'))"), NULL, NULL},
        {STR_INIT("and(true(), false())"), NULL, NULL},
        {STR_INIT("concat('a')"), NULL, NULL},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Arena arena;
        arena_init(&arena, (size_t)1 << 20);
        DiagList diags;
        diag_init(&diags, &arena, STR("rule.json"));
        const Expr *expr = NULL;
        CHECK_ROW(rows[i].text.ptr,
                  expr_parse_text(&arena, rows[i].text, (Span){1, 1}, &diags, &expr));
        const Diag *first = diags.first;
        CHECK_ROW(rows[i].text.ptr, (first != NULL) == (rows[i].code != NULL));
        CHECK_ROW(rows[i].text.ptr,
                  first == NULL || (first->level == DIAG_WARNING && first->next == NULL &&
                                    strcmp(first->code, rows[i].code) == 0 &&
                                    str_eq(first->text, str_from_cstr(rows[i].says))));
        arena_free(&arena);
    }
}

// A text made of `head`, `count` times `middle`, and `tail`.
static Str repeated(Arena *arena, const char *head, const char *middle, uint32_t count,
                    const char *tail)
{
    Buf out = {0};
    buf_printf(&out, "%s", head);
    for (uint32_t i = 0; i < count; i++) {
        buf_printf(&out, "%s", middle);
    }
    buf_printf(&out, "%s", tail);
    Str text = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return text;
}

typedef struct LimitRow {
    const char *row;
    const char *head, *middle, *tail;
    uint32_t most; // this many are allowed, one more is not
    Str message;
} LimitRow;

static void check_limit(const LimitRow *row, uint32_t count, bool want)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 26);
    DiagList diags;
    diag_init(&diags, &arena, STR("rule.json"));
    const Expr *expr = NULL;
    Str text = repeated(&arena, row->head, row->middle, count, row->tail);
    CHECK_ROW(row->row, expr_parse_text(&arena, text, (Span){0}, &diags, &expr) == want);
    if (!want && diags.first != NULL) {
        CHECK_ROW(row->row, strcmp(diags.first->code, "limit") == 0);
        CHECK_ROW(row->row, str_eq(diags.first->text, row->message));
        CHECK_ROW(row->row, diags.first->at.line == 0);
    }
    arena_free(&arena);
}

TEST(expr_limits)
{
    static const LimitRow rows[] = {
        {"arguments", "concat('a'", ",1", ")", 127,
         STR_INIT("a function takes at most 128 arguments")},
        {"depth of minus signs", "add(1, ", "-", "1)", 62,
         STR_INIT("an expression nests at most 64 deep")},
        {"depth of steps", "policy()", ".a", "", 63,
         STR_INIT("an expression nests at most 64 deep")},
        {"bytes", "toLower('", "a", "')", 81909,
         STR_INIT("an expression has at most 81920 bytes, this one 81921")},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        check_limit(&rows[i], rows[i].most, true);
        check_limit(&rows[i], rows[i].most + 1, false);
    }
}

TEST(expr_limit_of_functions)
{
    // 16 × (1 + 127) calls are 2048; the outer one would be one more.
    const char *inner = "concat(null()"
                        ",null(),null(),null(),null(),null(),null(),null(),null(),null(),null()"
                        ",null(),null(),null(),null(),null(),null(),null(),null(),null(),null()"
                        ",null(),null(),null(),null(),null(),null(),null(),null(),null(),null()"
                        ",null(),null(),null(),null(),null(),null(),null(),null(),null(),null()"
                        ",null(),null(),null(),null(),null(),null(),null(),null(),null(),null()"
                        ",null(),null(),null(),null(),null(),null(),null(),null(),null(),null()"
                        ",null(),null()),"; // 64 calls
    static const Str message = STR_INIT("an expression calls at most 2048 functions");
    LimitRow row = {"functions", "createArray(", inner, "1)", 31, message};
    check_limit(&row, 31, true);
    check_limit(&row, 32, false);
}

TEST(expr_json_values)
{
    static const struct {
        const char *row;
        Str json;
        ExprKind kind;
        Str want; // of a literal
    } rows[] = {
        {"plain string", STR_INIT("\"abc\""), EXPR_LITERAL, STR_INIT("\"abc\"")},
        {"opens only", STR_INIT("\"[Store]My;Thumbprint\""), EXPR_LITERAL,
         STR_INIT("\"[Store]My;Thumbprint\"")},
        {"closes only", STR_INIT("\"a]\""), EXPR_LITERAL, STR_INIT("\"a]\"")},
        {"a bracket", STR_INIT("\"[\""), EXPR_LITERAL, STR_INIT("\"[\"")},
        {"space before", STR_INIT("\" [true()]\""), EXPR_LITERAL, STR_INIT("\" [true()]\"")},
        {"escaped", STR_INIT("\"[[abc]\""), EXPR_LITERAL, STR_INIT("\"[abc]\"")},
        {"escaped, not closed", STR_INIT("\"[[abc\""), EXPR_LITERAL, STR_INIT("\"[abc\"")},
        {"escaped inside", STR_INIT("{\"[[k]\":[1,\"[[v]\"]}"), EXPR_LITERAL,
         STR_INIT("{\"[k]\":[1,\"[v]\"]}")},
        {"literal expression", STR_INIT("\"['a']\""), EXPR_LITERAL, STR_INIT("\"a\"")},
        {"literal number", STR_INIT("\"[ -1.50 ]\""), EXPR_LITERAL, STR_INIT("-1.50")},
        {"call", STR_INIT("\"[true()]\""), EXPR_CALL, {0}},
        {"member", STR_INIT("\"[policy().id]\""), EXPR_MEMBER, {0}},
        {"index", STR_INIT("\"[policy()['id']]\""), EXPR_INDEX, {0}},
        {"array", STR_INIT("[1,\"[true()]\"]"), EXPR_ARRAY, {0}},
        {"object", STR_INIT("{\"a\":\"[true()]\"}"), EXPR_OBJECT, {0}},
        {"object by key", STR_INIT("{\"[concat('a')]\":1}"), EXPR_OBJECT, {0}},
        {"object by a number as key", STR_INIT("{\"[1]\":1}"), EXPR_OBJECT, {0}},
        {"null", STR_INIT("null"), EXPR_LITERAL, STR_INIT("null")},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Arena arena;
        arena_init(&arena, (size_t)1 << 24);
        DiagList diags;
        diag_init(&diags, &arena, STR("case"));
        const Expr *expr = NULL;
        const Json *json = json_of(&arena, rows[i].json);
        CHECK_ROW(rows[i].row, expr_parse(&arena, json, &diags, &expr));
        CHECK_ROW(rows[i].row, expr != NULL && expr->kind == rows[i].kind);
        if (expr != NULL && expr->kind == EXPR_LITERAL) {
            Buf out = {0};
            json_write(&out, expr->value);
            CHECK_ROW(rows[i].row, str_eq(buf_str(&out), rows[i].want));
            buf_free(&out);
        }
        arena_free(&arena);
    }
}

TEST(expr_literal_is_not_copied)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 24);
    DiagList diags;
    diag_init(&diags, &arena, STR("case"));
    const Json *json = json_of(&arena, STR("{\"a\":[1,2,\"x\"]}"));
    const Expr *expr = NULL;
    CHECK(expr_parse(&arena, json, &diags, &expr) && expr->value == json);
    CHECK(expr_is_literal(expr) && expr->reads == 0);
    arena_free(&arena);
}

TEST(expr_errors_in_json_have_places)
{
    static const Str bytes = STR_INIT("{\n  \"a\": [1, \"[frob()]\"],\n  \"[true(]\": 2\n}\n");
    Arena arena;
    arena_init(&arena, (size_t)1 << 24);
    DiagList diags;
    diag_init(&diags, &arena, STR("rule.json"));
    const JsonLimits limits = JSON_LIMITS_DEFAULT;
    const Json *json = NULL;
    const Expr *expr = NULL;
    CHECK(json_read(&arena, bytes, &limits, &diags, &json));
    CHECK(!expr_parse(&arena, json, &diags, &expr));
    CHECK(diags.errors == 2);
    CHECK(diags.first != NULL && diags.first->at.line == 2 && diags.first->at.col == 14);
    CHECK(diags.first->next != NULL && diags.first->next->at.line == 3);
    CHECK(diags.first->next != NULL && diags.first->next->at.col == 10);
    arena_free(&arena);
}

TEST(expr_reads)
{
    static const struct {
        const char *row;
        Str text;
        unsigned want;
    } rows[] = {
        {"nothing", STR_INIT("concat('a', 'b')"), 0},
        {"field", STR_INIT("concat(field('a'))"), EXPR_READS_FIELD},
        {"current", STR_INIT("current()"), EXPR_READS_CURRENT},
        {"parameters", STR_INIT("Parameters('a')[0]"), EXPR_READS_PARAMETER},
        {"resource group", STR_INIT("resourceGroup().name"), EXPR_READS_SCOPE},
        {"subscription", STR_INIT("subscription()"), EXPR_READS_SCOPE},
        {"request", STR_INIT("requestContext().apiVersion"), EXPR_READS_REQUEST},
        {"claims", STR_INIT("claims()"), EXPR_READS_REQUEST},
        {"policy", STR_INIT("policy()"), EXPR_READS_POLICY},
        {"clock", STR_INIT("utcNow()"), EXPR_READS_CLOCK},
        {"union", STR_INIT("if(empty(field('a')), parameters('b'), utcNow())"),
         EXPR_READS_FIELD | EXPR_READS_PARAMETER | EXPR_READS_CLOCK},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Arena arena;
        arena_init(&arena, (size_t)1 << 24);
        DiagList diags;
        diag_init(&diags, &arena, STR("case"));
        const Expr *expr = NULL;
        CHECK_ROW(rows[i].row, expr_parse_text(&arena, rows[i].text, (Span){0}, &diags, &expr));
        CHECK_ROW(rows[i].row, expr != NULL && expr->reads == rows[i].want);
        arena_free(&arena);
    }
}

TEST(expr_accepts)
{
    static const ExprCase rows[] = {
        {"quote in a string", STR_INIT("concat('it''s')"), STR_INIT("\"it's\"")},
        {"only quotes", STR_INIT("concat('''''')"), STR_INIT("\"''\"")},
        {"white space", STR_INIT(" \t\n concat ( 'a' , 'b' ) "), STR_INIT("\"ab\"")},
        {"names ignore case", STR_INIT("TOLOWER(ConCat('A'))"), STR_INIT("\"a\"")},
        {"index, member, index",
         STR_INIT("createObject('a', createArray(createObject('B', 7))).A"
                  "[0]['b']"),
         STR_INIT("7")},
        {"negative", STR_INIT("add(-1, 5)"), STR_INIT("4")},
        {"negative with a space", STR_INIT("sub(10, - 3)"), STR_INIT("13")},
        {"twice negative", STR_INIT("--3"), STR_INIT("3")},
        {"negative function", STR_INIT("-add(1, 2)"), STR_INIT("-3")},
        {"exponent", STR_INIT("max(1e+2, 3)"), STR_INIT("1e+2")},
        {"big number keeps its text", STR_INIT("array(123456789012345678901234567890)"),
         STR_INIT("[123456789012345678901234567890]")},
    };
    check_exprs(rows, COUNTOF(rows), &nothing);
}
