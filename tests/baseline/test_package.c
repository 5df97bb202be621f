// SPDX-License-Identifier: Apache-2.0
#include "baseline/baseline.h"

#include <stdio.h>
#include <string.h>

#include "baseline/memory_files.h"
#include "oscal/read_text.h"
#include "t.h"

typedef struct Rig {
    Arena arena;
    DiagList diags;
    const Baseline *baseline;
    bool loaded;
} Rig;

static void rig_load(Rig *rig, const char *path, const char *from, const char *to)
{
    *rig = (Rig){0};
    arena_init(&rig->arena, (size_t)1 << 26);
    diag_init(&rig->diags, &rig->arena, STR(""));
    MemoryFiles memory = {.arena = &rig->arena, .path = path, .from = from, .to = to};
    PackageFiles files = memory_files(&memory);
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    rig->loaded = baseline_load(&rig->arena, &files, &limits, &rig->diags, &rig->baseline);
    for (const Diag *diag = rig->diags.first; path == NULL && diag != NULL; diag = diag->next) {
        printf("# %.*s:%u: %s: %.*s\n", STR_ARG(diag->file), diag->at.line, diag->code,
               STR_ARG(diag->text));
    }
}

static const struct {
    const char *row;
    const char *path;
    const char *from; // NULL = the file is not there
    const char *to;
    const char *code;
    const char *part;
} bad_cases[] = {
    {"no manifest", "manifest.json", NULL, "", "no-file", "manifest.json"},
    {"manifest without owner", "manifest.json", "'owner':'o',", "", "manifest", "\"owner\""},
    {"review date that is none", "manifest.json", "2026-12-31", "soon", "manifest", "soon"},
    {"no catalog", "catalog.json", NULL, "", "import-not-found", "catalog.json"},
    {"catalog that is broken", "catalog.json", "{'catalog'", "{'catalog", NULL, NULL},
    {"a severity that is none", "catalog.json", "'value':'high'", "'value':'huge'", "control-prop",
     "\"severity\""},
    {"a layer that is none", "catalog.json", "'value':'network'", "'value':'cloud'", "control-prop",
     "network, infrastructure"},
    {"a driver that is none", "catalog.json", "'value':'region'", "'value':'mood'", "control-prop",
     "\"mood\" is no driver"},
    {"no reason", "catalog.json", "'name':'reason'", "'name':'remark'", "control-part",
     "\"reason\""},
    {"an insert of an unknown parameter", "catalog.json", "insert: param, n-1_prm",
     "insert: param, n-9", "unknown-parameter", "n-9"},
    {"profile selects what is not there", "profile.json", "'n-1','p-1'", "'n-1','q-1'",
     "unknown-control", "q-1"},
    {"profile of another catalog", "profile.json", "'catalog.json'", "'other.json'",
     "import-not-found", "other.json"},
    {"profile feeds what the initiative has not", "profile.json", "'value':'size'",
     "'value':'weight'", "unknown-parameter", "\"weight\""},
    {"a text for a number", "profile.json", "'42'", "'many'", "parameter-value", "\"many\""},
    {"two values for one", "profile.json", "'42'", "'4','2'", "parameter-value", "2 are given"},
    {"nothing feeds the parameter", "profile.json", "azure-parameter", "other", "parameter-unfed",
     "\"size\""},
    {"a rule named otherwise", "rules/size.json", "policyDefinitions/size",
     "policyDefinitions/length", "rule-name", "\"length\""},
    {"a rule that says not what it needs", "rules/size.json", "'kinds':['tenant-settings'],", "",
     "rule-requires", "kinds"},
    {"a rule of no severity", "rules/size.json", "'severity':'high',", "", "rule-severity", NULL},
    {"a grade that is none", "rules/size.json", "'recorded'", "'sure'", "rule-grade", "\"sure\""},
    {"an unverified path that is not required", "rules/size.json",
     "'recorded','requires':{'kinds':['tenant-settings'],'paths':['datumline/tenantSettings/size']",
     "'unverified','requires':{'kinds':['tenant-settings']", "rule-requires", "unverified path"},
    {"no remediation", "rules/size.json", "'remediation'", "'remedy'", "rule-remediation", NULL},
    {"a rule that does not parse", "rules/size.json", "'greater'", "'bigger'", "unknown-operator",
     NULL},
    {"no rule at all", "rules/size.json", NULL, "", "unknown-rule", "\"size\""},
    {"a group that is no control", "initiative.json", "{'name':'p-1'}",
     "{'name':'p-1'},{'name':'z-1'}", "unknown-control", "\"z-1\""},
    {"a rule of a group that is not declared", "initiative.json", "{'name':'n-1'},", "",
     "unknown-group", "\"n-1\""},
    {"a control without rule", "initiative.json", "'groupNames':['n-1']", "'groupNames':['p-1']",
     "control-no-rule", "\"n-1\""},
    {"a member without control", "initiative.json", "'groupNames':['n-1']", "'groupNames':[]",
     "rule-no-control", "\"size\""},
    {"an assignment that sets what the profile sets", "assignments.json", "'mood':{'value':'grim'}",
     "'size':{'value':7}", "parameter-two-homes", "\"size\""},
    {"an assignment of something else", "assignments.json", "policySetDefinitions/small",
     "policySetDefinitions/big", "unknown-rule", "big"},
    {"assignments that are no list", "assignments.json", "[{", "[],[{", NULL, NULL},
    {"a mapping from what is not there", "mappings/f.json", "'id-ref':'n-1'", "'id-ref':'n-7'",
     "unknown-control", "\"n-7\""},
};

TEST(what_does_not_fit_together_is_named)
{
    for (size_t i = 0; i < COUNTOF(bad_cases); i++) {
        Rig rig;
        rig_load(&rig, bad_cases[i].path, bad_cases[i].from, bad_cases[i].to);
        CHECK_ROW(bad_cases[i].row, !rig.loaded);
        CHECK_ROW(bad_cases[i].row, rig.baseline == NULL);
        CHECK_ROW(bad_cases[i].row, rig.diags.errors > 0);
        bool any_code = bad_cases[i].code == NULL;
        CHECK_ROW(bad_cases[i].row,
                  any_code || has_diag(&rig.diags, bad_cases[i].code, bad_cases[i].part));
        arena_free(&rig.arena);
    }
}

TEST(a_package_is_loaded)
{
    Rig rig;
    rig_load(&rig, NULL, NULL, NULL);
    CHECK(rig.loaded);
    CHECK(rig.diags.count == 0);
    const Baseline *baseline = rig.baseline;
    CHECK(str_eq(baseline->name, STR("small")) && str_eq(baseline->version, STR("1.2.3")));
    CHECK(baseline->approver_role_count == 2 && str_eq(baseline->approver_roles[1], STR("t")));
    CHECK(baseline->section_count == 2 && str_eq(baseline->sections[1].title, STR("People")));
    CHECK(baseline->control_count == 2);
    CHECK(baseline_find_control(baseline, STR("p-2")) == NULL);
    arena_free(&rig.arena);
}

TEST(a_control_knows_its_words_rules_and_frameworks)
{
    Rig rig;
    rig_load(&rig, NULL, NULL, NULL);
    CHECK(rig.loaded);
    const BaselineControl *control = baseline_find_control(rig.baseline, STR("n-1"));
    CHECK(control != NULL);
    CHECK(control->severity == SEVERITY_HIGH && control->layer == LAYER_NETWORK);
    CHECK(control->enforcement == ENFORCEMENT_PREVENTIVE);
    CHECK(control->drivers == ((unsigned)DRIVER_PLATFORM | (unsigned)DRIVER_REGION));
    CHECK(str_eq(control->owner, STR("o")));
    CHECK(str_eq(control->statement, STR("At most 42 things.")));
    CHECK(control->rule_count == 1 && control->rules[0] == 0);
    CHECK(control->ref_count == 2 && str_eq(control->refs[1].id, STR("x-2")));
    CHECK(str_eq(rig.baseline->frameworks[control->refs[0].framework].name, STR("frame")));
    const BaselineControl *attested = baseline_find_control(rig.baseline, STR("p-1"));
    CHECK(attested->rule_count == 1 && rig.baseline->rules[attested->rules[0]].implied);
    arena_free(&rig.arena);
}

TEST(a_rule_knows_what_it_needs)
{
    Rig rig;
    rig_load(&rig, NULL, NULL, NULL);
    CHECK(rig.loaded);
    const BaselineRule *rule = baseline_find_rule(rig.baseline, STR("size"));
    CHECK(rule != NULL && rule->definition == rig.baseline->definitions[0]);
    CHECK(!rule->manual && rule->grade == GRADE_RECORDED && rule->severity == SEVERITY_HIGH);
    CHECK(rule->kind_count == 1 && str_eq(rule->kinds[0], STR("tenant-settings")));
    CHECK(rule->path_count == 1 && str_eq(rule->paths[0], STR("datumline/tenantSettings/size")));
    CHECK(rule->control_count == 1);
    CHECK(json_find(rule->remediation, STR("steps")) != NULL);
    AssignedRule assigned = {.definition = rule->definition};
    CHECK(baseline_rule_of(rig.baseline, &assigned) == rule);
    Definition other = *rule->definition;
    assigned.definition = &other;
    CHECK(baseline_rule_of(rig.baseline, &assigned) == NULL);
    arena_free(&rig.arena);
}

TEST(the_profile_feeds_the_assignment)
{
    Rig rig;
    rig_load(&rig, NULL, NULL, NULL);
    CHECK(rig.loaded);
    CHECK(rig.baseline->assignment_count == 1);
    BindInput input = {
        .definitions = rig.baseline->definitions,
        .definition_count = rig.baseline->rule_count,
        .initiatives = &rig.baseline->initiative,
        .initiative_count = 1,
        .assignments = rig.baseline->assignments,
        .assignment_count = rig.baseline->assignment_count,
    };
    AssignedRule *rules;
    uint32_t count;
    CHECK(assignment_bind(&rig.arena, &input, &rig.diags, &rules, &count));
    CHECK(count == 2 && rules[1].effect == EFFECT_MANUAL);
    const Json *size = json_find(rules[0].parameters, STR("size"));
    CHECK(size != NULL && size->is_int && size->number.as_int == 42);
    CHECK(rules[0].group_count == 1 && str_eq(rules[0].groups[0], STR("n-1")));
    CHECK(rules[0].required_path_count == 1);
    arena_free(&rig.arena);
}

TEST(severities_have_weights_that_rise)
{
    for (int i = 1; i < SEVERITY_COUNT; i++) {
        CHECK(severity_weight((Severity)i) > severity_weight((Severity)(i - 1)));
    }
    CHECK(severity_find(STR("High")) == SEVERITY_COUNT);
    CHECK(severity_find(STR("critical")) == SEVERITY_CRITICAL);
    CHECK(strcmp(driver_name(DRIVER_BUSINESS), "business") == 0);
    CHECK(strcmp(layer_name(LAYER_IDENTITY), "identity") == 0);
    CHECK(strcmp(enforcement_name(ENFORCEMENT_ATTESTED), "attested") == 0);
    CHECK(strcmp(grade_name(GRADE_DERIVED), "derived") == 0);
    CHECK(strcmp(severity_name(SEVERITY_LOW), "low") == 0);
}
