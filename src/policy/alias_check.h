// SPDX-License-Identifier: Apache-2.0
// alias_check — what a definition asks of aliases that only a table can answer.
// Depends on: definition, alias.  Thread-safe: pure.
// Source: Azure Policy modify effect ("alias must be modifiable"), count; reference §6, §8.
#pragma once

#include "policy/alias.h"
#include "policy/definition.h"

// Errors: a modify operation writes an alias that a table says is not modifiable
// ("not-modifiable"). Warnings: a short name that no table knows ("unknown-alias"). False when
// there was an error.
MUST_USE bool definition_check_aliases(const Definition *definition, const AliasTable *table,
                                       DiagList *diags);
