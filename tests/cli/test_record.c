// SPDX-License-Identifier: Apache-2.0
// datum key and datum record on the built program, in one workspace from its first key on.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/program.h"
#include "host/scratch.h"
#include "t.h"

#define ANN "--passphrase-file", "@ann.pass"
#define BOB "--passphrase-file", "@bob.pass"
#define AT(time) "--workspace", "@ws", "--now", time

static void passphrases(void)
{
    (void)scratch_file("ann.pass", STR("correct horse\n"));
    (void)scratch_file("bob.pass", STR("battery staple\n"));
    (void)scratch_file("short.pass", STR("1234567\n"));
}

TEST(what_is_asked_wrongly_changes_nothing)
{
    if (!program_exists()) {
        return;
    }
    passphrases();
    ProgramRun run =
        RUN("key", "new", "Ann", AT("2026-03-01T08:00:00Z"), "--passphrase-file", "@short.pass");
    CHECK(run.code == 65 && holds(run.words, "has 7 bytes; a new one needs at least 8"));
    run = RUN("key", "new", "Ann", AT("2026-03-01T08:00:00Z"), ANN, "--role", "king");
    CHECK(run.code == 64 && holds(run.words, "there is no role \"king\"; there are: owner"));
    run = RUN("key", "new", "Ann", AT("2026-03-01T08:00:00Z"), ANN, "--expires", "2026-02-01");
    CHECK(run.code == 64 && holds(run.words, "must be a time to come"));
    run = RUN("key", "new", "Ann", AT("2026-03-01T08:00:00Z"), "--passphrase-file", "@none");
    CHECK(run.code == 66);
    run = RUN("key", "new", "A\nB", AT("2026-03-01T08:00:00Z"), ANN);
    CHECK(run.code == 65 && holds(run.words, "without control characters"));
    run = RUN("record", "verify", "--workspace", "@ws");
    CHECK(run.code == 66 && holds(run.words, "there is no record in"));
    run = RUN("record", "mend", "--workspace", "@ws");
    CHECK(run.code == 66);
    run = RUN("key", "revoke", "Ann", AT("2026-03-01T08:00:00Z"), ANN);
    CHECK(run.code == 64 && holds(run.words, "--reason TEXT"));
    run = RUN("key", "show", "--workspace", "@ws");
    CHECK(run.code == 0 && run.out.len == 0 && holds(run.words, "nobody yet"));
}

// The first line of what a run printed, as an argument.
static char *first_line(Str out)
{
    size_t len = 0;
    while (len < out.len && out.ptr[len] != '\n') {
        len++;
    }
    char *line = calloc(1, len + 1);
    ASSERT(line != NULL);
    memcpy(line, out.ptr, len);
    return line;
}

static void lose_last_line(const char *from, const char *to)
{
    size_t len = 0;
    char *text = scratch_read(scratch_path(from), &len);
    ASSERT(text != NULL && len > 1);
    do {
        len--;
    } while (len > 0 && text[len - 1] != '\n');
    (void)scratch_file(to, (Str){text, len});
    free(text);
}

static void flip_byte(const char *name, size_t at)
{
    size_t len = 0;
    char *text = scratch_read(scratch_path(name), &len);
    ASSERT(text != NULL && at < len);
    text[at] ^= 1;
    (void)scratch_file(name, (Str){text, len});
    free(text);
}

static void check_people(const char *bob)
{
    ProgramRun run = RUN("key", "trust", bob, AT("2026-03-01T08:10:00Z"), BOB);
    CHECK(run.code == 77 && holds(run.words, "does not open: the passphrase is wrong"));
    run = RUN("key", "trust", bob, AT("2026-03-01T08:10:00Z"), "--key", "Bob", BOB);
    CHECK(run.code == 77 && holds(run.words, "is not trusted in this workspace"));
    run = RUN("key", "trust", "Carl", AT("2026-03-01T08:10:00Z"), ANN);
    CHECK(run.code == 66 && holds(run.words, "there is no principal's document \"Carl\""));
    run = RUN("key", "trust", bob, AT("2026-03-01T07:00:00Z"), ANN);
    CHECK(run.code == 65 && holds(run.words, "the clock is behind the last entry"));
    run = RUN("key", "trust", bob, AT("2026-03-01T08:10:00Z"), ANN);
    CHECK(run.code == 0 && holds(run.words, "recorded as entry 2"));
    run = RUN("key", "show", "--workspace", "@ws", "--now", "2026-03-01T09:00:00Z");
    CHECK(run.code == 0 && holds(run.out, "trusted until 2026-06-01T00:00:00Z"));
    run = RUN("key", "show", "Bob", "--workspace", "@ws", "--output", "json");
    CHECK(run.code == 0 && holds(run.out, "\"roles\":[\"technical-approver\"]"));
    run = RUN("key", "trust", bob, AT("2026-03-01T08:11:00Z"), "--key", "Bob", BOB);
    CHECK(run.code == 77 && holds(run.words, "only an owner may say whom the workspace trusts"));
    run = RUN("record", "checkpoint", "@late.json", "--workspace", "@ws", "--now", "2026-06-01",
              "--key", "Bob", BOB);
    CHECK(run.code == 77 && holds(run.words, "expired on 2026-06-01T00:00:00Z"));
}

static void check_record(void)
{
    ProgramRun run = RUN("record", "verify", "--workspace", "@ws");
    CHECK(run.code == 2 && holds(run.out, "there is no checkpoint to compare with"));
    run =
        RUN("record", "checkpoint", "@point.json", AT("2026-03-01T08:20:00Z"), "--key", "Bob", BOB);
    CHECK(run.code == 0);
    run = RUN("key", "revoke", "Bob", AT("2026-03-01T08:30:00Z"), "--key", "Ann", ANN, "--reason",
              "left");
    CHECK(run.code == 0);
    run = RUN("record", "checkpoint", AT("2026-03-01T08:40:00Z"), "--key", "Bob", BOB);
    CHECK(run.code == 77 && run.out.len == 0);
    CHECK(holds(run.words, "was revoked on 2026-03-01T08:30:00Z; make a new one"));
    run = RUN("record", "verify", "--workspace", "@ws", "--checkpoint", "@point.json");
    CHECK(run.code == 0 && holds(run.out, "the first 2 as they were at the checkpoint, 1 added"));
    run = RUN("record", "show", "--workspace", "@ws");
    CHECK(run.code == 0 && holds(run.out, "key.revoke") && holds(run.out, "Ann"));
    run = RUN("record", "show", "2", "--workspace", "@ws", "--output", "json");
    CHECK(run.code == 0 && holds(run.out, "\"proof\":{\"size\":3,"));
    run = RUN("record", "show", "4", "--workspace", "@ws");
    CHECK(run.code == 64 && holds(run.words, "the record has 1 to 3"));
    run = RUN("record", "mend", "--workspace", "@ws");
    CHECK(run.code == 0 && holds(run.words, "nothing was done"));
}

static void check_tampering(void)
{
    lose_last_line("ws/record.ndjson", "ws/record.ndjson");
    ProgramRun run = RUN("record", "verify", "--workspace", "@ws", "--checkpoint", "@point.json");
    CHECK(run.code == 0); // what came after the checkpoint is not its matter
    lose_last_line("ws/record.ndjson", "ws/record.ndjson");
    run = RUN("record", "verify", "--workspace", "@ws");
    CHECK(run.code == 2); // nothing to see
    run = RUN("record", "verify", "--workspace", "@ws", "--checkpoint", "@point.json");
    CHECK(run.code == 1 && holds(run.out, "entry 2, which the checkpoint has, was removed"));
    flip_byte("ws/record.ndjson", 30);
    run = RUN("record", "verify", "--workspace", "@ws", "--checkpoint", "@point.json", "--output",
              "json");
    CHECK(run.code == 1 && holds(run.out, "\"kind\":\"altered\",\"first\":1,\"last\":1"));
    run = RUN("key", "new", "Eve", AT("2026-03-01T09:00:00Z"), ANN);
    CHECK(run.code == 65 && holds(run.words, "entry 1 was altered"));
    flip_byte("point.json", 30);
    run = RUN("record", "verify", "--workspace", "@ws", "--checkpoint", "@point.json");
    CHECK(run.code == 65 && holds(run.words, "point.json"));
}

TEST(a_workspace_from_its_first_key_on)
{
    if (!program_exists()) {
        return;
    }
    passphrases();
    ProgramRun run = RUN("key", "new", "Ann", AT("2026-03-01T08:00:00Z"), ANN);
    CHECK(run.code == 0 && run.out.len == 33 && holds(run.words, "owns the workspace"));
    run = RUN("key", "new", "Bob", AT("2026-03-01T08:01:00Z"), BOB, "--role", "technical-approver",
              "--expires", "2026-06-01");
    CHECK(run.code == 0 && holds(run.words, "not trusted yet"));
    char *bob = first_line(run.out);
    check_people(bob);
    check_record();
    check_tampering();
    free(bob);
}

// Argon2id takes its time: three keys and four openings.
TEST(two_keys_of_one_name)
{
    if (!program_exists()) {
        return;
    }
    passphrases();
#define AGAIN(time) "--workspace", "@again", "--now", time
    CHECK(RUN("key", "new", "Ann", AGAIN("2026-03-01T08:00:00Z"), ANN).code == 0);
    ProgramRun run = RUN("key", "new", "Ann", AGAIN("2026-03-01T09:00:00Z"), ANN);
    CHECK(run.code == 0 &&
          holds(run.words, "another key here has this name; say which with --key"));
    char *second = first_line(run.out);
    // the one that is trusted is meant
    run = RUN("key", "trust", second, AGAIN("2026-03-01T10:00:00Z"), "--key", "Ann", ANN, "--role",
              "owner");
    CHECK(run.code == 0);
    run = RUN("record", "checkpoint", "@again.cp", AGAIN("2026-03-01T11:00:00Z"), "--key", "Ann",
              ANN);
    CHECK(run.code == 64 &&
          holds(run.words, "has 2 keys that could sign; say which with --key ID"));
    CHECK(holds(run.words, second) && holds(run.words, "(Ann)"));
    run = RUN("record", "verify", "--workspace", "@again", "--checkpoint", "@ann.pass");
    CHECK(run.code == 65);
    (void)scratch_file("other.cp", STR("{\"sequence\":1}"));
    run = RUN("record", "verify", "--workspace", "@again", "--checkpoint", "@other.cp");
    CHECK(run.code == 65 && holds(run.words, "checkpoint: \"sequence\" is no member of one"));
    free(second);
}
