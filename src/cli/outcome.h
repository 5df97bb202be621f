// SPDX-License-Identifier: Apache-2.0
// outcome — what came of a command, and the one place where that becomes an exit code.
// Depends on: base.  Thread-safe: pure.
// Source: DESIGN "The command line"; sysexits.
#pragma once

#include "base/err.h"

typedef enum ExitCode {
    EXIT_HOLDS = 0,      // done, and the gate holds
    EXIT_GATE = 1,       // the gate failed
    EXIT_INCOMPLETE = 2, // the gate holds, but not everything could be evaluated
    EXIT_USAGE = 64,
    EXIT_DATA = 65,     // bad data in what a person wrote, or a limit passed
    EXIT_NO_INPUT = 66, // nothing there, or not readable
    EXIT_SERVICE = 69,
    EXIT_INTERNAL = 70,
    EXIT_CREATE = 73,
    EXIT_WRITE = 74,
    EXIT_PERMISSION = 77,
    EXIT_SIGNAL = 128 // and the number of the signal that ended it: 130, 143
} ExitCode;

typedef struct Outcome {
    bool usage;         // the command line itself was wrong
    bool bad_documents; // diagnostics were reported
    bool failed_tests;  // policy test: a case did not give what it expects
    bool gate_failed;
    bool incomplete;
    int signal; // that interrupted it; 0 = none did
    Err err;    // an operation failed; ERR_NONE = none did
} Outcome;

int exit_code_of(const Outcome *outcome);
