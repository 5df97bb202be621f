// SPDX-License-Identifier: Apache-2.0
// Where a baseline applies: its assignments in words.
#include "policy/selector.h"
#include "report/publish_parts.h"
#include "json/write.h"

static Str keep(Arena *arena, Buf *text)
{
    Str copy = str_copy(arena, buf_str(text));
    buf_free(text);
    return copy;
}

static void push_list(Buf *out, const Str *texts, uint32_t count, const char *last)
{
    for (uint32_t i = 0; i < count; i++) {
        buf_printf(out, "%s%.*s", i == 0 ? "" : i + 1 == count ? last : ", ", STR_ARG(texts[i]));
    }
}

// Azure's own word for the reference of a member says little to a reader.
static Str kind_words(SelectorKind kind)
{
    return kind == SELECTOR_REFERENCE_ID ? STR("rule") : selector_kind_name(kind);
}

// "environmentType is production or default"
static void push_group(Buf *out, const SelectorGroup *group)
{
    for (uint32_t i = 0; i < group->count; i++) {
        const Selector *selector = &group->selectors[i];
        buf_printf(out, "%s%.*s %s ", i == 0 ? "" : " and ", STR_ARG(kind_words(selector->kind)),
                   selector->negated ? "is not" : "is");
        push_list(out, selector->values, selector->value_count,
                  selector->negated ? " nor " : " or ");
    }
}

static Str place_words(Arena *arena, const Assignment *assignment)
{
    Buf text = {0};
    bool everywhere = assignment->scope.len == 0 || str_eq(assignment->scope, STR("/tenants"));
    buf_push(&text, everywhere ? STR("everywhere") : assignment->scope);
    if (assignment->not_scope_count != 0) {
        buf_push(&text, STR(", but not in "));
        push_list(&text, assignment->not_scopes, assignment->not_scope_count, " and ");
    }
    for (uint32_t i = 0; i < assignment->resource_selector_count; i++) {
        buf_push(&text, i == 0 ? STR(", where ") : STR(", or where "));
        push_group(&text, &assignment->resource_selectors[i]);
    }
    return keep(arena, &text);
}

// {"name": {"value": v}} or {"name": v}: "name = v; …"
static Str value_words(Arena *arena, const Json *values)
{
    Buf text = {0};
    for (uint32_t i = 0; json_is(values, JSON_OBJECT) && i < values->count; i++) {
        const JsonMember *member = &values->members[i];
        const Json *inner = json_find(&member->value, STR("value"));
        buf_printf(&text, "%s%.*s = ", i == 0 ? "" : "; ", STR_ARG(member->key));
        json_write(&text, inner != NULL ? inner : &member->value);
    }
    return keep(arena, &text);
}

static Str override_words(Arena *arena, const Assignment *assignment)
{
    Buf text = {0};
    for (uint32_t i = 0; i < assignment->override_count; i++) {
        const Override *one = &assignment->overrides[i];
        buf_printf(&text, "%s%s ", i == 0 ? "" : "; ", one->is_version ? "version" : "effect");
        if (json_is(one->value, JSON_STRING)) {
            buf_push(&text, one->value->string);
        }
        if (one->selectors.count != 0) {
            buf_push(&text, STR(" where "));
            push_group(&text, &one->selectors);
        }
    }
    return keep(arena, &text);
}

Str variant_words(Arena *arena, const Publication *p, const BaselineValue *value)
{
    Buf text = {0};
    for (uint32_t i = 0; i < p->baseline->assignment_count; i++) {
        for (uint32_t f = 0; f < value->feed_count; f++) {
            const Json *own = json_find_nocase(p->baseline->own_values[i], value->feeds[f]);
            const Json *inner = json_find(own, STR("value"));
            if (own != NULL) {
                buf_push(&text, text.len != 0 ? STR("; ") : STR(""));
                json_write(&text, inner != NULL ? inner : own);
                buf_printf(&text, " %.*s",
                           STR_ARG(place_words(arena, p->baseline->assignments[i])));
            }
        }
    }
    return keep(arena, &text);
}

WhereWords where_words(Arena *arena, const Publication *p, uint32_t index)
{
    const Assignment *assignment = p->baseline->assignments[index];
    return (WhereWords){
        .title = assignment->display_name.len != 0 ? assignment->display_name : assignment->name,
        .place = place_words(arena, assignment),
        .values = value_words(arena, p->baseline->own_values[index]),
        .overrides = override_words(arena, assignment),
    };
}

void html_where(Arena *arena, Buf *out, const Publication *p)
{
    buf_push(out, STR("<section aria-labelledby=\"doc:where\">\n<h2 id=\"doc:where\">Where it "
                      "applies</h2>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
                      "aria-label=\"Table of assignments\"><table>\n<thead><tr><th scope=\"col\">"
                      "Assignment</th><th scope=\"col\">Where</th><th scope=\"col\">Own values</th>"
                      "<th scope=\"col\">Overrides</th></tr></thead>\n<tbody>\n"));
    for (uint32_t i = 0; i < p->baseline->assignment_count; i++) {
        WhereWords words = where_words(arena, p, i);
        Str cells[] = {words.title, words.place, words.values, words.overrides};
        buf_push(out, STR("<tr>"));
        for (size_t c = 0; c < COUNTOF(cells); c++) {
            html_element(out, "td", "", cells[c].len != 0 ? cells[c] : STR("none"));
        }
        buf_push(out, STR("</tr>\n"));
    }
    buf_push(out, STR("</tbody></table></div>\n</section>\n"));
}
