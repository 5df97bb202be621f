// SPDX-License-Identifier: Apache-2.0
#include "baseline/group_name.h"

#include <stdio.h>

#include "t.h"

TEST(names_come_apart)
{
    static const struct {
        const char *row;
        const char *names[4];
        const char *prefix;
        const char *label; // of the first
        const char *title;
        const char *family;
    } rows[] = {
        {"numbers",
         {"CIS_Azure_1.1.0_2.9", "CIS_Azure_1.1.0_1.10"},
         "CIS_Azure_1.1.0_",
         "2.9",
         "",
         "2"},
        {"letters",
         {"FedRAMP_High_R4_AC-2(1)", "FedRAMP_High_R4_SI-16"},
         "FedRAMP_High_R4_",
         "AC-2(1)",
         "",
         "AC"},
        {"a letter and a number",
         {"ISO27001-2013_A.5.1.1", "ISO27001-2013_C.10.2"},
         "ISO27001-2013_",
         "A.5.1.1",
         "",
         "A.5"},
        {"an abbreviation belongs to the label",
         {"X_2016_Art._24", "X_2016_Art._25"},
         "X_2016_",
         "Art. 24",
         "",
         ""},
        {"a dash became an underscore",
         {"F_v2.0_PR.AA_05", "F_v2.0_GV.OC_01"},
         "F_v2.0_",
         "PR.AA-05",
         "",
         "PR"},
        {"a blank became an underscore",
         {"R_v1.0_Appendix_5.8", "R_v1.0_10.1"},
         "R_v1.0_",
         "Appendix 5.8",
         "",
         ""},
        {"a dot at the end",
         {"N_v3.7_17.1.51.C.01.", "N_v3.7_2.1.51.C.01."},
         "N_v3.7_",
         "17.1.51.C.01",
         "",
         "17"},
        {"title behind a dash",
         {"B.01.1 - Legal demands", "C.06.3 - Officials"},
         "",
         "B.01.1",
         "Legal demands",
         "B.01"},
        {"title behind a blank",
         {"org.1 Security policy", "mp.s.4 Denial of service"},
         "",
         "org.1",
         "Security policy",
         "org"},
        {"letters and a dash in front",
         {"hipaa-0101.00a1", "hipaa-19245.06d2"},
         "hipaa-",
         "0101.00a1",
         "",
         "0101"},
        {"only one", {"Act_(1)_2022_1"}, "Act_(1)_2022_", "1", "", ""},
        {"only one, and no number",
         {"ACAT_Security_Policies"},
         "",
         "ACAT Security Policies",
         "",
         ""},
        {"one name is the beginning of the other",
         {"CIS_3.0_3", "CIS_3.0_3.1"},
         "CIS_3.0_",
         "3",
         "",
         ""},
        {"nothing in common", {"Boot Diagnostics", "Baseline"}, "", "Boot Diagnostics", "", ""},
        {"one is nothing but the prefix", {"C_v8.1_", "C_v8.1_3.3"}, "C_v8.1_", "C v8.1", "", ""},
        {"the same twice", {"A_1", "A_1"}, "A_", "1", "", ""},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Arena arena;
        arena_init(&arena, (size_t)1 << 20);
        Str names[4];
        uint32_t count = 0;
        for (; count < 4 && rows[i].names[count] != NULL; count++) {
            names[count] = str_from_cstr(rows[i].names[count]);
        }
        Str prefix = {0};
        const GroupName *read = group_names_read(&arena, names, count, &prefix);
        CHECK_ROW(rows[i].row, str_eq(prefix, str_from_cstr(rows[i].prefix)));
        CHECK_ROW(rows[i].row, str_eq(read[0].label, str_from_cstr(rows[i].label)));
        CHECK_ROW(rows[i].row, str_eq(read[0].title, str_from_cstr(rows[i].title)));
        CHECK_ROW(rows[i].row, str_eq(read[0].family, str_from_cstr(rows[i].family)));
        arena_free(&arena);
    }
}

TEST(no_names_and_too_many_families)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 20);
    Str prefix = {0};
    group_names_read(&arena, NULL, 0, &prefix);
    CHECK(prefix.len == 0);
    char texts[50][16];
    Str names[50];
    for (int i = 0; i < 50; i++) {
        (void)snprintf(texts[i], sizeof texts[i], "X_%d.1", i);
        names[i] = str_from_cstr(texts[i]);
    }
    CHECK(str_eq(group_names_read(&arena, names, 40, &prefix)[7].family, STR("7")));
    CHECK(group_names_read(&arena, names, 41, &prefix)[7].family.len == 0);
    arena_free(&arena);
}

TEST(labels_become_tokens)
{
    static const struct {
        const char *text;
        const char *token;
    } rows[] = {
        {"AC-2(1)", "ac-2.1"},
        {"164.308(a)(1)(ii)", "164.308.a.1.ii"},
        {"Art. 24", "art.24"},
        {"A.5.1", "a.5.1"},
        {"  x  ", "x"},
        {"()", ""},
        {"Logging & Threat", "logging-threat"},
        {"B.01 -", "b.01"},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Arena arena;
        arena_init(&arena, (size_t)1 << 20);
        Str token = group_token(&arena, str_from_cstr(rows[i].text));
        CHECK_ROW(rows[i].text, str_eq(token, str_from_cstr(rows[i].token)));
        arena_free(&arena);
    }
}

TEST(order_counts_numbers)
{
    static const char *const ordered[] = {"",     "1",    "2.9",   "2.10", "2.10.1",
                                          "AC-1", "AC-2", "AC-10", "B"};
    for (size_t i = 0; i < COUNTOF(ordered); i++) {
        for (size_t k = 0; k < COUNTOF(ordered); k++) {
            int order = group_order(str_from_cstr(ordered[i]), str_from_cstr(ordered[k]));
            CHECK((order < 0) == (i < k) && (order > 0) == (i > k));
        }
    }
    CHECK(group_order(STR("007"), STR("7")) == 0);
}
