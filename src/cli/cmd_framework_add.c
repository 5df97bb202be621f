// SPDX-License-Identifier: Apache-2.0
// datum framework add: everything given is read, checked and worked out; only then is it stored.
#include "cli/draft.h"
#include "cli/framework_add.h"
#include "cli/framework_words.h"
#include "host/files.h"
#include "host/output.h"
#include "report/page.h"

enum { IDS_SHOWN = 12 };

// ---- working out ----

// Catalogs first, because mappings and profiles speak of their controls.
static const struct {
    Str model;
    bool (*work)(Adding *adding, const Source *source);
} workers[] = {
    {STR_INIT("catalog"), adding_catalog},
    {STR_INIT("initiative"), adding_initiative},
    {STR_INIT("mapping-collection"), adding_mappings},
    {STR_INIT("profile"), adding_profile},
};

// --as names one framework.
static bool as_is_clear(const Adding *adding)
{
    Cli *cli = adding->cli;
    uint32_t catalogs = 0;
    for (uint32_t i = 0; i < adding->source_count; i++) {
        Str model = adding->sources[i].model;
        catalogs += str_eq(model, STR("catalog")) || str_eq(model, STR("initiative")) ? 1U : 0U;
    }
    if (cli->options.as.len != 0 && catalogs > 1) {
        cli_usage(cli, "--as names one framework, but %u were given; add them one by one",
                  catalogs);
        return false;
    }
    if (cli->options.as.len != 0 && !adding_is_id(cli->options.as)) {
        cli_usage(cli,
                  "--as is \"%.*s\"; an id is small letters, digits, '.', '-' and '_', beginning "
                  "with a letter or digit",
                  STR_ARG(cli->options.as));
        return false;
    }
    return true;
}

// Two sources must not become one file.
static bool names_are_apart(Adding *adding)
{
    for (uint32_t i = 0; i < adding->addition_count; i++) {
        for (uint32_t k = 0; k < i; k++) {
            const Addition *one = &adding->additions[k];
            const Addition *other = &adding->additions[i];
            bool same = other->path.len != 0 && str_eq(one->path, other->path);
            if (same) {
                cli_usage(adding->cli,
                          "%.*s and %.*s would both be stored as %.*s; add one of them with --as",
                          STR_ARG(one->source), STR_ARG(other->source), STR_ARG(other->path));
                return false;
            }
        }
    }
    return true;
}

static bool work_out(Adding *adding)
{
    Cli *cli = adding->cli;
    bool ok = true;
    const StrList *arguments = &cli->options.arguments;
    for (uint32_t i = 0; i < arguments->count; i++) {
        ok = adding_read(adding, arguments->at[i]) && ok;
    }
    ok = ok && adding_read_policies(adding) && as_is_clear(adding);
    for (size_t w = 0; ok && w < COUNTOF(workers); w++) {
        for (uint32_t i = 0; i < adding->source_count; i++) {
            const Source *source = &adding->sources[i];
            if (str_eq(source->model, workers[w].model)) {
                ok = workers[w].work(adding, source) && ok;
            }
        }
    }
    return cli_tell_diags(cli, NULL) && ok && names_are_apart(adding);
}

// ---- storing ----

static bool write_package(Adding *adding, const Addition *addition, Err *err)
{
    Draft draft = {0};
    bool ok = draft_open(&adding->cli->arena, addition->package, &draft, err);
    for (uint32_t i = 0; ok && i < addition->initiative->file_count; i++) {
        const InitiativeFile *file = &addition->initiative->files[i];
        ok = draft_write(&draft, file->path, file->bytes, err);
    }
    ok = ok && draft_commit(&draft, err);
    if (draft.arena != NULL) {
        draft_close(&draft);
    }
    return ok;
}

static bool write_file(Str path, Str bytes, Err *err)
{
    Output *output = NULL;
    Str folder = {path.ptr, path.len - path_base(path).len - 1};
    TRY(folder_make(folder, err) && output_open(path, NULL, &output, err));
    bool ok = output_write(output, bytes, err) && output_commit(output, err);
    output_close(output);
    return ok;
}

static bool store(Adding *adding, uint32_t *ret_stored)
{
    for (uint32_t i = 0; i < adding->addition_count; i++) {
        const Addition *addition = &adding->additions[i];
        Err err = {0};
        bool ok = addition->package.len == 0 || write_package(adding, addition, &err);
        ok = ok && (addition->path.len == 0 || write_file(addition->path, addition->bytes, &err));
        if (!ok) {
            *ret_stored = i;
            return cli_fail(adding->cli, &err);
        }
    }
    *ret_stored = adding->addition_count;
    return true;
}

// ---- telling ----

static void push_ids(Buf *line, const char *before, const Map *ids)
{
    for (uint32_t i = 0; i < ids->count && i < IDS_SHOWN; i++) {
        buf_printf(line, "%s%.*s", i == 0 ? before : ", ", STR_ARG(ids->entries[i].key));
    }
    if (ids->count > IDS_SHOWN) {
        buf_printf(line, ", and %u more", ids->count - IDS_SHOWN);
    }
}

static void push_counts(Buf *line, const Addition *addition)
{
    bool pairs = str_eq(str_from_cstr(addition->kind), STR("mapping-collection"));
    buf_printf(line, "%.*s%s%.*s: %u %s", STR_ARG(addition->title),
               addition->version.len != 0 ? ", version " : "", STR_ARG(addition->version),
               addition->control_count, pairs ? "pairs" : "controls");
    const InitiativeResult *initiative = addition->initiative;
    if (initiative != NULL) {
        buf_printf(line, " in %u %s, %u of %u policies have a rule", initiative->section_count,
                   initiative->section_count == 1 ? "section" : "sections",
                   initiative->member_count - initiative->gap_count, initiative->member_count);
    }
    if (addition->over && initiative == NULL) {
        buf_printf(line, "; %u meet the outline that ships", addition->met_count);
    }
}

static void print_line(const Page *page, const Buf *line)
{
    buf_push(page->out, STR("  "));
    page_wrap(page, INK_PLAIN, buf_str(line), 4);
}

static void print_addition(const Page *page, const Addition *addition)
{
    Buf line = {0};
    buf_printf(&line, "%s %.*s", addition->kind, STR_ARG(addition->id));
    page_text(page, INK_BOLD, buf_str(&line));
    buf_byte(page->out, '\n');
    buf_clear(&line);
    push_counts(&line, addition);
    print_line(page, &line);
    const struct {
        const char *before;
        const Map *ids;
    } lists[] = {{"only in your document: ", &addition->only_yours},
                 {"only in the outline that ships: ", &addition->outdated},
                 {"known to no framework here: ", &addition->unknown}};
    for (size_t i = 0; i < COUNTOF(lists); i++) {
        if (lists[i].ids->count != 0) {
            buf_clear(&line);
            push_ids(&line, lists[i].before, lists[i].ids);
            print_line(page, &line);
        }
    }
    buf_clear(&line);
    if (addition->path.len != 0) {
        buf_printf(&line, "stored as %.*s%s", STR_ARG(addition->path),
                   addition->replaces ? ", in place of what was there" : "");
    } else {
        buf_printf(&line, "the outline of %.*s that ships stays", STR_ARG(addition->id));
    }
    print_line(page, &line);
    if (addition->package.len != 0) {
        buf_clear(&line);
        buf_printf(&line, "baseline in %.*s: datum assess --baseline %.*s INPUT...",
                   STR_ARG(addition->package), STR_ARG(addition->id));
        print_line(page, &line);
    }
    buf_free(&line);
}

static void json_ids(JsonOut *out, const char *key, const Map *ids)
{
    json_out_key(out, str_from_cstr(key));
    json_out_array_begin(out);
    for (uint32_t i = 0; i < ids->count; i++) {
        json_out_str(out, ids->entries[i].key);
    }
    json_out_array_end(out);
}

static void json_gaps(JsonOut *out, const InitiativeResult *initiative)
{
    json_out_key(out, STR("policies"));
    json_out_u64(out, initiative->member_count);
    json_out_key(out, STR("rules"));
    json_out_u64(out, initiative->rule_count);
    json_out_key(out, STR("withoutRule"));
    json_out_array_begin(out);
    for (uint32_t i = 0; i < initiative->gap_count; i++) {
        json_out_object_begin(out);
        frameworks_member(out, "definition", initiative->gaps[i].definition);
        frameworks_member(out, "reference", initiative->gaps[i].reference);
        frameworks_member(out, "reason", initiative->gaps[i].reason);
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

static void json_addition(JsonOut *out, const Addition *addition)
{
    bool pairs = str_eq(str_from_cstr(addition->kind), STR("mapping-collection"));
    json_out_object_begin(out);
    frameworks_member(out, "kind", str_from_cstr(addition->kind));
    frameworks_member(out, "id", addition->id);
    frameworks_member(out, "title", addition->title);
    frameworks_member(out, "version", addition->version);
    frameworks_member(out, "source", addition->source);
    frameworks_member(out, "path", addition->path);
    frameworks_member(out, "baseline", addition->package);
    json_out_key(out, STR("replaces"));
    json_out_bool(out, addition->replaces);
    json_out_key(out, pairs ? STR("pairs") : STR("controls"));
    json_out_u64(out, addition->control_count);
    if (addition->over && addition->initiative == NULL) {
        json_out_key(out, STR("meet"));
        json_out_u64(out, addition->met_count);
        json_ids(out, "onlyInYours", &addition->only_yours);
        json_ids(out, "notInYours", &addition->outdated);
    }
    if (addition->unknown.count != 0) {
        json_ids(out, "unknown", &addition->unknown);
    }
    if (addition->initiative != NULL) {
        json_gaps(out, addition->initiative);
    }
    json_out_object_end(out);
}

// What no rule measures is named, never left out in silence.
static void tell_gaps(Cli *cli, const Addition *addition)
{
    const InitiativeResult *initiative = addition->initiative;
    if (initiative == NULL || initiative->gap_count == 0) {
        return;
    }
    if (cli->options.policies.count == 0) {
        cli_say("%.*s: the definitions of its %u policies were not given, so there is a framework "
                "but no baseline; --policy FILE|DIR makes one",
                STR_ARG(addition->id), initiative->member_count);
        return;
    }
    cli->outcome.incomplete = true;
    for (uint32_t i = 0; i < initiative->gap_count; i++) {
        const InitiativeGap *gap = &initiative->gaps[i];
        cli_say("%.*s: no rule for policy %.*s (%.*s): %.*s", STR_ARG(addition->id),
                STR_ARG(gap->definition), STR_ARG(gap->reference), STR_ARG(gap->reason));
    }
}

static void tell(Adding *adding, uint32_t stored)
{
    Cli *cli = adding->cli;
    Buf text = {0};
    JsonOut out = {.buf = &text};
    Page page = {.out = &text, .style = &cli->style};
    if (cli_wants_json(cli)) {
        json_out_array_begin(&out);
    }
    for (uint32_t i = 0; i < stored; i++) {
        if (cli_wants_json(cli)) {
            json_addition(&out, &adding->additions[i]);
        } else {
            print_addition(&page, &adding->additions[i]);
        }
        tell_gaps(cli, &adding->additions[i]);
    }
    if (cli_wants_json(cli)) {
        json_out_array_end(&out);
        buf_byte(&text, '\n');
    }
    cli_print(cli, buf_str(&text));
    buf_free(&text);
}

void cmd_framework_add(Cli *cli)
{
    Adding adding = {.cli = cli, .definitions = {.arena = &cli->arena}};
    uint32_t stored = 0;
    if (!frameworks_open(cli, &adding.library) || !work_out(&adding)) {
        return;
    }
    (void)store(&adding, &stored);
    tell(&adding, stored);
}
