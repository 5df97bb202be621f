// SPDX-License-Identifier: Apache-2.0
#include "policy/bind.h"

#include "base/buf.h"
#include "policy/shared.h"
#include "t.h"

#define RULE(effect) "{'if': {'field': 'type', 'equals': 'a'}, 'then': {'effect': '" effect "'}}"
#define ID(name) "/providers/Microsoft.Authorization/policyDefinitions/" name
#define SET_ID(name) "/providers/Microsoft.Authorization/policySetDefinitions/" name

static const char *const definition_texts[] = {
    "{'id': '" ID("plain") "', 'properties': {'version': '1.2.0', 'policyRule': " RULE(
        "audit") "}}",
    "{'id': '" ID("choice") "', 'properties': {'parameters': {'effect': {'type': 'String',"
                            " 'defaultValue': 'Audit', 'allowedValues': ['Audit', 'Deny', "
                            "'Disabled']}, 'places': {'type':"
                            " 'Array'}}, 'policyRule': {'if': {'field': 'location', 'in': "
                            "'[parameters(`places`)]'}, 'then':"
                            " {'effect': '[parameters(`effect`)]'}}}}",
    "{'id': '" ID("static") "', 'properties': {'policyType': 'Static', 'policyRule': " RULE(
        "audit") "}}",
    "{'id': '" ID("cluster") "', 'properties': {'mode': 'Microsoft.Kubernetes.Data', 'policyRule':"
                             " " RULE("audit") "}}",
    "{'id': '" ID("mutating") "', 'properties': {'policyRule': " RULE("mutate") "}}",
    "{'id': '" ID("plain") "', 'properties': {'version': '2.0.0', 'policyRule': " RULE(
        "deny") ","
                " 'metadata': {'requires': {'paths': ['a/b/c', {'path': 'a/b/d'}]}}}}",
    "{'name': 'nameless', 'properties': {'parameters': {'effect': {'type': 'String',"
    " 'defaultValue': 'Nothing'}}, 'policyRule': " RULE("[parameters(`effect`)]") "}}",
};

static const char *const initiative_texts[] = {
    "{'id': '" SET_ID(
        "set") "', 'properties': {'parameters': {'where': {'type': 'Array'}, 'off':"
               " {'type': 'Boolean', 'defaultValue': false}}, 'policyDefinitionGroups': [{'name': "
               "'G1'},"
               " {'name': 'G2', 'category': 'C'}], 'policyDefinitions': ["
               "{'policyDefinitionReferenceId': 'one', 'policyDefinitionId': '" ID(
                   "choice") "', 'parameters':"
                             " {'places': {'value': '[parameters(`WHERE`)]'}, 'effect': {'value':"
                             " '[if(parameters(`off`), `Disabled`, `Deny`)]'}}, 'groupNames': "
                             "['G1', 'g2']},"
                             "{'policyDefinitionReferenceId': 'two', 'policyDefinitionId': '" ID(
                                 "choice") "', 'parameters':"
                                           " {'places': {'value': ['x']}}},"
                                           "{'policyDefinitionReferenceId': 'three', "
                                           "'policyDefinitionId': '" ID(
                                               "gone") "'},"
                                                       "{'policyDefinitionReferenceId': 'four', "
                                                       "'policyDefinitionId': 'plain', "
                                                       "'definitionVersion':"
                                                       " '1.*.*'}]}}",
};

typedef struct World {
    Arena arena;
    DiagList diags;
    const Definition *definitions[COUNTOF(definition_texts)];
    const Initiative *initiatives[COUNTOF(initiative_texts)];
    const Assignment *assignment;
    AssignedRule *rules;
    uint32_t count;
} World;

static void world_init(World *world)
{
    *world = (World){.count = 0};
    arena_init(&world->arena, SHARED_ARENA_BYTES);
    diag_init(&world->diags, &world->arena, STR("world.json"));
    bool ok = true;
    for (size_t i = 0; i < COUNTOF(definition_texts); i++) {
        ok = definition_parse(&world->arena, json_text(&world->arena, definition_texts[i]),
                              &world->diags, &world->definitions[i]) &&
             ok;
    }
    for (size_t i = 0; i < COUNTOF(initiative_texts); i++) {
        ok = initiative_parse(&world->arena, json_text(&world->arena, initiative_texts[i]),
                              &world->diags, &world->initiatives[i]) &&
             ok;
    }
    diags_print(&world->diags);
    ASSERT(ok);
}

// Binds everything under one assignment, or, without text, with plain parameters.
static bool world_bind(World *world, const char *assignment, const char *parameters)
{
    diag_init(&world->diags, &world->arena, STR("world.json"));
    if (assignment != NULL) {
        bool ok = assignment_parse(&world->arena, json_text(&world->arena, assignment),
                                   &world->diags, &world->assignment);
        diags_print(&world->diags);
        ASSERT(ok);
    }
    BindInput input = {
        .definitions = world->definitions,
        .definition_count = COUNTOF(world->definitions),
        .initiatives = world->initiatives,
        .initiative_count = COUNTOF(world->initiatives),
        .assignments = &world->assignment,
        .assignment_count = assignment != NULL ? 1 : 0,
        .parameters = parameters != NULL ? json_text(&world->arena, parameters) : NULL,
    };
    return assignment_bind(&world->arena, &input, &world->diags, &world->rules, &world->count);
}

static bool reason_is(const AssignedRule *rule, State preset, const char *reason)
{
    bool same = rule->preset == preset && str_eq(rule->preset_reason, str_from_cstr(reason));
    if (!same) {
        printf("# preset %d %.*s\n", (int)rule->preset, STR_ARG(rule->preset_reason));
    }
    return same;
}

TEST(without_assignments)
{
    World world;
    world_init(&world);
    CHECK(world_bind(&world, NULL, NULL));
    CHECK(world.count == 7 + 4);
    const AssignedRule *rules = world.rules;
    CHECK(rules[0].preset == STATE_COUNT && rules[0].effect == EFFECT_AUDIT);
    CHECK(reason_is(&rules[1], STATE_NOT_MEASURED, "parameter places has no value"));
    CHECK(rules[2].preset == STATE_PROVIDER_ATTESTED);
    CHECK(reason_is(&rules[3], STATE_NOT_MEASURED,
                    "mode Microsoft.Kubernetes.Data carries constraint templates: not evaluable "
                    "here"));
    CHECK(reason_is(&rules[4], STATE_NOT_MEASURED, "effect mutate is not evaluable here"));
    CHECK(rules[5].required_path_count == 2 && str_eq(rules[5].required_paths[1], STR("a/b/d")));
    CHECK(reason_is(&rules[6], STATE_NOT_MEASURED, "effect \"Nothing\" is not known"));
    CHECK(reason_is(&rules[7], STATE_NOT_MEASURED, "parameter WHERE has no value"));
    CHECK(rules[8].preset == STATE_COUNT && rules[8].effect == EFFECT_AUDIT);
    CHECK(reason_is(&rules[9], STATE_NOT_MEASURED,
                    "definition " ID("gone") " is not among the definitions"));
    CHECK(rules[10].definition == world.definitions[0]); // 1.*.*, not the newer 2.0.0
    arena_free(&world.arena);
}

TEST(plain_parameters)
{
    World world;
    world_init(&world);
    CHECK(world_bind(&world, NULL,
                     "{'places': ['eastus'], 'EFFECT': 'Disabled', 'where': ['w'],"
                     " 'off': true}"));
    CHECK(reason_is(&world.rules[1], STATE_NOT_APPLICABLE, "effect is disabled"));
    CHECK(reason_is(&world.rules[7], STATE_NOT_APPLICABLE, "effect is disabled"));
    const Json *places = json_find(world.rules[1].parameters, STR("places"));
    CHECK(json_is(places, JSON_ARRAY) && places->count == 1);

    CHECK(!world_bind(&world, NULL, "{'places': 'eastus'}"));
    CHECK(diags_have(&world.diags, "parameter-type", "\"places\" (Array) of choice is a string"));
    CHECK(!world_bind(&world, NULL, "{'effect': 'audit'}"));
    CHECK(diags_have(&world.diags, "parameter-not-allowed", "case matters"));
    arena_free(&world.arena);
}

#define ASSIGN(definition, more)                                                                   \
    "{'id': '/subscriptions/s/providers/Microsoft.Authorization/policyAssignments/a',"             \
    " 'properties': {'policyDefinitionId': '" definition "'" more "}}"

TEST(assigned_initiative)
{
    World world;
    world_init(&world);
    CHECK(world_bind(&world,
                     ASSIGN(SET_ID("SET"),
                            ", 'parameters': {'where': {'value': ['w']}}, 'nonComplianceMessages':"
                            " [{'message': 'general'}, {'message': 'special',"
                            " 'policyDefinitionReferenceId': 'TWO'}]"),
                     NULL));
    CHECK(world.count == 4);
    const AssignedRule *one = &world.rules[0];
    CHECK(one->effect == EFFECT_DENY && one->preset == STATE_COUNT && one->group_count == 2);
    CHECK(str_eq(one->reference_id, STR("one")) && str_eq(one->message, STR("general")));
    CHECK(str_eq(world.rules[1].message, STR("special")));
    const Json *places = json_find(one->parameters, STR("places"));
    CHECK(json_is(places, JSON_ARRAY) && str_eq(places->items[0].string, STR("w")));
    CHECK(str_eq(json_find_str(one->policy, STR("setDefinitionId")), STR(SET_ID("set"))));
    CHECK(str_eq(json_find_str(one->policy, STR("definitionReferenceId")), STR("one")));
    CHECK(str_eq(json_find_str(one->policy, STR("definitionId")), STR(ID("choice"))));
    CHECK(one->location_filter == NULL && one->assignment == world.assignment);
    arena_free(&world.arena);
}

// What a member makes of a value stands where the member says so, not where the value was given.
TEST(a_passed_value_is_wrong_at_its_member)
{
    World world;
    world_init(&world);
    CHECK(!world_bind(&world,
                      "{'id': '/subscriptions/s/providers/Microsoft.Authorization/"
                      "policyAssignments/a',\n\n\n'properties': {'policyDefinitionId': '" SET_ID(
                          "set") "', 'parameters': {'where': {'value': 7}}}}",
                      NULL));
    uint32_t there = 0;
    for (const Diag *diag = world.diags.first; diag != NULL; diag = diag->next) {
        there += strcmp(diag->code, "parameter-type") == 0 && diag->at.line == 4 ? 1U : 0U;
    }
    CHECK(there == 1);
    CHECK(diags_have(&world.diags, "parameter-type", "\"places\" (Array) of choice is a number"));
    arena_free(&world.arena);
}

TEST(assignments_that_cannot_be_right)
{
    static const struct {
        const char *row;
        const char *assignment;
        const char *code;
        const char *text;
    } rows[] = {
        {"unknown parameter", ASSIGN(ID("choice"), ", 'parameters': {'place': {'value': []}}"),
         "unknown-parameter", "choice declares no parameter \"place\"; did you mean \"places\"?"},
        {"value not wrapped", ASSIGN(ID("choice"), ", 'parameters': {'places': ['x']}"),
         "parameter-value", "is written {\"value\": …}"},
        {"wrong type", ASSIGN(ID("choice"), ", 'parameters': {'places': {'value': 1}}"),
         "parameter-type", "(Array) of choice is a number"},
        {"not allowed",
         ASSIGN(ID("choice"), ", 'parameters': {'places': {'value': []}, 'effect': {'value':"
                              " 'deny'}}"),
         "parameter-not-allowed", "not one of the allowed values (case matters)"},
        {"override not allowed",
         ASSIGN(ID("choice"), ", 'parameters': {'places': {'value': []}}, 'overrides': [{'kind':"
                              " 'policyEffect', 'value': 'modify'}]"),
         "effect-not-allowed", "choice does not allow the effect \"modify\""},
        {"override that looks for nothing",
         ASSIGN(ID("plain"),
                ", 'overrides': [{'kind': 'policyEffect', 'value': 'AuditIfNotExists'}]"),
         "effect-not-allowed", "plain has no details with the type of a related resource"},
    };
    World world;
    world_init(&world);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        CHECK_ROW(rows[i].row, !world_bind(&world, rows[i].assignment, NULL));
        CHECK_ROW(rows[i].row, diags_have(&world.diags, rows[i].code, rows[i].text));
    }
    CHECK(world_bind(&world, ASSIGN("nowhere", ""), NULL));
    CHECK(world.count == 1 && reason_is(&world.rules[0], STATE_NOT_MEASURED,
                                        "definition nowhere is not among the definitions"));
    arena_free(&world.arena);
}

// What a member passes under a name that its definition does not have, or without "value".
TEST(members_that_pass_what_nobody_takes)
{
    static const struct {
        const char *row;
        const char *member; // beside its policyDefinitionId
        bool want;
        const char *code; // NULL = nothing is said
        const char *text;
    } rows[] = {
        {"not wrapped", "'" ID("choice") "', 'parameters': {'places': ['x']}", false,
         "parameter-value", "\"places\" of a member is written {\"value\": …}"},
        {"not wrapped, an expression",
         "'" ID("choice") "', 'parameters': {'places': '[createArray(`x`)]'}", false,
         "parameter-value", "\"places\" of a member"},
        {"misspelt", "'" ID("choice") "', 'parameters': {'place': {'value': ['x']}}", true,
         "unknown-parameter", "choice declares no parameter \"place\""},
        {"misspelt, an expression",
         "'" ID("choice") "', 'parameters': {'place': {'value': '[createArray(`x`)]'}}", true,
         "unknown-parameter", "did you mean \"places\"?"},
        {"of a definition that is not there", "'gone', 'parameters': {'x': {'value': 1}}", true,
         NULL, ""},
        {"right", "'" ID("choice") "', 'parameters': {'PLACES': {'Value': ['x']}}", true, NULL, ""},
    };
    World world;
    world_init(&world);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Buf text = {0};
        buf_printf(&text, "{'name': 's', 'policyDefinitions': [{'policyDefinitionId': %s}]}%c",
                   rows[i].member, '\0');
        const Initiative *initiative = NULL;
        diag_init(&world.diags, &world.arena, STR("world.json"));
        CHECK_ROW(rows[i].row, initiative_parse(&world.arena, json_text(&world.arena, text.ptr),
                                                &world.diags, &initiative));
        BindInput input = {
            .definitions = world.definitions,
            .definition_count = COUNTOF(world.definitions),
            .initiatives = &initiative,
            .initiative_count = 1,
        };
        CHECK_ROW(rows[i].row, assignment_bind(&world.arena, &input, &world.diags, &world.rules,
                                               &world.count) == rows[i].want);
        CHECK_ROW(rows[i].row, rows[i].code != NULL
                                   ? diags_have(&world.diags, rows[i].code, rows[i].text)
                                   : world.diags.first == NULL);
        buf_free(&text);
    }
    arena_free(&world.arena);
}

TEST(references)
{
    static const struct {
        const char *row;
        const char *assignment;
        Effect effect; // plain 1.2.0 audits, 2.0.0 denies
    } rows[] = {
        {"newest", ASSIGN(ID("plain"), ""), EFFECT_DENY},
        {"bare name, any case", ASSIGN("PLAIN", ""), EFFECT_DENY},
        {"pinned", ASSIGN(ID("plain"), ", 'definitionVersion': '1.*.*'"), EFFECT_AUDIT},
        {"pinned closer", ASSIGN(ID("plain"), ", 'definitionVersion': '1.2.*'"), EFFECT_AUDIT},
        {"pinned to what is not there", ASSIGN(ID("plain"), ", 'definitionVersion': '7.*.*'"),
         EFFECT_DENY},
    };
    World world;
    world_init(&world);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        CHECK_ROW(rows[i].row, world_bind(&world, rows[i].assignment, NULL));
        CHECK_ROW(rows[i].row, world.count == 1 && world.rules[0].effect == rows[i].effect);
    }
    CHECK(world_bind(&world, ASSIGN("/subscriptions/s/providers/x/policyDefinitions/plain", ""),
                     NULL));
    CHECK(world.count == 1 && world.rules[0].preset == STATE_NOT_MEASURED); // another id
    arena_free(&world.arena);
}

// Which of the bound rules hold at a location.
static uint32_t rules_at(const World *world, Str location, const AssignedRule **ret_rule)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < world->count; i++) {
        const SelectorGroup *filter = world->rules[i].location_filter;
        if (filter == NULL || selectors_match(filter, 1, &(Subject){.location = location})) {
            *ret_rule = &world->rules[i];
            count++;
        }
    }
    return count;
}

TEST(overrides_split_by_location)
{
    static const struct {
        Str location;
        Effect effect;
    } rows[] = {
        {STR_INIT("East US"), EFFECT_DISABLED},
        {STR_INIT("westus"), EFFECT_DENY},
        {STR_INIT("eastus2"), EFFECT_AUDIT},
        {STR_INIT("northeurope"), EFFECT_DENY},
        {STR_INIT(""), EFFECT_DENY},
    };
    World world;
    world_init(&world);
    CHECK(world_bind(&world,
                     ASSIGN(ID("plain"),
                            ", 'overrides': ["
                            "{'kind': 'policyEffect', 'value': 'disabled', 'selectors': [{'kind':"
                            " 'resourceLocation', 'in': ['eastus']}]},"
                            "{'kind': 'policyEffect', 'value': 'audit', 'selectors': [{'kind':"
                            " 'resourceLocation', 'in': ['eastus', 'eastus2']}]},"
                            "{'kind': 'policyEffect', 'value': 'manual', 'selectors': [{'kind':"
                            " 'policyDefinitionReferenceId', 'in': ['nobody']}]}]"),
                     NULL));
    CHECK(world.count == 3);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        const AssignedRule *rule = NULL;
        CHECK_ROW(rows[i].location.ptr, rules_at(&world, rows[i].location, &rule) == 1);
        CHECK_ROW(rows[i].location.ptr, rule != NULL && rule->effect == rows[i].effect);
    }
    arena_free(&world.arena);
}

TEST(version_overrides)
{
    World world;
    world_init(&world);
    CHECK(world_bind(&world,
                     ASSIGN(ID("plain"),
                            ", 'definitionVersion': '1.*.*', 'overrides': [{'kind':"
                            " 'policyVersion', 'value': '2.*.*', 'selectors': [{'kind':"
                            " 'resourceLocation', 'notIn': ['westus']}]}, {'kind': 'policyEffect',"
                            " 'value': 'disabled', 'selectors': [{'kind': 'resourceLocation', 'in':"
                            " ['northeurope']}]}]"),
                     NULL));
    const AssignedRule *rule = NULL;
    CHECK(rules_at(&world, STR("westus"), &rule) == 1 && rule->effect == EFFECT_AUDIT);
    CHECK(rules_at(&world, STR("eastus"), &rule) == 1 && rule->effect == EFFECT_DENY);
    CHECK(rules_at(&world, STR("northeurope"), &rule) == 1 && rule->effect == EFFECT_DISABLED);
    arena_free(&world.arena);
}

TEST(overrides_by_reference)
{
    World world;
    world_init(&world);
    CHECK(
        world_bind(&world,
                   ASSIGN(SET_ID("set"),
                          ", 'parameters': {'where': {'value': []}}, 'overrides': [{'kind':"
                          " 'policyEffect', 'value': 'Disabled', 'selectors': [{'kind':"
                          " 'policyDefinitionReferenceId', 'notIn': ['one', 'three', 'four']}]}]"),
                   NULL));
    CHECK(world.count == 4 && world.rules[0].effect == EFFECT_DENY);
    CHECK(world.rules[1].effect == EFFECT_DISABLED && world.rules[1].location_filter == NULL);
    arena_free(&world.arena);
}

// Property: whatever the overrides, each location belongs to exactly one region.
TEST(regions_are_disjoint_and_cover)
{
    static const Str locations[] = {STR_INIT("a"), STR_INIT("b"), STR_INIT("c"), STR_INIT("")};
    Arena arena;
    arena_init(&arena, SHARED_ARENA_BYTES);
    for (Gen g = {0}; gen_next(&g);) {
        Override overrides[3] = {{0}};
        Selector selectors[3] = {{0}};
        uint32_t count = gen_below(&g, 4);
        for (uint32_t i = 0; i < count; i++) {
            selectors[i] = (Selector){.values = &locations[gen_below(&g, 3)],
                                      .value_count = 1,
                                      .negated = gen_below(&g, 2) == 1};
            overrides[i].selectors.selectors = &selectors[i];
            overrides[i].selectors.count = gen_below(&g, 2); // 0: everywhere
        }
        ArenaMark mark = arena_mark(&arena);
        Assignment assignment = {.overrides = overrides, .override_count = count};
        const Region everywhere = {0};
        const Region *regions = NULL;
        uint32_t region_count = 0;
        region_split(&arena, &assignment, false, STR(""), &everywhere, &regions, &region_count);
        for (size_t l = 0; l < COUNTOF(locations); l++) {
            uint32_t holds = 0;
            const Override *got = NULL;
            for (uint32_t r = 0; r < region_count; r++) {
                SelectorGroup group = {.selectors = regions[r].selectors,
                                       .count = regions[r].count};
                bool here = selectors_match(&group, 1, &(Subject){.location = locations[l]});
                holds += here ? 1 : 0;
                got = here ? regions[r].override : got;
            }
            const Override *want = NULL; // the first that holds here
            for (uint32_t i = count; i-- > 0;) {
                want = selectors_match(&overrides[i].selectors, 1,
                                       &(Subject){.location = locations[l]})
                           ? &overrides[i]
                           : want;
            }
            CHECK(holds == 1 && got == want);
        }
        arena_rewind(&arena, mark);
    }
    arena_free(&arena);
}

TEST(versions)
{
    static const struct {
        Str pattern;
        Str version;
        bool want;
    } rows[] = {
        {STR_INIT("1.*.*"), STR_INIT("2.0.0"), false},
        {STR_INIT("1.2.*"), STR_INIT("1.3.0"), false},
        {STR_INIT("1.*.*"), STR_INIT("1.0.0-preview"), false},
        {STR_INIT("1.*.*-preview"), STR_INIT("1.0.0"), false},
        {STR_INIT("10.*.*"), STR_INIT("1.0.0"), false},
        {STR_INIT("1.*.*"), STR_INIT("1.9.3"), true},
        {STR_INIT("1.*.*-Preview"), STR_INIT("1.1.0-preview"), true},
        {STR_INIT(""), STR_INIT("3.0.0-deprecated"), true},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        CHECK_ROW(rows[i].pattern.ptr,
                  version_matches(rows[i].pattern, rows[i].version) == rows[i].want);
    }
    CHECK(version_cmp(STR("1.10.0"), STR("1.9.0")) > 0);
    CHECK(version_cmp(STR("1.0.0-preview"), STR("1.0.0")) < 0);
    CHECK(version_cmp(STR("2.0"), STR("2.0.0")) == 0);
}

TEST(initiatives_are_refused)
{
    static const struct {
        const char *row;
        const char *json;
        const char *code;
        const char *text;
    } rows[] = {
        {"no object", "[]", "not-an-object", "an initiative must be an object"},
        {"no members", "{}", "missing-key", "an initiative needs policyDefinitions"},
        {"members no array", "{'policyDefinitions': {}}", "wrong-type", "must be an array"},
        {"member without id", "{'policyDefinitions': [{}]}", "missing-key",
         "needs a policyDefinitionId"},
        {"group not declared",
         "{'policyDefinitions': [{'policyDefinitionId': 'd', 'groupNames':"
         " ['g']}]}",
         "unknown-group", "group \"g\" is not in policyDefinitionGroups"},
        {"group without name", "{'policyDefinitions': [], 'policyDefinitionGroups': [{}]}",
         "missing-key", "a definition group needs a name"},
        {"reference twice",
         "{'policyDefinitions': [{'policyDefinitionId': 'd', 'policyDefinitionReferenceId': 'r'},"
         " {'policyDefinitionId': 'e', 'policyDefinitionReferenceId': 'R'}]}",
         "duplicate-reference", "\"R\" is used twice"},
        {"member of a version that is none",
         "{'policyDefinitions': [{'policyDefinitionId': 'd', 'definitionVersion': 'v1'}]}",
         "bad-value", "\"v1\" is not a version"},
        {"parameter passed twice",
         "{'policyDefinitions': [{'policyDefinitionId': 'd', 'parameters': {'p': {'value': 1},"
         " 'P': {'value': '[parameters(`q`)]'}}}], 'parameters': {'q': {'type': 'Integer'}}}",
         "duplicate-key", "\"P\" is here twice"},
        {"parameter not declared",
         "{'policyDefinitions': [{'policyDefinitionId': 'd', 'parameters': {'p': {'value':"
         " '[concat(parameters(`q`))]'}}}]}",
         "unknown-parameter", "the initiative declares no parameter \"q\""},
    };
    Arena arena;
    arena_init(&arena, SHARED_ARENA_BYTES);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        DiagList diags;
        diag_init(&diags, &arena, STR("x.json"));
        const Initiative *initiative = NULL;
        CHECK_ROW(rows[i].row,
                  !initiative_parse(&arena, json_text(&arena, rows[i].json), &diags, &initiative));
        CHECK_ROW(rows[i].row, diags_have(&diags, rows[i].code, rows[i].text));
    }
    arena_free(&arena);
}

// ---- beside the checkout ----

static uint32_t read_definitions(Arena *arena, const char *file, DiagList *diags,
                                 const Definition ***ret_list)
{
    const Json *const *docs = NULL;
    uint32_t count = 0;
    uint32_t used = 0;
    if (!shared_lines(arena, file, &docs, &count)) {
        return 0;
    }
    *ret_list = NEW_ARRAY(arena, const Definition *, count);
    for (uint32_t i = 0; i < count; i++) {
        used += definition_parse(arena, docs[i], diags, &(*ret_list)[used]) ? 1 : 0;
    }
    return used;
}

TEST(published_initiatives_bind)
{
    static const char *const files[] = {"corpus/azure-policy/initiatives.ndjson",
                                        "corpus/azure-policy/initiatives-gov.ndjson"};
    Arena arena;
    arena_init(&arena, (size_t)4 << 30);
    DiagList diags;
    diag_init(&diags, &arena, STR("corpus"));
    const Definition **definitions = NULL;
    uint32_t count =
        read_definitions(&arena, "corpus/azure-policy/definitions.ndjson", &diags, &definitions);
    for (size_t f = 0; f < COUNTOF(files) && count != 0; f++) {
        const Json *const *docs = NULL;
        uint32_t doc_count = 0;
        if (!shared_lines(&arena, files[f], &docs, &doc_count)) {
            continue;
        }
        const Initiative **initiatives = NEW_ARRAY(&arena, const Initiative *, doc_count);
        for (uint32_t i = 0; i < doc_count; i++) {
            CHECK(initiative_parse(&arena, docs[i], &diags, &initiatives[i]));
        }
        BindInput input = {
            .definitions = definitions,
            .definition_count = count,
            .initiatives = initiatives,
            .initiative_count = doc_count,
        };
        AssignedRule *rules = NULL;
        uint32_t rule_count = 0;
        CHECK(assignment_bind(&arena, &input, &diags, &rules, &rule_count));
        CHECK(rule_count > 8000);
        printf("# %u initiatives, %u rules bound\n", doc_count, rule_count);
    }
    CHECK(diags.errors == 0);
    arena_free(&arena);
}
