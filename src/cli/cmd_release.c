// SPDX-License-Identifier: Apache-2.0
// datum baseline release: an approved change becomes an edition that is measured with.
#include "cli/change.h"
#include "cli/releases.h"
#include "record/hex.h"
#include "json/write.h"

#define NUMBER(n) (unsigned long long)(n)

typedef struct Making {
    Home home;
    Change change;
    OpenEdition draft;
    Quorum quorum;
    bool alone; // nobody else could have approved
} Making;

// The newest release must be the one that was looked at when the change was proposed.
static bool check_from(Cli *cli, const Making *m)
{
    const Json *from = json_find(m->change.proposal.from, STR("release"));
    uint64_t proposed = from != NULL && from->is_int ? (uint64_t)from->number.as_int : 0;
    uint64_t newest = 0;
    TRY(releases_newest(cli, &m->home, &newest));
    if (newest == proposed) {
        return true;
    }
    Err err = {0};
    Buf over = {0};
    if (proposed != 0) {
        buf_printf(&over, "over release %llu", NUMBER(proposed));
    } else {
        buf_push(&over, STR("as the first release"));
    }
    (void)err_set(
        &err, ERR_SCHEMA, (Span){0},
        "change %llu of %.*s was proposed %.*s, and the newest is %llu by now; propose it "
        "again",
        NUMBER(m->change.number), STR_ARG(m->home.name), STR_ARG(buf_str(&over)), NUMBER(newest));
    buf_free(&over);
    return cli_fail(cli, &err);
}

// An approval counts while its signer's key does: others are said, and left out of the release.
static void keep_valid(Cli *cli, Making *m)
{
    Change *change = &m->change;
    Paper *kept = NEW_ARRAY(&cli->arena, Paper, change->approval_count + 1U);
    uint32_t count = 0;
    for (uint32_t i = 0; i < change->approval_count; i++) {
        const Paper *paper = &change->approvals[i];
        Err err = {0};
        if (people_may_sign(people_find(&m->home.people, paper->who), paper->who, cli->now, &err)) {
            kept[count++] = *paper;
        } else {
            cli_say("the approval of %.*s no longer counts: %s",
                    STR_ARG(home_who(&m->home, paper->who)), err.text);
        }
    }
    change->approvals = kept;
    change->approval_count = count;
}

static bool check_approvals(Cli *cli, const Making *m)
{
    const Change *change = &m->change;
    Err err = {0};
    Str why = {0};
    Roles *roles = NEW_ARRAY(&cli->arena, Roles, change->approval_count + 1U);
    for (uint32_t i = 0; i < change->approval_count; i++) {
        const Act *act =
            acts_find(&m->home.acts, ACT_APPROVE, change->number, change->approvals[i].who);
        roles[i] = act != NULL ? act->roles : 0;
    }
    if (m->alone || quorum_holds(&cli->arena, m->quorum, roles, change->approval_count, &why)) {
        return true;
    }
    (void)err_set(
        &err, ERR_PERMISSION, (Span){0},
        "change %llu of %.*s may not be released: %.*s; others approve it: datum baseline "
        "approve %.*s",
        NUMBER(change->number), STR_ARG(m->home.name), (int)(why.len < 100 ? why.len : 100),
        why.ptr, STR_ARG(m->home.name));
    return cli_fail(cli, &err);
}

static const Json *list_of(Cli *cli, const Paper *papers, uint32_t count)
{
    Json *items = NEW_ARRAY(&cli->arena, Json, count + 1U);
    for (uint32_t i = 0; i < count; i++) {
        items[i] = *papers[i].json;
    }
    Json *list = NEW(&cli->arena, Json);
    *list = (Json){.type = JSON_ARRAY, .count = count, .items = items};
    return list;
}

static JsonMember text_member(Str key, Str value)
{
    return (JsonMember){.key = key, .value = json_string(value)};
}

// The public keys of all who signed, so that the release can be checked where no record is.
static void add_signer(Cli *cli, const Home *home, Json *signers, JsonMember *members, Str id)
{
    const Principal *one = people_find(&home->people, id);
    if (one == NULL || json_find(signers, id) != NULL) {
        return;
    }
    JsonMember *inner = NEW_ARRAY(&cli->arena, JsonMember, 2);
    inner[0] = text_member(STR("name"), one->name);
    inner[1] = text_member(STR("public_key"), hex_text(&cli->arena, one->public_key.at, KEY_BYTES));
    members[signers->count++] =
        (JsonMember){.key = id, .value = {.type = JSON_OBJECT, .count = 2, .members = inner}};
}

static const Json *signers_of(Cli *cli, const Making *m, Str releaser)
{
    const Change *change = &m->change;
    uint32_t most = change->approval_count + change->review_count + 2U;
    JsonMember *members = NEW_ARRAY(&cli->arena, JsonMember, most);
    Json *signers = NEW(&cli->arena, Json);
    *signers = (Json){.type = JSON_OBJECT, .members = members};
    add_signer(cli, &m->home, signers, members, releaser);
    add_signer(cli, &m->home, signers, members, change->proposal.who);
    for (uint32_t i = 0; i < change->approval_count; i++) {
        add_signer(cli, &m->home, signers, members, change->approvals[i].who);
    }
    for (uint32_t i = 0; i < change->review_count; i++) {
        add_signer(cli, &m->home, signers, members, change->reviews[i].who);
    }
    return signers;
}

static bool write_release(Cli *cli, const Making *m, const SigningKey *key, Str id,
                          Paper *ret_paper)
{
    const Change *change = &m->change;
    uint64_t newest = 0;
    Paper before;
    bool recorded = false;
    Err err = {0};
    TRY(releases_newest(cli, &m->home, &newest));
    if (newest != 0 && !releases_read(cli, &m->home, newest, &before, &recorded, &err)) {
        return cli_fail(cli, &err);
    }
    *ret_paper = (Paper){
        .digest = change->proposal.digest,
        .effective = change->proposal.effective,
        .version = change->proposal.version,
        .content = m->draft.tree,
        .proposal = change->proposal.json,
        .approvals = list_of(cli, change->approvals, change->approval_count),
        .reviews = list_of(cli, change->reviews, change->review_count),
        .signers = signers_of(cli, m, id),
    };
    EntryField fields[] = {
        {.name = STR("approvals"), .kind = FIELD_COUNT, .count = change->approval_count},
        {.name = STR("change"), .kind = FIELD_COUNT, .count = change->number},
        {.name = STR("digest"), .kind = FIELD_HASH, .hash = ret_paper->digest},
        {.name = STR("effective"), .kind = FIELD_TIME, .time = ret_paper->effective},
        {.name = STR("version"), .kind = FIELD_TEXT, .text = ret_paper->version},
    };
    ChangePaper what = {
        .kind = PAPER_RELEASE,
        .number = acts_last(&m->home.acts, ACT_RELEASE) + 1,
        .before = newest != 0 ? &before.hash : NULL,
        .fields = fields,
        .field_count = COUNTOF(fields),
    };
    return change_write(cli, &m->home, key, &what, ret_paper);
}

static void tell_released(Cli *cli, const Making *m, const Paper *paper)
{
    Buf text = {0};
    Ticks since = paper->effective > paper->time ? paper->effective : paper->time;
    buf_printf(&text, "%.*s@%llu", STR_ARG(m->home.name), NUMBER(paper->number));
    if (cli_wants_json(cli)) {
        Buf json = {0};
        JsonOut out = {.buf = &json};
        json_out_object_begin(&out);
        json_out_key(&out, STR("release"));
        json_out_str(&out, buf_str(&text));
        json_out_key(&out, STR("version"));
        json_out_str(&out, paper->version);
        json_out_key(&out, STR("digest"));
        json_out_str(&out, hex_text(&cli->arena, paper->digest.at, HASH_BYTES));
        json_out_key(&out, STR("effective"));
        Buf time = {0};
        ticks_print(&time, since);
        json_out_str(&out, buf_str(&time));
        json_out_object_end(&out);
        buf_clear(&text);
        buf_push(&text, buf_str(&json));
        buf_free(&json);
        buf_free(&time);
    } else {
        buf_printf(&text, ", version %.*s, %s ", STR_ARG(paper->version),
                   since > cli->now ? "in force from" : "in force since");
        ticks_print(&text, since);
    }
    buf_byte(&text, '\n');
    cli_print(cli, buf_str(&text));
    buf_free(&text);
    for (uint32_t i = 0; i < m->change.review_count; i++) {
        const Paper *review = &m->change.reviews[i];
        if (str_eq(review->verdict, STR("object"))) {
            cli_say("%.*s objected: %.*s", STR_ARG(home_who(&m->home, review->who)),
                    STR_ARG(review->comment));
        }
    }
    if (m->change.approval_count == 0) {
        cli_say("nobody else approved it; every report will say so");
    }
}

void cmd_baseline_release(Cli *cli)
{
    Making m = {.alone = false};
    Str edition = {0};
    SigningKey *key = NULL;
    Str id = {0};
    Paper paper = {.number = 0};
    if (!home_find(cli, cli->options.arguments.at[0], &m.home, &edition)) {
        return;
    }
    if (edition.len != 0 || m.home.ships) {
        cli_usage(cli, "give the name of a baseline of your own, without @");
        return;
    }
    if (!change_choose(cli, &m.home, &m.change) || !check_from(cli, &m) ||
        !change_holds(cli, &m.home, &m.change, &m.draft) ||
        !change_quorum(cli, &m.home, &m.change.proposal,
                       content_find(m.draft.content, STR("manifest.json"))->json, &m.quorum)) {
        return;
    }
    // Who is alone has nobody to ask; that is so before anybody types a passphrase.
    m.alone = change_others(cli, &m.home, m.change.proposal.who) == 0;
    keep_valid(cli, &m);
    if (!check_approvals(cli, &m) || !change_signer(cli, &m.home, &key, &id)) {
        return;
    }
    if (write_release(cli, &m, key, id, &paper)) {
        tell_released(cli, &m, &paper);
    }
    key_close(key);
}
