// SPDX-License-Identifier: Apache-2.0
#include "oscal/resolve_cases.h"

#define META(title, version)                                                                       \
    "'metadata':{'title':'" title "','version':'1','last-modified':'2026-01-01T00:00:00Z',"        \
    "'oscal-version':'" version "'}"
#define PROFILE(rest)                                                                              \
    "{'profile':{'uuid':'0d3f3c7e-5b86-4f5a-9f5c-4d1f7e2a9b01'," META("P", "1.0.4") "," rest "}}"
#define FROM(href, what) "{'href':'" href "'," what "}"
#define CAT(what) "'imports':[" FROM("cat.json", what) "]"
#define ALL "'include-all':{}"
#define IDS(ids) "'include-controls':[{'with-ids':[" ids "]}]"
#define GLOB(pattern) "'include-controls':[{'matching':[{'pattern':'" pattern "'}]}]"
#define AS_IS "'merge':{'as-is':true}"
#define R1 "11111111-1111-4111-8111-111111111111"
#define R2 "22222222-2222-4222-8222-222222222222"
#define R3 "33333333-3333-4333-8333-333333333333"
#define R4 "44444444-4444-4444-8444-444444444444"
#define PROP(name, value) "{'name':'" name "','value':'" value "'}"
#define KEEP "'props':[{'name':'keep','value':'always'}]"
#define ALTER(id, what) "'modify':{'alters':[{'control-id':'" id "'," what "}]}"
#define SET(what) "'modify':{'set-parameters':[" what "]}"

// a-1 uses its own parameter and a loose one; a-2 cites R1; a-2.1 and a-2.1.1 stand in it.
const ResolveDoc resolve_documents[] = {
    {"cat.json",
     "{'catalog':{'uuid':'6a1de2ab-0f35-4c1c-8a52-93f0a8a5b002','metadata':{'title':'C',"
     "'version':'1','last-modified':'2026-01-01T00:00:00Z','oscal-version':'1.1.2',"
     "'roles':[{'id':'kept'," KEEP "},{'id':'left'}],'parties':[{'uuid':'" R4 "'," KEEP "}]},"
     "'groups':[{'id':'g1','title':'One','params':[{'id':'lp','values':['loose']},"
     "{'id':'unused'}],'parts':[{'id':'g1_ov','name':'overview'}],'controls':["
     "{'id':'a-1','title':'A1','class':'std','params':[{'id':'a-1_p','label':'n','values':['3'],"
     "'props':[{'name':'sort-id','uuid':'" R2 "','value':'x'}]}],"
     "'props':[{'name':'label','value':'A1','class':'print'},"
     "{'name':'tag','ns':'https://x.example','value':'t'}],'links':[{'href':'https://x.example'}],"
     "'parts':[{'id':'a-1_stm','name':'statement','class':'main','prose':"
     "'Do {{ insert: param, a-1_p }} of {{ insert: param, lp }}.','parts':["
     "{'id':'a-1_stm.a','name':'item','props':[{'name':'label','value':'a.'}]},"
     "{'id':'a-1_stm.b','name':'item'}]},{'id':'a-1_gdn','name':'guidance'}],'extra':{'x':[1,2]}},"
     "{'id':'a-2','title':'A2','links':[{'href':'#" R1 "','rel':'reference'}],'controls':["
     "{'id':'a-2.1','title':'A21','props':[{'name':'label','value':'A2(1)'}],"
     "'controls':[{'id':'a-2.1.1','title':'A211'}]}]}]},"
     "{'id':'g2','title':'Two','controls':[{'id':'b-1','title':'B1'}]}],"
     "'back-matter':{'resources':[{'uuid':'" R1 "','title':'one'},{'uuid':'" R2
     "','title':'two'},{'uuid':'" R3 "','title':'three'," KEEP "}]}}}"},
    {"twin.json",
     "{'catalog':{'uuid':'7b2ef3bc-1f46-4d2d-9b63-a4f1b9b6c003'," META(
         "T", "1.0.0") ",'groups':[{'id':'g1','title':'One again','controls':["
                       "{'id':'a-1','title':'other A1'},{'id':'t-1','title':'T1'}]}]}}"},
    {"old.json", "{'catalog':{'uuid':'8c3f04cd-2057-4e3e-8c74-b502cac7d004'," META(
                     "O", "2.0.0") ",'controls':[{'id':'o-1','title':'O'}]}}"},
};
const uint32_t resolve_document_count = (uint32_t)COUNTOF(resolve_documents);

const ResolveCase resolve_cases[] = {
    // ---- import: what goes wrong ----
    {"file not there", PROFILE("'imports':[" FROM("none.json", ALL) "]"),
     .error = "import-not-found", .message = "\"none.json\" cannot be read"},
    {"resource not there", PROFILE("'imports':[" FROM("#" R1, ALL) "]"),
     .error = "import-not-found", .message = "no resource " R1},
    {"resource in no format we read",
     PROFILE("'imports':[" FROM("#" R1, ALL) "],'back-matter':{'resources':[{'uuid':'" R1
                                             "','rlinks':[{'href':'cat.json','media-type':"
                                             "'application/vnd.openxmlformats'}]}]}"),
     .error = "import-not-found", .message = "application/oscal+json"},
    {"resource whose file is not there",
     PROFILE("'imports':[" FROM("#" R1, ALL) "],'back-matter':{'resources':[{'uuid':'" R1
                                             "','rlinks':[{'href':'none.json'}]}]}"),
     .error = "import-not-found", .message = "no link of the resource can be read"},
    {"not OSCAL", PROFILE("'imports':[" FROM("x.json", ALL) "]"), .docs = {{"x.json", "{'a':1}"}},
     .error = "not-this-model", .message = "OSCAL catalog or profile"},
    {"not JSON", PROFILE("'imports':[" FROM("x.json", ALL) "]"), .docs = {{"x.json", "x catalog"}},
     .error = "bad-literal"},
    {"XML of no namespace", PROFILE("'imports':[" FROM("x.json", ALL) "]"),
     .docs = {{"x.json", "<catalog/>"}}, .error = "no-namespace", .message = "xmlns="},
    {"YAML with a slip", PROFILE("'imports':[" FROM("x.yaml", ALL) "]"),
     .docs = {{"x.yaml", "catalog:\n\tuuid: 1\n"}}, .error = "bad-yaml"},
    {"itself", PROFILE("'imports':[" FROM("p.json", ALL) "]"), .error = "circular-import",
     .message = "p.json → p.json"},
    {"a circle of two", PROFILE("'imports':[" FROM("q.json", ALL) "]"),
     .docs = {{"q.json", PROFILE("'imports':[" FROM("x/../p.json", ALL) "]")}},
     .error = "circular-import", .message = "p.json → q.json → p.json"},
    {"no import", PROFILE("'merge':{}"), .error = "missing-member", .message = "\"imports\""},
    {"an import without href", PROFILE("'imports':[{" ALL "}]"), .error = "missing-member",
     .message = "\"href\""},
    {"imports that are no list", PROFILE("'imports':" FROM("cat.json", ALL)), .error = "wrong-type",
     .message = "\"imports\" must be an array"},
    {"a parameter set without its id", PROFILE(CAT(ALL) "," SET("{'values':['1']}")),
     .error = "missing-member", .message = "needs \"param-id\""},
    {"an alteration without its control",
     PROFILE(CAT(ALL) ",'modify':{'alters':[{'adds':[{'props':[]}]}]}"), .error = "missing-member",
     .message = "needs \"control-id\""},
    {"additions that are no list",
     PROFILE(CAT(ALL) "," ALTER("a-1", "'adds':[{'parts':{'name':'guidance'}}]")),
     .error = "wrong-type", .message = "\"parts\" must be an array"},
    {"additions to a parameter that are no list",
     PROFILE(CAT(ALL) "," SET("{'param-id':'a-1_p','props':{'name':'n','value':'v'}}")),
     .error = "wrong-type", .message = "\"props\" must be an array"},
    {"parts for a parameter",
     PROFILE(CAT(ALL) "," ALTER("a-1", "'adds':[{'by-id':'a-1_p','parts':[{'name':'x'}]}]")),
     .warning = "unknown-id", .message = "parameter \"a-1_p\" holds no parts",
     .outline = "{lp} a-1 a-2 a-2.1 a-2.1.1 b-1 ; one three",
     .checks = {"/catalog/controls/0/params/0/parts -", "/catalog/controls/0/parts/2 -"}},
    {"a reference to no resource in particular",
     PROFILE("'imports':[" FROM("#", ALL) "],'back-matter':{'resources':[{'rlinks':["
                                          "{'href':'cat.json'}]}]}"),
     .error = "import-not-found", .message = "write the uuid of one behind the #"},
    {"an id that is no text", PROFILE(CAT(IDS("7"))), .error = "wrong-type", .message = "with-ids"},
    {"another major version", PROFILE("'imports':[" FROM("old.json", ALL) "]"),
     .error = "oscal-version", .message = "OSCAL 2.0.0"},
    {"two structures", PROFILE(CAT(ALL) ",'merge':{'flat':{},'as-is':true}"), .error = "structure",
     .message = "not several"},
    {"as is by a word", PROFILE(CAT(ALL) ",'merge':{'as-is':'yes'}"), .error = "wrong-type",
     .message = "\"as-is\" must be true or false"},
    {"custom by a word", PROFILE(CAT(ALL) ",'merge':{'custom':'yes'}"), .error = "wrong-type",
     .message = "\"custom\" must be an object"},
    {"combine that is no object", PROFILE(CAT(ALL) ",'merge':{'combine':'use-first'}"),
     .error = "wrong-type", .message = "{\"method\": \"use-first\"}"},
    {"modify that is no object", PROFILE(CAT(ALL) ",'modify':'x'"), .error = "wrong-type",
     .message = "\"modify\" must be an object"},
    {"an order nobody knows",
     PROFILE(CAT(ALL) ",'merge':{'custom':{'insert-controls':[{'order':'random'," ALL "}]}}"),
     .error = "order", .message = "\"random\" is no order; known: keep, ascending"},
    {"combine by merge", PROFILE(CAT(ALL) ",'merge':{'combine':{'method':'merge'}}"),
     .error = "combine", .message = "\"keep\" or \"use-first\""},
    {"combine by guess", PROFILE(CAT(ALL) ",'merge':{'combine':{'method':'guess'}}"),
     .error = "combine", .message = "known: keep, use-first"},

    // ---- import: what is found ----
    {"everything", PROFILE(CAT(ALL) "," AS_IS),
     .outline = "g1{lp}[a-1 a-2(a-2.1(a-2.1.1))] g2[b-1] ; one three"},
    {"relative to the profile that says it", PROFILE("'imports':[" FROM("sub/q.json", ALL) "]"),
     .docs = {{"sub/q.json", PROFILE("'imports':[" FROM(".././cat.json#top", IDS("'b-1'")) "]")}},
     .outline = "b-1 ; three"},
    {"a reference with white space around it",
     PROFILE("'imports':[" FROM("  ./cat.json ", IDS("'b-1'")) "," FROM(
         " #" R1 " ", IDS("'t-1'")) "],'back-matter':{'resources':[{'uuid':'" R1
                                    "','rlinks':[{'href':' twin.json '}]}]}"),
     .outline = "b-1 t-1 ; three"},
    {"an absolute reference", PROFILE("'imports':[" FROM("https://h.example/a/c.json", ALL) "]"),
     .docs = {{"https://h.example/a/c.json", PROFILE("'imports':[" FROM("../b/d.json", ALL) "]")},
              {"https://h.example/b/d.json", "{'catalog':{'controls':[{'id':'h-1'}]}}"}},
     .outline = "h-1"},
    {"by resource, JSON before XML",
     PROFILE("'imports':[" FROM(
         "#" R1,
         IDS("'b-1'")) "],'back-matter':{'resources':[{'uuid':'" R1
                       "','rlinks':[{'href':'cat.xml','media-type':'application/oscal+xml'},"
                       "{'href':'cat.json','media-type':'application/oscal+json'}]}]}"),
     .outline = "b-1 ; three"},
    {"by resource, the second link where the first is gone",
     PROFILE("'imports':[" FROM(
         "#" R1, IDS("'b-1'")) "],'back-matter':{'resources':[{'uuid':'" R1
                               "','rlinks':[{'href':'gone.json'},{'href':'cat.json'}]}]}"),
     .outline = "b-1 ; three"},
    {"by resource, in base64", // {"catalog":{"controls":[{"id":"z-1"}]}}
     PROFILE("'imports':[" FROM(
         "#" R1, ALL) "],'back-matter':{'resources':[{'uuid':'" R1 "','base64':{'value':"
                      "'eyJjYXRhbG9nIjp7ImNvbnRyb2xzIjpbeyJpZCI6InotMSJ9XX19'}}]}"),
     .outline = "z-1"},
    {"by resource, broken base64",
     PROFILE("'imports':[" FROM("#" R1, ALL) "],'back-matter':{'resources':[{'uuid':'" R1
                                             "','base64':{'value':'e!'}}]}"),
     .error = "import-not-found", .message = "RFC 4648"},
    {"a profile of a profile", PROFILE("'imports':[" FROM("q.json", GLOB("a-2*")) "]," AS_IS),
     .docs = {{"q.json", PROFILE(CAT(IDS("'a-2','a-2.1.1','b-1'")) "," AS_IS "," SET(
                             "{'param-id':'lp','values':['q']}"))}},
     .outline = "g1[a-2(a-2.1.1)] ; one three"},
    {"a catalog in YAML", PROFILE("'imports':[" FROM("x.yaml", GLOB("y-*")) "]"),
     .docs = {{"x.yaml", "catalog:\n  uuid: 7b2ef3bc-1f46-4d2d-9b63-a4f1b9b6c003\n"
                         "  metadata: {title: Y, version: 1.10, oscal-version: 1.1.2,\n"
                         "    last-modified: 2026-01-01T00:00:00Z}\n"
                         "  controls:\n    - id: y-1\n      title: Yes\n"
                         "      parts: [{name: statement, prose: a *b*}]\n"}},
     .outline = "y-1",
     .checks = {"/catalog/controls/0/title 'Yes'", "/catalog/controls/0/parts/0/prose 'a *b*'"}},
    {"the same catalog in XML", PROFILE("'imports':[" FROM("x.xml", GLOB("y-*")) "]"),
     .docs = {{"x.xml", "<catalog xmlns='http://csrc.nist.gov/ns/oscal/1.0'"
                        " uuid='7b2ef3bc-1f46-4d2d-9b63-a4f1b9b6c003'><metadata><title>Y</title>"
                        "<last-modified>2026-01-01T00:00:00Z</last-modified>"
                        "<version>1.10</version><oscal-version>1.1.2</oscal-version></metadata>"
                        "<control id='y-1'><title>Yes</title><part name='statement'>"
                        "<p>a <em>b</em></p></part></control></catalog>"}},
     .outline = "y-1",
     .checks = {"/catalog/controls/0/title 'Yes'", "/catalog/controls/0/parts/0/prose 'a *b*'"}},
    {"a catalog's own controls before its groups", PROFILE("'imports':[" FROM("x.json", ALL) "]"),
     .docs = {{"x.json", "{'catalog':{'uuid':'7b2ef3bc-1f46-4d2d-9b63-a4f1b9b6c004'," META(
                             "X", "1.0.0") ",'groups':[{'id':'g','title':'G','controls':["
                                           "{'id':'g-1','title':'G1'}]}],"
                                           "'controls':[{'id':'r-1','title':'R1'}]}}"}},
     .outline = "r-1 g-1"},
    {"an import in the order its document would have",
     PROFILE("'imports':[" FROM("q.json", ALL) "]"),
     .docs = {{"q.json", PROFILE(CAT(IDS("'a-1','b-1'")) ",'merge':{'custom':{'groups':[{'id':'n',"
                                                         "'title':'N','insert-controls':[{" IDS(
                                                             "'a-1'") "}]}],"
                                                                      "'insert-controls':[{" IDS(
                                                                          "'b-1'") "}]}}")}},
     .outline = "{lp} b-1 a-1 ; three"},
    {"by id", PROFILE(CAT(IDS("'a-2','b-1'"))), .outline = "a-2 b-1 ; one three"},
    {"by an id that is not there", PROFILE(CAT(IDS("'b-1','nope'"))), .warning = "unknown-control",
     .message = "no control \"nope\"", .outline = "b-1 ; three"},
    {"by pattern", PROFILE(CAT(GLOB("a-?.1"))), .outline = "a-2.1 ; three"},
    {"by pattern, brackets are no class", PROFILE(CAT(GLOB("[ab]-1"))),
     .warning = "selects-nothing", .message = "matches the pattern \"[ab]-1\"",
     .outline = "; three"},
    {"by no pattern", PROFILE(CAT("'include-controls':[{'matching':[{}]}]")),
     .warning = "selects-nothing", .message = "matches the pattern \"\"", .outline = "; three"},
    {"with children",
     PROFILE(CAT("'include-controls':[{'with-child-controls':'yes','with-ids':['a-2']}]")),
     .outline = "a-2 a-2.1 a-2.1.1 ; one three"},
    {"without children",
     PROFILE(CAT("'include-controls':[{'with-child-controls':'no','with-ids':['a-2']}]")),
     .outline = "a-2 ; one three"},
    {"children unsaid", PROFILE(CAT(IDS("'a-2'")) "," AS_IS), .outline = "g1[a-2] ; one three"},
    {"exclusion wins",
     PROFILE(CAT(IDS("'a-1','b-1'") ",'exclude-controls':[{'matching':[{'pattern':'a*'}]}]")),
     .outline = "b-1 ; three"},
    {"exclusion with children",
     PROFILE(CAT(ALL ",'exclude-controls':[{'with-child-controls':'yes','with-ids':['a-2']}]")),
     .outline = "{lp} a-1 b-1 ; three"},
    {"said twice",
     PROFILE(CAT("'include-controls':[{'with-ids':['b-1','b-1']},{'matching':[{'pattern':'b*'}]}],"
                 "'exclude-controls':[{'with-ids':['a-1']},{'with-ids':['a-1']}]")),
     .outline = "b-1 ; three"},
    {"children said by neither yes nor no",
     PROFILE(CAT("'include-controls':[{'with-child-controls':true,'with-ids':['a-2']}]")),
     .error = "wrong-type", .message = "must be \"yes\" or \"no\""},
    {"children said in capitals",
     PROFILE(CAT("'include-controls':[{'with-child-controls':'Yes','with-ids':['a-2']}]")),
     .error = "wrong-type", .message = "must be \"yes\" or \"no\""},
    {"a pattern that is no text", PROFILE(CAT("'include-controls':[{'matching':[{'pattern':7}]}]")),
     .error = "wrong-type", .message = "\"pattern\" must be a string"},
    {"a selection of neither ids nor patterns",
     PROFILE(CAT("'include-controls':[{'with-id':['b-1']}]")), .warning = "selects-nothing",
     .message = "neither \"with-ids\" nor \"matching\"", .outline = "; three"},
    {"patterns that match the same are both met",
     PROFILE(CAT("'include-controls':[{'with-ids':['b-1'],'matching':[{'pattern':'b*'},"
                 "{'pattern':'?-1'},{'pattern':'b-1'}]}]")),
     .outline = "{lp} a-1 b-1 ; three"},
    {"a loose parameter travels along", PROFILE(CAT(IDS("'a-1'"))), .outline = "{lp} a-1 ; three",
     .checks = {"/catalog/params/0 {'id':'lp','values':['loose']}"}},
    {"what is not touched is not lost", PROFILE(CAT(IDS("'a-1'"))), .outline = "{lp} a-1 ; three",
     .checks = {"/catalog/controls/0/extra {'x':[1,2]}", "/catalog/controls/0/class 'std'"}},

    // ---- merge ----
    {"keep by default",
     PROFILE("'imports':[" FROM("cat.json", IDS("'a-1'")) "," FROM("twin.json", ALL) "]"),
     .warning = "duplicate-control",
     .message = "control \"a-1\" is imported more than once, from cat.json and from twin.json,",
     .outline = "{lp} a-1 a-1 t-1 ; three", .checks = {"/catalog/controls/1/title 'other A1'"}},
    {"use the first",
     PROFILE("'imports':[" FROM("twin.json", ALL) "," FROM(
         "cat.json", ALL) "],'merge':{'combine':{'method':'use-first'},'as-is':true}"),
     .outline = "g1[a-1 t-1 a-2(a-2.1(a-2.1.1))] g2[b-1] ; one three",
     .checks = {"/catalog/groups/0/controls/0/title 'other A1'",
                "/catalog/groups/0/title 'One again'"}},
    {"use the first, children of a second one stay",
     PROFILE("'imports':[" FROM("cat.json", IDS("'a-2'")) "," FROM(
         "cat.json", GLOB("a-2*")) "],'merge':{'combine':{'method':'use-first'},'as-is':true}"),
     .outline = "g1[a-2 a-2.1(a-2.1.1)] ; one three"},
    {"use the first, groups left without a control go",
     PROFILE("'imports':[" FROM("cat.json", ALL) "," FROM(
         "x.json", ALL) "],'merge':{'combine':{'method':'use-first'},'as-is':true}"),
     .docs = {{"x.json", "{'catalog':{'groups':[{'title':'Seconds','params':[{'id':'xp'," KEEP "}],"
                         "'controls':[{'id':'b-1'}]},{'id':'g9','groups':[{'id':'g10','controls':["
                         "{'id':'a-1'}]},{'id':'g11','controls':[{'id':'x-1'}]}]}]}}"}},
     .outline = "{xp} g1{lp}[a-1 a-2(a-2.1(a-2.1.1))] g2[b-1] g9[g11[x-1]] ; one three"},
    {"groups of one id hold what both of them held",
     PROFILE("'imports':[" FROM("cat.json", IDS("'a-1'")) "," FROM("x.json", ALL) "]," AS_IS),
     .docs = {{"x.json", "{'catalog':{'groups':[{'id':'g1','class':'c','title':'T','props':["
                         "{'name':'n','value':'v'}],'parts':[{'id':'g1_ov','name':'overview'},"
                         "{'id':'x_ov','name':'overview'}],'controls':[{'id':'x-1'}]}]}}"}},
     .outline = "g1{lp}[a-1 x-1] ; three",
     .checks = {"/catalog/groups/0/title 'One'", "/catalog/groups/0/class 'c'",
                "/catalog/groups/0/props [{'name':'n','value':'v'}]",
                "/catalog/groups/0/parts [{'id':'g1_ov','name':'overview'},{'id':'x_ov','name':"
                "'overview'}]"}},
    {"flat by default", PROFILE(CAT(ALL) ",'merge':{}"),
     .outline = "{lp} a-1 a-2 a-2.1 a-2.1.1 b-1 ; one three"},
    {"flat", PROFILE(CAT(ALL) ",'merge':{'flat':{}}"),
     .outline = "{lp} a-1 a-2 a-2.1 a-2.1.1 b-1 ; one three"},
    {"flat, children left in place", PROFILE(CAT(ALL)), .reading = {.nested_flat = true},
     .outline = "{lp} a-1 a-2(a-2.1(a-2.1.1)) b-1 ; one three"},
    {"as is", PROFILE(CAT(IDS("'a-1','a-2.1.1'")) "," AS_IS),
     .outline = "g1{lp}[a-1 a-2.1.1] ; three",
     .checks = {"/catalog/groups/0/parts/0/id 'g1_ov'", "/catalog/groups/1 -"}},
    {"as is, loose parameters under the catalog", PROFILE(CAT(ALL) "," AS_IS),
     .reading = {.params_to_catalog = true},
     .outline = "{lp} g1[a-1 a-2(a-2.1(a-2.1.1))] g2[b-1] ; one three"},
    {"custom groups",
     PROFILE(CAT(ALL) ",'merge':{'custom':{'groups':[{'id':'n','title':'New','class':'c',"
                      "'params':[{'id':'own'}],'groups':[{'title':'In','insert-controls':[{"
                      "'order':'keep'," IDS(
                          "'b-1','a-2'") "}]}]}],"
                                         "'insert-controls':[{'order':'descending'," GLOB(
                                             "a-?") "}]}}"),
     .warning = "duplicate-control", .message = "control \"a-2\" is inserted here and further up",
     .outline = "{lp} n{own}[?[a-2 b-1]] a-2 a-1 ; one three",
     .checks = {"/catalog/groups/0/title 'New'", "/catalog/groups/0/class 'c'",
                "/catalog/groups/0/insert-controls -"}},
    {"a custom group takes over an imported one",
     PROFILE(CAT(ALL) ",'merge':{'custom':{'groups':[{'id':'g1','title':'Mine',"
                      "'parts':[{'id':'more','name':'overview'}],'insert-controls':[{'order':"
                      "'ascending'," IDS("'b-1','a-1'") "}]}]}}"),
     .outline = "g1{lp}[a-1 b-1] ; three",
     .checks = {"/catalog/groups/0/title 'Mine'", "/catalog/groups/0/parts/0/id 'g1_ov'",
                "/catalog/groups/0/parts/1/id 'more'"}},
    {"a custom group takes over all imported ones of its id",
     PROFILE("'imports':[" FROM("cat.json", IDS("'a-1'")) "," FROM(
         "x.json", ALL) "],'merge':{'custom':{'groups':[{'id':'g1','title':'Mine','params':["
                        "{'id':'lp','values':['own']}],'parts':[{'id':'g1_ov','name':'overview'}],"
                        "'insert-controls':[{" ALL "}]}]}}"),
     .docs = {{"x.json", "{'catalog':{'groups':[{'id':'g1','title':'T','params':[{'id':'xp'," KEEP
                         "}],'parts':[{'id':'x_ov','name':'overview'}],'controls':["
                         "{'id':'x-1'}]}]}}"}},
     .outline = "g1{xp lp}[a-1 x-1] ; three",
     .checks = {"/catalog/groups/0/parts [{'id':'g1_ov','name':'overview'},{'id':'x_ov','name':"
                "'overview'}]",
                "/catalog/groups/0/params/1/values ['own']"}},
    {"custom inserts twice",
     PROFILE(CAT(IDS("'b-1'")) ",'merge':{'custom':{'groups':[{'id':'n','title':'N',"
                               "'insert-controls':[{" ALL "}]}],'insert-controls':[{" ALL "}]}}"),
     .warning = "duplicate-control", .message = "control \"b-1\" is inserted here and further up",
     .outline = "n[b-1] b-1 ; three"},
    {"custom selects nothing",
     PROFILE(CAT(IDS("'b-1'")) ",'merge':{'custom':{'insert-controls':[{" IDS("'a-1'") "},{" ALL
                                                                                       "}]}}"),
     .warning = "unknown-control", .message = "selects none of the imported controls",
     .outline = "b-1 ; three"},

    // ---- modify: parameters ----
    {"set an unknown parameter",
     PROFILE(CAT(IDS("'b-1'")) "," SET("{'param-id':'nope','values':['1']}")),
     .warning = "unknown-param", .message = "parameter \"nope\"", .outline = "b-1 ; three"},
    {"set every field",
     PROFILE(CAT(IDS("'a-1'")) "," SET(
         "{'param-id':'a-1_p','class':'k','depends-on':'lp','label':'L','usage':'U',"
         "'values':['5','6'],'props':[{'name':'sort-id','uuid':'" R2 "','value':'y'},"
         "{'name':'label','value':'z'}],'links':[{'href':'#x'}],'constraints':[{'description':"
         "'c'}],'guidelines':[{'prose':'g'}]}")),
     .outline = "{lp} a-1 ; three",
     .checks = {"/catalog/controls/0/params/0 {'id':'a-1_p','class':'k','depends-on':'lp',"
                "'label':'L','usage':'U','values':['5','6'],'props':[{'name':'sort-id','uuid':'" R2
                "','value':'y'},{'name':'label','value':'z'}],'links':[{'href':'#x'}],"
                "'constraints':[{'description':'c'}],'guidelines':[{'prose':'g'}]}"}},
    {"a selection takes the place of values",
     PROFILE(CAT(IDS("'a-1'")) "," SET("{'param-id':'a-1_p','select':{'choice':['x','y']}}")),
     .outline = "{lp} a-1 ; three",
     .checks = {"/catalog/controls/0/params/0/values -",
                "/catalog/controls/0/params/0/select/choice/1 'y'"}},
    {"set twice, in the profile's order",
     PROFILE(CAT(IDS("'a-1'")) "," SET(
         "{'param-id':'a-1_p','values':['5'],'constraints':[{'description':'1'}]},"
         "{'param-id':'a-1_p','values':['6'],'constraints':[{'description':'2'}]}")),
     .outline = "{lp} a-1 ; three",
     .checks = {"/catalog/controls/0/params/0/values ['6']",
                "/catalog/controls/0/params/0/constraints [{'description':'1'},{'description':"
                "'2'}]"}},
    {"a parameter that is set is not pruned",
     PROFILE(CAT(IDS("'b-1'")) "," SET("{'param-id':'unused','values':['1']}")),
     .outline = "{unused} b-1 ; three"},

    // ---- modify: additions ----
    {"alter a control that is not selected",
     PROFILE(CAT(IDS("'b-1'")) "," ALTER("a-1", "'adds':[{'props':[{'name':'n','value':'v'}]}]")),
     .warning = "unknown-control", .message = "\"a-1\" is not selected", .outline = "b-1 ; three"},
    {"add to the control itself",
     PROFILE(CAT(IDS("'a-1'")) "," ALTER(
         "a-1", "'adds':[{'title':'New','props':[{'name':'n','value':'1'}]},"
                "{'position':'starting','props':[{'name':'n','value':'2'}],"
                "'params':[{'id':'p0'}]},"
                "{'position':'before','props':[{'name':'n','value':'3'}]},"
                "{'position':'after','props':[{'name':'n','value':'4'}]},"
                "{'position':'sideways','props':[{'name':'n','value':'5'}],"
                "'links':[{'href':'#y'}]}]")),
     .outline = "{lp} a-1 ; three",
     .checks = {"/catalog/controls/0/title 'New'",
                "/catalog/controls/0/props [{'name':'n','value':'2'},{'name':'n','value':'3'},"
                "{'name':'label','value':'A1','class':'print'},{'name':'tag','ns':"
                "'https://x.example','value':'t'},{'name':'n','value':'1'},{'name':'n','value':"
                "'5'},{'name':'n','value':'4'}]",
                "/catalog/controls/0/params/0/id 'p0'",
                "/catalog/controls/0/links [{'href':'https://x.example'},{'href':'#y'}]"}},
    {"add inside a part",
     PROFILE(CAT(IDS("'a-1'")) "," ALTER(
         "a-1", "'adds':[{'by-id':'a-1_stm','position':'starting','parts':[{'name':'s1'}]},"
                "{'by-id':'a-1_stm','position':'starting','parts':[{'name':'s2'}]},"
                "{'by-id':'a-1_stm','position':'ending','parts':[{'name':'e1'}]},"
                "{'by-id':'a-1_stm','title':'T','parts':[{'name':'e2'}]}]")),
     .outline = "{lp} a-1 ; three",
     .checks = {"/catalog/controls/0/parts/0/parts/0/name 's1'",
                "/catalog/controls/0/parts/0/parts/1/name 's2'",
                "/catalog/controls/0/parts/0/parts/4/name 'e1'",
                "/catalog/controls/0/parts/0/parts/5/name 'e2'",
                "/catalog/controls/0/parts/0/title 'T'"}},
    {"add beside a nested part",
     PROFILE(CAT(IDS("'a-1'")) "," ALTER(
         "a-1", "'adds':[{'by-id':'a-1_stm.a','position':'before','parts':[{'name':'b1'}]},"
                "{'by-id':'a-1_stm.a','position':'before','parts':[{'name':'b2'}]},"
                "{'by-id':'a-1_stm.a','position':'after','parts':[{'name':'f1'}]},"
                "{'by-id':'a-1_stm.a','position':'after','parts':[{'name':'f2'}],"
                "'props':[{'name':'n','value':'v'}]}]")),
     .outline = "{lp} a-1 ; three",
     .checks = {"/catalog/controls/0/parts/0/parts/0/name 'b1'",
                "/catalog/controls/0/parts/0/parts/1/name 'b2'",
                "/catalog/controls/0/parts/0/parts/3/name 'f1'",
                "/catalog/controls/0/parts/0/parts/4/name 'f2'",
                "/catalog/controls/0/parts/0/props/0/name 'n'"}},
    {"lists of additions beside something keep the profile's order",
     PROFILE(CAT(IDS("'a-1'")) "," ALTER(
         "a-1",
         "'adds':[{'by-id':'a-1_stm.a','position':'before','props':[{'name':'b1','value':'v'}]},"
         "{'by-id':'a-1_stm.a','position':'before','props':[{'name':'b2','value':'v'}]},"
         "{'by-id':'a-1_stm','position':'ending','props':[{'name':'e1','value':'v'}]},"
         "{'by-id':'a-1_stm.a','position':'after','props':[{'name':'f1','value':'v'}]},"
         "{'by-id':'a-1_stm.a','position':'after','props':[{'name':'f2','value':'v'}]}]")),
     .outline = "{lp} a-1 ; three",
     .checks = {"/catalog/controls/0/parts/0/props/0/name 'b1'",
                "/catalog/controls/0/parts/0/props/1/name 'b2'",
                "/catalog/controls/0/parts/0/props/2/name 'e1'",
                "/catalog/controls/0/parts/0/props/3/name 'f1'",
                "/catalog/controls/0/parts/0/props/4/name 'f2'"}},
    {"additions beside controls keep the profile's order",
     PROFILE(CAT(IDS("'a-2','a-2.1'")) "," AS_IS "," ALTER(
         "a-2", "'adds':[{'by-id':'a-2.1','position':'after','props':[{'name':'f1','value':'v'}]},"
                "{'by-id':'a-2.1','position':'after','props':[{'name':'f2','value':'v'}]},"
                "{'by-id':'a-2.1','position':'before','props':[{'name':'b1','value':'v'}]},"
                "{'by-id':'a-2.1','position':'before','props':[{'name':'b2','value':'v'}]}]")),
     .outline = "g1[a-2(a-2.1)] ; one three",
     .checks = {"/catalog/groups/0/controls/0/props/0/name 'b1'",
                "/catalog/groups/0/controls/0/props/1/name 'b2'",
                "/catalog/groups/0/controls/0/props/2/name 'f1'",
                "/catalog/groups/0/controls/0/props/3/name 'f2'"}},
    {"add to a parameter",
     PROFILE(CAT(IDS("'a-1'")) "," ALTER(
         "a-1", "'adds':[{'by-id':'a-1_p','props':[{'name':'n','value':'v'}]},"
                "{'by-id':'a-1_p','position':'after','params':[{'id':'p2'}]}]")),
     .outline = "{lp} a-1 ; three",
     .checks = {"/catalog/controls/0/params/0/props/1/name 'n'",
                "/catalog/controls/0/params/1/id 'p2'"}},
    {"add to what another addition brings",
     PROFILE(CAT(IDS("'b-1'")) "," ALTER(
         "b-1", "'adds':[{'by-id':'new','props':[{'name':'n','value':'v'}]},"
                "{'parts':[{'id':'new','name':'guidance'}]}]")),
     .outline = "b-1 ; three", .checks = {"/catalog/controls/0/parts/0/props/0/name 'n'"}},
    {"what another addition changed is not removed either",
     PROFILE(CAT(IDS("'b-1'")) "," ALTER(
         "b-1", "'removes':[{'by-name':'guidance'},{'by-item-name':'param'}],"
                "'adds':[{'parts':[{'id':'new','name':'guidance','parts':[{'id':'in','name':"
                "'item'}]}],'params':[{'id':'p'}]},{'by-id':'in','props':[{'name':'n','value':"
                "'v'}]},{'by-id':'p','props':[{'name':'n','value':'v'}]}]")),
     .outline = "b-1 ; three",
     .checks = {"/catalog/controls/0/parts/0/parts/0/props/0/name 'n'",
                "/catalog/controls/0/params/0/props/0/name 'n'"}},
    {"add by an id that is not there",
     PROFILE(CAT(IDS("'b-1'")) "," ALTER(
         "b-1", "'adds':[{'by-id':'b-9','props':[{'name':'n','value':'v'}]}]")),
     .warning = "unknown-id", .message = "nothing with the id \"b-9\"", .outline = "b-1 ; three",
     .checks = {"/catalog/controls/0/props -"}},
    {"add by the control's own id",
     PROFILE(CAT(IDS("'a-1'")) "," ALTER(
         "a-1", "'adds':[{'by-id':'a-1','position':'starting','props':[{'name':'n','value':'1'}]},"
                "{'position':'starting','props':[{'name':'n','value':'2'}]},"
                "{'by-id':'a-1','position':'after','props':[{'name':'n','value':'3'}]}]")),
     .outline = "{lp} a-1 ; three",
     .checks = {"/catalog/controls/0/props/0/value '1'", "/catalog/controls/0/props/1/value '2'",
                "/catalog/controls/0/props/4/value '3'"}},
    {"add through the parent",
     PROFILE(CAT(ALL) "," AS_IS ",'modify':{'alters':[{'control-id':'a-2','adds':[{'by-id':"
                      "'a-2.1','props':[{'name':'n','value':'p'}]}]},{'control-id':'a-2.1','adds':"
                      "[{'props':[{'name':'n','value':'c'}]}]}]}"),
     .outline = "g1{lp}[a-1 a-2(a-2.1(a-2.1.1))] g2[b-1] ; one three",
     .checks = {"/catalog/groups/0/controls/1/controls/0/props [{'name':'label','value':'A2(1)'},"
                "{'name':'n','value':'p'},{'name':'n','value':'c'}]"}},

    // ---- modify: removals ----
    {"remove by everything at once",
     PROFILE(CAT(IDS("'a-1'")) "," ALTER(
         "a-1", "'removes':[{'by-item-name':'prop','by-name':'label','by-class':'other'},"
                "{'by-name':'tag','by-ns':'https://x.example'},"
                "{'by-id':'a-1_stm','by-name':'guidance'}]")),
     .outline = "{lp} a-1 ; three",
     .checks = {"/catalog/controls/0/props [{'name':'label','value':'A1','class':'print'}]",
                "/catalog/controls/0/parts/0/id 'a-1_stm'"}},
    {"remove by id, wherever it is",
     PROFILE(CAT(IDS("'a-1'")) "," ALTER(
         "a-1", "'removes':[{'by-id':'a-1_stm.b'},{'by-id':'a-1_gdn'},{'by-id':'a-1_p'}]")),
     .outline = "{lp} a-1 ; three",
     .checks = {"/catalog/controls/0/parts/0/parts/1 -", "/catalog/controls/0/parts/1 -",
                "/catalog/controls/0/params -"}},
    {"remove and put something in its place",
     PROFILE(CAT(IDS("'a-1'")) "," ALTER(
         "a-1", "'removes':[{'by-id':'a-1_stm'},{'by-name':'label'}],'adds':[{'by-id':'a-1_stm',"
                "'position':'after','parts':[{'id':'new','name':'statement','props':[{'name':"
                "'label','value':'x'}]}]},{'props':[{'name':'label','value':'new'}]},"
                "{'by-id':'a-1_stm','parts':[{'name':'gone'}]}]")),
     .outline = "a-1 ; three",
     .checks = {"/catalog/controls/0/parts/0/id 'new'", "/catalog/controls/0/parts/1/id 'a-1_gdn'",
                "/catalog/controls/0/props/1 {'name':'label','value':'new'}",
                "/catalog/controls/0/props/2 -", "/catalog/controls/0/parts/0/props/0/value 'x'"}},
    {"remove a control in it",
     PROFILE(CAT(ALL) "," AS_IS "," ALTER("a-2", "'removes':[{'by-id':'a-2.1.1'}]")),
     .outline = "g1{lp}[a-1 a-2(a-2.1)] g2[b-1] ; one three"},
    {"remove all of a namespace",
     PROFILE(CAT(IDS("'a-1'")) "," ALTER("a-1",
                                         "'removes':[{'by-ns':'http://csrc.nist.gov/ns/oscal'}]")),
     .outline = "a-1 ; three",
     .checks = {"/catalog/controls/0/props/0/name 'tag'", "/catalog/controls/0/parts -",
                "/catalog/controls/0/links -", "/catalog/controls/0/params -"}},
    {"remove by name",
     PROFILE(CAT(IDS("'a-1'")) "," ALTER("a-1", "'removes':[{'by-name':'label'}]")),
     .outline = "{lp} a-1 ; three",
     .checks = {"/catalog/controls/0/props/0/name 'tag'",
                "/catalog/controls/0/parts/0/parts/0/props -"}},
    {"remove by class",
     PROFILE(CAT(IDS("'a-1'")) "," ALTER("a-1", "'removes':[{'by-class':'print'}]")),
     .outline = "{lp} a-1 ; three", .checks = {"/catalog/controls/0/props/0/name 'tag'"}},
    {"remove by the namespace nobody writes",
     PROFILE(CAT(IDS("'a-1'")) "," ALTER(
         "a-1", "'removes':[{'by-item-name':'prop','by-ns':'http://csrc.nist.gov/ns/oscal'}]")),
     .outline = "{lp} a-1 ; three",
     .checks = {"/catalog/controls/0/props/0/name 'tag'", "/catalog/controls/0/links/0 "
                                                          "{'href':'https://x.example'}"}},
    {"remove by kind, in the singular",
     PROFILE(CAT(IDS("'a-1'")) "," ALTER(
         "a-1", "'removes':[{'by-item-name':'link'},{'by-item-name':'props'}]")),
     .outline = "{lp} a-1 ; three",
     .checks = {"/catalog/controls/0/links -", "/catalog/controls/0/props/0/name 'label'"}},
    {"remove nothing in particular", PROFILE(CAT(IDS("'b-1'")) "," ALTER("b-1", "'removes':[{}]")),
     .warning = "unknown-id", .message = "removes nothing", .outline = "b-1 ; three"},

    // ---- back-matter, metadata, pruning ----
    {"resources: the newer of two, and only what is cited",
     PROFILE(CAT(IDS("'a-2'")) ",'back-matter':{'resources':[{'uuid':'" R1
                               "','title':'newer'},{'uuid':'" R4 "','title':'four'}]}"),
     .outline = "a-2 ; three newer"},
    {"resources: one that says keep is not replaced",
     PROFILE(CAT(IDS("'b-1'")) ",'back-matter':{'resources':[{'uuid':'" R3 "','title':'other'}]}"),
     .outline = "b-1 ; three"},
    {"resources: unless the newer says so too",
     PROFILE(CAT(IDS("'b-1'")) ",'back-matter':{'resources':[{'uuid':'" R3 "','title':'other'," KEEP
                               "}]}"),
     .outline = "b-1 ; other"},
    {"resources: cited by one that goes",
     PROFILE(CAT(IDS("'b-1'")) ",'back-matter':{'resources':[{'uuid':'" R4
                               "','title':'four','remarks':'see #" R1 "'}]}"),
     .outline = "b-1 ; three"},
    {"resources: cited by one that stays",
     PROFILE(CAT(IDS("'a-2'")) ",'back-matter':{'resources':[{'uuid':'" R1
                               "','title':'one','remarks':'see #" R4 ".'},{'uuid':'" R4
                               "','title':'four'}]}"),
     .outline = "a-2 ; three one four"},
    {"metadata", PROFILE(CAT(IDS("'b-1'"))), .outline = "b-1 ; three",
     .checks = {"/catalog/metadata/title 'P'", "/catalog/metadata/oscal-version '1.1.2'",
                "/catalog/metadata/last-modified '2026-11-21T00:00:00Z'",
                "/catalog/metadata/props [" PROP("resolution-tool", "test") "," PROP(
                    "source-profile-uuid", "0d3f3c7e-5b86-4f5a-9f5c-4d1f7e2a9b01") "]",
                "/catalog/metadata/links [{'href':'p.json','rel':'source-profile'}]",
                "/catalog/uuid 'bc1c2ae3-0000-5000-8000-000000000000'"}},
    {"metadata: roles and parties that say keep", PROFILE(CAT(IDS("'b-1'"))),
     .outline = "b-1 ; three",
     .checks = {"/catalog/metadata/roles [{'id':'kept'," KEEP "}]",
                "/catalog/metadata/parties/0/uuid '" R4 "'"}},
    {"order of members",
     PROFILE(CAT(IDS("'b-1'")) "," ALTER("b-1", "'adds':[{'parts':[{'name':'guidance'}]},"
                                                "{'props':[{'name':'n','value':'v'}]}]")),
     .outline = "b-1 ; three", .checks = {"/catalog/controls/0/props/0/name 'n'"}},
};
const uint32_t resolve_case_count = (uint32_t)COUNTOF(resolve_cases);
