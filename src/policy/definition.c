// SPDX-License-Identifier: Apache-2.0
#include "policy/definition.h"

#include <string.h>

#include "policy/keys.h"
#include "policy/rule_parse.h"
#include "policy/suggest.h"

typedef enum DefinitionKey {
    DEF_ID,
    DEF_NAME,
    DEF_PROPERTIES,
    DEF_DISPLAY_NAME,
    DEF_DESCRIPTION,
    DEF_POLICY_TYPE,
    DEF_MODE,
    DEF_METADATA,
    DEF_PARAMETERS,
    DEF_RULE,
    DEF_VERSION,
    DEF_USED_COUNT,
    DEF_KEY_COUNT = DEF_USED_COUNT + 6
} DefinitionKey;

static const Str definition_keys[DEF_KEY_COUNT] = {
    STR_INIT("id"),
    STR_INIT("name"),
    STR_INIT("properties"),
    STR_INIT("displayName"),
    STR_INIT("description"),
    STR_INIT("policyType"),
    STR_INIT("mode"),
    STR_INIT("metadata"),
    STR_INIT("parameters"),
    STR_INIT("policyRule"),
    STR_INIT("version"),
    STR_INIT("versions"),
    STR_INIT("type"),
    STR_INIT("systemData"),
    STR_INIT("apiVersion"),
    STR_INIT("$schema"),
    STR_INIT("externalEvaluationEnforcementSettings"),
};
static const KeySet envelope_set = {"a definition", definition_keys, DEF_KEY_COUNT, KEYS_IGNORE};
static const KeySet definition_set = {"a definition", definition_keys, DEF_KEY_COUNT, KEYS_WARN};

typedef enum RuleKey { RULE_IF, RULE_THEN, RULE_KEY_COUNT } RuleKey;
static const Str rule_keys[RULE_KEY_COUNT] = {STR_INIT("if"), STR_INIT("then")};
static const KeySet rule_set = {"a policy rule", rule_keys, RULE_KEY_COUNT, KEYS_WARN};

typedef enum ThenKey { THEN_EFFECT, THEN_DETAILS, THEN_KEY_COUNT } ThenKey;
static const Str then_keys[THEN_KEY_COUNT] = {STR_INIT("effect"), STR_INIT("details")};
static const KeySet then_set = {"then", then_keys, THEN_KEY_COUNT, KEYS_ERROR};

static const struct {
    Str name;
    ModeKind kind;
} modes[] = {
    {STR_INIT("All"), MODE_ALL},
    {STR_INIT("Indexed"), MODE_INDEXED},
    {STR_INIT("Microsoft.CognitiveServices.Data"), MODE_FIELDS},
    {STR_INIT("Microsoft.ContainerService.Data"), MODE_CONSTRAINT},
    {STR_INIT("Microsoft.DataFactory.Data"), MODE_FIELDS},
    {STR_INIT("Microsoft.KeyVault.Data"), MODE_FIELDS},
    {STR_INIT("Microsoft.Kubernetes.Data"), MODE_CONSTRAINT},
    {STR_INIT("Microsoft.LoadTestService.Data"), MODE_FIELDS},
    {STR_INIT("Microsoft.MachineLearningServices.Data"), MODE_FIELDS},
    {STR_INIT("Microsoft.MachineLearningServices.v2.Data"), MODE_FIELDS},
    {STR_INIT("Microsoft.ManagedHSM.Data"), MODE_FIELDS},
    {STR_INIT("Microsoft.Network.Data"), MODE_FIELDS},
};

static bool mode_parse(Str mode, ModeKind *ret_kind)
{
    for (size_t i = 0; i < COUNTOF(modes); i++) {
        if (str_eq_nocase(modes[i].name, mode)) {
            *ret_kind = modes[i].kind;
            return true;
        }
    }
    return false;
}

// Details that leave the decision to another engine: a template, a Rego policy, a setting.
static bool has_constraint(const Json *rule)
{
    static const Str marks[] = {
        STR_INIT("templateInfo"), STR_INIT("constraintTemplate"),
        STR_INIT("constraint"),   STR_INIT("mutationInfo"),
        STR_INIT("policy"),       STR_INIT("policyId"),
        STR_INIT("setting"),
    };
    const Json *then = json_find_nocase(rule, STR("then"));
    const Json *details = json_find_nocase(then, STR("details"));
    for (size_t i = 0; i < COUNTOF(marks); i++) {
        if (json_find_nocase(details, marks[i]) != NULL) {
            return true;
        }
    }
    return false;
}

Str metadata_str(const Json *metadata, Str key)
{
    const Json *value = json_find_nocase(metadata, key);
    return json_is(value, JSON_STRING) ? value->string : (Str){NULL, 0};
}

Str id_last_segment(Str id)
{
    size_t start = id.len;
    while (start > 0 && id.ptr[start - 1] != '/') {
        start--;
    }
    return start < id.len ? (Str){id.ptr + start, id.len - start} : (Str){NULL, 0};
}

// ---- then ----

static bool unknown_effect(const Json *value, DiagList *diags)
{
    Str names[EFFECT_COUNT];
    for (uint32_t i = 0; i < EFFECT_COUNT; i++) {
        const char *name = effect_name((Effect)i);
        names[i] = (Str){name, strlen(name)};
    }
    Str ask = suggest_ask(diags->arena, suggest_nearest(value->string, names, EFFECT_COUNT));
    return diag_error(diags, value->at, "unknown-effect", "\"%.*s\" is not an effect%.*s",
                      STR_ARG(value->string), STR_ARG(ask));
}

static bool parse_effect(RuleParser *parser, const JsonMember *member, Span at,
                         const Expr **ret_effect)
{
    if (member == NULL) {
        return diag_error(parser->diags, at, "missing-effect",
                          "then needs an effect, as in \"effect\": \"audit\"");
    }
    if (member->value.type != JSON_STRING) {
        return diag_error(parser->diags, member->value.at, "wrong-type",
                          "\"effect\" must be a string, not %s",
                          keys_type_name(member->value.type));
    }
    TRY(expr_parse(parser->arena, &member->value, parser->diags, ret_effect));
    bool is_known =
        !expr_is_literal(*ret_effect) || effect_find((*ret_effect)->value->string) != EFFECT_COUNT;
    return is_known || unknown_effect(&member->value, parser->diags);
}

// The effect as written; EFFECT_COUNT when a parameter decides.
static Effect written_effect(const Expr *effect)
{
    bool is_written = effect != NULL && expr_is_literal(effect);
    return is_written ? effect_find(effect->value->string) : EFFECT_COUNT;
}

// What Azure wants in the details of an effect and no state depends on.
static void warn_incomplete(const Definition *definition, Effect effect, DiagList *diags)
{
    static const struct {
        Effect effect;
        Str key;
        const char *code;
    } wanted[] = {
        {EFFECT_DEPLOY_IF_NOT_EXISTS, STR_INIT("roleDefinitionIds"), "missing-roles"},
        {EFFECT_DEPLOY_IF_NOT_EXISTS, STR_INIT("deployment"), "missing-details"},
        {EFFECT_DENY_ACTION, STR_INIT("actionNames"), "missing-details"},
    };
    for (size_t i = 0; i < COUNTOF(wanted); i++) {
        if (wanted[i].effect == effect &&
            json_find_nocase(definition->details.raw, wanted[i].key) == NULL) {
            diag_warn(diags, definition->effect->at, wanted[i].code,
                      "%s needs %.*s in its details before Azure takes it", effect_name(effect),
                      STR_ARG(wanted[i].key));
        }
    }
}

// The effects that look for related resources must say for which. What modify and append would
// write has no part in any state, so without it they are what they are. Only a literal effect can
// be held to it.
static bool check_details_fit(const Definition *definition, DiagList *diags)
{
    Effect effect = written_effect(definition->effect);
    bool looks = effect == EFFECT_AUDIT_IF_NOT_EXISTS || effect == EFFECT_DEPLOY_IF_NOT_EXISTS;
    if (looks && definition->details.related_type == NULL) {
        return diag_error(diags, definition->effect->at, "missing-key",
                          "%s needs details with the type of the related resource",
                          effect_name(effect));
    }
    bool writes = effect == EFFECT_MODIFY || effect == EFFECT_APPEND;
    if (writes && definition->details.operation_count == 0) {
        diag_warn(diags, definition->effect->at, "missing-details",
                  "%s has no details that say what it writes; Azure refuses that",
                  effect_name(effect));
    }
    warn_incomplete(definition, effect, diags);
    return true;
}

static bool parse_then(RuleParser *parser, const Json *json, Definition *definition)
{
    TRY(keys_want_object(json, "then", parser->diags));
    const JsonMember *found[THEN_KEY_COUNT] = {NULL};
    bool ok = keys_read(&then_set, json, parser->diags, found);
    ok = parse_effect(parser, found[THEN_EFFECT], json->at, &definition->effect) && ok;
    const Json *details = keys_value(found[THEN_DETAILS]);
    if (details != NULL) {
        ok = rule_parse_details(parser, details, written_effect(definition->effect),
                                definition->mode_kind == MODE_CONSTRAINT, &definition->details) &&
             ok;
    }
    return ok && check_details_fit(definition, parser->diags);
}

static bool parse_rule(RuleParser *parser, const Json *json, Definition *definition)
{
    TRY(keys_want_object(json, "a policy rule", parser->diags));
    const JsonMember *found[RULE_KEY_COUNT] = {NULL};
    bool ok = keys_read(&rule_set, json, parser->diags, found);
    Cond *condition = NEW(parser->arena, Cond);
    definition->condition = condition;
    if (found[RULE_IF] == NULL) {
        ok = diag_error(parser->diags, json->at, "missing-if", "a policy rule needs an \"if\"");
    } else {
        ok = rule_parse_cond(parser, &found[RULE_IF]->value, condition) && ok;
    }
    if (found[RULE_THEN] == NULL) {
        return diag_error(parser->diags, json->at, "missing-then",
                          "a policy rule needs a \"then\"");
    }
    return parse_then(parser, &found[RULE_THEN]->value, definition) && ok;
}

// ---- the definition around the rule ----

static bool parse_mode(Definition *definition, Span at, DiagList *diags)
{
    // No mode is null mode, which the service treats as Indexed.
    definition->mode_kind = MODE_INDEXED;
    if (definition->mode.len == 0 || mode_parse(definition->mode, &definition->mode_kind)) {
        return true;
    }
    static const Str data = STR_INIT(".Data");
    Str mode = definition->mode;
    bool is_data =
        mode.len > data.len && str_eq_nocase((Str){mode.ptr + mode.len - data.len, data.len}, data);
    if (is_data) {
        definition->mode_kind = MODE_FIELDS;
        diag_warn(diags, at, "unknown-mode",
                  "resource provider mode \"%.*s\" is not known here; its rule is read as plain "
                  "field conditions",
                  STR_ARG(mode));
        return true;
    }
    return diag_error(
        diags, at, "unknown-mode",
        "\"%.*s\" is not a mode; use All, Indexed or a resource provider mode such as "
        "Microsoft.KeyVault.Data",
        STR_ARG(mode));
}

static bool is_true(const Json *value)
{
    return json_is(value, JSON_BOOL)
               ? value->boolean
               : json_is(value, JSON_STRING) && str_eq_nocase(value->string, STR("true"));
}

static void read_metadata(Definition *definition)
{
    definition->category = metadata_str(definition->metadata, STR("category"));
    definition->deprecated = is_true(json_find_nocase(definition->metadata, STR("deprecated")));
    if (definition->version.len == 0) {
        definition->version = metadata_str(definition->metadata, STR("version"));
    }
}

static bool read_properties(const JsonMember *const *found, DiagList *diags, Definition *definition)
{
    uint32_t before = diags->errors;
    definition->id = keys_str(found[DEF_ID], diags);
    definition->name = definition->id.len != 0 ? id_last_segment(definition->id)
                                               : keys_str(found[DEF_NAME], diags);
    definition->display_name = keys_str(found[DEF_DISPLAY_NAME], diags);
    definition->description = keys_str(found[DEF_DESCRIPTION], diags);
    definition->version = keys_str(found[DEF_VERSION], diags);
    definition->policy_type = keys_str(found[DEF_POLICY_TYPE], diags);
    definition->mode = keys_str(found[DEF_MODE], diags);
    definition->metadata = keys_typed(found[DEF_METADATA], JSON_OBJECT, diags);
    read_metadata(definition);
    return diags->errors == before;
}

static bool parse_body(RuleParser *parser, const JsonMember *const *found, Definition *definition)
{
    DiagList *diags = parser->diags;
    bool ok = read_properties(found, diags, definition);
    Span mode_at = found[DEF_MODE] != NULL ? found[DEF_MODE]->value.at : definition->at;
    ok = parse_mode(definition, mode_at, diags) && ok;
    const Json *parameters = keys_value(found[DEF_PARAMETERS]);
    if (parameters != NULL) {
        ok = rule_parse_parameters(parser->arena, parameters, DIAG_ERROR, diags,
                                   &definition->parameters, &definition->parameter_count) &&
             ok;
    }
    const Json *rule = keys_value(found[DEF_RULE]);
    if (rule == NULL) {
        return diag_error(diags, definition->at, "missing-rule",
                          "a definition needs a \"policyRule\"");
    }
    bool is_data = definition->mode_kind == MODE_FIELDS;
    if (is_data && has_constraint(rule)) {
        definition->mode_kind = MODE_CONSTRAINT;
    }
    ok = parse_rule(parser, rule, definition) && ok;
    return ok && rule_check(definition, true, diags);
}

bool definition_parse(Arena *arena, const Json *json, DiagList *diags,
                      const Definition **ret_definition)
{
    TRY(keys_want_object(json, "a definition", diags));
    RuleParser parser = {.arena = arena, .diags = diags};
    Definition *definition = NEW(arena, Definition);
    definition->file = diags->file;
    definition->at = json->at;
    const JsonMember *found[DEF_KEY_COUNT] = {NULL};
    const Json *inner = json_find_nocase(json, STR("properties"));
    bool ok = keys_read(inner != NULL ? &envelope_set : &definition_set, json, diags, found);
    if (inner != NULL) {
        TRY(keys_want_object(inner, "properties", diags));
        ok = keys_read(&definition_set, inner, diags, found) && ok;
    }
    TRY(parse_body(&parser, found, definition) && ok);
    *ret_definition = definition;
    return true;
}

bool definition_parse_rule(Arena *arena, const Json *json, DiagList *diags,
                           const Definition **ret_definition)
{
    RuleParser parser = {.arena = arena, .diags = diags};
    Definition *definition = NEW(arena, Definition);
    definition->file = diags->file;
    definition->at = json->at;
    definition->mode_kind = MODE_ALL; // a bare rule has no mode and covers what it is given
    TRY(parse_rule(&parser, json, definition));
    TRY(rule_check(definition, false, diags));
    *ret_definition = definition;
    return true;
}

const Parameter *definition_find_parameter(const Definition *definition, Str name)
{
    return parameter_find(definition->parameters, definition->parameter_count, name);
}

bool definition_is_manual(const Definition *definition)
{
    const Json *value = NULL;
    if (definition->effect != NULL && expr_is_literal(definition->effect)) {
        value = definition->effect->value;
    } else {
        const Parameter *effect = definition_find_parameter(definition, STR("effect"));
        value = effect != NULL ? effect->default_value : NULL;
    }
    return json_is(value, JSON_STRING) && effect_find(value->string) == EFFECT_MANUAL;
}

bool definition_is_static(const Definition *definition)
{
    return str_eq_nocase(definition->policy_type, STR("Static"));
}
