// SPDX-License-Identifier: Apache-2.0
// xml — a document in XML as the tree its twin in JSON would give, each value with its place. The
// table of members says what becomes of what: attributes and elements are members, repeated
// elements a list under the name of the group, the text of an element the member that holds it,
// paragraphs in a part its prose; markup becomes Markdown.
// White space around numbers, ids, dates and the like is taken off; a text of type string keeps it
// (and a check refuses it). One mapping alone in a mapping-collection is a list of one.
// Depends on: json, diag, model, plain, xml_tree, xml_markup.  Thread-safe: pure.
// Source: OSCAL 1.2.2 metaschema; Metaschema, JSON and XML bindings.
#pragma once

#include "base/diag.h"
#include "json/json.h"

// Reads one document. False when there was any error; diags then has all of them, with place: those
// of xml_tree and xml_markup, and "not-this-model" (the outermost element), "unknown-member" (an
// element or attribute the model does not know there), "duplicate-key" (an element that may stand
// once stands twice), "misplaced-text".
MUST_USE bool xml_read(Arena *arena, Str bytes, const JsonLimits *limits, DiagList *diags,
                       const Json **ret_json);
