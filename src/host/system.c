// SPDX-License-Identifier: Apache-2.0
#include "host/system.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

enum { NS_PER_TICK = 100, NS_PER_SECOND = 1000000000 };

// 1970-01-01 counted from 0001-01-01.
#define UNIX_EPOCH_TICKS ((Ticks)719162 * TICKS_PER_DAY)

Ticks system_now(void)
{
    struct timespec now = {0};
    ASSERT(clock_gettime(CLOCK_REALTIME, &now) == 0);
    return UNIX_EPOCH_TICKS + (Ticks)now.tv_sec * TICKS_PER_SECOND +
           (Ticks)(now.tv_nsec / NS_PER_TICK);
}

uint64_t system_monotonic_ns(void)
{
    struct timespec now = {0};
    ASSERT(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (uint64_t)now.tv_sec * NS_PER_SECOND + (uint64_t)now.tv_nsec;
}

uint32_t system_processors(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : (uint32_t)n;
}

// The one mutable global of the program: a signal handler can reach nothing else. Atomic, because
// the handler runs on one thread and the others look.
static atomic_int interrupted;

static void on_interrupt(int signal_number)
{
    interrupted = signal_number;
}

void system_signals_init(void)
{
    struct sigaction ignore = {0};
    ignore.sa_handler = SIG_IGN;
    (void)sigaction(SIGPIPE, &ignore, NULL);
    // A file-size limit answers EFBIG like a full disk does, instead of ending the process.
    (void)sigaction(SIGXFSZ, &ignore, NULL);
    struct sigaction stop = {0};
    stop.sa_handler = on_interrupt;
    stop.sa_flags = (int)SA_RESETHAND; // a second interrupt ends the process at once
    (void)sigaction(SIGINT, &stop, NULL);
    (void)sigaction(SIGTERM, &stop, NULL);
    struct sigaction given = {0};
    if (sigaction(SIGHUP, NULL, &given) == 0 && given.sa_handler != SIG_IGN) { // not under nohup
        (void)sigaction(SIGHUP, &stop, NULL);
    }
}

bool system_interrupted(void)
{
    return interrupted != 0;
}

int system_signal(void)
{
    return interrupted;
}

bool system_go_on(Err *err)
{
    static const struct {
        int number;
        const char *name;
    } names[] = {{SIGINT, "SIGINT"}, {SIGTERM, "SIGTERM"}, {SIGHUP, "SIGHUP"}};
    int number = system_signal();
    if (number == 0) {
        return true;
    }
    const char *name = "a signal";
    for (size_t i = 0; i < COUNTOF(names); i++) {
        name = names[i].number == number ? names[i].name : name;
    }
    return err_set(err, ERR_IO, (Span){0}, "interrupted by %s before the end", name);
}

// Asks now and then: the signal may be given to another thread than the one that waits.
static bool is_ready(int fd, short events)
{
    enum { ASK_AGAIN_MS = 100 };
    struct pollfd wanted = {.fd = fd, .events = events};
    int ready = poll(&wanted, 1, ASK_AGAIN_MS);
    // What poll itself does not like, the read or write will tell.
    return ready > 0 || (ready < 0 && errno != EINTR && errno != EAGAIN);
}

bool system_wait_readable(int fd, Err *err)
{
    do {
        TRY(system_go_on(err));
    } while (!is_ready(fd, POLLIN));
    return true;
}

bool system_wait_writable(int fd, Err *err)
{
    while (!is_ready(fd, POLLOUT)) {
        TRY(system_go_on(err));
    }
    return true;
}
