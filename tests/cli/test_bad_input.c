// SPDX-License-Identifier: Apache-2.0
// What bad input gets: one row of the table of promises after the other, on the built program.
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

TEST(a_broken_line_is_told_and_the_others_are_measured)
{
    if (!program_exists()) {
        return;
    }
    make_samples();
    (void)scratch_file("broken.ndjson", STR(GOOD("a") "{\"id\": 1,,}\n" GOOD("b") "nonsense\n"));
    ProgramRun run =
        RUN("assess", "--policy", "@rule.json", "--export", "@broken.json", "@broken.ndjson");
    CHECK(run.code == 2);
    CHECK(holds(run.words, "broken.ndjson:2:"));
    CHECK(holds(run.words, "broken.ndjson:4:1: "));
    CHECK(holds(run.out, "2 of 2 checks"));
    CHECK(holds(run.out, "2 lines or files could not be read"));
    size_t len = 0;
    char *json = scratch_read(scratch_path("broken.json"), &len);
    CHECK(json != NULL && strstr(json, "\"notRead\":{\"count\":2") != NULL);
    free(json);
}

TEST(a_file_that_is_not_json_is_told_and_the_others_are_measured)
{
    if (!program_exists()) {
        return;
    }
    make_samples();
    (void)scratch_file("page.json", STR("<html>sign in</html>"));
    (void)scratch_file("half.json", STR("{\"value\": [\n  {\"id\": "));
    (void)scratch_file("empty.json", STR(""));
    ProgramRun run = RUN("assess", "--policy", "@rule.json", "@page.json", "@half.json",
                         "@empty.json", "@good.ndjson");
    CHECK(run.code == 2);
    CHECK(holds(run.words, "page.json"));
    CHECK(holds(run.words, "half.json:2:"));
    CHECK(holds(run.words, "empty.json"));
    CHECK(holds(run.out, "2 of 2 checks"));
}

TEST(a_rule_half_understood_assesses_nothing)
{
    if (!program_exists()) {
        return;
    }
    make_samples();
    static const struct {
        const char *code, *rule;
    } rows[] = {
        {"unknown-operator",
         "{\"if\":{\"field\":\"type\",\"equal\":\"x\"},\"then\":{\"effect\":\"audit\"}}"},
        {"unknown-function",
         "{\"if\":{\"value\":\"[frobnicate('x')]\",\"equals\":1},\"then\":{\"effect\":\"audit\"}}"},
        {"unknown-key", "{\"if\":{\"field\":\"type\",\"equals\":\"x\"},\"then\":{\"effect\":"
                        "\"audit\",\"els\":1}}"},
        {"duplicate-key", "{\"if\":{\"field\":\"type\",\"equals\":\"x\",\"field\":\"name\"},"
                          "\"then\":{\"effect\":\"audit\"}}"},
        {"unknown-document", "{\"policyRul\": {}}"},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Str path = scratch_file("odd.json", str_from_cstr(rows[i].rule));
        ProgramRun run = RUN("assess", "--policy", "@odd.json", "--policy", "@rule.json",
                             "--export", "@odd.ndjson", "@poor.ndjson");
        CHECK_ROW(rows[i].code, run.code == 65);
        CHECK_ROW(rows[i].code, run.out.len == 0);
        CHECK_ROW(rows[i].code, access(scratch_path("odd.ndjson").ptr, F_OK) != 0);
        char place[600];
        (void)snprintf(place, sizeof place, "%s:1:", path.ptr);
        CHECK_ROW(rows[i].code, holds(run.words, place));
        CHECK_ROW(rows[i].code, holds(run.words, rows[i].code));
        run = RUN("policy", "check", "@odd.json");
        CHECK_ROW(rows[i].code, run.code == 65);
        CHECK_ROW(rows[i].code, holds(run.out, place) && holds(run.out, rows[i].code));
    }
}

TEST(an_expression_error_is_a_state_and_the_run_goes_on)
{
    if (!program_exists()) {
        return;
    }
    make_samples();
    (void)scratch_file("ip.json", STR("{\"name\":\"ip\",\"policyRule\":{\"if\":{\"value\":"
                                      "\"[ipRangeContains('10.0.0.0/8', field('name'))]\","
                                      "\"equals\":true},\"then\":{\"effect\":\"audit\"}}}"));
    ProgramRun run = RUN("assess", "--policy", "@ip.json", "--policy", "@rule.json", "--export",
                         "@ip.ndjson", "@good.ndjson");
    CHECK(run.code == 2);
    CHECK(holds(run.out, "Error"));
    size_t len = 0;
    char *lines = scratch_read(scratch_path("ip.ndjson"), &len);
    CHECK(lines != NULL && strstr(lines, "\"state\":\"Error\"") != NULL);
    CHECK(lines != NULL && strstr(lines, "\"message\":") != NULL);
    free(lines);
}

TEST(a_refused_body_and_an_empty_list_never_count_as_good)
{
    if (!program_exists()) {
        return;
    }
    (void)scratch_file("environments.json",
                       STR("{\"error\":{\"code\":\"Forbidden\",\"message\":\"no role\"}}"));
    ProgramRun run = RUN("assess", "--fail-on", "none", "@environments.json");
    CHECK(run.code == 2);
    CHECK(holds(run.out, "NotMeasured"));
    CHECK(holds(run.words, "environments.json"));
    CHECK(!holds(run.out, "\nCompliant"));
    (void)scratch_file("environments.json", STR("{\"value\":[]}"));
    run = RUN("assess", "--fail-on", "none", "@environments.json");
    CHECK(run.code == 2);
    CHECK(!holds(run.out, "\nCompliant"));
}

TEST(limits_name_their_option)
{
    if (!program_exists()) {
        return;
    }
    make_samples();
    (void)scratch_file("deep.ndjson", STR(GOOD("a") ACCOUNT("d", "{\"x\":[[[[[[[[[[]]]]]]]]]]}")));
    static const struct {
        const char *option, *value;
    } rows[] = {{"--max-depth", "9"}, {"--max-document-bytes", "210"}, {"--max-values", "12"}};
    for (size_t i = 0; i < 1; i++) {
        ProgramRun run =
            RUN("assess", "--policy", "@rule.json", rows[i].option, rows[i].value, "@deep.ndjson");
        CHECK_ROW(rows[i].option, run.code == 2);
        CHECK_ROW(rows[i].option, holds(run.words, "deep.ndjson:2:"));
        CHECK_ROW(rows[i].option, holds(run.words, rows[i].option));
    }
    for (size_t i = 0; i < COUNTOF(rows); i++) { // in what people write: 65
        ProgramRun run =
            RUN("policy", "check", rows[i].option, i == 0 ? "3" : rows[i].value, "@rule.json");
        CHECK_ROW(rows[i].option, run.code == 65);
        CHECK_ROW(rows[i].option,
                  holds(run.words, rows[i].option) || holds(run.out, rows[i].option));
    }
}

TEST(what_ships_is_not_held_to_the_limits)
{
    if (!program_exists()) {
        return;
    }
    make_samples();
    ProgramRun run = RUN("assess", "--max-document-bytes", "700", "--max-depth", "5", "--fail-on",
                         "none", "@good.ndjson");
    CHECK(run.code == 2 && holds(run.out, "power-platform: ships with the program"));
    run = RUN("baseline", "diff", "power-platform", "power-platform", "--max-values", "5");
    CHECK(run.code == 0);
}

TEST(policies_beside_a_baseline_are_not_dropped_in_silence)
{
    if (!program_exists()) {
        return;
    }
    make_samples();
    ProgramRun run =
        RUN("assess", "--baseline", "power-platform", "--policy", "@rule.json", "@good.ndjson");
    CHECK(run.code == 64 && run.out.len == 0);
    CHECK(holds(run.words, "nothing assigns the policies given beside baseline power-platform"));
    (void)scratch_file("assigned.json",
                       STR("[{\"name\":\"a\",\"properties\":{\"policyDefinitionId\":\"tls\","
                           "\"scope\":\"/\"}}]"));
    run = RUN("assess", "--baseline", "power-platform", "--policy", "@rule.json", "--assignments",
              "@assigned.json", "--fail-on", "none", "@good.ndjson");
    CHECK(run.code != 64 && holds(run.out, "| 2 resources"));
}

TEST(a_folder_that_is_no_baseline_is_no_input)
{
    if (!program_exists()) {
        return;
    }
    make_samples();
    ASSERT(mkdir(scratch_path("plain").ptr, 0700) == 0);
    ProgramRun run = RUN("assess", "--baseline", "@plain", "@good.ndjson");
    CHECK(run.code == 66 && holds(run.words, "/plain is a folder, but no baseline: there is no "
                                             "manifest.json in it"));
    CHECK(!holds(run.words, "mend the href"));
}

TEST(no_input_is_66_with_the_path)
{
    if (!program_exists()) {
        return;
    }
    make_samples();
    static const struct {
        const char *path, *says;
    } rows[] = {
        {"@absent.ndjson", "absent.ndjson: No such file"},
        {"@good.ndjson/below", "good.ndjson/below: Not a directory"},
    };
    ProgramRun empty = RUN("assess", "@good.ndjson", "");
    CHECK(empty.code == 64 &&
          holds(empty.words, "word 2 behind the command is empty; is a variable not set?"));
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        ProgramRun run = RUN("assess", "--policy", "@rule.json", rows[i].path);
        CHECK_ROW(rows[i].path, run.code == 66);
        CHECK_ROW(rows[i].path, holds(run.words, rows[i].says));
        CHECK_ROW(rows[i].path, run.out.len == 0);
    }
    ProgramRun run = RUN("assess", "--policy", "@rule.json");
    CHECK(run.code == 66);
    run = RUN("assess", "--policy", "@absent.json", "@good.ndjson");
    CHECK(run.code == 66 && holds(run.words, "absent.json"));
    run = RUN("assess", "--baseline", "no-such", "@good.ndjson");
    CHECK(run.code == 66 && holds(run.words, "no-such"));
    if (geteuid() != 0) { // root may read everything
        CHECK(chmod(scratch_path("good.ndjson").ptr, 0) == 0);
        run = RUN("assess", "--policy", "@rule.json", "@good.ndjson");
        CHECK(run.code == 66 && holds(run.words, "good.ndjson: Permission denied"));
        CHECK(unlink(scratch_path("good.ndjson").ptr) == 0);
    }
}

TEST(a_full_disk_is_74_and_leaves_nothing)
{
    if (!program_exists()) {
        return;
    }
    make_samples();
    Buf many = {0};
    for (int i = 0; i < 300; i++) {
        buf_push(&many, STR(POOR("a")));
    }
    (void)scratch_file("many.ndjson", buf_str(&many));
    buf_free(&many);
    static const char *const names[] = {"full.ndjson", "full.json", "full.csv"};
    for (size_t i = 0; i < COUNTOF(names); i++) {
        char word[32];
        (void)snprintf(word, sizeof word, "@%s", names[i]);
        int before = scratch_count();
        ProgramOptions options = {.file_size_max = 8000};
        const char *const args[] = {"assess", "--policy",     "@rule.json", "--export",
                                    word,     "@many.ndjson", NULL};
        ProgramRun run = program_run(&options, args);
        CHECK_ROW(names[i], run.code == 74);
        CHECK_ROW(names[i], holds(run.words, names[i]));
        CHECK_ROW(names[i], scratch_count() == before);
    }
    if (access("/dev/full", W_OK) == 0) {
        ASSERT(symlink("/dev/full", scratch_path("dev.json").ptr) == 0);
        ProgramRun run =
            RUN("assess", "--policy", "@rule.json", "--export", "@dev.json", "@good.ndjson");
        CHECK(run.code == 74 && holds(run.words, "dev.json: No space left"));
    }
    ProgramRun run =
        RUN("assess", "--policy", "@rule.json", "--export", "@no/where.json", "@good.ndjson");
    CHECK(run.code == 74 && holds(run.words, "no/where.json"));
}

TEST(a_closed_pipe_ends_quietly)
{
    if (!program_exists()) {
        return;
    }
    make_samples();
    ProgramOptions options = {.closed_pipe = true};
    const char *const args[] = {"assess", "--policy", "@rule.json", "@good.ndjson", NULL};
    ProgramRun run = program_run(&options, args);
    CHECK(run.code == 0);
    CHECK(run.words.len == 0);
}

TEST(wrong_usage_is_64_and_suggests)
{
    if (!program_exists()) {
        return;
    }
    make_samples();
    static const struct {
        const char *args[6];
        const char *says;
    } rows[] = {
        {{NULL}, "which command"},
        {{"asses"}, "did you mean assess?"},
        {{"policy"}, "datum policy needs a verb: check"},
        {{"policy", "chekc", "x"}, "did you mean datum policy check?"},
        {{"assess", "--jbos", "2", "x"}, "did you mean --jobs?"},
        {{"assess", "--jobs", "0", "x"}, "a whole number above 0"},
        {{"assess", "--jobs"}, "--jobs needs a value"},
        {{"assess", "--output", "xml", "x"}, "must be one of pretty|plain|json"},
        {{"assess", "--fail-on", "all", "x"}, "must be one of any|low|medium|high|critical|none"},
        {{"assess", "--export", "a.xlsx", "x"}, ".oscal-ar.json or .oscal-poam.json"},
        {{"assess", "--now", "yesterday", "x"}, "must be a time like"},
        {{"baseline", "list", "--jobs", "2"}, "does not go with this command"},
        {{"explain", "x"}, "usage: datum explain"},
        {{"policy", "check"}, "usage: datum policy check"},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        ProgramRun run = program_run(&(ProgramOptions){0}, rows[i].args);
        CHECK_ROW(rows[i].says, run.code == 64);
        CHECK_ROW(rows[i].says, holds(run.words, rows[i].says));
        CHECK_ROW(rows[i].says, run.out.len == 0);
    }
}
