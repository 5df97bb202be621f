// SPDX-License-Identifier: Apache-2.0
// The commands beside assess, on the built program.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/program.h"
#include "cli/samples.h"
#include "cli/version.h"
#include "host/scratch.h"
#include "t.h"

TEST(the_version_is_the_one_of_the_build)
{
    const char *root = getenv("DATUM_ROOT");
    char path[512];
    (void)snprintf(path, sizeof path, "%s/meson.build", root != NULL ? root : ".");
    size_t len = 0;
    char *text = scratch_read(str_from_cstr(path), &len);
    CHECK(text == NULL || strstr(text, "version : '" DATUM_VERSION "'") != NULL);
    free(text);
    if (program_exists()) {
        ProgramRun run = RUN("--version");
        CHECK(run.code == 0 && str_eq(run.out, STR("datum " DATUM_VERSION "\n")));
    }
}

TEST(help_is_data)
{
    if (!program_exists()) {
        return;
    }
    ProgramRun run = RUN("--help");
    CHECK(run.code == 0 && holds(run.out, "inventory show"));
    run = RUN("assess", "--help");
    CHECK(run.code == 0 && holds(run.out, "--fail-on") && run.words.len == 0);
}

TEST(policy_check_accepts_what_is_right_in_json_and_ndjson)
{
    if (!program_exists()) {
        return;
    }
    (void)scratch_file("rule.json", STR(RULE_TLS));
    (void)scratch_file("rules.ndjson", STR(RULE_TLS "\n\n" RULE_TLS "\n"));
    ProgramRun run = RUN("policy", "check", "@rule.json", "@rules.ndjson");
    CHECK(run.code == 0);
    CHECK(run.out.len == 0);
    CHECK(holds(run.words, "3 documents in 2 files: 0 errors"));
}

TEST(policy_check_tells_several_errors_at_their_lines)
{
    if (!program_exists()) {
        return;
    }
    (void)scratch_file("bad.ndjson",
                       STR(RULE_TLS
                           "\n{\"if\":{\"field\":\"type\",\"equls\":1},\"then\":{\"effect\":"
                           "\"audit\"}}\n{\"if\":\n"));
    ProgramRun run = RUN("policy", "check", "@bad.ndjson");
    CHECK(run.code == 65);
    CHECK(holds(run.out, "bad.ndjson:2:"));
    CHECK(holds(run.out, "bad.ndjson:3:"));
    run = RUN("policy", "check", "@none.json", "@bad.ndjson"); // a missing file hides no other
    CHECK(run.code == 66 && holds(run.words, "none.json: No such file"));
    CHECK(holds(run.out, "bad.ndjson:2:") && holds(run.words, "; not everything could be opened"));
}

#define EXEMPTION(name, category)                                                                  \
    "{\"id\":\"/subscriptions/s/providers/Microsoft.Authorization/policyExemptions/" name          \
    "\",\"properties\":{\"policyAssignmentId\":\"a\",\"exemptionCategory\":\"" category "\"}}"

// Exemptions are understood last; what is wrong with one is told of its own file all the same.
TEST(an_exemption_is_checked_and_told_of_its_own_file)
{
    if (!program_exists()) {
        return;
    }
    (void)scratch_file("first.json", STR(EXEMPTION("e", "Waver")));
    (void)scratch_file("second.json", STR(EXEMPTION("f", "Waiver")));
    (void)scratch_file("rule.json", STR(RULE_TLS));
    (void)scratch_file("one.ndjson", STR(GOOD("a") "\n"));
    ProgramRun run = RUN("policy", "check", "@first.json", "@second.json");
    CHECK(run.code == 65);
    CHECK(holds(run.out, "first.json:1:") && holds(run.out, "not \"Waver\""));
    CHECK(holds(run.out, "second.json:1:1: warning: deviation-unapproved"));
    (void)scratch_file("here.json", STR("{\"name\":\"a\",\"policyDefinitionId\":\"tls\"}"));
    (void)scratch_file("there.json", STR("{\"name\":\"b\",\"policyDefinitionId\":\"tls\"}"));
    run = RUN("policy", "check", "@second.json", "@rule.json", "@here.json");
    CHECK(run.code == 0 && !holds(run.out, "names-no-rule"));
    run = RUN("policy", "check", "@second.json", "@rule.json", "@there.json");
    CHECK(run.code == 0 && holds(run.out, "second.json:1:1: warning: names-no-rule: this exempts "
                                          "from no rule of the assignments given"));
    run = RUN("assess", "--policy", "@rule.json", "--exemptions", "@first.json", "--exemptions",
              "@second.json", "@one.ndjson");
    CHECK(run.code == 65 && holds(run.words, "first.json:1:"));
}

#define CASES                                                                                      \
    "[{\"name\":\"old TLS\",\"policy\":\"tls\",\"resource\":" POOR(                                \
        "a") ",\"expect\":"                                                                        \
             "{\"state\":\"NonCompliant\"}},"                                                      \
             "{\"name\":\"new TLS\",\"policy\":\"tls\",\"resource\":" GOOD(                        \
                 "a") ",\"expect\":"                                                               \
                      "\"Compliant\"},"                                                            \
                      "{\"name\":\"another "                                                       \
                      "type\",\"policy\":\"rule.json\",\"resource\":{\"id\":\"/x\",\"type\":"      \
                      "\"Other/things\"},\"expect\":\"NotApplicable\"}"

TEST(policy_test_reports_tap_and_junit)
{
    if (!program_exists()) {
        return;
    }
    (void)scratch_file("rule.json", STR(RULE_TLS));
    (void)scratch_file("cases.json", STR(CASES "]"));
    ProgramRun run = RUN("policy", "test", "@rule.json", "@cases.json");
    CHECK(run.code == 0);
    CHECK(str_starts(run.out, STR("TAP version 13\n1..3\nok 1 - ")));
    CHECK(!holds(run.out, "not ok"));
    (void)scratch_file(
        "cases.json",
        STR(CASES ",{\"name\":\"a <wrong> one\",\"policy\":\"tls\",\"resource\":" GOOD(
            "a") ",\"expect\":\"NonCompliant\"}]"));
    run = RUN("policy", "test", "@rule.json", "@cases.json");
    CHECK(run.code == 1);
    CHECK(holds(run.out, "not ok 4 - "));
    CHECK(holds(run.out, "# expected NonCompliant, got Compliant"));
    run = RUN("policy", "test", "--output", "junit", "@rule.json", "@cases.json");
    CHECK(run.code == 1);
    CHECK(holds(run.out, "tests=\"4\" failures=\"1\""));
    CHECK(holds(run.out, "a &lt;wrong&gt; one"));
}

TEST(policy_test_wants_cases_it_understands)
{
    if (!program_exists()) {
        return;
    }
    (void)scratch_file("rule.json", STR(RULE_TLS));
    ProgramRun run = RUN("policy", "test", "@rule.json");
    CHECK(run.code == 66);
    (void)scratch_file("cases.json", STR("[{\"policy\":\"tls\",\"expect\":\"Good\"}]"));
    run = RUN("policy", "test", "@rule.json", "@cases.json");
    CHECK(run.code == 65 && holds(run.words, "it must be a state"));
}

TEST(policy_test_runs_the_baselines_own_fixtures)
{
    if (!program_exists()) {
        return;
    }
    ProgramRun run = RUN("policy", "test", "content/baselines/power-platform/rules",
                         "content/baselines/power-platform/fixtures");
    CHECK(run.code == 0);
    CHECK(holds(run.out, "ok 1 - "));
    CHECK(!holds(run.out, "not ok"));
}

TEST(explain_shows_each_condition)
{
    if (!program_exists()) {
        return;
    }
    (void)scratch_file("rule.json", STR(RULE_TLS));
    (void)scratch_file("poor.ndjson", STR(POOR("acc") GOOD("b")));
    (void)scratch_file("one.json", STR(POOR("acc")));
    static const char *const parts[] = {"NonCompliant", "minimumTlsVersion notEquals \"TLS1_2\"",
                                        "seen \"TLS1_0\"",
                                        "would pass if minimumTlsVersion were \"TLS1_2\""};
    for (size_t i = 0; i < COUNTOF(parts); i++) {
        ProgramRun run = RUN("policy", "explain", "@rule.json", "@one.json");
        CHECK_ROW(parts[i], run.code == 0 && holds(run.out, parts[i]));
        run = RUN("explain", "tls", "acc", "--policy", "@rule.json", "@poor.ndjson");
        CHECK_ROW(parts[i], run.code == 0 && holds(run.out, parts[i]));
    }
    ProgramRun run = RUN("explain", "tsl", "acc", "--policy", "@rule.json", "@poor.ndjson");
    CHECK(run.code == 64 && holds(run.words, "did you mean tls?"));
    run = RUN("explain", "tls", "nobody", "--policy", "@rule.json", "@poor.ndjson");
    CHECK(run.code == 66 && holds(run.words, "no resource nobody"));
    run =
        RUN("explain", "tls", "acc", "--policy", "@rule.json", "--output", "json", "@poor.ndjson");
    CHECK(run.code == 0 && run.out.len > 2 && run.out.ptr[0] == '[');
}

// Of many related resources the one the verdict rests on, or comes nearest to, is shown.
TEST(explain_shows_the_related_resource_that_matters)
{
    if (!program_exists()) {
        return;
    }
    static const char tenant[] = "examples/tenant";
    ProgramRun run = RUN("explain", "env-managed", "0c7a51d4-93fe-4c0b-8d24-1f6b7a90e311", tenant);
    CHECK(run.code == 0 && holds(run.out, "\n  Compliant\n"));
    CHECK(holds(run.out, "existenceCondition on /tenants/5d0f3a6e-2c84-4b1a-9a3e-7e21c04f96b2/"
                         "environments/0c7a51d4-93fe-4c0b-8d24-1f6b7a90e311\n    true  allOf"));
    run = RUN("explain", "env-managed", "Default-5d0f3a6e-2c84-4b1a-9a3e-7e21c04f96b2", tenant);
    CHECK(holds(run.out, "environments/Default-5d0f3a6e-2c84-4b1a-9a3e-7e21c04f96b2\n    false"));
    CHECK(holds(run.out, "would pass if normalized.isManaged were true"));
    run = RUN("explain", "env-managed", "tenantSettings", tenant);
    CHECK(holds(run.out, "NotApplicable") && !holds(run.out, "  if\n"));
    run = RUN("explain", "pp-acc-25", "authorizationPolcy", tenant);
    CHECK(run.code == 66 && holds(run.words, "no resource authorizationPolcy in the input; did you "
                                             "mean \"authorizationPolicy\"? (a resource is named "
                                             "by its id, the end of it, or its name)"));
}

TEST(imported_aliases_serve_later_runs)
{
    if (!program_exists()) {
        return;
    }
    (void)scratch_file(
        "odd.json",
        STR("{\"name\":\"odd\",\"policyRule\":{\"if\":{\"field\":\"Odd.Place/things/on\","
            "\"equals\":true},\"then\":{\"effect\":\"audit\"}}}"));
    (void)scratch_file("odd.ndjson", STR("{\"id\":\"/subscriptions/s/t\",\"name\":\"t\",\"type\":"
                                         "\"Odd.Place/things\","
                                         "\"properties\":{\"inner\":{\"isOn\":true}}}\n"));
    (void)scratch_file("rows.json", STR("[{\"Name\":\"Odd.Place/things/on\",\"DefaultPath\":"
                                        "\"properties.inner.isOn\"}]"));
    CHECK(RUN("assess", "--policy", "@odd.json", "@odd.ndjson").code == 0);
    CHECK(RUN("assess", "--policy", "@odd.json", "--aliases", "@rows.json", "@odd.ndjson").code ==
          1);
    ProgramRun run = RUN("policy", "alias", "import", "@rows.json");
    CHECK(run.code == 0 && holds(run.out, "1 alias kept in "));
    CHECK(RUN("assess", "--policy", "@odd.json", "@odd.ndjson").code == 1);
    (void)scratch_file("rows.json", STR("{\"neither\": 1}"));
    CHECK(RUN("policy", "alias", "import", "@rows.json").code == 65);
}

TEST(explain_agrees_with_assess)
{
    if (!program_exists()) {
        return;
    }
    // The scoreboard's own word for the tenant; the sources, attestations and exemptions count.
    ProgramRun run = RUN("explain", "pp-acc-20", "the tenant", "examples/tenant");
    CHECK(run.code == 0 && holds(run.out, "NonCompliant: no related"));
    run = RUN("explain", "pp-acc-20", "the tenant", "examples/tenant/tenant.json");
    CHECK(run.code == 0 && holds(run.out, "NotMeasured: graph-conditionalaccess: no input"));
    (void)scratch_file("rule.json", STR(RULE_TLS));
    (void)scratch_file("poor.ndjson", STR(POOR("acc")));
    (void)scratch_file(
        "waived.json",
        STR("{\"id\":\"/subscriptions/s/providers/Microsoft.Authorization/policyExemptions/w\","
            "\"name\":\"w\",\"properties\":{\"policyAssignmentId\":\"a\",\"exemptionCategory\":"
            "\"Waiver\",\"displayName\":\"until spring\",\"metadata\":{\"datumline\":{\"kind\":"
            "\"accepted\",\"requestedBy\":\"a@x.example\",\"reason\":\"r\",\"reviewOn\":"
            "\"2027-01-01\"}}}}"));
    (void)scratch_file("given.json", STR("{\"name\":\"a\",\"properties\":{\"policyDefinitionId\":"
                                         "\"tls\",\"scope\":\"/subscriptions/s\"}}"));
    static const struct {
        const char *now;
        bool waived;
    } rows[] = {{"2026-12-01T00:00:00Z", true}, {"2027-02-01T00:00:00Z", false}};
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        run = RUN("explain", "tls", "acc", "--policy", "@rule.json", "--assignments", "@given.json",
                  "--exemptions", "@waived.json", "--now", rows[i].now, "@poor.ndjson");
        CHECK_ROW(rows[i].now, run.code == 0 && holds(run.out, "NonCompliant"));
        CHECK_ROW(rows[i].now, holds(run.out, "exempt: until spring") == rows[i].waived);
        run = RUN("assess", "--policy", "@rule.json", "--assignments", "@given.json",
                  "--exemptions", "@waived.json", "--now", rows[i].now, "@poor.ndjson");
        CHECK_ROW(rows[i].now, run.code == (rows[i].waived ? 0 : 1));
    }
}

#define CASE(name, expect)                                                                         \
    "{\"name\":\"" name "\",\"policy\":\"tls\",\"resource\":{\"type\":"                            \
    "\"Microsoft.Storage/storageAccounts\"},\"expect\":" expect "}"

TEST(a_case_cannot_pass_by_its_name_or_a_misspelt_key)
{
    if (!program_exists()) {
        return;
    }
    (void)scratch_file("rule.json", STR(RULE_TLS));
    (void)scratch_file("case.json", STR(CASE("a\\nok 2 # TODO", "\"Compliant\"")));
    ProgramRun run = RUN("policy", "test", "@rule.json", "@case.json");
    CHECK(run.code == 1 && holds(run.out, "case.json: a ok 2 \\# TODO\n# expected Compliant"));
    (void)scratch_file("case.json", STR(CASE("a", "{\"state\":\"NonCompliant\",\"mesage\":1}")));
    run = RUN("policy", "test", "@rule.json", "@case.json");
    CHECK(run.code == 65);
    CHECK(holds(run.words, "\"mesage\" is not a key of a case; did you mean \"message\"?"));
    (void)scratch_file("case.ndjson",
                       STR(CASE("a", "\"NonCompliant\"") "\r\n\r\n{\"policy\":\r\n"));
    run = RUN("policy", "test", "@rule.json", "@case.ndjson");
    CHECK(run.code == 65 && holds(run.words, "case.ndjson:3:"));
}

TEST(inventory_accounts_for_every_input)
{
    if (!program_exists()) {
        return;
    }
    ProgramRun run = RUN("inventory", "show", "examples/tenant");
    CHECK(run.code == 2); // one body is a refusal
    CHECK(holds(run.out, "tenant-settings.json"));
    CHECK(holds(run.out, "refused"));
    CHECK(holds(run.out, "README.md: not a .json"));
    run = RUN("inventory", "show", "--output", "json", "examples/tenant/tenant-settings.json");
    CHECK(run.code == 0 && holds(run.out, "\"kind\":\"tenant-settings\""));
}

TEST(baselines_that_ship)
{
    if (!program_exists()) {
        return;
    }
    ProgramRun run = RUN("baseline", "list");
    CHECK(run.code == 0 && holds(run.out, "power-platform\n"));
    run = RUN("baseline", "show", "power-platform", "--output", "json");
    CHECK(run.code == 0 && holds(run.out, "\"controls\":["));
    run = RUN("baseline", "show", "content/baselines/power-platform");
    CHECK(run.code == 0 && holds(run.out, "critical"));
}

TEST(streams_are_counted_and_their_lines_told)
{
    if (!program_exists()) {
        return;
    }
    (void)scratch_file("rule.json", STR(RULE_TLS));
    (void)scratch_file("three.ndjson", STR(POOR("a") GOOD("b") GOOD("c")));
    ProgramRun run = RUN("inventory", "show", "@three.ndjson");
    CHECK(run.code == 0);
    CHECK(holds(run.out, "three.ndjson resources, 3 objects"));
    (void)scratch_file("rough.ndjson", STR(POOR("a") "\r\n \n{\"id\":\n" GOOD("b") "7\n"));
    run = RUN("inventory", "show", "@rough.ndjson");
    CHECK(run.code == 2 && holds(run.out, "  partial        "));
    CHECK(holds(run.out, "rough.ndjson:4:7 resources,"));
    run = RUN("inventory", "show", "@rough.ndjson", "--output", "json");
    CHECK(holds(run.out, "\"objects\":2") && holds(run.out, "\"line\":4,\"column\":7"));
    CHECK(holds(run.out, "the first of 2 broken lines: a value expected, not the end"));
    CHECK(RUN("inventory", "show", "@absent").code == 66);
}

TEST(aliases_come_as_lines_too)
{
    if (!program_exists()) {
        return;
    }
    (void)scratch_file("lines.ndjson", STR("{\"Name\":\"Odd.Place/things/x\",\"DefaultPath\":"
                                           "\"properties.x\"}\n\n{\"a\":\"Odd.Place/things/y\","
                                           "\"p\":\"properties.y\"}\n"));
    ProgramRun run = RUN("policy", "alias", "import", "--to", "@kept.ndjson", "@lines.ndjson");
    CHECK(run.code == 0 && holds(run.out, "2 aliases kept in "));
    (void)scratch_file("lines.ndjson", STR("{\"Name\":\"x\",\"DefaultPath\":\"y\"}\n{\"Name\n"));
    run = RUN("policy", "alias", "import", "--to", "@kept.ndjson", "@lines.ndjson");
    CHECK(run.code == 65 && holds(run.words, "lines.ndjson:2:"));
    CHECK(RUN("policy", "alias", "import", "@absent.json").code == 66);
}

TEST(aliases_from_a_pipe_serve_later_runs)
{
    if (!program_exists()) {
        return;
    }
    (void)scratch_file("two.ndjson", STR("{\"Name\":\"Odd.Place/things/x\",\"DefaultPath\":"
                                         "\"properties.x\"}\n{\"Name\":\"Odd.Place/things/y\","
                                         "\"DefaultPath\":\"properties.y\"}\n"));
    ProgramRun run = RUN("policy", "alias", "import", "--to", "@kept.json", "@two.ndjson");
    CHECK(run.code == 64 && holds(run.words, "there is a row on each line, so the name must end "
                                             "in .ndjson"));
    const ProgramOptions pipe = {.input = STR("{\"Name\":\"Odd.Pipe/things/x\",\"DefaultPath\":"
                                              "\"properties.x\"}\n{\"Name\":\"Odd.Pipe/things/y\","
                                              "\"DefaultPath\":\"properties.y\"}\n")};
    run = program_run(&pipe, (const char *const[]){"policy", "alias", "import", "-", NULL});
    CHECK(run.code == 0 && holds(run.out, "2 aliases kept in "));
    CHECK(holds(run.out, "/aliases/imported.ndjson\n"));
    size_t len = 0;
    char *bytes = scratch_read(scratch_path("data/aliases/imported.ndjson"), &len);
    CHECK(bytes != NULL && len == pipe.input.len);
    free(bytes);
    // definitions may come that way too
    const ProgramOptions rules = {.input = STR(RULE_TLS "\n" RULE_TLS "\n")};
    run = program_run(&rules, (const char *const[]){"policy", "check", "-", NULL});
    CHECK(holds(run.words, "2 documents in 1 file"));
}

#define RULE_TAG                                                                                   \
    "{\"name\":\"tag\",\"properties\":{\"mode\":\"Indexed\",\"parameters\":{\"value\":{\"type\":"  \
    "\"String\"}},\"policyRule\":{\"if\":{\"field\":\"tags['env']\",\"exists\":false},\"then\":{"  \
    "\"effect\":\"modify\",\"details\":{\"roleDefinitionIds\":[\"/r\"],\"operations\":[{"          \
    "\"operation\":\"add\",\"field\":\"tags['env']\",\"value\":\"[parameters('value')]\"}]}}}}}"

TEST(a_case_may_ask_for_the_document_that_modify_makes)
{
    if (!program_exists()) {
        return;
    }
    (void)scratch_file("tag.json", STR(RULE_TAG));
    static const struct {
        const char *env;
        int code;
    } rows[] = {{"test", 1}, {"prod", 0}};
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        char text[1024];
        int n =
            snprintf(text, sizeof text,
                     "{\"name\":\"tagged\",\"policy\":\"tag\",\"parameters\":{\"value\":\"prod\"},"
                     "\"resource\":{\"id\":\"/subscriptions/s/x\",\"name\":\"x\",\"type\":"
                     "\"A.B/c\",\"location\":\"l\"},\"expect\":{\"state\":\"NonCompliant\","
                     "\"document\":{\"id\":\"/subscriptions/s/x\",\"name\":\"x\",\"type\":"
                     "\"A.B/c\",\"location\":\"l\",\"tags\":{\"env\":\"%s\"}}}}",
                     rows[i].env);
        (void)scratch_file("tagged.json", (Str){text, (size_t)n});
        ProgramRun run = RUN("policy", "test", "@tag.json", "@tagged.json");
        CHECK_ROW(rows[i].env, run.code == rows[i].code);
        CHECK_ROW(rows[i].env, rows[i].code == 0 || holds(run.out, "the document becomes {"));
    }
}

TEST(policy_explain_takes_values_for_parameters)
{
    if (!program_exists()) {
        return;
    }
    (void)scratch_file("tag.json", STR(RULE_TAG));
    (void)scratch_file("one.json", STR("{\"id\":\"/subscriptions/s/x\",\"name\":\"x\",\"type\":"
                                       "\"A.B/c\",\"location\":\"l\"}"));
    (void)scratch_file("values.json", STR("{\"parameters\":{\"value\":{\"value\":\"prod\"}}}"));
    ProgramRun run = RUN("policy", "explain", "@tag.json", "@one.json");
    CHECK(run.code == 0 && holds(run.out, "  NotMeasured: parameter value has no value\n\n"));
    run = RUN("policy", "explain", "--parameters", "@values.json", "@tag.json", "@one.json");
    CHECK(run.code == 0 && holds(run.out, "NonCompliant") && !holds(run.out, "has no value"));
    (void)scratch_file("values.json", STR("[1]"));
    run = RUN("policy", "explain", "--parameters", "@values.json", "@tag.json", "@one.json");
    CHECK(run.code == 65);
}
