// SPDX-License-Identifier: Apache-2.0
// tree_field — a field of a resource that is at hand as a tree: for the few places that are not
// worth a column.
// Private to the policy layer.
// Depends on: alias.  Thread-safe: pure.
#pragma once

#include "policy/alias.h"

// The value as field() sees it: NULL = missing or null, a [*] path is an array of what is there.
// fullName is the names along the id, or the name.
const Json *tree_field(Arena *arena, const AliasTable *aliases, const AliasQuery *query,
                       const Json *resource);

// The same for a condition: the values one by one, NULL for an element that lacks the leaf. Without
// [*] there is always one.
const Json **tree_values(Arena *arena, const AliasTable *aliases, const AliasQuery *query,
                         const Json *resource, uint32_t *ret_count);

const Json *tree_empty_array(void);
