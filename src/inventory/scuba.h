// SPDX-License-Identifier: Apache-2.0
// scuba — ScubaGear's export, part by part. Internal.
// Depends on: doc, place.  Not thread-safe.
#pragma once

#include "inventory/doc.h"

typedef struct ScubaExport {
    Doc doc;          // that it stands in
    const Json *body; // its members are the parts
    uint32_t at;
    uint32_t others; // parts of other products
} ScubaExport;

// Is the object an export or report of ScubaGear? Its tenant is noted then.
bool scuba_open(const Doc *doc, const Json *json, ScubaExport *ret_export);

// The next part that has a body, as a document of its own; what a part without one says is said.
bool scuba_next(ScubaExport *export, Doc *ret_doc, const Json **ret_body);
