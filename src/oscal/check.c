// SPDX-License-Identifier: Apache-2.0
#include "oscal/check.h"

#include "oscal/model.h"

// Index into model_roots, or their number after a diagnostic.
static size_t find_model(const Json *json, DiagList *diags)
{
    size_t found = model_root_count;
    for (size_t i = 0; i < model_root_count && json->type == JSON_OBJECT; i++) {
        found =
            json_find(json, model_roots[i].key) != NULL && found == model_root_count ? i : found;
    }
    if (found == model_root_count) {
        diag_error(diags, json->at, "not-this-model",
                   "expected an OSCAL document: an object with one of catalog, profile, "
                   "mapping-collection, component-definition, system-security-plan, "
                   "assessment-plan, assessment-results, plan-of-action-and-milestones");
        return found;
    }
    for (uint32_t i = 0; i < json->count; i++) {
        const JsonMember *member = &json->members[i];
        if (!str_eq(member->key, model_roots[found].key) && !str_eq(member->key, STR("$schema"))) {
            diag_error(diags, member->at, "unknown-member", "\"%.*s\" cannot stand beside \"%.*s\"",
                       STR_ARG(member->key), STR_ARG(model_roots[found].key));
        }
    }
    return found;
}

bool oscal_check(Arena *arena, const Json *json, DiagList *diags, OscalCheck *ret_check)
{
    uint32_t errors = diags->errors;
    *ret_check = (OscalCheck){.value_count = 0};
    size_t found = find_model(json, diags);
    if (found == model_root_count) {
        return false;
    }
    Model model;
    Str row;
    ASSERT(model_init(&model, arena, &row));
    const Type *type = model_root_type(&model, model_roots[found].key);
    ASSERT(type != NULL);
    Visits visits = {0};
    Place top = {.key = model_roots[found].key};
    ret_check->model = model_roots[found].key;
    model_walk(&model, diags, json_find(json, model_roots[found].key), type, &top, &visits);
    ret_check->value_count = visits.value_count;
    ret_check->rule_count = constraint_run(&model, diags, &visits);
    return diags->errors == errors;
}
