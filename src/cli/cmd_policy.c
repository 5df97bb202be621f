// SPDX-License-Identifier: Apache-2.0
// datum policy check, policy alias import: what is wrong with rules before they run, and aliases
// the shipped table does not have.
#include "cli/load.h"
#include "host/files.h"
#include "policy/alias_check.h"

enum { DIAGS_MAX = 10000 };

// All that is checked in one go.
typedef struct Checked {
    Documents documents;
    const Deviation *deviations;
    const Exemption *const *exemptions;
    uint32_t exemption_count;
    AssignedRule *rules;
    uint32_t rule_count;
} Checked;

static void warn_unnamed(Cli *cli, Str file, Span at, const char *what)
{
    cli->diags.file = file;
    diag_warn(&cli->diags, at, "names-no-rule",
              "%s no rule of the assignments given: see its policyAssignmentId and reference ids",
              what);
}

// An exemption or attestation of no rule that is there is most likely misspelt. Without assignments
// nobody can tell.
static void check_targets(Cli *cli, const Checked *checked)
{
    const Documents *documents = &checked->documents;
    uint32_t attestations = documents->assignments.count != 0 ? documents->attestations.count : 0;
    uint32_t exemptions = documents->assignments.count != 0 ? checked->exemption_count : 0;
    for (uint32_t i = 0; i < exemptions; i++) {
        const Exemption *exemption = checked->exemptions[i];
        uint32_t r = 0;
        while (r < checked->rule_count && !exemption_names(exemption, &checked->rules[r])) {
            r++;
        }
        if (r == checked->rule_count) {
            warn_unnamed(cli, exemption->file, exemption->at, "this exempts from");
        }
    }
    for (uint32_t i = 0; i < attestations; i++) {
        const Attestation *attestation = documents->attestations.at[i];
        uint32_t r = 0;
        while (r < checked->rule_count && !attestation_names(attestation, &checked->rules[r])) {
            r++;
        }
        if (r == checked->rule_count) {
            warn_unnamed(cli, attestation->file, attestation->at, "this attests for");
        }
    }
}

// Binding finds what no document shows alone: values of the wrong type, unknown parameters. Aliases
// are held against the tables.
static void check_together(Cli *cli, Checked *checked)
{
    const Documents *documents = &checked->documents;
    AliasTable *aliases = NULL;
    if (!load_aliases(cli, &aliases)) {
        return;
    }
    bool ok = true;
    for (uint32_t i = 0; i < documents->definitions.count; i++) {
        const Definition *definition = documents->definitions.at[i];
        cli->diags.file = definition->file;
        ok = definition_check_aliases(definition, aliases, &cli->diags) && ok;
    }
    const GivenParameters none = {0};
    ok = documents_bind(cli, documents, &none, &checked->rules, &checked->rule_count) && ok;
    ASSERT(ok == (cli->diags.errors == 0));
    check_targets(cli, checked);
}

static void check_exemptions(Cli *cli, Checked *checked)
{
    bool ok = documents_deviations(cli, &checked->documents, &checked->deviations,
                                   &checked->exemptions, &checked->exemption_count);
    ASSERT(ok || cli->diags.errors != 0);
}

static const char *plural(uint32_t n)
{
    return n == 1 ? "" : "s";
}

void cmd_policy_check(Cli *cli)
{
    cli->diags.limit = DIAGS_MAX;
    Checked checked = {0};
    Documents *documents = &checked.documents;
    documents_init(documents, &cli->arena);
    for (uint32_t i = 0; i < cli->options.arguments.count; i++) {
        (void)documents_load(cli, documents, cli->options.arguments.at[i]); // said
    }
    check_exemptions(cli, &checked);
    if (cli->diags.errors == 0 && cli->outcome.err.kind == ERR_NONE) {
        check_together(cli, &checked);
    }
    Err failure = cli->outcome.err;
    Buf text = {0};
    cli->outcome.err = (Err){0}; // what the other files say is printed all the same
    bool ok = cli_tell_diags(cli, &text);
    cli_print(cli, buf_str(&text));
    buf_free(&text);
    cli->outcome.err = failure.kind != ERR_NONE ? failure : cli->outcome.err;
    cli_say("%u document%s in %u file%s: %u error%s%s%s", documents->document_count,
            plural(documents->document_count), documents->file_count, plural(documents->file_count),
            cli->diags.errors, plural(cli->diags.errors),
            failure.kind != ERR_NONE ? "; not everything could be opened" : "",
            ok ? "" : "; nothing of this can be assessed");
}

// ---- aliases ----

// The document is read and understood before anything is kept; what is kept is the file as it was.
// The name tells later runs which form the rows have.
static bool name_fits(Str name, bool lines)
{
    Str extension = path_extension(name);
    bool is_lines =
        str_eq_nocase(extension, STR(".ndjson")) || str_eq_nocase(extension, STR(".jsonl"));
    return lines ? is_lines : str_eq_nocase(extension, STR(".json"));
}

// DATA/aliases/NAME, made as far as it is missing. False: said.
static bool find_place(Cli *cli, Str source, const AliasFile *file, Str *ret_target)
{
    Arena *arena = &cli->arena;
    Str data = load_data_folder(arena);
    Err err = {0};
    if (data.len == 0) {
        cli_usage(cli, "no data folder is known (HOME is not set); say --to FILE");
        return false;
    }
    Str folder = path_join(arena, data, STR("aliases"));
    if (!folder_make(folder, &err)) {
        return cli_fail(cli, &err);
    }
    bool is_named = path_identity(arena, source).len != 0; // a pipe has no name to keep
    Buf name = {0};
    buf_push(&name, is_named ? path_base(source) : STR("imported"));
    if (!name_fits(buf_str(&name), file->lines)) {
        buf_push(&name, file->lines ? STR(".ndjson") : STR(".json"));
    }
    *ret_target = path_join(arena, folder, buf_str(&name));
    buf_free(&name);
    return true;
}

void cmd_alias_import(Cli *cli)
{
    Str source = cli->options.arguments.at[0];
    AliasTable *table = alias_table_new(&cli->arena);
    AliasFile file = {0};
    uint32_t count = 0;
    bool ok = load_alias_file(cli, table, source, &file, &count);
    if (!cli_tell_diags(cli, NULL) || !ok) {
        return;
    }
    Err err = {0};
    if (count == 0) {
        (void)err_set(&err, ERR_NO_INPUT, (Span){0}, "no alias in %.*s", STR_ARG(source));
        (void)cli_fail(cli, &err);
        return;
    }
    Str target = cli->options.to;
    if (target.len != 0 && !name_fits(target, file.lines)) {
        cli_usage(cli, "--to %.*s: %s, so the name must end in %s", STR_ARG(target),
                  file.lines ? "there is a row on each line" : "this is one document",
                  file.lines ? ".ndjson" : ".json");
        return;
    }
    if (target.len == 0 && !find_place(cli, source, &file, &target)) {
        return;
    }
    Output *output = NULL;
    ok = output_open(target, NULL, &output, &err) && output_write(output, file.bytes, &err) &&
         output_commit(output, &err);
    output_close(output);
    if (!ok) {
        (void)cli_fail(cli, &err);
        return;
    }
    Buf text = {0};
    buf_printf(&text, "%u %s kept in %.*s\n", count, count == 1 ? "alias" : "aliases",
               STR_ARG(target));
    cli_print(cli, buf_str(&text));
    buf_free(&text);
}
