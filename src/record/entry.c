// SPDX-License-Identifier: Apache-2.0
#include "record/entry.h"

#include "record/doc.h"
#include "record/principal.h"
#include "record/seal.h"

#define CONTEXT STR("record entry 1")
#define FORMAT 1
#define COUNT_MAX ((uint64_t)1 << 53) // beyond, a double would lie

// ---- no secrets ----

// Names of members that hold secrets, wherever they occur in a name.
static const Str secret_names[] = {
    STR_INIT("password"),    STR_INIT("passwd"),     STR_INIT("passphrase"),
    STR_INIT("secret"),      STR_INIT("token"),      STR_INIT("private_key"),
    STR_INIT("privatekey"),  STR_INIT("api_key"),    STR_INIT("apikey"),
    STR_INIT("account_key"), STR_INIT("credential"), STR_INIT("connection_string"),
};

// Marks that secrets carry in themselves: PEM, JSON web tokens, shared access signatures, keys in
// connection strings.
static const Str secret_marks[] = {
    STR_INIT("PRIVATE KEY-----"),
    STR_INIT("eyJ"),
    STR_INIT("AccountKey="),
    STR_INIT("SharedAccessKey="),
    STR_INIT("&sig="),
    STR_INIT("?sig="),
    STR_INIT("client_secret="),
    STR_INIT("Password="),
    STR_INIT("password="),
    STR_INIT("Bearer "),
    STR_INIT("\"ciphertext\""),
};

const char *field_refusal(Str name, Str text)
{
    for (size_t i = 0; i < COUNTOF(secret_names); i++) {
        if (str_find(name, secret_names[i]) != NULL) {
            return "is named like a secret";
        }
    }
    for (size_t i = 0; i < COUNTOF(secret_marks); i++) {
        if (str_find(text, secret_marks[i]) != NULL) {
            return "looks like it holds a secret";
        }
    }
    if (!text_is_plain(text)) {
        return "holds control characters or is not UTF-8";
    }
    return text.len > FIELD_BYTES_MAX ? "is longer than 8192 bytes" : NULL;
}

static bool check_text(Str name, Str text, Err *err)
{
    const char *refusal = field_refusal(name, text);
    if (refusal != NULL) {
        return err_set(err, ERR_SCHEMA, (Span){0},
                       "\"%.*s\" %s and may not enter the record; say it without, or give its hash",
                       STR_ARG(name), refusal);
    }
    return true;
}

static bool is_word(Str text, const char *others)
{
    bool good = text.len != 0 && text.len <= 64;
    for (size_t i = 0; good && i < text.len; i++) {
        char c = text.ptr[i];
        good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == others[0] || c == others[1];
    }
    return good;
}

// ---- writing ----

static bool put_field(JsonOut *out, const EntryField *field, Err *err)
{
    if (!is_word(field->name, "__")) {
        return err_set(err, ERR_SCHEMA, (Span){0}, "a field's name must be of a-z, 0-9 and _");
    }
    TRY(check_text(field->name, field->kind == FIELD_TEXT ? field->text : (Str){0}, err));
    switch (field->kind) {
    case FIELD_TEXT:
        json_out_key(out, field->name);
        json_out_str(out, field->text);
        return true;
    case FIELD_TEXTS:
        json_out_key(out, field->name);
        json_out_array_begin(out);
        for (uint32_t i = 0; i < field->texts.count; i++) {
            TRY(check_text(field->name, field->texts.at[i], err));
            json_out_str(out, field->texts.at[i]);
        }
        json_out_array_end(out);
        return true;
    case FIELD_COUNT:
        ASSERT(field->count < COUNT_MAX);
        doc_put_count(out, field->name, field->count);
        return true;
    case FIELD_TIME:
        doc_put_time(out, field->name, field->time);
        return true;
    case FIELD_HASH:
        doc_put_hex(out, field->name, field->hash.at, HASH_BYTES);
        return true;
    }
    UNREACHABLE("FieldKind out of range");
}

static bool put_members(JsonOut *out, const EntryNew *entry, Err *err)
{
    if (!is_word(entry->what, "-.")) {
        return err_set(err, ERR_SCHEMA, (Span){0}, "what was done must be named by a-z, - and .");
    }
    if (entry->subject.len == 0) {
        return err_set(err, ERR_SCHEMA, (Span){0}, "an entry must name its subject");
    }
    TRY(check_text(STR("subject"), entry->subject, err));
    if (entry->after != NULL) {
        doc_put_hex(out, STR("after"), entry->after->at, HASH_BYTES);
    }
    if (entry->before != NULL) {
        doc_put_hex(out, STR("before"), entry->before->at, HASH_BYTES);
    }
    json_out_key(out, STR("detail"));
    json_out_object_begin(out);
    for (uint32_t i = 0; i < entry->field_count; i++) {
        TRY(put_field(out, &entry->fields[i], err));
    }
    json_out_object_end(out);
    doc_put_text(out, STR("subject"), entry->subject);
    doc_put_text(out, STR("what"), entry->what);
    return true;
}

bool entry_write(Arena *arena, const SigningKey *key, const EntryNew *entry, uint64_t sequence,
                 const Hash *previous, Str *ret_line, Err *err)
{
    ASSERT(sequence < COUNT_MAX);
    Buf text = {0};
    JsonOut out = {.buf = &text};
    json_out_object_begin(&out);
    bool ok = put_members(&out, entry, err);
    Str object = {0};
    if (ok) {
        doc_put_count(&out, STR("format"), FORMAT);
        doc_put_hex(&out, STR("previous"), previous->at, HASH_BYTES);
        doc_put_count(&out, STR("sequence"), sequence);
        doc_put_time(&out, STR("time"), entry->time);
        doc_put_text(&out, STR("who"), key_id(arena, key_public(key)));
        json_out_object_end(&out);
        object = str_copy(arena, buf_str(&text));
    }
    buf_free(&text);
    TRY(ok && seal_sign(arena, key, CONTEXT, object, ret_line, err));
    if (ret_line->len > ENTRY_BYTES_MAX) {
        return err_set(err, ERR_LIMIT, (Span){0}, "the entry would have %zu bytes, at most %d fit",
                       ret_line->len, ENTRY_BYTES_MAX);
    }
    return true;
}

// ---- reading ----

typedef struct EntryDoc {
    uint64_t format;
    Entry entry;
} EntryDoc;

#define MEMBER(text, kind_, member, bytes_, optional_)                                             \
    {                                                                                              \
        .name = STR_INIT(text), .kind = (kind_), .optional = (optional_), .bytes = (bytes_),       \
        .offset = offsetof(EntryDoc, member)                                                       \
    }

static const DocMember members[] = {
    MEMBER("after", DOC_HEX, entry.after.at, HASH_BYTES, true),
    MEMBER("before", DOC_HEX, entry.before.at, HASH_BYTES, true),
    MEMBER("detail", DOC_OBJECT, entry.detail, 0, false),
    MEMBER("format", DOC_COUNT, format, 0, false),
    MEMBER("previous", DOC_HEX, entry.previous.at, HASH_BYTES, false),
    MEMBER("sequence", DOC_COUNT, entry.sequence, 0, false),
    MEMBER("signature", DOC_HEX, entry.signature.at, SIGNATURE_BYTES, false),
    MEMBER("subject", DOC_TEXT, entry.subject, 0, false),
    MEMBER("time", DOC_TIME, entry.time, 0, false),
    MEMBER("what", DOC_TEXT, entry.what, 0, false),
    MEMBER("who", DOC_TEXT, entry.who, 0, false),
};

bool entry_read(Arena *arena, Str line, Entry *ret_entry, Err *err)
{
    static const char what[] = "entry";
    if (line.len > ENTRY_BYTES_MAX) {
        return err_set(err, ERR_LIMIT, (Span){0}, "it has %zu bytes, at most %d are allowed",
                       line.len, ENTRY_BYTES_MAX);
    }
    const Json *json = NULL;
    Str canonical = {0};
    EntryDoc doc = {.format = 0};
    TRY(doc_parse(arena, line, what, &json, err));
    TRY(doc_read(json, members, COUNTOF(members), what, &doc, err));
    TRY(doc_canonical(arena, json, &canonical, err));
    if (doc.format != FORMAT) {
        return err_set(err, ERR_SCHEMA, (Span){0}, "\"format\" must be %d", FORMAT);
    }
    if (!str_eq(canonical, line)) {
        return err_set(err, ERR_SCHEMA, (Span){0}, "it is not in canonical form");
    }
    doc.entry.has_after = json_find(json, STR("after")) != NULL;
    doc.entry.has_before = json_find(json, STR("before")) != NULL;
    doc.entry.json = json;
    *ret_entry = doc.entry;
    return true;
}

bool entry_is_signed_by(Arena *arena, const Entry *entry, const PublicKey *key)
{
    return seal_holds(arena, entry->json, CONTEXT, key);
}
