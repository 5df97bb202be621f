// SPDX-License-Identifier: Apache-2.0
// framework_view — a framework told: in a few lines, or whole, with its groups and controls.
// Depends on: frameworks, report/page.  Not thread-safe.
#pragma once

#include "cli/frameworks.h"
#include "report/page.h"
#include "json/write.h"

// In a few lines; the members of an object that is open.
void framework_print(const Page *page, const Library *library, const LibraryFramework *framework);
void framework_json(JsonOut *out, const Library *library, const LibraryFramework *framework);

// With its groups and controls, or those that a profile selects (NULL = all).
void framework_print_whole(Cli *cli, const Library *library, const LibraryFramework *framework,
                           const LibraryProfile *profile);
