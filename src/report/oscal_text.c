// SPDX-License-Identifier: Apache-2.0
#include "report/oscal_text.h"

#include "base/digest.h"

#define OSCAL_WRITTEN "1.2.2" // the version documents are written in

// The UUID of the project's namespace, itself of version 5 over its URN.
static const uint8_t name_space[16] = {0x70, 0x85, 0xab, 0xfb, 0xa2, 0x00, 0x52, 0xa1,
                                       0xac, 0x1b, 0x76, 0xb8, 0x9e, 0x8e, 0x35, 0x84};

OscalUuid oscal_uuid_of(Str kind, Str name)
{
    OscalUuid uuid = {.text = ""};
    Buf text = {0};
    buf_push(&text, kind);
    buf_byte(&text, '\n');
    buf_push(&text, name);
    digest_uuid5(name_space, buf_str(&text), uuid.text);
    buf_free(&text);
    return uuid;
}

static bool is_letter(char c)
{
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'z';
}

Str oscal_text_token(Arena *arena, Str text)
{
    char *out = NEW_ARRAY(arena, char, text.len + 2);
    size_t len = 0;
    if (text.len == 0 || !(is_letter(text.ptr[0]) || text.ptr[0] == '_')) {
        out[len++] = '_';
    }
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool fits = is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
        out[len++] = fits ? c : '-';
    }
    return (Str){out, len};
}

// ---- texts ----

static bool is_space(char c)
{
    return c == ' ' || (unsigned char)c < 0x20 || c == 0x7f;
}

// An underscore inside a word is one in Markdown too.
static bool is_markup(Str text, size_t at)
{
    char c = text.ptr[at];
    if (c == '_') {
        return at == 0 || at + 1 == text.len || is_space(text.ptr[at - 1]) ||
               is_space(text.ptr[at + 1]);
    }
    return c == '\\' || c == '`' || c == '*' || c == '~' || c == '^' || c == '[' || c == '<';
}

static void push_escaped(Buf *out, Str text, size_t at)
{
    char c = text.ptr[at];
    bool opens_insert = c == '{' && at + 1 < text.len && text.ptr[at + 1] == '{';
    if (is_markup(text, at) || opens_insert) {
        buf_byte(out, '\\');
    }
    buf_byte(out, c);
}

void oscal_push_markup(Buf *out, Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\n' || !is_space(text.ptr[i])) {
            push_escaped(out, text, i);
        } else {
            buf_byte(out, ' ');
        }
    }
}

static void push_one_line(Buf *out, Str text, bool markup)
{
    size_t start = out->len;
    bool space = false;
    for (size_t i = 0; i < text.len; i++) {
        if (is_space(text.ptr[i])) {
            space = out->len != start;
            continue;
        }
        if (space) {
            buf_byte(out, ' ');
            space = false;
        }
        if (markup) {
            push_escaped(out, text, i);
        } else {
            buf_byte(out, text.ptr[i]);
        }
    }
    if (out->len == start) {
        buf_byte(out, '-');
    }
}

void oscal_push_line(Buf *out, Str text)
{
    push_one_line(out, text, true);
}

// ---- members ----

void oscal_out_uuid(JsonOut *out, Str key, const OscalUuid *uuid)
{
    json_out_key(out, key);
    json_out_str(out, (Str){uuid->text, sizeof uuid->text - 1});
}

void oscal_out_text(JsonOut *out, Str key, Str text)
{
    if (text.len != 0) {
        json_out_key(out, key);
        json_out_str(out, text);
    }
}

void oscal_out_line(JsonOut *out, Str key, Str text)
{
    Buf line = {0};
    oscal_push_line(&line, text);
    oscal_out_text(out, key, buf_str(&line));
    buf_free(&line);
}

void oscal_out_prose(JsonOut *out, Str key, Str text)
{
    Buf prose = {0};
    oscal_push_markup(&prose, text);
    oscal_out_text(out, key, buf_str(&prose));
    buf_free(&prose);
}

void oscal_out_string(JsonOut *out, Str key, Str text)
{
    Buf line = {0};
    push_one_line(&line, text, false);
    oscal_out_text(out, key, buf_str(&line));
    buf_free(&line);
}

void oscal_out_time(JsonOut *out, Str key, Ticks time)
{
    Buf text = {0};
    ticks_print(&text, time);
    oscal_out_text(out, key, buf_str(&text));
    buf_free(&text);
}

void oscal_out_prop(JsonOut *out, Str name, Str value)
{
    if (value.len == 0) {
        return;
    }
    json_out_object_begin(out);
    oscal_out_text(out, STR("name"), name);
    oscal_out_text(out, STR("ns"), OSCAL_NS);
    oscal_out_string(out, STR("value"), value);
    json_out_object_end(out);
}

void oscal_out_prop_count(JsonOut *out, Str name, uint64_t value)
{
    Buf text = {0};
    buf_u64(&text, value);
    oscal_out_prop(out, name, buf_str(&text));
    buf_free(&text);
}

void oscal_out_metadata_begin(JsonOut *out, const OscalHead *head)
{
    json_out_key(out, STR("metadata"));
    json_out_object_begin(out);
    oscal_out_line(out, STR("title"), head->title);
    oscal_out_time(out, STR("last-modified"), head->now);
    oscal_out_string(out, STR("version"), head->version);
    oscal_out_text(out, STR("oscal-version"), STR(OSCAL_WRITTEN));
    json_out_key(out, STR("props"));
    json_out_array_begin(out);
    oscal_out_prop(out, STR("tool"), head->tool);
}

void oscal_out_metadata_end(JsonOut *out)
{
    json_out_array_end(out);
    json_out_object_end(out);
}
