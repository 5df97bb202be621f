// SPDX-License-Identifier: Apache-2.0
#include "cli/load.h"
#include "host/assets.h"
#include "host/files.h"

// ---- baselines: built in, or a folder ----

typedef struct Package {
    Cli *cli;
    Str root; // prefix of the assets with '/', or the folder
} Package;

static bool asset_read(void *ctx, Str path, Str *ret_bytes, Err *err)
{
    const Package *package = ctx;
    Str full = path_join(&package->cli->arena, package->root, path);
    const Asset *asset = asset_find(full);
    if (asset == NULL) {
        return err_set(err, ERR_NO_INPUT, (Span){0}, "%.*s is not part of this program",
                       STR_ARG(full));
    }
    *ret_bytes = asset->bytes;
    return true;
}

// Paths relative to the package, of files directly in the directory.
static bool asset_list(void *ctx, Str directory, const Str **ret_paths, uint32_t *ret_count,
                       Err *err)
{
    (void)err;
    const Package *package = ctx;
    Arena *arena = &package->cli->arena;
    Str folder = path_join(arena, path_join(arena, package->root, directory), STR(""));
    uint32_t count = 0;
    const Asset *first = asset_find_prefix(folder, &count);
    Str *paths = NEW_ARRAY(arena, Str, count + 1U);
    uint32_t n = 0;
    for (uint32_t i = 0; i < count; i++) {
        Str below = str_from(first[i].path, folder.len);
        if (!str_cut(below, '/').found) {
            paths[n++] = str_from(first[i].path, package->root.len + 1);
        }
    }
    *ret_paths = paths;
    *ret_count = n;
    return true;
}

static bool folder_read(void *ctx, Str path, Str *ret_bytes, Err *err)
{
    const Package *package = ctx;
    Arena *arena = &package->cli->arena;
    return file_read(arena, path_join(arena, package->root, path), package->cli->limits.bytes_max,
                     ret_bytes, err);
}

static bool folder_list_directory(void *ctx, Str directory, const Str **ret_paths,
                                  uint32_t *ret_count, Err *err)
{
    const Package *package = ctx;
    Arena *arena = &package->cli->arena;
    Str folder = path_join(arena, package->root, directory);
    *ret_paths = NULL;
    *ret_count = 0;
    if (path_kind(folder) == PATH_MISSING) {
        return true;
    }
    FileList files = {0};
    TRY(folder_list(arena, folder, &files, err));
    Str *paths = NEW_ARRAY(arena, Str, files.count + 1U);
    for (uint32_t i = 0; i < files.count; i++) {
        Str below = str_from(files.paths[i], folder.len + 1);
        bool is_json = str_eq_nocase(path_extension(below), STR(".json"));
        if (is_json && !str_cut(below, '/').found) {
            paths[(*ret_count)++] = path_join(arena, directory, below);
        }
    }
    *ret_paths = paths;
    return true;
}

static Str without_slashes(Str path)
{
    while (path.len > 1 && path.ptr[path.len - 1] == '/') {
        path.len--;
    }
    return path;
}

bool load_baseline(Cli *cli, Str name, const Baseline **ret_baseline)
{
    Arena *arena = &cli->arena;
    Package package = {.cli = cli, .root = without_slashes(name)};
    PackageFiles files = {.ctx = &package, .label = package.root};
    Str shipped = path_join(arena, STR("baselines"), package.root);
    if (path_kind(name) == PATH_FOLDER) {
        files.read = folder_read;
        files.list = folder_list_directory;
    } else if (asset_find(path_join(arena, shipped, STR("manifest.json"))) != NULL) {
        package.root = shipped;
        files.read = asset_read;
        files.list = asset_list;
    } else {
        Err err = {0};
        (void)err_set(&err, ERR_NO_INPUT, (Span){0},
                      "no baseline %.*s: neither a folder nor one that ships "
                      "(datum baseline list)",
                      STR_ARG(name));
        return cli_fail(cli, &err);
    }
    return baseline_load(arena, &files, &cli->limits, &cli->diags, ret_baseline);
}

// ---- everything together ----

static bool load_all(Cli *cli, Documents *documents, const StrList *paths, uint32_t wanted,
                     const char *option)
{
    documents->wanted = wanted;
    documents->option = option;
    for (uint32_t i = 0; i < paths->count; i++) {
        TRY(documents_load(cli, documents, paths->at[i]));
    }
    return true;
}

// The exemptions of all files as one array, so that one call reads them.
static bool read_exemptions(Cli *cli, const Documents *documents, RuleSet *rules)
{
    uint32_t count = documents->exemptions.count;
    if (count == 0) {
        return true;
    }
    Json *items = NEW_ARRAY(&cli->arena, Json, count);
    for (uint32_t i = 0; i < count; i++) {
        items[i] = *(const Json *)documents->exemptions.at[i];
    }
    Json array = {.type = JSON_ARRAY, .count = count, .items = items};
    const Json *copy = json_copy(&cli->arena, &array);
    return deviation_read(&cli->arena, copy, &cli->diags, &rules->deviations, &rules->exemptions,
                          &rules->exemption_count);
}

static bool read_tiers(Cli *cli, RuleSet *rules)
{
    if (cli->options.tiers.len == 0) {
        return true;
    }
    const Json *json = NULL;
    TRY(load_json(cli, cli->options.tiers, &json));
    TierTable *table = NEW(&cli->arena, TierTable);
    rules->tiers = table;
    return tier_table_read(&cli->arena, json, &cli->diags, table);
}

static void add_baseline(const Baseline *baseline, Documents *documents, bool own_assignments)
{
    for (uint32_t i = 0; i < baseline->rule_count; i++) {
        ptr_push(&documents->definitions, baseline->definitions[i]);
    }
    if (baseline->initiative != NULL) {
        ptr_push(&documents->initiatives, baseline->initiative);
    }
    for (uint32_t i = 0; !own_assignments && i < baseline->assignment_count; i++) {
        ptr_push(&documents->assignments, baseline->assignments[i]);
    }
}

// With --initiative, definitions are there to be referred to: only members are rules.
static void keep_members(RuleSet *rules)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < rules->rule_count; i++) {
        if (rules->rules[i].initiative != NULL) {
            rules->rules[n++] = rules->rules[i];
        }
    }
    rules->rule_count = n;
}

static bool bind(Cli *cli, Documents *documents, const Json *parameters, RuleSet *rules)
{
    BindInput input = {
        .definitions = (const Definition *const *)documents->definitions.at,
        .definition_count = documents->definitions.count,
        .initiatives = (const Initiative *const *)documents->initiatives.at,
        .initiative_count = documents->initiatives.count,
        .assignments = (const Assignment *const *)documents->assignments.at,
        .assignment_count = documents->assignments.count,
        .parameters = parameters,
        .now = cli->now,
    };
    const StrList *given = &cli->options.parameters;
    cli->diags.file = given->count == 1 ? given->at[0] : (Str){0};
    TRY(assignment_bind(&cli->arena, &input, &cli->diags, &rules->rules, &rules->rule_count));
    if (cli->options.initiatives.count != 0 && documents->assignments.count == 0) {
        keep_members(rules);
    }
    if (rules->rule_count == 0) {
        Err err = {0};
        (void)err_set(&err, ERR_NO_INPUT, (Span){0},
                      "no rule: the files given hold nothing to measure with");
        return cli_fail(cli, &err);
    }
    return true;
}

static bool read_everything(Cli *cli, Documents *documents, RuleSet *rules)
{
    const Options *options = &cli->options;
    Str name = options->baseline;
    if (name.len == 0 && options->policies.count == 0 && options->initiatives.count == 0) {
        name = STR("power-platform");
    }
    if (name.len != 0) {
        TRY(load_baseline(cli, name, &rules->baseline));
        add_baseline(rules->baseline, documents, options->assignments.count != 0);
    }
    TRY(load_all(cli, documents, &options->policies, 0, "--policy"));
    TRY(load_all(cli, documents, &options->initiatives, DOC_INITIATIVE, "--initiative"));
    TRY(load_all(cli, documents, &options->assignments, DOC_ASSIGNMENT, "--assignments"));
    TRY(load_all(cli, documents, &options->exemptions, DOC_EXEMPTION, "--exemptions"));
    TRY(load_all(cli, documents, &options->attestations, DOC_ATTESTATION, "--attestations"));
    const Json *parameters = NULL;
    TRY(load_parameters(cli, &parameters));
    TRY(read_tiers(cli, rules));
    TRY(load_aliases(cli, &rules->aliases));
    TRY(read_exemptions(cli, documents, rules));
    TRY(cli->diags.errors == 0);
    return bind(cli, documents, parameters, rules);
}

bool load_rules(Cli *cli, RuleSet *ret_rules)
{
    Documents documents;
    documents_init(&documents, &cli->arena);
    *ret_rules = (RuleSet){0};
    bool ok = read_everything(cli, &documents, ret_rules);
    ret_rules->attestations = (const Attestation *const *)documents.attestations.at;
    ret_rules->attestation_count = documents.attestations.count;
    ok = cli_tell_diags(cli, NULL) && ok;
    return ok && cli->outcome.err.kind == ERR_NONE;
}
