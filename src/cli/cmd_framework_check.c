// SPDX-License-Identifier: Apache-2.0
// datum framework check, convert: whether documents are valid OSCAL; a document in another form.
#include "cli/cli.h"
#include "host/files.h"
#include "oscal/check.h"
#include "oscal/document.h"
#include "json/write.h"

// Reads a file in any form. False: it could not be opened, or diagnostics tell what is wrong.
static bool read_document(Cli *cli, Str path, OscalForm *ret_form, const Json **ret_json, Err *err)
{
    Str bytes = {0};
    if (!file_read(&cli->arena, path, cli->limits.bytes_max, &bytes, err)) {
        return false;
    }
    cli->diags.file = path;
    *ret_form = oscal_form_of(bytes, path);
    return oscal_document_read(&cli->arena, bytes, path, &cli->limits, &cli->diags, ret_json);
}

// ---- check ----

typedef struct Checked {
    Str path;
    OscalForm form;
    OscalCheck check;
    uint32_t errors;
    uint32_t warnings;
    const Diag *first; // of those that are kept, up to the end of the list
    Err failure;       // it could not be opened
} Checked;

static Checked check_file(Cli *cli, Str path)
{
    DiagList *diags = &cli->diags;
    uint32_t errors = diags->errors;
    uint32_t count = diags->count;
    Diag **tail = diags->tail;
    const Json *json = NULL;
    Checked checked = {.path = path, .form = OSCAL_JSON};
    bool read = read_document(cli, path, &checked.form, &json, &checked.failure);
    if (checked.failure.kind != ERR_NONE) {
        return checked;
    }
    // XML with an element too many still has a tree; what else is wrong in it is told in this run
    bool holds = json != NULL && oscal_check(&cli->arena, json, diags, &checked.check);
    ASSERT((read && holds) == (diags->errors == errors));
    checked.errors = diags->errors - errors;
    checked.warnings = diags->count - count - checked.errors;
    checked.first = tail != NULL ? *tail : diags->first;
    return checked;
}

static void say_checked(const Checked *checked)
{
    Str model = checked->check.model;
    cli_say("%.*s: %.*s%s%s, %u values, %u constraints evaluated, %u %s", STR_ARG(checked->path),
            STR_ARG(model), model.len != 0 ? ", " : "", oscal_form_name(checked->form),
            checked->check.value_count, checked->check.rule_count, checked->errors,
            checked->errors == 1 ? "error" : "errors");
}

static void json_number(JsonOut *out, const char *key, uint64_t value)
{
    json_out_key(out, str_from_cstr(key));
    json_out_u64(out, value);
}

static void json_text_member(JsonOut *out, const char *key, Str value)
{
    json_out_key(out, str_from_cstr(key));
    json_out_str(out, value);
}

static void json_diag(JsonOut *out, const Diag *diag)
{
    json_out_object_begin(out);
    if (diag->at.line != 0) {
        json_number(out, "line", diag->at.line);
    }
    if (diag->at.line != 0 && diag->at.col != 0) {
        json_number(out, "column", diag->at.col);
    }
    json_text_member(out, "level", diag->level == DIAG_WARNING ? STR("warning") : STR("error"));
    json_text_member(out, "code", str_from_cstr(diag->code));
    json_text_member(out, "text", diag->text);
    json_out_object_end(out);
}

static void json_checked(JsonOut *out, const Checked *checked)
{
    json_out_object_begin(out);
    json_text_member(out, "file", checked->path);
    if (checked->failure.kind != ERR_NONE) {
        json_text_member(out, "failure", str_from_cstr(checked->failure.text));
        json_out_object_end(out);
        return;
    }
    if (checked->check.model.len != 0) {
        json_text_member(out, "model", checked->check.model);
    }
    json_text_member(out, "form", str_from_cstr(oscal_form_name(checked->form)));
    json_number(out, "values", checked->check.value_count);
    json_number(out, "constraints", checked->check.rule_count);
    json_number(out, "errors", checked->errors);
    json_number(out, "warnings", checked->warnings);
    json_out_key(out, STR("diagnostics"));
    json_out_array_begin(out);
    for (const Diag *diag = checked->first; diag != NULL; diag = diag->next) {
        json_diag(out, diag);
    }
    json_out_array_end(out);
    json_out_object_end(out);
}

void cmd_framework_check(Cli *cli)
{
    enum { DIAGS_MAX = 2000 };
    cli->diags.limit = DIAGS_MAX;
    Buf json = {0};
    Buf lines = {0};
    JsonOut out = {.buf = &json};
    Err failure = {0};
    json_out_array_begin(&out);
    for (uint32_t i = 0; i < cli->options.arguments.count; i++) {
        Checked checked = check_file(cli, cli->options.arguments.at[i]);
        json_checked(&out, &checked);
        if (checked.failure.kind != ERR_NONE) {
            cli_say("%s", checked.failure.text);
            failure = failure.kind == ERR_NONE ? checked.failure : failure;
        } else if (!cli_wants_json(cli)) {
            say_checked(&checked);
        }
    }
    json_out_array_end(&out);
    buf_byte(&json, '\n');
    (void)cli_tell_diags(cli, &lines);
    cli_print(cli, buf_str(cli_wants_json(cli) ? &json : &lines));
    if (cli->outcome.err.kind == ERR_NONE) {
        cli->outcome.err = failure; // now: what the other files say is printed first
    }
    buf_free(&lines);
    buf_free(&json);
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
    Str own = path_identity(&cli->arena, from);
    if (own.len != 0 && str_eq(path_identity(&cli->arena, to), own)) {
        cli_usage(cli,
                  "--out %.*s is the file that is read, and its comments would be lost; name "
                  "another one",
                  STR_ARG(to));
        return;
    }
    const Json *json = NULL;
    OscalForm form = OSCAL_JSON;
    Err err = {0};
    // what is converted must at least say what it is
    bool ok =
        read_document(cli, from, &form, &json, &err) && oscal_model_of(json, &cli->diags).len != 0;
    if (err.kind != ERR_NONE) {
        (void)cli_fail(cli, &err);
        return;
    }
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
