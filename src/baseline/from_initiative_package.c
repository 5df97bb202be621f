// SPDX-License-Identifier: Apache-2.0
// The package a converted initiative becomes: catalog, profile, assignment, manifest, initiative,
// rules. Every sentence in it is this project's; names and identifiers are the initiative's.
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "baseline/from_initiative_text.h"

// ---- profile, assignment, manifest ----

static Str profile_bytes(Draft *draft)
{
    Buf text = {0};
    JsonOut out = {.buf = &text};
    json_out_object_begin(&out);
    json_out_key(&out, STR("profile"));
    json_out_object_begin(&out);
    draft_uuid(draft, &out, "profile");
    draft_metadata(draft, &out, draft->title, false);
    json_out_key(&out, STR("imports"));
    json_out_raw(&out, STR("[{\"href\":\"catalog.json\",\"include-all\":{}}]"));
    json_out_key(&out, STR("merge"));
    json_out_raw(&out, STR("{\"as-is\":true}"));
    json_out_object_end(&out);
    json_out_object_end(&out);
    return draft_indented(draft, &text, NULL);
}

static Str assignments_bytes(Draft *draft)
{
    Buf text = {0};
    JsonOut out = {.buf = &text};
    json_out_array_begin(&out);
    json_out_object_begin(&out);
    draft_member_text(&out, "id", "/providers/Microsoft.Authorization/policyAssignments/%.*s",
                      STR_ARG(draft->id));
    draft_member(&out, "name", draft->id);
    draft_member(&out, "type", STR("Microsoft.Authorization/policyAssignments"));
    json_out_key(&out, STR("properties"));
    json_out_object_begin(&out);
    draft_member(&out, "displayName", draft->title);
    draft_member_text(&out, "policyDefinitionId",
                      "/providers/Microsoft.Authorization/policySetDefinitions/%.*s",
                      STR_ARG(draft->id));
    draft_member(&out, "scope", STR("/"));
    json_out_key(&out, STR("notScopes"));
    json_out_raw(&out, STR("[]"));
    draft_member(&out, "enforcementMode", STR("Default"));
    json_out_key(&out, STR("parameters"));
    json_out_raw(&out, STR("{}"));
    json_out_object_end(&out);
    json_out_object_end(&out);
    json_out_array_end(&out);
    return draft_indented(draft, &text, NULL);
}

static Str manifest_bytes(Draft *draft)
{
    Buf text = {0};
    JsonOut out = {.buf = &text};
    json_out_object_begin(&out);
    draft_member(&out, "name", draft->id);
    draft_member(&out, "title", draft->title);
    draft_member(&out, "version", draft->version);
    draft_member(&out, "owner", STR("security"));
    draft_member_text(
        &out, "purpose",
        "Measures Azure resources by the policies of the initiative \"%.*s\", control by "
        "control.",
        STR_ARG(draft->title));
    draft_member(&out, "scope", STR("Every Azure resource that is given to datum assess."));
    json_out_object_end(&out);
    return draft_indented(draft, &text, NULL);
}

// ---- initiative ----

static void write_parameters(const Draft *draft, JsonOut *out)
{
    const Json *parameters = json_find_nocase(draft->properties, STR("parameters"));
    json_out_key(out, STR("parameters"));
    json_out_object_begin(out);
    for (uint32_t i = 0; i < draft->initiative->parameter_count; i++) {
        Str name = draft->initiative->parameters[i].name;
        const Json *parameter = json_find_nocase(parameters, name);
        const Json *value = draft_value(draft, name);
        if (draft->unfed[i] || !json_is(parameter, JSON_OBJECT)) {
            continue;
        }
        json_out_key(out, name);
        json_out_object_begin(out);
        for (uint32_t k = 0; k < parameter->count; k++) {
            bool replaced =
                value != NULL && str_eq_nocase(parameter->members[k].key, STR("defaultValue"));
            if (!replaced) {
                json_out_key(out, parameter->members[k].key);
                json_out_json(out, &parameter->members[k].value);
            }
        }
        if (value != NULL) {
            json_out_key(out, STR("defaultValue"));
            json_out_json(out, value);
        }
        json_out_object_end(out);
    }
    json_out_object_end(out);
}

static void write_groups(const Draft *draft, JsonOut *out)
{
    json_out_key(out, STR("policyDefinitionGroups"));
    json_out_array_begin(out);
    for (uint32_t i = 0; i < draft->control_count; i++) {
        json_out_object_begin(out);
        draft_member(out, "name", draft->controls[i].id);
        draft_member(out, "displayName", draft_one_line(draft->arena, draft->controls[i].title));
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

// As written, but for its groups: they are the controls now.
static void write_member(const Draft *draft, JsonOut *out, const DraftMember *at)
{
    json_out_object_begin(out);
    for (uint32_t i = 0; i < at->json->count; i++) {
        if (!str_eq_nocase(at->json->members[i].key, STR("groupNames"))) {
            json_out_key(out, at->json->members[i].key);
            json_out_json(out, &at->json->members[i].value);
        }
    }
    json_out_key(out, STR("groupNames"));
    json_out_array_begin(out);
    for (uint32_t i = 0; i < at->control_count; i++) {
        json_out_str(out, draft->controls[at->controls[i]].id);
    }
    json_out_array_end(out);
    json_out_object_end(out);
}

static Str initiative_bytes(Draft *draft)
{
    Buf text = {0};
    JsonOut out = {.buf = &text};
    json_out_object_begin(&out);
    draft_member_text(&out, "id", "/providers/Microsoft.Authorization/policySetDefinitions/%.*s",
                      STR_ARG(draft->id));
    draft_member(&out, "name", draft->id);
    draft_member(&out, "type", STR("Microsoft.Authorization/policySetDefinitions"));
    json_out_key(&out, STR("properties"));
    json_out_object_begin(&out);
    draft_member(&out, "displayName", draft->title);
    draft_member(&out, "policyType", STR("Custom"));
    if (draft->initiative->metadata != NULL) {
        json_out_key(&out, STR("metadata"));
        json_out_json(&out, draft->initiative->metadata);
    }
    draft_member(&out, "version", draft->version);
    write_parameters(draft, &out);
    write_groups(draft, &out);
    json_out_key(&out, STR("policyDefinitions"));
    json_out_array_begin(&out);
    for (uint32_t i = 0; i < draft->member_count; i++) {
        if (draft->members[i].rule != NULL) {
            write_member(draft, &out, &draft->members[i]);
        }
    }
    json_out_array_end(&out);
    json_out_object_end(&out);
    json_out_object_end(&out);
    return draft_indented(draft, &text, NULL);
}

// ---- rules ----

static bool is_ours(Str key)
{
    static const Str keys[] = {STR_INIT("severity"), STR_INIT("grade"), STR_INIT("requires"),
                               STR_INIT("remediation")};
    for (size_t i = 0; i < COUNTOF(keys); i++) {
        if (str_eq(keys[i], key)) {
            return true;
        }
    }
    return false;
}

// What the definition says itself stays; what a rule of a package needs besides is added: it reads
// the resources as they are given, so no body has to have been read before.
static void write_rule_metadata(const Draft *draft, JsonOut *out, const DraftRule *rule)
{
    const Json *old = rule->definition->metadata;
    bool known = severity_find(json_find_str(old, STR("severity"))) != SEVERITY_COUNT;
    bool mends = json_is(json_find(old, STR("remediation")), JSON_OBJECT);
    json_out_key(out, STR("metadata"));
    json_out_object_begin(out);
    for (uint32_t i = 0; json_is(old, JSON_OBJECT) && i < old->count; i++) {
        Str key = old->members[i].key;
        bool kept = !is_ours(key) || (known && str_eq(key, STR("severity"))) ||
                    (mends && str_eq(key, STR("remediation")));
        if (kept) {
            json_out_key(out, key);
            json_out_json(out, &old->members[i].value);
        }
    }
    if (!known) {
        draft_member(out, "severity", str_from_cstr(severity_name(SEVERITY_MEDIUM)));
    }
    draft_member(out, "grade", str_from_cstr(grade_name(rule->manual ? GRADE_NONE : GRADE_READ)));
    if (!rule->manual) {
        json_out_key(out, STR("requires"));
        json_out_raw(out, STR("{\"kinds\":[]}"));
    }
    if (!mends) {
        Str wish = rule->definition->description.len != 0 ? rule->definition->description
                                                          : rule->definition->display_name;
        json_out_key(out, STR("remediation"));
        json_out_object_begin(out);
        json_out_key(out, STR("steps"));
        json_out_array_begin(out);
        json_out_str(out,
                     draft_one_line(draft->arena, wish.len != 0 ? wish : rule->definition->name));
        json_out_array_end(out);
        json_out_object_end(out);
    }
    json_out_object_end(out);
}

static Str rule_bytes(Draft *draft, const DraftRule *rule)
{
    const Json *properties = json_find_nocase(rule->json, STR("properties"));
    const Json *bag = json_is(properties, JSON_OBJECT) ? properties : rule->json;
    Buf text = {0};
    JsonOut out = {.buf = &text};
    json_out_object_begin(&out);
    draft_member_text(&out, "id", "/providers/Microsoft.Authorization/policyDefinitions/%.*s",
                      STR_ARG(rule->definition->name));
    draft_member(&out, "name", rule->definition->name);
    draft_member(&out, "type", STR("Microsoft.Authorization/policyDefinitions"));
    json_out_key(&out, STR("properties"));
    json_out_object_begin(&out);
    for (uint32_t i = 0; i < bag->count; i++) {
        Str key = bag->members[i].key;
        bool envelope = bag == rule->json &&
                        (str_eq_nocase(key, STR("id")) || str_eq_nocase(key, STR("name")) ||
                         str_eq_nocase(key, STR("type")));
        if (!envelope && !str_eq_nocase(key, STR("metadata"))) {
            json_out_key(&out, key);
            json_out_json(&out, &bag->members[i].value);
        }
    }
    write_rule_metadata(draft, &out, rule);
    json_out_object_end(&out);
    json_out_object_end(&out);
    return draft_indented(draft, &text, NULL);
}

// ---- package ----

static Str rule_path(Arena *arena, Str name)
{
    Buf path = {0};
    buf_printf(&path, "rules/%.*s.json", STR_ARG(name));
    Str copy = str_copy(arena, buf_str(&path));
    buf_free(&path);
    return copy;
}

static int by_path(const void *left, const void *right)
{
    const InitiativeFile *a = left;
    const InitiativeFile *b = right;
    size_t common = a->path.len < b->path.len ? a->path.len : b->path.len;
    int order = memcmp(a->path.ptr, b->path.ptr, common);
    return order != 0 ? order : a->path.len < b->path.len ? -1 : 1;
}

const InitiativeFile *draft_package(Draft *draft, const Json *catalog, uint32_t *ret_count)
{
    InitiativeFile *files = NEW_ARRAY(draft->arena, InitiativeFile, draft->rule_count + 5U);
    uint32_t count = 0;
    Buf pretty = {0};
    json_write_pretty(&pretty, catalog);
    files[count++] =
        (InitiativeFile){STR("catalog.json"), str_copy(draft->arena, buf_str(&pretty))};
    buf_free(&pretty);
    files[count++] = (InitiativeFile){STR("profile.json"), profile_bytes(draft)};
    files[count++] = (InitiativeFile){STR("assignments.json"), assignments_bytes(draft)};
    files[count++] = (InitiativeFile){STR("manifest.json"), manifest_bytes(draft)};
    files[count++] = (InitiativeFile){STR("initiative.json"), initiative_bytes(draft)};
    for (uint32_t i = 0; i < draft->rule_count; i++) {
        const DraftRule *rule = &draft->rules[i];
        if (rule->used) {
            files[count++] = (InitiativeFile){rule_path(draft->arena, rule->definition->name),
                                              rule_bytes(draft, rule)};
        }
    }
    qsort(files, count, sizeof *files, by_path);
    *ret_count = count;
    return files;
}
