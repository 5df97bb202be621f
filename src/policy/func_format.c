// SPDX-License-Identifier: Apache-2.0
// format('{0,-10} of {1:N2}', …): composite formatting in the invariant culture.
// Source: .NET "Composite formatting", "Standard numeric format strings".
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "policy/func_impl.h"
#include "policy/scalar.h"
#include "json/write.h"

enum { PRECISION_MAX = 99 };

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
    Buf text = {0};
    buf_printf(&text, "%.*f", digits, value);
    if (grouped) {
        put_grouped(out, buf_str(&text));
    } else {
        buf_push(out, buf_str(&text));
    }
    buf_free(&text);
}

// .NET writes the exponent with at least three digits: 1.50E+003.
static void put_exponent(Buf *out, double value, int digits, bool upper)
{
    Buf text = {0};
    buf_printf(&text, upper ? "%.*E" : "%.*e", digits, value);
    size_t power = str_cut(buf_str(&text), upper ? 'E' : 'e').head.len + 2;
    buf_push(out, (Str){text.ptr, power});
    for (size_t have = text.len - power; have < 3; have++) {
        buf_byte(out, '0');
    }
    buf_push(out, str_from(buf_str(&text), power));
    buf_free(&text);
}

static void put_integer(Buf *out, int64_t value, int digits)
{
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    buf_push(out, value < 0 ? STR("-") : STR(""));
    buf_printf(out, "%0*llu", digits, (unsigned long long)size);
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

// A custom format of digits only: 000, #,##0.00.
typedef struct Custom {
    size_t whole_min;                  // digits before the point at least
    size_t fraction_min, fraction_max; // digits behind it
    bool grouped;
} Custom;

// False when spec is anything else.
static bool parse_custom(Str spec, Custom *ret_custom)
{
    Custom custom = {0};
    StrCut cut = str_cut(spec, '.');
    for (size_t i = 0; i < cut.head.len; i++) {
        char c = cut.head.ptr[i];
        if (c != '0' && c != '#' && !(c == ',' && i > 0 && i + 1 < cut.head.len)) {
            return false;
        }
        custom.grouped = custom.grouped || c == ',';
        custom.whole_min += c == '0' || (c == '#' && custom.whole_min > 0) ? 1 : 0;
    }
    for (size_t i = 0; i < cut.tail.len; i++) {
        if (cut.tail.ptr[i] != '0' && cut.tail.ptr[i] != '#') {
            return false;
        }
        custom.fraction_min = cut.tail.ptr[i] == '0' ? i + 1 : custom.fraction_min;
    }
    custom.fraction_max = cut.tail.len;
    *ret_custom = custom;
    return spec.len <= PRECISION_MAX;
}

static void put_custom(Buf *out, double value, const Custom *custom)
{
    Buf text = {0};
    Buf whole = {0};
    buf_printf(&text, "%.*f", (int)custom->fraction_max, fabs(value));
    StrCut digits = str_cut(buf_str(&text), '.');
    bool is_zero = custom->whole_min == 0 && str_eq(digits.head, STR("0"));
    for (size_t have = digits.head.len; have < custom->whole_min; have++) {
        buf_byte(&whole, '0');
    }
    buf_push(&whole, is_zero ? STR("") : digits.head);
    while (digits.tail.len > custom->fraction_min && digits.tail.ptr[digits.tail.len - 1] == '0') {
        digits.tail.len--;
    }
    buf_push(out, value < 0 ? STR("-") : STR(""));
    if (custom->grouped) {
        put_grouped(out, buf_str(&whole));
    } else {
        buf_push(out, buf_str(&whole));
    }
    buf_push(out, digits.tail.len != 0 ? STR(".") : STR(""));
    buf_push(out, digits.tail);
    buf_free(&whole);
    buf_free(&text);
}

// A letter and up to two digits: "N2". Precision -1 = none given.
static bool standard_spec(Str spec, char *ret_letter, int *ret_precision)
{
    int precision = 0;
    char lower = (char)(spec.ptr[0] | 0x20);
    if (lower < 'a' || lower > 'z') {
        return false;
    }
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

// A standard format of one letter. False when it is none for this number.
static bool put_standard(Buf *out, const Json *number, char letter, int precision)
{
    double value = number->number.as_double;
    bool upper = letter >= 'A' && letter <= 'Z';
    switch (letter | 0x20) {
    case 'n':
        put_fixed(out, value, or_default(precision, 2), true);
        return true;
    case 'f':
        put_fixed(out, value, or_default(precision, 2), false);
        return true;
    case 'p':
        put_fixed(out, value * 100, or_default(precision, 2), true);
        buf_push(out, STR(" %"));
        return true;
    case 'e':
        put_exponent(out, value, or_default(precision, 6), upper);
        return true;
    case 'g':
    case 'r':
        put_general(out, number);
        return true;
    case 'd':
        if (number->is_int) {
            put_integer(out, number->number.as_int, or_default(precision, 1));
        }
        return number->is_int;
    case 'x':
        if (number->is_int) {
            buf_printf(out, upper ? "%0*llX" : "%0*llx", or_default(precision, 1),
                       (unsigned long long)number->number.as_int);
        }
        return number->is_int;
    default:
        return false;
    }
}

// False when spec is not a format for this number.
static bool put_number(Buf *out, const Json *number, Str spec)
{
    char letter = '\0';
    int precision = -1;
    Custom custom = {0};
    if (spec.len == 0 || !isfinite(number->number.as_double)) {
        put_general(out, number);
        return true;
    }
    if (standard_spec(spec, &letter, &precision)) {
        return put_standard(out, number, letter, precision);
    }
    if (!parse_custom(spec, &custom)) {
        return false;
    }
    put_custom(out, number->number.as_double, &custom);
    return true;
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
