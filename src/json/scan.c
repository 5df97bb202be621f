// SPDX-License-Identifier: Apache-2.0
#include "json/scan.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/swar.h"
#include "base/utf8.h"

enum { MESSAGE_BYTES = 200 };

Span scan_span(const Scan *scan, size_t at)
{
    size_t col = at - scan->line_start + 1;
    return (Span){scan->line, col < UINT32_MAX ? (uint32_t)col : UINT32_MAX};
}

// Diagnostics end when the list is full: what follows would be counted, but nobody would see it.
static bool report(Scan *scan, ErrKind kind, Span at, const char *code, const char *text)
{
    scan->failed = true;
    if (scan->diags == NULL) {
        scan->stopped = true;
        return err_set(scan->err, kind, at, "%s", text);
    }
    (void)diag_error(scan->diags, at, code, "%s", text);
    scan->stopped = kind == ERR_LIMIT || diag_is_full(scan->diags);
    return false;
}

bool scan_fault(Scan *scan, Span at, const char *code, const char *fmt, ...)
{
    if (scan->stopped) {
        return false;
    }
    char text[MESSAGE_BYTES];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return report(scan, ERR_SYNTAX, at, code, text);
}

bool scan_limit(Scan *scan, const char *code, const char *fmt, ...)
{
    if (scan->stopped) {
        return false;
    }
    char text[MESSAGE_BYTES];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return report(scan, ERR_LIMIT, scan_span(scan, scan->at), code, text);
}

static void next_line(Scan *scan)
{
    scan->at++;
    scan->line++;
    scan->line_start = scan->at;
}

// A comment at hand: reported once where it starts, then passed over.
static bool skip_comment(Scan *scan)
{
    const char *p = scan->text.ptr + scan->at;
    size_t left = scan->text.len - scan->at;
    if (left < 2 || p[0] != '/' || (p[1] != '/' && p[1] != '*') || scan->diags == NULL) {
        return false;
    }
    (void)scan_fault(scan, scan_span(scan, scan->at), "comment", "JSON has no comments");
    bool is_block = p[1] == '*';
    scan->at += 2;
    while (scan->at < scan->text.len) {
        if (scan_peek(scan) == '\n') {
            if (!is_block) {
                return true;
            }
            next_line(scan);
        } else if (is_block && scan_peek(scan) == '*' && scan->at + 1 < scan->text.len &&
                   scan->text.ptr[scan->at + 1] == '/') {
            scan->at += 2;
            return true;
        } else {
            scan->at++;
        }
    }
    return true;
}

bool scan_space(Scan *scan)
{
    while (scan->at < scan->text.len && !scan->stopped) {
        char c = scan->text.ptr[scan->at];
        if (c == '\n') {
            next_line(scan);
        } else if (c == ' ' || c == '\t' || c == '\r') {
            scan->at++;
        } else if (c != '/' || !skip_comment(scan)) {
            return true;
        }
    }
    return false;
}

static bool in_word(char c)
{
    char lower = (char)(c | 0x20);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
           c == '.' || c == '+' || c == '-';
}

Str scan_word(Scan *scan)
{
    size_t start = scan->at++;
    while (scan->at < scan->text.len && in_word(scan->text.ptr[scan->at])) {
        scan->at++;
    }
    return (Str){scan->text.ptr + start, scan->at - start};
}

// Steps over the plain ASCII of a string, eight bytes at a time.
static void skip_plain(Scan *scan)
{
    const char *p = scan->text.ptr;
    while (scan->text.len - scan->at >= 8) {
        uint64_t word = swar_load(p + scan->at);
        uint64_t special = ((word ^ SWAR_ONES * '"') - SWAR_ONES) |
                           ((word ^ SWAR_ONES * '\\') - SWAR_ONES) | (word - SWAR_ONES * ' ');
        if (((special | word) & SWAR_HIGH) != 0) {
            break;
        }
        scan->at += 8;
    }
    while (scan->at < scan->text.len) {
        unsigned char c = (unsigned char)p[scan->at];
        if (c == '"' || c == '\\' || c < 0x20 || c >= 0x80) {
            return;
        }
        scan->at++;
    }
}

// Finds the closing quote. A line's end ends a string that forgot its quote, so that the rest of
// the document can still be read.
static bool find_end(Scan *scan, size_t quote, bool *ret_has_escapes)
{
    bool ok = true;
    for (;;) {
        skip_plain(scan);
        if (scan->stopped) {
            return false;
        }
        char c = scan_peek(scan);
        if (scan->at == scan->text.len || c == '\n' || c == '\r') {
            return scan_fault(scan, scan_span(scan, quote), "unclosed-string",
                              "this string does not end on its line: a \" is missing, or a line "
                              "break should be \\n");
        }
        if (c == '"') {
            return ok;
        }
        if (c == '\\') {
            *ret_has_escapes = true;
            scan->at++;
            scan->at += scan_peek(scan) == '"' || scan_peek(scan) == '\\' ? 1U : 0U;
        } else if ((unsigned char)c < 0x20) {
            ok = scan_fault(scan, scan_span(scan, scan->at), "control-character",
                            "a control character in a string must be written \\u%04x", (unsigned)c);
            scan->at++;
        } else {
            size_t start = scan->at;
            if (utf8_take(scan->text, &scan->at) >= UTF8_INVALID) {
                ok = scan_fault(scan, scan_span(scan, start), "not-utf8",
                                "byte 0x%02x is not UTF-8", (unsigned)(unsigned char)c);
            }
        }
    }
}

// raw with its escapes decoded; an escape that is none is reported and left out.
static bool unescape(Scan *scan, Str raw, Str *ret_string)
{
    char *out = NEW_ARRAY(scan->arena, char, raw.len);
    size_t base = (size_t)(raw.ptr - scan->text.ptr);
    size_t len = 0;
    bool ok = true;
    for (size_t at = 0; at < raw.len && !scan->stopped;) {
        if (raw.ptr[at] != '\\') {
            out[len++] = raw.ptr[at++];
            continue;
        }
        size_t start = at;
        char bytes[4];
        size_t size = 0;
        LexFault fault = lex_escape(raw, &at, bytes, &size);
        if (fault != LEX_OK) {
            ok = scan_fault(scan, scan_span(scan, base + at), lex_fault_code(fault), "%s",
                            lex_fault_text(fault));
            at = start + 2 < raw.len ? start + 2 : raw.len;
            continue;
        }
        memcpy(out + len, bytes, size);
        len += size;
    }
    *ret_string = (Str){out, len};
    return ok;
}

bool scan_string(Scan *scan, Str *ret_string)
{
    size_t quote = scan->at++;
    bool has_escapes = false;
    bool ok = find_end(scan, quote, &has_escapes);
    Str raw = {scan->text.ptr + quote + 1, scan->at - quote - 1};
    *ret_string = raw;
    if (scan_peek(scan) == '"') {
        scan->at++;
    }
    if (has_escapes && !scan->stopped) {
        bool is_clean = unescape(scan, raw, ret_string);
        ok = ok && is_clean;
    }
    return ok;
}
