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

static void print_diags(const Rig *rig)
{
    for (const Diag *diag = rig->diags.first; diag != NULL; diag = diag->next) {
        printf("# %.*s:%u: %s: %.*s\n", STR_ARG(diag->file), diag->at.line, diag->code,
               STR_ARG(diag->text));
    }
}

static void rig_load(Rig *rig, const char *path, const char *from, const char *to)
{
    *rig = (Rig){0};
    arena_init(&rig->arena, (size_t)1 << 26);
    diag_init(&rig->diags, &rig->arena, STR(""));
    MemoryFiles memory = {.arena = &rig->arena, .path = path, .from = from, .to = to};
    PackageFiles files = memory_files(&memory);
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    rig->loaded = baseline_load(&rig->arena, &files, &limits, &rig->diags, &rig->baseline);
    if (path == NULL) {
        print_diags(rig);
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
    {"manifest that is none", "manifest.json", "{'name':'small'", "[{'name':'small'", NULL, NULL},
    {"manifest with a word misspelt", "manifest.json", "'nextReview'", "'nextreview'", "manifest",
     "did you mean \"nextReview\""},
    {"approvals that are no object", "manifest.json", "'approverRoles':['b','t']", "'approvals':2",
     "manifest", "\"approvals\" must be an object"},
    {"approvals by nobody known", "manifest.json", "'approverRoles':['b','t']",
     "'approvals':{'count':-1}", "manifest", "from 0 to 100"},
    {"approvals with a word too much", "manifest.json", "'approverRoles':['b','t']",
     "'approvals':{'cuont':1}", "manifest", "\"cuont\" is not a member of \"approvals\""},
    {"made from nothing", "manifest.json", "'approverRoles':['b','t']", "'from':{'version':'1'}",
     "manifest", "\"name\""},
    {"a default severity that is none", "manifest.json", "'approverRoles':['b','t']",
     "'defaults':{'severity':'huge'}", "manifest", "defaults.severity"},
    {"a default driver that is none", "manifest.json", "'approverRoles':['b','t']",
     "'defaults':{'drivers':['mood']}", "manifest", "\"mood\" is no driver"},
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
     "unknown-control", "\"q-1\"; nothing is selected for it: write an id that is there"},
    {"profile of another catalog", "profile.json", "'catalog.json'", "'other.json'",
     "import-not-found", "other.json"},
    {"profile that leads back to itself", "profile.json", "'catalog.json'", "'profile.json'",
     "circular-import", "a profile that does not import this one"},
    {"profile with a word misspelt", "profile.json", "'include-controls'", "'include-control'",
     "unknown-member", "include-control"},
    {"profile of a document outside", "profile.json", "'catalog.json'", "'../catalog.json'",
     "import-not-found", "outside the baseline's folder"},
    {"profile of a document of the network", "profile.json", "'catalog.json'",
     "'https://example.org/catalog.json'", "import-not-found", "outside the baseline's folder"},
    {"profile sets what is not there", "profile.json", "'param-id':'n-1_prm'",
     "'param-id':'n-8_prm'", "unknown-param", "n-8_prm"},
    {"profile alters what is not there", "profile.json", "'modify':{",
     "'modify':{'alters':[{'control-id':'q-1','adds':[{'title':'x'}]}],", "unknown-control", "q-1"},
    {"a tailoring of no kind", "profile.json", "'oscal-version':'1.2.2'",
     "'oscal-version':'1.2.2','props':[{'name':'tailoring','ns':'urn:datumline:ns:oscal','value':"
     "'n-1','class':'twist'}]",
     "tailoring", "not \"twist\""},
    {"a removal without a word", "profile.json", "'oscal-version':'1.2.2'",
     "'oscal-version':'1.2.2','props':[{'name':'tailoring','ns':'urn:datumline:ns:oscal','value':"
     "'n-1','class':'remove'}]",
     "tailoring", "without a rationale"},
    {"an alteration to a severity that is none", "profile.json", "'modify':{",
     "'modify':{'alters':[{'control-id':'n-1','adds':[{'position':'starting','props':[{'name':"
     "'severity','ns':'urn:datumline:ns:oscal','value':'huge'}]}]}],",
     "control-prop", "\"severity\""},
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
    {"a rule of no severity", "rules/size.json", "'severity':'high',", "", "rule-severity",
     "metadata.severity is missing; known: low"},
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
     "control-no-rule", "\"n-1\" has no rule and is not attested: add a rule for it"},
    {"a member without control", "initiative.json", "'groupNames':['n-1']", "'groupNames':[]",
     "rule-no-control", "\"size\""},
    {"an assignment that sets what the profile sets", "assignments.json", "'mood':{'value':'grim'}",
     "'size':{'value':7}", "parameter-two-homes", "\"size\""},
    {"an assignment of something else", "assignments.json", "policySetDefinitions/small",
     "policySetDefinitions/big", "unknown-rule", "big"},
    {"an assignment for a place that is none", "assignments.json", "'scope':'/tenants'",
     "'scope':'/tenants','resourceSelectors':[{'name':'x','selectors':[{'kind':'environmentType',"
     "'in':['moon']}]}]",
     "bad-value", "default, production"},
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

// ---- made from another ----

static const struct {
    const char *row;
    const char *path;
    const char *from;
    const char *to;
    const char *code;
    const char *part;
    const char *file; // where
} tailored_cases[] = {
    {"the base is gone", "base/profile.json", NULL, "", "import-not-found", "base/profile.json",
     "ours/profile.json"},
    {"its catalog is gone", "base/catalog.json", NULL, "", "import-not-found", "catalog.json",
     "ours/base/profile.json"},
    {"a control that the base does not have", "profile.json", "'with-ids':['p-1']",
     "'with-ids':['p-1','p-7']", "unknown-control", "p-7", "ours/profile.json"},
    {"a parameter of what is left out", "profile.json", "'with-ids':['p-1']", "'with-ids':['n-1']",
     "unknown-param", "n-1_prm", "ours/profile.json"},
    {"a value of another type", "profile.json", "['40']", "['many']", "parameter-value", "many",
     "ours/profile.json"},
    {"a mistake in an alteration", "profile.json", "'value':'low'", "'value':'none'",
     "control-prop", "severity", "ours/profile.json"},
    {"a mistake in the base", "base/catalog.json", "'value':'network'", "'value':'cloud'",
     "control-prop", "layer", "ours/base/catalog.json"},
    {"a rule of the base that is gone", "base/rules/size.json", NULL, "", "unknown-rule", "size",
     "ours/base/initiative.json"},
};

static bool has_diag_in(const DiagList *diags, const char *code, const char *part, const char *file)
{
    for (const Diag *diag = diags->first; diag != NULL; diag = diag->next) {
        if (strcmp(diag->code, code) == 0 && str_find(diag->text, str_from_cstr(part)) != NULL &&
            str_eq(diag->file, str_from_cstr(file))) {
            return true;
        }
    }
    return false;
}

static void rig_load_files(Rig *rig, MemoryFiles memory)
{
    *rig = (Rig){0};
    arena_init(&rig->arena, (size_t)1 << 26);
    diag_init(&rig->diags, &rig->arena, STR(""));
    MemoryFiles *own = NEW(&rig->arena, MemoryFiles);
    *own = memory;
    own->arena = &rig->arena;
    PackageFiles files = memory_files(own);
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    rig->loaded = baseline_load(&rig->arena, &files, &limits, &rig->diags, &rig->baseline);
}

TEST(what_does_not_fit_on_its_base_is_named_where_it_stands)
{
    for (size_t i = 0; i < COUNTOF(tailored_cases); i++) {
        Rig rig;
        rig_load_files(&rig, (MemoryFiles){.tailored = true,
                                           .path = tailored_cases[i].path,
                                           .from = tailored_cases[i].from,
                                           .to = tailored_cases[i].to});
        CHECK_ROW(tailored_cases[i].row, !rig.loaded);
        CHECK_ROW(tailored_cases[i].row,
                  has_diag_in(&rig.diags, tailored_cases[i].code, tailored_cases[i].part,
                              tailored_cases[i].file));
        arena_free(&rig.arena);
    }
}

TEST(a_package_stands_on_what_it_was_made_from)
{
    Rig rig;
    rig_load_files(&rig, (MemoryFiles){.tailored = true});
    CHECK(rig.loaded && rig.diags.count == 0);
    const Baseline *baseline = rig.baseline;
    CHECK(str_eq(baseline->from.name, STR("small")) && str_eq(baseline->from.sha256, STR("00ff")));
    CHECK(baseline->approvals.given && baseline->approvals.count == 2);
    CHECK(baseline->approver_role_count == 2 && str_eq(baseline->risk_appetite, STR("low")));
    CHECK(baseline->control_count == 1 && baseline->rule_count == 1);
    const BaselineControl *control = baseline_look_up(baseline, STR("N-1"));
    CHECK(control != NULL && control->severity == SEVERITY_LOW);
    CHECK(control->layer == LAYER_NETWORK && str_eq(control->owner, STR("us")));
    CHECK(str_eq(control->statement, STR("At most 40 things.")));
    CHECK(str_eq(control->file, STR("ours/base/catalog.json")));
    CHECK(control->ref_count == 2);
    const BaselineValue *value = baseline_find_value(baseline, STR("n-1_prm"));
    CHECK(value != NULL && value->by_profile && value->feed_count == 1);
    CHECK(str_eq(value->file, STR("ours/profile.json")) && str_eq(value->feeds[0], STR("size")));
    CHECK(baseline->tailoring_count == 2);
    CHECK(str_eq(baseline->tailorings[0].subject, STR("p-1")) &&
          str_eq(baseline->tailorings[0].rationale, STR("nobody here")));
    arena_free(&rig.arena);
}

TEST(rules_of_what_is_left_out_take_no_part)
{
    Rig rig;
    rig_load_files(&rig,
                   (MemoryFiles){.path = "profile.json", .from = "'n-1','p-1'", .to = "'p-1'"});
    CHECK(!rig.loaded); // the profile sets a parameter of n-1
    arena_free(&rig.arena);
    rig_load_files(&rig, (MemoryFiles){.tailored = true,
                                       .path = "profile.json",
                                       .from = "'with-ids':['p-1']}]}],'merge':{'as-is':true},"
                                               "'modify':{'set-parameters':[{'param-id':'n-1_prm',"
                                               "'values':['40']}],'alters':[{'control-id':'n-1'",
                                       .to = "'with-ids':['n-1']}]}],'modify':{'alters':[{"
                                             "'control-id':'p-1'"});
    CHECK(rig.loaded);
    CHECK(rig.baseline->control_count == 1 && rig.baseline->rule_count == 1);
    CHECK(rig.baseline->rules[0].implied && rig.baseline->initiative->member_count == 1);
    CHECK(baseline_find_rule(rig.baseline, STR("size")) == NULL);
    CHECK(rig.baseline->section_count == 1); // flat, and still in its section
    CHECK(str_eq(rig.baseline->sections[0].id, STR("ppl")));
    arena_free(&rig.arena);
}

TEST(a_removal_without_a_rationale_is_warned_of)
{
    Rig rig;
    rig_load_files(&rig, (MemoryFiles){.tailored = true,
                                       .path = "profile.json",
                                       .from = "'value':'p-1'",
                                       .to = "'value':'p-2'"});
    CHECK(rig.loaded);
    CHECK(has_diag(&rig.diags, "tailoring", "\"p-1\" is excluded without a rationale"));
    arena_free(&rig.arena);
}

TEST(own_files_stand_over_those_of_the_base)
{
    static const char rule[] =
        "{'name':'size','properties':{'displayName':'Own','mode':'All','metadata':{'severity':"
        "'low','grade':'recorded','requires':{'kinds':['tenant-settings']},'remediation':{'steps':"
        "['x']}},'parameters':{'size':{'type':'Integer'}},'policyRule':{'if':{'field':'type',"
        "'equals':'datumline/tenantSettings'},'then':{'effect':'audit'}}}}";
    Rig rig;
    rig_load_files(&rig, (MemoryFiles){.tailored = true, .added = {"rules/size.json", rule}});
    CHECK(rig.loaded && rig.baseline->rule_count == 1);
    CHECK(str_eq(rig.baseline->rules[0].definition->display_name, STR("Own")));
    arena_free(&rig.arena);
    static const char list[] =
        "[{'name':'mine','policyDefinitionId':'small','scope':'/tenants/t'},{'name':'dev',"
        "'policyDefinitionId':'small','resourceSelectors':[{'name':'dev','selectors':[{'kind':"
        "'environmentType','in':['developer']}]}],'parameters':{'size':{'value':7}}}]";
    rig_load_files(&rig, (MemoryFiles){.tailored = true, .added = {"assignments.json", list}});
    CHECK(rig.loaded && rig.baseline->assignment_count == 2);
    const Json *general = json_find(rig.baseline->assignments[0]->parameters, STR("size"));
    const Json *variant = json_find(rig.baseline->assignments[1]->parameters, STR("size"));
    CHECK(json_find(general, STR("value"))->number.as_int == 40);
    CHECK(json_find(variant, STR("value"))->number.as_int == 7);
    CHECK(rig.baseline->own_values[0] == NULL && rig.baseline->own_values[1] != NULL);
    arena_free(&rig.arena);
}

#define NO_MAPPING                                                                                 \
    "{'mapping-collection':{'uuid':'e3c6ff0e-5d0b-4a4b-9f57-1f0a2b3c4d5e','metadata':{'title':'M'" \
    ","                                                                                            \
    "'version':'1','last-modified':'2026-01-01T00:00:00Z','oscal-version':'1.2.2'},'provenance':{" \
    "'method':'human','matching-rationale':'semantic','status':'complete','mapping-description':"  \
    "'d'},'mappings':[{'uuid':'u','source-resource':{'type':'catalog','href':'../f.json'},"        \
    "'target-resource':{'type':'catalog','href':'https://example.org/f'},'maps':[{'uuid':'m',"     \
    "'relationship':'equal-to','sources':[{'type':'control','id-ref':'f-1'}],'targets':[{'type':"  \
    "'control','id-ref':'x-1'}]}]}]}}"
#define FRAMEWORK(extra)                                                                           \
    "{'catalog':{'uuid':'c3c6ff0e-5d0b-4a4b-9f57-1f0a2b3c4d5e','metadata':{'title':'F',"           \
    "'version':'1','last-modified':'2026-01-01T00:00:00Z','oscal-version':'1.2.2'},'groups':[{"    \
    "'id':'g','title':'G','controls':[{'id':'f-1','title':'First','parts':[{'name':"               \
    "'statement','prose':'Do it.'}]},{'id':'f-2','title':'Second'" extra "}]}]}}"
#define SELECTION(select)                                                                          \
    "{'profile':{'uuid':'d3c6ff0e-5d0b-4a4b-9f57-1f0a2b3c4d5e','metadata':{'title':'F',"           \
    "'version':'1','last-modified':'2026-01-01T00:00:00Z','oscal-version':'1.2.2'},'imports':[{"   \
    "'href':'base/f.json'," select "}],'merge':{'as-is':true}}}"
#define EVERYWHERE                                                                                 \
    "[{'name':'f','policyDefinitionId':'/providers/Microsoft.Authorization/policySetDefinitions/"  \
    "f','scope':'/tenants'}]"
#define MANIFEST(rest)                                                                             \
    "{'name':'f','title':'F','version':'1','owner':'o','purpose':'p','scope':'s'" rest "}"

// A package of a framework: no rule at all.
static void rig_load_framework(Rig *rig, const char *manifest, const char *profile)
{
    rig_load_files(
        rig, (MemoryFiles){.path = "rules/size.json",
                           .added = {"manifest.json", manifest, "profile.json", profile,
                                     "base/f.json", FRAMEWORK(""), "assignments.json", EVERYWHERE,
                                     "mappings/f.json", NO_MAPPING, "initiative.json", NULL}});
}

TEST(defaults_take_a_catalog_of_statements)
{
    Rig rig;
    rig_load_framework(&rig, MANIFEST(""), SELECTION("'include-all':{}"));
    CHECK(!rig.loaded && has_diag(&rig.diags, "control-prop", "\"severity\""));
    CHECK(has_diag(&rig.diags, "control-part", "\"f-2\" needs a part \"statement\""));
    arena_free(&rig.arena);
    rig_load_framework(&rig, MANIFEST(",'defaults':{'severity':'high','drivers':['regulation']}"),
                       SELECTION("'include-controls':[{'matching':[{'pattern':'z*'}]}]"));
    CHECK(!rig.loaded && has_diag(&rig.diags, "no-control", "selects no control"));
    arena_free(&rig.arena);
    rig_load_framework(&rig, MANIFEST(",'defaults':{'severity':'high','drivers':['regulation']}"),
                       SELECTION("'include-all':{}"));
    CHECK(rig.loaded && rig.baseline->control_count == 2 && rig.baseline->rule_count == 2);
    const BaselineControl *second = baseline_find_control(rig.baseline, STR("f-2"));
    CHECK(second->severity == SEVERITY_HIGH && second->layer == LAYER_APPLICATION);
    CHECK(second->drivers == (unsigned)DRIVER_REGULATION);
    CHECK(second->enforcement == ENFORCEMENT_ATTESTED && second->guidance.len == 0);
    CHECK(str_eq(second->statement, STR("Second")) && second->rule_count == 1);
    const BaselineRule *rule = &rig.baseline->rules[second->rules[0]];
    CHECK(rule->implied && rule->manual && rule->severity == SEVERITY_HIGH);
    CHECK(str_eq(rule->definition->name, STR("attest-f-2")));
    CHECK(str_eq(rig.baseline->initiative->name, STR("f")));
    arena_free(&rig.arena);
}

#define STATED(id, prose)                                                                          \
    "{'id':'" id "','title':'T','parts':[{'name':'statement','prose':'" prose "'}]}"
#define LOOSE(groups)                                                                              \
    "{'catalog':{'uuid':'c3c6ff0e-5d0b-4a4b-9f57-1f0a2b3c4d5e','metadata':{'title':'F',"           \
    "'version':'1','last-modified':'2026-01-01T00:00:00Z','oscal-version':'1.2.2'}," groups        \
    "'controls':[" STATED("f-1", "Do it.") "," STATED("f-2", "And that.") "]}}"

TEST(controls_in_no_group_have_a_section)
{
    static const struct {
        const char *row, *catalog, *sections;
    } rows[] = {
        {"nothing else", LOOSE(""), "further=Controls "},
        {"beside a group",
         LOOSE("'groups':[{'id':'g','title':'G','controls':[" STATED("g-1", "x") "]}],"),
         "g=G further=Further controls "},
        {"beside groups without ids",
         LOOSE("'groups':[{'title':'Doors & Windows','controls':[" STATED(
             "g-1", "x") "]},{'title':'門','controls':[" STATED("g-2", "x") "]}],"),
         "section-doors-windows=Doors & Windows section-line-1=門 further=Further controls "},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Rig rig;
        Buf text = {0};
        rig_load_files(
            &rig,
            (MemoryFiles){.path = "rules/size.json",
                          .added = {"manifest.json", MANIFEST(",'defaults':{}"), "profile.json",
                                    SELECTION("'include-all':{}"), "base/f.json", rows[i].catalog,
                                    "assignments.json", EVERYWHERE, "mappings/f.json", NO_MAPPING,
                                    "initiative.json", NULL}});
        CHECK_ROW(rows[i].row, rig.loaded);
        for (uint32_t s = 0; rig.loaded && s < rig.baseline->section_count; s++) {
            buf_printf(&text, "%.*s=%.*s ", STR_ARG(rig.baseline->sections[s].id),
                       STR_ARG(rig.baseline->sections[s].title));
        }
        CHECK_ROW(rows[i].row, str_eq(buf_str(&text), str_from_cstr(rows[i].sections)));
        buf_free(&text);
        arena_free(&rig.arena);
    }
}
