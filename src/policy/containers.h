// SPDX-License-Identifier: Apache-2.0
// containers — the subscriptions and resource groups of a run: what resourceGroup() and
// subscription() know beyond an id. They must be known before the first resource is judged.
// Depends on: definition, map.  Not thread-safe while adding; read-only afterwards.
// Source: Azure Policy functions resourceGroup(), subscription().
#pragma once

#include "base/map.h"
#include "policy/definition.h"

typedef struct Containers {
    Arena *arena; // borrowed
    Map by_id;    // ignoring case → index into items
    const Json **items;
    uint32_t cap;
} Containers;

void containers_init(Containers *containers, Arena *arena);

// Keeps the resource of a line when it is a subscription or a resource group; other lines, broken
// ones included, are left alone. The last of several with one id wins.
void containers_offer(Containers *containers, Str line, const JsonLimits *limits);

// The resource with an id, or NULL.
const Json *containers_find(const Containers *containers, Str id);

// Whether a rule asks for more of a container than its id and name tell, such as its tags.
// managedBy does not count: where nothing is known, nothing manages the group.
bool definition_reads_containers(const Definition *definition);
