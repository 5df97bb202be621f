// SPDX-License-Identifier: Apache-2.0
// Looking things up in the library, and the text of a control as people read it.
#include "base/buf.h"
#include "oscal/library.h"

// Parameters whose choices name parameters; insertions in one text.
enum { INSERT_DEPTH_MAX = 4, INSERTS_MAX = 2000 };

const LibraryFramework *library_find(const Library *library, Str id)
{
    for (uint32_t i = 0; i < library->framework_count; i++) {
        if (str_eq_nocase(library->frameworks[i]->id, id)) {
            return library->frameworks[i];
        }
    }
    return NULL;
}

const LibraryControl *library_find_control(const LibraryFramework *framework, Str id_or_label)
{
    uint32_t at = map_find(&framework->index, id_or_label);
    return at == MAP_NONE ? NULL : &framework->controls[at];
}

// ---- text ----

typedef struct Prose {
    Buf *out;
    const LibraryFramework *framework;
    uint32_t inserts_left;
} Prose;

static void push_prose(Prose *prose, Str text, unsigned depth);

static const Json *find_param(const LibraryFramework *framework, Str id)
{
    uint32_t at = map_find(&framework->param_index, id);
    return at == MAP_NONE ? NULL : framework->params[at];
}

static void push_joined(Prose *prose, const Json *list, const char *between, unsigned depth)
{
    for (uint32_t i = 0; i < list->count; i++) {
        buf_push(prose->out, i == 0 ? STR("") : str_from_cstr(between));
        if (list->items[i].type == JSON_STRING) {
            push_prose(prose, list->items[i].string, depth + 1);
        }
    }
}

// What stands for a parameter: its values, what is to be chosen, or what it is called.
static void push_param(Prose *prose, Str id, unsigned depth)
{
    const Json *param = find_param(prose->framework, id);
    const Json *values = json_find(param, STR("values"));
    const Json *choice = json_find(json_find(param, STR("select")), STR("choice"));
    Str label = json_find_str(param, STR("label"));
    bool deeper = depth < INSERT_DEPTH_MAX && prose->inserts_left > 0;
    prose->inserts_left -= deeper ? 1U : 0U;
    if (deeper && json_is(values, JSON_ARRAY) && values->count != 0) {
        push_joined(prose, values, ", ", depth);
        return;
    }
    buf_byte(prose->out, '[');
    if (json_is(choice, JSON_ARRAY) && choice->count != 0 && deeper) {
        push_joined(prose, choice, " | ", depth);
    } else {
        buf_push(prose->out, label.len != 0 ? label : id);
    }
    buf_byte(prose->out, ']');
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static Str trim(Str text)
{
    while (text.len != 0 && is_blank(text.ptr[0])) {
        text = str_from(text, 1);
    }
    while (text.len != 0 && is_blank(text.ptr[text.len - 1])) {
        text.len--;
    }
    return text;
}

// "{{ insert: param, ID }}" at the start of text: the id, and how long the whole is.
static size_t insert_at(Str text, Str *ret_id)
{
    Str head = STR("{{");
    const char *end = str_starts(text, head) ? str_find(text, STR("}}")) : NULL;
    if (end == NULL) {
        return 0;
    }
    size_t len = (size_t)(end - text.ptr);
    Str inner = trim((Str){text.ptr + head.len, len - head.len});
    StrCut cut = str_cut(inner, ',');
    if (!cut.found || !str_starts(inner, STR("insert:"))) {
        return 0;
    }
    *ret_id = trim(cut.tail);
    return len + 2;
}

static void push_prose(Prose *prose, Str text, unsigned depth)
{
    for (size_t i = 0; i < text.len;) {
        Str id = {0};
        size_t len = text.ptr[i] == '{' ? insert_at(str_from(text, i), &id) : 0;
        if (len != 0) {
            push_param(prose, id, depth);
            i += len;
        } else {
            buf_byte(prose->out, text.ptr[i++]);
        }
    }
}

static Str label_of(const Json *part)
{
    const Json *props = json_find(part, STR("props"));
    for (uint32_t i = 0; json_is(props, JSON_ARRAY) && i < props->count; i++) {
        if (str_eq(json_find_str(&props->items[i], STR("name")), STR("label"))) {
            return json_find_str(&props->items[i], STR("value"));
        }
    }
    return (Str){0};
}

static void push_part(Prose *prose, const Json *part, uint32_t indent)
{
    Str text = json_find_str(part, STR("prose"));
    Str label = label_of(part);
    if (text.len != 0 || label.len != 0) {
        if (prose->out->len != 0) {
            buf_byte(prose->out, '\n');
        }
        buf_printf(prose->out, "%*s", (int)indent * 2, "");
        buf_push(prose->out, label);
        buf_push(prose->out, label.len != 0 && text.len != 0 ? STR(" ") : STR(""));
        push_prose(prose, text, 0);
        indent++;
    }
    const Json *parts = json_find(part, STR("parts"));
    for (uint32_t i = 0; json_is(parts, JSON_ARRAY) && i < parts->count; i++) {
        push_part(prose, &parts->items[i], indent);
    }
}

Str library_control_text(Arena *arena, const LibraryFramework *framework,
                         const LibraryControl *control, Str part)
{
    Buf text = {0};
    Prose prose = {.out = &text, .framework = framework, .inserts_left = INSERTS_MAX};
    const Json *parts = json_find(control->json, STR("parts"));
    for (uint32_t i = 0; json_is(parts, JSON_ARRAY) && i < parts->count; i++) {
        if (str_eq(json_find_str(&parts->items[i], STR("name")), part)) {
            push_part(&prose, &parts->items[i], 0);
        }
    }
    Str copy = str_copy(arena, buf_str(&text));
    buf_free(&text);
    return copy;
}
