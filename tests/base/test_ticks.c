// SPDX-License-Identifier: Apache-2.0
#include "base/ticks.h"

#include "t.h"

#define LAST_TICK INT64_C(3155378975999999999)

TEST(ticks_parse_refuses)
{
    static const Str rows[] = {
        STR_INIT(""),
        STR_INIT("2024"),
        STR_INIT("2024-1-01"),
        STR_INIT("2024-13-01"),
        STR_INIT("2024-00-01"),
        STR_INIT("2024-01-00"),
        STR_INIT("2024-04-31"),
        STR_INIT("2023-02-29"),
        STR_INIT("1900-02-29"),
        STR_INIT("0000-01-01"),
        STR_INIT("10000-01-01"),
        STR_INIT(" 2024-01-01"),
        STR_INIT("2024-01-01 "),
        STR_INIT("2024-01-01 00:00"),
        STR_INIT("2024-01-01T"),
        STR_INIT("2024-01-01T24:00"),
        STR_INIT("2024-01-01T00:60"),
        STR_INIT("2024-01-01T00:00:60"),
        STR_INIT("2024-01-01T00"),
        STR_INIT("2024-01-01T00:00:00."),
        STR_INIT("2024-01-01T00:00:00,5"),
        STR_INIT("2024-01-01T00:00:00ZZ"),
        STR_INIT("2024-01-01T00:00:00z"),
        STR_INIT("2024-01-01T00:00:00+1:00"),
        STR_INIT("2024-01-01T00:00:00+14:01"),
        STR_INIT("2024-01-01T00:00:00+15:00"),
        STR_INIT("2024-01-01Z"),
        STR_INIT("0001-01-01T00:00:00+00:01"),
        STR_INIT("9999-12-31T23:59:59-00:01"),
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Ticks time = 0;
        CHECK_ROW(rows[i].ptr, !ticks_parse(rows[i], &time));
    }
}

TEST(ticks_parse_and_print)
{
    static const struct {
        Str text;
        Ticks want;
        Str printed;
    } rows[] = {
        {STR_INIT("0001-01-01"), 0, STR_INIT("0001-01-01T00:00:00Z")},
        {STR_INIT("1970-01-01"), INT64_C(621355968000000000), STR_INIT("1970-01-01T00:00:00Z")},
        {STR_INIT("2000-02-29T12:34"), INT64_C(630874244400000000),
         STR_INIT("2000-02-29T12:34:00Z")},
        {STR_INIT("2024-01-16T12:00:00Z"), INT64_C(638410032000000000),
         STR_INIT("2024-01-16T12:00:00Z")},
        {STR_INIT("2024-01-16T14:30:00+02:30"), INT64_C(638410032000000000),
         STR_INIT("2024-01-16T12:00:00Z")},
        {STR_INIT("2024-01-16T04:00:00-08:00"), INT64_C(638410032000000000),
         STR_INIT("2024-01-16T12:00:00Z")},
        {STR_INIT("2024-01-16T12:00:00.5"), INT64_C(638410032005000000),
         STR_INIT("2024-01-16T12:00:00.5Z")},
        {STR_INIT("2024-01-16T12:00:00.12345678999Z"), INT64_C(638410032001234567),
         STR_INIT("2024-01-16T12:00:00.1234567Z")},
        {STR_INIT("9999-12-31T23:59:59.9999999Z"), LAST_TICK,
         STR_INIT("9999-12-31T23:59:59.9999999Z")},
    };
    Buf buf = {0};
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Ticks time = -1;
        CHECK_ROW(rows[i].text.ptr, ticks_parse(rows[i].text, &time));
        CHECK_ROW(rows[i].text.ptr, time == rows[i].want);
        buf_clear(&buf);
        ticks_print(&buf, rows[i].want);
        CHECK_ROW(rows[i].text.ptr, str_eq(buf_str(&buf), rows[i].printed));
    }
    buf_clear(&buf);
    ticks_print_seven(&buf, INT64_C(638410032000000000));
    CHECK(str_eq(buf_str(&buf), STR("2024-01-16T12:00:00.0000000Z")));
    buf_free(&buf);
}

TEST(ticks_parse_round_trip_is_strict)
{
    static const struct {
        Str text;
        bool want;
    } rows[] = {
        {STR_INIT("2024-01-16"), false},
        {STR_INIT("2024-01-16T12:00Z"), false},
        {STR_INIT("2024-01-16T12:00:00"), false},
        {STR_INIT("2024-01-16T12:00:00+00:00"), false},
        {STR_INIT("2024-01-16T12:00:00.Z"), false},
        {STR_INIT("2024-01-16T12:00:00.12345678Z"), false},
        {STR_INIT("2024-01-16T12:00:00Z "), false},
        {STR_INIT("2024-01-16T12:00:00Z"), true},
        {STR_INIT("2024-01-16T12:00:00.1Z"), true},
        {STR_INIT("2024-01-16T12:00:00.1234567Z"), true},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Ticks time = 0;
        CHECK_ROW(rows[i].text.ptr, ticks_parse_round_trip(rows[i].text, &time) == rows[i].want);
    }
}

// Every day of the calendar: printed, it is one day after the day before, and reads back.
TEST(ticks_every_day_reads_back)
{
    Buf buf = {0};
    int32_t day = 0;
    for (Ticks time = 0; time <= LAST_TICK; time += TICKS_PER_DAY) {
        buf_clear(&buf);
        ticks_print(&buf, time);
        Ticks again = -1;
        CHECK(ticks_parse(buf_str(&buf), &again) && again == time);
        Ticks date_only = -1;
        CHECK(ticks_parse((Str){buf.ptr, 10}, &date_only) && date_only == time);
        day++;
    }
    CHECK(day == 3652059);
    buf_free(&buf);
}

TEST(ticks_add_days_stays_in_the_calendar)
{
    static const struct {
        const char *row;
        Ticks time;
        int64_t days;
        bool want;
    } rows[] = {
        {"before the first day", 0, -1, false}, {"after the last day", LAST_TICK, 1, false},
        {"overflow up", 0, INT64_MAX, false},   {"overflow down", 0, INT64_MIN, false},
        {"nothing", LAST_TICK, 0, true},        {"to the last day", 0, 3652058, true},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Ticks result = -1;
        CHECK_ROW(rows[i].row, ticks_add_days(rows[i].time, rows[i].days, &result) == rows[i].want);
        CHECK_ROW(rows[i].row,
                  !rows[i].want || result == rows[i].time + rows[i].days * TICKS_PER_DAY);
    }
}
