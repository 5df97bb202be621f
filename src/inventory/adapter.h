// SPDX-License-Identifier: Apache-2.0
// adapter — one table row per kind of body: how it is known, and what its entries become.
// Depends on: json, tree.  Thread-safe: pure.
//
// Shapes are a small language, because "which body is this" is data: conditions separated by
// spaces, all must hold; alternatives separated by " || ".
//   key       present and not absent (null counts as present), path with '/', ignoring case
//   a|b       any of them present
//   !key      absent
//   key=a|b   text equal to one of these, ignoring case; key^a|b starts, key$a|b ends, key~a|b
//             holds one of them
//   key[]     an array;  key{} an object
//   */key     the first member is an object with that key
//   <n        fewer than n members
//   @text     the page's OData context holds that text
#pragma once

#include "inventory/tree.h"

typedef enum AdapterScope {
    ADAPTER_TENANT,
    ADAPTER_ENVIRONMENT,
    ADAPTER_AZURE // the ARM id tells
} AdapterScope;

enum {
    ADAPTER_SINGLE = 1U << 0,  // one object per scope: the segment is the whole id
    ADAPTER_SUSPECT = 1U << 1, // an empty list cannot be true
    ADAPTER_CAMEL = 1U << 2,   // PowerShell may have written the keys in PascalCase
    ADAPTER_KEYED = 1U << 3,   // an object whose members are the entries, by id
    ADAPTER_AS_IS = 1U << 4,   // id and type of the entry are kept
    ADAPTER_WIDE = 1U << 5,    // without an environment it belongs to the tenant
    ADAPTER_WEAK = 1U << 6,    // any other reading of the same object knows more
    ADAPTER_FILTERED = 1U << 7 // its request has a $filter by design, and the list is whole
};

// What a normaliser works on: the finished properties and what it adds beside them.
typedef struct Facts {
    Arena *arena;
    const Json *body; // the entry, after rewrite
    Tree *properties;
    Tree *normalized;
    Str type; // may be changed
} Facts;

typedef struct Adapter {
    const char *kind;           // of a list
    const char *detail;         // of a single body; NULL = kind
    const char *type;           // of the envelope
    const char *segment;        // below the scope's id
    const char *id;             // where the entry's own part of the id stands ("a|b", "a+b" joins)
    const char *label;          // where the human label stands, besides displayName
    const char *shape;          // NULL: never found by shape
    const char *list;           // member that holds the entries of a single body, or NULL
    const char *parent;         // segment before the parent's id in id, scope or URL, or NULL
    const char *parent_segment; // that segment in our id
    const char *url;            // path tails, separated by spaces; "{}" is any one segment
    const char *hint;           // further file names it goes by, separated by spaces
    const char *full;           // a fact that is false while only a list's header is known
    const char *absent;         // the body that "not there" stands for; NULL = it says nothing
    const char *ignored;        // why nothing reads it; NULL = read
    const Json *(*rewrite)(Arena *arena, const Json *entry); // into the shape Microsoft's API has
    void (*normalize)(Facts *facts);
    AdapterScope scope;
    uint32_t flags;
} Adapter;

extern const Adapter adapter_table[];
extern const uint32_t adapter_count;

// The adapter whose shape an entry has, or NULL. context is the page's @odata.context or empty.
const Adapter *adapter_match(const Json *entry, Str context);
bool adapter_fits(const Adapter *adapter, const Json *entry, Str context);

// By the tail of a request's path (no query). NULL: none. ret_detail: it asks for one object.
const Adapter *adapter_by_url(Str path, bool *ret_detail);

// By a file's or folder's name: kind or hint, ignoring case, separators and a page number.
const Adapter *adapter_by_name(Str name, bool *ret_detail);

const Adapter *adapter_by_kind(Str kind); // list or detail kind
const Adapter *adapter_by_type(Str type); // the first that makes such envelopes

static inline Str adapter_kind(const Adapter *adapter, bool is_detail)
{
    return text_of(is_detail && adapter->detail != NULL ? adapter->detail : adapter->kind);
}
