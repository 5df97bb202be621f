// SPDX-License-Identifier: Apache-2.0
// repeats — resources that are in the input more than once, and would count each time. Memory is
// bounded: of very many ids, those whose hash is small are remembered, and the number is scaled.
// Depends on: base.  repeats_note by any thread, into a buffer of its own; the rest by one.
// Source: adaptive sampling of distinct values (P. Flajolet 1990, after an idea of M. Wegman).
#pragma once

#include "base/arena.h"
#include "base/buf.h"

typedef struct Repeats Repeats;

// kept_max ids are remembered; 0 = 65536. Lives in the arena.
Repeats *repeats_new(Arena *arena, uint32_t kept_max);

// A resource was seen. Appended to notes, unless its id is none of those that are remembered.
void repeats_note(const Repeats *repeats, Str id, Buf *notes);

// Takes the notes of one part of the input, part after part in order: what comes out does not
// depend on who noted what. file must outlive the repeats.
void repeats_take(Repeats *repeats, Str notes, Str file);

typedef struct RepeatsFound {
    uint64_t count; // sightings beyond the first of each id; 0 = none
    bool is_exact;  // otherwise about so many
    Str id;         // the first that came again
    Str file;       // where it was
    Str again;      // and where it came again
} RepeatsFound;

RepeatsFound repeats_found(const Repeats *repeats);
