// SPDX-License-Identifier: Apache-2.0
// yaml — a document in YAML as the tree its twin in JSON would give, each value with its place.
// libfyaml finds the tokens; what they mean is decided here, by the model:
//  - where the model wants a text, a plain scalar is that text as it stands ("version: 1.0" is the
//    text "1.0", "state: NO" the text "NO"); only the empty one, ~ and null are null, which a check
//    then refuses;
//  - everywhere else the core schema of YAML 1.2 holds (yes and on are texts, 010 is ten);
//  - scalars in quotes and blocks are texts; !!str, !!int, !!float, !!bool, !!null, !!map and !!seq
//    are understood, other tags are errors.
// An alias stands for the value of its anchor, with the places of that value; a value inside itself
// is an error. There is no merge key: "<<" is a key like any other.
// Depends on: json, diag, model, plain; libfyaml.  Thread-safe: pure.
// Source: YAML 1.2.2.
#pragma once

#include "base/diag.h"
#include "json/json.h"

// What aliases may repeat in one document, in values; each of them also counts for values_max.
enum { YAML_ALIAS_VALUES_MAX = 1 << 20 };

// Reads one document. Strings without escapes borrow from text, which must outlive the tree. False
// when there was any error; diags then has all of them, with place: "bad-yaml" (what libfyaml
// says), "bad-encoding", "duplicate-key", "bad-key", "bad-tag", "bad-number", "unknown-anchor",
// "alias-cycle", "too-large", "too-deep", "too-many-values".
MUST_USE bool yaml_read(Arena *arena, Str text, const JsonLimits *limits, DiagList *diags,
                        const Json **ret_json);
