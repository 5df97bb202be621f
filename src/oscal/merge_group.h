// SPDX-License-Identifier: Apache-2.0
// merge_group — groups, parameters and lists that stand twice become one.
// Depends on: resolver, tree.  Not thread-safe. Private to merge.
#pragma once

#include "oscal/resolver.h"

// Drops the parameters of a node whose ids were seen, and notes those of the others.
void merge_drop_seen(Map *seen, Node *node);

// Adds the entries of a list that the one under key has not.
void merge_lists(Resolver *resolver, Json *object, Str key, const Json *list);

// Gives a group the parameters that it has not, and what else the other holds; no children.
void merge_group(Resolver *resolver, Node *into, Node *from);

// Groups of one id become one: the first, with the children of the others behind its own, the
// parameters it has not and what else they hold. Groups without an id stay apart. Those whose
// controls were all discarded go; their parameters stay, loose.
void merge_groups(Resolver *resolver, Catalog *catalog);
