// SPDX-License-Identifier: Apache-2.0
#include "cli/baselines.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "cli/signer.h"
#include "host/assets.h"
#include "host/files.h"
#include "record/hex.h"
#include "json/read.h"

// ---- the files of a package: built in, or in a folder ----

typedef struct Package {
    Cli *cli;
    Str root; // prefix of the assets, or the folder
} Package;

static bool asset_read(void *ctx, Str path, Str *ret_bytes, Err *err)
{
    const Package *package = ctx;
    Str full = path_join(&package->cli->arena, package->root, path);
    const Asset *asset = asset_find(full);
    if (asset == NULL) {
        return err_set(err, ERR_NO_INPUT, (Span){0}, "%.*s is not part of this program",
                       STR_ARG(full));
    }
    *ret_bytes = asset->bytes;
    return true;
}

// Paths relative to the package, of files directly in the directory.
static bool asset_list(void *ctx, Str directory, const Str **ret_paths, uint32_t *ret_count,
                       Err *err)
{
    (void)err;
    const Package *package = ctx;
    Arena *arena = &package->cli->arena;
    Str folder = path_join(arena, path_join(arena, package->root, directory), STR(""));
    uint32_t count = 0;
    const Asset *first = asset_find_prefix(folder, &count);
    Str *paths = NEW_ARRAY(arena, Str, count + 1U);
    uint32_t n = 0;
    for (uint32_t i = 0; i < count; i++) {
        Str below = str_from(first[i].path, folder.len);
        if (!str_cut(below, '/').found) {
            paths[n++] = str_from(first[i].path, package->root.len + 1);
        }
    }
    *ret_paths = paths;
    *ret_count = n;
    return true;
}

static bool folder_read(void *ctx, Str path, Str *ret_bytes, Err *err)
{
    const Package *package = ctx;
    Arena *arena = &package->cli->arena;
    return file_read(arena, path_join(arena, package->root, path), package->cli->limits.bytes_max,
                     ret_bytes, err);
}

static bool folder_list_directory(void *ctx, Str directory, const Str **ret_paths,
                                  uint32_t *ret_count, Err *err)
{
    const Package *package = ctx;
    Arena *arena = &package->cli->arena;
    Str folder = path_join(arena, package->root, directory);
    *ret_paths = NULL;
    *ret_count = 0;
    if (path_kind(folder) == PATH_MISSING) {
        return true;
    }
    FileList files = {0};
    TRY(folder_list(arena, folder, &files, err));
    Str *paths = NEW_ARRAY(arena, Str, files.count + 1U);
    for (uint32_t i = 0; i < files.count; i++) {
        Str below = str_from(files.paths[i], folder.len + 1);
        bool is_json = str_eq_nocase(path_extension(below), STR(".json"));
        if (is_json && !str_cut(below, '/').found) {
            paths[(*ret_count)++] = path_join(arena, directory, below);
        }
    }
    *ret_paths = paths;
    return true;
}

static PackageFiles files_of(Cli *cli, const Home *home)
{
    Package *package = NEW(&cli->arena, Package);
    *package = (Package){.cli = cli, .root = home->folder};
    return (PackageFiles){
        .read = home->ships ? asset_read : folder_read,
        .list = home->ships ? asset_list : folder_list_directory,
        .ctx = package,
        .label = home->ships ? home->name : home->folder,
    };
}

// ---- finding ----

static Str without_slashes(Str path)
{
    while (path.len > 1 && path.ptr[path.len - 1] == '/') {
        path.len--;
    }
    return path;
}

// NAME@EDITION. A folder may have an '@' in its name.
static bool split(Cli *cli, Str text, Str *ret_name, Str *ret_edition)
{
    size_t at = text.len;
    *ret_name = text;
    *ret_edition = (Str){0};
    while (at > 0 && text.ptr[at - 1] != '@' && text.ptr[at - 1] != '/') {
        at--;
    }
    if (at == 0 || text.ptr[at - 1] == '/' || path_kind(text) == PATH_FOLDER) {
        return true;
    }
    Str edition = str_from(text, at);
    bool good = edition.len != 0 && edition.len < 16;
    for (size_t i = 0; good && i < edition.len; i++) {
        good = edition.ptr[i] >= '0' && edition.ptr[i] <= '9';
    }
    if (!str_eq(edition, STR("draft")) && !good) {
        cli_usage(cli, "%.*s: behind @ stands the number of a release, or draft", STR_ARG(text));
        return false;
    }
    *ret_name = (Str){text.ptr, at - 1};
    *ret_edition = edition;
    return true;
}

static bool is_path(Str name)
{
    return str_cut(name, '/').found || str_eq(name, STR(".")) || str_eq(name, STR(".."));
}

static bool locate(Cli *cli, Str name, Home *home)
{
    Arena *arena = &cli->arena;
    Str own = path_join(arena, STR("baselines"), name);
    home->name = name;
    home->folder = is_path(name) ? name : own; // the prefix of the assets is called the same
    if (path_kind(home->folder) == PATH_FOLDER) {
        return true;
    }
    if (!is_path(name) && asset_find(path_join(arena, own, STR("manifest.json"))) != NULL) {
        home->ships = true;
        return true;
    }
    if (!is_path(name) && path_kind(name) == PATH_FOLDER) {
        home->folder = name;
        return true;
    }
    Err err = {0};
    (void)err_set(&err, ERR_NO_INPUT, (Span){0},
                  "no baseline %.*s: neither a folder%s%.*s nor one that ships (datum baseline "
                  "list)",
                  STR_ARG(name), is_path(name) ? "" : " ", STR_ARG(is_path(name) ? (Str){0} : own));
    return cli_fail(cli, &err);
}

// What the manifest calls the baseline; a manifest that cannot be read is the loader's to report.
static Str identity_of(Cli *cli, const Home *home)
{
    PackageFiles files = files_of(cli, home);
    Str bytes = {0};
    Err err = {0};
    const Json *manifest = NULL;
    Str identity = {0};
    if (files.read(files.ctx, STR("manifest.json"), &bytes, &err) &&
        json_read_data(&cli->arena, bytes, &cli->limits, &manifest, &err)) {
        identity = json_find_str(manifest, STR("name"));
    }
    return identity.len != 0 ? identity : path_base(home->folder);
}

static bool read_record(Cli *cli, Home *home)
{
    Str bytes = {0};
    Replay replay;
    home->workspace = signer_workspace(cli);
    TRY(signer_replay(cli, &home->workspace, REPLAY_ALL, &bytes, &replay));
    TRY(replay.fault.kind == FAULT_NONE);
    home->has_record = replay.size != 0;
    home->entries = replay.size;
    home->people = replay.people;
    acts_read(&cli->arena, bytes, replay.size, home->identity, &home->acts);
    return true;
}

// ---- which releases there are ----

// "12.json" → 12; 0 = it is not a release.
static uint64_t release_number(Str file)
{
    uint64_t number = 0;
    size_t digits = 0;
    while (digits < file.len && digits < 15 && file.ptr[digits] >= '0' && file.ptr[digits] <= '9') {
        number = number * 10 + (uint64_t)(file.ptr[digits++] - '0');
    }
    bool plain = digits != 0 && file.ptr[0] != '0';
    return plain && str_eq(str_from(file, digits), STR(".json")) ? number : 0;
}

static int compare_numbers(const void *a, const void *b)
{
    const uint64_t *x = a;
    const uint64_t *y = b;
    return (*x > *y) - (*x < *y);
}

static bool list_releases(Cli *cli, Home *home)
{
    FileList files = {0};
    Err err = {0};
    Str folder = path_join(&cli->arena, home->folder, STR("releases"));
    if (path_kind(folder) == PATH_FOLDER && !folder_list(&cli->arena, folder, &files, &err)) {
        return cli_fail(cli, &err);
    }
    uint64_t *numbers = NEW_ARRAY(&cli->arena, uint64_t, files.count + home->acts.count + 1U);
    uint32_t count = 0;
    for (uint32_t i = 0; i < files.count; i++) {
        uint64_t number = release_number(str_from(files.paths[i], folder.len + 1));
        if (number != 0) {
            numbers[count++] = number;
        }
    }
    for (uint32_t i = 0; i < home->acts.count; i++) {
        if (home->acts.at[i].kind == ACT_RELEASE) {
            numbers[count++] = home->acts.at[i].number;
        }
    }
    qsort(numbers, count, sizeof *numbers, compare_numbers);
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0 || numbers[i] != numbers[i - 1]) {
            numbers[home->release_count++] = numbers[i];
        }
    }
    home->releases = numbers;
    return true;
}

bool baselines_find(Cli *cli, Str text, Home *ret_home, Str *ret_edition)
{
    Home home = {.name = {0}};
    Str name = {0};
    TRY(split(cli, text, &name, ret_edition));
    TRY(locate(cli, without_slashes(name), &home));
    home.identity = identity_of(cli, &home);
    if (!home.ships) {
        TRY(read_record(cli, &home) && list_releases(cli, &home));
    }
    *ret_home = home;
    return true;
}

Str baselines_path(Cli *cli, const Home *home, const char *folder, uint64_t number,
                   const char *suffix)
{
    Buf text = {0};
    buf_printf(&text, "%.*s/%s/%llu%s", STR_ARG(home->folder), folder, (unsigned long long)number,
               suffix);
    Str path = str_copy(&cli->arena, buf_str(&text));
    buf_free(&text);
    return path;
}

Str baselines_who(const Home *home, Str id)
{
    const Principal *one = home->has_record ? people_find(&home->people, id) : NULL;
    return one != NULL ? one->name : id;
}

// ---- opening ----

bool baselines_check(Cli *cli, const Home *home, uint64_t number, OpenEdition *open, Err *err)
{
    Edition *edition = &open->edition;
    PackageContent *content = NEW(&cli->arena, PackageContent);
    *edition = (Edition){.kind = EDITION_RELEASE, .name = home->identity, .number = number};
    TRY(baselines_release(cli, home, number, &open->release, &edition->vouched, err));
    TRY(baselines_retired(cli, home, number, &edition->retired, err));
    ASSERT(content_read(&cli->arena, open->release.content, content)); // was checked
    const Paper *release = &open->release;
    Buf label = {0};
    buf_printf(&label, "%.*s", STR_ARG(baselines_path(cli, home, "releases", number, ".json")));
    open->files = content_files(&cli->arena, content, str_copy(&cli->arena, buf_str(&label)));
    buf_free(&label);
    open->content = content;
    open->tree = release->content;
    open->digest = release->digest;
    edition->digest = hex_text(&cli->arena, release->digest.at, HASH_BYTES);
    edition->effective = release->effective > release->time ? release->effective : release->time;
    edition->proposer = baselines_who(home, json_find_str(release->proposal, STR("who")));
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
    Str path = baselines_path(cli, home, "releases", number, ".json");
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
        open.files = files_of(cli, home);
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
    return baselines_find(cli, text, &home, &edition) &&
           baselines_open_at(cli, &home, edition, ret_open);
}

// ---- the whole content ----

typedef struct Reading {
    Cli *cli;
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
        TRY(json_read(&cli->arena, bytes, &cli->limits, &cli->diags, &json));
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
    Reading reading = {.cli = cli};
    const Home *home = &open->home;
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
    TRY(baseline_load(&cli->arena, &ret_open->files, &cli->limits, &cli->diags, ret_baseline));
    find_digest(cli, ret_open);
    return true;
}
