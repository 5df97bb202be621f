// SPDX-License-Identifier: Apache-2.0
// Bytes to documents: a file is one body, a list read entry by entry, or lines; each part of it is
// accounted for by a row.
#include "inventory/intake.h"

#include <string.h>

#include "inventory/body.h"
#include "inventory/manifest.h"
#include "inventory/refusal.h"
#include "inventory/slice.h"
#include "json/read.h"

enum { BROKEN_ROWS_MAX = 100 };

static void say_broken(Doc *doc, const Err *err, uint32_t line_before)
{
    uint32_t row =
        doc_say(doc, NULL, SOURCE_UNKNOWN, str_copy(doc->inventory->arena, text_of(err->text)));
    doc->inventory->rows[row].line =
        err->at.line != 0 ? err->at.line + line_before : line_before + 1;
    doc->inventory->rows[row].column = err->at.col;
    doc->inventory->states[row].is_broken = true;
}

// A large list is read entry by entry, so that no tree of the whole stands in memory beside them.
static void read_array(Doc *doc, Str text, size_t at)
{
    SliceList list;
    slice_list(&list, text, at);
    Str item;
    uint32_t count = 0;
    while (slice_next(&list, &item)) {
        const Json *json = NULL;
        Err err = {0};
        count++;
        if (!store_parse(doc->inventory, item, &json, &err)) {
            say_broken(doc, &err, list.line - 1);
            if (err.kind == ERR_LIMIT) {
                return;
            }
        } else if (body_is_page(json) || json->type == JSON_ARRAY) {
            body_read(doc, json, list.line);
        } else {
            doc_read_entry(doc, json, list.line, false);
        }
    }
    if (list.is_broken || slice_skip(text, slice_list_end(&list)) < text.len) {
        const Json *json = NULL;
        Err err = {0};
        if (!store_parse(doc->inventory, text, &json, &err)) {
            say_broken(doc, &err, 0); // the reader knows the place
        }
    } else if (count == 0) {
        doc_read_empty(doc, doc_hint(doc));
    }
}

static void read_lines(Doc *doc, Str text)
{
    uint32_t line = 0;
    uint32_t broken = 0;
    doc->is_list = true;
    for (Str rest = text; rest.len != 0;) {
        StrCut cut = str_cut(rest, '\n');
        rest = cut.tail;
        line++;
        if (slice_skip(cut.head, 0) == cut.head.len) {
            continue;
        }
        const Json *json = NULL;
        Err err = {0};
        if (store_parse(doc->inventory, cut.head, &json, &err)) {
            body_read(doc, json, line);
        } else if (++broken <= BROKEN_ROWS_MAX) {
            say_broken(doc, &err, line - 1);
        }
    }
    if (broken > BROKEN_ROWS_MAX) {
        (void)doc_say(
            doc, NULL, SOURCE_UNKNOWN,
            text_print(doc->inventory->arena, "%u further broken lines", broken - BROKEN_ROWS_MAX));
    }
}

static bool is_lines(Str file, Str text, size_t at)
{
    if (word_ends(file, STR(".ndjson")) || word_ends(file, STR(".jsonl"))) {
        return true;
    }
    if (text.ptr[at] != '{') {
        return false;
    }
    size_t end = slice_end(text, at);
    size_t next = end != 0 ? slice_skip(text, end) : text.len;
    return next < text.len && text.ptr[next] == '{' &&
           memchr(text.ptr + at, '\n', end - at) == NULL;
}

// Nothing, a page of HTML, or text that is no JSON beside a failing status: an answer without data.
static bool read_refused_text(Doc *doc, Str text)
{
    Refusal refusal;
    if (!refusal_of_text(doc->inventory->arena, text, doc->status, &refusal)) {
        return false;
    }
    (void)doc_say(doc, doc_hint(doc), refusal.status, refusal.reason);
    return true;
}

static void read_body(Doc *doc, Str text)
{
    const Json *json = NULL;
    Err err = {0};
    if (store_parse(doc->inventory, text, &json, &err)) {
        body_read(doc, json, 1);
    } else if (!read_refused_text(doc, text)) {
        say_broken(doc, &err, 0);
    }
}

// What is packed is no text; its first bytes tell. Empty = it is not.
static Str packing_of(Str text)
{
    static const struct {
        Str head;
        Str name;
    } rows[] = {
        {STR_INIT("\x1f\x8b"), STR_INIT("gzip")},
        {STR_INIT("PK\x03\x04"), STR_INIT("zip")},
        {STR_INIT("\x28\xb5\x2f\xfd"), STR_INIT("zstd")},
        {STR_INIT("\xfd"
                  "7zXZ"),
         STR_INIT("xz")},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        if (str_starts(text, rows[i].head)) {
            return rows[i].name;
        }
    }
    return (Str){NULL, 0};
}

static void read_text(Doc *doc, Str text)
{
    Str packing = packing_of(text);
    if (packing.len != 0) {
        (void)doc_say(doc, NULL, SOURCE_UNKNOWN,
                      text_print(doc->inventory->arena, "packed with %.*s: unpack it first",
                                 STR_ARG(packing)));
        return;
    }
    size_t at = slice_skip(text, 0);
    bool is_empty = at == text.len;
    if ((is_empty || text.ptr[at] == '<') && read_refused_text(doc, text)) {
        return;
    }
    if (is_empty) {
        (void)doc_say(doc, doc_hint(doc), doc_hint(doc) != NULL ? SOURCE_REFUSED : SOURCE_UNKNOWN,
                      STR("an empty file; a Dataverse answer is empty when it was refused (401)"));
    } else if (is_lines(doc->file, text, at)) {
        read_lines(doc, text);
    } else if (text.ptr[at] == '[' && doc->status < 400) {
        read_array(doc, text, at);
    } else {
        read_body(doc, text);
    }
}

// The kind a file's name tells: its stem, else its folder.
static const Adapter *name_hint(Str file, bool *ret_detail)
{
    Str stem = path_tail(file);
    Str folder = {file.ptr, file.len - stem.len};
    const Adapter *adapter = adapter_by_name(str_cut(stem, '.').head, ret_detail);
    if (adapter != NULL || folder.len == 0) {
        return adapter;
    }
    folder.len--;
    return adapter_by_name(path_tail(folder), ret_detail);
}

static void read_as(Inventory *inventory, const Input *input, const Route *route)
{
    Doc doc = {.inventory = inventory, .file = input->file, .first_row = inventory->row_count};
    doc.by_name = name_hint(input->file, &doc.asks_detail);
    if (route != NULL) {
        doc.url = route->url;
        doc.status = route->status;
        doc.collected = route->time;
        doc.by_url = adapter_by_url(url_path(route->url), &doc.asks_detail);
    }
    Str text = input->bytes;
    Err err = {0};
    if (text.len > inventory->options.limits.bytes_max) {
        (void)doc_say(&doc, NULL, SOURCE_UNKNOWN,
                      text_print(inventory->arena,
                                 "%zu bytes are more than the limit of %zu (--max-document-bytes)",
                                 text.len, inventory->options.limits.bytes_max));
    } else if (!json_to_utf8(inventory->arena, input->bytes, &text, &err)) {
        say_broken(&doc, &err, 0);
    } else {
        read_text(&doc, text);
    }
    if (inventory->row_count == doc.first_row) {
        (void)doc_say(&doc, NULL, SOURCE_UNKNOWN, STR("nothing was found in it"));
    }
}

void intake_read(Inventory *inventory, const Input *input)
{
    const Route *route = manifest_find(inventory, input->file, NULL);
    if (route == NULL) {
        read_as(inventory, input, NULL);
    }
    for (; route != NULL; route = manifest_find(inventory, input->file, route)) {
        read_as(inventory, input, route);
    }
}
