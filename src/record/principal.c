// SPDX-License-Identifier: Apache-2.0
#include "record/principal.h"

#include <string.h>

#include "base/utf8.h"
#include "record/doc.h"
#include "record/seal.h"

#define FORMAT "datumline-principal/1"
#define CONTEXT STR("principal 1")

static const Str role_names[] = {
#define X(name, text) STR_INIT(text),
    ROLES(X)
#undef X
};

Str role_name(Role role)
{
    ASSERT(role < ROLE_COUNT);
    return role_names[role];
}

bool roles_add(Roles *roles, Str name, Err *err)
{
#define X(name, text) " " text
    static const char all[] = ROLES(X);
#undef X
    for (unsigned i = 0; i < COUNTOF(role_names); i++) {
        if (str_eq(role_names[i], name)) {
            *roles |= (Roles)1 << i;
            return true;
        }
    }
    return err_set(err, ERR_SCHEMA, (Span){0}, "there is no role \"%.*s\"; there are:%s",
                   (int)(name.len < 40 ? name.len : 40), name.ptr != NULL ? name.ptr : "", all);
}

bool roles_read(const Json *texts, Roles *ret_roles, Err *err)
{
    Roles roles = 0;
    for (uint32_t i = 0; i < texts->count; i++) {
        TRY(roles_add(&roles, texts->items[i].string, err));
    }
    *ret_roles = roles;
    return true;
}

static void roles_out(JsonOut *out, Roles roles)
{
    json_out_key(out, STR("roles"));
    json_out_array_begin(out);
    for (unsigned i = 0; i < ROLE_COUNT; i++) {
        if ((roles >> i & 1) != 0) {
            json_out_str(out, role_names[i]);
        }
    }
    json_out_array_end(out);
}

Str roles_text(Arena *arena, Roles roles)
{
    Buf text = {0};
    for (unsigned i = 0; i < ROLE_COUNT; i++) {
        if ((roles >> i & 1) != 0) {
            buf_push(&text, text.len != 0 ? STR(", ") : (Str){0});
            buf_push(&text, role_names[i]);
        }
    }
    Str copy = str_copy(arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

bool text_is_plain(Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c < 0x20 || c == 0x7f) {
            return false;
        }
    }
    return utf8_valid_len(text) == text.len;
}

static bool check_name(Str name, Err *err)
{
    if (name.len == 0 || name.len > PRINCIPAL_NAME_BYTES_MAX || !text_is_plain(name)) {
        return err_set(err, ERR_SCHEMA, (Span){0},
                       "a principal's name must have 1 to %d bytes of text without control "
                       "characters",
                       PRINCIPAL_NAME_BYTES_MAX);
    }
    return true;
}

// ---- the document ----

typedef struct PrincipalDoc {
    Str format;
    const Json *roles;
    Signature signature;
    Principal principal;
} PrincipalDoc;

#define MEMBER(text, kind_, member, bytes_, optional_)                                             \
    {                                                                                              \
        .name = STR_INIT(text), .kind = (kind_), .optional = (optional_), .bytes = (bytes_),       \
        .offset = offsetof(PrincipalDoc, member)                                                   \
    }

static const DocMember members[] = {
    MEMBER("created", DOC_TIME, principal.created, 0, false),
    MEMBER("expires", DOC_TIME, principal.expires, 0, true),
    MEMBER("format", DOC_TEXT, format, 0, false),
    MEMBER("id", DOC_TEXT, principal.id, 0, false),
    MEMBER("name", DOC_TEXT, principal.name, 0, false),
    MEMBER("public_key", DOC_HEX, principal.public_key.at, KEY_BYTES, false),
    MEMBER("roles", DOC_TEXTS, roles, 0, false),
    MEMBER("signature", DOC_HEX, signature.at, SIGNATURE_BYTES, false),
};

static void own_members(JsonOut *out, const Principal *principal)
{
    doc_put_text(out, STR("id"), principal->id);
    doc_put_text(out, STR("name"), principal->name);
    roles_out(out, principal->roles);
    doc_put_hex(out, STR("public_key"), principal->public_key.at, KEY_BYTES);
    doc_put_time(out, STR("created"), principal->created);
    doc_put_time(out, STR("expires"), principal->expires);
}

bool principal_write(Arena *arena, const SigningKey *key, Principal *principal, Str *ret_document,
                     Err *err)
{
    TRY(check_name(principal->name, err));
    principal->public_key = *key_public(key);
    principal->id = key_id(arena, key_public(key));
    Buf text = {0};
    JsonOut out = {.buf = &text};
    json_out_object_begin(&out);
    own_members(&out, principal);
    doc_put_text(&out, STR("format"), STR(FORMAT));
    json_out_object_end(&out);
    Str object = str_copy(arena, buf_str(&text)); // the sealed tree borrows from it
    buf_free(&text);
    TRY(seal_sign(arena, key, CONTEXT, object, ret_document, err));
    principal->document = hash_of(*ret_document);
    return true;
}

bool principal_read(Arena *arena, Str bytes, Principal *ret_principal, Err *err)
{
    static const char what[] = "principal";
    const Json *json = NULL;
    PrincipalDoc doc = {.format = {0}};
    TRY(doc_parse(arena, bytes, what, &json, err));
    TRY(doc_read(json, members, COUNTOF(members), what, &doc, err));
    Principal *principal = &doc.principal;
    if (!str_eq(doc.format, STR(FORMAT))) {
        return err_set(err, ERR_SCHEMA, (Span){0}, "%s: \"format\" must be " FORMAT, what);
    }
    TRY(check_name(principal->name, err) && roles_read(doc.roles, &principal->roles, err));
    if (!str_eq(principal->id, key_id(arena, &principal->public_key))) {
        return err_set(err, ERR_SCHEMA, (Span){0}, "%s: \"id\" is not that of its public key",
                       what);
    }
    if (!seal_holds(arena, json, CONTEXT, &principal->public_key)) {
        return err_set(err, ERR_SCHEMA, (Span){0},
                       "%s: the signature does not hold: it was altered after its key signed it",
                       what);
    }
    Str canonical = {0};
    TRY(doc_canonical(arena, json, &canonical, err));
    principal->document = hash_of(canonical);
    *ret_principal = *principal;
    return true;
}

static void act_out(JsonOut *out, Str name, Ticks time, Str by, Str reason)
{
    if (time != 0) {
        json_out_key(out, name);
        json_out_object_begin(out);
        doc_put_text(out, STR("by"), by);
        doc_put_text(out, STR("reason"), reason);
        doc_put_time(out, STR("time"), time);
        json_out_object_end(out);
    }
}

void principal_out(JsonOut *out, const Principal *principal)
{
    json_out_object_begin(out);
    own_members(out, principal);
    act_out(out, STR("trusted"), principal->trusted, principal->trusted_by, (Str){0});
    act_out(out, STR("revoked"), principal->revoked, principal->revoked_by, principal->reason);
    json_out_object_end(out);
}
