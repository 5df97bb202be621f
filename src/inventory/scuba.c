// SPDX-License-Identifier: Apache-2.0
// ScubaGear's export of provider settings, and the raw part of its results: one JSON document that
// holds the bodies of many endpoints, each read as a part of its own.
#include "inventory/scuba.h"

#include "inventory/place.h"

typedef struct ScubaKey {
    const char *key;
    const char *kind;    // adapter; NULL = not read
    const char *command; // part of the name of the command that reads it
} ScubaKey;

static const ScubaKey scuba_keys[] = {
    {"environment_creation", "tenant-settings", "TenantSettings"},
    {"environment_list", "environments", "AppEnvironment"},
    {"dlp_policies", "dlp-policies", "DlpPolic"},
    {"tenant_isolation", "tenant-isolation", "TenantIsolation"},
    {"conditional_access_policies", "graph-conditionalaccess", "ConditionalAccessPolic"},
    {"authorization_policies", "graph-authorizationpolicy", "AuthorizationPolicy"},
    {"admin_consent_policies", "graph-adminconsent", "AdminConsent"},
    {"authentication_method", "graph-authmethodspolicy", "AuthenticationMethodPolicy"},
    {"app_management_policy", "graph-appmanagementpolicies", "AppManagementPolicy"},
    {"domain_settings", "graph-domains", "BetaDomain"},
    {"directory_settings", "graph-directorysettings", "DirectorySetting"},
    {"license_information", "graph-licenses", "SubscribedSku"},
    {"privileged_users", "graph-privileged-users", "PrivilegedUser"},
    {"privileged_roles", "graph-privileged-roles", "PrivilegedRole"},
    {"privileged_service_principals", "graph-privileged-sps", "PrivilegedServicePrincipal"},
    {"risky_applications", "graph-risky-apps", "ApplicationsWithRisky"},
    {"risky_third_party_service_principals", "graph-risky-sps", "ServicePrincipalsWithRisky"},
    {"tenant_details", "graph-organization", "TenantDetails"},
    {"admin_audit_log_config", "purview-adminauditlog", "AdminAuditLogConfig"},
    {"dlp_compliance_policies", "purview-dlp", "DlpCompliancePolicy"},
    {"protection_alerts", "purview-protectionalerts", "ProtectionAlert"},
    {"scuba_config", "scuba-config", ""},
};

static const ScubaKey *key_find(Str key)
{
    for (size_t i = 0; i < COUNTOF(scuba_keys); i++) {
        if (str_eq_nocase(key, text_of(scuba_keys[i].key))) {
            return &scuba_keys[i];
        }
    }
    return NULL;
}

// How many of its keys an object has.
static uint32_t keys_known(const Json *json)
{
    uint32_t known = 0;
    for (uint32_t i = 0; i < json->count; i++) {
        known += key_find(json->members[i].key) != NULL ? 1 : 0;
    }
    return known;
}

// Is the command named in "…_unsuccessful_commands" (or "…_successful_commands")?
static bool command_is_listed(const Json *export, bool successful, Str command, Str *ret_name)
{
    Str suffix = successful ? STR("_successful_commands") : STR("_unsuccessful_commands");
    for (uint32_t i = 0; i < export->count && command.len != 0; i++) {
        const Json *list = &export->members[i].value;
        if (!word_ends(export->members[i].key, suffix) || list->type != JSON_ARRAY) {
            continue;
        }
        for (uint32_t k = 0; k < list->count; k++) {
            Str name = tree_text(&list->items[k], "");
            if (list->items[k].type == JSON_STRING) {
                name = list->items[k].string;
            }
            if (word_has(name, command)) {
                *ret_name = name;
                return true;
            }
        }
    }
    return false;
}

static bool is_empty(const Json *value)
{
    if (value->type == JSON_NULL || value->count == 0) {
        return value->type == JSON_NULL || value->type == JSON_ARRAY || value->type == JSON_OBJECT;
    }
    return value->type == JSON_ARRAY && value->count == 1 && is_empty(&value->items[0]);
}

static void say_empty(Doc *doc, const Json *export, const ScubaKey *key)
{
    Str name = {0};
    Arena *arena = doc->inventory->arena;
    if (command_is_listed(export, false, text_of(key->command), &name)) {
        (void)doc_say(doc, doc->by_name, SOURCE_REFUSED,
                      text_print(arena, "ScubaGear could not read it: %.*s", STR_ARG(name)));
    } else if (doc->by_name->absent == NULL) {
        doc_read_empty(doc, doc->by_name);
    } else if (command_is_listed(export, true, text_of(key->command), &name)) {
        doc_read_absent(doc, doc->by_name, STR("ScubaGear read nothing, without an error"));
    } else {
        (void)doc_say(doc, doc->by_name, SOURCE_SUSPECT,
                      STR("empty, and the export does not say that reading it succeeded"));
    }
}

static Ticks export_time(const Json *export)
{
    Ticks time = 0;
    return ticks_parse(tree_text(export, "timestamp_zulu"), &time) ? time : 0;
}

// The member as a document. False: what there is to say of it is said.
static bool open_part(const ScubaExport *export, const ScubaKey *key, const JsonMember *member,
                      Doc *ret_doc)
{
    const Doc *outer = &export->doc;
    Arena *arena = outer->inventory->arena;
    Doc doc = {.inventory = outer->inventory,
               .file = outer->file,
               .part = outer->part.len == 0 ? member->key
                                            : text_print(arena, "%.*s/%.*s", STR_ARG(outer->part),
                                                         STR_ARG(member->key)),
               .by_name = adapter_by_kind(text_of(key->kind)),
               .collected = export_time(export->body),
               .first_row = outer->inventory->row_count,
               .is_list = true};
    ASSERT(doc.by_name != NULL);
    *ret_doc = doc;
    if (doc.by_name->ignored != NULL) {
        (void)doc_say(&doc, doc.by_name, SOURCE_IGNORED, text_of(doc.by_name->ignored));
        return false;
    }
    if (is_empty(&member->value)) {
        say_empty(&doc, export->body, key);
        return false;
    }
    return true;
}

bool scuba_next(ScubaExport *export, Doc *ret_doc, const Json **ret_body)
{
    while (export->at < export->body->count) {
        const JsonMember *member = &export->body->members[export->at++];
        const ScubaKey *key = key_find(member->key);
        bool holds_body = member->value.type == JSON_ARRAY || member->value.type == JSON_OBJECT;
        if (key != NULL && open_part(export, key, member, ret_doc)) {
            *ret_body = &member->value;
            return true;
        }
        if (key == NULL && holds_body && !word_ends(member->key, STR("_commands"))) {
            export->others++;
        }
    }
    if (export->others != 0) {
        (void)doc_say(&export->doc, NULL, SOURCE_IGNORED,
                      text_print(export->doc.inventory->arena,
                                 "%u parts of other products (Exchange, SharePoint, Teams, …) are "
                                 "not measured",
                                 export->others));
    }
    return false;
}

bool scuba_open(const Doc *doc, const Json *json, ScubaExport *ret_export)
{
    *ret_export = (ScubaExport){.doc = *doc, .body = json};
    const Json *raw = json_find(json, STR("Raw"));
    if (json_is(raw, JSON_OBJECT) && json_find(json, STR("Results")) != NULL) {
        place_tenant(doc->inventory, tree_text(json, "MetaData/TenantId"), 4);
        ret_export->doc.part = STR("Raw");
        ret_export->body = raw;
    } else {
        uint32_t known = keys_known(json);
        bool is_export =
            known >= 2 || (known == 1 && tree_first(json, "baseline_version|module_version|"
                                                          "scuba_config|report_uuid") != NULL);
        if (!is_export) {
            return false;
        }
    }
    place_tenant(doc->inventory, tree_text(ret_export->body, "tenant_id"), 4);
    return true;
}
