// SPDX-License-Identifier: Apache-2.0
// envelope — the one shape every object of a tenant takes before any rule sees it.
// Depends on: json.  Thread-safe: pure.
//
//   {"id": …, "name": …, "type": …, "location": …, "tags": …, "scope": …, "properties": {…},
//    "source": {"file": …, "line": …, "kind": …, "endpoint": …}}
//
// id is stable and lower-level than scope: /tenants/T/environments/E/canvasapps/APP.
// scope is /tenants/T or /tenants/T/environments/E. Types are Microsoft's inventory names
// (microsoft.powerplatform/environments, microsoft.powerapps/canvasapps, …) and datumline/<kind>
// where Microsoft has none. ARM resources keep id and type as they are.
#pragma once

#include "base/buf.h"
#include "base/map.h"
#include "json/json.h"

typedef struct Envelope {
    Str id;
    Str name;
    Str type;
    Str location;           // empty = none
    Str scope;              // empty for ARM resources, whose id tells it
    const Json *tags;       // NULL = none
    const Json *properties; // object
    const Json *top;        // further ARM members at the root (kind, sku, identity, …), or NULL
    Str file;               // where it was read from
    uint32_t line;
    Str kind;        // adapter kind: "tenant-settings", "environments", …; "derived"
    Str endpoint;    // the request it answers, empty = not known
    bool is_detail;  // from a single-object body, which wins over a list entry
    bool is_derived; // made here, from other objects (provenance in properties.derivedFrom)
} Envelope;

// One line of JSON with newline.
void envelope_write(Buf *out, const Envelope *envelope);
