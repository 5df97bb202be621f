// SPDX-License-Identifier: Apache-2.0
#include "cli/repeats.h"

#include <string.h>

#include "t.h"

static void see(Repeats *repeats, Str id, Str file)
{
    Buf notes = {0};
    repeats_note(repeats, id, &notes);
    repeats_take(repeats, buf_str(&notes), file);
    buf_free(&notes);
}

static Str numbered(Arena *arena, uint32_t n)
{
    Buf text = {0};
    buf_printf(&text, "/subscriptions/s/resourceGroups/g/providers/Demo.Provider/things/n%u", n);
    Str id = str_copy(arena, buf_str(&text));
    buf_free(&text);
    return id;
}

TEST(none_and_the_first)
{
    Arena arena;
    arena_init(&arena, 1 << 24);
    Repeats *repeats = repeats_new(&arena, 8);
    CHECK(repeats_found(repeats).count == 0 && repeats_found(repeats).id.len == 0);
    see(repeats, STR("/a/One"), STR("x"));
    see(repeats, STR("/a/Two"), STR("x"));
    see(repeats, STR(""), STR("x"));
    see(repeats, STR(""), STR("y")); // no id, no repeat
    CHECK(repeats_found(repeats).count == 0);
    see(repeats, STR("/a/three"), STR("y"));
    see(repeats, STR("/A/TWO"), STR("y"));
    see(repeats, STR("/a/one"), STR("z"));
    see(repeats, STR("/a/one"), STR("z"));
    RepeatsFound found = repeats_found(repeats);
    CHECK(found.count == 3 && found.is_exact);
    CHECK(str_eq(found.id, STR("/A/TWO")) && str_eq(found.file, STR("x")));
    CHECK(str_eq(found.again, STR("y")));
    arena_free(&arena);
}

// Ids that differ in one place only, wherever that is.
TEST(like_ids_are_not_the_same)
{
    Arena arena;
    arena_init(&arena, 1 << 24);
    Repeats *repeats = repeats_new(&arena, 0);
    for (size_t len = 1; len < 40; len++) {
        char text[40];
        memset(text, 'a', sizeof text);
        see(repeats, (Str){text, len}, STR("x"));
        for (size_t i = 0; i < len; i++) {
            text[i] = 'b';
            see(repeats, (Str){text, len}, STR("y"));
            text[i] = 'a';
        }
    }
    CHECK(repeats_found(repeats).count == 0);
    arena_free(&arena);
}

TEST(exact_up_to_the_limit_and_about_right_beyond)
{
    static const struct {
        const char *row;
        uint32_t kept_max, ids, again;
        bool is_exact;
    } rows[] = {
        {"at the limit", 1000, 1000, 1000, true},
        {"one past", 1000, 1001, 500, false},
        {"a hundred times the limit", 1000, 100000, 60000, false},
        {"all again", 2000, 100000, 100000, false},
        {"many and none again", 1000, 100000, 0, false},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Arena arena;
        arena_init(&arena, (size_t)1 << 28);
        Repeats *repeats = repeats_new(&arena, rows[i].kept_max);
        for (uint32_t n = 0; n < rows[i].ids; n++) {
            see(repeats, numbered(&arena, n), STR("x"));
        }
        for (uint32_t n = 0; n < rows[i].again; n++) {
            see(repeats, numbered(&arena, n), STR("y"));
        }
        RepeatsFound found = repeats_found(repeats);
        CHECK_ROW(rows[i].row, found.is_exact == rows[i].is_exact);
        uint64_t off =
            found.count > rows[i].again ? found.count - rows[i].again : rows[i].again - found.count;
        CHECK_ROW(rows[i].row, off <= (rows[i].is_exact ? 0 : rows[i].again / 8U));
        CHECK_ROW(rows[i].row, (found.id.len != 0) == (rows[i].again != 0));
        arena_free(&arena);
    }
}

// Workers that read an old level note more than is kept: it makes no difference.
TEST(what_was_noted_early_counts_like_what_was_noted_late)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 28);
    Repeats *late = repeats_new(&arena, 100);
    Repeats *early = repeats_new(&arena, 100);
    Buf notes = {0};
    for (uint32_t n = 0; n < 20000; n++) {
        Str id = numbered(&arena, n % 13000);
        see(late, id, STR("x"));
        repeats_note(early, id, &notes);
    }
    repeats_take(early, buf_str(&notes), STR("x"));
    RepeatsFound a = repeats_found(late);
    RepeatsFound b = repeats_found(early);
    CHECK(a.count == b.count && a.count != 0 && str_eq(a.id, b.id) && !a.is_exact);
    buf_free(&notes);
    arena_free(&arena);
}
