// SPDX-License-Identifier: Apache-2.0
// Working out what becomes of a catalog, a mapping-collection, a profile and an initiative.
#include <string.h>

#include "baseline/group_name.h"
#include "cli/framework_add.h"
#include "cli/imports.h"
#include "host/assets.h"
#include "host/files.h"
#include "oscal/check.h"
#include "oscal/library_store.h"
#include "oscal/resolve.h"

// ---- what all have in common ----

Addition adding_new(Adding *adding, const char *kind, const Source *source)
{
    Addition addition = {.kind = kind, .source = source->path};
    map_init(&addition.only_yours, &adding->cli->arena, MAP_NOCASE);
    map_init(&addition.outdated, &adding->cli->arena, MAP_NOCASE);
    map_init(&addition.unknown, &adding->cli->arena, MAP_NOCASE);
    return addition;
}

void adding_push(Adding *adding, const Addition *addition)
{
    ARENA_ROOM(&adding->cli->arena, adding->additions, adding->addition_count,
               adding->addition_cap);
    adding->additions[adding->addition_count++] = *addition;
}

bool adding_bytes(Adding *adding, const Json *json, Str *ret_bytes)
{
    Buf text = {0};
    Err err = {0};
    bool ok = json_write_canonical(&text, json, &err);
    buf_byte(&text, '\n');
    *ret_bytes = str_copy(&adding->cli->arena, buf_str(&text));
    buf_free(&text);
    return ok || cli_fail(adding->cli, &err);
}

Str adding_path(Adding *adding, const char *sub, Str name)
{
    Arena *arena = &adding->cli->arena;
    Str folder = frameworks_folder(adding->cli);
    folder = *sub != '\0' ? path_join(arena, folder, str_from_cstr(sub)) : folder;
    Buf file = {0};
    buf_printf(&file, "%.*s.json", STR_ARG(name));
    Str path = path_join(arena, folder, str_copy(arena, buf_str(&file)));
    buf_free(&file);
    return path;
}

bool adding_is_id(Str id)
{
    enum { ID_BYTES_MAX = 100 };
    bool good = id.len != 0 && id.len <= ID_BYTES_MAX;
    for (size_t i = 0; good && i < id.len; i++) {
        char c = id.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        good = letter || (i != 0 && (c == '.' || c == '-' || c == '_'));
    }
    return good;
}

// Published catalogs break some constraints of the newest metaschema: that is said, but only what
// could not be read, or read in two ways, keeps a document out.
static bool is_tolerable(const char *code)
{
    static const char *const codes[] = {"expectation", "not-allowed", "bad-match", "cardinality",
                                        "no-such-key"};
    for (size_t i = 0; i < COUNTOF(codes); i++) {
        if (strcmp(codes[i], code) == 0) {
            return true;
        }
    }
    return false;
}

static bool check(Adding *adding, const Source *source)
{
    Cli *cli = adding->cli;
    enum { DIAGS_MAX = 1 << 20 };
    DiagList found;
    diag_init(&found, &cli->arena, source->path);
    found.limit = DIAGS_MAX;
    OscalCheck result = {0};
    bool valid = oscal_check(&cli->arena, source->json, &found, &result);
    uint32_t tolerated = 0;
    bool ok = true;
    cli->diags.file = source->path;
    for (const Diag *diag = found.first; !valid && diag != NULL; diag = diag->next) {
        if (diag->level == DIAG_ERROR && is_tolerable(diag->code)) {
            tolerated++;
        } else if (diag->level == DIAG_ERROR) {
            ok = diag_error(&cli->diags, diag->at, diag->code, "%.*s", STR_ARG(diag->text));
        }
    }
    if (ok && tolerated != 0) {
        cli_say("%.*s: %u constraints of OSCAL are not met; it is taken all the same (datum "
                "framework check lists them)",
                STR_ARG(source->path), tolerated);
    }
    return ok && (valid || tolerated != 0);
}

// ---- which framework a catalog is ----

// The framework that has most of the ids, when it has at least half of them.
static const LibraryFramework *most_alike(const Adding *adding, const Json *catalog)
{
    Library alone;
    library_init(&alone, &adding->cli->arena);
    if (!library_add_catalog(&alone, catalog, STR("x"), LIBRARY_ADDED, &adding->cli->diags)) {
        return NULL;
    }
    const LibraryFramework *given = alone.frameworks[0];
    const LibraryFramework *best = NULL;
    uint32_t most = given->control_count / 2;
    for (uint32_t i = 0; i < adding->library.framework_count; i++) {
        const LibraryFramework *known = adding->library.frameworks[i];
        uint32_t same = 0;
        for (uint32_t k = 0; k < given->control_count; k++) {
            same += library_find_control(known, given->controls[k].id) != NULL ? 1U : 0U;
        }
        if (same > most) {
            most = same;
            best = known;
        }
    }
    return best;
}

static bool find_id(Adding *adding, const Source *source, Str *ret_id)
{
    Cli *cli = adding->cli;
    Str own = library_framework_id(source->json);
    *ret_id = cli->options.as.len != 0 ? cli->options.as : str_lower(&cli->arena, own);
    if (ret_id->len != 0) {
        if (!adding_is_id(*ret_id)) {
            cli_usage(cli,
                      "\"%.*s\" cannot be a framework's id: small letters, digits, '.', '-' and "
                      "'_', beginning with a letter or digit; say another with --as",
                      STR_ARG(*ret_id));
            return false;
        }
        return true;
    }
    const LibraryFramework *alike = most_alike(adding, source->json);
    if (alike != NULL) {
        cli_usage(cli,
                  "%.*s does not say which framework it is. Its ids are those of %.*s: --as %.*s "
                  "lays it over; --as with another id keeps it apart",
                  STR_ARG(source->path), STR_ARG(alike->id), STR_ARG(alike->id));
        return false;
    }
    Str title = json_find_str(json_find(json_find(source->json, STR("catalog")), STR("metadata")),
                              STR("title"));
    Str slug = group_token(&cli->arena, title);
    cli_usage(cli, "%.*s does not say which framework it is; say it, like --as %.*s",
              STR_ARG(source->path), STR_ARG(slug.len != 0 ? slug : STR("my-framework")));
    return false;
}

// ---- catalog ----

// What meets and what does not, against the catalog that ships.
static bool compare_with_shipped(Adding *adding, const Json *json, Str id, Addition *addition)
{
    const Json *outline = frameworks_shipped_catalog(adding->cli, id);
    addition->over = outline != NULL;
    Library apart;
    library_init(&apart, &adding->cli->arena);
    if (outline != NULL) {
        TRY(library_add_catalog(&apart, outline, id, LIBRARY_SHIPPED, &adding->cli->diags));
    }
    TRY(library_add_catalog(&apart, json, id, LIBRARY_ADDED, &adding->cli->diags));
    const LibraryFramework *now = apart.frameworks[0];
    addition->title = now->title;
    addition->version = now->version;
    for (uint32_t i = 0; i < now->control_count; i++) {
        const LibraryControl *control = &now->controls[i];
        addition->control_count += control->outdated ? 0U : 1U;
        if (control->only_yours) {
            (void)map_intern(&addition->only_yours, control->id);
        } else if (control->outdated) {
            (void)map_intern(&addition->outdated, control->id);
        } else {
            addition->met_count += addition->over ? 1U : 0U;
        }
    }
    return true;
}

// Over another framework it would hide the outline under controls nothing is mapped to.
static bool meets_something(Adding *adding, const Addition *addition)
{
    if (!addition->over || addition->met_count != 0) {
        return true;
    }
    cli_usage(adding->cli,
              "none of the %u controls of %.*s is one of %.*s, by id or by label; say another id "
              "with --as",
              addition->control_count, STR_ARG(addition->source), STR_ARG(addition->id));
    return false;
}

bool adding_catalog(Adding *adding, const Source *source)
{
    Addition addition = adding_new(adding, "catalog", source);
    TRY(check(adding, source) && find_id(adding, source, &addition.id));
    const Json *kept = library_store_named(&adding->cli->arena, source->json, addition.id);
    TRY(compare_with_shipped(adding, kept, addition.id, &addition) &&
        meets_something(adding, &addition));
    TRY(adding_bytes(adding, kept, &addition.bytes));
    addition.path = adding_path(adding, "", addition.id);
    addition.replaces = path_kind(addition.path) != PATH_MISSING;
    adding_push(adding, &addition);
    return library_add_catalog(&adding->library, kept, addition.id, LIBRARY_ADDED,
                               &adding->cli->diags);
}

// ---- mapping-collection ----

static void count_pairs(Adding *adding, const LibraryMapping *mapping, Addition *addition)
{
    const LibraryFramework *sides[] = {library_find(&adding->library, mapping->source),
                                       library_find(&adding->library, mapping->target)};
    const Str names[] = {mapping->source, mapping->target};
    for (size_t i = 0; i < COUNTOF(sides); i++) {
        if (sides[i] == NULL) {
            (void)map_intern(&addition->unknown, names[i]);
        }
    }
    for (uint32_t i = 0; i < mapping->pair_count; i++) {
        const Str ids[] = {mapping->pairs[i].source, mapping->pairs[i].target};
        for (size_t k = 0; k < COUNTOF(sides); k++) {
            if (sides[k] != NULL && library_find_control(sides[k], ids[k]) == NULL) {
                (void)map_intern(&addition->unknown, ids[k]);
            }
        }
    }
    addition->control_count += mapping->pair_count;
}

// A--B, or A--B-uuid where another document has that name.
static Str mapping_name(Adding *adding, const LibraryMapping *mapping, const Json *json)
{
    Cli *cli = adding->cli;
    Str uuid = json_find_str(json_find(json, STR("mapping-collection")), STR("uuid"));
    Str from = group_token(&cli->arena, mapping->source);
    Str to = group_token(&cli->arena, mapping->target);
    Buf name = {0};
    buf_printf(&name, "%.*s--%.*s", STR_ARG(from), STR_ARG(to));
    Str plain = str_copy(&cli->arena, buf_str(&name));
    Str path = adding_path(adding, "mappings", plain);
    Str bytes = {0};
    Err ignored = {0};
    bool taken = path_kind(path) == PATH_FILE &&
                 file_read(&cli->arena, path, cli->limits.bytes_max, &bytes, &ignored) &&
                 str_find(bytes, uuid) == NULL;
    for (uint32_t i = 0; i < adding->addition_count; i++) {
        taken = taken || str_eq(adding->additions[i].path, path);
    }
    buf_printf(&name, "-%.*s", STR_ARG(uuid));
    Str whole = taken ? str_copy(&cli->arena, buf_str(&name)) : plain;
    buf_free(&name);
    return whole;
}

bool adding_mappings(Adding *adding, const Source *source)
{
    Addition addition = adding_new(adding, "mapping-collection", source);
    uint32_t before = adding->library.mapping_count;
    TRY(check(adding, source) &&
        library_add_mappings(&adding->library, source->json, (Str){0}, &adding->cli->diags));
    if (adding->library.mapping_count == before) {
        return diag_error(&adding->cli->diags, source->json->at, "no-mapping",
                          "the collection holds no mapping");
    }
    for (uint32_t i = before; i < adding->library.mapping_count; i++) {
        count_pairs(adding, &adding->library.mappings[i], &addition);
    }
    const LibraryMapping *first = &adding->library.mappings[before];
    addition.id = mapping_name(adding, first, source->json);
    addition.title = first->collection;
    TRY(adding_bytes(adding, source->json, &addition.bytes));
    addition.path = adding_path(adding, "mappings", addition.id);
    addition.replaces = path_kind(addition.path) != PATH_MISSING;
    adding_push(adding, &addition);
    return true;
}

// ---- profile ----

// Files; and where there is none, the framework of that name ("../nist-800-53r5.json"), or the one
// that --as names: published profiles point to where their catalog lay when they were made.
static bool read_import(void *ctx, Arena *arena, Str href, Str *ret_bytes, Err *err)
{
    Adding *adding = ctx;
    size_t bytes_max = adding->cli->limits.bytes_max;
    Str stem = path_base(href);
    stem.len -= path_extension(stem).len;
    const LibraryFramework *known = library_find(&adding->library, stem);
    known = known != NULL ? known : library_find(&adding->library, adding->cli->options.as);
    Str path = href;
    bool is_file = import_path(arena, href, &path) && path_kind(path) != PATH_MISSING;
    if (is_file || known == NULL) {
        return file_read(arena, path, bytes_max, ret_bytes, err);
    }
    Str added = adding_path(adding, "", known->id);
    Buf name = {0};
    buf_printf(&name, "frameworks/%.*s.json", STR_ARG(known->id));
    const Asset *asset = asset_find(buf_str(&name));
    buf_free(&name);
    if (asset == NULL || path_kind(added) == PATH_FILE) {
        return file_read(arena, added, bytes_max, ret_bytes, err);
    }
    *ret_bytes = asset->bytes;
    return true;
}

static bool resolve(Adding *adding, const Source *source, const LibraryFramework **ret_selected)
{
    Cli *cli = adding->cli;
    OscalDocuments documents = {.read = read_import, .ctx = adding};
    OscalResolveOptions options = {.limits = OSCAL_RESOLVE_LIMITS_DEFAULT,
                                   .now = STR("2000-01-01T00:00:00Z"),
                                   .tool = STR("datum")};
    options.limits.json = cli->limits;
    OscalResolved resolved = {0};
    TRY(oscal_resolve(&cli->arena, source->path, &documents, &options, &cli->diags, &resolved));
    Library *apart = NEW(&cli->arena, Library);
    library_init(apart, &cli->arena);
    cli->diags.file = source->path;
    TRY(library_add_catalog(apart, resolved.json, STR("x"), LIBRARY_ADDED, &cli->diags));
    *ret_selected = apart->frameworks[0];
    return true;
}

// What to do about an import that is not there: its publisher's own path, mostly.
static void hint_stand_in(const Adding *adding)
{
    bool missing = false;
    for (const Diag *diag = adding->cli->diags.first; diag != NULL; diag = diag->next) {
        missing = missing || strcmp(diag->code, "import-not-found") == 0;
    }
    if (missing && adding->cli->options.as.len == 0) {
        cli_say("a framework that is known here can stand in for a catalog that is not there: --as "
                "ID (datum framework list)");
    }
}

static const LibraryFramework *framework_of(Adding *adding, const Source *source,
                                            const LibraryFramework *selected)
{
    Str id = adding->cli->options.as;
    id = id.len != 0 ? id : library_framework_id(source->json);
    if (id.len != 0) {
        return frameworks_find(adding->cli, &adding->library, id);
    }
    const LibraryFramework *best = NULL;
    uint32_t most = selected->control_count / 2;
    for (uint32_t i = 0; i < adding->library.framework_count; i++) {
        uint32_t same = 0;
        for (uint32_t k = 0; k < selected->control_count; k++) {
            const LibraryFramework *known = adding->library.frameworks[i];
            same += library_find_control(known, selected->controls[k].id) != NULL ? 1U : 0U;
        }
        best = same > most ? adding->library.frameworks[i] : best;
        most = same > most ? same : most;
    }
    if (best == NULL) {
        cli_usage(adding->cli,
                  "%.*s selects controls of no framework known here; add its catalog first, or say "
                  "which one it is with --as",
                  STR_ARG(source->path));
    }
    return best;
}

static Str profile_name(Adding *adding, const Source *source, const LibraryFramework *framework)
{
    Arena *arena = &adding->cli->arena;
    Str stem = path_base(source->path);
    stem.len -= path_extension(stem).len;
    Str token = group_token(arena, stem);
    if (str_starts(token, framework->id) && token.len > framework->id.len) {
        return token;
    }
    Buf name = {0};
    buf_printf(&name, "%.*s-%.*s", STR_ARG(framework->id), STR_ARG(token));
    Str copy = str_copy(arena, buf_str(&name));
    buf_free(&name);
    return copy;
}

bool adding_profile(Adding *adding, const Source *source)
{
    Cli *cli = adding->cli;
    Addition addition = adding_new(adding, "profile", source);
    const LibraryFramework *selected = NULL;
    if (str_eq(source->path, STR("-"))) {
        cli_usage(cli, "a profile is resolved from where it lies; give its file, not -");
        return false;
    }
    TRY(check(adding, source));
    if (!resolve(adding, source, &selected)) {
        hint_stand_in(adding);
        return false;
    }
    const LibraryFramework *framework = framework_of(adding, source, selected);
    TRY(framework != NULL);
    Str *ids = NEW_ARRAY(&cli->arena, Str, selected->control_count + 1U);
    for (uint32_t i = 0; i < selected->control_count; i++) {
        const LibraryControl *control = library_find_control(framework, selected->controls[i].id);
        if (control != NULL) {
            ids[addition.control_count++] = control->id;
        } else {
            (void)map_intern(&addition.unknown, selected->controls[i].id);
        }
    }
    if (addition.control_count == 0) {
        return diag_error(&cli->diags, source->json->at, "unknown-control",
                          "none of the %u controls it selects is one of %.*s",
                          selected->control_count, STR_ARG(framework->id));
    }
    const Json *kept = library_store_profile(&cli->arena, source->json, framework->id, ids,
                                             addition.control_count);
    TRY(adding_bytes(adding, kept, &addition.bytes));
    addition.id = profile_name(adding, source, framework);
    addition.title =
        json_find_str(json_find(json_find(kept, STR("profile")), STR("metadata")), STR("title"));
    addition.path = adding_path(adding, "profiles", addition.id);
    addition.replaces = path_kind(addition.path) != PATH_MISSING;
    adding_push(adding, &addition);
    return library_add_profile(&adding->library, kept, addition.id, LIBRARY_ADDED, &cli->diags);
}
