// SPDX-License-Identifier: Apache-2.0
// Whom the record trusts: what each entry may do to the list, and who may sign.
#include "record/people.h"

#include "record/room.h"
#include "t.h"

static bool holds(Str text, const char *part)
{
    return str_find(text, str_from_cstr(part)) != NULL;
}

// Each row does one thing the record must refuse, and says what it answers.
typedef enum Deed {
    BOB_TRUSTS,
    BOB_REVOKES_ANN,
    REVOKED_TWICE,
    REVOKED_SIGNS,
    REVOKED_AGAIN_TRUSTED,
    LAST_OWNER_REVOKED,
    LAST_OWNER_DEMOTED,
    STRANGER_SIGNS,
    EXPIRED_SIGNS,
    OTHER_ID
} Deed;

static void do_deed(Room *room, Deed deed)
{
    Principal carl = room->bob_is;
    SigningKey *key = key_generate();
    Str document = {0};
    Err err = {0};
    ASSERT(principal_write(&room->arena, key, &carl, &document, anew(&err)));
    Principal changed = room->ann_is;
    switch (deed) {
    case BOB_TRUSTS:
        room_trust(room, room->bob, &carl);
        break;
    case BOB_REVOKES_ANN:
        room_revoke(room, room->bob, &room->ann_is);
        break;
    case REVOKED_TWICE:
        room_revoke(room, room->ann, &room->bob_is);
        room_revoke(room, room->ann, &room->bob_is);
        break;
    case REVOKED_SIGNS:
        room_revoke(room, room->bob, &room->bob_is);
        room_note(room, room->bob, "late");
        break;
    case REVOKED_AGAIN_TRUSTED:
        room_revoke(room, room->ann, &room->bob_is);
        room_trust(room, room->ann, &room->bob_is);
        break;
    case LAST_OWNER_REVOKED:
        room_revoke(room, room->ann, &room->ann_is);
        break;
    case LAST_OWNER_DEMOTED:
        changed.roles = roles_of(ROLE_AUDITOR);
        room_trust(room, room->ann, &changed);
        break;
    case STRANGER_SIGNS:
        room_note(room, key, "x");
        break;
    case EXPIRED_SIGNS:
        carl.expires = room->now + 1;
        room_trust(room, room->ann, &carl);
        room_note(room, key, "x");
        break;
    case OTHER_ID:
        changed.id = room->bob_is.id;
        room_trust(room, room->ann, &changed);
        break;
    }
    key_close(key);
}

TEST(what_the_record_refuses)
{
    static const struct {
        const char *row;
        Deed deed;
        const char *text;
    } rows[] = {
        {"an approver trusts", BOB_TRUSTS, "only an owner may say whom the workspace trusts"},
        {"an approver revokes", BOB_REVOKES_ANN, "only an owner may revoke the key of somebody"},
        {"revoked twice", REVOKED_TWICE, "is not trusted, so nothing to revoke"},
        {"a revoked key signs", REVOKED_SIGNS, "was revoked on 2026-03-01T08:07:00Z"},
        {"trusted again", REVOKED_AGAIN_TRUSTED, "was revoked and cannot be trusted again"},
        {"no owner left", LAST_OWNER_REVOKED, "without an owner; trust another owner first"},
        {"owner demoted", LAST_OWNER_DEMOTED, "without an owner; trust another owner first"},
        {"a stranger signs", STRANGER_SIGNS, "signed by a key that no entry before it trusts"},
        {"an expired key", EXPIRED_SIGNS, "expired on 2026-03-01T08:06:00.0000001Z"},
        {"another's id", OTHER_ID, "the id of its public key as subject"},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Room room;
        room_open(&room);
        room_fill(&room);
        uint64_t good = room.size;
        Verdict verdict = room_verify(&room, buf_str(&room.record), NULL);
        CHECK_ROW(rows[i].row, verdict.fault.kind == FAULT_NONE);
        do_deed(&room, rows[i].deed);
        verdict = room_verify(&room, buf_str(&room.record), NULL);
        CHECK_ROW(rows[i].row, verdict.fault.kind == FAULT_ALTERED && verdict.fault.first > good);
        CHECK_ROW(rows[i].row, holds(verdict.fault.text, rows[i].text));
        room_close(&room);
    }
}

TEST(the_first_entry_founds)
{
    for (unsigned deed = 0; deed < 3; deed++) {
        Room room;
        room_open(&room);
        if (deed == 0) {
            room_trust(&room, room.bob, &room.bob_is); // no owner
        } else if (deed == 1) {
            room_trust(&room, room.bob, &room.ann_is); // for somebody else
        } else {
            room_note(&room, room.ann, "x"); // trusts nobody
        }
        Verdict verdict = room_verify(&room, buf_str(&room.record), NULL);
        CHECK(verdict.fault.kind == FAULT_ALTERED && verdict.fault.first == 1);
        room_close(&room);
    }
}

TEST(people_are_found_by_id_its_beginning_or_name)
{
    Room room;
    room_open(&room);
    room_fill(&room);
    Verdict verdict = room_verify(&room, buf_str(&room.record), NULL);
    const People *people = &verdict.replay.people;
    const Principal *found = NULL;
    Err err = {0};
    CHECK(!people_look_up(people, STR("Carl"), &found, anew(&err)) && err.kind == ERR_NO_INPUT);
    CHECK(holds(str_from_cstr(err.text), "trusts nobody called \"Carl\""));
    CHECK(!people_look_up(people, STR(""), &found, anew(&err)));
    CHECK(!people_look_up(people, (Str){room.bob_is.id.ptr, 3}, &found, anew(&err)));
    CHECK(people_look_up(people, STR("Bob"), &found, anew(&err)) &&
          str_eq(found->id, room.bob_is.id));
    CHECK(people_look_up(people, (Str){room.bob_is.id.ptr, 12}, &found, anew(&err)));
    CHECK(people_look_up(people, room.ann_is.id, &found, anew(&err)) &&
          str_eq(found->name, STR("Ann")));
    CHECK(str_eq(roles_text(&room.arena, found->roles), STR("owner")));
    room_close(&room);
}

TEST(two_of_one_name_are_not_guessed_between)
{
    Room room;
    room_open(&room);
    room.bob_is.name = STR("Ann");
    room_fill(&room);
    Verdict verdict = room_verify(&room, buf_str(&room.record), NULL);
    const Principal *found = NULL;
    Err err = {0};
    CHECK(!people_look_up(&verdict.replay.people, STR("Ann"), &found, anew(&err)));
    CHECK(holds(str_from_cstr(err.text), "fits several principals"));
    room_close(&room);
}

TEST(roles_and_revocation_follow_the_entries)
{
    Room room;
    room_open(&room);
    room_fill(&room);
    room.bob_is.roles = roles_of(ROLE_OWNER) | roles_of(ROLE_AUDITOR);
    room_trust(&room, room.ann, &room.bob_is);
    room_revoke(&room, room.bob, &room.ann_is);
    Verdict verdict = room_verify(&room, buf_str(&room.record), NULL);
    CHECK(verdict.fault.kind == FAULT_NONE && verdict.replay.people.count == 2);
    const Principal *ann = people_find(&verdict.replay.people, room.ann_is.id);
    const Principal *bob = people_find(&verdict.replay.people, room.bob_is.id);
    CHECK(ann != NULL && ann->revoked != 0 && str_eq(ann->revoked_by, room.bob_is.id));
    CHECK(ann != NULL && str_eq(ann->reason, STR("left")));
    CHECK(bob != NULL && bob->roles == room.bob_is.roles && bob->revoked == 0);
    room_close(&room);
}
