// SPDX-License-Identifier: Apache-2.0
#include "record/room.h"

#define MINUTE ((Ticks)60 * TICKS_PER_SECOND)

static Principal introduce(Room *room, SigningKey *key, const char *name, Role role)
{
    Principal principal = {
        .name = str_from_cstr(name), .roles = roles_of(role), .created = room->now};
    Str document = {0};
    Err err = {0};
    ASSERT(principal_write(&room->arena, key, &principal, &document, &err));
    return principal;
}

void room_open(Room *room)
{
    *room = (Room){.size = 0};
    arena_init(&room->arena, (size_t)1 << 30);
    ASSERT(ticks_parse(STR("2026-03-01T08:00:00Z"), &room->now));
    room->ann = key_generate();
    room->bob = key_generate();
    room->ann_is = introduce(room, room->ann, "Ann", ROLE_OWNER);
    room->bob_is = introduce(room, room->bob, "Bob", ROLE_TECHNICAL_APPROVER);
}

void room_close(Room *room)
{
    key_close(room->ann);
    key_close(room->bob);
    buf_free(&room->record);
    arena_free(&room->arena);
}

void room_add_at(Room *room, const SigningKey *key, const EntryNew *entry, uint64_t sequence,
                 const Hash *previous)
{
    ASSERT(room->size < COUNTOF(room->leaves));
    Err err = {0};
    Str line = {0};
    EntryNew timed = *entry;
    room->now += MINUTE;
    timed.time = room->now;
    ASSERT(entry_write(&room->arena, key, &timed, sequence, previous, &line, &err));
    room->leaves[room->size++] = merkle_leaf(line);
    buf_push(&room->record, line);
    buf_byte(&room->record, '\n');
    room->ends[room->size] = room->record.len;
}

void room_add(Room *room, const SigningKey *key, const EntryNew *entry)
{
    Hash head = merkle_root(room->leaves, room->size);
    room_add_at(room, key, entry, room->size + 1, &head);
}

void room_trust(Room *room, const SigningKey *by, const Principal *whom)
{
    People nobody;
    EntryField fields[TRUST_FIELDS];
    people_init(&nobody, &room->arena);
    EntryNew entry = people_trust_entry(&room->arena, &nobody, whom, fields);
    room_add(room, by, &entry);
}

void room_revoke(Room *room, const SigningKey *by, const Principal *whom)
{
    EntryField fields[REVOKE_FIELDS];
    EntryNew entry = people_revoke_entry(whom, STR("left"), fields);
    room_add(room, by, &entry);
}

void room_note(Room *room, const SigningKey *by, const char *subject)
{
    Hash after = hash_of(str_from_cstr(subject));
    static const Str list[] = {STR_INIT("one"), STR_INIT("two")};
    EntryField fields[] = {
        {.name = STR("reason"), .kind = FIELD_TEXT, .text = STR("\"quoted\" \xC3\xA9")},
        {.name = STR("controls"), .kind = FIELD_TEXTS, .texts = {list, COUNTOF(list)}},
        {.name = STR("version"), .kind = FIELD_COUNT, .count = 2},
        {.name = STR("effective"), .kind = FIELD_TIME, .time = room->now},
        {.name = STR("content"), .kind = FIELD_HASH, .hash = after},
    };
    EntryNew entry = {.what = STR("baseline.propose"),
                      .subject = str_from_cstr(subject),
                      .after = &after,
                      .fields = fields,
                      .field_count = COUNTOF(fields)};
    room_add(room, by, &entry);
}

void room_fill(Room *room)
{
    room_trust(room, room->ann, &room->ann_is);
    room_trust(room, room->ann, &room->bob_is);
    room_note(room, room->bob, "baseline/a@1");
    room_note(room, room->ann, "baseline/a@2");
    room_note(room, room->bob, "baseline/b@1");
    room_note(room, room->ann, "baseline/b@2");
}

Checkpoint room_checkpoint(Room *room, const SigningKey *key)
{
    Checkpoint checkpoint;
    Str file = {0};
    Err err = {0};
    ASSERT(checkpoint_write(&room->arena, key, room->leaves, room->size, room->now, &file, &err));
    ASSERT(checkpoint_read(&room->arena, file, &checkpoint, &err));
    return checkpoint;
}

Verdict room_verify(Room *room, Str bytes, const Checkpoint *checkpoint)
{
    Verdict verdict;
    record_verify(&room->arena, bytes, checkpoint, checkpoint != NULL ? 1 : 0, &verdict);
    return verdict;
}
