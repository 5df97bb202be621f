// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "policy/join.h"
#include "policy/pending.h"
#include "t.h"

static Plan fake_plan(Arena *arena, uint32_t rules)
{
    Plan plan = {.arena = arena, .by_related = rule_index_new(arena)};
    static const Str type = STR_INIT("a.b/things");
    map_init(&plan.related_types, arena, MAP_EXACT);
    (void)map_intern(&plan.related_types, type);
    for (uint32_t r = 0; r < rules; r++) {
        rule_index_add(plan.by_related, r, &type, 1);
    }
    return plan;
}

TEST(join_keys_differ_where_they_must)
{
    const Str place = STR("/subscriptions/S/resourceGroups/G");
    const JoinKey key = join_key(JOIN_GROUP, 0, place, (Str){0});
    const struct {
        const char *row;
        JoinKey other;
        bool same;
    } rows[] = {
        {"another join", join_key(JOIN_CHILD, 0, place, (Str){0}), false},
        {"another type", join_key(JOIN_GROUP, 1, place, (Str){0}), false},
        {"another place", join_key(JOIN_GROUP, 0, STR("/subscriptions/S"), (Str){0}), false},
        {"a name", join_key(JOIN_GROUP, 0, place, STR("x")), false},
        {"another case",
         join_key(JOIN_GROUP, 0, STR("/SUBSCRIPTIONS/s/resourcegroups/g"), (Str){0}), true},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        CHECK_ROW(rows[i].row, (memcmp(&rows[i].other, &key, sizeof key) == 0) == rows[i].same);
    }
    char longer[700];
    memset(longer, 'x', sizeof longer);
    Str whole = {longer, sizeof longer};
    JoinKey a = join_key(JOIN_CHILD, 0, whole, (Str){0});
    longer[600] = 'y';
    JoinKey b = join_key(JOIN_CHILD, 0, whole, (Str){0});
    CHECK(memcmp(&a, &b, sizeof a) != 0);
}

TEST(join_unites_what_candidates_say)
{
    enum {
        RULES = 70,
        KEYS = 5000
    }; // more rules than a word has bits, more keys than it starts with
    Arena arena;
    arena_init(&arena, SIZE_MAX);
    Plan plan = fake_plan(&arena, RULES);
    JoinIndex index;
    join_open(&index, &plan);
    uint64_t bits[2 * JOIN_SET_COUNT];
    for (uint32_t k = 0; k < KEYS; k++) {
        char text[24];
        int len = snprintf(text, sizeof text, "/tenants/T/x/%u", k);
        JoinKey key = join_key(JOIN_CHILD, 0, (Str){text, (size_t)len}, (Str){0});
        memset(bits, 0, sizeof bits);
        bits[(size_t)2 * JOIN_SEEN] = 1; // rule 0 saw it
        join_add(&index, key, 0, bits);
        memset(bits, 0, sizeof bits);
        bits[(size_t)2 * JOIN_SATISFIED + 1] = (uint64_t)1 << 5; // rule 69 is satisfied
        join_add(&index, key, 0, bits);
    }
    uint32_t wrong = 0;
    for (uint32_t k = 0; k < KEYS; k++) {
        char text[24];
        int len = snprintf(text, sizeof text, "/tenants/T/x/%u", k);
        JoinKey key = join_key(JOIN_CHILD, 0, (Str){text, (size_t)len}, (Str){0});
        wrong += join_find(&index, key, 0, 0) != 1U << JOIN_SEEN ? 1 : 0;
        wrong += join_find(&index, key, 0, 69) != 1U << JOIN_SATISFIED ? 1 : 0;
        wrong += join_find(&index, key, 0, 1) != 0 ? 1 : 0;
    }
    CHECK(wrong == 0);
    CHECK(join_find(&index, join_key(JOIN_CHILD, 0, STR("/none"), (Str){0}), 0, 0) == 0);
    CHECK(join_bytes(&index) >= KEYS * sizeof(JoinEntry));
    join_close(&index);
    arena_free(&arena);
}

static bool rows_equal(const PendingRow *a, const PendingRow *b)
{
    bool same = a->type == b->type && a->tag == b->tag && a->line == b->line &&
                str_eq(a->id, b->id) && str_eq(a->name, b->name) &&
                str_eq(a->location, b->location) && str_eq(a->text, b->text) &&
                a->rule_count == b->rule_count;
    for (uint32_t i = 0; same && i < a->rule_count; i++) {
        const PendingRule *x = &a->rules[i];
        const PendingRule *y = &b->rules[i];
        same = x->plan == y->plan && x->has_key == y->has_key && x->failed == y->failed &&
               memcmp(&x->key, &y->key, sizeof x->key) == 0 && str_eq(x->message, y->message);
    }
    return same;
}

TEST(pending_rows_come_back_as_they_went)
{
    const PendingRule rules[] = {
        {.plan = 0},
        {.plan = 70000, .has_key = true, .key = {{1, 2, 3}}},
        {.plan = 3, .failed = true, .message = STR_INIT("no value")},
    };
    const PendingRow rows[] = {
        {.line = 7, .id = STR_INIT(""), .rules = rules, .rule_count = 0},
        {.type = 3,
         .tag = UINT32_MAX,
         .line = 1000000,
         .id = STR_INIT("/subscriptions/S/resourceGroups/G/providers/N.S/types/one"),
         .name = STR_INIT("one"),
         .location = STR_INIT("westeurope"),
         .rules = rules,
         .rule_count = 3},
        {.line = 8,
         .id = STR_INIT("/subscriptions/S/resourceGroups/G/providers/N.S/types/one/kids/two"),
         .name = STR_INIT("one/two"),
         .text = STR_INIT("{\"id\":\"x\"}"),
         .rules = rules,
         .rule_count = 1},
        {.line = 9, .id = STR_INIT("/tenants/T"), .name = STR_INIT("T"), .rules = rules},
        {.line = 9, .id = STR_INIT("odd"), .name = STR_INIT("odd"), .rules = rules},
    };
    Arena arena;
    arena_init(&arena, 1 << 20);
    Pending pending;
    pending_open(&pending);
    pending_begin_block(&pending, 4, 7);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        pending_push(&pending, &rows[i]);
    }
    pending_begin_block(&pending, 5, 2000000);
    size_t at = pending.blocks[0].start;
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        PendingRow row = pending_read(&pending, 0, &at, &arena);
        CHECK(rows_equal(&row, &rows[i]));
    }
    CHECK(at == pending_block_end(&pending, 0));
    CHECK(pending_block_end(&pending, 1) == pending.blocks[1].start);
    CHECK(pending_bytes(&pending) > 0);
    pending_close(&pending);
    arena_free(&arena);
}
