// SPDX-License-Identifier: Apache-2.0
#include "record/key.h"

#include <sodium.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "record/doc.h"
#include "record/hex.h"
#include "record/merkle.h"

_Static_assert(KEY_BYTES == crypto_sign_PUBLICKEYBYTES, "Ed25519");
_Static_assert(KEY_BYTES == crypto_sign_SEEDBYTES, "Ed25519"); // NOLINT(misc-redundant-expression)
_Static_assert(SIGNATURE_BYTES == crypto_sign_BYTES, "Ed25519");
_Static_assert(sizeof((KeyFile){0}.salt) == crypto_pwhash_SALTBYTES, "Argon2id");
_Static_assert(sizeof((KeyFile){0}.nonce) == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
               "XChaCha20");
_Static_assert(sizeof((KeyFile){0}.box) == KEY_BYTES + crypto_aead_xchacha20poly1305_ietf_ABYTES,
               "XChaCha20-Poly1305");

struct SigningKey {
    PublicKey public_key;
    Secret secret; // seed and public key, as libsodium keeps them
};

Str key_id(Arena *arena, const PublicKey *key)
{
    Hash hash = hash_of((Str){(const char *)key->at, KEY_BYTES});
    return hex_text(arena, hash.at, KEY_ID_LEN / 2);
}

static SigningKey *key_of_seed(const uint8_t *seed)
{
    SigningKey *key = calloc(1, sizeof *key);
    ASSERT(key != NULL);
    key->secret = secret_open(crypto_sign_SECRETKEYBYTES);
    ASSERT(crypto_sign_seed_keypair(key->public_key.at, key->secret.ptr, seed) == 0);
    return key;
}

SigningKey *key_generate(void)
{
    Secret seed = secret_open(KEY_BYTES);
    randombytes_buf(seed.ptr, seed.len);
    SigningKey *key = key_of_seed(seed.ptr);
    secret_close(&seed);
    return key;
}

void key_close(SigningKey *key)
{
    if (key != NULL) {
        secret_close(&key->secret);
        free(key);
    }
}

const PublicKey *key_public(const SigningKey *key)
{
    return &key->public_key;
}

static void message_of(Buf *out, Str context, Str bytes)
{
    buf_push(out, STR("datumline "));
    buf_push(out, context);
    buf_byte(out, '\n');
    buf_push(out, bytes);
}

Signature key_sign(const SigningKey *key, Str context, Str bytes)
{
    Signature signature;
    Buf message = {0};
    message_of(&message, context, bytes);
    ASSERT(crypto_sign_detached(signature.at, NULL, (const uint8_t *)message.ptr, message.len,
                                key->secret.ptr) == 0);
    buf_free(&message);
    return signature;
}

bool key_verify(const PublicKey *key, Str context, Str bytes, const Signature *signature)
{
    Buf message = {0};
    message_of(&message, context, bytes);
    bool good = crypto_sign_verify_detached(signature->at, (const uint8_t *)message.ptr,
                                            message.len, key->at) == 0;
    buf_free(&message);
    return good;
}

// ---- the file ----

#define FORMAT "datumline-key/1"
#define KDF "argon2id"
#define CIPHER "xchacha20-poly1305"

typedef struct KeyDoc {
    Str format;
    Str kdf;
    Str cipher;
    KeyFile file;
} KeyDoc;

#define MEMBER(text, kind_, member, bytes_)                                                        \
    {                                                                                              \
        .name = STR_INIT(text), .kind = (kind_), .bytes = (bytes_),                                \
        .offset = offsetof(KeyDoc, member)                                                         \
    }

static const DocMember key_members[] = {
    MEMBER("box", DOC_HEX, file.box, KEY_BYTES + 16),
    MEMBER("cipher", DOC_TEXT, cipher, 0),
    MEMBER("format", DOC_TEXT, format, 0),
    MEMBER("id", DOC_TEXT, file.id, 0),
    MEMBER("kdf", DOC_TEXT, kdf, 0),
    MEMBER("memory_bytes", DOC_COUNT, file.cost.memory_bytes, 0),
    MEMBER("nonce", DOC_HEX, file.nonce, 24),
    MEMBER("passes", DOC_COUNT, file.cost.passes, 0),
    MEMBER("public_key", DOC_HEX, file.public_key.at, KEY_BYTES),
    MEMBER("salt", DOC_HEX, file.salt, 16),
};

// All members but the box, or with it.
static Str key_text(Arena *arena, const KeyFile *file, bool with_box)
{
    Buf text = {0};
    JsonOut out = {.buf = &text};
    json_out_object_begin(&out);
    if (with_box) {
        doc_put_hex(&out, STR("box"), file->box, sizeof file->box);
    }
    doc_put_text(&out, STR("cipher"), STR(CIPHER));
    doc_put_text(&out, STR("format"), STR(FORMAT));
    doc_put_text(&out, STR("id"), file->id);
    doc_put_text(&out, STR("kdf"), STR(KDF));
    doc_put_count(&out, STR("memory_bytes"), file->cost.memory_bytes);
    doc_put_hex(&out, STR("nonce"), file->nonce, sizeof file->nonce);
    doc_put_count(&out, STR("passes"), file->cost.passes);
    doc_put_hex(&out, STR("public_key"), file->public_key.at, KEY_BYTES);
    doc_put_hex(&out, STR("salt"), file->salt, sizeof file->salt);
    json_out_object_end(&out);
    Str copy = str_copy(arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

static bool derive(const KeyFile *file, Str passphrase, Secret *ret_key, Err *err)
{
    Secret key = secret_open(crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
    if (crypto_pwhash(key.ptr, key.len, passphrase.len != 0 ? passphrase.ptr : "", passphrase.len,
                      file->salt, file->cost.passes, (size_t)file->cost.memory_bytes,
                      crypto_pwhash_ALG_ARGON2ID13) != 0) {
        secret_close(&key);
        return err_set(err, ERR_LIMIT, (Span){0},
                       "the passphrase needs %llu MiB of memory to be tried, which are not there",
                       (unsigned long long)(file->cost.memory_bytes >> 20));
    }
    *ret_key = key;
    return true;
}

bool key_lock(Arena *arena, const SigningKey *key, Str passphrase, const KeyCost *cost,
              Str *ret_file, Err *err)
{
    KeyFile file = {
        .id = key_id(arena, &key->public_key), .public_key = key->public_key, .cost = *cost};
    randombytes_buf(file.salt, sizeof file.salt);
    randombytes_buf(file.nonce, sizeof file.nonce);
    file.bound = key_text(arena, &file, false);
    Secret box_key = {0};
    TRY(derive(&file, passphrase, &box_key, err));
    ASSERT(box_key.ptr != NULL);
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(file.box, NULL, key->secret.ptr, KEY_BYTES,
                                                     (const uint8_t *)file.bound.ptr,
                                                     file.bound.len, NULL, file.nonce, box_key.ptr);
    secret_close(&box_key);
    *ret_file = key_text(arena, &file, true);
    return true;
}

bool key_file_read(Arena *arena, Str bytes, KeyFile *ret_file, Err *err)
{
    static const char what[] = "private key file";
    const Json *json = NULL;
    KeyDoc doc = {.format = {0}};
    TRY(doc_parse(arena, bytes, what, &json, err));
    TRY(doc_read(json, key_members, COUNTOF(key_members), what, &doc, err));
    if (!str_eq(doc.format, STR(FORMAT)) || !str_eq(doc.kdf, STR(KDF)) ||
        !str_eq(doc.cipher, STR(CIPHER))) {
        return err_set(err, ERR_SCHEMA, (Span){0},
                       "%s: format, kdf and cipher must be " FORMAT ", " KDF " and " CIPHER, what);
    }
    KeyFile *file = &doc.file;
    if (file->cost.passes < crypto_pwhash_argon2id_OPSLIMIT_MIN ||
        file->cost.memory_bytes < crypto_pwhash_argon2id_MEMLIMIT_MIN ||
        file->cost.passes > KEY_COST_MAX.passes ||
        file->cost.memory_bytes > KEY_COST_MAX.memory_bytes) {
        return err_set(err, ERR_LIMIT, (Span){0},
                       "%s: passes must be 1 to %llu and memory_bytes 8192 to %llu", what,
                       (unsigned long long)KEY_COST_MAX.passes,
                       (unsigned long long)KEY_COST_MAX.memory_bytes);
    }
    if (!str_eq(file->id, key_id(arena, &file->public_key))) {
        return err_set(err, ERR_SCHEMA, (Span){0}, "%s: \"id\" is not that of its public key",
                       what);
    }
    file->bound = key_text(arena, file, false);
    *ret_file = *file;
    return true;
}

bool key_unlock(const KeyFile *file, Str passphrase, SigningKey **ret_key, Err *err)
{
    Secret box_key = {0};
    TRY(derive(file, passphrase, &box_key, err));
    ASSERT(box_key.ptr != NULL);
    Secret seed = secret_open(KEY_BYTES);
    bool ok = crypto_aead_xchacha20poly1305_ietf_decrypt(
                  seed.ptr, NULL, NULL, file->box, sizeof file->box,
                  (const uint8_t *)file->bound.ptr, file->bound.len, file->nonce, box_key.ptr) == 0;
    SigningKey *key = ok ? key_of_seed(seed.ptr) : NULL;
    secret_close(&seed);
    secret_close(&box_key);
    if (!ok || memcmp(key->public_key.at, file->public_key.at, KEY_BYTES) != 0) {
        key_close(key);
        return err_set(err, ERR_PERMISSION, (Span){0},
                       "key %.*s does not open: the passphrase is wrong, or its file was altered",
                       STR_ARG(file->id));
    }
    *ret_key = key;
    return true;
}
