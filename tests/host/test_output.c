// SPDX-License-Identifier: Apache-2.0
#include "host/output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/scratch.h"
#include "t.h"

static unsigned steps;
static unsigned fail_at; // which call fails, 1-based over all of them; 0 = none
static bool short_writes;
static int fail_with = ENOSPC;

static bool fails(void)
{
    steps++;
    errno = fail_with;
    return steps == fail_at;
}

static ssize_t odd_write(int fd, const void *bytes, size_t count)
{
    if (fails()) {
        return -1;
    }
    return write(fd, bytes, short_writes && count > 7 ? 7 : count);
}

static int odd_fsync(int fd)
{
    return fails() ? -1 : fsync(fd);
}

static int odd_rename(const char *from, const char *to)
{
    return fails() ? -1 : rename(from, to);
}

static const OutputCalls odd_calls = {odd_write, odd_fsync, odd_rename};

static bool write_three(Str path, Err *err)
{
    Output *output = NULL;
    bool ok = output_open(path, &odd_calls, &output, err);
    for (int i = 0; ok && i < 3; i++) {
        ok = output_write(output, STR("some text that is written\n"), err);
    }
    ok = ok && output_commit(output, err);
    output_close(output);
    return ok;
}

TEST(a_failure_at_any_step_leaves_nothing_and_keeps_what_was_there)
{
    Str path = scratch_file("result", STR("old"));
    int before = scratch_count();
    short_writes = true;
    for (fail_at = 1;; fail_at++) {
        Err err = {0};
        steps = 0;
        bool ok = write_three(path, &err);
        if (ok) {
            break; // past the last step
        }
        CHECK(err.kind == ERR_WRITE);
        CHECK(strstr(err.text, "result") != NULL);
        CHECK(scratch_count() == before);
        size_t len = 0;
        char *bytes = scratch_read(path, &len);
        CHECK(bytes != NULL && str_eq((Str){bytes, len}, STR("old")));
        free(bytes);
    }
    CHECK(fail_at > 5); // several writes, a sync, a rename
    size_t len = 0;
    char *bytes = scratch_read(path, &len);
    CHECK(len == 3 * strlen("some text that is written\n"));
    free(bytes);
    CHECK(scratch_count() == before);
    fail_at = 0;
    short_writes = false;
}

TEST(nothing_appears_before_commit)
{
    Str path = scratch_path("later");
    Output *output = NULL;
    Err err = {0};
    int before = scratch_count();
    CHECK(output_open(path, NULL, &output, &err));
    CHECK(output_write(output, STR("x"), &err));
    CHECK(access(path.ptr, F_OK) != 0);
    output_close(output);
    CHECK(access(path.ptr, F_OK) != 0);
    CHECK(scratch_count() == before);
}

TEST(a_file_stays_as_closed_as_it_was)
{
    static const struct {
        const char *row;
        mode_t before, after;
    } rows[] = {{"private", 0600, 0600}, {"group", 0640, 0640}, {"open", 0666, 0644}};
    Err err = {0};
    mode_t mask = umask(022);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Str path = scratch_file("closed", STR("old"));
        CHECK(chmod(path.ptr, rows[i].before) == 0);
        CHECK_ROW(rows[i].row, write_three(path, &err));
        struct stat st = {0};
        CHECK(stat(path.ptr, &st) == 0);
        CHECK_ROW(rows[i].row, (st.st_mode & 0777) == rows[i].after);
    }
    (void)umask(mask);
    Str path = scratch_file("closed", STR("old"));
    CHECK(chmod(path.ptr, 0444) == 0);
    if (access(path.ptr, W_OK) != 0) { // for root nothing is closed
        CHECK(!write_three(path, &err) && err.kind == ERR_WRITE);
    }
    CHECK(unlink(path.ptr) == 0);
}

TEST(a_folder_that_is_not_there_is_told)
{
    Output *output = NULL;
    Err err = {0};
    CHECK(!output_open(scratch_path("nowhere/result.json"), NULL, &output, &err));
    CHECK(err.kind == ERR_WRITE);
    CHECK(strstr(err.text, "nowhere/result.json: No such file") != NULL);
}

TEST(a_full_device_is_an_error)
{
    Output *output = NULL;
    Err err = {0};
    if (access("/dev/full", W_OK) != 0) {
        return;
    }
    CHECK(output_open(STR("/dev/full"), NULL, &output, &err));
    bool ok = output_write(output, STR("x"), &err) && output_commit(output, &err);
    CHECK(!ok);
    CHECK(err.kind == ERR_WRITE);
    CHECK(strstr(err.text, "No space left") != NULL);
    output_close(output);
}

TEST(a_size_limit_is_an_error_and_leaves_nothing)
{
    struct rlimit old = {0};
    CHECK(getrlimit(RLIMIT_FSIZE, &old) == 0);
    struct rlimit small = {.rlim_cur = 1000, .rlim_max = old.rlim_max};
    CHECK(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    CHECK(setrlimit(RLIMIT_FSIZE, &small) == 0);
    int before = scratch_count();
    Output *output = NULL;
    Err err = {0};
    static char big[5000];
    memset(big, 'x', sizeof big);
    bool ok = output_open(scratch_path("big"), NULL, &output, &err) &&
              output_write(output, (Str){big, sizeof big}, &err) && output_commit(output, &err);
    output_close(output);
    CHECK(setrlimit(RLIMIT_FSIZE, &old) == 0);
    CHECK(!ok);
    CHECK(err.kind == ERR_WRITE);
    CHECK(scratch_count() == before);
}

TEST(a_closed_pipe_ends_quietly)
{
    int ends[2];
    CHECK(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
    CHECK(pipe(ends) == 0);
    int saved = dup(STDOUT_FILENO);
    CHECK(fflush(stdout) == 0);
    CHECK(dup2(ends[1], STDOUT_FILENO) == STDOUT_FILENO);
    CHECK(close(ends[0]) == 0);
    Output *output = NULL;
    Err err = {0};
    bool ok = output_open(STR("-"), NULL, &output, &err) &&
              output_write(output, STR("nobody reads this"), &err) && output_commit(output, &err);
    bool closed = output_is_closed_pipe(output);
    output_close(output);
    CHECK(dup2(saved, STDOUT_FILENO) == STDOUT_FILENO);
    CHECK(close(saved) == 0 && close(ends[1]) == 0);
    CHECK(ok);
    CHECK(closed);
}
