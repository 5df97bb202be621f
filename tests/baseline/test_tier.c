// SPDX-License-Identifier: Apache-2.0
#include "baseline/tier.h"

#include <string.h>

#include "oscal/read_text.h"
#include "t.h"

static const struct {
    const char *row;
    const char *text;
    const char *code;
    const char *part;
} bad_cases[] = {
    {"not an object", "[]", "wrong-type", "object"},
    {"assets that are no array", "{'assets':{}}", "wrong-type", "array"},
    {"an unknown default", "{'default':'huge'}", "unknown-tier", "\"huge\""},
    {"an asset without scope", "{'assets':[{'tier':'low'}]}", "missing-member", "scope"},
    {"an asset without tier", "{'assets':[{'scope':'/tenants/T'}]}", "unknown-tier", NULL},
};

TEST(bad_tier_files_are_refused)
{
    for (size_t i = 0; i < COUNTOF(bad_cases); i++) {
        Arena arena;
        arena_init(&arena, (size_t)1 << 20);
        DiagList diags;
        diag_init(&diags, &arena, STR("t.json"));
        TierTable table;
        const Json *json = read_text(&arena, bad_cases[i].text);
        CHECK_ROW(bad_cases[i].row, !tier_table_read(&arena, json, &diags, &table));
        CHECK_ROW(bad_cases[i].row, has_diag(&diags, bad_cases[i].code, bad_cases[i].part));
        arena_free(&arena);
    }
}

TEST(the_nearest_scope_decides)
{
    static const struct {
        const char *id;
        const char *scope;
        Tier tier;
    } cases[] = {
        {"/tenants/T/environments/E/canvasapps/A", "", TIER_MISSION_CRITICAL},
        {"/tenants/t/ENVIRONMENTS/e", "", TIER_MISSION_CRITICAL},
        {"/tenants/T/environments/E2/canvasapps/A", "", TIER_BUSINESS_CRITICAL},
        {"/tenants/U/tenantSettings", "", TIER_LOW},
        {"/apps/A", "/tenants/T/environments/E", TIER_MISSION_CRITICAL},
    };
    Arena arena;
    arena_init(&arena, (size_t)1 << 20);
    DiagList diags;
    diag_init(&diags, &arena, STR("t.json"));
    TierTable table;
    const Json *json = read_text(
        &arena, "{'default':'low','assets':[{'scope':'/tenants/T/environments/E','tier':"
                "'mission-critical'},{'scope':'/tenants/T','tier':'business-critical'}]}");
    CHECK(tier_table_read(&arena, json, &diags, &table));
    for (size_t i = 0; i < COUNTOF(cases); i++) {
        Tier tier = tier_of(&table, (Str){cases[i].id, strlen(cases[i].id)},
                            (Str){cases[i].scope, strlen(cases[i].scope)});
        CHECK_ROW(cases[i].id, tier == cases[i].tier);
    }
    CHECK(tier_of(NULL, STR("/tenants/T"), STR("")) == TIER_STANDARD);
    CHECK(strcmp(tier_name(TIER_LOW), "low") == 0);
    CHECK(tier_weight(TIER_MISSION_CRITICAL) > tier_weight(TIER_BUSINESS_CRITICAL));
    CHECK(tier_weight(TIER_BUSINESS_CRITICAL) > tier_weight(TIER_STANDARD));
    CHECK(tier_weight(TIER_STANDARD) > tier_weight(TIER_LOW));
    arena_free(&arena);
}
