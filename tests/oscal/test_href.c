// SPDX-License-Identifier: Apache-2.0
#include "oscal/href.h"
#include "oscal/resolver.h"
#include "t.h"

TEST(a_reference_is_seen_from_its_document)
{
    static const struct {
        const char *base;
        const char *reference;
        const char *want;
    } rows[] = {
        {"p.json", "c.json", "c.json"},
        {"p.json", "#x", "p.json"},
        {"p.json", "", "p.json"},
        {"a/p.json", "c.json#x", "a/c.json"},
        {"a/b/p.json", "../c.json", "a/c.json"},
        {"a/p.json", "../../c.json", "../c.json"},
        {"../a/p.json", "../../c.json", "../../c.json"},
        {"a/p.json", "./x/./c.json", "a/x/c.json"},
        {"a/p.json", "x/../c.json", "a/c.json"},
        {"a/p.json", "/r/../c.json", "/c.json"},
        {"/a/p.json", "../../c.json", "/c.json"},
        {"/a/p.json", "b/..", "/a/"},
        {"https://h/a/b?q", "../c?r#f", "https://h/c?r"},
        {"https://h/a/b", "//g/c", "https://g/c"},
        {"a/b", "//g/c", "//g/c"},
        {"https://h", "/c", "https://h/c"},
        {"https://h/a/b", "file:///x/./y", "file:///x/y"},
        {"a/p.json", "urn:uuid:7", "urn:uuid:7"},
        {"a/p.json", "c:/x.json", "a/c:/x.json"},
        {"a#b/p.json", "c.json", "a#b/c.json"},
        {"a#b/q?x/p.json", "../c.json#x", "a#b/c.json"},
        {"a#b/p.json#uuid", "c.json", "a#b/c.json"},
        {"a#b/p.json#uuid", "#x", "a#b/p.json"},
        {"https://h/a?q=/x", "c.json", "https://h/c.json"},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Arena arena;
        arena_init(&arena, 1 << 20);
        Str got =
            href_resolve(&arena, str_from_cstr(rows[i].base), str_from_cstr(rows[i].reference));
        CHECK_ROW(rows[i].want, str_eq(got, str_from_cstr(rows[i].want)));
        if (!str_eq(got, str_from_cstr(rows[i].want))) {
            printf("# %s + %s = %.*s\n", rows[i].base, rows[i].reference, STR_ARG(got));
        }
        arena_free(&arena);
    }
}

// The examples of RFC 3986 §5.4, without their fragments, and without "g:h": one letter is a drive.
TEST(references_are_those_of_the_rfc)
{
    static const char *const rows[][2] = {
        {"g", "http://a/b/c/g"},
        {"./g", "http://a/b/c/g"},
        {"g/", "http://a/b/c/g/"},
        {"/g", "http://a/g"},
        {"//g", "http://g"},
        {"?y", "http://a/b/c/d;p?y"},
        {"g?y", "http://a/b/c/g?y"},
        {"#s", "http://a/b/c/d;p?q"},
        {"g#s", "http://a/b/c/g"},
        {";x", "http://a/b/c/;x"},
        {"g;x?y#s", "http://a/b/c/g;x?y"},
        {"", "http://a/b/c/d;p?q"},
        {".", "http://a/b/c/"},
        {"./", "http://a/b/c/"},
        {"..", "http://a/b/"},
        {"../", "http://a/b/"},
        {"../g", "http://a/b/g"},
        {"../..", "http://a/"},
        {"../../g", "http://a/g"},
        {"../../../g", "http://a/g"},
        {"../../../../g", "http://a/g"},
        {"/./g", "http://a/g"},
        {"/../g", "http://a/g"},
        {"g.", "http://a/b/c/g."},
        {".g", "http://a/b/c/.g"},
        {"..g", "http://a/b/c/..g"},
        {"./../g", "http://a/b/g"},
        {"./g/.", "http://a/b/c/g/"},
        {"g/./h", "http://a/b/c/g/h"},
        {"g/../h", "http://a/b/c/h"},
        {"g;x=1/../y", "http://a/b/c/y"},
        {"g?y/../x", "http://a/b/c/g?y/../x"},
        {"http:g", "http:g"},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Arena arena;
        arena_init(&arena, 1 << 20);
        Str got = href_resolve(&arena, STR("http://a/b/c/d;p?q"), str_from_cstr(rows[i][0]));
        CHECK_ROW(rows[i][0], str_eq(got, str_from_cstr(rows[i][1])));
        if (!str_eq(got, str_from_cstr(rows[i][1]))) {
            printf("# %s = %.*s\n", rows[i][0], STR_ARG(got));
        }
        arena_free(&arena);
    }
}

TEST(white_space_around_a_reference_is_none_of_it)
{
    static const char *const rows[][2] = {
        {"", ""}, {" \t", ""}, {" a b ", "a b"}, {"\r\n#x\n", "#x"}, {"a", "a"},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Str got = href_trim(str_from_cstr(rows[i][0]));
        CHECK_ROW(rows[i][0], str_eq(got, str_from_cstr(rows[i][1])));
    }
}

TEST(a_path_becomes_a_reference)
{
    static const char *const rows[][2] = {
        {"", ""},
        {"../a-b/p_1.json", "../a-b/p_1.json"},
        {"a b/p#1.json", "a%20b/p%231.json"},
        {"100%/p?.json", "100%25/p%3F.json"},
        {"\xc3\xa9.json", "%C3%A9.json"},
        {"file:///a%20b/p.json", "file:///a%20b/p.json"},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Arena arena;
        arena_init(&arena, 1 << 20);
        Str got = href_of_path(&arena, str_from_cstr(rows[i][0]));
        CHECK_ROW(rows[i][0], str_eq(got, str_from_cstr(rows[i][1])));
        arena_free(&arena);
    }
}

TEST(base64_is_read_or_refused)
{
    static const struct {
        const char *text;
        const char *want; // NULL: refused
    } rows[] = {
        {"", ""},
        {"Zg==", "f"},
        {"Zm8=", "fo"},
        {"Zm9v", "foo"},
        {"Zm9v\nYg==", "foob"},
        {"Zg=", NULL},
        {"Zg", NULL},
        {"Z", NULL},
        {"=", NULL},
        {"====", NULL},
        {"Zg==Zg==", NULL},
        {"Zm9v!", NULL},
        {"Zg=a", NULL},
        {"Z===", NULL},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Arena arena;
        arena_init(&arena, 1 << 20);
        Str got = {NULL, 0};
        bool ok = base64_decode(&arena, str_from_cstr(rows[i].text), &got);
        CHECK_ROW(rows[i].text, ok == (rows[i].want != NULL));
        CHECK_ROW(rows[i].text, !ok || str_eq(got, str_from_cstr(rows[i].want)));
        arena_free(&arena);
    }
}

TEST(a_pattern_has_two_special_characters)
{
    static const struct {
        const char *pattern;
        const char *id;
        bool want;
    } rows[] = {
        {"a", "b", false},
        {"a", "ab", false},
        {"a?", "a", false},
        {"", "a", false},
        {"[a]", "a", false},
        {"a.b", "axb", false},
        {"*b", "abc", false},
        {"a*b*c", "acb", false},
        {"A", "a", false},
        {"", "", true},
        {"*", "", true},
        {"*", "a-1", true},
        {"a*", "a", true},
        {"a-?", "a-1", true},
        {"*.?", "a.1.2", true},
        {"a**c", "abc", true},
        {"*1*", "a-1.b", true},
        {"?", "\xc3\xa9", true},
        {"??", "\xc3\xa9", false},
        {"*?", "\xc3\xa9", true},
        {"*??", "\xc3\xa9", false},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        CHECK_ROW(rows[i].pattern, select_glob(str_from_cstr(rows[i].pattern),
                                               str_from_cstr(rows[i].id)) == rows[i].want);
    }
}
