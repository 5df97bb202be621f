// SPDX-License-Identifier: Apache-2.0
// doc — a document being read: its rows, and its entries as they come. Internal.
// Depends on: store, adapter.  Not thread-safe.
#pragma once

#include "inventory/store.h"

// One file, one route of a file, or one part of an export.
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

void doc_read_entry(Doc *doc, const Json *entry, uint32_t line, bool is_detail);
void doc_read_empty(Doc *doc, const Adapter *adapter);
// "Not there": for kinds where that is an answer, the object it stands for.
void doc_read_absent(Doc *doc, const Adapter *adapter, Str reason);

// What its URL, else its name says it holds; NULL = neither does.
const Adapter *doc_hint(const Doc *doc);
