// SPDX-License-Identifier: Apache-2.0
#include "host/system.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "t.h"

// In a child: signals are for the whole process.
static int after_signal(int number, bool ignored_before)
{
    CHECK(fflush(stdout) == 0); // or a child tells it again
    pid_t child = fork();
    if (child == 0) {
        (void)signal(number, ignored_before ? SIG_IGN : SIG_DFL);
        system_signals_init();
        (void)raise(number);
        Err err = {0};
        bool noted = system_interrupted() && system_signal() == number && !system_go_on(&err) &&
                     strstr(err.text, "interrupted by SIG") != NULL;
        _exit(noted ? 10 : system_signal() == 0 && system_go_on(&err) ? 20 : 30);
    }
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(a_signal_to_end_is_noted_so_that_files_are_removed)
{
    static const struct {
        const char *row;
        int number;
        bool ignored_before;
        int want;
    } rows[] = {
        {"interrupt", SIGINT, false, 10},
        {"termination", SIGTERM, false, 10},
        {"the terminal is closed", SIGHUP, false, 10},
        {"the terminal is closed under nohup", SIGHUP, true, 20},
        {"a closed pipe is an error, not an end", SIGPIPE, false, 20},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        CHECK_ROW(rows[i].row,
                  after_signal(rows[i].number, rows[i].ignored_before) == rows[i].want);
    }
}

// A pipe nobody writes to, or nobody reads: who waits for it sleeps until the signal comes.
static void wait_for_signal(bool writes)
{
    int ends[2] = {-1, -1};
    int ready[2] = {-1, -1};
    CHECK(pipe(ends) == 0 && pipe(ready) == 0);
    char text[4096] = {0};
    for (int i = 0; writes && i < 16; i++) { // 64 KiB fill it
        CHECK(write(ends[1], text, sizeof text) == (ssize_t)sizeof text);
    }
    CHECK(fflush(stdout) == 0); // or a child tells it again
    pid_t child = fork();
    if (child == 0) {
        system_signals_init();
        ASSERT(write(ready[1], "x", 1) == 1);
        (void)alarm(20); // ends the child, and the test, should the signal be slept through
        Err err = {0};
        bool ok =
            writes ? system_wait_writable(ends[1], &err) : system_wait_readable(ends[0], &err);
        _exit(ok ? 20 : strstr(err.text, "SIGTERM") != NULL ? 10 : 30);
    }
    char byte = 0;
    CHECK(read(ready[0], &byte, 1) == 1 && kill(child, SIGTERM) == 0);
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 10);
    Err err = {0};
    CHECK(writes ? read(ends[0], text, sizeof text) > 0 : write(ends[1], "x", 1) == 1);
    CHECK(writes ? system_wait_writable(ends[1], &err) : system_wait_readable(ends[0], &err));
    for (size_t i = 0; i < 2; i++) {
        (void)close(ends[i]);
        (void)close(ready[i]);
    }
}

TEST(a_read_or_write_that_waits_ends_with_the_signal)
{
    wait_for_signal(false);
    wait_for_signal(true);
}
