// SPDX-License-Identifier: Apache-2.0
#include "record/seal.h"

#include "record/doc.h"
#include "record/hex.h"

static const Str signature_name = STR_INIT("signature");

bool seal_sign_json(Arena *arena, const SigningKey *key, Str context, const Json *json,
                    const Json **ret_json, Str *ret_sealed, Err *err)
{
    Str plain = {0};
    TRY(doc_canonical(arena, json, &plain, err));
    Signature signature = key_sign(key, context, plain);
    JsonMember *members = NEW_ARRAY(arena, JsonMember, json->count + 1U);
    for (uint32_t i = 0; i < json->count; i++) {
        ASSERT(!str_eq(json->members[i].key, signature_name));
        members[i] = json->members[i];
    }
    members[json->count] =
        (JsonMember){.key = signature_name,
                     .value = json_string(hex_text(arena, signature.at, SIGNATURE_BYTES))};
    Json *sealed = NEW(arena, Json);
    *sealed = (Json){.type = JSON_OBJECT, .count = json->count + 1, .members = members};
    *ret_json = sealed;
    return doc_canonical(arena, sealed, ret_sealed, err);
}

bool seal_sign(Arena *arena, const SigningKey *key, Str context, Str object, Str *ret_sealed,
               Err *err)
{
    const Json *json = NULL;
    const Json *sealed = NULL;
    return doc_parse(arena, object, "the document to sign", &json, err) &&
           seal_sign_json(arena, key, context, json, &sealed, ret_sealed, err);
}

bool seal_holds(Arena *arena, const Json *object, Str context, const PublicKey *key)
{
    Signature signature;
    TRY(hex_parse(json_find_str(object, signature_name), signature.at, SIGNATURE_BYTES));
    JsonMember *members = NEW_ARRAY(arena, JsonMember, object->count + 1U);
    uint32_t count = 0;
    for (uint32_t i = 0; i < object->count; i++) {
        if (!str_eq(object->members[i].key, signature_name)) {
            members[count++] = object->members[i];
        }
    }
    Json plain = {.type = JSON_OBJECT, .count = count, .members = members};
    Str text = {0};
    Err err = {0};
    return doc_canonical(arena, &plain, &text, &err) && key_verify(key, context, text, &signature);
}
