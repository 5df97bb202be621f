// SPDX-License-Identifier: Apache-2.0
// func_impl — what the functions of the language are written with: a call, its typed arguments, its
// result. Private to func*.c.
// Depends on: func, json.  Thread-safe: a Call belongs to its caller.
#pragma once

#include "base/buf.h"
#include "policy/func.h"

typedef struct Call {
    Arena *arena;
    FuncId id;
    const Json *const *args;
    uint32_t count;
    Err *err;
} Call;

typedef bool FuncImpl(const Call *c, const Json **ret_value);

#define FUNC(id, name, min, max, impl) FuncImpl fn_##impl;
#define CONTEXT(id, name, min, max)
#include "policy/func.def"
#undef CONTEXT
#undef FUNC

// "padLeft: argument 2 must be an integer, it is a string". Returns false.
bool call_refuse(const Call *c, uint32_t arg, const char *wanted);

// "substring: <text>". Returns false.
bool call_fail(const Call *c, const char *fmt, ...) PRINTF_LIKE(2, 3);

// "padLeft: the result has more than 131072 characters". Returns false.
bool call_too_long(const Call *c);

// Typed arguments, counted from 0. A wrong type is refused.
MUST_USE bool call_str(const Call *c, uint32_t arg, Str *ret_value);
MUST_USE bool call_int(const Call *c, uint32_t arg, int64_t *ret_value);
MUST_USE bool call_bool(const Call *c, uint32_t arg, bool *ret_value);

// A string; null is ''.
MUST_USE bool call_str_or_null(const Call *c, uint32_t arg, Str *ret_value);

// Any scalar as text; null is ''. Arrays and objects are refused.
MUST_USE bool call_text(const Call *c, uint32_t arg, Str *ret_value);

static inline bool call_is_null(const Call *c, uint32_t arg)
{
    return c->args[arg]->type == JSON_NULL;
}

// Results. The string is borrowed: it must live in the arena or in an argument.
bool call_ret(const Call *c, Json value, const Json **ret_value);
bool call_ret_str(const Call *c, Str value, const Json **ret_value);
bool call_ret_int(const Call *c, int64_t value, const Json **ret_value);
bool call_ret_bool(bool value, const Json **ret_value);
bool call_ret_null(const Json **ret_value);
bool call_ret_items(const Call *c, const Json *items, size_t count, const Json **ret_value);
bool call_ret_members(const Call *c, const JsonMember *members, size_t count,
                      const Json **ret_value);

// Appends to a text under construction. Past FUNC_BYTES_MAX the call fails and frees the buffer.
MUST_USE bool call_put(const Call *c, Buf *buf, Str text);

// Each byte that does not stay as %XX (RFC 3986 §2.1). The value of a hexadecimal digit, or -1.
Str percent_encode(Arena *arena, Str text, bool (*stays)(Str text, size_t at));
int percent_digit(char c);

// Copies the text into the arena and frees the buffer: the end of every function that builds text.
bool call_ret_buf(const Call *c, Buf *buf, const Json **ret_value);
