// SPDX-License-Identifier: Apache-2.0
// Whether a release is what it was when it was made: its seal, its content, the papers it rests on,
// and what the record says of them.
#include <string.h>

#include "cli/releases.h"
#include "host/files.h"
#include "record/hex.h"

#define NUMBER(n) (unsigned long long)(n)

// The release under test, and how errors name it.
typedef struct Check {
    Cli *cli;
    const Home *home;
    Str path;
    const Paper *release;
    Paper proposal;
    Err *err;
} Check;

static bool refuse(const Check *check, const char *why)
{
    return err_set(check->err, ERR_SCHEMA, (Span){0},
                   "%.*s: %s; bring back the file as it was (git, a backup)", STR_ARG(check->path),
                   why);
}

// The key of a signer, as the release carries it: its id is its fingerprint. Where a record is
// here, it must know the same key.
static bool signer_key(const Check *check, Str id, PublicKey *ret_key)
{
    const Json *one = json_find(check->release->signers, id);
    const Principal *known = check->home->has_record ? people_find(&check->home->people, id) : NULL;
    TRY(hex_parse(json_find_str(one, STR("public_key")), ret_key->at, KEY_BYTES));
    TRY(str_eq(key_id(&check->cli->arena, ret_key), id));
    return known == NULL || memcmp(known->public_key.at, ret_key->at, KEY_BYTES) == 0;
}

static bool is_signed(const Check *check, const Paper *paper)
{
    PublicKey key;
    return signer_key(check, paper->who, &key) &&
           paper_is_signed_by(&check->cli->arena, paper, &key);
}

// ---- content and papers ----

static bool check_content(const Check *check)
{
    const Paper *release = check->release;
    PackageContent content;
    const Json *files = NULL;
    Hash digest;
    if (!content_read(&check->cli->arena, release->content, &content)) {
        return refuse(check, "its \"content\" is not a set of files");
    }
    TRY(content_digest(&check->cli->arena, release->content, &files, &digest, check->err));
    if (!hash_eq(&digest, &release->digest)) {
        return refuse(check, "its content was edited: it does not have the digest of the release");
    }
    const PackageFile *manifest = content_find(&content, STR("manifest.json"));
    if (manifest == NULL ||
        !str_eq(json_find_str(manifest->json, STR("version")), release->version)) {
        return refuse(check, "its version is not that of its manifest");
    }
    return true;
}

static bool check_proposal(Check *check)
{
    const Paper *release = check->release;
    Paper *proposal = &check->proposal;
    TRY(paper_of_json(&check->cli->arena, release->proposal, PAPER_PROPOSAL, proposal, check->err));
    bool same = hash_eq(&proposal->digest, &release->digest) &&
                proposal->effective == release->effective &&
                str_eq(proposal->baseline, release->baseline) &&
                str_eq(proposal->version, release->version);
    if (!same || !is_signed(check, proposal)) {
        return refuse(check, "the proposal in it is not the signed one it was made from");
    }
    return true;
}

static bool check_approval(const Check *check, const Json *json, uint32_t at)
{
    Paper paper;
    TRY(paper_of_json(&check->cli->arena, json, PAPER_APPROVAL, &paper, check->err));
    if (!hash_eq(&paper.of, &check->proposal.hash) ||
        !hash_eq(&paper.digest, &check->release->digest) || !is_signed(check, &paper)) {
        return refuse(check, "an approval in it is not one of its proposal");
    }
    if (str_eq(paper.who, check->proposal.who)) {
        return refuse(check, "its proposer approved it, and nobody may approve their own proposal");
    }
    for (uint32_t i = 0; i < at; i++) {
        if (str_eq(json_find_str(&check->release->approvals->items[i], STR("who")), paper.who)) {
            return refuse(check, "one key approved it twice");
        }
    }
    return true;
}

static bool check_review(const Check *check, const Json *json)
{
    Paper paper;
    TRY(paper_of_json(&check->cli->arena, json, PAPER_REVIEW, &paper, check->err));
    if (!hash_eq(&paper.of, &check->proposal.hash) || !is_signed(check, &paper)) {
        return refuse(check, "a review in it is not one of its proposal");
    }
    return true;
}

static bool check_papers(Check *check)
{
    const Paper *release = check->release;
    TRY(check_proposal(check));
    for (uint32_t i = 0; i < release->approvals->count; i++) {
        TRY(check_approval(check, &release->approvals->items[i], i));
    }
    for (uint32_t i = 0; i < release->reviews->count; i++) {
        TRY(check_review(check, &release->reviews->items[i]));
    }
    return true;
}

// ---- the record ----

static bool fail_unknown(const Check *check, const char *what, Str who)
{
    Buf text = {0};
    buf_printf(&text, "no entry of the record vouches for the %s by %.*s in it", what,
               STR_ARG(home_who(check->home, who)));
    buf_byte(&text, '\0');
    bool ok = refuse(check, text.ptr);
    buf_free(&text);
    return ok;
}

// Were the approvals enough by the release's own rule, with what each was trusted with then?
static bool check_quorum(const Check *check, const Act *act)
{
    const Json *approvals = check->release->approvals;
    Roles *roles = NEW_ARRAY(&check->cli->arena, Roles, approvals->count + 1U);
    Quorum quorum;
    Str why = {0};
    for (uint32_t i = 0; i < approvals->count; i++) {
        Paper paper;
        TRY(paper_of_json(&check->cli->arena, &approvals->items[i], PAPER_APPROVAL, &paper,
                          check->err));
        const Act *approve = acts_of(&check->home->acts, ACT_APPROVE, check->proposal.number,
                                     paper.who, &paper.hash);
        if (approve == NULL) {
            return fail_unknown(check, "approval", paper.who);
        }
        roles[i] = approve->roles;
    }
    const Json *manifest = json_find(check->release->content, STR("manifest.json"));
    TRY(quorum_read(manifest, &quorum, check->err));
    // Somebody who is alone has nobody to ask.
    if (act->others != 0 &&
        !quorum_holds(&check->cli->arena, quorum, roles, approvals->count, &why)) {
        Buf text = {0};
        buf_printf(&text, "it was not approved as its manifest wants: %.*s", STR_ARG(why));
        buf_byte(&text, '\0');
        bool ok = refuse(check, text.ptr);
        buf_free(&text);
        return ok;
    }
    return true;
}

static bool check_record(const Check *check, bool *ret_recorded)
{
    const Acts *acts = &check->home->acts;
    const Paper *release = check->release;
    const Act *act = acts_of(acts, ACT_RELEASE, release->number, release->who, &release->hash);
    const Act *other = acts_find(acts, ACT_RELEASE, release->number, (Str){0});
    *ret_recorded = act != NULL;
    if (act == NULL && other != NULL) {
        Buf text = {0};
        buf_printf(&text, "it is not the one that entry %llu of the record vouches for",
                   NUMBER(other->sequence));
        buf_byte(&text, '\0');
        bool ok = refuse(check, text.ptr);
        buf_free(&text);
        return ok;
    }
    if (act == NULL) {
        return true;
    }
    if (acts_of(acts, ACT_PROPOSE, check->proposal.number, check->proposal.who,
                &check->proposal.hash) == NULL) {
        return fail_unknown(check, "proposal", check->proposal.who);
    }
    return check_quorum(check, act);
}

// ---- one release ----

static bool fail_missing(const Home *home, uint64_t number, Str path, Err *err)
{
    const Act *act = acts_find(&home->acts, ACT_RELEASE, number, (Str){0});
    if (act != NULL) {
        return err_set(err, ERR_NO_INPUT, (Span){0},
                       "%.*s is not there, but entry %llu of the record says that it was released; "
                       "bring it back (git, a backup)",
                       STR_ARG(path), NUMBER(act->sequence));
    }
    Buf list = {0};
    for (uint32_t i = 0; i < home->release_count; i++) {
        buf_printf(&list, "%s%llu", i == 0 ? "; there are " : ", ", NUMBER(home->releases[i]));
    }
    (void)err_set(err, ERR_NO_INPUT, (Span){0}, "%.*s has no release %llu%.*s (datum baseline log)",
                  STR_ARG(home->name), NUMBER(number), (int)(list.len < 80 ? list.len : 80),
                  list.ptr != NULL ? list.ptr : "");
    buf_free(&list);
    return false;
}

bool releases_read(Cli *cli, const Home *home, uint64_t number, Paper *ret_paper,
                   bool *ret_recorded, Err *err)
{
    Str path = home_path(cli, home, "releases", number, ".json");
    Str bytes = {0};
    if (path_kind(path) == PATH_MISSING) {
        return fail_missing(home, number, path, err);
    }
    TRY(file_read(&cli->arena, path, cli->limits.bytes_max, &bytes, err));
    if (!paper_read(&cli->arena, bytes, PAPER_RELEASE, &cli->limits, ret_paper, err)) {
        return err_while(err, "reading %.*s", STR_ARG(path));
    }
    Check check = {.cli = cli, .home = home, .path = path, .release = ret_paper, .err = err};
    if (ret_paper->number != number || !str_eq(ret_paper->baseline, home->identity)) {
        return refuse(&check, "it is the release of another baseline or number");
    }
    if (!is_signed(&check, ret_paper)) {
        return refuse(&check, "it was edited: its signature does not hold");
    }
    return check_content(&check) && check_papers(&check) && check_record(&check, ret_recorded);
}

// ---- retired ----

bool releases_retired(Cli *cli, const Home *home, uint64_t number, Ticks *ret_time, Err *err)
{
    Str path = home_path(cli, home, "releases", number, ".retired.json");
    const Act *act = acts_find(&home->acts, ACT_RETIRE, number, (Str){0});
    Str bytes = {0};
    Paper paper;
    *ret_time = act != NULL ? act->time : 0;
    if (path_kind(path) == PATH_MISSING) {
        return true; // the record knows
    }
    TRY(file_read(&cli->arena, path, cli->limits.bytes_max, &bytes, err));
    if (!paper_read(&cli->arena, bytes, PAPER_RETIREMENT, &cli->limits, &paper, err)) {
        return err_while(err, "reading %.*s", STR_ARG(path));
    }
    if (act != NULL && !hash_eq(&act->after, &paper.hash)) {
        return err_set(
            err, ERR_SCHEMA, (Span){0},
            "%.*s: it is not the one that entry %llu of the record vouches for; bring it "
            "back as it was",
            STR_ARG(path), NUMBER(act->sequence));
    }
    if (act == NULL && home->acts.count != 0) {
        cli_say("%.*s: no entry of the record vouches for it, so release %llu is not retired: "
                "datum baseline retire again",
                STR_ARG(path), NUMBER(number));
        return true;
    }
    *ret_time = paper.time;
    return true;
}

bool releases_newest(Cli *cli, const Home *home, uint64_t *ret_number)
{
    *ret_number = 0;
    for (uint32_t i = home->release_count; i-- > 0;) {
        Err err = {0};
        Ticks retired = 0;
        uint64_t number = home->releases[i];
        bool known = acts_find(&home->acts, ACT_RELEASE, number, (Str){0}) != NULL;
        if (!releases_retired(cli, home, number, &retired, &err)) {
            return cli_fail(cli, &err);
        }
        if ((known || home->acts.count == 0) && (retired == 0 || retired > cli->now)) {
            *ret_number = number;
            return true;
        }
    }
    return true;
}
