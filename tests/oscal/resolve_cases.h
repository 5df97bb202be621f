// SPDX-License-Identifier: Apache-2.0
// resolve_cases — profiles, what they resolve to, and which requirement each of them shows.
// Depends on: oscal.  Thread-safe: constants.
#pragma once

#include "oscal/resolve.h"

// Single quotes stand for double ones.
typedef struct ResolveDoc {
    const char *href;
    const char *text;
} ResolveDoc;

enum { CASE_DOCS_MAX = 3, CASE_CHECKS_MAX = 6 };

typedef struct ResolveCase {
    const char *name;
    const char *profile; // read as "p.json"
    ResolveDoc docs[CASE_DOCS_MAX];
    OscalReading reading;
    const char *error;   // code; the profile does not resolve
    const char *message; // part of the text of that error, or of the warning
    const char *warning; // code; it resolves all the same
    // group[children] control(children) {loose parameters}; titles of the resources behind ';'
    const char *outline;
    // "/pointer value", the value as compact JSON; "/pointer -" for nothing there
    const char *checks[CASE_CHECKS_MAX];
} ResolveCase;

extern const ResolveCase resolve_cases[];
extern const uint32_t resolve_case_count;

// Documents every case may import: "cat.json", "twin.json", "old.json".
extern const ResolveDoc resolve_documents[];
extern const uint32_t resolve_document_count;
