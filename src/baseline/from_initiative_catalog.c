// SPDX-License-Identifier: Apache-2.0
// The catalog a converted initiative becomes. Every sentence in it is this project's; names and
// identifiers are the initiative's.
#include <string.h>

#include "base/buf.h"
#include "baseline/from_initiative_text.h"
#include "baseline/names.h"

enum { POLICIES_NAMED_MAX = 12 }; // in the text of one control

static void prop(JsonOut *out, const char *name, const char *value)
{
    draft_prop(out, name, true, str_from_cstr(value));
}

static void part(JsonOut *out, const DraftControl *control, const char *name, const char *suffix,
                 Str prose)
{
    Buf id = {0};
    buf_printf(&id, "%.*s_%s", STR_ARG(control->id), suffix);
    json_out_object_begin(out);
    draft_member(out, "id", buf_str(&id));
    draft_member(out, "name", str_from_cstr(name));
    if (strcmp(name, "reason") == 0 || strcmp(name, "check") == 0) {
        draft_member(out, "ns", DATUMLINE_NS);
    }
    draft_member(out, "prose", prose);
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
        name = draft_one_line(draft->arena, name.len != 0 ? name : at->definition);
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
               STR_ARG(draft_one_line(draft->arena, draft->title)), STR_ARG(control->label));
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
    draft_prop(out, "label", false, control->label);
    if (control->source.len != 0) {
        draft_prop(out, "azure-group", true, control->source);
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
    draft_member(out, "id", control->id);
    draft_member(out, "title", draft_one_line(draft->arena, control->title));
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
    draft_uuid(draft, &out, "catalog");
    draft_metadata(draft, &out, draft->title, true);
    json_out_key(&out, STR("groups"));
    json_out_array_begin(&out);
    uint32_t at = 0;
    for (uint32_t s = 0; s < draft->section_count; s++) {
        json_out_object_begin(&out);
        draft_member(&out, "id", draft->sections[s].id);
        draft_member(&out, "title", draft_one_line(draft->arena, draft->sections[s].title));
        json_out_key(&out, STR("props"));
        json_out_array_begin(&out);
        draft_prop(&out, "label", false, draft_one_line(draft->arena, draft->sections[s].title));
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
    return draft_indented(draft, &text, ret_json);
}

const Json *draft_catalog(Draft *draft)
{
    const Json *json = NULL;
    (void)catalog_bytes(draft, &json);
    return json;
}
