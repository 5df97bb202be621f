// SPDX-License-Identifier: Apache-2.0
// inventory — what a tenant is: every input understood, merged, completed by derived facts, with a
// manifest of what was read, refused, absent or ignored.
// Depends on: json, envelope, source.  Not thread-safe while adding; read-only once finished.
#pragma once

#include "base/diag.h"
#include "base/ticks.h"
#include "inventory/envelope.h"
#include "inventory/source.h"
#include "json/index.h"

typedef struct Inventory Inventory;

typedef struct InventoryOptions {
    Str tenant_id; // empty: found in the bodies, or "unknown"
    Ticks now;
    JsonLimits limits;
} InventoryOptions;

// Everything lives in the arena.
Inventory *inventory_new(Arena *arena, const InventoryOptions *options);

// What kind of input a file is, by its first bytes: decides between the streaming path (NDJSON of
// ARM-shaped resources goes to the engine as it is) and inventory_add.
typedef enum InputShape {
    INPUT_RESOURCE_LINES,
    INPUT_BODY,
    INPUT_BODY_LINES,
    INPUT_NOT_JSON
} InputShape;
InputShape inventory_sniff(Str first_bytes, Str file_name);

// Adds one file's bytes (file and bytes borrowed for the inventory's life): a page, a raw API body,
// an array of resources, Azure Resource Graph results, a ScubaGear export, NDJSON of bodies, a
// collection manifest. The order does not matter; all is read by inventory_finish. Never fails:
// what is not understood becomes a SourceRow that says so.
void inventory_add(Inventory *inventory, Str file, Str bytes);

// After the last input: reads, merges by id, makes derived facts. Contradictions become diagnostics
// (warnings "contradiction", "foreign-tenant"). The functions below want a finished inventory.
void inventory_finish(Inventory *inventory, DiagList *diags);

const Envelope *inventory_envelopes(const Inventory *inventory, uint32_t *ret_count);
const SourceRow *inventory_sources(const Inventory *inventory, uint32_t *ret_count);
Str inventory_tenant(const Inventory *inventory);

// NDJSON of all envelopes, in a stable order (type, id): what the engine reads.
void inventory_write(Buf *out, const Inventory *inventory);

// Whether a rule's needs are met: kinds are adapter kinds ("tenant-settings", "dlp-policies", …).
typedef struct Coverage {
    bool measurable;
    bool complete;       // false with measurable: what was read holds, but there is more (pages,
                         // broken lines): facts about the set ("none exists") do not
    SourceStatus status; // the worst when not measurable, SOURCE_PARTIAL when not complete
    Str reason; // "dlp-policies: refused (403 …), file x.json"; "tenant-settings: no input"
} Coverage;

// Is every kind in `kinds` read for this scope (or its tenant)? An empty scope asks for the tenant.
// A kind of the environments (docs/inventory.md) asked for the tenant must be read for each
// environment it was tried for; asked for an environment, a body of the whole tenant serves too.
// "dlp-policy" asks that every known data policy was read with its connector groups. A text "a|b"
// in kinds asks for one of the two.
Coverage inventory_covers(const Inventory *inventory, const Str *kinds, uint32_t count, Str scope,
                          Arena *arena);
