// SPDX-License-Identifier: Apache-2.0
// page — text for a terminal: colours, columns, wrapping, bars.
// Depends on: assess/score, buf.  Thread-safe: pure.
#pragma once

#include "assess/score.h"
#include "base/buf.h"
#include "report/report.h"

typedef enum Ink { INK_PLAIN, INK_BOLD, INK_DIM, INK_GOOD, INK_BAD, INK_OPEN } Ink;

typedef struct Page {
    Buf *out;
    const TerminalStyle *style;
} Page;

// Appends text that comes from outside: what could drive the terminal shows as '?'.
void page_visible(Buf *out, Str text);

void page_text(const Page *page, Ink ink, Str text);
void page_cstr(const Page *page, Ink ink, const char *text);
void page_u64(const Page *page, Ink ink, uint64_t value);
void page_end_line(const Page *page);

// Text cut or filled with blanks to exactly that many columns.
void page_column(const Page *page, Ink ink, Str text, uint32_t columns);

// Words from column indent on, the first line continuing where the cursor is.
void page_wrap(const Page *page, Ink ink, Str text, uint32_t indent);

// A line that stands above a part.
void page_heading(const Page *page, const char *title);

// "71.2 %" or "71.2 - 84.0 %"; rounded down, so that nothing but all of it shows as 100 %.
void page_range(Buf *out, const TerminalStyle *style, double lower, double upper);

// Ten cells: surely met, open, not met.
void page_bar(const Page *page, const Score *score);

Ink page_ink_of(State state);
