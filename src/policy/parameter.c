// SPDX-License-Identifier: Apache-2.0
// Declared parameters: their types, defaults and allowed values.
#include "base/ticks.h"
#include "policy/keys.h"
#include "policy/rule_parse.h"
#include "policy/suggest.h"

static const Str type_names[] = {
    [PARAMETER_STRING] = STR_INIT("String"),     [PARAMETER_ARRAY] = STR_INIT("Array"),
    [PARAMETER_OBJECT] = STR_INIT("Object"),     [PARAMETER_BOOLEAN] = STR_INIT("Boolean"),
    [PARAMETER_INTEGER] = STR_INIT("Integer"),   [PARAMETER_FLOAT] = STR_INIT("Float"),
    [PARAMETER_DATETIME] = STR_INIT("DateTime"),
};

typedef enum ParameterKey {
    PARAMETER_KEY_TYPE,
    PARAMETER_KEY_DEFAULT,
    PARAMETER_KEY_ALLOWED,
    PARAMETER_KEY_METADATA,
    PARAMETER_KEY_SCHEMA,
    PARAMETER_KEY_COUNT
} ParameterKey;

static const Str parameter_keys[PARAMETER_KEY_COUNT] = {
    STR_INIT("type"),     STR_INIT("defaultValue"), STR_INIT("allowedValues"),
    STR_INIT("metadata"), STR_INIT("schema"),
};
static const KeySet parameter_set = {"a parameter", parameter_keys, PARAMETER_KEY_COUNT, KEYS_WARN};

const char *parameter_type_name(ParameterType type)
{
    ASSERT((size_t)type < COUNTOF(type_names));
    return type_names[type].ptr;
}

const Parameter *parameter_find(const Parameter *parameters, uint32_t count, Str name)
{
    for (uint32_t i = 0; i < count; i++) {
        if (str_eq_nocase(parameters[i].name, name)) {
            return &parameters[i];
        }
    }
    return NULL;
}

Str parameter_nearest(const Parameter *parameters, uint32_t count, Str name)
{
    enum { EDITS_MAX = 2 };
    Str near = {NULL, 0};
    unsigned best = EDITS_MAX + 1;
    for (uint32_t i = 0; i < count; i++) {
        unsigned distance = suggest_distance(name, parameters[i].name, EDITS_MAX);
        if (distance < best) {
            best = distance;
            near = parameters[i].name;
        }
    }
    return near;
}

static bool has_type(ParameterType type, const Json *value)
{
    Ticks time = 0;
    switch (type) {
    case PARAMETER_STRING:
        return value->type == JSON_STRING;
    case PARAMETER_ARRAY:
        return value->type == JSON_ARRAY;
    case PARAMETER_OBJECT:
        return value->type == JSON_OBJECT;
    case PARAMETER_BOOLEAN:
        return value->type == JSON_BOOL;
    case PARAMETER_INTEGER:
        return value->type == JSON_NUMBER && value->is_int;
    case PARAMETER_FLOAT:
        return value->type == JSON_NUMBER;
    case PARAMETER_DATETIME:
        return value->type == JSON_STRING && ticks_parse(value->string, &time);
    }
    UNREACHABLE("ParameterType out of range");
}

static bool is_in(const Json *list, const Json *value)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (json_equal(&list->items[i], value)) {
            return true;
        }
    }
    return false;
}

// An array is allowed whole, or when each of its entries is.
static bool is_allowed(const Json *allowed, const Json *value)
{
    if (is_in(allowed, value)) {
        return true;
    }
    if (value->type != JSON_ARRAY) {
        return false;
    }
    for (uint32_t i = 0; i < value->count; i++) {
        if (!is_in(allowed, &value->items[i])) {
            return false;
        }
    }
    return true;
}

const char *parameter_refuses(const Parameter *parameter, const Json *value, const char **ret_code)
{
    if (!has_type(parameter->type, value)) {
        *ret_code = "parameter-type";
        return value->type == JSON_STRING ? "a string of another form"
                                          : keys_type_name(value->type);
    }
    // Published definitions have an empty list where any value was meant.
    bool is_open = parameter->allowed_values == NULL || parameter->allowed_values->count == 0;
    if (!is_open && !is_allowed(parameter->allowed_values, value)) {
        *ret_code = "parameter-not-allowed";
        return "not one of the allowed values (case matters)";
    }
    return NULL;
}

static bool parse_type(const Json *type, Span at, DiagList *diags, Parameter *ret_parameter)
{
    Str name = json_is(type, JSON_STRING) ? type->string : (Str){NULL, 0};
    for (uint32_t i = 0; i < COUNTOF(type_names); i++) {
        if (str_eq_nocase(type_names[i], name)) {
            ret_parameter->type = (ParameterType)i;
            return true;
        }
    }
    Str near = suggest_nearest(name, type_names, COUNTOF(type_names));
    return diag_error(diags, type != NULL ? type->at : at, "parameter-type",
                      "parameter \"%.*s\" needs a type: %s%.*s", STR_ARG(ret_parameter->name),
                      near.len != 0 ? "did you mean " : "",
                      STR_ARG(near.len != 0 ? near
                                            : STR("String, Array, Object, Boolean, Integer, Float "
                                                  "or DateTime")));
}

// Published initiatives declare a parameter of one type, give it a default of another and pass it
// on to a definition that wants the other: there it is a warning.
static bool check_default(const Parameter *parameter, DiagLevel level, DiagList *diags)
{
    const char *code = NULL;
    const char *why = parameter->default_value != NULL
                          ? parameter_refuses(parameter, parameter->default_value, &code)
                          : NULL;
    if (why == NULL) {
        return true;
    }
    if (level == DIAG_WARNING) {
        diag_warn(diags, parameter->default_value->at, code,
                  "the default of parameter \"%.*s\" (%s) is %s", STR_ARG(parameter->name),
                  parameter_type_name(parameter->type), why);
        return true;
    }
    return diag_error(diags, parameter->default_value->at, code,
                      "the default of parameter \"%.*s\" (%s) is %s", STR_ARG(parameter->name),
                      parameter_type_name(parameter->type), why);
}

static bool parse_parameter(const JsonMember *member, DiagLevel level, DiagList *diags,
                            Parameter *ret_parameter)
{
    ret_parameter->name = member->key;
    ret_parameter->at = member->at;
    TRY(keys_want_object(&member->value, "a parameter", diags));
    const JsonMember *found[PARAMETER_KEY_COUNT] = {NULL};
    TRY(keys_read(&parameter_set, &member->value, diags, found));
    TRY(parse_type(keys_value(found[PARAMETER_KEY_TYPE]), member->at, diags, ret_parameter));
    uint32_t before = diags->errors;
    ret_parameter->default_value = keys_value(found[PARAMETER_KEY_DEFAULT]);
    ret_parameter->allowed_values = keys_typed(found[PARAMETER_KEY_ALLOWED], JSON_ARRAY, diags);
    const Json *metadata = keys_typed(found[PARAMETER_KEY_METADATA], JSON_OBJECT, diags);
    ret_parameter->display_name = metadata_str(metadata, STR("displayName"));
    ret_parameter->description = metadata_str(metadata, STR("description"));
    return diags->errors == before && check_default(ret_parameter, level, diags);
}

bool rule_parse_parameters(Arena *arena, const Json *json, DiagLevel level, DiagList *diags,
                           const Parameter **ret_parameters, uint32_t *ret_count)
{
    TRY(keys_want_object(json, "parameters", diags));
    Parameter *parameters = NEW_ARRAY(arena, Parameter, json->count);
    bool ok = true;
    for (uint32_t i = 0; i < json->count; i++) {
        const JsonMember *member = &json->members[i];
        if (parameter_find(parameters, i, member->key) != NULL) {
            ok = diag_error(diags, member->at, "duplicate-key",
                            "parameter \"%.*s\" is declared twice (names do not differ by case)",
                            STR_ARG(member->key));
        }
        ok = parse_parameter(member, level, diags, &parameters[i]) && ok;
    }
    *ret_parameters = parameters;
    *ret_count = json->count;
    return ok;
}
