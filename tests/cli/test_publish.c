// SPDX-License-Identifier: Apache-2.0
// datum baseline publish and acknowledge, and assess --export as OSCAL, on the built program.
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/house.h"
#include "host/files.h"
#include "host/scratch.h"
#include "t.h"

#define PROPOSE                                                                                    \
    "baseline", "propose", "@ours", "--reason", "because <b>", "--reference", "incident:IR-4",     \
        "--effective", "2026-03-01"
#define ACKNOWLEDGE "baseline", "acknowledge"

static bool there_is(const char *name)
{
    return path_kind(scratch_path(name)) == PATH_FILE;
}

static bool file_holds(const char *name, const char *part)
{
    size_t len = 0;
    char *text = scratch_read(scratch_path(name), &len);
    bool found = text != NULL && holds((Str){text, len}, part);
    free(text);
    return found;
}

// Proposed by Ann, approved by Bob and Cat, released: ours@1, in force since the fifth.
static void release(void)
{
    CHECK(RUN(PROPOSE, HOUSE_AT("2026-03-02T08:00:00Z"), AS_ANN).code == 0);
    CHECK(RUN("baseline", "approve", "@ours", "--comment", "looks *good*",
              HOUSE_AT("2026-03-03T08:00:00Z"), AS_BOB)
              .code == 0);
    CHECK(RUN("baseline", "approve", "@ours", HOUSE_AT("2026-03-04T08:00:00Z"), AS_CAT).code == 0);
    CHECK(RUN("baseline", "release", "@ours", HOUSE_AT("2026-03-05T08:00:00Z"), AS_ANN).code == 0);
}

// ---- what is refused ----

TEST(wrong_words_write_nothing)
{
    static const struct {
        const char *words[8];
        int code;
        const char *says;
    } rows[] = {
        {{"publish", "@ours"}, 64, "publish needs a folder to write to: -o DIR"},
        {{"publish", "@ours", "-o"}, 64, "--out needs a value: DIR"},
        {{"publish", "-o", "@out"}, 64, "usage: datum baseline publish [OPTION...] NAME[@N]"},
        {{"publish", "@none", "-o", "@out"}, 66, "no baseline"},
        {{"publish", "@ours@7", "-o", "@out"}, 66, "has no release 7"},
        {{"publish", "@ours", "-o", "@ours"}, 64, "lies in the baseline itself"},
        {{"publish", "@ours", "-o", "@ours/out/"}, 64, "lies in the baseline itself"},
        {{"publish", "@ours", "-o", "@ann.pass"}, 74, "cannot make folder"},
        {{"publish", "@ours", "-o", "@ann.pass/out"}, 74, "cannot make folder"},
        {{"publish", "@ours", "-o", "-"}, 64, "publish needs a folder to write to: -o DIR"},
        {{"acknowledge"}, 64, "usage: datum baseline acknowledge"},
        {{"acknowledge", "@ours"}, 66, "only a release can be acknowledged"},
        {{"acknowledge", "@ours@draft"}, 66, "only a release can be acknowledged"},
        {{"acknowledge", "power-platform"}, 66, "is what ships with the program"},
        {{"acknowledge", "@ours@3", "--list"}, 66, "has no release 3"},
    };
    if (!program_exists()) {
        return;
    }
    house_build(1);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        const char *args[12] = {"baseline", rows[i].words[0], "--workspace", "@ws"};
        for (size_t k = 1; k < COUNTOF(rows[i].words); k++) {
            args[k + 3] = rows[i].words[k];
        }
        ProgramRun run = program_run(&(ProgramOptions){0}, args);
        CHECK_ROW(rows[i].says, run.code == rows[i].code && holds(run.words, rows[i].says));
        CHECK_ROW(rows[i].says, run.out.len == 0);
    }
    CHECK(path_kind(scratch_path("out")) == PATH_MISSING);
    ProgramRun run = RUN("policy", "check", "-o", "x");
    CHECK(run.code == 64 && holds(run.words, "--out does not go with this command"));
}

TEST(a_broken_baseline_is_not_published)
{
    if (!program_exists()) {
        return;
    }
    house_build(1);
    (void)scratch_file("ours/catalog.json", STR("{\"catalog\": {}}"));
    ProgramRun run = RUN("baseline", "publish", "@ours", "-o", "@broken");
    CHECK(run.code == 65 && run.out.len == 0 && holds(run.words, "ours/profile.json:1:"));
    CHECK(holds(run.words, "has no control \"n-1\""));
    CHECK(path_kind(scratch_path("broken")) == PATH_MISSING);
}

// ---- publishing ----

TEST(an_unreleased_baseline_says_so)
{
    if (!program_exists()) {
        return;
    }
    house_build(1);
    ProgramRun run = RUN("baseline", "publish", "@ours", "--out", "@draft/deep",
                         HOUSE_AT("2026-03-02T08:00:00Z"), "--workspace", "@ws");
    CHECK(run.code == 0 && holds(run.words, "unreleased: nobody has approved it"));
    CHECK(holds(run.out, "draft/deep/index.html\n") && holds(run.out, "oscal/mappings/f.json\n"));
    CHECK(file_holds("draft/deep/index.html", "unreleased, nobody approved"));
    CHECK(file_holds("draft/deep/baseline.md", "unreleased, nobody approved"));
    CHECK(!holds(run.words, "no mapping of this edition"));
    (void)scratch_file("draft/deep/oscal/mappings/old.json", STR("{}"));
    run = RUN("baseline", "publish", "@ours", "--out", "@draft/deep",
              HOUSE_AT("2026-03-02T08:00:00Z"), "--workspace", "@ws", "--output", "json");
    CHECK(run.code == 0 && holds(run.words, "/oscal/mappings/old.json is no mapping of this "
                                            "edition and was left there; delete it if"));
    CHECK(holds(run.out, "\"left\":[\"") && file_holds("draft/deep/oscal/mappings/old.json", "{}"));
}

TEST(a_release_is_published_with_who_approved_it)
{
    static const char *const files[] = {
        "out/index.html",           "out/baseline.md",        "out/layers.svg",
        "out/oscal/catalog.json",   "out/oscal/profile.json", "out/oscal/component-definition.json",
        "out/oscal/mappings/f.json"};
    if (!program_exists()) {
        return;
    }
    house_build(3);
    release();
    ASSERT(mkdir(scratch_path("out").ptr, 0755) == 0);
    (void)scratch_file("out/mine.txt", STR("mine"));
    ProgramRun run =
        RUN("baseline", "publish", "@ours@1", "-o", "@out", HOUSE_AT("2026-03-06T08:00:00Z"),
            "--workspace", "@ws", "--output", "json");
    CHECK(run.code == 0 && holds(run.out, "\"edition\":\"release\",\"release\":1,"));
    CHECK(file_holds("out/mine.txt", "mine"));
    for (size_t i = 0; i < COUNTOF(files); i++) {
        CHECK_ROW(files[i], there_is(files[i]));
    }
    CHECK(file_holds("out/index.html", "Bob, technical-approver, on 2026-03-03: looks *good*"));
    CHECK(file_holds("out/index.html", "Cat, business-approver, on 2026-03-04"));
    CHECK(file_holds("out/index.html", "<dd>because &lt;b&gt; (incident:IR-4)</dd>"));
    CHECK(file_holds("out/baseline.md", "- **Approved by:** Bob, technical-approver, on "
                                        "2026-03-03: looks \\*good\\*"));
    // Everything again gives the same bytes.
    size_t len = 0;
    char *before = scratch_read(scratch_path("out/index.html"), &len);
    run = RUN("baseline", "publish", "@ours@1", "-o", "@out", HOUSE_AT("2026-03-06T08:00:00Z"),
              "--workspace", "@ws");
    size_t len_after = 0;
    char *after = scratch_read(scratch_path("out/index.html"), &len_after);
    CHECK(run.code == 0 && len == len_after && memcmp(before, after, len) == 0);
    free(before);
    free(after);
    CHECK(
        RUN("framework", "check", "@out/oscal/profile.json", "@out/oscal/component-definition.json")
            .code == 0);
}

// ---- acknowledging ----

TEST(who_has_read_which_release)
{
    if (!program_exists()) {
        return;
    }
    house_build(4);
    release();
    ProgramRun run = RUN(ACKNOWLEDGE, "@ours@1", "--list", HOUSE_AT("2026-03-06T08:00:00Z"),
                         "--workspace", "@ws");
    CHECK(run.code == 0 && holds(run.out, "@1: 0 of 4 trusted principals have acknowledged it"));
    run = RUN(ACKNOWLEDGE, "@ours@1", HOUSE_AT("2026-03-06T08:00:00Z"), AS_DAN);
    CHECK(run.code == 0 && holds(run.words, "recorded as entry "));
    run = RUN(ACKNOWLEDGE, "@ours", HOUSE_AT("2026-03-07T08:00:00Z"), AS_DAN);
    CHECK(run.code == 0 && holds(run.words, "was acknowledged with this key on 2026-03-06"));
    CHECK(RUN(ACKNOWLEDGE, "@ours", HOUSE_AT("2026-03-07T08:00:00Z"), AS_BOB).code == 0);
    run = RUN(ACKNOWLEDGE, "@ours@1", "--list", HOUSE_AT("2026-03-08T08:00:00Z"), "--workspace",
              "@ws");
    CHECK(run.code == 0 && holds(run.out, "@1: 2 of 4 trusted principals have acknowledged it"));
    CHECK(holds(run.out, "2026-03-06T08:00:00Z  Dan") &&
          holds(run.out, "not yet               Cat"));
    run = RUN(ACKNOWLEDGE, "@ours@1", "--list", HOUSE_AT("2026-03-08T08:00:00Z"), "--workspace",
              "@ws", "--output", "json");
    CHECK(holds(run.out, "\"acknowledged\":[{") && holds(run.out, "\"missing\":[{"));
    // A key that is revoked is no longer counted, but what its holder read stays known.
    CHECK(RUN("key", "revoke", "Bob", "--reason", "left", HOUSE_AT("2026-03-09T08:00:00Z"), AS_ANN)
              .code == 0);
    run = RUN(ACKNOWLEDGE, "@ours@1", "--list", HOUSE_AT("2026-03-10T08:00:00Z"), "--workspace",
              "@ws");
    CHECK(holds(run.out, "1 of 3 trusted principals") && holds(run.out, "no longer trusted"));
    CHECK(RUN(ACKNOWLEDGE, "@ours@1", HOUSE_AT("2026-03-10T08:00:00Z"), AS_BOB).code == 77);
    CHECK(RUN("record", "verify", "--workspace", "@ws").code == 2);
    // In another workspace nobody knows the release.
    run = RUN(ACKNOWLEDGE, "@ours@1", "--workspace", "@elsewhere");
    CHECK(run.code == 77 && holds(run.words, "name the workspace it was released in"));
    // A retired release is nothing to acknowledge any more.
    CHECK(RUN("baseline", "retire", "@ours@1", "--reason", "over", HOUSE_AT("2026-03-11T08:00:00Z"),
              AS_ANN)
              .code == 0);
    run = RUN(ACKNOWLEDGE, "@ours@1", HOUSE_AT("2026-03-12T08:00:00Z"), AS_CAT);
    CHECK(run.code == 66 && holds(run.words, "was retired on 2026-03-11"));
}

// ---- results as OSCAL ----

TEST(results_go_out_as_oscal)
{
    if (!program_exists()) {
        return;
    }
    house_build(1);
    house_facts("99");
    ProgramRun run =
        RUN("assess", "--baseline", "@ours", "@facts.ndjson", HOUSE_AT("2026-03-02T08:00:00Z"),
            "--workspace", "@ws", "--export", "@r.oscal-ar.json", "--export", "@r.oscal-poam.json");
    CHECK(run.code == 1);
    CHECK(RUN("framework", "check", "@r.oscal-ar.json", "@r.oscal-poam.json").code == 0);
    CHECK(file_holds("r.oscal-ar.json", "\"state\":\"not-satisfied\",\"reason\":\"fail\""));
    CHECK(file_holds("r.oscal-poam.json", "\"poam-items\":["));
    run = RUN("assess", "--baseline", "@ours", "@facts.ndjson", "--export", "@r.oscal-sar.xml");
    CHECK(run.code == 64 && holds(run.words, ".oscal-ar.json or .oscal-poam.json"));
}
