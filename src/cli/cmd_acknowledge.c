// SPDX-License-Identifier: Apache-2.0
// datum baseline acknowledge: who has read which release. It is an entry of the record and nothing
// else, signed by the reader, with the digest of what was read.
#include "cli/baselines.h"
#include "cli/signer.h"
#include "record/doc.h"
#include "record/hex.h"
#include "report/page.h"

#define WHAT_ACKNOWLEDGE STR("baseline.acknowledge")
#define NUMBER(n) (unsigned long long)(n)

typedef struct Acknowledgement {
    Str who;
    Ticks time;
    uint64_t sequence;
} Acknowledgement;

typedef struct Readers {
    OpenEdition open;
    Acknowledgement *at; // the first one of each reader, in the order of the record
    uint32_t count;
    uint32_t cap;
} Readers;

// ---- which release ----

// What was never released changes under its readers; what nobody here vouches for may be anything.
static bool open_release(Cli *cli, OpenEdition *open)
{
    Err err = {0};
    TRY(baselines_open(cli, cli->options.arguments.at[0], open));
    const Edition *edition = &open->edition;
    Str name = open->home.name;
    if (edition->kind != EDITION_RELEASE) {
        (void)err_set(&err, ERR_NO_INPUT, (Span){0},
                      "%.*s is %s, and only a release can be acknowledged: datum baseline propose, "
                      "approve, release",
                      STR_ARG(edition_id(&cli->arena, edition)),
                      edition->kind == EDITION_SHIPPED ? "what ships with the program"
                                                       : "not released");
        return cli_fail(cli, &err);
    }
    if (!edition->vouched) {
        (void)err_set(&err, ERR_PERMISSION, (Span){0},
                      "no record in %.*s knows release %llu of %.*s; name the workspace it was "
                      "released in with --workspace",
                      STR_ARG(open->home.workspace.folder), NUMBER(edition->number), STR_ARG(name));
        return cli_fail(cli, &err);
    }
    return true;
}

static Str subject_of(Cli *cli, const OpenEdition *open)
{
    return act_subject(&cli->arena, ACT_RELEASE, open->home.identity, open->edition.number);
}

// ---- who has read it ----

static const Acknowledgement *find_reader(const Readers *readers, Str who)
{
    for (uint32_t i = 0; i < readers->count; i++) {
        if (str_eq(readers->at[i].who, who)) {
            return &readers->at[i];
        }
    }
    return NULL;
}

static void take_entry(Cli *cli, Readers *readers, const Entry *entry, Str subject)
{
    const Hash *digest = &readers->open.digest;
    bool fits = str_eq(entry->what, WHAT_ACKNOWLEDGE) && str_eq(entry->subject, subject) &&
                entry->has_after && memcmp(&entry->after, digest, sizeof *digest) == 0;
    if (!fits || find_reader(readers, entry->who) != NULL) {
        return;
    }
    ARENA_ROOM(&cli->arena, readers->at, readers->count, readers->cap);
    readers->at[readers->count++] = (Acknowledgement){
        .who = str_copy(&cli->arena, entry->who), .time = entry->time, .sequence = entry->sequence};
}

static bool read_record(Cli *cli, Readers *readers)
{
    Str bytes = {0};
    Str line = {0};
    Replay replay;
    Str subject = subject_of(cli, &readers->open);
    TRY(signer_replay(cli, &readers->open.home.workspace, REPLAY_ALL, &bytes, &replay));
    TRY(replay.fault.kind == FAULT_NONE);
    for (uint64_t n = 1; n <= replay.size && replay_line(&bytes, &line); n++) {
        Entry entry;
        Err err = {0};
        if (!entry_read(&cli->arena, line, &entry, &err)) {
            return cli_fail(cli, &err);
        }
        take_entry(cli, readers, &entry, subject);
    }
    return true;
}

// ---- --list ----

static bool may_sign(const Cli *cli, const Principal *one)
{
    Err err = {0};
    return people_may_sign(one, one->id, cli->now, &err);
}

static void list_row(Cli *cli, const Page *page, const Principal *one, const Acknowledgement *ack)
{
    page_column(page, ack != NULL ? INK_GOOD : INK_OPEN,
                ack != NULL ? doc_time_text(&cli->arena, ack->time) : STR("not yet"), 22);
    page_column(page, INK_BOLD, one->name, 24);
    page_text(page, INK_DIM,
              may_sign(cli, one) ? roles_text(&cli->arena, one->roles) : STR("no longer trusted"));
    buf_byte(page->out, '\n');
}

static void list_text(Cli *cli, Buf *text, const Readers *readers)
{
    Page page = {.out = text, .style = &cli->style};
    const People *people = &readers->open.home.people;
    uint32_t trusted = 0;
    uint32_t read = 0;
    for (uint32_t i = 0; i < people->count; i++) {
        bool counts = may_sign(cli, &people->at[i]);
        trusted += counts ? 1U : 0U;
        read += counts && find_reader(readers, people->at[i].id) != NULL ? 1U : 0U;
    }
    page_text(&page, INK_BOLD, edition_id(&cli->arena, &readers->open.edition));
    buf_printf(text, ": %u of %u trusted %s acknowledged it\n", read, trusted,
               trusted == 1 ? "principal has" : "principals have");
    for (uint32_t i = 0; i < people->count; i++) {
        const Acknowledgement *ack = find_reader(readers, people->at[i].id);
        if (ack != NULL || may_sign(cli, &people->at[i])) {
            list_row(cli, &page, &people->at[i], ack);
        }
    }
}

static void json_person(JsonOut *out, Cli *cli, const Principal *one, const Acknowledgement *ack)
{
    json_out_object_begin(out);
    doc_put_text(out, STR("id"), one->id);
    doc_put_text(out, STR("name"), one->name);
    doc_put_text(out, STR("roles"), roles_text(&cli->arena, one->roles));
    json_out_key(out, STR("trusted"));
    json_out_bool(out, may_sign(cli, one));
    if (ack != NULL) {
        doc_put_text(out, STR("time"), doc_time_text(&cli->arena, ack->time));
        doc_put_count(out, STR("entry"), ack->sequence);
    }
    json_out_object_end(out);
}

static void list_json(Cli *cli, Buf *text, const Readers *readers)
{
    static const char *const keys[] = {"acknowledged", "missing"};
    JsonOut out = {.buf = text};
    const People *people = &readers->open.home.people;
    json_out_object_begin(&out);
    doc_put_text(&out, STR("baseline"), edition_id(&cli->arena, &readers->open.edition));
    edition_members(&out, &readers->open.edition);
    for (int missing = 0; missing < 2; missing++) {
        json_out_key(&out, str_from_cstr(keys[missing]));
        json_out_array_begin(&out);
        for (uint32_t i = 0; i < people->count; i++) {
            const Acknowledgement *ack = find_reader(readers, people->at[i].id);
            bool belongs =
                missing == 0 ? ack != NULL : ack == NULL && may_sign(cli, &people->at[i]);
            if (belongs) {
                json_person(&out, cli, &people->at[i], ack);
            }
        }
        json_out_array_end(&out);
    }
    json_out_object_end(&out);
    buf_byte(text, '\n');
}

static void list_readers(Cli *cli, const Readers *readers)
{
    Buf text = {0};
    if (cli_wants_json(cli)) {
        list_json(cli, &text, readers);
    } else {
        list_text(cli, &text, readers);
    }
    cli_print(cli, buf_str(&text));
    buf_free(&text);
}

// ---- acknowledging ----

static bool is_current(Cli *cli, const Edition *edition)
{
    if (edition->retired == 0 || edition->retired > cli->now) {
        return true;
    }
    Err err = {0};
    Buf when = {0};
    ticks_print(&when, edition->retired);
    (void)err_set(&err, ERR_NO_INPUT, (Span){0},
                  "%.*s was retired on %.*s; acknowledge the release that is in force",
                  STR_ARG(edition_id(&cli->arena, edition)), STR_ARG(buf_str(&when)));
    buf_free(&when);
    return cli_fail(cli, &err);
}

static void acknowledge(Cli *cli, const Readers *readers, const SigningKey *key)
{
    const OpenEdition *open = &readers->open;
    Str id = key_id(&cli->arena, key_public(key));
    const Acknowledgement *before = find_reader(readers, id);
    Str edition = edition_id(&cli->arena, &open->edition);
    if (before != NULL) {
        cli_say("%.*s was acknowledged with this key on %.*s (entry %llu); nothing was done",
                STR_ARG(edition), STR_ARG(doc_time_text(&cli->arena, before->time)),
                NUMBER(before->sequence));
        return;
    }
    EntryField version = {
        .name = STR("version"), .kind = FIELD_TEXT, .text = open->release.version};
    EntryNew entry = {.what = WHAT_ACKNOWLEDGE,
                      .subject = subject_of(cli, open),
                      .after = &open->digest,
                      .fields = &version,
                      .field_count = version.text.len != 0 ? 1 : 0};
    if (signer_record(cli, &open->home.workspace, key, &entry)) {
        cli_say("%.*s, version %.*s, digest %.16s…: acknowledged", STR_ARG(edition),
                STR_ARG(open->release.version), open->edition.digest.ptr);
    }
}

void cmd_baseline_acknowledge(Cli *cli)
{
    Readers readers = {.cap = 0};
    SigningKey *key = NULL;
    bool ok = open_release(cli, &readers.open) && read_record(cli, &readers);
    if (!cli_tell_diags(cli, NULL) || !ok) {
        return;
    }
    if (cli->options.list) {
        list_readers(cli, &readers);
        return;
    }
    const Home *home = &readers.open.home;
    if (is_current(cli, &readers.open.edition) &&
        signer_open(cli, &home->workspace, &home->people, &key)) {
        acknowledge(cli, &readers, key);
        key_close(key);
    }
}
