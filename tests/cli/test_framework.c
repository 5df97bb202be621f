// SPDX-License-Identifier: Apache-2.0
// datum framework resolve and check, on the built program.
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/program.h"
#include "host/scratch.h"
#include "t.h"

#define META                                                                                       \
    "\"uuid\":\"11111111-1111-4111-8111-111111111111\",\"metadata\":{\"title\":\"T\","             \
    "\"last-modified\":\"2026-01-31T12:00:00Z\",\"version\":\"1\",\"oscal-version\":\"1.2.2\"}"

static const char catalog_text[] =
    "{\"catalog\":{" META ",\"groups\":[{\"title\":\"G\",\"params\":[{\"id\":\"g_p\","
    "\"values\":[\"v\"]}],\"controls\":[{\"id\":\"a-1\",\"title\":\"A\",\"params\":[{\"id\":"
    "\"p\",\"select\":{\"choice\":[\"x\",\"y\"]}}],\"parts\":[{\"name\":\"statement\",\"prose\":"
    "\"{{ insert: param, g_p }}\"}],\"controls\":[{\"id\":\"a-1.1\",\"title\":\"A1\",\"parts\":[{"
    "\"name\":\"statement\"}]}]}]}]}}";
static const char profile_text[] =
    "{\"profile\":{" META ",\"imports\":[{\"href\":\"my%20catalog.json\",\"include-all\":{}}],\n"
    "\"modify\":{\"set-parameters\":[\n{\"param-id\":\"g_p\",\"values\":[\"7\"]}]}}}";

static void files(void)
{
    (void)scratch_file("my catalog.json", str_from_cstr(catalog_text));
    (void)scratch_file("profile.json", str_from_cstr(profile_text));
}

TEST(a_profile_becomes_a_catalog)
{
    if (!program_exists()) {
        return;
    }
    files();
    ProgramRun run = RUN("framework", "resolve", "@profile.json", "--output", "json", "--now",
                         "2026-11-21T10:00:00Z");
    CHECK(run.code == 0 && run.words.len == 0);
    CHECK(str_starts(run.out, STR("{\"catalog\":{\"uuid\":\"")));
    CHECK(holds(run.out, "\"last-modified\":\"2026-11-21T10:00:00Z\""));
    CHECK(holds(run.out, "\"params\":[{\"id\":\"g_p\",\"values\":[\"7\"]}],\"controls\":["));
    CHECK(holds(run.out, "{\"id\":\"a-1.1\""));
    CHECK(!holds(run.out, "\"controls\":[{\"id\":\"a-1.1\""));
    run = RUN("framework", "resolve", "@profile.json", "--output=json", "--flat", "nested");
    CHECK(run.code == 0 && holds(run.out, "\"controls\":[{\"id\":\"a-1.1\""));
    run = RUN("framework", "resolve", "@profile.json");
    CHECK(run.code == 0 && str_starts(run.out, STR("{\n  \"catalog\": {\n    \"uuid\"")));
}

TEST(the_trace_says_who_set_what)
{
    if (!program_exists()) {
        return;
    }
    files();
    ProgramRun run = RUN("framework", "resolve", "@profile.json", "--trace");
    CHECK(run.code == 0);
    CHECK(holds(run.out, "-\tparam g_p\t7\tset by "));
    CHECK(holds(run.out, "profile.json:3:1\n"));
    CHECK(holds(run.out, "a-1\tparam p\tchoose: x | y\tas in "));
    CHECK(holds(run.out, "my%20catalog.json\n"));
    run = RUN("framework", "resolve", "@profile.json", "--trace", "--output", "json");
    CHECK(run.code == 0 && holds(run.out, "\"trace\":[{\"kind\":\"value\",\"item\":\"param\","
                                          "\"id\":\"g_p\",\"text\":\"7\","));
    CHECK(holds(run.out, "\"line\":3,\"column\":1,\"byProfile\":true}"));
}

TEST(a_folder_may_have_any_name)
{
    if (!program_exists()) {
        return;
    }
    static const char *const folders[][2] = {
        {"a#b", "a%23b"}, {"q?x", "q%3Fx"}, {"100%41", "100%2541"}, {"two words", "two%20words"}};
    for (size_t i = 0; i < COUNTOF(folders); i++) {
        char path[64];
        CHECK_ROW(folders[i][0], mkdir(scratch_path(folders[i][0]).ptr, 0700) == 0);
        (void)snprintf(path, sizeof path, "%s/my catalog.json", folders[i][0]);
        (void)scratch_file(path, str_from_cstr(catalog_text));
        (void)snprintf(path, sizeof path, "%s/profile.json", folders[i][0]);
        (void)scratch_file(path, str_from_cstr(profile_text));
        (void)snprintf(path, sizeof path, "@%s/profile.json", folders[i][0]);
        ProgramRun run = RUN("framework", "resolve", path, "--output", "json");
        CHECK_ROW(folders[i][0], run.code == 0 && holds(run.out, "{\"id\":\"a-1.1\""));
        (void)snprintf(path, sizeof path, "%s/profile.json\",\"rel\":", folders[i][1]);
        CHECK_ROW(folders[i][1], holds(run.out, path)); // the link to the source is a reference
    }
}

TEST(an_import_that_is_not_there_names_its_place)
{
    if (!program_exists()) {
        return;
    }
    (void)scratch_file("far.json",
                       STR("{\"profile\":{\"imports\":[\n{\"href\":\"https://x.example/c.json\","
                           "\"include-all\":{}},{\"href\":\"none.json\",\"include-all\":{}}]}}"));
    ProgramRun run = RUN("framework", "resolve", "@far.json");
    CHECK(run.code == 65 && run.out.len == 0);
    CHECK(holds(run.words, "far.json:2:9: import-not-found: \"https://x.example/c.json\" cannot be "
                           "read: documents are not fetched over the network; download it"));
    CHECK(holds(run.words, "far.json:2:"));
    CHECK(holds(run.words, "none.json\" cannot be read: "));
    run = RUN("framework", "resolve", "@gone.json");
    CHECK(run.code == 66 && holds(run.words, "gone.json: cannot open: No such"));
    const ProgramOptions pipe = {.input = STR("{\"profile\":{" META ",\"imports\":[{\"href\":"
                                              "\"none.json\",\"include-all\":{}}]}}")};
    run = program_run(&pipe, (const char *const[]){"framework", "resolve", "-", NULL});
    CHECK(run.code == 65 && holds(run.words, "-:1:")); // it was read, and read once
    CHECK(holds(run.words, "import-not-found: \"none.json\""));
    files();
    CHECK(chmod(scratch_path("profile.json").ptr, 0) == 0);
    run = program_run(&(ProgramOptions){.plain_rights = true},
                      (const char *const[]){"framework", "resolve", "@profile.json", NULL});
    CHECK(run.code == 66 && holds(run.words, "profile.json: cannot open: Permission"));
    CHECK(chmod(scratch_path("profile.json").ptr, 0600) == 0);
    run = RUN("framework", "resolve", "@profile.json", "--max-document-bytes", "20");
    CHECK(run.code == 65 && run.out.len == 0);
    CHECK(holds(run.words, "limit: \"") && holds(run.words, "raise --max-document-bytes"));
    run = RUN("framework", "resolve", "@profile.json", "--max-document-bytes", "300");
    CHECK(run.code == 65 && run.out.len == 0);
    CHECK(holds(run.words, "profile.json:1:") && holds(run.words, "my%20catalog.json\" cannot"));
    run = RUN("framework", "resolve", "@");
    CHECK(run.code == 66 && holds(run.words, ": a folder; name the profile in it"));
    run = RUN("framework", "resolve");
    CHECK(run.code == 64);
}

TEST(check_tells_everything_at_once)
{
    if (!program_exists()) {
        return;
    }
    files();
    (void)scratch_file("bad.json", STR("{\"catalog\":{" META ",\n\"controls\":[{\"id\":\"1\"}],\n"
                                       "\"colour\":1}}"));
    ProgramRun run = RUN("framework", "check", "@my catalog.json", "@profile.json");
    CHECK(run.code == 0 && run.out.len == 0);
    CHECK(holds(run.words, "my catalog.json: catalog, "));
    CHECK(holds(run.words, " constraints evaluated, 0 errors"));
    run = RUN("framework", "check", "@bad.json", "@profile.json");
    CHECK(run.code == 65);
    CHECK(holds(run.out, "bad.json:2:19: bad-value: /catalog/controls/0/id must be a token"));
    CHECK(holds(run.out, "bad.json:2:13: missing-member: /catalog/controls/0: control needs "
                         "\"title\""));
    CHECK(holds(run.out, "bad.json:3:1: unknown-member: /catalog: \"colour\" is not a member"));
    CHECK(holds(run.out, "expectation: /catalog/controls/0: needs a part named statement"));
}

TEST(check_has_json)
{
    if (!program_exists()) {
        return;
    }
    files();
    (void)scratch_file("bad.json", STR("{\"catalog\":{" META ",\n\"controls\":[{\"id\":\"1\"}],\n"
                                       "\"colour\":1}}"));
    ProgramRun run = RUN("framework", "check", "@profile.json", "--output", "json");
    CHECK(run.code == 0 && run.words.len == 0);
    CHECK(holds(run.out, "profile.json\",\"model\":\"profile\",\"form\":\"JSON\",\"values\":"));
    CHECK(holds(run.out, ",\"errors\":0,\"warnings\":0,\"diagnostics\":[]}]\n"));
    run = RUN("framework", "check", "@bad.json", "@none.json", "@profile.json", "--output", "json");
    CHECK(run.code == 66 && str_starts(run.out, STR("[{\"file\":\"")));
    CHECK(holds(run.out, "\"line\":2,\"column\":19,\"level\":\"error\",\"code\":\"bad-value\","
                         "\"text\":\"/catalog/controls/0/id must be a token"));
    CHECK(holds(run.out, "none.json\",\"failure\":\"cannot open "));
    CHECK(holds(run.out, "\"model\":\"profile\""));
    CHECK(holds(run.words, "none.json: No such file"));
    run = RUN("framework", "convert", "@profile.json", "--output", "json");
    CHECK(run.code == 64);
}
