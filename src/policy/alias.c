// SPDX-License-Identifier: Apache-2.0
#include "policy/alias.h"

#include <string.h>

#include "policy/alias_table.h"
#include "policy/suggest.h"

AliasTable *alias_table_new(Arena *arena)
{
    AliasTable *table = NEW(arena, AliasTable);
    table->arena = arena;
    map_init(&table->names, arena, MAP_NOCASE);
    map_init(&table->types, arena, MAP_NOCASE);
    return table;
}

static AliasVariant **variant_list(AliasTable *table, Str alias)
{
    uint32_t index = map_intern(&table->names, alias);
    if (index >= table->variant_cap) {
        uint32_t cap = table->variant_cap == 0 ? 256 : table->variant_cap * 2;
        AliasVariant **grown = NEW_ARRAY(table->arena, AliasVariant *, cap);
        if (table->variant_cap != 0) {
            memcpy(grown, table->variants, table->variant_cap * sizeof(AliasVariant *));
        }
        table->variants = grown;
        table->variant_cap = cap;
    }
    return &table->variants[index];
}

AliasVariant *alias_table_put(AliasTable *table, Str alias, Str type, Str path)
{
    AliasVariant **link = variant_list(table, alias);
    while (*link != NULL && !str_eq_nocase((*link)->type, type)) {
        link = &(*link)->next;
    }
    AliasVariant *next = *link != NULL ? (*link)->next : NULL;
    AliasVariant *variant = *link != NULL ? *link : NEW(table->arena, AliasVariant);
    *variant = (AliasVariant){.next = next, .type = type, .path = path};
    *link = variant;
    return variant;
}

static const struct {
    Str type;
    Str alias;
    Str path;
} shipped[] = {
#define ALIAS(resource_type, alias, path)                                                          \
    {STR_INIT(resource_type), STR_INIT(alias), STR_INIT(path)},
#include "policy/alias_shipped.def"
#undef ALIAS
};

void alias_table_add_shipped(AliasTable *table)
{
    for (size_t i = 0; i < COUNTOF(shipped); i++) {
        Str type = shipped[i].type.len != 0 ? shipped[i].type : alias_own_type(shipped[i].alias);
        (void)alias_table_put(table, shipped[i].alias, type, shipped[i].path);
    }
}

Str alias_own_type(Str alias)
{
    size_t slash = 0;
    for (size_t i = 0; i < alias.len && alias.ptr[i] != '['; i++) {
        slash = alias.ptr[i] == '/' ? i : slash;
    }
    return (Str){alias.ptr, slash};
}

bool alias_type_is_full(Str type)
{
    return str_cut(type, '/').found;
}

// ---- fields that are no aliases ----

static const Str builtin_fields[] = {
    STR_INIT("name"),     STR_INIT("fullName"), STR_INIT("kind"), STR_INIT("type"),
    STR_INIT("location"), STR_INIT("id"),       STR_INIT("tags"), STR_INIT("identity"),
};

static AliasPath one_or_two_steps(Arena *arena, Str first, const Str *second)
{
    PathStep *steps = NEW_ARRAY(arena, PathStep, 2);
    steps[0].name = first;
    if (second != NULL) {
        steps[1].name = *second;
    }
    return (AliasPath){.steps = steps, .count = second != NULL ? 2 : 1};
}

// "tags.NAME": everything after the first dot is the tag's name, further dots too.
static bool is_dotted_tag(Str field, Str *ret_name)
{
    StrCut cut = str_cut(field, '.');
    if (!cut.found || !str_eq_nocase(cut.head, STR("tags")) || cut.tail.len == 0) {
        return false;
    }
    *ret_name = cut.tail;
    return true;
}

// "tags['NAME']", "tags[NAME]": the name goes on to the last bracket, since concat() may have put
// any name between them. In quotes a doubled quote is one. tags[*] is no name.
static bool is_bracketed_tag(Arena *arena, Str field, Str *ret_name)
{
    static const Str head = STR_INIT("tags[");
    bool is_closed = field.len > head.len + 1 && field.ptr[field.len - 1] == ']';
    if (!is_closed || !str_starts_nocase(field, head)) {
        return false;
    }
    Str name = {field.ptr + head.len, field.len - head.len - 1};
    if (name.ptr[0] != '\'') {
        *ret_name = name;
        return !str_eq(name, STR("*"));
    }
    bool is_quoted = name.len > 2 && name.ptr[name.len - 1] == '\'';
    *ret_name = alias_path_unquote(arena, (Str){name.ptr + 1, is_quoted ? name.len - 2 : 0});
    return is_quoted;
}

// True when field is one of the language's own; *ret_found says whether it is well formed.
static bool resolve_builtin(Arena *arena, Str field, AliasPath *ret_path, AliasFound *ret_found)
{
    *ret_found = ALIAS_FOUND;
    for (size_t i = 0; i < COUNTOF(builtin_fields); i++) {
        if (str_eq_nocase(field, builtin_fields[i])) {
            *ret_path = one_or_two_steps(arena, builtin_fields[i], NULL);
            return true;
        }
    }
    Str tag = {NULL, 0};
    if (is_dotted_tag(field, &tag) || is_bracketed_tag(arena, field, &tag)) {
        *ret_path = one_or_two_steps(arena, STR("tags"), &tag);
        return true;
    }
    if (str_starts_nocase(field, STR("tags[")) || str_starts_nocase(field, STR("identity.")) ||
        str_starts_nocase(field, STR("identity["))) {
        if (!alias_path_parse(arena, field, false, ret_path)) {
            *ret_found = ALIAS_UNKNOWN;
        }
        return true;
    }
    return false;
}

bool alias_is_field(Arena *arena, Str field, Str *ret_near)
{
    AliasPath path = {0};
    AliasFound found = ALIAS_UNKNOWN;
    *ret_near = (Str){NULL, 0};
    if (resolve_builtin(arena, field, &path, &found)) {
        return found == ALIAS_FOUND;
    }
    if (alias_own_type(field).len != 0) {
        return true;
    }
    Str head = str_cut(str_cut(field, '.').head, '[').head;
    *ret_near = suggest_nearest(head, builtin_fields, COUNTOF(builtin_fields));
    return false;
}

// ---- the rule ----

// Namespaces whose aliases are type/path with the path under "properties", without exception.
static const Str plain_namespaces[] = {
    STR_INIT("microsoft.powerplatform"),
    STR_INIT("microsoft.powerapps"),
    STR_INIT("microsoft.powerautomate"),
    STR_INIT("microsoft.copilotstudio"),
    STR_INIT("microsoft.powerpages"),
    STR_INIT("microsoft.powerplatformconnector"),
    STR_INIT("microsoft.dataverse"),
    STR_INIT("microsoft.graph"),
    STR_INIT("datumline"),
};

static bool is_plain_namespace(Str name)
{
    for (size_t i = 0; i < COUNTOF(plain_namespaces); i++) {
        if (str_eq_nocase(name, plain_namespaces[i])) {
            return true;
        }
    }
    return false;
}

// The heads that stand beside "properties" in an ARM resource. Others that could (tags, type, name,
// identity, …) are under "properties" in every alias there is.
static bool is_top_level_head(Str tail)
{
    static const Str heads[] = {STR_INIT("sku"), STR_INIT("zones"), STR_INIT("managedBy")};
    size_t len = 0;
    while (len < tail.len && tail.ptr[len] != '.' && tail.ptr[len] != '[') {
        len++;
    }
    for (size_t i = 0; i < COUNTOF(heads); i++) {
        if (str_eq_nocase((Str){tail.ptr, len}, heads[i])) {
            return true;
        }
    }
    return false;
}

static bool is_data_namespace(Str name)
{
    static const Str data = STR_INIT(".Data");
    return name.len > data.len &&
           str_eq_nocase((Str){name.ptr + name.len - data.len, data.len}, data);
}

// Names in an alias that say which kind of object is there and are not in the object:
// "#Microsoft-Media-…" everywhere, and in these namespaces any name that begins with a capital.
// Elsewhere a capital may be just how somebody wrote the alias: case does not matter in one.
static bool has_capital_kinds(Str name_space)
{
    static const Str names[] = {
        STR_INIT("Microsoft.Cdn"),           STR_INIT("Microsoft.DataFactory"),
        STR_INIT("Microsoft.DataMigration"), STR_INIT("Microsoft.DataProtection"),
        STR_INIT("Microsoft.Portal"),        STR_INIT("Microsoft.RecoveryServices"),
        STR_INIT("Microsoft.Synapse"),       STR_INIT("Microsoft.Workloads"),
    };
    for (size_t i = 0; i < COUNTOF(names); i++) {
        if (str_eq_nocase(name_space, names[i])) {
            return true;
        }
    }
    return false;
}

static bool is_kind_name(Str name, bool capitals)
{
    bool is_capital = name.len != 0 && name.ptr[0] >= 'A' && name.ptr[0] <= 'Z';
    return (name.len != 0 && name.ptr[0] == '#') || (capitals && is_capital);
}

// Leaves kind names out, unless nothing would be left.
static void drop_kind_names(Arena *arena, Str name_space, AliasPath *path)
{
    bool capitals = has_capital_kinds(name_space);
    PathStep *steps = NEW_ARRAY(arena, PathStep, path->count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < path->count; i++) {
        if (!is_kind_name(path->steps[i].name, capitals)) {
            steps[count++] = path->steps[i];
        }
    }
    if (count > 1) {
        path->steps = steps;
        path->count = count;
    }
}

static bool resolve_by_rule(Arena *arena, Str alias, Str own_type, AliasPath *ret_path)
{
    Str tail = str_from(alias, own_type.len + 1);
    Str name_space = str_cut(own_type, '/').head;
    bool is_plain = is_plain_namespace(name_space);
    bool is_flat = is_data_namespace(name_space);
    TRY(alias_path_parse(arena, tail, !is_flat && (is_plain || !is_top_level_head(tail)),
                         ret_path));
    ret_path->from_rule = true;
    ret_path->flatten = !is_plain && !is_flat;
    if (ret_path->flatten) {
        drop_kind_names(arena, name_space, ret_path);
    }
    return true;
}

// ---- families ----

static const struct {
    Str alias;
    Str path;
} families[] = {
#define ALIAS_UNDER(alias, path) {STR_INIT(alias), STR_INIT(path)},
#include "policy/alias_under.def"
#undef ALIAS_UNDER
};

static bool ends_name(char c)
{
    return c == '.' || c == '/' || c == '[';
}

// Where the alias goes on after the pattern, 0 when it does not fit.
static size_t family_end(Str pattern, Str alias)
{
    Str head = str_cut(pattern, '?').head;
    if (!str_starts_nocase(alias, head)) {
        return 0; // so for nearly every alias and family
    }
    size_t at = head.len;
    for (size_t i = head.len; i < pattern.len; i++) {
        size_t start = at;
        if (pattern.ptr[i] == '?') {
            while (at < alias.len && !ends_name(alias.ptr[at])) {
                at++;
            }
        } else if (at < alias.len &&
                   str_eq_nocase((Str){pattern.ptr + i, 1}, (Str){alias.ptr + at, 1})) {
            at++;
        }
        if (at == start) {
            return 0;
        }
    }
    return at < alias.len && alias.ptr[at] != '/' && ends_name(alias.ptr[at]) ? at : 0;
}

static bool resolve_by_family(Arena *arena, Str alias, AliasPath *ret_path)
{
    for (size_t i = 0; i < COUNTOF(families); i++) {
        size_t end = family_end(families[i].alias, alias);
        if (end == 0) {
            continue;
        }
        Str rest = str_from(alias, end);
        Str head = families[i].path;
        char *text = NEW_ARRAY(arena, char, head.len + rest.len);
        memcpy(text, head.ptr, head.len);
        ASSERT(rest.len != 0); // a family has members only below its own name
        memcpy(text + head.len, rest.ptr, rest.len);
        TRY(alias_path_parse(arena, (Str){text, head.len + rest.len}, false, ret_path));
        ret_path->from_rule = true;
        ret_path->flatten = true;
        return true;
    }
    return false;
}

// ---- the table ----

static const AliasVariant *variants_of(const AliasTable *table, Str alias)
{
    uint32_t index = map_find(&table->names, alias);
    return index != MAP_NONE ? table->variants[index] : NULL;
}

static bool same_namespace(Str a, Str b)
{
    return str_eq_nocase(str_cut(a, '/').head, str_cut(b, '/').head);
}

// Which row of an alias speaks for a resource type: its own first, then one for the namespace.
static const AliasVariant *variant_for(const AliasVariant *first, Str alias, Str resource_type)
{
    const AliasVariant *any = NULL;
    for (const AliasVariant *variant = first; variant != NULL; variant = variant->next) {
        if (resource_type.len == 0 || str_eq_nocase(variant->type, resource_type)) {
            return variant;
        }
        if (variant->type.len == 0 && same_namespace(alias, resource_type)) {
            any = variant;
        }
    }
    return any;
}

static const AliasVersion *version_of(const AliasVariant *variant, Str api_version)
{
    const AliasVersion *version = api_version.len != 0 ? variant->versions : NULL;
    for (; version != NULL; version = version->next) {
        for (uint32_t i = 0; i < version->api_version_count; i++) {
            if (str_eq_nocase(version->api_versions[i], api_version)) {
                return version;
            }
        }
    }
    return NULL;
}

static AliasFound resolve_alias(const AliasTable *table, Arena *arena, const AliasQuery *query,
                                Str own_type, AliasPath *ret_path)
{
    const AliasVariant *first = variants_of(table, query->field);
    const AliasVariant *variant = variant_for(first, query->field, query->resource_type);
    if (variant != NULL) {
        const AliasVersion *version = version_of(variant, query->api_version);
        Str path = version != NULL ? version->path : variant->path;
        return alias_path_parse(arena, path, false, ret_path) ? ALIAS_FOUND : ALIAS_UNKNOWN;
    }
    bool is_own = query->resource_type.len == 0 || str_eq_nocase(own_type, query->resource_type);
    if (!is_own) {
        return first != NULL || alias_type_is_full(own_type) ? ALIAS_OTHER_TYPE : ALIAS_UNKNOWN;
    }
    bool has_path =
        alias_type_is_full(own_type) && (resolve_by_family(arena, query->field, ret_path) ||
                                         resolve_by_rule(arena, query->field, own_type, ret_path));
    return has_path ? ALIAS_FOUND : ALIAS_UNKNOWN;
}

AliasFound alias_resolve(const AliasTable *table, Arena *arena, const AliasQuery *query,
                         AliasPath *ret_path)
{
    AliasFound found = ALIAS_UNKNOWN;
    if (resolve_builtin(arena, query->field, ret_path, &found)) {
        return found;
    }
    Str own_type = alias_own_type(query->field);
    if (own_type.len != 0) {
        return resolve_alias(table, arena, query, own_type, ret_path);
    }
    bool is_path = query->raw_paths && alias_path_parse(arena, query->field, false, ret_path);
    return is_path ? ALIAS_FOUND : ALIAS_UNKNOWN;
}

AliasModifiable alias_modifiable(const AliasTable *table, Str alias, Str api_version)
{
    for (const AliasVariant *v = variants_of(table, alias); v != NULL; v = v->next) {
        const AliasVersion *version = version_of(v, api_version);
        AliasModifiable says = version != NULL ? version->modifiable : v->modifiable;
        if (says != ALIAS_MODIFIABLE_UNKNOWN) {
            return says;
        }
    }
    return ALIAS_MODIFIABLE_UNKNOWN;
}

// ---- types without tags or location ----

static const Str untagged_types[] = {
#define UNTAGGED(type) STR_INIT(type),
#include "policy/untagged.def"
#undef UNTAGGED
};

// A row is a type or "Namespace/*".
static bool row_covers(Str row, Str type)
{
    bool is_namespace = row.len > 2 && row.ptr[row.len - 1] == '*';
    return is_namespace ? str_starts_nocase(type, (Str){row.ptr, row.len - 1})
                        : str_eq_nocase(row, type);
}

bool alias_type_is_indexed(const AliasTable *table, Str resource_type)
{
    uint32_t known = map_find(&table->types, resource_type);
    if (known != MAP_NONE && known != TYPE_NOT_KNOWN) {
        return known == TYPE_INDEXED;
    }
    for (size_t i = 0; i < COUNTOF(untagged_types); i++) {
        if (row_covers(untagged_types[i], resource_type)) {
            return false;
        }
    }
    return true;
}
