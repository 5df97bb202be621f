// SPDX-License-Identifier: Apache-2.0
// What verification sees: every byte flipped, every entry cut off, removed, moved, written again by
// somebody who has the keys; with a checkpoint held elsewhere and without.
#include "record/verify.h"

#include <string.h>

#include "record/room.h"
#include "t.h"

static bool holds(Str text, const char *part)
{
    return str_find(text, str_from_cstr(part)) != NULL;
}

// The entry that byte belongs to, its newline included.
static uint64_t entry_of(const Room *room, size_t byte)
{
    uint64_t n = 1;
    while (room->ends[n] <= byte) {
        n++;
    }
    return n;
}

TEST(each_byte_flipped_is_caught_and_placed)
{
    static const uint8_t flips[] = {0x01, 0xff};
    Room room;
    room_open(&room);
    room_fill(&room);
    Checkpoint checkpoint = room_checkpoint(&room, room.ann);
    Str good = buf_str(&room.record);
    char *bytes = NEW_ARRAY(&room.arena, char, good.len);
    uint32_t missed = 0;
    uint32_t misplaced = 0;
    for (size_t i = 0; i < good.len; i++) {
        for (size_t f = 0; f < COUNTOF(flips); f++) {
            ArenaMark mark = arena_mark(&room.arena);
            memcpy(bytes, good.ptr, good.len);
            bytes[i] = (char)(bytes[i] ^ (char)flips[f]);
            Verdict verdict = room_verify(&room, (Str){bytes, good.len}, &checkpoint);
            missed += verdict.fault.kind == FAULT_NONE || verdict.compared ? 1U : 0U;
            misplaced += verdict.fault.first != entry_of(&room, i) ? 1U : 0U;
            // Nothing but the signatures is needed to see it, except that the end may be torn off.
            verdict = room_verify(&room, (Str){bytes, good.len}, NULL);
            missed += verdict.fault.kind == FAULT_NONE ? 1U : 0U;
            arena_rewind(&room.arena, mark);
        }
    }
    CHECK(missed == 0);
    CHECK(misplaced == 0);
    room_close(&room);
}

TEST(each_cut_is_caught)
{
    Room room;
    room_open(&room);
    room_fill(&room);
    Checkpoint checkpoint = room_checkpoint(&room, room.ann);
    for (size_t len = 0; len < room.record.len; len++) {
        ArenaMark mark = arena_mark(&room.arena);
        Verdict verdict = room_verify(&room, (Str){room.record.ptr, len}, &checkpoint);
        CHECK(verdict.fault.kind != FAULT_NONE && verdict.fault.first == entry_of(&room, len));
        arena_rewind(&room.arena, mark);
    }
    for (uint64_t n = 0; n < room.size; n++) {
        Str cut = {room.record.ptr, room.ends[n]};
        Verdict verdict = room_verify(&room, cut, &checkpoint);
        CHECK(verdict.fault.kind == FAULT_REMOVED && verdict.fault.first == n + 1 &&
              verdict.fault.last == room.size && verdict.covered <= n);
        CHECK(holds(verdict.fault.text, "from the end"));
        // Without the checkpoint nothing is missing, and verify says that it cannot know.
        verdict = room_verify(&room, cut, NULL);
        CHECK(verdict.fault.kind == FAULT_NONE && !verdict.compared);
        CHECK(holds(verdict.not_compared, "there is no checkpoint to compare with"));
    }
    room_close(&room);
}

static Str line_of(const Room *room, uint64_t n)
{
    return (Str){room->record.ptr + room->ends[n - 1], room->ends[n] - room->ends[n - 1]};
}

TEST(each_entry_removed_or_moved_is_named)
{
    Room room;
    room_open(&room);
    room_fill(&room);
    Checkpoint checkpoint = room_checkpoint(&room, room.ann);
    for (uint64_t gone = 1; gone < room.size; gone++) {
        Buf text = {0};
        for (uint64_t n = 1; n <= room.size; n++) {
            buf_push(&text, n != gone ? line_of(&room, n) : (Str){0});
        }
        Verdict verdict = room_verify(&room, buf_str(&text), &checkpoint);
        CHECK(verdict.fault.kind == FAULT_REMOVED && verdict.fault.first == gone &&
              verdict.fault.last == gone);
        verdict = room_verify(&room, buf_str(&text), NULL);
        CHECK(verdict.fault.kind == FAULT_REMOVED && verdict.fault.first == gone);
        buf_clear(&text);
        for (uint64_t n = 1; n <= room.size; n++) {
            buf_push(&text, line_of(&room, n == gone ? n + 1 : n == gone + 1 ? n - 1 : n));
        }
        verdict = room_verify(&room, buf_str(&text), &checkpoint);
        CHECK(verdict.fault.kind == FAULT_REORDERED && verdict.fault.first == gone);
        CHECK(holds(verdict.fault.text, "was moved: it stands at place"));
        buf_clear(&text);
        for (uint64_t n = 1; n <= room.size; n++) {
            buf_push(&text, line_of(&room, n));
            buf_push(&text, n == gone ? line_of(&room, n) : (Str){0});
        }
        verdict = room_verify(&room, buf_str(&text), &checkpoint);
        CHECK(verdict.fault.kind == FAULT_ALTERED && verdict.fault.first == gone + 1);
        CHECK(holds(verdict.fault.text, "stands once more in its place"));
        buf_free(&text);
    }
    room_close(&room);
}

TEST(two_entries_removed_are_named_together)
{
    Room room;
    room_open(&room);
    room_fill(&room);
    Buf text = {0};
    buf_push(&text, (Str){room.record.ptr, room.ends[2]});
    buf_push(&text, (Str){room.record.ptr + room.ends[4], room.record.len - room.ends[4]});
    Verdict verdict = room_verify(&room, buf_str(&text), NULL);
    CHECK(verdict.fault.kind == FAULT_REMOVED && verdict.fault.first == 3 &&
          verdict.fault.last == 4);
    buf_free(&text);
    room_close(&room);
}

// Somebody with the keys writes entry `from` anew and all that follow: by itself that is a sound
// record; only the checkpoint tells.
static void forge(Room *room, uint64_t from)
{
    uint64_t size = room->size;
    room->size = from - 1;
    room->record.len = room->ends[from - 1];
    while (room->size < size) {
        room_note(room, room->ann, "forged");
    }
}

TEST(a_record_written_anew_with_the_keys_fails_its_checkpoint_only)
{
    for (uint64_t from = 3; from <= 60; from++) {
        Room room;
        room_open(&room);
        room_fill(&room);
        while (room.size < 60) {
            room_note(&room, room.bob, "more");
        }
        Checkpoint checkpoint = room_checkpoint(&room, room.ann);
        forge(&room, from);
        Verdict verdict = room_verify(&room, buf_str(&room.record), NULL);
        CHECK(verdict.fault.kind == FAULT_NONE && !verdict.compared);
        verdict = room_verify(&room, buf_str(&room.record), &checkpoint);
        CHECK(verdict.fault.kind == FAULT_ALTERED && verdict.fault.first <= from &&
              from <= verdict.fault.last && holds(verdict.fault.text, "signed again"));
        // Near the end of the record the entry is named, further back the stretch it is in.
        bool exact = verdict.fault.first == verdict.fault.last;
        CHECK(exact == (from > 60 - CHECKPOINT_DENSE));
        room_close(&room);
    }
}

TEST(one_entry_signed_again_is_named_by_the_checkpoint)
{
    Room room;
    room_open(&room);
    room_fill(&room);
    Checkpoint checkpoint = room_checkpoint(&room, room.ann);
    Buf text = {0};
    buf_push(&text, (Str){room.record.ptr, room.ends[3]});
    Str rest = {room.record.ptr + room.ends[4], room.record.len - room.ends[4]};
    Str kept = str_copy(&room.arena, rest);
    forge(&room, 4);
    buf_push(&text, line_of(&room, 4));
    buf_push(&text, kept);
    Verdict verdict = room_verify(&room, buf_str(&text), &checkpoint);
    CHECK(verdict.fault.kind == FAULT_ALTERED && verdict.fault.first == 4 &&
          verdict.fault.last == 4);
    verdict = room_verify(&room, buf_str(&text), NULL);
    CHECK(verdict.fault.kind == FAULT_ALTERED && verdict.fault.first == 5);
    CHECK(holds(verdict.fault.text, "does not follow what stands before it"));
    buf_free(&text);
    room_close(&room);
}

TEST(a_record_that_grew_keeps_its_checkpoint)
{
    Room room;
    room_open(&room);
    room_fill(&room);
    Checkpoint checkpoint = room_checkpoint(&room, room.bob);
    CHECK(room_verify(&room, buf_str(&room.record), &checkpoint).compared);
    room_note(&room, room.ann, "later");
    Verdict verdict = room_verify(&room, buf_str(&room.record), &checkpoint);
    CHECK(verdict.fault.kind == FAULT_NONE && verdict.compared && verdict.covered == 6);
    CHECK(verdict.replay.size == 7 && verdict.not_compared.len == 0);
    room_close(&room);
}

TEST(a_checkpoint_counts_only_when_its_signer_was_trusted)
{
    Room room;
    room_open(&room);
    room_fill(&room);
    SigningKey *stranger = key_generate();
    Checkpoint checkpoint = room_checkpoint(&room, stranger);
    Verdict verdict = room_verify(&room, buf_str(&room.record), &checkpoint);
    CHECK(verdict.fault.kind == FAULT_NONE && !verdict.compared);
    CHECK(holds(verdict.not_compared, "a key the record did not trust at that time"));
    Checkpoint early = room_checkpoint(&room, room.bob);
    room_revoke(&room, room.ann, &room.bob_is);
    room.now += TICKS_PER_SECOND;
    Checkpoint late = room_checkpoint(&room, room.bob);
    CHECK(room_verify(&room, buf_str(&room.record), &early).compared);
    CHECK(!room_verify(&room, buf_str(&room.record), &late).compared);
    key_close(stranger);
    room_close(&room);
}

// The signature is of the canonical form, so a blank does not break it; the form does.
TEST(one_spelling_only)
{
    Room room;
    room_open(&room);
    room_fill(&room);
    Buf text = {0};
    buf_push(&text, (Str){room.record.ptr, room.record.len - 2});
    buf_push(&text, STR(" }\n"));
    Verdict verdict = room_verify(&room, buf_str(&text), NULL);
    CHECK(verdict.fault.kind == FAULT_ALTERED && verdict.fault.first == 6);
    CHECK(holds(verdict.fault.text, "entry 6 was altered: it is not in canonical form"));
    buf_free(&text);
    room_close(&room);
}

TEST(time_does_not_run_backwards)
{
    Room room;
    room_open(&room);
    room_fill(&room);
    room.now -= TICKS_PER_DAY;
    room_note(&room, room.bob, "before");
    Verdict verdict = room_verify(&room, buf_str(&room.record), NULL);
    CHECK(verdict.fault.kind == FAULT_ALTERED && verdict.fault.first == 7);
    CHECK(holds(verdict.fault.text, "its time lies before that of the entry before it"));
    room_close(&room);
}

TEST(another_workspace_is_another_record)
{
    Room room;
    Room other;
    room_open(&room);
    room_open(&other);
    room_fill(&room);
    room_fill(&other);
    Checkpoint checkpoint = room_checkpoint(&other, other.ann);
    Verdict verdict = room_verify(&room, buf_str(&room.record), &checkpoint);
    CHECK(verdict.fault.kind == FAULT_ALTERED && verdict.fault.first == 1 && !verdict.compared);
    CHECK(holds(verdict.fault.text, "it may be one of another record"));
    room_close(&room);
    room_close(&other);
}

TEST(an_altered_checkpoint_is_refused)
{
    Room room;
    room_open(&room);
    room_fill(&room);
    Str file = {0};
    Err err = {0};
    Checkpoint read;
    CHECK(checkpoint_write(&room.arena, room.ann, room.leaves, room.size, room.now, &file,
                           anew(&err)));
    CHECK(checkpoint_read(&room.arena, file, &read, anew(&err)) && read.size == 6 &&
          read.head_count == 6);
    char *bytes = NEW_ARRAY(&room.arena, char, file.len);
    for (size_t i = 0; i < file.len; i++) {
        ArenaMark mark = arena_mark(&room.arena);
        memcpy(bytes, file.ptr, file.len);
        bytes[i] = (char)(bytes[i] ^ 1);
        CHECK(!checkpoint_read(&room.arena, (Str){bytes, file.len}, &read, anew(&err)));
        CHECK(!checkpoint_read(&room.arena, (Str){file.ptr, i}, &read, anew(&err)));
        arena_rewind(&room.arena, mark);
    }
    room_close(&room);
}

// ---- what may stand in an entry ----

TEST(secrets_are_refused)
{
    static const struct {
        const char *name;
        const char *value;
        const char *text; // NULL = accepted
    } rows[] = {
        {"password", "x", "is named like a secret"},
        {"client_secret", "x", "is named like a secret"},
        {"access_token", "x", "is named like a secret"},
        {"private_key", "x", "is named like a secret"},
        {"note", "-----BEGIN PRIVATE KEY-----", "looks like it holds a secret"},
        {"note", "eyJhbGciOi.x.y", "looks like it holds a secret"},
        {"note", "https://a/b?sig=abc", "looks like it holds a secret"},
        {"note", "DefaultEndpointsProtocol=https;AccountKey=x", "looks like it holds a secret"},
        {"note", "two\nlines", "holds control characters"},
        {"Note", "x", "must be of a-z"},
        {"", "x", "must be of a-z"},
        {"note", "reset after the incident", NULL},
        {"public_key", "00ff", NULL},
    };
    Room room;
    room_open(&room);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        EntryField field = {.name = str_from_cstr(rows[i].name),
                            .kind = FIELD_TEXT,
                            .text = str_from_cstr(rows[i].value)};
        EntryNew entry = {.time = room.now,
                          .what = STR("x"),
                          .subject = STR("y"),
                          .fields = &field,
                          .field_count = 1};
        Hash head = hash_of((Str){0});
        Str line = {0};
        Err err = {0};
        bool ok = entry_write(&room.arena, room.ann, &entry, 1, &head, &line, anew(&err));
        CHECK_ROW(rows[i].value, ok == (rows[i].text == NULL));
        CHECK_ROW(rows[i].value, ok || holds(str_from_cstr(err.text), rows[i].text));
    }
    room_close(&room);
}

TEST(an_entry_has_a_size)
{
    Room room;
    room_open(&room);
    char *big = NEW_ARRAY(&room.arena, char, FIELD_BYTES_MAX + 1);
    memset(big, 'x', FIELD_BYTES_MAX + 1);
    Str texts[9];
    Hash head = hash_of((Str){0});
    Str line = {0};
    Err err = {0};
    EntryField field = {
        .name = STR("note"), .kind = FIELD_TEXT, .text = {big, FIELD_BYTES_MAX + 1}};
    EntryNew entry = {.time = room.now,
                      .what = STR("x"),
                      .subject = STR("y"),
                      .fields = &field,
                      .field_count = 1};
    CHECK(!entry_write(&room.arena, room.ann, &entry, 1, &head, &line, anew(&err)));
    field.text.len = FIELD_BYTES_MAX;
    CHECK(entry_write(&room.arena, room.ann, &entry, 1, &head, &line, anew(&err)));
    for (size_t i = 0; i < COUNTOF(texts); i++) {
        texts[i] = (Str){big, FIELD_BYTES_MAX};
    }
    field = (EntryField){.name = STR("note"), .kind = FIELD_TEXTS, .texts = {texts, 7}};
    CHECK(entry_write(&room.arena, room.ann, &entry, 1, &head, &line, anew(&err)));
    field.texts.count = 9;
    CHECK(!entry_write(&room.arena, room.ann, &entry, 1, &head, &line, anew(&err)));
    CHECK(err.kind == ERR_LIMIT);
    Entry read;
    char *padded = NEW_ARRAY(&room.arena, char, ENTRY_BYTES_MAX + 1);
    CHECK(!entry_read(&room.arena, (Str){padded, ENTRY_BYTES_MAX + 1}, &read, anew(&err)));
    CHECK(err.kind == ERR_LIMIT);
    room_close(&room);
}
