// SPDX-License-Identifier: Apache-2.0
// The profile's values go to the initiative's parameters, in every assignment.
#include <string.h>

#include "baseline/package.h"

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
static bool to_value(Loader *loader, const BaselineValue *from, const Parameter *parameter,
                     Json *ret_value)
{
    Json *items = NULL;
    int64_t number;
    if (parameter->type == PARAMETER_ARRAY) {
        items = NEW_ARRAY(loader->arena, Json, from->value_count);
        for (uint32_t i = 0; i < from->value_count; i++) {
            items[i] = json_string(from->values[i]);
        }
        *ret_value = (Json){.type = JSON_ARRAY, .count = from->value_count, .items = items};
        return true;
    }
    if (from->value_count != 1) {
        return diag_error(loader->diags, from->at, "parameter-value",
                          "parameter \"%.*s\" takes one value, %u are given",
                          STR_ARG(parameter->name), from->value_count);
    }
    Str text = from->values[0];
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
    return diag_error(loader->diags, from->at, "parameter-value",
                      "\"%.*s\" is not a value of parameter \"%.*s\" (string, integer, boolean "
                      "and array can be fed)",
                      STR_ARG(text), STR_ARG(parameter->name));
}

// What the profile feeds to the initiative, growing.
typedef struct Feed {
    JsonMember *members; // name → {value}
    uint32_t count;
    uint32_t cap;
    Map fed;
} Feed;

static void feed_one(Loader *loader, const BaselineValue *from, Str name, Feed *feed)
{
    const Parameter *parameter = find_parameter(loader->baseline->initiative, name);
    loader->diags->file = from->file;
    if (parameter == NULL) {
        diag_error(loader->diags, from->at, "unknown-parameter",
                   "the initiative has no parameter \"%.*s\"", STR_ARG(name));
        return;
    }
    if (map_find(&feed->fed, parameter->name) != MAP_NONE) {
        diag_error(loader->diags, from->at, "parameter-fed-twice",
                   "parameter \"%.*s\" is fed twice", STR_ARG(parameter->name));
        return;
    }
    (void)map_put(&feed->fed, parameter->name, 1);
    Json value;
    if (from->value_count == 0 && parameter->type != PARAMETER_ARRAY) {
        diag_error(loader->diags, from->at, "parameter-value",
                   "\"%.*s\" feeds parameter \"%.*s\" and has no value; set one in the profile",
                   STR_ARG(from->id), STR_ARG(parameter->name));
        return;
    }
    if (!to_value(loader, from, parameter, &value)) {
        return;
    }
    JsonMember *inner = NEW(loader->arena, JsonMember);
    *inner = (JsonMember){.key = STR("value"), .at = from->at, .value = value};
    ARENA_ROOM(loader->arena, feed->members, feed->count, feed->cap);
    feed->members[feed->count++] = (JsonMember){
        .key = parameter->name,
        .at = from->at,
        .value = {.type = JSON_OBJECT, .count = 1, .at = from->at, .members = inner},
    };
}

// Does an expression ask for the initiative's parameter?
static bool asks_for(const Expr *expr, Str name)
{
    if (expr == NULL || (expr->reads & EXPR_READS_PARAMETER) == 0) {
        return false;
    }
    bool is_call = expr->kind == EXPR_CALL && expr->func == FUNC_PARAMETERS &&
                   expr->arg_count == 1 && expr_is_literal(&expr->args[0]) &&
                   json_is(expr->args[0].value, JSON_STRING);
    if (is_call) {
        return str_eq_nocase(expr->args[0].value->string, name);
    }
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        if (asks_for(&expr->args[i], name)) {
            return true;
        }
    }
    return false;
}

// A parameter without default that a rule in force asks for must be fed.
static void check_unfed(Loader *loader, const Feed *feed)
{
    const Initiative *initiative = loader->baseline->initiative;
    for (uint32_t i = 0; i < initiative->parameter_count; i++) {
        const Parameter *parameter = &initiative->parameters[i];
        if (parameter->default_value != NULL || map_find(&feed->fed, parameter->name) != MAP_NONE) {
            continue;
        }
        for (uint32_t m = 0; m < initiative->member_count; m++) {
            if (asks_for(initiative->members[m].parameters, parameter->name)) {
                loader->diags->file = package_label(loader, STR("profile.json"));
                diag_error(loader->diags, (Span){0, 0}, "parameter-unfed",
                           "the initiative's parameter \"%.*s\" has no default and no "
                           "set-parameter of a selected control feeds it",
                           STR_ARG(parameter->name));
                break;
            }
        }
    }
}

// The values the profile feeds to the initiative: an object name → {value}.
static const Json *feed_all(Loader *loader)
{
    Feed feed = {0};
    map_init(&feed.fed, loader->arena, MAP_NOCASE);
    for (uint32_t i = 0; i < loader->baseline->value_count; i++) {
        const BaselineValue *value = &loader->baseline->values[i];
        for (uint32_t f = 0; f < value->feed_count; f++) {
            feed_one(loader, value, value->feeds[f], &feed);
        }
    }
    check_unfed(loader, &feed);
    Json *values = NEW(loader->arena, Json);
    *values = (Json){.type = JSON_OBJECT, .count = feed.count, .members = feed.members};
    return values;
}

// An assignment's own values stay. One for all resources may not set what the profile feeds; one
// for some of them (a variant) may.
static const Json *merge_values(Loader *loader, const Assignment *assignment, const Json *fed)
{
    const Json *own = assignment->parameters;
    if (own == NULL || own->type != JSON_OBJECT || own->count == 0) {
        return fed;
    }
    bool variant = assignment->resource_selector_count != 0;
    JsonMember *members = NEW_ARRAY(loader->arena, JsonMember, own->count + fed->count);
    memcpy(members, own->members, own->count * sizeof(*members));
    uint32_t count = own->count;
    for (uint32_t i = 0; i < fed->count; i++) {
        bool is_own = json_find_nocase(own, fed->members[i].key) != NULL;
        if (is_own && !variant) {
            diag_error(loader->diags, assignment->at, "parameter-two-homes",
                       "\"%.*s\" is set here and in the profile; the profile is its only home "
                       "(an assignment with resourceSelectors may differ)",
                       STR_ARG(fed->members[i].key));
        }
        if (!is_own) {
            members[count++] = fed->members[i];
        }
    }
    Json *values = NEW(loader->arena, Json);
    *values = (Json){.type = JSON_OBJECT, .count = count, .members = members};
    return values;
}

// The assignments of the outermost level that has some.
static bool read_assignments(Loader *loader, const Json **ret_list)
{
    uint32_t level = 0;
    while (level + 1 < loader->level_count &&
           !package_has(loader,
                        package_join(loader, loader->levels[level], STR("assignments.json")))) {
        level++;
    }
    const Json *json;
    TRY(package_read(loader, package_join(loader, loader->levels[level], STR("assignments.json")),
                     &json));
    const Json *list = json_find(json, STR("value"));
    list = list != NULL ? list : json;
    *ret_list = list;
    return (list->type == JSON_ARRAY && list->count != 0) ||
           diag_error(loader->diags, list->at, "no-assignment",
                      "assignments.json must be an array of at least one assignment");
}

// "/providers/…/policySetDefinitions/NAME" or "NAME"
static bool names(Str id, Str name)
{
    size_t at = id.len;
    while (at > 0 && id.ptr[at - 1] != '/') {
        at--;
    }
    return str_eq_nocase(str_from(id, at), name);
}

static const Assignment *take_assignment(Loader *loader, const Json *json, const Json *fed)
{
    const Baseline *baseline = loader->baseline;
    const Assignment *parsed;
    if (!assignment_parse(loader->arena, json, loader->diags, &parsed)) {
        return NULL;
    }
    Assignment *assignment = NEW(loader->arena, Assignment);
    *assignment = *parsed;
    if (names(parsed->definition_id, baseline->initiative->name)) {
        assignment->parameters = merge_values(loader, parsed, fed);
        return assignment;
    }
    for (uint32_t i = 0; i < baseline->rule_count; i++) {
        if (names(parsed->definition_id, baseline->definitions[i]->name)) {
            return assignment;
        }
    }
    diag_error(loader->diags, parsed->at, "unknown-rule",
               "policyDefinitionId \"%.*s\" is neither this initiative nor a rule",
               STR_ARG(parsed->definition_id));
    return NULL;
}

void package_load_assignments(Loader *loader)
{
    Baseline *baseline = loader->baseline;
    const Json *fed = feed_all(loader);
    const Json *list;
    if (!read_assignments(loader, &list)) {
        return;
    }
    const Assignment **assignments = NEW_ARRAY(loader->arena, const Assignment *, list->count);
    const Json **own = NEW_ARRAY(loader->arena, const Json *, list->count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        const Assignment *assignment = take_assignment(loader, &list->items[i], fed);
        if (assignment != NULL) {
            const Json *properties = json_find_nocase(&list->items[i], STR("properties"));
            own[count] = json_find_nocase(properties != NULL ? properties : &list->items[i],
                                          STR("parameters"));
            assignments[count++] = assignment;
        }
    }
    baseline->assignments = assignments;
    baseline->own_values = own;
    baseline->assignment_count = count;
}
