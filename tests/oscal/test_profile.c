// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "base/buf.h"
#include "oscal/profile.h"
#include "oscal/read_text.h"
#include "t.h"

#define META                                                                                       \
    "'uuid':'a3c6ff0e-5d0b-4a4b-9f57-1f0a2b3c4d5e','metadata':{'title':'T','version':'1',"         \
    "'last-modified':'2026-01-01T00:00:00Z','oscal-version':'1.2.2'}"
#define PART "'parts':[{'name':'statement','prose':'do'}]"

static const char catalog_text[] =
    "{'catalog':{" META ",'groups':[{'id':'g','title':'G','controls':["
    "{'id':'a-1','title':'A','params':[{'id':'a-1_p','label':'n','values':['3']},{'id':'a-1_q'}]"
    "," PART ",'controls':[{'id':'a-1.1','title':'A1'," PART
    ",'controls':[{'id':'a-1.1.1','title':'A11'," PART "}]},{'id':'a-1.2','title':'A2'," PART
    "}]},{'id':'b-1','title':'B'," PART "}]}]}}";

typedef struct Rig {
    Arena arena;
    DiagList diags;
    const OscalCatalog *catalog;
    const OscalProfile *profile;
    const OscalSelection *selection;
    bool read;
    bool resolved;
} Rig;

static const OscalCatalog *find(void *ctx, Str href)
{
    const Rig *rig = ctx;
    return str_eq(href, STR("c.json")) ? rig->catalog : NULL;
}

static void rig_run(Rig *rig, const char *profile_text)
{
    *rig = (Rig){0};
    arena_init(&rig->arena, (size_t)1 << 24);
    diag_init(&rig->diags, &rig->arena, STR("p.json"));
    ASSERT(oscal_catalog_read(&rig->arena, read_text(&rig->arena, catalog_text), &rig->diags,
                              &rig->catalog));
    rig->read = oscal_profile_read(&rig->arena, read_text(&rig->arena, profile_text), &rig->diags,
                                   &rig->profile);
    OscalCatalogs catalogs = {.find = find, .ctx = rig};
    rig->resolved = rig->read && oscal_profile_resolve(&rig->arena, rig->profile, &catalogs,
                                                       &rig->diags, &rig->selection);
}

#define PROFILE(rest) "{'profile':{" META "," rest "}}"
#define IDS(ids) "'imports':[{'href':'c.json','include-controls':[{'with-ids':[" ids "]}]}]"

static const struct {
    const char *row;
    const char *text;
    const char *code;
    const char *part;
} bad_cases[] = {
    {"no imports", "{'profile':{" META "}}", "missing-member", "\"imports\""},
    {"a catalog that is not there", PROFILE("'imports':[{'href':'x.json'}]"), "no-catalog",
     "x.json"},
    {"an id that is not there", PROFILE(IDS("'a-1','z-9'")), "unknown-control", "\"z-9\""},
    {"selected by two imports",
     PROFILE(
         "'imports':[{'href':'c.json'},{'href':'c.json','include-controls':[{'with-ids':['b-1']}"
         "]}]"),
     "selected-twice", "\"b-1\""},
    {"all and some",
     PROFILE("'imports':[{'href':'c.json','include-all':{},'include-controls':[{'with-ids':['b-1']}"
             "]}]"),
     "include-twice", "not both"},
    {"a pattern",
     PROFILE("'imports':[{'href':'c.json','include-controls':[{'matching':[{'pattern':'a*'}]}]}]"),
     "not-resolved", "with-ids"},
    {"alters", PROFILE(IDS("'b-1'") ",'modify':{'alters':[{'control-id':'b-1'}]}"), "not-resolved",
     "alters"},
    {"combine", PROFILE(IDS("'b-1'") ",'merge':{'combine':{'method':'merge'}}"), "not-resolved",
     "combine"},
    {"children neither yes nor no",
     PROFILE("'imports':[{'href':'c.json','include-controls':[{'with-child-controls':'maybe',"
             "'with-ids':['a-1']}]}]"),
     "bad-value", "maybe"},
    {"a parameter of an unselected control",
     PROFILE(IDS("'b-1'") ",'modify':{'set-parameters':[{'param-id':'a-1_p','values':['4']}]}"),
     "unknown-parameter", "a-1_p"},
    {"a parameter set twice",
     PROFILE(IDS("'a-1'") ",'modify':{'set-parameters':[{'param-id':'a-1_p','values':['4']},"
                          "{'param-id':'a-1_p','values':['5']}]}"),
     "set-twice", "a-1_p"},
};

TEST(bad_profiles_are_refused_with_a_reason)
{
    for (size_t i = 0; i < COUNTOF(bad_cases); i++) {
        Rig rig;
        rig_run(&rig, bad_cases[i].text);
        CHECK_ROW(bad_cases[i].row, !rig.resolved);
        CHECK_ROW(bad_cases[i].row, has_diag(&rig.diags, bad_cases[i].code, bad_cases[i].part));
        arena_free(&rig.arena);
    }
}

static const struct {
    const char *row;
    const char *text;
    const char *ids; // joined by spaces
} good_cases[] = {
    {"everything when nothing is said", PROFILE("'imports':[{'href':'c.json'}]"),
     "a-1 a-1.1 a-1.1.1 a-1.2 b-1"},
    {"by id, in the order of the catalog", PROFILE(IDS("'b-1','a-1'")), "a-1 b-1"},
    {"children stay away unless asked for", PROFILE(IDS("'a-1.1'")), "a-1.1"},
    {"children at any depth",
     PROFILE("'imports':[{'href':'c.json','include-controls':[{'with-child-controls':'yes',"
             "'with-ids':['a-1.1']}]}]"),
     "a-1.1 a-1.1.1"},
    {"an exclusion wins",
     PROFILE("'imports':[{'href':'c.json','include-all':{},'exclude-controls':[{'with-child-"
             "controls':'yes','with-ids':['a-1.1']}]}]"),
     "a-1 a-1.2 b-1"},
};

TEST(controls_are_selected)
{
    for (size_t i = 0; i < COUNTOF(good_cases); i++) {
        Rig rig;
        rig_run(&rig, good_cases[i].text);
        CHECK_ROW(good_cases[i].row, rig.resolved);
        Buf ids = {0};
        for (uint32_t c = 0; rig.resolved && c < rig.selection->control_count; c++) {
            buf_push(&ids, c == 0 ? STR("") : STR(" "));
            buf_push(&ids, rig.selection->controls[c]->id);
        }
        Str want = {good_cases[i].ids, strlen(good_cases[i].ids)};
        CHECK_ROW(good_cases[i].row, str_eq(buf_str(&ids), want));
        buf_free(&ids);
        arena_free(&rig.arena);
    }
}

TEST(a_set_parameter_replaces_the_values_of_the_catalog)
{
    Rig rig;
    rig_run(&rig, PROFILE(IDS("'a-1'") ",'modify':{'set-parameters':[{'param-id':'a-1_p','values':["
                                       "'7','8'],'props':[{'name':'azure-parameter','value':'n'}]},"
                                       "{'param-id':'a-1_q','label':'only a label'}]}"));
    CHECK(rig.resolved);
    CHECK(rig.selection->value_count == 2);
    const OscalValue *value = &rig.selection->values[0];
    CHECK(value->set == &rig.profile->set_parameters[0]);
    CHECK(value->value_count == 2 && str_eq(value->values[0], STR("7")));
    CHECK(str_eq(value->set->props[0].value, STR("n")));
    CHECK(rig.selection->values[1].value_count == 0);
    arena_free(&rig.arena);
}
