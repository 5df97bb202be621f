// SPDX-License-Identifier: Apache-2.0
// Metadata and identity of a resolved catalog: the profile's, with what resolution says of itself.
#include <string.h>

#include "base/buf.h"
#include "base/digest.h"
#include "oscal/href.h"
#include "oscal/metadata.h"

typedef struct Version {
    uint32_t number[3];
    bool is_final; // no "-rc2" behind it
} Version;

static bool read_version(Str text, Version *ret_version)
{
    Version version = {.is_final = true};
    size_t at = 0;
    for (uint32_t part = 0; part < 3; part++) {
        size_t start = at;
        while (at < text.len && at < start + 6 && text.ptr[at] >= '0' && text.ptr[at] <= '9') {
            version.number[part] = version.number[part] * 10 + (uint32_t)(text.ptr[at] - '0');
            at++;
        }
        if (at == start) {
            return false;
        }
        if (part < 2) {
            if (at == text.len || text.ptr[at] != '.') {
                return false;
            }
            at++;
        }
    }
    version.is_final = at == text.len;
    *ret_version = version;
    return true;
}

static int version_cmp(const Version *a, const Version *b)
{
    for (uint32_t i = 0; i < 3; i++) {
        if (a->number[i] != b->number[i]) {
            return a->number[i] < b->number[i] ? -1 : 1;
        }
    }
    return (a->is_final ? 1 : 0) - (b->is_final ? 1 : 0);
}

bool metadata_join_version(Resolver *resolver, const Json *metadata, Str *version)
{
    const Json *value = json_find(metadata, STR("oscal-version"));
    Version found;
    Version known;
    Version tool;
    if (!json_is(value, JSON_STRING) || !read_version(value->string, &found)) {
        return true;
    }
    ASSERT(read_version(STR(OSCAL_VERSION), &tool));
    if (found.number[0] != tool.number[0]) {
        return diag_error(resolver->diags, value->at, "oscal-version",
                          "OSCAL %.*s cannot be resolved together with OSCAL %u.x",
                          STR_ARG(value->string), tool.number[0]);
    }
    if (version_cmp(&found, &tool) > 0) {
        *version = STR(OSCAL_VERSION);
    } else if (!read_version(*version, &known) || version_cmp(&found, &known) > 0) {
        *version = value->string;
    }
    return true;
}

// ---- roles and parties ----

void metadata_keep(Resolver *resolver, const Json *imported, Json *metadata)
{
    static const struct {
        Str list;
        Str key;
    } kinds[] = {
        {STR_INIT("roles"), STR_INIT("id")},
        {STR_INIT("parties"), STR_INIT("uuid")},
    };
    for (size_t k = 0; k < COUNTOF(kinds); k++) {
        const Json *list = json_find(imported, kinds[k].list);
        const Json *known = json_find(metadata, kinds[k].list);
        if (!json_is(list, JSON_ARRAY)) {
            continue;
        }
        Map ids;
        map_init(&ids, resolver->arena, MAP_EXACT);
        for (uint32_t i = 0; json_is(known, JSON_ARRAY) && i < known->count; i++) {
            (void)map_intern(&ids, json_find_str(&known->items[i], kinds[k].key));
        }
        Json kept = {.type = JSON_ARRAY, .at = list->at};
        Json *items = NEW_ARRAY(resolver->arena, Json, list->count);
        for (uint32_t i = 0; i < list->count; i++) {
            uint32_t count = ids.count;
            if (json_keeps(&list->items[i]) &&
                map_intern(&ids, json_find_str(&list->items[i], kinds[k].key)) == count) {
                items[kept.count++] = list->items[i];
            }
        }
        kept.items = items;
        json_splice(resolver->arena, metadata, kinds[k].list, UINT32_MAX, &kept);
    }
}

// ---- what resolution says of itself ----

static Json object_of(Arena *arena, const Str (*pairs)[2], uint32_t count)
{
    JsonMember *members = NEW_ARRAY(arena, JsonMember, count);
    for (uint32_t i = 0; i < count; i++) {
        members[i] = (JsonMember){.key = pairs[i][0], .value = json_string(pairs[i][1])};
    }
    return (Json){.type = JSON_OBJECT, .count = count, .members = members};
}

// Entries whose key has that value are dropped from the list.
static void drop_entries(Arena *arena, Json *metadata, Str list_key, Str key, Str value)
{
    const Json *list = json_find(metadata, list_key);
    if (!json_is(list, JSON_ARRAY)) {
        return;
    }
    Json kept = {.type = JSON_ARRAY, .at = list->at};
    Json *items = NEW_ARRAY(arena, Json, list->count);
    for (uint32_t i = 0; i < list->count; i++) {
        if (!str_eq(json_find_str(&list->items[i], key), value)) {
            items[kept.count++] = list->items[i];
        }
    }
    kept.items = items;
    json_set(arena, metadata, list_key, kept);
}

static void append(Arena *arena, Json *metadata, Str list_key, const Str (*pairs)[2],
                   uint32_t count)
{
    Json *item = NEW(arena, Json);
    *item = object_of(arena, pairs, count);
    Json one = {.type = JSON_ARRAY, .count = 1, .items = item};
    json_splice(arena, metadata, list_key, UINT32_MAX, &one);
}

void metadata_finish(Resolver *resolver, const Document *profile, Str version, Json *metadata)
{
    Arena *arena = resolver->arena;
    const Str tool[][2] = {{STR("name"), STR("resolution-tool")},
                           {STR("value"), resolver->options->tool}};
    Str uuid = json_find_str(profile->body, STR("uuid"));
    const Str origin[][2] = {{STR("name"), STR("source-profile-uuid")}, {STR("value"), uuid}};
    const Str source[][2] = {{STR("href"), href_of_path(arena, profile->href)},
                             {STR("rel"), STR("source-profile")}};
    json_set(arena, metadata, STR("last-modified"), json_string(resolver->options->now));
    if (version.len != 0) {
        json_set(arena, metadata, STR("oscal-version"), json_string(version));
    }
    drop_entries(arena, metadata, STR("props"), STR("name"), STR("resolution-tool"));
    drop_entries(arena, metadata, STR("props"), STR("name"), STR("source-profile-uuid"));
    drop_entries(arena, metadata, STR("links"), STR("rel"), STR("source-profile"));
    append(arena, metadata, STR("props"), tool, COUNTOF(tool));
    if (uuid.len != 0) {
        append(arena, metadata, STR("props"), origin, COUNTOF(origin));
    }
    append(arena, metadata, STR("links"), source, COUNTOF(source));
}

Str metadata_uuid(Resolver *resolver, const Document *profile)
{
    // the name space of resolved catalogs of this project
    static const uint8_t name_space[16] = {0x5c, 0x1d, 0x0e, 0x86, 0x3a, 0x77, 0x4b, 0x62,
                                           0x9f, 0x15, 0x21, 0xd8, 0x6e, 0xb0, 0x44, 0xc9};
    Buf name = {0};
    buf_push(&name, json_find_str(profile->body, STR("uuid")));
    for (const Document *at = resolver->first; at != NULL; at = at->next) {
        const Json *metadata = json_find(at->body, STR("metadata"));
        buf_byte(&name, '\n');
        buf_push(&name, json_find_str(at->body, STR("uuid")));
        buf_byte(&name, ' ');
        buf_push(&name, json_find_str(metadata, STR("last-modified")));
    }
    buf_byte(&name, '\n');
    buf_push(&name, resolver->options->now);
    char text[37];
    digest_uuid5(name_space, buf_str(&name), text);
    buf_free(&name);
    return str_copy(resolver->arena, (Str){text, 36});
}
