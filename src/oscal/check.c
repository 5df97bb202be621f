// SPDX-License-Identifier: Apache-2.0
#include "oscal/check.h"

#include "oscal/model.h"

// What a document may be, and the type of what stands under that key.
static const struct {
    Str key;
    Str type;
} models[] = {
    {STR_INIT("catalog"), STR_INIT("catalog:catalog")},
    {STR_INIT("profile"), STR_INIT("profile:profile")},
    {STR_INIT("mapping-collection"), STR_INIT("mapping:mapping-collection")},
    {STR_INIT("component-definition"), STR_INIT("component:component-definition")},
    {STR_INIT("system-security-plan"), STR_INIT("ssp:system-security-plan")},
    {STR_INIT("assessment-plan"), STR_INIT("assessment-plan:assessment-plan")},
    {STR_INIT("assessment-results"), STR_INIT("assessment-results:assessment-results")},
    {STR_INIT("plan-of-action-and-milestones"), STR_INIT("poam:plan-of-action-and-milestones")},
};

// Index into models, or COUNTOF(models) after a diagnostic.
static size_t find_model(const Json *json, DiagList *diags)
{
    size_t found = COUNTOF(models);
    for (size_t i = 0; i < COUNTOF(models) && json->type == JSON_OBJECT; i++) {
        found = json_find(json, models[i].key) != NULL && found == COUNTOF(models) ? i : found;
    }
    if (found == COUNTOF(models)) {
        diag_error(diags, json->at, "not-this-model",
                   "expected an OSCAL document: an object with one of catalog, profile, "
                   "mapping-collection, component-definition, system-security-plan, "
                   "assessment-plan, assessment-results, plan-of-action-and-milestones");
        return found;
    }
    for (uint32_t i = 0; i < json->count; i++) {
        const JsonMember *member = &json->members[i];
        if (!str_eq(member->key, models[found].key) && !str_eq(member->key, STR("$schema"))) {
            diag_error(diags, member->at, "unknown-member", "\"%.*s\" cannot stand beside \"%.*s\"",
                       STR_ARG(member->key), STR_ARG(models[found].key));
        }
    }
    return found;
}

bool oscal_check(Arena *arena, const Json *json, DiagList *diags, OscalCheck *ret_check)
{
    uint32_t errors = diags->errors;
    *ret_check = (OscalCheck){.value_count = 0};
    size_t found = find_model(json, diags);
    if (found == COUNTOF(models)) {
        return false;
    }
    Model model;
    Str row;
    ASSERT(model_init(&model, arena, &row));
    StrCut name = str_cut(models[found].type, ':');
    const Type *type = model_find(&model, name.head, name.tail);
    ASSERT(type != NULL);
    Visits visits = {0};
    Place top = {.key = models[found].key};
    ret_check->model = models[found].key;
    model_walk(&model, diags, json_find(json, models[found].key), type, &top, &visits);
    ret_check->value_count = visits.value_count;
    ret_check->rule_count = constraint_run(&model, diags, &visits);
    return diags->errors == errors;
}
