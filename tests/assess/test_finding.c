// SPDX-License-Identifier: Apache-2.0
// The identity of a finding: stored, so each value stands for ever.
#include "assess/finding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "t.h"

TEST(the_identity_of_known_text_never_changes)
{
    static const struct {
        Str text;
        uint64_t identity;
    } rows[] = {
        {STR_INIT(""), UINT64_C(0x4540359c0d1adc75)},
        {STR_INIT("a"), UINT64_C(0xe1a060d3c796c2c9)},
        {STR_INIT("A"), UINT64_C(0xe1a060d3c796c2c9)},
        {STR_INIT("12345678"), UINT64_C(0x9c1ab89f6566858b)},
        {STR_INIT("0123456789abcdef"), UINT64_C(0x30728bfb6be3caac)},
        {STR_INIT("/Subscriptions/[@Z`z{]/x"), UINT64_C(0x7e473ec246068312)},
        {STR_INIT("\u00e9/ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"), UINT64_C(0xf2ed5e840970e5e0)},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        CHECK_ROW(rows[i].text.ptr, identity_of_text(rows[i].text) == rows[i].identity);
    }
    CHECK(identity_join(1, 2) == UINT64_C(0x330f615db907dd48));
    CHECK(identity_join(2, 1) != identity_join(1, 2));
}

// Letters of one byte compare without case, wherever in the text they stand; nothing else does.
TEST(an_identity_knows_every_byte_of_its_text)
{
    enum { LEN_MAX = 50 };
    char text[LEN_MAX];
    for (size_t len = 1; len <= LEN_MAX; len++) {
        memset(text, 'q', sizeof text);
        uint64_t plain = identity_of_text((Str){text, len});
        CHECK(identity_of_text((Str){text, len - 1}) != plain);
        for (size_t at = 0; at < len; at++) {
            text[at] = 'Q';
            CHECK(identity_of_text((Str){text, len}) == plain);
            text[at] = '\xf1'; // q and its highest bit
            CHECK(identity_of_text((Str){text, len}) != plain);
            text[at] = '\0';
            CHECK(identity_of_text((Str){text, len}) != plain);
            text[at] = 'q';
        }
    }
}

static int number_order(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return x < y ? -1 : x > y ? 1 : 0;
}

TEST(findings_of_like_resources_and_rules_have_identities_of_their_own)
{
    enum { RULES = 100, RESOURCES = 2000 };
    static uint64_t found[RULES * RESOURCES];
    for (int r = 0; r < RESOURCES; r++) {
        char id[80];
        int len = snprintf(id, sizeof id, "/subscriptions/s/resourceGroups/rg-%d/vaults/kv%d",
                           r % 10, r / 10);
        uint64_t resource = identity_of_text((Str){id, (size_t)len});
        for (int k = 0; k < RULES; k++) {
            char name[16];
            len = snprintf(name, sizeof name, "rule-%d", k);
            uint64_t rule = identity_of_text((Str){name, (size_t)len});
            found[r * RULES + k] = identity_join(rule, resource);
        }
    }
    qsort(found, COUNTOF(found), sizeof *found, number_order);
    for (size_t i = 1; i < COUNTOF(found); i++) {
        CHECK(found[i - 1] != found[i]);
    }
}

TEST(an_identity_is_printed_in_sixteen_digits)
{
    char text[16];
    identity_print(UINT64_C(0x0123456789abcdef), text);
    CHECK(memcmp(text, "0123456789abcdef", 16) == 0);
    identity_print(0, text);
    CHECK(memcmp(text, "0000000000000000", 16) == 0);
}
