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
