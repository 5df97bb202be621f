// SPDX-License-Identifier: Apache-2.0
// Fills an alias table from what the platform prints: provider metadata or Name/DefaultPath rows.
#include <string.h>

#include "base/text.h"
#include "policy/alias_table.h"

typedef struct AliasImport {
    AliasTable *table;
    DiagList *diags;
    uint32_t count;
} AliasImport;

// The table outlives the document.
static Str keep(Arena *arena, Str s)
{
    if (s.len == 0) {
        return (Str){NULL, 0};
    }
    char *copy = NEW_ARRAY(arena, char, s.len);
    memcpy(copy, s.ptr, s.len);
    return (Str){copy, s.len};
}

static Str find_str(const Json *json, Str key)
{
    const Json *value = json_find_nocase(json, key);
    return json_is(value, JSON_STRING) ? value->string : (Str){NULL, 0};
}

static bool bad_row(AliasImport *import, const Json *row, const char *what)
{
    return diag_error(import->diags, row->at, "alias-row", "%s", what);
}

// {attributes: "Modifiable"}; no metadata in a provider's list means that it is not.
static AliasModifiable modifiable_of(const Json *metadata)
{
    Str attributes = find_str(metadata, STR("attributes"));
    return text_find_nocase(attributes, STR("Modifiable")) >= 0 ? ALIAS_MODIFIABLE
                                                                : ALIAS_NOT_MODIFIABLE;
}

static bool has_pattern(const Json *pattern)
{
    return json_is(pattern, JSON_OBJECT);
}

// The newest API version that a path is for; versions are dates, so they compare as text.
static Str newest(const Json *api_versions)
{
    Str best = {NULL, 0};
    for (uint32_t i = 0; json_is(api_versions, JSON_ARRAY) && i < api_versions->count; i++) {
        const Json *item = &api_versions->items[i];
        if (item->type == JSON_STRING && (best.len == 0 || text_cmp(item->string, best) > 0)) {
            best = item->string;
        }
    }
    return best;
}

static AliasVersion *add_version(AliasImport *import, const Json *row, AliasModifiable modifiable)
{
    Arena *arena = import->table->arena;
    const Json *api_versions = json_find_nocase(row, STR("apiVersions"));
    uint32_t count = json_is(api_versions, JSON_ARRAY) ? api_versions->count : 0;
    Str *list = NEW_ARRAY(arena, Str, count);
    uint32_t used = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (api_versions->items[i].type == JSON_STRING) {
            list[used++] = keep(arena, api_versions->items[i].string);
        }
    }
    const Json *metadata = json_find_nocase(row, STR("metadata"));
    AliasVersion *version = NEW(arena, AliasVersion);
    *version = (AliasVersion){
        .path = keep(arena, find_str(row, STR("path"))),
        .api_versions = list,
        .api_version_count = used,
        .modifiable = json_is(metadata, JSON_OBJECT) ? modifiable_of(metadata) : modifiable,
    };
    return version;
}

// The paths by API version. Without a default path (or with one that is only a pattern over it) the
// newest version's path is what "latest" means.
static void add_versions(AliasImport *import, const Json *alias, AliasVariant *variant,
                         bool wants_newest)
{
    const Json *paths = json_find_nocase(alias, STR("paths"));
    AliasVersion **tail = &variant->versions;
    Str latest = {NULL, 0};
    for (uint32_t i = 0; json_is(paths, JSON_ARRAY) && i < paths->count; i++) {
        const Json *row = &paths->items[i];
        if (find_str(row, STR("path")).len == 0) {
            continue;
        }
        *tail = add_version(import, row, variant->modifiable);
        Str version = newest(json_find_nocase(row, STR("apiVersions")));
        bool plain = !has_pattern(json_find_nocase(row, STR("pattern")));
        if (wants_newest && plain && (latest.len == 0 || text_cmp(version, latest) > 0)) {
            latest = version;
            variant->path = (*tail)->path;
        }
        tail = &(*tail)->next;
    }
}

// One alias of a provider's resource type. A short name means this type; a longer one says its own.
static bool import_alias(AliasImport *import, Str listed_type, const Json *alias)
{
    Str name = find_str(alias, STR("name"));
    if (name.len == 0) {
        return bad_row(import, alias, "an alias needs a name");
    }
    Arena *arena = import->table->arena;
    Str own = alias_own_type(name);
    Str type = keep(arena, alias_type_is_full(own) ? own : listed_type);
    Str path = keep(arena, find_str(alias, STR("defaultPath")));
    AliasVariant *variant = alias_table_put(import->table, name, type, path);
    variant->modifiable = modifiable_of(json_find_nocase(alias, STR("defaultMetadata")));
    bool wants_newest =
        path.len == 0 || has_pattern(json_find_nocase(alias, STR("defaultPattern")));
    add_versions(import, alias, variant, wants_newest);
    import->count++;
    return true;
}

static void note_capabilities(AliasImport *import, Str type, const Json *capabilities)
{
    if (!json_is(capabilities, JSON_STRING)) {
        return;
    }
    bool indexed = text_find_nocase(capabilities->string, STR("SupportsTags")) >= 0 &&
                   text_find_nocase(capabilities->string, STR("SupportsLocation")) >= 0;
    uint32_t known = indexed ? TYPE_INDEXED : TYPE_NOT_INDEXED;
    Map *types = &import->table->types;
    if (map_put(types, type, known) != known) {
        for (uint32_t i = 0; i < types->count; i++) { // rare: the same type imported twice
            if (str_eq_nocase(types->entries[i].key, type)) {
                types->entries[i].value = known;
            }
        }
    }
}

static bool import_type(AliasImport *import, Str name_space, const Json *type)
{
    Str name = find_str(type, STR("resourceType"));
    if (name.len == 0) {
        return bad_row(import, type, "a resource type needs \"resourceType\"");
    }
    size_t len = name_space.len + 1 + name.len;
    char *full = NEW_ARRAY(import->table->arena, char, len);
    memcpy(full, name_space.ptr, name_space.len);
    full[name_space.len] = '/';
    memcpy(full + name_space.len + 1, name.ptr, name.len);
    Str full_type = {full, len};
    note_capabilities(import, full_type, json_find_nocase(type, STR("capabilities")));
    const Json *aliases = json_find_nocase(type, STR("aliases"));
    bool ok = true;
    for (uint32_t i = 0; json_is(aliases, JSON_ARRAY) && i < aliases->count; i++) {
        ok = import_alias(import, full_type, &aliases->items[i]) && ok;
    }
    return ok;
}

static bool import_provider(AliasImport *import, Str name_space, const Json *provider)
{
    const Json *types = json_find_nocase(provider, STR("resourceTypes"));
    if (types == NULL) { // one type spread out: {namespace, resourceType, aliases}
        return import_type(import, name_space, provider);
    }
    bool ok = true;
    for (uint32_t i = 0; json_is(types, JSON_ARRAY) && i < types->count; i++) {
        ok = import_type(import, name_space, &types->items[i]) && ok;
    }
    return ok;
}

// {Name, DefaultPath}. Without a path the rule gives it; a short name that the table already knows
// by resource type says nothing new.
static bool import_row(AliasImport *import, const Json *row)
{
    Str name = find_str(row, STR("name"));
    name = name.len != 0 ? name : find_str(row, STR("a"));
    Str path = find_str(row, STR("defaultPath"));
    path = path.len != 0 ? path : find_str(row, STR("p"));
    Str own = alias_own_type(name);
    if (own.len == 0) {
        return bad_row(import, row,
                       "a row needs the name of an alias, as in "
                       "{\"Name\": \"Microsoft.X/y/z\", \"DefaultPath\": …}");
    }
    import->count++;
    bool is_short = !alias_type_is_full(own);
    bool is_known = map_find(&import->table->names, name) != MAP_NONE;
    if (path.len == 0 || (is_short && is_known)) {
        return true;
    }
    Arena *arena = import->table->arena;
    Str type = is_short ? (Str){NULL, 0} : keep(arena, own);
    (void)alias_table_put(import->table, name, type, keep(arena, path));
    return true;
}

static bool import_item(AliasImport *import, const Json *item)
{
    if (item->type != JSON_OBJECT) {
        return bad_row(import, item, "an alias list holds objects");
    }
    Str name_space = find_str(item, STR("namespace"));
    return name_space.len != 0 ? import_provider(import, name_space, item)
                               : import_row(import, item);
}

bool alias_table_import(AliasTable *table, const Json *document, DiagList *diags,
                        uint32_t *ret_count)
{
    AliasImport import = {.table = table, .diags = diags};
    const Json *page = json_find(document, STR("value"));
    const Json *list = json_is(page, JSON_ARRAY) ? page : document;
    bool ok = true;
    if (list->type != JSON_ARRAY) {
        ok = import_item(&import, list);
    }
    for (uint32_t i = 0; list->type == JSON_ARRAY && i < list->count; i++) {
        ok = import_item(&import, &list->items[i]) && ok;
    }
    *ret_count = import.count;
    return ok;
}
