// SPDX-License-Identifier: Apache-2.0
#include "report/page.h"

#include <math.h>

#include "base/utf8.h"

enum { BAR_CELLS = 12 };

static const char *const inks[] = {
    [INK_PLAIN] = "",        [INK_BOLD] = "\x1b[1m", [INK_DIM] = "\x1b[2m",
    [INK_GOOD] = "\x1b[32m", [INK_BAD] = "\x1b[31m", [INK_OPEN] = "\x1b[33m",
};

// Characters that turn the direction of what follows: a text could show as another.
static bool turns_direction(uint32_t c)
{
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

void page_visible(Buf *out, Str text)
{
    for (size_t at = 0; at < text.len;) {
        size_t from = at;
        uint32_t c = utf8_take(text, &at);
        if (c < 0x20 || (c >= 0x7F && c < 0xA0) || turns_direction(c) || c >= UTF8_INVALID) {
            buf_byte(out, c == '\n' || c == '\t' ? ' ' : '?');
        } else {
            buf_push(out, (Str){text.ptr + from, at - from});
        }
    }
}

void page_text(const Page *page, Ink ink, Str text)
{
    bool colored = page->style->color && ink != INK_PLAIN;
    if (colored) {
        buf_push(page->out, str_from_cstr(inks[ink]));
    }
    page_visible(page->out, text);
    if (colored) {
        buf_push(page->out, STR("\x1b[0m"));
    }
}

void page_cstr(const Page *page, Ink ink, const char *text)
{
    page_text(page, ink, str_from_cstr(text));
}

void page_u64(const Page *page, Ink ink, uint64_t value)
{
    Buf text = {0};
    buf_u64(&text, value);
    page_text(page, ink, buf_str(&text));
    buf_free(&text);
}

void page_end_line(const Page *page)
{
    buf_byte(page->out, '\n');
}

static uint32_t columns_of(Str text)
{
    uint32_t n = 0;
    for (size_t at = 0; at < text.len; n++) {
        (void)utf8_take(text, &at);
    }
    return n;
}

void page_column(const Page *page, Ink ink, Str text, uint32_t columns)
{
    uint32_t width = columns_of(text);
    if (width > columns) {
        const char *dots = page->style->unicode ? "…" : "~";
        size_t at = 0;
        for (uint32_t n = 0; n + 1 < columns; n++) {
            (void)utf8_take(text, &at);
        }
        page_text(page, ink, (Str){text.ptr, at});
        page_cstr(page, ink, dots);
        return;
    }
    page_text(page, ink, text);
    for (; width < columns; width++) {
        buf_byte(page->out, ' ');
    }
}

void page_wrap(const Page *page, Ink ink, Str text, uint32_t indent)
{
    uint32_t at_column = indent;
    bool first = true;
    while (text.len != 0) {
        size_t end = 0;
        while (end < text.len && text.ptr[end] != ' ' && text.ptr[end] != '\n') {
            end++;
        }
        Str word = {text.ptr, end};
        text = str_from(text, end + 1);
        if (word.len == 0) {
            continue;
        }
        uint32_t width = columns_of(word);
        if (!first && at_column + 1 + width > page->style->width) {
            buf_byte(page->out, '\n');
            for (uint32_t i = 0; i < indent; i++) {
                buf_byte(page->out, ' ');
            }
            at_column = indent;
        } else if (!first) {
            buf_byte(page->out, ' ');
            at_column++;
        }
        page_text(page, ink, word);
        at_column += width;
        first = false;
    }
    buf_byte(page->out, '\n');
}

void page_heading(const Page *page, const char *title)
{
    buf_byte(page->out, '\n');
    page_cstr(page, INK_BOLD, title);
    buf_byte(page->out, '\n');
}

static double rounded_down(double fraction)
{
    return floor(fraction * 1000.0 + 1e-9) / 10.0;
}

void page_range(Buf *out, const TerminalStyle *style, double lower, double upper)
{
    double from = rounded_down(lower);
    double to = rounded_down(upper);
    if (from < to) {
        buf_printf(out, "%.1f %s %.1f %%", from, style->unicode ? "–" : "-", to);
    } else {
        buf_printf(out, "%.1f %%", from);
    }
}

void page_bar(const Page *page, const Score *score)
{
    static const char *const cells[2][3] = {{"#", "+", "."}, {"█", "▒", "░"}};
    const char *const *cell = cells[page->style->unicode ? 1 : 0];
    double met = floor(score->lower * BAR_CELLS + 1e-9);
    double open = floor(score->upper * BAR_CELLS + 1e-9);
    for (int i = 0; i < BAR_CELLS; i++) {
        double at = (double)i;
        bool is_met = score->has_data && at < met;
        bool is_open = score->has_data && !is_met && at < open;
        page_cstr(page,
                  is_met    ? INK_GOOD
                  : is_open ? INK_OPEN
                            : INK_DIM,
                  cell[is_met    ? 0
                       : is_open ? 1
                                 : 2]);
    }
}

Ink page_ink_of(State state)
{
    static const Ink by_met[] = {[STATE_NOT_MET] = INK_BAD,
                                 [STATE_MET] = INK_GOOD,
                                 [STATE_OPEN] = INK_OPEN,
                                 [STATE_NO_DATA] = INK_DIM};
    return by_met[state_met(state)];
}
