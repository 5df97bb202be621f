// SPDX-License-Identifier: Apache-2.0
// The page: a control with everything that is known of it.
#include "report/publish_parts.h"
#include "json/write.h"

static void heading(Buf *out, const BaselineControl *control)
{
    buf_printf(out, "<article class=\"control v%u\" id=\"", (unsigned)control->severity);
    html_text(out, control->id);
    buf_push(out, STR("\">\n<header><h3><a href=\"#"));
    html_text(out, control->id);
    buf_push(out, STR("\"><span class=\"id\">"));
    html_text(out, control_label(control));
    buf_push(out, STR("</span>"));
    html_text(out, control->title);
    buf_printf(out, "</a></h3><span class=\"severity\">%s</span></header>\n",
               severity_name(control->severity));
}

static void tags(Buf *out, const BaselineControl *control)
{
    Buf drivers = {0};
    push_drivers(&drivers, control->drivers);
    buf_printf(out, "<p class=\"tags\">%s \xc2\xb7 layer %s \xc2\xb7 owner ",
               enforcement_name(control->enforcement), layer_name(control->layer));
    html_text(out, control->owner);
    buf_printf(out, "%s%.*s</p>\n", drivers.len != 0 ? " \xc2\xb7 driven by " : "",
               STR_ARG(buf_str(&drivers)));
    buf_free(&drivers);
}

static void part(Buf *out, const Publication *p, const char *title, Str prose)
{
    if (prose.len != 0) {
        html_element(out, "h4", "", str_from_cstr(title));
        buf_byte(out, '\n');
        html_prose(out, p, prose);
    }
}

// ---- values ----

static void values(Arena *arena, Buf *out, const Publication *p, uint32_t control)
{
    const Baseline *baseline = p->baseline;
    bool any = false;
    for (uint32_t v = 0; v < baseline->value_count; v++) {
        const BaselineValue *value = &baseline->values[v];
        if (value->control != control) {
            continue;
        }
        if (!any) {
            buf_push(out, STR("<h4>Values</h4>\n<dl class=\"maps\">\n"));
            any = true;
        }
        Buf text = {0};
        push_values(&text, value);
        html_element(out, "dt", "", value->label.len != 0 ? value->label : value->id);
        buf_push(out, STR("<dd>"));
        html_element(out, "var", value->value_count != 0 ? "" : " class=\"open\"", buf_str(&text));
        buf_push(out, STR(" <span class=\"small\">"));
        buf_push(out, value->by_profile ? STR("set by ") : STR("as in "));
        html_text(out, own_path(p, value->file));
        buf_push(out, STR("</span>"));
        Str variants = variant_words(arena, p, value);
        if (variants.len != 0) {
            buf_push(out, STR("<br>"));
            html_text(out, variants);
        }
        buf_push(out, STR("</dd>\n"));
        buf_free(&text);
    }
    if (any) {
        buf_push(out, STR("</dl>\n"));
    }
}

// ---- how it is checked ----

static void rule_reads(Buf *out, const BaselineRule *rule)
{
    if (rule->manual) {
        buf_push(out, STR("; answered by an attestation"));
        return;
    }
    for (uint32_t k = 0; k < rule->kind_count; k++) {
        buf_push(out, k == 0 ? STR("; reads ") : STR(", "));
        html_text(out, rule->kinds[k]);
    }
    if (rule->grade == GRADE_UNVERIFIED) {
        buf_push(out, STR("; where it reads is documented nowhere, so that absence is never good"));
    }
}

static void rules(Buf *out, const Baseline *baseline, const BaselineControl *control)
{
    bool any = false;
    for (uint32_t r = 0; r < control->rule_count; r++) {
        const BaselineRule *rule = &baseline->rules[control->rules[r]];
        if (rule->implied) {
            continue; // there is no such file
        }
        buf_push(out, any ? STR("") : STR("<ul class=\"check\">\n"));
        any = true;
        const Definition *definition = rule->definition;
        buf_push(out, STR("<li>"));
        html_text(out,
                  definition->display_name.len != 0 ? definition->display_name : definition->name);
        buf_push(out, STR("<br><span class=\"small\">rule "));
        html_element(out, "code", "", definition->name);
        rule_reads(out, rule);
        buf_push(out, STR("</span></li>\n"));
    }
    buf_push(out, any ? STR("</ul>\n") : STR(""));
}

// ---- how to meet it ----

static void mending_request(Buf *out, const Mending *mending)
{
    Buf text = {0};
    buf_printf(&text, "%.*s %.*s", STR_ARG(mending->method), STR_ARG(mending->url));
    if (mending->body != NULL) {
        buf_push(&text, STR("\n\n"));
        json_write_pretty(&text, mending->body);
        while (text.len != 0 && text.ptr[text.len - 1] == '\n') {
            text.len--;
        }
    }
    html_element(out, "pre", "", buf_str(&text));
    buf_byte(out, '\n');
    buf_free(&text);
    if (!mending->executed) {
        buf_push(out, STR("<p class=\"small\">As documented; nobody has run this request through "
                          "this tool.</p>\n"));
    }
}

static void mending(Buf *out, const BaselineRule *rule)
{
    Mending how = mending_of(rule);
    if (how.text.len != 0) {
        html_element(out, "p", "", how.text);
    }
    if (how.steps != NULL) {
        buf_push(out, STR("<ol>\n"));
        for (uint32_t i = 0; i < how.steps->count; i++) {
            if (how.steps->items[i].type == JSON_STRING) {
                html_element(out, "li", "", how.steps->items[i].string);
                buf_byte(out, '\n');
            }
        }
        buf_push(out, STR("</ol>\n"));
    }
    if (how.url.len != 0) {
        mending_request(out, &how);
    }
    if (how.note.len != 0) {
        html_element(out, "p", " class=\"small\"", how.note);
    }
}

static void meeting(Arena *arena, Buf *out, const Publication *p, const BaselineControl *control)
{
    part(out, p, "How to meet it", control_prose(arena, control, STR("guidance")));
    for (uint32_t r = 0; r < control->rule_count; r++) {
        mending(out, &p->baseline->rules[control->rules[r]]);
    }
}

// ---- mappings, and what was tailored ----

static void ref(Buf *out, const Publication *p, const FrameworkRef *one)
{
    RefWords words = ref_words(p, one);
    html_element(out, "b", "", words.label);
    buf_byte(out, ' ');
    html_text(out, words.title);
    buf_push(out, words.title.len != 0 ? STR(" ") : STR(""));
    buf_push(out, STR("<span class=\"small\">("));
    html_text(out, relation_words(one->relation));
    buf_push(out, STR(")</span>"));
}

static void mappings(Buf *out, const Publication *p, const BaselineControl *control)
{
    const Baseline *baseline = p->baseline;
    if (control->ref_count == 0) {
        return;
    }
    buf_push(out, STR("<h4>Relates to</h4>\n<dl class=\"maps\">\n"));
    for (uint32_t f = 0; f < baseline->framework_count; f++) {
        bool any = false;
        for (uint32_t r = 0; r < control->ref_count; r++) {
            if (control->refs[r].framework != f) {
                continue;
            }
            if (!any) {
                html_element(out, "dt", "", ref_words(p, &control->refs[r]).framework);
                buf_push(out, STR("<dd>"));
                any = true;
            } else {
                buf_push(out, STR("<br>"));
            }
            ref(out, p, &control->refs[r]);
        }
        buf_push(out, any ? STR("</dd>\n") : STR(""));
    }
    buf_push(out, STR("</dl>\n"));
}

// Was this control tailored, or one of its parameters?
static bool concerns(const Publication *p, const Tailoring *tailoring, uint32_t control)
{
    const BaselineValue *value = baseline_find_value(p->baseline, tailoring->subject);
    return str_eq(tailoring->subject, p->baseline->controls[control].id) ||
           (value != NULL && value->control == control);
}

static void tailored(Buf *out, const Publication *p, uint32_t control)
{
    bool any = false;
    for (uint32_t t = 0; t < p->baseline->tailoring_count; t++) {
        const Tailoring *tailoring = &p->baseline->tailorings[t];
        if (!concerns(p, tailoring, control)) {
            continue;
        }
        buf_push(out, any ? STR("") : STR("<h4>Tailored</h4>\n<ul>\n"));
        any = true;
        buf_push(out, STR("<li>"));
        html_text(out, tailoring->kind);
        buf_push(out, STR(": "));
        html_text(out,
                  tailoring->rationale.len != 0 ? tailoring->rationale : STR("no rationale given"));
        buf_push(out, STR("</li>\n"));
    }
    buf_push(out, any ? STR("</ul>\n") : STR(""));
}

void html_control(Arena *arena, Buf *out, const Publication *p, const BaselineControl *control)
{
    uint32_t index = (uint32_t)(control - p->baseline->controls);
    heading(out, control);
    tags(out, control);
    buf_push(out, STR("<div class=\"statement\">"));
    html_prose(out, p, control_prose(arena, control, STR("statement")));
    buf_push(out, STR("</div>\n"));
    part(out, p, "Why", control_prose(arena, control, STR("reason")));
    values(arena, out, p, index);
    html_element(out, "h4", "", STR("How it is checked"));
    buf_byte(out, '\n');
    html_prose(out, p, control_prose(arena, control, STR("check")));
    rules(out, p->baseline, control);
    meeting(arena, out, p, control);
    mappings(out, p, control);
    tailored(out, p, index);
    buf_push(out, STR("</article>\n"));
}
