// SPDX-License-Identifier: Apache-2.0
// world — an inventory made of texts written in the test, and questions to it.
#pragma once

#include "base/diag.h"
#include "inventory/inventory.h"
#include "inventory/tree.h"

typedef struct World {
    Arena arena;
    Inventory *inventory;
    DiagList diags;
} World;

void world_open(World *world);
void world_open_as(World *world, const char *tenant);
void world_add(World *world, const char *file, const char *text);
void world_add_bytes(World *world, const char *file, const char *bytes, size_t len);
void world_finish(World *world);
void world_close(World *world);

// NULL when there is none.
const Envelope *world_find(const World *world, const char *id);
// The first row of that file (and part, when not NULL); NULL = none.
const SourceRow *world_row(const World *world, const char *file, const char *part);
uint32_t world_count(const World *world, const char *type);
// A fact of an envelope's properties: bool, number or text as text; "" when absent.
Str world_fact(const World *world, const char *id, const char *path);
bool world_fact_is(const World *world, const char *id, const char *path, const char *text);
Coverage world_covers(World *world, const char *kind, const char *scope);
bool world_warns(const World *world, const char *code, const char *words);

// A whole file; false when it cannot be read. The bytes live in the arena.
bool world_read_file(Arena *arena, const char *path, Str *ret_bytes);
// $DATUM_SHARED or ../shared beside the source root, with the path behind it; NULL = not there.
const char *world_shared(Arena *arena, const char *path);
