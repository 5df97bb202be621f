// SPDX-License-Identifier: Apache-2.0
// datum baseline new: a package of one's own, made from a baseline or a framework.
#include "cli/baselines.h"
#include "cli/frameworks.h"
#include "cli/making.h"
#include "cli/signer.h"
#include "host/assets.h"
#include "host/files.h"
#include "policy/suggest.h"
#include "json/write.h"

// ---- what it is called ----

static bool is_name(Str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool digit = c >= '0' && c <= '9';
        bool inner = i != 0 && (c == '-' || c == '_' || c == '.');
        if (!letter && !digit && !inner) {
            return false;
        }
    }
    return name.len != 0 && name.len <= 64;
}

static bool ships(Cli *cli, Str name)
{
    Str folder = path_join(&cli->arena, STR("baselines"), name);
    return asset_find(path_join(&cli->arena, folder, STR("manifest.json"))) != NULL;
}

static bool choose_name(Making *making, Str wanted, Str *ret_target)
{
    Cli *cli = making->cli;
    bool is_path = str_cut(wanted, '/').found;
    while (wanted.len > 1 && wanted.ptr[wanted.len - 1] == '/') {
        wanted.len--;
    }
    Str name = path_base(wanted);
    if (!is_name(name)) {
        cli_usage(
            cli,
            "\"%.*s\" is no name for a baseline: letters and digits, between them also '-', '_' "
            "and '.', at most 64",
            STR_ARG(name));
        return false;
    }
    if (!is_path && ships(cli, name)) {
        cli_usage(cli, "%.*s ships with the program; choose a name of your own", STR_ARG(name));
        return false;
    }
    making->head.name = str_copy(&cli->arena, name);
    *ret_target =
        is_path ? str_copy(&cli->arena, wanted) : path_join(&cli->arena, STR("baselines"), name);
    return true;
}

// ---- from a baseline ----

static Str in_base(Making *making, Str path)
{
    return path_join(&making->cli->arena, STR("base"), path);
}

static bool vendor_assets(Making *making, Str folder)
{
    Arena *arena = &making->cli->arena;
    uint32_t count = 0;
    Str prefix = path_join(arena, folder, STR(""));
    const Asset *assets = asset_find_prefix(prefix, &count);
    for (uint32_t i = 0; i < count; i++) {
        Str path = str_from(assets[i].path, prefix.len);
        TRY(making_write(making, in_base(making, path), assets[i].bytes));
    }
    return true;
}

static bool vendor_folder(Making *making, Str folder)
{
    Cli *cli = making->cli;
    FileList files = {0};
    Err err = {0};
    if (!folder_list(&cli->arena, folder, &files, &err)) {
        return cli_fail(cli, &err);
    }
    for (uint32_t i = 0; i < files.count; i++) {
        Str path = str_from(files.paths[i], folder.len + 1);
        Str bytes = {0};
        if (!content_holds(path)) {
            continue; // changes and releases are the source's own
        }
        if (!file_read(&cli->arena, files.paths[i], cli->limits.bytes_max, &bytes, &err)) {
            return cli_fail(cli, &err);
        }
        TRY(making_write(making, in_base(making, path), bytes));
    }
    return true;
}

static bool vendor_release(Making *making, const PackageContent *content)
{
    for (uint32_t i = 0; i < content->count; i++) {
        const PackageFile *file = &content->files[i];
        Buf text = {0};
        if (file->json->type == JSON_STRING && !str_ends(file->path, STR(".json"))) {
            buf_push(&text, file->json->string);
        } else {
            json_write_pretty(&text, file->json);
        }
        bool ok = making_write(making, in_base(making, file->path), buf_str(&text));
        buf_free(&text);
        TRY(ok);
    }
    return true;
}

static bool copy_assignments(Making *making, const PackageFiles *files)
{
    Str bytes = {0};
    Err err = {0};
    return (files->read(files->ctx, STR("assignments.json"), &bytes, &err) &&
            making_write(making, STR("assignments.json"), bytes)) ||
           err.kind == ERR_NO_INPUT; // its own base has them
}

static bool make_from_baseline(Making *making, Str from)
{
    Cli *cli = making->cli;
    OpenEdition open;
    const Baseline *source = NULL;
    if (!baselines_load(cli, from, &open, &source) || !baselines_content(cli, &open) ||
        !cli_tell_diags(cli, NULL)) {
        (void)cli_tell_diags(cli, NULL);
        return false;
    }
    ComposeHead head = {
        .title = making_text(cli, "", source->title, ": ", making->head.name),
        .owner = source->owner,
        .purpose = source->purpose,
        .scope = source->scope,
        .risk_appetite = source->risk_appetite,
        .approvals = source->approvals,
        .from = {.name = source->name, .version = source->version, .sha256 = open.edition.digest},
    };
    if (!head.approvals.given) {
        head.approvals = (BaselineApprovals){.given = true,
                                             .count = source->approver_role_count,
                                             .roles = source->approver_roles,
                                             .role_count = source->approver_role_count};
    }
    TRY(making_head(making, &head, source->next_review));
    TRY(open.edition.kind == EDITION_RELEASE ? vendor_release(making, open.content)
        : open.home.ships                    ? vendor_assets(making, open.home.folder)
                                             : vendor_folder(making, open.home.folder));
    return copy_assignments(making, &open.files) &&
           making_write_own(making, STR("base/profile.json"), NULL, 0);
}

// ---- which of the two ----

static bool fail_unknown(Cli *cli, Str from)
{
    static const Str folders[] = {STR_INIT("baselines/"), STR_INIT("frameworks/profiles/"),
                                  STR_INIT("frameworks/")};
    uint32_t room = 0;
    for (size_t f = 0; f < COUNTOF(folders); f++) {
        uint32_t files = 0;
        (void)asset_find_prefix(folders[f], &files);
        room += files;
    }
    Str *names = NEW_ARRAY(&cli->arena, Str, room + 1U);
    size_t count = 0;
    for (size_t f = 0; f < COUNTOF(folders); f++) {
        uint32_t files = 0;
        const Asset *assets = asset_find_prefix(folders[f], &files);
        for (uint32_t i = 0; i < files; i++) {
            StrCut cut = str_cut(str_from(assets[i].path, folders[f].len), '/');
            bool is_package = str_eq(cut.tail, STR("manifest.json"));
            bool is_document = !cut.found && str_ends(cut.head, STR(".json"));
            if (is_package || is_document) {
                names[count++] =
                    is_package ? cut.head : (Str){cut.head.ptr, cut.head.len - STR(".json").len};
            }
        }
    }
    Str near = suggest_nearest(from, names, count);
    Err err = {0};
    (void)err_set(&err, ERR_NO_INPUT, (Span){0},
                  "--from %.*s: neither a baseline nor a framework%s%.*s%s (datum baseline list, "
                  "datum framework list)",
                  STR_ARG(from), near.len != 0 ? "; did you mean " : "", STR_ARG(near),
                  near.len != 0 ? "?" : "");
    return cli_fail(cli, &err);
}

static bool make(Making *making, Str from)
{
    Cli *cli = making->cli;
    if (frameworks_is_baseline(cli, from)) {
        return make_from_baseline(making, from);
    }
    bool found = false;
    bool ok = making_from_framework(making, from, &found);
    if (!found && cli->outcome.err.kind == ERR_NONE) {
        return fail_unknown(cli, from);
    }
    return cli_tell_diags(cli, NULL) && ok;
}

// Is the name new to the record too? Of one whose folder is gone the releases would be missed.
static bool is_new_to_record(Cli *cli, Str name, Str target)
{
    Workspace workspace = signer_workspace(cli);
    Str bytes = {0};
    Replay replay;
    Acts acts;
    if (path_kind(target) != PATH_MISSING) {
        return true; // what is there already is told in other words
    }
    TRY(signer_replay(cli, &workspace, REPLAY_ALL, &bytes, &replay));
    TRY(replay.fault.kind == FAULT_NONE);
    acts_read(&cli->arena, bytes, replay.size, name, &acts);
    if (acts.count != 0) {
        cli_usage(cli,
                  "%.*s knows a baseline %.*s already (datum baseline log); choose another name, "
                  "or bring its folder back (git, a backup)",
                  STR_ARG(workspace.record), STR_ARG(name));
    }
    return acts.count == 0;
}

void cmd_baseline_new(Cli *cli)
{
    Making making = {.cli = cli};
    Str target = {0};
    Err err = {0};
    if (cli->options.from.len == 0) {
        cli_usage(cli, "--from is missing: the baseline or framework to begin with, for instance "
                       "--from power-platform");
        return;
    }
    if (!choose_name(&making, cli->options.arguments.at[0], &target) ||
        !is_new_to_record(cli, making.head.name, target)) {
        return;
    }
    if (!draft_open(&cli->arena, target, &making.draft, &err)) {
        (void)cli_fail(cli, &err);
        return;
    }
    OpenEdition open;
    const Baseline *made = NULL;
    bool ok = make(&making, cli->options.from) && cli->outcome.err.kind == ERR_NONE &&
              baselines_load(cli, making.draft.work, &open, &made);
    ok = cli_tell_diags(cli, NULL) && ok;
    if (ok && !draft_commit(&making.draft, &err)) {
        ok = cli_fail(cli, &err);
    }
    draft_close(&making.draft);
    if (ok) {
        cli_say("%.*s: made from %.*s %.*s, %u controls, %u rules, next review %.*s",
                STR_ARG(target), STR_ARG(making.head.from.name), STR_ARG(making.head.from.version),
                made->control_count, made->rule_count, STR_ARG(made->next_review));
        Buf line = {0};
        buf_printf(&line, "%.*s\n", STR_ARG(target));
        cli_print(cli, buf_str(&line));
        buf_free(&line);
    }
}
