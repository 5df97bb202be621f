// SPDX-License-Identifier: Apache-2.0
#include "cli/home.h"

#include <stdlib.h>

#include "cli/signer.h"
#include "host/assets.h"
#include "host/files.h"
#include "host/oserr.h"
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

PackageFiles home_files(Cli *cli, const Home *home)
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

JsonLimits home_limits(const Cli *cli, const Home *home)
{
    const JsonLimits defaults = JSON_LIMITS_DEFAULT;
    return home->ships ? defaults : cli->limits;
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

// Is anything of a package there? A manifest that is lost among its files is the loader's to tell.
static bool is_package(Arena *arena, Str folder)
{
    static const Str names[] = {STR_INIT("manifest.json"), STR_INIT("profile.json"),
                                STR_INIT("catalog.json"), STR_INIT("releases")};
    bool found = false;
    for (size_t i = 0; i < COUNTOF(names) && !found; i++) {
        found = path_kind(path_join(arena, folder, names[i])) != PATH_MISSING;
    }
    return found;
}

static bool fail_no_package(Cli *cli, Str folder)
{
    Err err = {0};
    int forbidden = path_forbids(folder);
    if (forbidden != 0) {
        Str reason = os_reason(&cli->arena, "cannot open", forbidden);
        (void)err_set(&err, ERR_NO_INPUT, (Span){0}, "%.*s: %.*s", STR_ARG(folder),
                      STR_ARG(reason));
        return cli_fail(cli, &err);
    }
    (void)err_set(&err, ERR_NO_INPUT, (Span){0},
                  "%.*s is a folder, but no baseline: there is no manifest.json in it (datum "
                  "baseline list names those there are)",
                  STR_ARG(folder));
    return cli_fail(cli, &err);
}

static bool locate(Cli *cli, Str name, Home *home)
{
    Arena *arena = &cli->arena;
    Str own = path_join(arena, STR("baselines"), name);
    home->name = name;
    home->folder = is_path(name) ? name : own; // the prefix of the assets is called the same
    if (path_kind(home->folder) == PATH_FOLDER) {
        return is_package(arena, home->folder) || fail_no_package(cli, home->folder);
    }
    if (!is_path(name) && asset_find(path_join(arena, own, STR("manifest.json"))) != NULL) {
        home->ships = true;
        return true;
    }
    if (!is_path(name) && path_kind(name) == PATH_FOLDER) {
        home->folder = name;
        return is_package(arena, name) || fail_no_package(cli, name);
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
    PackageFiles files = home_files(cli, home);
    JsonLimits limits = home_limits(cli, home);
    Str bytes = {0};
    Err err = {0};
    const Json *manifest = NULL;
    Str identity = {0};
    if (files.read(files.ctx, STR("manifest.json"), &bytes, &err) &&
        json_read_data(&cli->arena, bytes, &limits, &manifest, &err)) {
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

bool home_find(Cli *cli, Str text, Home *ret_home, Str *ret_edition)
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

Str home_path(Cli *cli, const Home *home, const char *folder, uint64_t number, const char *suffix)
{
    Buf text = {0};
    buf_printf(&text, "%.*s/%s/%llu%s", STR_ARG(home->folder), folder, (unsigned long long)number,
               suffix);
    Str path = str_copy(&cli->arena, buf_str(&text));
    buf_free(&text);
    return path;
}

Str home_who(const Home *home, Str id)
{
    const Principal *one = home->has_record ? people_find(&home->people, id) : NULL;
    return one != NULL ? one->name : id;
}
