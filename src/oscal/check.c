// SPDX-License-Identifier: Apache-2.0
#include "oscal/check.h"

#include "oscal/model.h"

Str oscal_model_of(const Json *json, DiagList *diags)
{
    Str found = {NULL, 0};
    for (size_t i = 0; i < model_root_count && json->type == JSON_OBJECT; i++) {
        bool here = found.len == 0 && json_find(json, model_roots[i].key) != NULL;
        found = here ? model_roots[i].key : found;
    }
    if (found.len == 0) {
        diag_error(diags, json->at, "not-this-model",
                   "expected an OSCAL document: an object with one of catalog, profile, "
                   "mapping-collection, component-definition, system-security-plan, "
                   "assessment-plan, assessment-results, plan-of-action-and-milestones");
        return found;
    }
    for (uint32_t i = 0; i < json->count; i++) {
        const JsonMember *member = &json->members[i];
        if (!str_eq(member->key, found) && !str_eq(member->key, STR("$schema"))) {
            diag_error(diags, member->at, "unknown-member", "\"%.*s\" cannot stand beside \"%.*s\"",
                       STR_ARG(member->key), STR_ARG(found));
        }
    }
    return found;
}

// The tables are those of OSCAL 1.2.2; what an earlier 1.x had is in them, what comes after is not.
static void check_version(const Json *body, DiagList *diags)
{
    static const Str known[] = {STR_INIT("1.0."), STR_INIT("1.1."), STR_INIT("1.2.")};
    const Json *version = json_find(json_find(body, STR("metadata")), STR("oscal-version"));
    if (!json_is(version, JSON_STRING)) {
        return; // said as a wrong or missing member
    }
    for (size_t i = 0; i < COUNTOF(known); i++) {
        if (str_starts(version->string, known[i])) {
            return;
        }
    }
    diag_warn(diags, version->at, "oscal-version",
              "this document says it is OSCAL %.*s; it is held against 1.2.2, and 1.0.x to 1.2.x "
              "are known",
              STR_ARG(version->string));
}

bool oscal_check(Arena *arena, const Json *json, DiagList *diags, OscalCheck *ret_check)
{
    uint32_t errors = diags->errors;
    *ret_check = (OscalCheck){.value_count = 0};
    ret_check->model = oscal_model_of(json, diags);
    if (ret_check->model.len == 0) {
        return false;
    }
    const Json *body = json_find(json, ret_check->model);
    check_version(body, diags);
    Model model;
    Str row;
    ASSERT(model_init(&model, arena, &row));
    const Type *type = model_root_type(&model, ret_check->model);
    ASSERT(type != NULL);
    Visits visits = {0};
    Place top = {.key = ret_check->model};
    model_walk(&model, diags, body, type, &top, &visits);
    ret_check->value_count = visits.value_count;
    ret_check->rule_count = constraint_run(&model, diags, &visits);
    return diags->errors == errors;
}
