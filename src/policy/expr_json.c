// SPDX-License-Identifier: Apache-2.0
// expr_parse: JSON values of a rule that are, or contain, expressions.
#include "policy/expr_node.h"

typedef enum StringKind { STRING_PLAIN, STRING_ESCAPED, STRING_EXPRESSION } StringKind;

static StringKind string_kind(Str s)
{
    if (s.len < 2 || s.ptr[0] != '[') {
        return STRING_PLAIN;
    }
    if (s.ptr[1] == '[') {
        return STRING_ESCAPED;
    }
    return s.ptr[s.len - 1] == ']' ? STRING_EXPRESSION : STRING_PLAIN;
}

// Whether anything in the value is not what it looks like. Depth is bounded by the JSON reader.
static bool has_expression(const Json *json)
{
    bool found = json->type == JSON_STRING && string_kind(json->string) != STRING_PLAIN;
    for (uint32_t i = 0; json->type == JSON_ARRAY && i < json->count && !found; i++) {
        found = has_expression(&json->items[i]);
    }
    for (uint32_t i = 0; json->type == JSON_OBJECT && i < json->count && !found; i++) {
        found = string_kind(json->members[i].key) != STRING_PLAIN ||
                has_expression(&json->members[i].value);
    }
    return found;
}

// A text keeps its place, for what is said of it later.
static Expr text_at(Arena *arena, Str s, Span at)
{
    Json text = json_string(s);
    text.at = at;
    return expr_literal_of(arena, text, at);
}

static bool parse_string(Arena *arena, Str s, Span at, DiagList *diags, Expr *ret_expr)
{
    switch (string_kind(s)) {
    case STRING_PLAIN:
        *ret_expr = text_at(arena, s, at);
        return true;
    case STRING_ESCAPED:
        *ret_expr = text_at(arena, (Str){s.ptr + 1, s.len - 1}, at);
        return true;
    case STRING_EXPRESSION:
        break;
    }
    // Behind the quote and the bracket.
    Span inner = at.line == 0 ? at : (Span){at.line, at.col + 2};
    const Expr *expr = NULL;
    TRY(expr_parse_text(arena, (Str){s.ptr + 1, s.len - 2}, inner, diags, &expr));
    *ret_expr = *expr;
    return true;
}

// Literals all, and the keys of an object (every step-th of args) strings too.
static bool all_literals(const Expr *args, uint32_t count, uint32_t key_step)
{
    for (uint32_t i = 0; i < count; i++) {
        bool is_key = key_step != 0 && i % key_step == 0;
        if (args[i].kind != EXPR_LITERAL || (is_key && args[i].value->type != JSON_STRING)) {
            return false;
        }
    }
    return true;
}

static bool parse_json(Arena *arena, const Json *json, DiagList *diags, Expr *ret_expr);

static bool parse_array(Arena *arena, const Json *json, DiagList *diags, Expr *ret_expr)
{
    Expr *args = NEW_ARRAY(arena, Expr, json->count);
    bool ok = true;
    for (uint32_t i = 0; i < json->count; i++) {
        ok = parse_json(arena, &json->items[i], diags, &args[i]) && ok;
    }
    TRY(ok);
    *ret_expr = expr_over(EXPR_ARRAY, json->at, args, json->count);
    if (all_literals(args, json->count, 0)) {
        Json *items = NEW_ARRAY(arena, Json, json->count);
        for (uint32_t i = 0; i < json->count; i++) {
            items[i] = *args[i].value;
        }
        Json array = *json;
        array.items = items;
        *ret_expr = expr_literal_of(arena, array, json->at);
    }
    return true;
}

static bool parse_object(Arena *arena, const Json *json, DiagList *diags, Expr *ret_expr)
{
    uint32_t count = 2 * json->count;
    Expr *args = NEW_ARRAY(arena, Expr, count);
    bool ok = true;
    for (uint32_t i = 0; i < json->count; i++) {
        const JsonMember *member = &json->members[i];
        Expr *pair = &args[(size_t)2 * i];
        ok = parse_string(arena, member->key, member->at, diags, &pair[0]) && ok;
        ok = parse_json(arena, &member->value, diags, &pair[1]) && ok;
    }
    TRY(ok);
    *ret_expr = expr_over(EXPR_OBJECT, json->at, args, count);
    if (all_literals(args, count, 2)) {
        JsonMember *members = NEW_ARRAY(arena, JsonMember, json->count);
        for (uint32_t i = 0; i < json->count; i++) {
            const Expr *pair = &args[(size_t)2 * i];
            members[i] = (JsonMember){
                .key = pair[0].value->string, .at = json->members[i].at, .value = *pair[1].value};
        }
        Json object = *json;
        object.members = members;
        *ret_expr = expr_literal_of(arena, object, json->at);
    }
    return true;
}

static bool parse_json(Arena *arena, const Json *json, DiagList *diags, Expr *ret_expr)
{
    if (!has_expression(json)) {
        *ret_expr = expr_literal(json, json->at);
        return true;
    }
    if (json->type == JSON_ARRAY) {
        return parse_array(arena, json, diags, ret_expr);
    }
    if (json->type == JSON_OBJECT) {
        return parse_object(arena, json, diags, ret_expr);
    }
    return parse_string(arena, json->string, json->at, diags, ret_expr);
}

bool expr_parse(Arena *arena, const Json *json, DiagList *diags, const Expr **ret_expr)
{
    Expr *expr = NEW(arena, Expr);
    TRY(parse_json(arena, json, diags, expr));
    *ret_expr = expr;
    return true;
}
