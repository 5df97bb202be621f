// SPDX-License-Identifier: Apache-2.0
#include "inventory/store.h"

#include <string.h>

#include "json/read.h"

void *store_grow(Arena *arena, void *items, uint32_t count, uint32_t *cap, size_t size)
{
    if (count < *cap) {
        return items;
    }
    ASSERT(*cap <= UINT32_MAX / 2);
    *cap = *cap == 0 ? 16 : *cap * 2;
    void *grown = arena_push(arena, size, *cap, 16);
    if (count != 0) {
        memcpy(grown, items, size * count);
    }
    return grown;
}

bool store_parse(Inventory *inventory, Str bytes, const Json **ret_json, Err *err)
{
    return json_read_data(inventory->arena, bytes, &inventory->options.limits, ret_json, err);
}
