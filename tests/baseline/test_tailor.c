// SPDX-License-Identifier: Apache-2.0
#include "baseline/tailor.h"

#include <string.h>

#include "baseline/memory_files.h"
#include "baseline/strictness.h"
#include "oscal/read_text.h"
#include "t.h"
#include "json/read.h"
#include "json/write.h"

typedef struct Rig {
    Arena arena;
    DiagList diags;
    MemoryFiles memory;
    PackageFiles files;
    const Baseline *baseline;
    TailorInput input;
    TailorResult result;
    bool done;
} Rig;

static const Json *read_json(Rig *rig, const char *path)
{
    Str bytes;
    Err err = {0};
    const Json *json = NULL;
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    bool ok = rig->files.read(rig->files.ctx, str_from_cstr(path), &bytes, &err) &&
              json_read(&rig->arena, bytes, &limits, &rig->diags, &json);
    ASSERT(ok);
    return json;
}

static bool bind(Rig *rig, const Baseline *baseline, AssignedRule **ret_rules, uint32_t *ret_count)
{
    BindInput input = {
        .definitions = baseline->definitions,
        .definition_count = baseline->rule_count,
        .initiatives = &baseline->initiative,
        .initiative_count = 1,
        .assignments = baseline->assignments,
        .assignment_count = baseline->assignment_count,
    };
    return assignment_bind(&rig->arena, &input, &rig->diags, ret_rules, ret_count);
}

// The package made from the small one, changed by added files.
static void rig_open(Rig *rig, const char *const *added)
{
    *rig = (Rig){.memory = {.tailored = true}};
    arena_init(&rig->arena, (size_t)1 << 26);
    diag_init(&rig->diags, &rig->arena, STR(""));
    rig->memory.arena = &rig->arena;
    for (size_t i = 0; added != NULL && added[i] != NULL; i++) {
        rig->memory.added[i] = added[i];
    }
    rig->files = memory_files(&rig->memory);
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    bool ok = baseline_load(&rig->arena, &rig->files, &limits, &rig->diags, &rig->baseline);
    for (const Diag *diag = rig->diags.first; diag != NULL; diag = diag->next) {
        printf("# %.*s: %s: %.*s\n", STR_ARG(diag->file), diag->code, STR_ARG(diag->text));
    }
    AssignedRule *rules = NULL;
    uint32_t count = 0;
    ASSERT(ok && bind(rig, rig->baseline, &rules, &count));
    rig->input = (TailorInput){
        .baseline = rig->baseline,
        .rules = rules,
        .rule_count = count,
        .profile = read_json(rig, "profile.json"),
        .assignments = read_json(rig, "base/assignments.json"),
        .now = STR("2026-03-01T00:00:00Z"),
    };
}

static void rig_apply(Rig *rig, const TailorEdit *edits, uint32_t count, const char *rationale)
{
    rig->input.edits = edits;
    rig->input.edit_count = count;
    rig->input.rationale = rationale != NULL ? str_from_cstr(rationale) : (Str){NULL, 0};
    rig->done = tailor_apply(&rig->arena, &rig->input, &rig->diags, &rig->result);
}

// The text at a pointer, with ' for ".
static Str text_at(Rig *rig, const Json *json, const char *pointer)
{
    Str text = json_text(&rig->arena, json_pointer(json, str_from_cstr(pointer)));
    char *copy = NEW_ARRAY(&rig->arena, char, text.len + 1);
    for (size_t i = 0; i < text.len; i++) {
        copy[i] = text.ptr[i] == '"' ? '\'' : text.ptr[i];
    }
    return (Str){copy, text.len};
}

static const char *text_of(Rig *rig, const Json *json)
{
    Buf text = {0};
    json_write(&text, json);
    buf_byte(&text, '\0');
    Str copy = str_copy(&rig->arena, buf_str(&text));
    buf_free(&text);
    return copy.ptr;
}

static void put_file(Rig *rig, const char *path, const Json *json)
{
    size_t at = 0;
    while (rig->memory.added[at] != NULL && strcmp(rig->memory.added[at], path) != 0) {
        at += 2;
    }
    ASSERT(at + 1 < COUNTOF(rig->memory.added));
    if (json != NULL) {
        rig->memory.added[at] = path;
        rig->memory.added[at + 1] = text_of(rig, json);
    }
}

// The package as the result would leave it, loaded again.
static const Baseline *reload(Rig *rig)
{
    put_file(rig, "profile.json", rig->result.profile);
    put_file(rig, "assignments.json", rig->result.assignments);
    put_file(rig, "initiative.json", rig->result.initiative);
    const Baseline *baseline = NULL;
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    bool ok = baseline_load(&rig->arena, &rig->files, &limits, &rig->diags, &baseline);
    for (const Diag *diag = rig->diags.first; !ok && diag != NULL; diag = diag->next) {
        printf("# %.*s: %s: %.*s\n", STR_ARG(diag->file), diag->code, STR_ARG(diag->text));
    }
    return ok ? baseline : NULL;
}

#define EDIT(k, s, v) ((TailorEdit){.kind = (k), .subject = STR(s), .value = STR(v)})

static const struct {
    const char *row;
    TailorKind kind;
    Str subject;
    Str value;
    const char *rationale;
    bool variant;
    const char *code;
    const char *part;
} refused[] = {
    {"no such control", TAILOR_REMOVE, STR_INIT("n-2"), STR_INIT(""), "x", false, "unknown-control",
     "did you mean \"n-1\""},
    {"left out already", TAILOR_REMOVE, STR_INIT("p-1"), STR_INIT(""), "x", false,
     "unknown-control", "left out already: nobody here"},
    {"removed without a word", TAILOR_REMOVE, STR_INIT("n-1"), STR_INIT(""), NULL, false,
     "rationale", "\"n-1\": a control is left out; say why"},
    {"removed for some", TAILOR_REMOVE, STR_INIT("n-1"), STR_INIT(""), "x", true, "tailor-variant",
     "values and effects only"},
    {"no such parameter", TAILOR_SET, STR_INIT("sise"), STR_INIT("3"), "x", false,
     "unknown-parameter", "did you mean \"size\""},
    {"a value of another type", TAILOR_SET, STR_INIT("size"), STR_INIT("few"), "x", false,
     "tailor-value", "takes a whole number"},
    {"a value of another type, for some", TAILOR_SET, STR_INIT("n-1_prm"), STR_INIT("4.5"), "x",
     true, "tailor-value", "\"4.5\""},
    {"no severity", TAILOR_SEVERITY, STR_INIT("n-1"), STR_INIT("grave"), "x", false, "tailor-value",
     "known: low, medium, high, critical"},
    {"severity of nothing", TAILOR_SEVERITY, STR_INIT("q"), STR_INIT("low"), "x", false,
     "unknown-control", "\"q\""},
    {"severity for some", TAILOR_SEVERITY, STR_INIT("n-1"), STR_INIT("high"), "x", true,
     "tailor-variant", "n-1"},
    {"owner of nothing", TAILOR_OWNER, STR_INIT("q"), STR_INIT("me"), "x", false, "unknown-control",
     "\"q\""},
    {"no driver", TAILOR_DRIVER, STR_INIT("n-1"), STR_INIT("platform,mood"), "x", false,
     "tailor-value", "\"mood\" is no driver"},
    {"no such rule", TAILOR_EFFECT, STR_INIT("sizes"), STR_INIT("deny"), "x", false, "unknown-rule",
     "did you mean \"size\""},
    {"no effect", TAILOR_EFFECT, STR_INIT("size"), STR_INIT("stop"), "x", false, "tailor-value",
     "\"stop\" is no effect"},
    {"switched off without a word", TAILOR_EFFECT, STR_INIT("size"), STR_INIT("disabled"), NULL,
     false, "rationale", "does less"},
};

TEST(what_cannot_be_tailored_is_said)
{
    static const TailorVariant variant = {SELECTOR_ENVIRONMENT_TYPE, STR_INIT("trial")};
    for (size_t i = 0; i < COUNTOF(refused); i++) {
        Rig rig;
        rig_open(&rig, NULL);
        rig.input.variant = &variant;
        rig.input.variant_count = refused[i].variant ? 1 : 0;
        TailorEdit edit = {
            .kind = refused[i].kind, .subject = refused[i].subject, .value = refused[i].value};
        rig_apply(&rig, &edit, 1, refused[i].rationale);
        CHECK_ROW(refused[i].row, !rig.done && rig.result.profile == NULL);
        CHECK_ROW(refused[i].row, has_diag(&rig.diags, refused[i].code, refused[i].part));
        arena_free(&rig.arena);
    }
}

TEST(everything_wrong_is_said_in_one_run)
{
    Rig rig;
    rig_open(&rig, NULL);
    const TailorEdit edits[] = {EDIT(TAILOR_REMOVE, "zz", ""), EDIT(TAILOR_SET, "zz", "1"),
                                EDIT(TAILOR_OWNER, "n-1", "good"),
                                EDIT(TAILOR_SEVERITY, "n-1", "zz")};
    rig_apply(&rig, edits, COUNTOF(edits), NULL);
    CHECK(!rig.done && rig.diags.errors == 4);
    arena_free(&rig.arena);
}

TEST(values_severities_owners_and_drivers)
{
    Rig rig;
    rig_open(&rig, NULL);
    const TailorEdit edits[] = {
        EDIT(TAILOR_SET, "size", "30"), EDIT(TAILOR_SEVERITY, "N-1", "critical"),
        EDIT(TAILOR_OWNER, "n-1", "me"), EDIT(TAILOR_DRIVER, "n-1", "business, regulation")};
    rig_apply(&rig, edits, COUNTOF(edits), "our way");
    CHECK(rig.done && rig.result.assignments == NULL && rig.result.initiative == NULL);
    CHECK(rig.result.word_count == 4);
    CHECK(str_eq(rig.result.words[0], STR("n-1_prm: 40 → 30")));
    CHECK(str_eq(rig.result.words[1], STR("n-1: severity low → critical")));
    const Json *profile = rig.result.profile;
    CHECK(str_eq(text_at(&rig, profile, "/profile/modify/set-parameters"),
                 STR("[{'param-id':'n-1_prm','values':['30']}]")));
    CHECK(str_eq(text_at(&rig, profile, "/profile/modify/alters/0/removes"),
                 STR("[{'by-name':'severity','by-ns':'urn:datumline:ns:oscal'},{'by-name':'driver',"
                     "'by-ns':'urn:datumline:ns:oscal'}]")));
    CHECK(str_eq(text_at(&rig, profile, "/profile/modify/alters/0/adds"),
                 STR("[{'position':'starting','props':[{'name':'severity','ns':"
                     "'urn:datumline:ns:oscal','value':'critical'},{'name':'owner','ns':"
                     "'urn:datumline:ns:oscal','value':'me'},{'name':'driver','ns':"
                     "'urn:datumline:ns:oscal','value':'business'},{'name':'driver','ns':"
                     "'urn:datumline:ns:oscal','value':'regulation'}]}]")));
    CHECK(str_eq(text_at(&rig, profile, "/profile/metadata/last-modified"),
                 STR("'2026-03-01T00:00:00Z'")));
    CHECK(json_pointer(profile, STR("/profile/metadata/props"))->count == 5); // one was replaced
    const Baseline *after = reload(&rig);
    CHECK(after != NULL);
    const BaselineControl *control = baseline_find_control(after, STR("n-1"));
    CHECK(control->severity == SEVERITY_CRITICAL && str_eq(control->owner, STR("me")));
    CHECK(control->drivers == ((unsigned)DRIVER_BUSINESS | (unsigned)DRIVER_REGULATION));
    CHECK(str_eq(control->statement, STR("At most 30 things.")));
    CHECK(after->tailoring_count == 5);
    CHECK(str_eq(after->tailorings[4].kind, STR("driver")) &&
          str_eq(after->tailorings[4].rationale, STR("our way")));
    arena_free(&rig.arena);
}

static const char own_catalog[] =
    "{'catalog':{'uuid':'c3c6ff0e-5d0b-4a4b-9f57-1f0a2b3c4d5e','metadata':{'title':'Own','version':"
    "'1','last-modified':'2026-01-01T00:00:00Z','oscal-version':'1.2.2'},'groups':[{'id':'own',"
    "'title':'Own','controls':[{'id':'o-1','title':'Mine','props':[{'name':'severity','ns':"
    "'urn:datumline:ns:oscal','value':'low'},{'name':'layer','ns':'urn:datumline:ns:oscal','value':"
    "'data'},{'name':'enforcement','ns':'urn:datumline:ns:oscal','value':'detective'},{'name':"
    "'driver','ns':'urn:datumline:ns:oscal','value':'business'}],'parts':[{'name':'statement',"
    "'prose':'s'},{'name':'guidance','prose':'g'},{'name':'reason','prose':'r'},{'name':'check',"
    "'prose':'c'}]}]}]}}";
static const char own_rule[] =
    "{'name':'own-rule','properties':{'displayName':'Own','mode':'All','metadata':{'controls':["
    "'o-1'],'severity':'low','grade':'recorded','requires':{'kinds':['tenant-settings']},"
    "'remediation':{'steps':['x']}},'policyRule':{'if':{'field':'type','equals':"
    "'datumline/tenantSettings'},'then':{'effect':'audit'}}}}";

TEST(controls_and_rules_are_added)
{
    static const char *const added[] = {"controls/own.json", own_catalog, "rules/own-rule.json",
                                        own_rule, NULL};
    Rig rig;
    rig_open(&rig, NULL);
    for (size_t i = 0; added[i] != NULL; i++) {
        rig.memory.added[i] = added[i];
    }
    const OscalCatalog *catalog = NULL;
    const Definition *definition = NULL;
    CHECK(
        oscal_catalog_read(&rig.arena, read_json(&rig, "controls/own.json"), &rig.diags, &catalog));
    CHECK(definition_parse(&rig.arena, read_json(&rig, "rules/own-rule.json"), &rig.diags,
                           &definition));
    TailorEdit edits[] = {EDIT(TAILOR_ADD_CONTROLS, "controls/own.json", "own.json"),
                          EDIT(TAILOR_ADD_RULE, "rules/own-rule.json", "rule.json")};
    edits[1].definition = definition;
    edits[0].catalog = catalog;
    rig_apply(&rig, &edits[1], 1, NULL); // the rule alone
    CHECK(!rig.done && has_diag(&rig.diags, "unknown-control", "\"o-1\", which ours does not"));
    diag_init(&rig.diags, &rig.arena, STR(""));
    rig_apply(&rig, edits, 2, NULL);
    CHECK(rig.done);
    CHECK(str_eq(text_at(&rig, rig.result.profile, "/profile/imports/1"),
                 STR("{'href':'controls/own.json','include-all':{}}")));
    const Baseline *after = reload(&rig);
    CHECK(after != NULL && after->control_count == 2 && after->rule_count == 2);
    const BaselineControl *control = baseline_find_control(after, STR("o-1"));
    CHECK(control != NULL && str_eq(control->file, STR("ours/controls/own.json")));
    CHECK(control->rule_count == 1 && !after->rules[control->rules[0]].implied);
    // and left out again: in the import it came by
    rig.input.baseline = after;
    rig.input.profile = rig.result.profile;
    const TailorEdit remove = EDIT(TAILOR_REMOVE, "o-1", "");
    rig_apply(&rig, &remove, 1, "changed our mind");
    CHECK(rig.done);
    CHECK(str_eq(text_at(&rig, rig.result.profile, "/profile/imports/1/exclude-controls"),
                 STR("[{'with-ids':['o-1']}]")));
    arena_free(&rig.arena);
}

// A profile that people work on too: their words stay, in their places.
TEST(what_people_wrote_stays)
{
    static const char profile[] =
        "{'profile':{'uuid':'b3c6ff0e-5d0b-4a4b-9f57-1f0a2b3c4d5e','metadata':{'title':'Ours',"
        "'last-modified':'2026-02-01T00:00:00Z','version':'0.1.0','oscal-version':'1.2.2',"
        "'remarks':'by hand'},'imports':[{'href':'base/profile.json','include-controls':[{"
        "'matching':[{'pattern':'*'}]}]}],'merge':{'as-is':true},'modify':{'set-parameters':[{"
        "'param-id':'n-1_prm','usage':'things a house has','values':['41']}],'alters':[{"
        "'control-id':'n-1','adds':[{'position':'ending','parts':[{'name':'overview','prose':"
        "'mine'}],'props':[{'name':'colour','ns':'https://example.org/ns','value':'red'}]}]}]},"
        "'back-matter':{'resources':[{'uuid':'f3c6ff0e-5d0b-4a4b-9f57-1f0a2b3c4d5e','title':"
        "'Letter','rlinks':[{'href':'letter.pdf'}]}]}}}";
    static const char *const added[] = {"profile.json", profile, NULL};
    Rig rig;
    rig_open(&rig, added);
    const TailorEdit edits[] = {EDIT(TAILOR_SET, "size", "30"),
                                EDIT(TAILOR_SEVERITY, "n-1", "critical"),
                                EDIT(TAILOR_REMOVE, "p-1", "")};
    rig_apply(&rig, edits, COUNTOF(edits), "because");
    CHECK(rig.done);
    const Json *after = rig.result.profile;
    CHECK(str_eq(text_at(&rig, after, "/profile/modify/set-parameters"),
                 STR("[{'param-id':'n-1_prm','usage':'things a house has','values':['30']}]")));
    CHECK(str_eq(text_at(&rig, after, "/profile/modify/alters/0/adds"),
                 STR("[{'position':'ending','parts':[{'name':'overview','prose':'mine'}],'props':[{"
                     "'name':'colour','ns':'https://example.org/ns','value':'red'}]},{"
                     "'position':'starting','props':[{'name':'severity','ns':"
                     "'urn:datumline:ns:oscal','value':'critical'}]}]")));
    CHECK(str_eq(text_at(&rig, after, "/profile/imports/0/include-controls"),
                 STR("[{'matching':[{'pattern':'*'}]}]")));
    CHECK(str_eq(text_at(&rig, after, "/profile/metadata/remarks"), STR("'by hand'")));
    CHECK(str_eq(text_at(&rig, after, "/profile/back-matter/resources/0/title"), STR("'Letter'")));
    const Json *body = json_pointer(after, STR("/profile"));
    static const Str order[] = {STR_INIT("uuid"),  STR_INIT("metadata"), STR_INIT("imports"),
                                STR_INIT("merge"), STR_INIT("modify"),   STR_INIT("back-matter")};
    for (uint32_t i = 0; i < body->count; i++) {
        CHECK(str_eq(body->members[i].key, order[i]));
    }
    const Baseline *again = reload(&rig);
    CHECK(again != NULL && again->control_count == 1);
    CHECK(again->controls[0].severity == SEVERITY_CRITICAL);
    arena_free(&rig.arena);
}

TEST(what_is_left_out_takes_its_settings_along)
{
    static const char *const added[] = {"controls/own.json", own_catalog, NULL};
    Rig rig;
    rig_open(&rig, NULL);
    rig.memory.added[0] = added[0];
    rig.memory.added[1] = added[1];
    const TailorEdit remove = EDIT(TAILOR_REMOVE, "n-1", "");
    rig_apply(&rig, &remove, 1, "not here");
    CHECK(rig.done);
    CHECK(json_pointer(rig.result.profile, STR("/profile/modify")) == NULL);
    CHECK(str_eq(text_at(&rig, rig.result.profile, "/profile/imports/0/exclude-controls"),
                 STR("[{'with-ids':['p-1','n-1']}]")));
    arena_free(&rig.arena);
}

// ---- variants ----

TEST(a_variant_is_an_assignment_of_its_own)
{
    static const TailorVariant trial = {SELECTOR_ENVIRONMENT_TYPE, STR_INIT("trial")};
    Rig rig;
    rig_open(&rig, NULL);
    rig.input.variant = &trial;
    rig.input.variant_count = 1;
    const TailorEdit edits[] = {EDIT(TAILOR_SET, "size", "7"),
                                EDIT(TAILOR_EFFECT, "size", "disabled")};
    rig_apply(&rig, edits, 2, "short lives");
    CHECK(rig.done && rig.result.assignments->count == 2);
    const Json *list = rig.result.assignments;
    CHECK(str_eq(text_at(&rig, list, "/0/properties/resourceSelectors"),
                 STR("[{'name':'not-a-variant','selectors':[{'kind':'environmentType','notIn':["
                     "'trial']}]}]")));
    CHECK(
        str_eq(text_at(&rig, list, "/1/properties/resourceSelectors"),
               STR("[{'name':'trial','selectors':[{'kind':'environmentType','in':['trial']}]}]")));
    CHECK(str_eq(text_at(&rig, list, "/1/properties/parameters"),
                 STR("{'mood':{'value':'grim'},'size':{'value':7}}")));
    CHECK(str_eq(text_at(&rig, list, "/1/properties/overrides"),
                 STR("[{'kind':'policyEffect','value':'disabled','selectors':[{'kind':"
                     "'policyDefinitionReferenceId','in':['size']}]}]")));
    CHECK(str_eq(text_at(&rig, list, "/1/name"), STR("'small-trial'")));
    const Baseline *after = reload(&rig);
    CHECK(after != NULL && after->assignment_count == 2);
    CHECK(str_eq(after->tailorings[2].variant, STR("environmentType-trial")));
    // again: the same variant, and the effect taken back
    rig.input.baseline = after;
    rig.input.profile = rig.result.profile;
    rig.input.assignments = rig.result.assignments;
    const TailorEdit again[] = {EDIT(TAILOR_SET, "size", "6"),
                                EDIT(TAILOR_EFFECT, "size", "audit")};
    rig_apply(&rig, again, 2, NULL);
    CHECK(rig.done && rig.result.assignments->count == 2);
    CHECK(str_eq(text_at(&rig, rig.result.assignments, "/1/properties/parameters/size/value"),
                 STR("6")));
    CHECK(str_eq(text_at(&rig, rig.result.assignments, "/1/properties/overrides/0/value"),
                 STR("'audit'")));
    CHECK(json_pointer(rig.result.assignments, STR("/1/properties/overrides/1")) == NULL);
    arena_free(&rig.arena);
}

TEST(a_variant_of_two_conditions_leaves_the_rest_to_the_others)
{
    static const TailorVariant both[] = {{SELECTOR_ENVIRONMENT_TYPE, STR_INIT("production")},
                                         {SELECTOR_CRITICALITY_TIER, STR_INIT("low")}};
    Rig rig;
    rig_open(&rig, NULL);
    rig.input.variant = both;
    rig.input.variant_count = 2;
    const TailorEdit edit = EDIT(TAILOR_SET, "size", "9");
    rig_apply(&rig, &edit, 1, NULL);
    CHECK(rig.done);
    CHECK(str_eq(text_at(&rig, rig.result.assignments, "/0/properties/resourceSelectors"),
                 STR("[{'name':'not-a-variant','selectors':[{'kind':'environmentType','notIn':["
                     "'production']}]},{'name':'not-a-variant-low','selectors':[{'kind':"
                     "'criticalityTier','notIn':['low']}]}]")));
    CHECK(reload(&rig) != NULL);
    arena_free(&rig.arena);
}

TEST(what_no_control_feeds_is_set_in_the_assignments)
{
    Rig rig;
    rig_open(&rig, NULL);
    const TailorEdit edit = EDIT(TAILOR_SET, "mood", "glad");
    rig_apply(&rig, &edit, 1, NULL);
    CHECK(rig.done);
    CHECK(str_eq(text_at(&rig, rig.result.assignments, "/0/properties/parameters"),
                 STR("{'mood':{'value':'glad'}}")));
    CHECK(reload(&rig) != NULL);
    arena_free(&rig.arena);
}

// ---- relaxing ----

TEST(the_name_of_a_parameter_tells_what_asks_for_less)
{
    static const struct {
        const char *row;
        Str name;
        const char *old;
        const char *new_value;
        bool relaxes;
    } rows[] = {
        {"a minimum lowered", STR_INIT("minimumDays"), "365", "30", true},
        {"a minimum raised", STR_INIT("minimumDays"), "30", "365", false},
        {"a maximum raised", STR_INIT("maximumDays"), "30", "60", true},
        {"a maximum lowered", STR_INIT("maximumDays"), "60", "30", false},
        {"one more approved", STR_INIT("approvedRegions"), "['a']", "['a','b']", true},
        {"one fewer approved", STR_INIT("approvedRegions"), "['a','b']", "['a']", false},
        {"none approved", STR_INIT("approvedTenants"), "['a']", "[]", true},
        {"one fewer blocked", STR_INIT("blockedConnectors"), "['a','b']", "['b']", true},
        {"one more blocked", STR_INIT("blockedConnectors"), "['b']", "['a','b']", false},
        {"one exchanged", STR_INIT("requiredExtensions"), "['a']", "['b']", true},
        {"fewer types to manage", STR_INIT("managedEnvironmentTypes"), "['A','B']", "['A']", true},
        {"more types that may be open", STR_INIT("openEnvironmentTypes"), "['A']", "['A','B']",
         true},
        {"nobody knows", STR_INIT("mood"), "'calm'", "'grim'", false},
        {"another type", STR_INIT("minimumDays"), "365", "'few'", false},
    };
    Arena arena;
    arena_init(&arena, (size_t)1 << 20);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        const Json *old = read_text(&arena, rows[i].old);
        const Json *new_value = read_text(&arena, rows[i].new_value);
        CHECK_ROW(rows[i].row, strictness_relaxes(rows[i].name, old, new_value) == rows[i].relaxes);
    }
    CHECK(strictness_effect_relaxes(EFFECT_DENY, EFFECT_AUDIT));
    CHECK(strictness_effect_relaxes(EFFECT_AUDIT, EFFECT_DISABLED));
    CHECK(!strictness_effect_relaxes(EFFECT_AUDIT, EFFECT_DENY));
    arena_free(&arena);
}
