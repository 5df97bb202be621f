// SPDX-License-Identifier: Apache-2.0
// What selectors of variants are told of resources, which assignments reach an environment, and a
// review that is overdue.
#include "baseline/applies.h"
#include "baseline/memory_files.h"
#include "baseline/place.h"
#include "baseline/review.h"
#include "oscal/read_text.h"
#include "t.h"
#include "json/read.h"

// ---- places ----

#define E1 "/tenants/t/environments/e1"
#define E2 "/tenants/t/environments/e2"

static const char *const lines[] = {
    "{'id':'" E1 "','type':'microsoft.powerplatform/environments','properties':{'normalized':{"
    "'environmentSku':'Production'}}}",
    "{'id':'" E2 "','type':'microsoft.powerplatform/environments','properties':{'normalized':{"
    "'environmentSku':'Production','isDefault':true}}}",
    "{'id':'/tenants/t/environments/e3','type':'microsoft.powerplatform/environments','properties':"
    "{'environmentSku':'SubscriptionBasedTrial'}}",
    "{'id':'/tenants/t/environments/e4','type':'microsoft.powerplatform/environments','properties':"
    "{'environmentSku':'Platform'}}",
    "{'id':'" E1 "/connectors/shared_sql','type':'microsoft.powerplatformconnector/connectors',"
    "'properties':{'tier':'Premium'}}",
    "{'id':'" E1 "/connectors/ours','type':'microsoft.powerplatformconnector/connectors',"
    "'properties':{'tier':'Standard','isCustomApi':true}}",
    "{'id':'" E2 "/connections/c1','type':'datumline/connection','properties':{'apiId':"
    "'/providers/Microsoft.PowerApps/apis/shared_sql'}}",
    "{'id':'broken microsoft.powerplatform/environments",
    "{'id':'/tenants/t/x','type':'something/else'}",
};

static const struct {
    const char *row;
    SelectorKind kind;
    Str id;
    Str type;
    const char *want;
} questions[] = {
    {"the tenant is in none", SELECTOR_ENVIRONMENT_TYPE, STR_INIT("/tenants/t"),
     STR_INIT("datumline/tenant"), ""},
    {"one that is not known", SELECTOR_ENVIRONMENT_TYPE, STR_INIT("/tenants/t/environments/e9/x"),
     STR_INIT("x"), ""},
    {"one of a type we have no word for", SELECTOR_ENVIRONMENT_TYPE,
     STR_INIT("/tenants/t/environments/e4/x"), STR_INIT("x"), ""},
    {"an environment itself", SELECTOR_ENVIRONMENT_TYPE, STR_INIT(E1), STR_INIT("x"), "production"},
    {"what lies in it", SELECTOR_ENVIRONMENT_TYPE, STR_INIT("/tenants/T/environments/E1/apps/a"),
     STR_INIT("x"), "production"},
    {"the default one, whatever it is called", SELECTOR_ENVIRONMENT_TYPE, STR_INIT(E2 "/x"),
     STR_INIT("x"), "default"},
    {"a trial by subscription", SELECTOR_ENVIRONMENT_TYPE, STR_INIT("/tenants/t/environments/e3"),
     STR_INIT("x"), "trial"},
    {"a connector", SELECTOR_CONNECTOR_TIER, STR_INIT(E1 "/connectors/shared_sql"),
     STR_INIT("microsoft.powerplatformconnector/connectors"), "premium"},
    {"one of our own", SELECTOR_CONNECTOR_TIER, STR_INIT(E1 "/connectors/ours"),
     STR_INIT("microsoft.powerplatformconnector/connectors"), "custom"},
    {"a connection has its connector's", SELECTOR_CONNECTOR_TIER, STR_INIT(E2 "/connections/c1"),
     STR_INIT("datumline/connection"), "premium"},
    {"an app has none", SELECTOR_CONNECTOR_TIER, STR_INIT(E2 "/canvasapps/a"),
     STR_INIT("microsoft.powerapps/canvasapps"), ""},
    {"a canvas app", SELECTOR_APP_TYPE, STR_INIT(E2 "/canvasapps/a"),
     STR_INIT("Microsoft.PowerApps/canvasApps"), "canvas"},
    {"an agent", SELECTOR_APP_TYPE, STR_INIT("x"), STR_INIT("microsoft.copilotstudio/agents"),
     "agent"},
    {"a flow is no app", SELECTOR_APP_TYPE, STR_INIT("x"),
     STR_INIT("microsoft.powerautomate/cloudflows"), ""},
    {"a tier by its environment", SELECTOR_CRITICALITY_TIER, STR_INIT(E1 "/x"), STR_INIT("x"),
     "mission-critical"},
    {"the default tier", SELECTOR_CRITICALITY_TIER, STR_INIT(E2 "/x"), STR_INIT("x"), "low"},
};

// A line as it comes, with its quotes.
static Str line_of(Arena *arena, const char *text)
{
    Str line = str_copy(arena, str_from_cstr(text));
    char *copy = NEW_ARRAY(arena, char, line.len + 1);
    for (size_t i = 0; i < line.len; i++) {
        copy[i] = line.ptr[i] == '\'' ? '"' : line.ptr[i];
    }
    return (Str){copy, line.len};
}

TEST(a_place_tells_what_a_resource_does_not)
{
    static const TierRow rows[] = {{STR_INIT(E1), TIER_MISSION_CRITICAL}};
    static const TierTable tiers = {.rows = rows, .count = 1, .fallback = TIER_LOW};
    Arena arena;
    arena_init(&arena, (size_t)1 << 22);
    Places places;
    Places without;
    places_init(&places, &arena, &tiers);
    places_init(&without, &arena, NULL);
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    for (size_t i = 0; i < COUNTOF(lines); i++) {
        places_offer(&places, line_of(&arena, lines[i]), &limits);
    }
    ResourceFacts facts = places_facts(&places);
    for (size_t i = 0; i < COUNTOF(questions); i++) {
        Str got = facts.find(facts.ctx, questions[i].kind, questions[i].id, questions[i].type);
        CHECK_ROW(questions[i].row, str_eq(got, str_from_cstr(questions[i].want)));
    }
    facts = places_facts(&without);
    CHECK(facts.find(facts.ctx, SELECTOR_CRITICALITY_TIER, STR(E1), STR("x")).len == 0);
    arena_free(&arena);
}

// ---- applies ----

#define SELECTOR(kind, list, word)                                                                 \
    "'resourceSelectors':[{'selectors':[{'kind':'" kind "','" list "':['" word "']}]}]"
#define APP_TYPE(list, word) SELECTOR("appType", list, word)
#define TIER(list, word) SELECTOR("connectorTier", list, word)

static const struct {
    const char *row;
    const char *rest; // of the assignment
    AppliesPlace place;
    Applies applies;
    const char *why;
    const char *types[3]; // of the rule; none = it does not say
} cases[] = {
    {"another type",
     "'resourceSelectors':[{'selectors':[{'kind':'environmentType','in':['trial']}]"
     "}]",
     {.environment_type = STR_INIT("production")},
     APPLIES_NO,
     ""},
    {"left out",
     "'resourceSelectors':[{'selectors':[{'kind':'environmentType','notIn':['trial']}]}"
     "]",
     {.environment_type = STR_INIT("trial")},
     APPLIES_NO,
     ""},
    {"of another tenant", "'scope':'/tenants/u'", {.id = STR_INIT(E1)}, APPLIES_NO, ""},
    {"excluded", "'notScopes':['" E1 "']", {.id = STR_INIT(E1)}, APPLIES_NO, ""},
    {"everything", "'scope':'/tenants'", {.id = STR_INIT(E1)}, APPLIES_YES, "everything"},
    {"of the type",
     "'resourceSelectors':[{'selectors':[{'kind':'environmentType','in':['trial','teams']}]}]",
     {.environment_type = STR_INIT("teams")},
     APPLIES_YES,
     "environmentType is trial or teams"},
    {"of no known type",
     "'resourceSelectors':[{'selectors':[{'kind':'environmentType','in':['trial']}]}]",
     {.id = STR_INIT(E1)},
     APPLIES_PARTLY,
     "where environmentType is trial"},
    {"some of what is in it",
     "'resourceSelectors':[{'selectors':[{'kind':'environmentType','in':['trial']},{'kind':"
     "'appType','notIn':['agent']}]}]",
     {.environment_type = STR_INIT("trial")},
     APPLIES_PARTLY,
     "where appType is not agent"},
    {"one of two groups",
     "'resourceSelectors':[{'selectors':[{'kind':'environmentType','in':['trial']}]},{'selectors':["
     "{'kind':'criticalityTier','in':['low']}]}]",
     {.environment_type = STR_INIT("sandbox"), .criticality_tier = STR_INIT("low")},
     APPLIES_YES,
     "criticalityTier is low"},
    {"a part of it",
     "'scope':'" E1 "/canvasapps/a'",
     {.id = STR_INIT(E1)},
     APPLIES_PARTLY,
     "where below " E1 "/canvasapps/a"},
    {"apps, of a rule about environments",
     APP_TYPE("in", "canvas"),
     {.id = STR_INIT(E1)},
     APPLIES_NO,
     "",
     {"microsoft.powerplatform/environments"}},
    {"all but apps, of a rule about environments",
     APP_TYPE("notIn", "canvas"),
     {.id = STR_INIT(E1)},
     APPLIES_YES,
     "everything",
     {"microsoft.powerplatform/environments"}},
    {"canvas apps, of a rule about them",
     APP_TYPE("in", "canvas"),
     {.id = STR_INIT(E1)},
     APPLIES_YES,
     "appType is canvas",
     {"Microsoft.PowerApps/canvasApps"}},
    {"all but them",
     APP_TYPE("notIn", "canvas"),
     {.id = STR_INIT(E1)},
     APPLIES_NO,
     "",
     {"microsoft.powerapps/canvasapps", "datumline/appPermission"}},
    {"of a rule about two",
     APP_TYPE("in", "canvas"),
     {.id = STR_INIT(E1)},
     APPLIES_PARTLY,
     "where appType is canvas",
     {"microsoft.powerapps/canvasapps", "microsoft.powerapps/modeldrivenapps"}},
    {"of a rule about apps and others",
     APP_TYPE("notIn", "canvas"),
     {.id = STR_INIT(E1)},
     APPLIES_PARTLY,
     "where appType is not canvas",
     {"microsoft.powerapps/canvasapps", "microsoft.powerplatform/environments"}},
    {"a connector may be of any tier",
     TIER("in", "premium"),
     {.id = STR_INIT(E1)},
     APPLIES_PARTLY,
     "where connectorTier is premium",
     {"microsoft.powerplatformconnector/connectors"}},
    {"of all tiers, but one may not be known",
     TIER("in", "premium','standard','custom"),
     {.id = STR_INIT(E1)},
     APPLIES_PARTLY,
     "where connectorTier is premium or standard or custom",
     {"datumline/connection"}},
    {"an app has no tier",
     TIER("in", "premium"),
     {.id = STR_INIT(E1)},
     APPLIES_NO,
     "",
     {"microsoft.powerapps/canvasapps"}},
};

TEST(an_assignment_applies_in_an_environment)
{
    for (size_t i = 0; i < COUNTOF(cases); i++) {
        Arena arena;
        arena_init(&arena, (size_t)1 << 22);
        DiagList diags;
        diag_init(&diags, &arena, STR("a.json"));
        Buf text = {0};
        buf_printf(&text, "{'policyDefinitionId':'d',%s}", cases[i].rest);
        buf_byte(&text, '\0');
        const Assignment *assignment = NULL;
        CHECK_ROW(cases[i].row,
                  assignment_parse(&arena, read_text(&arena, text.ptr), &diags, &assignment));
        buf_free(&text);
        Str why = {0};
        Str names[COUNTOF(cases[i].types)];
        AppliesTypes types = {.any = cases[i].types[0] == NULL, .at = names};
        while (types.count < COUNTOF(names) && cases[i].types[types.count] != NULL) {
            names[types.count] = str_from_cstr(cases[i].types[types.count]);
            types.count++;
        }
        CHECK_ROW(cases[i].row, applies_to(&arena, assignment, &types, &cases[i].place, &why) ==
                                    cases[i].applies);
        CHECK_ROW(cases[i].row, str_eq(why, str_from_cstr(cases[i].why)));
        arena_free(&arena);
    }
}

TEST(a_rule_says_which_types_it_is_about)
{
    static const struct {
        const char *row, *condition, *types;
    } rows[] = {
        {"one", "{'field':'type','equals':'a/b'}", "a/b "},
        {"beside others",
         "{'allOf':[{'field':'name','like':'x*'},{'field':'TYPE','in':['a/b','a/c']}]}",
         "a/b a/c "},
        {"either",
         "{'anyOf':[{'field':'type','equals':'a/b'},{'allOf':[{'field':'type','equals':'a/d'}]}]}",
         "a/b a/d "},
        {"either or any",
         "{'anyOf':[{'field':'type','equals':'a/b'},{'field':'name','equals':'x'}]}", "any"},
        {"all but one", "{'not':{'field':'type','equals':'a/b'}}", "any"},
        {"by a pattern", "{'field':'type','like':'a/*'}", "any"},
        {"as a parameter says", "{'field':'type','in':'[parameters(\\u0027t\\u0027)]'}", "any"},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Arena arena;
        arena_init(&arena, (size_t)1 << 22);
        DiagList diags;
        diag_init(&diags, &arena, STR("d.json"));
        Buf text = {0};
        buf_printf(&text,
                   "{'name':'d','properties':{'parameters':{'t':{'type':'Array'}},'policyRule':{'"
                   "if':%s,'then':{'effect':'audit'}}}}",
                   rows[i].condition);
        buf_byte(&text, '\0');
        const Definition *definition = NULL;
        CHECK_ROW(rows[i].row,
                  definition_parse(&arena, read_text(&arena, text.ptr), &diags, &definition));
        AppliesTypes types = applies_types(&arena, definition);
        buf_clear(&text);
        for (uint32_t t = 0; t < types.count; t++) {
            buf_printf(&text, "%.*s ", STR_ARG(types.at[t]));
        }
        buf_push(&text, types.any ? STR("any") : STR(""));
        CHECK_ROW(rows[i].row, str_eq(buf_str(&text), str_from_cstr(rows[i].types)));
        buf_free(&text);
        arena_free(&arena);
    }
}

// ---- review ----

static Ticks time_of(const char *text)
{
    Ticks time = 0;
    ASSERT(ticks_parse(str_from_cstr(text), &time));
    return time;
}

TEST(a_review_is_overdue_from_the_next_day_on)
{
    static const struct {
        const char *row;
        Str date;
        const char *now;
        bool overdue;
    } rows[] = {
        {"none", STR_INIT(""), "2030-01-01", false},
        {"long before", STR_INIT("2026-06-30"), "2026-01-01", false},
        {"the day itself", STR_INIT("2026-06-30"), "2026-06-30T23:59:59Z", false},
        {"the next", STR_INIT("2026-06-30"), "2026-07-01T00:00:00Z", true},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Baseline baseline = {.next_review = rows[i].date};
        CHECK_ROW(rows[i].row,
                  review_is_overdue(&baseline, time_of(rows[i].now)) == rows[i].overdue);
    }
}

TEST(an_overdue_review_is_a_control_and_a_rule)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 24);
    DiagList diags;
    diag_init(&diags, &arena, STR(""));
    MemoryFiles memory = {.arena = &arena};
    PackageFiles files = memory_files(&memory);
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    const Baseline *baseline = NULL;
    CHECK(baseline_load(&arena, &files, &limits, &diags, &baseline));
    AssignedRule rule;
    const Baseline *with = review_add(&arena, baseline, time_of("2027-01-31"), &rule);
    CHECK(with->control_count == baseline->control_count + 1);
    CHECK(with->rule_count == baseline->rule_count + 1);
    const BaselineControl *control = baseline_find_control(with, STR(REVIEW_RULE));
    CHECK(control != NULL && control->rule_count == 1);
    CHECK(&with->rules[control->rules[0]] == baseline_find_rule(with, STR(REVIEW_RULE)));
    CHECK(baseline_rule_of(with, &rule) == &with->rules[control->rules[0]]);
    CHECK(rule.preset == STATE_NON_COMPLIANT && rule.group_count == 1);
    CHECK(
        str_eq(rule.preset_reason, STR("the review of small was due on 2026-12-31, 31 days ago")));
    CHECK(baseline_find_control(with, STR("n-1")) != NULL);
    CHECK(baseline_find_control(baseline, STR(REVIEW_RULE)) == NULL);
    arena_free(&arena);
}
