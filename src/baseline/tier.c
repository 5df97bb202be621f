// SPDX-License-Identifier: Apache-2.0
#include "baseline/tier.h"

#include "policy/assignment.h"

static const struct {
    Str name;
    uint32_t weight;
} tiers[] = {
#define TIER(id, name, weight) [TIER_##id] = {STR_INIT(name), weight},
#include "baseline/tier.def"
#undef TIER
};

const char *tier_name(Tier tier)
{
    ASSERT((size_t)tier < COUNTOF(tiers));
    return tiers[tier].name.ptr;
}

uint32_t tier_weight(Tier tier)
{
    ASSERT((size_t)tier < COUNTOF(tiers));
    return tiers[tier].weight;
}

static bool read_tier(const Json *json, Span at, DiagList *diags, Tier *ret_tier)
{
    Str name = json_is(json, JSON_STRING) ? json->string : STR("");
    for (size_t i = 0; i < COUNTOF(tiers); i++) {
        if (str_eq(name, tiers[i].name)) {
            *ret_tier = (Tier)i;
            return true;
        }
    }
    return diag_error(diags, json != NULL ? json->at : at, "unknown-tier",
                      "\"%.*s\" is no tier; known: mission-critical, business-critical, standard, "
                      "low",
                      STR_ARG(name));
}

// A misspelt key would leave every asset at the default without a word.
static void check_keys(const Json *json, DiagList *diags)
{
    for (uint32_t i = 0; i < json->count; i++) {
        const JsonMember *member = &json->members[i];
        if (!str_eq(member->key, STR("default")) && !str_eq(member->key, STR("assets"))) {
            (void)diag_error(diags, member->at, "unknown-key",
                             "\"%.*s\" is not a key of a tiers file: \"default\", \"assets\"",
                             STR_ARG(member->key));
        }
    }
}

bool tier_table_read(Arena *arena, const Json *json, DiagList *diags, TierTable *ret_table)
{
    uint32_t errors_before = diags->errors;
    TierTable table = {.fallback = TIER_STANDARD};
    if (!json_is(json, JSON_OBJECT)) {
        return diag_error(diags, json->at, "wrong-type",
                          "a tiers file is an object {\"default\": …, \"assets\": […]}");
    }
    check_keys(json, diags);
    const Json *fallback = json_find(json, STR("default"));
    if (fallback != NULL) {
        // A diagnostic is enough; the table is not handed out then.
        (void)!read_tier(fallback, json->at, diags, &table.fallback);
    }
    const Json *assets = json_find(json, STR("assets"));
    uint32_t count = json_is(assets, JSON_ARRAY) ? assets->count : 0;
    if (assets != NULL && assets->type != JSON_ARRAY) {
        diag_error(diags, assets->at, "wrong-type", "\"assets\" must be an array");
    }
    TierRow *rows = NEW_ARRAY(arena, TierRow, count);
    for (uint32_t i = 0; i < count; i++) {
        const Json *item = &assets->items[i];
        rows[i].scope = json_find_str(item, STR("scope"));
        if (rows[i].scope.len == 0) {
            diag_error(diags, item->at, "missing-member", "an asset needs \"scope\"");
        }
        (void)!read_tier(json_find(item, STR("tier")), item->at, diags, &rows[i].tier);
    }
    if (diags->errors != errors_before) {
        return false;
    }
    table.rows = rows;
    table.count = count;
    *ret_table = table;
    return true;
}

Tier tier_of(const TierTable *table, Str resource_id, Str resource_scope)
{
    if (table == NULL) {
        return TIER_STANDARD;
    }
    const TierRow *best = NULL;
    for (uint32_t i = 0; i < table->count; i++) {
        const TierRow *row = &table->rows[i];
        bool holds = scope_contains(row->scope, resource_id) ||
                     (resource_scope.len != 0 && scope_contains(row->scope, resource_scope));
        if (holds && (best == NULL || row->scope.len > best->scope.len)) {
            best = row;
        }
    }
    return best != NULL ? best->tier : table->fallback;
}
