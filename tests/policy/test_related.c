// SPDX-License-Identifier: Apache-2.0
#include "policy/related.h"

#include "t.h"

TEST(related_join_kinds)
{
    static const struct {
        const char *row;
        Str primary, related;
        bool subscription;
        JoinKind want;
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
        {"another type: the group", STR_INIT("a.b/c"), STR_INIT("d.e/f"), false, JOIN_GROUP},
        {"another type: the subscription", STR_INIT("a.b/c"), STR_INIT("d.e/f"), true,
         JOIN_SUBSCRIPTION},
        {"the same type", STR_INIT("a.b/c"), STR_INIT("a.b/c"), false, JOIN_GROUP},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        CHECK_ROW(rows[i].row, related_join(rows[i].primary, rows[i].related,
                                            rows[i].subscription) == rows[i].want);
    }
}

TEST(related_id_parts)
{
    static const struct {
        const char *row;
        Str id, subscription, group, parent, full_name;
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
         .parent = STR_INIT("/Subscriptions/S/resourcegroups/G"),
         .full_name = STR_INIT("one")},
        {.row = "a child",
         .id = STR_INIT("/subscriptions/S/resourceGroups/G/providers/N.S/types/one/kids/two"),
         .subscription = STR_INIT("/subscriptions/S"),
         .group = STR_INIT("/subscriptions/S/resourceGroups/G"),
         .parent = STR_INIT("/subscriptions/S/resourceGroups/G/providers/N.S/types/one"),
         .full_name = STR_INIT("one/two")},
        {.row = "an extension",
         .id = STR_INIT("/subscriptions/S/resourceGroups/G/providers/N.S/types/one/providers/"
                        "M.T/settings/x"),
         .subscription = STR_INIT("/subscriptions/S"),
         .group = STR_INIT("/subscriptions/S/resourceGroups/G"),
         .parent = STR_INIT("/subscriptions/S/resourceGroups/G/providers/N.S/types/one"),
         .full_name = STR_INIT("x")},
        {.row = "an app of an environment",
         .id = STR_INIT("/tenants/T/environments/E/canvasapps/A"),
         .subscription = STR_INIT("/tenants/T"),
         .group = STR_INIT("/tenants/T/environments/E"),
         .parent = STR_INIT("/tenants/T/environments/E"),
         .full_name = STR_INIT("T/E/A")},
    };
    Arena arena;
    arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        CHECK_ROW(rows[i].row, str_eq(id_subscription(rows[i].id), rows[i].subscription));
        CHECK_ROW(rows[i].row, str_eq(id_group(rows[i].id), rows[i].group));
        CHECK_ROW(rows[i].row, str_eq(id_parent(rows[i].id), rows[i].parent));
        CHECK_ROW(rows[i].row, str_eq(id_full_name(&arena, rows[i].id), rows[i].full_name));
    }
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
