// SPDX-License-Identifier: Apache-2.0
// A package of a framework: its catalog, attested where no rule of the shipped baseline reaches.
#include "cli/baselines.h"
#include "cli/frameworks.h"
#include "cli/making.h"
#include "host/assets.h"
#include "host/files.h"
#include "record/hex.h"
#include "record/merkle.h"
#include "json/read.h"

// A catalog, or a profile over one.
typedef struct FrameworkSource {
    Str id;      // of the framework
    Str profile; // name of the profile; empty = all of the catalog
    Str bytes;   // of the catalog
    Str profile_bytes;
    const OscalCatalog *catalog;
    Map ids; // ids and labels, ignoring case → index into the catalog's controls
} FrameworkSource;

static const struct {
    Str framework;
    Str driver;
} drivers[] = {
    {STR_INIT("hipaa-security-rule"), STR_INIT("regulation")},
    {STR_INIT("gdpr"), STR_INIT("regulation")},
    {STR_INIT("21cfr11"), STR_INIT("regulation")},
    {STR_INIT("eu-gmp-annex11"), STR_INIT("regulation")},
    {STR_INIT("mcsb-v1"), STR_INIT("platform")},
    {STR_INIT("mcsb-v2"), STR_INIT("platform")},
};

static Str driver_of(Str framework)
{
    for (size_t i = 0; i < COUNTOF(drivers); i++) {
        if (str_eq(drivers[i].framework, framework)) {
            return drivers[i].driver;
        }
    }
    return STR("standard");
}

static bool read_framework(Cli *cli, FrameworkSource *source)
{
    const Json *json = NULL;
    TRY(json_read(&cli->arena, source->bytes, &cli->limits, &cli->diags, &json) &&
        oscal_catalog_read(&cli->arena, json, &cli->diags, &source->catalog));
    map_init(&source->ids, &cli->arena, MAP_NOCASE);
    for (uint32_t i = 0; i < source->catalog->control_count; i++) {
        const OscalControl *control = source->catalog->controls[i];
        const OscalProp *label =
            oscal_prop_find(control->props, control->prop_count, STR(""), STR("label"));
        (void)map_put(&source->ids, control->id, i);
        if (label != NULL) {
            (void)map_put(&source->ids, label->value, i);
        }
    }
    return true;
}

static bool is_withdrawn(const OscalControl *control)
{
    const OscalProp *status =
        oscal_prop_find(control->props, control->prop_count, STR(""), STR("status"));
    return status != NULL && str_eq_nocase(status->value, STR("withdrawn"));
}

static const Str *list_withdrawn(Cli *cli, const OscalCatalog *catalog, uint32_t *ret_count)
{
    Str *ids = NEW_ARRAY(&cli->arena, Str, catalog->control_count);
    *ret_count = 0;
    for (uint32_t i = 0; i < catalog->control_count; i++) {
        if (is_withdrawn(catalog->controls[i])) {
            ids[(*ret_count)++] = catalog->controls[i]->id;
        }
    }
    return ids;
}

static Str control_of(void *ctx, Str id)
{
    const FrameworkSource *source = ctx;
    uint32_t at = map_find(&source->ids, id);
    const OscalControl *control = at != MAP_NONE ? source->catalog->controls[at] : NULL;
    return control != NULL && !is_withdrawn(control) ? control->id : (Str){0};
}

// The rules of the baseline that ships, where its mappings reach the framework.
static bool borrow_rules(Making *making, FrameworkSource *framework, uint32_t *ret_count)
{
    Cli *cli = making->cli;
    OpenEdition open;
    const Baseline *source = NULL;
    Str bytes = {0};
    Err err = {0};
    const Json *initiative = NULL;
    TRY(baselines_load(cli, STR("power-platform"), &open, &source));
    if (!open.files.read(open.files.ctx, STR("initiative.json"), &bytes, &err)) {
        return cli_fail(cli, &err);
    }
    TRY(json_read(&cli->arena, bytes, &cli->limits, &cli->diags, &initiative));
    ComposeBorrow borrow = {.source = source,
                            .initiative = initiative,
                            .framework = framework->id,
                            .control = control_of,
                            .ctx = framework};
    const uint32_t *rules = NULL;
    Buf text = {0};
    compose_initiative(&text, &cli->arena, &making->head, &borrow, &rules, ret_count);
    bool ok = *ret_count == 0 || making_write_json(making, STR("initiative.json"), &text);
    buf_free(&text);
    for (uint32_t i = 0; i < *ret_count && ok; i++) {
        Str path =
            making_text(cli, "rules/", source->definitions[rules[i]]->name, ".json", STR(""));
        ok = (open.files.read(open.files.ctx, path, &bytes, &err) || cli_fail(cli, &err)) &&
             making_write(making, path, bytes);
    }
    return ok;
}

// The documents as they lie in the library, so that they go on finding each other.
static bool vendor_framework(Making *making, const FrameworkSource *source)
{
    Cli *cli = making->cli;
    if (source->profile.len == 0) {
        uint32_t withdrawn = 0;
        const Str *excluded = list_withdrawn(cli, source->catalog, &withdrawn);
        return making_write(making, STR("base/catalog.json"), source->bytes) &&
               making_write_own(making, STR("base/catalog.json"), excluded, withdrawn);
    }
    Str catalog = making_text(cli, "base/", source->id, ".json", STR(""));
    Str profile = making_text(cli, "base/profiles/", source->profile, ".json", STR(""));
    return making_write(making, catalog, source->bytes) &&
           making_write(making, profile, source->profile_bytes) &&
           making_write_own(making, profile, NULL, 0);
}

// A document of the library: the user's own, or the one that ships.
static bool read_library(Cli *cli, Str path, Str *ret_bytes)
{
    Str own = path_join(&cli->arena, frameworks_folder(cli), path);
    Err err = {0};
    if (path_kind(own) == PATH_FILE) {
        cli->diags.file = own;
        return file_read(&cli->arena, own, cli->limits.bytes_max, ret_bytes, &err) ||
               cli_fail(cli, &err);
    }
    Str shipped = path_join(&cli->arena, STR("frameworks"), path);
    const Asset *asset = asset_find(shipped);
    cli->diags.file = shipped;
    if (asset != NULL) {
        *ret_bytes = asset->bytes;
    }
    return asset != NULL;
}

// "../ID.json", which a profile of the library imports.
static Str imported_framework(Cli *cli, Str profile)
{
    const Json *json = NULL;
    Err ignored = {0};
    if (!json_read_data(&cli->arena, profile, &cli->limits, &json, &ignored)) {
        return (Str){0};
    }
    Str href = json_find_str(json_pointer(json, STR("/profile/imports/0")), STR("href"));
    bool good = str_starts(href, STR("../")) && str_ends(href, STR(".json"));
    return good ? (Str){href.ptr + 3, href.len - 8} : (Str){0};
}

static bool find_framework(Cli *cli, Str name, FrameworkSource *source)
{
    source->id = name;
    if (frameworks_catalog(cli, name, &source->bytes, &cli->diags.file)) {
        return true;
    }
    if (!read_library(cli, making_text(cli, "profiles/", name, ".json", STR("")),
                      &source->profile_bytes)) {
        return false;
    }
    source->profile = name;
    source->id = imported_framework(cli, source->profile_bytes);
    return frameworks_catalog(cli, source->id, &source->bytes, &cli->diags.file);
}

static bool make_from_framework(Making *making, FrameworkSource *source)
{
    Cli *cli = making->cli;
    bool is_profile = source->profile.len != 0;
    Hash hash = hash_of(is_profile ? source->profile_bytes : source->bytes);
    Str title = source->catalog->metadata.title;
    ComposeHead head = {
        .title = making_text(cli, "", title, ": ", making->head.name),
        .owner = STR("baseline-owner"),
        .purpose = making_text(cli, "Meets ", title, ".", STR("")),
        .scope = STR("Everything that is measured."),
        .approvals = {.given = true, .count = 1},
        .from = {.name = is_profile ? source->profile : source->id,
                 .version = source->catalog->metadata.version,
                 .sha256 = hex_text(&cli->arena, hash.at, HASH_BYTES)},
        .driver = driver_of(source->id),
    };
    TRY(making_head(making, &head, (Str){0}));
    uint32_t rules = 0;
    TRY(vendor_framework(making, source));
    TRY(borrow_rules(making, source, &rules));
    Buf text = {0};
    compose_assignments(&text, &making->head);
    bool ok = making_write_json(making, STR("assignments.json"), &text);
    buf_free(&text);
    return ok;
}

bool making_from_framework(Making *making, Str name, bool *ret_found)
{
    Cli *cli = making->cli;
    FrameworkSource source = {0};
    *ret_found = find_framework(cli, name, &source);
    return *ret_found && read_framework(cli, &source) && make_from_framework(making, &source);
}
