// SPDX-License-Identifier: Apache-2.0
// The way through all steps: inputs are kept, read, entered, judged, completed, and written.
#include "inventory/store.h"

#include <stdlib.h>
#include <string.h>

#include "inventory/cover.h"
#include "inventory/derive.h"
#include "inventory/enter.h"
#include "inventory/intake.h"
#include "inventory/judge.h"
#include "inventory/manifest.h"
#include "inventory/place.h"

// Merging and camel case recurse along the depth of a body, whatever --max-depth allows elsewhere.
enum { DEPTH_MAX = 256 };

Inventory *inventory_new(Arena *arena, const InventoryOptions *options)
{
    Inventory *inventory = NEW(arena, Inventory);
    inventory->arena = arena;
    inventory->options = *options;
    if (inventory->options.limits.bytes_max == 0) {
        inventory->options.limits = JSON_LIMITS_DEFAULT;
    }
    if (inventory->options.limits.depth_max > DEPTH_MAX) {
        inventory->options.limits.depth_max = DEPTH_MAX;
    }
    map_init(&inventory->environment_by, arena, MAP_NOCASE);
    map_init(&inventory->envelope_by_id, arena, MAP_NOCASE);
    map_init(&inventory->foreign_tenants, arena, MAP_NOCASE);
    inventory->tenant = STR("unknown");
    if (options->tenant_id.len != 0) {
        inventory->tenant = options->tenant_id;
        inventory->tenant_strength = UINT32_MAX;
    }
    return inventory;
}

void inventory_add(Inventory *inventory, Str file, Str bytes)
{
    ASSERT(!inventory->is_finished);
    ARENA_ROOM(inventory->arena, inventory->inputs, inventory->input_count, inventory->input_cap);
    inventory->inputs[inventory->input_count++] =
        (Input){.file = file, .bytes = bytes, .is_manifest = manifest_is_name(file)};
}

static int order_of(const void *a, const void *b)
{
    const Envelope *one = a;
    const Envelope *two = b;
    Str keys[2][2] = {{one->type, two->type}, {one->id, two->id}};
    for (size_t i = 0; i < COUNTOF(keys); i++) {
        size_t len = keys[i][0].len < keys[i][1].len ? keys[i][0].len : keys[i][1].len;
        int order = len != 0 ? memcmp(keys[i][0].ptr, keys[i][1].ptr, len) : 0;
        if (order == 0 && keys[i][0].len != keys[i][1].len) {
            order = keys[i][0].len < keys[i][1].len ? -1 : 1;
        }
        if (order != 0) {
            return order;
        }
    }
    return 0; // ids are distinct
}

void inventory_finish(Inventory *inventory, DiagList *diags)
{
    ASSERT(!inventory->is_finished);
    for (uint32_t i = 0; i < inventory->input_count; i++) {
        Input *input = &inventory->inputs[i];
        input->is_manifest = input->is_manifest && manifest_read(inventory, input);
    }
    for (uint32_t i = 0; i < inventory->input_count; i++) {
        if (!inventory->inputs[i].is_manifest) {
            intake_read(inventory, &inventory->inputs[i]);
        }
    }
    place_environments(inventory);
    enter_all(inventory, diags);
    judge_rows(inventory);
    cover_index(inventory);
    inventory->is_finished = true;
    derive_policies(inventory);
    derive_roles(inventory);
    derive_app_sharing(inventory);
    derive_anchor(inventory);
    if (inventory->envelope_count != 0) {
        qsort(inventory->envelopes, inventory->envelope_count, sizeof(Envelope), order_of);
    }
}

const Envelope *inventory_envelopes(const Inventory *inventory, uint32_t *ret_count)
{
    *ret_count = inventory->envelope_count;
    return inventory->envelopes;
}

const SourceRow *inventory_sources(const Inventory *inventory, uint32_t *ret_count)
{
    *ret_count = inventory->row_count;
    return inventory->rows;
}

Str inventory_tenant(const Inventory *inventory)
{
    return inventory->tenant;
}

void inventory_write(Buf *out, const Inventory *inventory)
{
    for (uint32_t i = 0; i < inventory->envelope_count; i++) {
        envelope_write(out, &inventory->envelopes[i]);
    }
}
