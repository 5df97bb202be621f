// SPDX-License-Identifier: Apache-2.0
#include "oscal/xml_markup.h"

#include "base/buf.h"
#include "oscal/xml_inline.h"

// ---- lines that would begin a block ----

static char char_at(Str text, size_t at)
{
    return at < text.len ? text.ptr[at] : '\0';
}

static bool is_made_of(Str line, char c)
{
    for (size_t i = 0; i < line.len; i++) {
        if (line.ptr[i] != c && line.ptr[i] != ' ') {
            return false;
        }
    }
    return line.len != 0;
}

// How far from the start of the line the backslash stands that keeps a line of a paragraph from
// being a heading, a list, a quote, a rule; SIZE_MAX: it is none of them.
static size_t guard_at(Str line)
{
    size_t i = 0;
    char c = char_at(line, 0);
    if (c == '>') {
        return 0;
    }
    while (char_at(line, i) == '#' && i < 7) {
        i++;
    }
    if (i > 0 && i < 7 && (char_at(line, i) == ' ' || i == line.len)) {
        return 0;
    }
    if (c == '-' || c == '+') {
        return char_at(line, 1) == ' ' || line.len == 1 || is_made_of(line, '-') ? 0 : SIZE_MAX;
    }
    if (is_made_of(line, '=')) { // below a line it makes that one a heading
        return 0;
    }
    while (char_at(line, i) >= '0' && char_at(line, i) <= '9' && i < 10) {
        i++;
    }
    bool ordered = i > 0 && i < 10 && (char_at(line, i) == '.' || char_at(line, i) == ')') &&
                   (char_at(line, i + 1) == ' ' || i + 1 == line.len);
    return ordered ? i : SIZE_MAX;
}

static void push_guarded(Buf *out, Str text)
{
    for (;;) {
        StrCut cut = str_cut(text, '\n');
        size_t at = guard_at(cut.head);
        if (at != SIZE_MAX) {
            buf_push(out, (Str){cut.head.ptr, at});
            buf_byte(out, '\\');
            buf_push(out, str_from(cut.head, at));
        } else {
            buf_push(out, cut.head);
        }
        if (!cut.found) {
            return;
        }
        buf_byte(out, '\n');
        text = cut.tail;
    }
}

// ---- blocks ----

typedef struct Blocks {
    Buf *out;
    DiagList *diags;
    bool tight;      // one newline between blocks: items of a list without paragraphs
    bool others;     // elements that are no markup are the caller's
    bool started;    // a block was written
    bool other_mark; // the list before had the second of its two marks
    Str last;        // name of the block before
} Blocks;

static void write_content(Blocks *blocks, const XmlNode *element);

static void push_block(Blocks *blocks, Str text)
{
    ASSERT(text.ptr != NULL || text.len == 0);
    if (blocks->started) {
        buf_push(blocks->out, blocks->tight ? STR("\n") : STR("\n\n"));
    }
    buf_push(blocks->out, text);
    blocks->started = true;
}

// The nodes from first up to but not end, when there is anything in them.
static void write_paragraph(Blocks *blocks, const XmlNode *first, const XmlNode *end)
{
    Buf text = {0};
    Buf guarded = {0};
    xml_inline_write(&text, first, end, true, blocks->diags);
    if (text.len != 0) {
        push_guarded(&guarded, buf_str(&text));
        push_block(blocks, buf_str(&guarded));
    }
    buf_free(&guarded);
    buf_free(&text);
}

static void write_p(Blocks *blocks, const XmlNode *element)
{
    write_paragraph(blocks, element->first, NULL);
}

// A run of '#' at the end, a space before it, would count as the end of the heading.
static size_t closing_at(Str text)
{
    size_t at = text.len;
    while (at > 0 && text.ptr[at - 1] == '#') {
        at--;
    }
    return at < text.len && (at == 0 || text.ptr[at - 1] == ' ') ? at : text.len;
}

static void write_heading(Blocks *blocks, const XmlNode *element)
{
    Buf inner = {0};
    Buf text = {0};
    xml_inline_write(&inner, element->first, NULL, false, blocks->diags);
    for (char level = '1'; level <= element->name.ptr[1]; level++) {
        buf_byte(&text, '#');
    }
    buf_byte(&text, ' ');
    size_t closing = closing_at(buf_str(&inner));
    buf_push(&text, (Str){inner.ptr, closing});
    if (closing < inner.len) {
        buf_byte(&text, '\\');
        buf_push(&text, str_from(buf_str(&inner), closing));
    }
    push_block(blocks, buf_str(&text));
    buf_free(&text);
    buf_free(&inner);
}

static void push_fence(Buf *out, size_t ticks)
{
    for (size_t i = 0; i < ticks; i++) {
        buf_byte(out, '`');
    }
}

static void write_pre(Blocks *blocks, const XmlNode *element)
{
    enum { TICKS_MIN = 3 };
    Buf inner = {0};
    Buf text = {0};
    xml_inline_text(&inner, element);
    size_t ticks = xml_inline_longest_run(buf_str(&inner), '`') + 1;
    ticks = ticks < TICKS_MIN ? TICKS_MIN : ticks;
    push_fence(&text, ticks);
    buf_byte(&text, '\n');
    buf_push(&text, buf_str(&inner));
    if (inner.len != 0 && inner.ptr[inner.len - 1] != '\n') {
        buf_byte(&text, '\n');
    }
    push_fence(&text, ticks);
    push_block(blocks, buf_str(&text));
    buf_free(&text);
    buf_free(&inner);
}

static void write_rule(Blocks *blocks, const XmlNode *element)
{
    (void)element;
    push_block(blocks, STR("---"));
}

// Lines, the first of them behind head, the others behind it too or behind as many spaces. Empty
// lines stay without spaces at their end.
static void push_behind(Buf *out, Str text, Str head, bool repeat)
{
    buf_push(out, head);
    for (;;) {
        StrCut cut = str_cut(text, '\n');
        buf_push(out, cut.head);
        if (!cut.found) {
            return;
        }
        buf_byte(out, '\n');
        text = cut.tail;
        bool empty = text.len == 0 || text.ptr[0] == '\n';
        if (repeat) {
            buf_push(out, empty ? (Str){head.ptr, head.len - 1} : head);
        }
        for (size_t i = 0; i < head.len && !repeat && !empty; i++) {
            buf_byte(out, ' ');
        }
    }
}

static void write_quote(Blocks *blocks, const XmlNode *element)
{
    Buf inner = {0};
    Buf text = {0};
    Blocks part = {.out = &inner, .diags = blocks->diags};
    write_content(&part, element);
    if (inner.len != 0) {
        push_behind(&text, buf_str(&inner), STR("> "), true);
        push_block(blocks, buf_str(&text));
    }
    buf_free(&text);
    buf_free(&inner);
}

// ---- lists ----

static bool holds_paragraphs(const XmlNode *list)
{
    static const Str names[] = {STR_INIT("p"), STR_INIT("pre"), STR_INIT("table"),
                                STR_INIT("blockquote")};
    for (const XmlNode *item = list->first; item != NULL; item = item->next) {
        for (const XmlNode *node = item->first; node != NULL; node = node->next) {
            for (size_t i = 0; i < COUNTOF(names); i++) {
                if (str_eq(names[i], node->name)) {
                    return true;
                }
            }
        }
    }
    return false;
}

// Blanks between the elements of a list or table are nothing; anything else is told.
static void tell_misplaced(Blocks *blocks, const XmlNode *node, const XmlNode *around,
                           const char *wanted)
{
    if (node->name.len != 0 || !xml_tree_is_blank(node->text)) {
        diag_error(blocks->diags, node->at, "bad-markup", "<%.*s> takes only %s, no %.*s",
                   STR_ARG(around->name), wanted,
                   STR_ARG(node->name.len != 0 ? node->name : STR("text")));
    }
}

static void write_item(Blocks *blocks, const XmlNode *item, Str head, bool loose, Buf *list)
{
    Buf inner = {0};
    Blocks part = {.out = &inner, .diags = blocks->diags, .tight = !loose};
    write_content(&part, item);
    if (list->len != 0) {
        buf_push(list, loose ? STR("\n\n") : STR("\n"));
    }
    head.len -= inner.len == 0 ? 1 : 0; // no space behind a mark that stands alone
    push_behind(list, buf_str(&inner), head, false);
    buf_free(&inner);
}

static void write_list(Blocks *blocks, const XmlNode *list)
{
    bool ordered = list->name.ptr[0] == 'o';
    // a list right behind one of its kind has the other mark, or the two would be one
    blocks->other_mark = str_eq(blocks->last, list->name) && !blocks->other_mark;
    bool loose = holds_paragraphs(list);
    uint32_t number = 0;
    Buf text = {0};
    for (const XmlNode *item = list->first; item != NULL; item = item->next) {
        if (!str_eq(item->name, STR("li"))) {
            tell_misplaced(blocks, item, list, "li");
            continue;
        }
        Buf head = {0};
        if (ordered) {
            buf_printf(&head, "%u%c ", ++number, blocks->other_mark ? ')' : '.');
        } else {
            buf_push(&head, blocks->other_mark ? STR("* ") : STR("- "));
        }
        write_item(blocks, item, buf_str(&head), loose, &text);
        buf_free(&head);
    }
    if (text.len != 0) {
        push_block(blocks, buf_str(&text));
    }
    buf_free(&text);
}

// ---- tables ----

typedef struct Table {
    Blocks *blocks;
    Buf text;
    Buf rule; // the line below the first row
    uint32_t columns;
    uint32_t rows;
} Table;

static void write_cell(Table *table, const XmlNode *cell)
{
    Buf inner = {0};
    xml_inline_write(&inner, cell->first, NULL, false, table->blocks->diags);
    buf_push(&table->text, STR(" "));
    for (size_t i = 0; i < inner.len; i++) {
        if (inner.ptr[i] == '|') {
            buf_byte(&table->text, '\\');
        }
        buf_byte(&table->text, inner.ptr[i]);
    }
    buf_push(&table->text, inner.len != 0 ? STR(" |") : STR("|"));
    buf_free(&inner);
    if (xml_tree_attribute(cell, STR("colspan")).len != 0 ||
        xml_tree_attribute(cell, STR("rowspan")).len != 0) {
        diag_error(table->blocks->diags, cell->at, "bad-markup",
                   "a cell cannot span others: Markdown has no way to write it");
    }
}

static void push_rule(Table *table, Str align)
{
    static const struct {
        Str align;
        Str rule;
    } rules[] = {{STR_INIT("left"), STR_INIT(" :--- |")},
                 {STR_INIT("center"), STR_INIT(" :---: |")},
                 {STR_INIT("right"), STR_INIT(" ---: |")}};
    for (size_t i = 0; i < COUNTOF(rules); i++) {
        if (str_eq(rules[i].align, align)) {
            buf_push(&table->rule, rules[i].rule);
            return;
        }
    }
    buf_push(&table->rule, STR(" --- |"));
}

static void write_row(Table *table, const XmlNode *row)
{
    uint32_t cells = 0;
    buf_push(&table->text, table->rows == 0 ? STR("|") : STR("\n|"));
    for (const XmlNode *cell = row->first; cell != NULL; cell = cell->next) {
        if (!str_eq(cell->name, STR("th")) && !str_eq(cell->name, STR("td"))) {
            tell_misplaced(table->blocks, cell, row, "th and td");
            continue;
        }
        write_cell(table, cell);
        cells++;
        if (table->rows == 0) {
            push_rule(table, xml_tree_attribute(cell, STR("align")));
        }
    }
    if (table->rows == 0) {
        table->columns = cells;
        buf_push(&table->text, STR("\n|"));
        buf_push(&table->text, buf_str(&table->rule));
    } else if (cells > table->columns) {
        diag_error(table->blocks->diags, row->at, "bad-markup",
                   "the row has %u cells, but the first row of the table %u", cells,
                   table->columns);
    }
    for (; cells < table->columns; cells++) {
        buf_push(&table->text, STR(" |"));
    }
    table->rows++;
}

static void write_rows(Table *table, const XmlNode *element)
{
    for (const XmlNode *node = element->first; node != NULL; node = node->next) {
        if (str_eq(node->name, STR("tr"))) {
            write_row(table, node);
        } else if (str_eq(node->name, STR("thead")) || str_eq(node->name, STR("tbody"))) {
            write_rows(table, node);
        } else {
            tell_misplaced(table->blocks, node, element, "tr");
        }
    }
}

static void write_table(Blocks *blocks, const XmlNode *element)
{
    Table table = {.blocks = blocks};
    write_rows(&table, element);
    if (table.columns != 0) {
        push_block(blocks, buf_str(&table.text));
    }
    buf_free(&table.text);
    buf_free(&table.rule);
}

// ---- content ----

static const struct {
    Str name;
    void (*write)(Blocks *blocks, const XmlNode *element);
} block_rows[] = {
    {STR_INIT("p"), write_p},         {STR_INIT("h1"), write_heading},
    {STR_INIT("h2"), write_heading},  {STR_INIT("h3"), write_heading},
    {STR_INIT("h4"), write_heading},  {STR_INIT("h5"), write_heading},
    {STR_INIT("h6"), write_heading},  {STR_INIT("ul"), write_list},
    {STR_INIT("ol"), write_list},     {STR_INIT("pre"), write_pre},
    {STR_INIT("table"), write_table}, {STR_INIT("blockquote"), write_quote},
    {STR_INIT("hr"), write_rule},
};

static size_t find_block(Str name)
{
    size_t i = 0;
    while (i < COUNTOF(block_rows) && !str_eq(block_rows[i].name, name)) {
        i++;
    }
    return i;
}

// An image may stand where blocks stand, and then is a paragraph.
bool xml_markup_is_block(Str name)
{
    return find_block(name) < COUNTOF(block_rows) || str_eq(name, STR("img"));
}

// Blocks, and what stands between them in a line of its own, as in an item of a list.
static void write_content(Blocks *blocks, const XmlNode *element)
{
    const XmlNode *node = element->first;
    while (node != NULL) {
        size_t row = find_block(node->name);
        if (row < COUNTOF(block_rows)) {
            block_rows[row].write(blocks, node);
            blocks->last = node->name;
            node = node->next;
        } else if (blocks->others) {
            if (xml_markup_is_block(node->name)) {
                write_paragraph(blocks, node, node->next);
            }
            node = node->next;
        } else {
            const XmlNode *first = node;
            while (node != NULL && find_block(node->name) == COUNTOF(block_rows)) {
                node = node->next;
            }
            size_t before = blocks->out->len;
            write_paragraph(blocks, first, node);
            blocks->last = blocks->out->len != before ? STR("p") : blocks->last;
        }
    }
}

Str xml_markup_line(Arena *arena, const XmlNode *element, DiagList *diags)
{
    Buf out = {0};
    xml_inline_write(&out, element->first, NULL, false, diags);
    Str line = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return line;
}

Str xml_markup_lines(Arena *arena, const XmlNode *element, bool others, DiagList *diags)
{
    Buf out = {0};
    Blocks blocks = {.out = &out, .diags = diags, .others = others};
    write_content(&blocks, element);
    Str lines = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return lines;
}
