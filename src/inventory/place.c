// SPDX-License-Identifier: Apache-2.0
// Where an object lives: the tenant from what bodies say of it, the environment from ids, URLs,
// Dataverse hosts, and folders. Nothing is guessed: an unknown environment gets a name that says
// so.
#include <string.h>

#include "inventory/place.h"

void place_tenant(Inventory *inventory, Str tenant, uint32_t strength)
{
    if (word_is_guid(tenant) && strength > inventory->tenant_strength) {
        inventory->tenant = str_lower(inventory->arena, tenant);
        inventory->tenant_strength = strength;
    }
}

// A tenant id by the kind of body that names it: what is read of the tenant itself is surest.
static const struct {
    const char *kind;
    const char *path;
    uint32_t strength;
} tenant_paths[] = {
    {"tenant", "tenantId", 5},
    {"graph-organization", "tenantId|id", 5},
    {"tenant-isolation", "properties/tenantId|tenantId", 4},
    {"tenant-capacity", "tenantId", 3},
    {"environments", "properties/tenantId", 3},
    {"inventory", "tenantId", 2},
    {"rule-based-policies", "tenantId", 2},
};

Str place_of_default(Str environment)
{
    Str prefix = STR("Default-");
    bool is_default = word_starts(environment, prefix);
    return is_default ? (Str){environment.ptr + prefix.len, environment.len - prefix.len}
                      : (Str){0};
}

void place_learn(Inventory *inventory, const Entry *entry)
{
    Str kind = text_of(entry->adapter->kind);
    for (size_t i = 0; i < COUNTOF(tenant_paths); i++) {
        if (str_eq(kind, text_of(tenant_paths[i].kind))) {
            place_tenant(inventory, tree_text(entry->body, tenant_paths[i].path),
                         tenant_paths[i].strength);
        }
    }
    if (str_eq(kind, STR("environments"))) {
        place_tenant(inventory, place_of_default(tree_text(entry->body, "name")), 4);
    }
    if ((entry->adapter->flags & ADAPTER_AS_IS) != 0) {
        place_tenant(inventory, path_after(tree_text(entry->body, "id"), STR("tenants")), 3);
    }
}

// "https://org1.crm4.dynamics.com/…" → "org1"; also of "org1.api.crm4…".
static Str host_label(Str url)
{
    static const char scheme[] = "https://";
    if (!word_starts(url, STR("https://"))) {
        return (Str){0};
    }
    Str rest = {url.ptr + sizeof scheme - 1, url.len - (sizeof scheme - 1)};
    return str_cut(str_cut(rest, '/').head, '.').head;
}

static bool is_dataverse_url(Str url)
{
    return word_has(url, STR(".dynamics.")) || word_has(url, STR("/api/data/v"));
}

static void remember(Inventory *inventory, const char *what, Str key, uint32_t at)
{
    if (key.len != 0) {
        Str full = text_print(inventory->arena, "%s:%.*s", what, STR_ARG(key));
        (void)map_put(&inventory->environment_by, full, at);
    }
}

// "a|b" takes the first that is told, "a+b" joins those that are. "name" means the last part of an
// ARM-like id, which is the same and never a label.
Str entry_own_id(Arena *arena, const Entry *entry)
{
    const char *paths = entry->adapter->id;
    Str id = tree_text(entry->body, "id");
    if (paths == NULL) {
        return (Str){0};
    }
    if (strcmp(paths, "name") == 0 && id.len != 0 && id.ptr[0] == '/') {
        return path_tail(id);
    }
    if (strchr(paths, '+') == NULL) {
        return tree_text(entry->body, paths);
    }
    Str joined = {0};
    for (Str rest = text_of(paths); rest.len != 0;) {
        StrCut cut = str_cut(rest, '+');
        Str part = tree_text(entry->body, text_print(arena, "%.*s", STR_ARG(cut.head)).ptr);
        if (joined.len != 0 && part.len != 0) {
            joined = text_print(arena, "%.*s~%.*s", STR_ARG(joined), STR_ARG(part));
        } else if (part.len != 0) {
            joined = part;
        }
        rest = cut.tail;
    }
    return joined;
}

static void learn_environment(Inventory *inventory, const Json *body)
{
    Str id = tree_text(body, "id");
    Str name = id.len != 0 && id.ptr[0] == '/' ? path_tail(id) : tree_text(body, "name");
    if (name.len == 0) {
        return;
    }
    const Json *linked = tree_find(body, "properties/linkedEnvironmentMetadata");
    Str full = text_print(inventory->arena, "name:%.*s", STR_ARG(name));
    uint32_t at = map_find(&inventory->environment_by, full);
    if (at == MAP_NONE) {
        at = inventory->environment_count;
        ARENA_ROOM(inventory->arena, inventory->environments, at, inventory->environment_cap);
        inventory->environment_count++;
        inventory->environments[at] =
            (Environment){.name = name, .label = tree_text(body, "properties/displayName")};
        (void)map_put(&inventory->environment_by, full, at);
    }
    remember(inventory, "host", host_label(tree_text(linked, "instanceUrl")), at);
    remember(inventory, "host", tree_text(linked, "domainName"), at);
    remember(inventory, "organization", tree_text(linked, "resourceId"), at);
}

void place_environments(Inventory *inventory)
{
    static const char type[] = "microsoft.powerplatform/environments";
    for (uint32_t i = 0; i < inventory->entry_count; i++) {
        const Entry *entry = &inventory->entries[i];
        bool makes = str_eq(text_of(entry->adapter->type), text_of(type));
        Str own = tree_text(entry->body, "type");
        if (makes ||
            (str_eq_nocase(own, text_of(type)) && entry->adapter->scope != ADAPTER_AZURE)) {
            learn_environment(inventory, entry->body);
        }
    }
}

static Str known(const Inventory *inventory, const char *what, Str key)
{
    char buf[320];
    size_t prefix = strlen(what);
    if (key.len == 0 || prefix + 1 + key.len > sizeof buf) {
        return (Str){0};
    }
    memcpy(buf, what, prefix);
    buf[prefix] = ':';
    memcpy(buf + prefix + 1, key.ptr, key.len);
    uint32_t at = map_find(&inventory->environment_by, (Str){buf, prefix + 1 + key.len});
    return at != MAP_NONE ? inventory->environments[at].name : (Str){0};
}

static bool looks_like_environment(Str name)
{
    return word_is_guid(name) || word_is_guid(place_of_default(name));
}

// "{30 hex}.{2 hex}.environment.api.…" holds the id without its hyphens.
static Str name_of_host(Inventory *inventory, Str url)
{
    static const char scheme[] = "https://";
    if (!word_has(url, STR(".environment.api.")) || !word_starts(url, STR("https://"))) {
        return (Str){0};
    }
    Str rest = {url.ptr + sizeof scheme - 1, url.len - (sizeof scheme - 1)};
    bool is_default = word_starts(rest, STR("default"));
    rest = is_default ? (Str){rest.ptr + 7, rest.len - 7} : rest;
    StrCut first = str_cut(rest, '.');
    Str last = str_cut(first.tail, '.').head;
    if (first.head.len + last.len != 32) {
        return (Str){0};
    }
    Str hex = text_print(inventory->arena, "%.*s%.*s", STR_ARG(first.head), STR_ARG(last));
    Str guid =
        text_print(inventory->arena, "%s%.8s-%.4s-%.4s-%.4s-%.12s", is_default ? "Default-" : "",
                   hex.ptr, hex.ptr + 8, hex.ptr + 12, hex.ptr + 16, hex.ptr + 20);
    return looks_like_environment(guid) ? guid : (Str){0};
}

static Str name_of_filter(Str url)
{
    static const char word[] = "environment eq '";
    for (size_t i = 0; i + sizeof word < url.len; i++) {
        Str rest = {url.ptr + i, url.len - i};
        if (word_starts(rest, text_of(word)) || word_starts(rest, STR("environment+eq+'"))) {
            return str_cut((Str){rest.ptr + 16, rest.len - 16}, '\'').head;
        }
    }
    return (Str){0};
}

// Recordings blank out names ("…", "{env}"): what is left is no name.
static bool is_name(Str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!fits && c != '-' && c != '_') {
            return false;
        }
    }
    return name.len != 0;
}

Str place_of_url(Inventory *inventory, Str url)
{
    Str name = path_after(url_path(url), STR("environments"));
    if (is_name(name)) {
        return name;
    }
    name = name_of_filter(url);
    if (!is_name(name)) {
        name = name_of_host(inventory, url);
    }
    if (name.len == 0 && is_dataverse_url(url)) {
        name = known(inventory, "host", host_label(url));
    }
    return name;
}

Str place_of_file(Inventory *inventory, Str file)
{
    for (Str rest = file; rest.len != 0;) {
        StrCut cut = str_cut(rest, '/');
        Str part = cut.found ? cut.head : str_cut(cut.head, '.').head;
        Str name = known(inventory, "name", part);
        if (name.len != 0) {
            return name;
        }
        if (cut.found && looks_like_environment(part)) {
            return part;
        }
        rest = cut.tail;
    }
    return (Str){0};
}

// The environment that an entry's own text names.
static Str name_in_body(const Entry *entry)
{
    static const char *const direct[] = {"properties/environment/name", "properties/environmentId",
                                         "environmentId", "environment_id"};
    static const char *const paths[] = {"id", "properties/scope", "properties/environment/id",
                                        "properties/backendService/environmentId"};
    for (size_t i = 0; i < COUNTOF(paths); i++) {
        Str name = path_after(tree_text(entry->body, paths[i]), STR("environments"));
        if (is_name(name)) {
            return name;
        }
    }
    for (size_t i = 0; i < COUNTOF(direct); i++) {
        Str name = tree_text(entry->body, direct[i]);
        if (is_name(name)) {
            return name;
        }
    }
    return (Str){0};
}

// Dataverse rows name their organization; where its environment was not read, it stands for it.
static Str name_by_dataverse(Inventory *inventory, const Entry *entry)
{
    Str label = is_dataverse_url(entry->context) ? host_label(entry->context) : (Str){0};
    Str name = known(inventory, "host", label);
    if (name.len == 0) {
        label = host_label(tree_text(entry->body, "dataverseInstanceUrl"));
        name = known(inventory, "host", label);
    }
    Str organization = tree_text(entry->body, "organizationid|dataverseOrganizationId");
    if (name.len == 0) {
        name = known(inventory, "organization", organization);
    }
    return name.len != 0 ? name : organization;
}

// A single environment's own name; else what the body, the request, Dataverse or the folder says.
Str place_of_entry(Inventory *inventory, const Entry *entry)
{
    const Adapter *adapter = entry->adapter;
    if ((adapter->flags & ADAPTER_SINGLE) != 0 && adapter->segment[0] == '\0') {
        return entry_own_id(inventory->arena, entry);
    }
    Str name = name_in_body(entry);
    if (name.len == 0) {
        name = place_of_url(inventory, entry->url);
    }
    Str by_file = place_of_file(inventory, inventory->rows[entry->row].file);
    if (name.len == 0) {
        name = name_by_dataverse(inventory, entry);
        // An organization id alone is weaker than a folder named like the environment.
        bool is_known = known(inventory, "name", name).len != 0;
        name = is_known || by_file.len == 0 ? name : by_file;
    }
    Str canonical = known(inventory, "name", name);
    return canonical.len != 0 ? canonical : name;
}

Str scope_of(Arena *arena, Str tenant, Str environment)
{
    if (environment.len == 0) {
        return text_print(arena, "/tenants/%.*s", STR_ARG(tenant));
    }
    return text_print(arena, "/tenants/%.*s/environments/%.*s", STR_ARG(tenant),
                      STR_ARG(environment));
}
