// SPDX-License-Identifier: Apache-2.0
// The record's file: appends that succeed, that fail at each step, that were cut off; mending.
#include "record/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/scratch.h"
#include "record/room.h"
#include "t.h"

static bool holds(const Err *err, const char *part)
{
    return str_find(str_from_cstr(err->text), str_from_cstr(part)) != NULL;
}

// ---- calls that fail ----

static unsigned steps;
static unsigned fail_at; // which call fails, 1-based; 0 = none
static bool fail_on;     // and every call after it

static bool fails(void)
{
    steps++;
    errno = ENOSPC;
    return fail_at != 0 && (steps == fail_at || (fail_on && steps > fail_at));
}

// Few bytes at a time, so that it can fail in the middle of an entry.
static ssize_t odd_write(int fd, const void *bytes, size_t count)
{
    return fails() ? -1 : write(fd, bytes, count > 97 ? 97 : count);
}

static int odd_fsync(int fd)
{
    return fails() ? -1 : fsync(fd);
}

static int odd_truncate(int fd, off_t length)
{
    return fails() ? -1 : ftruncate(fd, length);
}

static const LogCalls odd_calls = {odd_write, odd_fsync, odd_truncate};

// ---- a workspace ----

typedef struct Place {
    Room room;
    Workspace workspace;
} Place;

static bool add_note(Place *place, const LogCalls *calls, const SigningKey *key, Err *err)
{
    EntryNew entry = {.what = STR("note.add"), .subject = STR("something")};
    uint64_t sequence = 0;
    place->room.now += TICKS_PER_SECOND;
    entry.time = place->room.now;
    return log_append(&place->room.arena, &place->workspace, calls, key, &entry, &sequence, err);
}

static void trust(Place *place, const Principal *whom)
{
    Err err = {0};
    uint64_t sequence = 0;
    People nobody;
    EntryField fields[TRUST_FIELDS];
    people_init(&nobody, &place->room.arena);
    EntryNew entry = people_trust_entry(&place->room.arena, &nobody, whom, fields);
    entry.time = place->room.now;
    CHECK(log_append(&place->room.arena, &place->workspace, NULL, place->room.ann, &entry,
                     &sequence, anew(&err)));
}

static void place_open(Place *place)
{
    Err err = {0};
    room_open(&place->room);
    place->workspace = workspace_at(&place->room.arena, scratch_path("ws"));
    CHECK(workspace_make(&place->workspace, anew(&err)));
    (void)unlink(place->workspace.record.ptr);
    trust(place, &place->room.ann_is);
}

static void place_close(Place *place)
{
    room_close(&place->room);
}

static Str record_of(Place *place)
{
    Str bytes = {0};
    bool exists = false;
    Err err = {0};
    CHECK(log_read(&place->room.arena, &place->workspace, &bytes, &exists, anew(&err)) && exists);
    return bytes;
}

static Fault fault_of(Place *place)
{
    return room_verify(&place->room, record_of(place), NULL).fault;
}

TEST(what_an_append_refuses)
{
    Place place;
    Err err = {0};
    place_open(&place);
    Str before = record_of(&place);
    CHECK(!add_note(&place, NULL, place.room.bob, anew(&err)) && err.kind == ERR_PERMISSION);
    CHECK(holds(&err, "is not trusted in this workspace; an owner trusts it: datum key trust"));
    place.room.now -= TICKS_PER_DAY;
    CHECK(!add_note(&place, NULL, place.room.ann, anew(&err)));
    CHECK(holds(&err, "the clock is behind the last entry of the record (2026-03-01T08:00:00Z)"));
    place.room.now += TICKS_PER_DAY;
    EntryNew secret = {
        .time = place.room.now, .what = STR("note.add"), .subject = STR("Bearer abc")};
    uint64_t sequence = 0;
    CHECK(!log_append(&place.room.arena, &place.workspace, NULL, place.room.ann, &secret, &sequence,
                      anew(&err)));
    CHECK(str_eq(record_of(&place), before));
    place_close(&place);
}

TEST(revoked_and_expired_keys_add_nothing)
{
    Place place;
    Err err = {0};
    uint64_t sequence = 0;
    place_open(&place);
    place.room.bob_is.expires = place.room.now + 10 * (Ticks)TICKS_PER_SECOND;
    trust(&place, &place.room.bob_is);
    CHECK(add_note(&place, NULL, place.room.bob, anew(&err)));
    place.room.now += 20 * (Ticks)TICKS_PER_SECOND;
    CHECK(!add_note(&place, NULL, place.room.bob, anew(&err)) &&
          holds(&err, "expired on 2026-03-01"));
    EntryField fields[REVOKE_FIELDS];
    EntryNew entry = people_revoke_entry(&place.room.bob_is, STR("left"), fields);
    entry.time = place.room.now;
    CHECK(log_append(&place.room.arena, &place.workspace, NULL, place.room.ann, &entry, &sequence,
                     anew(&err)));
    CHECK(!add_note(&place, NULL, place.room.bob, anew(&err)) &&
          holds(&err, "was revoked on 2026-03-01"));
    CHECK(fault_of(&place).kind == FAULT_NONE);
    place_close(&place);
}

// One call fails: the record is what it was. Every call after it fails too: what is left over is
// found by the next one who looks, and mended.
TEST(an_append_that_fails_leaves_no_entry)
{
    for (unsigned on = 0; on < 2; on++) {
        bool done = false;
        for (fail_at = 1; !done && fail_at < 1000; fail_at++) {
            Place place;
            Err err = {0};
            place_open(&place);
            Str before = record_of(&place);
            steps = 0;
            fail_on = on == 1;
            done = add_note(&place, &odd_calls, place.room.ann, anew(&err));
            Str after = record_of(&place);
            if (done) {
                CHECK(after.len > before.len && fault_of(&place).kind == FAULT_NONE);
                CHECK(steps < fail_at);
            } else if (on == 0) {
                CHECK(err.kind == ERR_WRITE && holds(&err, "nothing was recorded"));
                CHECK(str_eq(after, before));
                CHECK(add_note(&place, NULL, place.room.ann, anew(&err)));
            } else if (!str_eq(after, before)) {
                CHECK(holds(&err, "datum record mend"));
                MendKind kind = MEND_NOTHING;
                Str aside = {0};
                bool whole = after.ptr[after.len - 1] == '\n';
                CHECK(whole || !add_note(&place, NULL, place.room.ann, anew(&err)));
                CHECK(log_mend(&place.room.arena, &place.workspace, &kind, &aside, anew(&err)));
                CHECK(kind == (whole ? MEND_NOTHING : MEND_CUT) || kind == MEND_ENDED);
                CHECK(fault_of(&place).kind == FAULT_NONE);
                CHECK(add_note(&place, NULL, place.room.ann, anew(&err)));
            }
            place_close(&place);
        }
        CHECK(done);
    }
    fail_at = 0;
}

// A crash at any byte of an append: seen, told, mended, and nothing that was whole is lost.
TEST(an_append_cut_off_at_any_byte_is_mended)
{
    Place place;
    Err err = {0};
    place_open(&place);
    size_t before = record_of(&place).len;
    CHECK(add_note(&place, NULL, place.room.ann, anew(&err)));
    Str whole = record_of(&place);
    for (size_t len = before; len <= whole.len; len++) {
        (void)scratch_file("ws/record.ndjson", (Str){whole.ptr, len});
        Fault fault = fault_of(&place);
        bool torn = len != before && len != whole.len;
        CHECK(fault.kind == (torn ? FAULT_CUT : FAULT_NONE));
        if (torn) {
            CHECK(!add_note(&place, NULL, place.room.ann, anew(&err)) &&
                  holds(&err, "was cut off"));
        }
        MendKind kind = MEND_NOTHING;
        Str aside = {0};
        CHECK(log_mend(&place.room.arena, &place.workspace, &kind, &aside, anew(&err)));
        CHECK(kind == (!torn ? MEND_NOTHING : len + 1 == whole.len ? MEND_ENDED : MEND_CUT));
        Str mended = record_of(&place);
        CHECK(mended.len == (len + 1 >= whole.len ? whole.len : before));
        if (kind == MEND_CUT) {
            size_t kept = 0;
            char *text = scratch_read(aside, &kept);
            CHECK(text != NULL && kept == len - before + 1);
            free(text);
            CHECK(unlink(aside.ptr) == 0);
        }
    }
    place_close(&place);
}

TEST(a_record_with_a_fault_takes_nothing_more)
{
    Place place;
    Err err = {0};
    place_open(&place);
    CHECK(add_note(&place, NULL, place.room.ann, anew(&err)));
    Str bytes = record_of(&place);
    char *bent = NEW_ARRAY(&place.room.arena, char, bytes.len);
    memcpy(bent, bytes.ptr, bytes.len);
    bent[20] ^= 1;
    bytes.ptr = bent;
    (void)scratch_file("ws/record.ndjson", bytes);
    CHECK(!add_note(&place, NULL, place.room.ann, anew(&err)) && err.kind == ERR_SCHEMA);
    CHECK(holds(&err, "nothing was recorded: entry 1 was altered"));
    CHECK(str_eq(record_of(&place), bytes));
    place_close(&place);
}

// Several processes at once: every entry gets in, and each follows the one before it.
TEST(appends_of_several_processes_do_not_mix)
{
    enum { CHILDREN = 4, NOTES = 5 };
    Place place;
    place_open(&place);
    ASSERT(fflush(stdout) == 0);
    pid_t children[CHILDREN];
    for (int i = 0; i < CHILDREN; i++) {
        children[i] = fork();
        ASSERT(children[i] >= 0);
        if (children[i] == 0) {
            bool ok = true;
            place.room.now += NOTES * (Ticks)TICKS_PER_SECOND; // all at one time: order is free
            for (int n = 0; n < NOTES; n++) {
                Err err = {0};
                place.room.now -= TICKS_PER_SECOND;
                ok = add_note(&place, NULL, place.room.ann, &err) && ok;
            }
            _exit(ok ? 0 : 1);
        }
    }
    for (int i = 0; i < CHILDREN; i++) {
        int status = 0;
        CHECK(waitpid(children[i], &status, 0) == children[i] && status == 0);
    }
    Verdict verdict = room_verify(&place.room, record_of(&place), NULL);
    CHECK(verdict.fault.kind == FAULT_NONE && verdict.replay.size == 1 + CHILDREN * NOTES);
    place_close(&place);
}

TEST(a_record_has_a_size)
{
    Place place;
    Err err = {0};
    place_open(&place);
    CHECK(truncate(place.workspace.record.ptr, (off_t)RECORD_BYTES_MAX + 1) == 0);
    CHECK(!add_note(&place, NULL, place.room.ann, &err) && err.kind == ERR_LIMIT);
    CHECK(holds(&err, "a record may have 256 MiB; begin another workspace"));
    place_close(&place);
}

TEST(folders_and_keys_are_private)
{
    Place place;
    Err err = {0};
    struct stat st;
    place_open(&place);
    CHECK(stat(place.workspace.folder.ptr, &st) == 0 && (st.st_mode & 0777) == 0700);
    CHECK(stat(place.workspace.keys.ptr, &st) == 0 && (st.st_mode & 0777) == 0700);
    CHECK(stat(place.workspace.record.ptr, &st) == 0 && (st.st_mode & 0777) == 0600);
    KeyCost cheap = {.passes = 1, .memory_bytes = 8192};
    Str file = {0};
    KeyFile read;
    CHECK(key_lock(&place.room.arena, place.room.ann, STR("correct horse"), &cheap, &file,
                   anew(&err)));
    Str id = place.room.ann_is.id;
    Str path = workspace_key_path(&place.room.arena, &place.workspace, id);
    mode_t old = umask(0);
    CHECK(workspace_write(path, file, true, anew(&err)));
    (void)umask(old);
    CHECK(stat(path.ptr, &st) == 0 && (st.st_mode & 0777) == 0600);
    CHECK(workspace_read_key(&place.room.arena, &place.workspace, id, &read, anew(&err)));
    const Str *ids = NULL;
    uint32_t count = 0;
    CHECK(workspace_key_ids(&place.room.arena, &place.workspace, &ids, &count, anew(&err)));
    CHECK(count == 1 && str_eq(ids[0], id));
    Str other = workspace_key_path(&place.room.arena, &place.workspace, place.room.bob_is.id);
    CHECK(rename(path.ptr, other.ptr) == 0);
    CHECK(!workspace_read_key(&place.room.arena, &place.workspace, place.room.bob_is.id, &read,
                              anew(&err)));
    CHECK(holds(&err, "holds the key"));
    CHECK(unlink(other.ptr) == 0);
    place_close(&place);
}
