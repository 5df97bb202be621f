// SPDX-License-Identifier: Apache-2.0
#include "base/ticks.h"

enum { DAYS_PER_400_YEARS = 146097, DAYS_MAX = 3652059, YEAR_MAX = 9999, OFFSET_MINUTES_MAX = 840 };
#define TICKS_END ((Ticks)DAYS_MAX * TICKS_PER_DAY) // 10000-01-01, the first time too late

typedef struct Civil {
    int32_t year, month, day;
} Civil;

static bool year_is_leap(int32_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int32_t month_days(int32_t year, int32_t month)
{
    static const int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && year_is_leap(year) ? 29 : days[month - 1];
}

// Days since 0001-01-01. A year is counted from March, so that the leap day is its last.
static int64_t days_from_civil(Civil c)
{
    int32_t year = c.month <= 2 ? c.year - 1 : c.year;
    int32_t month = c.month <= 2 ? c.month + 9 : c.month - 3; // March = 0
    int64_t before_year = (int64_t)year * 365 + year / 4 - year / 100 + year / 400;
    int32_t before_month = (month * 153 + 2) / 5;
    return before_year + before_month + c.day - 1 - 306; // 0000-03-01 is 306 days before
}

static Civil civil_from_days(int64_t days)
{
    int64_t since = days + 306; // since 0000-03-01
    int64_t era = since / DAYS_PER_400_YEARS;
    int64_t day = since % DAYS_PER_400_YEARS;
    int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    int64_t of_year = day - (year * 365 + year / 4 - year / 100);
    int64_t month = (of_year * 5 + 2) / 153; // March = 0
    int64_t of_month = of_year - (month * 153 + 2) / 5;
    return (Civil){
        .year = (int32_t)(era * 400 + year + (month >= 10 ? 1 : 0)),
        .month = (int32_t)(month < 10 ? month + 3 : month - 9),
        .day = (int32_t)of_month + 1,
    };
}

typedef struct Cursor {
    Str text;
    size_t at;
} Cursor;

static bool take_byte(Cursor *c, char want)
{
    if (c->at < c->text.len && c->text.ptr[c->at] == want) {
        c->at++;
        return true;
    }
    return false;
}

static bool at_digit(const Cursor *c)
{
    return c->at < c->text.len && c->text.ptr[c->at] >= '0' && c->text.ptr[c->at] <= '9';
}

// Exactly that many digits, with a value between low and high.
static bool take_number(Cursor *c, int digits, int32_t low, int32_t high, int32_t *ret_value)
{
    int32_t value = 0;
    for (int i = 0; i < digits; i++) {
        if (!at_digit(c)) {
            return false;
        }
        value = value * 10 + (c->text.ptr[c->at++] - '0');
    }
    *ret_value = value;
    return value >= low && value <= high;
}

static bool take_date(Cursor *c, Ticks *ret_time)
{
    Civil civil = {0};
    TRY(take_number(c, 4, 1, YEAR_MAX, &civil.year) && take_byte(c, '-'));
    TRY(take_number(c, 2, 1, 12, &civil.month) && take_byte(c, '-'));
    TRY(take_number(c, 2, 1, month_days(civil.year, civil.month), &civil.day));
    *ret_time = days_from_civil(civil) * TICKS_PER_DAY;
    return true;
}

// The digits after the point as ticks; digits beyond the seventh are cut.
static bool take_fraction(Cursor *c, int digits_max, Ticks *ret_ticks)
{
    Ticks ticks = 0;
    Ticks unit = TICKS_PER_SECOND;
    int digits = 0;
    for (; at_digit(c); c->at++, digits++) {
        unit /= 10;
        ticks += (c->text.ptr[c->at] - '0') * unit;
    }
    *ret_ticks = ticks;
    return digits >= 1 && digits <= digits_max;
}

typedef struct TimeRule {
    bool seconds_needed;
    int fraction_digits_max;
} TimeRule;

static bool take_time(Cursor *c, TimeRule rule, Ticks *ret_time)
{
    int32_t hour = 0;
    int32_t minute = 0;
    int32_t second = 0;
    Ticks fraction = 0;
    TRY(take_number(c, 2, 0, 23, &hour) && take_byte(c, ':'));
    TRY(take_number(c, 2, 0, 59, &minute));
    bool has_seconds = take_byte(c, ':');
    TRY(has_seconds ? take_number(c, 2, 0, 59, &second) : !rule.seconds_needed);
    if (has_seconds && take_byte(c, '.')) {
        TRY(take_fraction(c, rule.fraction_digits_max, &fraction));
    }
    Ticks seconds = (Ticks)hour * 3600 + (Ticks)minute * 60 + second;
    *ret_time = seconds * TICKS_PER_SECOND + fraction;
    return true;
}

// Z, ±HH:mm or nothing, as ticks east of Greenwich.
static bool take_offset(Cursor *c, Ticks *ret_offset)
{
    *ret_offset = 0;
    if (take_byte(c, 'Z')) {
        return true;
    }
    bool east = take_byte(c, '+');
    if (!east && !take_byte(c, '-')) {
        return true; // nothing: UTC
    }
    int32_t hour = 0;
    int32_t minute = 0;
    TRY(take_number(c, 2, 0, 14, &hour) && take_byte(c, ':'));
    TRY(take_number(c, 2, 0, 59, &minute));
    int32_t minutes = hour * 60 + minute;
    *ret_offset = (Ticks)(east ? minutes : -minutes) * 60 * TICKS_PER_SECOND;
    return minutes <= OFFSET_MINUTES_MAX;
}

bool ticks_parse(Str text, Ticks *ret_time)
{
    Cursor c = {.text = text};
    Ticks date = 0;
    Ticks time = 0;
    Ticks offset = 0;
    TRY(take_date(&c, &date));
    if (c.at != text.len) {
        TRY(take_byte(&c, 'T'));
        TRY(take_time(&c, (TimeRule){.fraction_digits_max = INT_MAX}, &time));
        TRY(take_offset(&c, &offset));
    }
    Ticks result = date + time - offset;
    TRY(c.at == text.len && result >= 0 && result < TICKS_END);
    *ret_time = result;
    return true;
}

bool ticks_parse_round_trip(Str text, Ticks *ret_time)
{
    Cursor c = {.text = text};
    Ticks date = 0;
    Ticks time = 0;
    TRY(take_date(&c, &date) && take_byte(&c, 'T'));
    TRY(take_time(&c, (TimeRule){.seconds_needed = true, .fraction_digits_max = 7}, &time));
    TRY(take_byte(&c, 'Z') && c.at == text.len);
    *ret_time = date + time;
    return true;
}

static char *put_digits(char *at, uint32_t value, uint32_t width)
{
    for (uint32_t i = width; i-- > 0; value /= 10) {
        at[i] = (char)('0' + value % 10);
    }
    return at + width;
}

// yyyy-MM-ddTHH:mm:ss, and gives back the ticks below the second.
static uint32_t print_seconds(Buf *out, Ticks time)
{
    ASSERT(time >= 0 && time < TICKS_END);
    Civil c = civil_from_days(time / TICKS_PER_DAY);
    uint32_t second = (uint32_t)(time % TICKS_PER_DAY / TICKS_PER_SECOND);
    const struct {
        uint32_t value;
        uint32_t width;
        char end;
    } parts[] = {
        {(uint32_t)c.year, 4, '-'}, {(uint32_t)c.month, 2, '-'}, {(uint32_t)c.day, 2, 'T'},
        {second / 3600, 2, ':'},    {second / 60 % 60, 2, ':'},  {second % 60, 2, '\0'},
    };
    char text[32];
    char *at = text;
    for (size_t i = 0; i < COUNTOF(parts); i++) {
        at = put_digits(at, parts[i].value, parts[i].width);
        *at++ = parts[i].end;
    }
    buf_push(out, (Str){text, (size_t)(at - text) - 1});
    return (uint32_t)(time % TICKS_PER_SECOND);
}

static void push_fraction(Buf *out, uint32_t fraction)
{
    char text[8] = ".";
    (void)put_digits(text + 1, fraction, 7);
    buf_push(out, (Str){text, sizeof text});
}

void ticks_print(Buf *out, Ticks time)
{
    uint32_t fraction = print_seconds(out, time);
    if (fraction != 0) {
        push_fraction(out, fraction);
        while (out->ptr[out->len - 1] == '0') {
            out->len--;
        }
    }
    buf_byte(out, 'Z');
}

void ticks_print_seven(Buf *out, Ticks time)
{
    uint32_t fraction = print_seconds(out, time);
    push_fraction(out, fraction);
    buf_byte(out, 'Z');
}

bool ticks_add_days(Ticks time, int64_t days, Ticks *ret_time)
{
    Ticks step = 0;
    Ticks sum = 0;
    if (ckd_mul(&step, days, TICKS_PER_DAY) || ckd_add(&sum, time, step)) {
        return false;
    }
    TRY(sum >= 0 && sum < TICKS_END);
    *ret_time = sum;
    return true;
}
