// SPDX-License-Identifier: Apache-2.0
// The page: the drawing with the same as a table, what each framework's controls are answered by,
// what was tailored.
#include <stdlib.h>

#include "report/publish_parts.h"

static void control_link(Buf *out, const BaselineControl *control)
{
    buf_push(out, STR("<a href=\"#"));
    html_text(out, control->id);
    buf_push(out, STR("\">"));
    html_text(out, control_label(control));
    buf_push(out, STR("</a>"));
}

static void control_links(Buf *out, const Publication *p, const uint32_t *controls, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        buf_push(out, i == 0 ? STR("") : STR(", "));
        control_link(out, &p->baseline->controls[controls[i]]);
    }
}

// ---- layers ----

static void layer_rows(Arena *arena, Buf *out, const Publication *p, Layer layer)
{
    LayerView view = layer_view(arena, p, layer);
    if (view.control_count == 0) {
        return;
    }
    buf_push(out, STR("<tr><th scope=\"row\">"));
    html_text(out, str_from_cstr(layer_name(layer)));
    buf_push(out, STR("</th><td>"));
    control_links(out, p, view.controls, view.control_count);
    buf_push(out, STR("</td><td>"));
    for (uint32_t t = 0; t < view.tactic_count; t++) {
        const LayerTactic *tactic = &view.tactics[t];
        buf_push(out, STR("<p><b>"));
        html_text(out, tactic->id);
        buf_push(out, tactic->id.len != 0 ? STR(" ") : STR(""));
        html_text(out, tactic->title);
        buf_push(out, STR("</b></p>\n<ul>"));
        for (uint32_t i = 0; i < tactic->count; i++) {
            const LayerTechnique *technique = &view.techniques[tactic->first + i];
            buf_push(out, STR("<li>"));
            html_text(out, technique->id);
            buf_byte(out, ' ');
            html_text(out, technique->title);
            buf_push(out, STR(": "));
            control_links(out, p, technique->controls, technique->control_count);
            buf_push(out, STR("</li>\n"));
        }
        buf_push(out, STR("</ul>"));
    }
    buf_push(out, STR("</td></tr>\n"));
}

void html_layers(Arena *arena, Buf *out, const Publication *p)
{
    buf_push(out, STR("<section class=\"wide\" aria-labelledby=\"doc:layers\">\n"
                      "<h2 id=\"doc:layers\">Layers</h2>\n"
                      "<div class=\"scroll drawing\" tabindex=\"0\" role=\"region\" "
                      "aria-label=\"Drawing of the layers\">\n"));
    publish_svg(arena, out, p, PUBLISH_SVG_INLINE);
    buf_push(out, STR("</div>\n<details class=\"more\"><summary>The same as a table</summary>\n"
                      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
                      "aria-label=\"Table of the layers\"><table>\n<thead><tr>"
                      "<th scope=\"col\">Layer</th><th scope=\"col\">Controls</th>"
                      "<th scope=\"col\">ATT&amp;CK techniques, and what answers them</th></tr>"
                      "</thead>\n<tbody>\n"));
    for (uint32_t l = 0; l < LAYER_COUNT; l++) {
        layer_rows(arena, out, p, (Layer)l);
    }
    buf_push(out, STR("</tbody></table></div></details>\n</section>\n"));
}

// ---- frameworks ----

// Which controls relate to each id of a framework, in the order of first mention.
typedef struct FrameworkIndex {
    Map ids;
    const FrameworkRef **refs; // by id: one of them
    uint32_t **controls;
    uint32_t *counts;
    uint32_t *caps;
} FrameworkIndex;

static void index_ref(Arena *arena, FrameworkIndex *index, const FrameworkRef *ref,
                      uint32_t control)
{
    uint32_t i = map_intern(&index->ids, ref->id);
    index->refs[i] = ref;
    ARENA_ROOM(arena, index->controls[i], index->counts[i], index->caps[i]);
    index->controls[i][index->counts[i]++] = control;
}

static FrameworkIndex index_framework(Arena *arena, const Baseline *baseline, uint32_t framework)
{
    FrameworkIndex index = {0};
    uint32_t total = 1;
    for (uint32_t c = 0; c < baseline->control_count; c++) {
        total += baseline->controls[c].ref_count;
    }
    map_init(&index.ids, arena, MAP_EXACT);
    index.refs = NEW_ARRAY(arena, const FrameworkRef *, total);
    index.controls = NEW_ARRAY(arena, uint32_t *, total);
    index.counts = NEW_ARRAY(arena, uint32_t, total);
    index.caps = NEW_ARRAY(arena, uint32_t, total);
    for (uint32_t c = 0; c < baseline->control_count; c++) {
        const BaselineControl *control = &baseline->controls[c];
        for (uint32_t r = 0; r < control->ref_count; r++) {
            if (control->refs[r].framework == framework) {
                index_ref(arena, &index, &control->refs[r], c);
            }
        }
    }
    return index;
}

typedef struct Place {
    uint32_t index; // in FrameworkIndex
    uint32_t order; // in the framework; what it does not have comes last, as it was mentioned
} Place;

static int compare_places(const void *a, const void *b)
{
    const Place *x = a;
    const Place *y = b;
    return x->order < y->order ? -1 : x->order > y->order;
}

static const Place *order_ids(Arena *arena, const Publication *p, uint32_t which,
                              const FrameworkIndex *index)
{
    Place *places = NEW_ARRAY(arena, Place, index->ids.count + 1U);
    const LibraryFramework *known =
        p->library != NULL ? library_find(p->library, p->baseline->frameworks[which].name) : NULL;
    for (uint32_t i = 0; i < index->ids.count; i++) {
        const LibraryControl *control =
            known != NULL ? library_find_control(known, index->refs[i]->id) : NULL;
        places[i].index = i;
        places[i].order =
            control != NULL ? (uint32_t)(control - known->controls) : UINT32_MAX / 2 + i;
    }
    qsort(places, index->ids.count, sizeof *places, compare_places);
    return places;
}

static void framework_row(Buf *out, const Publication *p, const FrameworkIndex *index, uint32_t i)
{
    RefWords words = ref_words(p, index->refs[i]);
    buf_push(out, STR("<tr>"));
    html_element(out, "td", " class=\"id\"", words.label);
    html_element(out, "td", "", words.title);
    buf_push(out, STR("<td>"));
    control_links(out, p, index->controls[i], index->counts[i]);
    buf_push(out, STR("</td></tr>\n"));
}

static void framework(Arena *arena, Buf *out, const Publication *p, uint32_t which)
{
    FrameworkIndex index = index_framework(arena, p->baseline, which);
    if (index.ids.count == 0) {
        return;
    }
    Str title = ref_words(p, index.refs[0]).framework;
    const Place *places = order_ids(arena, p, which, &index);
    buf_push(out, STR("<details class=\"more\"><summary>"));
    html_text(out, title);
    buf_printf(out,
               ", %u %s</summary>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
               "aria-label=\"",
               index.ids.count, index.ids.count == 1 ? "control" : "controls");
    html_text(out, title);
    buf_push(out, STR("\"><table>\n<thead><tr><th scope=\"col\">Control</th><th scope=\"col\">"
                      "Title</th><th scope=\"col\">Answered by</th></tr></thead>\n<tbody>\n"));
    for (uint32_t i = 0; i < index.ids.count; i++) {
        framework_row(out, p, &index, places[i].index);
    }
    buf_push(out, STR("</tbody></table></div></details>\n"));
}

void html_frameworks(Arena *arena, Buf *out, const Publication *p)
{
    if (p->baseline->framework_count == 0) {
        return;
    }
    buf_push(out, STR("<section aria-labelledby=\"doc:frameworks\">\n"
                      "<h2 id=\"doc:frameworks\">Frameworks</h2>\n<p>Which controls of a framework "
                      "this baseline relates to. A relation is not a proof of conformity.</p>\n"));
    for (uint32_t f = 0; f < p->baseline->framework_count; f++) {
        framework(arena, out, p, f);
    }
    buf_push(out, STR("</section>\n"));
}

// ---- tailoring ----

void html_tailorings(Buf *out, const Publication *p)
{
    const Baseline *baseline = p->baseline;
    if (baseline->tailoring_count == 0) {
        return;
    }
    buf_push(out, STR("<section aria-labelledby=\"doc:tailoring\">\n<h2 id=\"doc:tailoring\">What "
                      "was tailored</h2>\n"));
    if (baseline->from.name.len != 0) {
        buf_push(out, STR("<p>Against "));
        html_text(out, baseline->from.name);
        buf_byte(out, ' ');
        html_text(out, baseline->from.version);
        buf_push(out, STR(".</p>\n"));
    }
    buf_push(out, STR("<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
                      "aria-label=\"Table of changes\"><table>\n<thead><tr><th scope=\"col\">"
                      "Change</th><th scope=\"col\">Of</th><th scope=\"col\">Rationale</th></tr>"
                      "</thead>\n<tbody>\n"));
    for (uint32_t t = 0; t < baseline->tailoring_count; t++) {
        const Tailoring *tailoring = &baseline->tailorings[t];
        buf_push(out, STR("<tr>"));
        html_element(out, "td", "", tailoring->kind);
        html_element(out, "td", "", tailoring->subject);
        html_element(out, "td", "",
                     tailoring->rationale.len != 0 ? tailoring->rationale : STR("none given"));
        buf_push(out, STR("</tr>\n"));
    }
    buf_push(out, STR("</tbody></table></div>\n</section>\n"));
}
