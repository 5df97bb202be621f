// SPDX-License-Identifier: Apache-2.0
// alias — where in a resource an alias points: a table of facts and, for what it does not hold, a
// rule with few exceptions.
// Depends on: json, map.  Thread-safe: a finished table is read-only.
// Source: reference azure-policy-corpus §2.3 (rule C), Azure resource provider metadata.
#pragma once

#include "base/diag.h"
#include "base/map.h"
#include "json/json.h"

// One step of a path into a resource. A step's name matches ignoring ASCII case.
typedef struct PathStep {
    Str name;       // the key; empty for an array step and for an index
    bool is_array;  // [*]
    bool is_index;  // [3]: that element; raw paths only
    uint32_t index; // is_index
} PathStep;

// A path from the resource's root. `flatten`: when a step's name is not found in an object, it may
// be looked for under that object's "properties" (rule C: at the root and after [*]).
typedef struct AliasPath {
    const PathStep *steps;
    uint32_t count;
    uint32_t array_count; // how many steps are [*]
    bool flatten;
    bool from_rule; // not in a table: made by the fallback rule
} AliasPath;

typedef struct AliasTable AliasTable;

AliasTable *alias_table_new(Arena *arena);

// Loads the built-in exceptions (resource type → alias → path). Called once per table.
void alias_table_add_shipped(AliasTable *table);

// Adds ARM provider metadata ([{namespace, resourceTypes:[{resourceType, aliases:[…]}]}] as of
// `az provider list --expand resourceTypes/aliases`) or rows {Name|name|a,
// DefaultPath|defaultPath|p}. Later rows win over earlier ones. *ret_count: aliases seen. What is
// kept is copied. False when there was a row that is none ("alias-row"); the others are in then.
MUST_USE bool alias_table_import(AliasTable *table, const Json *document, DiagList *diags,
                                 uint32_t *ret_count);

typedef enum AliasFound {
    ALIAS_FOUND,      // *ret_path is where it points for this resource type
    ALIAS_OTHER_TYPE, // an alias of another resource type: no value on this one
    ALIAS_UNKNOWN     // no such alias
} AliasFound;

// Resolves a field name for a resource type. Handles name, fullName, kind, type, location, id,
// identity.*, tags, tags['k'], tags.k, tags[k] and every alias. api_version may be empty (latest).
// With raw paths allowed, a name without a provider prefix is a dotted path from the root.
// An empty resource type stands for the alias's own. fullName is the single step "fullName": who
// evaluates makes its value from the id. Names in the path borrow from query.field.
typedef struct AliasQuery {
    Str field;
    Str resource_type;
    Str api_version;
    bool raw_paths;
} AliasQuery;
AliasFound alias_resolve(const AliasTable *table, Arena *arena, const AliasQuery *query,
                         AliasPath *ret_path);

// Can it name something: one of the language's own fields, well formed, or anything with a provider
// prefix? Of others the nearest of the language's own is *ret_near (empty: none is near).
bool alias_is_field(Arena *arena, Str field, Str *ret_near);

// Whether modify may write it: ALIAS_MODIFIABLE_UNKNOWN when no table says.
typedef enum AliasModifiable {
    ALIAS_MODIFIABLE_UNKNOWN,
    ALIAS_MODIFIABLE,
    ALIAS_NOT_MODIFIABLE
} AliasModifiable;
AliasModifiable alias_modifiable(const AliasTable *table, Str alias, Str api_version);

// True when a type supports tags and location (mode Indexed applies to it): by the imported table's
// capabilities, else by a shipped list of the types that do not; unknown types count as indexed.
bool alias_type_is_indexed(const AliasTable *table, Str resource_type);
