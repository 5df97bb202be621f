// SPDX-License-Identifier: Apache-2.0
// XML is read as its twin in JSON: every member of the table, every piece of markup; and what no
// reader of foreign XML may take is refused with its place.
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "oscal/model.h"
#include "oscal/plain.h"
#include "oscal/read_text.h"
#include "oscal/xml.h"
#include "t.h"
#include "json/read.h"
#include "json/write.h"

#define NS "xmlns=\"http://csrc.nist.gov/ns/oscal/1.0\""

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
    diag_init(&rig->diags, &rig->arena, STR("x.xml"));
    rig->ok = xml_read(&rig->arena, text, limits, &rig->diags, &rig->json);
    ASSERT(rig->ok == (rig->diags.errors == 0));
}

static const struct {
    const char *row;
    const char *text;
    Span at;
    const char *code;
    const char *part;
} bad_cases[] = {
    // no XML
    {"nothing", "", {1, 1}, "bad-xml", "no document"},
    {"blank", " \n", {0, 0}, "bad-xml", ""},
    {"not closed", "<catalog " NS ">\n<metadata>", {2, 0}, "bad-xml", "metadata"},
    {"closed wrongly", "<catalog " NS ">\n</metadata>", {2, 0}, "bad-xml", "mismatch"},
    {"attribute twice", "<catalog " NS " uuid='1'\n uuid='2'/>", {2, 0}, "bad-xml", "uuid"},
    {"no such entity", "<catalog " NS ">\n&x;</catalog>", {2, 0}, "bad-xml", "x"},
    {"not UTF-8", "<catalog " NS ">\n\xff</catalog>", {2, 0}, "bad-xml", ""},
    {"text behind", "<catalog " NS "/>\nx", {2, 0}, "bad-xml", "Extra content"},
    // what could reach out of the document
    {"doctype", "<!DOCTYPE catalog>\n<catalog " NS "/>", {1, 0}, "doctype", "take it out"},
    {"external entity",
     "<?xml version='1.0'?>\n<!DOCTYPE c [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>\n<catalog " NS
     "><metadata><title>&x;</title></metadata></catalog>",
     {2, 0},
     "doctype",
     "could name other files"},
    {"external subset",
     "<!DOCTYPE catalog SYSTEM 'http://x.example/c.dtd'>\n<catalog " NS "/>",
     {1, 0},
     "doctype",
     "not taken"},
    {"endless entities",
     "<!DOCTYPE c [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>"
     "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'>]>\n<catalog " NS ">&c;</catalog>",
     {1, 0},
     "doctype",
     "not taken"},
    {"parameter entity",
     "<!DOCTYPE c [<!ENTITY % p SYSTEM 'x'>%p;]>\n<catalog " NS "/>",
     {1, 0},
     "doctype",
     "not taken"},
    // no OSCAL
    {"no namespace", "<catalog/>", {1, 1}, "no-namespace", "write xmlns=\"http://csrc.nist.gov"},
    {"another namespace", "<catalog xmlns='urn:x'/>", {1, 1}, "no-namespace", "urn:x"},
    {"another namespace inside",
     "<catalog " NS ">\n <x:y xmlns:x='urn:x'/></catalog>",
     {2, 2},
     "no-namespace",
     "<y> is of the namespace urn:x"},
    {"another model", "<controls " NS "/>", {1, 1}, "not-this-model", "<controls> is no document"},
    {"unknown element",
     "<catalog " NS ">\n  <colour/></catalog>",
     {2, 3},
     "unknown-member",
     "<catalog> has no element \"colour\""},
    {"an element of JSON's name",
     "<catalog " NS "><controls/></catalog>",
     {1, 0},
     "unknown-member",
     "controls"},
    {"unknown attribute",
     "<catalog " NS "\n  colour='1'/>",
     {2, 3},
     "unknown-member",
     "<catalog> has no attribute \"colour\""},
    {"an element as an attribute",
     "<catalog " NS "><metadata title='x'/></catalog>",
     {1, 0},
     "unknown-member",
     "no attribute \"title\""},
    {"an attribute as an element",
     "<catalog " NS "><uuid>x</uuid></catalog>",
     {1, 0},
     "unknown-member",
     "no element \"uuid\""},
    {"attribute of another namespace",
     "<catalog " NS " xmlns:x='urn:x' x:a='1'/>",
     {1, 0},
     "unknown-member",
     "urn:x"},
    {"attribute of a simple value",
     "<catalog " NS "><metadata><version a='1'/></metadata></catalog>",
     {1, 0},
     "unknown-member",
     "<version> has no attribute \"a\""},
    {"element in a simple value",
     "<catalog " NS "><metadata><version><b/></version></metadata></catalog>",
     {1, 0},
     "unknown-member",
     "<version> has no element \"b\""},
    {"twice",
     "<catalog " NS "><metadata><version>1</version>\n<version>2</version></metadata>"
     "</catalog>",
     {2, 1},
     "duplicate-key",
     "takes one \"version\""},
    {"text in between",
     "<catalog " NS ">\n<metadata>loose</metadata></catalog>",
     {2, 1},
     "misplaced-text",
     "\"loose\""},
    {"text in a part",
     "<catalog " NS "><control><part>loose</part></control></catalog>",
     {1, 0},
     "misplaced-text",
     "put it in <p>"},
    // markup
    {"no markup",
     "<catalog " NS "><metadata><title>a <span>b</span></title></metadata></catalog>",
     {1, 0},
     "unknown-markup",
     "<span> cannot stand in a line"},
    {"block in a line",
     "<catalog " NS "><metadata><title><p>b</p></title></metadata></catalog>",
     {1, 0},
     "unknown-markup",
     "<p>"},
    {"div",
     "<catalog " NS "><metadata><remarks><div/></remarks></metadata></catalog>",
     {1, 0},
     "unknown-markup",
     "<div>"},
    {"insert of nothing",
     "<catalog " NS "><metadata><title><insert type='param'/></title>"
     "</metadata></catalog>",
     {1, 0},
     "bad-markup",
     "id-ref"},
    {"list without items",
     "<catalog " NS "><metadata><remarks><ul><p>x</p></ul></remarks></metadata></catalog>",
     {1, 0},
     "bad-markup",
     "<ul> takes only li, no p"},
    {"cell that spans",
     "<catalog " NS "><metadata><remarks><table><tr><td colspan='2'>x</td></tr>"
     "</table></remarks></metadata></catalog>",
     {1, 0},
     "bad-markup",
     "cannot span"},
    {"row too long",
     "<catalog " NS "><metadata><remarks><table><tr><th>a</th></tr><tr><td>x</td>"
     "<td>y</td></tr></table></remarks></metadata></catalog>",
     {1, 0},
     "bad-markup",
     "2 cells"},
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
            bool placed = (bad_cases[i].at.line == 0 || diag->at.line == bad_cases[i].at.line) &&
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
    rig_read(&rig,
             STR("<catalog " NS "><x/><metadata y='1'><title><z/></title>t</metadata></catalog>"),
             &limits);
    CHECK(!rig.ok && rig.diags.errors == 4);
    arena_free(&rig.arena);
}

// ---- markup ----

typedef struct MarkupCase {
    const char *row;
    const char *xml;
    const char *markdown;
} MarkupCase;

static const MarkupCase line_cases[] = {
    {"space", " a\n  b\t c ", "a b c"},
    {"emphasis", "<em>a</em> <i>b</i> <strong>c</strong> <b>d</b>", "*a* *b* **c** **d**"},
    {"emphasis in its own kind", "<em>a <em>b</em> <strong>c</strong></em>", "*a _b_ **c***"},
    {"strong in strong", "<b><b>a</b> b</b>", "**__a__ b**"},
    {"em in strong and the other way", "<b><i>a</i></b> <i><b>a</b></i>", "**_a_** ***a***"},
    {"one behind the other", "<em>a</em><em>b</em> <b>a</b><i>b</i>", "*a*_b_ **a**_b_"},
    {"brackets in a link", "<a href='u'>a] [b</a> [c]", "[a\\] \\[b](u) [c]"},
    {"not an image", "a!<a href='u'>b</a> a! b", "a\\![b](u) a! b"},
    {"inside each other", "<strong>a <em>b</em></strong>", "**a *b***"},
    {"space at the ends of marks", "a<em> b </em>c", "a *b* c"},
    {"space further inside", "a<em><b> b</b></em>c", "a ***b***c"},
    {"empty marks", "a<em/> <b> </b>b", "a b"},
    {"code", "<code>a*b</code>", "`a*b`"},
    {"code with ticks", "<code>a`b</code> <code>`</code>", "``a`b`` `` ` ``"},
    {"quote", "<q>a</q>", "\"a\""},
    {"sub and sup", "H<sub>2</sub>O x<sup>2</sup>", "H~2~O x^2^"},
    {"link", "<a href='https://x.example/a?b'>c <em>d</em></a>", "[c *d*](https://x.example/a?b)"},
    {"link with a title", "<a href='#b' title='say \"x\"'>c</a>", "[c](#b \"say \\\"x\\\"\")"},
    {"link with spaces", "<a href='a (b)'>c</a>", "[c](<a (b)>)"},
    {"link without text", "<a href='b'/>", "[](b)"},
    {"image", "<img src='a.png' alt='b*' title='t'/>", "![b\\*](a.png \"t\")"},
    {"break", "a<br/>b", "a b"},
    {"insert", "the <insert type='param' id-ref='ac-1_prm_1'/>.",
     "the {{ insert: param, ac-1_prm_1 }}."},
    {"insert in code", "<code>x <insert type='param' id-ref='p'/></code>",
     "`x {{ insert: param, p }}`"},
    {"characters that always mark", "* ` ~ ^ \\", "\\* \\` \\~ \\^ \\\\"},
    {"characters that mark nothing", "a - b + c # d 'e' \"f\" [g] (h) a_b 1. 2 < 3 > 2 & | ! {i}",
     NULL},
    {"underscores", "_a_ a_b _ b_", "\\_a\\_ a_b \\_ b\\_"},
    {"link in the text", "[a](b) ![c](d)", "[a\\](b) ![c\\](d)"},
    {"tag in the text", "&lt;b&gt; a &lt; b &lt;/b", "\\<b> a < b \\</b"},
    {"reference in the text", "&amp;amp; &amp; a&amp;b; &amp;#38;", "\\&amp; & a\\&b; \\&#38;"},
    {"insert in the text", "{{ insert: param, x }}", "\\{{ insert: param, x }}"},
    {"references", "&#228; &quot;&apos;&gt; &#x41;", "\xc3\xa4 \"'> A"},
    {"sections", "a<![CDATA[<b> & ]]>c", "a\\<b> & c"},
    {"comments", "a<!-- <x> -->b<?x y?>c", "abc"},
    {"start of a block", "# a", "# a"},
};

static const MarkupCase lines_cases[] = {
    {"nothing", "", ""},
    {"paragraphs", "<p>a\n b</p>\n<p>c</p>", "a b\n\nc"},
    {"no empty ones", "<p>a</p><p> </p><p/>", "a"},
    {"headings", "<h1>a</h1><h6>b *</h6>", "# a\n\n###### b \\*"},
    {"headings that end in hashes", "<h1>a #</h1><h2>C#</h2><h3>##</h3>",
     "# a \\#\n\n## C#\n\n### \\##"},
    {"break", "<p>a<br/> b</p>", "a\\\nb"},
    {"text without a paragraph", "a <b>c</b>", "a **c**"},
    {"list", "<ul>\n<li>a</li>\n<li>b <em>c</em></li></ul>", "- a\n- b *c*"},
    {"numbers", "<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"},
    {"lists in lists", "<ol><li>a<ul><li>b</li><li>c</li></ul></li><li>d</li></ol>",
     "1. a\n   - b\n   - c\n2. d"},
    {"loose list", "<ul><li><p>a</p><p>b</p></li><li>c</li></ul>", "- a\n\n  b\n\n- c"},
    {"lists in a row", "<ul><li>a</li></ul><ul><li>b</li></ul><ul><li>c</li></ul>",
     "- a\n\n* b\n\n- c"},
    {"numbered lists in a row", "<ol><li>a</li></ol><ol><li>b</li></ol>", "1. a\n\n1) b"},
    {"empty item", "<ul><li/><li>a</li></ul>", "-\n- a"},
    {"many items",
     "<ol><li>1</li><li>2</li><li>3</li><li>4</li><li>5</li><li>6</li><li>7</li>"
     "<li>8</li><li>9</li><li>a<ul><li>b</li></ul></li></ol>",
     "1. 1\n2. 2\n3. 3\n4. 4\n5. 5\n6. 6\n7. 7\n8. 8\n9. 9\n10. a\n    - b"},
    {"code block", "<pre>a *b*\n  c\n</pre>", "```\na *b*\n  c\n```"},
    {"code block with a fence", "<pre>```</pre>", "````\n```\n````"},
    {"code in a code block", "<pre><code>a\nb</code></pre>", "```\na\nb\n```"},
    {"quote", "<blockquote><p>a</p><ul><li>b</li></ul></blockquote>", "> a\n>\n> - b"},
    {"rule", "<p>a</p><hr/><p>b</p>", "a\n\n---\n\nb"},
    {"image", "<img src='a' alt='b'/>", "![b](a)"},
    {"table",
     "<table><tr><th>a</th><th align='center'>b</th></tr><tr><td>c|d</td><td/></tr>"
     "<tr><td><code>e|f</code></td></tr></table>",
     "| a | b |\n| --- | :---: |\n| c\\|d | |\n| `e\\|f` | |"},
    {"table with parts",
     "<table><thead><tr><th align='left'>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody>"
     "</table>",
     "| a |\n| :--- |\n| b |"},
    {"no heading", "<p># a</p><p>#a</p><p>####### a</p>", "\\# a\n\n#a\n\n####### a"},
    {"no list", "<p>- a</p><p>+ b</p><p>-c</p><p>-</p>", "\\- a\n\n\\+ b\n\n-c\n\n\\-"},
    {"no numbers", "<p>1. a</p><p>12) b</p><p>1.5 c</p><p>1234567890. d</p>",
     "1\\. a\n\n12\\) b\n\n1.5 c\n\n1234567890. d"},
    {"no quote, no rule", "<p>> a</p><p>---</p><p>--- a</p>", "\\> a\n\n\\---\n\n--- a"},
    {"no rule of several", "<ul><li>--- ---</li><li>- -</li></ul>", "- \\--- ---\n- \\- -"},
    {"no heading behind a break", "<p>a<br/># b</p>", "a\\\n\\# b"},
    {"no heading by what is below", "<p>a<br/>===</p><p>a<br/>--</p>", "a\\\n\\===\n\na\\\n\\--"},
};

static Str read_markup(Rig *rig, const char *element, const char *xml)
{
    Buf text = {0};
    buf_printf(&text, "<catalog " NS "><metadata><%s>%s</%s></metadata></catalog>", element, xml,
               element);
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    rig_read(rig, buf_str(&text), &limits);
    buf_free(&text);
    Buf pointer = {0};
    buf_printf(&pointer, "/catalog/metadata/%s", element);
    const Json *json = json_pointer(rig->json, buf_str(&pointer));
    buf_free(&pointer);
    return json_is(json, JSON_STRING) ? json->string : STR("(none)");
}

static void check_markup(const char *element, const MarkupCase *row, const char *markdown)
{
    Rig rig;
    Str found = read_markup(&rig, element, row->xml);
    bool same = rig.ok && str_eq(found, str_from_cstr(markdown));
    if (!same) {
        printf("# %s: %.*s\n", row->row, STR_ARG(found));
    }
    CHECK_ROW(row->row, same);
    arena_free(&rig.arena);
}

TEST(markup_of_a_line_becomes_markdown)
{
    check_markup("title", &line_cases[COUNTOF(line_cases) - 1], "# a");
    for (size_t i = 0; i + 1 < COUNTOF(line_cases); i++) {
        if (line_cases[i].markdown != NULL) {
            check_markup("title", &line_cases[i], line_cases[i].markdown);
        }
    }
    Rig rig;
    Str plain = STR("a - b + c # d 'e' \"f\" [g] (h) a_b 1. 2 < 3 > 2 & | ! {i}");
    Str found = read_markup(&rig, "title",
                            "a - b + c # d 'e' \"f\" [g] (h) a_b 1. 2 &lt; 3 > 2 &amp; | ! {i}");
    CHECK(str_eq(found, plain));
    arena_free(&rig.arena);
}

TEST(markup_of_several_lines_becomes_markdown)
{
    for (size_t i = 0; i < COUNTOF(lines_cases); i++) {
        check_markup("remarks", &lines_cases[i], lines_cases[i].markdown);
    }
}

// ---- the tree ----

static const struct {
    const char *row;
    const char *xml;
    const char *json;
} same_cases[] = {
    {"attributes, elements, lists",
     "<catalog " NS " uuid='u'><metadata><title>t</title><version>1.0</version><prop name='a' "
     "value='b'/><link href='c'><text>d</text></link><prop name='e' value='f'><remarks><p>g</p>"
     "</remarks></prop></metadata></catalog>",
     "{'catalog':{'uuid':'u','metadata':{'title':'t','version':'1.0','props':[{'name':'a','value':"
     "'b'},{'name':'e','value':'f','remarks':'g'}],'links':[{'href':'c','text':'d'}]}}}"},
    {"prose among other elements",
     "<catalog " NS "><control id='a'><part name='statement'><title>t</title><p>a</p>\n<ul><li>b"
     "</li></ul><part name='item'/><p>c</p></part></control></catalog>",
     "{'catalog':{'controls':[{'id':'a','parts':[{'name':'statement','title':'t','prose':"
     "'a\\n\\n- b\\n\\nc','parts':[{'name':'item'}]}]}]}}"},
    {"image as prose", "<catalog " NS "><control><part><img src='a'/></part></control></catalog>",
     "{'catalog':{'controls':[{'parts':[{'prose':'![](a)'}]}]}}"},
    {"text of an element",
     "<catalog " NS "><metadata><document-id scheme='s'>x&amp;y</document-id></metadata>"
     "<back-matter><resource uuid='r'><rlink href='h'><hash algorithm='SHA-256'>ab</hash></rlink>"
     "<base64>\nQUJD\n</base64></resource></back-matter></catalog>",
     "{'catalog':{'metadata':{'document-ids':[{'scheme':'s','identifier':'x&y'}]},'back-matter':"
     "{'resources':[{'uuid':'r','rlinks':[{'href':'h','hashes':[{'algorithm':'SHA-256','value':"
     "'ab'}]}],'base64':{'value':'QUJD'}}]}}}"},
    {"empty objects, truth",
     "<profile " NS "><import href='c'><include-all/></import><merge><combine method='keep'/>"
     "<as-is> 1 </as-is></merge></profile>",
     "{'profile':{'imports':[{'href':'c','include-all':{}}],'merge':{'combine':{'method':'keep'},"
     "'as-is':true}}}"},
    {"lists of one name",
     "<profile " NS "><import href='c'><include-controls with-child-controls='yes'><with-id>a"
     "</with-id><with-id>b</with-id><matching pattern='c-*'/></include-controls></import>"
     "</profile>",
     "{'profile':{'imports':[{'href':'c','include-controls':[{'with-child-controls':'yes',"
     "'with-ids':['a','b'],'matching':[{'pattern':'c-*'}]}]}]}}"},
    {"numbers",
     "<mapping-collection " NS "><provenance><coverage generation-method='x'> 0.50 </coverage>"
     "<confidence-score percentage='.5'/></provenance><mapping><map><confidence-score><percentage>"
     "1</percentage></confidence-score></map></mapping></mapping-collection>",
     "{'mapping-collection':{'provenance':{'confidence-score':{'percentage':0.5},'coverage':"
     "{'generation-method':'x','target-coverage':0.50}},'mappings':[{'maps':[{'confidence-score':"
     "{'percentage':1}}]}]}}"},
    {"no number",
     "<mapping-collection " NS "><provenance><coverage>x</coverage></provenance>"
     "</mapping-collection>",
     "{'mapping-collection':{'provenance':{'coverage':{'target-coverage':'x'}}}}"},
    {"prefix, schema place, comments",
     "<?xml version='1.0'?><?xml-model href='x'?><!-- <catalog> --><o:catalog xmlns:o='http://csrc"
     ".nist.gov/ns/oscal/1.0' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' "
     "xsi:schemaLocation='a b' xml:lang='en' uuid='&lt;u>'><!-- > --></o:catalog>",
     "{'catalog':{'uuid':'<u>'}}"},
    {"space of a text stays",
     "<catalog " NS "><metadata><version> 1 </version><last-modified> 2 "
     "</last-modified></metadata></catalog>",
     "{'catalog':{'metadata':{'last-modified':'2','version':' 1 '}}}"},
};

static bool is_same(Rig *rig, const Json *twin)
{
    bool same = rig->ok && json_equal(rig->json, twin);
    if (!same) {
        printf("# %.*s\n", STR_ARG(json_text(&rig->arena, rig->json)));
        for (const Diag *diag = rig->diags.first; diag != NULL; diag = diag->next) {
            printf("# %u:%u: %s: %.*s\n", diag->at.line, diag->at.col, diag->code,
                   STR_ARG(diag->text));
        }
    }
    return same;
}

TEST(a_document_is_read_as_its_twin)
{
    for (size_t i = 0; i < COUNTOF(same_cases); i++) {
        Rig rig;
        JsonLimits limits = JSON_LIMITS_DEFAULT;
        rig_read(&rig, str_from_cstr(same_cases[i].xml), &limits);
        CHECK_ROW(same_cases[i].row, is_same(&rig, read_text(&rig.arena, same_cases[i].json)));
        arena_free(&rig.arena);
    }
}

TEST(encodings_are_read)
{
    Rig rig;
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    rig_read(&rig,
             STR("<?xml version='1.0' encoding='ISO-8859-1'?>\n<catalog " NS " uuid='\xe4'/>"),
             &limits);
    CHECK(is_same(&rig, read_text(&rig.arena, "{'catalog':{'uuid':'\xc3\xa4'}}")));
    arena_free(&rig.arena);
    rig_read(&rig, STR("\xef\xbb\xbf<?xml version='1.0' encoding='UTF-8'?><catalog " NS "/>"),
             &limits);
    CHECK(rig.ok);
    arena_free(&rig.arena);
    Buf wide = {0};
    buf_push(&wide, STR("\xff\xfe"));
    const char *text = "<?xml version='1.0' encoding='UTF-16'?>\n<catalog " NS " uuid='u'/>";
    for (const char *c = text; *c != '\0'; c++) {
        buf_byte(&wide, *c);
        buf_byte(&wide, '\0');
    }
    rig_read(&rig, buf_str(&wide), &limits);
    CHECK(is_same(&rig, read_text(&rig.arena, "{'catalog':{'uuid':'u'}}")));
    CHECK(rig.ok && rig.json->at.line == 2);
    arena_free(&rig.arena);
    buf_free(&wide);
}

TEST(values_have_places)
{
    Rig rig;
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    rig_read(&rig,
             STR("<?xml version='1.0'?>\n<!-- <x y='1'> -->\n<catalog\n  " NS "\n  uuid = 'a>b'>\n"
                 "  <metadata>\n\xc3\xa4<![CDATA[<no tag>]]></metadata>\n</catalog>"),
             &limits);
    CHECK(!rig.ok && rig.diags.first->at.line == 6 && rig.diags.first->at.col == 3);
    arena_free(&rig.arena);
    rig_read(&rig,
             STR("<?xml version='1.0'?>\n<!-- <x y='1'> -->\n<catalog\n  " NS "\n  uuid = 'a>b'>\n"
                 "  <metadata><title>x</title><!-- <y> --><version>1</version></metadata>\n"
                 "<control id='a'/>\n  <control id='b'/></catalog>"),
             &limits);
    CHECK(rig.ok);
    const Json *json = json_pointer(rig.json, STR("/catalog"));
    CHECK(json != NULL && json->at.line == 3 && json->at.col == 1);
    json = json_pointer(rig.json, STR("/catalog/uuid"));
    CHECK(json != NULL && json->at.line == 5 && json->at.col == 3);
    json = json_pointer(rig.json, STR("/catalog/metadata/version"));
    CHECK(json != NULL && json->at.line == 6 && json->at.col == 41);
    json = json_pointer(rig.json, STR("/catalog/controls/1/id"));
    CHECK(json != NULL && json->at.line == 8 && json->at.col == 12);
    arena_free(&rig.arena);
}

TEST(limits_hold)
{
#define DEEP "<catalog " NS "><group><group/></group></catalog>"
    static const struct {
        const char *row;
        const char *text;
        JsonLimits limits;
        const char *code; // NULL: fits
    } cases[] = {
        {"bytes", DEEP, {sizeof(DEEP) - 1, 9, 9}, NULL},
        {"a byte more", DEEP, {sizeof(DEEP) - 2, 9, 9}, "too-large"},
        {"depth", DEEP, {999, 3, 9}, NULL},
        {"one deeper", DEEP, {999, 2, 9}, "too-deep"},
        {"values", DEEP, {999, 9, 3}, NULL},
        {"a value more", DEEP, {999, 9, 2}, "too-many-values"},
        {"attributes", "<catalog " NS " uuid='x'/>", {999, 9, 2}, NULL},
        {"an attribute more", "<catalog " NS " uuid='x'/>", {999, 9, 1}, "too-many-values"},
        {"a text more", "<catalog " NS "> </catalog>", {999, 9, 1}, "too-many-values"},
    };
    for (size_t i = 0; i < COUNTOF(cases); i++) {
        Rig rig;
        rig_read(&rig, str_from_cstr(cases[i].text), &cases[i].limits);
        CHECK_ROW(cases[i].row, rig.ok == (cases[i].code == NULL));
        CHECK_ROW(cases[i].row, rig.ok || strcmp(rig.diags.first->code, cases[i].code) == 0);
        arena_free(&rig.arena);
    }
}

TEST(depth_without_end_ends)
{
    Buf text = {0};
    buf_push(&text, STR("<catalog " NS ">"));
    for (int i = 0; i < 100000; i++) {
        buf_push(&text, STR("<group>"));
    }
    Rig rig;
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    rig_read(&rig, buf_str(&text), &limits);
    CHECK(!rig.ok && has_diag(&rig.diags, "too-deep", "--max-depth"));
    arena_free(&rig.arena);
    buf_free(&text);
}

// ---- every member of the table ----

typedef struct Maker {
    Buf json;
    Buf xml;
    uint32_t number;      // of values so far
    const Type *open[64]; // types around the place at hand
    uint32_t depth;
} Maker;

// The same simple value in both forms; of the model's text datatypes only markup differs.
static void make_simple(Maker *maker, Str datatype, Buf *xml)
{
    uint32_t number = maker->number++;
    PlainWant want = plain_want(datatype);
    if (want == PLAIN_BOOL) {
        buf_push(&maker->json, STR("true"));
        buf_push(xml, number % 2 == 0 ? STR("true") : STR("1"));
    } else if (want == PLAIN_NUMBER) {
        buf_printf(&maker->json, "%u", number);
        buf_printf(xml, "%u", number);
    } else if (str_eq(datatype, STR("line"))) {
        buf_printf(&maker->json, "\"l *m%u* {{ insert: param, p }}\"", number);
        buf_printf(xml, "l <em>m%u</em> <insert type='param' id-ref='p'/>", number);
    } else if (str_eq(datatype, STR("lines"))) {
        buf_printf(&maker->json, "\"p%u\\n\\n- **q**\"", number);
        buf_printf(xml, "<p>p%u</p><ul><li><b>q</b></li></ul>", number);
    } else {
        buf_printf(&maker->json, "\"t%u \xc3\xa4&<\"", number);
        buf_printf(xml, "t%u &#228;&amp;&lt;", number);
    }
}

static void make_object(Maker *maker, const Type *type, Str element);

static Str simple_of(const Member *member)
{
    return member->type != NULL ? member->type->simple : member->datatype;
}

static bool is_around(const Maker *maker, const Type *type)
{
    uint32_t times = 0;
    for (uint32_t i = 0; i < maker->depth; i++) {
        times += maker->open[i] == type;
    }
    return times != 0 || maker->depth == COUNTOF(maker->open);
}

// One value of a member, in an element of its own.
static void make_element(Maker *maker, const Member *member)
{
    Str simple = simple_of(member);
    if (simple.len == 0) {
        make_object(maker, member->type, member->element);
        return;
    }
    buf_printf(&maker->xml, "<%.*s>", STR_ARG(member->element));
    make_simple(maker, simple, &maker->xml);
    buf_printf(&maker->xml, "</%.*s>", STR_ARG(member->element));
}

static bool goes_into_tag(const Maker *maker, const Member *member)
{
    return member->form == FORM_ATTRIBUTE ||
           (member->form == FORM_EITHER && maker->number % 2 == 0);
}

static void make_member(Maker *maker, const Member *member, bool *in_tag)
{
    buf_printf(&maker->json, "\"%.*s\":", STR_ARG(member->key));
    if (*in_tag && !goes_into_tag(maker, member)) {
        buf_byte(&maker->xml, '>');
        *in_tag = false;
    }
    if (*in_tag) {
        buf_printf(&maker->xml, " %.*s=\"", STR_ARG(member->key));
        make_simple(maker, simple_of(member), &maker->xml);
        buf_byte(&maker->xml, '"');
    } else if (member->form == FORM_TEXT || member->form == FORM_PROSE) {
        make_simple(maker, simple_of(member), &maker->xml);
    } else if (member->many == MANY_ONE) {
        make_element(maker, member);
    } else {
        buf_byte(&maker->json, '[');
        make_element(maker, member);
        if (simple_of(member).len != 0) {
            buf_byte(&maker->json, ',');
            make_element(maker, member);
        }
        buf_byte(&maker->json, ']');
    }
}

static void make_object(Maker *maker, const Type *type, Str element)
{
    maker->open[maker->depth++] = type;
    buf_byte(&maker->json, '{');
    buf_printf(&maker->xml, "<%.*s", STR_ARG(element));
    bool in_tag = true;
    bool first = true;
    for (int attributes = 1; attributes >= 0; attributes--) {
        for (uint32_t i = 0; i < type->member_count; i++) {
            const Member *member = &type->members[i];
            bool here = (member->form == FORM_ATTRIBUTE) == (attributes == 1);
            if (here && (member->type == NULL || !is_around(maker, member->type))) {
                buf_push(&maker->json, first ? (Str){NULL, 0} : STR(","));
                make_member(maker, member, &in_tag);
                first = false;
            }
        }
    }
    buf_push(&maker->json, STR("}"));
    if (in_tag) {
        buf_byte(&maker->xml, '>');
    }
    buf_printf(&maker->xml, "</%.*s>", STR_ARG(element));
    maker->depth--;
}

TEST(every_member_of_the_table_is_read)
{
    for (size_t i = 0; i < model_root_count; i++) {
        Arena arena;
        arena_init(&arena, SIZE_MAX);
        Model model;
        Str row;
        ASSERT(model_init(&model, &arena, &row));
        Str key = model_roots[i].key;
        Maker maker = {0};
        buf_printf(&maker.json, "{\"%.*s\":", STR_ARG(key));
        make_object(&maker, model_root_type(&model, key), key);
        buf_push(&maker.json, STR("}"));
        // the namespace goes into the outermost tag
        Buf xml = {0};
        buf_push(&xml, (Str){maker.xml.ptr, key.len + 1});
        buf_push(&xml, STR(" " NS));
        buf_push(&xml, str_from(buf_str(&maker.xml), key.len + 1));
        JsonLimits limits = JSON_LIMITS_DEFAULT;
        DiagList diags;
        diag_init(&diags, &arena, key);
        const Json *twin = NULL;
        ASSERT(json_read(&arena, buf_str(&maker.json), &limits, &diags, &twin));
        Rig rig;
        rig_read(&rig, buf_str(&xml), &limits);
        bool same = rig.ok && json_equal(rig.json, twin);
        if (!same) {
            printf("# %.*s\n", STR_ARG(key));
            (void)is_same(&rig, &json_null);
        }
        CHECK_ROW(key.ptr, same);
        CHECK_ROW(key.ptr, maker.number > 100);
        printf("# %.*s: %u values\n", STR_ARG(key), maker.number);
        arena_free(&rig.arena);
        buf_free(&xml);
        buf_free(&maker.json);
        buf_free(&maker.xml);
        arena_free(&arena);
    }
}
