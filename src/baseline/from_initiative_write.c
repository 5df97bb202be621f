// SPDX-License-Identifier: Apache-2.0
// The documents a converted initiative becomes: catalog, profile, initiative, rules, assignment,
// manifest. Every sentence in them is this project's; names and identifiers are the initiative's.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/digest.h"
#include "baseline/from_initiative_draft.h"
#include "baseline/names.h"
#include "json/read.h"
#include "json/write.h"

#define OSCAL_VERSION "1.2.2"

enum { POLICIES_NAMED_MAX = 12 }; // in the text of one control

// ---- pieces ----

static void member(JsonOut *out, const char *key, Str value)
{
    json_out_key(out, str_from_cstr(key));
    json_out_str(out, value);
}

PRINTF_LIKE(3, 4) static void member_text(JsonOut *out, const char *key, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    char text[1200];
    int len = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    size_t shown = len < 0 ? 0 : (size_t)len < sizeof text ? (size_t)len : sizeof text - 1;
    member(out, key, (Str){text, shown});
}

static void prop(JsonOut *out, const char *name, const char *value)
{
    json_out_object_begin(out);
    member(out, "name", str_from_cstr(name));
    member(out, "ns", DATUMLINE_NS);
    member(out, "value", str_from_cstr(value));
    json_out_object_end(out);
}

static void prop_str(JsonOut *out, const char *name, bool own, Str value)
{
    json_out_object_begin(out);
    member(out, "name", str_from_cstr(name));
    if (own) {
        member(out, "ns", DATUMLINE_NS);
    }
    member(out, "value", value);
    json_out_object_end(out);
}

// A version 5 UUID: the same for the same framework and version in every run.
static void uuid(const Draft *draft, JsonOut *out, const char *what)
{
    static const uint8_t name_space[16] = {0x2b, 0x90, 0x61, 0x1c, 0x7f, 0x34, 0x4d, 0x0a,
                                           0x8e, 0x52, 0xc4, 0x19, 0x03, 0xaf, 0x6d, 0x77};
    Buf name = {0};
    buf_printf(&name, "%s\n%.*s\n%.*s", what, STR_ARG(draft->id), STR_ARG(draft->version));
    char text[37];
    digest_uuid5(name_space, buf_str(&name), text);
    buf_free(&name);
    member(out, "uuid", (Str){text, 36});
}

// White space of any kind becomes one blank, so that a text fits a line.
static Str one_line(Arena *arena, Str text)
{
    char *line = NEW_ARRAY(arena, char, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        bool blank = (unsigned char)text.ptr[i] <= ' ';
        if (!blank || (len != 0 && line[len - 1] != ' ')) {
            line[len++] = blank ? ' ' : text.ptr[i];
        }
    }
    while (len != 0 && line[len - 1] == ' ') {
        len--;
    }
    return (Str){line, len};
}

static void metadata(const Draft *draft, JsonOut *out, Str title, bool with_remarks)
{
    Buf now = {0};
    ticks_print(&now, draft->input->now);
    json_out_key(out, STR("metadata"));
    json_out_object_begin(out);
    member(out, "title", one_line(draft->arena, title));
    member(out, "last-modified", buf_str(&now));
    member(out, "version", draft->version);
    member(out, "oscal-version", STR(OSCAL_VERSION));
    json_out_key(out, STR("props"));
    json_out_array_begin(out);
    prop_str(out, "framework", true, draft->id);
    if (draft->initiative->name.len != 0) {
        prop_str(out, "azure-initiative", true, draft->initiative->name);
    }
    json_out_array_end(out);
    if (with_remarks) {
        member_text(out, "remarks",
                    "Made from the Azure Policy initiative \"%.*s\". Identifiers are those of its "
                    "groups; what the controls ask for in full stands with the publisher of the "
                    "framework and is not part of this document.",
                    STR_ARG(one_line(draft->arena, draft->title)));
    }
    json_out_object_end(out);
    buf_free(&now);
}

// What a writer put into a buffer, indented; the buffer is freed.
static Str indented(Draft *draft, Buf *compact, const Json **ret_json)
{
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    const Json *json = NULL;
    Err err = {0};
    Str text = str_copy(draft->arena, buf_str(compact));
    buf_free(compact);
    bool ok = json_read_data(draft->arena, text, &limits, &json, &err);
    ASSERT(ok);
    Buf pretty = {0};
    json_write_pretty(&pretty, json);
    Str bytes = str_copy(draft->arena, buf_str(&pretty));
    buf_free(&pretty);
    if (ret_json != NULL) {
        *ret_json = json;
    }
    return bytes;
}

// ---- catalog ----

static void part(JsonOut *out, const DraftControl *control, const char *name, const char *suffix,
                 Str prose)
{
    Buf id = {0};
    buf_printf(&id, "%.*s_%s", STR_ARG(control->id), suffix);
    json_out_object_begin(out);
    member(out, "id", buf_str(&id));
    member(out, "name", str_from_cstr(name));
    if (strcmp(name, "reason") == 0 || strcmp(name, "check") == 0) {
        member(out, "ns", DATUMLINE_NS);
    }
    member(out, "prose", prose);
    json_out_object_end(out);
    buf_free(&id);
}

static bool answers(const DraftMember *member_of, uint32_t control)
{
    for (uint32_t i = 0; i < member_of->control_count; i++) {
        if (member_of->controls[i] == control) {
            return true;
        }
    }
    return false;
}

static void push_policies(const Draft *draft, Buf *text, uint32_t control, bool gaps)
{
    uint32_t shown = 0;
    uint32_t count = 0;
    for (uint32_t i = 0; i < draft->member_count; i++) {
        const DraftMember *at = &draft->members[i];
        if ((at->rule == NULL) != gaps || !answers(at, control)) {
            continue;
        }
        if (count++ >= POLICIES_NAMED_MAX) {
            continue;
        }
        Str name = at->rule != NULL ? at->rule->definition->display_name : at->definition;
        name = one_line(draft->arena, name.len != 0 ? name : at->definition);
        buf_printf(text, "%s%.*s", shown++ == 0 ? " " : "; ", STR_ARG(name));
        if (gaps) {
            buf_printf(text, " (%.*s)", STR_ARG(at->reason));
        }
    }
    if (count > shown) {
        buf_printf(text, "; and %u more", count - shown);
    }
    buf_byte(text, '.');
}

static Str check_text(const Draft *draft, uint32_t index)
{
    const DraftControl *control = &draft->controls[index];
    Buf text = {0};
    if (control->policy_count == 0) {
        buf_push(&text, STR("The initiative has no policy for this control: a person attests it."));
    }
    if (control->rule_count != 0) {
        buf_printf(&text, "Checked by %u %s:", control->rule_count,
                   control->rule_count == 1 ? "policy" : "policies");
        push_policies(draft, &text, index, false);
    }
    if (control->policy_count > control->rule_count) {
        buf_printf(&text, "%sNot checked by", text.len != 0 ? " " : "");
        push_policies(draft, &text, index, true);
    }
    Str copy = str_copy(draft->arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

static Str statement_text(const Draft *draft, const DraftControl *control)
{
    if (control->prose.len != 0) {
        return control->prose;
    }
    Buf text = {0};
    buf_printf(&text,
               "What \"%.*s\" asks for under %.*s is met, as far as the policies that the "
               "initiative binds to it can tell.",
               STR_ARG(one_line(draft->arena, draft->title)), STR_ARG(control->label));
    Str copy = str_copy(draft->arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

static void control_props(JsonOut *out, const DraftControl *control)
{
    Layer layer = LAYER_INFRASTRUCTURE;
    for (int i = 0; i < LAYER_COUNT; i++) {
        layer = control->votes[i] > control->votes[layer] ? (Layer)i : layer;
    }
    bool attested = control->rule_count == control->manual_count;
    json_out_key(out, STR("props"));
    json_out_array_begin(out);
    prop_str(out, "label", false, control->label);
    if (control->source.len != 0) {
        prop_str(out, "azure-group", true, control->source);
    }
    prop(out, "severity", severity_name(SEVERITY_MEDIUM));
    prop(out, "layer", layer_name(layer));
    prop(out, "enforcement",
         enforcement_name(attested ? ENFORCEMENT_ATTESTED : ENFORCEMENT_DETECTIVE));
    prop(out, "driver", driver_name(DRIVER_STANDARD));
    json_out_array_end(out);
}

static void write_control(const Draft *draft, JsonOut *out, uint32_t index)
{
    const DraftControl *control = &draft->controls[index];
    json_out_object_begin(out);
    member(out, "id", control->id);
    member(out, "title", one_line(draft->arena, control->title));
    control_props(out, control);
    json_out_key(out, STR("parts"));
    json_out_array_begin(out);
    part(out, control, "statement", "smt", statement_text(draft, control));
    part(
        out, control, "guidance", "gdn",
        STR("Mend what its policies find: each finding says what was seen and what would be right. "
            "Where nothing is checked, keep the evidence a person attests by."));
    part(out, control, "reason", "rsn",
         STR("The organization has chosen to be measured by this framework."));
    part(out, control, "check", "chk", check_text(draft, index));
    json_out_array_end(out);
    json_out_object_end(out);
}

static Str catalog_bytes(Draft *draft, const Json **ret_json)
{
    Buf text = {0};
    JsonOut out = {.buf = &text};
    json_out_object_begin(&out);
    json_out_key(&out, STR("catalog"));
    json_out_object_begin(&out);
    uuid(draft, &out, "catalog");
    metadata(draft, &out, draft->title, true);
    json_out_key(&out, STR("groups"));
    json_out_array_begin(&out);
    uint32_t at = 0;
    for (uint32_t s = 0; s < draft->section_count; s++) {
        json_out_object_begin(&out);
        member(&out, "id", draft->sections[s].id);
        member(&out, "title", one_line(draft->arena, draft->sections[s].title));
        json_out_key(&out, STR("props"));
        json_out_array_begin(&out);
        prop_str(&out, "label", false, one_line(draft->arena, draft->sections[s].title));
        json_out_array_end(&out);
        json_out_key(&out, STR("controls"));
        json_out_array_begin(&out);
        for (; at < draft->control_count && draft->controls[at].section == s; at++) {
            write_control(draft, &out, at);
        }
        json_out_array_end(&out);
        json_out_object_end(&out);
    }
    json_out_array_end(&out);
    json_out_object_end(&out);
    json_out_object_end(&out);
    return indented(draft, &text, ret_json);
}

const Json *draft_catalog(Draft *draft)
{
    const Json *json = NULL;
    (void)catalog_bytes(draft, &json);
    return json;
}

// ---- profile, assignment, manifest ----

static Str profile_bytes(Draft *draft)
{
    Buf text = {0};
    JsonOut out = {.buf = &text};
    json_out_object_begin(&out);
    json_out_key(&out, STR("profile"));
    json_out_object_begin(&out);
    uuid(draft, &out, "profile");
    metadata(draft, &out, draft->title, false);
    json_out_key(&out, STR("imports"));
    json_out_raw(&out, STR("[{\"href\":\"catalog.json\",\"include-all\":{}}]"));
    json_out_key(&out, STR("merge"));
    json_out_raw(&out, STR("{\"as-is\":true}"));
    json_out_object_end(&out);
    json_out_object_end(&out);
    return indented(draft, &text, NULL);
}

static Str assignments_bytes(Draft *draft)
{
    Buf text = {0};
    JsonOut out = {.buf = &text};
    json_out_array_begin(&out);
    json_out_object_begin(&out);
    member_text(&out, "id", "/providers/Microsoft.Authorization/policyAssignments/%.*s",
                STR_ARG(draft->id));
    member(&out, "name", draft->id);
    member(&out, "type", STR("Microsoft.Authorization/policyAssignments"));
    json_out_key(&out, STR("properties"));
    json_out_object_begin(&out);
    member(&out, "displayName", draft->title);
    member_text(&out, "policyDefinitionId",
                "/providers/Microsoft.Authorization/policySetDefinitions/%.*s", STR_ARG(draft->id));
    member(&out, "scope", STR("/"));
    json_out_key(&out, STR("notScopes"));
    json_out_raw(&out, STR("[]"));
    member(&out, "enforcementMode", STR("Default"));
    json_out_key(&out, STR("parameters"));
    json_out_raw(&out, STR("{}"));
    json_out_object_end(&out);
    json_out_object_end(&out);
    json_out_array_end(&out);
    return indented(draft, &text, NULL);
}

static Str manifest_bytes(Draft *draft)
{
    Buf text = {0};
    JsonOut out = {.buf = &text};
    json_out_object_begin(&out);
    member(&out, "name", draft->id);
    member(&out, "title", draft->title);
    member(&out, "version", draft->version);
    member(&out, "owner", STR("security"));
    member_text(&out, "purpose",
                "Measures Azure resources by the policies of the initiative \"%.*s\", control by "
                "control.",
                STR_ARG(draft->title));
    member(&out, "scope", STR("Every Azure resource that is given to datum assess."));
    json_out_object_end(&out);
    return indented(draft, &text, NULL);
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
        member(out, "name", draft->controls[i].id);
        member(out, "displayName", one_line(draft->arena, draft->controls[i].title));
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
    member_text(&out, "id", "/providers/Microsoft.Authorization/policySetDefinitions/%.*s",
                STR_ARG(draft->id));
    member(&out, "name", draft->id);
    member(&out, "type", STR("Microsoft.Authorization/policySetDefinitions"));
    json_out_key(&out, STR("properties"));
    json_out_object_begin(&out);
    member(&out, "displayName", draft->title);
    member(&out, "policyType", STR("Custom"));
    if (draft->initiative->metadata != NULL) {
        json_out_key(&out, STR("metadata"));
        json_out_json(&out, draft->initiative->metadata);
    }
    member(&out, "version", draft->version);
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
    return indented(draft, &text, NULL);
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
        member(out, "severity", str_from_cstr(severity_name(SEVERITY_MEDIUM)));
    }
    member(out, "grade", str_from_cstr(grade_name(rule->manual ? GRADE_NONE : GRADE_READ)));
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
        json_out_str(out, one_line(draft->arena, wish.len != 0 ? wish : rule->definition->name));
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
    member_text(&out, "id", "/providers/Microsoft.Authorization/policyDefinitions/%.*s",
                STR_ARG(rule->definition->name));
    member(&out, "name", rule->definition->name);
    member(&out, "type", STR("Microsoft.Authorization/policyDefinitions"));
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
    return indented(draft, &text, NULL);
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
