// SPDX-License-Identifier: Apache-2.0
// stream — findings as text while they happen: NDJSON, the inside of a JSON document, CSV. What is
// the same for every finding of a rule is written once, beforehand.
// Depends on: assess, json.  Thread-safe: a FindingFormat is read-only once made; each buffer
// belongs to its caller.
// Source: RFC 4180 (CSV); docs/exports.md.
#pragma once

#include "assess/rollup.h"
#include "base/buf.h"

struct Report; // report.h

typedef enum ReportFormat {
    REPORT_JSON,
    REPORT_NDJSON,
    REPORT_CSV,
    REPORT_OSCAL_RESULTS, // assessment-results
    REPORT_OSCAL_PLAN,    // plan-of-action-and-milestones
    REPORT_FORMAT_COUNT
} ReportFormat;

// By the extension of a file name (".json", ".ndjson", ".csv", ".oscal-ar.json",
// ".oscal-poam.json"); REPORT_FORMAT_COUNT = none of them.
ReportFormat report_format_of(Str path);

// What documents say of the run before there is a result.
typedef struct FindingHead {
    Ticks now;
    Str tool_version;
    Str tenant;  // empty in plain use
    Str edition; // of the baseline, in a few words; empty in plain use
} FindingHead;

// What the end of an OSCAL document needs to know of each finding.
typedef struct OscalNote {
    const Exemption *exemption; // in force; NULL = none
    uint64_t identity;
    uint32_t rule;
    State state;
} OscalNote;

// The notes of a run, in the order of its findings. Errors: ERR_LIMIT beyond NOTES_MAX.
enum { NOTES_MAX = 2000000 };
typedef struct FindingNotes {
    Arena *arena;
    OscalNote *at;
    uint32_t count;
    uint32_t cap;
} FindingNotes;
MUST_USE bool finding_notes_push(FindingNotes *notes, const OscalNote *note, Err *err);

typedef struct FindingFormat FindingFormat;

// Lives in the arena; the model and the texts of head must outlive it.
const FindingFormat *finding_format_new(Arena *arena, ReportFormat format, const AssessModel *model,
                                        const FindingHead *head);

// Does its end ask for a note of each finding?
bool finding_format_wants_notes(const FindingFormat *format);
OscalNote finding_note(const Finding *finding);

void finding_format_write(const FindingFormat *format, Buf *out, const Finding *finding);
void finding_format_bad_source(const FindingFormat *format, Buf *out, const BadSource *bad);

// What stands before the first finding, and what comes after the last one.
void finding_format_begin(const FindingFormat *format, Buf *out);
void finding_format_end(const FindingFormat *format, Buf *out, const struct Report *report);

// Findings of JSON begin with a comma; the first one in a document must not. *any is false before
// the first chunk and the function's own after that. Returns the part of chunk to write.
Str finding_format_chunk(const FindingFormat *format, Str chunk, bool *any);

// One CSV field: quoted where needed, and never read as a formula by a spreadsheet.
void csv_field(Buf *out, Str text);
