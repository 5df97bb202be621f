// SPDX-License-Identifier: Apache-2.0
// The functions that change how text is written down: base64, data URIs, percent encoding, JSON,
// and the two that derive an identifier from text.
#include <string.h>

#include "base/digest.h"
#include "base/text.h"
#include "policy/func_impl.h"
#include "json/read.h"
#include "json/write.h"

// --- base64 (RFC 4648 §4) -----------------------------------------------------------------------

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// Prefix, then text in base64, in one piece of memory.
static Str base64_encode(Arena *arena, Str prefix, Str text)
{
    size_t len = prefix.len + (text.len + 2) / 3 * 4;
    char *out = NEW_ARRAY(arena, char, len);
    if (prefix.len != 0) {
        memcpy(out, prefix.ptr, prefix.len);
    }
    size_t put = prefix.len;
    for (size_t at = 0; at < text.len; at += 3) {
        size_t left = text.len - at < 3 ? text.len - at : 3;
        uint32_t bits = 0;
        for (size_t i = 0; i < 3; i++) {
            bits = bits << 8 | (i < left ? (unsigned char)text.ptr[at + i] : 0U);
        }
        for (size_t i = 0; i < 4; i++) {
            char digit = base64_digits[bits >> (18 - 6 * i) & 63U];
            out[put++] = i <= left ? digit : '=';
        }
    }
    return (Str){out, len};
}

static bool base64_value(char c, uint32_t *ret_value)
{
    const char *found = c != '\0' ? strchr(base64_digits, c) : NULL;
    if (found == NULL) {
        return false;
    }
    *ret_value = (uint32_t)(found - base64_digits);
    return true;
}

// White space between the digits is skipped, as .NET does.
static bool base64_decode(Arena *arena, Str text, Str *ret_text)
{
    char *out = NEW_ARRAY(arena, char, text.len / 4 * 3 + 3);
    size_t len = 0;
    uint32_t bits = 0;
    size_t digits = 0;
    size_t pads = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        uint32_t value = 0;
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
            continue;
        }
        if (c == '=') {
            pads++;
        } else if (pads != 0 || !base64_value(c, &value)) {
            return false;
        }
        bits = bits << 6 | value;
        digits++;
        if (digits % 4 == 0) {
            out[len++] = (char)(bits >> 16 & 0xffU);
            out[len++] = (char)(bits >> 8 & 0xffU);
            out[len++] = (char)(bits & 0xffU);
            bits = 0;
        }
    }
    if (digits % 4 != 0 || pads > 2 || pads > len) {
        return false;
    }
    *ret_text = (Str){out, len - pads};
    return text_is_utf8(*ret_text);
}

bool fn_base64(const Call *c, const Json **ret_value)
{
    Str text = {0};
    TRY(call_str_or_null(c, 0, &text));
    return call_ret_str(c, base64_encode(c->arena, STR(""), text), ret_value);
}

static bool decode_arg(const Call *c, Str *ret_text)
{
    Str text = {0};
    TRY(call_str(c, 0, &text));
    if (!base64_decode(c->arena, text, ret_text)) {
        return call_fail(c, "argument 1 is not UTF-8 text in base64");
    }
    return true;
}

bool fn_base64_to_string(const Call *c, const Json **ret_value)
{
    Str text = {0};
    TRY(decode_arg(c, &text));
    return call_ret_str(c, text, ret_value);
}

// --- JSON ---------------------------------------------------------------------------------------

static bool parse_json(const Call *c, Str text, const Json **ret_value)
{
    const JsonLimits limits = {
        .bytes_max = FUNC_BYTES_MAX, .depth_max = 128, .values_max = FUNC_ITEMS_MAX};
    Err cause = {0};
    if (!json_read_data(c->arena, text, &limits, ret_value, &cause)) {
        return call_fail(c, "argument 1 is not JSON: %s", cause.text);
    }
    return true;
}

bool fn_json(const Call *c, const Json **ret_value)
{
    Str text = {0};
    if (call_is_null(c, 0)) {
        return call_ret_members(c, NULL, 0, ret_value);
    }
    TRY(call_str(c, 0, &text));
    return parse_json(c, text, ret_value);
}

bool fn_base64_to_json(const Call *c, const Json **ret_value)
{
    Str text = {0};
    TRY(decode_arg(c, &text));
    return parse_json(c, text, ret_value);
}

// --- percent encoding (RFC 3986 §2) -------------------------------------------------------------

static bool is_unreserved(Str text, size_t at)
{
    char c = text.ptr[at];
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

Str percent_encode(Arena *arena, Str text, bool (*stays)(Str text, size_t at))
{
    static const char hex[] = "0123456789ABCDEF";
    char *out = NEW_ARRAY(arena, char, 3 * text.len);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        if (stays(text, i)) {
            out[len++] = text.ptr[i];
        } else {
            out[len++] = '%';
            out[len++] = hex[byte >> 4];
            out[len++] = hex[byte & 15U];
        }
    }
    return (Str){out, len};
}

int percent_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool fn_uri_component(const Call *c, const Json **ret_value)
{
    Str text = {0};
    TRY(call_str(c, 0, &text));
    return call_ret_str(c, percent_encode(c->arena, text, is_unreserved), ret_value);
}

// As .NET's UrlDecode: '+' is a space; a '%' without two hexadecimal digits stays. False when the
// result is not UTF-8.
static bool percent_decode(Arena *arena, Str text, Str *ret_text)
{
    char *out = NEW_ARRAY(arena, char, text.len);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        int high = text.ptr[i] == '%' && i + 2 < text.len ? percent_digit(text.ptr[i + 1]) : -1;
        int low = high >= 0 ? percent_digit(text.ptr[i + 2]) : -1;
        if (low >= 0) {
            out[len++] = (char)(high << 4 | low);
            i += 2;
        } else {
            out[len++] = text.ptr[i] == '+' ? ' ' : text.ptr[i];
        }
    }
    *ret_text = (Str){out, len};
    return text_is_utf8(*ret_text);
}

bool fn_uri_component_to_string(const Call *c, const Json **ret_value)
{
    Str text = {0};
    Str decoded = {0};
    TRY(call_str(c, 0, &text));
    if (!percent_decode(c->arena, text, &decoded)) {
        return call_fail(c, "argument 1 does not decode to UTF-8 text");
    }
    return call_ret_str(c, decoded, ret_value);
}

// --- data URIs (RFC 2397) -----------------------------------------------------------------------

// Text stands for itself, anything else for its JSON.
bool fn_data_uri(const Call *c, const Json **ret_value)
{
    const Json *value = c->args[0];
    Str uri = {0};
    if (value->type == JSON_STRING || value->type == JSON_NULL) {
        Str text = value->type == JSON_STRING ? value->string : STR("");
        uri = base64_encode(c->arena, STR("data:text/plain;charset=utf8;base64,"), text);
    } else {
        Buf json = {0};
        json_write(&json, value);
        uri = base64_encode(c->arena, STR("data:application/json;charset=utf8;base64,"),
                            buf_str(&json));
        buf_free(&json);
    }
    return call_ret_str(c, uri, ret_value);
}

bool fn_data_uri_to_string(const Call *c, const Json **ret_value)
{
    Str uri = {0};
    Str text = {0};
    TRY(call_str(c, 0, &uri));
    StrCut cut = str_cut(uri, ',');
    if (!cut.found || !text_starts_nocase(uri, STR("data:"))) {
        return call_fail(c, "argument 1 must be a data URI like data:text/plain;base64,aGk=");
    }
    bool is_base64 = text_ends_nocase(cut.head, STR(";base64"));
    if (!(is_base64 ? base64_decode : percent_decode)(c->arena, cut.tail, &text)) {
        return call_fail(c, "argument 1 does not decode to UTF-8 text");
    }
    return call_ret_str(c, text, ret_value);
}

// --- identifiers --------------------------------------------------------------------------------

static bool join_args(const Call *c, Str *ret_text)
{
    size_t len = c->count - 1;
    for (uint32_t i = 0; i < c->count; i++) {
        Str text = {0};
        TRY(call_str(c, i, &text));
        len += text.len;
    }
    char *out = NEW_ARRAY(c->arena, char, len);
    size_t at = 0;
    for (uint32_t i = 0; i < c->count; i++) {
        Str text = c->args[i]->string;
        if (i != 0) {
            out[at++] = '-';
        }
        if (text.len != 0) {
            memcpy(out + at, text.ptr, text.len);
            at += text.len;
        }
    }
    *ret_text = (Str){out, len};
    return true;
}

bool fn_unique_string(const Call *c, const Json **ret_value)
{
    Str joined = {0};
    TRY(join_args(c, &joined));
    char *text = NEW_ARRAY(c->arena, char, 14);
    digest_unique13(joined, text);
    return call_ret_str(c, (Str){text, 13}, ret_value);
}

bool fn_guid(const Call *c, const Json **ret_value)
{
    static const uint8_t name_space[16] = {0x11, 0xfb, 0x06, 0xfb, 0x71, 0x2d, 0x4d, 0xdd,
                                           0x98, 0xc7, 0xe7, 0x1b, 0xbd, 0x58, 0x88, 0x30};
    Str joined = {0};
    TRY(join_args(c, &joined));
    char *text = NEW_ARRAY(c->arena, char, 37);
    digest_uuid5(name_space, joined, text);
    return call_ret_str(c, (Str){text, 36}, ret_value);
}
