// SPDX-License-Identifier: Apache-2.0
// related — where *IfNotExists rules look for the resource that should exist, and what resource ids
// say about who belongs to whom.
// Depends on: str.  Thread-safe: pure.
// Source: Azure Policy effects auditIfNotExists, deployIfNotExists; reference §9.
#pragma once

#include "base/arena.h"
#include "base/str.h"

typedef enum JoinKind {
    JOIN_CHILD,       // below the resource, or an extension attached to it
    JOIN_GROUP,       // in the resource's group (or the one that is named)
    JOIN_SUBSCRIPTION // anywhere in the resource's subscription
} JoinKind;
enum { JOIN_KIND_COUNT = JOIN_SUBSCRIPTION + 1 };

// How resources of type `related` are found from one of type `primary` (both lower case).
// subscription_scope is existenceScope "subscription"; children and extensions ignore it.
JoinKind related_join(Str primary, Str related, bool subscription_scope);

// Parts of a resource id, borrowed from it; empty when the id has no such part.
// "/subscriptions/S" or "/tenants/T"; "/subscriptions/S/resourceGroups/G" or
// "/tenants/T/environments/E".
Str id_subscription(Str id);
Str id_group(Str id);

// The part of a resource's id below which its related resources are: the id itself, its group or
// its subscription.
Str related_place(JoinKind join, Str id);

// The resource an id stands below: without its last type/name pair, and without "/providers/NS"
// when that leaves no type. Empty at the top.
Str id_parent(Str id);

// The names in the provider part of an id, joined by '/': "server/database". The whole chain below
// the last "/providers/"; for ids without one, every second segment.
Str id_full_name(Arena *arena, Str id);

// Whether a full name is the one a rule asks for: ignoring case, equal or ending in it at a '/', a
// last segment "?" stands for any.
bool name_matches(Str full_name, Str wanted);
