// SPDX-License-Identifier: Apache-2.0
// datum baseline log, verify: what was done to a baseline, and whether its releases are what was
// approved.
#include "cli/change.h"
#include "cli/releases.h"
#include "host/files.h"
#include "report/page.h"
#include "json/write.h"

#define NUMBER(n) (unsigned long long)(n)

static void member(JsonOut *out, Str key, Str value)
{
    if (value.len != 0) {
        json_out_key(out, key);
        json_out_str(out, value);
    }
}

static void time_member(JsonOut *out, Str key, Ticks time)
{
    if (time != 0) {
        Buf text = {0};
        ticks_print(&text, time);
        member(out, key, buf_str(&text));
        buf_free(&text);
    }
}

static void number_member(JsonOut *out, Str key, uint64_t value)
{
    json_out_key(out, key);
    json_out_u64(out, value);
}

static bool find_own(Cli *cli, Home *ret_home, Str *ret_edition)
{
    TRY(home_find(cli, cli->options.arguments.at[0], ret_home, ret_edition));
    if (ret_home->ships) {
        Err err = {0};
        (void)err_set(&err, ERR_NO_INPUT, (Span){0},
                      "%.*s ships with the program: it has no changes and no releases",
                      STR_ARG(ret_home->name));
        return cli_fail(cli, &err);
    }
    return true;
}

// ---- log ----

static bool is_of_release(const Act *act)
{
    return act->kind == ACT_RELEASE || act->kind == ACT_RETIRE || act->kind == ACT_ACKNOWLEDGE;
}

static void log_row(const Page *page, const Home *home, const Act *act)
{
    static const char *const verbs[ACT_COUNT] = {
        [ACT_PROPOSE] = "proposed", [ACT_REVIEW] = "reviewed", [ACT_APPROVE] = "approved",
        [ACT_RELEASE] = "released", [ACT_RETIRE] = "retired",  [ACT_ACKNOWLEDGE] = "read",
    };
    Buf text = {0};
    bool of_release = is_of_release(act);
    ticks_print(&text, act->time);
    page_column(page, INK_DIM, buf_str(&text), 22);
    buf_clear(&text);
    buf_printf(&text, "%s %llu", of_release ? "release" : "change", NUMBER(act->number));
    page_column(page, of_release ? INK_BOLD : INK_PLAIN, buf_str(&text), 12);
    buf_clear(&text);
    buf_printf(&text, "%s by %.*s", verbs[act->kind], STR_ARG(home_who(home, act->who)));
    if (act->change != 0) {
        buf_printf(&text, ", from change %llu", NUMBER(act->change));
    }
    if (act->verdict.len != 0) {
        buf_printf(&text, ": %.*s", STR_ARG(act->verdict));
    }
    if (act->note.len != 0) {
        buf_printf(&text, ": %.*s", STR_ARG(act->note));
    }
    if (act->reference.len != 0) {
        buf_printf(&text, " (%.*s)", STR_ARG(act->reference));
    }
    page_wrap(page, INK_PLAIN, buf_str(&text), 34);
    buf_free(&text);
}

static void log_json(JsonOut *out, const Home *home, const Act *act)
{
    json_out_object_begin(out);
    number_member(out, STR("entry"), act->sequence);
    time_member(out, STR("time"), act->time);
    member(out, STR("what"), act_what(act->kind));
    number_member(out, is_of_release(act) ? STR("release") : STR("change"), act->number);
    if (act->change != 0) {
        number_member(out, STR("fromChange"), act->change);
    }
    member(out, STR("who"), act->who);
    member(out, STR("name"), home_who(home, act->who));
    member(out, STR("verdict"), act->verdict);
    member(out, STR("text"), act->note);
    member(out, STR("reference"), act->reference);
    json_out_object_end(out);
}

void cmd_baseline_log(Cli *cli)
{
    Home home;
    Str edition = {0};
    if (!find_own(cli, &home, &edition)) {
        return;
    }
    Buf text = {0};
    JsonOut out = {.buf = &text};
    Page page = {.out = &text, .style = &cli->style};
    bool json = cli_wants_json(cli);
    if (json) {
        json_out_array_begin(&out);
    }
    for (uint32_t i = 0; i < home.acts.count; i++) {
        if (json) {
            log_json(&out, &home, &home.acts.at[i]);
        } else {
            log_row(&page, &home, &home.acts.at[i]);
        }
    }
    if (json) {
        json_out_array_end(&out);
        buf_byte(&text, '\n');
    }
    cli_print(cli, buf_str(&text));
    buf_free(&text);
    if (home.acts.count == 0) {
        cli_say("the record in %.*s knows nothing of %.*s", STR_ARG(home.workspace.folder),
                STR_ARG(home.identity));
    }
}

// ---- verify ----

// One line of the answer.
typedef struct Row {
    Str what; // "release 2", "change 3", "folder"
    bool holds;
    Str text;
} Row;

typedef struct Verify {
    Cli *cli;
    Home home;
    Row *rows;
    uint32_t count;
    uint32_t cap;
    bool faulty;
    bool unvouched;
} Verify;

static void add_row(Verify *v, const char *what, uint64_t number, bool holds, Str text)
{
    Buf name = {0};
    buf_push(&name, str_from_cstr(what));
    if (number != 0) {
        buf_printf(&name, " %llu", NUMBER(number));
    }
    ARENA_ROOM(&v->cli->arena, v->rows, v->count, v->cap);
    v->rows[v->count++] = (Row){.what = str_copy(&v->cli->arena, buf_str(&name)),
                                .holds = holds,
                                .text = str_copy(&v->cli->arena, text)};
    v->faulty = v->faulty || !holds;
    buf_free(&name);
}

// Beside what assess checks: the bar of the release before it, which nobody lowers for themselves.
static bool check_bar(Verify *v, const Paper *release, Err *err)
{
    Quorum quorum = {0};
    Quorum own = {0};
    Quorum before = {0};
    Paper older;
    Str why = {0};
    bool recorded = false;
    const Home *home = &v->home;
    const Json *from = json_find(json_find(release->proposal, STR("from")), STR("release"));
    const Act *act = acts_find(&home->acts, ACT_RELEASE, release->number, (Str){0});
    if (from == NULL || act == NULL || act->others == 0) {
        return true;
    }
    uint64_t number = from->is_int ? (uint64_t)from->number.as_int : 0;
    TRY(releases_read(v->cli, home, number, &older, &recorded, err));
    TRY(quorum_read(json_find(older.content, STR("manifest.json")), &before, err));
    TRY(quorum_read(json_find(release->content, STR("manifest.json")), &own, err));
    quorum = quorum_join(own, before);
    const Json *approvals = release->approvals;
    Roles *roles = NEW_ARRAY(&v->cli->arena, Roles, approvals->count + 1U);
    for (uint32_t i = 0; i < approvals->count; i++) {
        Str who = json_find_str(&approvals->items[i], STR("who"));
        const Act *approve = acts_find(&home->acts, ACT_APPROVE, act->change, who);
        roles[i] = approve != NULL ? approve->roles : 0;
    }
    if (!quorum_holds(&v->cli->arena, quorum, roles, approvals->count, &why)) {
        return err_set(err, ERR_SCHEMA, (Span){0},
                       "it was not approved as release %llu, which it follows, wants: %.*s",
                       NUMBER(number), (int)(why.len < 100 ? why.len : 100), why.ptr);
    }
    return true;
}

static void verify_release(Verify *v, uint64_t number)
{
    OpenEdition open = {.home = v->home};
    Err err = {0};
    Edition *edition = &open.edition;
    bool ok =
        baselines_check(v->cli, &v->home, number, &open, &err) && check_bar(v, &open.release, &err);
    if (ok && !edition->vouched && v->home.acts.count != 0) {
        ok = err_set(&err, ERR_SCHEMA, (Span){0},
                     "no entry of the record vouches for it: the command that made it did not end; "
                     "datum baseline release again");
    }
    if (err.kind == ERR_NO_INPUT &&
        acts_find(&v->home.acts, ACT_RELEASE, number, (Str){0}) == NULL) {
        (void)cli_fail(v->cli, &err); // nobody ever said that there is such a release
        return;
    }
    if (!ok) {
        add_row(v, "release", number, false, str_from_cstr(err.text));
        return;
    }
    v->unvouched = v->unvouched || !edition->vouched;
    Buf text = {0};
    buf_printf(&text, "version %.*s, %.*s", STR_ARG(open.release.version),
               STR_ARG(edition_words(&v->cli->arena, edition, v->cli->now)));
    for (uint32_t i = 0; i < edition->approvals; i++) {
        buf_printf(&text, "%s%.*s", i == 0 ? "; approved by " : ", ",
                   STR_ARG(edition->approvers[i]));
    }
    add_row(v, "release", number, true, buf_str(&text));
    buf_free(&text);
}

static void verify_change(Verify *v, uint64_t number)
{
    Change change;
    Err err = {0};
    if (!change_read(v->cli, &v->home, number, &change, &err)) {
        add_row(v, "change", number, false, str_from_cstr(err.text));
        return;
    }
    Buf text = {0};
    buf_printf(&text, "proposed by %.*s, %u approval%s, %u review%s",
               STR_ARG(home_who(&v->home, change.proposal.who)), change.approval_count,
               change.approval_count == 1 ? "" : "s", change.review_count,
               change.review_count == 1 ? "" : "s");
    if (change.release != 0) {
        buf_printf(&text, ", release %llu", NUMBER(change.release));
    } else {
        buf_push(&text, STR(", open"));
    }
    add_row(v, "change", number, true, buf_str(&text));
    buf_free(&text);
}

// Files in changes/ that the record knows nothing of: a command that did not end, or somebody's
// hand.
static void verify_strays(Verify *v)
{
    Cli *cli = v->cli;
    FileList files = {0};
    Err err = {0};
    Str folder = path_join(&cli->arena, v->home.folder, STR("changes"));
    if (path_kind(folder) != PATH_FOLDER || !folder_list(&cli->arena, folder, &files, &err)) {
        return;
    }
    for (uint32_t i = 0; i < files.count; i++) {
        uint64_t number = 0;
        Str name = str_from(files.paths[i], folder.len + 1);
        for (size_t k = 0; k < name.len && name.ptr[k] >= '0' && name.ptr[k] <= '9'; k++) {
            number = number < UINT32_MAX ? number * 10 + (uint64_t)(name.ptr[k] - '0') : number;
        }
        if (acts_find(&v->home.acts, ACT_PROPOSE, number, (Str){0}) == NULL) {
            Buf text = {0};
            buf_printf(&text, "%.*s: no entry of the record knows of it; it does not count",
                       STR_ARG(files.paths[i]));
            add_row(v, "file", 0, false, buf_str(&text));
            buf_free(&text);
        }
    }
}

// Not a fault: a folder is there to be edited. But it should be known.
static void verify_folder(Verify *v)
{
    Cli *cli = v->cli;
    uint64_t newest = 0;
    OpenEdition draft;
    Paper release;
    bool recorded = false;
    Err err = {0};
    if (!releases_newest(cli, &v->home, &newest) || newest == 0 ||
        !baselines_open_at(cli, &v->home, STR("draft"), &draft)) {
        return;
    }
    bool ok = baselines_content(cli, &draft);
    if (!cli_tell_diags(cli, NULL) || !ok ||
        !releases_read(cli, &v->home, newest, &release, &recorded, &err)) {
        return; // told already, here or at the release
    }
    Buf text = {0};
    bool same = hash_eq(&release.digest, &draft.digest);
    buf_printf(&text,
               same ? "as release %llu has it"
                    : "edited since release %llu (datum baseline "
                      "diff)",
               NUMBER(newest));
    add_row(v, "folder", 0, true, buf_str(&text));
    buf_free(&text);
}

static void print_rows(const Verify *v)
{
    Buf text = {0};
    JsonOut out = {.buf = &text};
    Page page = {.out = &text, .style = &v->cli->style};
    if (cli_wants_json(v->cli)) {
        json_out_object_begin(&out);
        member(&out, STR("baseline"), v->home.identity);
        json_out_key(&out, STR("holds"));
        json_out_bool(&out, !v->faulty);
        json_out_key(&out, STR("vouched"));
        json_out_bool(&out, !v->unvouched);
        json_out_key(&out, STR("checks"));
        json_out_array_begin(&out);
    }
    for (uint32_t i = 0; i < v->count; i++) {
        const Row *row = &v->rows[i];
        if (cli_wants_json(v->cli)) {
            json_out_object_begin(&out);
            member(&out, STR("what"), row->what);
            json_out_key(&out, STR("holds"));
            json_out_bool(&out, row->holds);
            member(&out, STR("text"), row->text);
            json_out_object_end(&out);
        } else {
            page_column(&page, row->holds ? INK_GOOD : INK_BAD,
                        row->holds ? STR("holds") : STR("does not"), 10);
            page_column(&page, INK_BOLD, row->what, 12);
            page_wrap(&page, INK_PLAIN, row->text, 22);
        }
    }
    if (cli_wants_json(v->cli)) {
        json_out_array_end(&out);
        json_out_object_end(&out);
        buf_byte(&text, '\n');
    }
    cli_print(v->cli, buf_str(&text));
    buf_free(&text);
}

void cmd_baseline_verify(Cli *cli)
{
    Verify v = {.cli = cli};
    Str edition = {0};
    if (!find_own(cli, &v.home, &edition)) {
        return;
    }
    bool one = edition.len != 0 && !str_eq(edition, STR("draft"));
    uint64_t number = 0;
    for (size_t i = 0; one && i < edition.len; i++) {
        number = number * 10 + (uint64_t)(edition.ptr[i] - '0');
    }
    if (one) {
        verify_release(&v, number);
    }
    for (uint32_t i = 0; !one && i < v.home.release_count; i++) {
        verify_release(&v, v.home.releases[i]);
    }
    for (uint64_t n = 1; !one && n <= change_last(&v.home); n++) {
        verify_change(&v, n);
    }
    if (!one && v.home.has_record) {
        verify_strays(&v);
    }
    if (!one) {
        verify_folder(&v);
    }
    if (v.count == 0 && cli->outcome.err.kind == ERR_NONE) {
        cli_say("%.*s has no release and no change: nobody has approved it", STR_ARG(v.home.name));
        v.unvouched = true;
    }
    print_rows(&v);
    cli->outcome.gate_failed = v.faulty;
    cli->outcome.incomplete = v.unvouched;
}
