// SPDX-License-Identifier: Apache-2.0
#include "oscal/field.h"

#include <string.h>

#include "base/utf8.h"

const Json *oscal_document(OscalReader *reader, const Json *json, Str name)
{
    const Json *document = json_find(json, name);
    if (!json_is(document, JSON_OBJECT)) {
        diag_error(reader->diags, oscal_at(json), "not-this-model",
                   "expected an OSCAL document {\"%.*s\": {…}}", STR_ARG(name));
        return NULL;
    }
    return document;
}

static bool is_listed(const char *allowed, Str key)
{
    for (const char *at = allowed; (at = strchr(at, ' ')) != NULL; at++) {
        const char *end = strchr(at + 1, ' ');
        if (end == NULL) {
            return false;
        }
        if (str_eq(key, (Str){at + 1, (size_t)(end - at - 1)})) {
            return true;
        }
    }
    return false;
}

void oscal_check_object(OscalReader *reader, const Json *json, Str what, const char *allowed)
{
    if (!json_is(json, JSON_OBJECT)) {
        diag_error(reader->diags, oscal_at(json), "wrong-type", "%.*s must be an object",
                   STR_ARG(what));
        return;
    }
    for (uint32_t i = 0; i < json->count; i++) {
        const JsonMember *member = &json->members[i];
        if (!is_listed(allowed, member->key)) {
            diag_error(reader->diags, member->at, "unknown-member",
                       "\"%.*s\" is not a member of %.*s; known:%s", STR_ARG(member->key),
                       STR_ARG(what), allowed);
        }
    }
}

Str oscal_text(OscalReader *reader, const Json *json, Str key)
{
    const Json *value = json_find(json, key);
    if (value == NULL) {
        return (Str){NULL, 0};
    }
    if (value->type != JSON_STRING) {
        diag_error(reader->diags, value->at, "wrong-type", "\"%.*s\" must be a string",
                   STR_ARG(key));
        return (Str){NULL, 0};
    }
    if (value->string.len == 0) {
        diag_error(reader->diags, value->at, "empty-text",
                   "\"%.*s\" is empty; leave it out or give it a text", STR_ARG(key));
    }
    return value->string;
}

Str oscal_required(OscalReader *reader, const Json *json, Str what, Str key)
{
    if (json_find(json, key) == NULL) {
        diag_error(reader->diags, oscal_at(json), "missing-member", "%.*s needs \"%.*s\"",
                   STR_ARG(what), STR_ARG(key));
        return (Str){NULL, 0};
    }
    return oscal_text(reader, json, key);
}

// Blocks without a letter or digit, of which copied text brings some into ids: spaces, hyphens that
// do not break, marks, symbols. Beyond these what is not ASCII is a letter here: to tell all apart
// would need the tables of Unicode. Source: Unicode 14, general categories other than L and N.
static const uint32_t no_letters[][2] = {
    {0x80, 0xa9},       {0xab, 0xb1},       {0xb4, 0xb4},          {0xb6, 0xb8},
    {0xbb, 0xbb},       {0xbf, 0xbf},       {0xd7, 0xd7},          {0xf7, 0xf7},
    {0x300, 0x36f},     {0x1680, 0x1680},   {0x2000, 0x206f},      {0x20a0, 0x20ff},
    {0x2190, 0x245f},   {0x2500, 0x2775},   {0x3000, 0x3004},      {0x3008, 0x3020},
    {0xe000, 0xf8ff},   {0xfe00, 0xfe6f},   {0xfeff, 0xff0f},      {0xfff0, 0xffff},
    {0x1f000, 0x1f0ff}, {0x1f10d, 0x1fbef}, {0xe0000, UINT32_MAX},
};

static bool is_letter(uint32_t cp)
{
    if (cp < 0x80) {
        return (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z') || cp == '_';
    }
    size_t row = 0;
    while (row < COUNTOF(no_letters) && cp > no_letters[row][1]) {
        row++;
    }
    return row == COUNTOF(no_letters) || cp < no_letters[row][0];
}

bool oscal_is_token(Str text)
{
    for (size_t i = 0; i < text.len;) {
        size_t at = i;
        uint32_t cp = utf8_take(text, &i);
        bool inside = at != 0 && ((cp >= '0' && cp <= '9') || cp == '.' || cp == '-');
        if (!inside && !is_letter(cp)) {
            return false;
        }
    }
    return text.len != 0;
}

Str oscal_token(OscalReader *reader, const Json *json, Str what, Str key)
{
    Str text = oscal_required(reader, json, what, key);
    if (text.len != 0 && !oscal_is_token(text)) {
        diag_error(reader->diags, oscal_at(json_find(json, key)), "bad-id",
                   "\"%.*s\" is not an id: a letter or _, then letters, digits, '.', '-', '_'",
                   STR_ARG(text));
    }
    return text;
}

const Json *oscal_array(OscalReader *reader, const Json *json, Str key)
{
    const Json *value = json_find(json, key);
    if (value == NULL) {
        return NULL;
    }
    if (value->type != JSON_ARRAY) {
        diag_error(reader->diags, value->at, "wrong-type", "\"%.*s\" must be an array",
                   STR_ARG(key));
        return NULL;
    }
    if (value->count == 0) {
        diag_error(reader->diags, value->at, "empty-array",
                   "\"%.*s\" has no entries; OSCAL wants it left out then", STR_ARG(key));
        return NULL;
    }
    return value;
}

const Str *oscal_strings(OscalReader *reader, const Json *json, Str key, uint32_t *ret_count)
{
    *ret_count = 0;
    const Json *array = oscal_array(reader, json, key);
    if (array == NULL) {
        return NULL;
    }
    Str *strings = NEW_ARRAY(reader->arena, Str, array->count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < array->count; i++) {
        if (array->items[i].type != JSON_STRING) {
            diag_error(reader->diags, array->items[i].at, "wrong-type",
                       "entries of \"%.*s\" must be strings", STR_ARG(key));
            continue;
        }
        strings[count++] = array->items[i].string;
    }
    *ret_count = count;
    return strings;
}

const OscalProp *oscal_props(OscalReader *reader, const Json *json, uint32_t *ret_count)
{
    *ret_count = 0;
    const Json *array = oscal_array(reader, json, STR("props"));
    if (array == NULL) {
        return NULL;
    }
    OscalProp *props = NEW_ARRAY(reader->arena, OscalProp, array->count);
    for (uint32_t i = 0; i < array->count; i++) {
        const Json *item = &array->items[i];
        oscal_check_object(reader, item, STR("a prop"), " name uuid ns value class group remarks ");
        props[i] = (OscalProp){
            .name = oscal_token(reader, item, STR("a prop"), STR("name")),
            .ns = oscal_text(reader, item, STR("ns")),
            .value = oscal_required(reader, item, STR("a prop"), STR("value")),
            .class_name = oscal_text(reader, item, STR("class")),
            .at = item->at,
        };
    }
    *ret_count = array->count;
    return props;
}

void oscal_metadata(OscalReader *reader, const Json *document, OscalMetadata *ret_metadata)
{
    *ret_metadata = (OscalMetadata){
        .uuid = oscal_required(reader, document, STR("the document"), STR("uuid")),
    };
    const Json *metadata = json_find(document, STR("metadata"));
    if (metadata == NULL) {
        diag_error(reader->diags, document->at, "missing-member",
                   "the document needs \"metadata\"");
        return;
    }
    Str what = STR("metadata");
    oscal_check_object(reader, metadata, what,
                       " title published last-modified version oscal-version revisions "
                       "document-ids props links roles locations parties responsible-parties "
                       "actions remarks ");
    ret_metadata->title = oscal_required(reader, metadata, what, STR("title"));
    ret_metadata->version = oscal_required(reader, metadata, what, STR("version"));
    ret_metadata->last_modified = oscal_required(reader, metadata, what, STR("last-modified"));
    ret_metadata->oscal_version = oscal_required(reader, metadata, what, STR("oscal-version"));
    Str version = ret_metadata->oscal_version;
    // "v1.1.3" was published
    version = str_from(version, str_starts(version, STR("v1")) ? 1 : 0);
    if (version.len != 0 && (version.len < 2 || memcmp(version.ptr, "1.", 2) != 0)) {
        diag_error(reader->diags, oscal_at(json_find(metadata, STR("oscal-version"))),
                   "oscal-version", "OSCAL %.*s is not read here; 1.x is", STR_ARG(version));
    }
}

void oscal_push(Arena *arena, OscalList *list, const void *item)
{
    if (list->count == list->cap) {
        uint32_t cap = list->cap == 0 ? 64 : list->cap * 2;
        const void **items = NEW_ARRAY(arena, const void *, cap);
        if (list->count != 0) {
            memcpy(items, list->items, list->count * sizeof(*items));
        }
        list->items = items;
        list->cap = cap;
    }
    list->items[list->count++] = item;
}
