// SPDX-License-Identifier: Apache-2.0
// The drawing of the layers: a band each, its controls on the left, what they answer on the right.
#include "base/utf8.h"
#include "report/publish_parts.h"

// All in user units, one of them a pixel at full size.
enum {
    WIDTH = 960,
    MARGIN = 4,
    NAME_X = 24,
    CHIPS_X = 176,
    CHIPS_WIDTH = 340,
    CHIP_HEIGHT = 26,
    CHIP_GAP = 7,
    RIGHT_X = 530,
    RIGHT_STEP = 212,   // from one column of tactics to the next
    RIGHT_COLUMNS = 32, // characters of a line there
    LINE = 15,
    TECHNIQUE_GAP = 2,
    TACTIC_GAP = 5,
    BAND_PAD = 16,
    BAND_GAP = 9,
    BAND_MIN = 78,
    TITLE = 38, // the drawing's own title; a page has one
    TITLE_COLUMNS = 76,
    HEAD = 62,
    FOOT = 36
};

static const char svg_style[] =
    ".layers{--ink:#1c2430;--soft:#566173;--paper:#fff;--band:#f4f6f8;--edge:#d5dbe2;--chip:#fff;"
    "--s3:#a3182b;--s2:#b2500c;--s1:#7a6200;--s0:#3c6a58;"
    "font-family:system-ui,-apple-system,\"Segoe UI\",Roboto,\"DejaVu Sans\",sans-serif}"
    ".layers .l0{--tone:#2f6fab}.layers .l1{--tone:#4b63b8}.layers .l2{--tone:#7a55b0}"
    ".layers .l3{--tone:#a04a8a}.layers .l4{--tone:#1f7f7a}.layers .l5{--tone:#3f7a3a}"
    ".layers .ground{fill:var(--paper)}"
    ".layers .band{fill:var(--band);stroke:var(--edge)}.layers .tone{fill:var(--tone)}"
    ".layers text{fill:var(--ink);font-size:11px}.layers .title{font-size:19px;font-weight:650}"
    ".layers .soft{fill:var(--soft)}.layers .name{font-size:17px;font-weight:650}"
    ".layers .tactic{font-weight:650}.layers .head{fill:var(--soft);font-size:10px;font-weight:650;"
    "letter-spacing:.06em}"
    ".layers .chip rect{fill:var(--chip);stroke:var(--edge)}.layers .chip text{font-size:11px;"
    "font-variant-numeric:tabular-nums}"
    ".layers .chip .mark{fill:#fff;font-size:10px;font-weight:700;text-anchor:middle}"
    ".layers .v3 circle{fill:var(--s3)}.layers .v2 circle{fill:var(--s2)}"
    ".layers .v1 circle{fill:var(--s1)}.layers .v0 circle{fill:var(--s0)}"
    ".layers a:hover rect,.layers a:focus rect{stroke:var(--ink)}"
    "@media screen and (prefers-color-scheme:dark){.layers{--ink:#e6ebf2;--soft:#a3afbf;"
    "--paper:#12161c;--band:#1a2028;--edge:#343e4b;--chip:#232b35;--s3:#c53a4c;--s2:#bd5f1c;"
    "--s1:#86701a;--s0:#4a7d69}.layers .l0{--tone:#5b9bd6}.layers .l1{--tone:#8094e0}"
    ".layers .l2{--tone:#a985dc}.layers .l3{--tone:#d07ab9}.layers .l4{--tone:#4db3ad}"
    ".layers .l5{--tone:#74b56d}}";

static const Str layer_words[LAYER_COUNT] = {
    [LAYER_NETWORK] = STR_INIT("what may connect"),
    [LAYER_INFRASTRUCTURE] = STR_INIT("where things live"),
    [LAYER_ENDPOINT] = STR_INIT("what people work on"),
    [LAYER_APPLICATION] = STR_INIT("what makers build"),
    [LAYER_DATA] = STR_INIT("where data may go"),
    [LAYER_IDENTITY] = STR_INIT("who gets in, and how far"),
};

typedef struct Drawing {
    Buf *out;
    const Publication *p;
    PublishSvg form;
    bool answers; // there is a technique: otherwise the controls take the whole width
    uint32_t chip_width;
    uint32_t chips_a_row;
} Drawing;

static uint32_t columns_of(Str text)
{
    uint32_t count = 0;
    for (size_t at = 0; at < text.len; count++) {
        (void)utf8_take(text, &at);
    }
    return count;
}

static void put_text(const Drawing *d, uint32_t x, uint32_t y, const char *class_name, Str text)
{
    buf_printf(d->out, "<text x=\"%u\" y=\"%u\" class=\"%s\">", x, y, class_name);
    html_text(d->out, text);
    buf_push(d->out, STR("</text>\n"));
}

// "Network"
static Str layer_title(Layer layer, char room[32])
{
    Str name = str_from_cstr(layer_name(layer));
    ASSERT(name.len < 32);
    memcpy(room, name.ptr, name.len);
    room[0] = (char)(room[0] & ~0x20);
    return (Str){room, name.len};
}

// ---- controls ----

static void chip_title(const Drawing *d, const BaselineControl *control)
{
    Buf text = {0};
    bool any = false;
    buf_printf(&text, "%.*s: %.*s (%s)", STR_ARG(control_label(control)), STR_ARG(control->title),
               severity_name(control->severity));
    for (uint32_t r = 0; r < control->ref_count; r++) {
        if (str_eq(d->p->baseline->frameworks[control->refs[r].framework].name, ATTACK)) {
            RefWords words = ref_words(d->p, &control->refs[r]);
            buf_printf(&text, "%s%.*s%s%.*s", any ? ", " : "; answers ", STR_ARG(words.label),
                       words.title.len != 0 ? " " : "", STR_ARG(words.title));
            any = true;
        }
    }
    html_element(d->out, "title", "", buf_str(&text));
    buf_free(&text);
}

static void put_chip(const Drawing *d, uint32_t x, uint32_t y, const BaselineControl *control)
{
    Buf *out = d->out;
    Str severity = str_from_cstr(severity_name(control->severity));
    bool links = d->form == PUBLISH_SVG_INLINE;
    if (links) {
        buf_push(out, STR("<a tabindex=\"-1\" href=\"#"));
        html_text(out, control->id);
        buf_push(out, STR("\">"));
    }
    buf_printf(out, "<g class=\"chip v%u\" transform=\"translate(%u %u)\">",
               (unsigned)control->severity, x, y);
    chip_title(d, control);
    buf_printf(out,
               "<rect width=\"%u\" height=\"%u\" rx=\"13\"/><circle cx=\"13\" cy=\"13\" r=\"8\"/>"
               "<text class=\"mark\" x=\"13\" y=\"16.5\">%c</text><text x=\"27\" y=\"17\">",
               d->chip_width, (unsigned)CHIP_HEIGHT, severity.ptr[0] & ~0x20);
    html_text(out, control_label(control));
    buf_push(out, links ? STR("</text></g></a>\n") : STR("</text></g>\n"));
}

static uint32_t chips_height(const Drawing *d, const LayerView *view)
{
    uint32_t rows = (view->control_count + d->chips_a_row - 1) / d->chips_a_row;
    return rows == 0 ? 0 : rows * (CHIP_HEIGHT + CHIP_GAP) - CHIP_GAP;
}

static void put_chips(const Drawing *d, uint32_t y, const LayerView *view)
{
    for (uint32_t i = 0; i < view->control_count; i++) {
        uint32_t row = i / d->chips_a_row;
        uint32_t column = i % d->chips_a_row;
        put_chip(d, CHIPS_X + column * (d->chip_width + CHIP_GAP),
                 y + row * (CHIP_HEIGHT + CHIP_GAP), &d->p->baseline->controls[view->controls[i]]);
    }
    if (view->control_count == 0) {
        put_text(d, CHIPS_X, y + LINE, "soft", STR("no control in this layer"));
    }
}

// ---- what they answer ----

// A pen that writes lines downwards, or only measures how far it gets.
typedef struct Pen {
    const Drawing *d;
    uint32_t x;
    uint32_t y;
    bool draw;
} Pen;

static void pen_line(Pen *pen, const char *class_name, Str text)
{
    if (pen->draw) {
        put_text(pen->d, pen->x, pen->y, class_name, text);
    }
    pen->y += LINE;
}

// How many bytes of text go on a line: whole words, unless one alone is too long.
static size_t fitting(Str text)
{
    size_t space = 0;
    size_t at = 0;
    for (uint32_t columns = 0; at < text.len; columns++) {
        if (text.ptr[at] == ' ') {
            space = at;
        }
        if (columns == RIGHT_COLUMNS) {
            return space != 0 ? space : at;
        }
        (void)utf8_take(text, &at);
    }
    return text.len;
}

static void pen_words(Pen *pen, const char *class_name, Str text)
{
    while (text.len != 0) {
        size_t len = fitting(text);
        pen_line(pen, class_name, (Str){text.ptr, len});
        text = str_from(text, len);
        while (text.len != 0 && text.ptr[0] == ' ') {
            text = str_from(text, 1);
        }
    }
}

static void pen_tactic(Pen *pen, const LayerView *view, const LayerTactic *tactic)
{
    Buf text = {0};
    buf_printf(&text, "%.*s%s%.*s", STR_ARG(tactic->title), tactic->id.len != 0 ? " " : "",
               STR_ARG(tactic->id));
    pen_words(pen, "tactic", buf_str(&text));
    for (uint32_t i = 0; i < tactic->count; i++) {
        const LayerTechnique *technique = &view->techniques[tactic->first + i];
        buf_clear(&text);
        buf_printf(&text, "%.*s%s%.*s", STR_ARG(technique->id),
                   technique->title.len != 0 ? " " : "", STR_ARG(technique->title));
        pen_words(pen, "soft", buf_str(&text));
        pen->y += TECHNIQUE_GAP;
    }
    pen->y += TACTIC_GAP;
    buf_free(&text);
}

static uint32_t tactic_height(const Drawing *d, const LayerView *view, uint32_t tactic)
{
    Pen pen = {.d = d};
    pen_tactic(&pen, view, &view->tactics[tactic]);
    return pen.y;
}

// How many tactics stand in the first of two columns, so that the higher one is as low as can be.
static uint32_t tactics_left(const Drawing *d, const LayerView *view)
{
    uint32_t total = 0;
    for (uint32_t t = 0; t < view->tactic_count; t++) {
        total += tactic_height(d, view, t);
    }
    uint32_t best = 0;
    uint32_t lowest = total + 1;
    uint32_t left = 0;
    for (uint32_t t = 0; t < view->tactic_count; t++) {
        left += tactic_height(d, view, t);
        uint32_t higher = left > total - left ? left : total - left;
        if (higher < lowest) {
            lowest = higher;
            best = t + 1;
        }
    }
    return best;
}

// Draws from top on, or only measures; returns the height.
static uint32_t put_tactics(const Drawing *d, uint32_t top, const LayerView *view, bool draw)
{
    if (view->tactic_count == 0) {
        Pen pen = {.d = d, .x = RIGHT_X, .y = top + 11, .draw = draw && d->answers};
        pen_line(&pen, "soft", STR("no technique is mapped"));
        return LINE;
    }
    uint32_t first = tactics_left(d, view);
    uint32_t bottom = top;
    for (uint32_t column = 0; column < 2; column++) {
        Pen pen = {.d = d, .x = RIGHT_X + column * RIGHT_STEP, .y = top + 11, .draw = draw};
        for (uint32_t t = column == 0 ? 0 : first; t < (column == 0 ? first : view->tactic_count);
             t++) {
            pen_tactic(&pen, view, &view->tactics[t]);
        }
        bottom = pen.y > bottom ? pen.y : bottom;
    }
    return bottom - top - LINE - TACTIC_GAP + 4;
}

// ---- the whole ----

static uint32_t band_height(const Drawing *d, const LayerView *view)
{
    uint32_t chips = chips_height(d, view);
    uint32_t tactics = put_tactics(d, 0, view, false);
    uint32_t inner = (chips > tactics ? chips : tactics) + 2 * BAND_PAD;
    return inner > BAND_MIN ? inner : BAND_MIN;
}

static void put_band(const Drawing *d, uint32_t y, Layer layer, const LayerView *view)
{
    char room[32];
    Buf text = {0};
    uint32_t height = band_height(d, view);
    buf_printf(d->out,
               "<g class=\"l%u\"><rect class=\"band\" x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\" "
               "rx=\"8\"/><rect class=\"tone\" x=\"%u\" y=\"%u\" width=\"6\" height=\"%u\" "
               "rx=\"3\"/>\n",
               (unsigned)layer, (unsigned)MARGIN, y, (unsigned)(WIDTH - 2 * MARGIN), height,
               (unsigned)MARGIN, y, height);
    put_text(d, NAME_X, y + BAND_PAD + 14, "name", layer_title(layer, room));
    put_text(d, NAME_X, y + BAND_PAD + 32, "soft", layer_words[layer]);
    buf_printf(&text, "%u %s", view->control_count,
               view->control_count == 1 ? "control" : "controls");
    put_text(d, NAME_X, y + BAND_PAD + 48, "soft", buf_str(&text));
    buf_free(&text);
    put_chips(d, y + BAND_PAD, view);
    (void)put_tactics(d, y + BAND_PAD, view, true);
    buf_push(d->out, STR("</g>\n"));
}

static void put_description(const Drawing *d, const LayerView *views)
{
    char room[32];
    Buf text = {0};
    buf_printf(&text, "Layers of %.*s", STR_ARG(d->p->baseline->title));
    html_element(d->out, "title", " id=\"doc:layers-title\"", buf_str(&text));
    buf_clear(&text);
    for (uint32_t l = 0; l < LAYER_COUNT; l++) {
        Str name = layer_title((Layer)l, room);
        buf_printf(&text, "%s%.*s: %u controls, %u techniques", l == 0 ? "" : "; ", STR_ARG(name),
                   views[l].control_count, views[l].technique_count);
    }
    html_element(d->out, "desc", " id=\"doc:layers-desc\"", buf_str(&text));
    buf_byte(d->out, '\n');
    buf_free(&text);
}

static void put_legend(const Drawing *d, uint32_t y)
{
    uint32_t x = CHIPS_X;
    for (uint32_t s = SEVERITY_COUNT; s-- > 0;) {
        Str name = str_from_cstr(severity_name((Severity)s));
        buf_printf(d->out,
                   "<g class=\"chip v%u\"><circle cx=\"%u\" cy=\"%u\" r=\"8\"/>"
                   "<text class=\"mark\" x=\"%u\" y=\"%u.5\">%c</text></g>",
                   s, x + 8, y + 12, x + 8, y + 15, name.ptr[0] & ~0x20);
        put_text(d, x + 22, y + 16, "soft", name);
        x += 92;
    }
    put_text(d, NAME_X, y + 46, "head", STR("LAYER"));
    put_text(d, CHIPS_X, y + 46, "head", STR("CONTROLS, SEVEREST FIRST"));
    if (d->answers) {
        put_text(d, RIGHT_X, y + 46, "head", STR("ATT&CK TECHNIQUES THEY ANSWER, BY TACTIC"));
    }
}

// What fits on one line.
static Str cut_title(Buf *text)
{
    size_t at = 0;
    for (uint32_t columns = 0; at < text->len; columns++) {
        if (columns == TITLE_COLUMNS) {
            text->len = at;
            buf_push(text, STR("\xe2\x80\xa6"));
            break;
        }
        (void)utf8_take(buf_str(text), &at);
    }
    return buf_str(text);
}

static void put_title(const Drawing *d)
{
    Buf text = {0};
    buf_printf(&text, "Layers of %.*s %.*s", STR_ARG(d->p->baseline->title),
               STR_ARG(d->p->baseline->version));
    put_text(d, NAME_X, 32, "title", cut_title(&text));
    buf_free(&text);
}

static void measure_chips(Drawing *d)
{
    uint32_t longest = 6;
    for (uint32_t c = 0; c < d->p->baseline->control_count; c++) {
        uint32_t columns = columns_of(control_label(&d->p->baseline->controls[c]));
        longest = columns > longest ? columns : longest;
    }
    uint32_t width = 36 + longest * 7;
    uint32_t room = d->answers ? CHIPS_WIDTH : WIDTH - CHIPS_X - 2 * MARGIN - BAND_PAD;
    d->chip_width = width < CHIPS_WIDTH ? width : CHIPS_WIDTH;
    d->chips_a_row = (room + CHIP_GAP) / (d->chip_width + CHIP_GAP);
}

void publish_svg(Arena *arena, Buf *out, const Publication *p, PublishSvg form)
{
    Drawing d = {.out = out, .p = p, .form = form};
    LayerView views[LAYER_COUNT];
    uint32_t top = form == PUBLISH_SVG_FILE ? TITLE : 0;
    uint32_t height = top + HEAD + FOOT;
    for (uint32_t l = 0; l < LAYER_COUNT; l++) {
        views[l] = layer_view(arena, p, (Layer)l);
        d.answers = d.answers || views[l].technique_count != 0;
    }
    measure_chips(&d);
    for (uint32_t l = 0; l < LAYER_COUNT; l++) {
        height += band_height(&d, &views[l]) + BAND_GAP;
    }
    if (form == PUBLISH_SVG_FILE) {
        buf_push(out, STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"));
    }
    buf_printf(out,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"layers\" role=\"%s\" "
               "aria-labelledby=\"doc:layers-title doc:layers-desc\" viewBox=\"0 0 %u %u\"",
               form == PUBLISH_SVG_FILE ? "img" : "group", (unsigned)WIDTH, height);
    if (form == PUBLISH_SVG_FILE) {
        buf_printf(out, " width=\"%u\" height=\"%u\"", (unsigned)WIDTH, height);
    }
    buf_push(out, STR(">\n"));
    put_description(&d, views);
    buf_printf(out, "<style>%s</style>\n", svg_style);
    buf_printf(out, "<rect class=\"ground\" width=\"%u\" height=\"%u\"/>\n", (unsigned)WIDTH,
               height);
    if (form == PUBLISH_SVG_FILE) {
        put_title(&d);
    }
    put_legend(&d, top);
    uint32_t y = top + HEAD;
    for (uint32_t l = 0; l < LAYER_COUNT; l++) {
        put_band(&d, y, (Layer)l, &views[l]);
        y += band_height(&d, &views[l]) + BAND_GAP;
    }
    put_text(&d, NAME_X, y + 16, "soft",
             d.answers ? STR("A control stands in the layer it protects. Techniques: MITRE ATT&CK, "
                             "as the baseline's mapping relates them.")
                       : STR("A control stands in the layer it protects. No technique of MITRE "
                             "ATT&CK is mapped."));
    buf_push(out, STR("</svg>\n"));
}
