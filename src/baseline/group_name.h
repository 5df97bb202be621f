// SPDX-License-Identifier: Apache-2.0
// group_name — what the names of an initiative's groups say of the controls they stand for:
// "CIS_Azure_1.1.0_2.9" is control 2.9 of section 2.
// Depends on: base.  Thread-safe: pure.
// Source: the names in Azure's built-in regulatory initiatives.
#pragma once

#include "base/arena.h"
#include "base/str.h"

typedef struct GroupName {
    Str label;  // as the framework prints it: "2.9", "AC-2(1)", "Art. 24"
    Str title;  // what follows a label in the name; mostly empty
    Str family; // "2", "AC"; empty when the label shows none
} GroupName;

// Takes the names apart. ret_prefix: what all have in front of their labels ("CIS_Azure_1.1.0_").
// One entry for each name, in their order.
const GroupName *group_names_read(Arena *arena, const Str *names, uint32_t count, Str *ret_prefix);

// A text as an OSCAL token in lower case: "AC-2(1)" is "ac-2.1". Empty when there is none: no
// letter or digit. One that begins with a digit is not a token yet: put something in front.
Str group_token(Arena *arena, Str text);

// The order people count in: "2.9" before "2.10".
int group_order(Str a, Str b);
