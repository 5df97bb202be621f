// SPDX-License-Identifier: Apache-2.0
// Whole runs of the built program: gates, workers, encodings, deviations, the shipped baseline.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "cli/program.h"
#include "cli/samples.h"
#include "host/scratch.h"
#include "t.h"

static void make_samples(void)
{
    (void)scratch_file("rule.json", STR(RULE_TLS));
    (void)scratch_file("good.ndjson", STR(GOOD("a") GOOD("b")));
    (void)scratch_file("poor.ndjson", STR(POOR("a") GOOD("b")));
}

TEST(the_gate)
{
    if (!program_exists()) {
        return;
    }
    make_samples();
    static const struct {
        const char *file, *fail_on;
        int code;
    } rows[] = {
        {"@poor.ndjson", "any", 1},  {"@poor.ndjson", "low", 1},      {"@poor.ndjson", "medium", 1},
        {"@poor.ndjson", "high", 0}, {"@poor.ndjson", "critical", 0}, {"@poor.ndjson", "none", 0},
        {"@good.ndjson", "any", 0},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        ProgramRun run =
            RUN("assess", "--policy", "@rule.json", "--fail-on", rows[i].fail_on, rows[i].file);
        CHECK_ROW(rows[i].fail_on, run.code == rows[i].code);
        CHECK_ROW(rows[i].fail_on, holds(run.out, "measured 1 of 1 controls"));
    }
}

// More than two blocks of input, with broken lines and findings everywhere.
static void make_many(void)
{
    Buf many = {0};
    for (int i = 0; i < 9000; i++) {
        buf_printf(&many,
                   "{\"id\":\"/subscriptions/s/resourceGroups/g%d/providers/Microsoft.Storage/"
                   "storageAccounts/a%d\",\"name\":\"a%d\",\"type\":"
                   "\"Microsoft.Storage/storageAccounts\",\"properties\":{\"minimumTlsVersion\":"
                   "\"TLS1_%d\"}}\n",
                   i % 50, i, i, i % 3);
        if (i % 4 == 3) { // types turn up, and plans grow, while broken lines are told
            buf_printf(&many, "{\"id\":\"/x/%d\",\"name\":\"x\",\"type\":\"Odd.Place/t%d\"}\n", i,
                       i);
            buf_push(&many, STR("{\"broken\"\n"));
        }
    }
    (void)scratch_file("many.ndjson", buf_str(&many));
    buf_free(&many);
}

TEST(output_is_the_same_bytes_for_any_number_of_workers)
{
    if (!program_exists()) {
        return;
    }
    make_samples();
    make_many();
    (void)scratch_file(
        "related.json",
        STR("{\"name\":\"lock\",\"policyRule\":{\"if\":{\"field\":\"type\",\"equals\":"
            "\"Microsoft.Storage/storageAccounts\"},\"then\":{\"effect\":"
            "\"auditIfNotExists\",\"details\":{\"type\":"
            "\"Microsoft.Authorization/locks\"}}}}"));
    static const char *const jobs[] = {"1", "2", "3", "7"};
    static const char *const names[] = {"out.ndjson", "out.json", "out.csv"};
    char *want[3] = {0};
    size_t want_len[3] = {0};
    char *want_out = NULL;
    for (size_t j = 0; j < COUNTOF(jobs); j++) {
        ProgramRun run =
            RUN("assess", "--policy", "@rule.json", "--policy", "@related.json", "--now",
                "2026-01-01", "--jobs", jobs[j], "--export", "@out.ndjson", "--export", "@out.json",
                "--export", "@out.csv", "@many.ndjson", "@good.ndjson");
        CHECK_ROW(jobs[j], run.code == 1);
        char *out = malloc(run.out.len + 1);
        ASSERT(out != NULL);
        memcpy(out, run.out.ptr, run.out.len);
        out[run.out.len] = '\0';
        CHECK_ROW(jobs[j], want_out == NULL || strcmp(out, want_out) == 0);
        for (size_t i = 0; i < COUNTOF(names); i++) {
            size_t len = 0;
            char *got = scratch_read(scratch_path(names[i]), &len);
            CHECK_ROW(names[i], got != NULL && len > 1000);
            if (j == 0) {
                want[i] = got;
                want_len[i] = len;
                continue;
            }
            CHECK_ROW(names[i], len == want_len[i] && memcmp(got, want[i], len) == 0);
            free(got);
        }
        if (j == 0) {
            want_out = out;
        } else {
            free(out);
        }
    }
    for (size_t i = 0; i < COUNTOF(names); i++) {
        free(want[i]);
    }
    free(want_out);
}

TEST(other_encodings_and_standard_input)
{
    if (!program_exists()) {
        return;
    }
    make_samples();
    static const char poor[] = POOR("a");
    Buf utf16 = {0};
    buf_push(&utf16, STR("\xff\xfe"));
    for (size_t i = 0; i + 1 < sizeof poor; i++) {
        buf_byte(&utf16, poor[i]);
        buf_byte(&utf16, '\0');
    }
    (void)scratch_file("utf16.ndjson", buf_str(&utf16));
    buf_free(&utf16);
    (void)scratch_file("mark.ndjson", STR("\xef\xbb\xbf" POOR("a")));
    (void)scratch_file("array.json", STR("[" POOR("a") "," GOOD("b") "]"));
    (void)scratch_file("crlf.ndjson", STR("{\"id\":\"/subscriptions/s/x\",\"name\":\"x\",\"type\":"
                                          "\"Microsoft.Storage/storageAccounts\"}\r\n"));
    static const char *const files[] = {"@utf16.ndjson", "@mark.ndjson", "@array.json",
                                        "@crlf.ndjson"};
    for (size_t i = 0; i < COUNTOF(files); i++) {
        ProgramRun run = RUN("assess", "--policy", "@rule.json", files[i]);
        CHECK_ROW(files[i], run.code == 1);
    }
    ProgramOptions options = {.input = STR(POOR("a"))};
    const char *const args[] = {"assess", "--policy", "@rule.json", "-", NULL};
    CHECK(program_run(&options, args).code == 1);
}

TEST(a_parameter_without_value_is_listed_and_the_others_run)
{
    if (!program_exists()) {
        return;
    }
    make_samples();
    (void)scratch_file(
        "locations.json",
        STR("{\"name\":\"where\",\"properties\":{\"displayName\":\"Locations\",\"parameters\":{"
            "\"listOfAllowedLocations\":{\"type\":\"Array\"}},\"policyRule\":{\"if\":{\"field\":"
            "\"location\",\"notIn\":\"[parameters('listOfAllowedLocations')]\"},\"then\":{"
            "\"effect\":\"audit\"}}}}"));
    ProgramRun run =
        RUN("assess", "--policy", "@rule.json", "--policy", "@locations.json", "@good.ndjson");
    CHECK(run.code == 2);
    CHECK(holds(run.out, "parameter listOfAllowedLocations has no value"));
    CHECK(holds(run.out, "measured 1 of 2 controls"));
    (void)scratch_file("values.json",
                       STR("{\"listOfAllowedLocations\":{\"value\":[\"westeurope\"]}}"));
    run = RUN("assess", "--policy", "@rule.json", "--policy", "@locations.json", "--parameters",
              "@values.json", "@good.ndjson");
    CHECK(run.code == 0);
}

TEST(an_assignment_says_where_and_what_to_do)
{
    if (!program_exists()) {
        return;
    }
    (void)scratch_file("rule.json", STR(RULE_TLS));
    (void)scratch_file("two.ndjson",
                       STR(POOR("a") "{\"id\":\"/subscriptions/other/resourceGroups/g/providers/"
                                     "Microsoft.Storage/storageAccounts/b\",\"name\":\"b\","
                                     "\"type\":\"Microsoft.Storage/storageAccounts\"}\n"));
    (void)scratch_file("assignments.json",
                       STR("[{\"name\":\"here\",\"properties\":{\"policyDefinitionId\":\"tls\","
                           "\"scope\":\"/subscriptions/s\",\"nonComplianceMessages\":[{"
                           "\"message\":\"Raise the version.\"}]}}]"));
    ProgramRun run = RUN("assess", "--policy", "@rule.json", "--assignments", "@assignments.json",
                         "--export", "@two.out.ndjson", "@two.ndjson");
    CHECK(run.code == 1);
    CHECK(holds(run.out, "1 of 1 checks"));
    CHECK(holds(run.out, "Raise the version."));
    size_t len = 0;
    char *lines = scratch_read(scratch_path("two.out.ndjson"), &len);
    CHECK(lines != NULL &&
          strstr(lines, "\"nonComplianceMessage\":\"Raise the version.\"") != NULL);
    free(lines);
}

TEST(an_initiative_groups_its_rules_and_leaves_the_others_out)
{
    if (!program_exists()) {
        return;
    }
    make_samples();
    (void)scratch_file("unused.json",
                       STR("{\"name\":\"unused\",\"policyRule\":{\"if\":{\"field\":"
                           "\"type\",\"exists\":true},\"then\":{\"effect\":\"audit\"}}}"));
    (void)scratch_file(
        "set.json", STR("{\"name\":\"set\",\"properties\":{\"policyDefinitionGroups\":[{\"name\":"
                        "\"C-1\",\"displayName\":\"Transport\"}],\"policyDefinitions\":[{"
                        "\"policyDefinitionId\":\"tls\",\"policyDefinitionReferenceId\":\"r1\","
                        "\"groupNames\":[\"C-1\"]}]}}"));
    ProgramRun run = RUN("assess", "--policy", "@rule.json", "--policy", "@unused.json",
                         "--initiative", "@set.json", "@poor.ndjson");
    CHECK(run.code == 1);
    CHECK(holds(run.out, "measured 1 of 1 controls"));
    CHECK(holds(run.out, "C-1"));
}

TEST(tiers_move_the_score)
{
    if (!program_exists()) {
        return;
    }
    make_samples();
    (void)scratch_file("tiers.json",
                       STR("{\"default\":\"low\",\"assets\":[{\"scope\":\"/subscriptions/s/"
                           "resourceGroups/g/providers/Microsoft.Storage/storageAccounts/b\","
                           "\"tier\":\"mission-critical\"}]}"));
    ProgramRun run =
        RUN("assess", "--policy", "@rule.json", "--tiers", "@tiers.json", "@poor.ndjson");
    CHECK(run.code == 1 && holds(run.out, "88.8 %"));
    (void)scratch_file("tiers.json", STR("{\"default\":\"huge\"}"));
    run = RUN("assess", "--policy", "@rule.json", "--tiers", "@tiers.json", "@poor.ndjson");
    CHECK(run.code == 65 && run.out.len == 0);
}

#define ASSIGNMENT "/subscriptions/s/providers/Microsoft.Authorization/policyAssignments/here"

TEST(an_exemption_shows_the_truth_below_it)
{
    if (!program_exists()) {
        return;
    }
    make_samples();
    (void)scratch_file("assignments.json",
                       STR("{\"id\":\"" ASSIGNMENT "\",\"name\":\"here\",\"properties\":{"
                           "\"policyDefinitionId\":\"tls\",\"scope\":\"/subscriptions/s\"}}"));
    (void)scratch_file(
        "exempt.json",
        STR("{\"id\":\"/subscriptions/s/providers/Microsoft.Authorization/policyExemptions/e\","
            "\"name\":\"e\",\"properties\":{\"policyAssignmentId\":\"" ASSIGNMENT "\","
            "\"exemptionCategory\":\"Waiver\",\"expiresOn\":\"2026-06-01T00:00:00Z\"}}"));
    ProgramRun run = RUN("assess", "--policy", "@rule.json", "--assignments", "@assignments.json",
                         "--exemptions", "@exempt.json", "--now", "2026-05-01", "--export",
                         "@exempt.ndjson", "@poor.ndjson");
    CHECK(run.code == 0);
    CHECK(holds(run.out, "100.0 % | without deviations 50.0 %"));
    size_t len = 0;
    char *lines = scratch_read(scratch_path("exempt.ndjson"), &len);
    CHECK(lines != NULL && strstr(lines, "\"truth\":\"NonCompliant\"") != NULL);
    free(lines);
    run = RUN("assess", "--policy", "@rule.json", "--assignments", "@assignments.json",
              "--exemptions", "@exempt.json", "--now", "2026-07-01", "@poor.ndjson");
    CHECK(run.code == 1);
}

TEST(the_shipped_baseline_measures_the_example_tenant)
{
    if (!program_exists()) {
        return;
    }
    ProgramRun run =
        RUN("assess", "--fail-on", "none", "--export", "@tenant.json", "examples/tenant");
    CHECK(run.code == 2);
    CHECK(holds(run.out, "measured "));
    CHECK(holds(run.out, "Sections"));
    CHECK(holds(run.out, "Frameworks"));
    CHECK(holds(run.out, "would pass if "));
    CHECK(holds(run.out, "mend: "));
    size_t len = 0;
    char *json = scratch_read(scratch_path("tenant.json"), &len);
    CHECK(json != NULL && strstr(json, "\"format\":\"datumline-assessment\"") == json + 1);
    CHECK(json != NULL && strstr(json, "\"controls\":[") != NULL);
    free(json);
}

TEST(json_on_standard_output_is_one_document_without_words)
{
    if (!program_exists()) {
        return;
    }
    make_samples();
    ProgramRun run = RUN("assess", "--policy", "@rule.json", "--output", "json", "@poor.ndjson");
    CHECK(run.code == 1);
    CHECK(run.out.len > 2 && run.out.ptr[0] == '{');
    CHECK(run.out.len > 2 && str_ends(run.out, STR("}\n")));
    CHECK(!holds(run.out, "What to mend"));
}
