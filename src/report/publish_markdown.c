// SPDX-License-Identifier: Apache-2.0
// The baseline as Markdown: what the page says, in the same order.
#include "report/publish_parts.h"
#include "json/write.h"

static void line(Buf *out, const char *name, Str text)
{
    if (text.len != 0) {
        buf_printf(out, "- **%s:** ", name);
        markdown_text(out, text);
        buf_byte(out, '\n');
    }
}

// ---- what it is ----

static void approvers(Buf *out, const Publication *p)
{
    bool released = p->edition->kind == EDITION_RELEASE;
    if (!released || p->approval_count == 0) {
        line(out, "Approved by", nobody_words(p));
    }
    for (uint32_t i = 0; released && i < p->approval_count; i++) {
        const PublishApproval *one = &p->approvals[i];
        Buf text = {0};
        buf_push(&text, one->name);
        if (one->roles.len != 0) {
            buf_printf(&text, ", %.*s", STR_ARG(one->roles));
        }
        buf_push(&text, STR(", on "));
        push_date(&text, one->time);
        if (one->comment.len != 0) {
            buf_printf(&text, ": %.*s", STR_ARG(one->comment));
        }
        line(out, "Approved by", buf_str(&text));
        buf_free(&text);
    }
    Buf roles = {0};
    for (uint32_t i = 0; i < p->baseline->approver_role_count; i++) {
        buf_printf(&roles, "%s%.*s", i == 0 ? "" : ", ", STR_ARG(p->baseline->approver_roles[i]));
    }
    line(out, "Must approve", buf_str(&roles));
    buf_free(&roles);
}

static void dates(Buf *out, const Publication *p)
{
    Buf text = {0};
    if (p->edition->kind == EDITION_RELEASE) {
        push_date(&text, p->edition->effective);
    } else {
        buf_push(&text, p->baseline->effective_date);
    }
    line(out, "Effective", buf_str(&text));
    buf_clear(&text);
    buf_push(&text, p->baseline->next_review);
    if (text.len != 0 && is_review_overdue(p)) {
        buf_push(&text, STR(", overdue"));
    }
    line(out, "Next review", buf_str(&text));
    buf_free(&text);
}

static void about(Arena *arena, Buf *out, const Publication *p)
{
    const Baseline *baseline = p->baseline;
    buf_push(out, STR("# "));
    markdown_text(out, baseline->title);
    buf_byte(out, ' ');
    markdown_text(out, baseline->version);
    buf_push(out, STR("\n\n"));
    markdown_text(out, baseline->purpose);
    buf_push(out, STR("\n\n"));
    line(out, "Scope", baseline->scope);
    line(out, "Risk appetite", baseline->risk_appetite);
    line(out, "Owner", baseline->owner);
    line(out, "Edition", edition_words(arena, p->edition, p->now));
    dates(out, p);
    approvers(out, p);
    line(out, "Proposed by", p->edition->proposer);
    line(out, "Reason", p->reason);
    if (baseline->from.name.len != 0) {
        Buf from = {0};
        buf_printf(&from, "%.*s %.*s", STR_ARG(baseline->from.name),
                   STR_ARG(baseline->from.version));
        line(out, "Made from", buf_str(&from));
        buf_free(&from);
    }
    line(out, "Digest", p->edition->digest);
    buf_printf(out,
               "\n%u controls. Severity is how much a control counts: critical 8, high 4, medium "
               "2, low 1. Deviations in force are not part of this document.\n\n"
               "![Layers of the baseline](layers.svg)\n",
               baseline->control_count);
}

// ---- contents ----

static void contents(Buf *out, const Baseline *baseline)
{
    buf_push(out, STR("\n## Contents\n"));
    for (uint32_t s = 0; s < baseline->section_count; s++) {
        bool any = false;
        for (uint32_t c = 0; c < baseline->control_count; c++) {
            const BaselineControl *control = &baseline->controls[c];
            if (control->section != s) {
                continue;
            }
            if (!any) {
                buf_push(out, STR("\n- "));
                markdown_text(out, baseline->sections[s].title);
                buf_byte(out, '\n');
                any = true;
            }
            buf_push(out, STR("  - ["));
            markdown_text(out, control_label(control));
            buf_byte(out, ' ');
            markdown_text(out, control->title);
            buf_printf(out, "](#%.*s)\n", STR_ARG(control->id));
        }
    }
}

// ---- a control ----

static void part(Buf *out, const Publication *p, const char *title, Str prose)
{
    if (prose.len != 0) {
        buf_printf(out, "\n**%s.** ", title);
        markdown_prose(out, p, prose);
        buf_byte(out, '\n');
    }
}

static void values(Arena *arena, Buf *out, const Publication *p, uint32_t control)
{
    const Baseline *baseline = p->baseline;
    bool any = false;
    for (uint32_t v = 0; v < baseline->value_count; v++) {
        const BaselineValue *value = &baseline->values[v];
        if (value->control != control) {
            continue;
        }
        Buf text = {0};
        push_values(&text, value);
        buf_push(out, any ? STR("- ") : STR("\n**Values.**\n\n- "));
        any = true;
        markdown_text(out, value->label.len != 0 ? value->label : value->id);
        buf_push(out, STR(": **"));
        markdown_text(out, buf_str(&text));
        buf_printf(out, "** (%s ", value->by_profile ? "set by" : "as in");
        markdown_text(out, own_path(p, value->file));
        Str variants = variant_words(arena, p, value);
        buf_push(out, variants.len != 0 ? STR("); ") : STR(")"));
        markdown_text(out, variants);
        buf_byte(out, '\n');
        buf_free(&text);
    }
}

static void rules(Buf *out, const Baseline *baseline, const BaselineControl *control)
{
    bool any = false;
    for (uint32_t r = 0; r < control->rule_count; r++) {
        const BaselineRule *rule = &baseline->rules[control->rules[r]];
        const Definition *definition = rule->definition;
        if (rule->implied) {
            continue;
        }
        buf_push(out, any ? STR("- ") : STR("\n- "));
        any = true;
        markdown_text(out, definition->display_name.len != 0 ? definition->display_name
                                                             : definition->name);
        buf_push(out, STR(" (rule "));
        markdown_text(out, definition->name);
        buf_push(out, rule->manual ? STR("; answered by an attestation") : STR(""));
        for (uint32_t k = 0; !rule->manual && k < rule->kind_count; k++) {
            buf_push(out, k == 0 ? STR("; reads ") : STR(", "));
            markdown_text(out, rule->kinds[k]);
        }
        buf_push(out, STR(")\n"));
    }
}

static void mending(Buf *out, const BaselineRule *rule)
{
    Mending how = mending_of(rule);
    if (how.text.len != 0) {
        buf_byte(out, '\n');
        markdown_text(out, how.text);
        buf_byte(out, '\n');
    }
    for (uint32_t i = 0; how.steps != NULL && i < how.steps->count; i++) {
        if (how.steps->items[i].type == JSON_STRING) {
            buf_printf(out, "%s%u. ", i == 0 ? "\n" : "", i + 1);
            markdown_text(out, how.steps->items[i].string);
            buf_byte(out, '\n');
        }
    }
    if (how.url.len == 0) {
        return;
    }
    Buf body = {0};
    if (how.body != NULL) {
        json_write(&body, how.body);
    }
    // indented code: nothing in it can end it
    buf_printf(out, "\n    %.*s %.*s\n", STR_ARG(how.method), STR_ARG(how.url));
    if (body.len != 0) {
        buf_printf(out, "    %.*s\n", STR_ARG(buf_str(&body)));
    }
    buf_free(&body);
}

static void mappings(Buf *out, const Publication *p, const BaselineControl *control)
{
    if (control->ref_count != 0) {
        buf_push(out, STR("\n**Relates to.**\n\n"));
    }
    for (uint32_t r = 0; r < control->ref_count; r++) {
        RefWords words = ref_words(p, &control->refs[r]);
        buf_push(out, STR("- "));
        markdown_text(out, words.framework);
        buf_push(out, STR(": "));
        markdown_text(out, words.label);
        buf_push(out, words.title.len != 0 ? STR(" ") : STR(""));
        markdown_text(out, words.title);
        buf_printf(out, " (%.*s)\n", STR_ARG(relation_words(control->refs[r].relation)));
    }
}

static void control(Arena *arena, Buf *out, const Publication *p, uint32_t index)
{
    const BaselineControl *one = &p->baseline->controls[index];
    Buf drivers = {0};
    push_drivers(&drivers, one->drivers);
    buf_printf(out, "\n<a id=\"%.*s\"></a>\n\n### ", STR_ARG(one->id));
    markdown_text(out, control_label(one));
    buf_byte(out, ' ');
    markdown_text(out, one->title);
    buf_printf(out, "\n\n*%s, %s, layer %s, owner ", severity_name(one->severity),
               enforcement_name(one->enforcement), layer_name(one->layer));
    markdown_text(out, one->owner);
    buf_printf(out, "%s%.*s*\n\n", drivers.len != 0 ? ", driven by " : "",
               STR_ARG(buf_str(&drivers)));
    buf_free(&drivers);
    markdown_prose(out, p, control_prose(arena, one, STR("statement")));
    buf_byte(out, '\n');
    part(out, p, "Why", control_prose(arena, one, STR("reason")));
    values(arena, out, p, index);
    part(out, p, "How it is checked", control_prose(arena, one, STR("check")));
    rules(out, p->baseline, one);
    part(out, p, "How to meet it", control_prose(arena, one, STR("guidance")));
    for (uint32_t r = 0; r < one->rule_count; r++) {
        mending(out, &p->baseline->rules[one->rules[r]]);
    }
    mappings(out, p, one);
}

// ---- the whole ----

static void cell(Buf *out, Str text)
{
    buf_byte(out, ' ');
    markdown_text(out, text.len != 0 ? text : STR("none"));
    buf_push(out, STR(" |"));
}

static void where(Arena *arena, Buf *out, const Publication *p)
{
    buf_push(out, STR("\n## Where it applies\n\n| assignment | where | own values | overrides |\n"
                      "|---|---|---|---|\n"));
    for (uint32_t i = 0; i < p->baseline->assignment_count; i++) {
        WhereWords words = where_words(arena, p, i);
        buf_byte(out, '|');
        cell(out, words.title);
        cell(out, words.place);
        cell(out, words.values);
        cell(out, words.overrides);
        buf_byte(out, '\n');
    }
}

static void tailorings(Buf *out, const Baseline *baseline)
{
    if (baseline->tailoring_count != 0) {
        buf_push(out,
                 STR("\n## What was tailored\n\n| change | of | rationale |\n|---|---|---|\n"));
    }
    for (uint32_t t = 0; t < baseline->tailoring_count; t++) {
        const Tailoring *tailoring = &baseline->tailorings[t];
        buf_byte(out, '|');
        cell(out, tailoring->kind);
        cell(out, tailoring->subject);
        cell(out, tailoring->rationale);
        buf_byte(out, '\n');
    }
}

void publish_markdown(Arena *arena, Buf *out, const Publication *p)
{
    const Baseline *baseline = p->baseline;
    about(arena, out, p);
    contents(out, baseline);
    where(arena, out, p);
    for (uint32_t s = 0; s < baseline->section_count; s++) {
        bool any = false;
        for (uint32_t c = 0; c < baseline->control_count; c++) {
            if (baseline->controls[c].section != s) {
                continue;
            }
            if (!any) {
                buf_push(out, STR("\n## "));
                markdown_text(out, baseline->sections[s].title);
                buf_byte(out, '\n');
                any = true;
            }
            control(arena, out, p, c);
        }
    }
    tailorings(out, baseline);
    buf_push(out, STR("\n---\n\nWritten by "));
    markdown_text(out, p->tool);
    buf_push(out, STR(" on "));
    ticks_print(out, p->now);
    buf_push(out, STR(".\n"));
}
