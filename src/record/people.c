// SPDX-License-Identifier: Apache-2.0
#include "record/people.h"

#include <string.h>

#include "record/doc.h"
#include "record/hex.h"

void people_init(People *people, Arena *arena)
{
    enum { CAP_FIRST = 16 };
    *people = (People){.arena = arena, .cap = CAP_FIRST};
    people->at = NEW_ARRAY(arena, Principal, CAP_FIRST);
    map_init(&people->by_id, arena, MAP_EXACT);
}

const Principal *people_find(const People *people, Str id)
{
    uint32_t index = map_find(&people->by_id, id);
    return index == MAP_NONE ? NULL : &people->at[index];
}

static bool fits(const Principal *principal, Str text, bool by_name)
{
    enum { PREFIX_MIN = 4 };
    return by_name ? str_eq(principal->name, text)
                   : text.len >= PREFIX_MIN && str_starts(principal->id, text);
}

bool people_look_up(const People *people, Str text, const Principal **ret_principal, Err *err)
{
    const Principal *found = people_find(people, text);
    int shown = (int)(text.len < 64 ? text.len : 64);
    ASSERT(people->at != NULL); // people_init
    for (unsigned by_name = 2; found == NULL && by_name-- != 0;) {
        uint32_t count = 0;
        for (uint32_t i = 0; i < people->count; i++) {
            if (fits(&people->at[i], text, by_name == 1)) {
                found = &people->at[i];
                count++;
            }
        }
        if (count > 1) {
            return err_set(err, ERR_NO_INPUT, (Span){0},
                           "\"%.*s\" fits several principals; give the whole id: datum key show",
                           shown, text.ptr);
        }
    }
    if (found == NULL) {
        return err_set(err, ERR_NO_INPUT, (Span){0},
                       "the record trusts nobody called \"%.*s\"; datum key show lists who it does",
                       shown, text.ptr != NULL ? text.ptr : "");
    }
    *ret_principal = found;
    return true;
}

static bool refuse(Err *err, Str id, const char *what, Ticks time, const char *way_out)
{
    Buf text = {0};
    if (time != 0) {
        buf_push(&text, STR(" on "));
        ticks_print(&text, time);
    }
    (void)err_set(err, ERR_PERMISSION, (Span){0}, "key %.*s %s%.*s; %s",
                  (int)(id.len < 64 ? id.len : 64), id.ptr, what, STR_ARG(buf_str(&text)), way_out);
    buf_free(&text);
    return false;
}

bool people_may_sign(const Principal *principal, Str id, Ticks time, Err *err)
{
    if (principal == NULL) {
        return refuse(err, id, "is not trusted in this workspace", 0,
                      "an owner trusts it: datum key trust");
    }
    if (principal->revoked != 0) {
        return refuse(err, id, "was revoked", principal->revoked,
                      "make a new one: datum key new, and have an owner trust it");
    }
    if (principal->expires != 0 && time >= principal->expires) {
        return refuse(err, id, "expired", principal->expires,
                      "make a new one: datum key new, and have an owner trust it");
    }
    return true;
}

// ---- what entries say ----

typedef struct TrustDetail {
    Ticks created;
    Ticks expires;
    Str name;
    PublicKey public_key;
    const Json *roles;
} TrustDetail;

#define MEMBER(text, kind_, member, bytes_, optional_)                                             \
    {                                                                                              \
        .name = STR_INIT(text), .kind = (kind_), .optional = (optional_), .bytes = (bytes_),       \
        .offset = offsetof(TrustDetail, member)                                                    \
    }

static const DocMember trust_members[] = {
    MEMBER("created", DOC_TIME, created, 0, false),
    MEMBER("expires", DOC_TIME, expires, 0, true),
    MEMBER("name", DOC_TEXT, name, 0, false),
    MEMBER("public_key", DOC_HEX, public_key.at, KEY_BYTES, false),
    MEMBER("roles", DOC_TEXTS, roles, 0, false),
};

// Strings are borrowed from the entry.
static bool read_trust(Arena *arena, const Entry *entry, Principal *ret_principal, Err *err)
{
    TrustDetail detail = {.created = 0};
    Principal principal = {.id = entry->subject,
                           .document = entry->after,
                           .trusted_by = entry->who,
                           .trusted = entry->time};
    TRY(doc_read(entry->detail, trust_members, COUNTOF(trust_members), "detail", &detail, err));
    TRY(roles_read(detail.roles, &principal.roles, err));
    if (!entry->has_after || !str_eq(entry->subject, key_id(arena, &detail.public_key))) {
        return err_set(err, ERR_SCHEMA, (Span){0},
                       "it must have \"after\", and the id of its public key as subject");
    }
    principal.name = detail.name;
    principal.created = detail.created;
    principal.expires = detail.expires;
    principal.public_key = detail.public_key;
    *ret_principal = principal;
    return true;
}

const Principal *people_signer(const People *people, const Entry *entry, Principal *ret_founder)
{
    if (people->count != 0) {
        return people_find(people, entry->who);
    }
    // The first entry brings its own key; what follows leads back to it.
    Err err = {0};
    bool founds = str_eq(entry->what, WHAT_TRUST) && str_eq(entry->who, entry->subject) &&
                  read_trust(people->arena, entry, ret_founder, &err);
    return founds ? ret_founder : NULL;
}

// Owners who could still act at that time, without this one.
static uint32_t count_owners_but(const People *people, Str id, Ticks time)
{
    uint32_t owners = 0;
    for (uint32_t i = 0; i < people->count; i++) {
        const Principal *one = &people->at[i];
        bool acts = one->revoked == 0 && (one->expires == 0 || time < one->expires);
        bool owns = (one->roles & roles_of(ROLE_OWNER)) != 0;
        owners += acts && owns && !str_eq(one->id, id) ? 1U : 0U;
    }
    return owners;
}

static bool no_owner_left(Err *err)
{
    return err_set(err, ERR_PERMISSION, (Span){0},
                   "that would leave the workspace without an owner; trust another owner first");
}

static bool is_owner(const People *people, Str id)
{
    const Principal *one = people_find(people, id);
    return one != NULL && (one->roles & roles_of(ROLE_OWNER)) != 0;
}

static void put(People *people, const Principal *principal)
{
    Principal copy = *principal;
    copy.id = str_copy(people->arena, principal->id);
    copy.name = str_copy(people->arena, principal->name);
    copy.trusted_by = str_copy(people->arena, principal->trusted_by);
    uint32_t index = map_find(&people->by_id, copy.id);
    ASSERT(people->at != NULL); // people_init
    if (index != MAP_NONE) {
        people->at[index] = copy;
        return;
    }
    if (people->count == people->cap) {
        people->cap *= 2;
        Principal *grown = NEW_ARRAY(people->arena, Principal, people->cap);
        memcpy(grown, people->at, people->count * sizeof *grown);
        people->at = grown;
    }
    (void)map_put(&people->by_id, copy.id, people->count);
    people->at[people->count++] = copy;
}

static bool apply_trust(People *people, const Entry *entry, Err *err)
{
    Principal principal = {.id = {0}};
    TRY(read_trust(people->arena, entry, &principal, err));
    bool owns = (principal.roles & roles_of(ROLE_OWNER)) != 0;
    const Principal *before = people_find(people, principal.id);
    if (people->count == 0 ? !owns || !str_eq(entry->who, entry->subject)
                           : !is_owner(people, entry->who)) {
        return err_set(err, ERR_PERMISSION, (Span){0},
                       "only an owner may say whom the workspace trusts");
    }
    if (before != NULL && before->revoked != 0) {
        return err_set(err, ERR_PERMISSION, (Span){0},
                       "key %.*s was revoked and cannot be trusted again; make a new one",
                       STR_ARG(before->id));
    }
    if (!owns && count_owners_but(people, principal.id, entry->time) == 0) {
        return no_owner_left(err);
    }
    put(people, &principal);
    return true;
}

static bool apply_revoke(People *people, const Entry *entry, Err *err)
{
    uint32_t index = map_find(&people->by_id, entry->subject);
    if (index == MAP_NONE || people->at[index].revoked != 0) {
        return err_set(err, ERR_SCHEMA, (Span){0}, "key %.*s is not trusted, so nothing to revoke",
                       (int)(entry->subject.len < 64 ? entry->subject.len : 64),
                       entry->subject.ptr);
    }
    if (!is_owner(people, entry->who) && !str_eq(entry->who, entry->subject)) {
        return err_set(err, ERR_PERMISSION, (Span){0},
                       "only an owner may revoke the key of somebody else");
    }
    if (count_owners_but(people, entry->subject, entry->time) == 0) {
        return no_owner_left(err);
    }
    Principal *principal = &people->at[index];
    principal->revoked = entry->time;
    principal->revoked_by = str_copy(people->arena, entry->who);
    principal->reason = str_copy(people->arena, json_find_str(entry->detail, STR("reason")));
    return true;
}

bool people_apply(People *people, const Entry *entry, Err *err)
{
    if (str_eq(entry->what, WHAT_TRUST)) {
        return apply_trust(people, entry, err);
    }
    return !str_eq(entry->what, WHAT_REVOKE) || apply_revoke(people, entry, err);
}

// ---- entries that change the list ----

EntryNew people_trust_entry(Arena *arena, const People *people, const Principal *principal,
                            EntryField fields[TRUST_FIELDS])
{
    Str *roles = NEW_ARRAY(arena, Str, ROLE_COUNT);
    uint32_t role_count = 0;
    for (unsigned i = 0; i < ROLE_COUNT; i++) {
        if ((principal->roles >> i & 1) != 0) {
            roles[role_count++] = role_name((Role)i);
        }
    }
    const Principal *before = people_find(people, principal->id);
    fields[0] =
        (EntryField){.name = STR("created"), .kind = FIELD_TIME, .time = principal->created};
    fields[1] =
        (EntryField){.name = STR("expires"), .kind = FIELD_TIME, .time = principal->expires};
    fields[2] = (EntryField){.name = STR("name"), .kind = FIELD_TEXT, .text = principal->name};
    fields[3] = (EntryField){
        .name = STR("public_key"),
        .kind = FIELD_TEXT,
        .text = hex_text(arena, principal->public_key.at, KEY_BYTES),
    };
    fields[4] =
        (EntryField){.name = STR("roles"), .kind = FIELD_TEXTS, .texts = {roles, role_count}};
    return (EntryNew){
        .what = WHAT_TRUST,
        .subject = principal->id,
        .before = before != NULL ? &before->document : NULL,
        .after = &principal->document,
        .fields = fields,
        .field_count = TRUST_FIELDS,
    };
}

EntryNew people_revoke_entry(const Principal *principal, Str reason,
                             EntryField fields[REVOKE_FIELDS])
{
    fields[0] = (EntryField){.name = STR("reason"), .kind = FIELD_TEXT, .text = reason};
    return (EntryNew){
        .what = WHAT_REVOKE,
        .subject = principal->id,
        .before = &principal->document,
        .fields = fields,
        .field_count = REVOKE_FIELDS,
    };
}
