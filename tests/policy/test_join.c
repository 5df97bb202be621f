// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "policy/join.h"
#include "policy/worker.h"
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

static JoinKey key_at(JoinKind join, uint32_t related, Str place)
{
    return join_key(join, related, place_digest(place));
}

TEST(join_keys_differ_where_they_must)
{
    const Str place = STR("/subscriptions/S/resourceGroups/G");
    const JoinKey key = key_at(JOIN_GROUP, 0, place);
    const JoinKey named =
        join_key_named(JOIN_GROUP, 0, place_digest(place), place_digest(STR("x")));
    const struct {
        const char *row;
        JoinKey one, other;
        bool same;
    } rows[] = {
        {"another join", key, key_at(JOIN_CHILD, 0, place), false},
        {"another type", key, key_at(JOIN_GROUP, 1, place), false},
        {"another place", key, key_at(JOIN_GROUP, 0, STR("/subscriptions/S")), false},
        {"a name", key, named, false},
        {"another name", named,
         join_key_named(JOIN_GROUP, 0, place_digest(place), place_digest(STR("y"))), false},
        {"another case", key, key_at(JOIN_GROUP, 0, STR("/SUBSCRIPTIONS/s/resourcegroups/g")),
         true},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        bool same = memcmp(&rows[i].one, &rows[i].other, sizeof key) == 0;
        CHECK_ROW(rows[i].row, same == rows[i].same);
    }
    JoinKey below = key_at(JOIN_CHILD, 3, place);
    CHECK(below.hash[0] == key_at(JOIN_CHILD, 4, place).hash[0]); // what is below stands together
}

// Beginnings have the digests they would have alone, and one byte more or less is another one.
TEST(join_digests_of_beginnings)
{
    enum { LEN = 70 };
    char text[LEN];
    for (uint32_t i = 0; i < LEN; i++) {
        text[i] = (char)(i % 7 == 0 ? '\0' : 'A' + i % 26);
    }
    uint32_t ends[LEN + 1];
    PlaceDigest digests[LEN + 1];
    for (uint32_t i = 0; i <= LEN; i++) {
        ends[i] = i;
    }
    place_digest_ends((Str){text, LEN}, ends, LEN + 1, digests);
    uint32_t wrong = 0;
    for (uint32_t i = 0; i <= LEN; i++) {
        PlaceDigest alone = place_digest((Str){text, i});
        wrong += alone.one != digests[i].one || alone.two != digests[i].two ? 1 : 0;
        wrong += i > 0 && alone.one == digests[i - 1].one ? 1 : 0;
        wrong += i > 0 && alone.two == digests[i - 1].two ? 1 : 0;
    }
    CHECK(wrong == 0);
    PlaceDigest before = digests[LEN];
    for (uint32_t i = 0; i < LEN; i++) {
        text[i] = (char)(text[i] + 1);
        PlaceDigest after = place_digest((Str){text, LEN});
        wrong += after.one == before.one || after.two == before.two ? 1 : 0;
        before = after;
    }
    CHECK(wrong == 0);
}

static JoinKey key_number(uint32_t k)
{
    char text[24];
    int len = snprintf(text, sizeof text, "/tenants/T/x/%u", k);
    return key_at(JOIN_CHILD, 0, (Str){text, (size_t)len});
}

static unsigned said_at(const JoinIndex *index, JoinKey key, uint32_t rule)
{
    uint64_t bits[2 * JOIN_SET_COUNT] = {0};
    join_gather(index, key, 0, bits);
    return join_said(bits, 2, rule);
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
    const uint64_t saw[2 * JOIN_SET_COUNT] = {[2 * JOIN_SEEN] = 1}; // rule 0
    const uint64_t is_satisfied[2 * JOIN_SET_COUNT] = {[2 * JOIN_SATISFIED + 1] = (uint64_t)1
                                                                                  << 5}; // rule 69
    for (uint32_t k = 0; k < KEYS; k++) {
        join_add(&index, key_number(k), 0, join_set(&index, 0, saw));
        join_add(&index, key_number(k), 0, join_set(&index, 0, is_satisfied));
    }
    join_settle(&index);
    uint32_t wrong = 0;
    for (uint32_t k = 0; k < KEYS; k++) {
        wrong += said_at(&index, key_number(k), 0) != 1U << JOIN_SEEN ? 1 : 0;
        wrong += said_at(&index, key_number(k), 69) != 1U << JOIN_SATISFIED ? 1 : 0;
        wrong += said_at(&index, key_number(k), 1) != 0 ? 1 : 0;
    }
    CHECK(wrong == 0);
    CHECK(said_at(&index, key_at(JOIN_CHILD, 0, STR("/none")), 0) == 0);
    CHECK(index.count == KEYS);
    JoinIndex wide;
    join_open(&wide, &plan);
    join_expect(&wide, KEYS);
    uint32_t mask = wide.mask;
    for (uint32_t k = 0; k < KEYS; k++) {
        join_add(&wide, key_number(k), 0, join_set(&wide, 0, saw));
    }
    join_settle(&wide);
    CHECK(wide.mask == mask && said_at(&wide, key_number(KEYS - 1), 0) == 1U << JOIN_SEEN);
    join_close(&wide);
    CHECK(join_bytes(&index) >= KEYS * sizeof(JoinEntry));
    join_close(&index);
    arena_free(&arena);
}

static bool resources_equal(const PendingRow *a, const PendingRow *b)
{
    return a->type == b->type && a->line == b->line && str_eq(a->id, b->id) &&
           str_eq(a->name, b->name) && str_eq(a->location, b->location) &&
           str_eq(a->text, b->needs_text ? b->text : (Str){0}) &&
           a->subscription == id_subscription(b->id).len && a->group == id_group(b->id).len;
}

static bool rows_equal(const PendingRow *a, const PendingRow *b)
{
    bool same =
        a->tag == b->tag && a->needs_text == b->needs_text && a->rule_count == b->rule_count;
    for (uint32_t i = 0; same && i < a->rule_count; i++) {
        const PendingRule *x = &a->rules[i];
        const PendingRule *y = &b->rules[i];
        same = x->plan == y->plan && (x->ask != NULL) == (y->ask != NULL);
        if (same && x->ask != NULL) {
            same = x->ask->failed == y->ask->failed && str_eq(x->ask->message, y->ask->message) &&
                   memcmp(&x->ask->key, &y->ask->key, sizeof x->ask->key) == 0;
        }
    }
    return same;
}

static void check_rows_come_back(bool stay)
{
    const PendingAsk key = {.key = {{1, 2, 3}}};
    const PendingAsk failure = {.failed = true, .message = STR_INIT("no value")};
    const PendingRule rules[] = {
        {.plan = 0},
        {.plan = 70000, .ask = &key},
        {.plan = 3, .ask = &failure},
    };
    static const BlockRow rows_stay[2];
    const PendingRow rows[] = {
        {.line = 7, .id = STR_INIT(""), .rules = rules, .rule_count = 0},
        {.type = 3,
         .tag = UINT32_MAX,
         .line = 1000000,
         .id = STR_INIT("/subscriptions/S/resourceGroups/G/providers/N.S/types/one"),
         .name = STR_INIT("one"),
         .location = STR_INIT("westeurope"),
         .text = STR_INIT("not kept"),
         .stays = &rows_stay[0],
         .rules = rules,
         .rule_count = 3},
        {.line = 8,
         .id = STR_INIT("/subscriptions/S/resourceGroups/G/providers/N.S/types/one/kids/two"),
         .name = STR_INIT("one/two"),
         .text = STR_INIT("{\"id\":\"x\"}"),
         .needs_text = true,
         .stays = &rows_stay[1],
         .rules = rules,
         .rule_count = 1},
        {.line = 9, .id = STR_INIT("/tenants/T"), .name = STR_INIT("T"), .rules = rules},
        {.line = 9, .id = STR_INIT("odd"), .name = STR_INIT("odd"), .rules = rules},
    };
    Arena arena;
    arena_init(&arena, 1 << 20);
    Pending pending;
    pending_open(&pending);
    if (stay) {
        pending_stay(&pending);
    }
    pending_begin_block(&pending, 4, 7);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        pending_push(&pending, &rows[i]);
    }
    pending_begin_block(&pending, 5, 2000000);
    size_t at = pending.blocks[0].start;
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        PendingRow row;
        pending_read(&pending, 0, &at, &arena, &row);
        CHECK(rows_equal(&row, &rows[i]));
        CHECK(stay ? row.stays == rows[i].stays : resources_equal(&row, &rows[i]));
    }
    CHECK(at == pending_block_end(&pending, 0));
    CHECK(pending_block_end(&pending, 1) == pending.blocks[1].start);
    CHECK(pending_bytes(&pending) > 0);
    pending_close(&pending);
    arena_free(&arena);
}

TEST(pending_rows_come_back_as_they_went)
{
    check_rows_come_back(false);
    check_rows_come_back(true);
}

TEST(places_named_by_ends_of_the_name)
{
    static const struct {
        const char *row;
        Str name;
        Str want[6];
    } rows[] = {
        {"no name", STR_INIT(""), {STR_INIT(""), STR_INIT("?")}},
        {"one segment", STR_INIT("a"), {STR_INIT("A"), STR_INIT("?")}},
        {"three",
         STR_INIT("a/b/c"),
         {STR_INIT("a/b/c"), STR_INIT("a/b/?"), STR_INIT("b/c"), STR_INIT("b/?"), STR_INIT("c"),
          STR_INIT("?")}},
        {"an empty one at the end",
         STR_INIT("a/"),
         {STR_INIT("a/"), STR_INIT("a/?"), STR_INIT(""), STR_INIT("?")}},
    };
    Arena arena;
    arena_init(&arena, 1 << 20);
    for (size_t r = 0; r < COUNTOF(rows); r++) {
        uint32_t count = 0;
        const PlaceDigest *names = places_named(&arena, rows[r].name, &count);
        for (uint32_t i = 0; i < count; i++) {
            PlaceDigest want = place_digest(rows[r].want[i]);
            CHECK_ROW(rows[r].row, names[i].one == want.one && names[i].two == want.two);
        }
        CHECK_ROW(rows[r].row, count == COUNTOF(rows[r].want) || rows[r].want[count].ptr == NULL);
        CHECK_ROW(rows[r].row, count != 0 && rows[r].want[count - 1].ptr != NULL);
    }
    arena_free(&arena);
}

TEST(places_of_rows_that_stay)
{
    const Str ids[] = {
        STR("/subscriptions/S/resourceGroups/G/providers/N.S/types/one/kids/two"),
        STR("/subscriptions/S/providers/N.S/types/one"),
        STR("/tenants/T"),
        STR("odd"),
    };
    Arena arena;
    arena_init(&arena, 1 << 20);
    IdParts parts = {0};
    PlaceList list = {0};
    for (uint32_t i = 0; i < COUNTOF(ids); i++) {
        place_list_add(&list, &arena, &parts, ids[i], i % 2 == 0);
    }
    CHECK(list.row_count == COUNTOF(ids));
    for (uint32_t i = 0; i < COUNTOF(ids); i++) {
        for (uint32_t join = 0; join < JOIN_KIND_COUNT; join++) {
            Str place = related_place((JoinKind)join, ids[i]);
            PlaceDigest want = place_digest(place);
            PlaceDigest found = want;
            CHECK(place_list_find(&list, i, (JoinKind)join, &found) == (place.len != 0));
            CHECK(found.one == want.one && found.two == want.two);
        }
        PlaceDigest asked[PLACES_MAX];
        id_parts_read(&parts, ids[i]);
        uint32_t count = places_asked(&parts, JOIN_CHILD, asked);
        const RowPlaces *row = &list.rows[i];
        CHECK(row->asked[JOIN_CHILD + 1] - row->asked[JOIN_CHILD] == count);
        CHECK((row->name_count != 0) == (i % 2 == 0));
        CHECK(count == 0 ||
              memcmp(&list.asked[row->asked[JOIN_CHILD]], asked, sizeof *asked * count) == 0);
    }
    id_parts_close(&parts);
    arena_free(&arena);
}
