// SPDX-License-Identifier: Apache-2.0
#include "policy/alias_check.h"

#include "policy/alias_table.h"

typedef struct AliasCheck {
    const AliasTable *table;
    DiagList *diags;
} AliasCheck;

// Short names ("Microsoft.Compute/imageId") have no rule: only a table can say where they point.
static void check_name(const AliasCheck *check, const Expr *field)
{
    if (field == NULL || !expr_is_literal(field) || field->value->type != JSON_STRING) {
        return;
    }
    Str name = field->value->string;
    Str own = alias_own_type(name);
    if (own.len == 0 || alias_type_is_full(own) ||
        map_find(&check->table->names, name) != MAP_NONE) {
        return;
    }
    diag_warn(check->diags, field->at, "unknown-alias",
              "no alias table knows \"%.*s\"; a rule with it applies to nothing", STR_ARG(name));
}

static void check_cond(const AliasCheck *check, const Cond *cond)
{
    if (cond->kind == COND_LEAF && cond->lhs == LHS_FIELD) {
        check_name(check, cond->left);
    }
    if (cond->count != NULL) {
        if (cond->count->of_field) {
            check_name(check, cond->count->source);
        }
        if (cond->count->where != NULL) {
            check_cond(check, cond->count->where);
        }
    }
    for (uint32_t i = 0; i < cond->child_count; i++) {
        check_cond(check, &cond->children[i]);
    }
}

static bool may_modify(const Definition *definition)
{
    return !expr_is_literal(definition->effect) ||
           effect_find(definition->effect->value->string) == EFFECT_MODIFY;
}

static void check_operation(const AliasCheck *check, const Operation *operation)
{
    const Expr *field = operation->field;
    if (!expr_is_literal(field) || field->value->type != JSON_STRING) {
        return;
    }
    Str none = {NULL, 0};
    if (alias_modifiable(check->table, field->value->string, none) == ALIAS_NOT_MODIFIABLE) {
        (void)diag_error(check->diags, operation->at, "not-modifiable",
                         "modify may not write \"%.*s\": the alias is not modifiable",
                         STR_ARG(field->value->string));
    }
}

bool definition_check_aliases(const Definition *definition, const AliasTable *table,
                              DiagList *diags)
{
    AliasCheck check = {.table = table, .diags = diags};
    uint32_t before = diags->errors;
    check_cond(&check, definition->condition);
    const Details *details = &definition->details;
    if (details->existence != NULL) {
        check_cond(&check, details->existence);
    }
    bool is_modify =
        may_modify(definition) && details->raw != NULL && details->raw->type == JSON_OBJECT;
    for (uint32_t i = 0; is_modify && i < details->operation_count; i++) {
        check_name(&check, details->operations[i].field);
        check_operation(&check, &details->operations[i]);
    }
    return diags->errors == before;
}
