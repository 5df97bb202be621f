// SPDX-License-Identifier: Apache-2.0
// xml_inline — what stands inside a line of OSCAL's markup (em, code, a, insert, …) as Markdown.
// Depends on: xml_tree, diag.  Thread-safe: pure.  Used by xml_markup.
// Source: Metaschema, markup-line; CommonMark 0.31.2 §6.
#pragma once

#include "base/buf.h"
#include "oscal/xml_tree.h"

// Writes the nodes from first up to but not end (NULL: to the last). Runs of white space become one
// space, none at the ends. breaks: br ends a line, else it is a space. An element that is no inline
// markup is an error "unknown-markup", an insert without its attributes "bad-markup".
void xml_inline_write(Buf *out, const XmlNode *first, const XmlNode *end, bool breaks,
                      DiagList *diags);

// The texts inside an element as they are, whatever elements they stand in.
void xml_inline_text(Buf *out, const XmlNode *element);

// How often c stands in a row, at most: a fence must be longer.
size_t xml_inline_longest_run(Str text, char c);
