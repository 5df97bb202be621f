// SPDX-License-Identifier: Apache-2.0
// releases — the releases of a baseline as its folder holds them, checked before they are given:
// seal, content, papers, and what the record says of them.
// Depends on: home, baseline/release, record.  Not thread-safe.
// Source: docs/formal-change.md.
#pragma once

#include "cli/home.h"
#include "record/change.h"

// Reads release N and checks everything about it. What does not hold is an error that names the
// file and the way out. *ret_recorded: false when nothing here vouches for it.
bool releases_read(Cli *cli, const Home *home, uint64_t number, Paper *ret_paper,
                   bool *ret_recorded, Err *err);

// When the release was retired; 0 = it was not. Errors: a retirement that does not hold.
bool releases_retired(Cli *cli, const Home *home, uint64_t number, Ticks *ret_time, Err *err);

// The newest release that was not retired by now, in force or not yet; 0 = there is none. Of those
// the record does not know, only when there is no record of the baseline.
bool releases_newest(Cli *cli, const Home *home, uint64_t *ret_number);
