// SPDX-License-Identifier: Apache-2.0
// lex — the two tokens that need thought, numbers and escapes, read once for both readers.
// Depends on: base, json.  Thread-safe: pure.
// Source: RFC 8259 §6, §7; ECMA-262 Number::toString (also RFC 8785 §3.2.2.3).
#pragma once

#include "base/buf.h"
#include "json/json.h"

// code of the diagnostic, and what is wrong and would be right
#define LEX_FAULTS(X)                                                                              \
    X(DIGIT, "bad-number", "a number needs a digit here")                                          \
    X(LEADING_ZERO, "bad-number", "a number does not start with 0 unless it is 0")                 \
    X(NUMBER_END, "bad-number", "this cannot stand directly after a number")                       \
    X(ESCAPE, "bad-escape", "only \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX are escapes")      \
    X(HEX, "bad-escape", "\\u needs four hexadecimal digits")                                      \
    X(SURROGATE, "lone-surrogate", "half of a surrogate pair; \\uD83D\\uDE00 would be whole")

typedef enum LexFault {
    LEX_OK = 0,
#define X(name, code, text) LEX_##name,
    LEX_FAULTS(X)
#undef X
} LexFault;

const char *lex_fault_code(LexFault fault);
const char *lex_fault_text(LexFault fault);

// Reads the number that starts at *at into ret_number; *at is then behind it, or at the fault.
LexFault lex_number(Str text, size_t *at, Json *ret_number);

// May a number or word end before byte at? Only the end of the text, white space and what ends a
// value may follow one.
bool lex_ends_scalar(Str text, size_t at);

// Decodes the escape whose backslash is at *at into 1 to 4 bytes; *at is then behind it, or at the
// fault.
LexFault lex_escape(Str text, size_t *at, char ret_bytes[4], size_t *ret_len);

// The shortest decimal that reads back as value, as ECMAScript writes it; -0 keeps its sign.
void lex_print_double(Buf *out, double value);

// Do two number texts (of any size) mean the same number?
bool lex_number_eq(Str a, Str b);
