// SPDX-License-Identifier: Apache-2.0
// Conditions: allOf, anyOf, not, and leaves with one left side and one operator.
#include <string.h>

#include "base/text.h"
#include "policy/keys.h"
#include "policy/rule_parse.h"
#include "policy/suggest.h"

typedef enum CondKey {
    KEY_ALL_OF,
    KEY_ANY_OF,
    KEY_NOT,
    KEY_FIELD,
    KEY_VALUE,
    KEY_COUNT,
    COND_KEY_COUNT
} CondKey;

static const Str cond_keys[COND_KEY_COUNT] = {
    STR_INIT("allOf"), STR_INIT("anyOf"), STR_INIT("not"),
    STR_INIT("field"), STR_INIT("value"), STR_INIT("count"),
};

// The members of one condition, sorted out.
typedef struct CondParts {
    const JsonMember *keys[COND_KEY_COUNT];
    const JsonMember *operator_member;
    Operator op;
    uint32_t logical_count; // allOf, anyOf, not
    uint32_t left_count;    // field, value, count
    uint32_t unknown_count;
} CondParts;

static CondKey cond_key_find(Str key)
{
    for (uint32_t i = 0; i < COND_KEY_COUNT; i++) {
        if (str_eq_nocase(cond_keys[i], key)) {
            return (CondKey)i;
        }
    }
    return COND_KEY_COUNT;
}

static bool report_duplicate(const JsonMember *member, const JsonMember *first, DiagList *diags)
{
    return diag_error(diags, member->at, "duplicate-key",
                      "\"%.*s\" is here twice (keys do not differ by case): first on line %u; "
                      "keep one",
                      STR_ARG(member->key), first->at.line);
}

static bool sort_operator(CondParts *parts, const JsonMember *member, Operator op, DiagList *diags)
{
    if (parts->operator_member == NULL) {
        parts->operator_member = member;
        parts->op = op;
        return true;
    }
    if (parts->op == op) {
        return report_duplicate(member, parts->operator_member, diags);
    }
    return diag_error(diags, member->at, "several-operators",
                      "a condition has one operator, here are \"%.*s\" and \"%.*s\"; combine two "
                      "conditions with allOf",
                      STR_ARG(parts->operator_member->key), STR_ARG(member->key));
}

static bool sort_members(CondParts *parts, const Json *json, DiagList *diags)
{
    bool ok = true;
    for (uint32_t i = 0; i < json->count; i++) {
        const JsonMember *member = &json->members[i];
        CondKey key = cond_key_find(member->key);
        Operator op = key == COND_KEY_COUNT ? operator_find(member->key) : OP_COUNT;
        if (key != COND_KEY_COUNT && parts->keys[key] != NULL) {
            ok = report_duplicate(member, parts->keys[key], diags);
        } else if (key != COND_KEY_COUNT) {
            parts->keys[key] = member;
            parts->logical_count += key <= KEY_NOT ? 1 : 0;
            parts->left_count += key >= KEY_FIELD ? 1 : 0;
        } else if (op != OP_COUNT) {
            ok = sort_operator(parts, member, op, diags) && ok;
        } else {
            parts->unknown_count++;
        }
    }
    return ok;
}

static Str nearest_operator(Str key)
{
    Str names[OP_COUNT];
    for (uint32_t i = 0; i < OP_COUNT; i++) {
        const char *name = operator_name((Operator)i);
        names[i] = (Str){name, strlen(name)};
    }
    return suggest_nearest(key, names, OP_COUNT);
}

// A key that is neither keyword nor operator: a misspelt operator where one is missing.
static bool report_unknown(const CondParts *parts, const JsonMember *member, DiagList *diags)
{
    if (str_eq_nocase(member->key, STR("source"))) {
        return diag_error(
            diags, member->at, "unknown-key",
            "\"source\" is no longer part of the language; use \"field\" or \"value\"");
    }
    if (parts->left_count != 0 && parts->operator_member == NULL) {
        Str ask = suggest_ask(diags->arena, nearest_operator(member->key));
        return diag_error(diags, member->at, "unknown-operator", "\"%.*s\" is not an operator%.*s",
                          STR_ARG(member->key), STR_ARG(ask));
    }
    Str ask = suggest_ask(diags->arena, suggest_nearest(member->key, cond_keys, COND_KEY_COUNT));
    return diag_error(diags, member->at, "unknown-key", "\"%.*s\" is not a key of a condition%.*s",
                      STR_ARG(member->key), STR_ARG(ask));
}

static bool report_unknowns(const CondParts *parts, const Json *json, DiagList *diags)
{
    for (uint32_t i = 0; parts->unknown_count != 0 && i < json->count; i++) {
        const JsonMember *member = &json->members[i];
        if (cond_key_find(member->key) == COND_KEY_COUNT &&
            operator_find(member->key) == OP_COUNT) {
            (void)report_unknown(parts, member, diags);
        }
    }
    return parts->unknown_count == 0;
}

// The members must be one logical key alone, or one left side with one operator.
static bool check_shape(const CondParts *parts, const Json *json, DiagList *diags)
{
    uint32_t others = parts->left_count + (parts->operator_member != NULL ? 1 : 0);
    if (parts->logical_count > 1 || (parts->logical_count == 1 && others != 0)) {
        return diag_error(diags, json->at, "extra-key",
                          "allOf, anyOf and not stand alone in their object; put the other "
                          "condition beside it in an allOf");
    }
    if (parts->logical_count == 1) {
        return true;
    }
    if (parts->left_count > 1) {
        return diag_error(diags, json->at, "several-operands",
                          "a condition has one of field, value and count, here are %u",
                          parts->left_count);
    }
    if (parts->left_count == 0) {
        return diag_error(diags, json->at,
                          parts->operator_member != NULL ? "missing-operand" : "missing-condition",
                          "a condition needs one of field, value, count, allOf, anyOf, not");
    }
    if (parts->operator_member == NULL) {
        return diag_error(diags, json->at, "missing-operator",
                          "a condition needs an operator, as in \"equals\": …");
    }
    return true;
}

static bool parse_children(RuleParser *parser, const JsonMember *member, CondKind kind,
                           Cond *ret_cond)
{
    ret_cond->kind = kind;
    const Json *list = &member->value;
    if (kind != COND_NOT && list->type != JSON_ARRAY) {
        return diag_error(parser->diags, list->at, "not-an-array",
                          "\"%.*s\" must be an array of conditions, not %s", STR_ARG(member->key),
                          keys_type_name(list->type));
    }
    uint32_t count = kind == COND_NOT ? 1 : list->count;
    Cond *children = NEW_ARRAY(parser->arena, Cond, count);
    bool ok = true;
    for (uint32_t i = 0; i < count; i++) {
        ok = rule_parse_cond(parser, kind == COND_NOT ? list : &list->items[i], &children[i]) && ok;
    }
    ret_cond->children = children;
    ret_cond->child_count = count;
    return ok;
}

// ---- the left side ----

static bool parse_field(RuleParser *parser, const Json *value, const Expr **ret_field)
{
    if (value->type != JSON_STRING) {
        return diag_error(parser->diags, value->at, "wrong-type",
                          "\"field\" must be a string: a property or an alias, not %s",
                          keys_type_name(value->type));
    }
    if (value->string.len == 0) {
        return diag_error(parser->diags, value->at, "empty-field",
                          "\"field\" names a property or an alias and may not be empty");
    }
    return expr_parse(parser->arena, value, parser->diags, ret_field);
}

typedef enum CountKey {
    COUNT_FIELD,
    COUNT_VALUE,
    COUNT_NAME,
    COUNT_WHERE,
    COUNT_KEY_COUNT
} CountKey;

static const Str count_keys[COUNT_KEY_COUNT] = {
    STR_INIT("field"),
    STR_INIT("value"),
    STR_INIT("name"),
    STR_INIT("where"),
};
static const KeySet count_set = {"a count", count_keys, COUNT_KEY_COUNT, KEYS_ERROR};

// What is counted: an alias with [*], written out, or an array.
static bool parse_count_source(RuleParser *parser, const JsonMember *const *found, Count *count)
{
    count->of_field = found[COUNT_FIELD] != NULL;
    if (!count->of_field) {
        const Json *value = &found[COUNT_VALUE]->value;
        bool is_array = value->type == JSON_ARRAY || value->type == JSON_STRING;
        if (!is_array) {
            return diag_error(parser->diags, value->at, "wrong-type",
                              "what a count counts must be an array or an expression, not %s",
                              keys_type_name(value->type));
        }
        return expr_parse(parser->arena, value, parser->diags, &count->source);
    }
    TRY(parse_field(parser, &found[COUNT_FIELD]->value, &count->source));
    const Json *literal = count->source->value;
    bool has_star = expr_is_literal(count->source) && literal->string.len >= 3 &&
                    text_find_nocase(literal->string, STR("[*]")) >= 0;
    if (!has_star) {
        return diag_error(parser->diags, found[COUNT_FIELD]->value.at, "count-field",
                          "a field count needs an array alias with [*], written out, as in "
                          "\"Microsoft.Network/networkSecurityGroups/securityRules[*]\"");
    }
    return true;
}

static bool parse_count_name(const JsonMember *const *found, Count *count, DiagList *diags)
{
    if (found[COUNT_NAME] == NULL) {
        return true;
    }
    const Json *name = &found[COUNT_NAME]->value;
    if (name->type != JSON_STRING || name->string.len == 0) {
        return diag_error(diags, name->at, "count-name",
                          "the name of a count must be a string that is not empty");
    }
    if (count->of_field) {
        return diag_error(diags, found[COUNT_NAME]->at, "count-name",
                          "only a value count has a name; in a field count use current() with the "
                          "alias");
    }
    count->name = name->string;
    return true;
}

static bool parse_count(RuleParser *parser, const Json *json, const Count **ret_count)
{
    TRY(keys_want_object(json, "count", parser->diags));
    const JsonMember *found[COUNT_KEY_COUNT] = {NULL};
    TRY(keys_read(&count_set, json, parser->diags, found));
    if ((found[COUNT_FIELD] != NULL) == (found[COUNT_VALUE] != NULL)) {
        return diag_error(parser->diags, json->at, "count-source",
                          "a count needs either field or value, here %s",
                          found[COUNT_FIELD] != NULL ? "are both" : "is neither");
    }
    Count *count = NEW(parser->arena, Count);
    count->at = json->at;
    bool ok = parse_count_source(parser, found, count);
    count->name = count->of_field ? (Str){NULL, 0} : STR("default");
    ok = parse_count_name(found, count, parser->diags) && ok;
    if (found[COUNT_WHERE] != NULL) {
        Cond *where = NEW(parser->arena, Cond);
        ok = rule_parse_cond(parser, &found[COUNT_WHERE]->value, where) && ok;
        count->where = where;
    }
    *ret_count = count;
    return ok;
}

static bool parse_left(RuleParser *parser, const CondParts *parts, Cond *ret_cond)
{
    if (parts->keys[KEY_FIELD] != NULL) {
        ret_cond->lhs = LHS_FIELD;
        return parse_field(parser, &parts->keys[KEY_FIELD]->value, &ret_cond->left);
    }
    if (parts->keys[KEY_VALUE] != NULL) {
        ret_cond->lhs = LHS_VALUE;
        return expr_parse(parser->arena, &parts->keys[KEY_VALUE]->value, parser->diags,
                          &ret_cond->left);
    }
    ret_cond->lhs = LHS_COUNT;
    return parse_count(parser, &parts->keys[KEY_COUNT]->value, &ret_cond->count);
}

// ---- the right side ----

static bool is_boolean_text(const Json *value)
{
    return value->type == JSON_BOOL ||
           (value->type == JSON_STRING && (str_eq_nocase(value->string, STR("true")) ||
                                           str_eq_nocase(value->string, STR("false"))));
}

static size_t count_stars(Str pattern)
{
    size_t stars = 0;
    for (size_t i = 0; i < pattern.len; i++) {
        stars += pattern.ptr[i] == '*' ? 1 : 0;
    }
    return stars;
}

// What can be said of a right side that is written out.
static bool check_literal(Operator op, const Json *value, DiagList *diags)
{
    bool is_list = op == OP_IN || op == OP_NOT_IN;
    if (is_list && value->type != JSON_ARRAY) {
        return diag_error(diags, value->at, "wrong-type", "\"%s\" wants an array, not %s",
                          operator_name(op), keys_type_name(value->type));
    }
    if (op == OP_EXISTS && !is_boolean_text(value)) {
        return diag_error(diags, value->at, "wrong-type", "\"exists\" wants true or false");
    }
    bool is_part = op == OP_CONTAINS || op == OP_NOT_CONTAINS;
    if (is_part && value->type == JSON_STRING && count_stars(value->string) != 0) {
        diag_warn(diags, value->at, "wildcard",
                  "to \"%s\" a * is a * and Azure refuses it; patterns are for like",
                  operator_name(op));
    }
    bool is_pattern = op == OP_LIKE || op == OP_NOT_LIKE;
    if (is_pattern && value->type == JSON_STRING && count_stars(value->string) > 1) {
        diag_warn(diags, value->at, "several-wildcards",
                  "Azure accepts one * in a pattern, here are %zu", count_stars(value->string));
    }
    return true;
}

static bool parse_leaf(RuleParser *parser, const CondParts *parts, Cond *ret_cond)
{
    ret_cond->kind = COND_LEAF;
    ret_cond->op = parts->op;
    bool ok = parse_left(parser, parts, ret_cond);
    const Json *right = &parts->operator_member->value;
    if (!expr_parse(parser->arena, right, parser->diags, &ret_cond->right)) {
        return false;
    }
    if (expr_is_literal(ret_cond->right)) {
        ok = check_literal(parts->op, ret_cond->right->value, parser->diags) && ok;
    }
    return ok;
}

static bool parse_parts(RuleParser *parser, const Json *json, Cond *ret_cond)
{
    CondParts parts = {.op = OP_COUNT};
    bool ok = sort_members(&parts, json, parser->diags);
    ok = report_unknowns(&parts, json, parser->diags) && ok;
    TRY(ok);
    TRY(check_shape(&parts, json, parser->diags));
    for (uint32_t key = KEY_ALL_OF; key <= KEY_NOT; key++) {
        static const CondKind kinds[] = {COND_ALL_OF, COND_ANY_OF, COND_NOT};
        if (parts.keys[key] != NULL) {
            return parse_children(parser, parts.keys[key], kinds[key], ret_cond);
        }
    }
    return parse_leaf(parser, &parts, ret_cond);
}

bool rule_parse_cond(RuleParser *parser, const Json *json, Cond *ret_cond)
{
    *ret_cond = (Cond){.at = json->at, .op = OP_COUNT};
    TRY(keys_want_object(json, "a condition", parser->diags));
    if (parser->depth == CONDITION_DEPTH_MAX) {
        return diag_error(parser->diags, json->at, "limit-depth",
                          "conditions are nested more than %d deep", CONDITION_DEPTH_MAX);
    }
    parser->depth++;
    bool ok = parse_parts(parser, json, ret_cond);
    parser->depth--;
    return ok;
}

bool cond_parse(Arena *arena, const Json *json, DiagList *diags, const Cond **ret_cond)
{
    RuleParser parser = {.arena = arena, .diags = diags};
    Cond *cond = NEW(arena, Cond);
    TRY(rule_parse_cond(&parser, json, cond));
    TRY(rule_check_cond(cond, diags));
    *ret_cond = cond;
    return true;
}
