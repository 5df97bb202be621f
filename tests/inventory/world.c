// SPDX-License-Identifier: Apache-2.0
#include "inventory/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void world_open_as(World *world, const char *tenant)
{
    arena_init(&world->arena, (size_t)2 << 30);
    InventoryOptions options = {.tenant_id = text_of(tenant)};
    world->inventory = inventory_new(&world->arena, &options);
    diag_init(&world->diags, &world->arena, (Str){0});
}

void world_open(World *world)
{
    world_open_as(world, NULL);
}

void world_add(World *world, const char *file, const char *text)
{
    inventory_add(world->inventory, text_of(file), text_of(text));
}

void world_add_bytes(World *world, const char *file, const char *bytes, size_t len)
{
    inventory_add(world->inventory, text_of(file), (Str){bytes, len});
}

void world_finish(World *world)
{
    inventory_finish(world->inventory, &world->diags);
}

void world_close(World *world)
{
    arena_free(&world->arena);
}

const Envelope *world_find(const World *world, const char *id)
{
    uint32_t count = 0;
    const Envelope *all = inventory_envelopes(world->inventory, &count);
    for (uint32_t i = 0; i < count; i++) {
        if (str_eq(all[i].id, text_of(id))) {
            return &all[i];
        }
    }
    return NULL;
}

const SourceRow *world_row(const World *world, const char *file, const char *part)
{
    uint32_t count = 0;
    const SourceRow *all = inventory_sources(world->inventory, &count);
    for (uint32_t i = 0; i < count; i++) {
        bool same_part = part == NULL || str_eq(all[i].part, text_of(part));
        if (same_part && str_eq(all[i].file, text_of(file))) {
            return &all[i];
        }
    }
    return NULL;
}

uint32_t world_count(const World *world, const char *type)
{
    uint32_t count = 0;
    uint32_t found = 0;
    const Envelope *all = inventory_envelopes(world->inventory, &count);
    for (uint32_t i = 0; i < count; i++) {
        found += str_eq(all[i].type, text_of(type)) ? 1 : 0;
    }
    return found;
}

Str world_fact(const World *world, const char *id, const char *path)
{
    const Envelope *envelope = world_find(world, id);
    const Json *found = envelope != NULL ? tree_find(envelope->properties, path) : NULL;
    if (json_is(found, JSON_BOOL)) {
        return found->boolean ? STR("true") : STR("false");
    }
    if (json_is(found, JSON_STRING)) {
        return found->string;
    }
    if (json_is(found, JSON_NUMBER)) {
        return found->number.text;
    }
    return (Str){0};
}

bool world_fact_is(const World *world, const char *id, const char *path, const char *text)
{
    return str_eq(world_fact(world, id, path), text_of(text));
}

Coverage world_covers(World *world, const char *kind, const char *scope)
{
    Str name = text_of(kind);
    return inventory_covers(world->inventory, &name, 1, text_of(scope), &world->arena);
}

bool world_warns(const World *world, const char *code, const char *words)
{
    for (const Diag *diag = world->diags.first; diag != NULL; diag = diag->next) {
        bool same = strcmp(diag->code, code) == 0;
        if (same && diag->level == DIAG_WARNING && word_has(diag->text, text_of(words))) {
            return true;
        }
    }
    return false;
}

bool world_read_file(Arena *arena, const char *path, Str *ret_bytes)
{
    FILE *in = fopen(path, "rb");
    if (in == NULL) {
        return false;
    }
    size_t len = 0;
    size_t cap = 4096;
    char *bytes = NEW_ARRAY(arena, char, cap);
    for (;;) {
        len += fread(bytes + len, 1, cap - len, in);
        if (len < cap) {
            break;
        }
        char *grown = NEW_ARRAY(arena, char, cap * 2);
        memcpy(grown, bytes, len);
        bytes = grown;
        cap *= 2;
    }
    bool ok = ferror(in) == 0;
    ok = fclose(in) == 0 && ok;
    *ret_bytes = (Str){bytes, len};
    return ok;
}

const char *world_shared(Arena *arena, const char *path)
{
    const char *root = getenv("DATUM_SHARED");
    Str full = text_print(arena, "%s/%s", root != NULL ? root : "../shared", path);
    FILE *probe = fopen(full.ptr, "rb");
    if (probe == NULL) {
        return NULL;
    }
    (void)fclose(probe);
    return full.ptr;
}
