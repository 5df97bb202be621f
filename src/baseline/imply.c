// SPDX-License-Identifier: Apache-2.0
// An attested control without a rule of its own gets one: Unknown until somebody attests.
#include "base/buf.h"
#include "baseline/package.h"
#include "json/read.h"
#include "json/write.h"

static void member(JsonOut *out, Str key, Str value)
{
    json_out_key(out, key);
    json_out_str(out, value);
}

// The definition as a person would write it.
static void write_rule(Buf *text, const BaselineControl *control, Str name)
{
    JsonOut out = {.buf = text};
    json_out_object_begin(&out);
    member(&out, STR("name"), name);
    json_out_key(&out, STR("properties"));
    json_out_object_begin(&out);
    member(&out, STR("displayName"), control->title);
    member(&out, STR("policyType"), STR("Custom"));
    member(&out, STR("mode"), STR("All"));
    json_out_key(&out, STR("metadata"));
    json_out_object_begin(&out);
    member(&out, STR("severity"), str_from_cstr(severity_name(control->severity)));
    member(&out, STR("grade"), STR("attested"));
    json_out_key(&out, STR("remediation"));
    json_out_raw(&out, STR("{\"steps\":[\"Collect the evidence the control asks for.\",\"Record an "
                           "attestation with owner, date, evidence and an expiry.\"]}"));
    json_out_object_end(&out);
    json_out_key(&out, STR("policyRule"));
    json_out_raw(&out, STR("{\"if\":{\"field\":\"type\",\"equals\":\"datumline/tenant\"},\"then\":"
                           "{\"effect\":\"manual\",\"details\":{\"defaultState\":\"Unknown\"}}}"));
    json_out_object_end(&out);
    json_out_object_end(&out);
}

static Str rule_name(Loader *loader, Str control)
{
    Buf text = {0};
    buf_printf(&text, "attest-%.*s", STR_ARG(control));
    Str name = str_copy(loader->arena, buf_str(&text));
    buf_free(&text);
    return name;
}

static const Definition *imply_rule(Loader *loader, const BaselineControl *control, Str name)
{
    Buf text = {0};
    write_rule(&text, control, name);
    Str bytes = str_copy(loader->arena, buf_str(&text));
    buf_free(&text);
    const Json *json = NULL;
    const Definition *definition = NULL;
    DiagList quiet;
    diag_init(&quiet, loader->arena, (Str){NULL, 0});
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    bool ok = json_read(loader->arena, bytes, &limits, &quiet, &json) &&
              definition_parse(loader->arena, json, &quiet, &definition);
    ASSERT(ok);
    return definition;
}

const InitiativeMember *package_imply_rules(Loader *loader, const bool *has_rule,
                                            uint32_t *ret_count)
{
    Baseline *baseline = loader->baseline;
    uint32_t room = baseline->rule_count + baseline->control_count;
    BaselineRule *rules = NEW_ARRAY(loader->arena, BaselineRule, room);
    InitiativeMember *members = NEW_ARRAY(loader->arena, InitiativeMember, baseline->control_count);
    for (uint32_t i = 0; i < baseline->rule_count; i++) {
        rules[i] = loader->rules[i];
    }
    *ret_count = 0;
    for (uint32_t c = 0; c < baseline->control_count; c++) {
        BaselineControl *control = &loader->controls[c];
        bool attested = control->enforcement == ENFORCEMENT_ATTESTED ||
                        control->enforcement == ENFORCEMENT_COUNT;
        Str name = rule_name(loader, control->id);
        if (has_rule[c] || !attested) {
            continue;
        }
        if (map_find(&baseline->rule_index, name) != MAP_NONE) {
            diag_error(loader->diags, (Span){0, 0}, "rule-name",
                       "the name \"%.*s\" is kept for the attestation of control \"%.*s\"; give "
                       "the rule another, or let it answer the control",
                       STR_ARG(name), STR_ARG(control->id));
            continue;
        }
        (void)map_put(&baseline->rule_index, name, baseline->rule_count);
        rules[baseline->rule_count++] = (BaselineRule){
            .definition = imply_rule(loader, control, name),
            .severity = control->severity,
            .grade = GRADE_NONE,
            .manual = true,
            .implied = true,
            .remediation = NULL,
        };
        Str *group = NEW(loader->arena, Str);
        *group = control->id;
        members[(*ret_count)++] = (InitiativeMember){
            .reference_id = name, .definition_id = name, .groups = group, .group_count = 1};
    }
    loader->rules = rules;
    for (uint32_t i = 0; i < baseline->rule_count; i++) {
        if (rules[i].implied) {
            rules[i].remediation = json_find(rules[i].definition->metadata, STR("remediation"));
        }
    }
    return members;
}
