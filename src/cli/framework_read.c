// SPDX-License-Identifier: Apache-2.0
// Reading what datum framework add was given: OSCAL in its three forms, initiatives, folders.
#include "base/text.h"
#include "cli/framework_add.h"
#include "host/files.h"
#include "oscal/document.h"
#include "policy/suggest.h"

static void push_source(Adding *adding, Str path, Str model, const Json *json)
{
    ARENA_ROOM(&adding->cli->arena, adding->sources, adding->source_count, adding->source_cap);
    adding->sources[adding->source_count++] = (Source){.path = path, .model = model, .json = json};
}

// ---- what a document is ----

static const Json *properties_of(const Json *json)
{
    const Json *properties = json_find_nocase(json, STR("properties"));
    return json_is(properties, JSON_OBJECT) ? properties : json;
}

static bool is_initiative(const Json *json)
{
    return json_is(json_find_nocase(properties_of(json), STR("policyDefinitions")), JSON_ARRAY);
}

static bool is_definition(const Json *json)
{
    return json_find_nocase(properties_of(json), STR("policyRule")) != NULL;
}

// Empty when it is nothing that can be added.
static Str model_of(const Json *json)
{
    static const Str models[] = {STR_INIT("catalog"), STR_INIT("profile"),
                                 STR_INIT("mapping-collection")};
    for (size_t i = 0; i < COUNTOF(models); i++) {
        if (json_find(json, models[i]) != NULL) {
            return models[i];
        }
    }
    return is_initiative(json) ? STR("initiative") : (Str){0};
}

// ---- many documents in one file ----

typedef struct Gathering {
    PtrList initiatives; // const Json *
    PtrList definitions;
    uint32_t other_count;
} Gathering;

static void gather(void *ctx, const Json *json)
{
    Gathering *gathering = ctx;
    const Json *value = json_find(json, STR("value"));
    const Json *list = json_is(json, JSON_ARRAY) ? json : json_is(value, JSON_ARRAY) ? value : NULL;
    uint32_t count = list != NULL ? list->count : 1;
    for (uint32_t i = 0; i < count; i++) {
        const Json *item = list != NULL ? &list->items[i] : json;
        if (is_initiative(item)) {
            ptr_push(&gathering->initiatives, item);
        } else if (is_definition(item)) {
            ptr_push(&gathering->definitions, item);
        } else {
            gathering->other_count++;
        }
    }
}

static bool is_named(const Json *initiative, Str name)
{
    Str id = json_find_str(initiative, STR("id"));
    Str shown = json_find_str(properties_of(initiative), STR("displayName"));
    return str_eq_nocase(json_find_str(initiative, STR("name")), name) ||
           str_eq_nocase(shown, name) || str_eq_nocase(id, name) ||
           str_eq_nocase(path_base(id), name);
}

// "PATH holds no …"
static bool fail(Cli *cli, ErrKind kind, Str path, const char *what)
{
    Err err = {0};
    (void)err_set(&err, kind, (Span){0}, "%.*s holds %s", STR_ARG(path), what);
    return cli_fail(cli, &err);
}

// "; there are "A", "B" and 2 more": when none is near, what a part of a name may mean, those that
// begin with it first.
static Str list_holding(Cli *cli, const PtrList *initiatives, Str part)
{
    enum { SHOWN_MAX = 4 };
    Buf text = {0};
    uint32_t found = 0;
    for (uint32_t i = 0; i < 2 * initiatives->count; i++) {
        const Json *json = initiatives->at[i % initiatives->count];
        Str name = json_find_str(properties_of(json), STR("displayName"));
        ptrdiff_t at = text_find_nocase(name, part);
        if ((i < initiatives->count ? at == 0 : at > 0) && found++ < SHOWN_MAX) {
            buf_printf(&text, "%s\"%.*s\"", found == 1 ? "; there are " : ", ", STR_ARG(name));
        }
    }
    if (found > SHOWN_MAX) {
        buf_printf(&text, " and %u more", found - SHOWN_MAX);
    }
    Str copy = str_copy(&cli->arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

// "; did you mean …?" for an initiative that is not there.
static Str ask_for(Cli *cli, const PtrList *initiatives, Str name)
{
    Str *names = NEW_ARRAY(&cli->arena, Str, 2U * initiatives->count + 1U);
    size_t count = 0;
    for (uint32_t i = 0; i < initiatives->count; i++) {
        const Json *json = initiatives->at[i];
        names[count++] = json_find_str(json, STR("name"));
        names[count++] = json_find_str(properties_of(json), STR("displayName"));
    }
    Str near = suggest_nearest(name, names, count);
    return near.len != 0 ? suggest_ask(&cli->arena, near) : list_holding(cli, initiatives, name);
}

// The one of name, or the only one there is.
static bool take_initiative(Adding *adding, const Gathering *gathering, Str path, Str name)
{
    Cli *cli = adding->cli;
    const Json *found = NULL;
    for (uint32_t i = 0; i < gathering->initiatives.count; i++) {
        const Json *json = gathering->initiatives.at[i];
        if (name.len == 0 || is_named(json, name)) {
            if (found != NULL && name.len == 0) {
                Str example = json_find_str(properties_of(found), STR("displayName"));
                cli_usage(cli, "%.*s holds %u initiatives; say which, like '%.*s#%.*s'",
                          STR_ARG(path), gathering->initiatives.count, STR_ARG(path),
                          STR_ARG(example));
                return false;
            }
            found = found == NULL ? json : found;
        }
    }
    if (found == NULL) {
        Str ask = ask_for(cli, &gathering->initiatives, name);
        Err err = {0};
        (void)err_set(&err, ERR_NO_INPUT, (Span){0}, "no initiative \"%.*s\"", STR_ARG(name));
        cli_say("%.*s has no initiative \"%.*s\"%.*s", STR_ARG(path), STR_ARG(name), STR_ARG(ask));
        cli->outcome.err = err; // said, at more length than it has room for
        return false;
    }
    push_source(adding, path, STR("initiative"), found);
    return true;
}

static bool read_many(Adding *adding, Str path, Str name)
{
    Cli *cli = adding->cli;
    Gathering gathering = {.initiatives = {.arena = &cli->arena},
                           .definitions = {.arena = &cli->arena}};
    if (!load_each(cli, path, gather, &gathering) || cli->diags.errors != 0) {
        return false;
    }
    if (gathering.initiatives.count == 0) {
        return fail(cli, ERR_SCHEMA, path,
                    "no initiative (policyDefinitions); definitions go with --policy");
    }
    return take_initiative(adding, &gathering, path, name);
}

// ---- one document ----

static bool is_lines(Str path)
{
    Str extension = path_extension(path);
    return str_eq_nocase(extension, STR(".ndjson")) || str_eq_nocase(extension, STR(".jsonl"));
}

static bool read_json(Cli *cli, Str path, const Json **ret_json)
{
    Str bytes = {0};
    Err err = {0};
    if (!file_read(&cli->arena, path, cli->limits.bytes_max, &bytes, &err)) {
        return cli_fail(cli, &err);
    }
    cli->diags.file = path;
    return oscal_document_read(&cli->arena, bytes, path, &cli->limits, &cli->diags, ret_json);
}

// quiet: of a folder, where other documents may lie.
static bool read_one(Adding *adding, Str path, bool quiet)
{
    Cli *cli = adding->cli;
    const Json *json = NULL;
    TRY(read_json(cli, path, &json));
    ASSERT(json != NULL);
    bool is_list = json->type == JSON_ARRAY || json_is(json_find(json, STR("value")), JSON_ARRAY);
    Str model = model_of(json);
    if (is_list && !quiet) {
        return read_many(adding, path, (Str){0});
    }
    if (model.len == 0 && quiet) {
        cli_say("%.*s: neither OSCAL nor an initiative; left alone", STR_ARG(path));
        return true;
    }
    if (model.len == 0) {
        return diag_error(&cli->diags, json->at, "unknown-document",
                          "neither an OSCAL catalog, profile or mapping-collection nor an "
                          "initiative (policyDefinitions)");
    }
    push_source(adding, path, model, json);
    return true;
}

static bool is_document(Str path)
{
    OscalForm form;
    return oscal_form_of_name(path, &form);
}

static bool read_folder(Adding *adding, Str path)
{
    Cli *cli = adding->cli;
    FileList files = {0};
    Err err = {0};
    if (!folder_list(&cli->arena, path, &files, &err)) {
        return cli_fail(cli, &err);
    }
    uint32_t before = adding->source_count;
    bool ok = true;
    for (uint32_t i = 0; i < files.count; i++) {
        if (is_document(files.paths[i])) {
            ok = read_one(adding, files.paths[i], true) && ok;
        }
    }
    if (ok && adding->source_count == before) {
        return fail(cli, ERR_NO_INPUT, path,
                    "no OSCAL document and no initiative in .json, .yaml or .xml");
    }
    return ok;
}

bool adding_read(Adding *adding, Str path)
{
    PathKind kind = path_kind(path);
    if (kind == PATH_FOLDER) {
        return read_folder(adding, path);
    }
    StrCut cut = str_cut(path, '#');
    if (kind == PATH_MISSING && cut.found && path_kind(cut.head) == PATH_FILE) {
        return read_many(adding, str_copy(&adding->cli->arena, cut.head), cut.tail);
    }
    return is_lines(path) ? read_many(adding, path, (Str){0}) : read_one(adding, path, false);
}

static bool read_definitions(Adding *adding, Gathering *gathering, Str path)
{
    Cli *cli = adding->cli;
    if (path_kind(path) != PATH_FOLDER) {
        return load_each(cli, path, gather, gathering);
    }
    FileList files = {0};
    Err err = {0};
    if (!folder_list(&cli->arena, path, &files, &err)) {
        return cli_fail(cli, &err);
    }
    bool ok = true;
    for (uint32_t i = 0; i < files.count; i++) {
        if (load_is_document(files.paths[i])) {
            ok = load_each(cli, files.paths[i], gather, gathering) && ok;
        }
    }
    return ok;
}

bool adding_read_policies(Adding *adding)
{
    Cli *cli = adding->cli;
    Gathering gathering = {.initiatives = {.arena = &cli->arena},
                           .definitions = {.arena = &cli->arena}};
    bool ok = true;
    for (uint32_t i = 0; i < cli->options.policies.count; i++) {
        ok = read_definitions(adding, &gathering, cli->options.policies.at[i]) && ok;
    }
    adding->definitions = gathering.definitions;
    if (ok && cli->options.policies.count != 0 && gathering.definitions.count == 0) {
        return fail(cli, ERR_NO_INPUT, cli->options.policies.at[0],
                    "no policy definition (policyRule)");
    }
    return ok && load_parameters(cli, &adding->parameters);
}
