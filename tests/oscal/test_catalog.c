// SPDX-License-Identifier: Apache-2.0
#include "oscal/catalog.h"

#include "base/buf.h"
#include "oscal/read_text.h"
#include "t.h"

#define META                                                                                       \
    "'uuid':'a3c6ff0e-5d0b-4a4b-9f57-1f0a2b3c4d5e','metadata':{'title':'T','version':'1',"         \
    "'last-modified':'2026-01-01T00:00:00Z','oscal-version':'1.2.2'}"
#define STATEMENT "'parts':[{'name':'statement','prose':'do'}]"

typedef struct BadCase {
    const char *row;
    const char *text;
    const char *code;
    const char *part;
} BadCase;

static const BadCase bad_cases[] = {
    {"not a catalog", "{'profile':{}}", "not-this-model", "\"catalog\""},
    {"no metadata", "{'catalog':{'uuid':'x'}}", "missing-member", "\"metadata\""},
    {"foreign version",
     "{'catalog':{'uuid':'x','metadata':{'title':'T','version':'1','last-modified':'x',"
     "'oscal-version':'2.0.0'}}}",
     "oscal-version", "2.0.0"},
    {"unknown member", "{'catalog':{" META ",'control':[]}}", "unknown-member", "\"control\""},
    {"control without title", "{'catalog':{" META ",'controls':[{'id':'a-1'," STATEMENT "}]}}",
     "missing-member", "\"title\""},
    {"id that is no token",
     "{'catalog':{" META ",'controls':[{'id':'1.1','title':'A'," STATEMENT "}]}}", "bad-id",
     "\"1.1\""},
    {"same id twice",
     "{'catalog':{" META ",'controls':[{'id':'a-1','title':'A'," STATEMENT "},"
     "{'id':'a-1','title':'B'," STATEMENT "}]}}",
     "duplicate-id", "\"a-1\""},
    {"part takes a control's id",
     "{'catalog':{" META ",'controls':[{'id':'a-1','title':'A','parts':[{'id':'a-1',"
     "'name':'statement','prose':'do'}]}]}}",
     "duplicate-id", "\"a-1\""},
    {"same parameter twice", "{'catalog':{" META ",'params':[{'id':'p'},{'id':'p'}]}}",
     "duplicate-id", "\"p\""},
    {"empty array", "{'catalog':{" META ",'controls':[]}}", "empty-array", "\"controls\""},
    {"controls as an object", "{'catalog':{" META ",'controls':{}}}", "wrong-type", "\"controls\""},
    {"prop without value",
     "{'catalog':{" META ",'controls':[{'id':'a-1','title':'A','props':[{'name':'x'}]," STATEMENT
     "}]}}",
     "missing-member", "\"value\""},
    {"empty title", "{'catalog':{" META ",'controls':[{'id':'a-1','title':''," STATEMENT "}]}}",
     "empty-text", "\"title\""},
};

TEST(bad_catalogs_are_refused_with_a_reason)
{
    for (size_t i = 0; i < COUNTOF(bad_cases); i++) {
        Arena arena;
        arena_init(&arena, (size_t)1 << 24);
        DiagList diags;
        diag_init(&diags, &arena, STR("c.json"));
        const OscalCatalog *catalog = NULL;
        const Json *json = read_text(&arena, bad_cases[i].text);
        CHECK_ROW(bad_cases[i].row, !oscal_catalog_read(&arena, json, &diags, &catalog));
        CHECK_ROW(bad_cases[i].row, catalog == NULL);
        CHECK_ROW(bad_cases[i].row, has_diag(&diags, bad_cases[i].code, bad_cases[i].part));
        arena_free(&arena);
    }
}

TEST(a_control_without_statement_is_a_warning)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 24);
    DiagList diags;
    diag_init(&diags, &arena, STR("c.json"));
    const OscalCatalog *catalog = NULL;
    const Json *json = read_text(
        &arena, "{'catalog':{" META ",'controls':[{'id':'a-1','title':'A'},{'id':'a-2','title':'B',"
                "'props':[{'name':'status','value':'withdrawn'}]}]}}");
    CHECK(oscal_catalog_read(&arena, json, &diags, &catalog));
    CHECK(diags.count == 1);
    CHECK(has_diag(&diags, "no-statement", "\"a-1\""));
    arena_free(&arena);
}

TEST(groups_controls_params_and_parts_are_kept_in_order)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 24);
    DiagList diags;
    diag_init(&diags, &arena, STR("c.json"));
    const OscalCatalog *catalog = NULL;
    const Json *json = read_text(
        &arena,
        "{'catalog':{" META ",'groups':[{'id':'g','title':'G','groups':[{'id':'h','title':'H',"
        "'controls':[{'id':'a-1','title':'A','class':'c','props':[{'name':'severity','ns':'urn:x',"
        "'value':'high'}],'params':[{'id':'p','label':'L','values':['1','2']}],'parts':[{'name':"
        "'statement','prose':'one','parts':[{'name':'item','prose':'two'}]}],'controls':[{'id':"
        "'a-1.1','title':'Sub'," STATEMENT "}]}]}]},{'id':'k','title':'K','controls':[{'id':'b-1',"
        "'title':'B'," STATEMENT "}]}]}}");
    CHECK(oscal_catalog_read(&arena, json, &diags, &catalog));
    CHECK(diags.count == 0);
    CHECK(catalog->group_count == 3);
    CHECK(catalog->control_count == 3);
    CHECK(str_eq(catalog->controls[1]->id, STR("a-1.1")));
    CHECK(catalog->controls[1]->parent == catalog->controls[0]);
    const OscalControl *control = oscal_catalog_find(catalog, STR("a-1"));
    CHECK(control != NULL && control == catalog->controls[0]);
    CHECK(str_eq(control->group->id, STR("h")) && str_eq(control->group->parent->id, STR("g")));
    CHECK(oscal_catalog_find(catalog, STR("A-1")) == NULL);
    const OscalParam *param = oscal_catalog_find_param(catalog, STR("p"));
    CHECK(param != NULL && param->value_count == 2 && str_eq(param->values[1], STR("2")));
    const OscalProp *prop =
        oscal_prop_find(control->props, control->prop_count, STR("urn:x"), STR("severity"));
    CHECK(prop != NULL && str_eq(prop->value, STR("high")));
    CHECK(oscal_prop_find(control->props, control->prop_count, STR(""), STR("severity")) == NULL);
    const OscalPart *part = oscal_part_find(control->parts, control->part_count, STR("statement"));
    CHECK(str_eq(oscal_part_text(&arena, part), STR("one\n\ntwo")));
    arena_free(&arena);
}

TEST(a_version_may_be_written_as_once_published)
{
    static const struct {
        const char *version;
        bool good;
    } rows[] = {{"1.0.4", true}, {"v1.1.3", true}, {"v2.0.0", false}, {"v", false}};
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Arena arena;
        arena_init(&arena, (size_t)1 << 24);
        DiagList diags;
        diag_init(&diags, &arena, STR("c.json"));
        Buf text = {0};
        buf_printf(&text,
                   "{'catalog':{'uuid':'a3c6ff0e-5d0b-4a4b-9f57-1f0a2b3c4d5e','metadata':{'title':"
                   "'T','version':'1','last-modified':'2026-01-01T00:00:00Z','oscal-version':"
                   "'%s'},'controls':[{'id':'a-1','title':'A'}]}}",
                   rows[i].version);
        buf_byte(&text, '\0');
        const OscalCatalog *catalog = NULL;
        bool ok = oscal_catalog_read(&arena, read_text(&arena, text.ptr), &diags, &catalog);
        CHECK_ROW(rows[i].version, ok == rows[i].good);
        buf_free(&text);
        arena_free(&arena);
    }
}
