// SPDX-License-Identifier: Apache-2.0
#include "oscal/alter_parts.h"

const AlterList alter_lists[ALTER_LISTS] = {
    {STR_INIT("props"), STR_INIT("prop")},
    {STR_INIT("links"), STR_INIT("link")},
    {STR_INIT("parts"), STR_INIT("part")},
};

void alter_note(const Alter *alter, OscalTraceKind kind, Str item, const Json *object, Span at)
{
    Resolver *resolver = alter->resolver;
    Str id = json_find_str(object, STR("id"));
    Touch *touch = NEW(resolver->arena, Touch);
    *touch = (Touch){.event = resolver->event_count, .earlier = alter->control->touch};
    alter->control->touch = touch;
    ARENA_ROOM(resolver->arena, resolver->events, resolver->event_count, resolver->event_cap);
    resolver->events[resolver->event_count++] = (Event){
        .kind = kind,
        .control = alter->control->id,
        .item = item,
        .id = id.len != 0 ? id : json_find_str(object, STR("name")),
        .document = alter->profile->href,
        .at = at,
    };
}

// An entry is known by its members, which a shallow copy shares.
static Str identity_of(const JsonMember *const *members)
{
    return (Str){(const char *)members, sizeof(*members)};
}

bool alter_is_added(const Alter *alter, const Json *entry)
{
    const JsonMember *members = entry->members;
    return entry->type == JSON_OBJECT && entry->count != 0 &&
           map_find(alter->added, identity_of(&members)) != MAP_NONE;
}

void alter_keep(const Alter *alter, const Json *add)
{
    static const Str keys[] = {STR_INIT("params"), STR_INIT("props"), STR_INIT("links"),
                               STR_INIT("parts")};
    for (size_t k = 0; k < COUNTOF(keys); k++) {
        const Json *list = json_find(add, keys[k]);
        for (uint32_t i = 0; json_is(list, JSON_ARRAY) && i < list->count; i++) {
            const JsonMember *members = list->items[i].members;
            (void)map_intern(alter->added, identity_of(&members));
        }
    }
}

void alter_keep_changed(const Alter *alter, const Json *before, const Json *after)
{
    if (alter_is_added(alter, before)) {
        const JsonMember *members = after->members;
        (void)map_intern(alter->added, identity_of(&members));
    }
}
