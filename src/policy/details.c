// SPDX-License-Identifier: Apache-2.0
// then.details. An effect may be a parameter, so the shape that is there decides what it means:
// a type makes it a look for related resources, operations make it a modify, an array an append.
#include "policy/keys.h"
#include "policy/rule_parse.h"

typedef enum DetailKey {
    DETAIL_TYPE,
    DETAIL_NAME,
    DETAIL_EXISTENCE_SCOPE,
    DETAIL_RESOURCE_GROUP,
    DETAIL_EXISTENCE,
    DETAIL_OPERATIONS,
    DETAIL_CONFLICT_EFFECT,
    DETAIL_DEFAULT_STATE,
    DETAIL_FIELD,
    DETAIL_VALUE,
    DETAIL_ROLES,
    DETAIL_USED_COUNT, // those below are known and mean nothing to an assessment
    DETAIL_KEY_COUNT = DETAIL_USED_COUNT + 9
} DetailKey;

static const Str detail_keys[DETAIL_KEY_COUNT] = {
    STR_INIT("type"),
    STR_INIT("name"),
    STR_INIT("existenceScope"),
    STR_INIT("resourceGroupName"),
    STR_INIT("existenceCondition"),
    STR_INIT("operations"),
    STR_INIT("conflictEffect"),
    STR_INIT("defaultState"),
    STR_INIT("field"),
    STR_INIT("value"),
    STR_INIT("roleDefinitionIds"),
    STR_INIT("deployment"),
    STR_INIT("deploymentScope"),
    STR_INIT("evaluationDelay"),
    STR_INIT("actionNames"),
    STR_INIT("cascadeBehaviors"),
    STR_INIT("kind"),
    STR_INIT("message"),
    STR_INIT("resourceId"),
    STR_INIT("setting"),
};
static const KeySet detail_set = {"details", detail_keys, DETAIL_KEY_COUNT, KEYS_ERROR};
static const KeySet loose_set = {"details", detail_keys, DETAIL_KEY_COUNT, KEYS_WARN};
static const KeySet foreign_set = {"details", detail_keys, DETAIL_KEY_COUNT, KEYS_IGNORE};

typedef enum OperationKey {
    OPERATION_KEY_OPERATION,
    OPERATION_KEY_FIELD,
    OPERATION_KEY_VALUE,
    OPERATION_KEY_CONDITION,
    OPERATION_KEY_COUNT
} OperationKey;

static const Str operation_keys[OPERATION_KEY_COUNT] = {
    STR_INIT("operation"),
    STR_INIT("field"),
    STR_INIT("value"),
    STR_INIT("condition"),
};
static const KeySet operation_set = {"an operation", operation_keys, OPERATION_KEY_COUNT,
                                     KEYS_ERROR};

static const Str operation_names[] = {
    [OPERATION_ADD] = STR_INIT("add"),
    [OPERATION_ADD_OR_REPLACE] = STR_INIT("addOrReplace"),
    [OPERATION_REMOVE] = STR_INIT("remove"),
};

Str operation_name(OperationKind kind)
{
    ASSERT((size_t)kind < COUNTOF(operation_names));
    return operation_names[kind];
}

static bool parse_optional(RuleParser *parser, const JsonMember *member, const Expr **ret_expr)
{
    const Json *value = keys_value(member);
    return value == NULL || expr_parse(parser->arena, value, parser->diags, ret_expr);
}

static bool parse_string(RuleParser *parser, const JsonMember *member, const Expr **ret_expr)
{
    uint32_t before = parser->diags->errors;
    (void)keys_str(member, parser->diags);
    TRY(parser->diags->errors == before);
    return parse_optional(parser, member, ret_expr);
}

static bool parse_operation_kind(const JsonMember *member, Span at, DiagList *diags,
                                 OperationKind *ret_kind)
{
    Str name = keys_str(member, diags);
    for (uint32_t i = 0; i < COUNTOF(operation_names); i++) {
        if (str_eq_nocase(name, operation_names[i])) {
            *ret_kind = (OperationKind)i;
            return true;
        }
    }
    return diag_error(diags, member != NULL ? member->value.at : at, "unknown-operation",
                      "\"%.*s\" is not an operation; use add, addOrReplace or remove",
                      STR_ARG(name));
}

static bool is_tag_field(const Expr *field)
{
    if (!expr_is_literal(field)) {
        return true; // known when its parameters are
    }
    static const Str tags = STR_INIT("tags");
    Str name = field->value->string;
    return name.len >= tags.len && str_eq_nocase((Str){name.ptr, tags.len}, tags);
}

// A value for what adds, and remove only for tags.
static bool check_operation(const Operation *operation, DiagList *diags)
{
    if (operation->field == NULL) {
        return diag_error(diags, operation->at, "missing-key", "an operation needs a field");
    }
    if (operation->kind != OPERATION_REMOVE) {
        return operation->value != NULL || diag_error(diags, operation->at, "missing-key",
                                                      "an operation that adds needs a value");
    }
    if (operation->value != NULL) {
        diag_warn(diags, operation->at, "invalid-operation",
                  "remove takes the whole tag; its value means nothing");
    }
    return is_tag_field(operation->field) ||
           diag_error(diags, operation->at, "invalid-operation",
                      "remove is for tags only; use addOrReplace for other properties");
}

// One operation of modify, or (is_append) one entry of append's details.
static bool parse_operation(RuleParser *parser, const Json *json, bool is_append,
                            Operation *ret_operation)
{
    *ret_operation = (Operation){.at = json->at, .kind = OPERATION_ADD};
    TRY(keys_want_object(json, "an operation", parser->diags));
    const JsonMember *found[OPERATION_KEY_COUNT] = {NULL};
    bool ok = keys_read(&operation_set, json, parser->diags, found);
    if (!is_append) {
        ok = parse_operation_kind(found[OPERATION_KEY_OPERATION], json->at, parser->diags,
                                  &ret_operation->kind) &&
             ok;
    }
    ok = parse_string(parser, found[OPERATION_KEY_FIELD], &ret_operation->field) && ok;
    if (found[OPERATION_KEY_VALUE] != NULL) { // null is a value here
        ok = expr_parse(parser->arena, &found[OPERATION_KEY_VALUE]->value, parser->diags,
                        &ret_operation->value) &&
             ok;
    }
    ok = parse_optional(parser, found[OPERATION_KEY_CONDITION], &ret_operation->condition) && ok;
    return ok && check_operation(ret_operation, parser->diags);
}

static bool parse_operations(RuleParser *parser, const Json *list, bool is_append,
                             Details *ret_details)
{
    Operation *operations = NEW_ARRAY(parser->arena, Operation, list->count);
    bool ok = true;
    for (uint32_t i = 0; i < list->count; i++) {
        ok = parse_operation(parser, &list->items[i], is_append, &operations[i]) && ok;
    }
    ret_details->operations = operations;
    ret_details->operation_count = list->count;
    return ok;
}

// append with one {field, value} instead of an array of them: read as the array.
static bool parse_single_append(RuleParser *parser, const Json *json, Details *ret_details)
{
    Json *list = NEW(parser->arena, Json);
    *list = (Json){.type = JSON_ARRAY, .count = 1, .at = json->at, .items = json};
    ret_details->raw = list;
    return parse_operations(parser, list, true, ret_details);
}

// One of a few words, unless it is an expression.
static bool check_word(const Expr *expr, const char *what, const Str *words, size_t count,
                       const char *wanted, DiagList *diags)
{
    if (expr == NULL || !expr_is_literal(expr)) {
        return true;
    }
    for (size_t i = 0; i < count; i++) {
        if (str_eq_nocase(expr->value->string, words[i])) {
            return true;
        }
    }
    return diag_error(diags, expr->at, "bad-value", "%s cannot be \"%.*s\"; use %s", what,
                      STR_ARG(expr->value->string), wanted);
}

// A type that cannot be one: nothing of it is ever found.
static void warn_type(const Expr *type, DiagList *diags)
{
    if (type != NULL && expr_is_literal(type) && !str_cut(type->value->string, '/').found) {
        diag_warn(diags, type->at, "bad-value",
                  "\"%.*s\" is no resource type, as \"Microsoft.Network/virtualNetworks\" is",
                  STR_ARG(type->value->string));
    }
}

static bool check_words(const Details *details, DiagList *diags)
{
    static const Str scopes[] = {STR_INIT("resourceGroup"), STR_INIT("subscription")};
    static const Str conflicts[] = {STR_INIT("deny"), STR_INIT("audit"), STR_INIT("disabled")};
    static const Str states[] = {STR_INIT("Unknown"), STR_INIT("Compliant"),
                                 STR_INIT("Non-compliant"), STR_INIT("NonCompliant")};
    bool ok = check_word(details->existence_scope, "existenceScope", scopes, COUNTOF(scopes),
                         "resourceGroup or subscription", diags);
    ok = check_word(details->conflict_effect, "conflictEffect", conflicts, COUNTOF(conflicts),
                    "deny, audit or disabled", diags) &&
         ok;
    return check_word(details->default_state, "defaultState", states, COUNTOF(states),
                      "Unknown, Compliant or Non-compliant", diags) &&
           ok;
}

// What modify does and as whom. The roles matter when it is deployed only.
static bool parse_modify(RuleParser *parser, const JsonMember *const *found, Details *ret_details)
{
    uint32_t before = parser->diags->errors;
    const Json *operations = keys_typed(found[DETAIL_OPERATIONS], JSON_ARRAY, parser->diags);
    TRY(parser->diags->errors == before);
    if (operations == NULL) {
        return true;
    }
    const Json *roles = keys_value(found[DETAIL_ROLES]);
    if (roles == NULL || (roles->type != JSON_ARRAY && roles->type != JSON_STRING)) {
        diag_warn(
            parser->diags, operations->at, "missing-roles",
            "modify needs roleDefinitionIds, an array of the roles it acts with, before Azure "
            "takes it");
    }
    return parse_operations(parser, operations, false, ret_details);
}

static bool parse_object(RuleParser *parser, const JsonMember *const *found, Details *ret_details)
{
    const struct {
        DetailKey key;
        const Expr **expr;
    } texts[] = {
        {DETAIL_TYPE, &ret_details->related_type},
        {DETAIL_NAME, &ret_details->related_name},
        {DETAIL_EXISTENCE_SCOPE, &ret_details->existence_scope},
        {DETAIL_RESOURCE_GROUP, &ret_details->resource_group},
        {DETAIL_CONFLICT_EFFECT, &ret_details->conflict_effect},
        {DETAIL_DEFAULT_STATE, &ret_details->default_state},
    };
    bool ok = true;
    for (size_t i = 0; i < COUNTOF(texts); i++) {
        ok = parse_string(parser, found[texts[i].key], texts[i].expr) && ok;
    }
    warn_type(ret_details->related_type, parser->diags);
    ok = check_words(ret_details, parser->diags) && ok;
    const Json *existence = keys_value(found[DETAIL_EXISTENCE]);
    if (existence != NULL) {
        Cond *cond = NEW(parser->arena, Cond);
        ok = rule_parse_cond(parser, existence, cond) && ok;
        ret_details->existence = cond;
    }
    return parse_modify(parser, found, ret_details) && ok;
}

// Details that are read by their keys, so that a misspelt one would change what is found. Notes
// beside an effect that looks at none of them are the author's own.
static bool decides(const Json *json, Effect effect)
{
    static const DetailKey keys[] = {DETAIL_TYPE, DETAIL_EXISTENCE, DETAIL_OPERATIONS,
                                     DETAIL_FIELD};
    for (size_t i = 0; i < COUNTOF(keys); i++) {
        if (json_find_nocase(json, detail_keys[keys[i]]) != NULL) {
            return true;
        }
    }
    return effect == EFFECT_AUDIT_IF_NOT_EXISTS || effect == EFFECT_DEPLOY_IF_NOT_EXISTS ||
           effect == EFFECT_MODIFY || effect == EFFECT_APPEND || effect == EFFECT_MANUAL;
}

bool rule_parse_details(RuleParser *parser, const Json *json, Effect effect, bool is_constraint,
                        Details *ret_details)
{
    *ret_details = (Details){.raw = json};
    if (json->type == JSON_ARRAY) {
        return parse_operations(parser, json, true, ret_details);
    }
    TRY(keys_want_object(json, "details", parser->diags));
    const JsonMember *found[DETAIL_KEY_COUNT] = {NULL};
    const KeySet *set = is_constraint           ? &foreign_set
                        : decides(json, effect) ? &detail_set
                                                : &loose_set;
    TRY(keys_read(set, json, parser->diags, found));
    if (is_constraint) {
        return true;
    }
    if (found[DETAIL_FIELD] != NULL) {
        return parse_single_append(parser, json, ret_details);
    }
    return parse_object(parser, found, ret_details);
}
