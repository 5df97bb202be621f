// SPDX-License-Identifier: Apache-2.0
// datum baseline list, show: which baselines there are, and what one asks for.
#include "cli/frameworks.h"
#include "cli/show.h"
#include "host/assets.h"
#include "host/files.h"
#include "host/oserr.h"
#include "policy/suggest.h"
#include "record/hex.h"
#include "record/merkle.h"

// ---- list ----

typedef struct Listing {
    Buf text;
    JsonOut json;
    bool wants_json;
} Listing;

static void list_one(Listing *listing, Str name)
{
    if (listing->wants_json) {
        json_out_str(&listing->json, name);
    } else {
        buf_push(&listing->text, name);
        buf_byte(&listing->text, '\n');
    }
}

static void list_shipped(Listing *listing)
{
    uint32_t count = 0;
    const Asset *assets = asset_find_prefix(STR("baselines/"), &count);
    for (uint32_t i = 0; i < count; i++) {
        StrCut cut = str_cut(str_from(assets[i].path, STR("baselines/").len), '/');
        if (str_eq(cut.tail, STR("manifest.json"))) {
            list_one(listing, cut.head);
        }
    }
}

// Folders of baselines/ that have a manifest. What cannot be looked into is said.
static void list_own(Cli *cli, Listing *listing)
{
    Str folder = STR("baselines");
    FolderScan scan = {0};
    if (path_kind(folder) != PATH_FOLDER) {
        return;
    }
    folder_scan(&cli->arena, folder, &scan);
    for (uint32_t i = 0; i < scan.gap_count; i++) {
        const FolderGap *gap = &scan.gaps[i];
        Str reason = os_reason(&cli->arena, gap->what, gap->code);
        cli_say("%.*s: %.*s", STR_ARG(gap->path), STR_ARG(reason));
        cli->outcome.incomplete = true;
    }
    for (uint32_t i = 0; i < scan.files.count; i++) {
        StrCut cut = str_cut(str_from(scan.files.paths[i], folder.len + 1), '/');
        bool is_listed = asset_find(scan.files.paths[i]) != NULL; // assets have the same paths
        if (str_eq(cut.tail, STR("manifest.json")) && !is_listed) {
            list_one(listing, cut.head);
        }
    }
}

void cmd_baseline_list(Cli *cli)
{
    Listing listing = {.wants_json = cli_wants_json(cli)};
    listing.json.buf = &listing.text;
    if (listing.wants_json) {
        json_out_array_begin(&listing.json);
    }
    list_shipped(&listing);
    list_own(cli, &listing);
    if (listing.wants_json) {
        json_out_array_end(&listing.json);
        buf_byte(&listing.text, '\n');
    }
    cli_print(cli, buf_str(&listing.text));
    buf_free(&listing.text);
}

// ---- what it was made from ----

static Str digest_of_base(Show *show, Str base)
{
    Cli *cli = show->cli;
    OpenEdition open;
    Str catalog = path_join(&cli->arena, base, STR("catalog.json"));
    Str bytes = {0};
    Err ignored = {0};
    if (path_kind(path_join(&cli->arena, base, STR("manifest.json"))) == PATH_FILE) {
        Buf text = {0}; // as it lies there: the record may know releases of one of that name
        buf_printf(&text, "%.*s@draft", STR_ARG(base));
        Str draft = str_copy(&cli->arena, buf_str(&text));
        buf_free(&text);
        bool ok = baselines_open(cli, draft, &open) && baselines_content(cli, &open);
        return ok ? open.edition.digest : (Str){0};
    }
    if (path_kind(catalog) != PATH_FILE ||
        !file_read(&cli->arena, catalog, cli->limits.bytes_max, &bytes, &ignored)) {
        return (Str){0}; // of a profile of a framework: more than one file
    }
    Hash hash = hash_of(bytes);
    return hex_text(&cli->arena, hash.at, HASH_BYTES);
}

// base/ is as it was taken, or the package says something else than it seems to.
static void check_base(Show *show)
{
    Cli *cli = show->cli;
    const BaselineFrom *from = &show->baseline->from;
    bool is_folder = !show->open.home.ships && show->open.edition.kind != EDITION_RELEASE;
    if (!is_folder || from->sha256.len == 0) {
        return;
    }
    Str base = path_join(&cli->arena, show->open.home.folder, STR("base"));
    Str digest = digest_of_base(show, base);
    if (digest.len != 0 && !str_eq(digest, from->sha256)) {
        cli_say(
            "%.*s is not %.*s %.*s as it was taken (manifest: from.sha256): changes belong into "
            "profile.json, rules and controls; or, when it was brought up to date, its digest "
            "is now %.*s",
            STR_ARG(base), STR_ARG(from->name), STR_ARG(from->version), STR_ARG(digest));
    }
}

// ---- show ----

static bool open_show(Show *show, Str name)
{
    Cli *cli = show->cli;
    show->page = (Page){.out = &show->text, .style = &cli->style};
    show->json.buf = &show->text;
    bool ok = baselines_load(cli, name, &show->open, &show->baseline);
    AssignedRule *rules = NULL;
    ok = ok && baseline_bind_rules(&cli->arena, show->baseline, cli->now, &cli->diags, &rules,
                                   &show->rule_count);
    show->rules = rules;
    return cli_tell_diags(cli, NULL) && ok;
}

static void fail_control(Show *show, Str id)
{
    const Baseline *baseline = show->baseline;
    Cli *cli = show->cli;
    for (uint32_t i = 0; i < baseline->tailoring_count; i++) {
        const Tailoring *tailoring = &baseline->tailorings[i];
        if (str_eq(tailoring->kind, STR("remove")) && str_eq_nocase(tailoring->subject, id)) {
            cli_usage(cli, "%.*s is left out of %.*s: %.*s", STR_ARG(id), STR_ARG(baseline->name),
                      STR_ARG(tailoring->rationale));
            return;
        }
    }
    Str *names = NEW_ARRAY(&cli->arena, Str, baseline->control_count);
    for (uint32_t i = 0; i < baseline->control_count; i++) {
        names[i] = baseline->controls[i].id;
    }
    Str near = suggest_ask(&cli->arena, suggest_nearest(id, names, baseline->control_count));
    cli_usage(cli, "%.*s has no control \"%.*s\"%.*s", STR_ARG(baseline->name), STR_ARG(id),
              STR_ARG(near));
}

// The name comes first, unless --baseline (or DATUM_BASELINE, which a name overrules) gives it.
static bool is_named_first(Cli *cli)
{
    const Options *options = &cli->options;
    return options->arguments.count != 0 &&
           (options->baseline.len == 0 || frameworks_is_baseline(cli, options->arguments.at[0]));
}

// What stands behind the name: a control, and with --for inputs.
static bool read_arguments(Show *show, const BaselineControl **ret_control, StrList *ret_inputs)
{
    const Options *options = &show->cli->options;
    StrList rest = options->arguments;
    if (is_named_first(show->cli)) {
        rest = (StrList){rest.at + 1, rest.count - 1};
    }
    *ret_control = rest.count != 0 ? baseline_look_up(show->baseline, rest.at[0]) : NULL;
    if (*ret_control != NULL) {
        rest = (StrList){rest.at + 1, rest.count - 1};
    }
    *ret_inputs = rest;
    if (options->place.len == 0 && rest.count != 0) {
        if (*ret_control == NULL) {
            fail_control(show, rest.at[0]);
        } else {
            cli_usage(show->cli, "INPUT goes with --for ENVIRONMENT");
        }
        return false;
    }
    bool is_control = rest.count != 0 && *ret_control == NULL &&
                      path_kind(rest.at[0]) == PATH_MISSING && !str_eq(rest.at[0], STR("-"));
    if (is_control) {
        fail_control(show, rest.at[0]);
    }
    return !is_control;
}

static void run(Show *show)
{
    Cli *cli = show->cli;
    const BaselineControl *control = NULL;
    StrList inputs = {0};
    ShowPlace place = {.name = cli->options.place};
    if (!read_arguments(show, &control, &inputs)) {
        return;
    }
    if (place.name.len != 0) {
        if (!show_find_place(cli, &inputs, &place)) {
            return;
        }
        show_place(show, &place, control);
    } else if (control != NULL) {
        show_control(show, control);
    } else {
        check_base(show);
        show_all(show);
    }
    if (cli_wants_json(cli)) {
        buf_byte(&show->text, '\n');
    }
    cli_print(cli, buf_str(&show->text));
}

void cmd_baseline_show(Cli *cli)
{
    const Options *options = &cli->options;
    Str name = is_named_first(cli)          ? options->arguments.at[0]
               : options->baseline.len != 0 ? options->baseline
                                            : STR("power-platform");
    Show show = {.cli = cli};
    if (open_show(&show, name)) {
        run(&show);
    }
    buf_free(&show.text);
}
