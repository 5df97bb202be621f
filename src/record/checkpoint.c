// SPDX-License-Identifier: Apache-2.0
#include "record/checkpoint.h"

#include <stdlib.h>

#include "record/doc.h"
#include "record/hex.h"
#include "record/seal.h"

#define FORMAT "datumline-checkpoint/1"
#define CONTEXT STR("checkpoint 1")

// The sizes below size whose heads are kept, falling.
static uint32_t head_sizes(uint64_t size, uint64_t ret_sizes[CHECKPOINT_HEADS_MAX])
{
    uint32_t count = 0;
    uint64_t distance = 1;
    while (distance < size) {
        ret_sizes[count++] = size - distance;
        distance = distance < CHECKPOINT_DENSE ? distance + 1 : distance * 2;
    }
    return count;
}

static void heads_out(JsonOut *out, const Hash *leaves, uint64_t size)
{
    uint64_t sizes[CHECKPOINT_HEADS_MAX];
    uint32_t left = head_sizes(size, sizes);
    MerkleEdge edge = {.depth = 0};
    json_out_key(out, STR("heads"));
    json_out_object_begin(out);
    for (uint64_t i = 0; left != 0; i++) {
        merkle_push(&edge, &leaves[i]);
        if (sizes[left - 1] == i + 1) {
            Hash head = merkle_head(&edge);
            Buf name = {0};
            buf_u64(&name, i + 1);
            doc_put_hex(out, buf_str(&name), head.at, HASH_BYTES);
            buf_free(&name);
            left--;
        }
    }
    json_out_object_end(out);
}

bool checkpoint_write(Arena *arena, const SigningKey *key, const Hash *leaves, uint64_t size,
                      Ticks time, Str *ret_file, Err *err)
{
    ASSERT(size != 0);
    Buf text = {0};
    JsonOut out = {.buf = &text};
    Hash root = merkle_root(leaves, size);
    json_out_object_begin(&out);
    doc_put_text(&out, STR("by"), key_id(arena, key_public(key)));
    doc_put_text(&out, STR("format"), STR(FORMAT));
    heads_out(&out, leaves, size);
    doc_put_hex(&out, STR("public_key"), key_public(key)->at, KEY_BYTES);
    doc_put_hex(&out, STR("root"), root.at, HASH_BYTES);
    doc_put_count(&out, STR("size"), size);
    doc_put_time(&out, STR("time"), time);
    json_out_object_end(&out);
    Str object = str_copy(arena, buf_str(&text));
    buf_free(&text);
    return seal_sign(arena, key, CONTEXT, object, ret_file, err);
}

// ---- reading ----

typedef struct CheckpointDoc {
    Str format;
    const Json *heads;
    Signature signature;
    Checkpoint checkpoint;
} CheckpointDoc;

#define MEMBER(text, kind_, member, bytes_)                                                        \
    {                                                                                              \
        .name = STR_INIT(text), .kind = (kind_), .bytes = (bytes_),                                \
        .offset = offsetof(CheckpointDoc, member)                                                  \
    }

static const DocMember members[] = {
    MEMBER("by", DOC_TEXT, checkpoint.by, 0),
    MEMBER("format", DOC_TEXT, format, 0),
    MEMBER("heads", DOC_OBJECT, heads, 0),
    MEMBER("public_key", DOC_HEX, checkpoint.public_key.at, KEY_BYTES),
    MEMBER("root", DOC_HEX, checkpoint.root.at, HASH_BYTES),
    MEMBER("signature", DOC_HEX, signature.at, SIGNATURE_BYTES),
    MEMBER("size", DOC_COUNT, checkpoint.size, 0),
    MEMBER("time", DOC_TIME, checkpoint.time, 0),
};

static const char what[] = "checkpoint";

static bool read_size(Str text, uint64_t *ret_size)
{
    uint64_t size = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        TRY(c >= '0' && c <= '9' && !ckd_mul(&size, size, (uint64_t)10) &&
            !ckd_add(&size, size, (uint64_t)(c - '0')));
    }
    *ret_size = size;
    return size != 0 && text.ptr[0] != '0';
}

static int head_cmp(const void *a, const void *b)
{
    const Head *x = a;
    const Head *y = b;
    return (x->size > y->size) - (x->size < y->size);
}

static bool read_heads(Arena *arena, const Json *json, Checkpoint *checkpoint, Err *err)
{
    Head *heads = NEW_ARRAY(arena, Head, json->count + 1U);
    for (uint32_t i = 0; i < json->count; i++) {
        const JsonMember *member = &json->members[i];
        if (!read_size(member->key, &heads[i].size) || heads[i].size >= checkpoint->size ||
            member->value.type != JSON_STRING ||
            !hex_parse(member->value.string, heads[i].root.at, HASH_BYTES)) {
            return err_set(err, ERR_SCHEMA, (Span){0},
                           "%s: \"heads\" must be sizes below \"size\", each with its root", what);
        }
    }
    heads[json->count] = (Head){checkpoint->size, checkpoint->root};
    checkpoint->heads = heads;
    checkpoint->head_count = json->count + 1;
    qsort(heads, checkpoint->head_count, sizeof *heads, head_cmp);
    return true;
}

bool checkpoint_read(Arena *arena, Str bytes, Checkpoint *ret_checkpoint, Err *err)
{
    const Json *json = NULL;
    CheckpointDoc doc = {.format = {0}};
    TRY(doc_parse(arena, bytes, what, &json, err));
    TRY(doc_read(json, members, COUNTOF(members), what, &doc, err));
    Checkpoint *checkpoint = &doc.checkpoint;
    if (!str_eq(doc.format, STR(FORMAT)) || checkpoint->size == 0) {
        return err_set(err, ERR_SCHEMA, (Span){0},
                       "%s: \"format\" must be " FORMAT " and \"size\" at least 1", what);
    }
    TRY(read_heads(arena, doc.heads, checkpoint, err));
    if (!str_eq(checkpoint->by, key_id(arena, &checkpoint->public_key))) {
        return err_set(err, ERR_SCHEMA, (Span){0}, "%s: \"by\" is not the id of its public key",
                       what);
    }
    if (!seal_holds(arena, json, CONTEXT, &checkpoint->public_key)) {
        return err_set(err, ERR_SCHEMA, (Span){0},
                       "%s: its signature does not hold: this file was altered; take another copy",
                       what);
    }
    *ret_checkpoint = *checkpoint;
    return true;
}
