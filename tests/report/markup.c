// SPDX-License-Identifier: Apache-2.0
#include "report/markup.h"

#include <string.h>

enum { OPEN_MAX = 64 };

typedef struct Reader {
    Arena *arena;
    Markup *markup;
    Str rest;
    Str open[OPEN_MAX];
    uint32_t depth;
    Str links[4096]; // targets within the document
    uint32_t link_count;
} Reader;

static void fault(Reader *r, const char *what)
{
    if (r->markup->fault == NULL) {
        r->markup->fault = what;
        r->markup->at = (Str){r->rest.ptr, r->rest.len < 60 ? r->rest.len : 60};
    }
    r->rest.len = 0;
}

static Str take_name(Reader *r)
{
    Str name = {r->rest.ptr, 0};
    while (name.len < r->rest.len && strchr(" \n\t/>=\"'<", name.ptr[name.len]) == NULL) {
        name.len++;
    }
    r->rest = str_from(r->rest, name.len);
    return name;
}

static void skip_space(Reader *r)
{
    while (r->rest.len != 0 && strchr(" \n\t", r->rest.ptr[0]) != NULL) {
        r->rest = str_from(r->rest, 1);
    }
}

static void take_attribute(Reader *r)
{
    static const Str fetching[] = {STR_INIT("src"), STR_INIT("srcset"), STR_INIT("action"),
                                   STR_INIT("xlink:href")};
    Str name = take_name(r);
    if (name.len == 0 || !str_starts(r->rest, STR("=\""))) {
        fault(r, "an attribute without a quoted value");
        return;
    }
    r->rest = str_from(r->rest, 2);
    StrCut cut = str_cut(r->rest, '"');
    Str value = cut.head;
    if (!cut.found || memchr(value.ptr, '<', value.len) != NULL) {
        fault(r, "a value that does not end");
        return;
    }
    r->rest = cut.tail;
    bool runs = str_starts(name, STR("on"));
    for (size_t i = 0; i < COUNTOF(fetching); i++) {
        runs = runs || str_eq(name, fetching[i]);
    }
    r->markup->scripts += runs ? 1U : 0U;
    if (str_eq(name, STR("id"))) {
        uint32_t before = r->markup->ids.count;
        if (map_intern(&r->markup->ids, value) != before) {
            r->rest = value;
            fault(r, "an id given twice");
        }
    } else if (str_eq(name, STR("href")) && str_starts(value, STR("#"))) {
        ASSERT(r->link_count < COUNTOF(r->links));
        r->links[r->link_count++] = str_from(value, 1);
    }
}

static void take_end(Reader *r)
{
    r->rest = str_from(r->rest, 2);
    Str name = take_name(r);
    if (r->depth == 0 || !str_eq(r->open[r->depth - 1], name)) {
        fault(r, "an end tag of another element");
        return;
    }
    r->depth--;
    r->rest = str_from(r->rest, 1);
}

static void take_element(Reader *r)
{
    static const Str voids[] = {STR_INIT("meta"), STR_INIT("br"), STR_INIT("!doctype"),
                                STR_INIT("?xml")};
    static const Str running[] = {STR_INIT("script"), STR_INIT("img"),    STR_INIT("iframe"),
                                  STR_INIT("link"),   STR_INIT("object"), STR_INIT("image")};
    r->rest = str_from(r->rest, 1);
    Str name = take_name(r);
    bool is_void = false;
    for (size_t i = 0; i < COUNTOF(voids); i++) {
        is_void = is_void || str_eq(name, voids[i]);
    }
    for (size_t i = 0; i < COUNTOF(running); i++) {
        r->markup->scripts += str_eq_nocase(name, running[i]) ? 1U : 0U;
    }
    r->markup->elements++;
    if (str_eq(name, STR("!doctype")) || str_eq(name, STR("?xml"))) {
        r->rest = str_cut(r->rest, '>').tail;
        return;
    }
    for (skip_space(r); r->rest.len != 0 && strchr("/>", r->rest.ptr[0]) == NULL; skip_space(r)) {
        take_attribute(r);
    }
    bool closed = str_starts(r->rest, STR("/>"));
    r->rest = str_from(r->rest, closed ? 2 : 1);
    if (is_void || closed) {
        return;
    }
    if (str_eq(name, STR("style"))) {
        const char *end = str_find(r->rest, STR("</style>"));
        r->rest = end != NULL ? str_from(r->rest, (size_t)(end - r->rest.ptr) + 8) : (Str){0};
        return;
    }
    ASSERT(r->depth < OPEN_MAX);
    r->open[r->depth++] = name;
}

Markup markup_read(Arena *arena, Str text)
{
    Markup markup = {.fault = NULL};
    Reader *r = NEW(arena, Reader);
    *r = (Reader){.arena = arena, .markup = &markup, .rest = text};
    map_init(&markup.ids, arena, MAP_EXACT);
    while (r->rest.len != 0) {
        StrCut cut = str_cut(r->rest, '<');
        if (memchr(cut.head.ptr, '>', cut.head.len) != NULL) {
            fault(r, "a bare >");
            break;
        }
        if (!cut.found) {
            break;
        }
        r->rest = str_from(r->rest, cut.head.len);
        if (str_starts(r->rest, STR("</"))) {
            take_end(r);
        } else {
            take_element(r);
        }
    }
    if (r->depth != 0) {
        fault(r, "an element that is not closed");
    }
    for (uint32_t i = 0; i < r->link_count; i++) {
        if (map_find(&markup.ids, r->links[i]) == MAP_NONE) {
            r->rest = r->links[i];
            fault(r, "a link that leads nowhere");
        }
    }
    return markup;
}
