// SPDX-License-Identifier: Apache-2.0
#include "cli/load.h"

#include <stdlib.h>

#include "host/files.h"
#include "json/read.h"

void documents_init(Documents *documents, Arena *arena)
{
    *documents = (Documents){.definitions.arena = arena,
                             .initiatives.arena = arena,
                             .assignments.arena = arena,
                             .attestations.arena = arena,
                             .exemptions.arena = arena};
}

// ---- what a document is ----

typedef struct DocumentKind {
    Str key; // decides, at the root or under "properties"
    DocumentBit bit;
    const char *name;
    bool (*take)(Cli *cli, Documents *documents, const Json *json);
} DocumentKind;

static bool take_definition(Cli *cli, Documents *documents, const Json *json)
{
    const Definition *definition = NULL;
    TRY(definition_parse(&cli->arena, json, &cli->diags, &definition));
    ptr_push(&documents->definitions, definition);
    return true;
}

static bool take_bare_rule(Cli *cli, Documents *documents, const Json *json)
{
    const Definition *definition = NULL;
    TRY(definition_parse_rule(&cli->arena, json, &cli->diags, &definition));
    ptr_push(&documents->definitions, definition);
    return true;
}

static bool take_initiative(Cli *cli, Documents *documents, const Json *json)
{
    const Initiative *initiative = NULL;
    TRY(initiative_parse(&cli->arena, json, &cli->diags, &initiative));
    ptr_push(&documents->initiatives, initiative);
    return true;
}

static bool take_assignment(Cli *cli, Documents *documents, const Json *json)
{
    const Assignment *assignment = NULL;
    TRY(assignment_parse(&cli->arena, json, &cli->diags, &assignment));
    ptr_push(&documents->assignments, assignment);
    return true;
}

static bool take_attestation(Cli *cli, Documents *documents, const Json *json)
{
    const Attestation *attestation = NULL;
    TRY(attestation_parse(&cli->arena, json, &cli->diags, &attestation));
    ptr_push(&documents->attestations, attestation);
    return true;
}

static bool take_exemption(Cli *cli, Documents *documents, const Json *json)
{
    WrittenExemption *written = NEW(&cli->arena, WrittenExemption);
    *written = (WrittenExemption){.json = json, .file = cli->diags.file};
    ptr_push(&documents->exemptions, written);
    return true;
}

// In this order: an exemption and an attestation also name an assignment.
static const DocumentKind kinds[] = {
    {STR_INIT("policyRule"), DOC_DEFINITION, "a policy definition", take_definition},
    {STR_INIT("policyDefinitions"), DOC_INITIATIVE, "an initiative", take_initiative},
    {STR_INIT("exemptionCategory"), DOC_EXEMPTION, "an exemption", take_exemption},
    {STR_INIT("complianceState"), DOC_ATTESTATION, "an attestation", take_attestation},
    {STR_INIT("policyDefinitionId"), DOC_ASSIGNMENT, "an assignment", take_assignment},
};
static const DocumentKind bare_rule = {STR_INIT(""), DOC_DEFINITION, "a policy rule",
                                       take_bare_rule};

// A file under the wrong option would be a gate that holds because nothing was asked.
static bool take_as(Cli *cli, Documents *documents, const DocumentKind *kind, const Json *json)
{
    if (documents->wanted != 0 && (documents->wanted & (uint32_t)kind->bit) == 0) {
        return diag_error(&cli->diags, json->at, "wrong-document",
                          "this is %s, which %s does not take", kind->name, documents->option);
    }
    return kind->take(cli, documents, json);
}

static bool take_document(Cli *cli, Documents *documents, const Json *json)
{
    documents->document_count++;
    const Json *properties = json_find_nocase(json, STR("properties"));
    for (size_t i = 0; i < COUNTOF(kinds); i++) {
        if (json_find_nocase(json, kinds[i].key) != NULL ||
            json_find_nocase(properties, kinds[i].key) != NULL) {
            return take_as(cli, documents, &kinds[i], json);
        }
    }
    if (json_find_nocase(json, STR("if")) != NULL || json_find_nocase(json, STR("then")) != NULL) {
        return take_as(cli, documents, &bare_rule, json);
    }
    return diag_error(&cli->diags, json->at, "unknown-document",
                      "neither a policy definition (policyRule), an initiative "
                      "(policyDefinitions), an assignment (policyDefinitionId), an exemption nor "
                      "an attestation");
}

typedef struct DocumentsOf {
    Cli *cli;
    Documents *documents;
} DocumentsOf;

// A document, an array of them, or a page {"value": […]}.
static void take_documents(void *ctx, const Json *json)
{
    const DocumentsOf *of = ctx;
    Cli *cli = of->cli;
    Documents *documents = of->documents;
    ASSERT(json != NULL);
    const Json *value = json_find(json, STR("value"));
    const Json *list = json->type == JSON_ARRAY ? json : json_is(value, JSON_ARRAY) ? value : NULL;
    if (list == NULL) {
        (void)take_document(cli, documents, json);
        return;
    }
    for (uint32_t i = 0; i < list->count; i++) {
        (void)take_document(cli, documents, &list->items[i]);
    }
}

// ---- files ----

// And what is said from here on is about that file.
static bool read_file(Cli *cli, Str path, Str *ret_bytes)
{
    Err err = {0};
    cli->diags.file = path;
    return file_read(&cli->arena, path, cli->limits.bytes_max, ret_bytes, &err) ||
           cli_fail(cli, &err);
}

bool load_json(Cli *cli, Str path, const Json **ret_json)
{
    Str bytes = {0};
    TRY(read_file(cli, path, &bytes));
    return json_read(&cli->arena, bytes, &cli->limits, &cli->diags, ret_json);
}

static bool is_lines(Str path)
{
    Str extension = path_extension(path);
    return str_eq_nocase(extension, STR(".ndjson")) || str_eq_nocase(extension, STR(".jsonl"));
}

bool load_is_document(Str path)
{
    return is_lines(path) || str_eq_nocase(path_extension(path), STR(".json"));
}

static Str trimmed(Str text)
{
    while (text.len != 0 && (unsigned char)text.ptr[0] <= ' ') {
        text = str_from(text, 1);
    }
    while (text.len != 0 && (unsigned char)text.ptr[text.len - 1] <= ' ') {
        text.len--;
    }
    return text;
}

// Does a document stand on each line? The name tells; where it does not (standard input, a pipe),
// a first line that is an object, with another below it.
static bool holds_lines(Str path, Str bytes)
{
    if (load_is_document(path)) {
        return is_lines(path);
    }
    StrCut cut = str_cut(trimmed(bytes), '\n');
    Str first = trimmed(cut.head);
    Str next = trimmed(cut.tail);
    return cut.found && first.len != 0 && first.ptr[0] == '{' && first.ptr[first.len - 1] == '}' &&
           next.len != 0 && next.ptr[0] == '{';
}

// Where the next diagnostic will hang.
static Diag **next_diag(Cli *cli)
{
    return cli->diags.tail != NULL ? cli->diags.tail : &cli->diags.first;
}

// Diagnostics added since `from` are about one line of a file: their place moves to that line.
static void move_diags(Diag *from, uint32_t line)
{
    for (Diag *diag = from; diag != NULL; diag = diag->next) {
        if (diag->at.line != 0) {
            diag->at.line += line - 1;
        }
    }
}

// The next line that says something, as a tree. False at the end.
typedef struct LineReader {
    Str rest;
    uint32_t line;
} LineReader;

static bool next_document(Cli *cli, LineReader *reader, Diag ***ret_mark, const Json **ret_json)
{
    while (reader->rest.len != 0) {
        StrCut cut = str_cut(reader->rest, '\n');
        reader->rest = cut.tail;
        reader->line++;
        Str text = cut.head;
        if (text.len != 0 && text.ptr[text.len - 1] == '\r') {
            text.len--;
        }
        if (text.len == 0) {
            continue;
        }
        *ret_mark = next_diag(cli);
        if (json_read(&cli->arena, text, &cli->limits, &cli->diags, ret_json)) {
            return true;
        }
        move_diags(**ret_mark, reader->line);
    }
    return false;
}

// Bytes of an NDJSON file as UTF-8.
static bool open_lines(Cli *cli, Str bytes, LineReader *ret_reader)
{
    Err err = {0};
    *ret_reader = (LineReader){0};
    if (!json_to_utf8(&cli->arena, bytes, &ret_reader->rest, &err)) {
        return diag_error(&cli->diags, err.at, "bad-encoding", "%s", err.text);
    }
    return true;
}

bool load_each(Cli *cli, Str path, TakeDocument take, void *ctx)
{
    const Json *json = NULL;
    Str bytes = {0};
    if (!read_file(cli, path, &bytes)) {
        return false;
    }
    if (!holds_lines(path, bytes)) {
        if (json_read(&cli->arena, bytes, &cli->limits, &cli->diags, &json)) {
            take(ctx, json);
        }
        return cli->outcome.err.kind == ERR_NONE;
    }
    LineReader reader = {0};
    Diag **mark = NULL;
    bool opened = open_lines(cli, bytes, &reader);
    while (opened && next_document(cli, &reader, &mark, &json)) {
        take(ctx, json);
        move_diags(*mark, reader.line);
    }
    return cli->outcome.err.kind == ERR_NONE;
}

bool documents_load(Cli *cli, Documents *documents, Str path)
{
    DocumentsOf of = {cli, documents};
    if (path_kind(path) != PATH_FOLDER) {
        documents->file_count++;
        return load_each(cli, path, take_documents, &of);
    }
    FileList files = {0};
    Err err = {0};
    if (!folder_list(&cli->arena, path, &files, &err)) {
        return cli_fail(cli, &err);
    }
    uint32_t before = documents->file_count;
    for (uint32_t i = 0; i < files.count; i++) {
        if (load_is_document(files.paths[i])) {
            documents->file_count++;
            TRY(load_each(cli, files.paths[i], take_documents, &of));
        }
    }
    if (documents->file_count == before) {
        (void)err_set(&err, ERR_NO_INPUT, (Span){0}, "no .json or .ndjson file in %.*s",
                      STR_ARG(path));
        return cli_fail(cli, &err);
    }
    return true;
}

// ---- aliases ----

Str load_data_folder(Arena *arena)
{
    static const struct {
        const char *variable;
        Str below;
    } places[] = {
        {"DATUM_DATA_DIR", STR_INIT("")},
        {"XDG_DATA_HOME", STR_INIT("datum")},
        {"HOME", STR_INIT(".local/share/datum")},
    };
    for (size_t i = 0; i < COUNTOF(places); i++) {
        const char *value = getenv(places[i].variable); // NOLINT(concurrency-mt-unsafe): one thread
        if (value != NULL && *value != '\0') {
            Str folder = str_copy(arena, str_from_cstr(value));
            return places[i].below.len != 0 ? path_join(arena, folder, places[i].below) : folder;
        }
    }
    return (Str){0};
}

// Rows in NDJSON become one array.
static bool read_alias_lines(Cli *cli, Str bytes, const Json **ret_json)
{
    LineReader reader = {0};
    TRY(open_lines(cli, bytes, &reader));
    uint32_t lines = 1;
    for (size_t i = 0; i < reader.rest.len; i++) {
        lines += reader.rest.ptr[i] == '\n' ? 1U : 0U;
    }
    Json *rows = NEW_ARRAY(&cli->arena, Json, lines);
    uint32_t count = 0;
    const Json *row = NULL;
    Diag **mark = NULL;
    while (next_document(cli, &reader, &mark, &row)) {
        rows[count++] = *row;
    }
    Json *array = NEW(&cli->arena, Json);
    *array = (Json){.type = JSON_ARRAY, .count = count, .items = rows};
    *ret_json = array;
    return true;
}

bool load_alias_file(Cli *cli, AliasTable *table, Str path, AliasFile *ret_file,
                     uint32_t *ret_count)
{
    const Json *json = NULL;
    AliasFile file = {0};
    TRY(read_file(cli, path, &file.bytes));
    file.lines = holds_lines(path, file.bytes);
    TRY(file.lines ? read_alias_lines(cli, file.bytes, &json)
                   : json_read(&cli->arena, file.bytes, &cli->limits, &cli->diags, &json));
    TRY(alias_table_import(table, json, &cli->diags, ret_count));
    if (ret_file != NULL) {
        *ret_file = file;
    }
    return true;
}

// The documents of a folder; one that is not there has none.
static bool load_alias_folder(Cli *cli, AliasTable *table, Str folder, uint32_t *ret_count)
{
    if (path_kind(folder) != PATH_FOLDER) {
        return true;
    }
    FileList files = {0};
    Err err = {0};
    if (!folder_list(&cli->arena, folder, &files, &err)) {
        return cli_fail(cli, &err);
    }
    for (uint32_t i = 0; i < files.count; i++) {
        if (load_is_document(files.paths[i])) {
            TRY(load_alias_file(cli, table, files.paths[i], NULL, ret_count));
        }
    }
    return true;
}

bool load_aliases(Cli *cli, AliasTable **ret_table)
{
    AliasTable *table = alias_table_new(&cli->arena);
    alias_table_add_shipped(table);
    uint32_t count = 0;
    Str data = load_data_folder(&cli->arena);
    if (data.len != 0) {
        TRY(load_alias_folder(cli, table, path_join(&cli->arena, data, STR("aliases")), &count));
    }
    for (uint32_t i = 0; i < cli->options.aliases.count; i++) {
        TRY(load_alias_file(cli, table, cli->options.aliases.at[i], NULL, &count));
    }
    *ret_table = table;
    return true;
}
