// SPDX-License-Identifier: Apache-2.0
#include "baseline/deviation.h"

#include <string.h>

#include "oscal/read_text.h"
#include "t.h"

#define EXEMPTION(category, expiry, facts)                                                         \
    "{'id':'/tenants/T/providers/Microsoft.Authorization/policyExemptions/e','name':'e',"          \
    "'properties':{'policyAssignmentId':'/a','exemptionCategory':'" category "'" expiry            \
    ",'metadata':{'datumline':{" facts "}}}}"
#define PEOPLE "'requestedBy':'ann','approvedBy':'ben','reason':'because'"

static const struct {
    const char *row;
    const char *text;
    const char *code;
    const char *part;
} bad_cases[] = {
    {"a kind that is none", EXEMPTION("Waiver", "", "'kind':'ignored'," PEOPLE), "deviation-kind",
     "\"ignored\""},
    {"deferred for ever", EXEMPTION("Waiver", "", "'kind':'deferred'," PEOPLE), "deviation-date",
     "expiresOn"},
    {"accepted without review", EXEMPTION("Waiver", "", "'kind':'accepted'," PEOPLE),
     "deviation-date", "reviewOn"},
    {"review date that is none",
     EXEMPTION("Waiver", "", "'kind':'accepted','reviewOn':'later'," PEOPLE), "deviation-date",
     "reviewOn"},
    {"mitigated by nothing", EXEMPTION("Mitigated", "", "'kind':'mitigated'," PEOPLE),
     "deviation-control", "compensatingControl"},
    {"category of another kind",
     EXEMPTION("Mitigated", "", "'kind':'accepted','reviewOn':'2027-01-01'," PEOPLE),
     "deviation-category", "Waiver"},
    {"no reason",
     EXEMPTION("Waiver", "",
               "'kind':'accepted','reviewOn':'2027-01-01','requestedBy':'ann','approvedBy':'ben'"),
     "deviation-reason", "reason"},
    {"nobody requested",
     EXEMPTION("Waiver", "", "'kind':'accepted','reviewOn':'2027-01-01','reason':'r'"),
     "deviation-people", "requestedBy"},
    {"approved by who requested",
     EXEMPTION("Waiver", "",
               "'kind':'accepted','reviewOn':'2027-01-01','reason':'r','requestedBy':'ann',"
               "'approvedBy':'Ann'"),
     "deviation-people", "somebody else"},
};

TEST(deviations_without_end_reason_or_second_person_are_refused)
{
    for (size_t i = 0; i < COUNTOF(bad_cases); i++) {
        Arena arena;
        arena_init(&arena, (size_t)1 << 24);
        DiagList diags;
        diag_init(&diags, &arena, STR("e.json"));
        const Deviation *deviations;
        const Exemption *const *exemptions;
        uint32_t count;
        const Json *json = read_text(&arena, bad_cases[i].text);
        CHECK_ROW(bad_cases[i].row,
                  !deviation_read(&arena, json, &diags, &deviations, &exemptions, &count));
        CHECK_ROW(bad_cases[i].row, has_diag(&diags, bad_cases[i].code, bad_cases[i].part));
        arena_free(&arena);
    }
}

static Ticks at(const char *text)
{
    Ticks time = 0;
    ASSERT(ticks_parse((Str){text, strlen(text)}, &time));
    return time;
}

TEST(each_kind_ends_in_its_own_way)
{
    static const struct {
        const char *row;
        const char *text;
        DeviationKind kind;
        bool approved;
        bool in_2026;
        bool in_2028;
    } cases[] = {
        {"deferred",
         EXEMPTION("Waiver", ",'expiresOn':'2027-01-01T00:00:00Z'", "'kind':'deferred'," PEOPLE),
         DEVIATION_DEFERRED, true, true, false},
        {"accepted", EXEMPTION("Waiver", "", "'kind':'accepted','reviewOn':'2027-01-01'," PEOPLE),
         DEVIATION_ACCEPTED, true, true, false},
        {"mitigated",
         EXEMPTION("Mitigated", "", "'kind':'mitigated','compensatingControl':'a guard'," PEOPLE),
         DEVIATION_MITIGATED, true, true, true},
        {"not yet approved",
         EXEMPTION("Waiver", "",
                   "'kind':'accepted','reviewOn':'2027-01-01','requestedBy':'ann','reason':'r'"),
         DEVIATION_ACCEPTED, false, true, false},
    };
    for (size_t i = 0; i < COUNTOF(cases); i++) {
        Arena arena;
        arena_init(&arena, (size_t)1 << 24);
        DiagList diags;
        diag_init(&diags, &arena, STR("e.json"));
        const Deviation *deviations = NULL;
        const Exemption *const *exemptions;
        uint32_t count = 0;
        const Json *json = read_text(&arena, cases[i].text);
        CHECK_ROW(cases[i].row,
                  deviation_read(&arena, json, &diags, &deviations, &exemptions, &count));
        CHECK_ROW(cases[i].row, count == 1 && exemptions[0] == deviations[0].exemption);
        CHECK_ROW(cases[i].row, deviations[0].kind == cases[i].kind);
        CHECK_ROW(cases[i].row, deviations[0].approved == cases[i].approved);
        CHECK_ROW(cases[i].row,
                  has_diag(&diags, "deviation-unapproved", NULL) != cases[i].approved);
        CHECK_ROW(cases[i].row,
                  deviation_in_force(&deviations[0], at("2026-06-01")) == cases[i].in_2026);
        CHECK_ROW(cases[i].row,
                  deviation_in_force(&deviations[0], at("2028-06-01")) == cases[i].in_2028);
        arena_free(&arena);
    }
    CHECK(strcmp(deviation_kind_name(DEVIATION_MITIGATED), "mitigated") == 0);
}

TEST(an_exemption_of_azure_counts_as_not_approved)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 24);
    DiagList diags;
    diag_init(&diags, &arena, STR("e.json"));
    const Deviation *deviations = NULL;
    const Exemption *const *exemptions;
    uint32_t count = 0;
    const Json *json =
        read_text(&arena, "{'value':[{'id':'/subscriptions/S/providers/Microsoft.Authorization/"
                          "policyExemptions/e','name':'e','properties':{'policyAssignmentId':'/a',"
                          "'exemptionCategory':'Waiver','description':'old'}}]}");
    CHECK(deviation_read(&arena, json, &diags, &deviations, &exemptions, &count));
    CHECK(count == 1 && deviations[0].kind == DEVIATION_ACCEPTED && !deviations[0].approved);
    CHECK(has_diag(&diags, "deviation-unapproved", "metadata.datumline"));
    arena_free(&arena);
}
