// SPDX-License-Identifier: Apache-2.0
// What each of the views says alike: the head, a control's members, what was tailored, places.
#include "cli/show.h"

void show_member(JsonOut *out, Str key, Str value)
{
    if (value.len != 0) {
        json_out_key(out, key);
        json_out_str(out, value);
    }
}

void show_head(Show *show)
{
    const Page *page = &show->page;
    page_text(page, INK_BOLD, show->baseline->title);
    page_cstr(page, INK_PLAIN, " ");
    page_text(page, INK_PLAIN, show->baseline->version);
    page_cstr(page, INK_DIM, " | ");
    page_text(page, INK_DIM, edition_words(&show->cli->arena, &show->open.edition, show->cli->now));
    buf_byte(&show->text, '\n');
}

void show_json_head(Show *show)
{
    const Baseline *baseline = show->baseline;
    JsonOut *out = &show->json;
    show_member(out, STR("name"), baseline->name);
    show_member(out, STR("title"), baseline->title);
    show_member(out, STR("version"), baseline->version);
    edition_members(out, &show->open.edition);
    show_member(out, STR("owner"), baseline->owner);
    show_member(out, STR("purpose"), baseline->purpose);
    show_member(out, STR("scope"), baseline->scope);
    show_member(out, STR("riskAppetite"), baseline->risk_appetite);
    show_member(out, STR("nextReview"), baseline->next_review);
    show_member(out, STR("from"), baseline->from.name);
}

void show_json_control(Show *show, const BaselineControl *control)
{
    JsonOut *out = &show->json;
    show_member(out, STR("id"), control->id);
    show_member(out, STR("title"), control->title);
    show_member(out, STR("section"), show->baseline->sections[control->section].id);
    show_member(out, STR("severity"), str_from_cstr(severity_name(control->severity)));
    show_member(out, STR("layer"), str_from_cstr(layer_name(control->layer)));
    show_member(out, STR("enforcement"), str_from_cstr(enforcement_name(control->enforcement)));
    show_member(out, STR("owner"), control->owner);
    json_out_key(out, STR("drivers"));
    json_out_array_begin(out);
    for (unsigned bit = 1; bit <= DRIVER_BUSINESS; bit <<= 1U) {
        if ((control->drivers & bit) != 0) {
            json_out_str(out, str_from_cstr(driver_name((Driver)bit)));
        }
    }
    json_out_array_end(out);
    show_member(out, STR("statement"), control->statement);
}

// Does the tailoring speak of the control: of itself, a parameter of it, or a rule that answers it?
static bool speaks_of(const Show *show, const Tailoring *tailoring, const BaselineControl *control)
{
    const Baseline *baseline = show->baseline;
    if (str_eq(tailoring->subject, control->id)) {
        return true;
    }
    const BaselineValue *value = baseline_find_value(baseline, tailoring->subject);
    if (value != NULL) {
        return value->control == (uint32_t)(control - baseline->controls);
    }
    for (uint32_t i = 0; i < control->rule_count; i++) {
        const Definition *definition = baseline->rules[control->rules[i]].definition;
        if (str_eq_nocase(definition->name, tailoring->subject)) {
            return true;
        }
    }
    return false;
}

// "environmentType-production_criticalityTier-low": is it for environments of another type?
static bool is_elsewhere(const Tailoring *tailoring, Str environment_type)
{
    Str prefix = STR("environmentType-");
    const char *at = str_find(tailoring->variant, prefix);
    if (at == NULL || environment_type.len == 0) {
        return false;
    }
    size_t from = (size_t)(at - tailoring->variant.ptr) + prefix.len;
    Str word = str_cut(str_from(tailoring->variant, from), '_').head;
    return !str_eq_nocase(word, environment_type);
}

static bool is_meant(const Show *show, const Tailoring *tailoring, const BaselineControl *control,
                     Str environment_type)
{
    return (control == NULL || speaks_of(show, tailoring, control)) &&
           !is_elsewhere(tailoring, environment_type);
}

void show_json_tailorings(Show *show, const BaselineControl *control, Str environment_type)
{
    JsonOut *out = &show->json;
    json_out_key(out, STR("tailorings"));
    json_out_array_begin(out);
    for (uint32_t i = 0; i < show->baseline->tailoring_count; i++) {
        const Tailoring *tailoring = &show->baseline->tailorings[i];
        if (!is_meant(show, tailoring, control, environment_type)) {
            continue;
        }
        json_out_object_begin(out);
        show_member(out, STR("kind"), tailoring->kind);
        show_member(out, STR("subject"), tailoring->subject);
        show_member(out, STR("variant"), tailoring->variant);
        show_member(out, STR("rationale"), tailoring->rationale);
        show_member(out, STR("file"), tailoring->file);
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

void show_tailorings(Show *show, const BaselineControl *control, Str environment_type,
                     uint32_t indent)
{
    for (uint32_t i = 0; i < show->baseline->tailoring_count; i++) {
        const Tailoring *tailoring = &show->baseline->tailorings[i];
        if (!is_meant(show, tailoring, control, environment_type)) {
            continue;
        }
        Buf line = {0};
        buf_printf(&line, "%.*s %.*s", STR_ARG(tailoring->kind), STR_ARG(tailoring->subject));
        if (tailoring->variant.len != 0) {
            buf_printf(&line, " for %.*s", STR_ARG(tailoring->variant));
        }
        if (tailoring->rationale.len != 0) {
            buf_printf(&line, ": %.*s", STR_ARG(tailoring->rationale));
        }
        for (uint32_t c = 0; c < indent; c++) {
            buf_byte(&show->text, ' ');
        }
        page_cstr(&show->page, INK_DIM, "tailored: ");
        page_wrap(&show->page, INK_PLAIN, buf_str(&line), indent + 10);
        buf_free(&line);
    }
}

void show_push_place(Buf *out, Str file, Span at)
{
    buf_push(out, file);
    if (at.line != 0) {
        buf_printf(out, ":%u", at.line);
    }
}

Str show_values(Show *show, const BaselineValue *value)
{
    Buf text = {0};
    for (uint32_t i = 0; i < value->value_count; i++) {
        buf_printf(&text, "%s%.*s", i == 0 ? "" : ", ", STR_ARG(value->values[i]));
    }
    if (value->value_count == 0) {
        buf_printf(&text, "not set%s%.*s", value->choices.len != 0 ? "; one of " : "",
                   STR_ARG(value->choices));
    }
    Str copy = str_copy(&show->cli->arena, buf_str(&text));
    buf_free(&text);
    return copy;
}
