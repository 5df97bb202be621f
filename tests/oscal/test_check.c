// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <string.h>

#include "oscal/check.h"
#include "oscal/datatype.h"
#include "oscal/metapath.h"
#include "oscal/read_text.h"
#include "t.h"

#define U1 "11111111-1111-4111-8111-111111111111"
#define U2 "22222222-2222-5222-9222-222222222222"
#define META_WITH(more)                                                                            \
    "'metadata':{'title':'T','last-modified':'2026-01-31T12:00:00Z','version':'1',"                \
    "'oscal-version':'1.2.2'" more "}"
#define META META_WITH("")
#define CATALOG(rest) "{'catalog':{'uuid':'" U1 "'," META rest "}}"
#define CONTROL(rest)                                                                              \
    CATALOG(",'controls':[{'id':'a-1','title':'A'" rest                                            \
            ",'parts':[{'name':'statement','prose':'Do.'}]}]")
#define PROFILE(rest) "{'profile':{'uuid':'" U1 "'," META "," rest "}}"
#define IMPORT "'imports':[{'href':'c.json','include-all':{}}]"

static const struct {
    const char *row;
    const char *text;
    const char *code;
    const char *part;
} bad_cases[] = {
    // members
    {"no model", "{'x':1}", "not-this-model", "mapping-collection"},
    {"not an object", "[]", "not-this-model", NULL},
    {"two documents", "{'catalog':{},'profile':{}}", "unknown-member",
     "\"profile\" cannot stand beside \"catalog\""},
    {"model is no object", "{'catalog':[]}", "wrong-type", "/catalog must be an object"},
    {"unknown member", CATALOG(",'x':1"), "unknown-member",
     "/catalog: \"x\" is not a member of catalog"},
    {"missing member", "{'catalog':{'uuid':'" U1 "'}}", "missing-member",
     "/catalog: catalog needs \"metadata\""},
    {"missing in a list", CATALOG(",'controls':[{'id':'a-1'}]"), "missing-member",
     "/catalog/controls/0: control needs \"title\""},
    {"list that is none", CATALOG(",'controls':{}"), "wrong-type",
     "/catalog/controls must be an array"},
    {"empty list", CATALOG(",'controls':[]"), "empty-array", "/catalog/controls is empty"},
    {"both of a choice",
     CATALOG(",'groups':[{'title':'G','groups':[{'title':'I'}],'controls':[{'id':'a','title':'A'}"
             "]}]"),
     "choice", "at most one of groups|controls"},
    {"none of a choice", PROFILE("'imports':[{'href':'c.json'}]"), "choice",
     "exactly one of include-all|include-controls"},
    {"two structures", PROFILE(IMPORT ",'merge':{'flat':{},'as-is':true}"), "choice",
     "/profile/merge: merge has at most one of flat|as-is|custom"},
    {"import without href", PROFILE("'imports':[{'include-all':{}}]"), "missing-member",
     "import needs \"href\""},
    {"closed set",
     PROFILE(IMPORT ",'modify':{'alters':[{'control-id':'a','adds':[{'position':"
                    "'inside'}]}]}"),
     "bad-value", "is \"inside\", but must be one of before|after|starting|ending"},
    {"no version we know",
     "{'catalog':{'uuid':'" U1 "','metadata':{'title':'T','last-modified':"
     "'2026-01-31T12:00:00Z','version':'1','oscal-version':'2.0.0'}}}",
     "oscal-version", "says it is OSCAL 2.0.0"},
    {"values of every rule that speaks of the place",
     PROFILE(IMPORT ",'modify':{'alters':[{'control-id':'a','adds':[{'props':[{'name':'hue',"
                    "'value':'x'}]}]}]}"),
     "not-allowed", "\"hue\" is not among marking|label|sort-id"},
    // datatypes
    {"id", CATALOG(",'controls':[{'id':'1.1','title':'A'}]"), "bad-value",
     "/catalog/controls/0/id must be a token"},
    {"uuid", "{'catalog':{'uuid':'11111111-1111-1111-8111-111111111111'," META "}}", "bad-value",
     "/catalog/uuid must be a UUID of version 4 or 5"},
    {"time",
     "{'catalog':{'uuid':'" U1 "','metadata':{'title':'T','last-modified':'2026-01-31',"
     "'version':'1','oscal-version':'1'}}}",
     "bad-value", "/catalog/metadata/last-modified must be a time with its offset"},
    {"title of two lines", CATALOG(",'controls':[{'id':'a','title':'A\\nB'}]"), "bad-value",
     "markup on one line"},
    {"number for a text", CATALOG(",'controls':[{'id':'a','title':7}]"), "bad-value",
     "/catalog/controls/0/title"},
    // constraints
    {"allowed-values", CONTROL(",'props':[{'name':'colour','value':'red'}]"), "not-allowed",
     "/catalog/controls/0/props/0/name: \"colour\" is not among"},
    {"allowed-values of a value", CONTROL(",'props':[{'name':'status','value':'gone'}]"),
     "not-allowed", "(oscal-control-prop-status-value)"},
    {"index",
     CATALOG(",'controls':[{'id':'a','title':'A','parts':[{'id':'a','name':'statement'}"
             "]}]"),
     "not-unique", "\"a\" stands there twice (oscal-catalog-groups-controls-parts)"},
    {"is-unique",
     PROFILE(IMPORT ",'modify':{'set-parameters':[{'param-id':'p','values':['1']},"
                    "{'param-id':'p','values':['2']}]}"),
     "not-unique",
     "/profile/modify/set-parameters/1: \"p\" stands there twice "
     "(oscal-unique-profile-modify-set-parameter)"},
    {"index-has-key", CONTROL(",'links':[{'href':'#" U2 "','rel':'reference'}]"), "no-such-key",
     "there is no \"" U2 "\" to refer to"},
    {"index-has-key of a list",
     "{'catalog':{'uuid':'" U1 "'," META_WITH(
         ",'roles':[{'id':'r','title':'R'}],'responsible-parties':[{'role-id':'r','party-uuids':"
         "['" U2 "']}]") "}}",
     "no-such-key", "/catalog/metadata/responsible-parties/0/party-uuids/0"},
    {"matches",
     CATALOG(",'back-matter':{'resources':[{'uuid':'" U2
             "','rlinks':[{'href':'x','hashes':[{'algorithm':'SHA-256','value':"
             "'abc'}]}]}]}"),
     "bad-match", "must be 64 hexadecimal digits"},
    {"expect", CATALOG(",'controls':[{'id':'a-1','title':'A'}]"), "expectation",
     "(oscal-catalog-control-require-statement-when-not-withdrawn)"},
    {"expect of merge", PROFILE(IMPORT ",'merge':{'combine':{'method':'merge'}}"), "expectation",
     "/profile/merge/combine: needs a method that is defined"},
    {"has-cardinality", CATALOG(",'back-matter':{'resources':[{'uuid':'" U2 "','title':'x'}]}"),
     "cardinality", "has 0 of rlink|base64, but must have at least 1"},
};

typedef struct Rig {
    Arena arena;
    DiagList diags;
    OscalCheck check;
    bool ok;
} Rig;

static void rig_run(Rig *rig, const char *text)
{
    *rig = (Rig){0};
    arena_init(&rig->arena, (size_t)1 << 26);
    diag_init(&rig->diags, &rig->arena, STR("x.json"));
    rig->ok = oscal_check(&rig->arena, read_text(&rig->arena, text), &rig->diags, &rig->check);
    CHECK_ROW(text, rig->ok == (rig->diags.errors == 0));
}

static void print_diags(const Rig *rig)
{
    for (const Diag *diag = rig->diags.first; diag != NULL; diag = diag->next) {
        printf("# %u:%u: %s: %.*s\n", diag->at.line, diag->at.col, diag->code, STR_ARG(diag->text));
    }
}

TEST(what_is_wrong_is_said_with_its_place)
{
    for (size_t i = 0; i < COUNTOF(bad_cases); i++) {
        Rig rig;
        rig_run(&rig, bad_cases[i].text);
        bool said = has_diag(&rig.diags, bad_cases[i].code, bad_cases[i].part);
        CHECK_ROW(bad_cases[i].row, said);
        CHECK_ROW(bad_cases[i].row, rig.diags.first != NULL && rig.diags.first->at.line == 1);
        if (!said) {
            print_diags(&rig);
        }
        arena_free(&rig.arena);
    }
}

TEST(what_is_right_passes)
{
    static const struct {
        const char *row;
        const char *text;
    } rows[] = {
        {"least catalog", CATALOG("")},
        {"schema named", "{'$schema':'x','catalog':{'uuid':'" U1 "'," META "}}"},
        {"control", CONTROL(",'class':'x','props':[{'name':'label','value':'1'}]")},
        {"withdrawn without statement",
         CATALOG(",'controls':[{'id':'a','title':'A','props':[{'name':'status','value':"
                 "'withdrawn'}]}]")},
        {"a name of one's own namespace",
         CONTROL(",'props':[{'name':'colour','ns':'https://x.example','value':'red'}]")},
        {"a name any object may carry", CONTROL(",'props':[{'name':'marking','value':'red'}]")},
        {"profile", PROFILE(IMPORT ",'merge':{'combine':{'method':'keep'}}")},
        {"reference that is there",
         CATALOG(",'controls':[{'id':'a','title':'A','links':[{'href':'#" U2
                 "','rel':'reference'}],'parts':[{'name':'statement'}]}],'back-matter':{"
                 "'resources':[{'uuid':'" U2 "','rlinks':[{'href':'x.pdf'}]}]}")},
        {"one mapping without a list",
         "{'mapping-collection':{'uuid':'" U1 "'," META
         ",'provenance':{'method':'human','matching-rationale':'semantic','status':'draft',"
         "'mapping-description':'d'},'mappings':{'uuid':'" U2
         "','source-resource':{'type':'catalog','href':'a.json'},'target-resource':{'type':"
         "'catalog','href':'b.json'},'maps':[{'uuid':'" U1 "','relationship':'equal-to',"
         "'sources':[{'type':'control','id-ref':'a'}],'targets':[{'type':'control','id-ref':"
         "'b'}]}]}}}"},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Rig rig;
        rig_run(&rig, rows[i].text);
        CHECK_ROW(rows[i].row, rig.ok && rig.diags.count == 0);
        CHECK_ROW(rows[i].row, rig.check.value_count > 4);
        if (!rig.ok || rig.diags.count != 0) {
            print_diags(&rig);
        }
        arena_free(&rig.arena);
    }
}

TEST(everything_wrong_is_told_in_one_run)
{
    Rig rig;
    rig_run(&rig, "{'catalog':{'uuid':'x','y':1,'controls':[{'id':'1','title':''},{}]}}");
    CHECK(!rig.ok && rig.diags.errors == 9);
    if (rig.diags.errors != 9) {
        print_diags(&rig);
    }
    arena_free(&rig.arena);
}

TEST(every_constraint_is_listed_as_checked_or_why_not)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 26);
    Str row = {NULL, 0};
    bool hold = oscal_tables_hold(&arena, &row);
    CHECK(hold);
    if (!hold) {
        printf("# %.*s\n", STR_ARG(row));
    }
    CHECK(oscal_rule_count() == 340);
    uint32_t checked = 0;
    for (uint32_t i = 0; i < oscal_rule_count(); i++) {
        OscalRule rule = oscal_rule_at(i);
        checked += rule.reason.len == 0;
        CHECK(rule.id.len != 0 && rule.kind.len != 0 && rule.contexts.len != 0);
        CHECK(rule.reason.len == 0 || rule.reason.len > 20);
    }
    CHECK(checked == 336);
    arena_free(&arena);
}

TEST(paths_lead_where_they_say)
{
    static const struct {
        const char *path;
        const char *want; // texts joined by ','; NULL: not a path
    } rows[] = {
        {"", NULL},
        {"a/", NULL},
        {"(a", NULL},
        {"a[b", NULL},
        {"a[@b='x]", NULL},
        {"doc(@href)/a", NULL},
        {"a b", NULL},
        {"nothing", ""},
        {"@id", "top"},
        {".", ""},
        {"prop/@value", "1,2,3"},
        {"prop[@name='x']/@value", "1"},
        {"prop[@name=('x', 'y')]/@value", "1,2"},
        {"prop[has-oscal-namespace('http://csrc.nist.gov/ns/oscal')]/@value", "1,2"},
        {"prop[has-oscal-namespace(('u:1','u:2'))]/@value", "3"},
        {"prop[not(@ns)]/@value", "1,2"},
        {"prop[@ns and @name='x']/@value", ""},
        {"prop[@name='x' or @ns='u:1']/@value", "1,3"},
        {"prop[starts-with(@value,'3')]/@name", "z"},
        {"party/@uuid", "p"},
        {"(part|prop)/@name", "s,x,y,z"},
        {"(.)[@id='top']/party/@uuid", "p"},
        {".[part]/@id", "top"},
        {"part//prop/@value", "4"},
        {"//prop/@value", "1,2,3,4"},
        {".//part/@name", "s,i"},
        {"part[part[@name='i']]/@name", "s"},
    };
    Arena arena;
    arena_init(&arena, (size_t)1 << 20);
    const Json *json = read_text(
        &arena, "{'id':'top','props':[{'name':'x','value':'1'},{'name':'y','value':'2'},"
                "{'name':'z','ns':'u:1','value':'3'}],'parties':[{'uuid':'p'}],'parts':[{'name':"
                "'s','parts':[{'name':'i','props':[{'name':'q','value':'4'}]}]}]}");
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Nodes nodes = {0};
        bool ok = metapath_select(&arena, str_from_cstr(rows[i].path), json, &nodes);
        CHECK_ROW(rows[i].path, ok == (rows[i].want != NULL));
        char got[200] = "";
        size_t len = 0;
        for (uint32_t n = 0; ok && n < nodes.count; n++) {
            Str text = metapath_text(nodes.at[n]);
            int more =
                snprintf(got + len, sizeof got - len, "%s%.*s", n != 0 ? "," : "", STR_ARG(text));
            len += more > 0 ? (size_t)more : 0;
        }
        CHECK_ROW(rows[i].path, !ok || strcmp(got, rows[i].want) == 0);
        if (ok && rows[i].want != NULL && strcmp(got, rows[i].want) != 0) {
            printf("# %s: %s\n", rows[i].path, got);
        }
    }
    arena_free(&arena);
}

TEST(a_datatype_holds_or_does_not)
{
    static const struct {
        const char *type;
        const char *text;
        bool want;
    } rows[] = {
        {"token", "1a", false},
        {"token", "", false},
        {"token", "a b", false},
        {"token",
         "ac\xc2\xa0"
         "1",
         false}, // a space that does not break
        {"token",
         "ac\xe2\x80\x91"
         "1",
         false},                              // a hyphen that does not break
        {"token", "ac-1\xe2\x80\x8b", false}, // a space of no width
        {"token", "a\xcc\x81", false},        // an accent of its own
        {"token", "\xf0\x9f\x98\x80", false}, // a face
        {"token", "a\xff", false},            // not UTF-8
        {"token", "_a.1-b", true},
        {"token", "\xc3\xa9\xc2\xb5\xc2\xb2", true},
        {"token", "\xe6\x8e\xa7-\xef\xbc\x91", true},
        {"string", "", false},
        {"string", " a", false},
        {"string", "a\n", false},
        {"string",
         "\xc2\xa0"
         "a",
         false},
        {"string", "a\xe2\x80\x89", false},
        {"string", "a b", true},
        {"string", "\xc3\xa9\xc2\xa0\xc3\xa9", true},
        {"uuid", U1, true},
        {"uuid", "11111111-1111-3111-8111-111111111111", false},
        {"uuid", "11111111-1111-4111-7111-111111111111", false},
        {"uuid", "11111111111141118111111111111111", false},
        {"uri", "a", false},
        {"uri", "1a:b", false},
        {"uri", "https://x y", false},
        {"uri", "https://x", true},
        {"uri", "urn:a:b", true},
        {"uri-reference", "a%zz", false},
        {"uri-reference", "#a", true},
        {"uri-reference", "", true},
        {"date", "2026-02-29", false},
        {"date", "2024-02-29", true},
        {"date", "1899-12-31", false},
        {"date", "2026-13-01", false},
        {"date", "2026-01-01+05:30", true},
        {"date", "2026-01-01+05:15", false},
        {"date-time", "2026-01-01T00:00:00", false},
        {"date-time", "2026-01-01T24:00:00Z", false},
        {"date-time", "2026-01-01T00:00Z", false},
        {"date-time", "2026-01-01T00:00:00.Z", false},
        {"date-time", "2026-01-01T00:00:00.1-03:30", true},
        {"date-time", "2026-01-01T00:00:00+14:00", true},
        {"date-time", "2026-01-01T00:00:00-14:00", false},
        {"email", "a@", false},
        {"email", "a@b", true},
        {"base64", "YQ==", true},
        {"base64", "Y===", false},
        {"ip-v4-address", "1.2.3", false},
        {"ip-v4-address", "1.2.3.256", false},
        {"ip-v4-address", "1.2.3.4", true},
        {"ip-v6-address", "::1", true},
        {"ip-v6-address", "1:2:3:4:5:6:7:8", true},
        {"ip-v6-address", "1::2::3", false},
        {"ip-v6-address", "1:2", false},
        {"~country", "us", false},
        {"~country", "US", true},
        {"~phone", "555-1234", false},
        {"~phone", "5551234", true},
        {"~integer", "1.5", false},
        {"~integer", "-7", true},
        {"integer", "7", false},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        const char *why = NULL;
        Json json = json_string(str_from_cstr(rows[i].text));
        CHECK_ROW(rows[i].text,
                  datatype_holds(str_from_cstr(rows[i].type), &json, &why) == rows[i].want);
        CHECK_ROW(rows[i].text, why != NULL && strlen(why) > 4);
    }
    CHECK(!datatype_is_known(STR("colour")));
}
