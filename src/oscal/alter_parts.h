// SPDX-License-Identifier: Apache-2.0
// alter_parts — what the alterations of one control share, and the two that there are.
// Depends on: resolver.  Not thread-safe. Private to alter.
#pragma once

#include "oscal/resolver.h"

typedef struct Alter {
    Resolver *resolver;
    const Document *profile;
    Node *control;  // the one under alteration
    Map *added;     // entries that additions brought, by where their members are
    uint32_t *path; // room for the way to a part
} Alter;

enum { PATH_MAX_PARTS = JSON_DEPTH_CEILING };

// The lists a control, part or parameter holds, and what one entry is called.
typedef struct AlterList {
    Str key;
    Str item;
} AlterList;
enum { ALTER_LISTS = 3 };
extern const AlterList alter_lists[ALTER_LISTS];

// An event of the trace: the object was added or removed, as the profile says at that place.
void alter_note(const Alter *alter, OscalTraceKind kind, Str item, const Json *object, Span at);

// What an addition brings, so that no removal takes it.
void alter_keep(const Alter *alter, const Json *add);

// The same for what becomes of such an entry when another addition changes it.
void alter_keep_changed(const Alter *alter, const Json *before, const Json *after);

// Did an addition bring the entry?
bool alter_is_added(const Alter *alter, const Json *entry);

// ---- alter_remove.c ----

// False when the budget is spent.
bool alter_remove(const Alter *alter, const Json *json);

// ---- alter_add.c ----

// Of an addition beside something: what stands next to it, and what joins the other lists there.
typedef enum Share { SHARE_ALL, SHARE_BESIDE, SHARE_LISTS } Share;

// Which share of an addition belongs to a round. What goes to the front of something, or right
// behind it, goes in backwards in round 0, so that the first addition of the profile ends up first.
bool alter_in_round(const Alter *alter, const Json *add, uint32_t round, Share *ret_share);

// False: there is nothing of that id (yet).
bool alter_add(Alter *alter, const Json *add, Share share);
