// SPDX-License-Identifier: Apache-2.0
// Formal change of a baseline on the built program: what is refused, a life from the first proposal
// to the retirement, and what an unfinished command leaves behind.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "cli/house.h"
#include "host/files.h"
#include "host/scratch.h"
#include "t.h"

#define PROPOSE "baseline", "propose", "@ours"
#define WHY "--reason", "after the review", "--effective", "2026-03-10"
#define BOTH "{\"count\":2,\"roles\":[\"business-approver\",\"technical-approver\"]}"

// ---- wrong words ----

TEST(wrong_words_change_nothing)
{
    if (!program_exists()) {
        return;
    }
    house_build(2);
    static const struct {
        const char *words[8];
        int code;
        const char *says;
    } rows[] = {
        {{"propose", "@ours"}, 64, "why this change? --reason TEXT"},
        {{"propose", "@ours", "--reason", "r"}, 64, "from when? --effective DATE"},
        {{"propose", "@ours", "--reason", "r", "--effective", "2026-02-30"},
         64,
         "--effective is \"2026-02-30\", but must be a date like 2027-05-01"},
        {{"propose", "@ours", "--reason", "r", "--effective", "2026-03-01", "--reference=memo:1"},
         64,
         "kinds: incident, roadmap, regulation, review, other"},
        {{"propose", "@ours@1", "--reason", "r", "--effective", "2026-03-01"},
         64,
         "give the NAME without @"},
        {{"propose", "power-platform", "--reason", "r", "--effective", "2026-03-01"},
         66,
         "ships with the program and is not changed"},
        {{"propose", "@none", "--reason", "r", "--effective", "2026-03-01"}, 66, "no baseline"},
        {{"review", "@ours"}, 64, "what do you say?"},
        {{"review", "@ours", "--verdict", "maybe"}, 64, "support|object|comment"},
        {{"approve", "@ours"}, 66, "is open; propose one"},
        {{"release", "@ours"}, 66, "is open; propose one"},
        {{"approve", "@ours", "--change", "7"}, 66, "has no change 7"},
        {{"retire", "@ours@1"}, 64, "why is it retired?"},
        {{"retire", "@ours", "--reason", "r"}, 64, "which release? NAME@N"},
        {{"retire", "@ours@4", "--reason", "r"}, 66, "has no release 4"},
        {{"log", "power-platform"}, 66, "has no changes and no releases"},
        {{"verify", "@ours@7"}, 66, "has no release 7"},
        {{"verify", "@ours@x"}, 64, "behind @ stands the number of a release, or draft"},
        {{"diff", "@ours"}, 64, "usage: datum baseline diff"},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        const char *args[12] = {"baseline", "", "--workspace", "@ws"};
        for (size_t k = 0; k < COUNTOF(rows[i].words); k++) {
            args[k == 0 ? 1 : k + 3] = rows[i].words[k];
        }
        ProgramRun run = program_run(&(ProgramOptions){0}, args);
        CHECK_ROW(rows[i].says, run.code == rows[i].code);
        CHECK_ROW(rows[i].says, holds(run.words, rows[i].says));
    }
    CHECK(path_kind(scratch_path("ours/changes/1.json")) == PATH_MISSING);
}

// ---- a life ----

static void check_first_proposal(void)
{
    ProgramRun run =
        RUN(PROPOSE, WHY, HOUSE_AT("2026-03-02T08:00:00Z"), AS_BOB, "--reference", "incident:IR-4");
    CHECK(run.code == 0 && holds(run.out, "the first release: 2 controls"));
    CHECK(holds(run.words, "recorded as entry 5"));
    run = RUN("baseline", "approve", "@ours", HOUSE_AT("2026-03-03T08:00:00Z"), AS_BOB);
    CHECK(run.code == 77 && holds(run.words, "nobody approves their own proposal"));
    run = RUN("baseline", "release", "@ours", HOUSE_AT("2026-03-03T08:00:00Z"), AS_ANN);
    CHECK(run.code == 77 && holds(run.words, "0 of 2 approvals are there"));
    run = RUN("baseline", "review", "@ours", HOUSE_AT("2026-03-03T08:00:00Z"), AS_DAN, "--verdict",
              "object", "--comment", "too strict");
    CHECK(run.code == 0 && holds(run.words, "reviewed: object"));
    run = RUN("baseline", "approve", "@ours", HOUSE_AT("2026-03-04T08:00:00Z"), AS_CAT);
    CHECK(run.code == 0 && holds(run.words, "1 of 2 approvals are there"));
    run = RUN("baseline", "approve", "@ours", HOUSE_AT("2026-03-05T08:00:00Z"), AS_CAT);
    CHECK(run.code == 77 && holds(run.words, "approved by Cat on 2026-03-04T08:00:00Z already"));
    run = RUN("baseline", "approve", "@ours", HOUSE_AT("2026-03-05T08:00:00Z"), AS_DAN);
    CHECK(run.code == 0 && holds(run.words, "no approval by a technical-approver"));
    run = RUN("baseline", "release", "@ours", HOUSE_AT("2026-03-05T08:00:00Z"), AS_ANN);
    CHECK(run.code == 77 && holds(run.words, "no approval by a technical-approver"));
    CHECK(path_kind(scratch_path("ours/releases/1.json")) == PATH_MISSING);
}

// Bob proposed, so nobody who may speak for the technical side is left: Cat proposes anew.
static void check_first_release(void)
{
    ProgramRun run = RUN(PROPOSE, WHY, HOUSE_AT("2026-03-06T08:00:00Z"), AS_CAT);
    CHECK(run.code == 0 && holds(run.out, "change 2 of "));
    house_manifest("1.0.0", "{\"count\":0}");
    run = RUN("baseline", "approve", "@ours", HOUSE_AT("2026-03-06T08:00:00Z"), AS_BOB);
    CHECK(run.code == 65 && holds(run.words, "was edited after change 2 was proposed: manifest"));
    house_manifest("1.0.0", BOTH);
    run = RUN("baseline", "approve", "@ours", HOUSE_AT("2026-03-06T08:00:00Z"), "--workspace",
              "@ws", "--key", "Bob", "--passphrase-file", "@ann.pass");
    CHECK(run.code == 77 && holds(run.words, "the passphrase is wrong"));
    run = RUN("baseline", "approve", "@ours", HOUSE_AT("2026-03-06T08:00:00Z"), AS_BOB);
    CHECK(run.code == 0);
    run = RUN("baseline", "release", "@ours", HOUSE_AT("2026-03-06T08:00:00Z"), AS_ANN);
    CHECK(run.code == 77 && holds(run.words, "no approval by a business-approver"));
}

TEST(roles_and_edits_are_held_against_the_proposal)
{
    if (!program_exists()) {
        return;
    }
    house_build(4);
    house_manifest("1.0.0", BOTH);
    check_first_proposal();
    check_first_release();
}

// Proposed by Dan, approved by Bob and Cat, released by Ann, each on its day.
static void make_release(const char *const days[4], const char *effective)
{
    char at[4][40];
    for (size_t i = 0; i < 4; i++) {
        (void)snprintf(at[i], sizeof at[i], "2026-03-%sT08:00:00Z", days[i]);
    }
    ProgramRun run =
        RUN(PROPOSE, "--reason", "r", "--effective", effective, "--now", at[0], AS_DAN);
    CHECK_ROW(days[0], run.code == 0);
    run = RUN("baseline", "approve", "@ours", "--now", at[1], AS_BOB);
    CHECK_ROW(days[1], run.code == 0);
    run = RUN("baseline", "approve", "@ours", "--now", at[2], AS_CAT);
    CHECK_ROW(days[2], run.code == 0 && holds(run.words, "it may be released"));
    run = RUN("baseline", "release", "@ours", "--now", at[3], AS_ANN);
    CHECK_ROW(days[3], run.code == 0);
}

#define FIRST ((const char *const[]){"02", "03", "03", "04"})
#define SECOND ((const char *const[]){"12", "13", "13", "14"})

#define ASSESS(name, ...)                                                                          \
    RUN("assess", "--baseline", name, "--workspace", "@ws", __VA_ARGS__, "@facts.ndjson")

static void check_in_force(void)
{
    ProgramRun run = ASSESS("@ours", HOUSE_AT("2026-03-05T08:00:00Z"));
    CHECK(run.code == 66 && holds(run.words, "no release of"));
    CHECK(holds(run.words, "release 1 takes effect on 2026-03-10T00:00:00Z"));
    run = ASSESS("@ours", HOUSE_AT("2026-03-11T08:00:00Z"));
    CHECK(run.code == 1 && holds(run.out, "release 1, in force since 2026-03-10T00:00:00Z"));
    CHECK(holds(run.out, "approved by "));
    run = ASSESS("@ours", HOUSE_AT("2026-03-21T08:00:00Z"));
    CHECK(run.code == 0 && holds(run.out, "release 2, in force since 2026-03-20T00:00:00Z"));
    run = ASSESS("@ours@1", HOUSE_AT("2026-03-21T08:00:00Z"));
    CHECK(run.code == 1 && holds(run.out, "release 1, in force since"));
    run = ASSESS("@ours@draft", HOUSE_AT("2026-03-21T08:00:00Z"));
    CHECK(holds(run.out, "unreleased draft: nobody has approved it"));
    run = ASSESS("@ours@2", HOUSE_AT("2026-03-21T08:00:00Z"), "--output", "json");
    CHECK(holds(run.out, "\"edition\":\"release\",\"release\":2,"));
    CHECK(holds(run.out, "\"vouched\":true,\"approvedBy\":["));
}

static void check_compared(void)
{
    ProgramRun run = ASSESS("@ours@1", HOUSE_AT("2026-03-11T08:00:00Z"), "--export", "@r1.json");
    CHECK(run.code == 1);
    run = ASSESS("@ours@2", HOUSE_AT("2026-03-21T08:00:00Z"), "--compare", "@ours@1");
    CHECK(holds(run.out, "not known: no earlier measurement was given (--since RESULT.json)"));
    CHECK(holds(run.out, "NonCompliant -> Compliant; findings: 0 came, 1 went, 0 turned"));
    house_facts("41");
    run = ASSESS("@ours@2", HOUSE_AT("2026-03-21T08:00:00Z"), "--compare", "@ours@1", "--since",
                 "@r1.json", "--output", "json");
    CHECK(holds(run.out, "\"room\":{\"score\":{\"lower\":1,\"upper\":1}"));
    CHECK(holds(run.out, "\"ruler\":{\"score\":{\"lower\":0,\"upper\":0},\"controls\":[],"
                         "\"findings\":[]}"));
    run = ASSESS("@ours@2", HOUSE_AT("2026-03-21T08:00:00Z"), "--since", "@r1.json");
    CHECK(run.code == 65 && holds(run.words, "compare with the edition it was measured with"));
    run = ASSESS("@ours@2", HOUSE_AT("2026-03-21T08:00:00Z"), "--since", "@facts.ndjson");
    CHECK(run.code == 65 && holds(run.words, "it is not what datum assess --export"));
    run =
        RUN("assess", "--policy", "@ours/rules/size.json", "--compare", "@ours@1", "@facts.ndjson");
    CHECK(run.code == 64 && holds(run.words, "compare editions of a baseline"));
    house_facts("50");
}

static void check_told(void)
{
    ProgramRun run = RUN("baseline", "diff", "@ours@1", "@ours@2", "--workspace", "@ws");
    CHECK(run.code == 0 && holds(run.out, "parameter n-1_prm: value 60, was 42"));
    run = RUN("baseline", "diff", "@ours@1", "@ours@2", "--workspace", "@ws", "--output", "json");
    CHECK(holds(run.out, "\"kind\":\"parameter\",\"change\":\"changed\",\"subject\":\"n-1_prm\""));
    run = RUN("baseline", "diff", "@ours@2", "@ours@draft", "--workspace", "@ws");
    CHECK(run.code == 0 && holds(run.out, "no difference"));
    run = RUN("baseline", "log", "@ours", "--workspace", "@ws");
    CHECK(run.code == 0 && holds(run.out, "released by Ann, from change 2"));
    run = RUN("baseline", "verify", "@ours", "--workspace", "@ws");
    CHECK(run.code == 0 && holds(run.out, "as release 2 has it"));
    run = RUN("record", "show", "--workspace", "@ws");
    CHECK(holds(run.out, "baseline.approve") && holds(run.out, "ours change 2"));
    CHECK(holds(run.out, "ours@2"));
}

static void check_retired(void)
{
    ProgramRun run = RUN("baseline", "retire", "@ours@2", "--reason", "r",
                         HOUSE_AT("2026-03-22T08:00:00Z"), AS_DAN);
    CHECK(run.code == 77 && holds(run.words, "may not retire a release"));
    run = RUN("baseline", "retire", "@ours@2", "--reason", "it was wrong",
              HOUSE_AT("2026-03-22T08:00:00Z"), AS_CAT);
    CHECK(run.code == 0);
    run = RUN("baseline", "retire", "@ours@2", "--reason", "r", HOUSE_AT("2026-03-22T08:00:00Z"),
              AS_CAT);
    CHECK(run.code == 65 && holds(run.words, "was retired on 2026-03-22T08:00:00Z already"));
    run = ASSESS("@ours", HOUSE_AT("2026-03-23T08:00:00Z"));
    CHECK(run.code == 1 && holds(run.out, "release 1, in force since"));
    run = ASSESS("@ours@2", HOUSE_AT("2026-03-23T08:00:00Z"));
    CHECK(holds(run.out, "release 2, retired on 2026-03-22T08:00:00Z"));
    run = RUN("baseline", "verify", "@ours", "--workspace", "@ws");
    CHECK(run.code == 0);
}

TEST(a_life_from_proposal_to_retirement)
{
    if (!program_exists()) {
        return;
    }
    house_build(4);
    house_manifest("1.0.0", BOTH);
    house_facts("50");
    ProgramRun run = ASSESS("@ours", HOUSE_AT("2026-03-02T08:00:00Z"));
    CHECK(run.code == 1 && holds(run.out, "unreleased: nobody has approved it"));
    make_release(FIRST, "2026-03-10");
    run = RUN(PROPOSE, WHY, HOUSE_AT("2026-03-11T08:00:00Z"), AS_DAN);
    CHECK(run.code == 65 && holds(run.words, "nothing to propose"));
    house_value("60");
    run = RUN(PROPOSE, WHY, HOUSE_AT("2026-03-11T08:00:00Z"), AS_DAN);
    CHECK(run.code == 65 && holds(run.words, "which release 1 has already; raise it: datum"));
    CHECK(holds(run.words, "--version 1.1.0"));
    house_manifest("2.0.0", BOTH);
    make_release(SECOND, "2026-03-20");
    check_in_force();
    check_compared();
    check_told();
    check_retired();
}

// Versions go up, and that of a retired release is not given again.
TEST(a_version_names_one_release)
{
    if (!program_exists()) {
        return;
    }
    house_build(4);
    house_manifest("1.4.0", BOTH);
    make_release(FIRST, "2026-03-10");
    CHECK(RUN("baseline", "retire", "@ours@1", "--reason", "r", HOUSE_AT("2026-03-22"), AS_CAT)
              .code == 0);
    house_value("60");
    ProgramRun run = RUN(PROPOSE, WHY, HOUSE_AT("2026-03-23"), AS_DAN);
    CHECK(run.code == 65 && holds(run.words, "\"version\" is 1.4.0, which release 1 has already"));
    static const struct {
        const char *version;
        int code;
        const char *says;
    } rows[] = {
        {"1.4", 65, "but must be X.Y.Z"},
        {"1.4.0", 65, "release 1 is 1.4.0 already; the next is higher, like 1.5.0"},
        {"1.3.9", 65, "release 1 is 1.4.0 already"},
        {"", 64, "--version"},
        {"1.10.0", 0, "1.4.0 → 1.10.0"},
        {"1.10.0", 65, "the version is 1.10.0 already"},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        run = RUN("baseline", "tailor", "@ours", "--version", rows[i].version,
                  HOUSE_AT("2026-03-23"), "--workspace", "@ws");
        CHECK_ROW(rows[i].version, run.code == rows[i].code);
        CHECK_ROW(rows[i].version, holds(run.code == 0 ? run.out : run.words, rows[i].says));
    }
    run = RUN(PROPOSE, WHY, HOUSE_AT("2026-03-23"), AS_DAN);
    CHECK(run.code == 0 && holds(run.out, "version 1.10.0"));
}

// Where the id of the one finding stands in what a run exported; 16 digits.
static Str finding_id(const char *name, char **ret_text)
{
    static const char mark[] = "\"state\":\"NonCompliant\",\"id\":\"";
    size_t len = 0;
    *ret_text = scratch_read(scratch_path(name), &len);
    const char *at = *ret_text != NULL ? strstr(*ret_text, mark) : NULL;
    return at != NULL ? (Str){at + strlen(mark), 16} : (Str){0};
}

TEST(a_finding_keeps_its_id_in_every_edition_and_assignment)
{
    if (!program_exists()) {
        return;
    }
    static const char *const paths[] = {"/providers/Microsoft.Authorization/policyAssignments/x",
                                        "/providers/Microsoft.Authorization/policyAssignments/y"};
    char *texts[2] = {NULL, NULL};
    Str ids[2];
    house_build(1);
    house_facts("50");
    for (size_t i = 0; i < COUNTOF(paths); i++) {
        char text[600];
        (void)snprintf(text, sizeof text,
                       "[{\"id\":\"%s\",\"name\":\"n%zu\",\"properties\":{"
                       "\"policyDefinitionId\":\"/providers/Microsoft.Authorization/"
                       "policySetDefinitions/small\",\"scope\":\"/tenants\"}}]",
                       paths[i], i);
        (void)scratch_file("ours/assignments.json", str_from_cstr(text));
        house_manifest(i == 0 ? "1.0.0" : "2.0.0", "");
        ProgramRun run = ASSESS("@ours", HOUSE_AT("2026-03-02"), "--export", "@ids.ndjson");
        CHECK_ROW(paths[i], run.code == 1);
        ids[i] = finding_id("ids.ndjson", &texts[i]);
        CHECK_ROW(paths[i], ids[i].len == 16);
    }
    CHECK(str_eq(ids[0], ids[1]));
    free(texts[0]);
    free(texts[1]);
}

// ---- who may let a change through ----

TEST(a_change_does_not_lower_its_own_bar)
{
    if (!program_exists()) {
        return;
    }
    house_build(4);
    house_manifest("1.0.0", BOTH);
    make_release(FIRST, "2026-03-01");
    house_manifest("2.0.0", "{\"count\":0}");
    ProgramRun run = RUN(PROPOSE, WHY, HOUSE_AT("2026-03-12T08:00:00Z"), AS_DAN);
    CHECK(run.code == 0 && holds(run.out, "manifest: approvals 0, was 2 with business-approver"));
    run = RUN("baseline", "release", "@ours", HOUSE_AT("2026-03-12T08:00:00Z"), AS_DAN);
    CHECK(run.code == 77 && holds(run.words, "0 of 2 approvals are there"));
}

TEST(an_approval_by_a_revoked_key_no_longer_counts)
{
    if (!program_exists()) {
        return;
    }
    house_build(4);
    house_manifest("1.0.0", "{\"count\":1}");
    CHECK(RUN(PROPOSE, WHY, HOUSE_AT("2026-03-02T08:00:00Z"), AS_DAN).code == 0);
    CHECK(RUN("baseline", "approve", "@ours", HOUSE_AT("2026-03-03T08:00:00Z"), AS_BOB).code == 0);
    CHECK(RUN("key", "revoke", "Bob", "--reason", "left", HOUSE_AT("2026-03-04T08:00:00Z"), AS_ANN)
              .code == 0);
    ProgramRun run = RUN("baseline", "release", "@ours", HOUSE_AT("2026-03-05T08:00:00Z"), AS_ANN);
    CHECK(run.code == 77 && holds(run.words, "was revoked on 2026-03-04T08:00:00Z"));
    CHECK(holds(run.words, "the approval of Bob no longer counts"));
    run = RUN("baseline", "approve", "@ours", HOUSE_AT("2026-03-05T08:00:00Z"), AS_BOB);
    CHECK(run.code == 77 && holds(run.words, "was revoked on"));
    CHECK(RUN("baseline", "approve", "@ours", HOUSE_AT("2026-03-05T08:00:00Z"), AS_CAT).code == 0);
    CHECK(path_kind(scratch_path("ours/releases/1.json")) == PATH_MISSING);
    run = RUN("baseline", "release", "@ours", HOUSE_AT("2026-03-05T08:00:00Z"), AS_ANN);
    CHECK(run.code == 0 && holds(run.words, "the approval of Bob no longer counts"));
    run = RUN("baseline", "verify", "@ours", "--workspace", "@ws", "--output", "json");
    CHECK(run.code == 0 && holds(run.out, "; approved by Cat\""));
}

TEST(an_expired_key_neither_approves_nor_counts)
{
    if (!program_exists()) {
        return;
    }
    house_build(5);
    house_manifest("1.0.0", "{\"count\":1}");
    CHECK(RUN(PROPOSE, WHY, HOUSE_AT("2026-03-02T08:00:00Z"), AS_DAN).code == 0);
    CHECK(RUN("baseline", "approve", "@ours", HOUSE_AT("2026-03-09T08:00:00Z"), AS_EVE).code == 0);
    ProgramRun run = RUN("baseline", "release", "@ours", HOUSE_AT("2026-03-10T08:00:00Z"), AS_ANN);
    CHECK(run.code == 77 && holds(run.words, "expired on 2026-03-10T00:00:00Z"));
    CHECK(holds(run.words, "0 of 1 approvals are there"));
    CHECK(RUN(PROPOSE, WHY, HOUSE_AT("2026-03-10T08:00:00Z"), AS_ANN).code == 0);
    run = RUN("baseline", "approve", "@ours", HOUSE_AT("2026-03-10T08:00:00Z"), AS_EVE);
    CHECK(run.code == 77 && holds(run.words, "expired on 2026-03-10T00:00:00Z; make a new one"));
}

TEST(what_does_not_load_is_not_proposed)
{
    static const struct {
        const char *file;
        const char *text;
        const char *says;
    } rows[] = {
        {"ours/profile.json", "{\"profile\":{\"uuid\":", "profile.json:1:"},
        {"ours/rules/size.json", "{}", "rules/size.json:1:"},
        {"ours/extra.json", "{\"a\":1,\"a\":2}", "extra.json:1:8: duplicate-key"},
        {"ours/notes.txt", "\xff", "notes.txt: not-text"},
        {"ours/extra.json", "[12345678901234567890]", "while reading extra.json"},
    };
    if (!program_exists()) {
        return;
    }
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        house_build(1);
        (void)scratch_file(rows[i].file, str_from_cstr(rows[i].text));
        ProgramRun run = RUN(PROPOSE, WHY, HOUSE_AT("2026-03-02T08:00:00Z"), AS_ANN);
        CHECK_ROW(rows[i].says, run.code == 65 && holds(run.words, rows[i].says));
        CHECK_ROW(rows[i].says, path_kind(scratch_path("ours/changes/1.json")) == PATH_MISSING);
    }
}

TEST(approvals_that_nobody_can_give_are_not_proposed)
{
    if (!program_exists()) {
        return;
    }
    house_build(1);
    house_manifest("1.0.0", "{\"count\":1,\"roles\":[\"king\"]}");
    ProgramRun run = RUN(PROPOSE, WHY, HOUSE_AT("2026-03-02"), AS_ANN);
    CHECK(run.code == 65 && holds(run.words, "there is no role \"king\"; there are: owner"));
    CHECK(holds(run.words, "manifest.json"));
    CHECK(path_kind(scratch_path("ours/changes/1.json")) == PATH_MISSING);
}

TEST(a_profile_in_a_circle_is_not_proposed)
{
    if (!program_exists()) {
        return;
    }
    house_build(1);
    size_t len = 0;
    char *text = scratch_read(scratch_path("ours/profile.json"), &len);
    ASSERT(text != NULL);
    static const struct {
        const char *href;
        const char *says;
    } rows[] = {{"\"profile.json\"", "profile.json"}, {"\"elsewhere.json\"", "elsewhere.json"}};
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        const char *at = strstr(text, "\"catalog.json\"");
        ASSERT(at != NULL);
        Buf edited = {0};
        buf_push(&edited, (Str){text, (size_t)(at - text)});
        buf_push(&edited, str_from_cstr(rows[i].href));
        buf_push(&edited, str_from_cstr(at + strlen("\"catalog.json\"")));
        (void)scratch_file("ours/profile.json", buf_str(&edited));
        buf_free(&edited);
        ProgramRun run = RUN(PROPOSE, WHY, HOUSE_AT("2026-03-02T08:00:00Z"), AS_ANN);
        CHECK_ROW(rows[i].says, run.code == 65 && holds(run.words, rows[i].says));
        CHECK_ROW(rows[i].says, path_kind(scratch_path("ours/changes/1.json")) == PATH_MISSING);
    }
    free(text);
}

TEST(who_is_alone_is_told_so_everywhere)
{
    if (!program_exists()) {
        return;
    }
    house_build(1);
    house_facts("50");
    CHECK(RUN(PROPOSE, WHY, HOUSE_AT("2026-03-02T08:00:00Z"), AS_ANN).code == 0);
    ProgramRun run = RUN("baseline", "release", "@ours", HOUSE_AT("2026-03-03T08:00:00Z"), AS_ANN);
    CHECK(run.code == 0 && holds(run.words, "nobody else approved it; every report will say so"));
    run = ASSESS("@ours", HOUSE_AT("2026-03-11T08:00:00Z"));
    CHECK(run.code == 1 && holds(run.out, "nobody else approved it"));
    run = RUN("baseline", "verify", "@ours@1", "--workspace", "@ws", "--output", "json");
    CHECK(run.code == 0 && holds(run.out, "nobody else approved it"));
    run = RUN("assess", "--baseline", "@ours@1", "--workspace", "@elsewhere", "@facts.ndjson",
              HOUSE_AT("2026-03-11T08:00:00Z"));
    CHECK(run.code == 1 && holds(run.out, "no record here knows it"));
    run = RUN("baseline", "verify", "@ours", "--workspace", "@elsewhere");
    CHECK(run.code == 2);
}

// ---- what an unfinished command leaves behind ----

TEST(a_paper_without_entry_does_not_count_and_is_given_again)
{
    if (!program_exists()) {
        return;
    }
    house_build(4);
    house_manifest("1.0.0", BOTH);
    CHECK(RUN(PROPOSE, WHY, HOUSE_AT("2026-03-02T08:00:00Z"), AS_DAN).code == 0);
    house_lose_entry();
    ProgramRun run = RUN("baseline", "approve", "@ours", HOUSE_AT("2026-03-03T08:00:00Z"), AS_BOB);
    CHECK(run.code == 66 && holds(run.words, "is open; propose one"));
    run = RUN("baseline", "verify", "@ours", "--workspace", "@ws", "--output", "json");
    CHECK(run.code == 1 && holds(run.out, "1.json: no entry of the record knows of it"));
    run = RUN(PROPOSE, WHY, HOUSE_AT("2026-03-03T08:00:00Z"), AS_CAT);
    CHECK(run.code == 77 && holds(run.words, "signed by Dan and not recorded"));
    run = RUN(PROPOSE, WHY, HOUSE_AT("2026-03-03T08:00:00Z"), AS_DAN);
    CHECK(run.code == 0 && holds(run.out, "change 1 of "));
    CHECK(RUN("baseline", "approve", "@ours", HOUSE_AT("2026-03-04T08:00:00Z"), AS_BOB).code == 0);
    house_lose_entry();
    CHECK(RUN("baseline", "approve", "@ours", HOUSE_AT("2026-03-04T08:00:00Z"), AS_CAT).code == 0);
    run = RUN("baseline", "release", "@ours", HOUSE_AT("2026-03-04T08:00:00Z"), AS_ANN);
    CHECK(run.code == 77 && holds(run.words, "does not count: no entry of the record vouches"));
    CHECK(RUN("baseline", "approve", "@ours", HOUSE_AT("2026-03-05T08:00:00Z"), AS_BOB).code == 0);
    CHECK(RUN("baseline", "release", "@ours", HOUSE_AT("2026-03-05T08:00:00Z"), AS_ANN).code == 0);
}

TEST(a_release_without_entry_leaves_the_one_before_in_force)
{
    if (!program_exists()) {
        return;
    }
    house_build(4);
    house_manifest("1.0.0", BOTH);
    house_facts("50");
    make_release(FIRST, "2026-03-01");
    house_value("60");
    house_manifest("2.0.0", BOTH);
    make_release(SECOND, "2026-03-01");
    house_lose_entry();
    ProgramRun run = ASSESS("@ours", HOUSE_AT("2026-03-21T08:00:00Z"));
    CHECK(run.code == 1 && holds(run.out, "release 1, in force since"));
    CHECK(holds(run.words, "2.json: no entry of the record vouches for it"));
    run = ASSESS("@ours@2", HOUSE_AT("2026-03-21T08:00:00Z"));
    CHECK(run.code == 65 && holds(run.words, "datum baseline release again"));
    run = RUN("baseline", "release", "@ours", HOUSE_AT("2026-03-21T08:00:00Z"), AS_ANN);
    CHECK(run.code == 0 && holds(run.out, "ours@2, version 2.0.0"));
    run = ASSESS("@ours", HOUSE_AT("2026-03-22T08:00:00Z"));
    CHECK(run.code == 0 && holds(run.out, "release 2, in force since 2026-03-21"));
}

TEST(a_retirement_without_entry_retires_nothing)
{
    if (!program_exists()) {
        return;
    }
    house_build(4);
    house_manifest("1.0.0", BOTH);
    house_facts("50");
    make_release(FIRST, "2026-03-01");
    CHECK(RUN("baseline", "retire", "@ours@1", "--reason", "r", HOUSE_AT("2026-03-10"), AS_CAT)
              .code == 0);
    house_lose_entry();
    ProgramRun run = ASSESS("@ours", HOUSE_AT("2026-03-11"));
    CHECK(run.code == 1 && holds(run.out, "release 1, in force since"));
    CHECK(holds(run.words, "so release 1 is not retired: datum baseline retire again"));
    run = RUN("baseline", "retire", "@ours@1", "--reason", "r", HOUSE_AT("2026-03-12"), AS_BOB);
    CHECK(run.code == 77 && holds(run.words, "signed by Cat and not recorded"));
    run = RUN("baseline", "retire", "@ours@1", "--reason", "r", HOUSE_AT("2026-03-12"), AS_CAT);
    CHECK(run.code == 0);
    run = ASSESS("@ours", HOUSE_AT("2026-03-13"));
    CHECK(run.code == 66 && holds(run.words, "release 1 was retired on 2026-03-12T00:00:00Z"));
}

TEST(a_change_that_was_overtaken_is_proposed_again)
{
    if (!program_exists()) {
        return;
    }
    house_build(4);
    house_manifest("1.0.0", "{\"count\":1}");
    CHECK(RUN(PROPOSE, WHY, HOUSE_AT("2026-03-02"), AS_DAN).code == 0);
    CHECK(RUN(PROPOSE, WHY, HOUSE_AT("2026-03-02"), AS_BOB).code == 0);
    CHECK(RUN("baseline", "approve", "@ours", HOUSE_AT("2026-03-03"), AS_CAT).code == 0);
    ProgramRun run =
        RUN("baseline", "approve", "@ours", "--change", "1", HOUSE_AT("2026-03-03"), AS_CAT);
    CHECK(run.code == 0 && holds(run.words, "change 1 of "));
    run = RUN("baseline", "release", "@ours", HOUSE_AT("2026-03-04"), AS_ANN);
    CHECK(run.code == 0 && holds(run.out, "@1, version 1.0.0"));
    run = RUN("baseline", "release", "@ours", HOUSE_AT("2026-03-04"), AS_ANN);
    CHECK(run.code == 65 && holds(run.words, "was proposed as the first release, and the newest is "
                                             "1 by now; propose it again"));
    run = RUN("baseline", "release", "@ours", "--change", "2", HOUSE_AT("2026-03-04"), AS_ANN);
    CHECK(run.code == 65 && holds(run.words, "is release 1 already; propose a new one"));
}

TEST(a_record_that_may_not_be_read_is_not_none)
{
    if (!program_exists()) {
        return;
    }
    house_build(1);
    CHECK(RUN(PROPOSE, WHY, HOUSE_AT("2026-03-02T08:00:00Z"), AS_ANN).code == 0);
    // a baseline the record knows is not begun again elsewhere
    ProgramRun run =
        RUN("baseline", "new", "@other/ours", "--from", "power-platform", "--workspace", "@ws");
    CHECK(run.code == 64 && holds(run.words, "record.ndjson knows a baseline ours already"));
    CHECK(path_kind(scratch_path("other/ours")) == PATH_MISSING);
    const ProgramOptions plain = {.plain_rights = true};
    CHECK(chmod(scratch_path("ws").ptr, 0) == 0);
    static const char *const commands[][6] = {
        {"baseline", "show", "@ours", "--workspace", "@ws"},
        {"key", "show", "--workspace", "@ws"},
        {"record", "verify", "--workspace", "@ws"},
    };
    for (size_t i = 0; i < COUNTOF(commands); i++) {
        run = program_run(&plain, commands[i]);
        CHECK_ROW(commands[i][1], run.code == 66 && run.out.len == 0);
        CHECK_ROW(commands[i][1], holds(run.words, "record.ndjson: Permission denied"));
    }
    run =
        program_run(&plain, (const char *const[]){"framework", "list", "--workspace", "@ws", NULL});
    CHECK(run.code == 65 && holds(run.words, "frameworks: Permission denied"));
    CHECK(chmod(scratch_path("ws").ptr, 0700) == 0);
}

TEST(what_cannot_be_recorded_leaves_no_paper)
{
    if (!program_exists()) {
        return;
    }
    house_build(2);
    size_t len = 0;
    free(scratch_read(scratch_path("ws/record.ndjson"), &len));
    ProgramOptions full = {.file_size_max = (long)len + 10};
    ProgramRun run = program_run(
        &full, (const char *const[]){PROPOSE, WHY, HOUSE_AT("2026-03-02T08:00:00Z"), AS_ANN, NULL});
    CHECK(run.code != 0 && path_kind(scratch_path("ours/changes/1.json")) == PATH_MISSING);
    run = RUN(PROPOSE, "--effective", "2026-03-10", "--reason", "Password=hunter2",
              HOUSE_AT("2026-03-02T08:00:00Z"), AS_ANN);
    CHECK(run.code == 65 && holds(run.words, "may not enter the record"));
    CHECK(path_kind(scratch_path("ours/changes/1.json")) == PATH_MISSING);
}

static void flip(const char *name, size_t at)
{
    size_t len = 0;
    char *text = scratch_read(scratch_path(name), &len);
    ASSERT(text != NULL && at < len);
    text[at] ^= 1;
    (void)scratch_file(name, (Str){text, len});
    free(text);
}

TEST(an_edited_release_is_refused_and_named)
{
    if (!program_exists()) {
        return;
    }
    house_build(4);
    house_manifest("1.0.0", BOTH);
    house_facts("50");
    make_release(FIRST, "2026-03-01");
    flip("ours/releases/1.json", 900);
    ProgramRun run = ASSESS("@ours", HOUSE_AT("2026-03-21T08:00:00Z"));
    CHECK(run.code == 65 && holds(run.words, "releases/1.json"));
    CHECK(run.out.len == 0);
    run = RUN("baseline", "verify", "@ours", "--workspace", "@ws");
    CHECK(run.code == 1 && holds(run.out, "release 1"));
    house_value("60");
    house_manifest("2.0.0", BOTH);
    run = RUN(PROPOSE, WHY, HOUSE_AT("2026-03-21T08:00:00Z"), AS_DAN);
    CHECK(run.code == 65); // nothing is built on what does not hold
    CHECK(remove(scratch_path("ours/releases/1.json").ptr) == 0);
    flip("ws/record.ndjson", 200);
    run = ASSESS("@ours", HOUSE_AT("2026-03-21"));
    CHECK(run.code == 65 && holds(run.words, "entry 1 was altered"));
    flip("ws/record.ndjson", 200);
    run = ASSESS("@ours", HOUSE_AT("2026-03-21T08:00:00Z"));
    CHECK(run.code == 66 && holds(run.words, "of the record says that it was released"));
}
