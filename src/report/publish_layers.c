// SPDX-License-Identifier: Apache-2.0
// Words for things, and layers with what they answer.
#include <stdlib.h>

#include "baseline/review.h"
#include "report/publish_parts.h"

// ---- words ----

Str control_label(const BaselineControl *control)
{
    const OscalControl *source = control->source;
    const OscalProp *label =
        source != NULL ? oscal_prop_find(source->props, source->prop_count, (Str){0}, STR("label"))
                       : NULL;
    return label != NULL ? label->value : control->id;
}

Str control_prose(Arena *arena, const BaselineControl *control, Str part)
{
    const OscalControl *source = control->source;
    const OscalPart *found =
        source != NULL ? oscal_part_find(source->parts, source->part_count, part) : NULL;
    return found != NULL ? oscal_part_text(arena, found) : (Str){0};
}

Str relation_words(OscalRelation relation)
{
    static const Str words[] = {
        [OSCAL_EQUIVALENT_TO] = STR_INIT("equivalent to"),
        [OSCAL_EQUAL_TO] = STR_INIT("equal to"),
        [OSCAL_SUBSET_OF] = STR_INIT("part of"),
        [OSCAL_SUPERSET_OF] = STR_INIT("covers"),
        [OSCAL_INTERSECTS_WITH] = STR_INIT("overlaps"),
        [OSCAL_NO_RELATIONSHIP] = STR_INIT("unrelated"),
    };
    return words[relation];
}

void push_drivers(Buf *out, unsigned drivers)
{
    bool any = false;
    for (unsigned bit = DRIVER_REGULATION; bit <= DRIVER_BUSINESS; bit <<= 1) {
        if ((drivers & bit) != 0) {
            buf_printf(out, "%s%s", any ? ", " : "", driver_name((Driver)bit));
            any = true;
        }
    }
}

void push_date(Buf *out, Ticks time)
{
    Buf text = {0};
    ticks_print(&text, time);
    buf_push(out, str_cut(buf_str(&text), 'T').head);
    buf_free(&text);
}

Str own_path(const Publication *p, Str file)
{
    Str label = p->baseline->label;
    bool below = str_starts(file, label) && file.len > label.len && file.ptr[label.len] == '/';
    return below ? str_from(file, label.len + 1) : file;
}

bool is_review_overdue(const Publication *p)
{
    return review_is_overdue(p->baseline, p->now);
}

Str nobody_words(const Publication *p)
{
    static const Str words[] = {
        [EDITION_SHIPPED] = STR_INIT("nobody here: it ships with the program"),
        [EDITION_UNRELEASED] = STR_INIT("unreleased, nobody approved"),
        [EDITION_DRAFT] = STR_INIT("unreleased draft, nobody approved"),
        [EDITION_RELEASE] = STR_INIT("nobody but the proposer"),
    };
    return words[p->edition->kind];
}

RefWords ref_words(const Publication *p, const FrameworkRef *ref)
{
    const Framework *framework = &p->baseline->frameworks[ref->framework];
    RefWords words = {.framework = framework->title.len != 0 ? framework->title : framework->name,
                      .label = ref->id};
    const LibraryFramework *known =
        p->library != NULL ? library_find(p->library, framework->name) : NULL;
    const LibraryControl *control = known != NULL ? library_find_control(known, ref->id) : NULL;
    if (control != NULL) {
        words.label = control->label;
        words.title = control->title;
    }
    return words;
}

Mending mending_of(const BaselineRule *rule)
{
    const Json *json = json_find(rule->definition->metadata, STR("remediation"));
    const Json *steps = json_find(json, STR("steps"));
    const Json *body = json_find(json, STR("body"));
    const Json *executed = json_find(json, STR("executed"));
    return (Mending){
        .steps = json_is(steps, JSON_ARRAY) ? steps : NULL,
        .text = json_is(json, JSON_STRING) ? json->string : (Str){0},
        .method = json_find_str(json, STR("method")),
        .url = json_find_str(json, STR("url")),
        .body = body != NULL && body->type != JSON_NULL ? body : NULL,
        .note = json_find_str(json, STR("note")),
        .executed = executed == NULL || (executed->type == JSON_BOOL && executed->boolean),
    };
}

// ---- layers ----

typedef struct Ranked {
    uint32_t index;
    uint32_t rank;
} Ranked;

static int compare_ranked(const void *a, const void *b)
{
    const Ranked *x = a;
    const Ranked *y = b;
    if (x->rank != y->rank) {
        return x->rank > y->rank ? -1 : 1;
    }
    return x->index < y->index ? -1 : x->index > y->index;
}

static void find_controls(Arena *arena, const Baseline *baseline, Layer layer, LayerView *view)
{
    Ranked *ranked = NEW_ARRAY(arena, Ranked, baseline->control_count + 1U);
    for (uint32_t c = 0; c < baseline->control_count; c++) {
        if (baseline->controls[c].layer == layer) {
            ranked[view->control_count++] =
                (Ranked){.index = c, .rank = (uint32_t)baseline->controls[c].severity};
        }
    }
    qsort(ranked, view->control_count, sizeof *ranked, compare_ranked);
    uint32_t *controls = NEW_ARRAY(arena, uint32_t, view->control_count + 1U);
    for (uint32_t i = 0; i < view->control_count; i++) {
        controls[i] = ranked[i].index;
    }
    view->controls = controls;
}

// A technique of the layer while they are gathered.
typedef struct Gathered {
    LayerTechnique technique;
    uint32_t tactic_order; // place of the tactic in ATT&CK; UINT32_MAX = not known
    uint32_t order;        // place of the technique there, or of its first mention
    uint32_t *controls;
    uint32_t control_cap;
} Gathered;

typedef struct Gathering {
    Arena *arena;
    const Publication *p;
    const LibraryFramework *attack; // NULL = titles are not known
    Map by_id;
    Gathered *at;
    uint32_t count;
    uint32_t cap;
} Gathering;

static Gathered *gather(Gathering *g, Str id)
{
    uint32_t index = map_put(&g->by_id, id, g->count);
    if (index < g->count) {
        return &g->at[index];
    }
    ARENA_ROOM(g->arena, g->at, g->count, g->cap);
    Gathered *one = &g->at[g->count++];
    *one = (Gathered){.technique.id = id, .tactic_order = UINT32_MAX, .order = g->count};
    const LibraryControl *known = g->attack != NULL ? library_find_control(g->attack, id) : NULL;
    if (known != NULL) {
        one->technique.title = known->title;
        one->tactic_order = known->group;
        one->order = (uint32_t)(known - g->attack->controls);
    }
    return one;
}

static int compare_gathered(const void *a, const void *b)
{
    const Gathered *x = a;
    const Gathered *y = b;
    if (x->tactic_order != y->tactic_order) {
        return x->tactic_order < y->tactic_order ? -1 : 1;
    }
    return x->order < y->order ? -1 : x->order > y->order;
}

static void add_control(Gathering *g, uint32_t control, Str id)
{
    Gathered *one = gather(g, id);
    ARENA_ROOM(g->arena, one->controls, one->technique.control_count, one->control_cap);
    one->controls[one->technique.control_count++] = control;
}

static void fill_tactics(Gathering *g, LayerView *view)
{
    LayerTechnique *techniques = NEW_ARRAY(g->arena, LayerTechnique, g->count + 1U);
    LayerTactic *tactics = NEW_ARRAY(g->arena, LayerTactic, g->count + 1U);
    for (uint32_t i = 0; i < g->count; i++) {
        const Gathered *one = &g->at[i];
        if (i == 0 || one->tactic_order != g->at[i - 1].tactic_order) {
            LayerTactic *tactic = &tactics[view->tactic_count++];
            bool known = one->tactic_order != UINT32_MAX;
            *tactic = (LayerTactic){
                .id = known ? g->attack->groups[one->tactic_order].id : (Str){0},
                .title = known ? g->attack->groups[one->tactic_order].title : STR("Techniques"),
                .first = i};
        }
        tactics[view->tactic_count - 1].count++;
        techniques[i] = one->technique;
        techniques[i].tactic = view->tactic_count - 1;
        techniques[i].controls = one->controls;
    }
    view->techniques = techniques;
    view->technique_count = g->count;
    view->tactics = tactics;
}

LayerView layer_view(Arena *arena, const Publication *p, Layer layer)
{
    LayerView view = {0};
    const Baseline *baseline = p->baseline;
    Gathering g = {.arena = arena,
                   .p = p,
                   .attack = p->library != NULL ? library_find(p->library, ATTACK) : NULL};
    map_init(&g.by_id, arena, MAP_NOCASE);
    find_controls(arena, baseline, layer, &view);
    for (uint32_t i = 0; i < view.control_count; i++) {
        const BaselineControl *control = &baseline->controls[view.controls[i]];
        for (uint32_t r = 0; r < control->ref_count; r++) {
            if (str_eq(baseline->frameworks[control->refs[r].framework].name, ATTACK)) {
                add_control(&g, view.controls[i], control->refs[r].id);
            }
        }
    }
    if (g.count != 0) {
        qsort(g.at, g.count, sizeof *g.at, compare_gathered);
    }
    fill_tactics(&g, &view);
    return view;
}
