// SPDX-License-Identifier: Apache-2.0
// system — the few things only the operating system knows: time, processors, signals.
// Depends on: base.  Thread-safe.
#pragma once

#include "base/err.h"
#include "base/ticks.h"

// The wall clock in UTC.
Ticks system_now(void);

// Nanoseconds since some fixed point; never goes backwards.
uint64_t system_monotonic_ns(void);

// Processors this process may use; at least 1.
uint32_t system_processors(void);

// A write to a closed pipe becomes an ordinary error (EPIPE) instead of a signal, and interruption
// (SIGINT, SIGTERM, SIGHUP) a flag that long loops ask for, so that temporary files are removed.
void system_signals_init(void);
bool system_interrupted(void);

// The number of the signal that asked to end; 0 = none did.
int system_signal(void);

// What long loops and reads that wait ask: false, with the signal's name in err, once the program
// is to end.
MUST_USE bool system_go_on(Err *err);

// Waits until a read of fd would not wait, or the program is to end (then like system_go_on). A
// plain read would sleep through a signal that another thread was given.
MUST_USE bool system_wait_readable(int fd, Err *err);

// The same for a write of at most PIPE_BUF bytes; but what can be written at once may be, so that a
// command that was done when the signal came still says so.
MUST_USE bool system_wait_writable(int fd, Err *err);
