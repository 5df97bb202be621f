// SPDX-License-Identifier: Apache-2.0
// xml_markup — the markup of OSCAL's XML as the Markdown of its JSON. What is written means the
// same to a reader of CommonMark, with ~sub~, ^sup^, tables and {{ insert: param, id }}.
// Runs of white space become one space, except in pre. A character that Markdown would take for
// markup gets a backslash: \ * ` ~ ^ wherever they stand, the others ([ < & _ { # - + > 1. and so
// on) only where they would mean something.
// Depends on: xml_tree, diag.  Thread-safe: pure.
// Source: Metaschema, markup data types (markup-line, markup-multiline); CommonMark 0.31.2.
#pragma once

#include "oscal/xml_tree.h"

// Is this the name of an element of markup that stands on its own: p, ul, table, …?
bool xml_markup_is_block(Str name);

// The content of an element on one line. Elements that are no markup are errors "unknown-markup".
Str xml_markup_line(Arena *arena, const XmlNode *element, DiagList *diags);

// The blocks among the content of an element, an empty line between them. others: elements that are
// no blocks of markup are left to the caller; else they are errors.
Str xml_markup_lines(Arena *arena, const XmlNode *element, bool others, DiagList *diags);
