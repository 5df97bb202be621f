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
// subscription_scope is existenceScope "subscription", names_group that there is a
// resourceGroupName; children and extensions ignore both.
JoinKind related_join(Str primary, Str related, bool subscription_scope, bool names_group);

// Parts of a resource id, borrowed from it; empty when the id has no such part.
// "/subscriptions/S" or "/tenants/T"; "/subscriptions/S/resourceGroups/G" or
// "/tenants/T/environments/E".
Str id_subscription(Str id);
Str id_group(Str id);

// The part of a resource's id below which its related resources are: the id itself, its group or
// its subscription.
Str related_place(JoinKind join, Str id);

// An id with the places of all its '/', found in one pass: what belongs to whom is asked of it more
// than once.
typedef struct IdParts {
    Str id;            // borrowed
    uint32_t *slashes; // owned, reused from id to id; closed by id_parts_close
    uint32_t count;
    uint32_t cap;
    uint32_t subscription; // bytes of id_subscription, 0 = none
    uint32_t group;        // bytes of id_group, 0 = none
} IdParts;

// A zeroed IdParts is ready.
void id_parts_read(IdParts *parts, Str id);
void id_parts_close(IdParts *parts);

// The resources above an id, nearest first: the bytes of each, at most max. A resource stands below
// what is left without its last type/name pair, and without "/providers/NS" when that leaves no
// type. Groups and subscriptions are no resources.
uint32_t id_resources_above(const IdParts *parts, uint32_t *ret_ends, uint32_t max);

// The last name of id_full_name, borrowed from the id; may be empty.
Str id_last_name(const IdParts *parts);

// The names in the provider part of an id, joined by '/': "server/database". The whole chain below
// the last "/providers/"; for ids without one, every second segment.
Str id_full_name(Arena *arena, const IdParts *parts);

// Whether a full name is the one a rule asks for: ignoring case, equal or ending in it at a '/', a
// last segment "?" stands for any.
bool name_matches(Str full_name, Str wanted);
