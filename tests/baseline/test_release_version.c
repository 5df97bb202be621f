// SPDX-License-Identifier: Apache-2.0
#include "baseline/release_version.h"

#include "policy/bind.h"
#include "t.h"

TEST(what_is_no_version)
{
    static const char *const rows[] = {
        "",       "1",      "1.2",    "1.2.3.4", "1.2.",   ".2.3",           "1..3",
        "v1.2.3", "1.2.3 ", "01.2.3", "1.2.3-a", "1.-2.3", "1.2.1000000000", "1.+2.3",
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        CHECK_ROW(rows[i], !release_version_is(str_from_cstr(rows[i])));
    }
}

TEST(versions_have_an_order_and_a_next_one)
{
    static const struct {
        const char *a, *b;
        int order;
        const char *next; // of a
    } rows[] = {
        {"0.1.0", "0.1.0", 0, "0.2.0"},
        {"0.9.9", "0.10.0", -1, "0.10.0"},
        {"2.0.0", "1.999999999.999999999", 1, "2.1.0"},
        {"1.2.3", "1.2.4", -1, "1.3.0"},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Str a = str_from_cstr(rows[i].a);
        Str b = str_from_cstr(rows[i].b);
        Buf text = {0};
        CHECK_ROW(rows[i].a, release_version_is(a) && release_version_is(b));
        CHECK_ROW(rows[i].a, version_cmp(a, b) == rows[i].order);
        CHECK_ROW(rows[i].a, version_cmp(b, a) == -rows[i].order);
        release_version_next(&text, a);
        CHECK_ROW(rows[i].a, str_eq(buf_str(&text), str_from_cstr(rows[i].next)));
        buf_free(&text);
    }
}
