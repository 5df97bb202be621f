// SPDX-License-Identifier: Apache-2.0
// system — the few things only the operating system knows: time, processors, signals.
// Depends on: base.  Thread-safe.
#pragma once

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
