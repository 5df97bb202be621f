// SPDX-License-Identifier: Apache-2.0
// datum framework add, list, show, map and coverage, on the built program, in a folder of its own.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/program.h"
#include "host/files.h"
#include "host/scratch.h"
#include "t.h"

#define HEAD(title, props)                                                                         \
    "'uuid':'11111111-1111-4111-8111-111111111111','metadata':{'title':'" title                    \
    "','last-modified':'2026-01-31T12:00:00Z','version':'1','oscal-version':'1.2.2'" props "}"
#define NS "'ns':'urn:datumline:ns:oscal'"
#define FRAMEWORK(id) ",'props':[{'name':'framework'," NS ",'value':'" id "'}]"
#define LABEL(text) "'props':[{'name':'label','value':'" text "'}]"
#define CONTROL(id, label)                                                                         \
    "{'id':'" id "','title':'Title of " label                                                      \
    "'," LABEL(label) ",'parts':[{'name':'statement',"                                             \
                      "'prose':'The official words of " label ".'}]}"
#define CATALOG(title, props, controls)                                                            \
    "{'catalog':{" HEAD(title, props) ",'controls':[" controls "]}}"
#define MAP(source)                                                                                \
    "{'mapping-collection':{" HEAD(                                                                \
        "Ours to theirs",                                                                          \
        "") ",'provenance':{'method':'human',"                                                     \
            "'matching-rationale':'semantic','status':'draft','mapping-description':'Said by "     \
            "us.'},"                                                                               \
            "'mappings':[{'uuid':'22222222-2222-4222-8222-222222222222','source-resource':{'type'" \
            ":"                                                                                    \
            "'catalog','href':'a'" source                                                          \
            "},'target-resource':{'type':'catalog','href':'b','props':[{"                          \
            "'name':'framework'," NS ",'value':'gdpr'}]},'maps':[{'uuid':"                         \
            "'33333333-3333-4333-8333-333333333333','relationship':'subset-of','sources':[{'type'" \
            ":"                                                                                    \
            "'control','id-ref':'o-1'}],'targets':[{'type':'control','id-ref':'Art. 32'},{'type':" \
            "'control','id-ref':'Art. 999'},{'type':'control','id-ref':'Art. 25(2)'}]}]}]}}"
#define RULE(name, value)                                                                          \
    "{'name':'" name "','properties':{'displayName':'Rule " name                                   \
    "','mode':'All','policyRule':{'if':{'allOf':[{'field':'type','equals':"                        \
    "'Microsoft.Storage/storageAccounts'},{'field':"                                               \
    "'Microsoft.Storage/storageAccounts/minimumTlsVersion','notEquals':'" value                    \
    "'}]},'then':{'effect':'audit'}}}}"
#define MEMBER(name, group)                                                                        \
    "{'policyDefinitionReferenceId':'ref-" name "','policyDefinitionId':'" name                    \
    "','groupNames':['" group "']}"
#define INITIATIVE(name, title)                                                                    \
    "{'name':'" name "','properties':{'displayName':'" title                                       \
    "','policyDefinitionGroups':[{'name':'Own_7_1.1'},{'name':'Own_7_1.2'},{'name':'Own_7_2.1'}]," \
    "'policyDefinitions':[" MEMBER("tls", "Own_7_1.1") "," MEMBER("gone", "Own_7_2.1") "]}}"

// A file with ' for ".
static void quoted(const char *name, const char *text)
{
    char *copy = strdup(text);
    ASSERT(copy != NULL);
    for (char *c = copy; *c != '\0'; c++) {
        *c = *c == '\'' ? '"' : *c;
    }
    (void)scratch_file(name, str_from_cstr(copy));
    free(copy);
}

static bool ready(void)
{
    bool here = program_exists() && chdir(scratch_folder()) == 0;
    if (!here) {
        return false;
    }
    quoted("over.json",
           "{'catalog':{" HEAD("GDPR, official",
                               FRAMEWORK("gdpr")) ",'groups':[{'id':'all','title':'All','controls':"
                                                  "[" CONTROL("article-32", "Art. 32") "," CONTROL(
                                                      "a-999", "Art. 99z") "]}]}}");
    quoted("own.json", CATALOG("Our own", "", CONTROL("o-1", "1") "," CONTROL("o-2", "2")));
    quoted("named.json",
           CATALOG("Our own", FRAMEWORK("own"), CONTROL("o-1", "1") "," CONTROL("o-2", "2")));
    quoted("alike.json", CATALOG("Like it", "", CONTROL("gdpr-32", "Art. 32")));
    quoted("twice.json",
           CATALOG("Twice", FRAMEWORK("own"), CONTROL("o-1", "1") "," CONTROL("o-1", "2")));
    quoted("map.json", MAP(",'props':[{'name':'framework'," NS ",'value':'own'}]"));
    quoted("nameless-map.json", MAP(""));
    quoted("two-links.json",
           "{'profile':{" HEAD("P", "") ",'imports':[{'href':'#"
                                        "44444444-4444-4444-8444-444444444444','include-all':{}}],'"
                                        "back-matter':{'resources':[{"
                                        "'uuid':'44444444-4444-4444-8444-444444444444','rlinks':[{'"
                                        "href':'no1.json'},{'href':"
                                        "'no2.json'}]}]}}}");
    quoted("few.json",
           "{'profile':{" HEAD("A few",
                               "") ",'imports':[{'href':'../gdpr.json',"
                                   "'include-controls':[{'with-ids':['gdpr-32','gdpr-25']}]}]}}");
    quoted("initiative.json", INITIATIVE("guid-7", "Own 7"));
    quoted("many.ndjson", INITIATIVE("guid-7", "Own 7") "\n" INITIATIVE("guid-8", "Own 8") "\n");
    quoted("rule.json", RULE("tls", "TLS1_2"));
    (void)scratch_file("text.json", STR("{\"a\":1}"));
    (void)scratch_file("broken.json", STR("{\n \"catalog\": nil}"));
    (void)scratch_file("own.yaml",
                       STR("catalog:\n  uuid: 55555555-5555-4555-8555-555555555555\n  metadata:\n"
                           "    title: In YAML\n    last-modified: 2026-01-31T12:00:00Z\n"
                           "    version: 1.0\n    oscal-version: 1.1.2\n  controls:\n"
                           "  - id: y-1\n    title: One\n    parts:\n    - name: statement\n"
                           "      prose: Do it.\n"));
    return true;
}

// Runs first: it also checks that nothing is left behind.
TEST(what_cannot_be_done_names_the_way_out)
{
    if (!ready()) {
        return;
    }
    static const struct {
        const char *row;
        const char *args[8];
        int code;
        const char *words;
    } rows[] = {
        {"list takes nothing", {"list", "x"}, 64, "list"},
        {"a framework misspelt", {"show", "gpdr"}, 66, "did you mean \"gdpr\"? datum framework"},
        {"the beginning of two", {"show", "nist"}, 66, "\"nist-800-53r5, nist-csf-2.0\"?"},
        {"a selection on a side",
         {"map", "nist-800-53r5-moderate", "gdpr"},
         66,
         "is a selection of nist-800-53r5; name the framework here"},
        {"a baseline for a framework",
         {"coverage", "power-platform"},
         66,
         "is a baseline; name a framework here"},
        {"a control misspelt", {"show", "gdpr", "Art. 3z"}, 66, "no control of gdpr \"Art. 3z\""},
        {"the same twice", {"map", "gdpr", "GDPR"}, 64, "name two frameworks"},
        {"map to nothing", {"map", "gdpr", "zzzzzz"}, 66, "there is no framework \"zzzzzz\""},
        {"coverage of nothing", {"coverage", "mcsb-v3"}, 66, "did you mean \"mcsb-v1\"?"},
        {"no such baseline", {"coverage", "gdpr", "--baseline", "none"}, 66, "none"},
        {"add nothing", {"add"}, 64, "add"},
        {"no such file", {"add", "gone.json"}, 66, "gone.json"},
        {"another document", {"add", "text.json"}, 65, "text.json:1:1: unknown-document"},
        {"broken JSON", {"add", "broken.json"}, 65, "broken.json:2:13: "},
        {"an id twice", {"add", "twice.json"}, 65, "not-unique"},
        {"which framework?", {"add", "own.json"}, 64, "say it, like --as our-own"},
        {"ids of one that ships", {"add", "alike.json"}, 64, "--as gdpr lays it over"},
        {"a bad id", {"add", "own.json", "--as", "../x"}, 64, "small letters"},
        {"one id for two",
         {"add", "own.json", "alike.json", "--as", "own"},
         64,
         "--as names one framework, but 2 were given"},
        {"another framework's id",
         {"add", "own.json", "--as", "hipaa-security-rule"},
         64,
         "none of the 2 controls of own.json is one of hipaa-security-rule"},
        {"two for one file", {"add", "named.json", "own.yaml", "named.json"}, 64, "own.yaml"},
        {"a mapping from nowhere", {"add", "nameless-map.json"}, 65, "no-framework"},
        {"a profile whose links are gone", {"add", "two-links.json"}, 65, "import-not-found"},
        {"what may stand in for them", {"add", "two-links.json"}, 65, "can stand in for a catalog"},
        {"many initiatives", {"add", "many.ndjson"}, 64, "holds 2 initiatives; say which"},
        {"a part of two names",
         {"add", "many.ndjson#own"},
         66,
         "has no initiative \"own\"; there are \"Own 7\", \"Own 8\""},
        {"none of that name", {"add", "many.ndjson#Own 9"}, 66, "did you mean"},
        {"definitions are no initiative", {"add", "rule.json"}, 65, "unknown-document"},
        {"policies that are none",
         {"add", "initiative.json", "--policy", "initiative.json"},
         66,
         "no policy definition"},
        {"a control of a baseline", {"map", "power-platform", "gdpr", "pp-x"}, 66, "pp-x"},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        const char *args[12] = {"framework"};
        for (size_t k = 0; k < 8 && rows[i].args[k] != NULL; k++) {
            args[k + 1] = rows[i].args[k];
        }
        ProgramRun run = program_run(&(ProgramOptions){0}, args);
        CHECK_ROW(rows[i].row, run.code == rows[i].code);
        CHECK_ROW(rows[i].row, holds(run.words, rows[i].words));
        CHECK_ROW(rows[i].row, run.out.len == 0);
        CHECK_ROW(rows[i].row, access(".datum", F_OK) != 0 && access("baselines", F_OK) != 0);
    }
}

TEST(a_users_text_lies_over_the_one_that_ships)
{
    if (!ready()) {
        return;
    }
    ProgramRun run = RUN("framework", "add", "over.json", "--workspace", "ws1");
    CHECK(run.code == 0 && holds(run.out, "1 meet the outline that ships"));
    CHECK(holds(run.out, "only in your document: a-999"));
    CHECK(holds(run.out, "stored as ws1/frameworks/gdpr.json"));
    run = RUN("framework", "show", "gdpr", "art. 32", "--workspace", "ws1");
    CHECK(run.code == 0 && holds(run.out, "Art. 32 Title of Art. 32"));
    CHECK(holds(run.out, "The official words of Art. 32."));
    CHECK(holds(run.out, "gdpr-32, in your document article-32"));
    CHECK(holds(run.out, "Answered by power-platform"));
    run = RUN("framework", "show", "gdpr", "--workspace", "ws1", "--output", "json");
    CHECK(run.code == 0 && holds(run.out, "\"origin\":\"yours over shipped\""));
    CHECK(holds(run.out, "\"ownId\":\"article-32\"") && holds(run.out, "\"onlyInYours\":true"));
    run = RUN("framework", "add", "over.json", "--workspace", "ws1", "--output", "json");
    CHECK(run.code == 0 && holds(run.out, "\"replaces\":true") && holds(run.out, "\"meet\":1"));
    run = RUN("baseline", "new", "over-gdpr", "--from", "gdpr", "--workspace", "ws1");
    CHECK(run.code == 0);
    run = RUN("baseline", "show", "over-gdpr", "gdpr-32", "--workspace", "ws1");
    CHECK(run.code == 0 && holds(run.out, "The official words of Art. 32."));
    CHECK(holds(run.out, "baselines/over-gdpr/base/catalog.json"));
    run = RUN("baseline", "new", "second", "--from", "over-gdpr", "--workspace", "ws1");
    CHECK(run.code == 0);
    run = RUN("framework", "coverage", "gdpr", "--baseline", "second", "--workspace", "ws1");
    CHECK(run.code == 0 && holds(run.out, "     0  not at all"));
    run = RUN("framework", "show", "gdpr", "gdpr-32", "--workspace", "ws2");
    CHECK(run.code == 0 && !holds(run.out, "official"));
}

TEST(own_frameworks_mappings_and_profiles)
{
    if (!ready()) {
        return;
    }
    ProgramRun run = RUN("framework", "add", "map.json", "few.json", "own.json", "--as", "own",
                         "--workspace", "ws3");
    CHECK(run.code == 65 && holds(run.words, "is one of own")); // --as is for the profile too
    run = RUN("framework", "add", "map.json", "few.json", "named.json", "--workspace", "ws3");
    CHECK(run.code == 0 && holds(run.out, "mapping-collection own--gdpr"));
    CHECK(holds(run.out, "known to no framework here: Art. 999"));
    CHECK(holds(run.out, "profile gdpr-few"));
    run = RUN("framework", "list", "--workspace", "ws3");
    CHECK(run.code == 0 && holds(run.out, "Our own, version 1: 2 controls, yours"));
    CHECK(holds(run.out, "profiles: gdpr-few (2)"));
    run = RUN("framework", "map", "gdpr", "own", "--workspace", "ws3");
    CHECK(run.code == 0 && holds(run.out, "superset-of 1 Title of 1 [1]"));
    CHECK(holds(run.out, "Art. 999 (not in the catalog)"));
    CHECK(holds(run.out, "[1] Ours to theirs (human, semantic, draft): Said by us."));
    run = RUN("framework", "map", "own", "gdpr", "o-2", "--workspace", "ws3");
    CHECK(run.code == 0 && holds(run.out, "o-2 of own relates to nothing in gdpr"));
    run = RUN("framework", "map", "own", "power-platform", "--workspace", "ws3");
    CHECK(run.code == 0 && holds(run.out, "over gdpr gdpr-25-2)"));
    CHECK(holds(run.out, "all concluded over a third framework"));
    run = RUN("framework", "coverage", "gdpr-few", "--workspace", "ws3", "--output", "json");
    CHECK(run.code == 0 && holds(run.out, "\"profile\":\"gdpr-few\""));
    CHECK(holds(run.out, "\"controls\":2,\"withdrawn\":0}"));
    run = RUN("framework", "add", "own.yaml", "--as", "yam", "--workspace", "ws3");
    CHECK(run.code == 0 && holds(run.out, "catalog yam"));
    (void)scratch_file("ws3/frameworks/yam.json", STR("{\n\"catalog\":1}"));
    run = RUN("framework", "list", "--workspace", "ws3");
    CHECK(run.code == 65 && holds(run.words, "ws3/frameworks/yam.json:1:1: not-this-model"));
}

// A framework stands in for a file that is not there, never for one whose name is only encoded.
TEST(a_circle_of_profiles_is_not_stood_in_for)
{
    if (!ready()) {
        return;
    }
    static const char head[] =
        "{\"profile\":{\"uuid\":\"0d3f3c7e-5b86-4f5a-9f5c-4d1f7e2a9b01\",\"metadata\":{"
        "\"title\":\"R\",\"version\":\"1\",\"oscal-version\":\"1.2.2\",\"last-modified\":"
        "\"2026-01-01T00:00:00Z\"},\"imports\":[{\"include-all\":{},\"href\":\"";
    char text[512];
    (void)snprintf(text, sizeof text, "%sround%%20two.json\"}]}}", head);
    (void)scratch_file("round.json", str_from_cstr(text));
    (void)snprintf(text, sizeof text, "%sround.json\"}]}}", head);
    (void)scratch_file("round two.json", str_from_cstr(text));
    ProgramRun run = RUN("framework", "add", "round.json", "--as", "gdpr", "--workspace", "ws5");
    CHECK(run.code == 65 && holds(run.words, "round%20two.json:1:"));
    CHECK(holds(run.words, "circular-import: this import leads back to itself: round.json → "));
    CHECK(access("ws5/frameworks", F_OK) != 0);
}

TEST(an_initiative_becomes_a_baseline_that_measures)
{
    if (!ready()) {
        return;
    }
    ProgramRun run = RUN("framework", "add", "many.ndjson#own 7", "--workspace", "ws4");
    CHECK(run.code == 0 && holds(run.out, "3 controls in 2 sections, 0 of 2 policies have a rule"));
    CHECK(holds(run.words, "--policy FILE|DIR makes one"));
    CHECK(access("baselines/own-7", F_OK) != 0);
    run = RUN("framework", "add", "initiative.json", "--policy", "rule.json", "--workspace", "ws4");
    CHECK(run.code == 2 && holds(run.out, "baseline in baselines/own-7"));
    CHECK(holds(run.words, "own-7: no rule for policy gone (ref-gone): its definition was not"));
    (void)scratch_file(
        "facts.ndjson",
        STR("{\"id\":\"/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/"
            "storageAccounts/a\",\"name\":\"a\",\"type\":\"Microsoft.Storage/storageAccounts\","
            "\"properties\":{\"minimumTlsVersion\":\"TLS1_0\"}}\n"));
    run = RUN("assess", "--baseline", "own-7", "facts.ndjson", "--workspace", "ws4");
    CHECK(run.code == 1 && holds(run.out, "own-7-1.1"));
    CHECK(holds(run.out, "would pass if minimumTlsVersion were \"TLS1_2\""));
    run = RUN("framework", "coverage", "own-7", "--baseline", "own-7", "--workspace", "ws4");
    CHECK(run.code == 0 && holds(run.out, "1  by rule") && holds(run.out, "2  by attestation"));
    run = RUN("framework", "add", "initiative.json", "--policy", "rule.json", "--workspace", "ws5");
    CHECK(run.code == 65 && holds(run.words, "baselines/own-7 is there already"));
    CHECK(access("ws5", F_OK) != 0);
    run = RUN("framework", "add", "initiative.json", "--policy", "rule.json", "--as", "gdpr",
              "--workspace", "ws5");
    CHECK(run.code == 2 && holds(run.out, "the outline of gdpr that ships stays"));
    CHECK(access("ws5", F_OK) != 0 && access("baselines/gdpr/manifest.json", F_OK) == 0);
}

TEST(what_ships_is_listed_and_asked_in_every_form)
{
    if (!ready()) {
        return;
    }
    ProgramRun run = RUN("framework", "list", "--output", "json", "--workspace", "none");
    CHECK(run.code == 0 && holds(run.out, "{\"id\":\"nist-800-53r5\","));
    CHECK(holds(run.out, "\"id\":\"mcsb-v2\"") && holds(run.out, "\"preview\":true"));
    run = RUN("framework", "map", "power-platform", "mcsb-v1", "--output", "json", "--workspace",
              "none");
    CHECK(run.code == 0 && holds(run.out, "\"direct\":true") && holds(run.out, "\"unmappedB\":["));
    CHECK(holds(run.out, "\"certainty\":\"stated\"") && holds(run.out, "\"method\":\"human\""));
    run = RUN("framework", "map", "21cfr11", "mcsb-v1", "--workspace", "none");
    CHECK(run.code == 0);
    run = RUN("framework", "show", "nist-800-53r5", "AC-2(1)", "--output", "json", "--workspace",
              "none");
    CHECK(run.code == 0 && holds(run.out, "\"id\":\"ac-2.1\""));
    CHECK(holds(run.out, "\"nist-800-53r5-moderate\""));
    CHECK(holds(run.out, "\"certainty\":\"suggested\",\"through\":{\"framework\":"));
    run = RUN("framework", "show", "nist-800-53r5", "AC-2(1)", "--workspace", "none");
    CHECK(run.code == 0 && holds(run.out, "may relate, over a third framework: "));
    run = RUN("framework", "show", "cis-controls-8-ig1", "--workspace", "none");
    CHECK(run.code == 0 && holds(run.out, "cis-controls-8-ig1 selects 56 of them"));
    CHECK(holds(run.out, "mapped to ") && holds(run.out, "  1.1 ") && !holds(run.out, "  1.3 "));
    run = RUN("framework", "coverage", "cis-controls-8-ig1", "--output", "plain", "--workspace",
              "none");
    CHECK(run.code == 0 && holds(run.out, "    56  controls"));
}

TEST(a_baseline_that_cannot_be_read_does_not_hide_the_rest)
{
    if (!ready()) {
        return;
    }
    const ProgramOptions plain = {.plain_rights = true};
    CHECK(RUN("baseline", "new", "shut", "--from", "power-platform").code == 0);
    CHECK(RUN("baseline", "new", "ours", "--from", "gdpr").code == 0);
    CHECK(mkdir("baselines/power-platform", 0700) == 0);
    (void)scratch_file("baselines/power-platform/manifest.json", STR("{}"));
    ProgramRun once = RUN("baseline", "list"); // of the same name as one that ships
    CHECK(once.code == 0 && str_starts(once.out, STR("power-platform\n")));
    CHECK(!holds(once.out, "\npower-platform\n"));
    CHECK(unlink("baselines/power-platform/manifest.json") == 0);
    CHECK(rmdir("baselines/power-platform") == 0);
    CHECK(chmod("baselines/shut", 0) == 0 && chmod("baselines/ours/manifest.json", 0) == 0);
    ProgramRun run = program_run(&plain, (const char *const[]){"baseline", "list", NULL});
    CHECK(run.code == 2 && holds(run.out, "power-platform\n") && holds(run.out, "ours\n"));
    CHECK(holds(run.words, "baselines/shut: cannot list the folder: Permission denied"));
    run = program_run(&plain, (const char *const[]){"baseline", "show", "shut", NULL});
    CHECK(run.code == 66 && holds(run.words, "baselines/shut: cannot open: Permission denied"));
    run = program_run(&plain, (const char *const[]){"baseline", "show", "ours", NULL});
    CHECK(run.code == 65 && holds(run.words, "manifest.json: Permission denied"));
    CHECK(!holds(run.words, "control-prop"));
    CHECK(chmod("baselines/shut", 0700) == 0 && chmod("baselines/ours/manifest.json", 0600) == 0);
}

// Last: it leaves broken files in the workspace.
TEST(a_broken_file_of_ones_own_does_not_hide_the_rest)
{
    if (!ready()) {
        return;
    }
    ProgramRun run = RUN("framework", "add", "named.json");
    CHECK(run.code == 0);
    (void)scratch_file(".datum/frameworks/gdpr.json", STR("{\n \"catalog\": nil}"));
    static const char *const commands[][5] = {
        {"framework", "list"},
        {"framework", "show", "own"},
        {"framework", "map", "nist-800-53r5", "gdpr"},
        {"framework", "coverage", "mcsb-v1"},
        {"framework", "list", "--output", "json"},
    };
    for (size_t i = 0; i < COUNTOF(commands); i++) {
        run = program_run(&(ProgramOptions){0},
                          (const char *const[]){commands[i][0], commands[i][1], commands[i][2],
                                                commands[i][3], commands[i][4], NULL});
        CHECK_ROW(commands[i][1], run.code == 65 && run.out.len > 100);
        CHECK_ROW(commands[i][1], holds(run.words, "/frameworks/gdpr.json:2:13: bad-literal: "));
        CHECK_ROW(commands[i][1], holds(run.words, "this goes on without what is named above; mend "
                                                   "it, or delete the file and add it again"));
    }
    CHECK(holds(run.out, "\"id\":\"own\"") && holds(run.out, "\"id\":\"gdpr\""));
    run = RUN("framework", "coverage", "own");
    CHECK(run.code == 65 && holds(run.out, "own answered by the baseline"));
    // what writes does not go on
    run = RUN("framework", "add", "named.json");
    CHECK(run.code == 65 && holds(run.words, "nothing is written while what is named above"));
    run = RUN("baseline", "publish", "power-platform", "-o", "out");
    CHECK(run.code == 65 && holds(run.words, "nothing is written while what is named above"));
    CHECK(path_kind(STR("out")) == PATH_MISSING);
}
