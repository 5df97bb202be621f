// SPDX-License-Identifier: Apache-2.0
// Working out what becomes of an Azure initiative: a framework, and with definitions a baseline.
#include "cli/framework_add.h"
#include "host/files.h"
#include "oscal/check.h"

// ---- the package, before it is written ----

static bool read_file(void *ctx, Str path, Str *ret_bytes, Err *err)
{
    const InitiativeResult *result = ctx;
    for (uint32_t i = 0; i < result->file_count; i++) {
        if (str_eq(result->files[i].path, path)) {
            *ret_bytes = result->files[i].bytes;
            return true;
        }
    }
    return err_set(err, ERR_NO_INPUT, (Span){0}, "there is no %.*s", STR_ARG(path));
}

typedef struct Listing {
    InitiativeResult result; // first: ctx of read_file too
    Arena *arena;
} Listing;

static bool list_files(void *ctx, Str directory, const Str **ret_paths, uint32_t *ret_count,
                       Err *err)
{
    (void)err;
    const Listing *listing = ctx;
    Str *paths = NEW_ARRAY(listing->arena, Str, listing->result.file_count + 1U);
    *ret_count = 0;
    for (uint32_t i = 0; i < listing->result.file_count; i++) {
        Str path = listing->result.files[i].path;
        if (str_starts(path, directory) && path.len > directory.len &&
            path.ptr[directory.len] == '/') {
            paths[(*ret_count)++] = path;
        }
    }
    *ret_paths = paths;
    return true;
}

// A package that could not be loaded must not be written.
static bool loads(Adding *adding, const InitiativeResult *result)
{
    Cli *cli = adding->cli;
    Listing listing = {.result = *result, .arena = &cli->arena};
    PackageFiles files = {
        .read = read_file, .list = list_files, .ctx = &listing, .label = result->id};
    const Baseline *baseline = NULL;
    return baseline_load(&cli->arena, &files, &cli->limits, &cli->diags, &baseline);
}

static bool is_free(Adding *adding, Str folder)
{
    if (path_kind(folder) == PATH_MISSING) {
        return true;
    }
    Err err = {0};
    (void)err_set(&err, ERR_SCHEMA, (Span){0},
                  "%.*s is there already and is not overwritten; say another id with --as, or move "
                  "it away",
                  STR_ARG(folder));
    return cli_fail(adding->cli, &err);
}

static bool is_valid(Adding *adding, const Source *source, const InitiativeResult *result)
{
    OscalCheck check = {0};
    adding->cli->diags.file = source->path;
    return oscal_check(&adding->cli->arena, result->catalog, &adding->cli->diags, &check);
}

bool adding_initiative(Adding *adding, const Source *source)
{
    Cli *cli = adding->cli;
    InitiativeInput input = {
        .initiative = source->json,
        .definitions = (const Json *const *)adding->definitions.at,
        .definition_count = adding->definitions.count,
        .parameters = adding->parameters,
        .id = cli->options.as,
        .now = cli->now,
    };
    InitiativeResult *result = NEW(&cli->arena, InitiativeResult);
    cli->diags.file = source->path;
    TRY(initiative_convert(&cli->arena, &input, &cli->diags, result));
    TRY(is_valid(adding, source, result));
    Addition addition = adding_new(adding, "initiative", source);
    addition.id = result->id;
    addition.title = result->title;
    addition.version = result->version;
    addition.control_count = result->control_count;
    addition.initiative = result;
    if (result->file_count != 0) {
        addition.package = path_join(&cli->arena, STR("baselines"), result->id);
        TRY(is_free(adding, addition.package) && loads(adding, result));
    }
    // An outline that ships says more than the names of groups; it stays.
    addition.over = frameworks_shipped_catalog(cli, result->id) != NULL;
    if (!addition.over) {
        TRY(adding_bytes(adding, result->catalog, &addition.bytes));
        addition.path = adding_path(adding, "", addition.id);
        addition.replaces = path_kind(addition.path) != PATH_MISSING;
        TRY(library_add_catalog(&adding->library, result->catalog, result->id, LIBRARY_ADDED,
                                &cli->diags));
    }
    adding_push(adding, &addition);
    return true;
}
