// SPDX-License-Identifier: Apache-2.0
#include "inventory/slice.h"

#include <string.h>

size_t slice_skip(Str text, size_t at)
{
    while (at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '\n' || text.ptr[at] == '\r' ||
                             text.ptr[at] == '\t')) {
        at++;
    }
    return at;
}

// Behind the string whose opening quote is at at; 0 when it does not end.
static size_t string_end(Str text, size_t at)
{
    for (at++; at < text.len; at++) {
        const char *quote = memchr(text.ptr + at, '"', text.len - at);
        if (quote == NULL) {
            return 0;
        }
        const char *p = quote;
        while (p > text.ptr + at && p[-1] == '\\') {
            p--;
        }
        at = (size_t)(quote - text.ptr);
        if (((size_t)(quote - p) & 1U) == 0) {
            return at + 1;
        }
    }
    return 0;
}

size_t slice_end(Str text, size_t at)
{
    size_t depth = 0;
    while (at < text.len) {
        char c = text.ptr[at];
        if (c == '"') {
            at = string_end(text, at);
            if (at == 0) {
                return 0;
            }
            continue;
        }
        if (c == '{' || c == '[') {
            depth++;
        } else if ((c == '}' || c == ']') && --depth == 0) {
            return at + 1;
        }
        at++;
    }
    return 0;
}

// Behind a value of any type, or 0.
static size_t value_end(Str text, size_t at)
{
    char c = text.ptr[at];
    if (c == '{' || c == '[') {
        return slice_end(text, at);
    }
    if (c == '"') {
        return string_end(text, at);
    }
    size_t end = at;
    while (end < text.len && text.ptr[end] != ',' && text.ptr[end] != ']' &&
           (unsigned char)text.ptr[end] > ' ') {
        end++;
    }
    return end == at ? 0 : end;
}

void slice_list(SliceList *list, Str text, size_t at)
{
    ASSERT(at < text.len && text.ptr[at] == '[');
    *list = (SliceList){.text = text, .at = at + 1, .line = 1, .is_first = true};
}

static void count_lines(SliceList *list, size_t until)
{
    const char *p = list->text.ptr + list->line_seen;
    const char *end = list->text.ptr + until;
    while (p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
        list->line++;
        p++;
    }
    list->line_seen = until;
}

bool slice_next(SliceList *list, Str *ret_item)
{
    size_t at = slice_skip(list->text, list->at);
    if (at < list->text.len && list->text.ptr[at] == ']') {
        list->at = at;
        return false;
    }
    if (!list->is_first) {
        if (at >= list->text.len || list->text.ptr[at] != ',') {
            list->is_broken = true;
            return false;
        }
        at = slice_skip(list->text, at + 1);
    }
    list->is_first = false;
    size_t end = at < list->text.len ? value_end(list->text, at) : 0;
    if (end == 0) {
        list->is_broken = true;
        return false;
    }
    count_lines(list, at);
    list->item_at = at;
    list->at = end;
    *ret_item = (Str){list->text.ptr + at, end - at};
    return true;
}

size_t slice_list_end(const SliceList *list)
{
    return list->at + 1;
}
