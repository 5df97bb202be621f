// SPDX-License-Identifier: Apache-2.0
// Looks through the expressions of a definition.
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
