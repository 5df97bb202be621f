// SPDX-License-Identifier: Apache-2.0
// making — a package on its way: what it says of itself, and the folder it is written to.
// Depends on: cli, draft, baseline/compose.  Not thread-safe.
#pragma once

#include "baseline/compose.h"
#include "cli/cli.h"
#include "cli/draft.h"

typedef struct Making {
    Cli *cli;
    ComposeHead head;
    Draft draft;
} Making;

// All return false after saying why.

// Fills the head: what the options say goes before what the source says. review: the source's next
// one, empty = it has none.
bool making_head(Making *making, const ComposeHead *source, Str review);

bool making_write(Making *making, Str path, Str bytes);

// Indented, as an editor would leave it.
bool making_write_json(Making *making, Str path, const Buf *compact);

// manifest.json and profile.json, which takes all of href but what is excluded.
bool making_write_own(Making *making, Str href, const Str *excluded, uint32_t excluded_count);

// "before" a "between" b, in the arena.
Str making_text(Cli *cli, const char *before, Str a, const char *between, Str b);

// A package of a framework that ships or was added: its catalog, or a profile over it, with rules
// of the shipped baseline that its mappings bind. *ret_found false: there is no such framework.
bool making_from_framework(Making *making, Str name, bool *ret_found);
