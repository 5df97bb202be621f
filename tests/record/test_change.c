// SPDX-License-Identifier: Apache-2.0
// The papers of a change, how many must approve, and what the record tells of it all.
#include "record/change.h"

#include <string.h>

#include "record/room.h"
#include "t.h"
#include "json/read.h"

static const Json *json_of(Arena *arena, const char *text)
{
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    const Json *json = NULL;
    Err err = {0};
    CHECK(json_read_data(arena, str_from_cstr(text), &limits, &json, &err));
    return json;
}

#define B (1U << ROLE_BUSINESS_APPROVER)
#define T (1U << ROLE_TECHNICAL_APPROVER)

TEST(a_manifest_says_how_many_approve)
{
    static const struct {
        const char *manifest;
        const char *says; // NULL = it is good
        uint32_t count;
        Roles roles;
    } rows[] = {
        {"{\"approvals\":2}", "\"approvals\" must be {\"count\"", 0, 0},
        {"{\"approvals\":{}}", "\"approvals\" must be {\"count\"", 0, 0},
        {"{\"approvals\":{\"count\":-1}}", "\"approvals\" must be {\"count\"", 0, 0},
        {"{\"approvals\":{\"count\":1.5}}", "\"approvals\" must be {\"count\"", 0, 0},
        {"{\"approvals\":{\"count\":1,\"roles\":\"auditor\"}}", "must be a list of texts", 0, 0},
        {"{\"approvals\":{\"count\":1,\"roles\":[\"king\"]}}", "there is no role \"king\"", 0, 0},
        {"{\"approvals\":{\"roles\":[]}}", "\"approvals\" must be {\"count\"", 0, 0},
        {"{\"approvals\":{\"roles\":\"auditor\"}}", "\"approvals\" must be {\"count\"", 0, 0},
        {"{\"approvals\":{\"roles\":[\"king\"]}}", "there is no role \"king\"", 0, 0},
        {"{\"approvals\":{\"roles\":[\"business-approver\",\"technical-approver\"]}}", NULL, 2,
         B | T},
        {"{}", NULL, 1, 0},
        {"{\"approverRoles\":[\"business-approver\",\"technical-approver\"]}", NULL, 2, B | T},
        {"{\"approvals\":{\"count\":0}}", NULL, 0, 0},
        {"{\"approvals\":{\"count\":3,\"roles\":[\"technical-approver\"]}}", NULL, 3, T},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Arena arena;
        arena_init(&arena, (size_t)1 << 20);
        Quorum quorum = {0};
        Err err = {0};
        bool ok = quorum_read(json_of(&arena, rows[i].manifest), &quorum, &err);
        CHECK_ROW(rows[i].manifest, ok == (rows[i].says == NULL));
        CHECK_ROW(rows[i].manifest,
                  ok ? quorum.count == rows[i].count && quorum.roles == rows[i].roles
                     : strstr(err.text, rows[i].says) != NULL);
        arena_free(&arena);
    }
}

TEST(approvals_suffice_by_number_and_role)
{
    static const struct {
        Quorum quorum;
        Roles roles[3];
        uint32_t count;
        const char *why; // NULL = they suffice
    } rows[] = {
        {{2, B | T}, {B}, 1, "1 of 2 approvals are there, no approval by a technical-approver"},
        {{2, B | T}, {B, B}, 2, "no approval by a technical-approver"},
        {{2, B | T}, {B | T}, 1, "1 of 2 approvals are there"},
        {{1, 0}, {0}, 0, "0 of 1 approvals are there"},
        {{2, B | T}, {T, 0, B}, 3, NULL},
        {{1, B | T}, {B | T}, 1, NULL},
        {{0, B | T}, {0}, 0, NULL},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Arena arena;
        arena_init(&arena, (size_t)1 << 20);
        Str why = {0};
        bool ok = quorum_holds(&arena, rows[i].quorum, rows[i].roles, rows[i].count, &why);
        const char *row = rows[i].why != NULL ? rows[i].why : "suffices";
        CHECK_ROW(row, ok == (rows[i].why == NULL));
        CHECK_ROW(row, ok || str_eq(why, str_from_cstr(rows[i].why)));
        arena_free(&arena);
    }
    Quorum joined = quorum_join((Quorum){1, B}, (Quorum){2, T});
    CHECK(joined.count == 2 && joined.roles == (B | T));
}

// ---- papers ----

static const JsonLimits limits = {.bytes_max = 1 << 20, .depth_max = 32, .values_max = 10000};

static Str with_newline(Arena *arena, Str text)
{
    Buf line = {0};
    buf_push(&line, text);
    buf_byte(&line, '\n');
    Str copy = str_copy(arena, buf_str(&line));
    buf_free(&line);
    return copy;
}

TEST(a_paper_reads_back_as_it_was_signed)
{
    Room room;
    room_open(&room);
    Paper paper = {.baseline = STR("o"), .number = 3, .time = room.now, .reason = STR("r \"q\" é")};
    Paper back;
    Str text = {0};
    Err err = {0};
    CHECK(paper_sign(&room.arena, room.bob, PAPER_RETIREMENT, &paper, &text, &err));
    Str bytes = with_newline(&room.arena, text);
    CHECK(paper_read(&room.arena, bytes, PAPER_RETIREMENT, &limits, &back, &err));
    CHECK(str_eq(back.reason, paper.reason) && back.number == 3 &&
          hash_eq(&back.hash, &paper.hash));
    CHECK(paper_is_signed_by(&room.arena, &back, key_public(room.bob)));
    CHECK(!paper_is_signed_by(&room.arena, &back, key_public(room.ann)));
    CHECK(!paper_read(&room.arena, bytes, PAPER_REVIEW, &limits, &back, anew(&err)));
    CHECK(strstr(err.text, "it is no review") != NULL);
    CHECK(!paper_read(&room.arena, text, PAPER_RETIREMENT, &limits, &back, anew(&err)));
    CHECK(strstr(err.text, "it was edited") != NULL); // the newline is part of it
    room_close(&room);
}

TEST(a_flipped_byte_of_a_paper_does_not_read_or_hold)
{
    Room room;
    room_open(&room);
    Paper paper = {.baseline = STR("o"), .number = 1, .time = room.now, .verdict = STR("object")};
    Str text = {0};
    Err err = {0};
    CHECK(paper_sign(&room.arena, room.bob, PAPER_REVIEW, &paper, &text, &err));
    Str bytes = with_newline(&room.arena, text);
    char *copy = NEW_ARRAY(&room.arena, char, bytes.len);
    for (size_t i = 0; i < bytes.len; i++) {
        Paper back;
        ArenaMark mark = arena_mark(&room.arena);
        memcpy(copy, bytes.ptr, bytes.len);
        copy[i] ^= 1;
        bool holds = paper_read(&room.arena, (Str){copy, bytes.len}, PAPER_REVIEW, &limits, &back,
                                anew(&err)) &&
                     paper_is_signed_by(&room.arena, &back, key_public(room.bob));
        CHECK(!holds);
        arena_rewind(&room.arena, mark);
    }
    room_close(&room);
}

TEST(a_digest_sees_files_names_and_nothing_else)
{
    static const struct {
        const char *content;
        bool same;
    } rows[] = {
        {"{\"a.json\":{\"x\":1,\"y\":[2]},\"b.md\":\"t\"}", true},
        {"{ \"b.md\": \"t\", \"a.json\": { \"y\": [ 2.0 ], \"x\": 1e0 } }", true},
        {"{\"a.json\":{\"x\":1,\"y\":[3]},\"b.md\":\"t\"}", false},
        {"{\"c.json\":{\"x\":1,\"y\":[2]},\"b.md\":\"t\"}", false},
        {"{\"a.json\":{\"x\":1,\"y\":[2]}}", false},
        {"{\"a.json\":{\"x\":1,\"y\":[2]},\"b.md\":\"t\\n\"}", false},
    };
    Arena arena;
    arena_init(&arena, (size_t)1 << 20);
    Hash first;
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Hash digest;
        const Json *files = NULL;
        Err err = {0};
        CHECK(content_digest(&arena, json_of(&arena, rows[i].content), &files, &digest, &err));
        first = i == 0 ? digest : first;
        CHECK_ROW(rows[i].content, hash_eq(&digest, &first) == rows[i].same);
    }
    Hash digest;
    const Json *files = NULL;
    Err err = {0};
    CHECK(!content_digest(&arena, json_of(&arena, "{\"a.json\":123456789012345678901}"), &files,
                          &digest, &err));
    CHECK(strstr(err.text, "a.json") != NULL);
    arena_free(&arena);
}

// ---- what the record tells ----

static void add_act(Room *room, const SigningKey *by, ActKind kind, uint64_t number, Hash *after)
{
    EntryField field = {.name = STR("change"), .kind = FIELD_COUNT, .count = 7};
    EntryNew entry = {.what = act_what(kind),
                      .subject = act_subject(&room->arena, kind, STR("o"), number),
                      .after = after,
                      .fields = &field,
                      .field_count = 1};
    room_add(room, by, &entry);
}

TEST(acts_carry_the_roles_of_their_moment)
{
    Room room;
    Acts acts;
    Hash paper = hash_of(STR("paper"));
    Hash other = hash_of(STR("other"));
    room_open(&room);
    room_trust(&room, room.ann, &room.ann_is);
    add_act(&room, room.ann, ACT_PROPOSE, 1, &other);
    room_trust(&room, room.ann, &room.bob_is);
    add_act(&room, room.bob, ACT_APPROVE, 1, &paper);
    room_note(&room, room.bob, "o change x");
    room_note(&room, room.bob, "oo@1");
    add_act(&room, room.ann, ACT_RELEASE, 2, &paper);
    acts_read(&room.arena, buf_str(&room.record), room.size, STR("o"), &acts);
    CHECK(acts.count == 3);
    CHECK(acts.at[0].others == 0 && acts.at[1].others == 1);
    CHECK(acts.at[1].roles == room.bob_is.roles && acts.at[2].change == 7);
    CHECK(acts_last(&acts, ACT_RELEASE) == 2 && acts_last(&acts, ACT_RETIRE) == 0);
    CHECK(acts_of(&acts, ACT_APPROVE, 1, room.bob_is.id, &paper) == &acts.at[1]);
    CHECK(acts_of(&acts, ACT_APPROVE, 1, room.bob_is.id, &other) == NULL);
    CHECK(acts_of(&acts, ACT_APPROVE, 1, room.ann_is.id, &paper) == NULL);
    CHECK(acts_find(&acts, ACT_PROPOSE, 2, (Str){0}) == NULL);
    room_close(&room);
}
