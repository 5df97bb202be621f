// SPDX-License-Identifier: Apache-2.0
// alias_table — the insides of an alias table, for the files that fill and ask it.
// Depends on: alias.  Not thread-safe while it is filled.
#pragma once

#include "policy/alias.h"

// A path that holds for some API versions only.
typedef struct AliasVersion {
    struct AliasVersion *next;
    Str path;
    const Str *api_versions;
    uint32_t api_version_count;
    AliasModifiable modifiable;
} AliasVersion;

// Where one alias points for one resource type.
typedef struct AliasVariant {
    struct AliasVariant *next;
    Str type; // empty: every type of the alias's namespace
    Str path; // when no version says otherwise
    AliasVersion *versions;
    AliasModifiable modifiable;
} AliasVariant;

typedef enum TypeIndexed { TYPE_NOT_KNOWN, TYPE_INDEXED, TYPE_NOT_INDEXED } TypeIndexed;

struct AliasTable {
    Arena *arena;            // borrowed
    Map names;               // alias → index into variants
    AliasVariant **variants; // the list of each alias
    uint32_t variant_cap;
    Map types; // resource type → TypeIndexed
};

// Sets what alias means for a type; replaces what an earlier row said. Returns the row to fill on.
AliasVariant *alias_table_put(AliasTable *table, Str alias, Str type, Str path);

// The part of an alias before its path: "Microsoft.Compute/virtualMachines", or, of a short name,
// "Microsoft.Compute". Empty: no provider prefix.
Str alias_own_type(Str alias);

// True when type names a resource type ("A.B/c"), false for a namespace alone.
bool alias_type_is_full(Str type);

// Parses "a.b[*].c", "['a.b']", "[key]", "[0]". in_properties puts "properties" in front. Names
// borrow from text. False: not a path.
MUST_USE bool alias_path_parse(Arena *arena, Str text, bool in_properties, AliasPath *ret_path);

// Undoes the doubling of quotes inside a quoted key; one that stands alone stays.
Str alias_path_unquote(Arena *arena, Str quoted);
