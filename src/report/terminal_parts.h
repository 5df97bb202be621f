// SPDX-License-Identifier: Apache-2.0
// terminal_parts — the parts of the scoreboard that have a file of their own.
// Depends on: report, page.  Thread-safe: pure. Private to terminal.
#pragma once

#include "report/page.h"

// Broken rules, the severest first, with samples and how to mend them.
void terminal_findings(const Page *page, const AssessResult *result);

// Why states are not known; rules that share a reason stand in one line.
void terminal_reasons(const Page *page, const AssessResult *result);

// How many inputs fared how, and the first of those that lack something.
void terminal_sources(const Page *page, const Report *report);
