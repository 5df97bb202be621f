// SPDX-License-Identifier: Apache-2.0
// publish_parts — what the forms of a published baseline share: texts made safe, prose with its
// values, layers with what they answer, words for things.
// Depends on: publish.  Private to this layer.
#pragma once

#include "report/publish.h"

// ---- texts ----

// Text as HTML or SVG text or attribute value; what cannot be written there becomes U+FFFD.
void html_text(Buf *out, Str text);
// "<b>text</b>" for element "b"; attributes with a leading blank, may be "".
void html_element(Buf *out, const char *element, const char *attributes, Str text);
// The prose of a part: paragraphs, lists, code, emphasis; values where they are inserted.
void html_prose(Buf *out, const Publication *p, Str prose);

// Text as Markdown shows it as it is, on one line.
void markdown_text(Buf *out, Str text);
// Prose is Markdown already: values are inserted, markup of HTML is made text.
void markdown_prose(Buf *out, const Publication *p, Str prose);

// "365", "a, b", "not set (one of a | b)".
void push_values(Buf *out, const BaselineValue *value);

// ---- words ----

// "PP-COMP-01": the printed form of a control's id.
Str control_label(const BaselineControl *control);
Str control_prose(Arena *arena, const BaselineControl *control, Str part);
Str relation_words(OscalRelation relation); // "subset of"
void push_drivers(Buf *out, unsigned drivers);
Str own_path(const Publication *p, Str file); // without where the baseline lies on this machine
void push_date(Buf *out, Ticks time);         // 2026-01-31
bool is_review_overdue(const Publication *p);
Str nobody_words(const Publication *p); // what stands where approvers would

// A control of a framework: what is known of it. title may be empty.
typedef struct RefWords {
    Str framework; // title
    Str label;
    Str title;
} RefWords;
RefWords ref_words(const Publication *p, const FrameworkRef *ref);

// How a rule is mended: steps, or a request. request is empty, or "POST https://…".
typedef struct Mending {
    const Json *steps; // array; NULL = none
    Str text;
    Str method;
    Str url;
    const Json *body; // NULL = none
    Str note;
    bool executed; // somebody has tried it through this tool
} Mending;
Mending mending_of(const BaselineRule *rule);

// An assignment: where it holds, and what it makes otherwise there.
typedef struct WhereWords {
    Str title;
    Str place;
    Str values;    // empty = it sets none of its own
    Str overrides; // empty = none
} WhereWords;
WhereWords where_words(Arena *arena, const Publication *p, uint32_t index);

// What assignments set a value to otherwise: "90 everywhere, where environmentType is developer".
Str variant_words(Arena *arena, const Publication *p, const BaselineValue *value);

// ---- layers ----

typedef struct LayerTechnique {
    Str id;
    Str title; // empty = not known
    uint32_t tactic;
    const uint32_t *controls; // of the layer, that answer it
    uint32_t control_count;
} LayerTechnique;

typedef struct LayerTactic {
    Str id;
    Str title;
    uint32_t first; // its techniques: LayerView.techniques[first .. first + count)
    uint32_t count;
} LayerTactic;

// A layer with its controls, the severest first, and the techniques they answer by tactic, in
// ATT&CK's order.
typedef struct LayerView {
    const uint32_t *controls;
    uint32_t control_count;
    const LayerTactic *tactics;
    uint32_t tactic_count;
    const LayerTechnique *techniques;
    uint32_t technique_count;
} LayerView;

#define ATTACK STR("attack-enterprise")

LayerView layer_view(Arena *arena, const Publication *p, Layer layer);

// ---- parts of the page ----

void html_style(Buf *out);
void html_control(Arena *arena, Buf *out, const Publication *p, const BaselineControl *control);
void html_layers(Arena *arena, Buf *out, const Publication *p);
void html_where(Arena *arena, Buf *out, const Publication *p);
void html_frameworks(Arena *arena, Buf *out, const Publication *p);
void html_tailorings(Buf *out, const Publication *p);
