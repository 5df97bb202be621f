// SPDX-License-Identifier: Apache-2.0
#include "cli/cli.h"

#include <stdarg.h>
#include <stdio.h>

#include "report/page.h"

void cli_say(const char *fmt, ...)
{
    char text[2000];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    Buf line = {0};
    buf_push(&line, STR("datum: "));
    page_visible(&line, str_from_cstr(text));
    buf_byte(&line, '\n');
    (void)fwrite(line.ptr, 1, line.len, stderr);
    buf_free(&line);
}

void cli_print(Cli *cli, Str bytes)
{
    Err err = {0};
    if (cli->outcome.err.kind == ERR_NONE && !output_write(cli->out, bytes, &err)) {
        (void)cli_fail(cli, &err);
    }
}

void cli_usage(Cli *cli, const char *fmt, ...)
{
    char text[400];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    cli_say("%s", text);
    cli->outcome.usage = true;
}

bool cli_fail(Cli *cli, const Err *err)
{
    cli_say("%s", err->text);
    if (cli->outcome.err.kind == ERR_NONE) {
        cli->outcome.err = *err;
    }
    return false;
}

static void print_diag(Buf *out, const Diag *diag)
{
    page_visible(out, diag->file);
    if (diag->at.line != 0) {
        buf_printf(out, "%s%u", diag->file.len != 0 ? ":" : "", diag->at.line);
    }
    if (diag->at.line != 0 && diag->at.col != 0) {
        buf_printf(out, ":%u", diag->at.col);
    }
    buf_printf(out, "%s%s%s: ", diag->file.len != 0 || diag->at.line != 0 ? ": " : "",
               diag->level == DIAG_WARNING ? "warning: " : "", diag->code);
    page_visible(out, diag->text);
    buf_byte(out, '\n');
}

bool cli_tell_diags(Cli *cli, Buf *out)
{
    Buf text = {0};
    uint32_t n = 0;
    for (const Diag *diag = cli->diags.first; diag != NULL; diag = diag->next) {
        if (n++ >= cli->diags_told) {
            print_diag(&text, diag);
        }
    }
    if (cli->diags.count > n && cli->diags_told < n) {
        buf_printf(&text, "and %u more\n", cli->diags.count - n);
    }
    cli->diags_told = n;
    if (out != NULL) {
        buf_push(out, buf_str(&text));
    } else {
        (void)fwrite(text.ptr != NULL ? text.ptr : "", 1, text.len, stderr);
    }
    buf_free(&text);
    if (cli->diags.errors != 0) {
        cli->outcome.bad_documents = true;
        return false;
    }
    return true;
}

bool cli_wants_json(const Cli *cli)
{
    return str_eq(cli->options.output, STR("json"));
}
