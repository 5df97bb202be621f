// SPDX-License-Identifier: Apache-2.0
// Initiatives (policy set definitions): members with parameters and groups.
#include "policy/assignment.h"
#include "policy/bind.h"
#include "policy/keys.h"
#include "policy/rule_parse.h"

typedef enum InitiativeKey {
    SET_ID,
    SET_NAME,
    SET_PROPERTIES,
    SET_DISPLAY_NAME,
    SET_METADATA,
    SET_PARAMETERS,
    SET_MEMBERS,
    SET_GROUPS,
    SET_VERSION,
    SET_USED_COUNT,
    SET_KEY_COUNT = SET_USED_COUNT + 7
} InitiativeKey;

static const Str set_keys[SET_KEY_COUNT] = {
    STR_INIT("id"),
    STR_INIT("name"),
    STR_INIT("properties"),
    STR_INIT("displayName"),
    STR_INIT("metadata"),
    STR_INIT("parameters"),
    STR_INIT("policyDefinitions"),
    STR_INIT("policyDefinitionGroups"),
    STR_INIT("version"),
    STR_INIT("versions"),
    STR_INIT("description"),
    STR_INIT("policyType"),
    STR_INIT("type"),
    STR_INIT("systemData"),
    STR_INIT("apiVersion"),
    STR_INIT("$schema"),
};
static const KeySet envelope_set = {"an initiative", set_keys, SET_KEY_COUNT, KEYS_IGNORE};
static const KeySet initiative_set = {"an initiative", set_keys, SET_KEY_COUNT, KEYS_WARN};

typedef enum MemberKey {
    MEMBER_REFERENCE,
    MEMBER_DEFINITION,
    MEMBER_VERSION,
    MEMBER_PARAMETERS,
    MEMBER_GROUPS,
    MEMBER_USED_COUNT,
    MEMBER_KEY_COUNT = MEMBER_USED_COUNT + 2
} MemberKey;

static const Str member_keys[MEMBER_KEY_COUNT] = {
    STR_INIT("policyDefinitionReferenceId"),
    STR_INIT("policyDefinitionId"),
    STR_INIT("definitionVersion"),
    STR_INIT("parameters"),
    STR_INIT("groupNames"),
    STR_INIT("latestDefinitionVersion"),
    STR_INIT("effectiveDefinitionVersion"),
};
static const KeySet member_set = {"a member of an initiative", member_keys, MEMBER_KEY_COUNT,
                                  KEYS_WARN};

typedef enum GroupKey {
    GROUP_NAME,
    GROUP_DISPLAY_NAME,
    GROUP_CATEGORY,
    GROUP_DESCRIPTION,
    GROUP_METADATA,
    GROUP_KEY_COUNT
} GroupKey;

static const Str group_keys[GROUP_KEY_COUNT] = {
    STR_INIT("name"),        STR_INIT("displayName"),          STR_INIT("category"),
    STR_INIT("description"), STR_INIT("additionalMetadataId"),
};
static const KeySet group_set = {"a definition group", group_keys, GROUP_KEY_COUNT, KEYS_WARN};

static bool parse_member(Arena *arena, const Json *json, DiagList *diags,
                         InitiativeMember *ret_member)
{
    ret_member->at = json->at;
    TRY(keys_want_object(json, "a member of an initiative", diags));
    const JsonMember *found[MEMBER_KEY_COUNT] = {NULL};
    TRY(keys_read(&member_set, json, diags, found));
    uint32_t before = diags->errors;
    ret_member->reference_id = keys_str(found[MEMBER_REFERENCE], diags);
    ret_member->definition_id = keys_str(found[MEMBER_DEFINITION], diags);
    ret_member->definition_version = keys_str(found[MEMBER_VERSION], diags);
    ret_member->groups =
        keys_str_list(arena, found[MEMBER_GROUPS], diags, &ret_member->group_count);
    const Json *parameters = keys_typed(found[MEMBER_PARAMETERS], JSON_OBJECT, diags);
    bool ok = found[MEMBER_VERSION] == NULL ||
              version_check(ret_member->definition_version, found[MEMBER_VERSION]->value.at, diags);
    ok = (parameters == NULL || keys_unique(parameters, diags)) && ok;
    TRY(ok && diags->errors == before);
    if (ret_member->definition_id.len == 0) {
        return diag_error(diags, json->at, "missing-key",
                          "a member of an initiative needs a policyDefinitionId");
    }
    return parameters == NULL || expr_parse(arena, parameters, diags, &ret_member->parameters);
}

static bool parse_group(const Json *json, DiagList *diags, InitiativeGroup *ret_group)
{
    TRY(keys_want_object(json, "a definition group", diags));
    const JsonMember *found[GROUP_KEY_COUNT] = {NULL};
    TRY(keys_read(&group_set, json, diags, found));
    uint32_t before = diags->errors;
    *ret_group = (InitiativeGroup){
        .name = keys_str(found[GROUP_NAME], diags),
        .display_name = keys_str(found[GROUP_DISPLAY_NAME], diags),
        .category = keys_str(found[GROUP_CATEGORY], diags),
        .description = keys_str(found[GROUP_DESCRIPTION], diags),
        .metadata_id = keys_str(found[GROUP_METADATA], diags),
    };
    TRY(diags->errors == before);
    return ret_group->name.len != 0 ||
           diag_error(diags, json->at, "missing-key", "a definition group needs a name");
}

// Every group a member names must be declared, and every reference id must be its own.
static bool check_members(const Initiative *initiative, Arena *arena, DiagList *diags)
{
    Map groups;
    Map references;
    map_init(&groups, arena, MAP_NOCASE);
    map_init(&references, arena, MAP_NOCASE);
    for (uint32_t i = 0; i < initiative->group_count; i++) {
        (void)map_intern(&groups, initiative->groups[i].name);
    }
    bool ok = true;
    for (uint32_t i = 0; i < initiative->member_count; i++) {
        const InitiativeMember *member = &initiative->members[i];
        for (uint32_t g = 0; g < member->group_count; g++) {
            if (map_find(&groups, member->groups[g]) == MAP_NONE) {
                ok = diag_error(diags, member->at, "unknown-group",
                                "group \"%.*s\" is not in policyDefinitionGroups",
                                STR_ARG(member->groups[g]));
            }
        }
        bool is_named = member->reference_id.len != 0;
        if (is_named && map_put(&references, member->reference_id, i) != i) {
            ok = diag_error(diags, member->at, "duplicate-reference",
                            "policyDefinitionReferenceId \"%.*s\" is used twice",
                            STR_ARG(member->reference_id));
        }
    }
    return ok;
}

static void check_expr_parameters(const Initiative *initiative, const Expr *expr, DiagList *diags)
{
    if (expr_is_literal(expr)) {
        return;
    }
    bool names = expr->kind == EXPR_CALL && expr->func == FUNC_PARAMETERS && expr->arg_count == 1 &&
                 expr_is_literal(&expr->args[0]) && expr->args[0].value->type == JSON_STRING;
    if (names && parameter_find(initiative->parameters, initiative->parameter_count,
                                expr->args[0].value->string) == NULL) {
        (void)diag_error(diags, expr->at, "unknown-parameter",
                         "the initiative declares no parameter \"%.*s\"",
                         STR_ARG(expr->args[0].value->string));
    }
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        check_expr_parameters(initiative, &expr->args[i], diags);
    }
}

static bool parse_members(Arena *arena, const Json *list, DiagList *diags, Initiative *initiative)
{
    InitiativeMember *members = NEW_ARRAY(arena, InitiativeMember, list->count);
    bool ok = true;
    for (uint32_t i = 0; i < list->count; i++) {
        ok = parse_member(arena, &list->items[i], diags, &members[i]) && ok;
    }
    initiative->members = members;
    initiative->member_count = list->count;
    return ok;
}

static bool parse_groups(Arena *arena, const Json *list, DiagList *diags, Initiative *initiative)
{
    InitiativeGroup *groups = NEW_ARRAY(arena, InitiativeGroup, list->count);
    bool ok = true;
    for (uint32_t i = 0; i < list->count; i++) {
        ok = parse_group(&list->items[i], diags, &groups[i]) && ok;
    }
    initiative->groups = groups;
    initiative->group_count = list->count;
    return ok;
}

static bool read_head(const JsonMember *const *found, DiagList *diags, Initiative *initiative)
{
    uint32_t before = diags->errors;
    initiative->id = keys_str(found[SET_ID], diags);
    initiative->name = initiative->id.len != 0 ? id_last_segment(initiative->id)
                                               : keys_str(found[SET_NAME], diags);
    initiative->display_name = keys_str(found[SET_DISPLAY_NAME], diags);
    initiative->version = keys_str(found[SET_VERSION], diags);
    initiative->metadata = keys_typed(found[SET_METADATA], JSON_OBJECT, diags);
    if (initiative->version.len == 0) {
        initiative->version = metadata_str(initiative->metadata, STR("version"));
    }
    return diags->errors == before;
}

static bool parse_body(Arena *arena, const JsonMember *const *found, Span at, DiagList *diags,
                       Initiative *initiative)
{
    bool ok = read_head(found, diags, initiative);
    uint32_t before = diags->errors;
    const Json *parameters = keys_value(found[SET_PARAMETERS]);
    if (parameters != NULL) {
        ok = rule_parse_parameters(arena, parameters, DIAG_WARNING, diags, &initiative->parameters,
                                   &initiative->parameter_count) &&
             ok;
    }
    const Json *groups = keys_typed(found[SET_GROUPS], JSON_ARRAY, diags);
    if (groups != NULL) {
        ok = parse_groups(arena, groups, diags, initiative) && ok;
    }
    const Json *members = keys_typed(found[SET_MEMBERS], JSON_ARRAY, diags);
    TRY(ok && diags->errors == before);
    if (members == NULL) {
        return diag_error(diags, at, "missing-key", "an initiative needs policyDefinitions");
    }
    TRY(parse_members(arena, members, diags, initiative));
    TRY(check_members(initiative, arena, diags));
    for (uint32_t i = 0; i < initiative->member_count; i++) {
        if (initiative->members[i].parameters != NULL) {
            check_expr_parameters(initiative, initiative->members[i].parameters, diags);
        }
    }
    return diags->errors == before;
}

bool initiative_parse(Arena *arena, const Json *json, DiagList *diags,
                      const Initiative **ret_initiative)
{
    TRY(keys_want_object(json, "an initiative", diags));
    Initiative *initiative = NEW(arena, Initiative);
    initiative->file = diags->file;
    const JsonMember *found[SET_KEY_COUNT] = {NULL};
    const Json *inner = json_find_nocase(json, STR("properties"));
    bool ok = keys_read(inner != NULL ? &envelope_set : &initiative_set, json, diags, found);
    if (inner != NULL) {
        TRY(keys_want_object(inner, "properties", diags));
        ok = keys_read(&initiative_set, inner, diags, found) && ok;
    }
    TRY(parse_body(arena, found, json->at, diags, initiative) && ok);
    *ret_initiative = initiative;
    return true;
}
