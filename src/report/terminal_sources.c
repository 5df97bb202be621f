// SPDX-License-Identifier: Apache-2.0
// What was understood of each input.
#include "report/terminal_parts.h"

enum { BAD_SHOWN = 10 };

static void print_source(const Page *page, const SourceRow *row)
{
    page_cstr(page, INK_PLAIN, "  ");
    page_column(page, source_is_lacking(row->status) ? INK_OPEN : INK_PLAIN,
                str_from_cstr(source_status_name(row->status)), 15);
    Buf line = {0};
    buf_push(&line, row->file);
    if (row->part.len != 0) {
        buf_printf(&line, "#%.*s", STR_ARG(row->part));
    }
    if (row->line != 0) {
        buf_printf(&line, ":%u", row->line);
    }
    if (row->column != 0) {
        buf_printf(&line, ":%u", row->column);
    }
    if (row->kind.len != 0) {
        buf_printf(&line, "  %.*s", STR_ARG(row->kind));
    }
    if (row->objects != 0) {
        buf_printf(&line, ", %u %s", row->objects, row->objects == 1 ? "object" : "objects");
    }
    if (row->reason.len != 0) {
        buf_printf(&line, ": %.*s", STR_ARG(row->reason));
    }
    page_wrap(page, INK_PLAIN, buf_str(&line), 17);
    buf_free(&line);
}

void terminal_sources(const Page *page, const Report *report)
{
    if (report->source_count == 0) {
        return;
    }
    uint32_t counts[SOURCE_UNKNOWN + 1] = {0};
    for (uint32_t i = 0; i < report->source_count; i++) {
        counts[report->sources[i].status]++;
    }
    page_heading(page, "Sources");
    page_cstr(page, INK_PLAIN, "  ");
    bool first = true;
    for (uint32_t s = 0; s <= SOURCE_UNKNOWN; s++) {
        if (counts[s] != 0) {
            page_cstr(page, INK_PLAIN, first ? "" : ", ");
            page_u64(page, INK_PLAIN, counts[s]);
            page_cstr(page, INK_PLAIN, " ");
            page_cstr(page, INK_PLAIN, source_status_name((SourceStatus)s));
            first = false;
        }
    }
    page_end_line(page);
    uint32_t shown = 0;
    for (uint32_t i = 0; i < report->source_count && shown < BAD_SHOWN; i++) {
        if (source_is_lacking(report->sources[i].status)) {
            print_source(page, &report->sources[i]);
            shown++;
        }
    }
}

void report_sources(Buf *out, const SourceRow *rows, uint32_t count, const TerminalStyle *style)
{
    Page page = {.out = out, .style = style};
    for (uint32_t i = 0; i < count; i++) {
        print_source(&page, &rows[i]);
    }
}
