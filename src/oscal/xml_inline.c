// SPDX-License-Identifier: Apache-2.0
#include "oscal/xml_inline.h"

#include <string.h>

#include "base/buf.h"

typedef enum Emphasis { ITALIC, BOLD } Emphasis;

// Where inline content is being written to.
typedef struct Ink {
    Buf *out;
    DiagList *diags;
    bool space;    // white space was read that is not written yet
    bool started;  // something was written
    bool led;      // white space was read before that
    bool breaks;   // <br/> may end a line
    bool in_link;  // brackets would end its text
    bool stars[2]; // by Emphasis: are we inside one that is written with '*'?
    char before;   // the character written last, for what a mark would mean behind it
} Ink;

static void ink_children(Ink *ink, const XmlNode *element);

// ---- text ----

static bool is_alnum(char c)
{
    char lower = (char)(c | 0x20);
    return (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'z') || (unsigned char)c >= 0x80;
}

static char char_at(Str text, size_t at)
{
    return at < text.len ? text.ptr[at] : '\0';
}

static bool begins_reference(Str text, size_t at)
{
    size_t i = at + 1;
    if (char_at(text, i) == '#') {
        i++;
    }
    size_t from = i;
    while (is_alnum(char_at(text, i))) {
        i++;
    }
    return i > from && char_at(text, i) == ';';
}

// Would Markdown read the character as markup where it stands?
static bool is_mark(const Ink *ink, Str text, size_t at)
{
    char c = text.ptr[at];
    char before = ink->before;
    char next = char_at(text, at + 1);
    switch (c) {
    case '\\':
    case '*':
    case '`':
    case '~':
    case '^':
        return true;
    case '_': // inside a word it is none
        return !(is_alnum(before) && is_alnum(next));
    case '[':
        return ink->in_link;
    case ']': // [text](href); "![" needs this one too
        return ink->in_link || next == '(' || next == '[' || next == ':';
    case '!': // before a link it would make an image
        return at + 1 == text.len;
    case '<':
        return (is_alnum(next) && (next < '0' || next > '9')) || next == '/' || next == '!' ||
               next == '?';
    case '&':
        return begins_reference(text, at);
    case '{': // {{ insert: … }}
        return next == '{';
    default:
        return false;
    }
}

static void ink_space(Ink *ink)
{
    if (ink->space && ink->started && ink->before != '\n') {
        buf_byte(ink->out, ' ');
        ink->before = ' ';
    }
    ink->led = ink->led || (ink->space && !ink->started);
    ink->space = false;
}

static void ink_raw(Ink *ink, Str text)
{
    if (text.len != 0) {
        ink_space(ink);
        buf_push(ink->out, text);
        ink->started = true;
        ink->before = text.ptr[text.len - 1];
    }
}

static void ink_text(Ink *ink, Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (xml_tree_is_space(c)) {
            ink->space = true;
            continue;
        }
        ink_space(ink);
        if (is_mark(ink, text, i)) {
            buf_byte(ink->out, '\\');
        }
        buf_byte(ink->out, c);
        ink->started = true;
        ink->before = c;
    }
}

// ---- inline elements ----

// A writer for what stands inside an element that is being written.
static Ink ink_inside(const Ink *ink, Buf *out)
{
    return (Ink){.out = out,
                 .diags = ink->diags,
                 .breaks = ink->breaks,
                 .in_link = ink->in_link,
                 .stars = {ink->stars[ITALIC], ink->stars[BOLD]}};
}

// Marks touch what they mark, so white space at the ends of the element stands outside them.
static void ink_marked(Ink *ink, const XmlNode *element, Str mark)
{
    Buf inner = {0};
    Ink part = ink_inside(ink, &inner);
    part.before = str_eq(mark, STR("**")) ? '*' : '\0'; // "***" would be strong inside em
    ink_children(&part, element);
    ink->space = ink->space || part.led;
    if (inner.len != 0) {
        ink_raw(ink, mark);
        ink_raw(ink, buf_str(&inner));
        ink_raw(ink, mark);
    }
    ink->space = ink->space || part.space;
    buf_free(&inner);
}

// '*' as a rule; '_' inside emphasis of the same kind or right behind another mark of stars, where
// the two would run together.
static void ink_emphasis(Ink *ink, const XmlNode *element, Emphasis kind)
{
    static const Str stars[] = {[ITALIC] = STR_INIT("*"), [BOLD] = STR_INIT("**")};
    static const Str lines[] = {[ITALIC] = STR_INIT("_"), [BOLD] = STR_INIT("__")};
    bool outer = ink->stars[kind];
    bool starred = !outer && (ink->before != '*' || ink->space);
    ink->stars[kind] = starred;
    ink_marked(ink, element, starred ? stars[kind] : lines[kind]);
    ink->stars[kind] = outer;
}

static void ink_italic(Ink *ink, const XmlNode *element)
{
    ink_emphasis(ink, element, ITALIC);
}

static void ink_bold(Ink *ink, const XmlNode *element)
{
    ink_emphasis(ink, element, BOLD);
}

// Code is not escaped: its fence is longer than any run inside.
static void ink_code(Ink *ink, const XmlNode *element)
{
    Buf text = {0};
    xml_inline_text(&text, element);
    Buf inner = {0};
    for (size_t i = 0; i < text.len; i++) {
        bool space = xml_tree_is_space(text.ptr[i]);
        if (!space) {
            buf_byte(&inner, text.ptr[i]);
        } else if (inner.len != 0 && inner.ptr[inner.len - 1] != ' ') {
            buf_byte(&inner, ' ');
        }
    }
    bool space_behind = inner.len != 0 && inner.ptr[inner.len - 1] == ' ';
    inner.len -= space_behind ? 1 : 0;
    if (inner.len != 0) {
        Buf fence = {0};
        size_t ticks = xml_inline_longest_run(buf_str(&inner), '`') + 1;
        for (size_t i = 0; i < ticks; i++) {
            buf_byte(&fence, '`');
        }
        bool apart = inner.ptr[0] == '`' || inner.ptr[inner.len - 1] == '`';
        ink_raw(ink, buf_str(&fence));
        ink_raw(ink, apart ? STR(" ") : (Str){NULL, 0});
        ink_raw(ink, buf_str(&inner));
        ink_raw(ink, apart ? STR(" ") : (Str){NULL, 0});
        ink_raw(ink, buf_str(&fence));
        buf_free(&fence);
    }
    ink->space = ink->space || space_behind;
    buf_free(&inner);
    buf_free(&text);
}

// (href "title"): in angle brackets where a space or bracket would end it.
static void ink_target(Ink *ink, Str href, Str title)
{
    bool apart = href.len == 0;
    for (size_t i = 0; i < href.len && !apart; i++) {
        apart = xml_tree_is_space(href.ptr[i]) || strchr("()<>", href.ptr[i]) != NULL;
    }
    Buf text = {0};
    buf_push(&text, apart ? STR("(<") : STR("("));
    for (size_t i = 0; i < href.len; i++) {
        if (apart && (href.ptr[i] == '<' || href.ptr[i] == '>')) {
            buf_byte(&text, '\\');
        }
        buf_byte(&text, href.ptr[i]);
    }
    buf_push(&text, apart ? STR(">") : (Str){NULL, 0});
    if (title.len != 0) {
        buf_push(&text, STR(" \""));
        for (size_t i = 0; i < title.len; i++) {
            if (title.ptr[i] == '"' || title.ptr[i] == '\\') {
                buf_byte(&text, '\\');
            }
            buf_byte(&text, title.ptr[i]);
        }
        buf_byte(&text, '"');
    }
    buf_byte(&text, ')');
    ink_raw(ink, buf_str(&text));
    buf_free(&text);
}

static void ink_link(Ink *ink, const XmlNode *element)
{
    Buf inner = {0};
    Ink part = ink_inside(ink, &inner);
    part.in_link = true;
    ink_children(&part, element);
    ink->space = ink->space || part.led;
    ink_raw(ink, STR("["));
    ink_raw(ink, buf_str(&inner));
    ink_raw(ink, STR("]"));
    ink_target(ink, xml_tree_attribute(element, STR("href")),
               xml_tree_attribute(element, STR("title")));
    ink->space = part.space;
    buf_free(&inner);
}

static void ink_image(Ink *ink, const XmlNode *element)
{
    ink_raw(ink, STR("!["));
    Ink part = {.out = ink->out, .diags = ink->diags, .in_link = true};
    ink_text(&part, xml_tree_attribute(element, STR("alt")));
    ink_raw(ink, STR("]"));
    ink_target(ink, xml_tree_attribute(element, STR("src")),
               xml_tree_attribute(element, STR("title")));
}

static void push_insert(Buf *out, const XmlNode *element)
{
    Str type = xml_tree_attribute(element, STR("type"));
    Str id = xml_tree_attribute(element, STR("id-ref"));
    buf_printf(out, "{{ insert: %.*s, %.*s }}", STR_ARG(type), STR_ARG(id));
}

static void ink_insert(Ink *ink, const XmlNode *element)
{
    if (xml_tree_attribute(element, STR("type")).len == 0 ||
        xml_tree_attribute(element, STR("id-ref")).len == 0) {
        diag_error(ink->diags, element->at, "bad-markup",
                   "insert needs type and id-ref: <insert type=\"param\" id-ref=\"…\"/>");
    }
    Buf text = {0};
    push_insert(&text, element);
    ink_raw(ink, buf_str(&text));
    buf_free(&text);
}

static void ink_break(Ink *ink, const XmlNode *element)
{
    (void)element;
    if (ink->breaks && ink->started) {
        buf_push(ink->out, STR("\\\n"));
        ink->space = false;
        ink->before = '\n';
    } else {
        ink->space = true;
    }
}

static const struct {
    Str name;
    Str mark; // on both sides
    void (*write)(Ink *ink, const XmlNode *element);
} inlines[] = {
    {STR_INIT("em"), STR_INIT(""), ink_italic},   {STR_INIT("i"), STR_INIT(""), ink_italic},
    {STR_INIT("strong"), STR_INIT(""), ink_bold}, {STR_INIT("b"), STR_INIT(""), ink_bold},
    {STR_INIT("q"), STR_INIT("\""), NULL},        {STR_INIT("sub"), STR_INIT("~"), NULL},
    {STR_INIT("sup"), STR_INIT("^"), NULL},       {STR_INIT("code"), STR_INIT(""), ink_code},
    {STR_INIT("a"), STR_INIT(""), ink_link},      {STR_INIT("img"), STR_INIT(""), ink_image},
    {STR_INIT("br"), STR_INIT(""), ink_break},    {STR_INIT("insert"), STR_INIT(""), ink_insert},
};

static void ink_element(Ink *ink, const XmlNode *element)
{
    for (size_t i = 0; i < COUNTOF(inlines); i++) {
        if (!str_eq(inlines[i].name, element->name)) {
            continue;
        }
        if (inlines[i].write != NULL) {
            inlines[i].write(ink, element);
        } else {
            ink_marked(ink, element, inlines[i].mark);
        }
        return;
    }
    diag_error(ink->diags, element->at, "unknown-markup",
               "<%.*s> cannot stand in a line of markup; em, strong, code, q, sub, sup, a, img, br "
               "and insert can",
               STR_ARG(element->name));
}

static void ink_node(Ink *ink, const XmlNode *node)
{
    if (node->name.len == 0) {
        ink_text(ink, node->text);
    } else {
        ink_element(ink, node);
    }
}

static void ink_children(Ink *ink, const XmlNode *element)
{
    for (const XmlNode *node = element->first; node != NULL; node = node->next) {
        ink_node(ink, node);
    }
}

void xml_inline_write(Buf *out, const XmlNode *first, const XmlNode *end, bool breaks,
                      DiagList *diags)
{
    Ink ink = {.out = out, .diags = diags, .breaks = breaks};
    for (const XmlNode *node = first; node != end; node = node->next) {
        ink_node(&ink, node);
    }
}

void xml_inline_text(Buf *out, const XmlNode *element)
{
    for (const XmlNode *node = element->first; node != NULL; node = node->next) {
        if (node->name.len == 0) {
            buf_push(out, node->text);
        } else if (str_eq(node->name, STR("insert"))) {
            push_insert(out, node);
        } else {
            xml_inline_text(out, node);
        }
    }
}

size_t xml_inline_longest_run(Str text, char c)
{
    size_t longest = 0;
    size_t run = 0;
    for (size_t i = 0; i < text.len; i++) {
        run = text.ptr[i] == c ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest;
}
