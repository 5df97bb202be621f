// SPDX-License-Identifier: Apache-2.0
#include "report/oscal_parts.h"

// ---- identities ----

// Of one thing of this run: another run has another.
OscalUuid oscal_run_uuid(const OscalWriter *w, Str kind, Str name)
{
    Buf text = {0};
    buf_printf(&text, "%.*s\n%.*s\n%.*s", STR_ARG(w->scope), STR_ARG(w->time), STR_ARG(name));
    OscalUuid uuid = oscal_uuid_of(kind, buf_str(&text));
    buf_free(&text);
    return uuid;
}

// One resource may be measured by several variants of one rule.
OscalUuid oscal_observation_uuid(const OscalWriter *w, uint32_t rule, uint64_t identity)
{
    Buf text = {0};
    buf_printf(&text, "%016llx\n%.*s", (unsigned long long)identity, STR_ARG(w->rules[rule]));
    OscalUuid uuid = oscal_run_uuid(w, STR("observation"), buf_str(&text));
    buf_free(&text);
    return uuid;
}

OscalUuid oscal_rule_uuid(const OscalWriter *w, uint32_t rule)
{
    return oscal_run_uuid(w, STR("rule"), w->rules[rule]);
}

OscalUuid oscal_finding_uuid(const OscalWriter *w, uint32_t control)
{
    return oscal_run_uuid(w, STR("finding"), w->model->controls[control].id);
}

// Of something that lasts: a risk is the same one until it is closed.
OscalUuid oscal_issue_uuid(const OscalWriter *w, Str kind, const OscalIssue *issue)
{
    const Exemption *exemption = issue->exemption;
    Str name = exemption == NULL        ? (Str){0}
               : exemption->id.len != 0 ? exemption->id
                                        : exemption->name;
    Buf text = {0};
    buf_printf(&text, "%.*s\n%.*s\n%d\n%.*s", STR_ARG(w->scope),
               STR_ARG(w->model->controls[issue->control].id), (int)issue->kind, STR_ARG(name));
    OscalUuid uuid = oscal_uuid_of(kind, buf_str(&text));
    buf_free(&text);
    return uuid;
}

// ---- small members ----

void oscal_item_begin(JsonOut *out)
{
    buf_byte(out->buf, '\n'); // one item a line
    json_out_object_begin(out);
}

void oscal_list_begin(JsonOut *out, const char *key)
{
    json_out_key(out, str_from_cstr(key));
    json_out_array_begin(out);
}

void oscal_out_state(JsonOut *out, Str name, State state)
{
    oscal_out_prop(out, name, str_from_cstr(state_name(state)));
}

static Str method_of(const AssessRule *rule)
{
    bool manual = rule->assigned->effect == EFFECT_MANUAL;
    return manual ? STR("EXAMINE") : STR("TEST");
}

void oscal_out_method(JsonOut *out, const AssessRule *rule, const char *type)
{
    oscal_list_begin(out, "methods");
    json_out_str(out, method_of(rule));
    json_out_array_end(out);
    oscal_list_begin(out, "types");
    json_out_str(out, str_from_cstr(type));
    json_out_array_end(out);
}
