// SPDX-License-Identifier: Apache-2.0
#include "host/system.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "t.h"

// In a child: signals are for the whole process.
static int after_signal(int number, bool ignored_before)
{
    pid_t child = fork();
    if (child == 0) {
        (void)signal(number, ignored_before ? SIG_IGN : SIG_DFL);
        system_signals_init();
        (void)raise(number);
        _exit(system_interrupted() ? 10 : 20);
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
