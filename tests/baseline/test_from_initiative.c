// SPDX-License-Identifier: Apache-2.0
#include "baseline/from_initiative.h"

#include "baseline/baseline.h"
#include "oscal/check.h"
#include "policy/shared.h"
#include "t.h"

#define TEST_NOW ((Ticks)639040000000000000)

// ---- a package from the files of a conversion ----

static bool read_file(void *ctx, Str path, Str *ret_bytes, Err *err)
{
    const InitiativeResult *result = ctx;
    for (uint32_t i = 0; i < result->file_count; i++) {
        if (str_eq(result->files[i].path, path)) {
            *ret_bytes = result->files[i].bytes;
            return true;
        }
    }
    return err_set(err, ERR_NO_INPUT, (Span){0, 0}, "no file %.*s", STR_ARG(path));
}

static bool list_files(void *ctx, Str directory, const Str **ret_paths, uint32_t *ret_count,
                       Err *err)
{
    const InitiativeResult *result = ctx;
    static Str paths[4096];
    *ret_count = 0;
    for (uint32_t i = 0; i < result->file_count; i++) {
        Str path = result->files[i].path;
        bool inside = str_starts(path, directory) && path.ptr[directory.len] == '/';
        if (inside && *ret_count < COUNTOF(paths)) {
            paths[(*ret_count)++] = path;
        }
    }
    *ret_paths = paths;
    (void)err;
    return true;
}

static const Baseline *load(Arena *arena, InitiativeResult *result, DiagList *diags)
{
    PackageFiles files = {
        .read = read_file, .list = list_files, .ctx = result, .label = STR("package")};
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    const Baseline *baseline = NULL;
    return baseline_load(arena, &files, &limits, diags, &baseline) ? baseline : NULL;
}

static bool is_valid_oscal(Arena *arena, const Json *json, DiagList *diags)
{
    OscalCheck check = {0};
    return oscal_check(arena, json, diags, &check);
}

// ---- a small initiative ----

#define RULE(name, type, effect)                                                                   \
    "{'name':'" name "','id':'/providers/Microsoft.Authorization/policyDefinitions/" name          \
    "','properties':{'displayName':'" name " shown','description':'Do " name                       \
    ".','policyType':'" type "','mode':'All','metadata':{'category':'Storage'},'parameters':"      \
    "{'size':{'type':'Integer','defaultValue':1}},'policyRule':{'if':{'field':'type','equals':"    \
    "'Microsoft.Storage/storageAccounts'},'then':{'effect':'" effect "'}}}}"
#define MEMBER(name, groups, parameters)                                                           \
    "{'policyDefinitionReferenceId':'ref-" name                                                    \
    "','policyDefinitionId':'/providers/Microsoft.Authorization/policyDefinitions/" name           \
    "','groupNames':" groups ",'parameters':" parameters "}"

#define ONE                                                                                        \
    MEMBER("one", "['Test_1.1_2.9','Test_1.1_2.10']", "{'size':{'value':'[parameters(`other`)]'}}")
#define TWO MEMBER("two", "['Test_1.1_2.9']", "{'size':{'value':'[parameters(`Limit`)]'}}")
#define THREE MEMBER("three", "['Test_1.1_1.2']", "{}")
#define FOUR MEMBER("four", "[]", "{}")
#define GONE MEMBER("gone", "['Test_1.1_1.1']", "{}")
#define MEMBERS ONE "," TWO "," THREE "," FOUR "," GONE
#define GROUPS                                                                                     \
    "{'name':'Test_1.1_2.10'},{'name':'Test_1.1_2.9','displayName':'Named','description':"         \
    "'Said.'},{'name':'Test_1.1_1.1'},{'name':'Test_1.1_1.2'}"

static const char initiative_text[] =
    "{'name':'guid-1','properties':{'displayName':'[Preview]: Test 1.1','version':'2.0.0',"
    "'metadata':{'category':'Regulatory Compliance'},'parameters':{'limit':{'type':'Integer'},"
    "'other':{'type':'Integer','defaultValue':3}},'policyDefinitionGroups':[" GROUPS
    "],'policyDefinitions':[" MEMBERS "]}}";

typedef struct Rig {
    Arena arena;
    DiagList diags;
    const Json *definitions[8];
    InitiativeInput input;
    InitiativeResult result;
} Rig;

static void open_rig(Rig *rig)
{
    *rig = (Rig){0};
    arena_init(&rig->arena, (size_t)1 << 26);
    diag_init(&rig->diags, &rig->arena, STR("i.json"));
    static const char *const rules[] = {
        RULE("one", "BuiltIn", "audit"),       RULE("two", "BuiltIn", "audit"),
        RULE("three", "Custom", "manual"),     RULE("four", "Static", "audit"),
        RULE("unrelated", "BuiltIn", "audit"), RULE("ONE", "BuiltIn", "deny"),
    };
    for (size_t i = 0; i < COUNTOF(rules); i++) {
        rig->definitions[i] = json_text(&rig->arena, rules[i]);
    }
    rig->input = (InitiativeInput){.initiative = json_text(&rig->arena, initiative_text),
                                   .definitions = rig->definitions,
                                   .definition_count = COUNTOF(rules),
                                   .now = TEST_NOW};
}

TEST(what_is_no_initiative_is_refused)
{
    static const struct {
        const char *row;
        const char *text;
    } rows[] = {
        {"a definition", RULE("one", "BuiltIn", "audit")},
        {"no policies", "{'name':'x','properties':{'displayName':'X','policyDefinitions':[]}}"},
        {"a list", "[]"},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Rig rig;
        open_rig(&rig);
        rig.input.initiative = json_text(&rig.arena, rows[i].text);
        CHECK_ROW(rows[i].row,
                  !initiative_convert(&rig.arena, &rig.input, &rig.diags, &rig.result));
        CHECK_ROW(rows[i].row, rig.diags.errors != 0);
        arena_free(&rig.arena);
    }
}

TEST(a_name_that_leaves_its_folder_is_refused)
{
    Rig rig;
    open_rig(&rig);
    rig.input.initiative =
        json_text(&rig.arena, "{'name':'x','properties':{'displayName':'X','policyDefinitions':[{"
                              "'policyDefinitionId':'..'}]}}");
    rig.definitions[0] = json_text(&rig.arena, RULE("..", "Custom", "audit"));
    CHECK(!initiative_convert(&rig.arena, &rig.input, &rig.diags, &rig.result));
    CHECK(diags_have(&rig.diags, "bad-name", "\"..\""));
    arena_free(&rig.arena);
}

TEST(groups_become_controls_and_gaps_are_named)
{
    Rig rig;
    open_rig(&rig);
    CHECK(initiative_convert(&rig.arena, &rig.input, &rig.diags, &rig.result));
    const InitiativeResult *result = &rig.result;
    CHECK(str_eq(result->id, STR("test-1.1")));
    CHECK(result->control_count == 5 && result->section_count == 3);
    CHECK(result->member_count == 5 && result->rule_count == 3 && result->gap_count == 2);
    CHECK(str_eq(result->gaps[0].definition, STR("two")));
    CHECK(str_find(result->gaps[0].reason, STR("\"limit\"")) != NULL);
    CHECK(str_eq(result->gaps[1].reference, STR("ref-gone")));
    CHECK(is_valid_oscal(&rig.arena, result->catalog, &rig.diags));
    const Json *order = json_pointer(result->catalog, STR("/catalog/groups/1/controls/0"));
    CHECK(str_eq(json_find_str(order, STR("id")), STR("test-1.1-2.9")));
    CHECK(str_eq(json_find_str(order, STR("title")), STR("Named")));
    const Baseline *baseline = load(&rig.arena, &rig.result, &rig.diags);
    diags_print(&rig.diags);
    CHECK(baseline != NULL);
    if (baseline != NULL) {
        const BaselineControl *control = baseline_find_control(baseline, STR("test-1.1-2.9"));
        CHECK(control != NULL && control->rule_count == 1 && control->layer == LAYER_DATA);
        CHECK(str_eq(control->statement, STR("Said.")));
        CHECK(str_find(control->check, STR("two (parameter \"limit\"")) != NULL);
        control = baseline_find_control(baseline, STR("test-1.1-1.2"));
        CHECK(control != NULL && control->enforcement == ENFORCEMENT_ATTESTED);
        control = baseline_find_control(baseline, STR("ungrouped"));
        CHECK(control != NULL && control->rule_count == 1);
        const BaselineRule *rule = baseline_find_rule(baseline, STR("one"));
        CHECK(rule != NULL && rule->kind_count == 0 && rule->grade == GRADE_READ);
    }
    arena_free(&rig.arena);
}

TEST(a_given_value_closes_the_gap)
{
    Rig rig;
    open_rig(&rig);
    rig.input.parameters = json_text(&rig.arena, "{'limit':7}");
    rig.input.id = STR("mine");
    CHECK(initiative_convert(&rig.arena, &rig.input, &rig.diags, &rig.result));
    CHECK(rig.result.gap_count == 1 && rig.result.rule_count == 4);
    CHECK(str_eq(rig.result.id, STR("mine")));
    const Baseline *baseline = load(&rig.arena, &rig.result, &rig.diags);
    CHECK(baseline != NULL && str_eq(baseline->name, STR("mine")));
    CHECK(baseline != NULL && baseline->initiative->parameters[0].default_value != NULL &&
          baseline->initiative->parameters[0].default_value->number.as_int == 7);
    arena_free(&rig.arena);
}

TEST(without_definitions_there_is_a_catalog_only)
{
    Rig rig;
    open_rig(&rig);
    rig.input.definition_count = 0;
    CHECK(initiative_convert(&rig.arena, &rig.input, &rig.diags, &rig.result));
    CHECK(rig.result.file_count == 0 && rig.result.gap_count == 5);
    CHECK(is_valid_oscal(&rig.arena, rig.result.catalog, &rig.diags));
    arena_free(&rig.arena);
}

// ---- the corpus ----

static bool is_regulatory(const Json *initiative)
{
    const Json *properties = json_find(initiative, STR("properties"));
    Str category = json_find_str(json_find(properties, STR("metadata")), STR("category"));
    Str name = json_find_str(properties, STR("displayName"));
    return str_eq(category, STR("Regulatory Compliance")) ||
           (str_eq(category, STR("Security Center")) && str_find(name, STR("benchmark")) != NULL);
}

static uint32_t convert_one(const Json *initiative, const Json *const *definitions, uint32_t count,
                            Map *ids)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 30);
    DiagList diags;
    diag_init(&diags, &arena, STR("i.json"));
    InitiativeInput input = {
        .initiative = initiative,
        .definitions = definitions,
        .definition_count = count,
        .now = TEST_NOW,
    };
    InitiativeResult result = {0};
    CHECK(initiative_convert(&arena, &input, &diags, &result));
    const char *row = NULL;
    ASSERT(str_to_cstr(&arena, result.id, &row));
    CHECK_ROW(row, result.control_count != 0 && result.rule_count != 0);
    CHECK_ROW(row, is_valid_oscal(&arena, result.catalog, &diags));
    CHECK_ROW(row, load(&arena, &result, &diags) != NULL);
    for (uint32_t i = 0; i < result.gap_count; i++) {
        CHECK_ROW(row, str_starts(result.gaps[i].reason, STR("parameter")));
    }
    if (diags.errors != 0) {
        printf("# %.*s\n", STR_ARG(result.id));
        diags_print(&diags);
    }
    CHECK_ROW(row, map_find(ids, result.id) == MAP_NONE);
    (void)map_put(ids, result.id, 1);
    arena_free(&arena);
    return 1;
}

TEST(every_regulatory_initiative_becomes_a_baseline)
{
    static const struct {
        const char *path;
        uint32_t count;
    } clouds[] = {
        {"corpus/azure-policy/initiatives.ndjson", 72}, // three of them without groups
        {"corpus/azure-policy/initiatives-gov.ndjson", 18},
    };
    static const char *const definition_files[] = {"corpus/azure-policy/definitions.ndjson",
                                                   "corpus/azure-policy/definitions-gov.ndjson"};
    enum { ALL_MAX = 8192 };
    Arena arena;
    arena_init(&arena, (size_t)SHARED_ARENA_BYTES);
    const Json **all = NEW_ARRAY(&arena, const Json *, ALL_MAX);
    uint32_t all_count = 0;
    bool here = true;
    for (size_t i = 0; here && i < COUNTOF(definition_files); i++) {
        const Json *const *definitions = NULL;
        uint32_t count = 0;
        here = shared_lines(&arena, definition_files[i], &definitions, &count);
        for (uint32_t k = 0; here && k < count && all_count < ALL_MAX; k++) {
            all[all_count++] = definitions[k];
        }
    }
    for (size_t i = 0; here && i < COUNTOF(clouds); i++) {
        const Json *const *initiatives = NULL;
        uint32_t initiative_count = 0;
        here = shared_lines(&arena, clouds[i].path, &initiatives, &initiative_count);
        uint32_t converted = 0;
        Map ids;
        map_init(&ids, &arena, MAP_NOCASE);
        for (uint32_t k = 0; here && k < initiative_count; k++) {
            if (is_regulatory(initiatives[k])) {
                converted += convert_one(initiatives[k], all, all_count, &ids);
            }
        }
        printf("# %u converted\n", converted);
        CHECK(!here || converted == clouds[i].count);
    }
    arena_free(&arena);
}
