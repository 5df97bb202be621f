// SPDX-License-Identifier: Apache-2.0
// intake — what inventory keeps while it reads: inputs, routes, entries, rows. Internal.
// Depends on: inventory, adapter.  Not thread-safe.
#pragma once

#include "base/map.h"
#include "inventory/adapter.h"
#include "inventory/inventory.h"

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

// Makes room for one more element and returns its index.
#define GROW(arena, items, count, cap, T)                                                          \
    ((items) = (T *)intake_grow((arena), (items), (count), &(cap), sizeof(T)), (count)++)
void *intake_grow(Arena *arena, void *items, uint32_t count, uint32_t *cap, size_t size);

// doc.c
// A document being read: one file, one route of a file, or one part of an export.
typedef struct Doc {
    Inventory *inventory;
    Str file;
    Str part;
    Str url;
    Str context;
    const Adapter *by_url;  // NULL: no URL, or an unknown one
    const Adapter *by_name; // from the file's name or the export's key
    const Adapter *last;    // what the entry before was
    Ticks collected;
    uint32_t status;    // HTTP, 0 = not known
    uint32_t first_row; // rows of this document begin here
    bool is_list;       // a body of one entry is nevertheless a list of one
    bool asks_detail;   // by_url, else by_name, is for one object
} Doc;

// The document's row of that kind, made when there is none. adapter may be NULL.
uint32_t doc_row(Doc *doc, const Adapter *adapter, bool is_detail);

// A row that says how the whole document fared.
uint32_t doc_say(Doc *doc, const Adapter *adapter, SourceStatus status, Str reason);

void doc_read_json(Doc *doc, const Json *json, uint32_t line);
void doc_read_list(Doc *doc, const Json *list, uint32_t line);
void doc_read_entry(Doc *doc, const Json *entry, uint32_t line, bool is_detail);
void doc_read_empty(Doc *doc, const Adapter *adapter);
// "Not there": for kinds where that is an answer, the object it stands for.
void doc_read_absent(Doc *doc, const Adapter *adapter, Str reason);

const Adapter *doc_hint(const Doc *doc);
bool doc_is_page(const Json *json); // {"value": […]} without an id

// scuba.c: true when the object is an export or report of ScubaGear, and read.
bool scuba_read(Doc *doc, const Json *json);

// manifest.c
bool manifest_is_name(Str file);
bool manifest_read(Inventory *inventory, const Input *input); // false: it is none after all
const Route *manifest_find(const Inventory *inventory, Str file, const Route *after);

// intake.c
void intake_read(Inventory *inventory, const Input *input);
bool intake_parse(Inventory *inventory, Str bytes, const Json **ret_json, Err *err);

// refusal.c: is this body, with this status, an answer that is not data?
typedef struct Refusal {
    SourceStatus status;
    Str reason;
    bool is_coded; // the service named the reason; an empty 404 does not
} Refusal;
bool refusal_of_json(Arena *arena, const Json *body, uint32_t status, Refusal *ret_refusal);
bool refusal_of_text(Arena *arena, Str text, uint32_t status, Refusal *ret_refusal);

// place.c: tenants and environments.
void place_tenant(Inventory *inventory, Str tenant, uint32_t strength);
void place_learn(Inventory *inventory, const Entry *entry);
void place_environments(Inventory *inventory);
Str place_of_entry(Inventory *inventory, const Entry *entry);
Str place_of_url(Inventory *inventory, Str url);
Str place_of_file(Inventory *inventory, Str file);
Str place_of_default(Str environment); // T of "Default-T", else empty
Str url_path(Str url);                 // without host and query
Str entry_own_id(Arena *arena, const Entry *entry);

// enter.c: entries to envelopes; merge.c: one envelope per id.
void enter_all(Inventory *inventory, DiagList *diags);
Str scope_of(Arena *arena, Str tenant, Str environment); // empty environment: the tenant's
void merge_envelope(Inventory *inventory, const Envelope *envelope, const Entry *entry,
                    DiagList *diags);
// Adds or replaces: derived facts are made anew, whatever an earlier export said.
void merge_replace(Inventory *inventory, const Envelope *envelope);

// judge.c: statuses once everything is read.
void judge_rows(Inventory *inventory);

// cover.c: rows by kind and scope, once they are judged.
void cover_index(Inventory *inventory);

// derive_policy.c, derive_roles.c, derive.c
void derive_policies(Inventory *inventory);
void derive_app_sharing(Inventory *inventory);
void derive_anchor(Inventory *inventory);
void derive_roles(Inventory *inventory);
