// SPDX-License-Identifier: Apache-2.0
#include "cli/program.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/scratch.h"

enum { ARGS_MAX = 32 };

static char *kept_out;
static char *kept_words;

bool program_exists(void)
{
    const char *exe = getenv("DATUM_EXE");
    ASSERT(exe == NULL || access(exe, X_OK) == 0); // one that was promised is there
    return exe != NULL;
}

static void redirect(const char *path, int flags, int target)
{
    int fd = open(path, flags, 0600);
    if (fd < 0 || dup2(fd, target) != target) {
        _exit(126);
    }
}

// In the child: everything the options ask for, then the program.
static _Noreturn void become(const ProgramOptions *options, char *const *argv, int pipe_end)
{
    redirect(scratch_path(".in").ptr, O_RDONLY, STDIN_FILENO);
    redirect(scratch_path(".err").ptr, O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
    if (pipe_end >= 0) {
        (void)dup2(pipe_end, STDOUT_FILENO);
    } else {
        redirect(scratch_path(".out").ptr, O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
    }
    if (options->file_size_max != 0) {
        struct rlimit limit = {(rlim_t)options->file_size_max, (rlim_t)options->file_size_max};
        (void)setrlimit(RLIMIT_FSIZE, &limit);
    }
    if (options->plain_rights) { // fails, and need not be, for anybody but root
        (void)prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0);
        (void)prctl(PR_CAPBSET_DROP, CAP_DAC_READ_SEARCH, 0, 0, 0);
    }
    (void)signal(SIGPIPE, SIG_DFL);
    (void)setenv("DATUM_DATA_DIR", scratch_path("data").ptr, 1);
    if (options->variable != NULL) {
        char *copy = strdup(options->variable);
        char *equals = copy != NULL ? strchr(copy, '=') : NULL;
        if (equals != NULL) {
            *equals = '\0';
            (void)setenv(copy, equals + 1, 1);
        }
    }
    (void)execv(argv[0], argv);
    _exit(127);
}

static Str read_back(const char *name, char **kept)
{
    free(*kept);
    size_t len = 0;
    *kept = scratch_read(scratch_path(name), &len);
    return (Str){*kept, *kept != NULL ? len : 0};
}

// Returns once the program has taken all but what a pipe holds; the pipe stays open until the end.
static int give_and_signal(const ProgramOptions *options, pid_t child)
{
    if (options->feeds == NULL) {
        return -1;
    }
    int fd = open(scratch_path(options->feeds).ptr, O_WRONLY);
    ASSERT(fd >= 0);
    for (size_t done = 0; done < options->feed.len;) {
        ssize_t n = write(fd, options->feed.ptr + done, options->feed.len - done);
        ASSERT(n > 0);
        done += (size_t)n;
    }
    ASSERT(kill(child, options->signal) == 0);
    return fd;
}

// Full is what does not grow any more. Nobody reads it, so the program is not done then, and never
// would be.
// A pipe is full when what it holds has stopped growing: its pages need not be.
static void signal_when_full(const ProgramOptions *options, pid_t child, int fd)
{
    enum { STILL_MS = 300, WAIT_MS = 20000 };
    int held = 0;
    int still = 0;
    for (int i = 0; i < WAIT_MS && still < STILL_MS; i++) {
        int now = 0;
        ASSERT(ioctl(fd, FIONREAD, &now) == 0);
        still = now == held && now != 0 ? still + 1 : 0;
        held = now;
        (void)poll(NULL, 0, 1);
    }
    ASSERT(still == STILL_MS && kill(child, options->signal) == 0);
}

ProgramRun program_run(const ProgramOptions *options, const char *const *args)
{
    char *argv[ARGS_MAX + 2] = {getenv("DATUM_EXE")};
    for (int i = 0; args[i] != NULL; i++) {
        ASSERT(i < ARGS_MAX);
        const char *word = args[i][0] == '@' ? scratch_path(args[i] + 1).ptr : args[i];
        argv[i + 1] = strdup(word);
        ASSERT(argv[i + 1] != NULL);
    }
    (void)scratch_file(".in", options->input);
    int ends[2] = {-1, -1};
    if (options->closed_pipe || options->full_pipe) {
        ASSERT(pipe(ends) == 0);
    }
    if (options->closed_pipe) {
        ASSERT(close(ends[0]) == 0);
        ends[0] = -1;
    }
    ASSERT(fflush(stdout) == 0);
    pid_t child = fork();
    ASSERT(child >= 0);
    if (child == 0) {
        become(options, argv, ends[1]);
    }
    int fed = give_and_signal(options, child);
    if (options->full_pipe) {
        signal_when_full(options, child, ends[0]);
    }
    int status = 0;
    ASSERT(waitpid(child, &status, 0) == child);
    for (size_t i = 0; i < COUNTOF(ends); i++) {
        if (ends[i] >= 0) {
            (void)close(ends[i]);
        }
    }
    if (fed >= 0) {
        (void)close(fed);
    }
    for (int i = 1; argv[i] != NULL; i++) {
        free(argv[i]);
    }
    ProgramRun run = {
        .code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
        .out = options->closed_pipe || options->full_pipe ? (Str){0} : read_back(".out", &kept_out),
        .words = read_back(".err", &kept_words),
    };
    if (holds(run.words, "Sanitizer") || holds(run.words, "runtime error:")) {
        (void)fwrite(run.words.ptr, 1, run.words.len, stderr);
        abort(); // a sanitizer's exit code could pass for a failed gate
    }
    return run;
}

bool holds(Str text, const char *part)
{
    return str_find(text, str_from_cstr(part)) != NULL;
}
