// SPDX-License-Identifier: Apache-2.0
// source — what became of each input: a row for every file, or part of one.
// Depends on: base.  Thread-safe: constants.
#pragma once

#include "base/str.h"
#include "base/ticks.h"

typedef enum SourceStatus {
    SOURCE_READ,      // understood
    SOURCE_PARTIAL,   // some of it: more pages exist, some entries unreadable, truncated
    SOURCE_EMPTY,     // a list that may be empty and is
    SOURCE_SUSPECT,   // a list that must not be empty and is
    SOURCE_REFUSED,   // 401, 403, an error body, an HTML sign-in page
    SOURCE_THROTTLED, // 429
    SOURCE_ABSENT,    // 404; where that means "never configured", measurable
    SOURCE_IGNORED,   // known, but nothing here reads it; reason says why
    SOURCE_UNKNOWN    // not recognised, or not JSON
} SourceStatus;
const char *source_status_name(SourceStatus status);

// Should it have been read, and was not (or not wholly)?
bool source_is_lacking(SourceStatus status);

// One row per input file (or per embedded body of an export): every input is accounted for.
typedef struct SourceRow {
    Str file;
    Str part;  // key inside an export, or empty
    Str kind;  // adapter kind, empty when unknown
    Str scope; // /tenants/T[/environments/E], as far as known
    SourceStatus status;
    Str reason;
    Ticks time;       // when it was read, 0 = not known
    uint32_t objects; // envelopes made of it
    uint32_t line;    // of the error, 0 = none
    uint32_t column;
} SourceRow;
