// SPDX-License-Identifier: Apache-2.0
// A baseline of one's own with the built program: made, tailored, measured by variants, shown; and
// what nobody may leave half done.
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "cli/program.h"
#include "host/scratch.h"
#include "t.h"

#define ENVIRONMENT(name, sku)                                                                     \
    "{\"id\":\"/tenants/t/environments/" name "\",\"name\":\"" name "\",\"type\":"                 \
    "\"microsoft.powerplatform/environments\",\"location\":\"mars\",\"properties\":{"              \
    "\"displayName\":\"The " name "\",\"normalized\":{\"environmentSku\":\"" sku                   \
    "\",\"isManaged\":false}}}\n"
#define NOW "--now", "2026-06-01"
#define HERE "--workspace", "@none"

static void make_facts(void)
{
    (void)scratch_file("env.ndjson", STR(ENVIRONMENT("e1", "Production") ENVIRONMENT(
                                         "e2", "Developer") ENVIRONMENT("e3", "Sandbox")));
}

// Is the text, with ' for ", a part of what a file holds?
static bool file_holds(const char *name, const char *part)
{
    size_t len = 0;
    char *bytes = scratch_read(scratch_path(name), &len);
    bool found = holds((Str){bytes, len}, part);
    free(bytes);
    return found;
}

TEST(a_baseline_is_made_once)
{
    if (!program_exists()) {
        return;
    }
    static const struct {
        const char *row;
        const char *name, *from;
        int code;
        const char *says;
    } rows[] = {
        {"from nothing known", "@made/x", "powr-platform", 66, "did you mean power-platform?"},
        {"from a release of what ships", "@made/x", "power-platform@2", 66, "has no editions"},
        {"a name that is none", "@made/a b", "power-platform", 64, "is no name for a baseline"},
        {"the name of one that ships", "power-platform", "power-platform", 64,
         "choose a name of your own"},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        ProgramRun run = RUN("baseline", "new", rows[i].name, "--from", rows[i].from, HERE, NOW);
        CHECK_ROW(rows[i].row, run.code == rows[i].code && holds(run.words, rows[i].says));
    }
    CHECK(RUN("baseline", "new", "@made/x", HERE).code == 64);
    ProgramRun bad = RUN("baseline", "new", "@made/x", "--from", "power-platform", "--next-review",
                         "soon", HERE);
    CHECK(bad.code == 64 && holds(bad.words, "a date like"));
    ProgramRun run = RUN("baseline", "new", "@made/ours", "--from", "power-platform", "--owner",
                         "the security team", "--next-review", "2026-12-31", HERE, NOW);
    CHECK(run.code == 0 && holds(run.words, "made from power-platform 1.0.0"));
    CHECK(file_holds("made/ours/manifest.json", "\"owner\": \"the security team\""));
    CHECK(file_holds("made/ours/manifest.json", "\"nextReview\": \"2026-12-31\""));
    CHECK(file_holds("made/ours/profile.json", "\"href\": \"base/profile.json\""));
    run = RUN("baseline", "new", "@made/ours", "--from", "power-platform", HERE, NOW);
    CHECK(run.code == 65 && holds(run.words, "is there already"));
    // byte for byte
    size_t len = 0;
    char *bytes = scratch_read(scratch_path("made/ours/base/profile.json"), &len);
    char *source = NULL;
    size_t source_len = 0;
    source = scratch_read(STR("content/baselines/power-platform/profile.json"), &source_len);
    CHECK(len == source_len && memcmp(bytes, source, len) == 0);
    free(bytes);
    free(source);
    // of one's own again
    run = RUN("baseline", "new", "@made/team", "--from", scratch_path("made/ours").ptr, HERE, NOW);
    CHECK(run.code == 0);
    CHECK(file_holds("made/team/base/base/manifest.json", "\"name\": \"power-platform\""));
    // and told when somebody edits what was taken
    const char *const packages[] = {"@made/ours", "@made/team"};
    for (size_t i = 0; i < COUNTOF(packages); i++) {
        run = RUN("baseline", "show", packages[i], HERE, NOW);
        CHECK_ROW(packages[i], run.code == 0 && !holds(run.words, "as it was taken"));
    }
    (void)scratch_file("made/ours/base/README.md", STR("edited\n"));
    run = RUN("baseline", "show", "@made/ours", HERE, NOW);
    CHECK(run.code == 0 && holds(run.words, "is not power-platform 1.0.0 as it was taken"));
}

TEST(frameworks_become_baselines)
{
    if (!program_exists()) {
        return;
    }
    ProgramRun run = RUN("baseline", "new", "@made/hipaa", "--from", "hipaa-security-rule",
                         "--owner", "privacy-officer", HERE, NOW);
    CHECK(run.code == 0);
    CHECK(file_holds("made/hipaa/manifest.json", "\"regulation\""));
    CHECK(file_holds("made/hipaa/manifest.json", "\"name\": \"hipaa-security-rule\""));
    run = RUN("baseline", "show", "@made/hipaa", "--output", "json", HERE);
    CHECK(run.code == 0 && holds(run.out, "\"drivers\":[\"regulation\"]"));
    CHECK(holds(run.out, "\"attest-hipaa-")); // what no rule answers is attested
    CHECK(holds(run.out, "\"enforcement\":\"detective\""));
    run = RUN("baseline", "new", "@made/low", "--from", "nist-800-53r5-low", HERE, NOW);
    CHECK(run.code == 0 && holds(run.words, "149 controls"));
    run = RUN("baseline", "show", "@made/hipaa", HERE, NOW);
    CHECK(run.code == 0 && !holds(run.words, "as it was taken"));
    CHECK(RUN("framework", "check", "@made/low/profile.json", "@made/hipaa/profile.json").code ==
          0);
}

static void make_ours(const char *name)
{
    CHECK(RUN("baseline", "new", name, "--from", "power-platform", HERE, NOW).code == 0);
}

// A refused change leaves every file as it was.
TEST(all_of_a_change_or_nothing)
{
    if (!program_exists()) {
        return;
    }
    make_ours("@whole/ours");
    static const struct {
        const char *row;
        const char *words[8];
        int code;
        const char *says;
    } rows[] = {
        {"nothing to do", {"--rationale", "x"}, 64, "nothing to change"},
        {"one good, one bad",
         {"--set", "maximumTrialDays=10", "--set", "maximumTrialDay=9"},
         65,
         "did you mean \"maximumTrialDays\""},
        {"no pair", {"--severity", "pp-ops-01"}, 64, "must be CONTROL="},
        {"no rationale", {"--remove", "pp-ops-01"}, 65, "say why with --rationale"},
        {"relaxed without one", {"--set", "minimumAuditRetentionDays=30"}, 65, "asks for less"},
        {"an effect that is not allowed",
         {"--effect", "env-managed=deny"},
         65,
         "does not allow the effect \"deny\"; it allows: "},
        {"a variant of nothing",
         {"--variant", "environmentType=prod", "--set", "maximumTrialDays=1"},
         64,
         "production"},
        {"a variant that is no such thing",
         {"--variant", "colour=red", "--set", "maximumTrialDays=1"},
         64,
         "environmentType="},
        {"a file that is not there", {"--add", "@gone.json"}, 66, "gone.json"},
        {"a file of something else", {"--add", "@env.ndjson"}, 65, "env.ndjson:2:1"},
    };
    make_facts();
    size_t before = 0;
    char *profile = scratch_read(scratch_path("whole/ours/profile.json"), &before);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        const char *words[14] = {"baseline", "tailor", "@whole/ours", HERE, NULL};
        size_t n = 5;
        for (size_t k = 0; k < COUNTOF(rows[i].words) && rows[i].words[k] != NULL; k++) {
            words[n++] = rows[i].words[k];
        }
        ProgramRun run = program_run(&(ProgramOptions){0}, words);
        CHECK_ROW(rows[i].row, run.code == rows[i].code && holds(run.words, rows[i].says));
    }
    size_t after = 0;
    char *now = scratch_read(scratch_path("whole/ours/profile.json"), &after);
    CHECK(before == after && memcmp(profile, now, after) == 0);
    free(profile);
    free(now);
    ProgramRun run = RUN("baseline", "tailor", "power-platform", "--set", "maximumTrialDays=1");
    CHECK(run.code == 64 && holds(run.words, "baseline new NAME --from power-platform"));
    run = RUN("baseline", "tailor", "@whole/ours@3", "--set", "maximumTrialDays=1", HERE);
    CHECK(run.code == 64 && holds(run.words, "propose the change"));
}

// A disk that is full leaves no folder, and every file as it was.
TEST(a_full_disk_leaves_nothing_half_written)
{
    if (!program_exists()) {
        return;
    }
    enum { FULL_BYTES = 4096 };
    int before = scratch_count();
    ProgramRun run = program_run(
        &(ProgramOptions){.file_size_max = FULL_BYTES},
        (const char *const[]){"baseline", "new", "@full", "--from", "power-platform", HERE, NULL});
    CHECK(run.code == 74 && holds(run.words, "cannot write"));
    CHECK(scratch_count() == before);
    make_ours("@fits/ours");
    const char *const files[] = {"fits/ours/profile.json", "fits/ours/assignments.json"};
    char *texts[COUNTOF(files)];
    size_t lens[COUNTOF(files)];
    for (size_t i = 0; i < COUNTOF(files); i++) {
        texts[i] = scratch_read(scratch_path(files[i]), &lens[i]);
    }
    run = program_run(&(ProgramOptions){.file_size_max = 900},
                      (const char *const[]){"baseline", "tailor", "@fits/ours", "--variant",
                                            "environmentType=trial", "--set", "maximumTrialDays=5",
                                            HERE, NULL});
    CHECK(run.code == 74 && holds(run.words, "nothing was changed"));
    for (size_t i = 0; i < COUNTOF(files); i++) {
        size_t len = 0;
        char *bytes = scratch_read(scratch_path(files[i]), &len);
        CHECK_ROW(files[i], len == lens[i] && memcmp(bytes, texts[i], len) == 0);
        free(bytes);
        free(texts[i]);
    }
}

TEST(what_is_tailored_is_measured_and_shown)
{
    if (!program_exists()) {
        return;
    }
    make_ours("@tailored/ours");
    make_facts();
    ProgramRun run = RUN("baseline", "tailor", "@tailored/ours", "--remove", "pp-comp-02", "--set",
                         "approvedRegions=mars", "--severity", "pp-comp-01=critical", "--owner",
                         "pp-comp-01=dpo", "--rationale", "we live on Mars", HERE, NOW);
    CHECK(run.code == 0 && holds(run.out, "left out pp-comp-02"));
    CHECK(holds(run.out, "severity medium → critical"));
    run = RUN("baseline", "show", "@tailored/ours", "PP-COMP-01", HERE, NOW);
    CHECK(run.code == 0 && holds(run.out, "regions: mars."));
    CHECK(holds(run.out, "owner        dpo") && holds(run.out, "critical"));
    CHECK(holds(run.out, "tailored/ours/profile.json:"));
    CHECK(holds(run.out, "tailored: severity pp-comp-01: we live on Mars"));
    run = RUN("baseline", "show", "@tailored/ours", "pp-comp-02", HERE, NOW);
    CHECK(run.code == 64 && holds(run.words, "left out of ours: we live on Mars"));
    run = RUN("baseline", "show", "@tailored/ours", "pp-comp-1", HERE, NOW);
    CHECK(run.code == 64 && holds(run.words, "did you mean \"pp-comp-01\""));
    run = RUN("assess", "--baseline", "@tailored/ours", "@env.ndjson", "--fail-on", "critical",
              "--output", "json", HERE, NOW);
    CHECK(run.code == 2 && !holds(run.out, "pp-comp-02")); // Mars is approved
    CHECK(RUN("framework", "check", "@tailored/ours/profile.json").code == 0);
}

TEST(variants_measure_with_values_of_their_own)
{
    if (!program_exists()) {
        return;
    }
    make_ours("@variants/ours");
    make_facts();
    CHECK(RUN("baseline", "tailor", "@variants/ours", "--variant", "environmentType=developer",
              "--set", "approvedRegions=mars", "--effect", "env-in-group=disabled", "--rationale",
              "nobody but us", HERE, NOW)
              .code == 0);
    CHECK(RUN("baseline", "tailor", "@variants/ours", "--variant",
              "criticalityTier=mission-critical", "--set", "approvedRegions=venus", "--rationale",
              "the bank", HERE, NOW)
              .code == 0);
    CHECK(RUN("framework", "check", "@variants/ours/profile.json").code == 0);
    (void)scratch_file("tiers.json", STR("{\"assets\":[{\"scope\":\"/tenants/t/environments/e3\","
                                         "\"tier\":\"mission-critical\"}]}"));
    ProgramRun run =
        RUN("assess", "--baseline", "@variants/ours", "@env.ndjson", "--tiers", "@tiers.json",
            "--export", "@findings.ndjson", "--fail-on", "none", HERE, NOW);
    CHECK(run.code == 2);
    size_t len = 0;
    char *bytes = scratch_read(scratch_path("findings.ndjson"), &len);
    const struct {
        const char *row, *id, *wanted;
    } rows[] = {
        {"general", "environments/e1\"", "unitedstates"},
        {"developer", "environments/e2\"", NULL}, // its region is approved
        {"critical", "environments/e3\"", "venus"},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        uint32_t found = 0;
        bool right = true;
        for (Str rest = {bytes, len}; rest.len != 0;) {
            StrCut cut = str_cut(rest, '\n');
            rest = cut.tail;
            if (holds(cut.head, "\"env-region-approved\"") && holds(cut.head, rows[i].id)) {
                found++;
                right = rows[i].wanted != NULL && holds(cut.head, rows[i].wanted);
            }
        }
        CHECK_ROW(rows[i].row, right && found == (rows[i].wanted != NULL ? 1U : 0U));
    }
    uint32_t unread = 0; // told once, however many variants there are
    for (Str rest = {bytes, len}; rest.len != 0;) {
        StrCut cut = str_cut(rest, '\n');
        rest = cut.tail;
        unread += holds(cut.head, "\"admin-consent-workflow\"") ? 1U : 0U;
    }
    CHECK(unread == 1);
    free(bytes);
    run = program_run(
        &(ProgramOptions){.input = STR(ENVIRONMENT("e1", "Developer") ENVIRONMENT("e4", "Trial"))},
        (const char *const[]){"assess", "--baseline", "@variants/ours", "-", "--fail-on", "none",
                              HERE, NOW, NULL});
    CHECK(holds(run.words, "can be read only once"));
    run = RUN("explain", "env-region-approved", "e2", "@env.ndjson", "--baseline", "@variants/ours",
              HERE, NOW);
    CHECK(run.code == 0 && holds(run.out, "[\"mars\"]") && !holds(run.out, "NotApplicable"));
    CHECK(holds(run.out, "by power-platform-baseline-developer"));
}

TEST(what_applies_where_and_why)
{
    if (!program_exists()) {
        return;
    }
    make_ours("@shown/ours");
    make_facts();
    CHECK(RUN("baseline", "tailor", "@shown/ours", "--variant", "environmentType=developer",
              "--set", "maximumTrialDays=90", "--rationale", "they clean up", HERE, NOW)
              .code == 0);
    static const struct {
        const char *row, *place;
        const char *input;
        int code;
        const char *says, *not_says;
    } rows[] = {
        {"nothing of that name", "e9", "@env.ndjson", 66, "neither a type of environment", NULL},
        {"no input", "e1", NULL, 66, "no INPUT is given", NULL},
        {"a type", "developer", NULL, 0, "maximumTrialDays = 90 (", "maximumTrialDays = 30"},
        {"another type", "trial", NULL, 0, "maximumTrialDays = 30 (", "they clean up"},
        {"by name", "e2", "@env.ndjson", 0, "environmentType is developer", NULL},
        {"by what people call it", "the e2", "@env.ndjson", 0, "they clean up", NULL},
        {"by id", "/tenants/t/environments/e1", "@env.ndjson", 0, "type production",
         "they clean up"},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        ProgramRun run = RUN("baseline", "show", "@shown/ours", "pp-ops-09", "--for", rows[i].place,
                             HERE, NOW, rows[i].input);
        CHECK_ROW(rows[i].row, run.code == rows[i].code);
        CHECK_ROW(rows[i].row, holds(rows[i].code == 0 ? run.out : run.words, rows[i].says));
        CHECK_ROW(rows[i].row, rows[i].not_says == NULL || !holds(run.out, rows[i].not_says));
    }
    ProgramRun run =
        RUN("baseline", "show", "@shown/ours", "--for", "developer", "--output", "json", HERE, NOW);
    CHECK(run.code == 0 && holds(run.out, "\"environment\":{\"name\":\"developer\""));
    CHECK(holds(run.out, "\"why\":\"environmentType is developer\""));
    CHECK(RUN("baseline", "show", "@shown/ours", "pp-ops-09", "@env.ndjson", HERE).code == 64);
    run = RUN("baseline", "show", "--baseline", "@shown/ours", "pp-ops-09", HERE, NOW);
    CHECK(run.code == 0 && holds(run.out, "\npp-ops-09  "));
    run = program_run(&(ProgramOptions){.variable = "DATUM_BASELINE=power-platform"},
                      (const char *const[]){"baseline", "show", "@shown/ours", HERE, NOW, NULL});
    CHECK(run.code == 0 && holds(run.out, "maximumTrialDays"));
}

// Of a rule about canvas apps, a variant for canvas apps leaves nothing to the assignment for
// everything; of a rule about environments, it takes nothing.
TEST(a_variant_concerns_what_the_rule_is_about)
{
    if (!program_exists()) {
        return;
    }
    make_ours("@apps/ours");
    CHECK(RUN("baseline", "tailor", "@apps/ours", "--variant", "appType=canvas", "--effect",
              "app-not-shared-with-everyone=disabled", "--rationale", "looked at by hand", HERE,
              NOW)
              .code == 0);
    ProgramRun run = RUN("baseline", "tailor", "@apps/ours", "--variant", "connectorTier=premium",
                         "--effect", "env-managed=disabled", "--rationale", "r", HERE, NOW);
    CHECK(run.code == 0 && holds(run.words, "warning: nothing that env-managed is about has the "
                                            "connectorTier premium; its effect there changes"));
    run = RUN("baseline", "show", "@apps/ours", "--for", "developer", HERE, NOW);
    CHECK(run.code == 0 && !holds(run.out, "where appType"));
    CHECK(holds(run.out, "env-managed                      auditIfNotExists  "
                         "power-platform-baseline: everything"));
    CHECK(holds(run.out, "app-not-shared-with-everyone     disabled          "
                         "power-platform-baseline-canvas: appType is"));
    run = RUN("baseline", "show", "@apps/ours", "pp-arch-01", HERE, NOW);
    CHECK(run.code == 0 && holds(run.out, "  env-managed "));
    CHECK(!holds(run.out, "power-platform-baseline-canvas"));
    // what was not read is told of what is asked only
    run = RUN("assess", "--baseline", "power-platform", "examples/tenant", NOW, HERE, "--export",
              "@apps.ndjson");
    CHECK(file_holds("apps.ndjson", "{\"rule\":\"app-not-shared-with-everyone\""));
    run = RUN("assess", "--baseline", "@apps/ours", "examples/tenant", NOW, HERE, "--export",
              "@apps.ndjson");
    CHECK(!file_holds("apps.ndjson", "{\"rule\":\"app-not-shared-with-everyone\""));
    // of environments: those of the variant are left out
    make_ours("@types/ours");
    CHECK(RUN("baseline", "tailor", "@types/ours", "--variant", "environmentType=developer",
              "--effect", "app-not-shared-with-everyone=disabled", "--rationale", "no data", HERE,
              NOW)
              .code == 0);
    run = RUN("assess", "--baseline", "@types/ours", "examples/tenant", NOW, HERE, "--export",
              "@types.ndjson");
    CHECK(file_holds("types.ndjson", "canvas-apps: no input for environment 7be2c6f0"));
    CHECK(!file_holds("types.ndjson", "canvas-apps: no input for environment e41f08b9"));
}

TEST(an_overdue_review_fails_the_gate)
{
    if (!program_exists()) {
        return;
    }
    make_facts();
    CHECK(RUN("baseline", "new", "@late/ours", "--from", "power-platform", "--next-review",
              "2026-06-30", HERE, NOW)
              .code == 0);
    ProgramRun run = RUN("assess", "--baseline", "@late/ours", "@env.ndjson", "--now", "2026-07-02",
                         "--export", "@late.csv", HERE);
    CHECK(run.code == 1);
    CHECK(holds(run.out, "the review of the baseline was due on 2026-06-30\n"));
    CHECK(holds(run.out, "the review of ours was due on 2026-06-30, 2 days ago"));
    CHECK(file_holds("late.csv", "baseline-review"));
    run = RUN("baseline", "show", "@late/ours", "--now", "2026-07-02", HERE);
    CHECK(holds(run.out, "2026-06-30, overdue"));
    run = RUN("baseline", "show", "@late/ours", "--now", "2026-06-30T20:00:00Z", HERE);
    CHECK(holds(run.out, "2026-06-30\n"));
    run = RUN("assess", "--baseline", "@late/ours", "@env.ndjson", "--now", "2026-06-30",
              "--export", "@late.csv", HERE);
    CHECK(!holds(run.out, "was due on") && !file_holds("late.csv", "baseline-review"));
}
