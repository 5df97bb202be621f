// SPDX-License-Identifier: Apache-2.0
// stream — findings as text while they happen: NDJSON, the inside of a JSON document, CSV. What is
// the same for every finding of a rule is written once, beforehand.
// Depends on: assess, json.  Thread-safe: a FindingFormat is read-only once made; each buffer
// belongs to its caller.
// Source: RFC 4180 (CSV); docs/exports.md.
#pragma once

#include "assess/rollup.h"
#include "base/buf.h"

typedef enum ReportFormat {
    REPORT_JSON,
    REPORT_NDJSON,
    REPORT_CSV,
    REPORT_FORMAT_COUNT
} ReportFormat;

// By the extension of a file name (".json", ".ndjson", ".csv"); REPORT_FORMAT_COUNT = none of them.
ReportFormat report_format_of(Str path);

typedef struct FindingFormat FindingFormat;

// Lives in the arena; the model must outlive it.
const FindingFormat *finding_format_new(Arena *arena, ReportFormat format,
                                        const AssessModel *model);

void finding_format_write(const FindingFormat *format, Buf *out, const Finding *finding);
void finding_format_bad_source(const FindingFormat *format, Buf *out, const BadSource *bad);

// What stands before the first finding. JSON's end is report_json_end.
void finding_format_begin(const FindingFormat *format, Buf *out);

// Findings of JSON begin with a comma; the first one in a document must not. *any is false before
// the first chunk and the function's own after that. Returns the part of chunk to write.
Str finding_format_chunk(const FindingFormat *format, Str chunk, bool *any);

// One CSV field: quoted where needed, and never read as a formula by a spreadsheet.
void csv_field(Buf *out, Str text);
