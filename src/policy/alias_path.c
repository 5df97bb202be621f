// SPDX-License-Identifier: Apache-2.0
// The text of a path: names between dots, and after a name any number of brackets.
#include <string.h>

#include "policy/alias_table.h"

typedef struct PathReader {
    Arena *arena;
    Str text;
    size_t at;
    PathStep *steps;
    uint32_t count;
    uint32_t array_count;
} PathReader;

static bool more(const PathReader *reader)
{
    return reader->at < reader->text.len;
}

static char peek(const PathReader *reader)
{
    return reader->text.ptr[reader->at];
}

Str alias_path_unquote(Arena *arena, Str quoted)
{
    if (quoted.len == 0 || memchr(quoted.ptr, '\'', quoted.len) == NULL) {
        return quoted;
    }
    char *plain = NEW_ARRAY(arena, char, quoted.len);
    size_t len = 0;
    for (size_t i = 0; i < quoted.len; i++) {
        plain[len++] = quoted.ptr[i];
        bool doubled = quoted.ptr[i] == '\'' && i + 1 < quoted.len && quoted.ptr[i + 1] == '\'';
        i += doubled ? 1 : 0;
    }
    return (Str){plain, len};
}

// At the byte after "['": the key up to "']".
static bool read_quoted(PathReader *reader)
{
    size_t start = reader->at;
    while (more(reader)) {
        if (peek(reader) != '\'') {
            reader->at++;
            continue;
        }
        bool doubled =
            reader->at + 1 < reader->text.len && reader->text.ptr[reader->at + 1] == '\'';
        if (doubled) {
            reader->at += 2;
            continue;
        }
        Str key = {reader->text.ptr + start, reader->at - start};
        reader->at++;
        if (!more(reader) || peek(reader) != ']') {
            return false;
        }
        reader->at++;
        reader->steps[reader->count++].name = alias_path_unquote(reader->arena, key);
        return true;
    }
    return false;
}

static bool is_number(Str s, uint32_t *ret_value)
{
    uint32_t value = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9' || ckd_mul(&value, value, 10U) ||
            ckd_add(&value, value, (uint32_t)(s.ptr[i] - '0'))) {
            return false;
        }
    }
    *ret_value = value;
    return s.len != 0;
}

// At the byte after '[': *, a quoted key, a number or a bare key.
static bool read_bracket(PathReader *reader)
{
    if (more(reader) && peek(reader) == '\'') {
        reader->at++;
        return read_quoted(reader);
    }
    size_t start = reader->at;
    while (more(reader) && peek(reader) != ']') {
        reader->at++;
    }
    if (!more(reader) || reader->at == start) {
        return false;
    }
    Str inner = {reader->text.ptr + start, reader->at - start};
    reader->at++;
    PathStep *step = &reader->steps[reader->count++];
    if (str_eq(inner, STR("*"))) {
        step->is_array = true;
        reader->array_count++;
    } else if (is_number(inner, &step->index)) {
        step->is_index = true;
    } else {
        step->name = inner;
    }
    return true;
}

static bool read_name(PathReader *reader)
{
    size_t start = reader->at;
    while (more(reader) && peek(reader) != '.' && peek(reader) != '[') {
        reader->at++;
    }
    if (reader->at == start) {
        return false;
    }
    reader->steps[reader->count++].name = (Str){reader->text.ptr + start, reader->at - start};
    return true;
}

static uint32_t steps_at_most(Str text)
{
    uint32_t count = 2; // "properties" and the first name
    for (size_t i = 0; i < text.len; i++) {
        count += text.ptr[i] == '.' || text.ptr[i] == '[' ? 1 : 0;
    }
    return count;
}

bool alias_path_parse(Arena *arena, Str text, bool in_properties, AliasPath *ret_path)
{
    PathReader reader = {
        .arena = arena,
        .text = text,
        .steps = NEW_ARRAY(arena, PathStep, steps_at_most(text)),
    };
    if (in_properties) {
        reader.steps[reader.count++].name = STR("properties");
    }
    bool want_name = !(more(&reader) && peek(&reader) == '[');
    while (want_name || more(&reader)) {
        if (want_name) {
            TRY(read_name(&reader));
            want_name = false;
        } else if (peek(&reader) == '[') {
            reader.at++;
            TRY(read_bracket(&reader));
        } else if (peek(&reader) == '.') {
            reader.at++;
            want_name = !(more(&reader) && peek(&reader) == '[');
        } else {
            return false; // "]name"
        }
    }
    *ret_path = (AliasPath){
        .steps = reader.steps,
        .count = reader.count,
        .array_count = reader.array_count,
    };
    return true;
}
