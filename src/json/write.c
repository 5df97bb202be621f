// SPDX-License-Identifier: Apache-2.0
#include "json/write.h"

#include <stdlib.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/swar.h"
#include "base/utf8.h"
#include "json/lex.h"

enum { OUT_DEPTH_MAX = 60 };

// High bit set in each byte that cannot stand in a string as it is: below the space, above ASCII,
// the quote, the backslash. Bytes above a marked one may be marked wrongly.
static inline uint64_t special_mask(uint64_t word)
{
    uint64_t quote = (word ^ SWAR_ONES * '"') - SWAR_ONES;
    uint64_t slash = (word ^ SWAR_ONES * '\\') - SWAR_ONES;
    uint64_t control = word - SWAR_ONES * ' ';
    return (quote | slash | control | word) & SWAR_HIGH;
}

static inline bool is_special(char c)
{
    return (unsigned char)c < 0x20 || (unsigned char)c >= 0x80 || c == '"' || c == '\\';
}

// Copies the plain bytes that from starts with and returns how many; to has room for all of len.
static size_t copy_plain(char *to, const char *from, size_t len)
{
    size_t i = 0;
#ifdef __SSE2__
    for (; i + 16 <= len; i += 16) {
        __m128i block = _mm_loadu_si128((const __m128i *)(const void *)(from + i));
        // signed: bytes above 0x7f count as below the space
        __m128i special = _mm_cmplt_epi8(block, _mm_set1_epi8(0x20));
        special = _mm_or_si128(special, _mm_cmpeq_epi8(block, _mm_set1_epi8('"')));
        special = _mm_or_si128(special, _mm_cmpeq_epi8(block, _mm_set1_epi8('\\')));
        _mm_storeu_si128((__m128i *)(void *)(to + i), block);
        int mask = _mm_movemask_epi8(special);
        if (mask != 0) {
            return i + (size_t)__builtin_ctz((unsigned)mask);
        }
    }
#endif
    for (; i + 8 <= len && special_mask(swar_load(from + i)) == 0; i += 8) {
        memcpy(to + i, from + i, 8);
    }
    if (len >= 8 && len - i < 8 && special_mask(swar_load(from + len - 8)) == 0) {
        memcpy(to + len - 8, from + len - 8, 8); // the rest, with some bytes once more
        return len;
    }
    while (i < len && !is_special(from[i])) {
        to[i] = from[i];
        i++;
    }
    return i;
}

static void write_special(Buf *out, Str text, size_t *at)
{
    static const char letters[] = "btn\0fr"; // for 0x08 to 0x0d
    static const char digits[] = "0123456789abcdef";
    size_t start = *at;
    unsigned char c = (unsigned char)text.ptr[start];
    if (c >= 0x80) {
        bool is_valid = utf8_take(text, at) < UTF8_INVALID;
        buf_push(out, is_valid ? (Str){text.ptr + start, *at - start} : STR("\xef\xbf\xbd"));
        return;
    }
    *at += 1;
    if (c == '"' || c == '\\') {
        buf_byte(out, '\\');
        buf_byte(out, (char)c);
    } else if (c >= 0x20) {
        buf_byte(out, (char)c);
    } else if (c >= 0x08 && c <= 0x0d && letters[c - 0x08] != '\0') {
        buf_byte(out, '\\');
        buf_byte(out, letters[c - 0x08]);
    } else {
        buf_push(out, STR("\\u00"));
        buf_byte(out, digits[c >> 4]);
        buf_byte(out, digits[c & 0x0fU]);
    }
}

void json_write_string(Buf *out, Str text)
{
    buf_reserve(out, text.len + 2);
    out->ptr[out->len++] = '"';
    for (size_t at = 0; at < text.len;) {
        buf_reserve(out, text.len - at);
        size_t plain = copy_plain(out->ptr + out->len, text.ptr + at, text.len - at);
        out->len += plain;
        at += plain;
        if (at < text.len) {
            write_special(out, text, &at);
        }
    }
    buf_byte(out, '"');
}

// One style of output: indent < 0 is compact.
static void write_value(Buf *out, const Json *json, int indent);

static void write_break(Buf *out, int indent)
{
    if (indent >= 0) {
        buf_byte(out, '\n');
        for (int i = 0; i < indent; i++) {
            buf_push(out, STR("  "));
        }
    }
}

static void write_items(Buf *out, const Json *json, int indent)
{
    int inner = indent < 0 ? indent : indent + 1;
    bool is_object = json->type == JSON_OBJECT;
    buf_byte(out, is_object ? '{' : '[');
    for (uint32_t i = 0; i < json->count; i++) {
        if (i != 0) {
            buf_byte(out, ',');
        }
        write_break(out, inner);
        if (is_object) {
            json_write_string(out, json->members[i].key);
            buf_push(out, indent < 0 ? STR(":") : STR(": "));
            write_value(out, &json->members[i].value, inner);
        } else {
            write_value(out, &json->items[i], inner);
        }
    }
    if (json->count != 0) {
        write_break(out, indent);
    }
    buf_byte(out, is_object ? '}' : ']');
}

static void write_value(Buf *out, const Json *json, int indent)
{
    switch (json->type) {
    case JSON_NULL:
        buf_push(out, STR("null"));
        return;
    case JSON_BOOL:
        buf_push(out, json->boolean ? STR("true") : STR("false"));
        return;
    case JSON_NUMBER:
        buf_push(out, json->number.text);
        return;
    case JSON_STRING:
        json_write_string(out, json->string);
        return;
    case JSON_ARRAY:
    case JSON_OBJECT:
        write_items(out, json, indent);
        return;
    }
    UNREACHABLE("JsonType out of range");
}

void json_write(Buf *out, const Json *json)
{
    write_value(out, json, -1);
}

Str json_text(Arena *arena, const Json *json)
{
    if (json == NULL) {
        return (Str){0};
    }
    Buf buf = {0};
    json_write(&buf, json);
    Str text = str_copy(arena, buf_str(&buf));
    buf_free(&buf);
    return text;
}

void json_write_pretty(Buf *out, const Json *json)
{
    write_value(out, json, 0);
    buf_byte(out, '\n');
}

// UTF-16 order is code point order but that U+E000..U+FFFF come after the surrogates.
static uint32_t utf16_rank(uint32_t cp)
{
    return cp >= 0xe000 && cp <= 0xffff ? cp + 0x200000 : cp;
}

static int key_cmp_utf16(Str a, Str b)
{
    size_t i = 0;
    size_t j = 0;
    while (i < a.len && j < b.len) {
        uint32_t x = utf16_rank(utf8_take(a, &i));
        uint32_t y = utf16_rank(utf8_take(b, &j));
        if (x != y) {
            return x < y ? -1 : 1;
        }
    }
    return (i < a.len) - (j < b.len);
}

static int member_cmp(const void *a, const void *b)
{
    const JsonMember *const *x = a;
    const JsonMember *const *y = b;
    return key_cmp_utf16((*x)->key, (*y)->key);
}

static bool canonical_value(Buf *out, const Json *json, Arena *scratch, Err *err);

static bool canonical_string(Buf *out, Str text, Span at, Err *err)
{
    if (utf8_valid_len(text) != text.len) {
        return err_set(err, ERR_SCHEMA, at, "a string is not UTF-8: it has no canonical form");
    }
    json_write_string(out, text);
    return true;
}

static bool canonical_object(Buf *out, const Json *json, Arena *scratch, Err *err)
{
    const JsonMember **sorted = NEW_ARRAY(scratch, const JsonMember *, json->count);
    for (uint32_t i = 0; i < json->count; i++) {
        sorted[i] = &json->members[i];
    }
    if (json->count > 1) {
        qsort(sorted, json->count, sizeof(JsonMember *), member_cmp);
    }
    buf_byte(out, '{');
    for (uint32_t i = 0; i < json->count; i++) {
        const JsonMember *member = sorted[i];
        if (i != 0 && str_eq(sorted[i - 1]->key, member->key)) {
            return err_set(err, ERR_SCHEMA, member->at,
                           "key \"%.*s\" occurs twice: the object has no canonical form",
                           STR_ARG(member->key));
        }
        if (i != 0) {
            buf_byte(out, ',');
        }
        TRY(canonical_string(out, member->key, member->at, err));
        buf_byte(out, ':');
        TRY(canonical_value(out, &member->value, scratch, err));
    }
    buf_byte(out, '}');
    return true;
}

static bool canonical_array(Buf *out, const Json *json, Arena *scratch, Err *err)
{
    buf_byte(out, '[');
    for (uint32_t i = 0; i < json->count; i++) {
        if (i != 0) {
            buf_byte(out, ',');
        }
        TRY(canonical_value(out, &json->items[i], scratch, err));
    }
    buf_byte(out, ']');
    return true;
}

static bool canonical_number(Buf *out, const Json *json, Err *err)
{
    if (!json->is_exact) {
        return err_set(err, ERR_SCHEMA, json->at,
                       "number %.*s does not fit a double: it has no canonical form",
                       STR_ARG(json->number.text));
    }
    double value = json->number.as_double;
    lex_print_double(out, value == 0 ? 0 : value); // -0 is written 0
    return true;
}

static bool canonical_value(Buf *out, const Json *json, Arena *scratch, Err *err)
{
    switch (json->type) {
    case JSON_STRING:
        return canonical_string(out, json->string, json->at, err);
    case JSON_NUMBER:
        return canonical_number(out, json, err);
    case JSON_OBJECT:
        return canonical_object(out, json, scratch, err);
    case JSON_ARRAY:
        return canonical_array(out, json, scratch, err);
    case JSON_NULL:
    case JSON_BOOL:
        write_value(out, json, -1);
        return true;
    }
    UNREACHABLE("JsonType out of range");
}

bool json_write_canonical(Buf *out, const Json *json, Err *err)
{
    size_t before = out->len;
    Arena scratch;
    arena_init(&scratch, SIZE_MAX);
    bool ok = canonical_value(out, json, &scratch, err);
    arena_free(&scratch);
    if (!ok) {
        out->len = before; // nothing half written
    }
    return ok;
}

// A comma before every value but the first of its level and the one behind a key.
static void out_separate(JsonOut *out)
{
    if (out->after_key) {
        out->after_key = false;
        return;
    }
    uint64_t bit = UINT64_C(1) << out->depth;
    if (out->depth != 0 && (out->first & bit) == 0) {
        buf_byte(out->buf, ',');
    }
    out->first &= ~bit;
}

static void out_begin(JsonOut *out, char bracket)
{
    out_separate(out);
    ASSERT(out->depth < OUT_DEPTH_MAX);
    out->depth++;
    out->first |= UINT64_C(1) << out->depth;
    buf_byte(out->buf, bracket);
}

static void out_end(JsonOut *out, char bracket)
{
    ASSERT(out->depth > 0 && !out->after_key);
    out->depth--;
    buf_byte(out->buf, bracket);
}

void json_out_object_begin(JsonOut *out)
{
    out_begin(out, '{');
}

void json_out_object_end(JsonOut *out)
{
    out_end(out, '}');
}

void json_out_array_begin(JsonOut *out)
{
    out_begin(out, '[');
}

void json_out_array_end(JsonOut *out)
{
    out_end(out, ']');
}

void json_out_key(JsonOut *out, Str key)
{
    ASSERT(out->depth > 0 && !out->after_key);
    out_separate(out);
    json_write_string(out->buf, key);
    buf_byte(out->buf, ':');
    out->after_key = true;
}

void json_out_str(JsonOut *out, Str value)
{
    out_separate(out);
    json_write_string(out->buf, value);
}

void json_out_u64(JsonOut *out, uint64_t value)
{
    out_separate(out);
    buf_u64(out->buf, value);
}

void json_out_i64(JsonOut *out, int64_t value)
{
    out_separate(out);
    if (value < 0) {
        buf_byte(out->buf, '-');
    }
    buf_u64(out->buf, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void json_out_double(JsonOut *out, double value)
{
    out_separate(out);
    lex_print_double(out->buf, value);
}

void json_out_bool(JsonOut *out, bool value)
{
    out_separate(out);
    buf_push(out->buf, value ? STR("true") : STR("false"));
}

void json_out_null(JsonOut *out)
{
    out_separate(out);
    buf_push(out->buf, STR("null"));
}

void json_out_json(JsonOut *out, const Json *json)
{
    out_separate(out);
    json_write(out->buf, json);
}

void json_out_raw(JsonOut *out, Str json_text)
{
    out_separate(out);
    buf_push(out->buf, json_text);
}
