// SPDX-License-Identifier: Apache-2.0
#include "base/digest.h"

#include <string.h>

#include "t.h"

static void hex(const uint8_t *bytes, size_t count, char *ret_text)
{
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(ret_text + 2 * i, 3, "%02x", (unsigned)bytes[i]);
    }
}

TEST(digest_sha1)
{
    static const struct {
        const char *row;
        Str bytes;
        const char *want;
    } rows[] = {
        {"empty", STR_INIT(""), "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
        {"abc", STR_INIT("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d"},
        {"56 bytes: the length needs a second block",
         STR_INIT("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
         "84983e441c3bd26ebaae4aa1f95129e5e54670f1"},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        uint8_t hash[20];
        char text[41];
        digest_sha1(rows[i].bytes, hash);
        hex(hash, 20, text);
        CHECK_ROW(rows[i].row, strcmp(text, rows[i].want) == 0);
    }
}

TEST(digest_sha1_of_a_million_a)
{
    static char a[1000000];
    memset(a, 'a', sizeof a);
    uint8_t hash[20];
    char text[41];
    digest_sha1((Str){a, sizeof a}, hash);
    hex(hash, 20, text);
    CHECK(strcmp(text, "34aa973cd4c4daa4f61eeb2bdbad27316534016f") == 0);
}

TEST(digest_uuid5_in_the_dns_name_space)
{
    static const uint8_t dns[16] = {0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1,
                                    0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8};
    char text[37];
    digest_uuid5(dns, STR("www.example.com"), text);
    CHECK(strcmp(text, "2ed6657d-e927-568b-95e1-2665a8aea6a2") == 0);
    digest_uuid5(dns, STR(""), text);
    CHECK(strlen(text) == 36 && text[14] == '5');
}

TEST(digest_unique13_is_13_letters_and_tells_names_apart)
{
    char seen[64][14];
    for (size_t i = 0; i < COUNTOF(seen); i++) { // lengths 0..63 take every tail of a block
        char name[64];
        memset(name, 'n', sizeof name);
        digest_unique13((Str){name, i}, seen[i]);
        CHECK(strspn(seen[i], "abcdefghijklmnopqrstuvwxyz234567") == 13 && seen[i][13] == '\0');
        for (size_t k = 0; k < i; k++) {
            CHECK(strcmp(seen[i], seen[k]) != 0);
        }
    }
}
