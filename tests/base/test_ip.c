// SPDX-License-Identifier: Apache-2.0
#include "base/ip.h"

#include <string.h>

#include "t.h"

TEST(ip_parse_refuses)
{
    static const Str rows[] = {
        STR_INIT(""),
        STR_INIT(" "),
        STR_INIT("10.0.0"),
        STR_INIT("10.0.0.0.0"),
        STR_INIT("10.0.0.256"),
        STR_INIT("10.0.0.01"),
        STR_INIT("10.0.0.-1"),
        STR_INIT("10.0.0."),
        STR_INIT("0x0a.0.0.1"),
        STR_INIT("10.0.0.1 "),
        STR_INIT("10.0.0.0/"),
        STR_INIT("10.0.0.0/33"),
        STR_INIT("10.0.0.0/08"),
        STR_INIT("10.0.0.0/8/8"),
        STR_INIT("/8"),
        STR_INIT("10.0.0.9-10.0.0.1"),
        STR_INIT("10.0.0.1-"),
        STR_INIT("-10.0.0.1"),
        STR_INIT("10.0.0.1-10.0.0.2-10.0.0.3"),
        STR_INIT("10.0.0.0/8-10.0.0.9"),
        STR_INIT("10.0.0.1-::1"),
        STR_INIT(":"),
        STR_INIT(":::"),
        STR_INIT("1::2::3"),
        STR_INIT("1:2:3:4:5:6:7"),
        STR_INIT("1:2:3:4:5:6:7:8:9"),
        STR_INIT("1:2:3:4:5:6:7:"),
        STR_INIT(":1:2:3:4:5:6:7"),
        STR_INIT("1:2:3:4::5:6:7:8"),
        STR_INIT("12345::"),
        STR_INIT("g::"),
        STR_INIT("fe80::1%eth0"),
        STR_INIT("::/129"),
        STR_INIT("::1.2.3"),
        STR_INIT("1.2.3.4::"),
        STR_INIT("1:2:3:4:5:6:7:1.2.3.4"),
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        IpRange range;
        CHECK_ROW(rows[i].ptr, !ip_parse(rows[i], &range));
    }
}

TEST(ip_parse_gives_the_interval)
{
    static const struct {
        const char *row;
        Str text;
        uint8_t first[16], last[16];
        bool is_v6;
    } rows[] = {
        {"one address", STR_INIT("10.1.2.3"), {[12] = 10, 1, 2, 3}, {[12] = 10, 1, 2, 3}, false},
        {"host bits are masked",
         STR_INIT("10.1.2.3/8"),
         {[12] = 10},
         {[12] = 10, 255, 255, 255},
         false},
        {"a prefix inside a byte",
         STR_INIT("10.1.2.255/25"),
         {[12] = 10, 1, 2, 128},
         {[12] = 10, 1, 2, 255},
         false},
        {"everything", STR_INIT("0.0.0.0/0"), {0}, {[12] = 255, 255, 255, 255}, false},
        {"from-to",
         STR_INIT("10.0.0.1-10.0.1.0"),
         {[12] = 10, 0, 0, 1},
         {[12] = 10, 0, 1, 0},
         false},
        {"v6 loopback", STR_INIT("::1"), {[15] = 1}, {[15] = 1}, true},
        {"v6 nothing", STR_INIT("::"), {0}, {0}, true},
        {"v6 gap at the end",
         STR_INIT("2001:Db8::"),
         {0x20, 1, 0x0d, 0xb8},
         {0x20, 1, 0x0d, 0xb8},
         true},
        {"v6 full",
         STR_INIT("1:2:3:4:5:6:7:8"),
         {0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8},
         {0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8},
         true},
        {"v6 gap for one group",
         STR_INIT("1:2:3:4:5:6:7::"),
         {0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 0},
         {0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 0},
         true},
        {"v6 with dotted tail",
         STR_INIT("::ffff:1.2.3.4"),
         {[10] = 255, 255, 1, 2, 3, 4},
         {[10] = 255, 255, 1, 2, 3, 4},
         true},
        {"v6 block",
         STR_INIT("2001:db8::/127"),
         {0x20, 1, 0x0d, 0xb8},
         {0x20, 1, 0x0d, 0xb8, [15] = 1},
         true},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        IpRange range = {0};
        CHECK_ROW(rows[i].row, ip_parse(rows[i].text, &range));
        CHECK_ROW(rows[i].row, range.is_v6 == rows[i].is_v6);
        CHECK_ROW(rows[i].row, memcmp(range.first, rows[i].first, 16) == 0);
        CHECK_ROW(rows[i].row, memcmp(range.last, rows[i].last, 16) == 0);
    }
}

TEST(ip_contains)
{
    static const struct {
        Str outer, inner;
        bool want;
    } rows[] = {
        {STR_INIT("10.0.0.0/9"), STR_INIT("10.128.0.0"), false},
        {STR_INIT("0.0.0.0/0"), STR_INIT("::"), false},
        {STR_INIT("::/0"), STR_INIT("10.0.0.1"), false},
        {STR_INIT("10.0.0.0/24"), STR_INIT("10.0.0.0/23"), false},
        {STR_INIT("10.0.0.5-10.0.0.9"), STR_INIT("10.0.0.8/30"), false},
        {STR_INIT("10.0.0.0/24"), STR_INIT("10.0.0.0/24"), true},
        {STR_INIT("10.0.0.0/24"), STR_INIT("10.0.0.7-10.0.0.255"), true},
        {STR_INIT("2001:db8::/32"), STR_INIT("2001:db8:ffff::1"), true},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        IpRange outer = {0};
        IpRange inner = {0};
        CHECK_ROW(rows[i].outer.ptr, ip_parse(rows[i].outer, &outer));
        CHECK_ROW(rows[i].outer.ptr, ip_parse(rows[i].inner, &inner));
        CHECK_ROW(rows[i].outer.ptr, ip_contains(&outer, &inner) == rows[i].want);
    }
}
