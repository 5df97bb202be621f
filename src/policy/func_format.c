// SPDX-License-Identifier: Apache-2.0
// format('{0,-10} of {1:N2}', …): composite formatting in the invariant culture.
// Source: .NET "Composite formatting", "Standard numeric format strings".
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "policy/func_impl.h"
#include "policy/scalar.h"
#include "json/write.h"

enum { PRECISION_MAX = 99, NUMBER_TEXT_MAX = 512 };

// --- numbers ------------------------------------------------------------------------------------

// Copies decimal digits and puts a comma before every third from the point.
static void put_grouped(Buf *out, Str number)
{
    size_t sign = number.len != 0 && number.ptr[0] == '-' ? 1 : 0;
    size_t whole = str_cut(number, '.').head.len;
    for (size_t i = 0; i < number.len; i++) {
        if (i > sign && i < whole && (whole - i) % 3 == 0) {
            buf_byte(out, ',');
        }
        buf_byte(out, number.ptr[i]);
    }
}

static void put_fixed(Buf *out, double value, int digits, bool grouped)
{
    char text[NUMBER_TEXT_MAX];
    int len = snprintf(text, sizeof text, "%.*f", digits, value);
    ASSERT(len > 0 && (size_t)len < sizeof text);
    if (grouped) {
        put_grouped(out, (Str){text, (size_t)len});
    } else {
        buf_push(out, (Str){text, (size_t)len});
    }
}

// .NET writes the exponent with at least three digits: 1.50E+003.
static void put_exponent(Buf *out, double value, int digits, bool upper)
{
    char text[NUMBER_TEXT_MAX];
    int len = snprintf(text, sizeof text, upper ? "%.*E" : "%.*e", digits, value);
    ASSERT(len > 0 && (size_t)len < sizeof text);
    size_t mantissa = strcspn(text, "eE");
    size_t power = mantissa + 2;
    buf_push(out, (Str){text, power});
    for (size_t have = (size_t)len - power; have < 3; have++) {
        buf_byte(out, '0');
    }
    buf_push(out, (Str){text + power, (size_t)len - power});
}

static void put_integer(Buf *out, int64_t value, int digits)
{
    char text[24];
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    int len = snprintf(text, sizeof text, "%llu", (unsigned long long)size);
    if (value < 0) {
        buf_byte(out, '-');
    }
    for (int have = len; have < digits; have++) {
        buf_byte(out, '0');
    }
    buf_push(out, (Str){text, (size_t)len});
}

static void put_general(Buf *out, const Json *number)
{
    char text[SCALAR_TEXT_MAX];
    Str plain = {0};
    ASSERT(scalar_text(number, text, &plain));
    // As text a double that is a whole number has no ".0" here: 5, not 5.0.
    bool is_whole = plain.len > 2 && memcmp(plain.ptr + plain.len - 2, ".0", 2) == 0;
    buf_push(out, (Str){plain.ptr, plain.len - (is_whole ? 2 : 0)});
}

// A custom format of digits only: 000, #,##0.00. False when spec is anything else.
static bool put_custom(Buf *out, const Json *number, Str spec)
{
    StrCut cut = str_cut(spec, '.');
    size_t whole_min = 0;
    bool grouped = false;
    for (size_t i = 0; i < cut.head.len; i++) {
        char c = cut.head.ptr[i];
        if (c != '0' && c != '#' && !(c == ',' && i > 0 && i + 1 < cut.head.len)) {
            return false;
        }
        grouped = grouped || c == ',';
        whole_min += c == '0' || (c == '#' && whole_min > 0) ? 1 : 0;
    }
    size_t fraction_min = 0;
    for (size_t i = 0; i < cut.tail.len; i++) {
        if (cut.tail.ptr[i] != '0' && cut.tail.ptr[i] != '#') {
            return false;
        }
        fraction_min = cut.tail.ptr[i] == '0' ? i + 1 : fraction_min;
    }
    if (spec.len == 0 || spec.len > PRECISION_MAX) {
        return false;
    }
    char text[NUMBER_TEXT_MAX];
    double value = number->number.as_double;
    int len = snprintf(text, sizeof text, "%.*f", (int)cut.tail.len, fabs(value));
    ASSERT(len > 0 && (size_t)len < sizeof text);
    StrCut digits = str_cut((Str){text, (size_t)len}, '.');
    Str fraction = digits.tail;
    while (fraction.len > fraction_min && fraction.ptr[fraction.len - 1] == '0') {
        fraction.len--;
    }
    Buf whole = {0};
    for (size_t have = digits.head.len; have < whole_min; have++) {
        buf_byte(&whole, '0');
    }
    buf_push(&whole, whole_min == 0 && str_eq(digits.head, STR("0")) ? STR("") : digits.head);
    buf_push(out, value < 0 ? STR("-") : STR(""));
    if (grouped) {
        put_grouped(out, buf_str(&whole));
    } else {
        buf_push(out, buf_str(&whole));
    }
    buf_push(out, fraction.len != 0 ? STR(".") : STR(""));
    buf_push(out, fraction);
    buf_free(&whole);
    return true;
}

// A letter and up to two digits: "N2". Precision -1 = none given.
static bool standard_spec(Str spec, char *ret_letter, int *ret_precision)
{
    int precision = 0;
    for (size_t i = 1; i < spec.len; i++) {
        if (spec.ptr[i] < '0' || spec.ptr[i] > '9' || i > 2) {
            return false;
        }
        precision = precision * 10 + (spec.ptr[i] - '0');
    }
    *ret_letter = spec.ptr[0];
    *ret_precision = spec.len > 1 ? precision : -1;
    return true;
}

static int or_default(int precision, int standard)
{
    return precision >= 0 ? precision : standard;
}

// False when spec is not a format for this number.
static bool put_number(Buf *out, const Json *number, Str spec)
{
    char letter = '\0';
    int precision = -1;
    double value = number->number.as_double;
    if (spec.len == 0 || !isfinite(value)) {
        put_general(out, number);
        return true;
    }
    if (!standard_spec(spec, &letter, &precision)) {
        return put_custom(out, number, spec);
    }
    switch (letter) {
    case 'N':
    case 'n':
        put_fixed(out, value, or_default(precision, 2), true);
        return true;
    case 'F':
    case 'f':
        put_fixed(out, value, or_default(precision, 2), false);
        return true;
    case 'P':
    case 'p':
        put_fixed(out, value * 100, or_default(precision, 2), true);
        buf_push(out, STR(" %"));
        return true;
    case 'E':
    case 'e':
        put_exponent(out, value, or_default(precision, 6), letter == 'E');
        return true;
    case 'G':
    case 'g':
    case 'R':
    case 'r':
        put_general(out, number);
        return true;
    case 'D':
    case 'd':
        if (number->is_int) {
            put_integer(out, number->number.as_int, or_default(precision, 1));
        }
        return number->is_int;
    case 'X':
    case 'x':
        if (number->is_int) {
            buf_printf(out, letter == 'X' ? "%0*llX" : "%0*llx", or_default(precision, 1),
                       (unsigned long long)number->number.as_int);
        }
        return number->is_int;
    default:
        return put_custom(out, number, spec);
    }
}

// --- items --------------------------------------------------------------------------------------

// {index[,width][:spec]}; a negative width puts the text to the left.
typedef struct Item {
    uint32_t index;
    int64_t width;
    Str spec;
} Item;

static Str trim_spaces(Str s)
{
    while (s.len > 0 && s.ptr[0] == ' ') {
        s = (Str){s.ptr + 1, s.len - 1};
    }
    while (s.len > 0 && s.ptr[s.len - 1] == ' ') {
        s.len--;
    }
    return s;
}

static bool parse_width(const Call *c, Str text, int64_t *ret_width)
{
    Str s = trim_spaces(text);
    int64_t width = 0;
    if (s.len == 0 || s.ptr[0] == '+' || !scalar_read_int(s, &width)) {
        return call_fail(c, "'%.*s' is not an alignment: give a width like {0,10} or {0,-10}",
                         STR_ARG(text));
    }
    if (width < -FUNC_TEXT_MAX || width > FUNC_TEXT_MAX) {
        return call_fail(c, "the alignment %lld is more than the limit of %d", (long long)width,
                         FUNC_TEXT_MAX);
    }
    *ret_width = width;
    return true;
}

static bool parse_item(const Call *c, Str text, Item *ret_item)
{
    Item item = {0};
    StrCut colon = str_cut(text, ':');
    StrCut comma = str_cut(colon.head, ',');
    Str number = trim_spaces(comma.head);
    int64_t index = 0;
    bool is_plain = number.len != 0 && number.ptr[0] >= '0' && number.ptr[0] <= '9';
    if (!is_plain || !scalar_read_int(number, &index)) {
        return call_fail(c, "'{%.*s}' is not a placeholder like {0}", STR_ARG(text));
    }
    if (index >= (int64_t)c->count - 1) {
        return call_fail(c, "{%lld} has no argument, there are %u to place", (long long)index,
                         (unsigned)(c->count - 1));
    }
    TRY(!comma.found || parse_width(c, comma.tail, &item.width));
    item.index = (uint32_t)index + 1;
    item.spec = colon.tail;
    *ret_item = item;
    return true;
}

static bool put_value(const Call *c, Buf *out, const Item *item)
{
    const Json *value = c->args[item->index];
    if (value->type == JSON_NUMBER) {
        return put_number(out, value, item->spec) ||
               call_fail(c, "'%.*s' is not a format for the number %.*s", STR_ARG(item->spec),
                         STR_ARG(value->number.text));
    }
    char buf[SCALAR_TEXT_MAX];
    Str text = {0};
    if (scalar_text(value, buf, &text)) {
        buf_push(out, text);
    } else {
        json_write(out, value);
    }
    return true;
}

static bool put_item(const Call *c, Buf *out, const Item *item)
{
    Buf value = {0};
    bool done = put_value(c, &value, item);
    int64_t pad = (item->width < 0 ? -item->width : item->width) -
                  (done ? (int64_t)text_utf16_len(buf_str(&value)) : 0);
    for (int64_t i = 0; done && item->width > 0 && i < pad; i++) {
        done = call_put(c, out, STR(" "));
    }
    done = done && call_put(c, out, buf_str(&value));
    for (int64_t i = 0; done && item->width < 0 && i < pad; i++) {
        done = call_put(c, out, STR(" "));
    }
    buf_free(&value);
    return done;
}

// One piece of the template from *at on: a doubled brace, an item, or text up to the next brace.
static bool put_piece(const Call *c, Buf *out, Str template, size_t *at)
{
    char brace = template.ptr[*at];
    size_t left = template.len - *at;
    if (brace != '{' && brace != '}') {
        size_t end = *at;
        while (end < template.len && template.ptr[end] != '{' && template.ptr[end] != '}') {
            end++;
        }
        Str text = {template.ptr + *at, end - *at};
        *at = end;
        return call_put(c, out, text);
    }
    if (left > 1 && template.ptr[*at + 1] == brace) {
        Str text = {template.ptr + *at, 1};
        *at += 2;
        return call_put(c, out, text);
    }
    StrCut cut = str_cut((Str){template.ptr + *at + 1, left - 1}, '}');
    if (brace == '}' || !cut.found) {
        return call_fail(c, "the '%c' at character %zu has no partner; write '%c%c' for one", brace,
                         text_utf16_at(template, *at) + 1, brace, brace);
    }
    Item item = {0};
    *at += cut.head.len + 2;
    return parse_item(c, cut.head, &item) && put_item(c, out, &item);
}

bool fn_format(const Call *c, const Json **ret_value)
{
    Str template = {0};
    TRY(call_str(c, 0, &template));
    Buf out = {0};
    for (size_t at = 0; at < template.len;) {
        if (!put_piece(c, &out, template, &at)) {
            buf_free(&out);
            return false;
        }
    }
    return call_ret_buf(c, &out, ret_value);
}
