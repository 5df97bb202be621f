// SPDX-License-Identifier: Apache-2.0
// The adapter table itself: rows are whole, shapes are distinct, the documentation names each kind.
#include "inventory/adapter.h"

#include <string.h>

#include "inventory/slice.h"
#include "inventory/world.h"
#include "t.h"

TEST(each_row_is_whole)
{
    for (uint32_t i = 0; i < adapter_count; i++) {
        const Adapter *adapter = &adapter_table[i];
        bool as_is = (adapter->flags & ADAPTER_AS_IS) != 0;
        bool is_single = (adapter->flags & ADAPTER_SINGLE) != 0;
        const char *kind = adapter->kind;
        CHECK_ROW(kind, adapter->shape != NULL);
        CHECK_ROW(kind, adapter->ignored == NULL || adapter->type == NULL);
        if (adapter->ignored != NULL || as_is) {
            continue;
        }
        CHECK_ROW(kind, adapter->type != NULL && adapter->segment != NULL);
        CHECK_ROW(kind, is_single || adapter->id != NULL || adapter->type[0] == '\0');
        CHECK_ROW(kind, (adapter->parent == NULL) == (adapter->parent_segment == NULL));
        CHECK_ROW(kind, adapter->detail == NULL || strcmp(adapter->detail, kind) != 0);
    }
}

TEST(kinds_names_and_types_lead_back_to_their_row)
{
    for (uint32_t i = 0; i < adapter_count; i++) {
        const Adapter *adapter = &adapter_table[i];
        const Adapter *found = adapter_by_kind(text_of(adapter->kind));
        bool is_detail = false;
        CHECK_ROW(adapter->kind, found != NULL && strcmp(found->kind, adapter->kind) == 0);
        found = adapter_by_name(text_of(adapter->kind), &is_detail);
        CHECK_ROW(adapter->kind, found != NULL && strcmp(found->kind, adapter->kind) == 0);
        CHECK_ROW(adapter->kind, !is_detail);
        if (adapter->type != NULL && adapter->type[0] != '\0') {
            CHECK_ROW(adapter->kind, adapter_by_type(text_of(adapter->type)) != NULL);
        }
    }
}

static const struct {
    const char *path;
    const char *kind; // NULL = none
    bool is_detail;
} paths[] = {
    {"", NULL, false},
    {"/", NULL, false},
    {"/providers/x/y", NULL, false},
    {"/environments", NULL, false},
    {"/providers/Microsoft.BusinessAppPlatform/scopes/admin/environments", "environments", false},
    {"/providers/Microsoft.BusinessAppPlatform/scopes/admin/environments/", "environments", false},
    {"/providers/Microsoft.BusinessAppPlatform/scopes/admin/environments/e", "environments", true},
    {"/providers/Microsoft.BusinessAppPlatform/scopes/admin/environments/e/roleAssignments",
     "environment-role-assignments", false},
    {"/providers/PowerPlatform.Governance/v2/policies/p", "dlp-policies", true},
    {"/providers/Microsoft.PowerApps/scopes/admin/environments/e/apps/a/permissions",
     "canvas-app-permissions", false},
    {"/providers/Microsoft.PowerApps/scopes/admin/environments/e/apps/a", "canvas-apps", true},
    {"/api/data/v9.2/roles", "dataverse-roles", false},
    {"/v1.0/roleManagement/directory/roleDefinitions", "graph-roledefinitions", false},
    {"/authorization/roleDefinitions", "pp-rbac-definitions", false},
    {"/beta/settings", "graph-directorysettings", false},
    {"/environmentmanagement/environments/e/settings", "environment-settings-ppapi", false},
    {"/V1.0/USERS", "graph-users", false},
};

TEST(the_tail_of_a_path_tells_the_kind)
{
    for (size_t i = 0; i < COUNTOF(paths); i++) {
        bool is_detail = false;
        const Adapter *found = adapter_by_url(text_of(paths[i].path), &is_detail);
        CHECK_ROW(paths[i].path, (found == NULL) == (paths[i].kind == NULL));
        CHECK_ROW(paths[i].path, found == NULL || strcmp(found->kind, paths[i].kind) == 0);
        CHECK_ROW(paths[i].path, is_detail == paths[i].is_detail);
    }
}

TEST(the_documentation_names_each_kind_and_type)
{
    World world;
    Str text;
    world_open(&world);
    CHECK(world_read_file(&world.arena, "docs/inventory.md", &text));
    for (uint32_t i = 0; i < adapter_count; i++) {
        const Adapter *adapter = &adapter_table[i];
        CHECK_ROW(adapter->kind, str_find(text, text_of(adapter->kind)) != NULL);
        CHECK_ROW(adapter->kind,
                  adapter->detail == NULL || str_find(text, text_of(adapter->detail)) != NULL);
        bool is_ours = adapter->type != NULL && adapter->scope != ADAPTER_AZURE;
        CHECK_ROW(adapter->kind, !is_ours || str_find(text, text_of(adapter->type)) != NULL);
    }
    world_close(&world);
}

static const struct {
    const char *text;
    uint32_t items;
    bool is_broken;
} arrays[] = {
    {"[", 0, true},
    {"[1,", 1, true},
    {"[1 2]", 1, true},
    {"[{]", 1, true},
    {"[\"a]", 0, true},
    {"[\"\\\"]", 0, true},
    {"[,1]", 0, true},
    {"[1,]", 1, true},
    {"[]", 0, false},
    {"[ ]", 0, false},
    {"[1]", 1, false},
    {"[1, \"]\" ,{}]", 3, false},
    {"[[1,2],[3]]", 2, false},
    {"[\"\\\\\",\"\\\"\"]", 2, false},
    {"[{\"a\":\"}\"}]", 1, false},
};

TEST(slices_end_where_values_do)
{
    for (size_t i = 0; i < COUNTOF(arrays); i++) {
        SliceList list;
        Str item;
        uint32_t items = 0;
        slice_list(&list, text_of(arrays[i].text), 0);
        while (slice_next(&list, &item)) {
            items++;
        }
        CHECK_ROW(arrays[i].text, items == arrays[i].items);
        CHECK_ROW(arrays[i].text, list.is_broken == arrays[i].is_broken);
        bool ends = slice_list_end(&list) == strlen(arrays[i].text);
        CHECK_ROW(arrays[i].text, list.is_broken || ends);
    }
}
