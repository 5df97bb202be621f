// SPDX-License-Identifier: Apache-2.0
// Texts made safe for the form they stand in, and prose with its values.
#include "base/utf8.h"
#include "report/publish_parts.h"

// ---- HTML ----

static void html_code_point(Buf *out, uint32_t c, Str bytes)
{
    static const struct {
        char c;
        Str entity;
    } entities[] = {
        {'<', STR_INIT("&lt;")},   {'>', STR_INIT("&gt;")},   {'&', STR_INIT("&amp;")},
        {'"', STR_INIT("&quot;")}, {'\'', STR_INIT("&#39;")},
    };
    for (size_t i = 0; i < COUNTOF(entities); i++) {
        if (c == (uint32_t)entities[i].c) {
            buf_push(out, entities[i].entity);
            return;
        }
    }
    bool control = (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0);
    // what may stand in no XML document, and marks that turn the direction of what follows
    bool foreign = c == 0xfffe || c == 0xffff || (c >= 0x202a && c <= 0x202e) ||
                   (c >= 0x2066 && c <= 0x2069) || c >= UTF8_INVALID;
    buf_push(out, control || foreign ? STR("\xef\xbf\xbd") : bytes);
}

void html_text(Buf *out, Str text)
{
    for (size_t at = 0; at < text.len;) {
        size_t from = at;
        uint32_t c = utf8_take(text, &at);
        html_code_point(out, c, (Str){text.ptr + from, at - from});
    }
}

void html_element(Buf *out, const char *element, const char *attributes, Str text)
{
    buf_printf(out, "<%s%s>", element, attributes);
    html_text(out, text);
    buf_printf(out, "</%s>", element);
}

// ---- values ----

void push_values(Buf *out, const BaselineValue *value)
{
    for (uint32_t i = 0; i < value->value_count; i++) {
        buf_push(out, i == 0 ? STR("") : STR(", "));
        buf_push(out, value->values[i]);
    }
    if (value->value_count == 0) {
        buf_push(out, STR("not set"));
        if (value->choices.len != 0) {
            buf_printf(out, ", one of %.*s", STR_ARG(value->choices));
        }
    }
}

// "{{ insert: param, ID }}" at the beginning of text: its id and length. False: it is none.
static bool read_insert(Str text, Str *ret_id, size_t *ret_len)
{
    static const Str head = STR_INIT("{{ insert: param,");
    TRY(str_starts(text, head));
    const char *end = str_find(text, STR("}}"));
    TRY(end != NULL);
    Str id = {text.ptr + head.len, (size_t)(end - text.ptr) - head.len};
    while (id.len != 0 && id.ptr[0] == ' ') {
        id = str_from(id, 1);
    }
    while (id.len != 0 && id.ptr[id.len - 1] == ' ') {
        id.len--;
    }
    *ret_id = id;
    *ret_len = (size_t)(end - text.ptr) + 2;
    return id.len != 0;
}

// What stands for a parameter; room is for its values. *ret_is_set false: it is only described.
static Str param_text(Buf *room, const Publication *p, Str id, bool *ret_is_set)
{
    const BaselineValue *value = baseline_find_value(p->baseline, id);
    *ret_is_set = value != NULL && value->value_count != 0;
    if (*ret_is_set) {
        push_values(room, value);
        return buf_str(room);
    }
    return value != NULL && value->label.len != 0 ? value->label : id;
}

// ---- prose as HTML ----

// The marks of Markdown that documents use: one row each, the longest first.
static const struct {
    Str mark;
    const char *element;
    bool literal; // nothing inside counts as markup
} marks[] = {
    {STR_INIT("`"), "code", true},
    {STR_INIT("**"), "strong", false},
    {STR_INIT("*"), "em", false},
};

static bool is_punctuation(char c)
{
    return c > ' ' && c < 0x7f && !(c >= '0' && c <= '9') &&
           !((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static void html_insert(Buf *out, const Publication *p, Str id)
{
    Buf room = {0};
    bool is_set = false;
    Str text = param_text(&room, p, id, &is_set);
    html_element(out, "var", is_set ? "" : " class=\"open\"", text);
    buf_free(&room);
}

static void html_inline(Buf *out, const Publication *p, Str text, unsigned depth);

// A marked stretch at the beginning of text: how long it is, 0 = it is none.
static size_t html_marked(Buf *out, const Publication *p, Str text, unsigned depth)
{
    for (size_t i = 0; i < COUNTOF(marks) && depth < 4; i++) {
        Str mark = marks[i].mark;
        if (!str_starts(text, mark) || text.len <= mark.len || text.ptr[mark.len] == ' ') {
            continue;
        }
        const char *end = str_find(str_from(text, mark.len + 1), mark);
        if (end == NULL) {
            continue;
        }
        Str inner = {text.ptr + mark.len, (size_t)(end - text.ptr) - mark.len};
        if (marks[i].literal) {
            html_element(out, marks[i].element, "", inner);
        } else {
            buf_printf(out, "<%s>", marks[i].element);
            html_inline(out, p, inner, depth + 1);
            buf_printf(out, "</%s>", marks[i].element);
        }
        return inner.len + 2 * mark.len;
    }
    return 0;
}

static void html_inline(Buf *out, const Publication *p, Str text, unsigned depth)
{
    for (size_t at = 0; at < text.len;) {
        Str rest = str_from(text, at);
        Str id = {0};
        size_t len = 0;
        if (rest.ptr[0] == '\\' && rest.len > 1 && is_punctuation(rest.ptr[1])) {
            html_text(out, (Str){rest.ptr + 1, 1});
            at += 2;
        } else if (read_insert(rest, &id, &len)) {
            html_insert(out, p, id);
            at += len;
        } else if ((len = html_marked(out, p, rest, depth)) != 0) {
            at += len;
        } else {
            size_t from = at;
            (void)utf8_take(text, &at);
            html_text(out, (Str){text.ptr + from, at - from});
        }
    }
}

// The text of a list item's line without its mark; empty = it is none.
static Str item_of(Str line, bool *ret_ordered)
{
    size_t at = 0;
    while (at < line.len && line.ptr[at] == ' ') {
        at++;
    }
    Str text = str_from(line, at);
    *ret_ordered = false;
    if (str_starts(text, STR("- ")) || str_starts(text, STR("* "))) {
        return str_from(text, 2);
    }
    size_t digits = 0;
    while (digits < text.len && text.ptr[digits] >= '0' && text.ptr[digits] <= '9') {
        digits++;
    }
    *ret_ordered = digits != 0 && str_starts(str_from(text, digits), STR(". "));
    return *ret_ordered ? str_from(text, digits + 2) : (Str){0};
}

// Lines up to the next empty one: list items become a list, the rest paragraphs.
static void html_block(Buf *out, const Publication *p, Str block)
{
    const char *open = NULL;
    while (block.len != 0) {
        StrCut cut = str_cut(block, '\n');
        bool ordered = false;
        Str item = item_of(cut.head, &ordered);
        const char *wanted = item.len == 0 ? "p" : ordered ? "ol" : "ul";
        bool goes_on = open != NULL && strcmp(open, wanted) == 0;
        if (!goes_on) {
            if (open != NULL) {
                buf_printf(out, "</%s>\n", open);
            }
            buf_printf(out, "<%s>", wanted);
            open = wanted;
        } else if (item.len == 0) {
            buf_byte(out, '\n');
        }
        buf_push(out, item.len != 0 ? STR("<li>") : STR(""));
        html_inline(out, p, item.len != 0 ? item : cut.head, 0);
        buf_push(out, item.len != 0 ? STR("</li>") : STR(""));
        block = cut.tail;
    }
    if (open != NULL) {
        buf_printf(out, "</%s>\n", open);
    }
}

void html_prose(Buf *out, const Publication *p, Str prose)
{
    while (prose.len != 0) {
        const char *end = str_find(prose, STR("\n\n"));
        size_t len = end != NULL ? (size_t)(end - prose.ptr) : prose.len;
        html_block(out, p, (Str){prose.ptr, len});
        prose = str_from(prose, end != NULL ? len + 2 : len);
        while (prose.len != 0 && prose.ptr[0] == '\n') {
            prose = str_from(prose, 1);
        }
    }
}

// ---- Markdown ----

void markdown_text(Buf *out, Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '<') {
            buf_push(out, STR("&lt;"));
        } else if (c == '\n' || c == '\t' || c == '\r') {
            buf_byte(out, ' ');
        } else {
            bool special = c != '\0' && strchr("\\`*_[]|~#", c) != NULL;
            if (special) {
                buf_byte(out, '\\');
            }
            buf_byte(out, (unsigned char)c < 0x20 || c == 0x7f ? '?' : c);
        }
    }
}

static void markdown_insert(Buf *out, const Publication *p, Str id)
{
    Buf room = {0};
    bool is_set = false;
    Str text = param_text(&room, p, id, &is_set);
    buf_push(out, is_set ? STR("**") : STR("*"));
    markdown_text(out, text);
    buf_push(out, is_set ? STR("**") : STR("*"));
    buf_free(&room);
}

void markdown_prose(Buf *out, const Publication *p, Str prose)
{
    for (size_t at = 0; at < prose.len;) {
        Str rest = str_from(prose, at);
        Str id = {0};
        size_t len = 0;
        if (read_insert(rest, &id, &len)) {
            markdown_insert(out, p, id);
            at += len;
            continue;
        }
        char c = rest.ptr[0];
        bool control = ((unsigned char)c < 0x20 && c != '\n') || c == 0x7f;
        buf_push(out, c == '<' ? STR("&lt;") : control ? STR(" ") : (Str){rest.ptr, 1});
        at++;
    }
}
