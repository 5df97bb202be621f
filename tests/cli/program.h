// SPDX-License-Identifier: Apache-2.0
// program — runs the built datum as a user would, in a scratch folder of its own.
#pragma once

#include "base/str.h"

typedef struct ProgramRun {
    int code;  // exit code; 128 + n when ended by signal n
    Str out;   // what it printed; lives until the next run
    Str words; // standard error
} ProgramRun;

typedef struct ProgramOptions {
    Str input;            // standard input
    long file_size_max;   // RLIMIT_FSIZE in bytes; 0 = none
    bool closed_pipe;     // standard output is a pipe nobody reads
    bool full_pipe;       // standard output is a pipe; once it is full, signal is sent
    bool plain_rights;    // root may read everything: not in this run
    const char *feeds;    // name of a pipe in the scratch folder that is given feed, then left open
    Str feed;             // more than the program peeks at and the pipe holds: it is then reading
    int signal;           // and sent when all of feed was taken
    const char *variable; // "NAME=value" for its environment; NULL = none
} ProgramOptions;

// False when there is no program to run (DATUM_EXE is not set): the test then has nothing to check.
bool program_exists(void);

// args ends with NULL. Words beginning with '@' stand for paths in the scratch folder.
ProgramRun program_run(const ProgramOptions *options, const char *const *args);

#define RUN(...) program_run(&(ProgramOptions){0}, (const char *const[]){__VA_ARGS__, NULL})

// Does text hold part?
bool holds(Str text, const char *part);
