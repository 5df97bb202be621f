// SPDX-License-Identifier: Apache-2.0
// commands — from the words of a command line to a command that ran, or to what is wrong with them.
// Depends on: cli, every cmd_x, host.  Not thread-safe: it is the program.
#pragma once

#include "cli/cli.h"

// Finds the command, runs it, returns the exit code. words are argv without the program's name.
int commands_run(const char *const *words, uint32_t count);
