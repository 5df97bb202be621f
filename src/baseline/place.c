// SPDX-License-Identifier: Apache-2.0
#include "baseline/place.h"

#include "base/text.h"
#include "policy/related.h"
#include "policy/selector.h"
#include "json/read.h"

void places_init(Places *places, Arena *arena, const TierTable *tiers)
{
    *places = (Places){.arena = arena, .tiers = tiers};
    map_init(&places->environments, arena, MAP_NOCASE);
    map_init(&places->connectors, arena, MAP_NOCASE);
    map_init(&places->connections, arena, MAP_NOCASE);
}

Str place_environment_type(Str sku)
{
    static const struct {
        Str name;
        Str word;
    } rows[] = {
        {STR_INIT("Default"), STR_INIT("default")},
        {STR_INIT("Production"), STR_INIT("production")},
        {STR_INIT("Sandbox"), STR_INIT("sandbox")},
        {STR_INIT("Developer"), STR_INIT("developer")},
        {STR_INIT("Trial"), STR_INIT("trial")},
        {STR_INIT("SubscriptionBasedTrial"), STR_INIT("trial")},
        {STR_INIT("Teams"), STR_INIT("teams")},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        if (str_eq_nocase(rows[i].name, sku)) {
            return rows[i].word;
        }
    }
    return (Str){NULL, 0};
}

static Str last_segment(Str path)
{
    size_t at = path.len;
    while (at > 0 && path.ptr[at - 1] != '/') {
        at--;
    }
    return str_from(path, at);
}

// ---- what a resource tells ----

static void offer_environment(Places *places, Str id, const Json *properties)
{
    const Json *normalized = json_find(properties, STR("normalized"));
    Str sku = json_find_str(normalized, STR("environmentSku"));
    sku = sku.len != 0 ? sku : json_find_str(properties, STR("environmentSku"));
    Str type = place_environment_type(sku);
    const Json *is_default = json_find(normalized, STR("isDefault"));
    is_default = is_default != NULL ? is_default : json_find(properties, STR("isDefault"));
    if (json_is(is_default, JSON_BOOL) && is_default->boolean) {
        type = STR("default");
    }
    uint32_t at = map_intern(&places->environments, id);
    ARENA_ROOM(places->arena, places->types, at, places->type_cap); // at most one past
    places->types[at] = type;
}

static void offer_connector(Places *places, Str id, const Json *properties)
{
    const Json *custom = json_find(properties, STR("isCustomApi"));
    Str tier = json_find_str(properties, STR("tier"));
    Str word = json_is(custom, JSON_BOOL) && custom->boolean
                   ? STR("custom")
                   : selector_word_find(SELECTOR_CONNECTOR_TIER, tier);
    uint32_t at = map_intern(&places->connectors, last_segment(id));
    ARENA_ROOM(places->arena, places->connector_tiers, at, places->connector_cap);
    places->connector_tiers[at] = word;
}

static void offer_connection(Places *places, Str id, const Json *properties)
{
    Str api = last_segment(json_find_str(properties, STR("apiId")));
    if (api.len != 0) {
        uint32_t at = map_intern(&places->connections, id);
        ARENA_ROOM(places->arena, places->connection_names, at, places->connection_cap);
        places->connection_names[at] = str_copy(places->arena, api);
    }
}

static const struct {
    Str type;
    void (*offer)(Places *places, Str id, const Json *properties);
} kinds[] = {
    {STR_INIT("microsoft.powerplatform/environments"), offer_environment},
    {STR_INIT("microsoft.powerplatformconnector/connectors"), offer_connector},
    {STR_INIT("datumline/connection"), offer_connection},
};

void places_offer(Places *places, Str line, const JsonLimits *limits)
{
    bool may = false;
    for (size_t i = 0; i < COUNTOF(kinds) && !may; i++) {
        may = text_find_nocase(line, kinds[i].type) >= 0;
    }
    if (!may) {
        return; // nearly every line; no need to read it
    }
    Arena scratch;
    arena_init(&scratch, (size_t)1 << 40);
    const Json *resource = NULL;
    Err ignored = {0};
    if (json_read_data(&scratch, line, limits, &resource, &ignored)) {
        Str type = json_find_str(resource, STR("type"));
        Str id = json_find_str(resource, STR("id"));
        for (size_t i = 0; i < COUNTOF(kinds) && id.len != 0; i++) {
            if (str_eq_nocase(type, kinds[i].type)) {
                kinds[i].offer(places, id, json_find(resource, STR("properties")));
            }
        }
    }
    arena_free(&scratch);
}

// ---- what is asked ----

static Str environment_type(const Places *places, Str id)
{
    Str group = id_group(id);
    uint32_t at = group.len != 0 ? map_find(&places->environments, group) : MAP_NONE;
    return at != MAP_NONE ? places->types[at] : (Str){NULL, 0};
}

static Str connector_tier(const Places *places, Str id, Str type)
{
    Str name = last_segment(id);
    if (!str_eq_nocase(type, STR("microsoft.powerplatformconnector/connectors"))) {
        uint32_t at = map_find(&places->connections, id);
        if (at == MAP_NONE) {
            return (Str){NULL, 0};
        }
        name = places->connection_names[at];
    }
    uint32_t at = map_find(&places->connectors, name);
    return at != MAP_NONE ? places->connector_tiers[at] : (Str){NULL, 0};
}

// What belongs to an app counts as one.
static Str app_type(Str type)
{
    static const struct {
        Str type;
        Str word;
    } rows[] = {
        {STR_INIT("microsoft.powerapps/canvasapps"), STR_INIT("canvas")},
        {STR_INIT("datumline/appPermission"), STR_INIT("canvas")},
        {STR_INIT("microsoft.powerapps/modeldrivenapps"), STR_INIT("model-driven")},
        {STR_INIT("microsoft.powerpages/sites"), STR_INIT("pages")},
        {STR_INIT("datumline/siteSecurityScan"), STR_INIT("pages")},
        {STR_INIT("datumline/siteWebRole"), STR_INIT("pages")},
        {STR_INIT("microsoft.copilotstudio/agents"), STR_INIT("agent")},
        {STR_INIT("datumline/agentComponent"), STR_INIT("agent")},
        {STR_INIT("datumline/agentTelemetry"), STR_INIT("agent")},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        if (str_eq_nocase(rows[i].type, type)) {
            return rows[i].word;
        }
    }
    return (Str){NULL, 0};
}

uint32_t place_words(SelectorKind kind, Str type, Str ret_words[PLACE_WORDS_MAX], bool *ret_open)
{
    static const Str tiers[PLACE_WORDS_MAX] = {STR_INIT("standard"), STR_INIT("premium"),
                                               STR_INIT("custom")};
    bool has_tier = str_eq_nocase(type, STR("microsoft.powerplatformconnector/connectors")) ||
                    str_eq_nocase(type, STR("datumline/connection"));
    *ret_open = false;
    if (kind == SELECTOR_CONNECTOR_TIER && has_tier) {
        *ret_open = true; // of a connector that no input describes
        for (uint32_t i = 0; i < PLACE_WORDS_MAX; i++) {
            ret_words[i] = tiers[i];
        }
        return PLACE_WORDS_MAX;
    }
    ret_words[0] = kind == SELECTOR_APP_TYPE ? app_type(type) : (Str){NULL, 0};
    return ret_words[0].len != 0 ? 1 : 0;
}

static Str find_fact(const void *ctx, SelectorKind kind, Str id, Str type)
{
    const Places *places = ctx;
    if (kind == SELECTOR_ENVIRONMENT_TYPE) {
        return environment_type(places, id);
    }
    if (kind == SELECTOR_CONNECTOR_TIER) {
        return connector_tier(places, id, type);
    }
    if (kind == SELECTOR_APP_TYPE) {
        return app_type(type);
    }
    bool asks_tier = kind == SELECTOR_CRITICALITY_TIER && places->tiers != NULL;
    return asks_tier ? str_from_cstr(tier_name(tier_of(places->tiers, id, id_group(id))))
                     : (Str){NULL, 0};
}

ResourceFacts places_facts(const Places *places)
{
    return (ResourceFacts){.find = find_fact, .ctx = places};
}
