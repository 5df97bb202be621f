// SPDX-License-Identifier: Apache-2.0
// scan — the positional reader's eye: white space, lines, words, strings, and where it complains.
// Depends on: base, json, lex.  Thread-safe: pure.  Used by read.c only.
#pragma once

#include "base/diag.h"
#include "json/lex.h"

typedef struct Scan {
    Arena *arena; // strings with escapes
    Str text;
    size_t at;
    size_t line_start;
    uint32_t line;
    DiagList *diags; // NULL: data, where the first fault is the last
    Err *err;        // for data
    bool failed;     // some fault was reported
    bool stopped;    // nothing more is to be read
} Scan;

// The place of a byte on the current line.
Span scan_span(const Scan *scan, size_t at);

// Reports. Returns false, so a reader may write: return scan_fault(...).
bool scan_fault(Scan *scan, Span at, const char *code, const char *fmt, ...) PRINTF_LIKE(4, 5);

// Reports a passed limit and stops.
bool scan_limit(Scan *scan, const char *code, const char *fmt, ...) PRINTF_LIKE(3, 4);

// Steps over white space (and, complaining, over comments). False at the end of the text.
bool scan_space(Scan *scan);

// The byte at hand, or NUL at the end.
static inline char scan_peek(const Scan *scan)
{
    char c = '\0';
    if (scan->at < scan->text.len) {
        c = scan->text.ptr[scan->at];
    }
    return c;
}

// Letters, digits, _ $ . + - from here on; at least one byte.
Str scan_word(Scan *scan);

// The string whose opening quote is at hand. False when there were faults in it; ret_string is then
// what could be saved.
bool scan_string(Scan *scan, Str *ret_string);
