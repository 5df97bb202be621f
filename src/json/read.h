// SPDX-License-Identifier: Apache-2.0
// read — the positional reader: for what people write. Line and column on every value, duplicate
// keys reported, several errors in one go.
// Depends on: base, json.  Thread-safe: pure.
// Source: RFC 8259; UTF-8 byte order mark and UTF-16LE (with or without mark) are accepted.
#pragma once

#include "base/diag.h"
#include "json/json.h"

// Reads one document. Strings without escapes borrow from bytes (which must outlive the tree),
// others live in the arena. Duplicate keys (exact) are errors "duplicate-key".
// False when there was any error; diags then has all of them, with place, in order.
MUST_USE bool json_read(Arena *arena, Str bytes, const JsonLimits *limits, DiagList *diags,
                        const Json **ret_json);

// The same for machine data: stops at the first error, keeps duplicate keys (the last one wins in
// json_find), no byte order marks. err->at is the place within bytes.
MUST_USE bool json_read_data(Arena *arena, Str bytes, const JsonLimits *limits,
                             const Json **ret_json, Err *err);

// UTF-16LE or a UTF-8 mark → plain UTF-8. Returns bytes itself when nothing is to do; false with
// ERR_SYNTAX on unpaired surrogates or odd length.
MUST_USE bool json_to_utf8(Arena *arena, Str bytes, Str *ret_utf8, Err *err);
