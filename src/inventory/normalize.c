// SPDX-License-Identifier: Apache-2.0
// Facts of the Power Platform and of Microsoft Entra; data policies have a file of their own.
#include <string.h>

#include "inventory/rewrite.h"
#include "json/read.h"

// JSON inside a JSON string is one more foreign document, with smaller bounds.
static const JsonLimits nested_limits = {
    .bytes_max = (size_t)4 << 20, .depth_max = 64, .values_max = 1U << 18};

// A member of the finished properties, under its name in any case.
static const Json *property(const Facts *facts, const char *path)
{
    Json object = tree_json(facts->properties);
    return tree_find(&object, path);
}

static Str property_text(const Facts *facts, const char *paths)
{
    Json object = tree_json(facts->properties);
    return tree_text(&object, paths);
}

static void put_bool_if_told(Tree *tree, const char *key, const Json *json)
{
    bool value = false;
    if (tree_bool(json, &value)) {
        tree_put_bool(tree, text_of(key), value);
    }
}

static bool parse_whole(Str text, int64_t *ret_value)
{
    size_t at = text.len != 0 && text.ptr[0] == '-' ? 1 : 0;
    if (text.len == at || text.len - at > 15) {
        return false;
    }
    int64_t value = 0;
    for (size_t i = at; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') {
            return false;
        }
        value = value * 10 + (text.ptr[i] - '0');
    }
    *ret_value = at == 1 ? -value : value;
    return true;
}

// Managed Environment settings are strings of varying case, whatever they mean.
static Json typed(Arena *arena, const Json *json)
{
    bool truth = false;
    int64_t whole = 0;
    if (!json_is(json, JSON_STRING)) {
        return *json;
    }
    if (tree_bool(json, &truth)) {
        return json_bool(truth);
    }
    if (parse_whole(json->string, &whole)) {
        return json_int(arena, whole);
    }
    return json_string(str_lower(arena, json->string));
}

static Str sku_name(Str wire)
{
    static const char *const names[] = {
        "Production",  "Sandbox", "Trial",    "Developer",
        "Default",     "Teams",   "Platform", "SubscriptionBasedTrial",
        "NotSpecified"};
    for (size_t i = 0; i < COUNTOF(names); i++) {
        if (str_eq_nocase(wire, text_of(names[i]))) {
            return text_of(names[i]);
        }
    }
    return wire;
}

static void put_sku(Facts *facts, const char *path)
{
    Str sku = property_text(facts, path);
    if (sku.len != 0) {
        tree_put_str(facts->normalized, STR("environmentSku"), sku_name(sku));
    }
    bool told = false;
    bool is_default = false;
    told = tree_bool(property(facts, "isDefault"), &is_default);
    Str name = tree_text(facts->body, "name");
    if (str_eq_nocase(sku, STR("Default")) || word_starts(name, STR("Default-"))) {
        is_default = true;
        told = true;
    } else if (sku.len != 0) {
        told = true;
    }
    if (told) {
        tree_put_bool(facts->normalized, STR("isDefault"), is_default);
    }
}

static void put_extended_settings(Facts *facts)
{
    const Json *settings = property(facts, "governanceConfiguration/settings/extendedSettings");
    if (!json_is(settings, JSON_OBJECT)) {
        return;
    }
    Tree out;
    tree_init(&out, facts->arena);
    for (uint32_t i = 0; i < settings->count; i++) {
        tree_push(&out, settings->members[i].key, typed(facts->arena, &settings->members[i].value));
    }
    tree_put_tree(facts->normalized, STR("extendedSettings"), &out);
}

void normalize_environment(Facts *facts)
{
    put_sku(facts, "environmentSku|environmentType");
    Str level = property_text(facts, "governanceConfiguration/protectionLevel");
    if (level.len != 0) {
        tree_put_bool(facts->normalized, STR("isManaged"), str_eq_nocase(level, STR("Standard")));
    }
    Str database = property_text(facts, "databaseType");
    if (json_is(property(facts, "linkedEnvironmentMetadata"), JSON_OBJECT)) {
        tree_put_bool(facts->normalized, STR("hasDataverse"), true);
    } else if (database.len != 0) {
        tree_put_bool(facts->normalized, STR("hasDataverse"),
                      str_eq_nocase(database, STR("CommonDataService")));
    }
    put_extended_settings(facts);
}

void normalize_inventory(Facts *facts)
{
    if (str_eq_nocase(facts->type, STR("microsoft.powerplatform/environments"))) {
        put_sku(facts, "environmentType");
        put_bool_if_told(facts->normalized, "isManaged", property(facts, "isManaged"));
    }
}

void normalize_defender(Facts *facts)
{
    Str state = property_text(facts, "state|status/code|status");
    if (state.len != 0) {
        tree_put_str(facts->normalized, STR("state"), str_lower(facts->arena, state));
    }
}

void normalize_app(Facts *facts)
{
    if (word_has(tree_text(facts->body, "appType|properties/appType"), STR("ModelDriven"))) {
        facts->type = STR("microsoft.powerapps/modeldrivenapps");
    }
}

void normalize_environment_role(Facts *facts)
{
    Str role = property_text(facts, "roleDefinition/name");
    if (role.len == 0) {
        role = path_tail(property_text(facts, "roleDefinition/id"));
    }
    if (role.len != 0) {
        tree_put_str(facts->normalized, STR("roleName"), role);
    }
}

// PowerShell prints what is deeper than it was told to write: "@{inbound=True; outbound=True}".
static bool direction_part(Str text, Str key, bool *ret_value)
{
    for (size_t i = 0; i + key.len < text.len; i++) {
        Str rest = {text.ptr + i, text.len - i};
        if (word_starts(rest, key)) {
            Str value = {rest.ptr + key.len, rest.len - key.len};
            *ret_value = word_starts(value, STR("true"));
            return *ret_value || word_starts(value, STR("false"));
        }
    }
    return false;
}

static Json direction_object(Arena *arena, Str text)
{
    Tree out;
    tree_init(&out, arena);
    bool value = false;
    if (direction_part(text, STR("inbound="), &value)) {
        tree_put_bool(&out, STR("inbound"), value);
    }
    if (direction_part(text, STR("outbound="), &value)) {
        tree_put_bool(&out, STR("outbound"), value);
    }
    return tree_json(&out);
}

static Json allowed_tenant(Arena *arena, const Json *tenant)
{
    const Json *direction = tree_find(tenant, "direction");
    if (!json_is(direction, JSON_STRING)) {
        return *tenant;
    }
    Tree out;
    tree_init(&out, arena);
    tree_put_all(&out, tenant);
    tree_put(&out, STR("direction"), direction_object(arena, direction->string));
    tree_put_str(&out, STR("directionText"), direction->string);
    return tree_json(&out);
}

// isDisabled false is isolation on: a double negative that a rule should not have to read.
void normalize_isolation(Facts *facts)
{
    tree_put_new(facts->properties, STR("configured"), json_bool(true));
    bool is_disabled = false;
    if (tree_bool(property(facts, "isDisabled"), &is_disabled)) {
        tree_put_bool(facts->normalized, STR("isEnabled"), !is_disabled);
    }
    const Json *allowed = property(facts, "allowedTenants");
    if (!json_is(allowed, JSON_ARRAY)) {
        return;
    }
    TreeList out;
    list_init(&out, facts->arena);
    bool has_wildcard = false;
    uint32_t inbound = 0;
    uint32_t outbound = 0;
    for (uint32_t i = 0; i < allowed->count; i++) {
        Json tenant = allowed_tenant(facts->arena, &allowed->items[i]);
        bool value = false;
        has_wildcard = has_wildcard || str_eq(tree_text(&tenant, "tenantId"), STR("*"));
        inbound += tree_bool(tree_find(&tenant, "direction/inbound"), &value) && value ? 1 : 0;
        outbound += tree_bool(tree_find(&tenant, "direction/outbound"), &value) && value ? 1 : 0;
        list_push(&out, tenant);
    }
    tree_put(facts->properties, STR("allowedTenants"), list_json(&out));
    tree_put_u32(facts->normalized, STR("allowedTenantCount"), out.count);
    tree_put_u32(facts->normalized, STR("inboundTenantCount"), inbound);
    tree_put_u32(facts->normalized, STR("outboundTenantCount"), outbound);
    tree_put_bool(facts->normalized, STR("hasWildcard"), has_wildcard);
}

// The wire has PascalCase where the documentation has camelCase.
void normalize_environment_settings(Facts *facts)
{
    for (uint32_t i = 0; i < facts->properties->count; i++) {
        const JsonMember *member = &facts->properties->members[i];
        char *key = NEW_ARRAY(facts->arena, char, member->key.len + 1);
        if (member->key.len != 0) {
            memcpy(key, member->key.ptr, member->key.len);
        }
        if (key[0] >= 'A' && key[0] <= 'Z') {
            key[0] = (char)(key[0] - 'A' + 'a');
        }
        tree_push(facts->normalized, (Str){key, member->key.len}, member->value);
    }
}

static void put_parsed(Facts *facts, const char *key, const Json *text)
{
    const Json *parsed = NULL;
    Err err = {0};
    if (json_is(text, JSON_STRING) && text->string.len != 0 &&
        json_read_data(facts->arena, text->string, &nested_limits, &parsed, &err) &&
        parsed->type == JSON_OBJECT) {
        tree_put(facts->normalized, text_of(key), *parsed);
    }
}

static void put_choice(Facts *facts, const char *key, const char *path, const char *const *names,
                       size_t count)
{
    const Json *value = property(facts, path);
    if (!json_is(value, JSON_NUMBER) || !value->is_int || value->number.as_int < 0 ||
        (uint64_t)value->number.as_int >= count) {
        return; // an unknown number stays unknown
    }
    tree_put_str(facts->normalized, text_of(key), text_of(names[value->number.as_int]));
}

void normalize_agent(Facts *facts)
{
    static const char *const modes[] = {"Unspecified", "None", "Integrated", "CustomEntra",
                                        "OAuth2"};
    static const char *const policies[] = {"Any", "AgentReaders", "GroupMembership",
                                           "AnyMultiTenant"};
    static const char *const triggers[] = {"AsNeeded", "Always"};
    put_choice(facts, "authenticationMode", "authenticationmode", modes, COUNTOF(modes));
    put_choice(facts, "accessControlPolicy", "accesscontrolpolicy", policies, COUNTOF(policies));
    put_choice(facts, "authenticationTrigger", "authenticationtrigger", triggers,
               COUNTOF(triggers));
    put_parsed(facts, "configuration", property(facts, "configuration"));
}

void normalize_user(Facts *facts)
{
    Str type = property_text(facts, "userType");
    bool is_external = word_has(property_text(facts, "userPrincipalName"), STR("#EXT#"));
    if (type.len != 0 || is_external) {
        bool is_guest = is_external || str_eq_nocase(type, STR("Guest"));
        tree_put_bool(facts->normalized, STR("isGuest"), is_guest);
    }
}

// standing: assigned for good. timeBound: assigned until a date. activated: just-in-time.
void normalize_role_assigned(Facts *facts)
{
    const Json *end = property(facts, "endDateTime");
    Str state = STR("standing");
    if (str_eq_nocase(property_text(facts, "assignmentType"), STR("Activated"))) {
        state = STR("activated");
    } else if (end != NULL && end->type != JSON_NULL) {
        state = STR("timeBound");
    }
    tree_put_str(facts->normalized, STR("state"), state);
}

void normalize_role_eligible(Facts *facts)
{
    tree_put_str(facts->normalized, STR("state"), STR("eligible"));
}

void normalize_setting_list(Facts *facts)
{
    const Json *details = property(facts, "SettingDetailCollection");
    Tree settings;
    tree_init(&settings, facts->arena);
    for (uint32_t i = 0; json_is(details, JSON_ARRAY) && i < details->count; i++) {
        const Json *value = tree_find(&details->items[i], "Value");
        Str name = tree_text(&details->items[i], "Name");
        if (name.len != 0 && value != NULL) {
            tree_push(&settings, name, *value);
        }
    }
    tree_put_tree(facts->properties, STR("settings"), &settings);
}

void normalize_organization(Facts *facts)
{
    const Json *guests = property(facts, "restrictGuestUserAccess");
    if (guests != NULL && guests->type != JSON_NULL) {
        tree_put(facts->normalized, STR("restrictGuestUserAccess"), *guests);
    }
    put_parsed(facts, "contentSecurityPolicyConfiguration",
               property(facts, "contentsecuritypolicyconfiguration"));
    put_parsed(facts, "contentSecurityPolicyConfigurationForCanvas",
               property(facts, "contentsecuritypolicyconfigurationforcanvas"));
}

void normalize_system_user(Facts *facts)
{
    const Json *roles = property(facts, "systemuserroles_association");
    if (json_is(roles, JSON_ARRAY)) {
        TreeList names;
        list_init(&names, facts->arena);
        bool is_admin = false;
        for (uint32_t i = 0; i < roles->count; i++) {
            Str name = tree_text(&roles->items[i], "name");
            Str template_id = tree_text(&roles->items[i], "_roletemplateid_value");
            is_admin = is_admin || str_eq_nocase(name, STR("System Administrator")) ||
                       str_eq_nocase(template_id, STR("627090ff-40a3-4053-8790-584edc5be201"));
            list_push(&names, json_string(name));
        }
        tree_put(facts->normalized, STR("roleNames"), list_json(&names));
        tree_put_bool(facts->normalized, STR("isSystemAdministrator"), is_admin);
    }
    Str domain_name = property_text(facts, "domainname|internalemailaddress");
    if (domain_name.len != 0) {
        tree_put_bool(facts->normalized, STR("isGuest"), word_has(domain_name, STR("#EXT#")));
    }
    const Json *application = property(facts, "applicationid");
    if (application != NULL) {
        tree_put_bool(facts->normalized, STR("isApplication"), application->type != JSON_NULL);
    }
    const Json *azure_state = property(facts, "azurestate");
    if (json_is(azure_state, JSON_NUMBER)) {
        tree_put_bool(facts->normalized, STR("isDeletedInEntra"),
                      !str_eq(azure_state->number.text, STR("0")));
    }
}
