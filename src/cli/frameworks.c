// SPDX-License-Identifier: Apache-2.0
#include "cli/frameworks.h"

#include "cli/baselines.h"
#include "host/assets.h"
#include "host/files.h"
#include "oscal/library_store.h"
#include "policy/suggest.h"
#include "json/read.h"

// ---- reading ----

typedef enum Part { PART_CATALOG, PART_MAPPING, PART_PROFILE, PART_OTHER } Part;

// What a path below frameworks/ is.
static Part part_of(Str below)
{
    static const struct {
        Str folder;
        Part part;
    } folders[] = {{STR_INIT("mappings/"), PART_MAPPING}, {STR_INIT("profiles/"), PART_PROFILE}};
    if (!str_ends(below, STR(".json"))) {
        return PART_OTHER;
    }
    for (size_t i = 0; i < COUNTOF(folders); i++) {
        Str rest = str_from(below, folders[i].folder.len);
        if (str_starts(below, folders[i].folder) && !str_cut(rest, '/').found) {
            return folders[i].part;
        }
    }
    return str_cut(below, '/').found ? PART_OTHER : PART_CATALOG;
}

// "profiles/nist-800-53r5-high.json" → "nist-800-53r5-high"
static Str stem_of(Str path)
{
    Str base = path_base(path);
    return (Str){base.ptr, base.len - path_extension(base).len};
}

static bool take(Cli *cli, Library *library, const Json *json, Str below, LibraryOrigin origin)
{
    Str none = {0};
    switch (part_of(below)) {
    case PART_CATALOG:
        return library_add_catalog(library, json, stem_of(below), origin, &cli->diags);
    case PART_MAPPING:
        return library_add_mappings(library, json, none, &cli->diags);
    case PART_PROFILE:
        return library_add_profile(library, json, stem_of(below), origin, &cli->diags);
    case PART_OTHER:
        return true;
    }
    UNREACHABLE("Part out of range");
}

// Documents that ship were checked when they were made: places are not needed, so the fast reader
// does, and the limits are for what comes from elsewhere.
static const Json *parse_shipped(Cli *cli, const Asset *asset)
{
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    const Json *json = NULL;
    Err err = {0};
    bool ok = json_read_data(&cli->arena, asset->bytes, &limits, &json, &err);
    ASSERT(ok);
    return json;
}

static void read_shipped(Cli *cli, Library *library, Part part)
{
    uint32_t count = 0;
    Str prefix = STR("frameworks/");
    const Asset *assets = asset_find_prefix(prefix, &count);
    for (uint32_t i = 0; i < count; i++) {
        Str below = str_from(assets[i].path, prefix.len);
        if (part_of(below) != part) {
            continue;
        }
        cli->diags.file = assets[i].path;
        const Json *json = parse_shipped(cli, &assets[i]);
        (void)take(cli, library, json, below, LIBRARY_SHIPPED);
    }
}

// *failure: the first file that could not be opened; said.
static void read_added(Cli *cli, Library *library, const FileList *files, Str folder, Part part,
                       Err *failure)
{
    for (uint32_t i = 0; i < files->count; i++) {
        Str below = str_from(files->paths[i], folder.len + 1);
        Str bytes = {0};
        Err err = {0};
        const Json *json = NULL;
        if (part_of(below) != part) {
            continue;
        }
        if (!file_read(&cli->arena, files->paths[i], cli->limits.bytes_max, &bytes, &err)) {
            cli_say("%s", err.text);
            *failure = failure->kind == ERR_NONE ? err : *failure;
            continue;
        }
        cli->diags.file = files->paths[i];
        if (json_read(&cli->arena, bytes, &cli->limits, &cli->diags, &json)) {
            (void)take(cli, library, json, below, LIBRARY_ADDED);
        }
    }
}

const Json *frameworks_shipped_catalog(Cli *cli, Str id)
{
    Buf path = {0};
    buf_printf(&path, "frameworks/%.*s.json", STR_ARG(id));
    const Asset *asset = asset_find(buf_str(&path));
    buf_free(&path);
    return asset != NULL ? parse_shipped(cli, asset) : NULL;
}

Str frameworks_folder(Cli *cli)
{
    Str workspace = cli->options.workspace.len != 0 ? cli->options.workspace : STR(".datum");
    return path_join(&cli->arena, workspace, STR("frameworks"));
}

// Reads all there is. True: nothing of it is broken.
static bool read_all(Cli *cli, Library *library, Err *failure)
{
    library_init(library, &cli->arena);
    Str folder = frameworks_folder(cli);
    FileList files = {0};
    PathKind kind = PATH_MISSING;
    if (!path_look(folder, &kind, failure) ||
        (kind == PATH_FOLDER && !folder_list(&cli->arena, folder, &files, failure))) {
        cli_say("%s", failure->text);
    }
    for (Part part = PART_CATALOG; part < PART_OTHER; part++) { // profiles after all catalogs
        read_shipped(cli, library, part);
        read_added(cli, library, &files, folder, part, failure);
    }
    return cli_tell_diags(cli, NULL) && failure->kind == ERR_NONE;
}

bool frameworks_open(Cli *cli, Library *ret_library)
{
    Err failure = {0};
    bool ok = read_all(cli, ret_library, &failure);
    if (!ok) {
        cli_say("nothing is written while what is named above is broken; mend it, or delete the "
                "file and add it again");
        cli->outcome.err = cli->outcome.err.kind == ERR_NONE ? failure : cli->outcome.err;
    }
    return ok;
}

void frameworks_open_known(Cli *cli, Library *ret_library)
{
    Err failure = {0};
    if (!read_all(cli, ret_library, &failure)) {
        cli_say("this goes on without what is named above; mend it, or delete the file and add it "
                "again");
        cli->outcome.bad_documents = true;
        cli->diags.errors = 0; // told, and in the outcome; what follows has its own
    }
}

bool frameworks_catalog(Cli *cli, Str id, Str *ret_bytes, Str *ret_file)
{
    Arena *arena = &cli->arena;
    const Json *outline = frameworks_shipped_catalog(cli, id);
    Buf name = {0};
    buf_printf(&name, "%.*s.json", STR_ARG(id));
    Str file = path_join(arena, frameworks_folder(cli), str_copy(arena, buf_str(&name)));
    buf_free(&name);
    bool added = path_kind(file) == PATH_FILE;
    if (outline == NULL && !added) {
        return false;
    }
    const Json *whole = outline;
    *ret_file = added ? file : id;
    if (added) {
        Str bytes = {0};
        Err err = {0};
        const Json *own = NULL;
        if (!file_read(arena, file, cli->limits.bytes_max, &bytes, &err)) {
            return cli_fail(cli, &err);
        }
        cli->diags.file = file;
        Library library;
        library_init(&library, arena);
        TRY((outline == NULL ||
             library_add_catalog(&library, outline, id, LIBRARY_SHIPPED, &cli->diags)) &&
            json_read(arena, bytes, &cli->limits, &cli->diags, &own) &&
            library_add_catalog(&library, own, id, LIBRARY_ADDED, &cli->diags));
        whole = outline != NULL ? library_store_merged(arena, library.frameworks[0], outline) : own;
    }
    Buf text = {0};
    json_write_pretty(&text, whole);
    *ret_bytes = str_copy(arena, buf_str(&text));
    buf_free(&text);
    return true;
}

// ---- finding ----

static void fail_unknown(Cli *cli, const char *what, Str id, Str near, const char *way_out)
{
    Err err = {0};
    (void)err_set(&err, ERR_NO_INPUT, (Span){0}, "there is no %s \"%.*s\"; %s%.*s%s%s", what,
                  STR_ARG(id), near.len != 0 ? "did you mean \"" : "", STR_ARG(near),
                  near.len != 0 ? "\"? " : "", way_out);
    (void)cli_fail(cli, &err);
}

// What a name that is no framework's may be instead.
static bool fail_other(Cli *cli, const Library *library, Str id)
{
    const LibraryProfile *profile = library_find_profile(library, id);
    Err err = {0};
    if (profile != NULL) {
        (void)err_set(&err, ERR_NO_INPUT, (Span){0},
                      "\"%.*s\" is a selection of %.*s; name the framework here", STR_ARG(id),
                      STR_ARG(profile->framework));
    } else if (!str_cut(id, '/').found && frameworks_is_baseline(cli, id)) {
        (void)err_set(&err, ERR_NO_INPUT, (Span){0},
                      "\"%.*s\" is a baseline; name a framework here (datum framework list), and "
                      "the baseline with --baseline",
                      STR_ARG(id));
    } else {
        return false;
    }
    (void)cli_fail(cli, &err);
    return true;
}

// "nist-800-53r5, nist-csf-2.0": those whose names begin like the word, when none is near it.
static Str names_beginning(Arena *arena, Str word, const Str *names, uint32_t count)
{
    Buf text = {0};
    for (uint32_t i = 0; word.len >= 2 && i < count; i++) {
        if (names[i].len >= word.len && str_eq_nocase((Str){names[i].ptr, word.len}, word)) {
            buf_printf(&text, "%s%.*s", text.len == 0 ? "" : ", ", STR_ARG(names[i]));
        }
    }
    Str copy = str_copy(arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

const LibraryFramework *frameworks_find(Cli *cli, const Library *library, Str id)
{
    const LibraryFramework *found = library_find(library, id);
    if (found == NULL && !fail_other(cli, library, id)) {
        uint32_t count = library->framework_count;
        Str *names = NEW_ARRAY(&cli->arena, Str, count + library->profile_count + 1U);
        for (uint32_t i = 0; i < count; i++) {
            names[i] = library->frameworks[i]->id;
        }
        Str begin = names_beginning(&cli->arena, id, names, count);
        for (uint32_t i = 0; i < library->profile_count; i++) {
            names[count++] = library->profiles[i].id;
        }
        Str near = suggest_nearest(id, names, count);
        fail_unknown(cli, "framework", id, near.len != 0 ? near : begin,
                     "datum framework list names them");
    }
    return found;
}

const LibraryControl *frameworks_find_control(Cli *cli, const LibraryFramework *framework,
                                              Str id_or_label)
{
    const LibraryControl *found = library_find_control(framework, id_or_label);
    if (found == NULL) {
        Str *names = NEW_ARRAY(&cli->arena, Str, 2U * framework->control_count + 1U);
        size_t count = 0;
        for (uint32_t i = 0; i < framework->control_count; i++) {
            names[count++] = framework->controls[i].id;
            names[count++] = framework->controls[i].label;
        }
        Buf what = {0};
        buf_printf(&what, "control of %.*s", STR_ARG(framework->id));
        buf_byte(&what, '\0');
        Buf way_out = {0};
        buf_printf(&way_out, "datum framework show %.*s lists them", STR_ARG(framework->id));
        buf_byte(&way_out, '\0');
        fail_unknown(cli, what.ptr, id_or_label, suggest_nearest(id_or_label, names, count),
                     way_out.ptr);
        buf_free(&what);
        buf_free(&way_out);
    }
    return found;
}

// ---- a baseline ----

Str frameworks_baseline_name(const Cli *cli)
{
    return cli->options.baseline.len != 0 ? cli->options.baseline : STR("power-platform");
}

bool frameworks_is_baseline(Cli *cli, Str text)
{
    if (str_cut(text, '/').found || str_cut(text, '@').found) {
        return true;
    }
    Buf manifest = {0};
    buf_printf(&manifest, "baselines/%.*s/manifest.json", STR_ARG(text));
    bool ships = asset_find(buf_str(&manifest)) != NULL;
    buf_free(&manifest);
    return ships || path_kind(path_join(&cli->arena, STR("baselines"), text)) == PATH_FOLDER;
}

// Whose statement the mappings of a baseline are: its collections say so.
static void read_provenance(Cli *cli, const PackageFiles *files, const JsonLimits *limits,
                            LibraryMapping *mapping)
{
    Str path = mapping->file;
    if (files->label.len != 0 && str_starts(path, files->label)) {
        path = str_from(path, files->label.len + 1);
    }
    Str bytes = {0};
    Err ignored = {0};
    const Json *json = NULL;
    if (!files->read(files->ctx, path, &bytes, &ignored) ||
        !json_read_data(&cli->arena, bytes, limits, &json, &ignored)) {
        return; // the baseline was loaded with it; only the words are missing
    }
    const Json *collection = json_find(json, STR("mapping-collection"));
    const Json *provenance = json_find(collection, STR("provenance"));
    Str title = json_find_str(json_find(collection, STR("metadata")), STR("title"));
    mapping->collection = title.len != 0 ? title : mapping->collection;
    mapping->method = json_find_str(provenance, STR("method"));
    mapping->rationale = json_find_str(provenance, STR("matching-rationale"));
    mapping->status = json_find_str(provenance, STR("status"));
    mapping->origin = json_find_str(provenance, STR("mapping-description"));
}

// The baseline's name, what it was made from, what that was made from: base/manifest.json and on.
static Lineage read_lineage(Cli *cli, const PackageFiles *files, const JsonLimits *limits,
                            const Baseline *baseline)
{
    enum { LEVELS_MAX = 16 };
    Str *names = NEW_ARRAY(&cli->arena, Str, LEVELS_MAX + 2);
    uint32_t count = 0;
    names[count++] = baseline->name;
    names[count++] = baseline->from.name;
    Str folder = STR("base");
    for (int level = 0; level < LEVELS_MAX && names[count - 1].len != 0; level++) {
        Str bytes = {0};
        Err ignored = {0};
        const Json *json = NULL;
        Str path = path_join(&cli->arena, folder, STR("manifest.json"));
        if (!files->read(files->ctx, path, &bytes, &ignored) ||
            !json_read_data(&cli->arena, bytes, limits, &json, &ignored)) {
            break; // no further level; what it was loaded with was read before
        }
        names[count++] = json_find_str(json_find(json, STR("from")), STR("name"));
        folder = path_join(&cli->arena, folder, STR("base"));
    }
    return (Lineage){.names = names, .count = count};
}

bool frameworks_add_baseline(Cli *cli, Library *library, Str text, const Baseline **ret_baseline,
                             Lineage *ret_lineage)
{
    OpenEdition open = {0};
    bool ok = baselines_load(cli, text, &open, ret_baseline);
    if (!cli_tell_diags(cli, NULL) || !ok) {
        return false;
    }
    JsonLimits limits = home_limits(cli, &open.home);
    if (ret_lineage != NULL) {
        *ret_lineage = read_lineage(cli, &open.files, &limits, *ret_baseline);
    }
    uint32_t before = library->mapping_count;
    ok = coverage_add_baseline(library, *ret_baseline, &cli->diags);
    for (uint32_t i = before; i < library->mapping_count; i++) {
        read_provenance(cli, &open.files, &limits, &library->mappings[i]);
    }
    return cli_tell_diags(cli, NULL) && ok;
}
