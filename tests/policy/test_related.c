// SPDX-License-Identifier: Apache-2.0
#include "policy/related.h"

#include <string.h>

#include "t.h"

TEST(related_join_kinds)
{
    static const struct {
        const char *row;
        Str primary, related;
        bool subscription;
        JoinKind want;
        bool names_group;
    } rows[] = {
        {"a name that only begins alike is no child", STR_INIT("a.b/server"),
         STR_INIT("a.b/servers/x"), false, JOIN_GROUP},
        {"a child", STR_INIT("a.b/servers"), STR_INIT("a.b/servers/databases"), false, JOIN_CHILD},
        {"a child ignores existenceScope", STR_INIT("a.b/servers"),
         STR_INIT("a.b/servers/databases/x"), true, JOIN_CHILD},
        {"an extension", STR_INIT("microsoft.web/sites"),
         STR_INIT("microsoft.insights/diagnosticsettings"), true, JOIN_CHILD},
        {"an extension of a container is looked for in its subscription",
         STR_INIT("microsoft.resources/subscriptions"),
         STR_INIT("microsoft.insights/diagnosticsettings"), false, JOIN_SUBSCRIPTION},
        {"a group is looked for in its subscription", STR_INIT("microsoft.resources/subscriptions"),
         STR_INIT("microsoft.resources/subscriptions/resourcegroups"), false, JOIN_SUBSCRIPTION},
        {"of a subscription, in a group that is named",
         STR_INIT("microsoft.resources/subscriptions"), STR_INIT("d.e/f"), false, JOIN_GROUP, true},
        {"of a subscription, in all of it", STR_INIT("microsoft.resources/subscriptions"),
         STR_INIT("d.e/f"), true, JOIN_SUBSCRIPTION, true},
        {"another type: the group", STR_INIT("a.b/c"), STR_INIT("d.e/f"), false, JOIN_GROUP},
        {"another type: the subscription", STR_INIT("a.b/c"), STR_INIT("d.e/f"), true,
         JOIN_SUBSCRIPTION},
        {"the same type", STR_INIT("a.b/c"), STR_INIT("a.b/c"), false, JOIN_GROUP},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        CHECK_ROW(rows[i].row, related_join(rows[i].primary, rows[i].related, rows[i].subscription,
                                            rows[i].names_group) == rows[i].want);
    }
}

// The resources above an id, nearest first, a space between them.
static Str list_above(Arena *arena, const IdParts *parts)
{
    uint32_t ends[16];
    uint32_t count = id_resources_above(parts, ends, COUNTOF(ends));
    char *list = NEW_ARRAY(arena, char, (parts->id.len + 1) * COUNTOF(ends));
    size_t len = 0;
    for (uint32_t i = 0; i < count; i++) {
        list[len] = ' ';
        len += i != 0 ? 1 : 0;
        memcpy(list + len, parts->id.ptr, ends[i]);
        len += ends[i];
    }
    return (Str){list, len};
}

TEST(related_id_parts)
{
    static const struct {
        const char *row;
        Str id, subscription, group, above, full_name;
    } rows[] = {
        {.row = "empty", .id = STR_INIT("")},
        {.row = "no id", .id = STR_INIT("abc"), .full_name = STR_INIT("")},
        {.row = "a subscription",
         .id = STR_INIT("/subscriptions/S"),
         .subscription = STR_INIT("/subscriptions/S"),
         .full_name = STR_INIT("S")},
        {.row = "a resource, any case",
         .id = STR_INIT("/Subscriptions/S/resourcegroups/G/Providers/N.S/types/one"),
         .subscription = STR_INIT("/Subscriptions/S"),
         .group = STR_INIT("/Subscriptions/S/resourcegroups/G"),
         .full_name = STR_INIT("one")},
        {.row = "a child",
         .id = STR_INIT("/subscriptions/S/resourceGroups/G/providers/N.S/types/one/kids/two"),
         .subscription = STR_INIT("/subscriptions/S"),
         .group = STR_INIT("/subscriptions/S/resourceGroups/G"),
         .above = STR_INIT("/subscriptions/S/resourceGroups/G/providers/N.S/types/one"),
         .full_name = STR_INIT("one/two")},
        {.row = "an extension",
         .id = STR_INIT("/subscriptions/S/resourceGroups/G/providers/N.S/types/one/providers/"
                        "M.T/settings/x"),
         .subscription = STR_INIT("/subscriptions/S"),
         .group = STR_INIT("/subscriptions/S/resourceGroups/G"),
         .above = STR_INIT("/subscriptions/S/resourceGroups/G/providers/N.S/types/one"),
         .full_name = STR_INIT("x")},
        {.row = "an extension of a child",
         .id = STR_INIT("/subscriptions/S/providers/N.S/types/one/kids/two/providers/M.T/sets/x"),
         .subscription = STR_INIT("/subscriptions/S"),
         .above = STR_INIT("/subscriptions/S/providers/N.S/types/one/kids/two "
                           "/subscriptions/S/providers/N.S/types/one"),
         .full_name = STR_INIT("x")},
        {.row = "a type without a name",
         .id = STR_INIT("/providers/N.S/types/one/kids"),
         .above = STR_INIT("/providers/N.S/types /providers"),
         .full_name = STR_INIT("one")},
        {.row = "an app of an environment",
         .id = STR_INIT("/tenants/T/environments/E/canvasapps/A"),
         .subscription = STR_INIT("/tenants/T"),
         .group = STR_INIT("/tenants/T/environments/E"),
         .above = STR_INIT("/tenants/T/environments/E /tenants/T"),
         .full_name = STR_INIT("T/E/A")},
    };
    Arena arena;
    arena_init(&arena, 1 << 20);
    IdParts parts = {0};
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        CHECK_ROW(rows[i].row, str_eq(id_subscription(rows[i].id), rows[i].subscription));
        CHECK_ROW(rows[i].row, str_eq(id_group(rows[i].id), rows[i].group));
        id_parts_read(&parts, rows[i].id);
        CHECK_ROW(rows[i].row, str_eq(id_full_name(&arena, &parts), rows[i].full_name));
        CHECK_ROW(rows[i].row, str_eq(list_above(&arena, &parts), rows[i].above));
    }
    id_parts_close(&parts);
    arena_free(&arena);
}

// The names of an id byte by byte: behind the last "/providers/NS", every second segment.
static Str names_slowly(Arena *arena, Str id)
{
    char *out = NEW_ARRAY(arena, char, id.len + 1);
    size_t len = 0;
    size_t start = 0;
    for (size_t at = 0; at < id.len; at++) {
        if (str_starts_nocase(str_from(id, at), STR("/providers/"))) {
            start = at + 11;
            while (start < id.len && id.ptr[start] != '/') {
                start++;
            }
        }
    }
    for (uint32_t segment = 0; start < id.len; segment++) {
        if (segment % 2 == 1 && len != 0) {
            out[len++] = '/';
        }
        for (start++; start < id.len && id.ptr[start] != '/'; start++) {
            out[len] = id.ptr[start];
            len += segment % 2;
        }
    }
    return (Str){out, len};
}

static Str last_segment(Str name)
{
    size_t at = name.len;
    while (at > 0 && name.ptr[at - 1] != '/') {
        at--;
    }
    return str_from(name, at);
}

// Every id of up to six of these segments, with and without a '/' before them: taken apart once it
// says what it says when it is asked piece by piece.
TEST(related_parts_agree_with_each_question)
{
    static const char *const words[] = {
        "", "subscriptions", "RESOURCEGROUPS", "tenants", "providers", "provider5", "n"};
    enum { SEGMENTS_MAX = 6 };
    Arena arena;
    arena_init(&arena, 1 << 20);
    IdParts parts = {0};
    uint32_t wrong = 0;
    uint32_t ids = 1;
    for (uint32_t segments = 1; segments <= SEGMENTS_MAX; segments++) {
        ids *= (uint32_t)COUNTOF(words);
        for (uint32_t id = 0; id < ids * 2; id++) {
            char text[SEGMENTS_MAX * 16];
            size_t len = 0;
            for (uint32_t s = 0, left = id / 2; s < segments; s++, left /= COUNTOF(words)) {
                const char *word = words[left % COUNTOF(words)];
                text[len] = '/';
                len += s != 0 || id % 2 == 0 ? 1 : 0;
                memcpy(text + len, word, strlen(word));
                len += strlen(word);
            }
            Str whole = {text, len};
            ArenaMark mark = arena_mark(&arena);
            id_parts_read(&parts, whole);
            wrong += parts.subscription != id_subscription(whole).len ? 1 : 0;
            wrong += parts.group != id_group(whole).len ? 1 : 0;
            Str full_name = id_full_name(&arena, &parts);
            wrong += str_eq(full_name, names_slowly(&arena, whole)) ? 0 : 1;
            wrong += str_eq(id_last_name(&parts), last_segment(full_name)) ? 0 : 1;
            arena_rewind(&arena, mark);
        }
    }
    CHECK(wrong == 0);
    id_parts_close(&parts);
    arena_free(&arena);
}

TEST(related_names)
{
    static const struct {
        const char *row;
        Str full, wanted;
        bool want;
    } rows[] = {
        {"longer than the name", STR_INIT("web"), STR_INIT("site/web"), false},
        {"ends alike inside a segment", STR_INIT("site/myweb"), STR_INIT("web"), false},
        {"another", STR_INIT("site/web"), STR_INIT("site"), false},
        {"any under another parent", STR_INIT("one/web"), STR_INIT("two/?"), false},
        {"the last segment", STR_INIT("site/web"), STR_INIT("WEB"), true},
        {"all segments", STR_INIT("site/web"), STR_INIT("Site/Web"), true},
        {"any", STR_INIT("site/web"), STR_INIT("?"), true},
        {"any under a parent", STR_INIT("site/web"), STR_INIT("site/?"), true},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        CHECK_ROW(rows[i].row, name_matches(rows[i].full, rows[i].wanted) == rows[i].want);
    }
}
