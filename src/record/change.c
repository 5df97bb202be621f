// SPDX-License-Identifier: Apache-2.0
#include "record/change.h"

#include <stddef.h>

#include "record/doc.h"
#include "record/hex.h"
#include "record/seal.h"
#include "json/read.h"

#define MEMBER(text, kind_, member, bytes_, optional_)                                             \
    {                                                                                              \
        .name = STR_INIT(text), .kind = (kind_), .optional = (optional_), .bytes = (bytes_),       \
        .offset = offsetof(Paper, member)                                                          \
    }
#define COMMON                                                                                     \
    MEMBER("baseline", DOC_TEXT, baseline, 0, false),                                              \
        MEMBER("number", DOC_COUNT, number, 0, false), MEMBER("time", DOC_TIME, time, 0, false),   \
        MEMBER("who", DOC_TEXT, who, 0, false)

static const DocMember proposal_members[] = {
    COMMON,
    MEMBER("digest", DOC_HEX, digest.at, HASH_BYTES, false),
    MEMBER("effective", DOC_TIME, effective, 0, false),
    MEMBER("reason", DOC_TEXT, reason, 0, false),
    MEMBER("version", DOC_TEXT, version, 0, false),
    MEMBER("reference", DOC_OBJECT, reference, 0, true),
    MEMBER("from", DOC_OBJECT, from, 0, true),
    MEMBER("files", DOC_OBJECT, files, 0, false),
    MEMBER("words", DOC_TEXTS, words, 0, false),
    MEMBER("difference", DOC_ARRAY, difference, 0, false),
};

static const DocMember review_members[] = {
    COMMON,
    MEMBER("of", DOC_HEX, of.at, HASH_BYTES, false),
    MEMBER("verdict", DOC_TEXT, verdict, 0, false),
    MEMBER("comment", DOC_TEXT, comment, 0, true),
};

static const DocMember approval_members[] = {
    COMMON,
    MEMBER("of", DOC_HEX, of.at, HASH_BYTES, false),
    MEMBER("digest", DOC_HEX, digest.at, HASH_BYTES, false),
    MEMBER("comment", DOC_TEXT, comment, 0, true),
};

static const DocMember release_members[] = {
    COMMON,
    MEMBER("digest", DOC_HEX, digest.at, HASH_BYTES, false),
    MEMBER("effective", DOC_TIME, effective, 0, false),
    MEMBER("version", DOC_TEXT, version, 0, false),
    MEMBER("content", DOC_OBJECT, content, 0, false),
    MEMBER("proposal", DOC_OBJECT, proposal, 0, false),
    MEMBER("approvals", DOC_ARRAY, approvals, 0, false),
    MEMBER("reviews", DOC_ARRAY, reviews, 0, false),
    MEMBER("signers", DOC_OBJECT, signers, 0, false),
};

static const DocMember retirement_members[] = {
    COMMON,
    MEMBER("of", DOC_HEX, of.at, HASH_BYTES, false),
    MEMBER("reason", DOC_TEXT, reason, 0, false),
};

static const struct {
    const char *name;
    Str format;
    Str context; // what a signature is for
    const DocMember *members;
    size_t count;
} forms[PAPER_COUNT] = {
    [PAPER_PROPOSAL] = {"proposal", STR_INIT("datumline-proposal/1"),
                        STR_INIT("baseline proposal 1"), proposal_members,
                        COUNTOF(proposal_members)},
    [PAPER_REVIEW] = {"review", STR_INIT("datumline-review/1"), STR_INIT("baseline review 1"),
                      review_members, COUNTOF(review_members)},
    [PAPER_APPROVAL] = {"approval", STR_INIT("datumline-approval/1"),
                        STR_INIT("baseline approval 1"), approval_members,
                        COUNTOF(approval_members)},
    [PAPER_RELEASE] = {"release", STR_INIT("datumline-release/1"), STR_INIT("baseline release 1"),
                       release_members, COUNTOF(release_members)},
    [PAPER_RETIREMENT] = {"retirement", STR_INIT("datumline-retirement/1"),
                          STR_INIT("baseline retirement 1"), retirement_members,
                          COUNTOF(retirement_members)},
};

const char *paper_name(PaperKind kind)
{
    ASSERT(kind < PAPER_COUNT);
    return forms[kind].name;
}

// ---- writing ----

bool paper_sign(Arena *arena, const SigningKey *key, PaperKind kind, Paper *paper, Str *ret_text,
                Err *err)
{
    ASSERT(kind < PAPER_COUNT);
    paper->kind = kind;
    paper->who = key_id(arena, key_public(key));
    Buf text = {0};
    JsonOut out = {.buf = &text};
    json_out_object_begin(&out);
    doc_put_text(&out, STR("format"), forms[kind].format);
    doc_write(&out, forms[kind].members, forms[kind].count, paper);
    json_out_object_end(&out);
    const Json *json = NULL;
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    bool ok = json_read_data(arena, str_copy(arena, buf_str(&text)), &limits, &json, err);
    buf_free(&text);
    TRY(ok && seal_sign_json(arena, key, forms[kind].context, json, &paper->json, ret_text, err));
    paper->hash = hash_of(*ret_text);
    return true;
}

// ---- reading ----

static const Str format_name = STR_INIT("format");
static const Str signature_name = STR_INIT("signature");

// The members of the table: the form and the signature stand beside them.
static const Json *without_frame(Arena *arena, const Json *json)
{
    JsonMember *members = NEW_ARRAY(arena, JsonMember, json->count + 1U);
    uint32_t count = 0;
    for (uint32_t i = 0; i < json->count; i++) {
        Str key = json->members[i].key;
        if (!str_eq(key, format_name) && !str_eq(key, signature_name)) {
            members[count++] = json->members[i];
        }
    }
    Json *plain = NEW(arena, Json);
    *plain = (Json){.type = JSON_OBJECT, .count = count, .members = members};
    return plain;
}

static bool decode(Arena *arena, const Json *json, PaperKind kind, Paper *ret_paper, Err *err)
{
    const char *name = forms[kind].name;
    Str format = json_find_str(json, format_name);
    if (!json_is(json, JSON_OBJECT) || !str_eq(format, forms[kind].format)) {
        return err_set(err, ERR_SCHEMA, (Span){0}, "it is no %s: \"format\" must be \"%.*s\"", name,
                       STR_ARG(forms[kind].format));
    }
    Paper paper = {.kind = kind, .json = json};
    TRY(doc_read(without_frame(arena, json), forms[kind].members, forms[kind].count, name, &paper,
                 err));
    *ret_paper = paper;
    return true;
}

bool paper_of_json(Arena *arena, const Json *json, PaperKind kind, Paper *ret_paper, Err *err)
{
    Str canonical = {0};
    TRY(decode(arena, json, kind, ret_paper, err) && doc_canonical(arena, json, &canonical, err));
    ret_paper->hash = hash_of(canonical);
    return true;
}

bool paper_read(Arena *arena, Str bytes, PaperKind kind, const JsonLimits *limits, Paper *ret_paper,
                Err *err)
{
    ASSERT(kind < PAPER_COUNT);
    const Json *json = NULL;
    Str canonical = {0};
    Str text = bytes;
    if (text.len != 0 && text.ptr[text.len - 1] == '\n') {
        text.len--;
    }
    TRY(json_read_data(arena, text, limits, &json, err));
    TRY(decode(arena, json, kind, ret_paper, err));
    TRY(doc_canonical(arena, json, &canonical, err));
    if (!str_eq(canonical, text) || text.len == bytes.len) {
        return err_set(err, ERR_SCHEMA, (Span){0},
                       "it was edited: a %s is one line in canonical form, as datum wrote it",
                       forms[kind].name);
    }
    ret_paper->hash = hash_of(canonical);
    return true;
}

bool paper_is_signed_by(Arena *arena, const Paper *paper, const PublicKey *key)
{
    return str_eq(paper->who, key_id(arena, key)) &&
           seal_holds(arena, paper->json, forms[paper->kind].context, key);
}

// ---- digests ----

bool content_digest(Arena *arena, const Json *content, const Json **ret_files, Hash *ret_digest,
                    Err *err)
{
    ASSERT(content->type == JSON_OBJECT);
    JsonMember *members = NEW_ARRAY(arena, JsonMember, content->count + 1U);
    Buf text = {0};
    for (uint32_t i = 0; i < content->count; i++) {
        Str path = content->members[i].key;
        buf_clear(&text);
        if (!json_write_canonical(&text, &content->members[i].value, err)) {
            buf_free(&text);
            return err_while(err, "reading %.*s", STR_ARG(path));
        }
        Hash hash = hash_of(buf_str(&text));
        members[i] =
            (JsonMember){.key = path, .value = json_string(hex_text(arena, hash.at, HASH_BYTES))};
    }
    buf_free(&text);
    Json *files = NEW(arena, Json);
    *files = (Json){.type = JSON_OBJECT, .count = content->count, .members = members};
    Str canonical = {0};
    TRY(doc_canonical(arena, files, &canonical, err));
    *ret_digest = hash_of(canonical);
    *ret_files = files;
    return true;
}

// ---- quorum ----

static bool read_roles(const Json *roles, Roles *ret_roles, uint32_t *ret_count, Err *err)
{
    *ret_count = 0;
    if (roles == NULL) {
        return true;
    }
    bool good = roles->type == JSON_ARRAY;
    for (uint32_t i = 0; good && i < roles->count; i++) {
        good = roles->items[i].type == JSON_STRING;
    }
    if (!good) {
        return err_set(err, ERR_SCHEMA, roles->at,
                       "the roles of approvers must be a list of texts");
    }
    *ret_count = roles->count;
    return roles_read(roles, ret_roles, err);
}

bool quorum_read(const Json *manifest, Quorum *ret_quorum, Err *err)
{
    enum { COUNT_MAX = 100 };
    Quorum quorum = {.count = 1};
    uint32_t named = 0;
    const Json *approvals = json_find(manifest, STR("approvals"));
    if (approvals == NULL) {
        TRY(read_roles(json_find(manifest, STR("approverRoles")), &quorum.roles, &named, err));
        quorum.count = named != 0 ? named : 1;
        *ret_quorum = quorum;
        return true;
    }
    const Json *count = json_find(approvals, STR("count"));
    const Json *roles = json_find(approvals, STR("roles"));
    if (count == NULL && roles != NULL && roles->count != 0) { // one of each
        TRY(read_roles(roles, &quorum.roles, &named, err));
        quorum.count = named;
        *ret_quorum = quorum;
        return true;
    }
    if (!json_is(count, JSON_NUMBER) || !count->is_int || count->number.as_int < 0 ||
        count->number.as_int > COUNT_MAX) {
        return err_set(err, ERR_SCHEMA, approvals->at,
                       "\"approvals\" must be {\"count\": 0 to %d, \"roles\": [\"…\"]}", COUNT_MAX);
    }
    TRY(read_roles(roles, &quorum.roles, &named, err));
    quorum.count = (uint32_t)count->number.as_int;
    *ret_quorum = quorum;
    return true;
}

Quorum quorum_join(Quorum a, Quorum b)
{
    return (Quorum){.count = a.count > b.count ? a.count : b.count, .roles = a.roles | b.roles};
}

bool quorum_holds(Arena *arena, Quorum quorum, const Roles *roles, uint32_t count, Str *ret_why)
{
    Roles held = 0;
    for (uint32_t i = 0; i < count; i++) {
        held |= roles[i];
    }
    Roles missing = quorum.count != 0 ? quorum.roles & ~held : 0;
    Buf why = {0};
    if (count < quorum.count) {
        buf_printf(&why, "%u of %u approvals are there", count, quorum.count);
    }
    if (missing != 0) {
        buf_printf(&why, "%sno approval by a %.*s", why.len != 0 ? ", " : "",
                   STR_ARG(roles_text(arena, missing)));
    }
    *ret_why = str_copy(arena, buf_str(&why));
    buf_free(&why);
    return ret_why->len == 0;
}
