// SPDX-License-Identifier: Apache-2.0
// datum framework resolve: a profile as the catalog it stands for, and who set what in it.

#include "cli/cli.h"
#include "cli/imports.h"
#include "cli/version.h"
#include "host/files.h"
#include "host/oserr.h"
#include "oscal/resolve.h"
#include "json/write.h"

// ---- documents ----

// Files only: a document that lies elsewhere is named, and what to do about it.
static bool read_document(void *ctx, Arena *arena, Str href, Str *ret_bytes, Err *err)
{
    const Cli *cli = ctx;
    Str path;
    if (!import_path(arena, href, &path)) {
        return err_set(err, ERR_NO_INPUT, (Span){0, 0},
                       "documents are not fetched over the network; download it and import the "
                       "file, or add an rlink to it");
    }
    return file_read(arena, path, cli->limits.bytes_max, ret_bytes, err);
}

// ---- trace ----

static void print_origin(Buf *out, const OscalTrace *row)
{
    buf_printf(out, "%.*s", STR_ARG(row->document));
    if (row->at.line != 0) {
        buf_printf(out, ":%u:%u", row->at.line, row->at.col);
    }
}

static void print_trace_row(Buf *out, const OscalTrace *row)
{
    static const char *const verbs[] = {
        [OSCAL_TRACE_VALUE] = "set by",
        [OSCAL_TRACE_ADD] = "added by",
        [OSCAL_TRACE_REMOVE] = "removed by",
    };
    buf_printf(out, "%.*s\t%.*s %.*s\t", STR_ARG(row->control.len != 0 ? row->control : STR("-")),
               STR_ARG(row->item), STR_ARG(row->id));
    if (row->kind == OSCAL_TRACE_VALUE) {
        bool choose = row->text.len == 0 && row->choices.len != 0;
        buf_printf(out, "%.*s%.*s\t", STR_ARG(choose ? STR("choose: ") : row->text),
                   STR_ARG(choose               ? row->choices
                           : row->text.len == 0 ? STR("(not set)")
                                                : STR("")));
    }
    buf_printf(out, "%s ", row->by_profile ? verbs[row->kind] : "as in");
    print_origin(out, row);
    buf_byte(out, '\n');
}

static void json_trace_row(JsonOut *out, const OscalTrace *row)
{
    static const char *const kinds[] = {
        [OSCAL_TRACE_VALUE] = "value",
        [OSCAL_TRACE_ADD] = "add",
        [OSCAL_TRACE_REMOVE] = "remove",
    };
    const struct {
        Str key;
        Str value;
    } texts[] = {
        {STR("kind"), str_from_cstr(kinds[row->kind])},
        {STR("control"), row->control},
        {STR("item"), row->item},
        {STR("id"), row->id},
        {STR("text"), row->text},
        {STR("choices"), row->choices},
        {STR("document"), row->document},
    };
    json_out_object_begin(out);
    for (size_t i = 0; i < COUNTOF(texts); i++) {
        if (texts[i].value.len != 0) {
            json_out_key(out, texts[i].key);
            json_out_str(out, texts[i].value);
        }
    }
    if (row->at.line != 0) {
        json_out_key(out, STR("line"));
        json_out_u64(out, row->at.line);
        json_out_key(out, STR("column"));
        json_out_u64(out, row->at.col);
    }
    json_out_key(out, STR("byProfile"));
    json_out_bool(out, row->by_profile);
    json_out_object_end(out);
}

// {"catalog": {…}, "trace": […]}
static void json_traced(Buf *text, const OscalResolved *resolved)
{
    JsonOut out = {.buf = text};
    json_out_object_begin(&out);
    json_out_key(&out, STR("catalog"));
    json_out_json(&out, json_find(resolved->json, STR("catalog")));
    json_out_key(&out, STR("trace"));
    json_out_array_begin(&out);
    for (uint32_t i = 0; i < resolved->trace_count; i++) {
        json_trace_row(&out, &resolved->trace[i]);
    }
    json_out_array_end(&out);
    json_out_object_end(&out);
    buf_byte(text, '\n');
}

static void print_resolved(Cli *cli, const OscalResolved *resolved)
{
    Buf text = {0};
    if (cli->options.trace && cli_wants_json(cli)) {
        json_traced(&text, resolved);
    } else if (cli->options.trace) {
        for (uint32_t i = 0; i < resolved->trace_count; i++) {
            print_trace_row(&text, &resolved->trace[i]);
        }
    } else if (cli_wants_json(cli)) {
        json_write(&text, resolved->json);
        buf_byte(&text, '\n');
    } else {
        json_write_pretty(&text, resolved->json);
    }
    cli_print(cli, buf_str(&text));
    buf_free(&text);
}

// The profile itself is input; what it imports is part of what is resolved. Nothing is read here: a
// pipe can be read only once.
static bool can_open(Cli *cli, Str path)
{
    Err err = {0};
    int forbidden = str_eq(path, STR("-")) ? 0 : path_forbids(path);
    if (path_kind(path) == PATH_FOLDER) {
        (void)err_set(&err, ERR_NO_INPUT, (Span){0, 0}, "%.*s: a folder; name the profile in it",
                      STR_ARG(path));
    } else if (forbidden != 0) {
        Str reason = os_reason(&cli->arena, "cannot open", forbidden);
        (void)err_set(&err, ERR_NO_INPUT, (Span){0, 0}, "%.*s: %.*s", STR_ARG(path),
                      STR_ARG(reason));
    }
    return err.kind == ERR_NONE || cli_fail(cli, &err);
}

void cmd_framework_resolve(Cli *cli)
{
    Str path = cli->options.arguments.at[0];
    if (!can_open(cli, path)) {
        return;
    }
    Buf now = {0};
    ticks_print(&now, cli->now);
    OscalDocuments documents = {.read = read_document, .ctx = cli};
    OscalResolveOptions options = {
        .reading = {.nested_flat = str_eq(cli->options.flat, STR("nested")),
                    .params_to_catalog = str_eq(cli->options.loose_params, STR("catalog"))},
        .limits = OSCAL_RESOLVE_LIMITS_DEFAULT,
        .now = str_copy(&cli->arena, buf_str(&now)),
        .tool = STR("datum " DATUM_VERSION),
    };
    buf_free(&now);
    options.limits.json = cli->limits;
    OscalResolved resolved = {0};
    cli->diags.file = path;
    bool ok = oscal_resolve(&cli->arena, path, &documents, &options, &cli->diags, &resolved);
    ASSERT(ok == (cli->diags.errors == 0)); // no result without a word of why
    if (cli_tell_diags(cli, NULL) && ok) {
        print_resolved(cli, &resolved);
    }
}
