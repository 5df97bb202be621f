// SPDX-License-Identifier: Apache-2.0
// Any bytes as a definition, a rule, an initiative, an assignment: the parsers end, say something
// when they refuse, and what they accept binds.
#include <string.h>

#include "policy/alias_check.h"
#include "policy/assignment.h"
#include "json/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_diags(const DiagList *diags, bool ok)
{
    ASSERT(ok == (diags->errors == 0));
    for (const Diag *diag = diags->first; diag != NULL; diag = diag->next) {
        ASSERT(diag->text.len != 0 && strlen(diag->code) != 0);
    }
}

static const AliasTable *shipped_table(Arena *arena)
{
    AliasTable *table = alias_table_new(arena);
    alias_table_add_shipped(table);
    return table;
}

static void try_definition(Arena *arena, const Json *json, bool is_rule)
{
    DiagList diags;
    diag_init(&diags, arena, STR("fuzz.json"));
    const Definition *definition = NULL;
    bool ok = is_rule ? definition_parse_rule(arena, json, &diags, &definition)
                      : definition_parse(arena, json, &diags, &definition);
    check_diags(&diags, ok);
    if (!ok) {
        return;
    }
    ok = definition_check_aliases(definition, shipped_table(arena), &diags);
    check_diags(&diags, ok);
    diag_init(&diags, arena, STR("fuzz.json"));
    BindInput input = {.definitions = &definition, .definition_count = 1};
    AssignedRule *rules = NULL;
    uint32_t count = 0;
    ok = assignment_bind(arena, &input, &diags, &rules, &count);
    check_diags(&diags, ok);
    ASSERT(count == 1 && rules[0].definition == definition);
}

static void try_initiative(Arena *arena, const Json *json)
{
    DiagList diags;
    diag_init(&diags, arena, STR("fuzz.json"));
    const Initiative *initiative = NULL;
    bool ok = initiative_parse(arena, json, &diags, &initiative);
    check_diags(&diags, ok);
    if (ok) {
        BindInput input = {.initiatives = &initiative, .initiative_count = 1};
        AssignedRule *rules = NULL;
        uint32_t count = 0;
        ok = assignment_bind(arena, &input, &diags, &rules, &count);
        ASSERT(ok && count == initiative->member_count);
    }
}

static void try_alias_rows(Arena *arena, const Json *json)
{
    DiagList diags;
    diag_init(&diags, arena, STR("fuzz.json"));
    AliasTable *table = alias_table_new(arena);
    uint32_t count = 0;
    bool ok = alias_table_import(table, json, &diags, &count);
    check_diags(&diags, ok);
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
        try_definition(&arena, json, false);
        try_definition(&arena, json, true);
        try_initiative(&arena, json);
        try_alias_rows(&arena, json);
    }
    arena_free(&arena);
    return 0;
}
