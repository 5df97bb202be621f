// SPDX-License-Identifier: Apache-2.0
#include "oscal/library_store.h"

#include <string.h>

#include "base/buf.h"
#include "oscal/tree.h"

#define OWN_NS STR("urn:datumline:ns:oscal")

static Json object_of(Arena *arena, const JsonMember *members, uint32_t count)
{
    JsonMember *copy = NEW_ARRAY(arena, JsonMember, count);
    memcpy(copy, members, count * sizeof *copy);
    return (Json){.type = JSON_OBJECT, .count = count, .members = copy};
}

static Json list_of(Arena *arena, const Json *items, uint32_t count)
{
    Json *copy = NEW_ARRAY(arena, Json, count + 1U);
    if (count != 0) {
        memcpy(copy, items, count * sizeof *copy);
    }
    return (Json){.type = JSON_ARRAY, .count = count, .items = copy};
}

static Json framework_prop(Arena *arena, Str id)
{
    const JsonMember members[] = {
        {.key = STR("name"), .value = json_string(STR("framework"))},
        {.key = STR("ns"), .value = json_string(OWN_NS)},
        {.key = STR("value"), .value = json_string(id)},
    };
    return object_of(arena, members, COUNTOF(members));
}

// metadata with the prop, in place of one it has.
static Json named_metadata(Arena *arena, const Json *metadata, Str id)
{
    Json named = *metadata;
    const Json *props = json_find(metadata, STR("props"));
    uint32_t before = json_is(props, JSON_ARRAY) ? props->count : 0;
    Json *kept = NEW_ARRAY(arena, Json, before + 1U);
    uint32_t count = 0;
    for (uint32_t i = 0; i < before; i++) {
        if (!str_eq(json_find_str(&props->items[i], STR("name")), STR("framework"))) {
            kept[count++] = props->items[i];
        }
    }
    kept[count++] = framework_prop(arena, id);
    json_set(arena, &named, STR("props"), list_of(arena, kept, count));
    return named;
}

static const Json *wrap(Arena *arena, Str model, Json body)
{
    const JsonMember member = {.key = model, .value = body};
    Json *document = NEW(arena, Json);
    *document = object_of(arena, &member, 1);
    return document;
}

const Json *library_store_named(Arena *arena, const Json *document, Str id)
{
    ASSERT(json_is(document, JSON_OBJECT) && document->count == 1);
    Json body = document->members[0].value;
    const Json *metadata = json_find(&body, STR("metadata"));
    ASSERT(json_is(metadata, JSON_OBJECT)); // the document was checked
    json_set(arena, &body, STR("metadata"), named_metadata(arena, metadata, id));
    return wrap(arena, document->members[0].key, body);
}

const Json *library_store_profile(Arena *arena, const Json *document, Str framework,
                                  const Str *control_ids, uint32_t count)
{
    const Json *named = library_store_named(arena, document, framework);
    const Json *body = &named->members[0].value;
    Json *ids = NEW_ARRAY(arena, Json, count + 1U);
    for (uint32_t i = 0; i < count; i++) {
        ids[i] = json_string(control_ids[i]);
    }
    const JsonMember with_ids = {.key = STR("with-ids"), .value = list_of(arena, ids, count)};
    const Json selection = object_of(arena, &with_ids, 1);
    Buf href = {0};
    buf_printf(&href, "../%.*s.json", STR_ARG(framework));
    const JsonMember import_members[] = {
        {.key = STR("href"), .value = json_string(str_copy(arena, buf_str(&href)))},
        {.key = STR("include-controls"), .value = list_of(arena, &selection, 1)},
    };
    buf_free(&href);
    const Json import = object_of(arena, import_members, COUNTOF(import_members));
    const JsonMember as_is = {.key = STR("as-is"), .value = json_bool(true)};
    const Json *uuid = json_find(body, STR("uuid"));
    const Json *metadata = json_find(body, STR("metadata"));
    ASSERT(uuid != NULL && metadata != NULL); // the document was checked
    const JsonMember members[] = {
        {.key = STR("uuid"), .value = *uuid},
        {.key = STR("metadata"), .value = *metadata},
        {.key = STR("imports"), .value = list_of(arena, &import, 1)},
        {.key = STR("merge"), .value = object_of(arena, &as_is, 1)},
    };
    return wrap(arena, STR("profile"), object_of(arena, members, COUNTOF(members)));
}
