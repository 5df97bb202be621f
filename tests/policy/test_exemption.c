// SPDX-License-Identifier: Apache-2.0
#include "policy/assignment.h"
#include "policy/shared.h"
#include "t.h"

#define SUB "/subscriptions/s"
#define ASSIGNMENT SUB "/providers/Microsoft.Authorization/policyAssignments/a"
#define EXEMPTION_ID(scope) scope "/providers/Microsoft.Authorization/policyExemptions/x"

static Ticks time_of(const char *text)
{
    Ticks time = 0;
    bool ok = ticks_parse(str_from_cstr(text), &time);
    ASSERT(ok);
    return time;
}

static const Assignment plain_assignment = {.id = STR_INIT(ASSIGNMENT), .scope = STR_INIT(SUB)};

typedef struct ExemptionRow {
    const char *row;
    const char *json;
    bool found;
} ExemptionRow;

TEST(exemption_find)
{
    static const ExemptionRow rows[] = {
        {"of another assignment",
         "{'id': '" EXEMPTION_ID(SUB) "', 'properties': {'policyAssignmentId': '" SUB "/other',"
                                      " 'exemptionCategory': 'Waiver'}}",
         false},
        {"elsewhere",
         "{'id': '" EXEMPTION_ID("/subscriptions/t") "', 'properties': {'policyAssignmentId':"
                                                     " '" ASSIGNMENT "', 'exemptionCategory':"
                                                     " 'Waiver'}}",
         false},
        {"ended just now",
         "{'id': '" EXEMPTION_ID(SUB) "', 'properties': {'policyAssignmentId': '" ASSIGNMENT "',"
                                      " 'exemptionCategory': 'Waiver', 'expiresOn':"
                                      " '2026-01-01T00:00:00Z'}}",
         false},
        {"for other members",
         "{'id': '" EXEMPTION_ID(SUB) "', 'properties': {'policyAssignmentId': '" ASSIGNMENT "',"
                                      " 'exemptionCategory': 'Waiver',"
                                      " 'policyDefinitionReferenceIds': ['other']}}",
         false},
        {"for another region",
         "{'id': '" EXEMPTION_ID(SUB) "', 'properties': {'policyAssignmentId': '" ASSIGNMENT "',"
                                      " 'exemptionCategory': 'Waiver', 'resourceSelectors':"
                                      " [{'selectors': [{'kind': 'resourceLocation', 'in':"
                                      " ['westus']}]}]}}",
         false},
        {"above its assignment",
         "{'scope': '/', 'policyAssignmentId': '" ASSIGNMENT "', 'exemptionCategory': 'Waiver'}",
         false},
        {"above, not validated",
         "{'scope': '/', 'policyAssignmentId': '" ASSIGNMENT "', 'exemptionCategory': 'Waiver',"
         " 'assignmentScopeValidation': 'DoNotValidate'}",
         true},
        {"in force",
         "{'id': '" EXEMPTION_ID(SUB) "', 'properties': {'policyAssignmentId': '" ASSIGNMENT "',"
                                      " 'exemptionCategory': 'mitigated', 'expiresOn':"
                                      " '2026-01-01T00:00:01Z', 'policyDefinitionReferenceIds':"
                                      " ['a', 'REF'], 'resourceSelectors': [{'selectors':"
                                      " [{'kind': 'resourceLocation', 'in': ['East US']}]}]}}",
         true},
        {"on the resource",
         "{'id': '" EXEMPTION_ID(SUB "/resourceGroups/g") "', 'properties': {'policyAssignmentId':"
                                                          " '" ASSIGNMENT "',"
                                                          " 'exemptionCategory': 'Waiver'}}",
         true},
    };
    Arena arena;
    arena_init(&arena, SHARED_ARENA_BYTES);
    AssignedRule rule = {.assignment = &plain_assignment, .reference_id = STR("ref")};
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        DiagList diags;
        diag_init(&diags, &arena, STR("x.json"));
        const Exemption *exemption = NULL;
        bool ok = exemption_parse(&arena, json_text(&arena, rows[i].json), &diags, &exemption);
        CHECK_ROW(rows[i].row, ok);
        if (!ok) {
            diags_print(&diags);
            continue;
        }
        const Exemption *found = exemption_find(&exemption, 1, &rule,
                                                &(Subject){.id = STR(SUB "/resourceGroups/g/x"),
                                                           .type = STR("M.X/y"),
                                                           .location = STR("eastus")},
                                                time_of("2026-01-01T00:00:00Z"));
        CHECK_ROW(rows[i].row, (found != NULL) == rows[i].found);
    }
    arena_free(&arena);
}

TEST(exemptions_are_refused)
{
    static const struct {
        const char *row;
        const char *json;
        const char *code;
        const char *text;
    } rows[] = {
        {"no object", "1", "not-an-object", "an exemption must be an object"},
        {"no assignment", "{'scope': '/', 'exemptionCategory': 'Waiver'}", "missing-key",
         "an exemption needs a policyAssignmentId"},
        {"no scope", "{'policyAssignmentId': 'a', 'exemptionCategory': 'Waiver'}", "missing-key",
         "an exemption needs a scope"},
        {"a scope that is no id",
         "{'scope': 'here', 'policyAssignmentId': 'a', 'exemptionCategory': 'Waiver'}", "bad-value",
         "\"here\" is not a scope"},
        {"no category", "{'scope': '/', 'policyAssignmentId': 'a'}", "bad-value",
         "exemptionCategory is Waiver or Mitigated"},
        {"bad time",
         "{'scope': '/', 'policyAssignmentId': 'a', 'exemptionCategory': 'Waiver', 'expiresOn':"
         " 'soon'}",
         "bad-time", "\"soon\" is not a time"},
        {"bad validation",
         "{'scope': '/', 'policyAssignmentId': 'a', 'exemptionCategory': 'Waiver',"
         " 'assignmentScopeValidation': 'x'}",
         "bad-value", "Default or DoNotValidate"},
    };
    Arena arena;
    arena_init(&arena, SHARED_ARENA_BYTES);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        DiagList diags;
        diag_init(&diags, &arena, STR("x.json"));
        const Exemption *exemption = NULL;
        CHECK_ROW(rows[i].row,
                  !exemption_parse(&arena, json_text(&arena, rows[i].json), &diags, &exemption));
        CHECK_ROW(rows[i].row, diags_have(&diags, rows[i].code, rows[i].text));
    }
    arena_free(&arena);
}

// A rule that was bound without an assignment answers to its initiative's or definition's id.
TEST(exemption_of_a_bare_rule)
{
    Arena arena;
    arena_init(&arena, SHARED_ARENA_BYTES);
    DiagList diags;
    diag_init(&diags, &arena, STR("x.json"));
    const Exemption *exemption = NULL;
    CHECK(exemption_parse(&arena,
                          json_text(&arena, "{'scope': '/tenants/t', 'policyAssignmentId': 'base',"
                                            " 'exemptionCategory': 'Waiver'}"),
                          &diags, &exemption));
    Initiative initiative = {.id = STR("/providers/x/base"), .name = STR("Base")};
    Definition definition = {.id = STR("/providers/x/rule"), .name = STR("rule")};
    AssignedRule of_set = {.initiative = &initiative, .definition = &definition};
    AssignedRule alone = {.definition = &definition};
    Str id = STR("/tenants/t/environments/e");
    CHECK(exemption_find(&exemption, 1, &of_set, &(Subject){.id = id}, 0) == exemption);
    CHECK(exemption_find(&exemption, 1, &alone, &(Subject){.id = id}, 0) == NULL);
    CHECK(exemption_find(&exemption, 0, &of_set, &(Subject){.id = id}, 0) == NULL);
    arena_free(&arena);
}

#define ATTESTATION(name, more)                                                                    \
    "{'id': '" SUB "/providers/Microsoft.PolicyInsights/attestations/" name "', 'properties': {"   \
    "'policyAssignmentId': '" ASSIGNMENT "'" more "}}"

TEST(attestation_find)
{
    static const char *const texts[] = {
        ATTESTATION("expired", ", 'complianceState': 'Compliant', 'assessmentDate':"
                               " '2025-12-31T00:00:00Z', 'expiresOn': '2026-01-01T00:00:00Z'"),
        ATTESTATION("undated", ", 'complianceState': 'Unknown'"),
        ATTESTATION("old",
                    ", 'complianceState': 'NonCompliant', 'assessmentDate':"
                    " '2024-01-01T00:00:00Z', 'owner': 'o', 'comments': 'c', 'evidence': []"),
        ATTESTATION("new", ", 'complianceState': 'compliant', 'assessmentDate':"
                           " '2025-01-01T00:00:00Z', 'policyDefinitionReferenceId': 'REF'"),
        ATTESTATION("other member", ", 'complianceState': 'Compliant', 'assessmentDate':"
                                    " '2025-06-01T00:00:00Z', 'policyDefinitionReferenceId': 'z'"),
    };
    Arena arena;
    arena_init(&arena, SHARED_ARENA_BYTES);
    const Attestation *list[COUNTOF(texts)] = {NULL};
    for (size_t i = 0; i < COUNTOF(texts); i++) {
        DiagList diags;
        diag_init(&diags, &arena, STR("x.json"));
        CHECK(attestation_parse(&arena, json_text(&arena, texts[i]), &diags, &list[i]));
    }
    AssignedRule rule = {.assignment = &plain_assignment, .reference_id = STR("ref")};
    Ticks now = time_of("2026-01-01T00:00:00Z");
    CHECK(attestation_find(list, COUNTOF(list), &rule, STR("/subscriptions/S"), now) == list[3]);
    CHECK(list[3]->state == STATE_COMPLIANT && list[2]->state == STATE_NON_COMPLIANT);
    CHECK(str_eq(list[2]->owner, STR("o")) && list[2]->evidence != NULL);
    CHECK(attestation_find(list, 3, &rule, STR(SUB), now) == list[2]);
    CHECK(attestation_find(list, 2, &rule, STR(SUB), now) == list[1]);
    CHECK(attestation_find(list, 1, &rule, STR(SUB), now) == NULL);
    CHECK(attestation_find(list, 1, &rule, STR(SUB), now - 1) == list[0]);
    CHECK(attestation_find(list, COUNTOF(list), &rule, STR(SUB "/x"), now) == NULL);
    arena_free(&arena);
}

TEST(attestations_are_refused)
{
    static const struct {
        const char *row;
        const char *json;
        const char *code;
        const char *text;
    } rows[] = {
        {"no state", ATTESTATION("a", ""), "bad-value", "Compliant, NonCompliant or Unknown"},
        {"no assignment", "{'resourceId': '/x', 'complianceState': 'Unknown'}", "missing-key",
         "an attestation needs a policyAssignmentId"},
        {"no resource", "{'policyAssignmentId': 'a', 'complianceState': 'Unknown'}", "missing-key",
         "an attestation needs a resource"},
        {"bad time", ATTESTATION("a", ", 'complianceState': 'Unknown', 'expiresOn': '2026-13-01'"),
         "bad-time", "is not a time"},
    };
    Arena arena;
    arena_init(&arena, SHARED_ARENA_BYTES);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        DiagList diags;
        diag_init(&diags, &arena, STR("x.json"));
        const Attestation *attestation = NULL;
        CHECK_ROW(rows[i].row, !attestation_parse(&arena, json_text(&arena, rows[i].json), &diags,
                                                  &attestation));
        CHECK_ROW(rows[i].row, diags_have(&diags, rows[i].code, rows[i].text));
    }
    arena_free(&arena);
}
