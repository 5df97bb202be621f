// SPDX-License-Identifier: Apache-2.0
// Inputs that are not plain files, files under the wrong option, and names that would drive a
// terminal: nothing may be lost, counted twice or written over.
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "cli/program.h"
#include "cli/samples.h"
#include "host/scratch.h"
#include "t.h"

#define ASSIGNMENT                                                                                 \
    "{\"name\":\"a\",\"properties\":{\"policyDefinitionId\":\"tls\",\"scope\":"                    \
    "\"/subscriptions/s\",\"parameters\":{\"x\":{\"value\":1}}}}"

static void make_samples(void)
{
    (void)scratch_file("rule.json", STR(RULE_TLS));
    (void)scratch_file("good.ndjson", STR(GOOD("a") GOOD("b")));
    (void)scratch_file("poor.ndjson", STR(POOR("a") GOOD("b")));
    (void)scratch_file("none.json", STR("[]"));
    (void)scratch_file("assigned.json", STR(ASSIGNMENT));
}

// A child that gives the pipe one resource that breaks the rule.
static pid_t feed(const char *pipe_path)
{
    ASSERT(fflush(stdout) == 0); // or the child tells it again
    pid_t child = fork();
    if (child == 0) {
        static const char text[] = POOR("piped");
        int fd = open(pipe_path, O_WRONLY);
        bool ok = fd >= 0 && write(fd, text, sizeof text - 1) == (ssize_t)sizeof text - 1;
        _exit(ok ? 0 : 1);
    }
    return child;
}

TEST(a_pipe_is_read_once_and_whole)
{
    if (!program_exists()) {
        return;
    }
    make_samples();
    Str path = scratch_path("pipe");
    CHECK(mkfifo(path.ptr, 0600) == 0);
    pid_t child = feed(path.ptr);
    ProgramRun run = RUN("assess", "--policy", "@rule.json", "@pipe");
    CHECK(run.code == 1);
    CHECK(holds(run.out, "measured 1 of 1 controls | 1 of 1 checks | 1 resource"));
    int status = 1;
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    CHECK(unlink(path.ptr) == 0);
}

// ThreadSanitizer holds a signal back while the thread it came to waits for another one.
static bool signal_arrives(const char *jobs)
{
#ifdef __SANITIZE_THREAD__
    return str_eq(str_from_cstr(jobs), STR("1"));
#else
    (void)jobs;
    return true;
#endif
}

TEST(an_interrupted_run_says_so_and_leaves_no_file)
{
    if (!program_exists()) {
        return;
    }
    make_samples();
    (void)unlink(scratch_path("pipe").ptr);
    CHECK(mkfifo(scratch_path("pipe").ptr, 0600) == 0);
    Buf feed = {0};
    while (feed.len < 300000) { // 64 KiB are looked at, a pipe holds 64 KiB
        buf_push(&feed, STR(POOR("a")));
    }
    static const struct {
        const char *row, *jobs, *words;
        int number, code;
    } rows[] = {
        {"interrupt", "1", "datum: interrupted by SIGINT before the end", SIGINT, 130},
        {"interrupt of three workers", "3", "interrupted by SIGINT", SIGINT, 130},
        {"asked to end", "1", "datum: interrupted by SIGTERM before the end", SIGTERM, 143},
        {"asked three workers to end", "3", "interrupted by SIGTERM", SIGTERM, 143},
        {"the terminal is closed", "2", "interrupted by SIGHUP", SIGHUP, 129},
    };
    int before = -1;
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        if (!signal_arrives(rows[i].jobs)) {
            continue;
        }
        ProgramOptions options = {
            .feeds = "pipe", .feed = buf_str(&feed), .signal = rows[i].number};
        const char *const args[] = {"assess",     "--policy",     "@rule.json", "--jobs",
                                    rows[i].jobs, "--export",     "@x.json",    "--export",
                                    "@x.ndjson",  "@good.ndjson", "@pipe",      NULL};
        ProgramRun run = program_run(&options, args);
        CHECK_ROW(rows[i].row, run.code == rows[i].code);
        CHECK_ROW(rows[i].row, holds(run.words, rows[i].words) && run.out.len == 0);
        CHECK_ROW(rows[i].row, before < 0 || scratch_count() == before);
        before = scratch_count();
        CHECK_ROW(rows[i].row, access(scratch_path("x.json").ptr, F_OK) != 0);
        CHECK_ROW(rows[i].row, access(scratch_path("x.ndjson").ptr, F_OK) != 0);
    }
    buf_free(&feed);
    CHECK(unlink(scratch_path("pipe").ptr) == 0);
}

TEST(a_run_whose_output_nobody_reads_ends_with_the_signal)
{
    if (!program_exists()) {
        return;
    }
    make_samples();
    Buf many = {0};
    while (many.len < 300000) {
        buf_push(&many, STR(POOR("a")));
    }
    (void)scratch_file("many.ndjson", buf_str(&many));
    buf_free(&many);
    static const char *const jobs[] = {"1", "3"};
    for (size_t i = 0; i < COUNTOF(jobs); i++) {
        if (!signal_arrives(jobs[i])) {
            continue;
        }
        const ProgramOptions options = {.full_pipe = true, .signal = SIGTERM};
        const char *const args[] = {"assess",  "--policy",     "@rule.json", "--jobs",
                                    jobs[i],   "--output",     "json",       "--export",
                                    "@x.json", "@many.ndjson", NULL};
        int before = scratch_count();
        ProgramRun run = program_run(&options, args);
        CHECK_ROW(jobs[i], run.code == 143 && holds(run.words, "interrupted by SIGTERM"));
        CHECK_ROW(jobs[i], scratch_count() == before);
    }
}

TEST(a_pipe_in_a_folder_is_left_alone)
{
    if (!program_exists()) {
        return;
    }
    make_samples();
    Str folder = scratch_path("mixed");
    CHECK(mkdir(folder.ptr, 0700) == 0);
    (void)scratch_file("mixed/a.ndjson", STR(GOOD("a")));
    Str path = scratch_path("mixed/b.json");
    CHECK(mkfifo(path.ptr, 0600) == 0); // opening it would wait for a writer
    ProgramRun run = RUN("assess", "--policy", "@rule.json", "@mixed");
    CHECK(run.code == 0 && holds(run.out, "| 1 resource"));
    CHECK(unlink(path.ptr) == 0);
}

TEST(a_folder_inside_that_cannot_be_read_is_told_and_the_rest_measured)
{
    if (!program_exists()) {
        return;
    }
    make_samples();
    CHECK(mkdir(scratch_path("part").ptr, 0700) == 0);
    CHECK(mkdir(scratch_path("part/shut").ptr, 0700) == 0);
    (void)scratch_file("part/a.ndjson", STR(GOOD("a")));
    (void)scratch_file("part/b.ndjson", STR(GOOD("b")));
    (void)scratch_file("part/shut/c.ndjson", STR(POOR("c")));
    CHECK(chmod(scratch_path("part/shut").ptr, 0) == 0);
    CHECK(chmod(scratch_path("part/b.ndjson").ptr, 0) == 0);
    const ProgramOptions plain = {.plain_rights = true};
    const char *const assess[] = {"assess",     "--policy", "@rule.json", "--export",
                                  "@part.json", "@part",    NULL};
    ProgramRun run = program_run(&plain, assess);
    CHECK(run.code == 2 && holds(run.out, "| 1 resource"));
    CHECK(holds(run.words, "part/shut: cannot list the folder: Permission denied"));
    CHECK(holds(run.words, "part/b.ndjson: cannot read the file: Permission denied"));
    CHECK(holds(run.out, "1 read, 2 refused"));
    size_t len = 0;
    char *json = scratch_read(scratch_path("part.json"), &len);
    CHECK(json != NULL && strstr(json, "cannot list the folder: Permission denied") != NULL);
    free(json);
    const char *const show[] = {"inventory", "show", "@part", NULL};
    run = program_run(&plain, show);
    CHECK(run.code == 2 && holds(run.out, "part/shut: cannot list the folder"));
    const char *const named[] = {"assess",         "--policy",   "@rule.json",
                                 "@part/a.ndjson", "@part/shut", NULL};
    run = program_run(&plain, named);
    CHECK(run.code == 66 && holds(run.words, "cannot list the folder ") && run.out.len == 0);
    CHECK(unlink(scratch_path("part/a.ndjson").ptr) == 0);
    run = program_run(&plain, show);
    CHECK(run.code == 66 && holds(run.words, "what is there cannot be read"));
    CHECK(holds(run.words, "part/shut: cannot list the folder: Permission denied"));
    const char *const rules[] = {"policy", "check", "@part", NULL};
    run = program_run(&plain, rules);
    CHECK(run.code == 66 && holds(run.words, "cannot list the folder "));
    CHECK(chmod(scratch_path("part/shut").ptr, 0700) == 0);
}

TEST(a_file_named_twice_counts_once)
{
    if (!program_exists()) {
        return;
    }
    make_samples();
    CHECK(link(scratch_path("poor.ndjson").ptr, scratch_path("other.ndjson").ptr) == 0);
    ProgramRun run =
        RUN("assess", "--policy", "@rule.json", "@poor.ndjson", "@poor.ndjson", "@other.ndjson");
    CHECK(run.code == 1 && holds(run.out, "2 of 2 checks | 2 resources"));
    run = RUN("inventory", "show", "@poor.ndjson", "@other.ndjson");
    CHECK(holds(run.out, "other.ndjson: a file that was read already"));
    CHECK(unlink(scratch_path("other.ndjson").ptr) == 0);
}

TEST(a_resource_in_two_inputs_is_told)
{
    if (!program_exists()) {
        return;
    }
    make_samples();
    (void)scratch_file("page.json", STR("[" GOOD("c") "]"));
    (void)scratch_file("late.ndjson", STR(GOOD("c") GOOD("C") GOOD("d")));
    static const struct {
        const char *row, *first, *second, *words;
        int code;
    } rows[] = {
        {"two streams", "@good.ndjson", "@poor.ndjson",
         "datum: warning: 2 resources are in the input more than once and count each time; the "
         "first: /subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a, "
         "in ",
         1},
        {"a page and a stream", "@page.json", "@late.ndjson",
         "storageAccounts/c, in the files read whole and in ", 0},
        {"one stream, twice the same", "@good.ndjson", "@late.ndjson",
         "datum: warning: 1 resource is in the input more than once and counts each time", 0},
        {"none", "@good.ndjson", "@page.json", "", 0},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        ProgramRun run = RUN("assess", "--policy", "@rule.json", rows[i].first, rows[i].second);
        CHECK_ROW(rows[i].row, run.code == rows[i].code && holds(run.words, rows[i].words));
        CHECK_ROW(rows[i].row, (*rows[i].words != '\0') == holds(run.words, "more than once"));
    }
}

TEST(an_export_never_replaces_an_input)
{
    if (!program_exists()) {
        return;
    }
    make_samples();
    ProgramRun run =
        RUN("assess", "--policy", "@rule.json", "--export", "@poor.ndjson", "@poor.ndjson");
    CHECK(run.code == 64 && holds(run.words, "would overwrite an input"));
    size_t len = 0;
    char *kept = scratch_read(scratch_path("poor.ndjson"), &len);
    CHECK(kept != NULL && len == strlen(POOR("a") GOOD("b")));
    free(kept);
}

TEST(a_file_under_the_wrong_option)
{
    if (!program_exists()) {
        return;
    }
    make_samples();
    static const struct {
        const char *option, *file, *words;
        int code;
    } rows[] = {
        {"--initiative", "@rule.json", "this is a policy definition, which --initiative does not",
         65},
        {"--assignments", "@rule.json", "this is a policy definition, which --assignments does",
         65},
        {"--exemptions", "@assigned.json", "this is an assignment, which --exemptions does not",
         65},
        {"--attestations", "@rule.json", "this is a policy definition, which --attestations", 65},
        {"--tiers", "@rule.json", "unknown-key: \"name\" is not a key of a tiers file", 65},
        {"--policy", "@none.json", "", 0}, // beside a rule it adds nothing
        {"--assignments", "@assigned.json",
         "assigned.json:1:95: unknown-parameter: tls declares no parameter \"x\"", 65},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        ProgramRun run =
            RUN("assess", "--policy", "@rule.json", rows[i].option, rows[i].file, "@good.ndjson");
        CHECK_ROW(rows[i].option, run.code == rows[i].code);
        CHECK_ROW(rows[i].option, holds(run.words, rows[i].words));
    }
    ProgramRun run = RUN("assess", "--policy", "@none.json", "@good.ndjson");
    CHECK(run.code == 66 && holds(run.words, "no rule: the files given hold nothing"));
}

#define RULE_PARAMETERS                                                                            \
    "{\"name\":\"where\",\"properties\":{\"parameters\":{\"minimumVersion\":{\"type\":\"String\"," \
    "\"defaultValue\":\"TLS1_2\"}},\"policyRule\":{\"if\":{\"field\":"                             \
    "\"Microsoft.Storage/storageAccounts/minimumTlsVersion\",\"notEquals\":"                       \
    "\"[parameters('minimumVersion')]\"},\"then\":{\"effect\":\"audit\"}}}}"
#define RULE_BARE                                                                                  \
    "{\"if\":{\"field\":\"name\",\"equals\":\"[parameters('name')]\"},\"then\":{\"effect\":"       \
    "\"audit\"}}"

TEST(a_parameter_that_nothing_declares)
{
    if (!program_exists()) {
        return;
    }
    make_samples();
    (void)scratch_file("where.json", STR(RULE_PARAMETERS));
    (void)scratch_file("bare.json", STR(RULE_BARE));
    (void)scratch_file(
        "misspelt.json",
        STR("{\"minimumversion\":\"TLS1_2\",\n \"minimunVersion\":{\"value\":\"x\"}}"));
    (void)scratch_file("strange.json", STR("{\"name\":\"a\"}"));
    static const struct {
        const char *row, *rule, *first, *second, *words, *not_words;
        int code;
    } rows[] = {
        {"misspelt", "@where.json", "@misspelt.json", NULL,
         "misspelt.json:2:2: warning: unknown-parameter: no definition or initiative declares a "
         "parameter \"minimunVersion\"; did you mean \"minimumVersion\"?",
         "\"minimumversion\"", 0},
        {"of two files, with the file", "@where.json", "@misspelt.json", "@strange.json",
         "strange.json:1:2: warning: unknown-parameter: no definition or initiative declares a "
         "parameter \"name\"\n",
         "unused-parameters", 0},
        {"a bare rule may read any", "@bare.json", "@strange.json", NULL, "", "warning", 1},
        {"a definition without parameters", "@rule.json", "@strange.json", NULL,
         "strange.json:1:2: warning: unknown-parameter", "unused", 0},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        const char *more = rows[i].second != NULL ? "--parameters" : NULL;
        ProgramRun run = RUN("assess", "--policy", rows[i].rule, "@good.ndjson", "--parameters",
                             rows[i].first, more, rows[i].second);
        CHECK_ROW(rows[i].row, run.code == rows[i].code);
        CHECK_ROW(rows[i].row, holds(run.words, rows[i].words));
        CHECK_ROW(rows[i].row, !holds(run.words, rows[i].not_words));
    }
    ProgramRun run =
        RUN("assess", "--parameters", "@strange.json", "--fail-on", "none", "examples/tenant");
    CHECK(run.code == 2 &&
          holds(run.words, "strange.json: warning: unused-parameters: nothing of"));
    CHECK(holds(run.words, "declares a parameter \"name\""));
    (void)scratch_file("one.json", STR(GOOD("a")));
    run = RUN("policy", "explain", "@where.json", "@one.json", "--parameters", "@strange.json");
    CHECK(run.code == 0 && holds(run.words, "strange.json:1:2: warning: unknown-parameter"));
}

TEST(words_do_not_drive_the_terminal)
{
    if (!program_exists()) {
        return;
    }
    (void)scratch_file("esc.json", STR("{\"if\":{\"field\":\"type\",\"equals\":\"a\"},\"then\":{"
                                       "\"effect\":\"\\u001b[31maudit\\u202e\"}}"));
    ProgramRun run = RUN("policy", "check", "@esc.json");
    CHECK(run.code == 65 && holds(run.out, "\"?[31maudit?\" is not an effect"));
    run = RUN("assess", "no\x1b[31mwhere");
    CHECK(run.code == 66 && holds(run.words, "cannot open no?[31mwhere: No such file"));
    run = RUN("assess", "");
    CHECK(run.code == 64 && holds(run.words, "word 1 behind the command is empty"));
}

TEST(help_for_a_noun_and_for_a_command)
{
    if (!program_exists()) {
        return;
    }
    ProgramRun run = RUN("policy", "--help");
    CHECK(run.code == 0 && holds(run.out, "policy explain") && !holds(run.out, "inventory show"));
    run = RUN("help", "policy", "check");
    CHECK(run.code == 0 && holds(run.out, "usage: datum policy check "));
    run = RUN("help", "assses");
    CHECK(run.code == 64 && holds(run.words, "no command assses; did you mean assess?"));
    run = RUN("policy");
    CHECK(run.code == 64 && holds(run.words, "needs a verb: check, test, explain, alias import"));
}
