// SPDX-License-Identifier: Apache-2.0
#include "oscal/datatype.h"

#include <string.h>

#include "base/utf8.h"
#include "oscal/field.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
    return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool any_text(Str text)
{
    (void)text;
    return true;
}

static bool is_line(Str text)
{
    return text.len != 0 && memchr(text.ptr, '\n', text.len) == NULL;
}

// Spaces beyond ASCII, as the patterns of the JSON schema (ECMA-262) know them.
static bool is_wide_space(uint32_t cp)
{
    return cp == 0xa0 || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200a) || cp == 0x2028 ||
           cp == 0x2029 || cp == 0x202f || cp == 0x205f || cp == 0x3000 || cp == 0xfeff;
}

static bool is_string(Str text)
{
    if (!is_line(text) || is_space(text.ptr[0]) || is_space(text.ptr[text.len - 1])) {
        return false;
    }
    size_t first = 0;
    size_t last = text.len - 1;
    while (last > 0 && ((unsigned char)text.ptr[last] & 0xc0) == 0x80) {
        last--;
    }
    return !is_wide_space(utf8_take(text, &first)) && !is_wide_space(utf8_take(text, &last));
}

static bool is_uri_reference(Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if ((unsigned char)c <= ' ' || memchr("\"<>\\^`{|}\x7f", c, 10) != NULL) {
            return false;
        }
        if (c == '%' &&
            (i + 2 >= text.len || !is_hex(text.ptr[i + 1]) || !is_hex(text.ptr[i + 2]))) {
            return false;
        }
    }
    return true;
}

static bool is_uri(Str text)
{
    size_t at = 0;
    while (at < text.len && (is_digit(text.ptr[at]) || memchr("+-.", text.ptr[at], 3) != NULL ||
                             ((text.ptr[at] | 0x20) >= 'a' && (text.ptr[at] | 0x20) <= 'z'))) {
        at++;
    }
    bool has_scheme = at >= 2 && !is_digit(text.ptr[0]) && at + 1 < text.len && text.ptr[at] == ':';
    return has_scheme && is_uri_reference(text);
}

static bool is_uuid(Str text)
{
    if (text.len != 36) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text.ptr[i] != '-' : !is_hex(text.ptr[i])) {
            return false;
        }
    }
    return (text.ptr[14] == '4' || text.ptr[14] == '5') &&
           memchr("89abAB", text.ptr[19], 6) != NULL;
}

static bool is_email(Str text)
{
    const char *at = is_string(text) ? memchr(text.ptr, '@', text.len) : NULL;
    return at != NULL && at != text.ptr && at != text.ptr + text.len - 1;
}

static bool is_base64(Str text)
{
    size_t len = text.len;
    while (len > 0 && text.len - len < 2 && text.ptr[len - 1] == '=') {
        len--;
    }
    for (size_t i = 0; i < len; i++) {
        char c = text.ptr[i];
        if (!is_digit(c) && !((c | 0x20) >= 'a' && (c | 0x20) <= 'z') && c != '+' && c != '/') {
            return false;
        }
    }
    return len != 0;
}

// ---- dates ----

// Two or four digits at *at.
static bool take_number(Str text, size_t *at, size_t digits, uint32_t *ret_number)
{
    if (*at + digits > text.len) {
        return false;
    }
    *ret_number = 0;
    for (size_t i = 0; i < digits; i++, *at += 1) {
        if (!is_digit(text.ptr[*at])) {
            return false;
        }
        *ret_number = *ret_number * 10 + (uint32_t)(text.ptr[*at] - '0');
    }
    return true;
}

static bool take_char(Str text, size_t *at, char c)
{
    if (*at >= text.len || text.ptr[*at] != c) {
        return false;
    }
    *at += 1;
    return true;
}

static bool take_date(Str text, size_t *at)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    uint32_t year;
    uint32_t month;
    uint32_t day;
    if (!take_number(text, at, 4, &year) || !take_char(text, at, '-') ||
        !take_number(text, at, 2, &month) || !take_char(text, at, '-') ||
        !take_number(text, at, 2, &day)) {
        return false;
    }
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return year >= 1900 && year <= 2999 && month >= 1 && month <= 12 && day >= 1 &&
           day <= days[month - 1] + (month == 2 && leap ? 1U : 0U);
}

// "Z" or an offset that is in use somewhere.
static bool is_zone(Str text)
{
    static const Str odd = STR_INIT("-03:30 -09:30 +03:30 +04:30 +05:30 +06:30 +09:30 +10:30 "
                                    "+05:45 +08:45 +12:45");
    size_t at = 1;
    uint32_t hours;
    if (str_eq(text, STR("Z"))) {
        return true;
    }
    if (text.len != 6 || (text.ptr[0] != '+' && text.ptr[0] != '-') ||
        !take_number(text, &at, 2, &hours)) {
        return false;
    }
    bool whole = str_eq(str_from(text, 3), STR(":00"));
    return whole ? hours <= (text.ptr[0] == '-' ? 12U : 14U) : str_find(odd, text) != NULL;
}

static bool is_date(Str text)
{
    size_t at = 0;
    return take_date(text, &at) && (at == text.len || is_zone(str_from(text, at)));
}

static bool is_date_time(Str text)
{
    size_t at = 0;
    uint32_t hour;
    uint32_t minute;
    uint32_t second;
    if (!take_date(text, &at) || !take_char(text, &at, 'T') || !take_number(text, &at, 2, &hour) ||
        !take_char(text, &at, ':') || !take_number(text, &at, 2, &minute) ||
        !take_char(text, &at, ':') || !take_number(text, &at, 2, &second)) {
        return false;
    }
    if (take_char(text, &at, '.')) {
        size_t start = at;
        while (at < text.len && is_digit(text.ptr[at])) {
            at++;
        }
        if (at == start) {
            return false;
        }
    }
    return hour <= 23 && minute <= 59 && second <= 59 && is_zone(str_from(text, at));
}

// ---- patterns of constraints ----

static bool all_hex(Str text, size_t len)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!is_hex(text.ptr[i])) {
            return false;
        }
    }
    return text.len == len;
}

static bool is_hex56(Str text)
{
    return all_hex(text, 56);
}

static bool is_hex64(Str text)
{
    return all_hex(text, 64);
}

static bool is_hex96(Str text)
{
    return all_hex(text, 96);
}

static bool is_hex128(Str text)
{
    return all_hex(text, 128);
}

static bool is_phone(Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!is_digit(text.ptr[i])) {
            return false;
        }
    }
    return text.len >= 4 && text.len <= 15;
}

static bool is_country(Str text)
{
    return text.len == 2 && text.ptr[0] >= 'A' && text.ptr[0] <= 'Z' && text.ptr[1] >= 'A' &&
           text.ptr[1] <= 'Z';
}

static bool is_fragment(Str text)
{
    return text.len != 0 && is_uri_reference(text) && memchr(text.ptr, '#', text.len) == NULL;
}

static bool is_integer_text(Str text)
{
    size_t at = text.len != 0 && (text.ptr[0] == '-' || text.ptr[0] == '+') ? 1 : 0;
    if (at == text.len) {
        return false;
    }
    while (at < text.len && is_digit(text.ptr[at])) {
        at++;
    }
    return at == text.len;
}

static bool is_ip4(Str text)
{
    uint32_t dots = 0;
    uint32_t number = 0;
    uint32_t digits = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '.' && digits != 0) {
            dots++;
            number = 0;
            digits = 0;
        } else if (is_digit(text.ptr[i]) && digits < 3) {
            number = number * 10 + (uint32_t)(text.ptr[i] - '0');
            digits++;
        } else {
            return false;
        }
        if (number > 255) {
            return false;
        }
    }
    return dots == 3 && digits != 0;
}

static bool is_ip6(Str text)
{
    uint32_t groups = 0;
    uint32_t digits = 0;
    bool squeezed = str_starts(text, STR("::"));
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == ':') {
            bool again = i != 0 && text.ptr[i - 1] == ':';
            if (again && squeezed && i > 1) {
                return false;
            }
            squeezed = squeezed || again;
            digits = 0;
        } else if (is_hex(text.ptr[i]) && digits < 4) {
            groups += digits == 0;
            digits++;
        } else {
            return false;
        }
    }
    return squeezed ? groups < 8 : groups == 8;
}

// ---- the table ----

typedef struct Datatype {
    Str name;
    JsonType type;
    bool (*holds)(Str text); // of strings
    const char *why;
} Datatype;

static const Datatype datatypes[] = {
    {STR_INIT("string"), JSON_STRING, is_string, "a text of one line, without space at its ends"},
    {STR_INIT("token"), JSON_STRING, oscal_is_token,
     "a token: a letter or _, then letters, digits, '.', '-', '_'"},
    {STR_INIT("uri"), JSON_STRING, is_uri, "a URI with its scheme"},
    {STR_INIT("uri-reference"), JSON_STRING, is_uri_reference, "a URI reference"},
    {STR_INIT("uuid"), JSON_STRING, is_uuid, "a UUID of version 4 or 5"},
    {STR_INIT("line"), JSON_STRING, is_line, "markup on one line"},
    {STR_INIT("lines"), JSON_STRING, any_text, "markup"},
    {STR_INIT("date"), JSON_STRING, is_date, "a date like 2026-01-31"},
    {STR_INIT("date-time"), JSON_STRING, is_date_time,
     "a time with its offset, like 2026-01-31T12:00:00Z"},
    {STR_INIT("date-time-with-timezone"), JSON_STRING, is_date_time,
     "a time with its offset, like 2026-01-31T12:00:00Z"},
    {STR_INIT("email"), JSON_STRING, is_email, "an e-mail address"},
    {STR_INIT("base64"), JSON_STRING, is_base64, "base64"},
    {STR_INIT("boolean"), JSON_BOOL, NULL, "true or false"},
    {STR_INIT("integer"), JSON_NUMBER, NULL, "a whole number"},
    {STR_INIT("natural"), JSON_NUMBER, NULL, "a whole number from 0 on"},
    {STR_INIT("positive"), JSON_NUMBER, NULL, "a whole number from 1 on"},
    {STR_INIT("decimal"), JSON_NUMBER, NULL, "a number"},
    {STR_INIT("ip-v4-address"), JSON_STRING, is_ip4, "an IPv4 address"},
    {STR_INIT("ip-v6-address"), JSON_STRING, is_ip6, "an IPv6 address"},
    {STR_INIT("~integer"), JSON_STRING, is_integer_text, "a whole number"},
    {STR_INIT("~hex56"), JSON_STRING, is_hex56, "56 hexadecimal digits"},
    {STR_INIT("~hex64"), JSON_STRING, is_hex64, "64 hexadecimal digits"},
    {STR_INIT("~hex96"), JSON_STRING, is_hex96, "96 hexadecimal digits"},
    {STR_INIT("~hex128"), JSON_STRING, is_hex128, "128 hexadecimal digits"},
    {STR_INIT("~phone"), JSON_STRING, is_phone, "4 to 15 digits, nothing else"},
    {STR_INIT("~country"), JSON_STRING, is_country, "two capital letters (ISO 3166-1)"},
    {STR_INIT("~fragment"), JSON_STRING, is_fragment, "what may stand behind the # of a URI"},
};

static const Datatype *find_datatype(Str name)
{
    for (size_t i = 0; i < COUNTOF(datatypes); i++) {
        if (str_eq(datatypes[i].name, name)) {
            return &datatypes[i];
        }
    }
    return NULL;
}

bool datatype_is_known(Str name)
{
    return find_datatype(name) != NULL;
}

bool datatype_holds(Str name, const Json *json, const char **ret_why)
{
    const Datatype *datatype = find_datatype(name);
    ASSERT(datatype != NULL);
    *ret_why = datatype->why;
    if (json->type != datatype->type) {
        return false;
    }
    if (datatype->holds != NULL) {
        return datatype->holds(json->string);
    }
    if (str_eq(name, STR("natural")) || str_eq(name, STR("positive"))) {
        return json->is_int && json->number.as_int >= (str_eq(name, STR("positive")) ? 1 : 0);
    }
    return !str_eq(name, STR("integer")) || json->is_int;
}
