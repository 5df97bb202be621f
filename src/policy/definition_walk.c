// SPDX-License-Identifier: Apache-2.0
// Looks through the expressions of a definition.
#include "base/text.h"
#include "policy/definition.h"

typedef struct Search {
    unsigned reads;
    bool (*test)(const Expr *expr);
} Search;

static bool in_expr(const Search *search, const Expr *expr)
{
    if (expr == NULL || (search->reads != 0 && (expr->reads & search->reads) == 0)) {
        return false;
    }
    if (search->test(expr)) {
        return true;
    }
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        if (in_expr(search, &expr->args[i])) {
            return true;
        }
    }
    return false;
}

static bool in_cond(const Search *search, const Cond *cond)
{
    if (cond == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < cond->child_count; i++) {
        if (in_cond(search, &cond->children[i])) {
            return true;
        }
    }
    const Count *count = cond->kind == COND_LEAF ? cond->count : NULL;
    bool in_count =
        count != NULL && (in_expr(search, count->source) || in_cond(search, count->where));
    return cond->kind == COND_LEAF &&
           (in_count || in_expr(search, cond->left) || in_expr(search, cond->right));
}

bool definition_any_expr(const Definition *definition, unsigned reads,
                         bool (*test)(const Expr *expr))
{
    const Search search = {reads, test};
    const Details *details = &definition->details;
    return in_cond(&search, definition->condition) || in_cond(&search, details->existence) ||
           in_expr(&search, details->related_name) || in_expr(&search, details->resource_group);
}

// ---- conditions on the location ----

static bool is_location(const Json *name)
{
    return json_is(name, JSON_STRING) && str_eq_nocase(name->string, STR("location"));
}

static bool calls_location(const Expr *expr)
{
    return expr->kind == EXPR_CALL && expr->func == FUNC_FIELD && expr->arg_count == 1 &&
           expr_is_literal(&expr->args[0]) && is_location(expr->args[0].value);
}

static bool has_location_leaf(const Cond *cond)
{
    for (uint32_t i = 0; i < cond->child_count; i++) {
        if (has_location_leaf(&cond->children[i])) {
            return true;
        }
    }
    if (cond->kind != COND_LEAF) {
        return false;
    }
    bool is_field =
        cond->lhs == LHS_FIELD && expr_is_literal(cond->left) && is_location(cond->left->value);
    const Count *count = cond->count;
    return is_field || (count != NULL && count->where != NULL && has_location_leaf(count->where));
}

// Takes a word off the front, and the spaces before it.
static bool take_word(Str *rest, Str word)
{
    while (rest->len != 0 && rest->ptr[0] == ' ') {
        *rest = str_from(*rest, 1);
    }
    bool is_there = text_starts_nocase(*rest, word);
    *rest = is_there ? str_from(*rest, word.len) : *rest;
    return is_there;
}

// The text of an expression of the deployment, which is not ours to parse: field('location').
static bool text_calls_location(Str text)
{
    static const Str field = STR_INIT("field");
    for (ptrdiff_t at = text_find_nocase(text, field); at >= 0;
         at = text_find_nocase(text, field)) {
        text = str_from(text, (size_t)at + field.len);
        Str rest = text;
        if (take_word(&rest, STR("(")) && take_word(&rest, STR("'location'"))) {
            return true;
        }
    }
    return false;
}

static bool passes_location(const Json *value)
{
    if (json_is(value, JSON_STRING)) {
        return text_calls_location(value->string);
    }
    for (uint32_t i = 0; json_is(value, JSON_OBJECT) && i < value->count; i++) {
        if (passes_location(&value->members[i].value)) {
            return true;
        }
    }
    return false;
}

bool definition_reads_location(const Definition *definition)
{
    const Search search = {EXPR_READS_FIELD, calls_location};
    const Json *deployment = json_find_nocase(definition->details.raw, STR("deployment"));
    const Json *properties = json_find_nocase(deployment, STR("properties"));
    return has_location_leaf(definition->condition) || in_cond(&search, definition->condition) ||
           passes_location(json_find_nocase(properties, STR("parameters")));
}
