// SPDX-License-Identifier: Apache-2.0
// YAML is read as its twin in JSON, refuses what it must with a place, and what is written reads
// back as the same tree.
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "oscal/plain.h"
#include "oscal/read_text.h"
#include "oscal/yaml.h"
#include "t.h"
#include "json/read.h"
#include "json/write.h"
#include "json/yaml_write.h"

typedef struct Rig {
    Arena arena;
    DiagList diags;
    const Json *json;
    bool ok;
} Rig;

static void rig_read(Rig *rig, Str text, const JsonLimits *limits)
{
    *rig = (Rig){.json = NULL};
    arena_init(&rig->arena, SIZE_MAX);
    diag_init(&rig->diags, &rig->arena, STR("x.yaml"));
    rig->ok = yaml_read(&rig->arena, text, limits, &rig->diags, &rig->json);
    ASSERT(rig->ok == (rig->diags.errors == 0));
}

static const struct {
    const char *row;
    const char *text;
    Span at;
    const char *code;
    const char *part;
} bad_cases[] = {
    {"nothing", "", {1, 1}, "bad-yaml", "no document"},
    {"only a comment", "# x\n", {1, 1}, "bad-yaml", "no document"},
    {"two documents", "a: 1\n---\nb: 2\n", {2, 1}, "bad-yaml", "a file of its own"},
    {"open list", "a: [1, 2\n", {2, 1}, "bad-yaml", ""},
    {"text after a quote", "a: \"x\" y\n", {1, 0}, "bad-yaml", ""},
    {"column of bytes", "\xc3\xa4: [\xc3\xa4, }]\n", {1, 10}, "bad-yaml", ""},
    {"tab as indentation", "a:\n\tb: 1\n", {2, 0}, "bad-yaml", ""},
    {"not UTF-8", "a: \xff\n", {1, 4}, "bad-encoding", "not UTF-8"},
    {"control character", "a: x\n\x01", {2, 1}, "bad-encoding", "\"\\x01\" in double quotes"},
    {"duplicate key", "a: 1\nb:\n  c: 1\n  'c': 2\n", {4, 3}, "duplicate-key", "first at 3:3"},
    {"list as a key", "? [a]\n: b\n", {1, 3}, "bad-key", "a key is a text"},
    {"map as a key", "{a: b}: c\n", {1, 1}, "bad-key", "a key is a text"},
    {"alias of a list as a key", "x: &l [1]\n*l : 1\n", {2, 1}, "bad-key", "a key is a text"},
    {"unknown alias", "a: *b\n", {1, 4}, "unknown-anchor", "no anchor &b"},
    {"cycle", "a: &b\n  - *b\n", {2, 5}, "alias-cycle", "inside its own value"},
    {"binary", "a: !!binary AAAA\n", {1, 13}, "bad-tag", "tag:yaml.org,2002:binary"},
    {"own tag", "a: !me {}\n", {1, 0}, "bad-tag", "!me is not understood"},
    {"tag that does not fit", "a: !!int x\n", {1, 10}, "bad-tag", "\"x\" is no value of"},
    {"text as a map", "a: !!map []\n", {1, 10}, "bad-tag", "map"},
    {"infinity", "a: .inf\n", {1, 4}, "bad-number", "put it in quotes"},
    {"not a number", "a: [-.INF, .NaN]\n", {1, 5}, "bad-number", "-.INF"},
    {"beyond 64 bits", "a: 0xffffffffffffffff\n", {1, 4}, "bad-number", "0xffff"},
};

TEST(what_is_wrong_is_told_with_its_place)
{
    for (size_t i = 0; i < COUNTOF(bad_cases); i++) {
        Rig rig;
        JsonLimits limits = JSON_LIMITS_DEFAULT;
        rig_read(&rig, str_from_cstr(bad_cases[i].text), &limits);
        const Diag *diag = rig.diags.first;
        CHECK_ROW(bad_cases[i].row, !rig.ok && diag != NULL);
        if (diag != NULL) {
            bool placed = diag->at.line == bad_cases[i].at.line &&
                          (bad_cases[i].at.col == 0 || diag->at.col == bad_cases[i].at.col);
            bool good = placed && strcmp(diag->code, bad_cases[i].code) == 0 &&
                        str_find(diag->text, str_from_cstr(bad_cases[i].part)) != NULL;
            if (!good) {
                printf("# %u:%u: %s: %.*s\n", diag->at.line, diag->at.col, diag->code,
                       STR_ARG(diag->text));
            }
            CHECK_ROW(bad_cases[i].row, good);
        }
        arena_free(&rig.arena);
    }
}

TEST(several_mistakes_are_told_in_one_run)
{
    Rig rig;
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    rig_read(&rig, STR("a: .nan\nb: !x 1\nc: {d: 1, d: 2}\n"), &limits);
    CHECK(!rig.ok && rig.diags.errors == 3);
    arena_free(&rig.arena);
}

// Single quotes of the JSON stand for double ones.
static const struct {
    const char *row;
    const char *yaml;
    const char *json;
} same_cases[] = {
    {"core schema", "[~, null, Null, NULL, true, True, TRUE, false, no, on, Yes]",
     "[null,null,null,null,true,true,true,false,'no','on','Yes']"},
    {"numbers", "[0, 010, +5, -0, 1_000, 0x1F, 0o17, 1., .5, 1e3, 1.50, 12:30]",
     "[0,10,5,-0,'1_000',31,15,1,0.5,1e3,1.50,'12:30']"},
    {"number texts stay", "[1.50, 1E400, 12345678901234567890]",
     "[1.50,1E400,12345678901234567890]"},
    {"empty values", "a:\nb: ''\nc: []\nd: {}\n", "{'a':null,'b':'','c':[],'d':{}}"},
    {"quotes make texts", "['1', \"true\", 'it''s', \"\\x41\\u00e4\\n\"]",
     "['1','true','it\\u0027s','A\\u00e4\\n']"},
    {"blocks", "a: |\n  one\n   two\n\nb: >-\n  one\n  two\n\n  three\nc: |+\n  x\n\n",
     "{'a':'one\\n two\\n','b':'one two\\nthree','c':'x\\n\\n'}"},
    {"tags", "[!!str 1, !!int '7', !!float 1, !!bool 'true', !!null '', ! 5, !!seq [], !!map {}]",
     "['1',7,1,true,null,'5',[],{}]"},
    {"tag without a value", "- !!str\n- x\n", "['','x']"},
    {"aliases", "a: &x [1, &y z]\nb: *x\nc: *y\n*y : 2\n",
     "{'a':[1,'z'],'b':[1,'z'],'c':'z','z':2}"},
    {"an anchor given anew", "- &a 1\n- &a 2\n- *a\n", "[1,2,2]"},
    {"an anchor given anew inside", "- &a [&a x, *a]\n- *a\n", "[['x','x'],'x']"},
    {"no merge key", "{a: &x {b: 1}, c: {<<: *x}}", "{'a':{'b':1},'c':{'<<':{'b':1}}}"},
    {"JSON is YAML", "{\"a\": [1, \"\\u00e4\\/\", {}], \"b\": null}",
     "{'a':[1,'\\u00e4/',{}],'b':null}"},
    {"CRLF", "a: 1\r\nb:\r\n  - x\r\n", "{'a':1,'b':['x']}"},
    {"marked document", "%YAML 1.2\n---\na: 1\n...\n", "{'a':1}"},
    // the model
    {"texts of the model",
     "catalog:\n  metadata:\n    version: 1.10\n    oscal-version: 1.2.2\n    title: 0x10\n"
     "    last-modified: 2026-01-31T12:00:00Z\n    parties:\n    - {name: true, "
     "addresses: [{state: NO, postal-code: 0123, country: ~}]}\n",
     "{'catalog':{'metadata':{'version':'1.10','oscal-version':'1.2.2','title':'0x10',"
     "'last-modified':'2026-01-31T12:00:00Z','parties':[{'name':'true','addresses':[{'state':'NO',"
     "'postal-code':'0123','country':null}]}]}}}"},
    {"values of parameters", "catalog: {params: [{id: p, values: [15, 1.0, .inf, yes]}]}",
     "{'catalog':{'params':[{'id':'p','values':['15','1.0','.inf','yes']}]}}"},
    {"numbers and truth of the model", "profile: {merge: {as-is: true}}",
     "{'profile':{'merge':{'as-is':true}}}"},
    {"an alias is understood at its place",
     "catalog: {metadata: {version: &v 1.0}, x: *v, uuid: *v}",
     "{'catalog':{'metadata':{'version':'1.0'},'x':1.0,'uuid':'1.0'}}"},
    {"beside the model", "catalog: {colour: 1.0, metadata: {x: true}}",
     "{'catalog':{'colour':1.0,'metadata':{'x':true}}}"},
    {"one mapping alone", "mapping-collection: {mappings: {uuid: 1, maps: [{relationship: 2}]}}",
     "{'mapping-collection':{'mappings':{'uuid':'1','maps':[{'relationship':'2'}]}}}"},
    {"decimal", "mapping-collection: {provenance: {coverage: {target-coverage: .5}}}",
     "{'mapping-collection':{'provenance':{'coverage':{'target-coverage':0.5}}}}"},
};

static bool same_text(Arena *arena, const Json *a, const Json *b)
{
    return str_eq(json_text(arena, a), json_text(arena, b));
}

TEST(a_text_is_read_as_its_twin)
{
    for (size_t i = 0; i < COUNTOF(same_cases); i++) {
        Rig rig;
        JsonLimits limits = JSON_LIMITS_DEFAULT;
        rig_read(&rig, str_from_cstr(same_cases[i].yaml), &limits);
        const Json *twin = read_text(&rig.arena, same_cases[i].json);
        bool same = rig.ok && json_equal(rig.json, twin);
        if (!same) {
            printf("# %.*s\n", STR_ARG(json_text(&rig.arena, rig.json)));
        }
        CHECK_ROW(same_cases[i].row, same);
        arena_free(&rig.arena);
    }
}

TEST(a_number_keeps_its_text)
{
    Rig rig;
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    rig_read(&rig, STR("[1.50, 1E400, -0, +1, 007, .5, 5., -.5e-1]"), &limits);
    CHECK(str_eq(json_text(&rig.arena, rig.json), STR("[1.50,1E400,-0,1,7,0.5,5,-0.5e-1]")));
    arena_free(&rig.arena);
}

TEST(values_and_keys_have_places)
{
    Rig rig;
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    rig_read(&rig, STR("\xc3\xa4: x\n'b':\n  - \"\xc3\xa4\xc3\xa4\"\n  - {c: 1, d: *q}\n"),
             &limits);
    CHECK(!rig.ok && rig.diags.first->at.line == 4 && rig.diags.first->at.col == 15);
    arena_free(&rig.arena);
    rig_read(&rig, STR("\xc3\xa4: x\n'b':\n  - \"\xc3\xa4\xc3\xa4\"\n  - {c: 1, d: 'q'}\n"),
             &limits);
    CHECK(rig.ok && rig.json->at.line == 1 && rig.json->at.col == 1);
    const JsonMember *members = rig.json->members;
    CHECK(members[0].at.col == 1 && members[0].value.at.col == 5);
    CHECK(members[1].at.line == 2 && members[1].at.col == 1);
    const Json *items = members[1].value.items;
    CHECK(items[0].at.line == 3 && items[0].at.col == 5);
    CHECK(items[1].at.line == 4 && items[1].at.col == 5);
    CHECK(items[1].members[1].at.col == 12 && items[1].members[1].value.at.col == 15);
    arena_free(&rig.arena);
}

// ---- limits: at each, and one past it ----

TEST(limits_hold)
{
    static const struct {
        const char *row;
        const char *text;
        JsonLimits limits;
        const char *code; // NULL: fits
    } cases[] = {
        {"bytes", "a: 12", {5, 9, 9}, NULL},
        {"a byte more", "a: 12", {4, 9, 9}, "too-large"},
        {"depth", "[[[]]]", {99, 3, 9}, NULL},
        {"one deeper", "[[[]]]", {99, 2, 9}, "too-deep"},
        {"depth of aliases", "- &a [[]]\n- [*a]", {99, 4, 99}, NULL},
        {"one deeper by an alias", "- &a [[]]\n- [*a]", {99, 3, 99}, "too-deep"},
        {"values", "a: [1, 2]", {99, 9, 4}, NULL},
        {"a value more", "a: [1, 2]", {99, 9, 3}, "too-many-values"},
        {"values of aliases", "[&a [1, 2], *a]", {99, 9, 7}, NULL},
        {"a value more by an alias", "[&a [1, 2], *a]", {99, 9, 6}, "too-many-values"},
    };
    for (size_t i = 0; i < COUNTOF(cases); i++) {
        Rig rig;
        rig_read(&rig, str_from_cstr(cases[i].text), &cases[i].limits);
        CHECK_ROW(cases[i].row, rig.ok == (cases[i].code == NULL));
        CHECK_ROW(cases[i].row, rig.ok || strcmp(rig.diags.first->code, cases[i].code) == 0);
        arena_free(&rig.arena);
    }
}

// Each list holds the one before it ten times.
TEST(aliases_upon_aliases_end)
{
    Buf text = {0};
    buf_push(&text, STR("a0: &a0 [x]\n"));
    for (int i = 1; i <= 30; i++) {
        buf_printf(&text, "a%d: &a%d [", i, i);
        for (int k = 0; k < 10; k++) {
            buf_printf(&text, "*a%d,", i - 1);
        }
        buf_push(&text, STR("]\n"));
    }
    Rig rig;
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    rig_read(&rig, buf_str(&text), &limits);
    CHECK(!rig.ok && has_diag(&rig.diags, "too-many-values", "aliases repeat more than 1048576"));
    CHECK(rig.diags.first->at.line == 7);
    arena_free(&rig.arena);
    buf_free(&text);
}

TEST(depth_without_end_ends)
{
    Buf text = {0};
    for (int i = 0; i < 100000; i++) {
        buf_byte(&text, '[');
    }
    Rig rig;
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    rig_read(&rig, buf_str(&text), &limits);
    CHECK(!rig.ok && has_diag(&rig.diags, "too-deep", "--max-depth"));
    arena_free(&rig.arena);
    buf_free(&text);
}

// ---- writing ----

static bool comes_back(const Json *json, const char *row)
{
    Buf yaml = {0};
    yaml_write(&yaml, json);
    Rig rig;
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    rig_read(&rig, buf_str(&yaml), &limits);
    bool same = rig.ok && same_text(&rig.arena, rig.json, json);
    if (!same) {
        printf("# %s: %.*s\n# %.*s\n", row, STR_ARG(buf_str(&yaml)),
               STR_ARG(json_text(&rig.arena, rig.json)));
        if (rig.diags.first != NULL) {
            printf("# %.*s\n", STR_ARG(rig.diags.first->text));
        }
    }
    arena_free(&rig.arena);
    buf_free(&yaml);
    return same;
}

// Every text of up to four of these pieces, as a value, as a key and in lists.
TEST(every_text_reads_back)
{
    static const Str pieces[] = {
        STR_INIT("a"),        STR_INIT(" "),
        STR_INIT("\n"),       STR_INIT(":"),
        STR_INIT("#"),        STR_INIT("-"),
        STR_INIT("1"),        STR_INIT("\""),
        STR_INIT("'"),        STR_INIT("\\"),
        STR_INIT("\t"),       STR_INIT("\r"),
        STR_INIT("\xc3\xa4"), STR_INIT("{"),
        STR_INIT("|"),        STR_INIT("&"),
        STR_INIT("no"),       STR_INIT("\xe2\x80\xa8"),
        STR_INIT("\xc2\x85"), STR_INIT("\xef\xbb\xbf"),
        STR_INIT("---"),      STR_INIT("%"),
        STR_INIT("\x7f"),
    };
    size_t total = 1;
    for (int i = 0; i < 3; i++) {
        total *= COUNTOF(pieces) + 1;
    }
    bool all = true;
    for (size_t n = 0; n < total && all; n++) {
        Buf text = {0};
        for (size_t rest = n; rest != 0; rest /= COUNTOF(pieces) + 1) {
            size_t piece = rest % (COUNTOF(pieces) + 1);
            if (piece != 0) {
                buf_push(&text, pieces[piece - 1]);
            }
        }
        Json value = json_string(buf_str(&text));
        JsonMember inner[] = {
            {.key = STR("b"), .value = value},
            {.key = buf_str(&text).len != 1 ? buf_str(&text) : STR("k"), .value = value}};
        Json items[] = {value, {.type = JSON_OBJECT, .count = 2, .members = inner}, value};
        JsonMember outer = {.key = STR("a"),
                            .value = {.type = JSON_ARRAY, .count = 3, .items = items}};
        Json json = {.type = JSON_OBJECT, .count = 1, .members = &outer};
        all = comes_back(&json, "pieces") && comes_back(&value, "alone");
        buf_free(&text);
    }
    CHECK(all);
}

static const char *const trees[] = {
    "null",
    "true",
    "-0",
    "1E400",
    "''",
    "[]",
    "{}",
    "[[]]",
    "[[[1,2],[3]],{}]",
    "{'a':{'b':{}}}",
    "{'':null}",
    "[{'a':1,'b':[{'c':2}]},[{'d':[]}]]",
    "{'a':'x\\ny\\n','b':['p\\n\\nq','r\\n\\n']}",
    "{'0':'0','true':'true','null':'~','12:30':'2026-01-31','1e3':'0x1f','=':'<<'}",
    "{'11111111-1111-4111-8111-111111111111':'11111111-1111-4111-8111-111111111111'}",
    "{'a':'\\u0000\\u001f\\ud83d\\ude00','b':'x \\ny','c':' x\\ny','d':'x\\n y\\n\\n  z'}",
};

TEST(every_tree_reads_back)
{
    for (size_t i = 0; i < COUNTOF(trees); i++) {
        Arena arena;
        arena_init(&arena, SIZE_MAX);
        CHECK_ROW(trees[i], comes_back(read_text(&arena, trees[i]), trees[i]));
        arena_free(&arena);
    }
    char key[2000];
    memset(key, 'k', sizeof key);
    JsonMember member = {.key = {key, sizeof key}, .value = json_string(STR("x\ny"))};
    Json json = {.type = JSON_OBJECT, .count = 1, .members = &member};
    CHECK(comes_back(&json, "a long key"));
    JsonMember outer = {.key = {key, sizeof key - 1}, .value = json};
    json = (Json){.type = JSON_OBJECT, .count = 1, .members = &outer};
    CHECK(comes_back(&json, "long keys inside each other"));
}

TEST(what_is_written_is_readable)
{
    Arena arena;
    arena_init(&arena, SIZE_MAX);
    const Json *json = read_text(
        &arena, "{'catalog':{'uuid':'11111111-1111-4111-8111-111111111111','version':'1.0',"
                "'controls':[{'id':'a-1','title':'It is: so'},{'id':'no','prose':'One.\\n\\nTwo.',"
                "'x':[],'size':1.50}]}}");
    Buf yaml = {0};
    yaml_write(&yaml, json);
    CHECK(str_eq(buf_str(&yaml), STR("catalog:\n"
                                     "  uuid: 11111111-1111-4111-8111-111111111111\n"
                                     "  version: \"1.0\"\n"
                                     "  controls:\n"
                                     "    - id: a-1\n"
                                     "      title: \"It is: so\"\n"
                                     "    - id: \"no\"\n"
                                     "      prose: |-\n"
                                     "        One.\n"
                                     "\n"
                                     "        Two.\n"
                                     "      x: []\n"
                                     "      size: 1.50\n")));
    buf_free(&yaml);
    arena_free(&arena);
}
