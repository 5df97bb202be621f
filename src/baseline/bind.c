// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "baseline/names.h"
#include "baseline/package.h"

static Str last_segment(Str id)
{
    for (size_t i = id.len; i > 0; i--) {
        if (id.ptr[i - 1] == '/') {
            return (Str){id.ptr + i, id.len - i};
        }
    }
    return id;
}

static void check_groups(Loader *loader, const Initiative *initiative, bool *is_group)
{
    const Baseline *baseline = loader->baseline;
    for (uint32_t i = 0; i < initiative->group_count; i++) {
        uint32_t control = map_find(&baseline->control_index, initiative->groups[i].name);
        if (control == MAP_NONE) {
            diag_error(loader->diags, (Span){0, 0}, "unknown-control",
                       "policyDefinitionGroups names \"%.*s\", which the profile does not select",
                       STR_ARG(initiative->groups[i].name));
            continue;
        }
        is_group[control] = true;
    }
    for (uint32_t i = 0; i < baseline->control_count; i++) {
        if (!is_group[i]) {
            diag_error(loader->diags, (Span){0, 0}, "control-no-group",
                       "policyDefinitionGroups has no group for control \"%.*s\"",
                       STR_ARG(baseline->controls[i].id));
        }
    }
}

// links[rule * control_count + control]: does the rule answer the control?
static void link_members(Loader *loader, const Initiative *initiative, bool *links)
{
    const Baseline *baseline = loader->baseline;
    bool *is_member = NEW_ARRAY(loader->arena, bool, baseline->rule_count);
    for (uint32_t i = 0; i < initiative->member_count; i++) {
        const InitiativeMember *member = &initiative->members[i];
        Str name = last_segment(member->definition_id);
        uint32_t rule = map_find(&baseline->rule_index, name);
        if (rule == MAP_NONE) {
            diag_error(loader->diags, member->at, "unknown-rule", "there is no rule \"%.*s\"",
                       STR_ARG(name));
            continue;
        }
        is_member[rule] = true;
        if (member->group_count == 0) {
            diag_error(loader->diags, member->at, "rule-no-control",
                       "rule \"%.*s\" answers no control; give it groupNames", STR_ARG(name));
        }
        for (uint32_t j = 0; j < member->group_count; j++) {
            uint32_t control = map_find(&baseline->control_index, member->groups[j]);
            if (control == MAP_NONE) {
                diag_error(loader->diags, member->at, "unknown-control",
                           "groupNames has \"%.*s\", which the profile does not select",
                           STR_ARG(member->groups[j]));
                continue;
            }
            links[(size_t)rule * baseline->control_count + control] = true;
        }
    }
    for (uint32_t i = 0; i < baseline->rule_count; i++) {
        if (!is_member[i]) {
            diag_error(loader->diags, (Span){0, 0}, "rule-not-member",
                       "the initiative has no reference to rule \"%.*s\"",
                       STR_ARG(baseline->rules[i].definition->name));
        }
    }
}

static const uint32_t *gather(Arena *arena, const bool *links, uint32_t count, size_t stride,
                              uint32_t *ret_count)
{
    uint32_t *found = NEW_ARRAY(arena, uint32_t, count);
    uint32_t filled = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (links[i * stride]) {
            found[filled++] = i;
        }
    }
    *ret_count = filled;
    return found;
}

static void share_links(Loader *loader, const bool *links)
{
    uint32_t rules = loader->baseline->rule_count;
    uint32_t controls = loader->baseline->control_count;
    for (uint32_t i = 0; i < rules; i++) {
        loader->rules[i].controls = gather(loader->arena, links + (size_t)i * controls, controls, 1,
                                           &loader->rules[i].control_count);
    }
    for (uint32_t i = 0; i < controls; i++) {
        BaselineControl *control = &loader->controls[i];
        control->rules = gather(loader->arena, links + i, rules, controls, &control->rule_count);
        if (control->rule_count == 0 && control->enforcement != ENFORCEMENT_ATTESTED) {
            diag_error(loader->diags, (Span){0, 0}, "control-no-rule",
                       "control \"%.*s\" has no rule and is not attested", STR_ARG(control->id));
        }
    }
}

void package_load_initiative(Loader *loader)
{
    const Json *json;
    const Initiative *initiative;
    if (!package_read(loader, STR("initiative.json"), &json) ||
        !initiative_parse(loader->arena, json, loader->diags, &initiative)) {
        return;
    }
    loader->baseline->initiative = initiative;
    size_t controls = loader->baseline->control_count;
    bool *is_group = NEW_ARRAY(loader->arena, bool, controls);
    check_groups(loader, initiative, is_group);
    bool *links = NEW_ARRAY(loader->arena, bool, controls * loader->baseline->rule_count);
    link_members(loader, initiative, links);
    share_links(loader, links);
}

static const Parameter *find_parameter(const Initiative *initiative, Str name)
{
    for (uint32_t i = 0; i < initiative->parameter_count; i++) {
        if (str_eq_nocase(initiative->parameters[i].name, name)) {
            return &initiative->parameters[i];
        }
    }
    return NULL;
}

static bool parse_integer(Str text, int64_t *ret_value)
{
    bool negative = text.len > 1 && text.ptr[0] == '-';
    size_t i = negative ? 1 : 0;
    int64_t value = 0;
    if (i == text.len) {
        return false;
    }
    for (; i < text.len; i++) {
        char c = text.ptr[i];
        if (c < '0' || c > '9' || ckd_mul(&value, value, 10) ||
            ckd_add(&value, value, (int64_t)(c - '0'))) {
            return false;
        }
    }
    *ret_value = negative ? -value : value;
    return true;
}

// OSCAL values are texts; the initiative's parameter says what they mean.
static bool to_value(Loader *loader, const OscalSetParameter *set, const Parameter *parameter,
                     Json *ret_value)
{
    Json *items = NULL;
    int64_t number;
    if (parameter->type == PARAMETER_ARRAY) {
        items = NEW_ARRAY(loader->arena, Json, set->value_count);
        for (uint32_t i = 0; i < set->value_count; i++) {
            items[i] = json_string(set->values[i]);
        }
        *ret_value = (Json){.type = JSON_ARRAY, .count = set->value_count, .items = items};
        return true;
    }
    if (set->value_count != 1) {
        return diag_error(loader->diags, set->at, "parameter-value",
                          "parameter \"%.*s\" takes one value, %u are given",
                          STR_ARG(parameter->name), set->value_count);
    }
    Str text = set->values[0];
    if (parameter->type == PARAMETER_STRING || parameter->type == PARAMETER_DATETIME) {
        *ret_value = json_string(text);
        return true;
    }
    if (parameter->type == PARAMETER_INTEGER && parse_integer(text, &number)) {
        *ret_value = json_int(loader->arena, number);
        return true;
    }
    bool is_true = str_eq(text, STR("true"));
    if (parameter->type == PARAMETER_BOOLEAN && (is_true || str_eq(text, STR("false")))) {
        *ret_value = json_bool(is_true);
        return true;
    }
    return diag_error(loader->diags, set->at, "parameter-value",
                      "\"%.*s\" is not a value of parameter \"%.*s\" (string, integer, boolean "
                      "and array can be fed)",
                      STR_ARG(text), STR_ARG(parameter->name));
}

// The values the profile feeds to the initiative: an object name → {value}.
static const Json *feed(Loader *loader)
{
    const Baseline *baseline = loader->baseline;
    const OscalProfile *profile = baseline->profile;
    const Initiative *initiative = baseline->initiative;
    JsonMember *members = NEW_ARRAY(loader->arena, JsonMember, profile->set_parameter_count);
    uint32_t count = 0;
    Map fed;
    map_init(&fed, loader->arena, MAP_NOCASE);
    loader->diags->file = profile->file;
    for (uint32_t i = 0; i < profile->set_parameter_count; i++) {
        const OscalSetParameter *set = &profile->set_parameters[i];
        const OscalProp *prop =
            oscal_prop_find(set->props, set->prop_count, DATUMLINE_NS, STR("azure-parameter"));
        if (prop == NULL) {
            continue;
        }
        const Parameter *parameter = find_parameter(initiative, prop->value);
        if (parameter == NULL) {
            diag_error(loader->diags, prop->at, "unknown-parameter",
                       "the initiative has no parameter \"%.*s\"", STR_ARG(prop->value));
            continue;
        }
        if (map_find(&fed, parameter->name) != MAP_NONE) {
            diag_error(loader->diags, prop->at, "parameter-fed-twice",
                       "parameter \"%.*s\" is fed twice", STR_ARG(parameter->name));
            continue;
        }
        Json *inner = NEW(loader->arena, Json);
        if (!to_value(loader, set, parameter, inner)) {
            continue;
        }
        map_put(&fed, parameter->name, 1);
        JsonMember *value = NEW(loader->arena, JsonMember);
        *value = (JsonMember){.key = STR("value"), .at = set->at, .value = *inner};
        members[count++] = (JsonMember){
            .key = parameter->name,
            .at = set->at,
            .value = {.type = JSON_OBJECT, .count = 1, .at = set->at, .members = value},
        };
    }
    for (uint32_t i = 0; i < initiative->parameter_count; i++) {
        const Parameter *parameter = &initiative->parameters[i];
        if (parameter->default_value == NULL && map_find(&fed, parameter->name) == MAP_NONE) {
            diag_error(loader->diags, (Span){0, 0}, "parameter-unfed",
                       "the initiative's parameter \"%.*s\" has no default and no set-parameter "
                       "feeds it",
                       STR_ARG(parameter->name));
        }
    }
    Json *values = NEW(loader->arena, Json);
    *values = (Json){.type = JSON_OBJECT, .count = count, .members = members};
    return values;
}

// An assignment's own values stay where they name something the profile does not feed (effects).
static const Json *merge_values(Loader *loader, const Assignment *assignment, const Json *fed)
{
    const Json *own = assignment->parameters;
    if (own == NULL || own->type != JSON_OBJECT || own->count == 0) {
        return fed;
    }
    JsonMember *members = NEW_ARRAY(loader->arena, JsonMember, own->count + fed->count);
    memcpy(members, own->members, own->count * sizeof(*members));
    for (uint32_t i = 0; i < fed->count; i++) {
        if (json_find_nocase(own, fed->members[i].key) != NULL) {
            diag_error(loader->diags, assignment->at, "parameter-two-homes",
                       "\"%.*s\" is set here and in the profile; the profile is its only home",
                       STR_ARG(fed->members[i].key));
        }
        members[own->count + i] = fed->members[i];
    }
    Json *values = NEW(loader->arena, Json);
    *values = (Json){.type = JSON_OBJECT, .count = own->count + fed->count, .members = members};
    return values;
}

void package_load_assignments(Loader *loader)
{
    Baseline *baseline = loader->baseline;
    const Json *fed = feed(loader);
    const Json *json;
    if (!package_read(loader, STR("assignments.json"), &json)) {
        return;
    }
    const Json *list = json_find(json, STR("value"));
    list = list != NULL ? list : json;
    if (list->type != JSON_ARRAY || list->count == 0) {
        diag_error(loader->diags, list->at, "no-assignment",
                   "assignments.json must be an array of at least one assignment");
        return;
    }
    const Assignment **assignments = NEW_ARRAY(loader->arena, const Assignment *, list->count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        const Assignment *parsed;
        if (!assignment_parse(loader->arena, &list->items[i], loader->diags, &parsed)) {
            continue;
        }
        Assignment *assignment = NEW(loader->arena, Assignment);
        *assignment = *parsed;
        if (str_eq_nocase(last_segment(parsed->definition_id), baseline->initiative->name)) {
            assignment->parameters = merge_values(loader, parsed, fed);
        } else if (map_find(&baseline->rule_index, last_segment(parsed->definition_id)) ==
                   MAP_NONE) {
            diag_error(loader->diags, parsed->at, "unknown-rule",
                       "policyDefinitionId \"%.*s\" is neither this initiative nor a rule",
                       STR_ARG(parsed->definition_id));
        }
        assignments[count++] = assignment;
    }
    baseline->assignments = assignments;
    baseline->assignment_count = count;
}
