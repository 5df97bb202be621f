// SPDX-License-Identifier: Apache-2.0
// The functions on text: join it, cut it, search it.
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "policy/culture.h"
#include "policy/func_impl.h"
#include "policy/scalar.h"

// --- joining ------------------------------------------------------------------------------------

static bool concat_arrays(const Call *c, const Json **ret_value)
{
    size_t count = 0;
    for (uint32_t i = 0; i < c->count; i++) {
        if (c->args[i]->type != JSON_ARRAY) {
            return call_refuse(c, i, "an array like the others");
        }
        count += c->args[i]->count;
    }
    Json *items = NEW_ARRAY(c->arena, Json, count);
    size_t at = 0;
    for (uint32_t i = 0; i < c->count; i++) {
        if (c->args[i]->count != 0) {
            memcpy(items + at, c->args[i]->items, c->args[i]->count * sizeof *items);
            at += c->args[i]->count;
        }
    }
    return call_ret_items(c, items, count, ret_value);
}

// Of the numbers only integers have a text here, as in the service.
static bool is_float(const Json *value)
{
    return value->type == JSON_NUMBER && !value->is_int;
}

// Two passes, because this is what most built-in rules call: one piece of memory, no buffer.
bool fn_concat(const Call *c, const Json **ret_value)
{
    size_t len = 0;
    for (uint32_t i = 0; i < c->count; i++) {
        char buf[SCALAR_TEXT_MAX];
        Str text = {0};
        if (c->args[i]->type == JSON_ARRAY) {
            return concat_arrays(c, ret_value);
        }
        if (is_float(c->args[i]) || !scalar_text(c->args[i], buf, &text)) {
            return call_refuse(c, i, "a string, integer, boolean or array");
        }
        len += text.len;
    }
    char *out = NEW_ARRAY(c->arena, char, len);
    size_t at = 0;
    for (uint32_t i = 0; i < c->count; i++) {
        char buf[SCALAR_TEXT_MAX];
        Str text = {0};
        if (scalar_text(c->args[i], buf, &text) && text.len != 0) {
            memcpy(out + at, text.ptr, text.len);
            at += text.len;
        }
    }
    return call_ret_str(c, (Str){out, len}, ret_value);
}

bool fn_join(const Call *c, const Json **ret_value)
{
    Str separator = {0};
    if (c->args[0]->type != JSON_ARRAY) {
        return call_refuse(c, 0, "an array");
    }
    TRY(call_str(c, 1, &separator));
    Buf out = {0};
    for (uint32_t i = 0; i < c->args[0]->count; i++) {
        char buf[SCALAR_TEXT_MAX];
        Str text = {0};
        if (!scalar_text(&c->args[0]->items[i], buf, &text)) {
            buf_free(&out);
            return call_fail(c, "item %u of argument 1 must be a string, it is %s", (unsigned)i,
                             scalar_type_name(&c->args[0]->items[i]));
        }
        TRY(call_put(c, &out, i == 0 ? STR("") : separator));
        TRY(call_put(c, &out, text));
    }
    return call_ret_buf(c, &out, ret_value);
}

bool fn_pad_left(const Call *c, const Json **ret_value)
{
    Str text = {0};
    Str pad = STR(" ");
    int64_t width = 0;
    if (c->args[0]->type != JSON_STRING &&
        !(c->args[0]->type == JSON_NUMBER && c->args[0]->is_int)) {
        return call_refuse(c, 0, "a string or an integer");
    }
    TRY(call_text(c, 0, &text));
    TRY(call_int(c, 1, &width));
    TRY(c->count < 3 || call_is_null(c, 2) || call_str(c, 2, &pad));
    if (text_utf16_len(pad) != 1) {
        return call_fail(c, "argument 3 must be one character, it is '%.*s'", STR_ARG(pad));
    }
    if (width < 0) {
        return call_fail(c, "argument 2 must be a width of 0 or more, it is %lld",
                         (long long)width);
    }
    size_t have = text_utf16_len(text);
    size_t missing = (uint64_t)width > have ? (size_t)width - have : 0;
    if (missing > FUNC_TEXT_MAX) {
        return call_too_long(c);
    }
    char *out = NEW_ARRAY(c->arena, char, missing *pad.len + text.len);
    for (size_t i = 0; i < missing; i++) {
        memcpy(out + i * pad.len, pad.ptr, pad.len);
    }
    if (text.len != 0) {
        memcpy(out + missing * pad.len, text.ptr, text.len);
    }
    return call_ret_str(c, (Str){out, missing * pad.len + text.len}, ret_value);
}

// --- changing -----------------------------------------------------------------------------------

bool fn_to_lower(const Call *c, const Json **ret_value)
{
    Str text = {0};
    TRY(call_str_or_null(c, 0, &text));
    return call_ret_str(c, text_lower(c->arena, text), ret_value);
}

bool fn_to_upper(const Call *c, const Json **ret_value)
{
    Str text = {0};
    TRY(call_str_or_null(c, 0, &text));
    return call_ret_str(c, text_upper(c->arena, text), ret_value);
}

// Case folding maps character to character, so what was found has as many characters as needle,
// though perhaps not as many bytes.
static size_t found_len(Str found, Str needle)
{
    size_t end = 0;
    for (size_t at = 0; at < needle.len && end < found.len;) {
        (void)utf8_take(needle, &at);
        (void)utf8_take(found, &end);
    }
    return end;
}

bool fn_replace(const Call *c, const Json **ret_value)
{
    Str rest = {0};
    Str old = {0};
    Str replacement = {0};
    TRY(call_str(c, 0, &rest) && call_str(c, 1, &old) && call_str(c, 2, &replacement));
    if (old.len == 0) {
        return call_fail(c, "argument 2 must not be empty: it is the text to be replaced");
    }
    ptrdiff_t found = text_find_nocase(rest, old);
    if (found < 0) {
        *ret_value = c->args[0];
        return true;
    }
    Buf out = {0};
    for (; found >= 0; found = text_find_nocase(rest, old)) {
        TRY(call_put(c, &out, (Str){rest.ptr, (size_t)found}));
        TRY(call_put(c, &out, replacement));
        rest = (Str){rest.ptr + found, rest.len - (size_t)found};
        size_t len = found_len(rest, old);
        rest = (Str){rest.ptr + len, rest.len - len};
    }
    TRY(call_put(c, &out, rest));
    return call_ret_buf(c, &out, ret_value);
}

// What .NET's Char.IsWhiteSpace says.
static bool is_white(uint32_t cp)
{
    return (cp >= 0x09 && cp <= 0x0d) || cp == 0x20 || cp == 0x85 || cp == 0xa0 || cp == 0x1680 ||
           (cp >= 0x2000 && cp <= 0x200a) || cp == 0x2028 || cp == 0x2029 || cp == 0x202f ||
           cp == 0x205f || cp == 0x3000;
}

bool fn_trim(const Call *c, const Json **ret_value)
{
    Str text = {0};
    TRY(call_str(c, 0, &text));
    size_t first = text.len;
    size_t end = text.len;
    for (size_t at = 0; at < text.len;) {
        size_t start = at;
        if (!is_white(utf8_take(text, &at))) {
            first = start < first ? start : first;
            end = at;
        }
    }
    return call_ret_str(c, (Str){text.len != 0 ? text.ptr + first : NULL, end - first}, ret_value);
}

// --- cutting ------------------------------------------------------------------------------------

bool fn_substring(const Call *c, const Json **ret_value)
{
    Str text = {0};
    int64_t start = 0;
    TRY(call_str(c, 0, &text));
    TRY(c->count < 2 || call_int(c, 1, &start));
    int64_t units = (int64_t)text_utf16_len(text);
    if (start < 0 || start > units) {
        return call_fail(c, "argument 2 must lie between 0 and the length %lld, it is %lld",
                         (long long)units, (long long)start);
    }
    int64_t len = units - start;
    TRY(c->count < 3 || call_int(c, 2, &len));
    if (len < 0 || len > units - start) {
        return call_fail(c, "argument 3 must lie between 0 and the %lld that are left, it is %lld",
                         (long long)(units - start), (long long)len);
    }
    size_t first = text_byte_at(text, (size_t)start);
    size_t end = text_byte_at(text, (size_t)(start + len));
    return call_ret_str(c, (Str){text.ptr + first, end - first}, ret_value);
}

// Where a text is split next.
typedef struct Cut {
    size_t at, len;
    bool found;
} Cut;

// The first white space, which is what an empty list of delimiters stands for in .NET.
static Cut find_white(Str text)
{
    for (size_t at = 0; at < text.len;) {
        size_t start = at;
        if (is_white(utf8_take(text, &at))) {
            return (Cut){.at = start, .len = at - start, .found = true};
        }
    }
    return (Cut){0};
}

// The first place where one of the delimiters stands; ties go to the one listed first.
static Cut find_delimiter(Str text, const Json *delimiters, uint32_t count)
{
    for (size_t at = 0; at < text.len; at++) {
        for (uint32_t i = 0; i < count; i++) {
            Str delimiter = delimiters[i].string;
            if (delimiter.len != 0 && delimiter.len <= text.len - at &&
                memcmp(text.ptr + at, delimiter.ptr, delimiter.len) == 0) {
                return (Cut){.at = at, .len = delimiter.len, .found = true};
            }
        }
    }
    return (Cut){0};
}

// With out NULL only counts. delimiters NULL = white space.
static size_t split_into(Str text, const Json *delimiters, uint32_t count, Json *out)
{
    for (size_t n = 0;; n++) {
        Cut cut = delimiters == NULL ? find_white(text) : find_delimiter(text, delimiters, count);
        if (out != NULL) {
            out[n] = json_string((Str){text.ptr, cut.found ? cut.at : text.len});
        }
        if (!cut.found) {
            return n + 1;
        }
        text = (Str){text.ptr + cut.at + cut.len, text.len - cut.at - cut.len};
    }
}

bool fn_split(const Call *c, const Json **ret_value)
{
    Str text = {0};
    if (call_is_null(c, 0)) {
        return call_ret_items(c, NULL, 0, ret_value);
    }
    TRY(call_str(c, 0, &text));
    const Json *delimiters = c->args[1];
    uint32_t count = delimiters->type == JSON_NULL ? 0 : 1;
    if (delimiters->type == JSON_ARRAY) {
        count = delimiters->count;
        delimiters = count != 0 ? delimiters->items : NULL;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (delimiters[i].type != JSON_STRING) {
            return call_refuse(c, 1, "a string or an array of strings");
        }
    }
    size_t parts = split_into(text, delimiters, count, NULL);
    Json *items = NEW_ARRAY(c->arena, Json, parts);
    (void)split_into(text, delimiters, count, items);
    return call_ret_items(c, items, parts, ret_value);
}

// --- searching ----------------------------------------------------------------------------------

static bool array_index(const Call *c, bool from_end, const Json **ret_value)
{
    const Json *array = c->args[0];
    int64_t found = -1;
    for (uint32_t i = 0; i < array->count && (from_end || found < 0); i++) {
        if (json_equal(&array->items[i], c->args[1])) {
            found = i;
        }
    }
    return call_ret_int(c, found, ret_value);
}

static bool find_index(const Call *c, bool from_end, const Json **ret_value)
{
    Str text = {0};
    Str needle = {0};
    if (call_is_null(c, 0)) {
        return call_ret_int(c, -1, ret_value);
    }
    if (c->args[0]->type == JSON_ARRAY) {
        return array_index(c, from_end, ret_value);
    }
    if (c->args[0]->type != JSON_STRING) {
        return call_refuse(c, 0, "a string or an array");
    }
    TRY(call_str(c, 0, &text) && call_str(c, 1, &needle));
    ptrdiff_t found = from_end ? text_rfind_nocase(text, needle) : text_find_nocase(text, needle);
    return call_ret_int(c, found < 0 ? -1 : (int64_t)text_utf16_at(text, (size_t)found), ret_value);
}

bool fn_index_of(const Call *c, const Json **ret_value)
{
    return find_index(c, false, ret_value);
}

bool fn_last_index_of(const Call *c, const Json **ret_value)
{
    return find_index(c, true, ret_value);
}

bool fn_starts_with(const Call *c, const Json **ret_value)
{
    Str text = {0};
    Str prefix = {0};
    TRY(call_str(c, 0, &text) && call_str(c, 1, &prefix));
    return call_ret_bool(culture_starts(text, prefix), ret_value);
}

bool fn_ends_with(const Call *c, const Json **ret_value)
{
    Str text = {0};
    Str suffix = {0};
    TRY(call_str(c, 0, &text) && call_str(c, 1, &suffix));
    return call_ret_bool(culture_ends(text, suffix), ret_value);
}
