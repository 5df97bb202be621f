// SPDX-License-Identifier: Apache-2.0
#include "record/doc.h"

#include "record/hex.h"
#include "json/read.h"

bool doc_parse(Arena *arena, Str bytes, const char *what, const Json **ret_json, Err *err)
{
    JsonLimits limits = DOC_LIMITS;
    if (!json_read_data(arena, bytes, &limits, ret_json, err)) {
        return err_while(err, "reading %s at line %u, column %u", what, err->at.line, err->at.col);
    }
    if ((*ret_json)->type != JSON_OBJECT) {
        return err_set(err, ERR_SCHEMA, (Span){0}, "%s is not a JSON object", what);
    }
    return true;
}

static const DocMember *find_member(const DocMember *members, size_t count, Str name)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(members[i].name, name)) {
            return &members[i];
        }
    }
    return NULL;
}

static bool is_texts(const Json *json)
{
    bool good = json->type == JSON_ARRAY;
    for (uint32_t i = 0; good && i < json->count; i++) {
        good = json->items[i].type == JSON_STRING;
    }
    return good;
}

static const char *const kind_texts[] = {
    [DOC_TEXT] = "a text",
    [DOC_COUNT] = "a whole number from 0",
    [DOC_TIME] = "a time like 2026-01-31T12:00:00Z",
    [DOC_HEX] = "lower-case hexadecimal digits, of its length",
    [DOC_TEXTS] = "a list of texts",
    [DOC_ARRAY] = "a list",
    [DOC_OBJECT] = "an object",
};

// False: the value is not of that kind.
static bool decode(const DocMember *member, const Json *json, void *to)
{
    bool is_text = json->type == JSON_STRING;
    switch (member->kind) {
    case DOC_TEXT:
        *(Str *)to = is_text ? json->string : (Str){0};
        return is_text;
    case DOC_COUNT:
        TRY(json->type == JSON_NUMBER && json->is_int && json->is_exact &&
            json->number.as_int >= 0);
        *(uint64_t *)to = (uint64_t)json->number.as_int;
        return true;
    case DOC_TIME:
        return is_text && ticks_parse(json->string, to);
    case DOC_HEX:
        return is_text && hex_parse(json->string, to, member->bytes);
    case DOC_TEXTS:
        *(const Json **)to = json;
        return is_texts(json);
    case DOC_ARRAY:
        *(const Json **)to = json;
        return json->type == JSON_ARRAY;
    case DOC_OBJECT:
        *(const Json **)to = json;
        return json->type == JSON_OBJECT;
    }
    UNREACHABLE("DocKind out of range");
}

bool doc_read(const Json *json, const DocMember *members, size_t count, const char *what, void *ret,
              Err *err)
{
    ASSERT(json->type == JSON_OBJECT);
    for (uint32_t i = 0; i < json->count; i++) {
        const JsonMember *given = &json->members[i];
        const DocMember *member = find_member(members, count, given->key);
        if (member == NULL) {
            return err_set(err, ERR_SCHEMA, given->at, "%s: \"%.*s\" is no member of one", what,
                           STR_ARG(given->key));
        }
        if (json_find(json, given->key) != &given->value) {
            return err_set(err, ERR_SCHEMA, given->at, "%s: \"%.*s\" stands there twice", what,
                           STR_ARG(member->name));
        }
        if (!decode(member, &given->value, (char *)ret + member->offset)) {
            return err_set(err, ERR_SCHEMA, given->value.at, "%s: \"%.*s\" must be %s", what,
                           STR_ARG(member->name), kind_texts[member->kind]);
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (!members[i].optional && json_find(json, members[i].name) == NULL) {
            return err_set(err, ERR_SCHEMA, (Span){0}, "%s: \"%.*s\" is missing", what,
                           STR_ARG(members[i].name));
        }
    }
    return true;
}

static void write_member(JsonOut *out, const DocMember *member, const void *value)
{
    const Json *json = NULL;
    switch (member->kind) {
    case DOC_TEXT:
        doc_put_text(out, member->name, *(const Str *)value);
        return;
    case DOC_COUNT:
        doc_put_count(out, member->name, *(const uint64_t *)value);
        return;
    case DOC_TIME:
        doc_put_time(out, member->name, *(const Ticks *)value);
        return;
    case DOC_HEX:
        doc_put_hex(out, member->name, value, member->bytes);
        return;
    case DOC_TEXTS:
    case DOC_ARRAY:
    case DOC_OBJECT:
        json = *(const Json *const *)value;
        if (json != NULL) {
            json_out_key(out, member->name);
            json_out_json(out, json);
        }
        return;
    }
    UNREACHABLE("DocKind out of range");
}

void doc_write(JsonOut *out, const DocMember *members, size_t count, const void *from)
{
    for (size_t i = 0; i < count; i++) {
        write_member(out, &members[i], (const char *)from + members[i].offset);
    }
}

bool doc_canonical(Arena *arena, const Json *json, Str *ret_text, Err *err)
{
    Buf text = {0};
    bool ok = json_write_canonical(&text, json, err);
    if (ok) {
        *ret_text = str_copy(arena, buf_str(&text));
    }
    buf_free(&text);
    return ok;
}

void doc_put_text(JsonOut *out, Str name, Str value)
{
    if (value.len != 0) {
        json_out_key(out, name);
        json_out_str(out, value);
    }
}

void doc_put_time(JsonOut *out, Str name, Ticks value)
{
    if (value != 0) {
        Buf text = {0};
        ticks_print(&text, value);
        doc_put_text(out, name, buf_str(&text));
        buf_free(&text);
    }
}

void doc_put_hex(JsonOut *out, Str name, const uint8_t *bytes, size_t count)
{
    Buf text = {0};
    hex_print(&text, bytes, count);
    doc_put_text(out, name, buf_str(&text));
    buf_free(&text);
}

void doc_put_count(JsonOut *out, Str name, uint64_t value)
{
    json_out_key(out, name);
    json_out_u64(out, value);
}

Str doc_time_text(Arena *arena, Ticks time)
{
    Buf text = {0};
    ticks_print(&text, time);
    Str copy = str_copy(arena, buf_str(&text));
    buf_free(&text);
    return copy;
}
