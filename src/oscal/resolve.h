// SPDX-License-Identifier: Apache-2.0
// resolve — a profile becomes the catalog it stands for: import, merge, modify, tidy up. It works
// on the documents as they are written, so what it does not touch comes out as it went in.
// Depends on: json, diag, digest.  Not thread-safe: one resolution, one thread; pure otherwise.
// Source: NIST OSCAL Profile Resolution (draft); where it and the published data disagree, the
// decisions stand beside OscalReading and in README.md.
#pragma once

#include "base/diag.h"
#include "json/json.h"

// Two points on which the official sources disagree. Zero is the decision of this project.
typedef struct OscalReading {
    bool nested_flat;       // flat keeps a selected child in its selected parent (NIST XSLT)
    bool params_to_catalog; // as-is lists loose parameters under the catalog (text of the spec)
} OscalReading;

// Where documents come from. href is resolved against the document that names it; it is the path or
// URI of the root, with RFC 3986 applied, fragment gone. False: err says why (ERR_NO_INPUT, …).
typedef struct OscalDocuments {
    bool (*read)(void *ctx, Arena *arena, Str href, Str *ret_bytes, Err *err);
    void *ctx;
} OscalDocuments;

typedef struct OscalResolveLimits {
    JsonLimits json;        // of each document
    uint32_t depth_max;     // profiles that import profiles
    uint32_t documents_max; // documents read
    uint32_t objects_max;   // groups, controls and parameters held at once, copies counted
    uint64_t steps_max;     // values looked at or moved by selections and modifications
} OscalResolveLimits;
#define OSCAL_RESOLVE_LIMITS_DEFAULT                                                               \
    ((OscalResolveLimits){.json = JSON_LIMITS_DEFAULT,                                             \
                          .depth_max = 16,                                                         \
                          .documents_max = 256,                                                    \
                          .objects_max = 1U << 20,                                                 \
                          .steps_max = UINT64_C(1) << 23})

typedef struct OscalResolveOptions {
    OscalReading reading;
    OscalResolveLimits limits;
    Str now;  // RFC 3339, becomes last-modified
    Str tool; // becomes the property resolution-tool
} OscalResolveOptions;

typedef enum OscalTraceKind {
    OSCAL_TRACE_VALUE,  // what a parameter is set to
    OSCAL_TRACE_ADD,    // an alteration added something to a control
    OSCAL_TRACE_REMOVE, // an alteration removed something from a control
} OscalTraceKind;

// Who said so: one row for each parameter of the result in its order, then one for each thing added
// to or removed from a control of the result, in the order it happened.
typedef struct OscalTrace {
    OscalTraceKind kind;
    Str control;  // empty: a parameter outside controls
    Str item;     // "param", "part", "prop", "link", "title"
    Str id;       // id of the item, or its name
    Str text;     // values joined by ", "; empty: not set
    Str choices;  // what an unset parameter is to be chosen from, joined by " | "
    Str document; // href of the profile that set it, or of the catalog it came from
    Span at;      // place there; {0,0} for the catalog's own values
    bool by_profile;
} OscalTrace;

typedef struct OscalResolved {
    const Json *json; // {"catalog": {…}}
    const OscalTrace *trace;
    uint32_t trace_count;
    uint32_t document_count;
} OscalResolved;

// Resolves the profile that href names. Everything wrong is a diagnostic with file and place; false
// when one of them was an error. The result borrows from the arena.
// Errors: "import-not-found", "circular-import", "not-this-model", "structure", "combine", "limit",
// "oscal-version", "wrong-type" and those of the reader. Warnings: "unknown-control",
// "unknown-param", "unknown-id", "duplicate-control", "selects-nothing".
MUST_USE bool oscal_resolve(Arena *arena, Str href, const OscalDocuments *documents,
                            const OscalResolveOptions *options, DiagList *diags,
                            OscalResolved *ret_resolved);
