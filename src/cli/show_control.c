// SPDX-License-Identifier: Apache-2.0
// One control: its words, its values and who set them, its rules, what was tailored.
#include "cli/show.h"

static void fact(Show *show, const char *name, Str value)
{
    if (value.len != 0) {
        page_column(&show->page, INK_DIM, str_from_cstr(name), 13);
        page_wrap(&show->page, INK_PLAIN, value, 13);
    }
}

static Str driver_words(Show *show, const BaselineControl *control)
{
    Buf text = {0};
    for (unsigned bit = 1; bit <= DRIVER_BUSINESS; bit <<= 1U) {
        if ((control->drivers & bit) != 0) {
            buf_printf(&text, "%s%s", text.len == 0 ? "" : ", ", driver_name((Driver)bit));
        }
    }
    Str copy = str_copy(&show->cli->arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

static bool is_of(const Show *show, const BaselineValue *value, const BaselineControl *control)
{
    return value->control == (uint32_t)(control - show->baseline->controls);
}

static void print_values(Show *show, const BaselineControl *control)
{
    bool any = false;
    for (uint32_t i = 0; i < show->baseline->value_count; i++) {
        const BaselineValue *value = &show->baseline->values[i];
        if (!is_of(show, value, control)) {
            continue;
        }
        if (!any) {
            page_heading(&show->page, "Values");
        }
        any = true;
        Buf line = {0};
        buf_printf(&line, "%.*s (", STR_ARG(show_values(show, value)));
        buf_push(&line, value->by_profile ? STR("set by ") : STR("as in "));
        show_push_place(&line, value->file, value->at);
        buf_push(&line, STR(")"));
        page_cstr(&show->page, INK_PLAIN, "  ");
        page_text(&show->page, INK_PLAIN, value->id);
        page_cstr(&show->page, INK_PLAIN, " = ");
        page_wrap(&show->page, INK_PLAIN, buf_str(&line), 4);
        buf_free(&line);
    }
}

static bool answers(const AssignedRule *rule, const BaselineControl *control)
{
    for (uint32_t g = 0; g < rule->group_count; g++) {
        if (str_eq(rule->groups[g], control->id)) {
            return true;
        }
    }
    return false;
}

// A variant may select nothing that the rule is about.
static bool concerns(Show *show, const AssignedRule *rule, const BaselineControl *control)
{
    const AppliesPlace anywhere = {.id = {0}};
    Str why = {0};
    if (!answers(rule, control)) {
        return false;
    }
    AppliesTypes types = applies_types(&show->cli->arena, rule->definition);
    return applies_to(&show->cli->arena, rule->assignment, &types, &anywhere, &why) != APPLIES_NO;
}

static const char *effect_words(const AssignedRule *rule)
{
    return rule->effect != EFFECT_COUNT ? effect_name(rule->effect) : "unknown effect";
}

static void print_rules(Show *show, const BaselineControl *control)
{
    page_heading(&show->page, "Rules");
    for (uint32_t i = 0; i < show->rule_count; i++) {
        const AssignedRule *rule = &show->rules[i];
        if (!concerns(show, rule, control)) {
            continue;
        }
        page_cstr(&show->page, INK_PLAIN, "  ");
        page_column(&show->page, INK_PLAIN, rule->definition->name, 34);
        page_cstr(&show->page, INK_PLAIN, " ");
        page_column(&show->page, INK_PLAIN, str_from_cstr(effect_words(rule)), 18);
        page_cstr(&show->page, INK_DIM, " ");
        page_wrap(&show->page, INK_DIM, rule->assignment->name, 56);
    }
}

static void print_refs(Show *show, const BaselineControl *control)
{
    if (control->ref_count == 0) {
        return;
    }
    page_heading(&show->page, "Frameworks");
    for (uint32_t f = 0; f < show->baseline->framework_count; f++) {
        Buf ids = {0};
        for (uint32_t i = 0; i < control->ref_count; i++) {
            if (control->refs[i].framework == f) {
                buf_printf(&ids, "%s%.*s", ids.len == 0 ? "" : ", ", STR_ARG(control->refs[i].id));
            }
        }
        if (ids.len != 0) {
            page_cstr(&show->page, INK_PLAIN, "  ");
            page_column(&show->page, INK_DIM, show->baseline->frameworks[f].name, 24);
            page_wrap(&show->page, INK_PLAIN, buf_str(&ids), 26);
        }
        buf_free(&ids);
    }
}

static void json_values(Show *show, const BaselineControl *control)
{
    JsonOut *out = &show->json;
    json_out_key(out, STR("values"));
    json_out_array_begin(out);
    for (uint32_t i = 0; i < show->baseline->value_count; i++) {
        const BaselineValue *value = &show->baseline->values[i];
        if (!is_of(show, value, control)) {
            continue;
        }
        json_out_object_begin(out);
        show_member(out, STR("id"), value->id);
        json_out_key(out, STR("values"));
        json_out_array_begin(out);
        for (uint32_t v = 0; v < value->value_count; v++) {
            json_out_str(out, value->values[v]);
        }
        json_out_array_end(out);
        show_member(out, STR("feeds"), value->feed_count != 0 ? value->feeds[0] : (Str){0});
        json_out_key(out, STR("byProfile"));
        json_out_bool(out, value->by_profile);
        show_member(out, STR("file"), value->file);
        if (value->at.line != 0) {
            json_out_key(out, STR("line"));
            json_out_u64(out, value->at.line);
        }
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

static void json_one(Show *show, const BaselineControl *control)
{
    JsonOut *out = &show->json;
    json_out_object_begin(out);
    show_json_control(show, control);
    show_member(out, STR("guidance"), control->guidance);
    show_member(out, STR("reason"), control->reason);
    show_member(out, STR("check"), control->check);
    show_member(out, STR("file"), control->file);
    json_values(show, control);
    json_out_key(out, STR("rules"));
    json_out_array_begin(out);
    for (uint32_t i = 0; i < show->rule_count; i++) {
        const AssignedRule *rule = &show->rules[i];
        if (concerns(show, rule, control)) {
            json_out_object_begin(out);
            show_member(out, STR("rule"), rule->definition->name);
            show_member(out, STR("effect"), str_from_cstr(effect_words(rule)));
            show_member(out, STR("assignment"), rule->assignment->name);
            json_out_object_end(out);
        }
    }
    json_out_array_end(out);
    show_json_tailorings(show, control, (Str){0});
    json_out_object_end(out);
}

void show_control(Show *show, const BaselineControl *control)
{
    if (cli_wants_json(show->cli)) {
        json_one(show, control);
        return;
    }
    show_head(show);
    buf_byte(&show->text, '\n');
    page_text(&show->page, INK_BOLD, control->id);
    page_cstr(&show->page, INK_PLAIN, "  ");
    page_wrap(&show->page, INK_BOLD, control->title, 0);
    fact(show, "severity", str_from_cstr(severity_name(control->severity)));
    fact(show, "layer", str_from_cstr(layer_name(control->layer)));
    fact(show, "held", str_from_cstr(enforcement_name(control->enforcement)));
    fact(show, "drivers", driver_words(show, control));
    fact(show, "owner", control->owner);
    fact(show, "from", control->file);
    fact(show, "must hold", control->statement);
    fact(show, "how", control->guidance);
    fact(show, "why", control->reason);
    fact(show, "check", control->check);
    print_values(show, control);
    print_rules(show, control);
    print_refs(show, control);
    buf_byte(&show->text, '\n');
    show_tailorings(show, control, (Str){0}, 0);
}
