// SPDX-License-Identifier: Apache-2.0
// datatype — the simple values of OSCAL: is a text a token, a date, a UUID, …?
// Depends on: json.  Thread-safe: pure.
// Source: Metaschema datatypes, as the OSCAL 1.2.2 JSON schema writes them.
#pragma once

#include "json/json.h"

// Does the value have the datatype of that name ("token", "date-time", …)? *ret_why says what it
// must be. A name that is not known is a bug in the table that holds it.
bool datatype_holds(Str name, const Json *json, const char **ret_why);

bool datatype_is_known(Str name);
