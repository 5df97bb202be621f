// SPDX-License-Identifier: Apache-2.0
// places — ids as what the join compares: 128 bits for a place (a resource, a group, a
// subscription), and the places where a resource may be asked for.
// Private to the policy layer.
// Depends on: related, hash.  Thread-safe: pure; a list belongs to one thread until it is filled.
#pragma once

#include "policy/related.h"

// Stands for a text, its ASCII case ignored.
typedef struct PlaceDigest {
    uint64_t one;
    uint64_t two;
} PlaceDigest;
PlaceDigest place_digest(Str text);

// Of several beginnings of a text in one pass; their ends ascend.
void place_digest_ends(Str text, const uint32_t *ends, uint32_t count, PlaceDigest *ret_digests);

// Where a resource may be asked for: the resources above it, its group, its subscription.
enum { PLACES_MAX = 16 }; // types nest five deep at most, and extensions once more
uint32_t places_asked(const IdParts *parts, JoinKind join, PlaceDigest ret_places[PLACES_MAX]);

// The forms of its full name under which a rule may ask for a resource: each of its ends behind a
// '/', and each of them with "?" for its last segment. In arena.
const PlaceDigest *places_named(Arena *arena, Str full_name, uint32_t *ret_count);

// ---- resources that stay ----

typedef struct RowPlaces {
    PlaceDigest own;
    PlaceDigest last_name;               // of id_last_name
    uint32_t asked[JOIN_KIND_COUNT + 1]; // by JoinKind: where in the list its places begin
    uint32_t names;                      // where its names begin
    uint32_t name_count;
} RowPlaces;

// Of a type's resources, in the order of its rows.
typedef struct PlaceList {
    RowPlaces *rows;
    uint32_t row_count;
    uint32_t row_cap;
    PlaceDigest *asked;
    uint32_t asked_count;
    uint32_t asked_cap;
    PlaceDigest *names; // places_named
    uint32_t name_count;
    uint32_t name_cap;
} PlaceList;

// Appends a resource, with its names when they are asked for; the list's memory is the arena's.
void place_list_add(PlaceList *list, Arena *arena, IdParts *parts, Str id, bool named);

// The place where a resource of the list looks; false: it has none of that kind.
bool place_list_find(const PlaceList *list, uint32_t row, JoinKind join, PlaceDigest *ret_place);
