// SPDX-License-Identifier: Apache-2.0
// Any bytes as an assignment, an exemption or an attestation: the parsers end, say something when
// they refuse, and what they accept can be asked.
#include <string.h>

#include "policy/assignment.h"
#include "json/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static Str fact(const void *ctx, SelectorKind kind, Str id, Str type)
{
    (void)ctx;
    (void)id;
    (void)type;
    return kind == SELECTOR_ENVIRONMENT_TYPE ? STR("production") : (Str){NULL, 0};
}

static const ResourceFacts facts = {.find = fact};
static const Subject subject = {.id = STR_INIT("/subscriptions/s/x"),
                                .type = STR_INIT("A.B/c"),
                                .location = STR_INIT("eastus"),
                                .facts = &facts};

static void check_diags(const DiagList *diags, bool ok)
{
    ASSERT(ok == (diags->errors == 0));
    for (const Diag *diag = diags->first; diag != NULL; diag = diag->next) {
        ASSERT(diag->text.len != 0 && strlen(diag->code) != 0);
    }
}

static void try_assignment(Arena *arena, const Json *json)
{
    DiagList diags;
    diag_init(&diags, arena, STR("fuzz.json"));
    const Assignment *assignment = NULL;
    bool ok = assignment_parse(arena, json, &diags, &assignment);
    check_diags(&diags, ok);
    if (ok) {
        (void)assignment_covers(assignment, &subject);
        BindInput input = {.assignments = &assignment, .assignment_count = 1};
        AssignedRule *rules = NULL;
        uint32_t count = 0;
        ok = assignment_bind(arena, &input, &diags, &rules, &count);
        check_diags(&diags, ok);
        ASSERT(count >= 1 && rules[0].preset == STATE_NOT_MEASURED);
    }
}

static void try_exceptions(Arena *arena, const Json *json)
{
    Assignment assignment = {.id = STR("a"), .scope = STR("/subscriptions/s")};
    AssignedRule rule = {.assignment = &assignment};
    DiagList diags;
    diag_init(&diags, arena, STR("fuzz.json"));
    const Exemption *exemption = NULL;
    bool ok = exemption_parse(arena, json, &diags, &exemption);
    check_diags(&diags, ok);
    if (ok) {
        (void)exemption_find(&exemption, 1, &rule, &subject, 0);
    }
    diag_init(&diags, arena, STR("fuzz.json"));
    const Attestation *attestation = NULL;
    ok = attestation_parse(arena, json, &diags, &attestation);
    check_diags(&diags, ok);
    if (ok) {
        (void)attestation_find(&attestation, 1, &rule, STR("/subscriptions/s/x"), 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str bytes = {(const char *)data, size};
    JsonLimits limits = {.bytes_max = 1 << 20, .depth_max = 128, .values_max = 100000};
    Arena arena;
    arena_init(&arena, (size_t)1 << 30);
    DiagList diags;
    diag_init(&diags, &arena, STR("fuzz.json"));
    const Json *json = NULL;
    if (json_read(&arena, bytes, &limits, &diags, &json)) {
        try_assignment(&arena, json);
        try_exceptions(&arena, json);
    }
    arena_free(&arena);
    return 0;
}
