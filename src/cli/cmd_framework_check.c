// SPDX-License-Identifier: Apache-2.0
// datum framework check, convert: whether documents are valid OSCAL; a document in another form.
#include "cli/cli.h"
#include "host/files.h"
#include "oscal/check.h"
#include "oscal/document.h"

// Reads a file in any form. False: it could not be opened, or diagnostics tell what is wrong.
static bool read_document(Cli *cli, Str path, OscalForm *ret_form, const Json **ret_json)
{
    Str bytes = {0};
    Err err = {0};
    if (!file_read(&cli->arena, path, cli->limits.bytes_max, &bytes, &err)) {
        return cli_fail(cli, &err);
    }
    cli->diags.file = path;
    *ret_form = oscal_form_of(bytes, path);
    return oscal_document_read(&cli->arena, bytes, path, &cli->limits, &cli->diags, ret_json);
}

// ---- check ----

static void check_file(Cli *cli, Str path)
{
    uint32_t errors = cli->diags.errors;
    const Json *json = NULL;
    OscalForm form = OSCAL_JSON;
    OscalCheck check = {0};
    bool read = read_document(cli, path, &form, &json);
    if (!read && cli->diags.errors == errors) {
        return; // no such file
    }
    // XML with an element too many still has a tree; what else is wrong in it is told in this run
    bool holds = json != NULL && oscal_check(&cli->arena, json, &cli->diags, &check);
    ASSERT((read && holds) == (cli->diags.errors == errors));
    cli_say("%.*s: %.*s%s%s, %u values, %u constraints evaluated, %u errors", STR_ARG(path),
            STR_ARG(check.model), check.model.len != 0 ? ", " : "", oscal_form_name(form),
            check.value_count, check.rule_count, cli->diags.errors - errors);
}

void cmd_framework_check(Cli *cli)
{
    enum { DIAGS_MAX = 2000 };
    cli->diags.limit = DIAGS_MAX;
    for (uint32_t i = 0; i < cli->options.arguments.count; i++) {
        check_file(cli, cli->options.arguments.at[i]);
    }
    Buf text = {0};
    (void)cli_tell_diags(cli, &text);
    cli_print(cli, buf_str(&text));
    buf_free(&text);
}

// ---- convert ----

static void write_file(Cli *cli, Str path, Str bytes)
{
    Output *output = NULL;
    Err err = {0};
    if (!output_open(path, NULL, &output, &err) || !output_write(output, bytes, &err) ||
        !output_commit(output, &err)) {
        (void)cli_fail(cli, &err);
    }
    output_close(output);
}

void cmd_framework_convert(Cli *cli)
{
    Str from = cli->options.arguments.at[0];
    Str to = cli->options.out;
    OscalForm wanted = OSCAL_JSON;
    if (to.len != 0 && (!oscal_form_of_name(to, &wanted) || wanted == OSCAL_XML)) {
        cli_usage(cli,
                  "--out %.*s names no form that is written; end it in .json, .yaml or .yml "
                  "(XML is read only)",
                  STR_ARG(to));
        return;
    }
    const Json *json = NULL;
    OscalForm form = OSCAL_JSON;
    // what is converted must at least say what it is
    bool ok = read_document(cli, from, &form, &json) && oscal_model_of(json, &cli->diags).len != 0;
    if (!cli_tell_diags(cli, NULL) || !ok) {
        return;
    }
    Buf text = {0};
    oscal_document_write(&text, json, wanted);
    if (to.len == 0) {
        cli_print(cli, buf_str(&text));
    } else {
        write_file(cli, to, buf_str(&text));
    }
    buf_free(&text);
}
