// SPDX-License-Identifier: Apache-2.0
// What only the whole rule shows: names that must be declared, and the authoring limits.
#include "base/text.h"
#include "policy/alias.h"
#include "policy/rule_parse.h"
#include "policy/suggest.h"

enum {
    CONDITIONS_MAX = 4096,
    EXISTENCE_CONDITIONS_MAX = 128,
    FUNCTIONS_MAX = 2048,
    VALUE_COUNTS_MAX = 10,
    VALUE_ITERATIONS_MAX = 100,
    FIELD_COUNTS_MAX = 5,  // of one array
    FIELD_ARRAYS_MAX = 64, // arrays remembered; a rule with more is not checked for the rest
    NO_FIELDS_MAX = 8      // names that are no fields: each is told once, and not more of them
};

// A count around the place that is being checked.
typedef struct CountScope {
    const struct CountScope *outer;
    const Count *count;
    uint64_t iterations; // of value counts, this one and those around it
} CountScope;

typedef struct RuleCheck {
    DiagList *diags;
    const Parameter *parameters;
    uint32_t parameter_count;
    bool check_parameters;
    uint32_t conditions;
    uint32_t functions;
    uint32_t value_counts;
    Str arrays[FIELD_ARRAYS_MAX];
    uint32_t array_uses[FIELD_ARRAYS_MAX];
    uint32_t array_count;
    Str no_fields[NO_FIELDS_MAX];
    uint32_t no_field_count;
} RuleCheck;

static void check_cond(RuleCheck *check, const Cond *cond, const CountScope *scope);

static void check_parameter(RuleCheck *check, const Expr *call)
{
    const Expr *name = call->arg_count != 0 ? &call->args[0] : NULL;
    if (!check->check_parameters || name == NULL || !expr_is_literal(name) ||
        name->value->type != JSON_STRING ||
        parameter_find(check->parameters, check->parameter_count, name->value->string) != NULL) {
        return;
    }
    Str near = parameter_nearest(check->parameters, check->parameter_count, name->value->string);
    Str ask = suggest_ask(check->diags->arena, near);
    (void)diag_error(check->diags, call->at, "unknown-parameter",
                     "parameter \"%.*s\" is not declared%.*s", STR_ARG(name->value->string),
                     STR_ARG(ask));
}

// A name that no alias table can help: Azure refuses it, and a rule with it applies to nothing.
static void check_field(RuleCheck *check, const Expr *field)
{
    Str near;
    if (field == NULL || !expr_is_literal(field) || !json_is(field->value, JSON_STRING) ||
        alias_is_field(check->diags->arena, field->value->string, &near)) {
        return;
    }
    for (uint32_t i = 0; i < check->no_field_count; i++) {
        if (str_eq(check->no_fields[i], field->value->string)) {
            return;
        }
    }
    if (check->no_field_count == NO_FIELDS_MAX) {
        return;
    }
    check->no_fields[check->no_field_count++] = field->value->string;
    Str ask = suggest_ask(check->diags->arena, near);
    diag_warn(check->diags, field->at, "unknown-field",
              "\"%.*s\" is neither a field nor an alias (Namespace/type/path): there is no such "
              "value%.*s",
              STR_ARG(field->value->string), STR_ARG(ask));
}

// current('loc') names a value count; current('A[*].b') starts with the array of a field count.
static bool scope_has(const CountScope *scope, Str name)
{
    for (; scope != NULL; scope = scope->outer) {
        if (!scope->count->of_field) {
            if (str_eq_nocase(scope->count->name, name)) {
                return true;
            }
            continue;
        }
        Str array = scope->count->source->value->string;
        bool is_prefix = text_starts_nocase(name, array);
        if (is_prefix &&
            (name.len == array.len || name.ptr[array.len] == '.' || name.ptr[array.len] == '[')) {
            return true;
        }
    }
    return false;
}

static void check_current(RuleCheck *check, const Expr *call, const CountScope *scope)
{
    if (scope == NULL) {
        (void)diag_error(check->diags, call->at, "unknown-current",
                         "current() has a meaning only in the where of a count");
        return;
    }
    const Expr *name = call->arg_count != 0 ? &call->args[0] : NULL;
    if (name == NULL && scope->outer != NULL) {
        diag_warn(check->diags, call->at, "unnamed-current",
                  "Azure wants a name here, since there is a count around this one: "
                  "current('%.*s')",
                  STR_ARG(scope->count->of_field ? scope->count->source->value->string
                                                 : scope->count->name));
    }
    if (name == NULL || !expr_is_literal(name) || name->value->type != JSON_STRING ||
        scope_has(scope, name->value->string)) {
        return;
    }
    (void)diag_error(check->diags, call->at, "unknown-current",
                     "no count around this is named or counts \"%.*s\"",
                     STR_ARG(name->value->string));
}

// Expressions nest at most as deep as the expression parser and the document allow.
static void check_expr(RuleCheck *check, const Expr *expr, const CountScope *scope)
{
    if (expr == NULL || expr_is_literal(expr)) {
        return;
    }
    if (expr->kind == EXPR_CALL) {
        check->functions++;
        if (expr->func == FUNC_PARAMETERS) {
            check_parameter(check, expr);
        } else if (expr->func == FUNC_CURRENT) {
            check_current(check, expr, scope);
        } else if (expr->func == FUNC_FIELD && expr->arg_count == 1) {
            check_field(check, &expr->args[0]);
        }
    }
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        check_expr(check, &expr->args[i], scope);
    }
}

static void note_field_count(RuleCheck *check, const Count *count)
{
    Str array = count->source->value->string;
    uint32_t i = 0;
    while (i < check->array_count && !str_eq_nocase(check->arrays[i], array)) {
        i++;
    }
    if (i == FIELD_ARRAYS_MAX) {
        return;
    }
    check->array_count += i == check->array_count ? 1 : 0;
    check->arrays[i] = array;
    if (++check->array_uses[i] == FIELD_COUNTS_MAX + 1) {
        (void)diag_error(check->diags, count->at, "limit-field-counts",
                         "\"%.*s\" is counted more than %d times in one rule", STR_ARG(array),
                         FIELD_COUNTS_MAX);
    }
}

// A value count inside another count needs a name of its own, so that current() says which.
static void check_count_name(RuleCheck *check, const Count *count, const CountScope *outer)
{
    bool has_name = !str_eq(count->name, STR("default"));
    if (outer != NULL && !has_name) {
        (void)diag_error(check->diags, count->at, "count-name",
                         "a value count inside another count needs a name");
    }
    for (; has_name && outer != NULL; outer = outer->outer) {
        if (!outer->count->of_field && str_eq_nocase(outer->count->name, count->name)) {
            (void)diag_error(check->diags, count->at, "count-name",
                             "a count around this one is already named \"%.*s\"",
                             STR_ARG(count->name));
            return;
        }
    }
}

static void note_value_count(RuleCheck *check, const Count *count, CountScope *scope)
{
    check_count_name(check, count, scope->outer);
    if (++check->value_counts == VALUE_COUNTS_MAX + 1) {
        (void)diag_error(check->diags, count->at, "limit-value-counts",
                         "a rule may have %d value counts", VALUE_COUNTS_MAX);
    }
    bool is_list = expr_is_literal(count->source) && count->source->value->type == JSON_ARRAY;
    uint64_t items = is_list                             ? count->source->value->count
                     : count->source->kind == EXPR_ARRAY ? count->source->arg_count
                                                         : 1; // known when it is evaluated
    if (ckd_mul(&scope->iterations, scope->iterations, items)) {
        scope->iterations = UINT64_MAX;
    }
    if (scope->iterations > VALUE_ITERATIONS_MAX) {
        (void)diag_error(check->diags, count->at, "limit-value-iterations",
                         "a value count may take %d iterations, those around it multiplied in",
                         VALUE_ITERATIONS_MAX);
    }
}

static void check_count(RuleCheck *check, const Count *count, const CountScope *outer)
{
    check_expr(check, count->source, outer);
    CountScope scope = {
        .outer = outer,
        .count = count,
        .iterations = outer != NULL ? outer->iterations : 1,
    };
    if (count->of_field) {
        check_field(check, count->source);
        note_field_count(check, count);
    } else {
        note_value_count(check, count, &scope);
    }
    if (count->where != NULL) {
        check_cond(check, count->where, &scope);
    }
}

static void check_cond(RuleCheck *check, const Cond *cond, const CountScope *scope)
{
    if (cond->kind != COND_LEAF) {
        for (uint32_t i = 0; i < cond->child_count; i++) {
            check_cond(check, &cond->children[i], scope);
        }
        return;
    }
    check->conditions++;
    if (cond->lhs == LHS_FIELD) {
        check_field(check, cond->left);
    }
    check_expr(check, cond->left, scope);
    check_expr(check, cond->right, scope);
    if (cond->count != NULL) {
        check_count(check, cond->count, scope);
    }
}

static void check_root(RuleCheck *check, const Cond *cond, uint32_t conditions_max)
{
    check->conditions = 0;
    check_cond(check, cond, NULL);
    if (check->conditions > conditions_max) {
        (void)diag_error(check->diags, cond->at, "limit-conditions",
                         "%u conditions, at most %u are allowed here", check->conditions,
                         conditions_max);
    }
}

bool rule_check_cond(const Cond *cond, DiagList *diags)
{
    RuleCheck check = {.diags = diags};
    uint32_t before = diags->errors;
    check_root(&check, cond, CONDITIONS_MAX);
    return diags->errors == before;
}

static void check_details(RuleCheck *check, const Details *details)
{
    const Expr *const exprs[] = {details->related_type,    details->related_name,
                                 details->existence_scope, details->resource_group,
                                 details->conflict_effect, details->default_state};
    for (size_t i = 0; i < COUNTOF(exprs); i++) {
        check_expr(check, exprs[i], NULL);
    }
    for (uint32_t i = 0; i < details->operation_count; i++) {
        check_field(check, details->operations[i].field);
        check_expr(check, details->operations[i].field, NULL);
        check_expr(check, details->operations[i].value, NULL);
        check_expr(check, details->operations[i].condition, NULL);
    }
    if (details->existence != NULL) {
        check_root(check, details->existence, EXISTENCE_CONDITIONS_MAX);
    }
}

bool rule_check(const Definition *definition, bool check_parameters, DiagList *diags)
{
    RuleCheck check = {
        .diags = diags,
        .parameters = definition->parameters,
        .parameter_count = definition->parameter_count,
        .check_parameters = check_parameters,
    };
    uint32_t before = diags->errors;
    check_root(&check, definition->condition, CONDITIONS_MAX);
    check_expr(&check, definition->effect, NULL);
    check_details(&check, &definition->details);
    if (check.functions > FUNCTIONS_MAX) {
        (void)diag_error(diags, definition->at, "limit-functions",
                         "%u function calls, at most %d are allowed", check.functions,
                         FUNCTIONS_MAX);
    }
    return diags->errors == before;
}
