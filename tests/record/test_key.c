// SPDX-License-Identifier: Apache-2.0
// Keys: made, locked, opened; wrong passphrases; every altered byte of a key file; passphrases.
#include "record/key.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "host/scratch.h"
#include "record/room.h"
#include "t.h"

// The cheapest that Argon2id allows: what is tested is not how long it takes.
static const KeyCost cheap = {.passes = 1, .memory_bytes = 8192};

static bool holds(const Err *err, const char *part)
{
    return str_find(str_from_cstr(err->text), str_from_cstr(part)) != NULL;
}

TEST(a_wrong_passphrase_opens_nothing)
{
    static const char *const rows[] = {"", "correct hors", "correct horsE", "correct horse "};
    Arena arena;
    Err err = {0};
    Str file = {0};
    KeyFile read;
    arena_init(&arena, 1 << 24);
    SigningKey *key = key_generate();
    CHECK(key_lock(&arena, key, STR("correct horse"), &cheap, &file, anew(&err)));
    CHECK(key_file_read(&arena, file, &read, anew(&err)));
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        SigningKey *other = NULL;
        CHECK_ROW(rows[i], !key_unlock(&read, str_from_cstr(rows[i]), &other, anew(&err)));
        CHECK_ROW(rows[i], other == NULL && err.kind == ERR_PERMISSION &&
                               holds(&err, "the passphrase is wrong, or its file was altered"));
    }
    SigningKey *same = NULL;
    CHECK(key_unlock(&read, STR("correct horse"), &same, anew(&err)));
    Signature signature = key_sign(same, STR("test"), STR("bytes"));
    CHECK(key_verify(key_public(key), STR("test"), STR("bytes"), &signature));
    key_close(same);
    key_close(key);
    arena_free(&arena);
}

TEST(a_signature_holds_for_its_words_and_purpose_only)
{
    SigningKey *key = key_generate();
    SigningKey *other = key_generate();
    Signature signature = key_sign(key, STR("record entry 1"), STR("words"));
    CHECK(!key_verify(key_public(key), STR("checkpoint 1"), STR("words"), &signature));
    CHECK(!key_verify(key_public(key), STR("record entry 1"), STR("word"), &signature));
    CHECK(!key_verify(key_public(other), STR("record entry 1"), STR("words"), &signature));
    for (size_t i = 0; i < SIGNATURE_BYTES; i++) {
        Signature bent = signature;
        bent.at[i] ^= 0x10;
        CHECK(!key_verify(key_public(key), STR("record entry 1"), STR("words"), &bent));
    }
    CHECK(key_verify(key_public(key), STR("record entry 1"), STR("words"), &signature));
    key_close(key);
    key_close(other);
}

// Whatever byte changes: refused when read, or it does not open.
TEST(an_altered_key_file_does_not_open)
{
    Arena arena;
    Err err = {0};
    Str file = {0};
    arena_init(&arena, 1 << 26);
    SigningKey *key = key_generate();
    CHECK(key_lock(&arena, key, STR("correct horse"), &cheap, &file, anew(&err)));
    char *bytes = NEW_ARRAY(&arena, char, file.len);
    uint32_t opened = 0;
    for (size_t i = 0; i < file.len; i++) {
        memcpy(bytes, file.ptr, file.len);
        bytes[i] = (char)(bytes[i] ^ 1);
        KeyFile read;
        SigningKey *same = NULL;
        ArenaMark mark = arena_mark(&arena);
        if (key_file_read(&arena, (Str){bytes, file.len}, &read, anew(&err)) &&
            read.cost.memory_bytes < 1 << 20 &&
            key_unlock(&read, STR("correct horse"), &same, anew(&err))) {
            opened++;
            key_close(same);
        }
        arena_rewind(&arena, mark);
    }
    CHECK(opened == 0);
    key_close(key);
    arena_free(&arena);
}

TEST(what_is_no_key_file_is_named)
{
    static const char start[] =
        "{\"box\":\"000000000000000000000000000000000000000000000000000000000000000000000000000000"
        "000000000000000000\",\"cipher\":\"xchacha20-poly1305\",\"format\":\"datumline-key/1\","
        "\"id\":\"66687aadf862bd776c8fc18b8e9f8e20\",\"kdf\":\"argon2id\",";
    static const char rest[] =
        ",\"nonce\":\"000000000000000000000000000000000000000000000000\","
        "\"public_key\":\"0000000000000000000000000000000000000000000000000000000000000000\","
        "\"salt\":\"00000000000000000000000000000000\"}";
    static const struct {
        const char *row;
        const char *cost;
        ErrKind kind; // ERR_NONE = read
        const char *text;
    } rows[] = {
        {"no passes", "\"memory_bytes\":8192", ERR_SCHEMA, "\"passes\" is missing"},
        {"no number", "\"memory_bytes\":\"1\",\"passes\":1", ERR_SCHEMA, "must be a whole number"},
        {"no memory", "\"memory_bytes\":1,\"passes\":1", ERR_LIMIT, "memory_bytes 8192 to"},
        {"too much", "\"memory_bytes\":1073741825,\"passes\":1", ERR_LIMIT, "memory_bytes 8192 to"},
        {"too long", "\"memory_bytes\":8192,\"passes\":17", ERR_LIMIT, "passes must be 1 to 16"},
        {"twice", "\"memory_bytes\":8192,\"passes\":1,\"passes\":1", ERR_SCHEMA, "twice"},
        {"unknown", "\"memory_bytes\":8192,\"passes\":1,\"x\":1", ERR_SCHEMA,
         "\"x\" is no member of one"},
        {"at the limit", "\"memory_bytes\":1073741824,\"passes\":16", ERR_NONE, ""},
    };
    Arena arena;
    arena_init(&arena, 1 << 24);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Buf text = {0};
        KeyFile read;
        Err err = {0};
        buf_printf(&text, "%s%s%s", start, rows[i].cost, rest);
        bool ok = key_file_read(&arena, buf_str(&text), &read, anew(&err));
        CHECK_ROW(rows[i].row, ok == (rows[i].kind == ERR_NONE));
        CHECK_ROW(rows[i].row, ok || (err.kind == rows[i].kind && holds(&err, rows[i].text)));
        buf_free(&text);
    }
    arena_free(&arena);
}

// ---- passphrases ----

TEST(passphrases_from_files)
{
    char long_line[PASSPHRASE_BYTES_MAX + 2];
    memset(long_line, 'x', sizeof long_line);
    static const struct {
        const char *row;
        Str bytes;
        bool is_new;
        const char *error; // NULL = read
        Str want;
    } rows[] = {
        {"empty", STR_INIT(""), false, "the passphrase is empty", STR_INIT("")},
        {"empty line", STR_INIT("\nnext\n"), false, "the passphrase is empty", STR_INIT("")},
        {"short and new", STR_INIT("1234567\n"), true, "needs at least 8", STR_INIT("")},
        {"short, not new", STR_INIT("1234567\n"), false, NULL, STR_INIT("1234567")},
        {"just enough", STR_INIT("12345678"), true, NULL, STR_INIT("12345678")},
        {"first line", STR_INIT("correct horse\r\nmore\n"), true, NULL, STR_INIT("correct horse")},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        PassphraseSource source = {
            .file = scratch_file("pass", rows[i].bytes), .fd = -1, .is_new = rows[i].is_new};
        Secret secret = {0};
        Err err = {0};
        bool ok = passphrase_read(&source, "", &secret, anew(&err));
        CHECK_ROW(rows[i].row, ok == (rows[i].error == NULL));
        CHECK_ROW(rows[i].row, ok || holds(&err, rows[i].error));
        CHECK_ROW(rows[i].row,
                  !ok || str_eq((Str){(const char *)secret.ptr, secret.len}, rows[i].want));
        secret_close(&secret);
    }
    for (size_t past = 0; past < 2; past++) {
        PassphraseSource source = {
            .file = scratch_file("pass", (Str){long_line, PASSPHRASE_BYTES_MAX + past}), .fd = -1};
        Secret secret = {0};
        Err err = {0};
        CHECK(passphrase_read(&source, "", &secret, anew(&err)) == (past == 0));
        CHECK(past == 0 || err.kind == ERR_LIMIT);
        secret_close(&secret);
    }
}

TEST(a_descriptor_is_read_to_the_end_of_its_line)
{
    int ends[2];
    char rest[16] = {0};
    ASSERT(pipe(ends) == 0);
    CHECK(write(ends[1], "pass phrase\nrest", 16) == 16);
    PassphraseSource source = {.fd = ends[0]};
    Secret secret = {0};
    Err err = {0};
    CHECK(passphrase_read(&source, "", &secret, anew(&err)) && secret.len == 11);
    CHECK(read(ends[0], rest, sizeof rest) == 4 && memcmp(rest, "rest", 4) == 0);
    secret_close(&secret);
    source = (PassphraseSource){.file = STR("/nonexistent/pass"), .fd = -1};
    CHECK(!passphrase_read(&source, "", &secret, anew(&err)) && err.kind == ERR_NO_INPUT);
    (void)close(ends[0]);
    (void)close(ends[1]);
}

// ---- principals ----

TEST(a_principal_document_is_what_its_key_signed)
{
    Room room;
    room_open(&room);
    Err err = {0};
    Str document = {0};
    Principal read;
    Principal made = {
        .name = STR("Zo\xC3\xAB"), .roles = 5, .created = room.now, .expires = room.now};
    CHECK(principal_write(&room.arena, room.ann, &made, &document, anew(&err)));
    CHECK(principal_read(&room.arena, document, &read, anew(&err)));
    CHECK(str_eq(read.id, made.id) && str_eq(read.name, made.name) && read.roles == 5);
    CHECK(read.created == made.created && read.expires == made.expires);
    CHECK(hash_eq(&read.document, &made.document));
    char *bytes = NEW_ARRAY(&room.arena, char, document.len);
    for (size_t i = 0; i < document.len; i++) {
        memcpy(bytes, document.ptr, document.len);
        bytes[i] = (char)(bytes[i] ^ 1);
        CHECK(!principal_read(&room.arena, (Str){bytes, document.len}, &read, anew(&err)));
    }
    static const Str bad_names[] = {STR_INIT(""), STR_INIT("a\nb"), STR_INIT("\xff")};
    for (size_t i = 0; i < COUNTOF(bad_names); i++) {
        made.name = bad_names[i];
        CHECK(!principal_write(&room.arena, room.ann, &made, &document, anew(&err)));
    }
    room_close(&room);
}

TEST(roles_have_names)
{
    Roles roles = 0;
    Err err = {0};
    CHECK(!roles_add(&roles, STR("king"), anew(&err)) &&
          holds(&err, "there are: owner business-approver"));
    CHECK(roles_add(&roles, STR("auditor"), anew(&err)) && roles == roles_of(ROLE_AUDITOR));
}
