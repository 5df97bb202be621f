// SPDX-License-Identifier: Apache-2.0
// All of a baseline: what it says of itself, its controls by section, what was tailored.
#include "baseline/review.h"
#include "cli/show.h"

// As wide as the longest id, within reason.
static uint32_t id_columns(const Baseline *baseline)
{
    enum { NARROW = 10, WIDE = 32 };
    size_t widest = NARROW;
    for (uint32_t i = 0; i < baseline->control_count; i++) {
        size_t len = baseline->controls[i].id.len;
        widest = len > widest ? len : widest;
    }
    return widest < WIDE ? (uint32_t)widest : WIDE;
}

static void print_controls(Show *show)
{
    uint32_t columns = id_columns(show->baseline);
    const Baseline *baseline = show->baseline;
    const Page *page = &show->page;
    for (uint32_t s = 0; s < baseline->section_count; s++) {
        buf_byte(page->out, '\n');
        page_text(page, INK_BOLD, baseline->sections[s].title);
        buf_byte(page->out, '\n');
        for (uint32_t c = 0; c < baseline->control_count; c++) {
            const BaselineControl *control = &baseline->controls[c];
            if (control->section != s) {
                continue;
            }
            page_cstr(page, INK_PLAIN, "  ");
            page_column(page, INK_PLAIN, control->id, columns);
            page_cstr(page, INK_PLAIN, " ");
            page_column(page, INK_PLAIN, str_from_cstr(severity_name(control->severity)), 9);
            page_column(page, INK_DIM, str_from_cstr(enforcement_name(control->enforcement)), 11);
            page_wrap(page, INK_PLAIN, control->title, columns + 23);
        }
    }
}

static void fact(Show *show, const char *name, Str value)
{
    if (value.len != 0) {
        page_column(&show->page, INK_DIM, str_from_cstr(name), 15);
        page_wrap(&show->page, INK_PLAIN, value, 15);
    }
}

static void json_all(Show *show)
{
    const Baseline *baseline = show->baseline;
    JsonOut *out = &show->json;
    json_out_object_begin(out);
    show_json_head(show);
    json_out_key(out, STR("controls"));
    json_out_array_begin(out);
    for (uint32_t c = 0; c < baseline->control_count; c++) {
        const BaselineControl *control = &baseline->controls[c];
        json_out_object_begin(out);
        show_json_control(show, control);
        json_out_key(out, STR("rules"));
        json_out_array_begin(out);
        for (uint32_t r = 0; r < control->rule_count; r++) {
            json_out_str(out, baseline->rules[control->rules[r]].definition->name);
        }
        json_out_array_end(out);
        json_out_object_end(out);
    }
    json_out_array_end(out);
    show_json_tailorings(show, NULL, (Str){0});
    json_out_object_end(out);
}

void show_all(Show *show)
{
    const Baseline *baseline = show->baseline;
    if (cli_wants_json(show->cli)) {
        json_all(show);
        return;
    }
    show_head(show);
    page_wrap(&show->page, INK_PLAIN, baseline->purpose, 0);
    buf_byte(&show->text, '\n');
    fact(show, "owner", baseline->owner);
    fact(show, "scope", baseline->scope);
    fact(show, "risk appetite", baseline->risk_appetite);
    Buf review = {0};
    buf_printf(&review, "%.*s%s", STR_ARG(baseline->next_review),
               review_is_overdue(baseline, show->cli->now) ? ", overdue" : "");
    fact(show, "next review", buf_str(&review));
    buf_free(&review);
    fact(show, "made from", baseline->from.name);
    print_controls(show);
    if (baseline->tailoring_count != 0) {
        page_heading(&show->page, "Tailored");
        show_tailorings(show, NULL, (Str){0}, 2);
    }
}
