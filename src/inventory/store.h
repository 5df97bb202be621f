// SPDX-License-Identifier: Apache-2.0
// store — what inventory keeps while it reads: inputs, routes, entries, rows. Internal.
// Depends on: inventory, adapter.  Not thread-safe.
#pragma once

#include "base/map.h"
#include "inventory/adapter.h"
#include "inventory/inventory.h"
#include "json/read.h"

// One request of a collection manifest: it gives a file its endpoint and status.
typedef struct Route {
    Str url;
    Str file; // as the manifest names it, joined to the manifest's folder
    uint32_t status;
    Ticks time;
} Route;

typedef struct Input {
    Str file;
    Str bytes;
    bool is_manifest;
} Input;

// One object as it was read, before ids exist.
typedef struct Entry {
    const Adapter *adapter;
    const Json *body; // after camel and rewrite
    Str context;      // @odata.context of its page
    Str url;
    Str environment; // resolved name, empty = not known
    Ticks collected; // 0 = not known
    Ticks modified;  // 0 = not told
    uint32_t row;
    uint32_t line;
    bool is_detail;
} Entry;

// What a row needs to be judged once everything is read.
typedef struct RowState {
    const Adapter *adapter; // NULL = kind not known
    Str url;
    Str next; // link or token of the next page; empty = none
    Str environment;
    uint64_t total;     // records that exist, as the page says; 0 = it does not say
    uint32_t page;      // number at the end of the file's name, 0 = none
    uint32_t unread;    // entries that were not understood
    bool is_truncated;  // the page says that there is more, without a link
    bool is_broken;     // the text ended in an error
    bool is_said;       // made by doc_say: it takes no further entries
    bool spans;         // its entries lie in several environments
    uint32_t next_same; // row + 1 of the same kind family and scope, 0 = none
} RowState;

// What merging needs to know of an envelope.
typedef struct Version {
    Ticks modified;
    Ticks collected;
    uint32_t grade; // weak 0, list 1, detail 2
} Version;

typedef struct Environment {
    Str name;
    Str label;
} Environment;

struct Inventory {
    Arena *arena;
    InventoryOptions options;
    Input *inputs;
    Route *routes;
    SourceRow *rows;
    RowState *states; // one per row
    Entry *entries;
    Envelope *envelopes;
    Version *versions; // one per envelope
    Environment *environments;
    uint32_t input_count, input_cap;
    uint32_t route_count, route_cap;
    uint32_t row_count, row_cap, state_cap;
    uint32_t entry_count, entry_cap;
    uint32_t envelope_count, envelope_cap, version_cap;
    uint32_t environment_count, environment_cap;
    Map environment_by; // "name:…", "host:…", "organization:…"
    Map envelope_by_id;
    Map foreign_tenants; // named once each
    Map row_by_place;    // "kind scope" → the first row of a chain
    Str tenant;
    uint32_t tenant_strength; // how sure
    bool is_finished;
};

// One JSON text to a tree, within the limits of the inventory.
static inline bool store_parse(Inventory *inventory, Str bytes, const Json **ret_json, Err *err)
{
    return json_read_data(inventory->arena, bytes, &inventory->options.limits, ret_json, err);
}
