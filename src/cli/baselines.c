// SPDX-License-Identifier: Apache-2.0
#include "cli/baselines.h"

#include "base/utf8.h"
#include "cli/releases.h"
#include "host/assets.h"
#include "host/files.h"
#include "record/hex.h"
#include "json/read.h"

// ---- opening ----

bool baselines_check(Cli *cli, const Home *home, uint64_t number, OpenEdition *open, Err *err)
{
    Edition *edition = &open->edition;
    PackageContent *content = NEW(&cli->arena, PackageContent);
    *edition = (Edition){.kind = EDITION_RELEASE, .name = home->identity, .number = number};
    TRY(releases_read(cli, home, number, &open->release, &edition->vouched, err));
    TRY(releases_retired(cli, home, number, &edition->retired, err));
    ASSERT(content_read(&cli->arena, open->release.content, content)); // was checked
    const Paper *release = &open->release;
    Buf label = {0};
    buf_printf(&label, "%.*s", STR_ARG(home_path(cli, home, "releases", number, ".json")));
    open->files = content_files(&cli->arena, content, str_copy(&cli->arena, buf_str(&label)));
    buf_free(&label);
    open->content = content;
    open->tree = release->content;
    open->digest = release->digest;
    edition->digest = hex_text(&cli->arena, release->digest.at, HASH_BYTES);
    edition->effective = release->effective > release->time ? release->effective : release->time;
    edition->proposer = home_who(home, json_find_str(release->proposal, STR("who")));
    Str *approvers = NEW_ARRAY(&cli->arena, Str, release->approvals->count + 1U);
    for (uint32_t i = 0; i < release->approvals->count; i++) {
        Str id = json_find_str(&release->approvals->items[i], STR("who"));
        Str name = json_find_str(json_find(release->signers, id), STR("name")); // as it was then
        approvers[i] = name.len != 0 ? name : id;
    }
    edition->approvers = approvers;
    edition->approvals = release->approvals->count;
    return true;
}

// Beside the releases the record knows, one it does not know came about in a command that did not
// end: it is passed over, aloud.
static bool is_cut_off(const Home *home, const OpenEdition *open)
{
    return home->acts.count != 0 && !open->edition.vouched;
}

static bool fail_cut_off(Cli *cli, const Home *home, uint64_t number, Err *err)
{
    Str path = home_path(cli, home, "releases", number, ".json");
    return err_set(err, ERR_SCHEMA, (Span){0},
                   "%.*s: no entry of the record vouches for it; the command that made it did not "
                   "end: datum baseline release again",
                   STR_ARG(path));
}

static bool open_in_force(Cli *cli, const Home *home, OpenEdition *open, Err *err)
{
    Buf why = {0};
    for (uint32_t i = home->release_count; i-- > 0;) {
        OpenEdition one = {.home = *home};
        if (!baselines_check(cli, home, home->releases[i], &one, err)) {
            buf_free(&why);
            return false;
        }
        if (is_cut_off(home, &one)) {
            Err aside = {0};
            (void)fail_cut_off(cli, home, home->releases[i], &aside);
            cli_say("%s", aside.text);
            continue;
        }
        bool is_retired = one.edition.retired != 0 && one.edition.retired <= cli->now;
        if (!is_retired && one.edition.effective <= cli->now) {
            buf_free(&why);
            *open = one;
            return true;
        }
        buf_printf(&why, "%srelease %llu %s ", why.len != 0 ? ", " : "",
                   (unsigned long long)home->releases[i],
                   is_retired ? "was retired on" : "takes effect on");
        ticks_print(&why, is_retired ? one.edition.retired : one.edition.effective);
    }
    (void)err_set(err, ERR_NO_INPUT, (Span){0},
                  "no release of %.*s is in force: %.*s; %.*s@draft is the folder as it is",
                  STR_ARG(home->name), (int)(why.len < 120 ? why.len : 120),
                  why.ptr != NULL ? why.ptr : "", STR_ARG(home->name));
    buf_free(&why);
    return false;
}

static bool open_numbered(Cli *cli, const Home *home, Str text, OpenEdition *open, Err *err)
{
    uint64_t number = 0;
    for (size_t i = 0; i < text.len; i++) {
        number = number * 10 + (uint64_t)(text.ptr[i] - '0');
    }
    TRY(baselines_check(cli, home, number, open, err));
    return !is_cut_off(home, open) || fail_cut_off(cli, home, number, err);
}

bool baselines_open_at(Cli *cli, const Home *home, Str edition, OpenEdition *ret_open)
{
    Err err = {0};
    OpenEdition open = {.home = *home};
    bool is_draft = str_eq(edition, STR("draft"));
    if (home->ships && edition.len != 0) {
        (void)err_set(
            &err, ERR_NO_INPUT, (Span){0},
            "%.*s ships with the program and has no editions; make one of your own: datum "
            "baseline new NAME --from %.*s",
            STR_ARG(home->name), STR_ARG(home->name));
        return cli_fail(cli, &err);
    }
    if (home->ships || is_draft || (edition.len == 0 && home->release_count == 0)) {
        open.edition = (Edition){.kind = home->ships ? EDITION_SHIPPED
                                         : is_draft  ? EDITION_DRAFT
                                                     : EDITION_UNRELEASED,
                                 .name = home->identity};
        open.files = home_files(cli, home);
    } else if (!(edition.len != 0 ? open_numbered(cli, home, edition, &open, &err)
                                  : open_in_force(cli, home, &open, &err))) {
        return cli_fail(cli, &err);
    }
    *ret_open = open;
    return true;
}

bool baselines_open(Cli *cli, Str text, OpenEdition *ret_open)
{
    Home home;
    Str edition = {0};
    return home_find(cli, text, &home, &edition) &&
           baselines_open_at(cli, &home, edition, ret_open);
}

// ---- the whole content ----

typedef struct Reading {
    Cli *cli;
    JsonLimits limits;
    JsonMember *members;
    uint32_t count;
} Reading;

static bool take_file(Reading *reading, Str label, Str path, Str bytes)
{
    Cli *cli = reading->cli;
    JsonMember *member = &reading->members[reading->count];
    cli->diags.file = label;
    member->key = path;
    if (str_ends(path, STR(".json"))) {
        const Json *json = NULL;
        TRY(json_read(&cli->arena, bytes, &reading->limits, &cli->diags, &json));
        member->value = *json;
    } else if (utf8_valid_len(bytes) != bytes.len) {
        return diag_error(&cli->diags, (Span){0}, "not-text",
                          "a baseline has text files only; keep this one elsewhere");
    } else {
        member->value = json_string(bytes);
    }
    reading->count++;
    return true;
}

static bool read_assets(Reading *reading, const Home *home)
{
    Str folder = path_join(&reading->cli->arena, home->folder, STR(""));
    uint32_t count = 0;
    const Asset *first = asset_find_prefix(folder, &count);
    reading->members = NEW_ARRAY(&reading->cli->arena, JsonMember, count + 1U);
    for (uint32_t i = 0; i < count; i++) {
        Str path = str_from(first[i].path, folder.len);
        TRY(take_file(reading, first[i].path, path, first[i].bytes));
    }
    return true;
}

static bool read_folder(Reading *reading, const Home *home)
{
    Cli *cli = reading->cli;
    FileList files = {0};
    Err err = {0};
    bool ok = true;
    if (!folder_list(&cli->arena, home->folder, &files, &err)) {
        return cli_fail(cli, &err);
    }
    reading->members = NEW_ARRAY(&cli->arena, JsonMember, files.count + 1U);
    for (uint32_t i = 0; i < files.count; i++) {
        Str path = str_from(files.paths[i], home->folder.len + 1);
        Str bytes = {0};
        if (!content_holds(path)) {
            continue;
        }
        if (!file_read(&cli->arena, files.paths[i], cli->limits.bytes_max, &bytes, &err)) {
            return cli_fail(cli, &err);
        }
        ok = take_file(reading, files.paths[i], path, bytes) && ok;
    }
    return ok;
}

bool baselines_content(Cli *cli, OpenEdition *open)
{
    if (open->content != NULL) {
        return true;
    }
    const Home *home = &open->home;
    Reading reading = {.cli = cli, .limits = home_limits(cli, home)};
    TRY(home->ships ? read_assets(&reading, home) : read_folder(&reading, home));
    Json *object = NEW(&cli->arena, Json);
    PackageContent *content = NEW(&cli->arena, PackageContent);
    Err err = {0};
    *object = (Json){.type = JSON_OBJECT, .count = reading.count, .members = reading.members};
    if (!content_digest(&cli->arena, object, &open->digests, &open->digest, &err)) {
        cli->diags.file = home->folder;
        return diag_error(&cli->diags, (Span){0}, "inexact-number", "%s", err.text);
    }
    ASSERT(content_read(&cli->arena, object, content)); // paths of a folder are paths
    open->content = content;
    open->tree = object;
    open->edition.digest = hex_text(&cli->arena, open->digest.at, HASH_BYTES);
    return true;
}

// What only fixtures or other files beside the measure have wrong is no reason not to measure.
static void find_digest(Cli *cli, OpenEdition *open)
{
    DiagList kept = cli->diags;
    diag_init(&cli->diags, &cli->arena, (Str){0});
    bool ok = baselines_content(cli, open);
    const Diag *first = cli->diags.first;
    cli->diags = kept;
    if (!ok && first != NULL) {
        Str file = cli->diags.file;
        cli->diags.file = first->file;
        diag_warn(&cli->diags, first->at, "no-digest", "%.*s; so the baseline has no digest",
                  STR_ARG(first->text));
        cli->diags.file = file;
    }
}

bool baselines_load(Cli *cli, Str text, OpenEdition *ret_open, const Baseline **ret_baseline)
{
    TRY(baselines_open(cli, text, ret_open));
    JsonLimits limits = home_limits(cli, &ret_open->home);
    TRY(baseline_load(&cli->arena, &ret_open->files, &limits, &cli->diags, ret_baseline));
    find_digest(cli, ret_open);
    return true;
}
