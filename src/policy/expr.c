// SPDX-License-Identifier: Apache-2.0
#include "policy/expr.h"

#include <string.h>

#include "policy/expr_node.h"
#include "json/lex.h"

// What a rule may hold at most, by the service's documentation.
enum { CALLS_MAX = 2048, ARGS_MAX = 128, DEPTH_MAX = 64, TEXT_MAX = 81920 };

typedef enum TokenKind {
    TOKEN_END,
    TOKEN_NUMBER,
    TOKEN_STRING,
    TOKEN_NAME,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_OPEN_INDEX,
    TOKEN_CLOSE_INDEX,
    TOKEN_COMMA,
    TOKEN_DOT,
    TOKEN_MINUS,
    TOKEN_WRONG // already reported
} TokenKind;

typedef struct Token {
    TokenKind kind;
    size_t start, end; // bytes of the text
} Token;

typedef struct Parser {
    Arena *arena;
    DiagList *diags;
    Str text;
    Span at;     // of the text's first byte
    Token token; // the one to look at next
    uint32_t depth, calls;
} Parser;

// --- places -------------------------------------------------------------------------------------

// Right as long as the JSON string that holds the text has no escapes before this place.
static Span place(const Parser *p, size_t offset)
{
    if (p->at.line == 0) {
        return p->at;
    }
    return (Span){p->at.line, p->at.col + (uint32_t)offset};
}

static bool wrong_syntax(const Parser *p, size_t offset, const char *expected, const char *found,
                         Str token)
{
    return diag_error(p->diags, place(p, offset), "expression-syntax",
                      "expected %s at character %zu of the expression, found %s%.*s", expected,
                      offset + 1, found, STR_ARG(token));
}

static bool wrong_token(const Parser *p, const char *expected)
{
    if (p->token.kind == TOKEN_WRONG) {
        return false;
    }
    if (p->token.kind == TOKEN_END) {
        return wrong_syntax(p, p->token.start, expected, "its end", STR(""));
    }
    Str token = {p->text.ptr + p->token.start, p->token.end - p->token.start};
    return wrong_syntax(p, p->token.start, expected, "", token);
}

// --- tokens -------------------------------------------------------------------------------------

static bool is_name_start(char c)
{
    char lower = (char)(c | 0x20);
    return (lower >= 'a' && lower <= 'z') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static TokenKind punctuation(char c)
{
    static const struct {
        char c;
        TokenKind kind;
    } marks[] = {
        {'(', TOKEN_OPEN},  {')', TOKEN_CLOSE}, {'[', TOKEN_OPEN_INDEX}, {']', TOKEN_CLOSE_INDEX},
        {',', TOKEN_COMMA}, {'.', TOKEN_DOT},   {'-', TOKEN_MINUS},
    };
    for (size_t i = 0; i < COUNTOF(marks); i++) {
        if (marks[i].c == c) {
            return marks[i].kind;
        }
    }
    return TOKEN_WRONG;
}

// To the quote that ends the string: two quotes in a row stand for one.
static Token take_string(const Parser *p, size_t start)
{
    size_t at = start + 1;
    for (; at < p->text.len; at++) {
        if (p->text.ptr[at] != '\'') {
            continue;
        }
        if (at + 1 == p->text.len || p->text.ptr[at + 1] != '\'') {
            return (Token){TOKEN_STRING, start, at + 1};
        }
        at++;
    }
    (void)wrong_syntax(p, p->text.len, "a ' that ends the string", "its end", STR(""));
    return (Token){TOKEN_WRONG, start, at};
}

static Token take_number(const Parser *p, size_t start)
{
    size_t end = start;
    while (end < p->text.len &&
           (is_digit(p->text.ptr[end]) || is_name_start(p->text.ptr[end]) ||
            (p->text.ptr[end] == '.' && end + 1 < p->text.len && is_digit(p->text.ptr[end + 1])) ||
            (end > start && (p->text.ptr[end] == '+' || p->text.ptr[end] == '-') &&
             (p->text.ptr[end - 1] | 0x20) == 'e'))) {
        end++;
    }
    Str text = {p->text.ptr + start, end - start};
    Json number = {0};
    size_t at = 0;
    if (lex_number(text, &at, &number) != LEX_OK || at != text.len) {
        (void)wrong_syntax(p, start, "a number", "", text);
        return (Token){TOKEN_WRONG, start, end};
    }
    return (Token){TOKEN_NUMBER, start, end};
}

static void next(Parser *p)
{
    size_t at = p->token.end;
    while (at < p->text.len &&
           (p->text.ptr[at] == ' ' || (p->text.ptr[at] >= '\t' && p->text.ptr[at] <= '\r'))) {
        at++;
    }
    if (at == p->text.len) {
        p->token = (Token){TOKEN_END, at, at};
        return;
    }
    char c = p->text.ptr[at];
    if (c == '\'') {
        p->token = take_string(p, at);
    } else if (is_digit(c)) {
        p->token = take_number(p, at);
    } else if (is_name_start(c)) {
        size_t end = at + 1;
        while (end < p->text.len &&
               (is_name_start(p->text.ptr[end]) || is_digit(p->text.ptr[end]))) {
            end++;
        }
        p->token = (Token){TOKEN_NAME, at, end};
    } else {
        p->token = (Token){punctuation(c), at, at + 1};
        if (p->token.kind == TOKEN_WRONG) {
            (void)wrong_syntax(p, at, "a function, a string or a number", "",
                               (Str){p->text.ptr + at, 1});
        }
    }
}

static Str token_text(const Parser *p)
{
    return (Str){p->text.ptr + p->token.start, p->token.end - p->token.start};
}

static bool take(Parser *p, TokenKind kind, const char *expected)
{
    if (p->token.kind != kind) {
        return wrong_token(p, expected);
    }
    next(p);
    return true;
}

// --- nodes ---------------------------------------------------------------------------------------

unsigned expr_reads_of(FuncId func)
{
    static const struct {
        FuncId func;
        unsigned reads;
    } rows[] = {
        {FUNC_FIELD, EXPR_READS_FIELD},          {FUNC_CURRENT, EXPR_READS_CURRENT},
        {FUNC_PARAMETERS, EXPR_READS_PARAMETER}, {FUNC_RESOURCE_GROUP, EXPR_READS_SCOPE},
        {FUNC_SUBSCRIPTION, EXPR_READS_SCOPE},   {FUNC_REQUEST_CONTEXT, EXPR_READS_REQUEST},
        {FUNC_CLAIMS, EXPR_READS_REQUEST},       {FUNC_POLICY, EXPR_READS_POLICY},
        {FUNC_UTC_NOW, EXPR_READS_CLOCK},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        if (rows[i].func == func) {
            return rows[i].reads;
        }
    }
    return 0;
}

static const Expr *pair(Arena *arena, Expr first, Expr second)
{
    Expr *args = NEW_ARRAY(arena, Expr, 2);
    args[0] = first;
    args[1] = second;
    return args;
}

// --- grammar ------------------------------------------------------------------------------------

static bool parse_value(Parser *p, Expr *ret_expr);

// Arguments while their number is not known yet.
typedef struct ArgList {
    Expr expr;
    struct ArgList *next;
} ArgList;

// After the '(': arguments and the ')'.
static bool parse_args(Parser *p, Span at, Expr *ret_call)
{
    ArgList *first = NULL;
    ArgList **tail = &first;
    uint32_t count = 0;
    while (p->token.kind != TOKEN_CLOSE) {
        TRY(count == 0 || take(p, TOKEN_COMMA, "',' or ')'"));
        if (count == ARGS_MAX) {
            return diag_error(p->diags, at, "limit", "a function takes at most %d arguments",
                              ARGS_MAX);
        }
        *tail = NEW(p->arena, ArgList);
        TRY(parse_value(p, &(*tail)->expr));
        tail = &(*tail)->next;
        count++;
    }
    next(p);
    Expr *args = NEW_ARRAY(p->arena, Expr, count);
    for (uint32_t i = 0; i < count; i++, first = first->next) {
        args[i] = first->expr;
    }
    *ret_call = expr_over(EXPR_CALL, at, args, count);
    return true;
}

static void check_arity(const Parser *p, FuncId func, uint32_t count, Span at)
{
    uint32_t least = 0;
    uint32_t most = 0;
    func_arity(func, &least, &most);
    if (count >= least && count <= most) {
        return;
    }
    const char *how = least == most ? "exactly" : count < least ? "at least" : "at most";
    uint32_t bound = count < least ? least : most;
    (void)diag_error(p->diags, at, "argument-count", "%s takes %s %u argument%s, here are %u",
                     func_name(func), how, (unsigned)bound, bound == 1 ? "" : "s", (unsigned)count);
}

// What evaluates here and would be an error in the service, which counts more strictly and pads to
// short texts only.
static void warn_of_service(const Parser *p, FuncId func, const Expr *call)
{
    enum { WIDTH_MAX = 16 };
    static const struct {
        FuncId func;
        uint32_t least;
    } wanted[] = {
        {FUNC_CONCAT, 1}, {FUNC_AND, 2},          {FUNC_OR, 2},
        {FUNC_UNION, 2},  {FUNC_INTERSECTION, 2}, {FUNC_SUBSTRING, 2},
    };
    for (size_t i = 0; i < COUNTOF(wanted); i++) {
        if (wanted[i].func == func && call->arg_count < wanted[i].least) {
            diag_warn(p->diags, call->at, "few-arguments",
                      "Azure wants at least %u argument%s for %s, here are %u",
                      (unsigned)wanted[i].least, wanted[i].least == 1 ? "" : "s", func_name(func),
                      (unsigned)call->arg_count);
        }
    }
    bool is_pad = func == FUNC_PAD_LEFT && call->arg_count > 1 && expr_is_literal(&call->args[1]);
    const Json *width = is_pad ? call->args[1].value : &json_null;
    if (width->type == JSON_NUMBER && width->is_int &&
        (width->number.as_int < 1 || width->number.as_int > WIDTH_MAX)) {
        diag_warn(p->diags, call->args[1].at, "padding-width",
                  "Azure pads to widths from 1 to %d, this is %lld", WIDTH_MAX,
                  (long long)width->number.as_int);
    }
}

static FuncId find_function(const Parser *p, Str name, Span at)
{
    FuncId func = func_find(name);
    if (func != FUNC_COUNT) {
        return func;
    }
    const char *why = func_disallowed(name);
    Str near = func_nearest(name);
    if (why != NULL) {
        (void)diag_error(p->diags, at, "disallowed-function",
                         "'%.*s' may not be called in a policy rule: %s", STR_ARG(name), why);
    } else if (near.len != 0) {
        (void)diag_error(p->diags, at, "unknown-function",
                         "there is no function '%.*s'; did you mean '%.*s'?", STR_ARG(name),
                         STR_ARG(near));
    } else {
        (void)diag_error(p->diags, at, "unknown-function",
                         "there is no function '%.*s' in the language of rules", STR_ARG(name));
    }
    return FUNC_COUNT;
}

// name(…). A name that is no function is reported and its arguments are still read, so that a
// person sees all that is wrong at once.
static bool parse_call(Parser *p, Expr *ret_expr)
{
    Str name = token_text(p);
    Span at = place(p, p->token.start);
    size_t start = p->token.start;
    next(p);
    if (p->token.kind == TOKEN_DOT) {
        return diag_error(p->diags, at, "disallowed-function",
                          "'%.*s.…' would be a function of a template; a rule has none of its own",
                          STR_ARG(name));
    }
    if (p->token.kind != TOKEN_OPEN) {
        return wrong_token(p, "'(' after the function's name");
    }
    if (++p->calls > CALLS_MAX) {
        return diag_error(p->diags, at, "limit", "an expression calls at most %d functions",
                          CALLS_MAX);
    }
    next(p);
    FuncId func = find_function(p, name, place(p, start));
    TRY(parse_args(p, at, ret_expr));
    if (func == FUNC_COUNT) {
        *ret_expr = expr_literal(&json_null, at);
        return true;
    }
    check_arity(p, func, ret_expr->arg_count, at);
    warn_of_service(p, func, ret_expr);
    ret_expr->func = func;
    ret_expr->reads |= expr_reads_of(func);
    return true;
}

// What stands between the quotes, with '' as one quote.
static Str unquote(Arena *arena, Str token)
{
    Str inner = {token.ptr + 1, token.len - 2};
    if (inner.len == 0 || memchr(inner.ptr, '\'', inner.len) == NULL) {
        return inner;
    }
    char *out = NEW_ARRAY(arena, char, inner.len);
    size_t len = 0;
    for (size_t i = 0; i < inner.len; i++) {
        out[len++] = inner.ptr[i];
        i += inner.ptr[i] == '\'' ? 1 : 0;
    }
    return (Str){out, len};
}

static Json number_of(Str token)
{
    Json number = {0};
    size_t at = 0;
    LexFault fault = lex_number(token, &at, &number);
    ASSERT(fault == LEX_OK && at == token.len);
    return number;
}

// -value: of a literal the negative literal, of anything else 0 - value.
static bool parse_negative(Parser *p, Expr *ret_expr)
{
    Span at = place(p, p->token.start);
    Expr value = {0};
    next(p);
    TRY(parse_value(p, &value));
    Json zero = json_int(p->arena, 0);
    if (value.kind != EXPR_LITERAL || value.value->type != JSON_NUMBER) {
        *ret_expr =
            expr_over(EXPR_CALL, at, pair(p->arena, expr_literal_of(p->arena, zero, at), value), 2);
        ret_expr->func = FUNC_SUB;
        return true;
    }
    Str digits = value.value->number.text;
    bool is_negative = digits.ptr[0] == '-';
    char *text = NEW_ARRAY(p->arena, char, digits.len + 1);
    text[0] = '-';
    memcpy(text + 1, digits.ptr, digits.len);
    Str negated = is_negative ? (Str){digits.ptr + 1, digits.len - 1} : (Str){text, digits.len + 1};
    *ret_expr = expr_literal_of(p->arena, number_of(negated), at);
    return true;
}

static bool parse_primary(Parser *p, Expr *ret_expr)
{
    Span at = place(p, p->token.start);
    switch (p->token.kind) {
    case TOKEN_NUMBER:
        *ret_expr = expr_literal_of(p->arena, number_of(token_text(p)), at);
        break;
    case TOKEN_STRING:
        *ret_expr = expr_literal_of(p->arena, json_string(unquote(p->arena, token_text(p))), at);
        break;
    case TOKEN_NAME:
        return parse_call(p, ret_expr);
    case TOKEN_MINUS:
        return parse_negative(p, ret_expr);
    case TOKEN_END:
    case TOKEN_OPEN:
    case TOKEN_CLOSE:
    case TOKEN_OPEN_INDEX:
    case TOKEN_CLOSE_INDEX:
    case TOKEN_COMMA:
    case TOKEN_DOT:
    case TOKEN_WRONG:
        return wrong_token(p, "a function, a string or a number");
    }
    next(p);
    return true;
}

// .name or [index] behind *expr, which becomes the node over itself.
static bool parse_step(Parser *p, Expr *expr)
{
    Span at = place(p, p->token.start);
    bool is_member = p->token.kind == TOKEN_DOT;
    next(p);
    if (is_member) {
        Str name = token_text(p);
        TRY(take(p, TOKEN_NAME, "a property name after '.'"));
        Expr *base = NEW(p->arena, Expr);
        *base = *expr;
        *expr = expr_over(EXPR_MEMBER, at, base, 1);
        expr->name = name;
        return true;
    }
    Expr index = {0};
    TRY(parse_value(p, &index) && take(p, TOKEN_CLOSE_INDEX, "']' after the index"));
    *expr = expr_over(EXPR_INDEX, at, pair(p->arena, *expr, index), 2);
    return true;
}

static bool parse_value(Parser *p, Expr *ret_expr)
{
    uint32_t depth = p->depth;
    Expr expr = {0};
    if (++p->depth > DEPTH_MAX) {
        return diag_error(p->diags, place(p, p->token.start), "limit",
                          "an expression nests at most %d deep", DEPTH_MAX);
    }
    TRY(parse_primary(p, &expr));
    while (p->token.kind == TOKEN_DOT || p->token.kind == TOKEN_OPEN_INDEX) {
        // Evaluation descends through every step, so steps count as depth like calls.
        if (++p->depth > DEPTH_MAX) {
            return diag_error(p->diags, place(p, p->token.start), "limit",
                              "an expression nests at most %d deep", DEPTH_MAX);
        }
        TRY(parse_step(p, &expr));
    }
    p->depth = depth;
    *ret_expr = expr;
    return true;
}

bool expr_parse_text(Arena *arena, Str text, Span at, DiagList *diags, const Expr **ret_expr)
{
    uint32_t errors = diags->errors;
    Expr *expr = NEW(arena, Expr);
    Parser parser = {.arena = arena, .diags = diags, .text = text, .at = at};
    if (text.len > TEXT_MAX) {
        return diag_error(diags, at, "limit", "an expression has at most %d bytes, this one %zu",
                          TEXT_MAX, text.len);
    }
    next(&parser);
    TRY(parse_value(&parser, expr));
    if (parser.token.kind != TOKEN_END) {
        return wrong_token(&parser, "nothing more");
    }
    TRY(diags->errors == errors);
    *ret_expr = expr;
    return true;
}
