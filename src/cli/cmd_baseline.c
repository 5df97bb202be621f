// SPDX-License-Identifier: Apache-2.0
// datum baseline list, show: which baselines there are, and what one asks for.
#include "baseline/review.h"
#include "cli/show.h"
#include "host/assets.h"
#include "host/files.h"
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

// Folders of baselines/ that have a manifest.
static bool list_own(Cli *cli, Listing *listing)
{
    Str folder = STR("baselines");
    FileList files = {0};
    Err err = {0};
    if (path_kind(folder) != PATH_FOLDER) {
        return true;
    }
    if (!folder_list(&cli->arena, folder, &files, &err)) {
        return cli_fail(cli, &err);
    }
    for (uint32_t i = 0; i < files.count; i++) {
        StrCut cut = str_cut(str_from(files.paths[i], folder.len + 1), '/');
        if (str_eq(cut.tail, STR("manifest.json"))) {
            list_one(listing, cut.head);
        }
    }
    return true;
}

void cmd_baseline_list(Cli *cli)
{
    Listing listing = {.wants_json = cli_wants_json(cli)};
    listing.json.buf = &listing.text;
    if (listing.wants_json) {
        json_out_array_begin(&listing.json);
    }
    list_shipped(&listing);
    bool ok = list_own(cli, &listing);
    if (listing.wants_json) {
        json_out_array_end(&listing.json);
        buf_byte(&listing.text, '\n');
    }
    if (ok) {
        cli_print(cli, buf_str(&listing.text));
    }
    buf_free(&listing.text);
}

// ---- parts ----

void show_member(JsonOut *out, Str key, Str value)
{
    if (value.len != 0) {
        json_out_key(out, key);
        json_out_str(out, value);
    }
}

void show_head(Show *show)
{
    const Page *page = &show->page;
    page_text(page, INK_BOLD, show->baseline->title);
    page_cstr(page, INK_PLAIN, " ");
    page_text(page, INK_PLAIN, show->baseline->version);
    page_cstr(page, INK_DIM, " | ");
    page_text(page, INK_DIM, edition_words(&show->cli->arena, &show->open.edition, show->cli->now));
    buf_byte(&show->text, '\n');
}

void show_json_head(Show *show)
{
    const Baseline *baseline = show->baseline;
    JsonOut *out = &show->json;
    show_member(out, STR("name"), baseline->name);
    show_member(out, STR("title"), baseline->title);
    show_member(out, STR("version"), baseline->version);
    edition_members(out, &show->open.edition);
    show_member(out, STR("owner"), baseline->owner);
    show_member(out, STR("purpose"), baseline->purpose);
    show_member(out, STR("scope"), baseline->scope);
    show_member(out, STR("riskAppetite"), baseline->risk_appetite);
    show_member(out, STR("nextReview"), baseline->next_review);
    show_member(out, STR("from"), baseline->from.name);
}

void show_json_control(Show *show, const BaselineControl *control)
{
    JsonOut *out = &show->json;
    show_member(out, STR("id"), control->id);
    show_member(out, STR("title"), control->title);
    show_member(out, STR("section"), show->baseline->sections[control->section].id);
    show_member(out, STR("severity"), str_from_cstr(severity_name(control->severity)));
    show_member(out, STR("layer"), str_from_cstr(layer_name(control->layer)));
    show_member(out, STR("enforcement"), str_from_cstr(enforcement_name(control->enforcement)));
    show_member(out, STR("owner"), control->owner);
    json_out_key(out, STR("drivers"));
    json_out_array_begin(out);
    for (unsigned bit = 1; bit <= DRIVER_BUSINESS; bit <<= 1U) {
        if ((control->drivers & bit) != 0) {
            json_out_str(out, str_from_cstr(driver_name((Driver)bit)));
        }
    }
    json_out_array_end(out);
    show_member(out, STR("statement"), control->statement);
}

// Does the tailoring speak of the control: of itself, a parameter of it, or a rule that answers it?
static bool speaks_of(const Show *show, const Tailoring *tailoring, const BaselineControl *control)
{
    const Baseline *baseline = show->baseline;
    if (str_eq(tailoring->subject, control->id)) {
        return true;
    }
    const BaselineValue *value = baseline_find_value(baseline, tailoring->subject);
    if (value != NULL) {
        return value->control == (uint32_t)(control - baseline->controls);
    }
    for (uint32_t i = 0; i < control->rule_count; i++) {
        const Definition *definition = baseline->rules[control->rules[i]].definition;
        if (str_eq_nocase(definition->name, tailoring->subject)) {
            return true;
        }
    }
    return false;
}

// "environmentType-production_criticalityTier-low": is it for environments of another type?
static bool is_elsewhere(const Tailoring *tailoring, Str environment_type)
{
    Str prefix = STR("environmentType-");
    const char *at = str_find(tailoring->variant, prefix);
    if (at == NULL || environment_type.len == 0) {
        return false;
    }
    size_t from = (size_t)(at - tailoring->variant.ptr) + prefix.len;
    Str word = str_cut(str_from(tailoring->variant, from), '_').head;
    return !str_eq_nocase(word, environment_type);
}

static bool is_meant(const Show *show, const Tailoring *tailoring, const BaselineControl *control,
                     Str environment_type)
{
    return (control == NULL || speaks_of(show, tailoring, control)) &&
           !is_elsewhere(tailoring, environment_type);
}

void show_json_tailorings(Show *show, const BaselineControl *control, Str environment_type)
{
    JsonOut *out = &show->json;
    json_out_key(out, STR("tailorings"));
    json_out_array_begin(out);
    for (uint32_t i = 0; i < show->baseline->tailoring_count; i++) {
        const Tailoring *tailoring = &show->baseline->tailorings[i];
        if (!is_meant(show, tailoring, control, environment_type)) {
            continue;
        }
        json_out_object_begin(out);
        show_member(out, STR("kind"), tailoring->kind);
        show_member(out, STR("subject"), tailoring->subject);
        show_member(out, STR("variant"), tailoring->variant);
        show_member(out, STR("rationale"), tailoring->rationale);
        show_member(out, STR("file"), tailoring->file);
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

void show_tailorings(Show *show, const BaselineControl *control, Str environment_type,
                     uint32_t indent)
{
    for (uint32_t i = 0; i < show->baseline->tailoring_count; i++) {
        const Tailoring *tailoring = &show->baseline->tailorings[i];
        if (!is_meant(show, tailoring, control, environment_type)) {
            continue;
        }
        Buf line = {0};
        buf_printf(&line, "%.*s %.*s", STR_ARG(tailoring->kind), STR_ARG(tailoring->subject));
        if (tailoring->variant.len != 0) {
            buf_printf(&line, " for %.*s", STR_ARG(tailoring->variant));
        }
        if (tailoring->rationale.len != 0) {
            buf_printf(&line, ": %.*s", STR_ARG(tailoring->rationale));
        }
        for (uint32_t c = 0; c < indent; c++) {
            buf_byte(&show->text, ' ');
        }
        page_cstr(&show->page, INK_DIM, "tailored: ");
        page_wrap(&show->page, INK_PLAIN, buf_str(&line), indent + 10);
        buf_free(&line);
    }
}

void show_push_place(Buf *out, Str file, Span at)
{
    buf_push(out, file);
    if (at.line != 0) {
        buf_printf(out, ":%u", at.line);
    }
}

Str show_values(Show *show, const BaselineValue *value)
{
    Buf text = {0};
    for (uint32_t i = 0; i < value->value_count; i++) {
        buf_printf(&text, "%s%.*s", i == 0 ? "" : ", ", STR_ARG(value->values[i]));
    }
    if (value->value_count == 0) {
        buf_printf(&text, "not set%s%.*s", value->choices.len != 0 ? "; one of " : "",
                   STR_ARG(value->choices));
    }
    Str copy = str_copy(&show->cli->arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

// ---- all of it ----

// As wide as the longest id, within reason.
static uint32_t id_columns(const Baseline *baseline)
{
    enum { NARROW = 10, WIDE = 32 };
    size_t widest = NARROW;
    for (uint32_t i = 0; i < baseline->control_count; i++) {
        size_t len = baseline->controls[i].id.len;
        widest = len > widest ? len : widest;
    }
    return widest < WIDE ? (uint32_t)widest : WIDE;
}

static void print_controls(Show *show)
{
    uint32_t columns = id_columns(show->baseline);
    const Baseline *baseline = show->baseline;
    const Page *page = &show->page;
    for (uint32_t s = 0; s < baseline->section_count; s++) {
        buf_byte(page->out, '\n');
        page_text(page, INK_BOLD, baseline->sections[s].title);
        buf_byte(page->out, '\n');
        for (uint32_t c = 0; c < baseline->control_count; c++) {
            const BaselineControl *control = &baseline->controls[c];
            if (control->section != s) {
                continue;
            }
            page_cstr(page, INK_PLAIN, "  ");
            page_column(page, INK_PLAIN, control->id, columns);
            page_cstr(page, INK_PLAIN, " ");
            page_column(page, INK_PLAIN, str_from_cstr(severity_name(control->severity)), 9);
            page_column(page, INK_DIM, str_from_cstr(enforcement_name(control->enforcement)), 11);
            page_wrap(page, INK_PLAIN, control->title, columns + 23);
        }
    }
}

static void fact(Show *show, const char *name, Str value)
{
    if (value.len != 0) {
        page_column(&show->page, INK_DIM, str_from_cstr(name), 15);
        page_wrap(&show->page, INK_PLAIN, value, 15);
    }
}

static void json_all(Show *show)
{
    const Baseline *baseline = show->baseline;
    JsonOut *out = &show->json;
    json_out_object_begin(out);
    show_json_head(show);
    json_out_key(out, STR("controls"));
    json_out_array_begin(out);
    for (uint32_t c = 0; c < baseline->control_count; c++) {
        const BaselineControl *control = &baseline->controls[c];
        json_out_object_begin(out);
        show_json_control(show, control);
        json_out_key(out, STR("rules"));
        json_out_array_begin(out);
        for (uint32_t r = 0; r < control->rule_count; r++) {
            json_out_str(out, baseline->rules[control->rules[r]].definition->name);
        }
        json_out_array_end(out);
        json_out_object_end(out);
    }
    json_out_array_end(out);
    show_json_tailorings(show, NULL, (Str){0});
    json_out_object_end(out);
}

void show_all(Show *show)
{
    const Baseline *baseline = show->baseline;
    if (cli_wants_json(show->cli)) {
        json_all(show);
        return;
    }
    show_head(show);
    page_wrap(&show->page, INK_PLAIN, baseline->purpose, 0);
    buf_byte(&show->text, '\n');
    fact(show, "owner", baseline->owner);
    fact(show, "scope", baseline->scope);
    fact(show, "risk appetite", baseline->risk_appetite);
    Buf review = {0};
    buf_printf(&review, "%.*s%s", STR_ARG(baseline->next_review),
               review_is_overdue(baseline, show->cli->now) ? ", overdue" : "");
    fact(show, "next review", buf_str(&review));
    buf_free(&review);
    fact(show, "made from", baseline->from.name);
    print_controls(show);
    if (baseline->tailoring_count != 0) {
        page_heading(&show->page, "Tailored");
        show_tailorings(show, NULL, (Str){0}, 2);
    }
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

// What stands behind the name: a control, and with --for inputs.
static bool read_arguments(Show *show, const BaselineControl **ret_control, StrList *ret_inputs)
{
    const Options *options = &show->cli->options;
    StrList rest = options->arguments.count != 0
                       ? (StrList){options->arguments.at + 1, options->arguments.count - 1}
                       : (StrList){NULL, 0};
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
    Str name = options->arguments.count != 0 ? options->arguments.at[0]
               : options->baseline.len != 0  ? options->baseline
                                             : STR("power-platform");
    Show show = {.cli = cli};
    if (open_show(&show, name)) {
        run(&show);
    }
    buf_free(&show.text);
}
