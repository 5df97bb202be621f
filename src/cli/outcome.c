// SPDX-License-Identifier: Apache-2.0
#include "cli/outcome.h"

static const ExitCode by_error[] = {
    [ERR_NONE] = EXIT_HOLDS,     [ERR_SYNTAX] = EXIT_DATA,
    [ERR_SCHEMA] = EXIT_DATA,    [ERR_LIMIT] = EXIT_DATA,
    [ERR_EVAL] = EXIT_DATA,      [ERR_NO_INPUT] = EXIT_NO_INPUT,
    [ERR_WRITE] = EXIT_WRITE,    [ERR_PERMISSION] = EXIT_PERMISSION,
    [ERR_IO] = EXIT_WRITE,       [ERR_STORE] = EXIT_CREATE,
    [ERR_REMOTE] = EXIT_SERVICE,
};

// A broken tool is never mistaken for a failed control, and a failed control wins over one that
// could not be looked at.
int exit_code_of(const Outcome *outcome)
{
    ASSERT((size_t)outcome->err.kind < COUNTOF(by_error));
    if (outcome->signal != 0) {
        return EXIT_SIGNAL + outcome->signal;
    }
    if (outcome->usage) {
        return EXIT_USAGE;
    }
    if (outcome->err.kind != ERR_NONE) {
        return (int)by_error[outcome->err.kind];
    }
    if (outcome->bad_documents) {
        return EXIT_DATA;
    }
    if (outcome->gate_failed || outcome->failed_tests) {
        return EXIT_GATE;
    }
    return outcome->incomplete ? EXIT_INCOMPLETE : EXIT_HOLDS;
}
