// SPDX-License-Identifier: Apache-2.0
#include "json/yaml_write.h"

#include <string.h>

#include "base/utf8.h"
#include "json/write.h"

enum { KEY_BYTES_MAX = 120 }; // a longer key is written with '?': readers may look ahead 1,024

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_alpha(char c)
{
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'z';
}

// ---- which texts may stand bare ----

// Words that some reader of YAML takes for null, true or false.
static bool is_word_of_yaml(Str text)
{
    static const Str words[] = {
        STR_INIT("null"), STR_INIT("true"), STR_INIT("false"), STR_INIT("yes"), STR_INIT("no"),
        STR_INIT("on"),   STR_INIT("off"),  STR_INIT("y"),     STR_INIT("n"),
    };
    for (size_t i = 0; i < COUNTOF(words); i++) {
        if (str_eq_nocase(words[i], text)) {
            return true;
        }
    }
    return false;
}

// A text is bare when nothing in it could mean anything: letters first (a digit may begin a number,
// a date, a time), then what is plain everywhere. ": " and " #" are the only pairs with a meaning.
static bool is_bare(Str text)
{
    if (text.len == 0 || !(is_alpha(text.ptr[0]) || text.ptr[0] == '_' || text.ptr[0] == '/' ||
                           text.ptr[0] == '(')) {
        return false;
    }
    for (size_t i = 1; i < text.len; i++) {
        char c = text.ptr[i];
        bool is_last = i + 1 == text.len;
        if ((unsigned char)c < 0x20 || (unsigned char)c >= 0x7f || (c == ' ' && is_last) ||
            (c == ':' && (is_last || text.ptr[i + 1] == ' ')) ||
            (c == '#' && text.ptr[i - 1] == ' ')) {
            return false;
        }
    }
    return !is_word_of_yaml(text);
}

// A UUID begins with a digit as often as not; with four dashes in their places it is nothing else.
static bool is_uuid(Str text)
{
    if (text.len != 36) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        char lower = (char)(text.ptr[i] | 0x20);
        if (dash ? text.ptr[i] != '-'
                 : !(is_digit(text.ptr[i]) || (lower >= 'a' && lower <= 'f'))) {
            return false;
        }
    }
    return true;
}

// Code points that YAML does not print, or that some reader takes for the end of a line.
static bool needs_escape(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x2028 || cp == 0x2029 || cp == 0xfeff ||
           cp == 0xfffe || cp == 0xffff;
}

// May the text stand as lines below a '|'? Its first line must begin with something that is no
// space (else the indentation could not be seen), and no line may be of spaces alone or end in one
// that an editor would take off.
static bool is_block(Str text)
{
    if (text.len == 0 || text.ptr[0] == ' ' || text.ptr[0] == '\n' || text.ptr[0] == '\t' ||
        memchr(text.ptr, '\n', text.len) == NULL) {
        return false;
    }
    for (size_t at = 0; at < text.len;) {
        size_t start = at;
        uint32_t cp = utf8_take(text, &at);
        bool ends_line = at == text.len || text.ptr[at] == '\n';
        if (cp >= UTF8_INVALID || (cp != '\n' && cp != '\t' && needs_escape(cp)) ||
            (ends_line && (cp == ' ' || cp == '\t'))) {
            return false;
        }
        ASSERT(at > start);
    }
    return true;
}

// ---- scalars ----

static void write_escape(Buf *out, uint32_t cp)
{
    static const char digits[] = "0123456789abcdef";
    if (cp == '\n' || cp == '\t' || cp == '\r') {
        buf_byte(out, '\\');
        buf_byte(out, cp == '\n' ? 'n' : cp == '\t' ? 't' : 'r');
        return;
    }
    buf_push(out, STR("\\u"));
    for (int shift = 12; shift >= 0; shift -= 4) {
        buf_byte(out, digits[(cp >> shift) & 0x0fU]);
    }
}

static void write_quoted(Buf *out, Str text)
{
    buf_byte(out, '"');
    for (size_t at = 0; at < text.len;) {
        size_t start = at;
        uint32_t cp = utf8_take(text, &at);
        if (cp >= UTF8_INVALID) {
            buf_push(out, STR("\xef\xbf\xbd"));
        } else if (needs_escape(cp)) {
            write_escape(out, cp);
        } else {
            if (cp == '"' || cp == '\\') {
                buf_byte(out, '\\');
            }
            buf_push(out, (Str){text.ptr + start, at - start});
        }
    }
    buf_byte(out, '"');
}

static void write_indent(Buf *out, uint32_t indent)
{
    for (uint32_t i = 0; i < indent; i++) {
        buf_push(out, STR("  "));
    }
}

// The lines below the '|', each behind the indentation; empty lines stay empty.
static void write_block(Buf *out, Str text, uint32_t indent)
{
    size_t ends = 0; // newlines at the end
    while (text.ptr[text.len - 1 - ends] == '\n') {
        ends++;
    }
    buf_push(out, ends == 0 ? STR("|-") : ends == 1 ? STR("|") : STR("|+"));
    Str rest = {text.ptr, text.len - (ends != 0 ? 1 : 0)};
    for (;;) {
        StrCut cut = str_cut(rest, '\n');
        buf_byte(out, '\n');
        if (cut.head.len != 0) {
            write_indent(out, indent);
            buf_push(out, cut.head);
        }
        if (!cut.found) {
            return;
        }
        rest = cut.tail;
    }
}

// indent: of the lines of a block.
static void write_string(Buf *out, Str text, uint32_t indent)
{
    if (is_bare(text) || is_uuid(text)) {
        buf_push(out, text);
    } else if (is_block(text)) {
        write_block(out, text, indent);
    } else {
        write_quoted(out, text);
    }
}

// All but texts stand in YAML as they do in JSON: null, numbers, [] and {}.
static void write_scalar(Buf *out, const Json *json, uint32_t indent)
{
    if (json->type == JSON_STRING) {
        write_string(out, json->string, indent);
    } else {
        json_write(out, json);
    }
}

// ---- containers ----

static bool is_filled(const Json *json)
{
    return (json->type == JSON_ARRAY || json->type == JSON_OBJECT) && json->count != 0;
}

static void write_value(Buf *out, const Json *json, uint32_t indent);

static void write_key(Buf *out, Str key, uint32_t indent)
{
    bool bare = is_bare(key) && key.len <= KEY_BYTES_MAX;
    if (key.len > KEY_BYTES_MAX) {
        buf_push(out, STR("? "));
    }
    if (bare) {
        buf_push(out, key);
    } else {
        write_quoted(out, key);
    }
    if (key.len > KEY_BYTES_MAX) {
        buf_byte(out, '\n');
        write_indent(out, indent);
    }
    buf_byte(out, ':');
}

// The members, the first of them on the line at hand.
static void write_members(Buf *out, const Json *json, uint32_t indent)
{
    for (uint32_t i = 0; i < json->count; i++) {
        if (i != 0) {
            write_indent(out, indent);
        }
        const Json *value = &json->members[i].value;
        write_key(out, json->members[i].key, indent);
        if (is_filled(value)) {
            buf_byte(out, '\n');
            write_indent(out, indent + 1);
            write_value(out, value, indent + 1);
        } else {
            buf_byte(out, ' ');
            write_scalar(out, value, indent + 1);
            buf_byte(out, '\n');
        }
    }
}

static void write_items(Buf *out, const Json *json, uint32_t indent)
{
    for (uint32_t i = 0; i < json->count; i++) {
        if (i != 0) {
            write_indent(out, indent);
        }
        buf_push(out, STR("- "));
        write_value(out, &json->items[i], indent + 1);
    }
}

// From the place at hand to the end of a line; further lines stand indented.
static void write_value(Buf *out, const Json *json, uint32_t indent)
{
    if (is_filled(json) && json->type == JSON_OBJECT) {
        write_members(out, json, indent);
    } else if (is_filled(json)) {
        write_items(out, json, indent);
    } else {
        write_scalar(out, json, indent);
        buf_byte(out, '\n');
    }
}

void yaml_write(Buf *out, const Json *json)
{
    if (is_filled(json)) {
        write_value(out, json, 0);
        return;
    }
    write_scalar(out, json, 1); // "---" at the beginning of a line would end the document
    buf_byte(out, '\n');
}
