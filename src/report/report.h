// SPDX-License-Identifier: Apache-2.0
// report — one result, told to a person (terminal) or to a program (JSON).
// Depends on: assess, json.  Thread-safe: pure.
// Source: docs/exports.md.
#pragma once

#include "assess/compare.h"
#include "assess/rollup.h"
#include "base/buf.h"
#include "baseline/release.h"
#include "inventory/inventory.h"
#include "report/stream.h"

typedef struct Report {
    const AssessResult *result;
    const Edition *edition; // what was measured with; NULL in plain use
    Str tool_version;
    Str tenant;               // empty in plain use
    const SourceRow *sources; // every input, in the order it was given
    uint32_t source_count;
    const BadSource *bad_sources; // the first of them; result->bad_count says how many there are
    uint32_t bad_source_count;
    const OscalNote *notes; // of every finding, in order, when a format wants them
    uint32_t note_count;
    const Remeasure *remeasure; // NULL = nothing was compared
} Report;

// Closes a document that finding_format_begin opened: the summary and everything rolled up.
void report_json_end(Buf *buf, const Report *report);

typedef struct TerminalStyle {
    bool color;     // ANSI colours
    bool unicode;   // bars and dots beyond ASCII
    uint32_t width; // columns, at least 60
} TerminalStyle;

void report_terminal(Buf *out, const Report *report, const TerminalStyle *style);

// What was understood of each input: one line each, or JSON.
void report_sources(Buf *out, const SourceRow *rows, uint32_t count, const TerminalStyle *style);
void report_sources_json(Buf *buf, const SourceRow *rows, uint32_t count, Str tenant);

// The effect's documented name; empty when it is none that is known.
static inline Str effect_text(Effect effect)
{
    return effect < EFFECT_COUNT ? str_from_cstr(effect_name(effect)) : (Str){0};
}
