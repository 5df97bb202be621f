// SPDX-License-Identifier: Apache-2.0
#include "cli/change.h"

#include <stdlib.h>

#include "cli/releases.h"
#include "cli/signer.h"
#include "host/files.h"
#include "record/hex.h"

#define NUMBER(n) (unsigned long long)(n)

static const struct {
    const char *folder;
    const char *suffix; // between number and key, or before ".json"
    ActKind act;
} places[PAPER_COUNT] = {
    [PAPER_PROPOSAL] = {"changes", "", ACT_PROPOSE},
    [PAPER_REVIEW] = {"changes", ".review-", ACT_REVIEW},
    [PAPER_APPROVAL] = {"changes", ".approval-", ACT_APPROVE},
    [PAPER_RELEASE] = {"releases", "", ACT_RELEASE},
    [PAPER_RETIREMENT] = {"releases", ".retired", ACT_RETIRE},
};

ActKind change_act(PaperKind kind)
{
    ASSERT(kind < PAPER_COUNT);
    return places[kind].act;
}

Str change_path(Cli *cli, const Home *home, PaperKind kind, uint64_t number, Str key)
{
    ASSERT(kind < PAPER_COUNT);
    Buf suffix = {0};
    buf_printf(&suffix, "%s%.*s.json", places[kind].suffix, STR_ARG(key));
    buf_byte(&suffix, '\0');
    Str path = home_path(cli, home, places[kind].folder, number, suffix.ptr);
    buf_free(&suffix);
    return path;
}

// ---- reading one paper ----

static bool fail_missing(const Home *home, PaperKind kind, uint64_t number, Str path, Err *err)
{
    const Act *act = acts_find(&home->acts, places[kind].act, number, (Str){0});
    if (act == NULL) {
        return err_set(err, ERR_NO_INPUT, (Span){0}, "%.*s has no %s %llu (datum baseline log)",
                       STR_ARG(home->name), kind == PAPER_PROPOSAL ? "change" : paper_name(kind),
                       NUMBER(number));
    }
    return err_set(err, ERR_NO_INPUT, (Span){0},
                   "%.*s is not there, but entry %llu of the record tells of it; bring it back "
                   "(git, a backup)",
                   STR_ARG(path), NUMBER(act->sequence));
}

static bool fail_edited(Str path, const char *why, Err *err)
{
    return err_set(err, ERR_SCHEMA, (Span){0},
                   "%.*s was edited: %s; bring it back as it was (git, a backup)", STR_ARG(path),
                   why);
}

static bool check_signature(Cli *cli, const Home *home, Str path, const Paper *paper, Err *err)
{
    const Principal *who = people_find(&home->people, paper->who);
    if (who == NULL) {
        return err_set(err, ERR_PERMISSION, (Span){0},
                       "%.*s is signed by key %.*s, which this workspace does not trust; an owner "
                       "trusts it first: datum key trust",
                       STR_ARG(path), STR_ARG(paper->who));
    }
    return paper_is_signed_by(&cli->arena, paper, &who->public_key) ||
           fail_edited(path, "its signature does not hold", err);
}

// Does the record vouch for it, or for another one in its place?
static bool check_entry(const Home *home, Str path, Paper *paper, Err *err)
{
    ActKind act = places[paper->kind].act;
    bool by_key = paper->kind == PAPER_APPROVAL || paper->kind == PAPER_REVIEW; // one for each key
    const Act *known = acts_find(&home->acts, act, paper->number, by_key ? paper->who : (Str){0});
    paper->recorded = acts_of(&home->acts, act, paper->number, paper->who, &paper->hash) != NULL;
    if (known != NULL && !paper->recorded && paper->kind != PAPER_REVIEW) {
        return fail_edited(path, "the record vouches for another one", err);
    }
    return true;
}

bool change_read_paper(Cli *cli, const Home *home, Str path, PaperKind kind, uint64_t number,
                       Paper *ret_paper, Err *err)
{
    Str bytes = {0};
    if (path_kind(path) == PATH_MISSING) {
        return fail_missing(home, kind, number, path, err);
    }
    TRY(file_read(&cli->arena, path, cli->limits.bytes_max, &bytes, err));
    if (!paper_read(&cli->arena, bytes, kind, &cli->limits, ret_paper, err)) {
        return err_while(err, "reading %.*s", STR_ARG(path));
    }
    if (ret_paper->number != number || !str_eq(ret_paper->baseline, home->identity)) {
        return fail_edited(path, "it is about another baseline or number", err);
    }
    return check_signature(cli, home, path, ret_paper, err) &&
           check_entry(home, path, ret_paper, err);
}

// ---- reading a change ----

// The papers of one kind in changes/: "3.approval-KEY.json".
typedef struct Gather {
    Cli *cli;
    const Home *home;
    const Change *change;
    PaperKind kind;
    Paper *papers;
    uint32_t count;
} Gather;

static void say_unrecorded(Str path, const char *name)
{
    cli_say("%.*s does not count: no entry of the record vouches for this %s; who signed it gives "
            "the command again",
            STR_ARG(path), name);
}

static bool gather_one(Gather *g, Str path, Str key, Err *err)
{
    Paper *paper = &g->papers[g->count];
    TRY(change_read_paper(g->cli, g->home, path, g->kind, g->change->number, paper, err));
    if (!str_eq(paper->who, key) || !hash_eq(&paper->of, &g->change->proposal.hash)) {
        return fail_edited(path, "it is not about this proposal, or not by the key of its name",
                           err);
    }
    if (!paper->recorded) {
        say_unrecorded(path, paper_name(g->kind));
        return true;
    }
    g->count++;
    return true;
}

static bool gather(Gather *g, const Paper **ret_papers, uint32_t *ret_count, Err *err)
{
    Arena *arena = &g->cli->arena;
    FileList files = {0};
    Str folder = path_join(arena, g->home->folder, STR("changes"));
    Str prefix = change_path(g->cli, g->home, g->kind, g->change->number, (Str){0});
    prefix.len -= STR(".json").len;
    if (path_kind(folder) == PATH_FOLDER) {
        TRY(folder_list(arena, folder, &files, err));
    }
    g->papers = NEW_ARRAY(arena, Paper, files.count + 1U);
    for (uint32_t i = 0; i < files.count; i++) {
        Str path = files.paths[i];
        if (str_starts(path, prefix) && str_ends(path, STR(".json"))) {
            Str key = {path.ptr + prefix.len, path.len - prefix.len - STR(".json").len};
            TRY(gather_one(g, path, key, err));
        }
    }
    *ret_papers = g->papers;
    *ret_count = g->count;
    return true;
}

// What the record tells of this change must all be there.
static bool check_complete(const Home *home, const Change *change, Err *err)
{
    for (uint32_t i = 0; i < home->acts.count; i++) {
        const Act *act = &home->acts.at[i];
        if (act->kind != ACT_APPROVE || act->number != change->number) {
            continue;
        }
        bool found = false;
        for (uint32_t k = 0; k < change->approval_count; k++) {
            found = found || str_eq(change->approvals[k].who, act->who);
        }
        if (!found) {
            return err_set(err, ERR_NO_INPUT, (Span){0},
                           "%.*s/changes/%llu.approval-%.*s.json is not there, but entry %llu of "
                           "the record tells of it; bring it back (git, a backup)",
                           STR_ARG(home->folder), NUMBER(change->number), STR_ARG(act->who),
                           NUMBER(act->sequence));
        }
    }
    return true;
}

static uint64_t release_of(const Home *home, uint64_t change)
{
    for (uint32_t i = 0; i < home->acts.count; i++) {
        if (home->acts.at[i].kind == ACT_RELEASE && home->acts.at[i].change == change) {
            return home->acts.at[i].number;
        }
    }
    return 0;
}

bool change_read(Cli *cli, const Home *home, uint64_t number, Change *ret_change, Err *err)
{
    Change change = {.number = number, .release = release_of(home, number)};
    Str path = change_path(cli, home, PAPER_PROPOSAL, number, (Str){0});
    TRY(change_read_paper(cli, home, path, PAPER_PROPOSAL, number, &change.proposal, err));
    if (!change.proposal.recorded) {
        return err_set(err, ERR_SCHEMA, (Span){0},
                       "%.*s: no entry of the record vouches for it, the command that made it did "
                       "not end; %.*s proposes it again",
                       STR_ARG(path), STR_ARG(home_who(home, change.proposal.who)));
    }
    Gather approvals = {.cli = cli, .home = home, .change = &change, .kind = PAPER_APPROVAL};
    Gather reviews = {.cli = cli, .home = home, .change = &change, .kind = PAPER_REVIEW};
    TRY(gather(&approvals, &change.approvals, &change.approval_count, err) &&
        gather(&reviews, &change.reviews, &change.review_count, err) &&
        check_complete(home, &change, err));
    *ret_change = change;
    return true;
}

uint64_t change_last(const Home *home)
{
    return acts_last(&home->acts, ACT_PROPOSE);
}

bool change_choose(Cli *cli, const Home *home, Change *ret_change)
{
    Err err = {0};
    uint64_t number = cli->options.change;
    for (uint64_t n = change_last(home); number == 0 && n > 0; n--) {
        bool proposed = acts_find(&home->acts, ACT_PROPOSE, n, (Str){0}) != NULL;
        number = proposed && release_of(home, n) == 0 ? n : 0;
    }
    if (number == 0) {
        (void)err_set(&err, ERR_NO_INPUT, (Span){0},
                      "no change of %.*s is open; propose one: datum baseline propose %.*s",
                      STR_ARG(home->name), STR_ARG(home->name));
        return cli_fail(cli, &err);
    }
    if (!change_read(cli, home, number, ret_change, &err)) {
        return cli_fail(cli, &err);
    }
    if (ret_change->release != 0) {
        (void)err_set(&err, ERR_SCHEMA, (Span){0},
                      "change %llu of %.*s is release %llu already; propose a new one",
                      NUMBER(number), STR_ARG(home->name), NUMBER(ret_change->release));
        return cli_fail(cli, &err);
    }
    return true;
}

// ---- is the folder still what was proposed? ----

// The first file that is not as it was, and how.
static void push_difference(Buf *text, const Json *was, const Json *is)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < is->count; i++) {
        const Json *before = json_find(was, is->members[i].key);
        bool same = before != NULL && json_equal(before, &is->members[i].value);
        if (!same && count++ == 0) {
            buf_printf(text, "%.*s", STR_ARG(is->members[i].key));
        }
    }
    for (uint32_t i = 0; i < was->count; i++) {
        if (json_find(is, was->members[i].key) == NULL && count++ == 0) {
            buf_printf(text, "%.*s", STR_ARG(was->members[i].key));
        }
    }
    if (count > 1) {
        buf_printf(text, " and %u more files", count - 1);
    }
}

bool change_holds(Cli *cli, const Home *home, const Change *change, OpenEdition *open)
{
    Err err = {0};
    TRY(baselines_open_at(cli, home, STR("draft"), open));
    bool ok = baselines_content(cli, open);
    TRY(cli_tell_diags(cli, NULL) && ok);
    if (hash_eq(&open->digest, &change->proposal.digest)) {
        return true;
    }
    Buf text = {0};
    push_difference(&text, change->proposal.files, open->digests);
    (void)err_set(&err, ERR_SCHEMA, (Span){0},
                  "%.*s was edited after change %llu was proposed: %.*s; bring back what was "
                  "proposed, or propose again",
                  STR_ARG(home->folder), NUMBER(change->number),
                  (int)(text.len < 90 ? text.len : 90), text.ptr != NULL ? text.ptr : "");
    buf_free(&text);
    return cli_fail(cli, &err);
}

// ---- writing ----

// A paper that stands there already: only its own signer may write it anew.
static bool may_replace(Cli *cli, const Home *home, const ChangePaper *what, Str path, Str who,
                        Str *ret_old, Err *err)
{
    Paper old;
    if (path_kind(path) == PATH_MISSING) {
        return true;
    }
    TRY(file_read(&cli->arena, path, cli->limits.bytes_max, ret_old, err));
    if (!paper_read(&cli->arena, *ret_old, what->kind, &cli->limits, &old, err)) {
        *err = (Err){0};
        return err_set(err, ERR_SCHEMA, (Span){0},
                       "%.*s is there already and is no %s; put it elsewhere", STR_ARG(path),
                       paper_name(what->kind));
    }
    if (!str_eq(old.who, who)) {
        return err_set(err, ERR_PERMISSION, (Span){0},
                       "%.*s is there already, signed by %.*s and not recorded; they give their "
                       "command again, or the file is put elsewhere",
                       STR_ARG(path), STR_ARG(home_who(home, old.who)));
    }
    return true;
}

// Somebody else may have acted between the reading and the signing of this command.
static bool is_fresh(Cli *cli, const Home *home, Err *err)
{
    Str bytes = {0};
    Str line = {0};
    bool exists = false;
    uint64_t lines = 0;
    TRY(log_read(&cli->arena, &home->workspace, &bytes, &exists, err));
    while (replay_line(&bytes, &line)) {
        lines++;
    }
    return lines == home->entries ||
           err_set(err, ERR_SCHEMA, (Span){0},
                   "the record grew while this command ran; look at it and give it again: datum "
                   "baseline log %.*s",
                   STR_ARG(home->name));
}

bool change_write(Cli *cli, const Home *home, const SigningKey *key, const ChangePaper *what,
                  Paper *paper)
{
    Err err = {0};
    Str text = {0};
    Str old = {0};
    Str path = change_path(cli, home, what->kind, what->number, what->subject_key);
    Str folder = path_join(&cli->arena, home->folder, str_from_cstr(places[what->kind].folder));
    paper->baseline = home->identity;
    paper->number = what->number;
    paper->time = cli->now;
    if (!is_fresh(cli, home, &err) ||
        !paper_sign(&cli->arena, key, what->kind, paper, &text, &err) ||
        !may_replace(cli, home, what, path, paper->who, &old, &err) || !folder_make(folder, &err) ||
        !workspace_write(path, text, false, &err)) {
        return cli_fail(cli, &err);
    }
    EntryNew entry = {
        .what = act_what(places[what->kind].act),
        .subject = act_subject(&cli->arena, places[what->kind].act, home->identity, what->number),
        .before = what->before,
        .after = &paper->hash,
        .fields = what->fields,
        .field_count = what->field_count,
    };
    if (signer_record(cli, &home->workspace, key, &entry)) {
        return true;
    }
    if (old.len == 0) {
        workspace_remove(path);
    } else if (!workspace_write(path, (Str){old.ptr, old.len - 1}, false, &err)) {
        (void)cli_fail(cli, &err); // the newline is workspace_write's
    }
    return false;
}

bool change_signer(Cli *cli, const Home *home, SigningKey **ret_key, Str *ret_id)
{
    Err err = {0};
    if (!home->has_record) {
        (void)err_set(&err, ERR_NO_INPUT, (Span){0},
                      "there is no record in %.*s, so nobody can sign; datum key new begins one",
                      STR_ARG(home->workspace.folder));
        return cli_fail(cli, &err);
    }
    TRY(signer_open(cli, &home->workspace, &home->people, ret_key));
    *ret_id = key_id(&cli->arena, key_public(*ret_key));
    return true;
}

uint32_t change_others(const Cli *cli, const Home *home, Str id)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < home->people.count; i++) {
        const Principal *one = &home->people.at[i];
        Err err = {0};
        count += !str_eq(one->id, id) && people_may_sign(one, one->id, cli->now, &err) ? 1U : 0U;
    }
    return count;
}

bool change_quorum(Cli *cli, const Home *home, const Paper *proposal, const Json *manifest,
                   Quorum *ret_quorum)
{
    Err err = {0};
    Quorum own = {0};
    if (!quorum_read(manifest, &own, &err)) {
        (void)err_while(&err, "reading %.*s/manifest.json", STR_ARG(home->folder));
        return cli_fail(cli, &err);
    }
    *ret_quorum = own;
    const Json *from = json_find(proposal->from, STR("release"));
    if (from == NULL) {
        return true;
    }
    Paper release;
    Quorum before = {0};
    bool recorded = false;
    uint64_t number = from->is_int ? (uint64_t)from->number.as_int : 0;
    if (!releases_read(cli, home, number, &release, &recorded, &err) ||
        !quorum_read(json_find(release.content, STR("manifest.json")), &before, &err)) {
        return cli_fail(cli, &err);
    }
    *ret_quorum = quorum_join(own, before);
    return true;
}
